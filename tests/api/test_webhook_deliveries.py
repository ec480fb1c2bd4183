"""Deliveries at their worst moments: over a real database and real sockets, without a chain."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from job_escrow.codec import PROGRAM_ID
from job_escrow_indexer.api.database import ApiDatabase
from job_escrow_indexer.api.webhooks.dispatcher import Dispatcher
from job_escrow_indexer.api.webhooks.messages import Message, Type
from job_escrow_indexer.api.webhooks.names import Names
from job_escrow_indexer.api.webhooks.sender import Attempt, Sender
from job_escrow_indexer.api.webhooks.store import Hook, HookStore

SECRET = "whsec_" + "A" * 32
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
Answering = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[ApiDatabase]:
    opened = ApiDatabase(tmp_path / "index.sqlite")
    yield opened
    opened.close()


@asynccontextmanager
async def listening(answering: Answering) -> AsyncIterator[str]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await answering(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


@asynccontextmanager
async def dispatching(database: ApiDatabase) -> AsyncIterator[HookStore]:
    hooks, sender = HookStore(database), Sender(Names(), private=True, timeout_seconds=5)
    running = asyncio.create_task(Dispatcher(database, hooks, sender, PROGRAM_ID, (0, 0, 0), keep_seconds=60).run())
    try:
        yield hooks
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await sender.close()


async def read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.split(b":")[1]))
    return head


async def new_hook(hooks: HookStore, url: str, account: str) -> Hook:
    return await hooks.create("platform", account, url, [Type.TOPUP], [])


def message(key: str = "1") -> Message:
    return Message(type=Type.TEST, at=0, key=key, data={})


async def ended(hooks: HookStore, hook: Hook, status: str) -> None:
    async with asyncio.timeout(4):
        while {each.status for each in hooks.deliveries(hook, 2**62, 100)} != {status}:  # noqa: ASYNC110  (another task writes it)
            await asyncio.sleep(0.01)


async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(OK)
    await writer.drain()


def test_a_webhook_deleted_while_its_message_is_under_way(database: ApiDatabase) -> None:
    """A 500 that comes afterwards does not wake the message up, and everybody else's go on."""

    async def story() -> None:
        arrived, answer = asyncio.Event(), asyncio.Event()

        async def failing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await read_request(reader)
            arrived.set()
            await answer.wait()
            writer.write(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()

        async with listening(failing) as bad, listening(take) as good, dispatching(database) as hooks:
            hook = await new_hook(hooks, bad, "a")
            await hooks.enqueue(hook, message())
            await asyncio.wait_for(arrived.wait(), 4)
            await hooks.delete(hook)
            answer.set()
            other = await new_hook(hooks, good, "b")
            await hooks.enqueue(other, message())
            await ended(hooks, other, "delivered")
            await ended(hooks, hook, "dead")

    asyncio.run(story())


def test_a_pending_message_of_a_deleted_webhook_is_not_due(database: ApiDatabase) -> None:
    async def story() -> None:
        hooks = HookStore(database)
        hook = await new_hook(hooks, "http://127.0.0.1:1/", "a")
        await hooks.enqueue(hook, message())
        await hooks.delete(hook)
        await database.write(_revive)
        assert hooks.due(2**40, 10) == []

    asyncio.run(story())


def _revive(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE api_deliveries SET status = 'pending'")


def send(url: str, *, secret: str = SECRET, timeout_seconds: float = 5) -> Attempt:
    async def sending() -> Attempt:
        sender = Sender(Names(), private=True, timeout_seconds=timeout_seconds)
        try:
            return await sender.send(url, secret, "msg_1", "{}")
        finally:
            await sender.close()

    return asyncio.run(asyncio.wait_for(sending(), 10))


@pytest.mark.parametrize("secret", ["", "whsec_A"])
def test_a_secret_that_cannot_sign_is_a_failed_attempt(secret: str) -> None:
    assert not send("http://127.0.0.1:1/", secret=secret).delivered


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX: ", b""])
def test_a_receiver_that_drips_meets_one_deadline(head: bytes) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(head or b"HTTP/1.1 ")
        while True:
            writer.write(b"2")
            await writer.drain()
            await asyncio.sleep(0.05)

    async def story() -> Attempt:
        async with listening(drip) as url:
            sender = Sender(Names(), private=True, timeout_seconds=0.5)
            try:
                return await asyncio.wait_for(sender.send(url, SECRET, "msg_1", "{}"), 5)
            finally:
                await sender.close()

    assert asyncio.run(story()) == Attempt(delivered=False, status=None, error="no answer within 0.5 seconds")


def test_a_body_without_end_is_not_awaited() -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        await writer.drain()
        await reader.read()

    async def story() -> Attempt:
        async with listening(endless) as url:
            sender = Sender(Names(), private=True)
            try:
                return await asyncio.wait_for(sender.send(url, SECRET, "msg_1", "{}"), 5)
            finally:
                await sender.close()

    assert asyncio.run(story()).delivered


def test_a_slow_receiver_holds_up_nobody_else(database: ApiDatabase) -> None:
    """However many of its messages are due first, it takes two places."""

    async def story() -> None:
        release, waiting = asyncio.Event(), 0

        async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal waiting
            await read_request(reader)
            waiting += 1
            await release.wait()

        async with listening(slow) as bad, listening(take) as good, dispatching(database) as hooks:
            hook = await new_hook(hooks, bad, "a")
            for number in range(40):
                await hooks.enqueue(hook, message(str(number)))
            other = await new_hook(hooks, good, "b")
            await hooks.enqueue(other, message())
            await ended(hooks, other, "delivered")
            assert waiting == 2
            release.set()

    asyncio.run(story())


def test_nothing_of_one_receiver_reaches_the_next_at_its_address() -> None:
    """Neither a cookie nor a connection, which has the TLS identity of another name."""

    async def story() -> tuple[list[bytes], int]:
        heads: list[bytes] = []
        connections = 0

        async def cookies(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal connections
            connections += 1
            while True:
                heads.append(await read_request(reader))
                writer.write(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()

        async with listening(cookies) as url:
            sender = Sender(Names(), private=True)
            for _ in range(3):
                assert (await sender.send(url, SECRET, "msg_1", "{}")).delivered
            await sender.close()
        return heads, connections

    heads, connections = asyncio.run(story())
    assert connections == 3
    assert not any(b"cookie" in head.lower() for head in heads)
