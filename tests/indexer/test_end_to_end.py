"""A scenario of all instructions on a real node, while the indexer's connection is cut and the indexer is killed."""

import asyncio
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from caller import CALLER_ID
from escrow_harness.scenario import play
from escrow_harness.through_a_caller import Purchased, play_through_a_caller
from faults import Fault, FaultProxy, Faults, fault_proxy
from indexer_harness import process
from indexer_harness.fault_run import until_final, verify
from job_escrow.chain.driving import run
from job_escrow.chain.requests import GetTransaction
from job_escrow.chain.rpc import RpcChain
from job_escrow.codec import PROGRAM_ID, Event, decode_event
from job_escrow.transactions import events_of
from job_escrow_indexer.settings import Limits
from job_escrow_indexer.source.rpc import Rpc
from job_escrow_indexer.source.wake import websocket_url
from job_escrow_indexer.store.database import read_only
from solders.signature import Signature
from sqlite_utils import Database

NODES = [
    pytest.param("localnet_url", id="localnet"),
    pytest.param("validator_url", id="solana-test-validator", marks=pytest.mark.validator),
]
_SHARES = dict.fromkeys((Fault.TOO_MANY_REQUESTS, Fault.SERVER_ERROR, Fault.CUT_BEFORE, Fault.CUT_AFTER), 0.03)


@pytest.mark.parametrize("node", NODES)
def test_everything_is_there_once_and_in_order(node: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url: str = request.getfixturevalue(node)
    database = tmp_path / "mirror.db"
    faults = Faults(
        seed=1,
        http=dict(_SHARES),
        http_next=[None, None, Fault.CUT_AFTER],
        websocket={Fault.DROPPED: 0.2, Fault.CUT_AFTER: 0.05},
    )
    with fault_proxy(url, websocket_url(url), faults) as proxy:
        with _disturbed(proxy, database) as kills, RpcChain(url) as chain:
            play(chain)
            purchased = play_through_a_caller(chain)
        assert kills
        assert Fault.CUT_AFTER in faults.happened
        faults.calm()
        indexer = process.start(proxy.url, proxy.websocket_url, database)
        try:
            asyncio.run(_until_final(database, url))
        finally:
            code = process.stop(indexer)
        assert code == 0
    report = asyncio.run(verify(database, url))
    assert (report.wrong, report.restless, report.undecodable) == ([], [], [])
    assert report.accounts > 0
    assert report.vaults > 0
    db = read_only(database)
    stored = {row["signature"]: row for row in db.query("SELECT * FROM transactions ORDER BY position")}
    expected = asyncio.run(_signatures(url))
    assert list(stored) == [signature for _, _, signature in expected]
    assert [(row["slot"], row["transaction_index"]) for row in stored.values()] == [one[:2] for one in expected]
    with RpcChain(url) as chain:
        events: list[Event] = []
        for _, _, signature in expected:
            landed = run(_transaction(signature), chain)
            events += events_of(landed) if landed.error is None else ()
    assert [decode_event(row["data"]) for row in db.query("SELECT data FROM events ORDER BY position")] == events
    assert db.table("quarantine").count == 0
    _assert_purchased(db, purchased)
    db.conn.close()


def _assert_purchased(db: Database, purchased: Purchased) -> None:
    """What was bought through another program is there, and nothing that it made up."""
    assert purchased.reported == purchased.through_the_caller
    bought = "SELECT credits FROM events WHERE name = 'CreditsPurchased' AND credit_account = ? ORDER BY position"
    account = str(purchased.credit_account)
    assert [row["credits"] for row in db.query(bought, [account])] == [1_000, *purchased.through_the_caller]
    rows = db.query("SELECT caller FROM instructions WHERE credit_account = ? ORDER BY position", [account])
    assert [row["caller"] for row in rows][-3:] == [str(CALLER_ID)] * 3
    (row,) = db.query("SELECT paid_available FROM credit_accounts WHERE address = ?", [account])
    assert row["paid_available"] == 1_000 + sum(purchased.through_the_caller)


@contextmanager
def _disturbed(proxy: FaultProxy, database: Path) -> Iterator[list[int]]:
    """An indexer that is killed and started again and again for the length of a block; gives the times it was."""
    chance, done, kills = random.Random(1), threading.Event(), list[int]()

    def disturb() -> None:
        while not done.is_set():
            asked = proxy.faults.asked.total()
            indexer = process.start(proxy.url, proxy.websocket_url, database)
            # One that was killed before it asked for anything would prove nothing.
            while proxy.faults.asked.total() == asked and not done.wait(0.02):
                pass
            done.wait(chance.uniform(0.0, 3.0))
            process.kill(indexer)
            kills.append(indexer.pid or 0)

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        yield kills
    finally:
        done.set()
        thread.join()


async def _until_final(database: Path, url: str) -> None:
    async with Rpc(url, Limits()) as rpc:
        await until_final(database, await rpc.call("getSlot", {"commitment": "confirmed"}))


async def _signatures(url: str) -> list[tuple[int, int, str]]:
    """Slot, place in the slot by its block, and signature of every transaction of the program, the oldest first."""
    found: list[tuple[int, int, str]] = []
    async with Rpc(url, Limits(requests_per_second=1_000)) as rpc:
        listed: list[dict[str, Any]] = []
        while page := await rpc.call(
            "getSignaturesForAddress", str(PROGRAM_ID), {"before": listed[-1]["signature"]} if listed else {}
        ):
            listed += page
        for slot in sorted({one["slot"] for one in listed}):
            config = {"transactionDetails": "signatures", "rewards": False, "maxSupportedTransactionVersion": 0}
            block = await rpc.call("getBlock", slot, config)
            ours = {one["signature"] for one in listed}
            found += [(slot, at, one) for at, one in enumerate(block["signatures"]) if one in ours]
    return found


def _transaction(signature: str) -> Any:
    return (yield GetTransaction(Signature.from_string(signature)))
