"""The stream of transactions: no hole, no double, whatever the node does."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from faults import Fault
from faults.answers import Rewrite, each
from indexer_harness import small_chain as chains
from indexer_harness.dump import canonical_dump
from indexer_harness.fault_run import assert_equals
from indexer_harness.small_chain import SMALL_PAGES, SmallChain, small_chain
from job_escrow_indexer.follow import HistoryMissing, NotBegun
from job_escrow_indexer.indexer import EXPECTED, Indexer
from job_escrow_indexer.source.node import NotThere
from job_escrow_indexer.source.rpc import NodeUnavailable
from job_escrow_indexer.source.wake import websocket_url
from job_escrow_indexer.store.binding import ClusterChanged, WrongCluster
from job_escrow_indexer.store.database import DatabaseFile, DatabaseTooNew
from job_escrow_indexer.store.holding import DatabaseInUse
from job_escrow_indexer.transaction import MalformedAnswer, MalformedTransaction

Message = dict[str, Any]

_FINAL = 34
_ANOTHER = "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG"


def test_a_long_history_is_read_in_parts(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path, **SMALL_PAGES) as chain:
            chain.history.close_slot(_FINAL)
            async with chain.indexed() as indexed:
                await indexed.follower.step()
                assert _equals(indexed, chain) > 3 * 7
                assert indexed.store.db.table("backlog").count == indexed.store.db.table("walk").count == 0
                assert indexed.store.counts.rebuilt == 0
                assert indexed.store.gaps == 0

    chains.run(work())


@pytest.mark.parametrize("after", range(0, 40, 3))
def test_a_walk_that_is_cut_anywhere_goes_on(tmp_path: Path, after: int) -> None:
    """The database closes after so many requests; another process goes on with it, on a chain that went on too."""

    async def work() -> None:
        async with small_chain(tmp_path, **SMALL_PAGES) as chain:
            chain.history.close_slot(_FINAL)
            async with chain.indexed() as indexed:
                chain.faults.http_next = [*([None] * after), *([Fault.CUT_BEFORE] * 100)]
                with pytest.raises(NodeUnavailable):
                    await _steps(indexed)
            chain.faults.calm()
            chain.history.play(10)
            chain.history.close_slot(3)
            async with chain.indexed() as indexed:
                await indexed.follower.step()
                _equals(indexed, chain)

    chains.run(work())


def test_what_is_not_final_yet_is_there_and_undone_by_a_fork(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path) as chain, chain.indexed() as indexed:
            await indexed.follower.step()
            before = _equals(indexed, chain)
            chain.history.play(20)
            chain.history.close_slot()
            await indexed.follower.step()
            assert _equals(indexed, chain) > before
            chain.history.fork(10)
            chain.history.close_slot(11)
            await indexed.follower.step()
            _equals(indexed, chain)
            assert indexed.store.counts.undone > 0

    chains.run(work())


def test_a_fork_while_the_indexer_was_away(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path) as chain:
            async with chain.indexed() as indexed:
                await indexed.follower.step()
            chain.history.fork(10)
            chain.history.play(10)
            chain.history.close_slot(_FINAL + 10)
            async with chain.indexed() as indexed:
                await indexed.follower.step()
                _equals(indexed, chain)
                assert indexed.store.counts.undone > 0

    chains.run(work())


def test_a_listing_newer_than_what_was_final_before(tmp_path: Path) -> None:
    """Slots become final between the question which are and the listing."""

    async def work() -> None:
        async with small_chain(tmp_path) as chain, chain.indexed() as indexed:

            def then_time_passes(_: Message, answer: Message) -> Message:
                chain.faults.calm()
                chain.history.play(5)
                chain.history.close_slot(_FINAL)
                return answer

            chain.faults.rewrite = each("getSlot", then_time_passes)
            await indexed.follower.step()
            await indexed.follower.step()
            _equals(indexed, chain)
            assert indexed.store.counts.undone == 0

    chains.run(work())


def test_a_node_that_has_forgotten_what_is_stored_last(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path) as chain:
            chain.history.close_slot(_FINAL)
            async with chain.indexed() as indexed:
                await indexed.follower.step()
                indexed.store.db.execute("UPDATE progress SET anchor = 'forgotten'")
                indexed.store.db.conn.commit()
            async with chain.indexed() as indexed:
                with pytest.raises(HistoryMissing, match="keeps older transactions"):
                    await indexed.follower.step()

    chains.run(work())


def test_a_slot_that_no_node_has_is_not_waited_for(tmp_path: Path) -> None:
    """A node that names one is believed by no listing, and forgotten with the next question."""

    async def work() -> None:
        async with small_chain(tmp_path) as chain, chain.indexed() as indexed:
            chain.faults.rewrite = each("getSlot", lambda _, answer: answer | {"result": 1_000_000_000})
            with pytest.raises(NodeUnavailable):
                await indexed.follower.step()
            chain.faults.calm()
            await indexed.follower.step()
            _equals(indexed, chain)

    chains.run(work())


def test_a_beginning_that_the_chain_has_not_reached_is_refused(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path) as chain:
            chain.history.close_slot(_FINAL)
            after = chain.local.chain.root.slot + 1
            async with chain.indexed(from_slot=after + 1) as indexed:
                with pytest.raises(NotBegun, match=f"newest final slot is {after - 1}; give --from-slot"):
                    await indexed.follower.step()
                assert indexed.follower.progress is None
            async with chain.indexed(from_slot=after) as indexed:
                await indexed.follower.step()
                chain.history.play(20)
                chain.history.close_slot()
                await indexed.follower.step()
                assert indexed.store.db.table("transactions").count > 0

    chains.run(work())


@pytest.mark.parametrize(
    "method",
    [
        "getGenesisHash",
        "getSlot",
        "getSignaturesForAddress",
        "getTransaction",
        "getProgramAccounts",
        "getMultipleAccounts",
    ],
)
def test_answers_to_nothing_that_was_asked(tmp_path: Path, method: str) -> None:
    """They are what passes: none is believed, and none ends the indexer."""
    nonsense: list[object] = [None, -1, 2**33, [None], [{}], {"slot": "x"}, {"context": {}, "value": {}}, "nonsense"]

    async def work() -> None:
        async with small_chain(tmp_path, steps=5) as chain:
            for number, one in enumerate(nonsense):
                async with chain.indexed(name=f"{number}.db") as indexed:
                    chain.faults.rewrite = _answering(method, one)
                    with pytest.raises((MalformedAnswer, NotThere)):
                        await indexed.reconciler.run()
                    chain.faults.calm()
                    assert (await indexed.reconciler.run()).wrong == []
                    assert_equals(indexed.store.db, chain.local)

    chains.run(work())


def _answering(method: str, result: object) -> Rewrite:
    return each(method, lambda _, answer: answer | {"result": result})


def test_two_transactions_at_one_place_are_not_believed(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path) as chain, chain.indexed() as indexed:
            chain.faults.rewrite = each(
                "getTransaction", lambda _, answer: answer | {"result": answer["result"] | {"transactionIndex": 0}}
            )
            with pytest.raises(MalformedTransaction, match="at the same place 0 of slot"):
                await indexed.follower.step()
            chain.faults.calm()
            await indexed.follower.step()
            _equals(indexed, chain)

    chains.run(work())


def test_another_cluster_is_refused(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path) as chain, chain.indexed() as indexed:
            await indexed.follower.step()
        (tmp_path / "other").mkdir()
        async with small_chain(tmp_path / "other") as other:
            other.folder = tmp_path
            async with other.indexed() as indexed:
                with pytest.raises(WrongCluster, match="choose another database"):
                    await indexed.follower.step()

    chains.run(work())


def test_a_node_that_does_not_tell_places_is_asked_for_blocks(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path) as chain, chain.indexed() as indexed:

            def without_place(_: Message, answer: Message) -> Message:
                del answer["result"]["transactionIndex"]
                return answer

            chain.faults.rewrite = each("getTransaction", without_place)
            await indexed.follower.step()
            _equals(indexed, chain)
            positions = indexed.store.db.query("SELECT transaction_index FROM transactions")
            assert {row["transaction_index"] for row in positions} > {0}

    chains.run(work())


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path) as chain, chain.indexed() as indexed:
            (pages,) = indexed.store.db.execute("PRAGMA page_count").fetchone()
            indexed.store.db.execute(f"PRAGMA max_page_count = {pages + 3}")
            with pytest.raises(sqlite3.OperationalError, match="full"):
                await indexed.follower.step()
            indexed.store.db.execute("PRAGMA max_page_count = 1000000")
            await indexed.follower.step()
            _equals(indexed, chain)

    chains.run(work())


def test_two_indexers_cannot_write_one_file(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    with DatabaseFile(path), pytest.raises(DatabaseInUse, match="--database"):
        DatabaseFile(path)
    with DatabaseFile(path):
        pass


def test_a_file_of_a_later_release_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    with DatabaseFile(path) as file:
        file.db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('job_escrow_indexer', '9999 future', '')"
        )
        file.db.conn.commit()
    with pytest.raises(DatabaseTooNew, match="9999 future"):
        DatabaseFile(path)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8899", "ws://127.0.0.1:8900"),
        ("https://api.mainnet-beta.solana.com", "wss://api.mainnet-beta.solana.com"),
        ("https://rpc.example/?key=1", "wss://rpc.example/?key=1"),
        ("http://[::1]:8899/", "ws://[::1]:8900/"),
    ],
)
def test_where_the_websocket_is(url: str, expected: str) -> None:
    assert websocket_url(url) == expected


async def _steps(indexed: Indexer) -> None:
    while True:
        await indexed.follower.step()


def _equals(indexed: Indexer, chain: SmallChain) -> int:
    """Vaults have had plain transfers, which only `reconcile` sees."""
    return assert_equals(indexed.store.db, chain.local, vaults=False)


def test_a_node_that_becomes_one_of_another_cluster_adds_nothing_and_ends_nothing(tmp_path: Path) -> None:
    """What was read of it between two looks is not stored either."""

    async def work() -> None:
        async with small_chain(tmp_path) as chain, chain.indexed() as indexed:
            await indexed.follower.step()
            before = canonical_dump(indexed.store.db)
            chain.history.play(5)
            chain.history.close_slot()
            asked = 0

            def turned(_: Message, answer: Message) -> Message:
                nonlocal asked
                asked += 1
                return answer if asked % 2 else answer | {"result": _ANOTHER}

            chain.faults.rewrite = each("getGenesisHash", turned)
            for _ in range(2):
                with pytest.raises(ClusterChanged, match=f"the node of {_ANOTHER}"):
                    await indexed.follower.step()
            chain.faults.calm()
            assert canonical_dump(indexed.store.db) == before
            assert issubclass(ClusterChanged, EXPECTED)
            await indexed.follower.step()
            _equals(indexed, chain)

    chains.run(work())
