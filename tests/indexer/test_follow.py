"""The stream of transactions: no hole, no double, whatever the node does."""

import sqlite3
from pathlib import Path

import pytest
from faults import Fault
from indexer_harness import small_chain as chains
from indexer_harness.fault_run import assert_equals
from indexer_harness.small_chain import Indexed, SmallChain, small_chain
from job_escrow_indexer.follow import HistoryMissing, NotBegun, WrongCluster
from job_escrow_indexer.source import node as source_node
from job_escrow_indexer.source.node import NotThere
from job_escrow_indexer.source.rpc import NodeUnavailable, Rpc
from job_escrow_indexer.source.wake import websocket_url
from job_escrow_indexer.store.database import DatabaseFile, DatabaseInUse, DatabaseTooNew
from job_escrow_indexer.transaction import MalformedAnswer, MalformedTransaction, UnknownTransactionVersion

_FINAL = 34


@pytest.mark.usefixtures("small_pages")
def test_a_long_history_is_read_in_parts(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path) as chain:
            chain.history.close_slot(_FINAL)
            async with chain.indexed() as indexed:
                await indexed.follower.step()
                assert _equals(indexed, chain) > 3 * 7
                assert indexed.store.db.table("backlog").count == indexed.store.db.table("walk").count == 0
                assert indexed.store.counts.rebuilt == 0
                assert indexed.store.gaps == 0

    chains.run(work())


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("after", range(0, 40, 3))
def test_a_walk_that_is_cut_anywhere_goes_on(tmp_path: Path, after: int) -> None:
    """The database closes after so many requests; another process goes on with it, on a chain that went on too."""

    async def work() -> None:
        async with small_chain(tmp_path) as chain:
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


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("job_escrow_indexer.source.rpc._ATTEMPTS", 2)
    monkeypatch.setattr("job_escrow_indexer.source.rpc._FIRST_PAUSE_SECONDS", 0.001)


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


def test_a_listing_newer_than_what_was_final_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slots become final between the question which are and the listing."""

    async def work() -> None:
        async with small_chain(tmp_path) as chain, chain.indexed() as indexed:
            real = indexed.follower.node.slot

            async def then_time_passes(commitment: source_node.Commitment) -> int:
                found = await real(commitment)
                monkeypatch.undo()
                chain.history.play(5)
                chain.history.close_slot(_FINAL)
                return found

            monkeypatch.setattr(indexed.follower.node, "slot", then_time_passes)
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


def test_a_slot_that_no_node_has_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that names one is believed by no listing, and forgotten with the next question."""

    async def work() -> None:
        async with small_chain(tmp_path) as chain, chain.indexed() as indexed:

            async def lying(commitment: source_node.Commitment) -> int:
                return 1_000_000_000

            with monkeypatch.context() as patched:
                patched.setattr(indexed.follower.node, "slot", lying)
                with pytest.raises(NodeUnavailable):
                    await indexed.follower.step()
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
def test_answers_to_nothing_that_was_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """They are what passes: none is believed, and none ends the indexer."""
    nonsense: list[object] = [None, -1, [None], [{}], {"slot": "x"}, {"context": {}, "value": {}}]
    if method != "getGenesisHash":
        # Of a genesis, any text may be the hash.
        nonsense.append("nonsense")

    async def work() -> None:
        async with small_chain(tmp_path, steps=5) as chain:
            for number, one in enumerate(nonsense):
                async with chain.indexed(name=f"{number}.db") as indexed:
                    with monkeypatch.context() as patched:
                        patched.setattr(Rpc, "calls", _answering(method, one))
                        with pytest.raises((MalformedAnswer, NotThere)):
                            await indexed.reconciler.run()
                    assert (await indexed.reconciler.run()).wrong == []
                    assert_equals(indexed.store.db, chain.local)

    chains.run(work())


def _answering(method: str, nonsense: object) -> object:
    real = Rpc.calls

    async def calls(rpc: Rpc, requests: list[tuple[str, list[object]]]) -> list[object]:
        answers = await real(rpc, requests)
        return [nonsense if asked == method else one for (asked, _), one in zip(requests, answers, strict=True)]

    return calls


def test_two_transactions_at_one_place_are_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        async with small_chain(tmp_path) as chain, chain.indexed() as indexed:
            real = Rpc.calls

            async def all_first(rpc: Rpc, requests: list[tuple[str, list[object]]]) -> list[object]:
                answers = await real(rpc, requests)
                for answer in answers:
                    if isinstance(answer, dict) and "transactionIndex" in answer:
                        answer["transactionIndex"] = 0
                return answers

            with monkeypatch.context() as patched:
                patched.setattr(Rpc, "calls", all_first)
                with pytest.raises(MalformedTransaction, match="at the same place 0 of slot"):
                    await indexed.follower.step()
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


def test_a_node_that_does_not_tell_places_is_asked_for_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        async with small_chain(tmp_path) as chain, chain.indexed() as indexed:
            real = Rpc.calls

            async def without_places(rpc: Rpc, requests: list[tuple[str, list[object]]]) -> list[object]:
                answers = await real(rpc, requests)
                for answer in answers:
                    if isinstance(answer, dict):
                        answer.pop("transactionIndex", None)
                return answers

            monkeypatch.setattr(Rpc, "calls", without_places)
            await indexed.follower.step()
            _equals(indexed, chain)
            positions = indexed.store.db.query("SELECT transaction_index FROM transactions")
            assert {row["transaction_index"] for row in positions} > {0}

    chains.run(work())


def test_a_transaction_of_a_later_version_stops_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        async with small_chain(tmp_path) as chain, chain.indexed() as indexed:
            # As if this release knew legacy transactions only: the node refuses those of version 0.
            real = Rpc.calls

            async def older(rpc: Rpc, requests: list[tuple[str, list[object]]]) -> list[object]:
                for _, params in requests:
                    if params and isinstance(params[-1], dict):
                        params[-1] = {k: v for k, v in params[-1].items() if k != "maxSupportedTransactionVersion"}
                return await real(rpc, requests)

            monkeypatch.setattr(Rpc, "calls", older)
            with pytest.raises(UnknownTransactionVersion, match="upgrade job-escrow"):
                await indexed.follower.step()
            assert indexed.store.db.table("transactions").count == 0

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


async def _steps(indexed: Indexed) -> None:
    while True:
        await indexed.follower.step()


def _equals(indexed: Indexed, chain: SmallChain) -> int:
    """Vaults have had plain transfers, which only `reconcile` sees."""
    return assert_equals(indexed.store.db, chain.local, vaults=False)
