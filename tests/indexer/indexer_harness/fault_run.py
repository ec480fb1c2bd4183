"""One seeded fault run: an indexer follows a random history through faults, kills and a full disk, to the end."""

import asyncio
import contextlib
import json
import sqlite3
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import base58
from caller import CALLER_ID, caller_program
from faults import Fault, Faults
from faults.proxy import serving as proxy_serving
from job_escrow.codec import EVENT_TAG, PROGRAM_ID
from job_escrow_indexer.follow import Follower
from job_escrow_indexer.position import position
from job_escrow_indexer.reconcile import Reconciler, Report
from job_escrow_indexer.settings import Limits
from job_escrow_indexer.source.node import Node as IndexedNode
from job_escrow_indexer.source.rpc import Rpc
from job_escrow_indexer.store.database import DatabaseFile, read_only
from job_escrow_indexer.store.progress import Progress
from job_escrow_indexer.store.store import Store
from job_escrow_indexer.tokens import token_amount
from job_escrow_localnet.config import AccountFile, LocalnetConfig, ProgramFile
from job_escrow_localnet.node import Node
from job_escrow_localnet.server import serving
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction
from sqlite_utils import Database
from support.genesis import write_genesis

from indexer_harness import process
from indexer_harness.chain_machine import ChainMachine
from indexer_harness.compare import assert_mirrors
from indexer_harness.history import History

_NEVER_MS = 10**9
_FINAL = 34
_SECONDS = 300.0


async def fault_run(seed: int, folder: Path) -> Counter[str]:
    """Play the run of a seed; gives what happened in it. Raises AssertionError where database and chain differ."""
    dice = Random(f"fault run {seed}")
    faults = _faults(seed, dice)
    database = folder / "mirror.db"
    happened: Counter[str] = Counter()
    async with (
        serving(localnet_config(folder)) as running,
        proxy_serving(running.url, running.websocket_url, faults) as proxy,
    ):
        history = History(seed, ChainMachine(running.node, seed))
        indexer = None
        try:
            for _ in range(dice.randint(6, 12)):
                history.play(dice.randint(5, 60))
                history.close_slot(dice.choice((1, 1, 2, 5, 40)))
                if dice.random() < 0.3:
                    history.fork(dice.randint(1, 20))
                    happened["fork"] += 1
                if indexer is not None and dice.random() < 0.4:
                    await asyncio.to_thread(process.kill, indexer)
                    happened["kill"] += 1
                    indexer = None
                if indexer is None and dice.random() < 0.9:
                    room = dice.choice((None, None, 0, 1, 5, 20))
                    happened["full disk"] += room is not None
                    number = seed * 100 + happened["start"]
                    indexer = await asyncio.to_thread(
                        process.start, proxy.url, proxy.websocket_url, database, seed=number, room=room
                    )
                    happened["start"] += 1
                await asyncio.sleep(dice.choice((0.0, 0.02, 0.1, 0.3)))
                assert indexer is None or indexer.exitcode is None, f"the indexer ended: {indexer.exitcode}"
            if indexer is not None:
                await asyncio.to_thread(process.kill, indexer)
            faults.calm()
            history.close_slot(_FINAL)
            indexer = await asyncio.to_thread(process.start, proxy.url, proxy.websocket_url, database, seed=seed)
            await until_final(database, running.node.chain.root.slot)
            code = await asyncio.to_thread(process.stop, indexer)
            assert code == 0, f"the indexer ended with {code}"
        finally:
            if indexer is not None and indexer.is_alive():
                await asyncio.to_thread(process.kill, indexer)
        report = await verify(database, running.url)
        assert report.wrong == [], report.wrong
        assert report.restless == report.undecodable == []
        db = read_only(database)
        with contextlib.closing(db.conn):
            happened["transactions"] += assert_equals(db, running.node)
            assert list(db.query("SELECT * FROM differences WHERE healed <> 'transfer'")) == []
            happened["events"] += db.table("events").count
            happened["through another program"] += db.execute(
                "SELECT count(*) FROM instructions WHERE caller IS NOT NULL AND NOT failed"
            ).fetchone()[0]
            happened["transfers"] += db.table("differences").count
    happened.update(str(fault) for fault in faults.happened)
    return happened


