"""/v1/requests and /v1/receipts: what providers do within sessions, and one request or receipt of an account."""

from typing import Annotated, Any

from litestar import Request, Router, get, post
from litestar.params import HeaderParameter

from job_escrow_api.domain.index_reads import Index
from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.keys.terms import Scope
from job_escrow_api.domain.patterns import IDEMPOTENCY_KEY
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.sessions.batches import (
    AdmissionBatch,
    BatchResult,
    BatchResults,
    Became,
    SettlementBatch,
    admit_all,
    settle_all,
)
from job_escrow_api.domain.sessions.requests import ReceiptView, RequestTerms, RequestView, UnitsUsed
from job_escrow_api.domain.sessions.rows import RequestRow
from job_escrow_api.domain.sessions.service import RequestService
from job_escrow_api.domain.sessions.store import SessionStore
from job_escrow_api.http.failures import problem_of
from job_escrow_api.http.guard import guarded
from job_escrow_api.http.middleware import remember_credits
from job_escrow_api.http.problems import documented
from job_escrow_api.http.routes.request_lists import export_receipts, export_requests, list_receipts, list_requests

RequestIdempotencyKey = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=128,
        pattern=IDEMPOTENCY_KEY,
        description="Of the caller's choice, one for each request: the same one never reserves twice",
    ),
]
_REFUSALS = (400, 401, 403, 404, 409, 413, 422, 429, 502, 503)


@post(
    "/",
    **guarded(Scope.OPERATOR, counted=False),
    repeatable=True,
    summary="Reserve the highest price of a request within a session",
    responses=documented(402, *_REFUSALS),
)
async def admit_request(
    requests: RequestService,
    index: Index,
    request: Request[Any, Key, Any],
    data: RequestTerms,
    idempotency_key: RequestIdempotencyKey,
) -> RequestView:
    """Safe to repeat with the same Idempotency-Key until there is an answer: nothing is reserved twice.

    The first request of a customer opens a session on chain, and waits for it; those after it wait for nothing.
    """
    return _answer(index, request, await requests.admit(request.auth, idempotency_key, data))


@post(
    "/batch",
    **guarded(Scope.OPERATOR, counted=False),
    status_code=200,
    repeatable=True,
    summary="Reserve up to 100 requests at once",
    responses=documented(*_REFUSALS),
)
async def admit_requests(
    requests: RequestService, request: Request[Any, Key, Any], data: AdmissionBatch
) -> BatchResults:
    """Each is admitted or refused for itself, as `admitRequest` would. Safe to repeat."""
    return _results(request, await admit_all(requests, request.auth, data.requests))


@post(
    "/batch/settle",
    **guarded(Scope.OPERATOR, counted=False),
    status_code=200,
    repeatable=True,
    summary="Charge what up to 100 requests have used",
    responses=documented(*_REFUSALS),
)
async def settle_requests(
    requests: RequestService, request: Request[Any, Key, Any], data: SettlementBatch
) -> BatchResults:
    """Each is settled or refused for itself, as `settleRequest` would. Safe to repeat."""
    return _results(request, await settle_all(requests, request.auth, data.requests))


@post(
    "/{request_id:str}/settle",
    **guarded(Scope.OPERATOR, counted=False),
    status_code=200,
    repeatable=True,
    summary="Charge what a request has used",
    responses=documented(*_REFUSALS),
)
async def settle_request(
    requests: RequestService, index: Index, request: Request[Any, Key, Any], request_id: str, data: UnitsUsed
) -> RequestView:
    """The answer has its receipt. Safe to repeat: the same units give the same receipt."""
    return _answer(index, request, await requests.settle(request.auth, request_id, data))


@post(
    "/{request_id:str}/release",
    **guarded(Scope.OPERATOR, counted=False),
    status_code=200,
    repeatable=True,
    summary="Give back all that a request reserves",
    responses=documented(*_REFUSALS),
)
async def release_request(
    requests: RequestService, index: Index, request: Request[Any, Key, Any], request_id: str
) -> RequestView:
    """Safe to repeat."""
    return _answer(index, request, await requests.release(request.auth, request_id))


@get(
    "/{request_id:str}",
    **guarded(Scope.READ, Scope.OPERATOR),
    summary="Get a request of the account, or, for the operator, of the platform",
    responses=documented(400, 401, 403, 404, 429, 502),
)
async def get_request(
    requests: RequestService, session_store: SessionStore, request: Request[Any, Key, Any], request_id: str
) -> RequestView:
    """A request as it is now."""
    return (await _readable(requests, session_store, request.auth, request_id)).view()


@get(
    "/{request_id:str}",
    **guarded(Scope.READ, Scope.OPERATOR),
    summary="Get a request's receipt, and the settlement that commits to it",
    responses=documented(400, 401, 403, 404, 429, 502),
)
async def get_receipt(
    requests: RequestService, session_store: SessionStore, request: Request[Any, Key, Any], request_id: str
) -> ReceiptView:
    """A request that was settled has one from then on."""
    found = session_store.receipt(await _readable(requests, session_store, request.auth, request_id))
    if found is None:
        raise Refusal(Kinds.NOT_FOUND, "The request has no receipt: it was not settled.")
    return found


async def _readable(requests: RequestService, store: SessionStore, key: Key, request_id: str) -> RequestRow:
    row = store.by_id(request_id)
    if row is not None:
        is_its_own = Scope.READ in key.scopes and row.credit_account == key.credit_account
        if is_its_own or await requests.is_operator(key):
            return row
    raise Refusal(Kinds.NOT_FOUND, "This account has no such request.")


def _results(request: Request[Any, Key, Any], became: list[Became]) -> BatchResults:
    return BatchResults(
        results=[
            BatchResult(problem=problem_of(request, each))
            if isinstance(each, Exception)
            else BatchResult(request=each.view())
            for each in became
        ]
    )


def _answer(index: Index, request: Request[Any, Key, Any], row: RequestRow) -> RequestView:
    # From the index, with what sessions have reserved: no answer waits for the chain.
    remaining = index.credits_of(row.credit_account)
    if remaining is not None:
        remember_credits(request.scope, remaining)
    return row.view()


requests_router = Router(
    "/requests",
    route_handlers=[
        admit_request,
        admit_requests,
        settle_request,
        settle_requests,
        release_request,
        get_request,
        list_requests,
        export_requests,
    ],
    tags=["requests"],
)
receipts_router = Router("/receipts", route_handlers=[get_receipt, list_receipts, export_receipts], tags=["requests"])
