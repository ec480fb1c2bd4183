"""What whoever runs an indexer is told: how a backfill goes, whether it is healthy, and no secrets in any of it."""

import asyncio
import contextlib
import io
import json
import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest
import structlog
from escrow_harness.patience import PATIENCE_SECONDS
from faults import Fault
from indexer_harness import small_chain as chains
from indexer_harness.fault_run import assert_equals
from indexer_harness.small_chain import IMPATIENT, SMALL_PAGES, SmallChain, small_chain
from job_escrow.codec import PROGRAM_ID
from job_escrow.urls import without_secrets
from job_escrow_indexer.indexer import Indexer, run
from job_escrow_indexer.monitoring.backfill import Pace, eta_seconds, report_backfill
from job_escrow_indexer.monitoring.backup import back_up
from job_escrow_indexer.monitoring.endpoint import STALE_SECONDS, endpoint
from job_escrow_indexer.monitoring.logs import set_up_logs
from job_escrow_indexer.monitoring.metrics import Watch
from job_escrow_indexer.settings import Limits
from job_escrow_indexer.source.rpc import NodeUnavailable, Rpc
from job_escrow_indexer.source.wake import Alarm
from job_escrow_indexer.store.database import DatabaseFile
from websockets.http11 import Request
from websockets.server import ServerProtocol

_KEY = "k3y-0f-a-customer"
_FINAL = 34


# Backfill


def test_the_rate_is_that_of_the_last_minute() -> None:
    pace = Pace()
    pace.begin(100.0, 40)
    assert pace.look(100.0, 40) == 0.0
    assert pace.look(105.0, 540) == 100.0
    assert pace.look(110.0, 540) == 50.0
    for at in range(20):
        rate = pace.look(115.0 + 5 * at, 540 + 1_000 * (at + 1))
    assert rate == 200.0


def test_listing_does_not_make_the_reading_look_slow() -> None:
    pace = Pace()
    for at in range(0, 3_600, 5):
        pace.begin(float(at), 0)
    assert pace.look(3_600.0, 500) == 100.0


def test_how_long_it_will_take() -> None:
    assert eta_seconds(1_000, 50.0) == 20
    assert eta_seconds(0, 50.0) == 0
    assert eta_seconds(1_000, 0.0) is None


def test_a_backfill_says_how_it_goes(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path, **SMALL_PAGES) as chain:
            chain.history.close_slot(_FINAL)
            # Slow enough to be watched: a page takes longer than it is between two looks.
            chain.faults.http, chain.faults.delay = {Fault.SLOW: 1.0}, 0.03
            async with chain.indexed(limits=Limits(requests_per_second=100, batch=5)) as indexer:
                with structlog.testing.capture_logs() as said:
                    report = asyncio.create_task(report_backfill(indexer, every=0.01))
                    await indexer.follower.step()
                    # Long enough to say that it is done, and to say that again if it were wrong.
                    await asyncio.sleep(0.2)
                    report.cancel()
                _assert_told(said, indexer.store.counts.transactions)

    chains.run(work())


def _assert_told(said: list[Any], transactions: int) -> None:
    assert {one["event"] for one in said} <= {"listing the history", "backfill", "backfill done"}
    going = [one for one in said if one["event"] == "backfill"]
    left = [one["left"] for one in going]
    assert left == sorted(left, reverse=True)
    assert len(set(left)) > 3
    assert all(one["done"] + one["left"] == transactions for one in going)
    moving = [one for one in going if one["per_second"]]
    assert moving
    for one in moving:
        # The rate that is shown is rounded.
        slowest, fastest = one["per_second"] + 0.5, one["per_second"] - 0.5
        assert round(one["left"] / slowest) <= one["eta_seconds"] <= round(one["left"] / fastest)
    assert [one for one in said if one["event"] == "backfill done"] == [said[-1]]
    assert said[-1]["transactions"] == transactions


# Health


def _health(address: str) -> tuple[int, Any]:
    answer = httpx2.get(f"{address}/health", timeout=10)
    return answer.status_code, answer.json()


