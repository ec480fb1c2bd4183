/** Who is there, and what is shown: the way in, or the credits of who has signed in. */

import { useCallback, useEffect, useState } from "preact/hooks";
import * as operations from "../../clients/typescript/src/operations.js";
import { ask, type PlatformView, session as signedIn, type WebSession } from "./api.js";
import { requireAddresses } from "./chain/wanted.js";
import { PROGRAM_ID } from "./chain/program.js";
import { Plain, sentence } from "./failures.js";
import { resume } from "./approve.js";
import { Failure } from "./parts/notes.js";
import { PendingBar } from "./parts/pending-bar.js";
import { reload } from "./signed.js";
import { SignedIn } from "./signed-in.js";
import { accept, Changed, requireTerms } from "./terms.js";
import { Welcome } from "./screens/welcome.js";

// One for all of this tab, so that it does not hear itself.
const tabs = new BroadcastChannel("job-escrow");

/** All of it. */
export function App() {
  const [platform, setPlatform] = useState<PlatformView | null>(null);
  const [offered, setOffered] = useState<PlatformView | null>(null);
  const [session, setSession] = useState<WebSession | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [notice, setNotice] = useState("");

  const load = useCallback(async () => {
    try {
      const [found, who] = await Promise.all([ask(operations.getPlatform()), signedIn()]);
      requireSame(found);
      setOffered(found);
      requireTerms(found);
      document.title = `${found.name} credits`;
      setPlatform(found);
      setSession(who);
      setFailure(null);
    } catch (error) {
      setFailure(error);
    }
  }, []);

  useEffect(() => {
    void load();
    // Another tab that signs in or leaves does so for all: they have one cookie.
    tabs.onmessage = reload;
  }, [load]);

  // What an earlier load has signed; only who has signed in can ask about it.
  useEffect(() => {
    if (session !== null) {
      void resume();
    }
  }, [session]);

  const change = (who: WebSession | null, why = ""): void => {
    setNotice(why);
    if (why === "") {
      tabs.postMessage("");
    }
    setSession(who);
  };

  if (failure !== null) {
    return (
      <main class="narrow">
        <h1>Credits</h1>
        <Failure text={sentence(failure)} />
        <button type="button" onClick={() => void load()}>
          Try again
        </button>
        {failure instanceof Changed && offered !== null && (
          <button
            type="button"
            class="second"
            onClick={() => {
              accept(offered);
              void load();
            }}
          >
            I know of this change: go on
          </button>
        )}
      </main>
    );
  }
  if (platform === null) {
    return (
      <main class="narrow">
        <h1>Credits</h1>
        <p class="quiet wait">Loading…</p>
      </main>
    );
  }
  return (
    <>
      <PendingBar />
      {session === null ? (
        <Welcome platform={platform} notice={notice} entered={(who) => change(who)} />
      ) : (
        <SignedIn key={session.wallet} platform={platform} session={session} left={(why) => change(null, why)} />
      )}
    </>
  );
}

function requireSame(platform: PlatformView): void {
  requireAddresses(platform);
  if (platform.program !== PROGRAM_ID) {
    throw new Plain(
      `This server is of the program ${platform.program}, and its page signs for ${PROGRAM_ID} only: use the command ` +
        "job-escrow instead.",
    );
  }
  if (new URL(platform.url).origin !== location.origin) {
    throw new Plain(`This page is at ${platform.url}/ and signs in there only: open it at that address.`);
  }
  if (!isSecureContext) {
    throw new Plain("Wallets work on secure pages only: open this one with https://, or on this machine as localhost.");
  }
}
