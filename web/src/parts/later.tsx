/** Parts of the page that are fetched when they are needed. */

import type { ComponentType } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import { Failure } from "./notes.js";

/** A component that fetches itself. */
export function later<Given extends object>(fetched: () => Promise<ComponentType<Given>>): ComponentType<Given> {
  let known: ComponentType<Given> | null = null;
  return function Later(given: Given) {
    const [, setIsThere] = useState(known !== null);
    const [isMissing, setIsMissing] = useState(false);
    const get = useCallback(async () => {
      try {
        known ??= await fetched();
        setIsThere(true);
        setIsMissing(false);
      } catch {
        setIsMissing(true);
      }
    }, []);
    useEffect(() => void get(), [get]);
    if (known !== null) {
      const Known = known;
      return <Known {...given} />;
    }
    return isMissing ? (
      <>
        <Failure text="This part of the page could not be fetched: look at your connection." />
        {/* A browser remembers that a module could not be had: only a new page asks again. */}
        <button type="button" onClick={() => location.reload()}>
          Load the page again
        </button>
      </>
    ) : (
      <p class="quiet">Loading…</p>
    );
  };
}
