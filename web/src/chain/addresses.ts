/** Addresses that follow from others, found here: the server's word is not taken for where money goes. */

import { decodeAddress, encode } from "./base58.js";
import { concat } from "./bytes.js";

export const TOKEN_PROGRAM = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";
export const ASSOCIATED_TOKEN_PROGRAM = "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL";
export const SYSTEM_PROGRAM = "11111111111111111111111111111111";

const P = 2n ** 255n - 19n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const NAMESPACE_BYTES = 16;

/** An address that no key signs for, and the number that makes it so. */
export interface Derived {
  readonly address: string;
  readonly bump: number;
}

/** What Solana calls a program derived address: the first off the curve, from bump 255 down. */
export async function derived(seeds: readonly Uint8Array[], program: string): Promise<Derived> {
  for (let bump = 255; bump >= 0; bump -= 1) {
    const end = concat([bump], decodeAddress(program), text("ProgramDerivedAddress"));
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...seeds, end)));
    if (!isOnCurve(hash)) {
      return { address: encode(hash), bump };
    }
  }
  throw new RangeError("these seeds have no address");
}

/** A wallet's credit account. */
export async function creditAddress(program: string, platform: string, wallet: string, namespace: string): Promise<string> {
  const name = new Uint8Array(NAMESPACE_BYTES);
  name.set(text(namespace));
  const seeds = [text("credit"), decodeAddress(platform), decodeAddress(wallet), name];
  return (await derived(seeds, program)).address;
}

/** An owner's associated token account. */
export function tokenAddress(owner: string, mint: string): Promise<Derived> {
  const seeds = [decodeAddress(owner), decodeAddress(TOKEN_PROGRAM), decodeAddress(mint)];
  return derived(seeds, ASSOCIATED_TOKEN_PROGRAM);
}

/** Where the program signs its events. */
export async function eventAuthority(program: string): Promise<string> {
  return (await derived([text("__event_authority")], program)).address;
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** Whether bytes are a point of Ed25519, which somebody could have a key of. */
function isOnCurve(bytes: Uint8Array): boolean {
  let y = 0n;
  for (let at = 31; at >= 0; at -= 1) {
    y = y * 256n + BigInt(bytes[at] ?? 0);
  }
  const square = ((y & (2n ** 255n - 1n)) ** 2n) % P;
  // x² = (y² − 1) / (d·y² + 1) has a root where the product of both has one.
  const product = ((square - 1n + P) * (D * square + 1n)) % P;
  return power(product, (P - 1n) / 2n) <= 1n;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) {
      result = (result * square) % P;
    }
    square = (square * square) % P;
  }
  return result;
}
