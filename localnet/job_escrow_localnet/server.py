"""Serves a node: HTTP on one port, WebSocket on the next, and the clock that closes slots."""

import asyncio
import contextlib
import functools
import logging
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from websockets.asyncio.server import Server as WebSocketServer
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as serve_websocket

# Each registers its methods.
import job_escrow_localnet.methods.accounts
import job_escrow_localnet.methods.history
import job_escrow_localnet.methods.sending
import job_escrow_localnet.methods.state
import job_escrow_localnet.methods.testing
import job_escrow_localnet.methods.tokens  # noqa: F401
from job_escrow_localnet import jsonrpc
from job_escrow_localnet.config import LocalnetConfig
from job_escrow_localnet.genesis import create_node
from job_escrow_localnet.http import HttpServer
from job_escrow_localnet.methods import registry
from job_escrow_localnet.node import Node
from job_escrow_localnet.subscriptions import Subscriptions
from job_escrow_localnet.websocket import Connection

_PORT_ATTEMPTS = 50
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """A local chain that is being served."""

    url: str
    """Of JSON-RPC over HTTP."""
    websocket_url: str
    """Of subscriptions."""
    node: Node
    """The chain itself, for a program that runs it in its own process."""


class PortError(Exception):
    """The ports cannot be listened on; the text says what to do."""


def run(config: LocalnetConfig, *, ready: Callable[[Running], None] = lambda running: None) -> None:
    """Serve a local chain until the process is asked to stop (SIGINT, SIGTERM); `ready` is called once it answers."""
    asyncio.run(_run(config, ready))


async def _run(config: LocalnetConfig, ready: Callable[[Running], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with serving(config) as running:
        ready(running)
        await stop.wait()


@contextlib.asynccontextmanager
async def serving(config: LocalnetConfig) -> AsyncIterator[Running]:
    """Serve a local chain on the running event loop for the length of the block."""
    node = create_node(config)
    try:
        subscriptions = Subscriptions(node.chain)
        node.chain.listeners.append(subscriptions)
        connections: set[HttpServer] = set()
        http, websocket, port = await _listen(config, node, subscriptions, connections)
        ticker = asyncio.create_task(_tick(node, config.slot_ms / 1000))
        try:
            host = f"[{config.host}]" if ":" in config.host else config.host
            node.listening.rpc, node.listening.pubsub = f"{host}:{port}", f"{host}:{port + 1}"
            yield Running(f"http://{host}:{port}", f"ws://{host}:{port + 1}", node)
        finally:
            ticker.cancel()
            http.close()
            for connection in list(connections):
                connection.close()
            websocket.close()
            await websocket.wait_closed()
    finally:
        node.chain.stop()


async def _listen(
    config: LocalnetConfig, node: Node, subscriptions: Subscriptions, connections: set[HttpServer]
) -> tuple[asyncio.Server, WebSocketServer, int]:
    """Listen on the port and the one after it; with port 0 on any two that are free."""
    loop = asyncio.get_running_loop()
    answer = functools.partial(jsonrpc.answer, call=functools.partial(registry.call, node))

    async def on_websocket(socket: ServerConnection) -> None:
        await Connection(node, subscriptions, socket).run()

    attempts = 1 if config.rpc_port else _PORT_ATTEMPTS
    for attempt in range(attempts):
        http = websocket = None
        try:
            http = await loop.create_server(lambda: HttpServer(answer, connections), config.host, config.rpc_port)
            port: int = http.sockets[0].getsockname()[1]
            websocket = await serve_websocket(on_websocket, config.host, port + 1, compression=None)
        except (OSError, OverflowError) as problem:
            if http is not None:
                http.close()
            if attempt == attempts - 1:
                raise PortError(
                    f"ports {config.rpc_port} and {config.rpc_port + 1} of {config.host} cannot be listened on "
                    f"({problem}): stop what uses them, or choose others with --rpc-port"
                ) from problem
            continue
        return http, websocket, port
    raise AssertionError("unreachable: the last attempt returns or raises")


async def _tick(node: Node, seconds: float) -> None:
    """Close a slot every so many seconds. One that is late is not made up for: the next comes a full slot after it."""
    loop = asyncio.get_running_loop()
    due = loop.time() + seconds
    while True:
        await asyncio.sleep(due - loop.time())
        try:
            node.chain.close_slot()
        except Exception:
            # A chain that cannot write its ledger must not go on confirming.
            _log.critical("the slot cannot be closed; the local chain stops", exc_info=True)
            signal.raise_signal(signal.SIGTERM)
            return
        due = max(due + seconds, loop.time())
