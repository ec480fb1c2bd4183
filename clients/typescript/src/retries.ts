/** Which request is sent again, and when: never one that could do something twice. */

import type { Call } from "./calls.js";

const BUSY = 429;
const SERVER_FAILED = 500;
const TIMED_OUT = 408;

/**
 * How patient a client is: at most so many `attempts`, within so many `seconds` from the first.
 *
 * Between two it waits what the server asks for, or from `firstWaitSeconds` on twice as long each time, up to
 * `longestWaitSeconds`, and a little less by chance, so that many clients do not come back at once.
 */
export interface Retries {
  readonly attempts: number;
  readonly seconds: number;
  readonly firstWaitSeconds: number;
  readonly longestWaitSeconds: number;
}

/** What a client does unless it is told otherwise. */
export const USUAL: Retries = { attempts: 6, seconds: 60, firstWaitSeconds: 0.2, longestWaitSeconds: 8 };

/** Every request is sent once. */
export const NEVER: Retries = { ...USUAL, attempts: 1 };

/** Seconds until the next attempt after `made` ones and `passed` seconds; null: there is none. */
export function waitSeconds(retries: Retries, made: number, asked: number | null, passed: number): number | null {
  if (made >= retries.attempts) {
    return null;
  }
  const doubled = Math.min(retries.firstWaitSeconds * 2 ** (made - 1), retries.longestWaitSeconds);
  const seconds = asked ?? doubled * (0.75 + Math.random() / 4);
  return passed + seconds <= retries.seconds ? seconds : null;
}

/**
 * Whether a request that was answered with this status may be sent again.
 *
 * 429 is said before anything is done. What failed in the server (5xx), or did not arrive whole (408), may have been
 * done in part, so that only what is repeatable is sent again.
 */
export function mayRepeatAnswered(call: Call<unknown>, status: number): boolean {
  return status === BUSY || (call.repeatable && (status >= SERVER_FAILED || status === TIMED_OUT));
}

/** Whether a request without an answer may be sent again: always where it was never sent. */
export function mayRepeatUnanswered(call: Call<unknown>, sent: boolean): boolean {
  return call.repeatable || !sent;
}

/** Whether a status says that nothing was done. */
export function wasRefusedAsTooMuch(status: number): boolean {
  return status === BUSY;
}
