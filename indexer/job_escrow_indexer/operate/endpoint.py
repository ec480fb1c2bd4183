"""`/metrics` and `/health` over HTTP, in a thread of their own, so that a busy indexer still answers."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app

from job_escrow_indexer.operate.metrics import IndexerCollector, Watch

STALE_SECONDS = 60.0
"""Without progress for so long, the indexer is not healthy: a chain has a new slot several times a second."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401  (as its base has it)
        """Scrapes are no news."""


@contextmanager
def endpoint(watch: Watch, host: str, port: int) -> Iterator[str]:
    """Serve for the length of a block; gives the address. Port 0 takes a free one. Raises OSError where it is taken."""
    registry = CollectorRegistry()
    registry.register(IndexerCollector(watch))
    with make_server(host, port, _app(watch, make_wsgi_app(registry)), _Server, handler_class=_Quiet) as server:
        Thread(target=server.serve_forever, name="metrics", daemon=True).start()
        try:
            yield f"http://{host}:{server.server_port}"
        finally:
            server.shutdown()


def health(watch: Watch) -> tuple[bool, dict[str, Any]]:
    """Whether the indexer works, and in which words: starting, backfilling, ok or stalled."""
    stored, indexer = watch.stored(), watch.indexer
    left = indexer.follower.backlog.left
    stale = stored.age_seconds is None or stored.age_seconds > STALE_SECONDS
    status = "stalled" if stale else "backfilling" if left else "ok"
    if stored.age_seconds is None:
        status = "starting"
    return not stale, {
        "status": status,
        "tip_slot": stored.tip_slot,
        "finalized_slot": stored.finalized_slot,
        "seconds_since_progress": stored.age_seconds,
        "backlog": left,
        "quarantine": stored.quarantine,
        "reconcile_differences": indexer.reconciler.found,
    }


def _app(watch: Watch, metrics: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            return metrics(environ, start_response)
        if path != "/health":
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"ask for /metrics or /health\n"]
        good, said = health(watch)
        start_response("200 OK" if good else "503 Service Unavailable", [("Content-Type", "application/json")])
        return [json.dumps(said).encode()]

    return app
