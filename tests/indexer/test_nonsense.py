"""Whatever a node answers to whatever it is asked: the indexer goes on, and the rows are the chain's in the end."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from escrow_harness.patience import PATIENCE_SECONDS
from faults.answers import NONSENSE, Nonsense, Rewrite, each
from indexer_harness import small_chain as chains
from indexer_harness.dump import canonical_dump
from indexer_harness.fault_run import assert_equals
from indexer_harness.running import running, until
from indexer_harness.small_chain import IMPATIENT, SMALL_PAGES, SmallChain, small_chain
from job_escrow.patience import Backoff
from job_escrow_indexer.follow import HistoryMissing
from job_escrow_indexer.indexer import Indexer, run
from job_escrow_indexer.monitoring.endpoint import health
from job_escrow_indexer.monitoring.metrics import IndexerCollector, Watch
from job_escrow_indexer.store.binding import ClusterChanged, WrongCluster
from solders.hash import Hash

_FINAL = 34
# So that nonsense is a failure of a whole step at once, and the next step comes soon.
_IMPATIENT: dict[str, Any] = {
    "patience": replace(IMPATIENT, attempts=1),
    "pauses": Backoff(first_seconds=0.001, longest_seconds=0.01),
}
_METHODS = (
    "getGenesisHash",
    "getSlot",
    "getSignaturesForAddress",
    "getTransaction",
    "getProgramAccounts",
    "getMultipleAccounts",
)


@pytest.mark.parametrize("method", _METHODS)
def test_any_nonsense_in_any_answer(tmp_path: Path, method: str) -> None:
    async def work() -> None:
        async with small_chain(tmp_path, steps=20, **_IMPATIENT) as chain, running(chain) as one:
            await _reached(one, chain)
            for kind in NONSENSE:
                said = Nonsense(method, kind, times=4)
                chain.faults.rewrite = said
                async with asyncio.timeout(PATIENCE_SECONDS):
                    while said.given.total() < said.times:
                        chain.history.play(1)
                        chain.history.close_slot()
                        await asyncio.sleep(0.02)
                chain.faults.calm()
                await _reached(one, chain)
            assert one.errors.total() > 0
            await _compared(one)
            assert_equals(one.store.db, chain.local)
            assert one.troubles == {}

    chains.run(work())


@pytest.mark.parametrize("kind", ["an empty list", "brackets without end"])
@pytest.mark.parametrize("method", ["getGenesisHash", "getSlot", "getSignaturesForAddress", "getTransaction"])
def test_nonsense_while_a_new_database_is_filled(tmp_path: Path, method: str, kind: str) -> None:
    """One answer, at each place where it can come, makes no hole: an empty list is no end of a history."""

    async def work() -> None:
        async with small_chain(tmp_path, steps=30, **_IMPATIENT, **SMALL_PAGES) as chain:
            chain.history.close_slot(_FINAL)
            asked = 0
            for place in range(3):
                said = _At(place, Nonsense(method, kind, times=1))
                chain.faults.rewrite = said
                async with running(chain, f"{place}.db", alone=False) as one:
                    await _reached(one, chain)
                    await _compared(one)
                    assert_equals(one.store.db, chain.local)
                asked += said.nonsense.given.total()
            assert asked > 0

    chains.run(work())


def test_one_empty_list_among_those_that_were_full(tmp_path: Path) -> None:
    """As it ended a server: the newest final transaction that is stored is not in it."""

    async def work() -> None:
        async with small_chain(tmp_path, **_IMPATIENT) as chain:
            chain.history.close_slot(_FINAL)
            async with running(chain) as one:
                await _reached(one, chain)
                said = Nonsense("getSignaturesForAddress", "an empty list", times=1)
                chain.faults.rewrite = said
                await until(lambda: one.errors[HistoryMissing.__name__] == 1)
                chain.history.play(10)
                chain.history.close_slot(_FINAL)
                await _reached(one, chain)
                assert one.degraded is None
                assert_equals(one.store.db, chain.local, vaults=False)

    chains.run(work())


def test_a_node_that_stays_wrong_is_told_until_it_is_right(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path, **_IMPATIENT) as chain:
            chain.history.close_slot(_FINAL)
            async with running(chain) as one:
                await _reached(one, chain)
                chain.faults.rewrite = Nonsense("getSignaturesForAddress", "an empty list", times=10**9)
                await until(lambda: one.degraded is not None)
                good, said = health(Watch(one))
                assert (good, said["status"]) == (False, "degraded")
                assert said["trouble"].startswith("HistoryMissing: the node's history does not go back")
                assert _metric(one, "job_escrow_index_degraded") == 1
                chain.faults.calm()
                await until(lambda: one.degraded is None)
                good, said = health(Watch(one))
                assert (good, said["status"], said["trouble"]) == (True, "ok", None)
                assert _metric(one, "job_escrow_index_degraded") == 0

    chains.run(work())


def test_a_node_of_another_cluster_writes_nothing(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path, **_IMPATIENT) as chain, running(chain) as one:
            await _reached(one, chain)
            chain.faults.rewrite = _genesis(bytes(31) + b"1")
            await until(lambda: one.degraded is not None)
            before = canonical_dump(one.store.db)
            failures = one.errors[ClusterChanged.__name__]
            chain.history.play(10)
            chain.history.close_slot(_FINAL)
            await until(lambda: one.errors[ClusterChanged.__name__] > failures + 3)
            assert canonical_dump(one.store.db) == before
            chain.faults.calm()
            await _reached(one, chain)
            assert_equals(one.store.db, chain.local, vaults=False)

    chains.run(work())


def test_another_cluster_at_the_start_ends_an_indexer_that_is_alone_and_no_server(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path, **_IMPATIENT) as chain:
            async with running(chain) as one:
                await _reached(one, chain)
            chain.faults.rewrite = _genesis(bytes(31) + b"1")
            with pytest.raises(WrongCluster, match="choose another database"):
                await run(chain.settings(), asyncio.Event())
            async with running(chain, alone=False) as one:
                await until(lambda: one.errors[WrongCluster.__name__] > 3)
                chain.faults.calm()
                await _reached(one, chain)

    chains.run(work())


def test_a_cluster_that_a_node_names_once_is_not_what_a_new_database_is_of(
    tmp_path: Path,
) -> None:
    async def work() -> None:
        async with small_chain(tmp_path, **_IMPATIENT) as chain:
            # At both questions before the listing; before what was listed is stored it is asked once more.
            said = _At(0, Nonsense("getGenesisHash", "null", times=2))
            other = _genesis(bytes(31) + b"1")
            chain.faults.rewrite = lambda body, reply: other(body, reply) if said(body, reply) != reply else reply
            async with running(chain, alone=False) as one:
                await _reached(one, chain)
                assert one.errors[ClusterChanged.__name__] == 1
                progress = one.follower.progress
                assert progress is not None
                assert progress.genesis_hash == await one.node.genesis_hash()

    chains.run(work())


@pytest.mark.parametrize("back", [1, 20, 10**6])
def test_slots_that_go_backwards(tmp_path: Path, back: int) -> None:
    async def work() -> None:
        async with small_chain(tmp_path, **_IMPATIENT) as chain, running(chain) as one:
            for _ in range(5):
                asked = chain.faults.asked["getSlot"]
                chain.faults.rewrite = each(
                    "getSlot", lambda _, answer: answer | {"result": max(0, answer["result"] - back)}
                )
                chain.history.play(5)
                chain.history.close_slot(9)
                await until(lambda asked=asked: chain.faults.asked["getSlot"] > asked + 4)  # type: ignore[misc]
                chain.faults.calm()
                await _reached(one, chain)
            assert_equals(one.store.db, chain.local, vaults=False)

    chains.run(work())


def test_a_node_that_gives_no_accounts_away_holds_up_nothing(tmp_path: Path) -> None:
    """Many providers refuse `getProgramAccounts`: rows follow as fast as ever, and what is not done is told."""

    async def work() -> None:
        async with small_chain(tmp_path, **_IMPATIENT) as chain:
            error = {"code": -32010, "message": "excluded from account secondary indexes"}
            chain.faults.rewrite = each(
                "getProgramAccounts", lambda asked, _: {"jsonrpc": "2.0", "id": asked["id"], "error": error}
            )
            async with running(chain) as one:
                await until(lambda: one.errors["RpcError"] > 3)
                chain.history.play(5)
                chain.history.close_slot()
                await _reached(one, chain)
                assert list(one.troubles) == ["comparing with the chain"]
                assert one.degraded is None

    chains.run(work())


class _At:
    """Nonsense from the answer at this place on."""

    def __init__(self, place: int, nonsense: Nonsense) -> None:
        self.nonsense = nonsense
        self._left = place

    def __call__(self, body: bytes, reply: bytes) -> bytes:
        if self.nonsense.method.encode() in body and self._left:
            self._left -= 1
            return reply
        return self.nonsense(body, reply)


def _genesis(hash_: bytes) -> Rewrite:
    return each("getGenesisHash", lambda _, answer: answer | {"result": str(Hash(hash_))})


async def _reached(one: Indexer, chain: SmallChain) -> None:
    """Wait until the newest slot is in the database."""
    tip = chain.local.chain.tip.slot

    def is_there() -> bool:
        progress = one.follower.progress
        return progress is not None and progress.tip_slot >= tip

    await until(is_there)


async def _compared(one: Indexer) -> None:
    """Wait until rows and chain were compared once more."""
    runs = one.reconciler.runs
    await until(lambda: one.reconciler.runs > runs + 1)


def _metric(one: Indexer, name: str) -> float:
    return next(each.samples[0].value for each in IndexerCollector(Watch(one)).collect() if each.name == name)
