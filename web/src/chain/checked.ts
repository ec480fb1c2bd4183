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

/** The bytes of a transaction that does what was typed. Throws Tampered. */
export async function checked(transaction: string, wanted: Wanted, side: Side): Promise<Uint8Array> {
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
  return bytes;
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

/** The first signature of a signed transaction, in base58. */
export function signatureOf(signed: Uint8Array): string {
  return encode(signed.slice(1, 65));
}
