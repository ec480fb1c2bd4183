"""Rows and chain are compared field by field; what differs is told, explained and healed."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from faults.answers import Rewrite, each
from indexer_harness import small_chain as chains
from indexer_harness.fault_run import assert_equals
from indexer_harness.small_chain import SmallChain, small_chain
from job_escrow_indexer.accounts.kinds import CREDIT_ACCOUNTS
from job_escrow_indexer.indexer import Indexer
from job_escrow_indexer.queries import NotIndexed, balance, connect, ledger, snapshot, statement, stream_ledger
from job_escrow_indexer.reconcile import Report
from job_escrow_indexer.source.rpc import NodeUnavailable
from program_harness import tokens
from solders.pubkey import Pubkey

Message = dict[str, Any]

_FINAL = 34


async def _compared(indexed: Indexer, chain: SmallChain) -> Report:
    report = await indexed.reconciler.run()
    assert_equals(indexed.store.db, chain.local)
    again = await indexed.reconciler.run()
    assert again.differences == []
    assert again.accounts == report.accounts > 0
    return report


def test_nothing_is_found_where_nothing_is_wrong(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path) as chain, chain.indexed() as indexed:
            report = await _compared(indexed, chain)
            assert report.wrong == []
            assert report.vaults > 0

    chains.run(work())


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("credit_accounts", "paid_available", 1_000_000),
        ("credit_accounts", "lots", "[]"),
        ("platforms", "fee_bps", 9_999),
        ("payees", "token_account", "'nobody'"),
        ("jobs", "settled", 77),
        ("sessions", "count", 77),
    ],
)
def test_a_spoilt_row_is_told_and_made_anew(tmp_path: Path, table: str, column: str, value: object) -> None:
    async def work() -> None:
        async with small_chain(tmp_path, seed=11, steps=150) as chain, chain.indexed() as indexed:
            await indexed.follower.step()
            shown = f"'{value}'" if value == "[]" else value
            row = "SELECT rowid FROM {} WHERE {} LIMIT 1".format(
                table, "1" if table == "platforms" else "ended_at IS NULL"
            )
            done = indexed.store.db.execute(f"UPDATE {table} SET {column} = {shown} WHERE rowid = ({row})")
            indexed.store.db.conn.commit()
            assert done.rowcount == 1
            report = await _compared(indexed, chain)
            (one,) = report.wrong
            assert (one.field, one.healed) == (column, "rebuilt")
            assert indexed.reconciler.found == 1
            assert indexed.store.db.table("differences").count_where("healed = 'rebuilt'") == 1

    chains.run(work())


def test_a_transaction_that_is_missing_is_fetched(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path, steps=150) as chain:
            chain.history.close_slot(_FINAL)
            async with chain.indexed() as indexed:
                await indexed.follower.step()
                (place,) = indexed.store.db.execute(
                    "SELECT position >> 14 << 14 FROM events WHERE name = 'CreditsPurchased' AND credit_account IN "
                    "(SELECT address FROM credit_accounts WHERE ended_at IS NULL) LIMIT 1"
                ).fetchone()
                indexed.store.replace([place], [])
                report = await _compared(indexed, chain)
                assert {one.healed for one in report.wrong} == {"history"}

    chains.run(work())


def test_a_row_that_no_event_explains_begins_from_what_was_read(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path, seed=9, steps=150) as chain, chain.indexed() as indexed:
            await indexed.follower.step()
            (address,) = indexed.store.db.execute(
                "SELECT address FROM credit_accounts WHERE ended_at IS NULL AND open_jobs > 0 LIMIT 1"
            ).fetchone()
            # The event is gone and its transaction is not: nothing that can be fetched.
            indexed.store.db.execute(
                "DELETE FROM events WHERE position = (SELECT min(position) FROM events WHERE credit_account = ?)",
                [address],
            )
            indexed.store.db.conn.commit()
            indexed.store.rebuild([(CREDIT_ACCOUNTS, address)])
            chain.history.close_slot(_FINAL)
            report = await indexed.reconciler.run()
            assert {one.healed for one in report.wrong} == {"read"}
            chain.history.play(80)
            chain.history.close_slot()
            assert (await indexed.reconciler.run()).wrong == []

    chains.run(work())


def test_history_that_begins_later(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path, steps=150) as chain:
            chain.history.close_slot(_FINAL)
            start = chain.local.chain.tip.slot
            chain.history.play(60)
            chain.history.close_slot(_FINAL)
            async with chain.indexed(from_slot=start) as indexed:
                report = await indexed.reconciler.run()
                assert report.wrong == []
                assert {one.healed for one in report.differences} <= {"beginning", "transfer"}
                (oldest,) = indexed.store.db.execute("SELECT min(slot) FROM transactions").fetchone()
                assert oldest >= start
                for _ in range(5):
                    chain.history.play(20)
                    chain.history.close_slot()
                    assert (await indexed.reconciler.run()).wrong == []

    chains.run(work())


def test_what_is_known_of_before_a_later_beginning(tmp_path: Path) -> None:
    """Balances from the beginning on are exact, also before an account's first event; those of before are refused."""

    async def work() -> None:
        async with small_chain(tmp_path, steps=150) as chain:
            world, platform = chain.history.scene.world, chain.history.scene.platforms[1]
            busy, idle = (world.opened(platform, name, buy=70) for name in ("busy", "idle"))
            chain.history.close_slot(_FINAL)
            start = chain.local.chain.root.slot
            async with chain.indexed(from_slot=start) as indexed:
                assert (await indexed.reconciler.run()).wrong == []
                chain.history.close_slot(2)
                between = chain.local.chain.tip.slot
                world.lock(busy, amount=1, tier=0)
                chain.history.close_slot()
                await indexed.follower.step()
                _assert_known(chain, between, start, str(busy.address), str(idle.address))

    chains.run(work())


