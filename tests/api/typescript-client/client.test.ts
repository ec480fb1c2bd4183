// The parts of the client that need no API: what is exact, what is sent again, what ends, what is no answer.
import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { mock, test } from "node:test";
import {
  Client,
  type ClientOptions,
  type Call,
  InsufficientCredits,
  NEVER,
  operations,
  RateLimited,
  Refused,
  stringify,
  UnexpectedAnswer,
  Unreachable,
} from "job-escrow-client";

const URL_OF_NOBODY = "https://credits.example/v1";
const ONCE_MORE = { attempts: 2, firstWaitSeconds: 0 };
const LIVE = '{"status":"ok","version":"1"}';
const NEVER_SENT = Object.assign(new Error("refused"), { syscall: "connect" });
const HOOK = { url: "https://example.com/" };

interface Sent {
  readonly url: string;
  readonly request: RequestInit;
}

/** A client whose requests are answered one after the other, the last answer for all that follow; and what it sent. */
function answered(answers: (Response | Error)[], options: ClientOptions = {}): { api: Client; sent: Sent[] } {
  const sent: Sent[] = [];
  const api = new Client(URL_OF_NOBODY, {
    retries: NEVER,
    ...options,
    fetch: async (url, request) => {
      sent.push({ url, request });
      const answer = answers[Math.min(sent.length, answers.length) - 1];
      if (answer instanceof Response) {
        return answer.clone();
      }
      throw answer;
    },
  });
  return { api, sent };
}

function inJson(text: string | Uint8Array, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(text, { status, headers: { "Content-Type": "application/json; charset=utf-8", ...headers } });
}

function problem(slug: string, status: number, headers: Record<string, string> = {}): Response {
  const type = `/v1/problems/${slug}`;
  const found = { type, title: "No", status, detail: "it says.", remedy: "Wait.", request_id: "r", required: 7n };
  return inJson(stringify(found), status, { "Content-Type": "application/problem+json", ...headers });
}

/** A server while `use` runs. */
async function serving(listener: RequestListener, use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}

test("a whole number has all its digits, and a decimal too", async () => {
  const text = '{"object":"list","data":[{"pack":1,"name":"a\\"7\\\\","credits":9007199254740993,"bonus_credits":0,' +
    '"total":18446744073709551615,"text":"","price":0.30,"currency":null,"affordable":null,"base_units":-0,"later":[1.5e3,{"__proto__":1}]}]}';
  const { api } = answered([inJson(text, 200, { "X-Credits-Remaining": "18446744073709551615" })]);
  const { value, creditsRemaining } = await api.ask(operations.listPacks());
  assert.equal(creditsRemaining, 18446744073709551615n);
  const [pack] = value.data;
  assert.deepEqual(pack, {
    object: "pack",
    pack: 1n,
    name: 'a"7\\',
    text: "",
    credits: 9007199254740993n,
    bonus_credits: 0n,
    total: 18446744073709551615n,
    price: "0.30",
    currency: null,
    base_units: 0n,
    affordable: null,
  });
  assert.match(stringify(value), /"credits":9007199254740993,/);
  const parts = '{"status":"ok","version":"1","parts":[{"name":"a","ok":true,"detail":"","values":{"__proto__":9007199254740993}}]}';
  const health = await answered([inJson(parts)]).api.getHealth();
  assert.deepEqual(Object.entries(health.parts[0]?.values ?? {}), [["__proto__", 9007199254740993n]]);
});

test("a number that is not exact is never sent", async () => {
  const { api, sent } = answered([problem("not-found", 404)]);
  await assert.rejects(api.settleJob("j", { credits: 9007199254740993n, units: undefined, final: false }), Refused);
  await assert.rejects(api.getAccount({ min_slot: 9007199254740993n }), Refused);
  assert.equal(sent[0]?.request.body, '{"credits":9007199254740993,"final":false}');
  assert.equal(sent[1]?.url, "https://credits.example/v1/account?min_slot=9007199254740993");
  for (const credits of [2 ** 53, -(2 ** 60), Infinity, NaN]) {
    await assert.rejects(api.settleJob("j", { credits }), RangeError);
    await assert.rejects(api.getAccount({ min_slot: credits }), RangeError);
  }
  assert.equal(sent.length, 2);
});

test("what is not the API's is no answer", async () => {
  const live = (number: string): Response => inJson(`{"status":"ok","version":"1","later":${number}}`);
  assert.equal((await answered([live("[1, -1.5E+7]")]).api.getLiveness()).version, "1");
  assert.equal((await answered([inJson(LIVE)]).api.getLiveness()).status, "ok");
  const strange = [
    ...["01", "1.", ".5", "+1", "-", "- 1", "1 2", "1-2", "1e", "0x5", "[1,]", "NaN", "1_0", "'1'", "[1,1-2]"].map(live),
    inJson("{}"),
    inJson("[]"),
    inJson("1"),
    inJson('{"status":1,"version":"1"}'),
    inJson(Buffer.from('{"status":"ok","version":"\xff"}', "latin1")),
    new Response(LIVE, { status: 200, headers: { "Content-Type": "text/html" } }),
    new Response(LIVE, { status: 502, headers: { "Content-Type": "text/html" } }),
    inJson(LIVE, 302),
    inJson(LIVE, 404),
    inJson("{", 402, { "Content-Type": "application/problem+json" }),
  ];
  for (const each of strange) {
    const text = await each.clone().text();
    await assert.rejects(answered([each]).api.getLiveness(), UnexpectedAnswer, text);
  }
  const wrong = /\(the answer\.data\[0\]\.credits is not a whole number\)/;
  await assert.rejects(answered([inJson('{"data":[{"pack":1,"name":null,"text":"","credits":1.0}]}')]).api.listPacks(), wrong);
});

