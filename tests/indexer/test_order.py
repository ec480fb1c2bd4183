"""The same transactions give the same database: forwards, backwards, shuffled, in any batches, and again."""

import sqlite3
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from indexer_harness.compare import assert_mirrors
from indexer_harness.dump import canonical_dump
from indexer_harness.memory import memory_database
from indexer_harness.recording import RecordingMachine
from job_escrow.codec import PROGRAM_ID, decode_event
from job_escrow_indexer.position import position
from job_escrow_indexer.store.database import DatabaseFile
from job_escrow_indexer.store.store import Store
from job_escrow_indexer.transaction import Transaction
from program_harness.simulation.driver import Simulation

STEPS = 400


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    run = Simulation(7, RecordingMachine(verify=False))
    run.run(STEPS)
    return run


@pytest.fixture(scope="module")
def recorded(simulation: Simulation) -> list[Transaction]:
    machine = simulation.scene.world.machine
    assert isinstance(machine, RecordingMachine)
    return machine.recorded


def _store() -> Store:
    return Store(memory_database())


def _ingest(transactions: list[Transaction], batch: int) -> Store:
    store = _store()
    for start in range(0, len(transactions), batch):
        store.ingest(transactions[start : start + batch])
    return store


def test_rows_are_the_chain(simulation: Simulation, recorded: list[Transaction]) -> None:
    store = _ingest(recorded, 50)
    machine = simulation.scene.world.machine
    accounts = {
        str(key): bytes(found.data) for key, found in machine.svm.get_program_accounts(PROGRAM_ID) if found.lamports
    }
    # Deposits are no transactions of the program: only `reconcile` sees them.
    assert_mirrors(store.db, accounts, {})
    rows = store.db.query("SELECT data FROM events ORDER BY position")
    assert [decode_event(row["data"]) for row in rows] == machine.events
    assert store.gaps == 0
    assert store.counts.rebuilt == 0
    assert store.db.table("quarantine").count == 0


def test_order_and_batches_make_no_difference(recorded: list[Transaction]) -> None:
    forwards = canonical_dump(_ingest(recorded, 50).db)
    assert len(forwards.splitlines()) > 2 * STEPS
    shuffled = list(recorded)
    Random(3).shuffle(shuffled)
    assert canonical_dump(_ingest(recorded[::-1], 50).db) == forwards
    assert canonical_dump(_ingest(shuffled, 7).db) == forwards
    assert canonical_dump(_ingest(recorded, 1).db) == forwards
    assert canonical_dump(_ingest(shuffled + recorded, 50).db) == forwards


def test_what_a_fork_takes_back_leaves_nothing(recorded: list[Transaction]) -> None:
    kept, dropped = recorded[:-100], recorded[-100:]
    store = _ingest(recorded, 50)
    store.replace([position(one.slot, one.index) for one in dropped], [])
    assert canonical_dump(store.db) == canonical_dump(_ingest(kept, 50).db)


def test_vaults_hold_what_the_chain_had_after_the_last_transaction(recorded: list[Transaction]) -> None:
    store = _ingest(recorded, 50)
    last: dict[str, int] = {}
    for one in recorded:
        if one.error is None:
            last.update(one.token_balances)
    rows = {row["address"]: row["base_units"] for row in store.db.query("SELECT * FROM vaults")}
    assert any(rows.values())
    for address, base_units in rows.items():
        assert base_units is None or int(base_units) <= last[address]


def test_another_process_that_writes_meanwhile_stops_nothing(recorded: list[Transaction], tmp_path: Path) -> None:
    """As the account API does, between the indexer's first look and its first row."""
    path = tmp_path / "index.sqlite"
    with DatabaseFile(path) as file:
        file.db.execute("CREATE TABLE others (value INTEGER)")
        file.db.conn.commit()
        other = sqlite3.connect(path, timeout=0, isolation_level=None)

        def write(statement: str) -> None:
            if statement.startswith("INSERT"):
                with suppress(sqlite3.OperationalError):
                    other.execute("INSERT INTO others VALUES (1)")

        file.db.conn.set_trace_callback(write)
        Store(file.db).ingest(recorded[:50])
        file.db.conn.set_trace_callback(None)
        other.execute("INSERT INTO others VALUES (2)")
        other.close()
        assert file.db.table("transactions").count == 50
