"""What whatever a handler raises is answered with."""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from job_escrow.chain import ChainError
from job_escrow.chain.requests import WrongChain
from job_escrow.errors import EscrowError
from job_escrow.urls import without_secrets
from litestar import Request, Response
from litestar.exceptions import HTTPException

from job_escrow_api.domain.problems import Kinds, Problem, Refusal
from job_escrow_api.http.problems import http_refused, refused

_log = structlog.get_logger(__name__)


def problem_of(request: Request[Any, Any, Any], error: Exception) -> Problem:
    """What an error would be answered with, for an answer that has others beside it."""
    kinds = (kind for kind in HANDLERS if isinstance(kind, type))
    answer = HANDLERS[next(kind for kind in kinds if isinstance(error, kind))](request, error)
    problem: Problem = answer.content
    return problem


def _http_failed(request: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    return _failed(request, error) if error.status_code >= 500 else http_refused(request, error)


def _chain_failed(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    # Its text names the node, and belongs to the log.
    _log.warning("chain failed", request_id=request.scope.get("request_id"), error=without_secrets(str(error)))
    if isinstance(error, WrongChain):
        return refused(request, Refusal(Kinds.WRONG_CHAIN, f"{error}.", headers={"Retry-After": "5"}))
    detail = "The node did not answer as it should: try again."
    if isinstance(error, EscrowError):
        detail = without_secrets(str(error))
    return refused(request, Refusal(Kinds.CHAIN_UNAVAILABLE, detail))


def _database_failed(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """The answer where the database takes or gives nothing now: its disk is full, or somebody else holds it."""
    _log.warning("database failed", request_id=request.scope.get("request_id"), exc_info=error)
    detail = "The database cannot be used now, and nothing is lost: repeat the request, with its Idempotency-Key."
    return refused(request, Refusal(Kinds.UNAVAILABLE, detail, headers={"Retry-After": "5"}))


def _failed(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """The answer for what nobody expected; its cause is in the log and nowhere else."""
    _log.error("request failed", request_id=request.scope.get("request_id"), exc_info=error)
    return refused(request, Refusal(Kinds.INTERNAL, "The server met an error that it does not know."))


Handler = Callable[[Request[Any, Any, Any], Any], Response[Any]]

HANDLERS: Mapping[int | type[Exception], Handler] = {
    Refusal: refused,
    HTTPException: _http_failed,
    ChainError: _chain_failed,
    EscrowError: _chain_failed,
    sqlite3.OperationalError: _database_failed,
    Exception: _failed,
}
"""The answer for each kind of error; the first that an error is of counts."""
