/** One exchange over fetch: a request there, its answer whole, and what a failure says of how far it came. */

import type { Received } from "./calls.js";

/** What sends a request: fetch, or what stands for it. */
export type Fetch = (url: string, request: RequestInit) => Promise<Response>;

// What a timer can count to: with more it ends at once.
const LONGEST_MILLISECONDS = 2 ** 31 - 1;
// Steps before a request can be sent, as Node.js names them. Browsers tell no reasons, so that it counts as sent there.
const BEFORE_SENDING = ["getaddrinfo", "connect"];
const CONNECTING_TOOK_TOO_LONG = "UND_ERR_CONNECT_TIMEOUT";

/** Sends a request, and ends it when nothing has come for `quietSeconds`. Throws what fetch throws. */
export async function exchange(
  send: Fetch,
  url: string,
  request: RequestInit,
  quietSeconds: number,
  signal: AbortSignal | undefined,
): Promise<Received> {
  const ending = new AbortController();
  const end = (): void => ending.abort(signal?.reason);
  signal?.addEventListener("abort", end);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = (): void => {
    clearTimeout(timer);
    const late = new Error(`nothing came for ${quietSeconds} seconds`);
    timer = setTimeout(() => ending.abort(late), milliseconds(quietSeconds));
  };
  try {
    heard();
    const response = await send(url, { ...request, signal: ending.signal });
    const content = await wholeBody(response, heard);
    return { status: response.status, headers: response.headers, content };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", end);
  }
}

/** Waits so many seconds. Throws the signal's reason once it is aborted. */
export async function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", end);
      resolve();
    }, milliseconds(seconds));
    signal?.addEventListener("abort", end, { once: true });
  });
}

/** Whether a request that failed so may have reached the server. */
export function wasSent(error: unknown): boolean {
  if (!(error instanceof Error)) {
    return true;
  }
  const { code, syscall, errors } = error as { code?: unknown; syscall?: unknown; errors?: unknown };
  if (code === CONNECTING_TOOK_TOO_LONG || BEFORE_SENDING.includes(String(syscall))) {
    return false;
  }
  // One for each of the server's addresses.
  if (Array.isArray(errors) && errors.length > 0) {
    return errors.some(wasSent);
  }
  return wasSent(error.cause);
}

/** What failed, from the outermost to the innermost reason. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error.cause instanceof Error ? `${error.message}: ${reasonOf(error.cause)}` : error.message;
}

async function wholeBody(response: Response, heard: () => void): Promise<Uint8Array> {
  heard();
  const parts: Uint8Array[] = [];
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    heard();
    parts.push(part.value);
  }
  const content = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    content.set(part, at);
    at += part.length;
  }
  return content;
}

function milliseconds(seconds: number): number {
  return Math.min(seconds * 1_000, LONGEST_MILLISECONDS);
}
