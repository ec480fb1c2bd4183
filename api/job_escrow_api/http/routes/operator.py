"""/v1/operator: what the operator sees of its own platform, with a key for that.

A key that locks and settles, as a gateway has it, reads none of it: who steals that one learns nothing of customers.
"""

from collections.abc import Callable, Iterator
from typing import Annotated, Any, TypeVar

from job_escrow_indexer.export import ExportFormat, export
from job_escrow_indexer.queries import (
    Customer,
    CustomerPage,
    Earnings,
    OfPlatform,
    Usage,
    View,
    customers,
    earnings,
    stream_customers,
)
from litestar import Request, Router, get
from litestar.di import Provide
from litestar.params import Parameter
from litestar.response import Stream

from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.keys.terms import Scope
from job_escrow_api.domain.patterns import DIGITS
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.reports.desk import ReportDesk
from job_escrow_api.domain.reports.export import MEDIA_TYPES, usage_parts
from job_escrow_api.domain.reports.summary import Summary, summary
from job_escrow_api.domain.sessions.service import RequestService
from job_escrow_api.http.files import file_of, require_writer
from job_escrow_api.http.guard import guarded
from job_escrow_api.http.media import answering
from job_escrow_api.http.problems import documented
from job_escrow_api.http.usage_questions import MOST_EXPORTED_ROWS, Time, UsageQuestion, provide_operators_question

Answer = TypeVar("Answer")

_GUARDED: dict[str, Any] = guarded(Scope.BOOKS) | {"responses": documented(400, 401, 403, 404, 429, 502)}
_FILE: dict[str, Any] = guarded(Scope.BOOKS) | {
    "operation_class": answering(*MEDIA_TYPES.values()),
    "responses": documented(400, 401, 403, 404, 422, 429, 502, 503),
}
_USAGE: dict[str, Any] = {"dependencies": {"question": Provide(provide_operators_question, sync_to_thread=False)}}


@get("/summary", summary="Get what the platform owes, has earned this month, and can expect", **_GUARDED)
async def get_operator_summary(desk: ReportDesk, requests: RequestService, request: Request[Any, Key, Any]) -> Summary:
    """The outstanding liability by kind, the granted credits by when they expire, this month's earnings, a forecast."""
    return await _ask(desk, requests, request.auth, lambda view: summary(view, request.auth.platform))


@get("/customers", summary="List the platform's customers with what they have, bought and spent", **_GUARDED)
async def list_customers(
    desk: ReportDesk,
    requests: RequestService,
    request: Request[Any, Key, Any],
    cursor: Annotated[str | None, Parameter(max_length=18, pattern=DIGITS)] = None,
    limit: Annotated[int, Parameter(ge=1, le=1000)] = 100,
) -> CustomerPage:
    """Every credit account, closed ones too; pass `next_cursor` as `cursor` for more."""
    platform = request.auth.platform
    return await _ask(desk, requests, request.auth, lambda view: customers(view, platform, cursor=cursor, limit=limit))


@get("/customers/export", summary="Export the platform's customers as a file", **_FILE)
async def export_customers(
    desk: ReportDesk,
    requests: RequestService,
    request: Request[Any, Key, Any],
    format: ExportFormat = "csv",  # noqa: A002  (the parameter's name)
) -> Stream:
    """Streamed, from one snapshot, in at most ten minutes."""
    await _require_operator(requests, request.auth)
    require_writer(format)
    platform = request.auth.platform

    def parts(view: View) -> Iterator[bytes]:
        return export(Customer, stream_customers(view, platform), format)

    return file_of("customers", await desk.export(platform, parts), format)


@get("/usage", summary="Count what the whole platform was used for, by customer, model and more", **_GUARDED, **_USAGE)
async def get_operator_usage(
    desk: ReportDesk, requests: RequestService, request: Request[Any, Key, Any], question: UsageQuestion
) -> Usage:
    """As `/v1/usage`, of all accounts of the platform: revenue by model is `by=model`, by customer `by=wallet`."""
    scope = OfPlatform(platform=request.auth.platform)
    return await _ask(desk, requests, request.auth, lambda view: question.ask(view, scope))


@get("/usage/export", summary="Export the whole platform's usage as a file", **_FILE, **_USAGE)
async def export_operator_usage(
    desk: ReportDesk,
    requests: RequestService,
    request: Request[Any, Key, Any],
    question: UsageQuestion,
    format: ExportFormat = "csv",  # noqa: A002  (the parameter's name)
) -> Stream:
    """The rows of `/v1/operator/usage`; `units` is JSON, by kind."""
    require_writer(format)
    scope = OfPlatform(platform=request.auth.platform)

    def ask(view: View) -> Usage:
        return question.ask(view, scope, most_rows=MOST_EXPORTED_ROWS)

    report = await _ask(desk, requests, request.auth, ask)
    return file_of("usage", usage_parts(report, format), format)


@get("/earnings", summary="Get what settlements have paid out, by payee", **_GUARDED)
async def get_operator_earnings(
    desk: ReportDesk,
    requests: RequestService,
    request: Request[Any, Key, Any],
    since: Time = None,
    until: Time = None,
) -> Earnings:
    """From `since` to before `until`: what each payee got, and what the treasury kept of it."""
    platform = request.auth.platform
    return await _ask(desk, requests, request.auth, lambda view: earnings(view, platform, since=since, until=until))


async def _ask(desk: ReportDesk, requests: RequestService, key: Key, question: Callable[[View], Answer]) -> Answer:
    await _require_operator(requests, key)
    return await desk.ask(key.platform, question)


async def _require_operator(requests: RequestService, key: Key) -> None:
    if not await requests.may_read_books(key):
        raise Refusal(Kinds.FORBIDDEN, "The key's wallet is not the platform's operator (any more).")


operator_router = Router(
    "/operator",
    route_handlers=[
        get_operator_summary,
        list_customers,
        export_customers,
        get_operator_usage,
        export_operator_usage,
        get_operator_earnings,
    ],
    tags=["operator"],
)
"""The operator's own view."""
