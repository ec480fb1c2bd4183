/** Something that is asked of the server when a screen opens, and again when it may have changed. */

import { useCallback, useEffect, useState } from "preact/hooks";
import { type ask as askServer, ask } from "../api.js";
import { sentence } from "../failures.js";

type AnyCall<T> = Parameters<typeof askServer<T>>[0];

/** What was found; null while it is asked for. */
export interface Resource<T> {
  readonly value: T | null;
  readonly failure: string;
  readonly again: () => Promise<void>;
}

/** Asks with a call, again whenever one of `on` changes. */
export function useResource<T>(call: () => AnyCall<T>, on: readonly unknown[] = []): Resource<T> {
  const [value, setValue] = useState<T | null>(null);
  const [failure, setFailure] = useState("");
  const again = useCallback(async () => {
    try {
      setValue(await ask(call()));
      setFailure("");
    } catch (error) {
      setFailure(sentence(error));
    }
  }, on);
  useEffect(() => {
    void again();
  }, [again]);
  return { value, failure, again };
}