def localnet_config(folder: Path) -> LocalnetConfig:
    """A local chain with the program, one that calls it, and USDC, whose slots nobody closes but the test."""
    genesis = write_genesis(folder / "genesis")
    caller = folder / "caller.so"
    caller.write_bytes(caller_program())
    accounts = genesis["accounts"]
    assert isinstance(accounts, dict)
    return LocalnetConfig(
        rpc_port=0,
        slot_ms=_NEVER_MS,
        programs=(
            ProgramFile(address=str(PROGRAM_ID), path=Path(str(genesis["program"]))),
            ProgramFile(address=str(CALLER_ID), path=caller),
        ),
        accounts=tuple(AccountFile(path=Path(file), address=address) for address, file in accounts.items()),
    )


def assert_equals(db: Database, node: Node, *, vaults: bool = True) -> int:
    """Raise AssertionError where the database is not the chain; gives how many transactions there are."""
    every = [(one, json.loads(one.meta)) for one in node.chain.ledger.transactions(0, node.chain.tip.slot)]
    keys = {one.signature: _keys(one.wire, meta) for one, meta in every}
    records = [(one, meta) for one, meta in every if str(PROGRAM_ID) in keys[one.signature]]
    expected = [(position(one.slot, one.place), str(one.signature), one.error is not None) for one, _ in records]
    rows = db.query("SELECT position, signature, error IS NOT NULL AS failed FROM transactions ORDER BY position")
    assert [(row["position"], row["signature"], bool(row["failed"])) for row in rows] == expected
    events = [
        (position(one.slot, one.place, group["index"], at), base58.b58decode(inner["data"]))
        for one, meta in records
        if one.error is None
        for group in meta["innerInstructions"] or ()
        for at, inner in enumerate(group["instructions"], 1)
        if keys[one.signature][inner["programIdIndex"]] == str(PROGRAM_ID)
        and base58.b58decode(inner["data"]).startswith(EVENT_TAG)
    ]
    rows = db.query("SELECT position, data FROM events ORDER BY position")
    assert [(row["position"], row["data"]) for row in rows] == events
    assert db.table("quarantine").count == 0
    owned = node.chain.accounts.owned_by(PROGRAM_ID, node.chain.tip.slot)
    addresses = {row["vault"] for row in db.query("SELECT vault FROM credit_accounts")} if vaults else set()
    held = {vault: node.chain.accounts.get(Pubkey.from_string(vault)) for vault in addresses}
    amounts = {vault: None if found is None else token_amount(found.data) for vault, found in held.items()}
    assert_mirrors(db, {str(key): account.data for key, account in owned}, amounts)
    return len(expected)


def _keys(wire: bytes, meta: dict[str, Any]) -> list[str]:
    """The accounts of a transaction in the order in which they are numbered."""
    static = VersionedTransaction.from_bytes(wire).message.account_keys
    return [*map(str, static), *meta["loadedAddresses"]["writable"], *meta["loadedAddresses"]["readonly"]]


def _faults(seed: int, dice: Random) -> Faults:
    share = dice.choice((0.0, 0.02, 0.1))
    http = (Fault.TOO_MANY_REQUESTS, Fault.SERVER_ERROR, Fault.SLOW, Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.TRUNCATED)
    websocket = (Fault.DROPPED, Fault.REPEATED, Fault.REORDERED, Fault.CUT_AFTER)
    return Faults(seed=seed, http=dict.fromkeys(http, share), websocket=dict.fromkeys(websocket, 2 * share), delay=0.03)


async def until_final(database: Path, slot: int) -> None:
    """Wait until everything up to a slot is in the database and final."""
    deadline = asyncio.get_running_loop().time() + _SECONDS
    while True:
        with contextlib.suppress(sqlite3.OperationalError):
            db = read_only(database)
            with contextlib.closing(db.conn):
                progress = Progress.read(db)
            if progress is not None and progress.finalized_slot >= slot:
                return
        assert asyncio.get_running_loop().time() < deadline, "the indexer did not get to the end of the chain"
        await asyncio.sleep(0.02)


async def verify(database: Path, url: str) -> Report:
    """Compare a database that nobody writes with a node."""
    with DatabaseFile(database) as file:
        async with Rpc(url, Limits(requests_per_second=2_000)) as rpc:
            follower = Follower(Store(file.db), IndexedNode(rpc, str(PROGRAM_ID)))
            return await Reconciler(follower).run()
