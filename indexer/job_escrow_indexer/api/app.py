"""The application: its routes, and what stands around each of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import structlog
from job_escrow import __version__
from job_escrow.chain import ChainError
from job_escrow.errors import EscrowError
from job_escrow.urls import without_secrets
from litestar import Litestar, MediaType, Request, Response, Router, get
from litestar.config.compression import CompressionConfig
from litestar.config.cors import CORSConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.serialization import encode_json

from job_escrow_indexer.api.account import account
from job_escrow_indexer.api.exact import ExactResponse, ExactSchema
from job_escrow_indexer.api.jobs.routes import jobs_router
from job_escrow_indexer.api.keys.guard import Connection, anybody
from job_escrow_indexer.api.keys.routes import keys_router
from job_escrow_indexer.api.media import answering
from job_escrow_indexer.api.models import models
from job_escrow_indexer.api.pay.routes import pay_router
from job_escrow_indexer.api.problems import Kinds, Problem, Refusal, documented, failed, http_refused, refused
from job_escrow_indexer.api.reports.routes import reports_router
from job_escrow_indexer.api.services import Services
from job_escrow_indexer.api.strict import StrictRequest
from job_escrow_indexer.api.webhooks.routes import webhooks_router

_log = structlog.get_logger(__name__)

_SMALLEST_COMPRESSED = 600
_EXPOSED = ["X-Request-Id", "X-Credits-Remaining", "Retry-After"]


class Health(msgspec.Struct, kw_only=True):
    """Whether the server works."""

    status: str
    version: str


class ProblemKind(msgspec.Struct, kw_only=True):
    """A sort of problem."""

    title: str
    status: int
    remedy: str


@get("/health", guards=[anybody], summary="Whether the server works", responses=documented(429, 503), tags=["server"])
async def health(services: Services) -> Health:
    """Whether jobs are swept and webhooks sent; an answer without a look at the chain or the database."""
    for duty in services.duties:
        if duty.trouble is not None:
            raise Refusal(Kinds.UNAVAILABLE, duty.trouble, headers={"Retry-After": "5"})
    return Health(status="ok", version=__version__)


@get(
    "/problems/{slug:str}",
    guards=[anybody],
    summary="What a problem's type means",
    responses=documented(400, 404, 429),
    tags=["server"],
)
async def problem_kind(slug: str) -> ProblemKind:
    """What stands behind the `type` of a problem."""
    for kind in Kinds:
        if kind.slug == slug:
            return ProblemKind(title=kind.value.title, status=kind.value.status, remedy=kind.value.remedy)
    raise Refusal(Kinds.NOT_FOUND, "There is no problem of this type.")


@get(
    "/openapi.json",
    guards=[anybody],
    summary="This description",
    responses=documented(429),
    operation_class=answering(MediaType.JSON),
    tags=["server"],
)
async def openapi(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What this server answers, as OpenAPI 3.1."""
    state = request.app.state
    if state.openapi is None:
        state.openapi = encode_json(request.app.openapi_schema.to_schema())
    return Response(state.openapi, media_type=MediaType.JSON)


async def _nothing_here(connection: Connection, handler: BaseRouteHandler) -> None:
    """A guard of the paths that Litestar itself would describe the API at: there is one such path."""
    await anybody(connection, handler)
    raise Refusal(Kinds.NOT_FOUND, "The API is described at /v1/openapi.json.")


def create_app(services: Services) -> Litestar:
    """The application over these services, which it closes when it ends."""

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        services.start()
        try:
            yield
        finally:
            await services.close()

    def provide_services() -> Services:
        return services

    return Litestar(
        route_handlers=[
            Router(
                "/v1",
                route_handlers=[
                    health,
                    problem_kind,
                    openapi,
                    account,
                    models,
                    keys_router,
                    jobs_router,
                    pay_router,
                    webhooks_router,
                    reports_router,
                ],
            )
        ],
        dependencies={"services": Provide(provide_services, sync_to_thread=False)},
        state=State({"services": services, "openapi": None}),
        lifespan=[lifespan],
        exception_handlers={
            Refusal: refused,
            HTTPException: http_refused,
            ChainError: _chain_failed,
            EscrowError: _chain_failed,
            Exception: failed,
        },
        request_class=StrictRequest,
        response_class=ExactResponse,
        request_max_body_size=services.settings.max_body,
        cors_config=CORSConfig(allow_origins=list(services.settings.allowed_origins), expose_headers=_EXPOSED),
        compression_config=CompressionConfig(backend="gzip", minimum_size=_SMALLEST_COMPRESSED),
        openapi_config=OpenAPIConfig(
            title="job_escrow account API",
            version=__version__,
            openapi_router=Router("/v1/schema", route_handlers=[], guards=[_nothing_here], include_in_schema=False),
            render_plugins=[JsonRenderPlugin()],
            components=Components(security_schemes={"key": SecurityScheme(type="http", scheme="bearer")}),
        ),
        plugins=[ExactSchema()],
        logging_config=None,
        debug=False,
    )


def _chain_failed(request: Request, error: Exception) -> Response[Problem]:  # type: ignore[type-arg]
    # Its text names the node, and belongs to the log.
    _log.warning("chain failed", request_id=request.scope.get("request_id"), error=without_secrets(str(error)))
    detail = "The node did not answer as it should: try again."
    if isinstance(error, EscrowError):
        detail = without_secrets(str(error))
    return refused(request, Refusal(Kinds.CHAIN_UNAVAILABLE, detail))
