/**
 * What every client of the program's IDL has to do itself: find the events of a transaction, and an error by its name.
 *
 * It needs no package and takes what any client answers. Events with `@anchor-lang/core`:
 *
 *     const found = await connection.getTransaction(signature, { maxSupportedTransactionVersion: 0 });
 *     for (const { name, bytes } of programEvents(found, idl)) console.log(name, decode(name, bytes));
 *
 * where `decode` is `(_, bytes) => program.coder.events.decode(Buffer.from(bytes).toString("base64"))`, or, with a client
 * that Codama rendered (codama.mjs), the event's own decoder on `bytes.subarray(8)`.
 */

/** As much of the IDL as is read here. */
export interface ProgramIdl {
  readonly address: string;
  readonly events: readonly { readonly name: string; readonly discriminator: readonly number[] }[];
  readonly errors: readonly { readonly code: number; readonly name: string; readonly msg?: string }[];
}

/** An event: its name in the IDL, and its bytes with the eight of its discriminator in front. */
export interface ProgramEvent {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** An error of the program, as the IDL has it. */
export interface ProgramError {
  readonly code: number;
  readonly name: string;
  readonly message: string;
}

/** A transaction as `getTransaction` answers it, in the encoding `json`, by any client. */
export interface AnsweredTransaction {
  readonly meta?: {
    readonly innerInstructions?:
      | readonly { readonly instructions: readonly { readonly data: string; readonly programIdIndex: number }[] }[]
      | null;
    readonly loadedAddresses?: { readonly writable: readonly unknown[]; readonly readonly: readonly unknown[] } | null;
  } | null;
  readonly transaction: {
    readonly message: { readonly accountKeys?: readonly unknown[]; readonly staticAccountKeys?: readonly unknown[] };
  };
}

/** Anchor's mark of an event: the program calls itself with these bytes, then the event's. */
const EVENT_MARK = [0xe4, 0x45, 0xa5, 0x2e, 0x51, 0xcb, 0x9a, 0x1d];

/** The events that the program told in a transaction, in their order. Null, as of an unknown transaction, has none. */
export function programEvents(transaction: AnsweredTransaction | null, idl: ProgramIdl): ProgramEvent[] {
  const meta = transaction?.meta;
  if (transaction === null || !meta?.innerInstructions) return [];
  const message = transaction.transaction.message;
  const keys = [
    ...(message.staticAccountKeys ?? message.accountKeys ?? []),
    ...(meta.loadedAddresses?.writable ?? []),
    ...(meta.loadedAddresses?.readonly ?? []),
  ];
  const found: ProgramEvent[] = [];
  for (const { instructions } of meta.innerInstructions) {
    for (const { data, programIdIndex } of instructions) {
      // Anybody's program can write such bytes: an event is one only if this program wrote it.
      if (String(keys[programIdIndex]) !== idl.address) continue;
      const raw = fromBase58(data);
      if (!startsWith(raw, EVENT_MARK)) continue;
      const bytes = raw.subarray(EVENT_MARK.length);
      const event = idl.events.find((each) => startsWith(bytes, each.discriminator));
      if (event) found.push({ name: event.name, bytes });
    }
  }
  return found;
}

/**
 * The program's error in whatever a client threw or a node answered: an `Error`, a transaction's `err`, or log lines.
 * Null where there is none, or a log line says that another program failed. A code without a log line does not say whose
 * it is: ask only of what failed in this program's instructions.
 */
export function programError(failure: unknown, idl: ProgramIdl): ProgramError | null {
  const code = customCode(failure, idl.address, new Set());
  const error = code === null ? undefined : idl.errors.find((each) => each.code === code);
  return error ? { code: error.code, name: error.name, message: error.msg ?? error.name } : null;
}

function customCode(value: unknown, program: string, seen: Set<unknown>): number | null {
  if (typeof value === "string") {
    const found = /(?:Program (\w+) failed: )?custom program error: (?:#(\d+)|(0x[0-9a-f]+))/i.exec(value);
    return found && [undefined, program].includes(found[1]) ? Number(found[2] ?? found[3]) : null;
  }
  if (typeof value !== "object" || value === null || seen.has(value)) return null;
  seen.add(value);
  const custom = (value as { Custom?: unknown }).Custom;
  if (typeof custom === "number" || typeof custom === "bigint") return Number(custom);
  // Errors keep their message and cause out of what is enumerated.
  const { message, cause } = value as { message?: unknown; cause?: unknown };
  for (const part of [message, cause, ...Object.values(value)]) {
    const code = customCode(part, program, seen);
    if (code !== null) return code;
  }
  return null;
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((each, place) => bytes[place] === each);
}

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

function fromBase58(text: string): Uint8Array {
  let number = 0n;
  for (const letter of text) number = number * 58n + BigInt(ALPHABET.indexOf(letter));
  const bytes: number[] = [];
  for (; number > 0n; number >>= 8n) bytes.unshift(Number(number & 0xffn));
  const zeros = text.length - text.replace(/^1+/, "").length;
  return Uint8Array.from([...new Array<number>(zeros).fill(0), ...bytes]);
}
