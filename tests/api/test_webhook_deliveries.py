"""Deliveries at their worst moments: over a real database and real sockets, without a chain."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from escrow_harness.patience import PATIENCE_SECONDS
from job_escrow.codec import PROGRAM_ID
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.webhooks.dispatcher import Dispatcher
from job_escrow_api.domain.webhooks.messages import Message, Type
from job_escrow_api.domain.webhooks.names import Names
from job_escrow_api.domain.webhooks.sender import Attempt, Sender
from job_escrow_api.domain.webhooks.store import DUE, Hook, HookStore

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
    hooks, sender = HookStore(database), Sender(Names(), private=True, timeout_seconds=2 * PATIENCE_SECONDS)
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
    return await hooks.create("platform", account, url, [Type.TOPUP], [], slot=0)


def message(key: str = "1") -> Message:
    return Message(type=Type.TEST, at=0, key=key, data={})


async def ended(hooks: HookStore, hook: Hook, status: str) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
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
            await asyncio.wait_for(arrived.wait(), PATIENCE_SECONDS)
            await hooks.delete(hook)
            answer.set()
            other = await new_hook(hooks, good, "b")
            await hooks.enqueue(other, message())
            await ended(hooks, other, "delivered")
            await ended(hooks, hook, "dead")

    asyncio.run(story())


def test_many_at_once_need_no_place_at_the_resolver(database: ApiDatabase) -> None:
    """To addresses, and to the same name: none of them fails for want of a place."""

    async def story() -> None:
        arrived, answer = asyncio.Semaphore(0), asyncio.Event()

        async def holding(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await read_request(reader)
            arrived.release()
            await answer.wait()
            writer.write(OK)
            await writer.drain()

        async with listening(holding) as url, dispatching(database) as hooks:
            made = [await new_hook(hooks, url, "a") for _ in range(4)]
            made += [await new_hook(hooks, url.replace("127.0.0.1", "localhost"), "b") for _ in range(4)]
            for number in range(2):
                for hook in made:
                    await hooks.enqueue(hook, message(str(number)))
            async with asyncio.timeout(PATIENCE_SECONDS):
                for _ in range(16):
                    await arrived.acquire()
            answer.set()
            for hook in made:
                await ended(hooks, hook, "delivered")
                assert {each.attempts for each in hooks.deliveries(hook, 2**62, 10)} == {1}

    asyncio.run(story())


def test_a_pending_message_of_a_deleted_webhook_is_not_due(database: ApiDatabase) -> None:
    async def story() -> None:
        hooks = HookStore(database)
        hook = await new_hook(hooks, "http://127.0.0.1:1/", "a")
        await hooks.enqueue(hook, message())
        await hooks.delete(hook)
        await database.write(_revive)
        assert hooks.due(2**40, 10, longest=60) == []

    asyncio.run(story())


def test_what_is_due_is_looked_up_and_not_searched_for(database: ApiDatabase) -> None:
    """However much is pending: one receiver that is away makes a long backlog."""
    plan = [row["detail"] for row in database.all(f"EXPLAIN QUERY PLAN {DUE}", (0, 0, "[]", "[]", "[]", 1))]
    of_deliveries = [step for step in plan if "api_deliveries" in step]
    assert len(of_deliveries) == 2
    assert all(step.startswith("SEARCH api_deliveries USING INDEX api_deliveries_due") for step in of_deliveries), plan


def test_a_clock_that_was_ahead_puts_no_message_off(database: ApiDatabase) -> None:
    """A year ahead for a moment, and right again: what failed meanwhile does not wait for a year."""

    def put_off(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE api_deliveries SET next_at = next_at + 365 * 86400")

    async def story() -> None:
        hooks = HookStore(database)
        await hooks.enqueue(await new_hook(hooks, "http://127.0.0.1:1/", "a"), message())
        (waiting,) = hooks.due(2**40, 10, longest=60)
        now = waiting[0].created_at
        assert len(hooks.due(now, 10, longest=60)) == 1
        assert hooks.due(now - 60, 10, longest=60) == []
        await database.write(put_off)
        assert len(hooks.due(now, 10, longest=60)) == 1

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

    return asyncio.run(asyncio.wait_for(sending(), PATIENCE_SECONDS))


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
                return await asyncio.wait_for(sender.send(url, SECRET, "msg_1", "{}"), PATIENCE_SECONDS)
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
            sender = Sender(Names(), private=True, timeout_seconds=2 * PATIENCE_SECONDS)
            try:
                return await asyncio.wait_for(sender.send(url, SECRET, "msg_1", "{}"), PATIENCE_SECONDS)
            finally:
                await sender.close()

    assert asyncio.run(story()).delivered


def test_a_slow_receiver_holds_up_nobody_else(database: ApiDatabase) -> None:
    """However many of its messages are due first, it takes two places."""

    async def story() -> None:
        release, arrived, waiting = asyncio.Event(), asyncio.Semaphore(0), 0

        async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal waiting
            await read_request(reader)
            waiting += 1
            arrived.release()
            await release.wait()

        async with listening(slow) as bad, listening(take) as good, dispatching(database) as hooks:
            hook = await new_hook(hooks, bad, "a")
            for number in range(40):
                await hooks.enqueue(hook, message(str(number)))
            other = await new_hook(hooks, good, "b")
            await hooks.enqueue(other, message())
            await ended(hooks, other, "delivered")
            async with asyncio.timeout(PATIENCE_SECONDS):
                for _ in range(2):
                    await arrived.acquire()
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
