"""`/metrics` and `/health` over HTTP, in a thread of their own, so that a busy indexer still answers."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from job_escrow.urls import without_secrets
from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.registry import Collector

from job_escrow_indexer.monitoring.metrics import IndexerCollector, Watch

STALE_SECONDS = 60.0
"""Without progress for so long, the indexer is not healthy: a chain has a new slot several times a second."""


Health = Callable[[], tuple[bool, dict[str, Any]]]
"""Whether something works, and what is said of it."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401  (as its base has it)
        """Scrapes are no news."""


@contextmanager
def endpoint(watch: Watch, host: str, port: int) -> Iterator[str]:
    """Serve for the length of a block; gives the address. Port 0 takes a free one. Raises OSError where it is taken."""
    with served(IndexerCollector(watch), lambda: health(watch), host, port) as address:
        yield address


@contextmanager
def served(collector: Collector, health: Health, host: str, port: int) -> Iterator[str]:
    """As `endpoint`, for what anybody collects."""
    registry = CollectorRegistry()
    registry.register(collector)
    with make_server(host, port, _app(health, make_wsgi_app(registry)), _Server, handler_class=_Quiet) as server:
        Thread(target=server.serve_forever, name="metrics", daemon=True).start()
        try:
            yield f"http://{host}:{server.server_port}"
        finally:
            server.shutdown()


def health(watch: Watch) -> tuple[bool, dict[str, Any]]:
    """Whether the indexer works, and in which words: starting, backfilling, ok, degraded or stalled.

    It is degraded where it cannot do something, several times in a row, and tries again.
    """
    stored, indexer = watch.stored(), watch.indexer
    left = indexer.follower.backlog.left
    stale = stored.age_seconds is None or stored.age_seconds > STALE_SECONDS
    status = "stalled" if stale else "backfilling" if left else "ok"
    if stored.age_seconds is None:
        status = "starting"
    trouble = indexer.degraded
    if trouble is not None and not stale:
        status = "degraded"
    return not stale and trouble is None, {
        "status": status,
        "tip_slot": stored.tip_slot,
        "finalized_slot": stored.finalized_slot,
        "seconds_since_progress": stored.age_seconds,
        "backlog": left,
        "quarantine": stored.quarantine,
        "unread": stored.unread,
        "trouble": None if trouble is None else without_secrets(f"{trouble.kind}: {trouble.text}"),
        "reconcile_differences": indexer.reconciler.found,
    }


def _app(health: Health, metrics: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            return metrics(environ, start_response)
        if path != "/health":
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"ask for /metrics or /health\n"]
        good, said = health()
        start_response("200 OK" if good else "503 Service Unavailable", [("Content-Type", "application/json")])
        return [json.dumps(said).encode()]

    return app
