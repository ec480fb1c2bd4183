# Generated from docs/openapi.json by scripts/generate-api-client; do not edit.
# ruff: noqa: E501
"""A class for each type of problem."""

from job_escrow_client.errors import Refused


class InvalidRequest(Refused):
    """The request is not valid (400).

    Correct what `detail` names and send it again.
    """

    slug = "invalid-request"


class MissingKey(Refused):
    """An API key is needed (401).

    Send `Authorization: Bearer <key>`; `job-escrow keys create`.
    """

    slug = "missing-key"


class InvalidKey(Refused):
    """The API key is not valid (401).

    Check it, or make a new one with `job-escrow keys create`.
    """

    slug = "invalid-key"


class InvalidSignature(Refused):
    """The signature does not prove the wallet (401).

    Sign the very bytes of `message`.
    """

    slug = "invalid-signature"


class SignedOut(Refused):
    """The page's session has ended (401).

    Sign in again with the wallet.
    """

    slug = "signed-out"


class InsufficientCredits(Refused):
    """Not enough credits (402).

    Add credits with the link in `top_up`, then try again.
    """

    slug = "insufficient-credits"


class BudgetExceeded(Refused):
    """The budget of the API key is used up (402).

    Wait for `resets_at`, or use another key.
    """

    slug = "budget-exceeded"


class LimitExceeded(Refused):
    """The wallet's limit is lower (402).

    Ask the wallet to raise what the operator may lock.
    """

    slug = "limit-exceeded"


class Forbidden(Refused):
    """The API key may not do this (403).

    Use a key with the scope that `detail` names.
    """

    slug = "forbidden"


class NotFromThePage(Refused):
    """The request does not come from the server's own page (403).

    Reload the page, at the address that `detail` names, and try again.
    """

    slug = "not-from-the-page"


class KeyHeld(Refused):
    """The API key is off since the server was restored (403).

    The server's operator confirms it (`job-escrow keys confirm`); or make a new one: `job-escrow keys create`.
    """

    slug = "key-held"


class CustomerKeyRefused(Refused):
    """The customer's key may not pay for jobs (403).

    Ask the customer for another key.
    """

    slug = "customer-key-refused"


class SessionsNotAllowed(Refused):
    """The wallet allows no sessions (403).

    Lock a job for each request (POST /v1/jobs), or ask the wallet for `credits_per_session` in its limits.
    """

    slug = "sessions-not-allowed"


class NotFound(Refused):
    """There is no such thing (404).

    Check the path and the identifier.
    """

    slug = "not-found"


class MethodNotAllowed(Refused):
    """The method is not allowed here (405).

    Use a method that /v1/openapi.json lists.
    """

    slug = "method-not-allowed"


class Timeout(Refused):
    """The request took too long (408).

    Send the whole body at once, and again.
    """

    slug = "timeout"


class JobLocked(Refused):
    """A job was locked under this Idempotency-Key (409).

    Repeat it where it was asked for, at POST /v1/jobs; or use another Idempotency-Key.
    """

    slug = "job-locked"


class PackNotOffered(Refused):
    """The platform does not offer this pack, or not any more (409).

    Look at GET /v1/packs and choose again: a link of before is of no use.
    """

    slug = "pack-not-offered"


class PromotionEmpty(Refused):
    """The platform's promotion account cannot pay this pack's bonus (409).

    Buy without the pack, or one whose `affordable` is not 0; the platform's admin funds it with `job-escrow platform promotion fund`.
    """

    slug = "promotion-empty"


class QuoteExpired(Refused):
    """The quote does not bind any more (409).

    Ask for another (POST /v1/quote), or lock without one.
    """

    slug = "quote-expired"


class Conflict(Refused):
    """It was done already, or cannot be done now (409).

    See `detail`.
    """

    slug = "conflict"


class TooLarge(Refused):
    """The body is too large (413).

    Send less in one request.
    """

    slug = "too-large"


class UnsupportedMediaType(Refused):
    """The body is of another kind (415).

    Send application/json.
    """

    slug = "unsupported-media-type"


class RequestTooLong(Refused):
    """A request within a session may not take so long (422).

    Lock a job for it (POST /v1/jobs), or ask for fewer seconds.
    """

    slug = "request-too-long"


class QuoteNotOfThis(Refused):
    """The quote is for something else (422).

    Lock what was quoted, for the customer that it was quoted to; or ask for another (POST /v1/quote).
    """

    slug = "quote-not-of-this"


class Unprocessable(Refused):
    """The request cannot be done (422).

    See `detail`.
    """

    slug = "unprocessable"


class RateLimited(Refused):
    """Too many requests (429).

    Wait as long as Retry-After says.
    """

    slug = "rate-limited"


class LockedOut(Refused):
    """Too many wrong keys from this address (429).

    Wait as long as Retry-After says.
    """

    slug = "locked-out"


class Internal(Refused):
    """The server failed (500).

    Try again; report `request_id` if it lasts.
    """

    slug = "internal"


class ChainUnavailable(Refused):
    """The chain did not answer (502).

    Repeat the request with the same Idempotency-Key.
    """

    slug = "chain-unavailable"


class OperatorUnfunded(Refused):
    """The operator has too little SOL (503).

    Send the operator's wallet SOL, then try again.
    """

    slug = "operator-unfunded"


class Unavailable(Refused):
    """Not available now (503).

    Try again as soon as Retry-After says.
    """

    slug = "unavailable"


class Restored(Refused):
    """The server's database was restored (503).

    Its operator says what was revoked since, with `job-escrow keys confirm`; then try again.
    """

    slug = "restored"


class WrongChain(Refused):
    """The server's node is of another chain than its database (503).

    Its operator points `job-escrow serve --url` at a node of the database's chain; then try again.
    """

    slug = "wrong-chain"
