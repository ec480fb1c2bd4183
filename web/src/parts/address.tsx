/** An address, short, with what it is in full. */

import { useState } from "preact/hooks";
import { short } from "../money.js";

const SHOWN_MILLISECONDS = 2_000;

/** A button that copies it. */
export function Address({ of, name }: { readonly of: string; readonly name: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(of);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MILLISECONDS);
  };
  const shown = copied ? "copied" : short(of);
  return (
    <button type="button" class="address" title={of} aria-label={`${shown}: copy ${name}`} onClick={() => void copy()}>
      {shown}
    </button>
  );
}