def test_health_from_the_start_to_a_standstill(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path) as chain, chain.indexed() as indexer:
            with endpoint(Watch(indexer), "127.0.0.1", 0) as address:
                code, said = await asyncio.to_thread(_health, address)
                assert (code, said["status"], said["tip_slot"]) == (503, "starting", None)
                await indexer.follower.step()
                code, said = await asyncio.to_thread(_health, address)
                assert (code, said["status"]) == (200, "ok")
                assert said["tip_slot"] == chain.local.chain.tip.slot
                indexer.follower.backlog.left = 9
                code, said = await asyncio.to_thread(_health, address)
                assert (code, said["status"], said["backlog"]) == (200, "backfilling", 9)
                # Nothing was written for longer than a chain ever stands still.
                indexer.store.counts.last_progress -= STALE_SECONDS + 1
                code, said = await asyncio.to_thread(_health, address)
                assert (code, said["status"]) == (503, "stalled")
                assert said["seconds_since_progress"] > STALE_SECONDS
                chain.history.play(5)
                chain.history.close_slot()
                indexer.follower.backlog.left = 0
                await indexer.follower.step()
                assert (await asyncio.to_thread(_health, address))[0] == 200

    chains.run(work())


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0])
def test_health_does_not_go_by_the_clock_on_the_wall(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    async def work() -> None:
        async with small_chain(tmp_path) as chain, chain.indexed() as indexer:
            await indexer.follower.step()
            real = time.time
            monkeypatch.setattr(time, "time", lambda: real() + jump)
            with endpoint(Watch(indexer), "127.0.0.1", 0) as address:
                assert (await asyncio.to_thread(_health, address))[1]["status"] == "ok"
                indexer.store.counts.last_progress -= STALE_SECONDS + 1
                assert (await asyncio.to_thread(_health, address))[1]["status"] == "stalled"

    chains.run(work())


def test_listing_a_long_history_is_progress(tmp_path: Path) -> None:
    """Millions of signatures take longer than an indexer may stand still."""

    async def work() -> None:
        async with small_chain(tmp_path, page=7) as chain, chain.indexed() as indexer:
            chain.history.close_slot(_FINAL)
            # Genesis twice, slot, three pages, each with genesis before it is stored; then the node is away.
            chain.faults.http_next = [*([None] * 9), *([Fault.CUT_BEFORE] * 20)]
            indexer.store.counts.last_progress -= STALE_SECONDS + 1
            with pytest.raises(NodeUnavailable):
                await indexer.follower.step()
            assert indexer.follower.backlog.listed == 3 * 7
            stored = Watch(indexer).stored()
            assert stored.age_seconds is not None
            assert stored.age_seconds < STALE_SECONDS

    chains.run(work())


# Live


def test_a_message_of_the_node_wakes_it(tmp_path: Path) -> None:
    """Long before it would look by itself; also after the connection was cut."""

    async def work() -> None:
        async with small_chain(tmp_path) as chain:
            settings = chain.settings(poll_seconds=3_600)
            stop, started = asyncio.Event(), asyncio.get_running_loop().create_future()
            running = asyncio.create_task(run(settings, stop, ready=started.set_result))
            indexer: Indexer = await started
            async with asyncio.timeout(PATIENCE_SECONDS):
                await _reached(indexer, chain)
                for cut in (False, True):
                    if cut:
                        chain.faults.websocket_next = [Fault.CUT_AFTER]
                    _play_until_the_node_tells(chain)
                    await _reached(indexer, chain)
                stop.set()
                await running

    chains.run(work())


def _play_until_the_node_tells(chain: SmallChain) -> None:
    """The newest slot has a transaction that names the program: of one without, a node sends no message."""
    while True:
        chain.history.play(1)
        chain.history.close_slot()
        tip = chain.local.chain.tip.slot
        if any(str(PROGRAM_ID) in one.meta for one in chain.local.chain.ledger.transactions(tip, tip)):
            return


def test_it_can_be_stopped_at_any_point(tmp_path: Path) -> None:
    """After any number of requests it ends at once, and the next one goes on from what is there."""

    async def work() -> None:
        async with small_chain(tmp_path, **SMALL_PAGES) as chain:
            chain.history.close_slot(_FINAL)
            chain.history.play(20)
            chain.history.close_slot()
            for requests in range(0, 90, 6):
                await _run_for(chain, requests, f"{requests}.db")
                async with chain.indexed(name=f"{requests}.db") as indexed:
                    assert indexed.store.db.execute("PRAGMA quick_check").fetchall() == [("ok",)]
                    assert (await indexed.reconciler.run()).wrong == []
                    assert_equals(indexed.store.db, chain.local)

    chains.run(work())


async def _run_for(chain: SmallChain, requests: int, name: str) -> None:
    """Run an indexer, and stop it as SIGTERM does when it has asked so often."""
    settings = chain.settings(name, limits=Limits(requests_per_second=5_000, batch=2), poll_seconds=0.02)
    until, stop = chain.faults.asked.total() + requests, asyncio.Event()
    running = asyncio.create_task(run(settings, stop))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            assert not running.done()
            if chain.faults.asked.total() >= until:
                break
            await asyncio.sleep(0)
        stop.set()
        await running


async def _reached(indexer: Indexer, chain: SmallChain) -> None:
    """Wait until the newest slot is in the database, and rows and chain were compared, as at every start."""
    while True:
        progress = indexer.follower.progress
        is_there = progress is not None and progress.tip_slot == chain.local.chain.tip.slot
        if is_there and indexer.last_report is not None:
            return
        await asyncio.sleep(0.01)


# Backup


def test_a_copy_is_as_private_as_the_database(tmp_path: Path) -> None:
    """Secrets of webhooks are in both."""
    database, copy = tmp_path / "mirror.db", tmp_path / "copy.db"
    with DatabaseFile(database):
        back_up(database, copy)
    assert [path.stat().st_mode & 0o777 for path in (database, copy)] == [0o600, 0o600]


# Secrets


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is logged from here on, at the lowest level, as the command sets it up."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    set_up_logs("json", "debug", clean=without_secrets)
    yield written
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "url",
    [
        f"http://127.0.0.1:9/{_KEY}",
        f"http://127.0.0.1:9/?api-key={_KEY}",
        f"http://{_KEY}@127.0.0.1:9",
        f"http://someone:{_KEY}@127.0.0.1:9/v1",
    ],
)
def test_a_node_that_is_away_is_told_without_its_key(url: str, logged: io.StringIO) -> None:
    """Nothing listens there: what is raised, and every line that is logged on the way, at any level."""

    async def work() -> None:
        async with Rpc(url, patience=IMPATIENT) as rpc:
            with pytest.raises(NodeUnavailable, match=r"^http://127\.0\.0\.1:9") as away:
                await rpc.call("getSlot")
        assert _KEY not in str(away.value)
        alarm = asyncio.create_task(Alarm(url.replace("http", "ws"), "program").run())
        await asyncio.sleep(0.1)
        alarm.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await alarm
        logging.getLogger("job_escrow_indexer.indexer").warning("%s; going on", away.value)
        structlog.get_logger("ours").error("with an exception", exc_info=away.value)

    asyncio.run(work())
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert {"asking again" in one["event"] for one in lines} == {True, False}
    assert any("WebSocket" in one["event"] for one in lines)
    assert _KEY not in logged.getvalue()


