"""A provider's gateway in front of models, in the form of OpenAI's API, paid for with job_escrow credits.

For each completion its highest price is reserved before the model runs, and the output tokens that were handed to the
client are settled, however the answer ends. Where that is none, everything goes back. `job-escrow gateway` runs it
before an upstream; `app` is for another server, with its settings in the environment:

    export JOB_ESCROW_API=http://127.0.0.1:8080/v1 JOB_ESCROW_OPERATOR_KEY=jek_…
    granian --interface asgi job_escrow_gateway.gateway:app

Clients send their own API key, as they would to OpenAI: `Authorization: Bearer jek_…`.
"""

import logging
import os
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from weakref import WeakSet

from litestar import Litestar, Request, Response
from litestar.datastructures import MutableScopeHeaders, State
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from job_escrow_gateway.catalogue import Catalogue
from job_escrow_gateway.charging import Charging
from job_escrow_gateway.forms import error
from job_escrow_gateway.handlers import Shop, complete, get_model, list_models
from job_escrow_gateway.repeats import Repeats
from job_escrow_gateway.run import Provider
from job_escrow_gateway.settings import Settings
from job_escrow_gateway.tokens import GPT3, tokenizer
from job_escrow_gateway.upstream import Upstream

if TYPE_CHECKING:
    from job_escrow_gateway.source import Source

_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_log = logging.getLogger("gateway")


def create_app(read_settings: Callable[[], Settings], *, opened: Callable[[Shop], None] = lambda _: None) -> ASGIApp:
    """The gateway, whose settings are read when it starts; it serves ASGI. `opened` is told what can be stopped."""

    @asynccontextmanager
    async def lifespan(running: Litestar) -> AsyncIterator[None]:
        async with _opened(read_settings()) as shop:
            running.state.shop = shop
            opened(shop)
            yield

    return _identified(
        Litestar(
            [complete, list_models, get_model],
            lifespan=[lifespan],
            state=State(),
            openapi_config=None,
            exception_handlers={HTTPException: _http_refused, Exception: _failed},
        )
    )


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Shop]:
    source: Source
    if settings.upstream:
        count = tokenizer(settings.tokenizer)
        source = Upstream(settings, has_tokenizer=count is not None)
    else:
        # Imported late: no upstream needs its tokenizer's tables.
        from job_escrow_gateway.model import ExampleModel

        count, source = tokenizer(GPT3), ExampleModel()
    charging = Charging(settings)
    shop = Shop(
        settings=settings,
        provider=Provider(charging=charging, source=source, count=count),
        catalogue=Catalogue(charging.api),
        repeats=Repeats(),
        runs=WeakSet(),
        began=int(time.time()),
    )
    try:
        yield shop
    finally:
        shop.stop()
        await charging.close()
        await source.close()


def _identified(inner: ASGIApp) -> ASGIApp:
    """Every answer has an id, as OpenAI's have; a client may choose it."""

    async def identified(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await inner(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"").decode("latin-1")
        request_id = given if _REQUEST_ID.fullmatch(given) else f"req_{uuid4().hex}"

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableScopeHeaders.from_message(message)["X-Request-Id"] = request_id
            await send(message)

        await inner(scope, receive, send_with_id)

    return identified


def _http_refused(_: Request[Any, Any, Any], refusal: HTTPException) -> Response[Any]:
    """What Litestar itself refuses, in OpenAI's form."""
    return error(refusal.status_code, refusal.detail, "invalid_request")


def _failed(_: Request[Any, Any, Any], failure: Exception) -> Response[Any]:
    _log.error("a request failed", exc_info=failure)
    return error(500, "the gateway failed: try again", "internal_error")


app = create_app(lambda: Settings.from_environment(os.environ))
