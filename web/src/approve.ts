/** From what was typed to what has landed: made by the server, checked here, signed by the wallet, passed on. */

import * as operations from "../../clients/typescript/src/operations.js";
import {
  ask,
  Refused,
  type TransactionView,
  UnexpectedAnswer,
  Unreachable,
  type UnsignedTransaction,
} from "./api.js";
import { creditAddress } from "./chain/addresses.js";
import { toBase64 } from "./chain/bytes.js";
import { checked, isSame, signatureOf } from "./chain/checked.js";
import { PROGRAM_ID } from "./chain/program.js";
import type { Side, Wanted } from "./chain/wanted.js";
import { Plain } from "./failures.js";
import { creditsText } from "./money.js";
import { begun, heldSequence, over, type Pending, pendingNow, tellPending, withoutReload } from "./signed.js";
import { accountOf, signTransaction } from "./wallets.js";

const FIRST_LOOK_MILLISECONDS = 250;
const LOOK_MILLISECONDS = 1_000;
const LOOKS_BETWEEN_SENDS = 5;

let isApproving = false;

/** Hears how far it has come. */
export type Progress = (text: string) => void;

/** What landed, and in which slot. */
export interface Landed {
  readonly signature: string;
  readonly slot: bigint;
}

/** Does what was typed. Throws Tampered, Plain, Refused, Unreachable, and what the wallet throws. */
export async function approve(wanted: Wanted, side: Side, tell: Progress): Promise<Landed> {
  return await withoutReload(async () => {
    refuseWhilePending();
    isApproving = true;
    try {
      tell("Preparing…");
      const by = await accountOf(side.wallet);
      const account = await creditAddress(PROGRAM_ID, side.platform.platform, side.wallet, side.namespace);
      const made = await ask(callOf(wanted));
      const { bytes, sequence, isNumbered } = await checked(made.transaction, wanted, side, heldSequence(account));
      tell(`Approve it in ${by.wallet.name}.`);
      const signed = await signTransaction(by, bytes, side.platform.chain);
      if (!isSame(signed, bytes)) {
        throw new Plain("Your wallet gave back another transaction than it was shown. It was not sent: use another wallet.");
      }
      const pending = {
        what: nameOf(wanted),
        signature: signatureOf(signed),
        transaction: toBase64(signed),
        lastValidBlockHeight: String(made.last_valid_block_height),
        time: Date.now(),
        account,
        isNumbered,
      };
      begun(pending, sequence);
      return await landed(pending, tell);
    } finally {
      isApproving = false;
    }
  });
}

/** Goes on with what was signed before this page was loaded. */
export async function resume(): Promise<void> {
  const pending = pendingNow();
  if (pending === null || isApproving) {
    return;
  }
  isApproving = true;
  try {
    await withoutReload(() => landed(pending, () => undefined));
  } catch {
    // The bar says what became of it.
  } finally {
    isApproving = false;
  }
}

function refuseWhilePending(): void {
  if (pendingNow() !== null) {
    throw new Plain("What you signed before is not over yet: it is named at the top. Do nothing new before it is.");
  }
  if (isApproving) {
    throw new Plain("Something else waits for your wallet: approve or decline that first.");
  }
}

function nameOf(wanted: Wanted): string {
  switch (wanted.kind) {
    case "purchase":
      return `Buying ${creditsText(wanted.credits + (wanted.pack?.bonusCredits ?? 0n))}`;
    case "withdrawal":
      return wanted.credits === null ? "Withdrawing all credits" : `Withdrawing ${creditsText(wanted.credits)}`;
    default:
      return "Changing the limits";
  }
}

function callOf(wanted: Wanted): Parameters<typeof ask<UnsignedTransaction>>[0] {
  if (wanted.kind === "limits") {
    return operations.createLimitsTransaction(wanted.limits);
  }
  if (wanted.kind === "withdrawal") {
    return operations.createWithdrawalTransaction({ credits: wanted.credits });
  }
  const { credits, pack, limits } = wanted;
  return operations.createPurchaseTransaction({
    credits,
    pack: pack?.pack ?? null,
    bonus_credits: pack?.bonusCredits ?? null,
    limits,
  });
}

/** The same bytes again and again, until they have landed or never will: whatever else is answered ends nothing. */
async function landed(pending: Pending, tell: Progress): Promise<Landed> {
  const { signature } = pending;
  const say = (text: string): void => {
    tell(text);
    tellPending(text);
  };
  say("Sent. Waiting for the chain…");
  for (let looks = 0; ; looks += 1) {
    let refusal = "";
    if (looks % LOOKS_BETWEEN_SENDS === 0) {
      const sent = await tried(operations.sendTransaction({ transaction: pending.transaction }));
      refusal = sent.failure;
    }
    const query = { last_valid_block_height: BigInt(pending.lastValidBlockHeight) };
    const { value: found, failure: silence } = await tried(operations.getTransaction(signature, query));
    const slot = found === null ? null : slotOf(pending, found);
    if (slot !== null) {
      over(pending, true, `${pending.what}: done.`);
      return { signature, slot };
    }
    const failure = silence || refusal;
    say(failure === "" ? "Sent. Waiting for the chain…" : unsure(failure, signature));
    await pause(failure === "" && looks < LOOKS_BETWEEN_SENDS ? FIRST_LOOK_MILLISECONDS : LOOK_MILLISECONDS);
  }
}

interface Tried<T> {
  readonly value: T | null;
  /** Why there is none; empty: there is one. */
  readonly failure: string;
}

/** What the server says. Throws nothing: after a signature, no failure is an end. */
async function tried<T>(call: Parameters<typeof ask<T>>[0]): Promise<Tried<T>> {
  try {
    return { value: await ask(call), failure: "" };
  } catch (error) {
    return { value: null, failure: failureOf(error) };
  }
}

function failureOf(error: unknown): string {
  if (error instanceof Refused) {
    return `The server says: ${error.problem.detail}`;
  }
  if (error instanceof Unreachable) {
    return navigator.onLine ? "The server does not answer." : "You are offline.";
  }
  return error instanceof UnexpectedAnswer
    ? `Something other than the server answered (status ${error.status}).`
    : "The answer cannot be read.";
}

function unsure(why: string, signature: string): string {
  return `${why} It may have been sent: signature ${signature}. Do not buy again before you see it. Looking again…`;
}

/** The slot of what landed; null: not yet. Throws Plain where it never does. */
function slotOf(pending: Pending, found: TransactionView): bigint | null {
  switch (found.state) {
    case "landed":
      return found.slot;
    case "failed":
      return never(pending, `The chain refused it: ${found.detail ?? "it does not say why"}. Nothing was paid but the fee.`);
    case "expired":
      return never(pending, "It was signed too late and has expired. Nothing happened, and it never will; try again.");
    default:
      return null;
  }
}

function never(pending: Pending, why: string): never {
  over(pending, false, `${pending.what}: ${why}`);
  throw new Plain(why);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
