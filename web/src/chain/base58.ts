/** Base58, as addresses and signatures are written. */

const DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BASE = 58n;

/** The text of some bytes. */
export function encode(bytes: Uint8Array): string {
  let number = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let text = "";
  for (; number > 0n; number /= BASE) {
    text = DIGITS.charAt(Number(number % BASE)) + text;
  }
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return "1".repeat(zeros < 0 ? bytes.length : zeros) + text;
}

/** The 32 bytes of an address. Throws RangeError where it is none. */
export function decodeAddress(text: string): Uint8Array {
  let number = 0n;
  for (const digit of text) {
    const value = DIGITS.indexOf(digit);
    if (value < 0) {
      throw new RangeError(`${text} is not an address`);
    }
    number = number * BASE + BigInt(value);
  }
  const bytes = new Uint8Array(32);
  for (let at = 31; at >= 0; at -= 1) {
    bytes[at] = Number(number & 255n);
    number >>= 8n;
  }
  if (number !== 0n || encode(bytes) !== text) {
    throw new RangeError(`${text} is not an address`);
  }
  return bytes;
}

/** Whether a text is an address. */
export function isAddress(text: string): boolean {
  try {
    decodeAddress(text);
    return true;
  } catch {
    return false;
  }
}
