// Generated from docs/openapi.json by scripts/generate-api-client; do not edit.
/** A class for each type of problem. */
import { Refused } from "./errors.js";

/**
 * The request is not valid (400).
 *
 * Correct what `detail` names and send it again.
 */
export class InvalidRequest extends Refused {
  override readonly name = "InvalidRequest";
}

/**
 * An API key is needed (401).
 *
 * Send `Authorization: Bearer <key>`; `job-escrow keys create`.
 */
export class MissingKey extends Refused {
  override readonly name = "MissingKey";
}

/**
 * The API key is not valid (401).
 *
 * Check it, or make a new one with `job-escrow keys create`.
 */
export class InvalidKey extends Refused {
  override readonly name = "InvalidKey";
}

/**
 * The signature does not prove the wallet (401).
 *
 * Sign the very bytes of `message`.
 */
export class InvalidSignature extends Refused {
  override readonly name = "InvalidSignature";
}

/**
 * The page's session has ended (401).
 *
 * Sign in again with the wallet.
 */
export class SignedOut extends Refused {
  override readonly name = "SignedOut";
}

/**
 * Not enough credits (402).
 *
 * Add credits with the link in `top_up`, then try again.
 */
export class InsufficientCredits extends Refused {
  override readonly name = "InsufficientCredits";
}

/**
 * The budget of the API key is used up (402).
 *
 * Wait for `resets_at`, or use another key.
 */
export class BudgetExceeded extends Refused {
  override readonly name = "BudgetExceeded";
}

/**
 * The wallet's limit is lower (402).
 *
 * Ask the wallet to raise what the operator may lock.
 */
export class LimitExceeded extends Refused {
  override readonly name = "LimitExceeded";
}

/**
 * The API key may not do this (403).
 *
 * Use a key with the scope that `detail` names.
 */
export class Forbidden extends Refused {
  override readonly name = "Forbidden";
}

/**
 * The request does not come from the server's own page (403).
 *
 * Reload the page, at the address that `detail` names, and try again.
 */
export class NotFromThePage extends Refused {
  override readonly name = "NotFromThePage";
}

/**
 * The API key is off since the server was restored (403).
 *
 * The server's operator confirms it (`job-escrow keys confirm`); or make a new one: `job-escrow keys create`.
 */
export class KeyHeld extends Refused {
  override readonly name = "KeyHeld";
}

/**
 * The customer's key may not pay for jobs (403).
 *
 * Ask the customer for another key.
 */
export class CustomerKeyRefused extends Refused {
  override readonly name = "CustomerKeyRefused";
}

/**
 * The wallet allows no sessions (403).
 *
 * Lock a job for each request (POST /v1/jobs), or ask the wallet for `credits_per_session` in its limits.
 */
export class SessionsNotAllowed extends Refused {
  override readonly name = "SessionsNotAllowed";
}

/**
 * There is no such thing (404).
 *
 * Check the path and the identifier.
 */
export class NotFound extends Refused {
  override readonly name = "NotFound";
}

/**
 * The method is not allowed here (405).
 *
 * Use a method that /v1/openapi.json lists.
 */
export class MethodNotAllowed extends Refused {
  override readonly name = "MethodNotAllowed";
}

/**
 * The request took too long (408).
 *
 * Send the whole body at once, and again.
 */
export class Timeout extends Refused {
  override readonly name = "Timeout";
}

/**
 * A job was locked under this Idempotency-Key (409).
 *
 * Repeat it where it was asked for, at POST /v1/jobs; or use another Idempotency-Key.
 */
export class JobLocked extends Refused {
  override readonly name = "JobLocked";
}

/**
 * The platform does not offer this pack, or not any more (409).
 *
 * Look at GET /v1/packs and choose again: a link of before is of no use.
 */
export class PackNotOffered extends Refused {
  override readonly name = "PackNotOffered";
}

/**
 * The platform's promotion account cannot pay this pack's bonus (409).
 *
 * Buy without the pack, or one whose `affordable` is not 0; the platform's admin funds it with `job-escrow platform promotion fund`.
 */
export class PromotionEmpty extends Refused {
  override readonly name = "PromotionEmpty";
}

/**
 * The quote does not bind any more (409).
 *
 * Ask for another (POST /v1/quote), or lock without one.
 */
export class QuoteExpired extends Refused {
  override readonly name = "QuoteExpired";
}

