"""What one client holds, nobody else misses: connections, bodies that do not come, slots, snapshots."""

import asyncio
import re
import socket
import threading
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx2
import pytest
from api_harness.mirror import Mirror
from api_harness.people import new_key
from api_harness.server import Server, problem, serving
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage
from job_escrow_api.domain.patterns import whole
from job_escrow_api.domain.places import Places
from job_escrow_api.domain.problems import Refusal
from job_escrow_api.domain.reports.export import ExportTooSlow, begun, exported, ledger_parts
from job_escrow_api.services import Services
from job_escrow_api.settings import ApiSettings
from job_escrow_indexer.queries import View

_EXPORT_SECONDS = 3
"""Long enough for a first part on any machine."""


@pytest.fixture(scope="module")
def hurried(stage: Stage, localnet_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that waits ten seconds for a slot, and one for a body."""
    options = ("--max-wait", "10", "--body-seconds", "1", "--address-rate", "100000")
    with serving(
        tmp_path_factory.mktemp("limits"), chain=localnet_url, platform=stage.platform, options=options
    ) as running:
        yield running


@pytest.fixture
def indexed(localnet_url: str, tmp_path: Path) -> Path:
    """A database with everything that the chain has so far."""
    path = tmp_path / "index.sqlite"
    with Mirror(localnet_url, path) as mirror:
        mirror.catch_up()
    return path


def test_connections_that_are_only_held_shut_nobody_out(hurried: Server) -> None:
    url = httpx2.URL(hurried.url)
    held = []
    try:
        for _ in range(300):
            one = socket.create_connection((url.host, url.port or 80), timeout=PATIENCE_SECONDS)
            held.append(one)
            one.sendall(b"GET /v1/health/live HTTP/1.1\r\nHost: a\r\n\r\n")
            assert one.recv(4_096).startswith(b"HTTP/1.1 200")
        with hurried.http() as http:
            assert http.get("/health/live").status_code == 200
    finally:
        for one in held:
            one.close()


def test_a_body_that_does_not_come_is_not_awaited(hurried: Server) -> None:
    url = httpx2.URL(hurried.url)
    with socket.create_connection((url.host, url.port or 80), timeout=PATIENCE_SECONDS) as one:
        head = b"POST /v1/keys/challenges HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        one.sendall(head + b'Content-Length: 100\r\n\r\n{"name')
        answer = b""
        while b"request_id" not in answer:
            received = one.recv(4_096)
            assert received, answer
            answer += received
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"application/problem+json" in answer


def test_so_many_of_a_key_wait_for_a_slot(hurried: Server, stage: Stage) -> None:
    with hurried.http() as http:
        one, other = (new_key(http, stage.cast.alice) for _ in range(2))
    with hurried.http(other) as http:
        # The chain may be long: the server begins to answer before it has read it.
        while http.get("/account", params={"min_slot": 1}).status_code != 200:
            pass

    async def story() -> tuple[Counter[int], httpx2.Response, httpx2.Response]:
        async with httpx2.AsyncClient(base_url=hurried.url, timeout=PATIENCE_SECONDS) as http:

            def ask(key: str, slot: int) -> asyncio.Task[httpx2.Response]:
                headers = {"Authorization": f"Bearer {key}"}
                return asyncio.create_task(http.get("/account", params={"min_slot": slot}, headers=headers))

            # Near enough to wait for, and too far to come within the wait: a slot takes 50 ms at least.
            newest = (await ask(other, 1)).json()["as_of_slot"]
            waiting = [ask(one, newest + 400) for _ in range(20)]
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            refused = await next(iter(done))
            there = await ask(other, 1)
            return Counter([(await each).status_code for each in waiting]), refused, there

    statuses, refused, there = asyncio.run(story())
    assert statuses == {503: 16, 429: 4}
    assert problem(refused)["type"] == "/v1/problems/rate-limited"
    assert refused.headers["retry-after"] == "1"
    assert there.status_code == 200


def test_a_slot_that_cannot_come_in_time_is_not_awaited(stage: Stage, localnet_url: str, tmp_path: Path) -> None:
    """The chain is asked, and not the index: that may have much to catch up with."""
    options = ("--no-index", "--max-wait", "600")
    with serving(tmp_path, chain=localnet_url, platform=stage.platform, options=options) as running:
        with running.http() as http:
            key = new_key(http, stage.cast.alice)
        with running.http(key) as http:
            for _ in range(20):
                found = problem(http.get("/account", params={"min_slot": 2**62}))
                assert (found["type"], str(found["detail"]).split(":")[0]) == (
                    "/v1/problems/unavailable",
                    f"Slot {2**62} is far ahead",
                )


async def free(places: Places, name: str, *, of_a_name: int) -> None:
    """Wait until all places of a name are free."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            with suppress(Refusal), ExitStack() as taken:
                for _ in range(of_a_name):
                    taken.enter_context(places.of(name))
                return
            await asyncio.sleep(0.05)


def ledger_of(account: str) -> Callable[[View], Iterator[bytes]]:
    return ledger_parts(account, "csv", since=None, until=None)


def test_an_export_ends_that_nobody_reads(stage: Stage, indexed: Path) -> None:
    account = str(stage.alice.address)
    places = Places(of_a_name=2, in_all=10)

    async def story() -> None:
        slow = exported(indexed, account, ledger_of(account), places, most_seconds=_EXPORT_SECONDS)
        assert (await anext(slow)).startswith(b"cursor,kind,")
        other = exported(indexed, account, ledger_of(account), places)
        await anext(other)
        with pytest.raises(Refusal):
            await anext(exported(indexed, account, ledger_of(account), places))
        await other.aclose()
        await free(places, account, of_a_name=2)
        # Broken off, and not at its end.
        with pytest.raises(ExportTooSlow):
            await anext(slow)
        places.require(account)

    asyncio.run(story())


def test_an_export_that_nobody_reads_holds_no_place_when_its_time_is_over(stage: Stage, indexed: Path) -> None:
    account = str(stage.alice.address)
    places = Places(of_a_name=1, in_all=1)

    async def story() -> None:
        slow = exported(indexed, account, ledger_of(account), places, most_seconds=_EXPORT_SECONDS)
        await anext(slow)
        with pytest.raises(Refusal):
            places.require(account)
        await free(places, account, of_a_name=1)
        await slow.aclose()
        places.require(account)

    asyncio.run(story())


def test_an_export_without_a_place_is_refused_before_it_begins(stage: Stage, indexed: Path) -> None:
    """However many are asked for at the same time: none is a file that breaks off."""
    account = str(stage.alice.address)
    places = Places(of_a_name=2, in_all=10)

    async def ask() -> AsyncGenerator[bytes, None] | None:
        try:
            return await begun(exported(indexed, account, ledger_of(account), places))
        except Refusal:
            return None

    async def story() -> None:
        answers = await asyncio.gather(*(ask() for _ in range(5)))
        files = [b"".join([part async for part in each]) for each in answers if each is not None]
        assert len(files) == 2
        assert all(file.startswith(b"cursor,kind,") and file.endswith(b"\r\n") for file in files)
        places.require(account)

    asyncio.run(story())


def test_exports_at_the_same_time_are_whole_or_refused(hurried: Server, stage: Stage) -> None:
    with hurried.http() as http:
        key = new_key(http, stage.cast.alice)
    with hurried.http(key) as http:
        while http.get("/account", params={"min_slot": 1}).status_code != 200:
            pass

    async def story() -> list[httpx2.Response]:
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx2.AsyncClient(base_url=hurried.url, headers=headers, timeout=PATIENCE_SECONDS) as http:
            return await asyncio.gather(*(http.get("/ledger/export") for _ in range(24)))

    for answer in asyncio.run(story()):
        if answer.status_code == 200:
            assert answer.text.startswith("cursor,kind,"), answer.text
        else:
            assert problem(answer)["type"] == "/v1/problems/rate-limited"


def test_reports_of_one_account_hold_up_no_other(stage: Stage, localnet_url: str, indexed: Path) -> None:
    """However many of it are asked for at once, more than there are threads."""
    go_on, begun_so_far = threading.Event(), []

    def slow(_: View) -> bool:
        begun_so_far.append(1)
        return go_on.wait(PATIENCE_SECONDS)

    async def story() -> None:
        settings = ApiSettings(database=indexed, rpc_url=localnet_url, platform=stage.platform, public_url=localnet_url)
        services = Services(settings)
        busy = [asyncio.create_task(services.desk.ask("busy", slow)) for _ in range(100)]
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await services.desk.ask("other", lambda view: view.as_of_slot) > 0
        assert len(begun_so_far) <= 1
        go_on.set()
        assert all(await asyncio.gather(*busy))
        await services.close()

    asyncio.run(story())


def test_the_description_of_the_api_has_one_address_and_is_paced(
    stage: Stage, localnet_url: str, tmp_path: Path
) -> None:
    options = ("--no-index", "--address-rate", "12")
    with (
        serving(tmp_path, chain=localnet_url, platform=stage.platform, options=options) as running,
        running.http() as http,
    ):
        assert problem(http.get("/schema"))["status"] == 404
        assert problem(http.get("/schema/openapi.json"))["status"] == 404
        assert http.get("/openapi.json").headers["content-type"] == "application/json"
        assert problem(http.get("/schema"))["status"] == 429
        assert problem(http.get("/openapi.json"))["status"] == 429


def test_a_pattern_is_of_the_whole_text() -> None:
    pattern = re.compile(whole("[a-z]{1,3}|x"))
    texts = ("a", "abc", "a\n", "\na", "abcd", "xa b", "", "a\nb")
    assert [text for text in texts if pattern.search(text)] == ["a", "abc"]
