"""Lists of an account's requests, receipts and sessions, as pages and as files, by label and time."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any

from job_escrow_indexer.export import ExportFormat, export
from job_escrow_indexer.queries import View
from litestar import Request, get
from litestar.di import Provide
from litestar.params import Parameter
from litestar.response import Stream

from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.keys.terms import Scope
from job_escrow_api.domain.patterns import DIGITS
from job_escrow_api.domain.reports.desk import ReportDesk
from job_escrow_api.domain.reports.export import MEDIA_TYPES
from job_escrow_api.domain.sessions.lines import (
    ReceiptLine,
    RequestLine,
    SessionLine,
    receipt_lines,
    request_lines,
    session_lines,
)
from job_escrow_api.domain.sessions.listing import (
    Wanted,
    requests_page,
    sessions_page,
    stream_requests,
    stream_sessions,
)
from job_escrow_api.domain.sessions.receipt_views import receipt_view
from job_escrow_api.domain.sessions.requests import ReceiptPage, RequestPage, RequestStatus, SessionPage
from job_escrow_api.http.files import file_of, require_writer
from job_escrow_api.http.guard import guarded
from job_escrow_api.http.media import answering
from job_escrow_api.http.problems import documented
from job_escrow_api.http.usage_questions import Filter, Time

Limit = Annotated[int, Parameter(ge=1, le=200)]
Cursor = Annotated[str | None, Parameter(max_length=20, pattern=DIGITS)]

_PAGE: dict[str, Any] = guarded(Scope.READ) | {"responses": documented(400, 401, 403, 404, 429)}
_FILE: dict[str, Any] = guarded(Scope.READ) | {
    "operation_class": answering(*MEDIA_TYPES.values()),
    "responses": documented(400, 401, 403, 404, 422, 429, 503),
}


def provide_wanted(
    request: Request[Any, Key, Any],
    since: Time = None,
    until: Time = None,
    key: Filter = None,
    project: Filter = None,
    member: Filter = None,
    model: Filter = None,
    job_type: Filter = None,
    tier: Filter = None,
    status: RequestStatus | None = None,
) -> Wanted:
    """Which of the key's account's requests are asked for."""
    filters = {
        "key": key,
        "project": project,
        "member": member,
        "model": model,
        "job_type": job_type,
        "tier": tier,
        "status": status,
    }
    return Wanted(
        credit_account=request.auth.credit_account,
        since=since,
        until=until,
        where={name: value for name, value in filters.items() if value is not None},
    )


_WANTED: dict[str, Any] = {"dependencies": {"wanted": Provide(provide_wanted, sync_to_thread=False)}}


@get("/", summary="List the account's requests, newest first", **_PAGE, **_WANTED)
async def list_requests(
    desk: ReportDesk, request: Request[Any, Key, Any], wanted: Wanted, limit: Limit = 50, cursor: Cursor = None
) -> RequestPage:
    """Requests that were admitted within sessions, made from `since` to before `until`, with these labels."""

    def ask(view: View) -> RequestPage:
        rows, following = requests_page(view.connection, wanted, _number(cursor), limit)
        return RequestPage(requests=[row.view() for row in rows], next=_text(following))

    return await desk.ask(request.auth.credit_account, ask)


@get("/export", summary="Export the account's requests as a file, oldest first", **_FILE, **_WANTED)
async def export_requests(
    desk: ReportDesk,
    request: Request[Any, Key, Any],
    wanted: Wanted,
    format: ExportFormat = "csv",  # noqa: A002  (the parameter's name)
) -> Stream:
    """Streamed, from one snapshot, in at most ten minutes."""
    require_writer(format)

    def parts(view: View) -> Iterator[bytes]:
        return export(RequestLine, request_lines(stream_requests(view.connection, wanted)), format)

    return file_of("requests", await desk.export(request.auth.credit_account, parts), format)


@get("/", summary="List the account's receipts, newest first", **_PAGE, **_WANTED)
async def list_receipts(
    desk: ReportDesk, request: Request[Any, Key, Any], wanted: Wanted, limit: Limit = 50, cursor: Cursor = None
) -> ReceiptPage:
    """Each with the settlement that commits to it, of requests that were made in the time and have these labels."""

    def ask(view: View) -> ReceiptPage:
        of_receipts = replace(wanted, only_receipts=True)
        rows, following = requests_page(view.connection, of_receipts, _number(cursor), limit)
        found = [receipt_view(view.connection, row) for row in rows]
        return ReceiptPage(receipts=[each for each in found if each is not None], next=_text(following))

    return await desk.ask(request.auth.credit_account, ask)


@get("/export", summary="Export the account's receipts as a file, oldest first", **_FILE, **_WANTED)
async def export_receipts(
    desk: ReportDesk,
    request: Request[Any, Key, Any],
    wanted: Wanted,
    format: ExportFormat = "csv",  # noqa: A002  (the parameter's name)
) -> Stream:
    """Streamed, from one snapshot, in at most ten minutes; `receipt_bytes` is what a receipt's leaf is the hash of.

    `receipt_signer` and `receipt_signature` are the operator's signature of these bytes. `job-escrow session verify`
    takes a session's lines as they are, as NDJSON.
    """
    require_writer(format)

    def parts(view: View) -> Iterator[bytes]:
        rows = stream_requests(view.connection, replace(wanted, only_receipts=True))
        return export(ReceiptLine, receipt_lines(view.connection, rows), format)

    return file_of("receipts", await desk.export(request.auth.credit_account, parts), format)


@get("/", summary="List the account's sessions, newest first", **_PAGE)
async def list_sessions(
    desk: ReportDesk,
    request: Request[Any, Key, Any],
    since: Time = None,
    until: Time = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> SessionPage:
    """Sessions that this server has opened, from `since` to before `until`."""
    account = request.auth.credit_account

    def ask(view: View) -> SessionPage:
        rows, following = sessions_page(view.connection, account, since, until, _number(cursor), limit)
        return SessionPage(sessions=[row.view() for row in rows], next=_text(following))

    return await desk.ask(account, ask)


@get("/export", summary="Export the account's sessions as a file, oldest first", **_FILE)
async def export_sessions(
    desk: ReportDesk,
    request: Request[Any, Key, Any],
    since: Time = None,
    until: Time = None,
    format: ExportFormat = "csv",  # noqa: A002  (the parameter's name)
) -> Stream:
    """Streamed, from one snapshot, in at most ten minutes."""
    account = request.auth.credit_account
    require_writer(format)

    def parts(view: View) -> Iterator[bytes]:
        return export(SessionLine, session_lines(stream_sessions(view.connection, account, since, until)), format)

    return file_of("sessions", await desk.export(account, parts), format)


def _number(cursor: str | None) -> int | None:
    return None if cursor is None else int(cursor)


def _text(cursor: int | None) -> str | None:
    return None if cursor is None else str(cursor)
