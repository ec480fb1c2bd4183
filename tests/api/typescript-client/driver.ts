// The client in the hands of a test in Python: each line of the input is a call in JSON, and is answered by one line.
// api_harness/typescript.py writes and reads them.
import { createInterface } from "node:readline";
import { Client, type ClientOptions, Refused, stringify, UnexpectedAnswer, Unreachable } from "job-escrow-client";

interface Asked {
  readonly url: string;
  readonly options: ClientOptions;
  readonly name: string;
  readonly given: unknown[];
  readonly named: object;
}

type Method = (...given: unknown[]) => unknown;

async function valueOf({ url, options, name, given, named }: Asked): Promise<object> {
  const client = new Client(url, options) as unknown as Record<string, Method>;
  const found = await client[name]?.(...given, named);
  if (found instanceof Uint8Array) {
    return { bytes: Buffer.from(found).toString("base64") };
  }
  if (typeof found === "object" && found !== null && Symbol.asyncIterator in found) {
    const entries = [];
    for await (const each of found as AsyncIterable<unknown>) {
      entries.push(each);
    }
    return { value: entries };
  }
  return { value: found ?? null };
}

function errorOf(error: unknown): object {
  if (error instanceof Refused) {
    return { name: error.name, problem: error.problem, retry_after: error.retryAfter };
  }
  if (error instanceof Unreachable) {
    return { name: error.name, text: error.message, may_have_happened: error.mayHaveHappened };
  }
  if (error instanceof UnexpectedAnswer) {
    return { name: error.name, status: error.status, excerpt: error.excerpt };
  }
  return { name: "", text: String(error) };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer: object;
  try {
    answer = await valueOf(JSON.parse(line) as Asked);
  } catch (error) {
    answer = { error: errorOf(error) };
  }
  process.stdout.write(`${stringify(answer)}\n`);
}
