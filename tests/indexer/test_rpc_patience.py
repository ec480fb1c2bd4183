"""A node is asked no harder than allowed, and again when it may help."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from job_escrow.chain import ChainError
from job_escrow.chain.requests import GetBlockHeight
from job_escrow.chain.rpc import AsyncRpcChain
from job_escrow.patience import Backoff, Patience
from job_escrow_indexer.settings import Limits
from job_escrow_indexer.source.rpc import NodeUnavailable, Rpc, RpcError

Answer = tuple[int, str, object]
_IMPATIENT = Patience(
    attempts=3, backoff=Backoff(first_seconds=0.001, longest_seconds=0.1), longest_retry_after_seconds=5.0
)


@asynccontextmanager
async def _node(answer: Callable[[object], Answer]) -> AsyncIterator[str]:
    """A node that answers bodies by a function: status, further headers, JSON."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
        status, headers, found = answer(json.loads(await reader.readexactly(length)))
        body = json.dumps(found).encode()
        writer.write(
            f"HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {len(body)}\r\n{headers}\r\n".encode()
        )
        writer.write(body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def _echo(body: object) -> object:
    if isinstance(body, list):
        return [_echo(one) for one in reversed(body)]
    assert isinstance(body, dict)
    return {"jsonrpc": "2.0", "id": body["id"], "result": body["params"]}


def test_a_batch_may_be_answered_in_any_order() -> None:
    async def work() -> None:
        seen: list[int] = []

        def answer(body: object) -> Answer:
            seen.append(len(body) if isinstance(body, list) else 1)
            return 200, "", _echo(body)

        async with _node(answer) as url, Rpc(url, Limits(batch=4, requests_per_second=1_000)) as rpc:
            assert await rpc.calls([("echo", [number]) for number in range(10)]) == [[number] for number in range(10)]
        assert sorted(seen) == [2, 4, 4]

    asyncio.run(work())


def test_a_node_that_takes_no_batches_is_asked_one_by_one() -> None:
    async def work() -> None:
        def answer(body: object) -> Answer:
            if isinstance(body, list):
                return 200, "", {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "no batches"}}
            return 200, "", _echo(body)

        async with _node(answer) as url, Rpc(url, Limits(requests_per_second=1_000)) as rpc:
            assert await rpc.calls([("echo", [number]) for number in range(5)]) == [[number] for number in range(5)]
            assert await rpc.call("echo", 7) == [7]

    asyncio.run(work())


def test_retry_after_is_kept_to() -> None:
    """Also where it is longer than any pause of our own."""

    async def work() -> None:
        loop, times = asyncio.get_running_loop(), list[float]()

        def answer(body: object) -> Answer:
            times.append(loop.time())
            return (429, "retry-after: 0.5\r\n", None) if len(times) == 1 else (200, "", _echo(body))

        async with _node(answer) as url, Rpc(url, patience=_IMPATIENT) as rpc:
            assert await rpc.call("echo", 1) == [1]
            assert rpc.errors["too many requests"] == 1
        assert times[1] - times[0] >= 0.5

    asyncio.run(work())


def test_the_rate_is_the_users() -> None:
    """Twenty requests at ten a second: ten at once, as many as a second allows, and the others within the next."""

    async def work() -> None:
        loop = asyncio.get_running_loop()

        limits = Limits(requests_per_second=10, batch=5)
        async with _node(lambda body: (200, "", _echo(body))) as url, Rpc(url, limits) as rpc:
            start = loop.time()
            await rpc.calls([("echo", [number]) for number in range(20)])
            assert loop.time() - start >= 0.9

    asyncio.run(work())


def test_the_window_is_bounded() -> None:
    async def work() -> None:
        limits = Limits(concurrent=2, batch=1, requests_per_second=1_000)
        async with _node(lambda body: (200, "", _echo(body))) as url, Rpc(url, limits) as rpc:
            most, now, real = 0, 0, rpc._post

            async def watched(body: object) -> object:
                nonlocal most, now
                now += 1
                most = max(most, now)
                try:
                    return await real(body)
                finally:
                    now -= 1

            rpc._post = watched  # type: ignore[method-assign]
            await rpc.calls([("echo", [number]) for number in range(20)])
            assert most == 2

    asyncio.run(work())


@pytest.mark.parametrize(
    "nonsense", [None, [], {}, "text", {"id": 99, "result": 1}, {"jsonrpc": "2.0", "id": None, "result": 1}]
)
def test_nonsense_is_asked_again_and_never_believed(nonsense: object) -> None:
    async def work() -> None:
        async with _node(lambda _: (200, "", nonsense)) as url, Rpc(url, patience=_IMPATIENT) as rpc:
            with pytest.raises(NodeUnavailable, match="after 3 attempts"):
                await rpc.call("getSlot")

    asyncio.run(work())


def test_a_refusal_is_told_at_once() -> None:
    async def work() -> None:
        asked = 0

        def answer(body: object) -> Answer:
            nonlocal asked
            asked += 1
            assert isinstance(body, dict)
            return 200, "", {"jsonrpc": "2.0", "id": body["id"], "error": {"code": -32601, "message": "no such method"}}

        async with _node(answer) as url, Rpc(url) as rpc:
            with pytest.raises(RpcError, match="no such method"):
                await rpc.call("getNothing")
        assert asked == 1

    asyncio.run(work())


def test_an_answer_without_end_is_given_up() -> None:
    """Not read into memory until that is full; also where a small body unpacks to a large one."""
    most = 1 << 20
    sent = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n[")
        with suppress(OSError):
            while True:
                writer.write(bytes(65_536))
                await writer.drain()
                sent += 65_536
        writer.transport.abort()

    async def unpacks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = gzip.compress(bytes(1 << 22))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        with suppress(OSError):
            await writer.drain()
        writer.close()

    async def work() -> None:
        for each in (serve, unpacks):
            server = await asyncio.start_server(each, "127.0.0.1", 0)
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            async with server:
                async with Rpc(url, patience=_IMPATIENT, answer_bytes=most) as rpc:
                    with pytest.raises(NodeUnavailable, match="longer than 1,048,576 bytes"):
                        await rpc.call("echo", 1)
                chain = AsyncRpcChain(url, answer_bytes=most)
                with pytest.raises(ChainError, match="longer than 1,048,576 bytes"):
                    await chain.answer(GetBlockHeight())
                await chain.close()
        # And what the system has room for on the way.
        assert sent < 1 << 25

    asyncio.run(work())
