"""The webhooks' receiver: it verifies what it gets, says no now and then, and knows by its id what came before."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

import h11
from standardwebhooks import Webhook

_READ_BYTES = 65_536


@dataclass
class Receiver:
    """What came, by hook and id."""

    dice: Random
    happened: Counter[str]
    url: str = ""
    secrets: dict[str, str] = field(default_factory=dict)
    """Of each hook, by the last part of its URL."""
    taken: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    """By hook and id, what was answered with success."""
    invalid: list[str] = field(default_factory=list)
    refuses: float = 0.2

    def receive(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """The status of the answer."""
        hook = path.rsplit("/", 1)[-1]
        # The sender's clock may be a day off, which the library would refuse; the signature is what counts.
        if hook in self.secrets and _signature(self.secrets[hook], headers, body) != headers["webhook-signature"]:
            self.invalid.append(headers["webhook-id"])
        if self.dice.random() < self.refuses:
            self.happened["webhook: refused by its receiver"] += 1
            return self.dice.choice((500, 503, 429, 404))
        before = self.taken.setdefault(hook, {})
        if headers["webhook-id"] in before:
            self.happened["webhook: came twice under one id"] += 1
        self.happened["webhook: taken"] += 1
        before[headers["webhook-id"]] = json.loads(body)
        return 204


def _signature(secret: str, headers: dict[str, str], body: bytes) -> str:
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    return Webhook(secret).sign(headers["webhook-id"], at, body.decode())


@contextlib.asynccontextmanager
async def receiving(receiver: Receiver) -> AsyncIterator[None]:
    """Listen for the length of a block."""
    connections: set[asyncio.Task[Any]] = set()

    async def on_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        try:
            await _serve(receiver, reader, writer)
        except (ConnectionError, h11.RemoteProtocolError, asyncio.CancelledError):
            pass
        finally:
            connections.discard(task)
            writer.close()

    server = await asyncio.start_server(on_connection, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield
    finally:
        server.close()
        for task in list(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


async def _serve(receiver: Receiver, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    http = h11.Connection(h11.SERVER)
    head, body = None, b""
    while True:
        event = http.next_event()
        if event is h11.NEED_DATA:
            http.receive_data(await reader.read(_READ_BYTES))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            break
        else:
            return
    assert head is not None
    headers = {name.decode(): value.decode() for name, value in head.headers}
    status = receiver.receive(head.target.decode(), headers, body)
    data = (
        http.send(h11.Response(status_code=status, headers=[("content-length", "0"), ("connection", "close")])) or b""
    )
    writer.write(data + (http.send(h11.EndOfMessage()) or b""))
    await writer.drain()
