"""The sweep of the jobs that nobody awaits: over a real database, with a chain that fails in the ways that it can."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest
from job_escrow_indexer.api.jobs import service as module
from job_escrow_indexer.api.jobs.service import JobService


class Rows:
    """Two locks that nobody knows the outcome of."""

    def __init__(self, *ages: int) -> None:
        now = int(time.time())
        self.rows = {n: row(n, now - 1_000, now - age) for n, age in enumerate(ages)}
        self.listed = list(self.rows.values())

    def open_jobs(self, *, due_by: int) -> list[Any]:
        return self.listed

    def existing(self, number: int) -> Any:
        return self.rows[number]

    async def update(self, number: int, **values: object) -> Any:
        self.rows[number] = SimpleNamespace(**(vars(self.rows[number]) | values))
        return self.rows[number]


def row(number: int, created_at: int, sent_at: int | None) -> Any:
    return SimpleNamespace(
        number=number,
        address=str(number),
        status="locking",
        is_open=True,
        created_at=created_at,
        sent_at=sent_at,
        deadline=None,
    )


def swept(rows: Any, monkeypatch: pytest.MonkeyPatch, *, broken: str = "") -> None:
    async def outcome(_: object, job: Any) -> None:
        if job.address == broken:
            raise KeyError("what nobody expected")

    monkeypatch.setattr(module, "outcome", outcome)
    none: Any = None
    asyncio.run(JobService(none, none, rows, none, none).sweep_once(everything=True))


def test_a_job_that_cannot_be_swept_does_not_end_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Rows(1_000, 1_000)
    swept(rows, monkeypatch, broken="0")
    assert [each.status for each in rows.rows.values()] == ["locking", "failed"]


def test_a_lock_that_was_sent_again_has_not_failed_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its second transaction can still land, however long ago it was asked for."""
    rows = Rows(100, 1_000)
    swept(rows, monkeypatch)
    assert [each.status for each in rows.rows.values()] == ["locking", "failed"]


def test_a_row_is_read_again_in_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sent it between the list and the turn."""
    rows = Rows(1_000)
    rows.rows[0] = row(0, rows.listed[0].created_at, int(time.time()))
    swept(rows, monkeypatch)
    assert rows.rows[0].status == "locking"
