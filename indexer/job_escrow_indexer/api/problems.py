"""Every refusal of the API, as application/problem+json (RFC 9457) with a remedy."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi.datastructures import ResponseSpec

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "/v1/problems/"
_MOST_DETAIL = 500

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Kind:
    """A sort of refusal: its status, its title, and what to do about it."""

    status: int
    title: str
    remedy: str


class Kinds(Enum):
    """All sorts of refusals; the name is the end of the problem's `type`."""

    INVALID_REQUEST = Kind(400, "The request is not valid", "Correct what `detail` names and send it again.")
    MISSING_KEY = Kind(401, "An API key is needed", "Send `Authorization: Bearer <key>`; `job-escrow keys create`.")
    INVALID_KEY = Kind(401, "The API key is not valid", "Check it, or make a new one with `job-escrow keys create`.")
    INVALID_SIGNATURE = Kind(401, "The signature does not prove the wallet", "Sign the very bytes of `message`.")
    INSUFFICIENT_CREDITS = Kind(402, "Not enough credits", "Add credits with the link in `top_up`, then try again.")
    BUDGET_EXCEEDED = Kind(402, "The budget of the API key is used up", "Wait for `resets_at`, or use another key.")
    LIMIT_EXCEEDED = Kind(402, "The wallet's limit is lower", "Ask the wallet to raise what the operator may lock.")
    FORBIDDEN = Kind(403, "The API key may not do this", "Use a key with the scope that `detail` names.")
    CUSTOMER_KEY_REFUSED = Kind(403, "The customer's key may not pay for jobs", "Ask the customer for another key.")
    NOT_FOUND = Kind(404, "There is no such thing", "Check the path and the identifier.")
    METHOD_NOT_ALLOWED = Kind(405, "The method is not allowed here", "Use a method that /v1/openapi.json lists.")
    TIMEOUT = Kind(408, "The request took too long", "Send the whole body at once, and again.")
    CONFLICT = Kind(409, "It was done already, or cannot be done now", "See `detail`.")
    TOO_LARGE = Kind(413, "The body is too large", "Send less in one request.")
    UNSUPPORTED_MEDIA_TYPE = Kind(415, "The body is of another kind", "Send application/json.")
    UNPROCESSABLE = Kind(422, "The request cannot be done", "See `detail`.")
    RATE_LIMITED = Kind(429, "Too many requests", "Wait as long as Retry-After says.")
    LOCKED_OUT = Kind(429, "Too many wrong keys from this address", "Wait as long as Retry-After says.")
    INTERNAL = Kind(500, "The server failed", "Try again; report `request_id` if it lasts.")
    CHAIN_UNAVAILABLE = Kind(502, "The chain did not answer", "Repeat the request with the same Idempotency-Key.")
    UNAVAILABLE = Kind(503, "Not available now", "Try again as soon as Retry-After says.")

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
    """A refusal. `balance`, `shortfall` and `required` are credits; `resets_at` is RFC 3339."""

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


def refused(request: Request[Any, Any, Any], refusal: Refusal) -> Response[Problem]:
    """The answer for a refusal."""
    kind = refusal.kind.value
    headers = dict(refusal.headers)
    if kind.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="job-escrow"'
    return Response(
        Problem(
            type=TYPE_PREFIX + refusal.kind.slug,
            title=kind.title,
            status=kind.status,
            detail=refusal.detail[:_MOST_DETAIL],
            remedy=kind.remedy,
            request_id=str(request.scope.get("request_id", "")),
            **refusal.members,
        ),
        status_code=kind.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def http_refused(request: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    """The answer for what Litestar itself refuses."""
    kind = next((each for each in Kinds if each.value.status == error.status_code), Kinds.INVALID_REQUEST)
    if error.status_code >= 500:
        return failed(request, error)
    detail = error.detail
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        parts = (f"{each.get('key', 'body')}: {each.get('message', '')}" for each in error.extra)
        detail = "; ".join(parts) or detail
    keep = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
    return refused(request, Refusal(kind, detail, headers=keep))


def failed(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """The answer for what nobody expected; its cause is in the log and nowhere else."""
    _log.error("request failed", request_id=request.scope.get("request_id"), exc_info=error)
    return refused(request, Refusal(Kinds.INTERNAL, "The server met an error that it does not know."))


def documented(*statuses: int) -> dict[int, ResponseSpec]:
    """The refusals of a handler, for its OpenAPI."""
    titles = {status: [] for status in statuses}  # type: dict[int, list[str]]
    for each in Kinds:
        if each.value.status in titles:
            titles[each.value.status].append(each.value.title)
    return {
        status: ResponseSpec(Problem, generate_examples=False, media_type=MEDIA_TYPE, description=", or: ".join(names))
        for status, names in titles.items()
    }
