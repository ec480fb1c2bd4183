"""The sweep of the jobs that nobody awaits, on a chain whose answers were lost, over rows that have grown old."""

import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from api_harness.crash import Crash, open_jobs
from api_harness.server import Server
from escrow_harness.stage import Stage
from faults.plan import Fault
from faults.proxy import FaultProxy

_LONG_AGO = 1_000
"""Seconds: nothing that was sent then can land any more."""


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
    execute(crash, "UPDATE api_jobs SET created_at = :old, sent_at = :old")
    execute(crash, "UPDATE api_jobs SET address = 'what nobody expected' WHERE number = 1")
    with crash.serve():
        until(lambda: statuses(crash) == ["locking", "failed", "failed"])


def test_a_lock_that_was_sent_again_has_not_failed_yet(crash: Crash) -> None:
    """Its second transaction can still land, however long ago it was asked for."""
    execute(crash, "UPDATE api_jobs SET created_at = :old, sent_at = CASE number WHEN 1 THEN :now ELSE :old END")
    with crash.serve():
        until(lambda: statuses(crash) == ["locking", "failed", "failed"])


def test_a_row_is_read_again_in_its_turn(crash: Crash) -> None:
    """Somebody sent it between the list and the turn."""
    execute(crash, "UPDATE api_jobs SET created_at = :old, sent_at = :now")
    with crash.serve():
        faults = crash.proxy.faults
        faults.delay, faults.methods, faults.http = 3, frozenset({"getMultipleAccounts"}), {Fault.SLOW: 1.0}
        held = len(faults.happened)
        execute(crash, "UPDATE api_jobs SET sent_at = :old")
        until(lambda: len(faults.happened) > held)
        # The look at the first one is held back, the others are listed.
        execute(crash, "UPDATE api_jobs SET sent_at = :now WHERE number = 2")
        faults.calm()
        # In the order of their numbers: the second one's turn is over.
        until(lambda: statuses(crash) == ["failed", "locking", "failed"])
        assert open_jobs(crash) == 0


def execute(crash: Crash, sql: str) -> None:
    now = int(time.time())
    with sqlite3.connect(crash.folder / "index.sqlite", timeout=30) as connection:
        connection.execute(sql, {"now": now, "old": now - _LONG_AGO})
    connection.close()


def statuses(crash: Crash) -> list[str]:
    connection = sqlite3.connect(crash.folder / "index.sqlite", timeout=30)
    rows = connection.execute("SELECT status FROM api_jobs ORDER BY number").fetchall()
    connection.close()
    return [status for (status,) in rows]


def until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.05)
