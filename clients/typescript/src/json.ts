/** JSON whose numbers keep all their digits, which JavaScript's own does not: a number there is a float. */

/** A number of a JSON text, as it is written there. */
export class Digits {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

// A string, so that digits in it are left alone, or a number.
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/** What a JSON text says, with a `Digits` for each number. Throws SyntaxError. */
export function parse(text: string): unknown {
  const numbers: string[] = [];
  // Each number becomes its place in the list. The spaces keep apart what was no number, such as 01.
  const numbered = text.replace(TOKEN, (token) => (token.startsWith('"') ? token : ` ${numbers.push(token) - 1} `));
  return JSON.parse(numbered, (_, value: unknown) =>
    typeof value === "number" ? new Digits(numbers[value] ?? "") : value,
  );
}

/**
 * The JSON text of a request's body or of an answer, for which JSON.stringify refuses integers. What is undefined is
 * left out. Throws RangeError where a number is not exact.
 */
export function stringify(value: unknown): string {
  if (typeof value === "bigint" || typeof value === "number") {
    return digitsOf(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(stringify).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${stringify(member)}`).join(",")}}`;
  }
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) {
    throw new TypeError(`a ${typeof value} is nothing in JSON`);
  }
  return text;
}

/** A number in digits. Throws RangeError where it is not what was meant: a float has no whole number from 2^53 on. */
export function digitsOf(value: bigint | number): string {
  if (typeof value === "number" && (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(`${value} is not exact: give a bigint, such as 9007199254740993n`);
  }
  return value.toString();
}