def test_a_node_that_hangs_holds_up_no_stop() -> None:
    """A WebSocket is closed with a frame that such a node never answers."""

    async def work() -> None:
        subscribed, done = asyncio.Event(), asyncio.Event()

        async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            protocol = ServerProtocol()
            protocol.receive_data(await reader.readuntil(b"\r\n\r\n"))
            (request,) = protocol.events_received()
            assert isinstance(request, Request)
            protocol.send_response(protocol.accept(request))
            writer.writelines(protocol.data_to_send())
            assert await reader.read(1)  # it subscribes
            subscribed.set()
            await done.wait()
            writer.close()

        async with await asyncio.start_server(hang, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            alarm = Alarm(f"ws://127.0.0.1:{port}", "program")
            running = asyncio.create_task(alarm.run())
            await subscribed.wait()
            running.cancel()
            # websockets itself would wait for ten seconds.
            async with asyncio.timeout(9):
                await asyncio.gather(running, return_exceptions=True)
            done.set()

    asyncio.run(work())


def test_urls_in_what_is_logged_lose_what_is_secret(logged: io.StringIO) -> None:
    """Whoever logs them, in the text, in a value, and in a traceback."""
    url = f"https://rpc.example.com/v2/{_KEY}?token={_KEY}"
    logging.getLogger("a library").info("GET %s", url)
    structlog.get_logger("ours").info("asked", url=url)
    try:
        with closing(sqlite3.connect(f"file:/{url}?mode=ro", uri=True)) as connection:
            connection.execute(url)
    except sqlite3.OperationalError as error:
        error.add_note(f"when {url} was asked")
        logging.getLogger("a library").exception("failed")
    assert _KEY not in logged.getvalue()
    said, value, failure = (json.loads(line) for line in logged.getvalue().splitlines())
    assert said["event"] == "GET https://rpc.example.com/…"
    assert value["url"] == "https://rpc.example.com/…"
    assert "when https://rpc.example.com/… was asked" in failure["exception"]
    assert [one["level"] for one in (said, value, failure)] == ["info", "info", "error"]
