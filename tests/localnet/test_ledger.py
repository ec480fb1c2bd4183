"""The ledger: what was confirmed is there after a kill at any point, and nothing is there by half."""

import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from job_escrow_localnet import LocalnetConfig
from job_escrow_localnet.genesis import create_node
from job_escrow_localnet.ledger import LedgerError
from job_escrow_localnet.node import Node
from localnet_harness import builders as b
from localnet_harness.endpoint import Endpoint, until
from localnet_harness.killed_writer import LAMPORTS, WALLET
from localnet_harness.nodes import REPOSITORY, LocalProcess, local_process
from solders.transaction import VersionedTransaction

PAYER = b.key("payer of the ledger")
MONEY = 1_000_000_000_000


class Traffic:
    """A client that sends transfers as fast as it can and notes which it has seen confirmed."""

    def __init__(self, node: Endpoint, round_number: int) -> None:
        self.node = node
        self.confirmed: set[str] = set()
        self.slot = 0
        self.blockhash = b.Hash.default()
        self._number = 1_000_000 * (round_number + 1)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            while True:
                self.blockhash = b.latest(self.node)
                pending = [self._send() for _ in range(5)]
                statuses = self.node.rpc("getSignatureStatuses", pending)["value"]
                for signature, status in zip(pending, statuses, strict=True):
                    if status is not None and status["confirmationStatus"] != "processed":
                        self.confirmed.add(signature)
                self.slot = self.node.rpc("getSlot", {"commitment": "processed"})
        except (OSError, ValueError):
            pass  # the node is gone

    def _send(self) -> str:
        self._number += 1
        instruction = b.pay(PAYER, b.key(f"sink {self._number % 3}").pubkey(), self._number)
        transaction = b.signed([instruction], [PAYER], self.blockhash)
        signature = self.node.rpc("sendTransaction", b.wire(transaction), {"encoding": "base64", "skipPreflight": True})
        assert isinstance(signature, str)
        return signature

    def join(self) -> None:
        self._thread.join(timeout=20)
        assert not self._thread.is_alive()


def _check_whole(folder: Path) -> int:
    """The accounts are what the transactions made of them; gives how many transactions there are."""
    node = create_node(LocalnetConfig(ledger=folder))
    try:
        records = node.chain.ledger.transactions(0, 2**40)
        lamports: dict[str, int] = {}
        for record in records:
            meta = json.loads(record.meta)
            keys = VersionedTransaction.from_bytes(record.wire).message.account_keys
            for key, before, after in zip(keys, meta["preBalances"], meta["postBalances"], strict=True):
                assert lamports.get(str(key), before) == before, f"{key} changed between its transactions"
                lamports[str(key)] = after
        for address, amount in lamports.items():
            account = node.chain.accounts.get(b.Pubkey.from_string(address))
            assert (0 if account is None else account.lamports) == amount
        slots = [block.slot for block in node.chain.ledger.blocks(0, 2**40)]
        assert {record.slot for record in records} <= set(slots)
        return len(records)
    finally:
        node.chain.ledger.close()


def test_every_confirmed_transaction_survives_kills(tmp_path: Path) -> None:
    """Kill -9 under load, again and again, on the same ledger."""
    seed = int(os.environ.get("JOB_ESCROW_SEED", "0")) or random.randrange(2**32)
    chance = random.Random(seed)
    confirmed: set[str] = set()
    slot = 0
    for round_number in range(6):
        with local_process("--ledger", str(tmp_path)) as running:
            node = running.endpoint
            assert node.rpc("getSlot", {"commitment": "processed"}) > slot, f"slots went back, seed {seed}"
            _check_confirmed(node, confirmed, seed)
            if round_number == 0:
                confirmed.add(b.fund(node, PAYER.pubkey(), MONEY))
            traffic = Traffic(node, round_number)
            until(lambda traffic=traffic: len(traffic.confirmed) > 3, what="some traffic")  # type: ignore[misc]
            threading.Event().wait(chance.uniform(0, 0.2))  # where in a slot the kill comes is up to chance
            running.kill()
            traffic.join()
        confirmed |= traffic.confirmed
        slot = max(slot, traffic.slot)
        assert _check_whole(tmp_path) >= len(confirmed), f"seed {seed}"
    assert len(confirmed) > 20


def _check_confirmed(node: Endpoint, confirmed: set[str], seed: int) -> None:
    wanted = sorted(confirmed)
    for start in range(0, len(wanted), 200):
        part = wanted[start : start + 200]
        statuses = node.rpc("getSignatureStatuses", part, {"searchTransactionHistory": True})["value"]
        assert [one["confirmationStatus"] for one in statuses if one] == ["finalized"] * len(part), f"seed {seed}"


