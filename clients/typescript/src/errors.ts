/** What can go wrong with a request: the server refuses it, nobody answers, or somebody else does. */

import type { Problem } from "./types.js";

const EXCERPT_BYTES = 200;

/** Why there is no answer to a request. */
export class ApiError extends Error {
  override readonly name: string = "ApiError";
}

/**
 * The server says no. Each type of problem is a class of its own.
 *
 * `retryAfter` are the seconds after which a repeat makes sense, null where the server does not say.
 */
export class Refused extends ApiError {
  override readonly name: string = "Refused";
  readonly problem: Problem;
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(`${problem.title}: ${problem.detail} ${problem.remedy}`);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** The type of problem, as the API's document names it: `/v1/problems/…`. */
  get type(): string {
    return this.problem.type;
  }

  /** The HTTP status. */
  get status(): number {
    return Number(this.problem.status);
  }

  /** What is wrong with this request. */
  get detail(): string {
    return this.problem.detail;
  }

  /** What to do about it. */
  get remedy(): string {
    return this.problem.remedy;
  }

  /** The request's identifier in the operator's log. */
  get requestId(): string {
    return this.problem.request_id;
  }
}

/** No answer came. Where `mayHaveHappened`, the server may have carried the request out all the same. */
export class Unreachable extends ApiError {
  override readonly name = "Unreachable";
  readonly mayHaveHappened: boolean;

  constructor(reason: string, mayHaveHappened: boolean, cause: unknown) {
    const outcome = mayHaveHappened ? "it may have been carried out" : "it was not carried out";
    super(`the API did not answer (${reason}): ${outcome}`, { cause });
    this.mayHaveHappened = mayHaveHappened;
  }
}

/** An answer that is not the API's, such as a proxy's: nobody knows whether the request was carried out. */
export class UnexpectedAnswer extends ApiError {
  override readonly name = "UnexpectedAnswer";
  readonly status: number;
  readonly excerpt: string;

  constructor(status: number, excerpt: string, cause?: unknown) {
    const why = cause instanceof Error ? ` (${cause.message})` : "";
    super(`status ${status} with a body that is not the API's${why}: ${JSON.stringify(excerpt)}`, { cause });
    this.status = status;
    this.excerpt = excerpt;
  }
}

/** The error of an answer that is not the API's, with the beginning of its body. */
export function unexpected(status: number, content: Uint8Array, cause?: unknown): UnexpectedAnswer {
  return new UnexpectedAnswer(status, new TextDecoder().decode(content.subarray(0, EXCERPT_BYTES)), cause);
}
