"""What one account can make the server do with webhooks has an end, and so has what the server keeps of it."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from api_harness.mirror import Mirror
from api_harness.people import new_customer, new_key
from api_harness.receiver import Receiver, receiving
from api_harness.server import Server, problem, serving
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.webhooks.messages import Message, Type
from job_escrow_api.domain.webhooks.names import Names
from job_escrow_api.domain.webhooks.sender import Attempt, Sender
from job_escrow_api.domain.webhooks.store import Hook, HookStore, insert_deliveries

SECRET = "whsec_" + "A" * 32


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


def serve(stage: Stage, chain: str, folder: Path, *more: str) -> Any:
    return serving(folder, chain=chain, platform=stage.platform, options=("--no-index", "--private-webhooks", *more))


def subscribe(server: Server, receiver: Receiver, wallet: object, **more: Any) -> tuple[str, str]:
    """A webhook of a wallet; gives its id and the key that manages it."""
    with server.http() as http:
        key = new_key(http, wallet, scopes=["manage"], **more)
    with server.http(key) as http:
        made = http.post("/webhooks", json={"url": receiver.url, "types": ["topup.confirmed"]})
    assert made.status_code == 201, made.text
    return made.json()["id"], key


def test_an_account_makes_tests_and_replays_so_many_a_minute(
    stage: Stage, receiver: Receiver, localnet_url: str, tmp_path: Path
) -> None:
    with serve(stage, localnet_url, tmp_path, "--webhook-rate", "8") as server:
        hook, key = subscribe(server, receiver, stage.cast.alice)
        with server.http(key) as http:
            sent = http.post(f"/webhooks/{hook}/test").json()["id"]
            for again in (
                http.post(f"/webhooks/{hook}/test"),
                http.post(f"/webhooks/{hook}/deliveries/{sent}/replay"),
                http.post("/webhooks", json={"url": receiver.url}),
            ):
                assert problem(again)["type"] == "/v1/problems/rate-limited"
                assert 1 <= int(again.headers["retry-after"]) <= 8
            # Looking is free.
            assert http.get(f"/webhooks/{hook}/deliveries").status_code == 200
        other, other_key = subscribe(server, receiver, stage.cast.bob, namespace="research")
        with server.http(other_key) as http:
            assert http.post(f"/webhooks/{other}/test").status_code == 202


def test_what_a_replay_says_of_a_failure_is_nothing_of_the_network(
    stage: Stage, receiver: Receiver, localnet_url: str, tmp_path: Path
) -> None:
    url = receiver.url.replace("http://127.0.0.1", "http://localhost").replace("/hooks", "")
    with serve(stage, localnet_url, tmp_path, "--webhook-retries", "60") as server:
        with server.http() as http:
            key = new_key(http, stage.cast.alice, scopes=["manage"])
        with server.http(key) as http:
            hook = http.post("/webhooks", json={"url": url.replace("http:", "https:")}).json()["id"]
            http.post(f"/webhooks/{hook}/test")
            while not (found := http.get(f"/webhooks/{hook}/deliveries").json()["deliveries"][0])["last_error"]:
                time.sleep(0.02)
    assert found["last_error"].startswith("no TLS connection: ")
    assert "127.0.0.1" not in found["last_error"]
    assert "::1" not in found["last_error"]


def attempt(url: str, names: Names) -> Attempt:
    async def send() -> Attempt:
        sender = Sender(names, private=True, timeout_seconds=5)
        try:
            return await sender.send(url, SECRET, "msg_1", "{}")
        finally:
            await sender.close()

    return asyncio.run(send())


def test_a_port_that_is_closed_and_a_name_that_is_none() -> None:
    assert attempt("http://localhost:1/", Names()).error == "no connection to the host"
    failed = attempt("http://nothing.invalid/", Names())
    assert failed.error == "the host's name could not be looked up"
    assert failed.cause is not None


class _Resolver:
    """Names that end in `slow` are answered when they are released; counts what was asked for."""

    def __init__(self) -> None:
        self.released = threading.Event()
        self.asked: list[str] = []

    def look_up(self, host: str, _: int) -> list[str]:
        self.asked.append(host)
        if host.endswith("slow"):
            self.released.wait(PATIENCE_SECONDS)
        if host == "localhost":
            return ["127.0.0.1"]
        return ["93.184.216.34"]


def test_a_name_that_is_never_answered_holds_up_only_itself() -> None:
    """However often it is asked for, and whether or not anybody still waits."""

    async def story() -> None:
        resolver = _Resolver()
        names = Names(resolver.look_up)
        mine, theirs = names.of("a"), names.of("b")
        slow = [asyncio.ensure_future(mine("slow", 443)) for _ in range(100)]
        await asyncio.sleep(0)
        for each in slow[1:]:
            each.cancel()
        assert await mine("fast.example", 443) == ["93.184.216.34"]
        assert await theirs("fast.example", 443) == ["93.184.216.34"]
        assert await asyncio.to_thread(int, "7") == 7
        assert resolver.asked == ["slow", "fast.example", "fast.example"]
        resolver.released.set()
        assert await slow[0] == ["93.184.216.34"]

    asyncio.run(story())


def test_who_asks_for_too_many_names_waits_for_a_place_and_nobody_else_does() -> None:
    async def story() -> None:
        resolver = _Resolver()
        names = Names(resolver.look_up)
        mine, theirs = names.of("a"), names.of("b")
        slow = [asyncio.ensure_future(mine(f"{number}.slow", 443)) for number in range(8)]
        await asyncio.sleep(0)
        waiting = asyncio.ensure_future(mine("fast.example", 443))
        gone = asyncio.ensure_future(mine("other.example", 443))
        assert await theirs("fast.example", 443) == ["93.184.216.34"]
        # No name at all.
        assert [await mine(address, 443) for address in ("192.0.2.1", "2001:db8::1")] == [
            ["192.0.2.1"],
            ["2001:db8::1"],
        ]
        gone.cancel()
        assert not waiting.done()
        resolver.released.set()
        assert await waiting == ["93.184.216.34"]
        assert len(await asyncio.gather(*slow)) == 8
        assert "other.example" not in resolver.asked

    asyncio.run(story())


def test_a_place_that_does_not_come_for_long_is_no_failed_attempt(receiver: Receiver) -> None:
    """Longer than an attempt may take."""

    async def story() -> None:
        resolver = _Resolver()
        names = Names(resolver.look_up)
        mine = names.of("a")
        slow = [asyncio.ensure_future(mine(f"{number}.slow", 443)) for number in range(8)]
        await asyncio.sleep(0)
        sender = Sender(names, private=True, timeout_seconds=4)
        url = receiver.url.replace("127.0.0.1", "localhost")
        attempt = asyncio.ensure_future(sender.send(url, SECRET, "msg_1", "{}", owner="a"))
        # What all of them are told after so long is that there was no answer; they hold their places on.
        failed = await asyncio.gather(*slow, return_exceptions=True)
        assert [str(each) for each in failed] == ["no answer within 5 seconds"] * 8
        assert not attempt.done()
        resolver.released.set()
        assert (await attempt).delivered
        await sender.close()

    asyncio.run(story())


@pytest.fixture
def database(tmp_path: Path) -> Iterator[ApiDatabase]:
    opened = ApiDatabase(tmp_path / "index.sqlite")
    yield opened
    opened.close()


async def delivered(hooks: HookStore, database: ApiDatabase, hook: Hook, at: int, ended: int) -> str:
    """A delivery of an event at a position."""
    message = Message(type=Type.TOPUP, at=0, key=str(at), data={})

    def end(connection: sqlite3.Connection) -> None:
        insert_deliveries(connection, [(hook, message)], position=at)
        sql = "UPDATE api_deliveries SET status = 'delivered', ended_at = ? WHERE id = ?"
        connection.execute(sql, (ended, message.id(hook.id)))

    await database.write(end)
    return message.id(hook.id)


def test_deliveries_are_forgotten_when_they_ended_long_ago_or_are_too_many(database: ApiDatabase) -> None:
    async def story() -> None:
        hooks = HookStore(database)
        hook, other = [await hooks.create("p", name, "https://a.example/", [Type.TOPUP], [], slot=0) for name in "ab"]
        start = hook.news_after + 1
        ids = [await delivered(hooks, database, hook, start + n, 100 + n) for n in range(5)]
        await delivered(hooks, database, other, start, 100)
        waiting = Message(type=Type.TOPUP, at=0, key="waiting", data={})
        await hooks.enqueue(hook, waiting)
        kept = [waiting.id(hook.id), *ids[:1:-1]]
        assert await hooks.prune(102, most=1_000) == 3
        assert [each.id for each in hooks.deliveries(hook, 2**62, 10)] == kept
        # The event of what was forgotten makes no message again, those of the others may.
        assert hooks.existing("a", hook.id).news_after == start + 1
        assert hooks.existing("b", other.id).news_after == start
        assert await hooks.prune(102, most=2) == 2
        # What waits is never forgotten, however much it is.
        assert [each.id for each in hooks.deliveries(hook, 2**62, 10)] == kept[:2]
        assert await hooks.prune(102, most=1) == 1
        assert await hooks.prune(102, most=0) == 0
        await hooks.delete(hook)
        await hooks.delete(other)
        assert await hooks.prune(2**40, most=1_000) == 1
        assert database.one("SELECT * FROM api_webhooks") is None

    asyncio.run(story())


def test_an_index_that_is_built_anew_sends_nothing_again_that_was_forgotten(
    stage: Stage, receiver: Receiver, localnet_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "index.sqlite"
    customer = new_customer(stage, 100)
    with Mirror(localnet_url, path) as mirror:
        mirror.catch_up()
        with serve(stage, localnet_url, tmp_path) as server:
            hook, key = subscribe(server, receiver, customer.side.signer)
            customer.purchase(100)
            mirror.catch_up()
            first = receiver.next()[0]
            _until(server, hook, key, "delivered")
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE api_deliveries SET ended_at = 1")
        with serve(stage, localnet_url, tmp_path) as server:
            with server.http(key) as http:
                while http.get(f"/webhooks/{hook}/deliveries").json()["deliveries"]:
                    time.sleep(0.02)
            with closing(sqlite3.connect(path)) as connection, connection:
                connection.execute("INSERT INTO api_outbox SELECT position FROM events")
            customer.purchase(101)
            mirror.catch_up()
            message_id, body = receiver.next()
            assert (message_id != first, body["data"]["credits"]) == (True, 101)


def _until(server: Server, hook: str, key: str, status: str) -> None:
    with server.http(key) as http:
        while http.get(f"/webhooks/{hook}/deliveries").json()["deliveries"][0]["status"] != status:
            time.sleep(0.02)
