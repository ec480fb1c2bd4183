/** What is said where something failed: what is so, and what to do. */

import { Refused, Unreachable } from "./api.js";
import { Tampered } from "./chain/checked.js";
import { OtherAccount } from "./wallets.js";

const REJECTED_CODE = 4001;

/** A sentence or two for whoever uses the page. */
export function sentence(error: unknown): string {
  if (error instanceof Tampered || error instanceof OtherAccount || error instanceof Plain) {
    return error.message;
  }
  if (error instanceof Refused) {
    return refusal(error);
  }
  if (error instanceof Unreachable) {
    return navigator.onLine
      ? "The server does not answer. Nothing was sent to the chain; try again in a moment."
      : "You are offline. Nothing was sent to the chain; try again once you are online.";
  }
  if (wasRejected(error)) {
    return "You declined it in your wallet. Nothing was sent, and nothing was paid; try again whenever you like.";
  }
  const said = error instanceof Error ? error.message : String(error);
  return `The wallet did not sign (${said || "it was closed"}). Nothing was sent; open your wallet and try again.`;
}

function refusal({ problem, status }: Refused): string {
  if (status >= 500) {
    return `${ended(problem.detail)} Nothing was paid; try again in a moment.`;
  }
  // Remedies with code in them are for programs.
  return problem.remedy.includes("`") ? ended(problem.detail) : `${ended(problem.detail)} ${problem.remedy}`;
}

/** A failure whose message is meant for people as it is. */
export class Plain extends Error {
  override readonly name = "Plain";
}

function wasRejected(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === REJECTED_CODE || /reject|declin|cancel|denied/i.test(String(message));
}

function ended(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
