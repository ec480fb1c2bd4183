"""A database is put back while locks that it has forgotten are on their way: each request is locked once."""

import contextlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from api_harness.jobs_world import World, told
from job_escrow.chain import Request
from job_escrow.chain.requests import Send
from job_escrow_api.domain.books import restored
from job_escrow_api.domain.chain_access import LANDING_BLOCKS
from job_escrow_api.domain.jobs.store import JobRow
from job_escrow_api.domain.problems import Kinds, Refusal


def _forget(world: World) -> None:
    """As a copy from before the locks does."""
    with closing(sqlite3.connect(world.database, isolation_level=None)) as connection:
        connection.execute("DELETE FROM api_jobs")
        connection.execute("DELETE FROM api_account_ids")


async def _locked(world: World, name: str, seconds: int = 60) -> JobRow:
    """As a client that repeats, while the operator confirms."""
    for _ in range(5):
        with contextlib.suppress(Refusal):
            return await world.lock(name=name, seconds=seconds)
        world.confirm()
    raise AssertionError(f"{name} was never locked")


def _restored(world: World) -> str | None:
    with closing(sqlite3.connect(world.database)) as connection:
        return restored(connection)


def test_a_lock_that_landed_under_the_id_of_one_under_way_is_found(tmp_path: Path) -> None:
    """Before anybody has looked what became of the one under way, whose row has the id."""

    async def story(world: World) -> None:
        lost = await world.killed_while_sending(name="order-1")
        on_its_way = world.node.held[-1]
        _forget(world)
        other = await world.killed_while_sending(name="order-2")
        assert other.address == lost.address
        world.stage.escrow.chain.answer(Send(on_its_way))
        first = await _locked(world, "order-1")
        assert (first.address, world.open_jobs()) == (lost.address, 1)
        second = await _locked(world, "order-2")
        assert (second.address != lost.address, world.open_jobs()) == (True, 2)

    told(tmp_path, story)


def test_one_of_the_books_own_that_has_landed_is_no_restore(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        await world.killed_while_sending(name="order-1")
        world.node.deliver()
        second = await world.lock(name="order-2")
        first = await world.lock(name="order-1")
        assert (first.status, second.status, world.open_jobs()) == ("locked", "locked", 2)
        assert _restored(world) is None

    told(tmp_path, story)


def test_nothing_is_locked_while_a_forgotten_lock_may_land(tmp_path: Path) -> None:
    """It would be locked a second time, under another id, if another request had its id meanwhile."""

    async def story(world: World) -> None:
        lost = await world.killed_while_sending(name="order-1")
        on_its_way = world.node.held[-1]
        _forget(world)
        with closing(sqlite3.connect(world.database, isolation_level=None)) as connection:
            connection.execute("UPDATE api_books SET restored = 'as a copy is'")
        # The operator is quick.
        with closing(sqlite3.connect(world.database, isolation_level=None)) as connection:
            connection.execute("UPDATE api_books SET restored = NULL")
        for name in ("order-2", "order-1"):
            with pytest.raises(Refusal) as refused:
                await world.lock(name=name)
            assert (refused.value.kind, "may still land" in str(refused.value)) == (Kinds.UNAVAILABLE, True)
            assert 0 < int((refused.value.headers or {})["Retry-After"]) <= 121
        assert world.open_jobs() == 0
        world.stage.escrow.chain.answer(Send(on_its_way))
        world.node.pass_blocks(LANDING_BLOCKS + 1)
        first, second = await _locked(world, "order-1"), await _locked(world, "order-2")
        assert (first.address, second.address != first.address) == (lost.address, True)
        assert world.open_jobs() == 2

    told(tmp_path, story)


@pytest.mark.parametrize("seconds", [60, 61], ids=["of the same terms", "of other terms"])
@pytest.mark.parametrize("delivered", ["before", "after"])
def test_another_request_does_not_take_a_lock_that_is_under_way_for_its_own(
    tmp_path: Path, delivered: str, seconds: int
) -> None:
    """A restore forgets the row of a lock that has not landed yet, so that the next request is given its id."""

    async def story(world: World) -> None:
        lost = await world.killed_while_sending(name="order-1")
        on_its_way = world.node.held[-1]
        _forget(world)

        async def land(request: Request[Any]) -> None:
            if isinstance(request, Send):
                world.node.before = None
                world.stage.escrow.chain.answer(Send(on_its_way))

        if delivered == "before":
            world.node.before = land
            with pytest.raises(Refusal) as refused:
                await world.lock(name="order-2", seconds=seconds)
            assert refused.value.kind is Kinds.UNAVAILABLE
        else:
            other = await world.killed_while_sending(name="order-2", seconds=seconds)
            assert other.address == lost.address
            world.stage.escrow.chain.answer(Send(on_its_way))
            await world.jobs.sweep_once(everything=True)

        second, first = await _locked(world, "order-2", seconds), await _locked(world, "order-1")
        assert (first.address, second.address != lost.address) == (lost.address, True)
        assert world.open_jobs() == 2

    told(tmp_path, story)
