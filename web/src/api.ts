/** The server, asked with the session's cookie, which no script reads. */

import { type Call, json, nothing } from "../../clients/typescript/src/calls.js";
import { list, nullable, type Reader, record, text, whole } from "../../clients/typescript/src/reading.js";
import { Challenge } from "../../clients/typescript/src/readers.js";
import { Transport } from "../../clients/typescript/src/transport.js";
import type * as types from "../../clients/typescript/src/types.js";

export { Refused, UnexpectedAnswer, Unreachable } from "../../clients/typescript/src/errors.js";
export { parse } from "../../clients/typescript/src/json.js";
export { AccountView as readAccount } from "../../clients/typescript/src/readers.js";
export { list, nullable, type Reader };
export type * from "../../clients/typescript/src/types.js";

/** Who has signed in with this browser, as /v1/web/session says. */
export interface WebSession {
  readonly wallet: string;
  readonly namespace: string;
  readonly credit_account: string;
  readonly expires_at: bigint;
  readonly csrf_token: string;
}

const readSession = record<WebSession>({
  wallet: text,
  namespace: text,
  credit_account: text,
  expires_at: whole,
  csrf_token: text,
});

let csrfToken = "";

const transport = new Transport(location.origin, {
  timeoutSeconds: 30,
  retries: { attempts: 3, seconds: 10 },
  fetch: (url, request) => {
    const headers = new Headers(request.headers);
    if (csrfToken !== "") {
      headers.set("X-CSRF-Token", csrfToken);
    }
    return fetch(url, { ...request, headers, credentials: "same-origin" });
  },
});

/** Asks the server. Throws Refused, Unreachable, UnexpectedAnswer. */
export async function ask<T>(call: Call<T>): Promise<T> {
  return (await transport.ask(call)).value;
}

/** The message that a wallet signs in with. */
export function challenge(wallet: string, namespace: string): Promise<types.Challenge> {
  return ask(webCall("POST", "challenges", json(Challenge), { wallet, namespace }));
}

/** Signs in. */
export async function signIn(signed: object): Promise<WebSession> {
  return remember(await ask(webCall("POST", "session", json(readSession), signed)));
}

/** Who has signed in; null: nobody, or no longer. */
export async function session(): Promise<WebSession | null> {
  const found = await ask(webCall("GET", "session", json(nullable(readSession))));
  return found === null ? null : remember(found);
}

/** Leaves. */
export async function leave(): Promise<void> {
  await ask(webCall("DELETE", "session", nothing));
  csrfToken = "";
}

function remember(found: WebSession): WebSession {
  csrfToken = found.csrf_token;
  return found;
}

function webCall<T>(method: string, name: string, answer: Call<T>["answer"], body?: object): Call<T> {
  const call = { method, path: `/v1/web/${name}`, repeatable: method !== "POST", answer };
  return body === undefined ? call : { ...call, body };
}
