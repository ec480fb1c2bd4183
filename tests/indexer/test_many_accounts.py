"""Whoever opens a thousand tiny accounts makes nothing wrong, and nothing of others' slow."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer_harness import small_chain as chains
from indexer_harness.fault_run import assert_equals
from indexer_harness.small_chain import SmallChain, small_chain
from job_escrow_indexer.indexer import Indexer
from job_escrow_indexer.queries import View, balance, connect, ledger, snapshot
from program_harness.keys import Key
from program_harness.parties import Credit
from sqlite_utils import Database

_ACCOUNTS = 1_000
_AT_ONCE = 20
_FINAL = 34
_ROOM = 1.5
"""What deeper indexes may cost: far less than a thousand rows that somebody looks through."""
_QUERIES: dict[str, Callable[[View, str], object]] = {"balance": balance, "ledger": ledger}


def test_a_thousand_tiny_accounts(tmp_path: Path) -> None:
    """One wallet, a thousand namespaces, a credit in each, while the index follows."""

    async def work() -> None:
        async with small_chain(tmp_path, steps=20) as chain, chain.indexed() as indexed:
            world = chain.history.scene.world
            victim = _opened(chain, world.wallet("victim"), 0)
            attacker = world.person("attacker")
            before = await _steps_of_a_purchase(chain, indexed, victim), _steps_of_queries(chain, victim)
            for number in range(_ACCOUNTS):
                world.buy(_opened(chain, attacker, number), 1, payer=chain.history.scene.stranger)
                if number % _AT_ONCE == 0:
                    chain.history.close_slot(2)
                    await indexed.follower.step()
            chain.history.close_slot()
            await indexed.follower.step()
            assert (indexed.store.counts.rebuilt, indexed.store.gaps) == (0, 0)
            report = await indexed.reconciler.run()
            assert (report.wrong, report.restless, report.undecodable) == ([], [], [])
            assert min(report.accounts, report.vaults) > _ACCOUNTS
            assert_equals(indexed.store.db, chain.local)
            query = "SELECT count(*), sum(paid_available) FROM credit_accounts WHERE wallet = ?"
            held = indexed.store.db.execute(query, [str(attacker.pubkey())]).fetchone()
            assert held == (_ACCOUNTS, _ACCOUNTS)
            after = await _steps_of_a_purchase(chain, indexed, victim), _steps_of_queries(chain, victim)
            assert after[0] < _ROOM * before[0]
            for name, steps in after[1].items():
                assert steps < _ROOM * before[1][name], name

    chains.run(work())


def _opened(chain: SmallChain, wallet: Key, number: int) -> Credit:
    """An account on the platform that sells single credits."""
    credit = Credit(chain.history.scene.platforms[1], wallet, number.to_bytes(16, "big"))
    chain.history.scene.world.open(credit)
    return credit


async def _steps_of_a_purchase(chain: SmallChain, indexed: Indexer, credit: Credit) -> int:
    """What the database has to do for one purchase, once all that was before is final: steps of its machine."""
    chain.history.close_slot(_FINAL)
    await indexed.follower.step()
    chain.history.scene.world.buy(credit, 1)
    chain.history.close_slot()
    with _counted(indexed.store.db) as steps:
        await indexed.follower.step()
    (row,) = indexed.store.db.query("SELECT credits FROM events ORDER BY position DESC LIMIT 1")
    assert row["credits"] == 1
    return steps()


def _steps_of_queries(chain: SmallChain, credit: Credit) -> dict[str, int]:
    """And for the questions that everybody asks."""
    connection = connect(chain.folder / "mirror.db")
    try:
        found = {}
        for name, ask in _QUERIES.items():
            with snapshot(connection) as view, _counted(Database(connection)) as steps:
                ask(view, str(credit.address))
            found[name] = steps()
        return found
    finally:
        connection.close()


@contextmanager
def _counted(db: Database) -> Iterator[Callable[[], int]]:
    done = 0

    def count() -> int:
        nonlocal done
        done += 1
        return 0

    db.conn.set_progress_handler(count, 1)
    try:
        yield lambda: done
    finally:
        db.conn.set_progress_handler(None, 1)
