"""Errors in OpenAI's form, with the status that its packages have a class for."""

import logging
from typing import Any

import msgspec
from job_escrow_client import (
    ApiError,
    CustomerKeyRefused,
    Forbidden,
    InvalidKey,
    LockedOut,
    MissingKey,
    Refused,
)
from litestar import Response

from job_escrow_gateway.source import ModelFailed, ModelRefused

_TYPES = {401: "authentication_error", 402: "insufficient_quota", 403: "permission_error", 429: "rate_limit_error"}
_SHOWN = ("balance", "required", "shortfall", "top_up", "resets_at")
_PROVIDERS = (MissingKey, InvalidKey, Forbidden, LockedOut)
"""What the account API says of the gateway's own key."""

_log = logging.getLogger("gateway")


def error_of(message: str, code: str | None, status: int, param: str | None = None) -> dict[str, Any]:
    """The body of an error."""
    kind = _TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def error(
    status: int, message: str, code: str | None, *, param: str | None = None, headers: dict[str, str] | None = None
) -> Response[Any]:
    """An error."""
    return Response(error_of(message, code, status, param), status_code=status, headers=headers or {})


def conflict(message: str, code: str) -> Response[Any]:
    """What OpenAI's packages do not try again."""
    return error(409, message, code, headers={"X-Should-Retry": "false"})


def unavailable() -> Response[Any]:
    """Nobody knows what the account API would say."""
    return error(503, "the credits cannot be reached: try again", "unavailable")


def refused(refusal: ApiError) -> Response[Any]:
    """The account API's refusal; 402 says how to add credits."""
    if not isinstance(refusal, Refused):
        return unavailable()
    if isinstance(refusal, _PROVIDERS):
        _log.error("the account API refuses this gateway's key: %s", refusal)
        return error(503, "the provider cannot charge anybody now: try again later", "unavailable")
    status = 401 if isinstance(refusal, CustomerKeyRefused) else refusal.status
    said = error_of(f"{refusal.detail} {refusal.remedy}", refusal.type.rsplit("/", 1)[-1], status)
    problem = msgspec.to_builtins(refusal.problem)
    said["error"] |= {name: problem[name] for name in _SHOWN if problem.get(name) is not None}
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    if refusal.problem.balance is not None:
        headers["X-Credits-Remaining"] = str(refusal.problem.balance)
    return Response(said, status_code=status, headers=headers)


def failed(failure: Exception) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Status, body and headers of a model's failure."""
    if isinstance(failure, ModelRefused):
        said = error_of("", None, failure.status)
        said["error"] |= {name: value for name, value in failure.error.items() if value is not None}
        return failure.status, said, {"Retry-After": failure.retry_after} if failure.retry_after else {}
    if not isinstance(failure, ModelFailed):
        _log.error("an answer broke down", exc_info=failure)
        return 502, error_of("the model failed", "model_error", 502), {}
    return 502, error_of(str(failure), failure.code, 502), {}
