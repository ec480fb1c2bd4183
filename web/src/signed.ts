/** What was signed and whose end is not known yet: kept above the screens, and over a load of the page. */

import { useEffect, useState } from "preact/hooks";

const PENDING = "job-escrow.signed";
const HELD = "job-escrow.sequence";
// Longer than any block hash is good for.
const HELD_MILLISECONDS = 150_000;

/** A signed transaction. */
export interface Pending {
  readonly what: string;
  readonly signature: string;
  /** Base64, to send it again. */
  readonly transaction: string;
  readonly lastValidBlockHeight: string;
  /** Unix milliseconds. */
  readonly time: number;
  readonly account: string;
  readonly isNumbered: boolean;
}

/** What is known of it. */
export interface Known {
  readonly pending: Pending | null;
  /** How far it has come, or what became of the last one. */
  readonly text: string;
}

interface Held {
  readonly sequence: string;
  readonly time: number;
}

// A browser may keep nothing: then it lasts as long as the page.
const kept = new Map<string, string>();
let known: Known = { pending: stored(sessionStorage, PENDING), text: "" };
let underWay = 0;
let wantsReload = false;
const heard = new Set<() => void>();

/** What is signed and not over, for whoever shows it. */
export function useKnown(): Known {
  const [, setCount] = useState(0);
  useEffect(() => {
    const changed = (): void => setCount((before) => before + 1);
    heard.add(changed);
    return () => void heard.delete(changed);
  }, []);
  return known;
}

/** What is signed and not over. */
export function pendingNow(): Pending | null {
  return known.pending;
}

/** Says how far it has come. */
export function tellPending(text: string): void {
  change({ ...known, text });
}

/** It is signed: from here on it may land, whatever is heard of it. */
export function begun(pending: Pending, sequence: bigint): void {
  put(sessionStorage, PENDING, pending);
  if (pending.isNumbered) {
    put(localStorage, HELD + pending.account, { sequence: String(sequence), time: pending.time });
  }
  change({ pending, text: "" });
}

/** It is over. What has landed has used its number; what has not may be the server's word alone, and keeps it. */
export function over(pending: Pending, hasLanded: boolean, text: string): void {
  put(sessionStorage, PENDING, null);
  if (hasLanded && pending.isNumbered) {
    put(localStorage, HELD + pending.account, null);
  }
  change({ pending: null, text });
}

/** The number that the account's next transaction must have, so that it never counts beside an earlier one. */
export function heldSequence(account: string): bigint | null {
  const held = stored<Held>(localStorage, HELD + account);
  return held === null || Date.now() - held.time > HELD_MILLISECONDS ? null : BigInt(held.sequence);
}

/** Does something during which the page is not loaded again. */
export async function withoutReload<T>(does: () => Promise<T>): Promise<T> {
  underWay += 1;
  try {
    return await does();
  } finally {
    underWay -= 1;
    reloadNow();
  }
}

/** Loads the page again, as soon as nothing is under way. */
export function reload(): void {
  wantsReload = true;
  reloadNow();
}

function reloadNow(): void {
  if (wantsReload && underWay === 0) {
    location.reload();
  }
}

function change(to: Known): void {
  known = to;
  heard.forEach((each) => each());
}

function put(storage: Storage, name: string, value: object | null): void {
  kept.delete(name);
  try {
    storage.removeItem(name);
    if (value !== null) {
      kept.set(name, JSON.stringify(value));
      storage.setItem(name, JSON.stringify(value));
    }
  } catch {
    // It is in `kept`.
  }
}

function stored<T>(storage: Storage, name: string): T | null {
  try {
    return JSON.parse(storage.getItem(name) ?? kept.get(name) ?? "null") as T | null;
  } catch {
    return null;
  }
}
