/** The top bar with the balance, and the screen beneath it. */

import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type AccountView, leave, type PlatformView, type WebSession } from "./api.js";
import { type Balance, useBalance } from "./balance.js";
import type { Side } from "./chain/wanted.js";
import { baseUnits, credits, day, price, tokens } from "./money.js";
import { useAction } from "./parts/action.js";
import { Address } from "./parts/address.js";
import { later } from "./parts/later.js";
import { Failure, Warning } from "./parts/notes.js";
import { Credits } from "./screens/credits.js";

const SCREENS = { credits: "Credits", usage: "Usage", requests: "Requests", keys: "Keys", settings: "Settings" };
const ENDED = "Your session has ended, here or in another tab. Sign in again to go on.";
type Screen = keyof typeof SCREENS;

// Fetched when they are first looked at, so that the page itself is there at once.
const Keys = later<ScreenGiven>(async () => (await import("./more.js")).Keys);
const Requests = later<ScreenGiven>(async () => (await import("./more.js")).Requests);
const Settings = later<ScreenGiven>(async () => (await import("./more.js")).Settings);
const Usage = later<ScreenGiven>(async () => (await import("./more.js")).Usage);

interface Signed {
  readonly platform: PlatformView;
  readonly session: WebSession;
  /** Somebody has left, or the session has ended: why, where it was not asked for. */
  readonly left: (why: string) => void;
}

/** What a screen is given. */
export interface ScreenGiven extends Balance {
  readonly side: Side;
}

/** Everything that is seen by who has signed in. */
export function SignedIn({ platform, session, left }: Signed) {
  const screen = useScreen();
  const isLeaving = useRef(false);
  const balance = useBalance(session, useCallback(() => left(isLeaving.current ? "" : ENDED), []));
  const leaving = useAction();
  const side = useMemo(
    () => ({ platform, wallet: session.wallet, namespace: session.namespace }),
    [platform, session],
  );
  const given = { side, ...balance };
  const out = (): Promise<void> =>
    leaving.run(async () => {
      isLeaving.current = true;
      try {
        await leave();
      } finally {
        isLeaving.current = false;
      }
      left("");
      return "";
    });

  return (
    <>
      <header>
        <div class="bar">
          <span class="name">{platform.name}</span>
          <TopBalance {...given} />
          <span class="who">
            <Address of={session.wallet} name="your wallet's address" />
            <button type="button" class="plain" disabled={leaving.isBusy} onClick={() => void out()}>
              Leave
            </button>
          </span>
        </div>
        <nav aria-label="Screens">
          {Object.entries(SCREENS).map(([name, title]) => (
            <a key={name} href={`#${name}`} aria-current={name === screen ? "page" : undefined}>
              {title}
            </a>
          ))}
        </nav>
      </header>
      <main>
        {leaving.failure !== "" && <Failure text={leaving.failure} />}
        <Banner {...given} screen={screen} />
        <Shown screen={screen} given={given} />
      </main>
    </>
  );
}

function Shown({ screen, given }: { readonly screen: Screen; readonly given: ScreenGiven }) {
  switch (screen) {
    case "usage":
      return <Usage {...given} />;
    case "requests":
      return <Requests {...given} />;
    case "keys":
      return <Keys {...given} />;
    case "settings":
      return <Settings {...given} />;
    default:
      return <Credits {...given} />;
  }
}

function TopBalance({ account, isLive, side }: ScreenGiven) {
  if (account === undefined) {
    return <span class="balance quiet">…</span>;
  }
  const remaining = account?.credits_remaining ?? 0n;
  return (
    <a class="balance" href="#credits" title={`${credits(remaining)} credits can be spent now`}>
      <strong>{credits(remaining)}</strong> {remaining === 1n ? "credit" : "credits"}
      <span class="quiet aside">
        {parts(account, side.platform)}
        {isLive ? "" : " · reconnecting…"}
      </span>
    </a>
  );
}

/** What else is to be known of a balance, shortly: what is locked, granted and until when, and paid by bonuses. */
function parts(account: AccountView | null, platform: PlatformView): string {
  const found: string[] = [];
  if (account !== null && account.credits_locked > 0n) {
    found.push(`${credits(account.credits_locked)} locked`);
  }
  if (account !== null && account.credits_granted > 0n) {
    const end = account.grants[0]?.expires_at ?? null;
    found.push(`${credits(account.credits_granted)} granted${end === null ? "" : `, first until ${day(end)}`}`);
  }
  const bonus = account === null ? 0n : baseUnits(account.promotion_value, platform);
  if (bonus > 0n) {
    found.push(`${tokens(bonus, platform)} bonus`);
  }
  return found.join(" · ") || price(account?.credits_remaining ?? 0n, platform);
}

function Banner({ account, side, screen }: ScreenGiven & { readonly screen: Screen }) {
  const least = side.platform.alert_credits;
  if (account === undefined || account === null || account.credits_remaining >= least) {
    return null;
  }
  return (
    <Warning>
      {account.credits_remaining === 0n
        ? "You have no credits left: new requests are refused."
        : `You have fewer than ${credits(least)} credits left.`}{" "}
      {screen === "credits" ? "Add some below." : <a href="#credits">Add credits</a>}
    </Warning>
  );
}

function useScreen(): Screen {
  const [screen, setScreen] = useState(named);
  useEffect(() => {
    const changed = (): void => setScreen(named());
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return screen;
}

function named(): Screen {
  const name = location.hash.slice(1);
  return name in SCREENS ? (name as Screen) : "credits";
}
