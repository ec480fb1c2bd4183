/** The account as the server tells it, live. */

import { useEffect, useState } from "preact/hooks";
import { type AccountView, nullable, parse, readAccount, session, type WebSession } from "./api.js";
import { reload } from "./signed.js";

/** What is known of the account: undefined before the first word, null while it is not open. */
export interface Balance {
  readonly account: AccountView | null | undefined;
  readonly isLive: boolean;
  /** Another number whenever something has happened to the account's requests or sessions. */
  readonly activity: number;
}

const CLOSED_AGAIN_MILLISECONDS = 3_000;
const readBalance = nullable(readAccount);

/** Follows the balance; `ended` hears when the session has. */
export function useBalance(who: WebSession, ended: () => void): Balance {
  const [account, setAccount] = useState<AccountView | null | undefined>(undefined);
  const [isLive, setIsLive] = useState(true);
  const [activity, setActivity] = useState(0);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const stream = new EventSource("/v1/web/balance");
    let timer: ReturnType<typeof setTimeout> | undefined;
    stream.addEventListener("open", () => setIsLive(true));
    stream.addEventListener("balance", (event: MessageEvent<string>) => {
      const found = readBalance(parse(event.data), "the balance");
      if (found !== null && found.wallet !== who.wallet) {
        // Another wallet has signed in with this browser.
        reload();
        return;
      }
      setAccount(found);
    });
    stream.addEventListener("activity", () => setActivity((before) => before + 1));
    stream.addEventListener("end", () => {
      stream.close();
      ended();
    });
    stream.addEventListener("error", () => {
      setIsLive(false);
      if (stream.readyState === EventSource.CLOSED) {
        timer = setTimeout(() => void again(), CLOSED_AGAIN_MILLISECONDS);
      }
    });
    const again = async (): Promise<void> => {
      try {
        if ((await session()) === null) {
          ended();
        } else {
          setAttempt((before) => before + 1);
        }
      } catch {
        timer = setTimeout(() => void again(), CLOSED_AGAIN_MILLISECONDS);
      }
    };
    return () => {
      clearTimeout(timer);
      stream.close();
    };
  }, [who, attempt]);
  return { account, isLive, activity };
}