test("a problem is an error of its type, also one of a later server", async () => {
  const { api } = answered([problem("insufficient-credits", 402, { "Retry-After": "7" })]);
  await assert.rejects(api.listPacks(), (error) => {
    assert(error instanceof InsufficientCredits && error instanceof Refused);
    assert.deepEqual([error.name, error.status, error.retryAfter], ["InsufficientCredits", 402, 7]);
    assert.deepEqual([error.problem.required, error.problem.shortfall, error.requestId], [7n, null, "r"]);
    return true;
  });
  await assert.rejects(answered([problem("of-tomorrow", 409)]).api.listPacks(), (error) => {
    assert(error instanceof Refused);
    assert.deepEqual([error.constructor, error.type], [Refused, "/v1/problems/of-tomorrow"]);
    return true;
  });
});

test("a wait that is none is not kept to", async () => {
  for (const text of ["", "soon", "-1", "1.5", "9".repeat(5_000), "+1"]) {
    await assert.rejects(answered([problem("rate-limited", 429, { "Retry-After": text })]).api.listPacks(), (error) => {
      assert(error instanceof RateLimited);
      assert.equal(error.retryAfter, null);
      return true;
    });
  }
});

test("a part of a path stays one", async () => {
  assert.equal(operations.getJob("a/../b?c#d").path, "/v1/jobs/a%2F..%2Fb%3Fc%23d");
  for (const empty of ["", ".", ".."]) {
    assert.throws(() => operations.getJob(empty), /names nothing/);
    await assert.rejects(answered([]).api.getJob(empty), RangeError);
  }
});

const STATUSES = [200, 201, 301, 400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504];

function calls(): [string, Call<unknown>][] {
  const made = operations as unknown as Record<string, (...given: string[]) => Call<unknown>>;
  return Object.entries(made).map(([name, make]) => [name, make("x", "x", "x")]);
}

test("only what is repeatable is sent again, whatever is said", async () => {
  assert(calls().length > 30);
  for (const [name, call] of calls()) {
    for (const status of STATUSES) {
      const { api, sent } = answered([new Response("", { status })], { retries: ONCE_MORE });
      await api.ask(call).catch(() => undefined);
      const again = status === 429 || (call.repeatable && (status === 408 || status >= 500));
      assert.equal(sent.length, again ? 2 : 1, `${name} after ${status}`);
    }
    const lost = answered([new TypeError("terminated")], { retries: ONCE_MORE });
    await assert.rejects(lost.api.ask(call), (error) => error instanceof Unreachable && error.mayHaveHappened);
    assert.equal(lost.sent.length, call.repeatable ? 2 : 1, name);
    const unsent = answered([new TypeError("failed", { cause: NEVER_SENT })], { retries: ONCE_MORE });
    await assert.rejects(unsent.api.ask(call), (error) => error instanceof Unreachable && !error.mayHaveHappened);
    assert.equal(unsent.sent.length, 2, name);
  }
});

test("a repeat is the same request, with the same Idempotency-Key", async () => {
  const { api, sent } = answered([new Response("", { status: 503 })], { key: "jek_1", retries: ONCE_MORE });
  const lock = { customer_key: "jek_2", credits: 40 };
  await assert.rejects(api.lockJob(lock, { idempotency_key: "once" }), UnexpectedAnswer);
  assert.equal(sent.length, 2);
  for (const { url, request } of sent) {
    const headers = new Headers(request.headers);
    assert.equal(url, "https://credits.example/v1/jobs");
    assert.equal(request.body, '{"customer_key":"jek_2","credits":40}');
    assert.equal(headers.get("Idempotency-Key"), "once");
    assert.equal(headers.get("Authorization"), "Bearer jek_1");
  }
});

test("it waits as long as it is asked to, and no longer than it has", async () => {
  const busy = problem("rate-limited", 429, { "Retry-After": "1" });
  const began = performance.now();
  const { api, sent } = answered([busy, inJson('{"data":[]}')], { retries: { attempts: 2 } });
  assert.deepEqual((await api.listPacks()).data, []);
  assert(performance.now() - began >= 990);
  assert.equal(sent.length, 2);
  const later = answered([problem("rate-limited", 429, { "Retry-After": "61" })], { retries: { attempts: 9 } });
  await assert.rejects(later.api.listPacks(), RateLimited);
  assert.equal(later.sent.length, 1);
});

