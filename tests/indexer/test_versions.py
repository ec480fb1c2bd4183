"""Transactions of version 1 are read; those of versions to come are passed over, told, and read by who can."""

from pathlib import Path

import pytest
from faults.answers import as_version, each
from indexer_harness import small_chain as chains
from indexer_harness.dump import canonical_dump
from indexer_harness.fault_run import assert_equals
from indexer_harness.running import running, until
from indexer_harness.small_chain import SmallChain, small_chain
from job_escrow_indexer.indexer import Indexer
from job_escrow_indexer.monitoring.endpoint import health
from job_escrow_indexer.monitoring.metrics import Watch
from job_escrow_indexer.position import transaction_of_sql
from job_escrow_indexer.source.node import NotThere
from job_escrow_indexer.store import unread
from job_escrow_indexer.transaction import MalformedTransaction

_FINAL = 34
_NEXT = 2
# What changes a credit account shows when accounts are compared.
_OF_AN_ACCOUNT = f"""
    WHERE position IN (SELECT {transaction_of_sql("position")} FROM events WHERE credit_account IS NOT NULL)
"""


@pytest.mark.parametrize("final", [True, False], ids=["final", "confirmed"])
def test_version_1_is_read_as_any_other(tmp_path: Path, final: bool) -> None:
    async def work() -> None:
        async with small_chain(tmp_path) as chain:
            if final:
                chain.history.close_slot(_FINAL)
            async with chain.indexed(name="plain.db") as plain:
                await plain.follower.step()
                expected = canonical_dump(plain.store.db)
            chain.faults.rewrite = as_version(1)
            async with chain.indexed() as indexed:
                await indexed.follower.step()
                assert canonical_dump(indexed.store.db) == expected
                assert unread.count(indexed.store.db) == 0
                _equals(indexed, chain)

    chains.run(work())


@pytest.mark.parametrize("final", [True, False], ids=["final", "confirmed"])
def test_a_version_to_come_is_passed_over_and_read_by_the_release_that_knows_it(tmp_path: Path, final: bool) -> None:
    async def work() -> None:
        async with small_chain(tmp_path) as chain:
            if final:
                chain.history.close_slot(_FINAL)
            every = await _signatures(chain)
            chosen = set(every[3::5])
            chain.faults.rewrite = as_version(_NEXT, chosen.__contains__)
            async with chain.indexed() as indexed:
                await indexed.follower.step()
                stored = {row["signature"] for row in indexed.store.db.query("SELECT signature FROM transactions")}
                assert stored == set(every) - chosen
                rows = list(indexed.store.db.query("SELECT signature, reason FROM unread"))
                assert {row["signature"] for row in rows} == chosen
                assert all("version" in row["reason"] for row in rows)
                # What they did is in the accounts all the same, as the chain has them.
                chain.history.close_slot(_FINAL)
                assert (await indexed.reconciler.run()).wrong
                assert (await indexed.reconciler.run()).wrong == []
                asked = chain.faults.asked["getTransaction"]
                await indexed.follower.step()
                assert chain.faults.asked["getTransaction"] == asked
            chain.faults.calm()
            async with chain.indexed() as upgraded:
                await upgraded.follower.step()
                assert await upgraded.follower.retry_unread()
                assert not await upgraded.follower.retry_unread()
                assert unread.count(upgraded.store.db) == 0
                assert (await upgraded.reconciler.run()).wrong == []
                _equals(upgraded, chain)

    chains.run(work())


def test_what_was_passed_over_and_a_fork_dropped_is_forgotten(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path) as chain, chain.indexed() as indexed:
            chain.history.close_slot(_FINAL)
            await indexed.follower.step()
            chain.history.play(10)
            chain.history.close_slot(2)
            chain.faults.rewrite = as_version(_NEXT)
            await indexed.follower.step()
            assert unread.count(indexed.store.db) > 0
            chain.faults.calm()
            chain.history.fork(3)
            chain.history.close_slot(_FINAL)
            await indexed.follower.step()
            await indexed.follower.retry_unread()
            assert unread.count(indexed.store.db) == 0
            await indexed.reconciler.run()
            _equals(indexed, chain)

    chains.run(work())


def test_a_node_that_refuses_a_version_that_it_was_asked_for_is_not_believed_at_once(tmp_path: Path) -> None:
    """All would be passed over, since one node behind a balancer is old."""

    async def work() -> None:
        async with small_chain(tmp_path) as chain, chain.indexed() as indexed:
            refused = {"code": -32015, "message": "Transaction version (0) is not supported by the requesting client"}
            chain.faults.rewrite = each(
                "getTransaction", lambda asked, _: {"jsonrpc": "2.0", "id": asked["id"], "error": refused}
            )
            with pytest.raises(MalformedTransaction, match="not given though it can be read"):
                await indexed.follower.step()
            chain.faults.calm()
            await indexed.follower.step()
            assert unread.count(indexed.store.db) == 0
            _equals(indexed, chain)

    chains.run(work())


def test_one_transaction_that_always_comes_garbled_is_passed_over_after_some_attempts(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path) as chain, chain.indexed() as indexed:
            one = (await _signatures(chain, _OF_AN_ACCOUNT))[-1]
            chain.faults.rewrite = each(
                "getTransaction",
                lambda asked, answer: (
                    answer | {"result": answer["result"] | {"meta": 5}} if asked["params"][0] == one else answer
                ),
            )
            failures = 0
            while True:
                try:
                    await indexed.follower.step()
                    break
                except (MalformedTransaction, NotThere):
                    failures += 1
            assert failures == 8
            assert [row["signature"] for row in indexed.store.db.query("SELECT signature FROM unread")] == [one]
            # Nor does it hold up the comparison, which asks for the transactions of each account.
            chain.history.close_slot(_FINAL)
            assert (await indexed.reconciler.run()).wrong
            chain.faults.calm()
            chain.history.close_slot(_FINAL)
            await indexed.follower.step()
            await indexed.follower.retry_unread()
            _equals(indexed, chain)

    chains.run(work())


def test_an_indexer_tells_of_what_it_passed_over_and_compares_at_once(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path, passed_over_seconds=0.0) as chain:
            chain.history.close_slot(_FINAL)
            async with running(chain) as one:
                await until(lambda: one.reconciler.runs == 1)
                chain.history.play(20)
                chain.faults.rewrite = as_version(_NEXT)
                chain.history.close_slot(_FINAL)
                # The rows are those of the chain, though what made them so is not among them.
                await until(lambda: one.reconciler.runs > 1 and one.follower.passed_over > 0)
                assert Watch(one).stored().unread > 0
                good, said = health(Watch(one))
                assert (good, said["unread"]) == (True, Watch(one).stored().unread)

    chains.run(work())


async def _signatures(chain: SmallChain, where: str = "") -> list[str]:
    """Those of the transactions that name the program, the oldest first."""
    async with chain.indexed(name="all.db") as indexed:
        await indexed.follower.step()
        return [row["signature"] for row in indexed.store.db.query(f"SELECT signature FROM transactions {where}")]


def _equals(indexed: Indexer, chain: SmallChain) -> None:
    assert_equals(indexed.store.db, chain.local, vaults=False)