def test_a_kill_before_any_statement_leaves_all_or_nothing(tmp_path: Path) -> None:
    """Two slots are written with some ten statements each: a process dies before each of them in turn."""
    path = os.pathsep.join((str(REPOSITORY / "localnet"), str(Path(__file__).parent)))
    subprocess.run(
        [sys.executable, "-m", "localnet_harness.killed_writer", tmp_path, "22"],
        env=os.environ | {"PYTHONPATH": path},
        check=True,
    )
    outcomes = {_slots_left(tmp_path / str(statements)) for statements in range(22)}
    assert outcomes == {0, 1, 2}, "the kills were to come before, between and after two slots"


def _slots_left(folder: Path) -> int:
    """How many slots a killed process left with a transaction, once they are checked."""
    noted = (folder / "confirmed").read_text().split()
    node = create_node(LocalnetConfig(ledger=folder / "ledger"))
    try:
        signatures = [str(one.signature) for one in node.chain.ledger.transactions(0, 2**40)]
        account = node.chain.accounts.get(WALLET)
        assert (0 if account is None else account.lamports) == LAMPORTS * len(signatures)
        # A slot may be on the disk although nobody was told; never the other way round.
        assert signatures[: len(noted)] == noted
        assert len(signatures) <= len(noted) + 1
        assert _slots_are_whole(node)
        return len(signatures)
    finally:
        node.chain.ledger.close()


def _slots_are_whole(node: Node) -> bool:
    slots = [block.slot for block in node.chain.ledger.blocks(0, 2**40)]
    return slots == list(range(len(slots)))


def test_a_stop_keeps_everything_and_goes_on_where_it_was(tmp_path: Path) -> None:
    with local_process("--ledger", str(tmp_path)) as first:
        node = first.endpoint
        signature = b.fund(node, PAYER.pubkey())
        blockhash = b.latest(node)
        genesis = node.rpc("getGenesisHash"), node.rpc("getIdentity")
        b.confirm(node, signature)
        processed = node.rpc("requestAirdrop", str(PAYER.pubkey()), 7)
        slot = node.rpc("getSlot", {"commitment": "processed"})
        height = node.rpc("getBlockHeight", {"commitment": "processed"})
    with local_process("--ledger", str(tmp_path)) as second:
        node = second.endpoint
        assert slot < node.rpc("getSlot", {"commitment": "processed"}) < slot + 100
        assert node.rpc("getBlockHeight", {"commitment": "processed"}) > height
        assert (node.rpc("getGenesisHash"), node.rpc("getIdentity")) == genesis
        statuses = node.rpc("getSignatureStatuses", [signature, processed])["value"]
        assert [one["confirmationStatus"] for one in statuses] == ["finalized"] * 2
        assert node.rpc("isBlockhashValid", str(blockhash), {"commitment": "processed"})["value"] is True
        b.confirm(node, b.send(node, b.signed([b.memo("signed before")], [PAYER], blockhash)))


def test_what_landed_before_a_restart_cannot_land_again(tmp_path: Path) -> None:
    with local_process("--ledger", str(tmp_path)) as first:
        b.fund(first.endpoint, PAYER.pubkey())
        transaction = b.signed([b.memo("once")], [PAYER], b.latest(first.endpoint))
        b.confirm(first.endpoint, b.send(first.endpoint, transaction))
        first.kill()
    with local_process("--ledger", str(tmp_path)) as second:
        config = {"encoding": "base64", "preflightCommitment": "processed"}
        error = second.endpoint.error("sendTransaction", b.wire(transaction), config)
        assert error["data"]["err"] == "AlreadyProcessed"


def test_one_process_at_a_time(tmp_path: Path) -> None:
    with local_process("--ledger", str(tmp_path)):
        with pytest.raises(AssertionError, match="is in use by another local chain"):
            LocalProcess("--ledger", str(tmp_path))
        with pytest.raises(LedgerError, match="use another folder"):
            create_node(LocalnetConfig(ledger=tmp_path))


def test_a_ledger_of_another_version_is_refused(tmp_path: Path) -> None:
    create_node(LocalnetConfig(ledger=tmp_path)).chain.ledger.close()
    database = sqlite3.connect(tmp_path / "ledger.sqlite")
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(LedgerError, match="version 99"):
        create_node(LocalnetConfig(ledger=tmp_path))


def test_the_disk_is_asked_before_anything_counts_as_confirmed(tmp_path: Path) -> None:
    """SQLite syncs its journal on every commit: this is what makes a confirmed slot survive a power cut."""
    node = create_node(LocalnetConfig(ledger=tmp_path))
    try:
        database = node.chain.ledger._db
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert database.execute("PRAGMA synchronous").fetchone() == (2,)
    finally:
        node.chain.ledger.close()
