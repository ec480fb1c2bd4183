"""/v1/usage, /v1/ledger and /v1/statements: what happened to a key's account."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Annotated, Any

from job_escrow.currency import Currency
from job_escrow_indexer.export import ExportFormat
from job_escrow_indexer.queries import (
    Forecast,
    LedgerPage,
    OfAccount,
    OfWallet,
    StatementMonth,
    Usage,
    View,
    forecast,
    ledger,
    statement_months,
)
from litestar import Request, Response, Router, get
from litestar.di import Provide
from litestar.params import Parameter
from litestar.response import Stream

from job_escrow_api.domain.index_reads import Index
from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.keys.terms import Scope
from job_escrow_api.domain.patterns import POSITION
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.reports.desk import ReportDesk
from job_escrow_api.domain.reports.export import MEDIA_TYPES, ledger_parts, usage_parts
from job_escrow_api.domain.reports.labels import ServersLabels
from job_escrow_api.domain.reports.statements import Statement, statement
from job_escrow_api.http.files import file_of, require_writer
from job_escrow_api.http.guard import guarded
from job_escrow_api.http.media import answering
from job_escrow_api.http.problems import documented
from job_escrow_api.http.statement_page import page
from job_escrow_api.http.usage_questions import (
    MOST_EXPORTED_ROWS,
    MOST_ROWS,
    Time,
    UsageQuestion,
    provide_usage_question,
)


@dataclass(frozen=True, kw_only=True)
class StatementView(Statement):
    """One account's month, from the first day to the last, in UTC; it ties in credits and in base units.

    Base units are of the platform's currency, which has so many `decimals`; it is shown with `display_decimals` at
    least.
    """

    currency: str | None
    decimals: int
    display_decimals: int


@dataclass(frozen=True, kw_only=True)
class StatementList:
    """The months of an account, each with its statement at /v1/statements/{month}."""

    statements: list[StatementMonth]


_GUARDED: dict[str, Any] = guarded(Scope.READ) | {"responses": documented(400, 401, 403, 404, 429)}


_USAGE: dict[str, Any] = {"dependencies": {"question": Provide(provide_usage_question, sync_to_thread=False)}}


@get(
    "/usage", summary="Count the credits that jobs and sessions were charged, by period and group", **_GUARDED, **_USAGE
)
async def get_usage(desk: ReportDesk, request: Request[Any, Key, Any], question: UsageQuestion) -> Usage:
    """From `since` to before `until`, of the key's own account; with `namespace`, of all accounts of the wallet.

    Rows are by at most two groups and a period, such as `by=model,day`, of what has the given values. They add up to
    what settlements on chain have charged: each counts when it happened, with the requests whose receipts it reported.
    What requests were charged since then stands beside it as `unsettled_credits`, by when they ended. What was not
    locked or admitted through this API has no key, project, member, model or type: its group is null. These five are
    told within a namespace only, so that none of them goes together with `namespace`. At most 10,000 rows; the export
    has up to 200,000.
    """
    return await desk.ask(request.auth.credit_account, _usage_of(request.auth, question))


@get(
    "/usage/export",
    summary="Export usage as a file",
    operation_class=answering(*MEDIA_TYPES.values()),
    **_GUARDED | {"responses": documented(400, 401, 403, 404, 422, 429)},
    **_USAGE,
)
async def export_usage(
    desk: ReportDesk,
    request: Request[Any, Key, Any],
    question: UsageQuestion,
    format: ExportFormat = "csv",  # noqa: A002  (the parameter's name)
) -> Stream:
    """The rows of `/v1/usage`; `units` is JSON, by kind."""
    require_writer(format)
    report = await desk.ask(request.auth.credit_account, _usage_of(request.auth, question, MOST_EXPORTED_ROWS))
    return file_of("usage", usage_parts(report, format), format)


@get("/usage/forecast", summary="Forecast what will be used at the rate of the last weeks", **_GUARDED)
async def get_usage_forecast(desk: ReportDesk, request: Request[Any, Key, Any]) -> Forecast:
    """Of the key's own account, with what is not settled yet; each figure is rounded up."""
    scope = OfAccount(credit_account=request.auth.credit_account)
    return await desk.ask(request.auth.credit_account, lambda view: forecast(view, scope, ServersLabels()))


