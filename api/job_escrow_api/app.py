"""The application: its routes, and what stands around each of them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from job_escrow import __version__
from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.config.cors import CORSConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler

from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.http.allow import allow_every_method
from job_escrow_api.http.document.document import config
from job_escrow_api.http.exact import ExactResponse, ExactSchema
from job_escrow_api.http.failures import HANDLERS
from job_escrow_api.http.guard import Connection, anybody
from job_escrow_api.http.routes.account import get_account
from job_escrow_api.http.routes.description import description_router
from job_escrow_api.http.routes.health import health_router
from job_escrow_api.http.routes.jobs import jobs_router
from job_escrow_api.http.routes.keys import keys_router
from job_escrow_api.http.routes.models import list_models
from job_escrow_api.http.routes.operator import operator_router
from job_escrow_api.http.routes.packs import list_packs
from job_escrow_api.http.routes.page import get_page, get_page_file
from job_escrow_api.http.routes.pay import pay_router
from job_escrow_api.http.routes.payments import payments_router
from job_escrow_api.http.routes.platform import get_platform
from job_escrow_api.http.routes.quote import create_quote
from job_escrow_api.http.routes.reports import reports_router
from job_escrow_api.http.routes.requests import receipts_router, requests_router
from job_escrow_api.http.routes.sessions import sessions_router
from job_escrow_api.http.routes.top_ups import top_ups_router
from job_escrow_api.http.routes.transactions import transactions_router
from job_escrow_api.http.routes.web import web_router
from job_escrow_api.http.routes.webhooks import webhooks_router
from job_escrow_api.http.strict import StrictRequest
from job_escrow_api.services import Services

_SMALLEST_COMPRESSED = 600
_EXPOSED = ["X-Request-Id", "X-Credits-Remaining", "Retry-After"]


async def _nothing_here(connection: Connection, handler: BaseRouteHandler) -> None:
    """A guard of the paths that Litestar itself would describe the API at: there is one such path."""
    await anybody(connection, handler)
    raise Refusal(Kinds.NOT_FOUND, "The API is described at /v1/openapi.json.")


def create_app(services: Services) -> Litestar:
    """The application over these services, which it closes when it ends."""
    has_page = services.settings.page

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        services.start()
        try:
            yield
        finally:
            await services.close()

    return Litestar(
        route_handlers=[
            Router(
                "/v1",
                route_handlers=[
                    health_router,
                    description_router,
                    get_account,
                    list_models,
                    list_packs,
                    create_quote,
                    get_platform,
                    keys_router,
                    jobs_router,
                    requests_router,
                    receipts_router,
                    sessions_router,
                    pay_router,
                    payments_router,
                    top_ups_router,
                    transactions_router,
                    webhooks_router,
                    reports_router,
                    operator_router,
                    *((web_router,) if has_page else ()),
                ],
            ),
            *((get_page, get_page_file) if has_page else ()),
        ],
        dependencies=_given(services),
        state=State({"access": services.access}),
        lifespan=[lifespan],
        exception_handlers=dict(HANDLERS),
        before_send=[allow_every_method],
        request_class=StrictRequest,
        response_class=ExactResponse,
        request_max_body_size=services.settings.max_body,
        cors_config=CORSConfig(allow_origins=list(services.settings.allowed_origins), expose_headers=_EXPOSED),
        compression_config=CompressionConfig(
            backend="gzip", minimum_size=_SMALLEST_COMPRESSED, exclude_opt_key="uncompressed"
        ),
        openapi_config=config(
            __version__,
            Router("/v1/schema", route_handlers=[], guards=[_nothing_here], include_in_schema=False),
        ),
        plugins=[ExactSchema()],
        logging_config=None,
        debug=False,
    )


def _given(services: Services) -> dict[str, Provide]:
    """What handlers are given, by the names of their parameters."""
    given = {
        "challenges": services.challenges,
        "chain": services.access_to_chain,
        "current": services.current,
        "database": services.database,
        "desk": services.desk,
        "hooks": services.hooks,
        "index": services.index,
        "job_store": services.job_store,
        "jobs": services.jobs,
        "keys": services.keys,
        "monitor": services.monitor,
        "names": services.names,
        "promotion": services.promotion,
        "quotes": services.quotes,
        "requests": services.sessions.requests,
        "session_store": services.sessions.store,
        "settings": services.settings,
        "sign_ins": services.sign_ins,
        "stream": services.stream,
        "web": services.web,
        "webhook_rate": services.webhook_rate,
    }
    return {name: Provide(_always(value), sync_to_thread=False) for name, value in given.items()}


def _always(value: object) -> Callable[[], object]:
    return lambda: value
