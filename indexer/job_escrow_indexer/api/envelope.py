"""Around every request: an id, a line in the log, and the credits that are left (Y6)."""

import re
import time
from uuid import uuid4

import structlog
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_log = structlog.get_logger(__name__)


def envelope(app: ASGIApp) -> ASGIApp:
    """Wrap the whole application, so that refusals of the router have it too."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        started = time.perf_counter()
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"").decode("latin-1")
        request_id = given if _REQUEST_ID.fullmatch(given) else str(uuid4())
        scope["request_id"] = request_id  # type: ignore[typeddict-unknown-key]
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableScopeHeaders.from_message(message)
                headers["X-Request-Id"] = request_id
                remaining = credits_remaining(scope)
                if remaining is not None:
                    headers["X-Credits-Remaining"] = str(remaining)
            await send(message)

        try:
            await app(scope, receive, send_with_headers)
        finally:
            principal = scope.get("auth")
            _log.info(
                "request",
                request_id=request_id,
                method=scope.get("method"),
                # The template, never the path: what a client puts into a path is not ours to keep.
                route=scope.get("path_template", ""),
                status=status,
                key=getattr(principal, "id", None),
                milliseconds=round((time.perf_counter() - started) * 1000, 2),
            )

    return wrapped


def remember_credits(scope: Scope, credits: int) -> None:
    """Say how many credits the account of this request has left."""
    scope["credits_remaining"] = credits  # type: ignore[typeddict-unknown-key]


def credits_remaining(scope: Scope) -> int | None:
    """What was said about the credits of this request."""
    found: int | None = scope.get("credits_remaining")  # type: ignore[assignment]
    return found
