"""/v1/sessions: what of an account's credits is locked for requests, and how its customer ends that."""

from typing import Annotated, Any

from litestar import Request, Router, delete, get
from litestar.params import Parameter

from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.keys.terms import Scope
from job_escrow_api.domain.patterns import DIGITS
from job_escrow_api.domain.sessions.requests import SessionPage
from job_escrow_api.domain.sessions.service import RequestService
from job_escrow_api.domain.sessions.store import SessionStore
from job_escrow_api.http.guard import guarded
from job_escrow_api.http.problems import documented


@get(
    "/",
    **guarded(Scope.READ),
    summary="List the account's sessions, newest first",
    responses=documented(400, 401, 403, 429),
)
async def list_sessions(
    session_store: SessionStore,
    request: Request[Any, Key, Any],
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Parameter(max_length=20, pattern=DIGITS)] = None,
) -> SessionPage:
    """Sessions that this server has opened."""
    rows = session_store.sessions(request.auth.credit_account, int(cursor or 2**62), limit)
    following = str(rows[-1].number) if len(rows) == limit else None
    return SessionPage(sessions=[row.view() for row in rows], next=following)


@delete(
    "/",
    **guarded(Scope.MANAGE),
    status_code=200,
    repeatable=True,
    summary="End the account's sessions",
    responses=documented(400, 401, 403, 429, 502, 503),
)
async def end_sessions(requests: RequestService, request: Request[Any, Key, Any]) -> SessionPage:
    """They admit nothing more. Those in which nothing runs end at once, the others with their last request.

    The next request opens a new one: who wants none lowers its limits or revokes the key.
    """
    rows = await requests.end_sessions(request.auth.credit_account)
    return SessionPage(sessions=[row.view() for row in rows], next=None)


sessions_router = Router("/sessions", route_handlers=[list_sessions, end_sessions], tags=["requests"])
