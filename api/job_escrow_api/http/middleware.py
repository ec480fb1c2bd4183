"""Around every request: an id, a line in the log, and the credits that are left (Y6)."""

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import structlog
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Send
from litestar.types import Scope as Connection

from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.keys.terms import Scope
from job_escrow_api.domain.problems import Kinds, Refusal

_REMAINING = "X-Credits-Remaining"
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_log = structlog.get_logger(__name__)


def middleware(app: ASGIApp, *, body_seconds: float, credits_of: Callable[[Key], int | None]) -> ASGIApp:
    """Wrap the whole application, so that refusals of the router have it too.

    `credits_of` knows what the account of a key that may read it has left. A body that has not come within
    `body_seconds` is refused: who sends one slowly holds no connection for long. So is one that ends too early.
    """

    async def wrapped(scope: Connection, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        started = time.perf_counter()
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"").decode("latin-1")
        request_id = given if _REQUEST_ID.fullmatch(given) else str(uuid4())
        scope["request_id"] = request_id  # type: ignore[typeddict-unknown-key]
        status = 0
        arrived = False

        async def receive_in_time() -> Any:  # noqa: ANN401  (a message as the server has it)
            nonlocal arrived
            if arrived:
                return await receive()
            try:
                left = body_seconds - (time.perf_counter() - started)
                message = await asyncio.wait_for(receive(), max(0, left))
            except TimeoutError as error:
                detail = f"The body has not come within {body_seconds} seconds."
                raise Refusal(Kinds.TIMEOUT, detail, headers={"Connection": "close"}) from error
            if message["type"] == "http.disconnect":
                # The client left, or sent chunks that are none: the server says the same of both.
                detail = "The body is not whole."
                raise Refusal(Kinds.INVALID_REQUEST, detail, headers={"Connection": "close"})
            arrived = message["type"] != "http.request" or not message.get("more_body", False)
            return message

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableScopeHeaders.from_message(message)
                headers["X-Request-Id"] = request_id
                headers.setdefault("Cache-Control", "no-store")
                headers["X-Content-Type-Options"] = "nosniff"
                # A refusal may say it already, of the customer's account where the key is the operator's.
                if _REMAINING not in headers:
                    remaining = credits_remaining(scope)
                    key: Key | None = scope.get("auth")
                    if remaining is None and key is not None and Scope.READ in key.scopes:
                        remaining = credits_of(key)
                    if remaining is not None:
                        headers[_REMAINING] = str(remaining)
            await send(message)

        try:
            await app(scope, receive_in_time, send_with_headers)
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


def remember_credits(scope: Connection, credits: int) -> None:
    """Say how many credits the account of this request has left."""
    scope["credits_remaining"] = credits  # type: ignore[typeddict-unknown-key]


def credits_remaining(scope: Connection) -> int | None:
    """What was said about the credits of this request."""
    found: int | None = scope.get("credits_remaining")  # type: ignore[assignment]
    return found
