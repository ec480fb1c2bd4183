/** What was typed, as the instructions that do it: the page makes them by itself, to compare the server's with. */

import type { LimitsView, PlatformView } from "../../../clients/typescript/src/types.js";
import * as addresses from "./addresses.js";
import { decodeAddress } from "./base58.js";
import { concat, u64 } from "./bytes.js";
import type { Instruction } from "./message.js";
import { BEGINNINGS, PROGRAM_ID } from "./program.js";

/** A pack to buy. */
export interface PackWanted {
  readonly pack: number;
  readonly bonusCredits: bigint;
}

/** What the wallet's owner has asked for. */
export type Wanted =
  | {
      readonly kind: "purchase";
      readonly credits: bigint;
      readonly pack: PackWanted | null;
      /** Limits of an account that is to be opened; null: it is open. */
      readonly limits: LimitsView | null;
    }
  | { readonly kind: "withdrawal"; readonly credits: bigint | null }
  | { readonly kind: "limits"; readonly limits: LimitsView };

/** Whose account it is about. */
export interface Side {
  readonly platform: PlatformView;
  readonly wallet: string;
  readonly namespace: string;
}

/** The instructions; the number that keeps a repeat from counting is the account's own, and taken as it comes. */
export async function wantedInstructions(wanted: Wanted, side: Side, sequence: bigint): Promise<readonly Instruction[]> {
  const { platform, wallet } = side;
  const account = await addresses.creditAddress(PROGRAM_ID, platform.platform, wallet, side.namespace);
  const vault = await addresses.tokenAddress(account, platform.mint);
  const own = (await addresses.tokenAddress(wallet, platform.mint)).address;
  const end = [await addresses.eventAuthority(PROGRAM_ID), PROGRAM_ID];
  const ours = (accounts: readonly string[], data: Uint8Array): Instruction => ({
    program: PROGRAM_ID,
    accounts: [...accounts, ...end],
    data,
  });

  if (wanted.kind === "limits") {
    const data = concat(BEGINNINGS.set_limits, limitBytes(wanted.limits), u64(sequence));
    return [ours([wallet, account], data)];
  }
  if (wanted.kind === "withdrawal") {
    const amount = wanted.credits === null ? [0] : concat([1], u64(wanted.credits));
    const data = concat(BEGINNINGS.withdraw, amount, u64(sequence));
    return [
      tokenAccount(wallet, wallet, own, platform.mint),
      ours([wallet, account, vault.address, own, addresses.TOKEN_PROGRAM], data),
    ];
  }
  const steps: Instruction[] = [];
  if (wanted.limits !== null) {
    const name = new Uint8Array(16);
    name.set(new TextEncoder().encode(side.namespace));
    const data = concat(BEGINNINGS.open, name, limitBytes(wanted.limits), [vault.bump]);
    steps.push(
      tokenAccount(wallet, account, vault.address, platform.mint),
      ours([wallet, wallet, platform.platform, account, vault.address, addresses.SYSTEM_PROGRAM], data),
    );
  }
  const { credits, pack } = wanted;
  if (pack === null || pack.bonusCredits === 0n) {
    const accounts = [wallet, own, platform.platform, account, vault.address, addresses.TOKEN_PROGRAM];
    steps.push(ours(accounts, concat(BEGINNINGS.purchase, u64(credits), u64(sequence))));
  } else {
    const accounts = [wallet, own, platform.platform, platform.promotion, account, vault.address, addresses.TOKEN_PROGRAM];
    const expected = concat([pack.pack], u64(credits), u64(pack.bonusCredits));
    steps.push(ours(accounts, concat(BEGINNINGS.purchase_pack, expected, u64(sequence))));
  }
  return steps;
}

function tokenAccount(payer: string, owner: string, address: string, mint: string): Instruction {
  return {
    program: addresses.ASSOCIATED_TOKEN_PROGRAM,
    accounts: [payer, address, owner, mint, addresses.SYSTEM_PROGRAM, addresses.TOKEN_PROGRAM],
    data: Uint8Array.of(1),
  };
}

function limitBytes(limits: LimitsView): Uint8Array {
  const numbers = [limits.credits_per_job, limits.credits_per_session, limits.credits_per_period, limits.period_seconds];
  return concat(...numbers.map((each) => u64(BigInt(each))), [limits.quoted_allowed ? 1 : 0]);
}

/** Whether a text is an address that the page can work with. Throws RangeError. */
export function requireAddresses(platform: PlatformView): void {
  for (const each of [platform.platform, platform.mint, platform.promotion, platform.program]) {
    decodeAddress(each);
  }
}
