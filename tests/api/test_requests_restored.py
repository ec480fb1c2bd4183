"""Sessions whose books were put back, or whose id another has used: what the chain has is noticed, and charged (D9)."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from api_harness.sessions_world import World, told
from job_escrow import SessionSettlement, SessionTerms
from job_escrow.chain import ChainError
from job_escrow.chain.requests import GetLatestBlockhash, GetSignatureStatus
from job_escrow.codec import TierTotals
from job_escrow.pricing import NO_TOTALS
from job_escrow_api.domain.books import Books, restored
from job_escrow_api.domain.problems import Kinds


@contextmanager
def _put_back_after(world: World) -> Iterator[None]:
    """The database as it was before, with what stands beside it as it is."""
    with closing(sqlite3.connect(":memory:")) as copy:
        with closing(sqlite3.connect(world.settings.database)) as database:
            database.backup(copy)
        yield
        with closing(sqlite3.connect(world.settings.database)) as database:
            copy.backup(database)


async def _settle_what_will_be_forgotten(world: World) -> None:
    await world.settle(await world.admit("one"), 1)
    await world.turn()
    with _put_back_after(world):
        await world.settle(await world.admit("b"), 1)
        await world.settle(await world.admit("b2"), 1)
        await world.turn()
        assert world.rows()[0].settled_count == 3
    assert world.rows()[0].settled_count == 1
    assert restored(world.database.reader) is None


def _says_what_was_charged(world: World) -> None:
    """A receipt is called settled where its request is: one that has lapsed costs nothing, and nothing commits to it.

    A session counts no receipt as settled that has lapsed.
    """
    for row in world.requests():
        view = world.sessions.store.receipt(row)
        if view is not None:
            assert (view.status, view.settlement is None) == (row.status, row.status == "lapsed")
    for session in world.rows():
        of_it = [row for row in world.requests() if row.session == session.number]
        assert session.view().settled_receipts == sum(row.status == "settled" for row in of_it)


def test_receipts_that_the_books_have_forgotten_are_noticed_before_anything_is_admitted(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        await _settle_what_will_be_forgotten(world)
        world.restart()
        assert (await world.refused("c")).kind is Kinds.RESTORED
        assert "has receipts of session" in str(restored(world.database.reader))
        await world.turn()
        (session,) = world.rows()
        assert (session.status, session.settled, world.available()) == ("ended", 54, 946)

    told(tmp_path, story, session_settle_credits=1)


def test_a_session_that_ended_since_the_copy_is_noticed_too(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        await world.settle(await world.admit("one"), 1)
        with _put_back_after(world):
            await world.settle(await world.admit("b"), 1)
            await world.end_all()
        world.restart()
        assert (await world.admit("c")).session == 2
        await world.turn()
        assert (await world.refused("d")).kind is Kinds.RESTORED
        first = world.requests()[0]
        assert (first.status, first.charged, world.rows()[0].settled) == ("lapsed", 0, 36)
        _says_what_was_charged(world)

    told(tmp_path, story)


def test_receipts_whose_numbers_the_chain_has_for_others_have_lapsed(tmp_path: Path) -> None:
    """Of a server that did not notice: the books were put back while it ran."""

    async def story(world: World) -> None:
        await _settle_what_will_be_forgotten(world)
        for name in ("c", "d"):
            await world.settle(await world.admit(name), 1)
        await world.turn()
        assert restored(world.database.reader) is not None
        assert [(row.status, row.charged) for row in world.requests()] == [
            ("settled", 18),
            ("lapsed", 0),
            ("lapsed", 0),
        ]
        assert world.rows()[0].settled == 54
        _says_what_was_charged(world)

    told(tmp_path, story, session_settle_credits=1)


def test_each_settlement_is_counted_beside_the_database(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        await world.settle(await world.admit("one"), 1)
        with _put_back_after(world):
            await world.turn()
        await Books(world.database).begin()
        assert "older than it was" in str(restored(world.database.reader))

    told(tmp_path, story, session_settle_credits=1)


class _Killed(Exception):
    """The server ends here."""


def test_receipts_of_a_session_that_was_being_opened_at_the_copy_are_noticed(tmp_path: Path) -> None:
    """Before anything is admitted within it: its receipts would have numbers that the chain has for others."""

    async def story(world: World) -> None:
        async def end(request: Any) -> None:
            if isinstance(request, GetSignatureStatus):
                raise _Killed

        world.node.before = end
        with pytest.raises(_Killed):
            await world.admit("one")
        world.node.before = None
        assert [row.status for row in world.rows()] == ["opening"]
        with _put_back_after(world):
            await world.settle(await world.admit("one"), 1)
            await world.turn()
            assert world.rows()[0].settled_count == 1
        assert [row.status for row in world.rows()] == ["opening"]
        world.restart()
        assert (await world.refused("c")).kind is Kinds.RESTORED
        assert "has receipts of session" in str(restored(world.database.reader))

    told(tmp_path, story, session_settle_credits=1)


@pytest.mark.parametrize("charged", [1, 10])
def test_another_session_that_took_the_id_leaves_the_account_usable(tmp_path: Path, charged: int) -> None:
    """Its charge may be more than what was to be locked, or less."""

    async def story(world: World) -> None:
        async def away(request: Any) -> None:
            if isinstance(request, GetLatestBlockhash):
                raise ChainError("the node is away")

        world.node.before = away
        with pytest.raises(ChainError):
            await world.admit("one")
        world.node.before = None
        (row,) = world.rows()
        operator, alice = world.stage.operator, world.stage.alice.address
        operator.open_session(alice, SessionTerms(session_id=row.session_id, credits=400, seconds=600))
        totals = [NO_TOTALS] * 8
        totals[2] = TierTotals(flat_requests=charged, metered_requests=0, metered_units=0, metered_credits=0)
        operator.settle_session(
            alice,
            row.session_id,
            SessionSettlement(from_count=0, count=charged, root=bytes(32), totals=totals, is_final=True),
        )
        admitted = await world.admit("one")
        assert world.sessions.store.session(row.number).status == "failed"
        assert (await world.settle(admitted, 1)).charged == 18
        assert await world.turn() == 0

    told(tmp_path, story, session_credits=60)