@get("/ledger", summary="List everything that happened to the account, newest first", **_GUARDED)
async def get_ledger(
    desk: ReportDesk,
    request: Request[Any, Key, Any],
    cursor: Annotated[str | None, Parameter(max_length=19, pattern=POSITION)] = None,
    limit: Annotated[int, Parameter(ge=1, le=1000)] = 50,
    since: Time = None,
    until: Time = None,
) -> LedgerPage:
    """With the balance after each entry; pass `next_cursor` as `cursor` for older ones."""
    account = request.auth.credit_account

    def ask(view: View) -> LedgerPage:
        return ledger(view, account, cursor=cursor, limit=limit, since=since, until=until)

    return await desk.ask(request.auth.credit_account, ask)


@get(
    "/ledger/export",
    summary="Export the ledger as a file, oldest first",
    operation_class=answering(*MEDIA_TYPES.values()),
    **_GUARDED | {"responses": documented(400, 401, 403, 404, 422, 429, 503)},
)
async def export_ledger(
    desk: ReportDesk,
    request: Request[Any, Key, Any],
    format: ExportFormat = "csv",  # noqa: A002  (the parameter's name)
    since: Time = None,
    until: Time = None,
) -> Stream:
    """Streamed, from one snapshot, in at most ten minutes."""
    account = request.auth.credit_account
    require_writer(format)
    parts = await desk.export(account, ledger_parts(account, format, since=since, until=until))
    return file_of("ledger", parts, format)


@get("/statements", summary="List the months that there are statements of, newest first", **_GUARDED)
async def list_statements(desk: ReportDesk, request: Request[Any, Key, Any]) -> StatementList:
    """From the account's first entry on; the present month's is of what has happened so far."""
    account = request.auth.credit_account
    months = await desk.ask(account, lambda view: statement_months(view, account))
    return StatementList(statements=[*months])


@get("/statements/{month:str}", summary="Get the statement of a month", **_GUARDED)
async def get_statement(desk: ReportDesk, index: Index, request: Request[Any, Key, Any], month: str) -> StatementView:
    """From its first day to its last, in UTC; ties to the credit and to the base unit. `month` like 2026-06.

    `usage` says what the charges were for, by model and by component; its credits add up to `charges`.
    """
    return await _statement(desk, index, request.auth, month)


@get(
    "/statements/{month:str}/page",
    summary="Get the statement as a page to print",
    operation_class=answering("text/html"),
    **_GUARDED,
)
async def get_statement_page(
    desk: ReportDesk, index: Index, request: Request[Any, Key, Any], month: str
) -> Response[str]:
    """HTML without scripts."""
    found = await _statement(desk, index, request.auth, month)
    html = page(found, Currency(found.currency, found.decimals, found.display_decimals))
    headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return Response(html, media_type="text/html", headers=headers)


def _usage_of(key: Key, question: UsageQuestion, most_rows: int = MOST_ROWS) -> Callable[[View], Usage]:
    scope: OfAccount | OfWallet = OfAccount(credit_account=key.credit_account)
    if question.of_namespaces:
        question.require_of_the_chain()
        scope = OfWallet(wallet=key.wallet, platform=key.platform)
    return lambda view: question.ask(view, scope, most_rows=most_rows)


async def _statement(desk: ReportDesk, index: Index, key: Key, month: str) -> StatementView:
    year, _, number = month.partition("-")
    if not (len(month) == 7 and year.isascii() and year.isdigit() and number.isascii() and number.isdigit()):
        raise Refusal(Kinds.NOT_FOUND, "There is no such month: write it like 2026-06.")

    def ask(view: View) -> StatementView:
        found = statement(view, key.credit_account, int(year), int(number))
        currency = index.money(view, key.platform).currency
        return StatementView(
            **{each.name: getattr(found, each.name) for each in fields(found)},
            currency=currency.symbol,
            decimals=currency.decimals,
            display_decimals=currency.display_decimals,
        )

    return await desk.ask(key.credit_account, ask)


reports_router = Router(
    "/",
    route_handlers=[
        get_usage,
        export_usage,
        get_usage_forecast,
        get_ledger,
        export_ledger,
        list_statements,
        get_statement,
        get_statement_page,
    ],
    tags=["reports"],
)
