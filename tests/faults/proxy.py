"""The proxy: HTTP on one port, WebSocket on the next, as a node has them, each request by the plan's faults."""

import asyncio
import contextlib
import functools
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import h11
from escrow_harness.patience import PATIENCE_SECONDS
from websockets.asyncio.client import connect
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from faults.plan import Fault, Faults

_READ_BYTES = 65_536
_PORT_ATTEMPTS = 50


@dataclass(frozen=True)
class FaultProxy:
    """A proxy that runs."""

    url: str
    websocket_url: str
    faults: Faults


@contextlib.contextmanager
def fault_proxy(url: str, websocket_url: str, faults: Faults) -> Iterator[FaultProxy]:
    """Put a proxy before a node for the length of a block, on an event loop and a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    served = serving(url, websocket_url, faults)
    try:
        yield asyncio.run_coroutine_threadsafe(served.__aenter__(), loop).result(timeout=PATIENCE_SECONDS)
    finally:
        asyncio.run_coroutine_threadsafe(served.__aexit__(None, None, None), loop).result(timeout=PATIENCE_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=PATIENCE_SECONDS)
        loop.close()


@contextlib.asynccontextmanager
async def serving(url: str, websocket_url: str, faults: Faults) -> AsyncIterator[FaultProxy]:
    """Put a proxy before a node for the length of a block, on the running event loop."""
    connections: set[asyncio.Task[None]] = set()

    def later(ask: Callable[[], Awaitable[object]]) -> None:
        async def wait() -> None:
            await faults.hold()
            with contextlib.suppress(ConnectionError):
                await ask()

        task = asyncio.create_task(wait())
        connections.add(task)
        task.add_done_callback(connections.discard)

    async def on_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        try:
            await _Http(url, faults, reader, writer, later).run()
        except asyncio.CancelledError:
            # The proxy ends; asyncio would log a connection's task that ends cancelled.
            pass
        finally:
            connections.discard(task)

    http, websocket, port = await _listen(on_http, functools.partial(_relay, websocket_url, faults))
    try:
        yield FaultProxy(f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port + 1}", faults)
    finally:
        http.close()
        for task in list(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        websocket.close()
        await websocket.wait_closed()


async def _listen(on_http: object, on_websocket: object) -> tuple[asyncio.Server, Server, int]:
    for _ in range(_PORT_ATTEMPTS):
        http = await asyncio.start_server(on_http, "127.0.0.1", 0)  # type: ignore[arg-type]
        port: int = http.sockets[0].getsockname()[1]
        try:
            websocket = await serve(on_websocket, "127.0.0.1", port + 1, compression=None)  # type: ignore[arg-type]
        except (OSError, OverflowError):
            http.close()
            continue
        return http, websocket, port
    raise AssertionError("no two free ports next to each other")


class _Cut(Exception):
    """The connection ends here."""


class _Http:
    """One connection of a client."""

    def __init__(
        self,
        url: str,
        faults: Faults,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        later: Callable[[Callable[[], Awaitable[object]]], None],
    ) -> None:
        self._url = url
        self._faults = faults
        self._reader = reader
        self._writer = writer
        self._later = later
        self._http = h11.Connection(h11.SERVER)

    async def run(self) -> None:
        try:
            while await self._request():
                self._http.start_next_cycle()
        except (_Cut, ConnectionError, h11.RemoteProtocolError):
            pass
        finally:
            # Cut: what was written before goes out, and nothing after it.
            self._writer.close()
            with contextlib.suppress(ConnectionError):
                await self._writer.wait_closed()

    async def _request(self) -> bool:
        """Answer one request; False: the client is gone."""
        head, body = None, b""
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._http.receive_data(await self._reader.read(_READ_BYTES))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                break
            else:
                return False
        assert head is not None
        await self._answer(head, body)
        return self._http.our_state is h11.DONE

    async def _answer(self, head: h11.Request, body: bytes) -> None:
        match fault := self._faults.for_request(_methods(body), head.target.decode()):
            case Fault.TOO_MANY_REQUESTS:
                return await self._send(429, [("retry-after", "0")], b"Too many requests\n")
            case Fault.SERVER_ERROR:
                return await self._send(500, [], b"Internal Server Error\n")
            case Fault.UNAVAILABLE:
                return await self._send(503, [("retry-after", "1")], b"Service Unavailable\n")
            case Fault.CUT_BEFORE:
                raise _Cut
            case Fault.HELD:
                self._later(lambda: self._ask(head, body))
                raise _Cut
        status, headers, reply = await self._ask(head, body)
        if (rewrite := self._faults.rewrite) is not None:
            reply = rewrite(body, reply)
        match fault:
            case Fault.SLOW:
                await asyncio.sleep(self._faults.delay)
            case Fault.CUT_AFTER:
                raise _Cut
            case Fault.TRUNCATED:
                await self._truncated(status, headers, reply)
        await self._send(status, headers, reply)
        return None

    async def _ask(self, head: h11.Request, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        url = self._faults.elsewhere or self._url
        return await _ask(url, head, self._faults.asks(body))

    async def _send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        data = self._http.send(h11.Response(status_code=status, headers=[*headers, ("content-length", str(len(body)))]))
        data = (data or b"") + (self._http.send(h11.Data(data=body)) or b"")
        self._writer.write(data + (self._http.send(h11.EndOfMessage()) or b""))
        await self._writer.drain()

    async def _truncated(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        data = self._http.send(h11.Response(status_code=status, headers=[*headers, ("content-length", str(len(body)))]))
        self._writer.write((data or b"") + body[: len(body) // 2])
        await self._writer.drain()
        raise _Cut


def _methods(body: bytes) -> set[str]:
    """The JSON-RPC methods of a body."""
    try:
        request = json.loads(body)
    except ValueError:
        return set()
    items = request if isinstance(request, list) else [request]
    return {item["method"] for item in items if isinstance(item, dict) and isinstance(item.get("method"), str)}


async def _ask(url: str, head: h11.Request, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
    """The node's answer: status, headers but for the length, and body."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        client = h11.Connection(h11.CLIENT)
        kept = [
            (name, value) for name, value in head.headers if name not in (b"host", b"connection", b"content-length")
        ]
        headers = [(b"host", parts.netloc.encode()), (b"connection", b"close"), *kept]
        headers.append((b"content-length", str(len(body)).encode()))
        sent = client.send(h11.Request(method=head.method, target=head.target, headers=headers)) or b""
        sent += client.send(h11.Data(data=body)) or b""
        writer.write(sent + (client.send(h11.EndOfMessage()) or b""))
        status, answer_headers, reply = 0, [], b""
        while True:
            event = client.next_event()
            if event is h11.NEED_DATA:
                client.receive_data(await reader.read(_READ_BYTES))
            elif isinstance(event, h11.Response):
                status = event.status_code
                answer_headers = [
                    (name.decode(), value.decode())
                    for name, value in event.headers
                    if name not in (b"content-length", b"connection", b"transfer-encoding")
                ]
            elif isinstance(event, h11.Data):
                reply += event.data
            elif isinstance(event, h11.EndOfMessage):
                return status, answer_headers, reply
            else:
                raise ConnectionError("the node ended the connection")
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def _relay(websocket_url: str, faults: Faults, client: ServerConnection) -> None:
    """One WebSocket connection: requests and their answers pass, notifications meet the plan's faults."""
    async with connect(websocket_url, compression=None, max_size=None) as node:
        tasks = {
            asyncio.create_task(_requests(client, node)),
            asyncio.create_task(_notifications(faults, node, client)),
        }
        _, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # A farewell would wait behind the notifications that nobody reads any more.
        node.transport.abort()


async def _requests(client: ServerConnection, node: object) -> None:
    with contextlib.suppress(ConnectionClosed):
        async for message in client:
            await node.send(message)  # type: ignore[attr-defined]


async def _notifications(faults: Faults, node: object, client: ServerConnection) -> None:
    held: str | bytes | None = None
    with contextlib.suppress(ConnectionClosed):
        async for message in node:  # type: ignore[attr-defined]
            if "id" in json.loads(message):
                await client.send(message)
                continue
            match faults.for_notification():
                case Fault.DROPPED:
                    continue
                case Fault.REPEATED:
                    await client.send(message)
                case Fault.REORDERED if held is None:
                    held = message
                    continue
                case Fault.SLOW:
                    await asyncio.sleep(faults.delay)
                case Fault.CUT_AFTER:
                    client.transport.abort()
                    return
            await client.send(message)
            if held is not None:
                await client.send(held)
                held = None
