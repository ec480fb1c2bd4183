"""One process that serves: Granian in the event loop that everything else of the server runs in."""

import asyncio
import logging
import resource
import signal
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import TextIO, cast

import structlog
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server
from job_escrow.output_files import make_folder
from job_escrow.urls import without_secrets
from job_escrow_indexer.monitoring.endpoint import served
from job_escrow_indexer.monitoring.logs import StandardError, set_up_logs
from job_escrow_indexer.settings import Settings
from job_escrow_indexer.store.holding import Holding
from structlog.typing import EventDict

from job_escrow_api.app import create_app
from job_escrow_api.domain.health.metrics import ServerCollector
from job_escrow_api.domain.health.monitor import Monitor
from job_escrow_api.http.middleware import middleware
from job_escrow_api.indexing import IndexerThread
from job_escrow_api.services import Services
from job_escrow_api.settings import ApiSettings

_POLL_SECONDS = 0.02
_BACKLOG = 1_024
_MOST_CONNECTIONS = 8_192
# Of the database, the chain, webhooks and exports.
_OTHER_FILES = 512


async def serve(
    settings: ApiSettings,
    *,
    host: str,
    port: int,
    ready: Callable[[str], None],
    index: Settings | None = None,
    metrics: tuple[str, int] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; requests that have begun are answered. `ready` gets the address.

    With `index` the indexer runs too, in a thread of this process; where it can never begin, the server ends with it
    and raises what it raised. With `metrics`, a host and a port, /metrics and /health are there. Raises ValueError
    where somebody else listens on a port, WrongChain where the database is of another chain, DatabaseInUse where
    another server has it.
    """
    log_to_standard_error()
    _require_free(host, port)
    make_folder(settings.database.parent)
    holding = Holding(settings.database, "serve", ".serve.lock", address=settings.public_url)
    try:
        await _serve(settings, host=host, port=port, ready=ready, index=index, metrics=metrics)
    finally:
        holding.close()


async def _serve(
    settings: ApiSettings,
    *,
    host: str,
    port: int,
    ready: Callable[[str], None],
    index: Settings | None,
    metrics: tuple[str, int] | None,
) -> None:
    services = Services(settings)
    try:
        await services.books.begin()
        await services.hooks.begin(new_key=settings.new_webhook_key)
        await services.chain.begin()
    except BaseException:
        await services.close()
        raise
    server = Server(
        middleware(
            create_app(services),
            body_seconds=settings.body_seconds,
            credits_of=lambda key: services.index.credits_of(key.credit_account),
        ),
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        backlog=_BACKLOG,
        backpressure=_most_connections(),
        log_enabled=False,
    )

    def stop() -> None:
        # The server waits for what it answers, and a stream of balances would go on for minutes.
        services.stream.changes.stop()
        server.stop()  # type: ignore[no-untyped-call]

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    indexer = None if index is None else IndexerThread(index, pause_seconds=settings.intervals.index)
    indexing = None if indexer is None else asyncio.create_task(indexer.ended())
    if indexing is not None:
        indexing.add_done_callback(lambda _: stop())
    if indexer is not None:
        services.monitor.indexer = lambda: indexer.running
    serving = asyncio.create_task(server.serve())
    stack = ExitStack()
    try:
        if metrics is not None:
            stack.enter_context(_metrics(services.monitor, *metrics))
        if await _listens(host, port, serving):
            ready(f"http://{host}:{port}")
        await serving
    finally:
        stack.close()
        if not serving.done():
            # Such as where nobody can be told the address: it ends as it does by a signal.
            stop()
            await asyncio.gather(serving, return_exceptions=True)
        if indexer is not None and indexing is not None:
            indexer.stop()
            await indexing


def _metrics(monitor: Monitor, host: str, port: int) -> AbstractContextManager[str]:
    """/metrics and /health. Raises ValueError where somebody else listens there."""
    collector = ServerCollector(monitor, asyncio.get_running_loop())
    _require_free(host, port, "--metrics-port")
    return served(collector, collector.health, host, port)


def _most_connections() -> int:
    """Connections at once, idle ones included: as many as this process may open files, after all its others."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_CONNECTIONS + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        return max(soft // 2, soft - _OTHER_FILES)
    return _MOST_CONNECTIONS


def _require_free(host: str, port: int, option: str = "--port") -> None:
    """Granian shares its port with whoever shares it too, so that two servers would answer in turns."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise ValueError(
            f"port {port} of {host} cannot be listened on ({error.strerror or error}): "
            f"stop what uses it, or choose another with {option}"
        ) from error


async def _listens(host: str, port: int, serving: asyncio.Task[None]) -> bool:
    """Wait until the server takes connections: Granian's own hook is called before that."""
    while not serving.done():
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(_POLL_SECONDS)
        else:
            writer.close()
            await writer.wait_closed()
            return True
    return False


def _without_secrets(_: object, __: str, event: EventDict) -> EventDict:
    return {name: without_secrets(value) if isinstance(value, str) else value for name, value in event.items()}


def log_to_standard_error() -> None:
    """One JSON object a line: what the API says, and what the indexer and the libraries say through `logging`."""
    set_up_logs("json", clean=without_secrets)
    # A line for each request is written without the way through `logging`.
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_secrets,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", StandardError())),
        cache_logger_on_first_use=True,
    )
