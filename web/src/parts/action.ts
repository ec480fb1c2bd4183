/** One thing at a time: a second click does nothing, and each thing ends in a word of what became of it. */

import { useRef, useState } from "preact/hooks";
import { sentence } from "../failures.js";

/** What a button does, and how far it has come. */
export interface Action {
  readonly isBusy: boolean;
  readonly news: string;
  readonly failure: string;
  /** Does it, unless something is under way; `does` tells how far it is, and gives what to say at its end. */
  readonly run: (does: (tell: (text: string) => void) => Promise<string>) => Promise<void>;
}

/** An action of a form. */
export function useAction(): Action {
  const busy = useRef(false);
  const [isBusy, setIsBusy] = useState(false);
  const [news, setNews] = useState("");
  const [failure, setFailure] = useState("");

  const run: Action["run"] = async (does) => {
    if (busy.current) {
      return;
    }
    busy.current = true;
    setIsBusy(true);
    setFailure("");
    setNews("");
    try {
      setNews(await does(setNews));
    } catch (error) {
      setNews("");
      setFailure(sentence(error));
    } finally {
      busy.current = false;
      setIsBusy(false);
    }
  };
  return { isBusy, news, failure, run };
}
