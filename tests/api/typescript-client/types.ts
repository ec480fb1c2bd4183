// What a caller's compiler takes, and what it refuses: a line after @ts-expect-error that it takes is an error.
import { Client, type Decimal, InsufficientCredits, type JobView, type LockRequest, Refused } from "job-escrow-client";

export async function story(api: Client, signal: AbortSignal): Promise<bigint> {
  const asked: LockRequest = { customer_key: "jek_…", model: "example-large", max_units: 2_400, seconds: 60n };
  const job: JobView = await api.lockJob(asked, { idempotency_key: "completion-7f3a", signal });
  await api.settleJob(job.id, { units: 2_001 }, { signal });
  const left: Decimal | null = (await api.getAccount({ min_slot: 7 })).days_left;
  if (job.credits > 100) {
    console.log(new Date(Number(job.created_at) * 1_000));
  }
  for await (const each of api.iterateLedger({ limit: 10, signal })) {
    console.log(each.credits ?? 0n, each.kind === "purchase", left);
  }
  // @ts-expect-error: a job has an Idempotency-Key
  await api.lockJob(asked);
  // @ts-expect-error: a lock needs the customer's key
  await api.lockJob({ max_units: 1 }, { idempotency_key: "one" });
  // @ts-expect-error: a request has no member that the document does not know
  await api.settleJob(job.id, { unit: 1 });
  // @ts-expect-error: an unknown period
  await api.getUsage({ period: "colour" });
  // @ts-expect-error: a whole number of an answer is no float
  const float: number = job.credits;
  // @ts-expect-error: an answer stays what it was
  job.status = "settled";
  // @ts-expect-error: a file is bytes
  const text: string = await api.exportLedger();
  return job.credits + (float > 1 || text ? 1n : 0n);
}

export function shortfallOf(error: unknown): bigint | null {
  if (error instanceof InsufficientCredits) {
    return error.problem.shortfall;
  }
  return error instanceof Refused && error.status === 402 ? 0n : null;
}
