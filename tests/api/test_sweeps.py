"""The sweep of the jobs that nobody awaits, on a chain whose answers were lost, over rows that have grown old."""

import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from api_harness.crash import Crash
from api_harness.jobs_world import World, told
from api_harness.server import Server
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage
from faults.proxy import FaultProxy
from job_escrow.chain import Request
from job_escrow.chain.requests import GetAccounts
from solders.pubkey import Pubkey

_LONG_AGO, _FAR = 1, 2**40
"""Block heights: what was sent with the first can land no more, with the other for ever."""


@pytest.fixture
def crash(stage: Stage, proxy: FaultProxy, tmp_path: Path) -> Crash:
    """Three locks were asked for, and the server was killed before it sent them."""
    crash = Crash(stage, proxy, tmp_path, ("--no-index",))

    def three_locks(server: Server) -> None:
        def one(name: str) -> None:
            with server.http(crash.operator_key) as http:
                body = {"customer_key": crash.key, "tier": "pro", "max_units": 500}
                http.post("/jobs", json=body, headers={"Idempotency-Key": f"{name}-{crash.key[4:20]}"})

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(one, "abc"))

    with crash.serve() as server:
        crash.make_keys(server)
        crash.kill_while(server, three_locks, "simulateTransaction", landed=lambda: len(statuses(crash)) == 3)
    assert statuses(crash) == ["locking"] * 3
    return crash


def test_a_job_that_cannot_be_swept_does_not_end_the_sweep(crash: Crash) -> None:
    execute(crash, "UPDATE api_jobs SET last_valid_height = :old")
    execute(crash, "UPDATE api_jobs SET address = 'what nobody expected' WHERE number = 1")
    with crash.serve() as server, server.http() as http:
        until(lambda: statuses(crash) == ["locking", "failed", "failed"])

        def said() -> dict[str, Any]:
            parts: dict[str, dict[str, Any]] = {each["name"]: each for each in http.get("/health").json()["parts"]}
            return parts["sweeps of jobs"]

        until(lambda: said().get("values") == {"failed": 1})
        assert (said()["ok"], "could not be looked after: 1;" in said()["detail"]) == (True, True)


def test_a_lock_that_was_sent_again_has_not_failed_yet(crash: Crash) -> None:
    """Its second transaction can still land, however long ago it was asked for."""
    execute(crash, "UPDATE api_jobs SET created_at = 0, last_valid_height = CASE number WHEN 1 THEN :far ELSE :old END")
    with crash.serve():
        until(lambda: statuses(crash) == ["locking", "failed", "failed"])


def test_a_row_is_read_again_in_its_turn(tmp_path: Path) -> None:
    """Somebody sent it between the list and the turn."""

    async def story(world: World) -> None:
        first, second = [await world.killed_while_sending(name=name) for name in "ab"]
        await world.store.update(first.number, last_valid_height=_LONG_AGO)
        await world.store.update(second.number, last_valid_height=_LONG_AGO)
        first_job, second_job = Pubkey.from_string(first.address), Pubkey.from_string(second.address)
        looked: list[Pubkey] = []

        async def before(request: Request[Any]) -> None:
            if isinstance(request, GetAccounts) and first_job in request.addresses:
                # Both are listed, and this is the first one's turn.
                await world.store.update(second.number, last_valid_height=_FAR)
            looked.extend(getattr(request, "addresses", ()))

        world.node.before = before
        await world.jobs.sweep_once(everything=False)
        assert second_job in looked
        assert [world.store.existing(row.number).status for row in (first, second)] == ["failed", "locking"]
        assert world.open_jobs() == 0

    told(tmp_path, story)


def execute(crash: Crash, sql: str) -> None:
    with sqlite3.connect(crash.folder / "index.sqlite", timeout=PATIENCE_SECONDS) as connection:
        connection.execute(sql, {"far": _FAR, "old": _LONG_AGO})
    connection.close()


def statuses(crash: Crash) -> list[str]:
    connection = sqlite3.connect(crash.folder / "index.sqlite", timeout=PATIENCE_SECONDS)
    rows = connection.execute("SELECT status FROM api_jobs ORDER BY number").fetchall()
    connection.close()
    return [status for (status,) in rows]


def until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.05)
