/** Solana Pay, fetched when somebody opens it. */

import { useState } from "preact/hooks";
import { later } from "../parts/later.js";
import type { PayByPhoneGiven } from "./pay-by-phone.js";

const PayByPhone = later<PayByPhoneGiven>(async () => (await import("../more.js")).PayByPhone);

/** A line to open. */
export function PayByPhoneLater(given: PayByPhoneGiven) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>Pay from a phone with Solana Pay</summary>
      {isOpen && <PayByPhone {...given} />}
    </details>
  );
}
