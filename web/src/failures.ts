/** What is said where something failed: what is so, and what to do. */

import { Refused, Unreachable, UnexpectedAnswer } from "./api.js";
import { Tampered } from "./chain/checked.js";
import { OtherAccount, WalletFailed } from "./wallets.js";

/** A sentence or two for whoever uses the page. */
export function sentence(error: unknown): string {
  if (error instanceof Tampered || error instanceof OtherAccount || error instanceof WalletFailed) {
    return error.message;
  }
  if (error instanceof Plain) {
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
  if (error instanceof UnexpectedAnswer) {
    return `Something other than the server answered (status ${error.status}). Try again in a moment.`;
  }
  return `This page failed (${error instanceof Error ? error.message : String(error)}). Load it again, then try again.`;
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

function ended(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
