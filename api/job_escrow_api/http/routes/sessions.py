"""/v1/sessions: what of an account's credits is locked for requests, and how its customer ends that."""

from typing import Any

from litestar import Request, Router, delete

from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.keys.terms import Scope
from job_escrow_api.domain.sessions.requests import SessionPage
from job_escrow_api.domain.sessions.service import RequestService
from job_escrow_api.http.guard import guarded
from job_escrow_api.http.problems import documented
from job_escrow_api.http.routes.request_lists import export_sessions, list_sessions


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


sessions_router = Router("/sessions", route_handlers=[list_sessions, export_sessions, end_sessions], tags=["requests"])
