/** What was signed and is not over yet, above every screen: it is not forgotten when somebody looks at another one. */

import { useKnown } from "../signed.js";

/** A line at the top; nothing where nothing was signed. */
export function PendingBar() {
  const { pending, text } = useKnown();
  if (pending === null) {
    return text === "" ? null : <p class="note signed">{text}</p>;
  }
  const at = new Date(pending.time).toLocaleTimeString("en");
  return (
    <p class="note warning signed">
      <b>{pending.what}</b>, signed at {at}, is not over yet. {text} Its signature: <code>{pending.signature}</code>
    </p>
  );
}
