/** What is said in between: failures where they arose, news, and warnings. */

import type { ComponentChildren } from "preact";

/** Something failed: what is so, and what to do. */
export function Failure({ text }: { readonly text: string }) {
  return (
    <p class="note failure" role="alert">
      {text}
    </p>
  );
}

/** Something is on its way, or done. */
export function News({ children }: { readonly children: ComponentChildren }) {
  return (
    <p class="note" role="status">
      {children}
    </p>
  );
}

/** Something that should be known before it hurts. */
export function Warning({ children }: { readonly children: ComponentChildren }) {
  return <div class="note warning">{children}</div>;
}

/** A list is empty: what fills it. */
export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="quiet empty">{children}</p>;
}
