"""/v1/jobs: what providers do, and the jobs of an account."""

from typing import Annotated, Any

from litestar import Request, Router, get, post
from litestar.params import HeaderParameter, Parameter

from job_escrow_api.domain.jobs.requests import JobPage, JobView, LockRequest, SettleRequest
from job_escrow_api.domain.jobs.service import JobService
from job_escrow_api.domain.jobs.store import JobRow, JobStore
from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.keys.terms import Scope
from job_escrow_api.domain.patterns import DIGITS, IDEMPOTENCY_KEY
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.http.guard import guarded
from job_escrow_api.http.middleware import remember_credits
from job_escrow_api.http.problems import documented

IdempotencyKey = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=128,
        pattern=IDEMPOTENCY_KEY,
        description="Of the caller's choice, one for each job: the same one never locks twice",
    ),
]
_REFUSALS = (400, 401, 403, 404, 409, 413, 422, 429, 502, 503)


@post(
    "/",
    **guarded(Scope.OPERATOR, counted=False),
    repeatable=True,
    summary="Lock the price of a job",
    responses=documented(402, *_REFUSALS),
)
async def lock_job(
    jobs: JobService, request: Request[Any, Key, Any], data: LockRequest, idempotency_key: IdempotencyKey
) -> JobView:
    """Safe to repeat with the same Idempotency-Key until there is an answer: nothing is charged twice."""
    return await _answer(jobs, request, await jobs.lock(request.auth, idempotency_key, data))


@post(
    "/{job:str}/settle",
    **guarded(Scope.OPERATOR, counted=False),
    status_code=200,
    repeatable=True,
    summary="Charge what a job has used",
    responses=documented(*_REFUSALS),
)
async def settle_job(jobs: JobService, request: Request[Any, Key, Any], job: str, data: SettleRequest) -> JobView:
    """Safe to repeat: the figure is a running total."""
    return await _answer(jobs, request, await jobs.settle(request.auth, job, data))


@post(
    "/{job:str}/refund",
    **guarded(Scope.OPERATOR, counted=False),
    status_code=200,
    repeatable=True,
    summary="Give back all that a job holds",
    responses=documented(*_REFUSALS),
)
async def refund_job(jobs: JobService, request: Request[Any, Key, Any], job: str) -> JobView:
    """Safe to repeat."""
    return await _answer(jobs, request, await jobs.refund(request.auth, job))


@get(
    "/{job:str}",
    **guarded(Scope.READ, Scope.OPERATOR),
    summary="Get a job of the account, or, for the operator, of the platform",
    responses=documented(400, 401, 403, 404, 429, 502),
)
async def get_job(jobs: JobService, job_store: JobStore, request: Request[Any, Key, Any], job: str) -> JobView:
    """A job that was locked through this API."""
    row = job_store.by_address(job)
    if row is not None:
        is_its_own = Scope.READ in request.auth.scopes and row.credit_account == request.auth.credit_account
        if is_its_own or await jobs.is_operator(request.auth):
            return row.view()
    raise Refusal(Kinds.NOT_FOUND, "This account has no such job.")


@get(
    "/",
    **guarded(Scope.READ),
    summary="List the account's jobs, newest first",
    responses=documented(400, 401, 403, 429),
)
async def list_jobs(
    job_store: JobStore,
    request: Request[Any, Key, Any],
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Parameter(max_length=20, pattern=DIGITS)] = None,
) -> JobPage:
    """Jobs that were locked through this API."""
    rows = job_store.page(request.auth.credit_account, int(cursor or 2**62), limit)
    following = str(rows[-1].number) if len(rows) == limit else None
    return JobPage(jobs=[row.view() for row in rows], next=following)


async def _answer(jobs: JobService, request: Request[Any, Key, Any], row: JobRow) -> JobView:
    remaining = await jobs.credits_of(row)
    if remaining is not None:
        remember_credits(request.scope, remaining)
    return row.view()


jobs_router = Router("/jobs", route_handlers=[lock_job, settle_job, refund_job, get_job, list_jobs], tags=["jobs"])
