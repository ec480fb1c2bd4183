/** A request of the API, and its answer, without the way between them. */

import { type ApiError, Refused, unexpected } from "./errors.js";
import { digitsOf, parse, stringify } from "./json.js";
import { PROBLEMS } from "./problems.js";
import type { Reader } from "./reading.js";
import * as readers from "./readers.js";
import type { Whole } from "./types.js";

const JSON_MEDIA = "application/json";
const PROBLEM_MEDIA = "application/problem+json";
// More than any: a header that something on the way made up.
const MOST_DIGITS = 20;

/** What came back, whole. */
export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly content: Uint8Array;
}

/** A request that is answered with a T. A `repeatable` one does the same however often it is sent. */
export interface Call<T> {
  readonly method: string;
  readonly path: string;
  readonly repeatable: boolean;
  readonly query?: Readonly<Record<string, string | boolean | Whole | undefined>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
  /** Reads the answer of a success. Throws UnexpectedAnswer. */
  readonly answer: (received: Received) => T;
}

/** An answer, and what its headers say: `creditsRemaining` is null where the server did not tell. */
export interface Answered<T> {
  readonly value: T;
  readonly requestId: string;
  readonly creditsRemaining: bigint | null;
}

/** Reads an answer in JSON. */
export function json<T>(read: Reader<T>): (received: Received) => T {
  return (received) => {
    if (mediaOf(received) !== JSON_MEDIA) {
      throw unexpected(received.status, received.content);
    }
    return decoded(received, read);
  };
}

/** Takes an answer as it is. */
export function bytes({ content }: Received): Uint8Array {
  return content;
}

/** Takes an answer without a body. */
export function nothing(): void {}

/** A path with its parameters, of which none can become another part of the path. Throws RangeError. */
export function place(template: string, parts: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const part = parts[name];
    if (part === undefined || ["", ".", ".."].includes(part)) {
      throw new RangeError(`${name}: ${JSON.stringify(part)} names nothing`);
    }
    return encodeURIComponent(part);
  });
}

/** Where a request goes, on the server at `url`. Throws RangeError where a number is not exact. */
export function addressOf(call: Call<unknown>, url: string): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) {
      query.set(name, typeof value === "number" ? digitsOf(value) : String(value));
    }
  }
  const asked = query.toString();
  return url + call.path + (asked && `?${asked}`);
}

/** How a request is sent, with an API key where there is one. Throws RangeError where a number is not exact. */
export function requestOf(call: Call<unknown>, key: string | undefined): RequestInit {
  const headers = new Headers();
  if (key !== undefined) {
    headers.set("Authorization", `Bearer ${key}`);
  }
  for (const [name, value] of Object.entries(call.headers ?? {})) {
    if (value !== undefined) {
      headers.set(name, value);
    }
  }
  // Neither a cookie nor a copy has a part in it, and no key goes where an answer points to.
  const request: RequestInit = {
    method: call.method,
    headers,
    cache: "no-store",
    credentials: "omit",
    redirect: "manual",
  };
  if (call.body !== undefined) {
    headers.set("Content-Type", JSON_MEDIA);
    request.body = stringify(call.body);
  }
  return request;
}

/** What the server said. Throws Refused, UnexpectedAnswer. */
export function answerOf<T>(call: Call<T>, received: Received): Answered<T> {
  const { status, headers, content } = received;
  if (status >= 400 && mediaOf(received) === PROBLEM_MEDIA) {
    throw refusalOf(received);
  }
  if (status < 200 || status >= 300) {
    throw unexpected(status, content);
  }
  const remaining = wholeOf(headers, "x-credits-remaining");
  return {
    value: call.answer(received),
    requestId: headers.get("x-request-id") ?? "",
    creditsRemaining: remaining === null ? null : BigInt(remaining),
  };
}

/** The seconds that the server asks to wait, null where it does not say. */
export function retryAfter(headers: Headers): number | null {
  const seconds = wholeOf(headers, "retry-after");
  return seconds === null ? null : Number(seconds);
}

function refusalOf(received: Received): ApiError {
  const problem = decoded(received, readers.Problem);
  const slug = problem.type.slice(problem.type.lastIndexOf("/") + 1);
  const kind = PROBLEMS.get(slug) ?? Refused;
  return new kind(problem, retryAfter(received.headers));
}

function decoded<T>({ status, content }: Received, read: Reader<T>): T {
  try {
    return read(parse(new TextDecoder("utf-8", { fatal: true }).decode(content)), "the answer");
  } catch (error) {
    throw unexpected(status, content, error);
  }
}

function mediaOf({ headers }: Received): string {
  return (headers.get("content-type") ?? "").split(";", 1).join().trim().toLowerCase();
}

function wholeOf(headers: Headers, name: string): string | null {
  const text = headers.get(name) ?? "";
  return /^\d+$/.test(text) && text.length <= MOST_DIGITS ? text : null;
}
