"""The keeper settles every session in time, whatever other accounts and their customers do (D9, D10)."""

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from api_harness.sessions_world import LIMITS, METERED, World, told
from escrow_harness.patience import PATIENCE_SECONDS
from job_escrow.chain import ChainError
from job_escrow.chain.requests import GetAccounts, Send
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.sessions import keeper, upkeep
from job_escrow_api.domain.sessions.rows import SessionRow


async def _soon(work: Any) -> Any:
    return await asyncio.wait_for(work, PATIENCE_SECONDS)


class Held:
    """The first answer to a question of a kind, which waits until it is let go."""

    def __init__(self, world: World, is_meant: Callable[[Any], bool]) -> None:
        self._is_meant, self._is_over = is_meant, False
        self.is_asked, self.may_go_on = asyncio.Event(), asyncio.Event()
        world.node.before = self._hold

    async def _hold(self, request: Any) -> None:
        if self._is_meant(request) and not self._is_over:
            self._is_over = True
            self.is_asked.set()
            await self.may_go_on.wait()


def test_a_transaction_that_takes_long_holds_up_no_other_account(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        bob = await world.bob()
        await world.settle(await world.admit("alice"), 1)
        await world.settle(await world.admit("bob", key=bob), 1)
        held = Held(world, lambda request: isinstance(request, Send))
        first = asyncio.create_task(world.turn())
        await _soon(held.is_asked.wait())
        # Alice's, whose deadline is the nearer.
        await _soon(world.until(lambda: world.rows_of_bob()[0].settled_count == 1))
        assert (world.rows()[0].settled_count, first.done()) == (0, False)
        # And it is not sent again meanwhile.
        held.may_go_on.set()
        assert await _soon(first) == 0
        assert world.rows()[0].settled_count == 1

    told(tmp_path, story, session_settle_credits=1)


def test_the_nearest_deadline_comes_first_and_what_failed_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "_MOST_AT_ONCE", 1)

    async def story(world: World) -> None:
        bob = await world.bob()
        await world.settle(await world.admit("bob", key=bob), 1)
        await world.pass_time(1)
        await world.settle(await world.admit("alice"), 1)
        asked: list[str] = []

        async def fails(request: Any) -> None:
            if isinstance(request, GetAccounts):
                found = [row.credit_account for row in _all(world) if row.key in request.addresses]
                if len(found) > 1:
                    # The comparison of all.
                    return
                asked.extend(found)
                if bobs in found:
                    raise ChainError("the node is away")

        world.node.before = fails
        alices, bobs = world.rows()[0].credit_account, world.rows_of_bob()[0].credit_account
        assert await world.turn() == 1
        assert list(dict.fromkeys(asked)) == [bobs, alices]
        await world.settle(await world.admit("alice again"), 1)
        asked.clear()
        assert await world.turn() == 1
        assert list(dict.fromkeys(asked)) == [alices, bobs]
        world.node.before = None
        assert await world.turn() == 0
        assert [row.settled_count for row in _all(world)] == [2, 1]

    told(tmp_path, story, session_settle_credits=1)


def test_a_queue_of_requests_that_are_too_dear_holds_up_no_turn(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        await world.settle(await world.admit("one"), 1)
        alice = world.stage.alice.address
        held = Held(world, lambda request: isinstance(request, GetAccounts) and alice in request.addresses)
        flood = [asyncio.create_task(world.admit(f"dear {each}", 200_000)) for each in range(20)]
        await _soon(held.is_asked.wait())
        # The keeper renews a session of 60, of which 42 are left, if nobody is at it.
        await world.pass_time(60)
        assert await _soon(world.turn()) == 0
        assert world.rows()[0].settled_count == 1
        assert not any(each.done() and not each.exception() for each in flood)
        held.may_go_on.set()
        answers = await _soon(asyncio.gather(*flood, return_exceptions=True))
        assert all(isinstance(each, Refusal) for each in answers), answers
        told_later = [each for each in answers if each.kind is Kinds.RATE_LIMITED]
        assert len(told_later) == 20 - 16
        assert {each.headers["Retry-After"] for each in told_later} == {"1"}

    told(
        tmp_path,
        story,
        limits=replace(LIMITS, credits_per_session=60),
        session_credits=60,
        session_settle_credits=1,
        session_seconds=600,
    )


def test_what_has_expired_is_released_before_anything_else_however_much_it_is(tmp_path: Path) -> None:
    """More than are released in one transaction; the session ends in the same turn."""

    async def story(world: World) -> None:
        for each in range(1_001):
            await world.admit(f"r{each}", 1, tier=METERED, seconds=10)
        await world.settle(await world.admit("paid", seconds=60), 1)
        await world.end_all()
        await world.pass_time(10)
        assert await world.turn() == 0
        (session,) = world.rows()
        assert (session.status, session.running, session.settled) == ("ended", 0, 18)

    told(tmp_path, story)


def test_receipts_are_settled_ahead_of_the_end_and_once(tmp_path: Path) -> None:
    """What waits from before the last two shares of time goes before the last settlement, which may fail once."""

    async def story(world: World) -> None:
        await world.settle(await world.admit("one"), 1)
        await world.pass_time(119)
        await world.turn()
        assert world.rows()[0].settled_count == 0
        await world.pass_time(1)
        await world.turn()
        assert world.rows()[0].settled_count == 1
        await world.settle(await world.admit("two", seconds=20), 1)
        await world.turn()
        assert world.rows()[0].settled_count == 1
        running = await world.admit("three", seconds=40)
        await world.pass_time(40)
        await world.turn()
        session = world.rows()[0]
        assert (session.status, session.settled_count) == ("ended", 2)
        assert world.requests()[2].id == running.id
        assert world.findings(session) == []

    told(tmp_path, story, session_seconds=200, session_end_seconds=40, session_idle_seconds=1_000)


def test_receipts_that_cost_nothing_are_settled_when_they_are_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "_MOST_RECEIPTS", 3)

    async def story(world: World) -> None:
        for number in range(3):
            await world.turn()
            assert world.rows() == [] or world.rows()[0].settled_count == 0
            await world.settle(await world.admit(f"r{number}", 5, tier=METERED), 5)
        await world.turn()
        (session,) = world.rows()
        assert (session.settled_count, session.settled) == (3, 0)

    told(tmp_path, story)


def test_an_index_that_is_behind_ends_no_session_for_its_limits(tmp_path: Path) -> None:
    """The wallet allowed none before; the index has to have read the session's opening."""

    async def story(world: World) -> None:
        await world.admit("one")
        (row,) = world.rows()
        await world.database.write(_put, "credit_accounts", address=row.credit_account, limit_per_session=0)
        await world.turn()
        assert world.rows()[0].view().status == "open"
        await world.database.write(
            _put, "sessions", credit_account=row.credit_account, id=row.session_id, address=row.address
        )
        await world.turn()
        assert world.rows()[0].view().status == "ending"

    told(tmp_path, story)


def _put(connection: sqlite3.Connection, table: str, /, **values: object) -> None:
    """A row of the index; what is not given is nothing."""
    zero = {"INTEGER": 0, "TEXT": "", "BLOB": b""}
    row = {
        name: zero.get(kind, 0) for _, name, kind, is_needed, _, _ in connection.execute(f"PRAGMA table_info({table})")
        if is_needed
    } | values  # fmt: skip
    connection.execute(
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values())
    )


def _all(world: World) -> list[SessionRow]:
    return [*world.rows(), *world.rows_of_bob()]