/**
 * It was done already, or cannot be done now (409).
 *
 * See `detail`.
 */
export class Conflict extends Refused {
  override readonly name = "Conflict";
}

/**
 * The body is too large (413).
 *
 * Send less in one request.
 */
export class TooLarge extends Refused {
  override readonly name = "TooLarge";
}

/**
 * The body is of another kind (415).
 *
 * Send application/json.
 */
export class UnsupportedMediaType extends Refused {
  override readonly name = "UnsupportedMediaType";
}

/**
 * A request within a session may not take so long (422).
 *
 * Lock a job for it (POST /v1/jobs), or ask for fewer seconds.
 */
export class RequestTooLong extends Refused {
  override readonly name = "RequestTooLong";
}

/**
 * The quote is for something else (422).
 *
 * Lock what was quoted, for the customer that it was quoted to; or ask for another (POST /v1/quote).
 */
export class QuoteNotOfThis extends Refused {
  override readonly name = "QuoteNotOfThis";
}

/**
 * The request cannot be done (422).
 *
 * See `detail`.
 */
export class Unprocessable extends Refused {
  override readonly name = "Unprocessable";
}

/**
 * Too many requests (429).
 *
 * Wait as long as Retry-After says.
 */
export class RateLimited extends Refused {
  override readonly name = "RateLimited";
}

/**
 * Too many wrong keys from this address (429).
 *
 * Wait as long as Retry-After says.
 */
export class LockedOut extends Refused {
  override readonly name = "LockedOut";
}

/**
 * The server failed (500).
 *
 * Try again; report `request_id` if it lasts.
 */
export class Internal extends Refused {
  override readonly name = "Internal";
}

/**
 * The chain did not answer (502).
 *
 * Repeat the request with the same Idempotency-Key.
 */
export class ChainUnavailable extends Refused {
  override readonly name = "ChainUnavailable";
}

/**
 * The operator has too little SOL (503).
 *
 * Send the operator's wallet SOL, then try again.
 */
export class OperatorUnfunded extends Refused {
  override readonly name = "OperatorUnfunded";
}

/**
 * Not available now (503).
 *
 * Try again as soon as Retry-After says.
 */
export class Unavailable extends Refused {
  override readonly name = "Unavailable";
}

/**
 * The server's database was restored (503).
 *
 * Its operator says what was revoked since, with `job-escrow keys confirm`; then try again.
 */
export class Restored extends Refused {
  override readonly name = "Restored";
}

/**
 * The server's node is of another chain than its database (503).
 *
 * Its operator points `job-escrow serve --url` at a node of the database's chain; then try again.
 */
export class WrongChain extends Refused {
  override readonly name = "WrongChain";
}

/** The class of each type of problem, by the last part of its `type`. */
export const PROBLEMS: ReadonlyMap<string, typeof Refused> = new Map<string, typeof Refused>([
  ["invalid-request", InvalidRequest],
  ["missing-key", MissingKey],
  ["invalid-key", InvalidKey],
  ["invalid-signature", InvalidSignature],
  ["signed-out", SignedOut],
  ["insufficient-credits", InsufficientCredits],
  ["budget-exceeded", BudgetExceeded],
  ["limit-exceeded", LimitExceeded],
  ["forbidden", Forbidden],
  ["not-from-the-page", NotFromThePage],
  ["key-held", KeyHeld],
  ["customer-key-refused", CustomerKeyRefused],
  ["sessions-not-allowed", SessionsNotAllowed],
  ["not-found", NotFound],
  ["method-not-allowed", MethodNotAllowed],
  ["timeout", Timeout],
  ["job-locked", JobLocked],
  ["pack-not-offered", PackNotOffered],
  ["promotion-empty", PromotionEmpty],
  ["quote-expired", QuoteExpired],
  ["conflict", Conflict],
  ["too-large", TooLarge],
  ["unsupported-media-type", UnsupportedMediaType],
  ["request-too-long", RequestTooLong],
  ["quote-not-of-this", QuoteNotOfThis],
  ["unprocessable", Unprocessable],
  ["rate-limited", RateLimited],
  ["locked-out", LockedOut],
  ["internal", Internal],
  ["chain-unavailable", ChainUnavailable],
  ["operator-unfunded", OperatorUnfunded],
  ["unavailable", Unavailable],
  ["restored", Restored],
  ["wrong-chain", WrongChain],
]);
