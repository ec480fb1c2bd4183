/** From what was typed to what has landed: made by the server, checked here, signed by the wallet, passed on. */

import * as operations from "../../clients/typescript/src/operations.js";
import {
  ask,
  Refused,
  type SignedTransaction,
  type TransactionView,
  Unreachable,
  type UnsignedTransaction,
} from "./api.js";
import { toBase64 } from "./chain/bytes.js";
import { checked, signatureOf } from "./chain/checked.js";
import type { Side, Wanted } from "./chain/wanted.js";
import { Plain } from "./failures.js";
import { accountOf, signTransaction } from "./wallets.js";

const FIRST_LOOK_MILLISECONDS = 250;
const LOOK_MILLISECONDS = 1_000;
const LOOKS_BETWEEN_SENDS = 5;

/** Hears how far it has come. */
export type Progress = (text: string) => void;

/** What landed, and in which slot. */
export interface Landed {
  readonly signature: string;
  readonly slot: bigint;
}

/** Does what was typed. Throws Tampered, Plain, Refused, Unreachable, and what the wallet throws. */
export async function approve(wanted: Wanted, side: Side, tell: Progress): Promise<Landed> {
  tell("Preparing…");
  const by = await accountOf(side.wallet);
  const made = await ask(callOf(wanted));
  const bytes = await checked(made.transaction, wanted, side);
  tell(`Approve it in ${by.wallet.name}.`);
  const signed = await signTransaction(by, bytes, side.platform.chain);
  return await landed(signed, made, tell);
}

function callOf(wanted: Wanted): Parameters<typeof ask<UnsignedTransaction>>[0] {
  if (wanted.kind === "limits") {
    return operations.createLimitsTransaction(wanted.limits);
  }
  if (wanted.kind === "withdrawal") {
    return operations.createWithdrawalTransaction({ credits: wanted.credits });
  }
  const { credits, pack, limits } = wanted;
  return operations.createPurchaseTransaction({ credits, pack: pack?.pack ?? null, limits });
}

/** The same bytes again and again, until they have landed or never will. */
async function landed(signed: Uint8Array, made: UnsignedTransaction, tell: Progress): Promise<Landed> {
  const signature = signatureOf(signed);
  const body = { transaction: toBase64(signed) };
  tell("Sent. Waiting for the chain…");
  for (let looks = 0; ; looks += 1) {
    try {
      if (looks % LOOKS_BETWEEN_SENDS === 0) {
        await send(body, looks > 0);
      }
      const found = await ask(
        operations.getTransaction(signature, { last_valid_block_height: made.last_valid_block_height }),
      );
      const slot = slotOf(found);
      if (slot !== null) {
        return { signature, slot };
      }
      tell("Sent. Waiting for the chain…");
    } catch (error) {
      if (!isPassing(error)) {
        throw error;
      }
      tell(
        navigator.onLine
          ? "Signed. The server does not answer: it may have landed. Looking again…"
          : "Signed. You are offline: it may have landed. Looking again once you are online…",
      );
    }
    await pause(looks < LOOKS_BETWEEN_SENDS ? FIRST_LOOK_MILLISECONDS : LOOK_MILLISECONDS);
  }
}

/** Passes it on. What is refused as a repeat may have landed the first time: only the chain says that. */
async function send(body: SignedTransaction, isRepeat: boolean): Promise<void> {
  try {
    await ask(operations.sendTransaction(body));
  } catch (error) {
    if (!(isRepeat && error instanceof Refused)) {
      throw error;
    }
  }
}

/** The slot of what landed; null: not yet. Throws Plain where it never does. */
function slotOf(found: TransactionView): bigint | null {
  switch (found.state) {
    case "landed":
      return found.slot;
    case "failed":
      throw new Plain(`The chain refused it: ${found.detail ?? "it does not say why"}. Nothing was paid but the fee.`);
    case "expired":
      throw new Plain("It was signed too late and has expired. Nothing happened, and it never will; try again.");
    default:
      return null;
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Refused && error.status >= 500);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