def _assert_known(chain: SmallChain, between: int, start: int, busy: str, idle: str) -> None:
    with contextlib.closing(connect(chain.folder / "mirror.db")) as connection:
        for commitment in ("confirmed", "finalized"):
            with snapshot(connection, commitment=commitment) as view:
                assert (balance(view, idle).is_open, balance(view, idle).available) == (True, 70)
                assert balance(view, busy).is_open
        with snapshot(connection) as view:
            now, then = balance(view, busy), balance(view.at_slot(between), busy)
            assert now.locked > 0
            assert (then.is_open, then.available, then.locked) == (True, 70, 0)
            (entry,) = ledger(view, busy).entries
            assert (entry.change_available, entry.change_locked) == (-now.locked, now.locked)
            assert [one.change_available for one in stream_ledger(view, busy)] == [-now.locked]
            today = datetime.fromtimestamp(view.now, UTC)
            for address in (busy, idle):
                with pytest.raises(NotIndexed, match="--from-slot"):
                    balance(view.at_slot(start - 2), address)
                with pytest.raises(NotIndexed, match="--from-slot"):
                    statement(view, address, today.year - 1, today.month)


def test_a_job_that_begins_and_ends_while_it_compares(tmp_path: Path) -> None:
    """It was not there when the rows were looked up, is there when the chain is read, and not when it is read again."""

    async def work() -> None:
        async with small_chain(tmp_path) as chain, chain.indexed() as indexed:
            world, platform = chain.history.scene.world, chain.history.scene.platforms[1]
            credit = world.opened(platform, "alice", buy=100)
            chain.history.close_slot()
            jobs: list[Any] = []

            def before(body: bytes) -> bytes:
                if b"getProgramAccounts" in body and not jobs:
                    jobs.append(world.lock(credit, amount=1, tier=0))
                    chain.history.close_slot()
                return body

            def after(_: Message, answer: Message) -> Message:
                chain.faults.calm()
                world.settle(jobs[0], 1)
                chain.history.close_slot()
                return answer

            chain.faults.asks, chain.faults.rewrite = before, each("getProgramAccounts", after)
            report = await indexed.reconciler.run()
            assert (report.wrong, report.restless) == ([], [])
            assert (await _compared(indexed, chain)).wrong == []

    chains.run(work())


