"""The gateway as a server of its own, which `job-escrow gateway` runs."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from job_escrow_gateway.gateway import create_app
from job_escrow_gateway.settings import Settings
from job_escrow_gateway.tokens import tokenizer

if TYPE_CHECKING:
    from job_escrow_gateway.handlers import Shop

_MOST_CONNECTIONS = 4_096
"""At once, those that wait for their answers included."""
_POLL_SECONDS = 0.05


async def serve(settings: Settings, *, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; `ready` is told the address as soon as connections are taken.

    Raises ValueError where the address cannot be listened on, or a setting cannot be used.
    """
    tokenizer(settings.tokenizer)
    _require_free(host, port)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    shops: list[Shop] = []
    server = Server(
        create_app(lambda: settings, opened=shops.append),
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        backlog=_MOST_CONNECTIONS,
        backpressure=_MOST_CONNECTIONS,
        log_enabled=False,
    )

    def stop() -> None:
        # First: the server waits for its answers, and an answer may wait for a model.
        for shop in shops:
            shop.stop()
        server.stop()  # type: ignore[no-untyped-call]

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    serving = asyncio.create_task(server.serve())
    try:
        if await _listens(host, port, serving):
            ready(f"http://{host}:{port}")
        await serving
    finally:
        if not serving.done():
            # Such as where nobody can be told the address: it ends as it does by a signal.
            stop()
            await asyncio.gather(serving, return_exceptions=True)


def _require_free(host: str, port: int) -> None:
    """Granian shares its port with whoever shares it too, so that two servers would answer in turns."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise ValueError(
            f"port {port} of {host} cannot be listened on ({error.strerror or error}): "
            "stop what uses it, or choose another with --port"
        ) from error


async def _listens(host: str, port: int, serving: asyncio.Task[None]) -> bool:
    """Wait until the server takes connections."""
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
