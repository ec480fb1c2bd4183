/** The way to the server and back, as often as it may be gone. */

import { type Answered, addressOf, answerOf, type Call, type Received, requestOf, retryAfter } from "./calls.js";
import { Unreachable } from "./errors.js";
import { exchange, type Fetch, pause, reasonOf, wasSent } from "./exchange.js";
import {
  mayRepeatAnswered,
  mayRepeatUnanswered,
  type Retries,
  USUAL,
  waitSeconds,
  wasRefusedAsTooMuch,
} from "./retries.js";

const TIMEOUT_SECONDS = 60; // a lock waits for the chain

/** What a client may be told. */
export interface ClientOptions {
  /** An API key; without one, what is open to everybody can be asked. */
  readonly key?: string | undefined;
  /** How often a request is sent again where that is safe; what is left out is as usual. */
  readonly retries?: Partial<Retries> | undefined;
  /** Seconds without a byte of an answer after which a request has failed: 60. */
  readonly timeoutSeconds?: number | undefined;
  /** What sends requests in place of the global fetch. */
  readonly fetch?: Fetch | undefined;
}

/** What a call may be told. */
export interface AskOptions {
  /** Ends the call, which then throws the signal's reason: the request may have been carried out all the same. */
  readonly signal?: AbortSignal | undefined;
}

/** A connection to one server at `url`, with or without `/v1`. Throws TypeError where that is no address. */
export class Transport {
  readonly #url: string;
  readonly #key: string | undefined;
  readonly #retries: Retries;
  readonly #timeoutSeconds: number;
  readonly #fetch: Fetch;

  constructor(url: string, options: ClientOptions = {}) {
    this.#url = serverOf(url);
    this.#key = options.key;
    this.#retries = { ...USUAL, ...options.retries };
    this.#timeoutSeconds = options.timeoutSeconds ?? TIMEOUT_SECONDS;
    this.#fetch = options.fetch ?? ((to, request) => fetch(to, request));
  }

  /** Sends a call of `operations`. Throws Refused, Unreachable, UnexpectedAnswer, and the reason of the signal. */
  async ask<T>(call: Call<T>, { signal }: AskOptions = {}): Promise<Answered<T>> {
    const url = addressOf(call, this.#url);
    const request = requestOf(call, this.#key);
    const attempts = new Attempts(call, this.#retries);
    for (;;) {
      signal?.throwIfAborted();
      let received: Received;
      try {
        received = await exchange(this.#fetch, url, request, this.#timeoutSeconds, signal);
      } catch (error) {
        signal?.throwIfAborted();
        await pause(attempts.afterFailure(error), signal);
        continue;
      }
      const wait = attempts.afterAnswer(received.status, received.headers);
      if (wait === null) {
        return answerOf(call, received);
      }
      await pause(wait, signal);
    }
  }
}

/** What is decided between two attempts of a call. */
class Attempts {
  readonly #call: Call<unknown>;
  readonly #retries: Retries;
  readonly #began = performance.now();
  #made = 0;
  #mayHaveHappened = false;

  constructor(call: Call<unknown>, retries: Retries) {
    this.#call = call;
    this.#retries = retries;
  }

  /** Seconds until the next attempt; null: this is the answer. */
  afterAnswer(status: number, headers: Headers): number | null {
    this.#made += 1;
    if (!mayRepeatAnswered(this.#call, status)) {
      return null;
    }
    this.#mayHaveHappened ||= !wasRefusedAsTooMuch(status);
    return this.#wait(retryAfter(headers));
  }

  /** Seconds until the next attempt. Throws Unreachable where there is none. */
  afterFailure(error: unknown): number {
    this.#made += 1;
    const sent = wasSent(error);
    this.#mayHaveHappened ||= sent;
    const wait = mayRepeatUnanswered(this.#call, sent) ? this.#wait(null) : null;
    if (wait === null) {
      throw new Unreachable(reasonOf(error), this.#mayHaveHappened, error);
    }
    return wait;
  }

  #wait(asked: number | null): number | null {
    return waitSeconds(this.#retries, this.#made, asked, (performance.now() - this.#began) / 1_000);
  }
}

/** The address without the path of the API. */
function serverOf(url: string): string {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new TypeError(`${url}: give the server's address with https://`);
  }
  return url.replace(/\/+$/, "").replace(/\/v1$/, "");
}
