/** Amounts and times as people read them. */

import type { PlatformView } from "./api.js";

const KNOWN_MINTS: Readonly<Record<string, string>> = {
  EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v: "USDC",
  "4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU": "USDC",
  Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB: "USDT",
};

/** Credits with a separator between thousands. */
export function credits(amount: bigint | number): string {
  return amount.toLocaleString("en");
}

/** "1 credit", "2 credits". */
export function creditsText(amount: bigint): string {
  return `${credits(amount)} ${amount === 1n ? "credit" : "credits"}`;
}

/** Base units as tokens of the platform's mint, exact, with the token's name: 10.00 USDC. */
export function tokens(baseUnits: bigint, platform: PlatformView): string {
  const scale = 10n ** BigInt(platform.decimals);
  const fraction = (baseUnits % scale).toString().padStart(Number(platform.decimals), "0").replace(/0+$/, "");
  const shown = fraction.padEnd(Math.min(Number(platform.display_decimals), Number(platform.decimals)), "0");
  return `${credits(baseUnits / scale)}${shown && `.${shown}`} ${currency(platform)}`;
}

/** Base units of an amount that the API gives as an exact decimal of the platform's currency. */
export function baseUnits(decimal: string, platform: PlatformView): bigint {
  const [whole = "0", fraction = ""] = decimal.split(".");
  const decimals = Number(platform.decimals);
  return BigInt(whole + fraction.padEnd(decimals, "0").slice(0, decimals));
}

/** What so many credits cost. */
export function price(amount: bigint, platform: PlatformView): string {
  return tokens(amount * BigInt(platform.base_units_per_credit), platform);
}

/** The token's name where everybody knows its mint, else the mint's address: a server could give it any name. */
export function currency(platform: PlatformView): string {
  return KNOWN_MINTS[platform.mint] ?? `of ${short(platform.mint)}`;
}

/** An address without its middle. */
export function short(address: string): string {
  return `${address.slice(0, 4)}…${address.slice(-4)}`;
}

/** A whole number that was typed, with separators or without; null where it is none. */
export function typedNumber(text: string): bigint | null {
  const digits = text.trim().replace(/(\d)[, _](?=\d{3}(?:\D|$))/g, "$1");
  return /^\d{1,10}$/.test(digits) ? BigInt(digits) : null;
}

// The last second that JavaScript has a date for.
const LAST_SECOND = 8_640_000_000_000n;

/** A day and time, in the reader's own zone. */
export function when(seconds: bigint): string {
  const options: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat("en", options).format(dateOf(seconds));
}

/** A day in UTC, as usage is counted. */
export function day(seconds: bigint): string {
  const options: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeZone: "UTC" };
  return new Intl.DateTimeFormat("en", options).format(dateOf(seconds));
}

function dateOf(seconds: bigint): Date {
  return new Date(Number(seconds < LAST_SECOND ? seconds : LAST_SECOND) * 1_000);
}

/** A length of time in the largest unit that it is a multiple of. */
export function duration(seconds: bigint): string {
  const units: readonly [bigint, string][] = [
    [86_400n, "day"],
    [3_600n, "hour"],
    [60n, "minute"],
    [1n, "second"],
  ];
  const [length, name] = units.find(([each]) => seconds % each === 0n) ?? [1n, "second"];
  const count = seconds / length;
  return count === 1n ? name : `${credits(count)} ${name}s`;
}
