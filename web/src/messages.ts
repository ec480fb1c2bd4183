/** Texts that a wallet signs: made here as the server must have made them, so that nothing else is signed. */

import { encode } from "./chain/base58.js";
import type { Challenge, PlatformView } from "./api.js";
import { Tampered } from "./chain/checked.js";
import { type Connected, signMessage } from "./wallets.js";

/** What a signature of a challenge proves. */
export interface Proof {
  readonly nonce: string;
  readonly issued_at: bigint;
  readonly signature: string;
}

/** What the wallet agrees to when it signs in. */
export function signInSentence(platform: string, namespace: string): string {
  return (
    `I sign in to see and manage my credits in namespace "${namespace}" of platform ${platform}. ` +
    "This moves nothing: I approve each payment by itself."
  );
}

/** What the wallet agrees to when it makes an API key for reading and spending. */
export function keySentence(platform: string, namespace: string, name: string, dailyBudget: bigint | null): string {
  const daily = dailyBudget === null ? "any number of credits" : `${dailyBudget} credits`;
  return [
    `I make the API key "${name}" for namespace "${namespace}" of platform ${platform}`,
    "It may: read, spend",
    `Budget: ${daily} a day, any number of credits a month`,
    'Project "", member ""',
    "Valid until revoked",
    "It cannot move credits out.",
  ].join(". ");
}

/** Has a challenge signed that says this sentence. Throws Tampered, and what the wallet throws. */
export async function prove(
  challenge: Challenge,
  sentence: string,
  by: Connected,
  platform: PlatformView,
): Promise<Proof> {
  const expected = [
    `${location.host} wants you to sign in with your Solana account:`,
    by.account.address,
    "",
    sentence,
    "",
    `URI: ${platform.url}`,
    "Version: 1",
    `Chain ID: ${platform.chain}`,
    `Nonce: ${challenge.nonce}`,
    `Issued At: ${time(challenge.issued_at)}`,
    `Expiration Time: ${time(challenge.expires_at)}`,
  ].join("\n");
  if (challenge.message !== expected || !/^[0-9a-f]{64}$/.test(challenge.nonce)) {
    throw new Tampered("the text to sign is another one");
  }
  const signature = encode(await signMessage(by, expected));
  return { nonce: challenge.nonce, issued_at: challenge.issued_at, signature };
}

function time(seconds: bigint): string {
  return new Date(Number(seconds) * 1_000).toISOString().replace(".000Z", "Z");
}
