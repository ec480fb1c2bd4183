"""Every refusal of the API, with what to do about it; `http/problems.py` answers with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import msgspec

from job_escrow_api.domain.health.parts import Part


@dataclass(frozen=True)
class Kind:
    """A type of refusal: its status, its title, and what to do about it."""

    status: int
    title: str
    remedy: str


class Kinds(Enum):
    """All types of refusals; the name is the end of the problem's `type`."""

    INVALID_REQUEST = Kind(400, "The request is not valid", "Correct what `detail` names and send it again.")
    MISSING_KEY = Kind(401, "An API key is needed", "Send `Authorization: Bearer <key>`; `job-escrow keys create`.")
    INVALID_KEY = Kind(401, "The API key is not valid", "Check it, or make a new one with `job-escrow keys create`.")
    INVALID_SIGNATURE = Kind(401, "The signature does not prove the wallet", "Sign the very bytes of `message`.")
    SIGNED_OUT = Kind(401, "The page's session has ended", "Sign in again with the wallet.")
    INSUFFICIENT_CREDITS = Kind(402, "Not enough credits", "Add credits with the link in `top_up`, then try again.")
    BUDGET_EXCEEDED = Kind(402, "The budget of the API key is used up", "Wait for `resets_at`, or use another key.")
    LIMIT_EXCEEDED = Kind(402, "The wallet's limit is lower", "Ask the wallet to raise what the operator may lock.")
    FORBIDDEN = Kind(403, "The API key may not do this", "Use a key with the scope that `detail` names.")
    NOT_FROM_THE_PAGE = Kind(
        403,
        "The request does not come from the server's own page",
        "Reload the page, at the address that `detail` names, and try again.",
    )
    KEY_HELD = Kind(
        403,
        "The API key is off since the server was restored",
        "The server's operator confirms it (`job-escrow keys confirm`); or make a new one: `job-escrow keys create`.",
    )
    CUSTOMER_KEY_REFUSED = Kind(403, "The customer's key may not pay for jobs", "Ask the customer for another key.")
    SESSIONS_NOT_ALLOWED = Kind(
        403,
        "The wallet allows no sessions",
        "Lock a job for each request (POST /v1/jobs), or ask the wallet for `credits_per_session` in its limits.",
    )
    NOT_FOUND = Kind(404, "There is no such thing", "Check the path and the identifier.")
    METHOD_NOT_ALLOWED = Kind(405, "The method is not allowed here", "Use a method that /v1/openapi.json lists.")
    TIMEOUT = Kind(408, "The request took too long", "Send the whole body at once, and again.")
    JOB_LOCKED = Kind(
        409,
        "A job was locked under this Idempotency-Key",
        "Repeat it where it was asked for, at POST /v1/jobs; or use another Idempotency-Key.",
    )
    PACK_NOT_OFFERED = Kind(
        409,
        "The platform does not offer this pack, or not any more",
        "Look at GET /v1/packs and choose again: a link of before is of no use.",
    )
    PROMOTION_EMPTY = Kind(
        409,
        "The platform's promotion account cannot pay this pack's bonus",
        "Buy without the pack, or one whose `affordable` is not 0; the platform's admin funds it with "
        "`job-escrow platform promotion fund`.",
    )
    QUOTE_EXPIRED = Kind(
        409, "The quote does not bind any more", "Ask for another (POST /v1/quote), or lock without one."
    )
    CONFLICT = Kind(409, "It was done already, or cannot be done now", "See `detail`.")
    TOO_LARGE = Kind(413, "The body is too large", "Send less in one request.")
    UNSUPPORTED_MEDIA_TYPE = Kind(415, "The body is of another kind", "Send application/json.")
    REQUEST_TOO_LONG = Kind(
        422,
        "A request within a session may not take so long",
        "Lock a job for it (POST /v1/jobs), or ask for fewer seconds.",
    )
    QUOTE_NOT_OF_THIS = Kind(
        422,
        "The quote is for something else",
        "Lock what was quoted, for the customer that it was quoted to; or ask for another (POST /v1/quote).",
    )
    UNPROCESSABLE = Kind(422, "The request cannot be done", "See `detail`.")
    RATE_LIMITED = Kind(429, "Too many requests", "Wait as long as Retry-After says.")
    LOCKED_OUT = Kind(429, "Too many wrong keys from this address", "Wait as long as Retry-After says.")
    INTERNAL = Kind(500, "The server failed", "Try again; report `request_id` if it lasts.")
    CHAIN_UNAVAILABLE = Kind(502, "The chain did not answer", "Repeat the request with the same Idempotency-Key.")
    OPERATOR_UNFUNDED = Kind(503, "The operator has too little SOL", "Send the operator's wallet SOL, then try again.")
    UNAVAILABLE = Kind(503, "Not available now", "Try again as soon as Retry-After says.")
    RESTORED = Kind(
        503,
        "The server's database was restored",
        "Its operator says what was revoked since, with `job-escrow keys confirm`; then try again.",
    )
    WRONG_CHAIN = Kind(
        503,
        "The server's node is of another chain than its database",
        "Its operator points `job-escrow serve --url` at a node of the database's chain; then try again.",
    )

    @property
    def slug(self) -> str:
        """The name within a URL."""
        return self.name.lower().replace("_", "-")


class TopUp(msgspec.Struct, kw_only=True):
    """How to add credits; amounts are credits."""

    solana_pay: str
    deposit_address: str
    min_credits: int


class Problem(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A refusal. `balance`, `shortfall` and `required` are credits; `resets_at` is RFC 3339; `parts` are of health."""

    type: str
    title: str
    status: int
    detail: str
    remedy: str
    request_id: str
    balance: int | None = None
    required: int | None = None
    shortfall: int | None = None
    top_up: TopUp | None = None
    resets_at: str | None = None
    parts: list[Part] | None = None


class Refusal(Exception):
    """What a handler raises. `members` are further members of the Problem."""

    def __init__(
        self,
        kind: Kinds,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **members: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = members
