/** A transaction in the old format, read byte by byte. */

import { encode } from "./base58.js";

/** What one instruction says. */
export interface Instruction {
  readonly program: string;
  readonly accounts: readonly string[];
  readonly data: Uint8Array;
}

/** What a transaction says. */
export interface Message {
  readonly feePayer: string;
  readonly signers: number;
  readonly instructions: readonly Instruction[];
}

/** Reads an unsigned transaction. Throws RangeError where it is none, or of a newer format. */
export function readTransaction(bytes: Uint8Array): Message {
  const reader = new Reader(bytes);
  reader.skip(64 * reader.length());
  const signers = reader.byte();
  if (signers >= 128) {
    throw new RangeError("its format is newer than this page reads");
  }
  reader.skip(2);
  const keys = reader.list(() => encode(reader.take(32)));
  reader.skip(32);
  const key = (index: number): string => {
    const found = keys[index];
    if (found === undefined) {
      throw new RangeError("it names an account that it does not have");
    }
    return found;
  };
  const instructions = reader.list(() => ({
    program: key(reader.byte()),
    accounts: reader.list(() => key(reader.byte())),
    data: reader.take(reader.length()),
  }));
  reader.end();
  return { feePayer: key(0), signers, instructions };
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) {
      throw new RangeError("it ends too early");
    }
    const taken = this.#bytes.slice(this.#at, end);
    this.#at = end;
    return taken;
  }

  skip(length: number): void {
    this.take(length);
  }

  byte(): number {
    return this.take(1)[0] ?? 0;
  }

  /** A length, of which each byte has seven bits. */
  length(): number {
    let length = 0;
    for (let shift = 0; shift < 21; shift += 7) {
      const byte = this.byte();
      length |= (byte & 127) << shift;
      if (byte < 128) {
        return length;
      }
    }
    throw new RangeError("it has a length that is none");
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: this.length() }, read);
  }

  end(): void {
    if (this.#at !== this.#bytes.length) {
      throw new RangeError("it has bytes at its end that say nothing");
    }
  }
}