def test_what_was_healed_counts_though_the_node_went_away(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path, steps=150) as chain, chain.indexed() as indexed:
            # Of what is final, a follower asks no more.
            chain.history.close_slot(_FINAL)
            await indexed.follower.step()
            # Of each account, a transaction that has to be fetched: the node goes away after the first.
            missing = indexed.store.db.execute(
                "SELECT max(position) >> 14 << 14 FROM events WHERE name = 'CreditsPurchased' AND credit_account IN "
                "(SELECT address FROM credit_accounts WHERE ended_at IS NULL) GROUP BY credit_account"
            ).fetchall()
            indexed.store.replace(sorted({place for (place,) in missing}), [])
            chain.faults.rewrite = lambda _, answer: b"" if indexed.reconciler.found else answer
            with pytest.raises(NodeUnavailable):
                await indexed.reconciler.run()
            assert indexed.reconciler.found == indexed.store.db.table("differences").count_where("healed = 'history'")
            assert indexed.reconciler.found > 0

    chains.run(work())


def test_a_plain_transfer_into_a_vault_is_noticed(tmp_path: Path) -> None:
    async def work() -> None:
        async with small_chain(tmp_path, steps=150) as chain, chain.indexed() as indexed:
            await indexed.reconciler.run()
            row = next(iter(indexed.store.db.query("SELECT * FROM vaults WHERE base_units IS NOT NULL LIMIT 1")))
            before = _held(chain, row["address"])
            _deposit(chain, row["address"], 123)
            chain.history.close_slot()
            report = await indexed.reconciler.run()
            (one,) = report.differences
            assert (one.address, one.healed, one.on_chain) == (row["address"], "transfer", str(before + 123))
            assert report.wrong == []
            assert_equals(indexed.store.db, chain.local)

    chains.run(work())


def _deposit(chain: SmallChain, vault: str, base_units: int) -> None:
    scene = chain.history.scene
    step = tokens.transfer(
        source=scene.tokens_of(scene.stranger),
        destination=Pubkey.from_string(vault),
        owner=scene.stranger.pubkey(),
        base_units=base_units,
    )
    assert chain.history.machine.send([step], [scene.stranger]).reason is None


def _held(chain: SmallChain, vault: str) -> int:
    return tokens.amount_of(chain.history.machine, Pubkey.from_string(vault))


def test_a_node_that_has_read_the_future(tmp_path: Path) -> None:
    """A slot that the chain never reaches is not waited for for ever, and nothing is healed by such a reading."""

    async def work() -> None:
        async with small_chain(tmp_path, catch_up_seconds=0.2) as chain, chain.indexed() as indexed:
            chain.faults.rewrite = _nothing_at(chain.local.chain.tip.slot + 1_000_000)
            with pytest.raises(NodeUnavailable, match="has not reached"):
                await indexed.reconciler.run()
            chain.faults.calm()
            assert_equals(indexed.store.db, chain.local, vaults=False)
            assert (await _compared(indexed, chain)).wrong == []

    chains.run(work())


def _nothing_at(slot: int) -> Rewrite:
    """No accounts at this slot, whichever are asked for."""

    def none(asked: Message, found: list[None]) -> Message:
        return {"jsonrpc": "2.0", "id": asked["id"], "result": {"context": {"slot": slot}, "value": found}}

    listed = each("getProgramAccounts", lambda asked, _: none(asked, []))
    read = each("getMultipleAccounts", lambda asked, _: none(asked, [None] * len(asked["params"][0])))
    return lambda body, answer: read(body, listed(body, answer))