test("an abort ends a call before, within and between its requests", async () => {
  const reason = new Error("the caller left");
  const unsent = answered([]);
  await assert.rejects(unsent.api.listPacks({ signal: AbortSignal.abort(reason) }), reason);
  assert.equal(unsent.sent.length, 0);
  const within = new AbortController();
  await serving(
    () => within.abort(reason),
    async (url) => {
      await assert.rejects(new Client(url, { retries: NEVER }).listPacks({ signal: within.signal }), reason);
    },
  );
  const between = new AbortController();
  const { api, sent } = answered([problem("rate-limited", 429, { "Retry-After": "3600" })], {
    retries: { attempts: 2, seconds: Infinity },
  });
  const asked = api.listPacks({ signal: between.signal });
  setTimeout(() => between.abort(reason), 20);
  await assert.rejects(asked, reason);
  assert.equal(sent.length, 1);
});

test("a request fails once nothing has come for too long, however long all of it takes", async () => {
  await serving(
    () => undefined,
    async (url) => {
      const api = new Client(url, { retries: NEVER, timeoutSeconds: 0.05 });
      await assert.rejects(api.createWebhook(HOOK), (error) => {
        assert(error instanceof Unreachable);
        assert.match(error.message, /nothing came for 0.05 seconds/);
        return error.mayHaveHappened;
      });
    },
  );
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    let more: ReadableStreamDefaultController<Uint8Array> | undefined;
    const slow = new ReadableStream<Uint8Array>({ start: (controller) => void (more = controller) });
    const api = new Client(URL_OF_NOBODY, {
      fetch: async (_, { signal }) => {
        signal?.addEventListener("abort", () => more?.error(signal.reason));
        return new Response(slow);
      },
    });
    const file = api.exportLedger();
    for (const part of ["a", "b", "c"]) {
      // What was sent has been read before the clock goes on.
      await new Promise((done) => setImmediate(done));
      mock.timers.tick(40_000);
      more?.enqueue(new TextEncoder().encode(part));
    }
    await new Promise((done) => setImmediate(done));
    more?.close();
    assert.equal(new TextDecoder().decode(await file), "abc");
  } finally {
    mock.timers.reset();
  }
});

test("where nobody listens nothing happened", async () => {
  let nobody = "";
  await serving(
    () => undefined,
    async (url) => void (nobody = url),
  );
  for (const url of [nobody, nobody.replace("127.0.0.1", "localhost"), "http://no-such-host.invalid"]) {
    const api = new Client(url, { retries: NEVER });
    await assert.rejects(api.createWebhook(HOOK), (error) => error instanceof Unreachable && !error.mayHaveHappened);
  }
});

test("what may have happened once, may have happened", async () => {
  const busy = new Response("", { status: 429 });
  const failed = new Response("", { status: 503 });
  const all = new AggregateError([NEVER_SENT, NEVER_SENT], "all");
  for (const [answers, mayHaveHappened] of [
    [[busy, NEVER_SENT], false],
    [[busy, all], false],
    [[busy, new AggregateError([NEVER_SENT, new Error("reset")], "some")], true],
    [[failed, NEVER_SENT], true],
    [[new Error("reset"), NEVER_SENT], true],
  ] as const) {
    const { api } = answered([...answers], { retries: ONCE_MORE });
    await assert.rejects(api.listPacks(), (error) => {
      assert(error instanceof Unreachable);
      assert.equal(error.mayHaveHappened, mayHaveHappened, `${answers}`);
      return true;
    });
  }
});

test("a key goes to its server alone, and only an address is one", async () => {
  const seen: string[] = [];
  await serving(
    ({ url, headers }, answer) => {
      seen.push(`${url} ${headers.authorization}`);
      answer.writeHead(302, { Location: "/elsewhere" }).end();
    },
    async (url) => {
      const api = new Client(`${url}/v1/`, { key: "jek_1", retries: NEVER });
      await assert.rejects(api.listPacks(), (error) => error instanceof UnexpectedAnswer && error.status === 302);
    },
  );
  assert.deepEqual(seen, ["/v1/packs Bearer jek_1"]);
  for (const strange of ["credits.example", "ftp://credits.example", "https://", ""]) {
    assert.throws(() => new Client(strange), /give the server's address with https:\/\//);
  }
});

test("a page is asked for when it is needed", async () => {
  const page = (next: string | null): Response => inJson(stringify({ webhooks: [], keys: [KEY, KEY], next }));
  const { api, sent } = answered([page("7"), page("a&b"), page(null)]);
  let found = 0;
  for await (const each of api.iterateKeys({ limit: 2, cursor: "1" })) {
    assert.equal(each.id, "k");
    assert.equal(sent.length, Math.floor(found / 2) + 1);
    found += 1;
  }
  assert.equal(found, 6);
  const asked = sent.map(({ url }) => new URL(url).searchParams.toString());
  assert.deepEqual(asked, ["limit=2&cursor=1", "limit=2&cursor=7", "limit=2&cursor=a%26b"]);
});

const KEY = {
  ...{ id: "k", name: "", wallet: "", namespace: "", credit_account: "", scopes: ["of-tomorrow"], project: "", member: "" },
  ...{ daily_budget: null, monthly_budget: null, created_at: 1, expires_at: null, revoked_at: null },
};
