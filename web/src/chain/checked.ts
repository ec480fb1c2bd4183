/** Whether the server's transaction does what was typed, and nothing else. */

import { encode } from "./base58.js";
import { fromBase64, same } from "./bytes.js";
import { type Instruction, type Message, readTransaction } from "./message.js";
import { type Side, type Wanted, wantedInstructions } from "./wanted.js";

/** The server has made another transaction than was asked for. Nothing of it is signed. */
export class Tampered extends Error {
  override readonly name = "Tampered";

  constructor(what: string) {
    super(
      `The server made a transaction that is not what you asked for: ${what}. It was not shown to your wallet, and ` +
        "nothing was signed. Do not use this server until its operator has explained it.",
    );
  }
}

/** A transaction that does what was typed. */
export interface Checked {
  readonly bytes: Uint8Array;
  /** The account's number in it; 0 where it has none. */
  readonly sequence: bigint;
  /** Whether it moves credits, so that it must not count beside another one. */
  readonly isNumbered: boolean;
}

/**
 * The transaction, where it does what was typed. Throws Tampered.
 *
 * `held` is the number of an earlier one that may land yet: with another number, both would count.
 */
export async function checked(transaction: string, wanted: Wanted, side: Side, held: bigint | null): Promise<Checked> {
  const bytes = fromBase64(transaction);
  let message: Message;
  try {
    message = readTransaction(bytes);
  } catch (error) {
    throw new Tampered(error instanceof Error ? error.message : "it cannot be read");
  }
  if (message.feePayer !== side.wallet || message.signers !== 1) {
    throw new Tampered("another wallet pays its fee or has to sign it");
  }
  const last = message.instructions.at(-1);
  const sequence = last === undefined || last.data.length < 8 ? 0n : lastNumber(last.data);
  const expected = await wantedInstructions(wanted, side, sequence);
  if (message.instructions.length !== expected.length) {
    throw new Tampered("it has other instructions");
  }
  expected.forEach((each, at) => {
    const found = message.instructions[at];
    if (found !== undefined) {
      compare(found, each);
    }
  });
  // Without a number, a repeat would count again; what is opened is opened once, and limits may be lowered twice.
  const isNumbered = wanted.kind === "withdrawal" || (wanted.kind === "purchase" && wanted.limits === null);
  if (isNumbered && sequence === 0n) {
    throw new Tampered("it could be sent twice");
  }
  if (isNumbered && held !== null && held !== sequence) {
    throw new Tampered("one that you signed less than three minutes ago may land yet, and both would count; try later");
  }
  return { bytes, sequence, isNumbered: wanted.kind !== "limits" };
}

function compare(found: Instruction, expected: Instruction): void {
  if (found.program !== expected.program) {
    throw new Tampered(`it calls the program ${found.program}`);
  }
  if (!same(found.data, expected.data)) {
    throw new Tampered("its instruction or its amounts are others");
  }
  const at = expected.accounts.findIndex((account, index) => account !== found.accounts[index]);
  if (at >= 0 || found.accounts.length !== expected.accounts.length) {
    throw new Tampered(`it moves something from or to ${found.accounts[at] ?? "another account"}`);
  }
}

function lastNumber(data: Uint8Array): bigint {
  return new DataView(data.buffer, data.byteOffset + data.length - 8, 8).getBigUint64(0, true);
}

/** Whether a wallet gave back what it was given, with a signature in it. */
export function isSame(signed: Uint8Array, given: Uint8Array): boolean {
  const message = 1 + 64;
  return signed[0] === 1 && given[0] === 1 && same(signed.slice(message), given.slice(message));
}

/** The first signature of a signed transaction, in base58. */
export function signatureOf(signed: Uint8Array): string {
  return encode(signed.slice(1, 65));
}
