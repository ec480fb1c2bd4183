#!/usr/bin/env python3
"""How much the indexer adds to SQLite's own work, and whether that stays so as the database grows.

    python benchmarks/indexer.py                     a table; 1,000,000 events at the larger size
    python benchmarks/indexer.py --events 10000000   at ten million: wants 20 GB of disk, and a quarter of an hour
    python benchmarks/indexer.py --part share        one part of it: share, growth or latency
    python benchmarks/indexer.py --json              one line of JSON

Each figure is a ratio of two things measured in this run. Transactions are run by a virtual machine first; the large
database is filled with events made after them, in batches as the indexer stores them.
"""

import argparse
import gc
import json
import pickle
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, cast
from unittest.mock import patch

from indexer_bulk import repeat
from indexer_traffic import EVENTS_OF_AN_ACCOUNT, Traffic, batches, recorded
from job_escrow.codec import PROGRAM_ID
from job_escrow.program_files import idl_path
from job_escrow_indexer.decode.decoder import Decoded, Decoder
from job_escrow_indexer.queries import View, balance, connect, ledger, snapshot
from job_escrow_indexer.store.database import PRAGMAS, DatabaseFile
from job_escrow_indexer.store.progress import Progress
from job_escrow_indexer.store.store import Store
from job_escrow_indexer.store.tables import INSERT_EVENT, INSERT_INSTRUCTION, INSERT_TRANSACTION
from job_escrow_indexer.transaction import Transaction

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from support.isolated import isolated_python

GOAL_SHARE = 0.4
GOAL_GROWTH = 2.0
GOAL_P99 = 3.0
SMALL = 10_000
_BATCH = 500
_REPEATS = 5
_ASKED = 2_000
_MEASURED = 10_000


@dataclass(frozen=True)
class Share:
    """Rates as shares of the floor's, at which executemany stores the same rows."""

    recorded_transactions: int
    floor_rows_per_second: int
    decode_fold_store: float
    row_at_a_time: float
    """An upsert of one row at a time, each transaction committed by itself."""
    anchorpy3: float
    """The same with events and instructions read by anchorpy3's coder."""

    def lines(self) -> list[str]:
        """What a person reads."""
        return [
            f"{self.recorded_transactions:,} recorded transactions",
            f"  executemany of the rows      {self.floor_rows_per_second:>10,} rows/s",
            f"  decode, fold, store          {self.decode_fold_store:>10.2f} of that (goal: {GOAL_SHARE})",
            f"  a row at a time              {self.row_at_a_time:>10.2f} of that",
            f"  that, by anchorpy3's coder   {self.anchorpy3:>10.3f} of that",
        ]

    def good(self) -> bool:
        """Whether goals are met."""
        return self.decode_fold_store >= GOAL_SHARE


@dataclass(frozen=True)
class Growth:
    """Costs at many events and at 10,000. Times are microseconds, memory MiB.

    An account has 1,000 events in all of them, so that the large database has more accounts. What that costs is not
    growth but spread, since fewer events of a batch are of one account: a third database tells the two apart.
    """

    events: int
    cost_small: float
    """Of an event, from nothing to 10,000 events."""
    cost_small_of_as_many_accounts: float
    """The same with as many accounts as the large database has."""
    cost_large: float
    """Of an event, the last 10,000 of `events`."""
    balance_p99_small: float
    balance_p99_large: float
    ledger_p99_small: float
    ledger_p99_large: float
    memory: list[int]
    """The process's own after each 10,000 of the last events; mapped pages of the file are not in it."""
    database_mib: int

    def lines(self) -> list[str]:
        """What a person reads."""
        growth = (
            ("an event", self.cost_large, self.cost_small, GOAL_GROWTH),
            ("  of as many accounts", self.cost_large, self.cost_small_of_as_many_accounts, GOAL_GROWTH),
            ("p99 of a balance", self.balance_p99_large, self.balance_p99_small, GOAL_P99),
            ("p99 of a ledger page", self.ledger_p99_large, self.ledger_p99_small, GOAL_P99),
        )
        memory = " -> ".join(map(str, self.memory))
        return [
            f"{self.events:,} events, {self.database_mib:,} MiB, beside {SMALL:,}",
            *(
                f"  {what:<29}{cost / least:>10.2f} x ({cost:.0f} µs; goal: {goal:.0f})"
                for what, cost, least, goal in growth
            ),
            f"  memory                       {memory:>10} MiB (after each {_MEASURED:,} of the last events)",
        ]

    def good(self) -> bool:
        """Whether goals are met; for an event where accounts are as many."""
        queries = (self.balance_p99_large / self.balance_p99_small, self.ledger_p99_large / self.ledger_p99_small)
        return self.cost_large <= GOAL_GROWTH * self.cost_small_of_as_many_accounts and max(queries) <= GOAL_P99


@dataclass(frozen=True)
class Latency:
    """Milliseconds, medians."""

    row_after_confirmed: float
    """From the moment at which a client that polls the signature sees it confirmed; negative: before."""
    polled_confirmed: float
    """From sending to that moment: the floor."""

    def lines(self) -> list[str]:
        """What a person reads."""
        after = f"{self.row_after_confirmed:>10.0f} ms after a client that polls"
        return [f"from confirmed to its row      {after}, which sees it {self.polled_confirmed:.0f} ms after sending"]

    def good(self) -> bool:
        """Whether goals are met: there is none."""
        return True


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    parser.add_argument("--part", choices=("share", "growth", "latency"), action="append", help="only this; repeatable")
    parser.add_argument("--events", type=int, default=1_000_000, metavar="N", help="at the larger size (%(default)s)")
    parser.add_argument("--jobs", type=int, default=2_000, metavar="N", help="to record, two transactions each")
    parser.add_argument("--folder", type=Path, help="where databases are made; a temporary folder by default")
    arguments = parser.parse_args(argv)
    found: dict[str, Share | Growth | Latency] = {}
    with tempfile.TemporaryDirectory(prefix="indexer-benchmark-", dir=arguments.folder) as name:
        folder = Path(name)
        parts: dict[str, Callable[[], Share | Growth | Latency]] = {
            "share": lambda: measure_share(recorded(arguments.jobs), folder),
            "growth": lambda: measure_growth(arguments.events, folder),
            "latency": lambda: measure_latency(folder),
        }
        for part, measure in parts.items():
            if arguments.part is None or part in arguments.part:
                found[part] = measure()
                if not arguments.json:
                    print("\n".join(found[part].lines()), flush=True)
    if arguments.json:
        print(json.dumps({part: asdict(figures) for part, figures in found.items()}))
    return 0 if all(figures.good() for figures in found.values()) else 1


# The share of the floor


class _Recorder(sqlite3.Connection):
    """Keeps every executemany, to do just these again."""

    kept: list[tuple[str, list[Any]]]

    def executemany(self, sql: str, rows: Any, /) -> sqlite3.Cursor:
        found = list(rows)
        self.kept.append((sql, found))
        return super().executemany(sql, found)


def measure_share(transactions: Sequence[Transaction], folder: Path) -> Share:
    """The indexer's rate, and those of simpler ways, beside the floor's."""
    kept = _rows_of(transactions, folder)
    rows = sum(len(part) for batch in kept for _, part in batch)
    # What was recorded is not the indexer's: looking through it for garbage is in neither time.
    gc.collect()
    gc.freeze()
    # By turns, so that what else the machine does meanwhile is in both.
    turns = [(_floor(kept, folder), _ingest(transactions, folder)) for _ in range(_REPEATS)]
    floor, ours = (min(times) for times in zip(*turns, strict=True))
    some = transactions[: len(transactions) // 5]
    alone = _one_by_one(some, folder) * len(transactions) / len(some)
    anchorpy3 = _by_anchorpy3(some, folder) * len(transactions) / len(some)
    return Share(
        recorded_transactions=len(transactions),
        floor_rows_per_second=round(rows / floor),
        decode_fold_store=round(floor / ours, 3),
        row_at_a_time=round(floor / alone, 4),
        anchorpy3=round(floor / anchorpy3, 4),
    )


def _rows_of(transactions: Sequence[Transaction], folder: Path) -> list[list[tuple[str, list[Any]]]]:
    """What the indexer gives to executemany, batch by batch."""
    found: list[list[tuple[str, list[Any]]]] = []
    with patch("sqlite3.connect", partial(sqlite3.connect, factory=_Recorder)), _database(folder) as file:
        store = Store(file.db)
        for part in batches(iter(transactions), _BATCH):
            recorder = cast("_Recorder", file.db.conn)
            recorder.kept = []
            store.ingest(part)
            found.append([each for each in recorder.kept if each[1]])
    return found


def _floor(kept: list[list[tuple[str, list[Any]]]], folder: Path) -> float:
    with _database(folder) as file:
        start = time.perf_counter()
        for batch in kept:
            with file.db.atomic():
                for sql, rows in batch:
                    file.db.conn.executemany(sql, rows)
        return time.perf_counter() - start


def _ingest(transactions: Sequence[Transaction], folder: Path) -> float:
    with _database(folder) as file:
        store = Store(file.db)
        start = time.perf_counter()
        for part in batches(iter(transactions), _BATCH):
            store.ingest(part)
        return time.perf_counter() - start


def _one_by_one(transactions: Sequence[Transaction], folder: Path) -> float:
    """Only history, without the accounts: less work than ours."""
    decoder = Decoder()
    with _database(folder) as file:
        start = time.perf_counter()
        for transaction in transactions:
            decoded = decoder.decode([transaction])
            with file.db.atomic():
                for sql, row in _upserts(decoded):
                    file.db.conn.execute(sql, row)
        return time.perf_counter() - start


def _by_anchorpy3(transactions: Sequence[Transaction], folder: Path) -> float:
    """The same with anchorpy3's coder, which is given the columns: see `indexer_anchorpy3`."""
    decoder, program = Decoder(), str(PROGRAM_ID)
    path, handed_over = folder / "anchorpy3.db", folder / "work.pickle"
    with DatabaseFile(path):
        pass
    work = {
        "idl": str(idl_path()),
        "database": str(path),
        "pragmas": PRAGMAS,
        "transactions": [
            (
                [call.encoded for calls in each.calls for call in calls if call.program == program],
                list(_upserts(decoder.decode([each]))),
            )
            for each in transactions
        ],
    }
    handed_over.write_bytes(pickle.dumps(work))
    script = Path(__file__).with_name("indexer_anchorpy3.py")
    done = subprocess.run(
        [isolated_python("interop-anchorpy3"), "-I", script, handed_over], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def _upserts(decoded: Decoded) -> Iterator[tuple[str, Sequence[Any]]]:
    for sql, rows in (
        (INSERT_TRANSACTION, decoded.transactions),
        (INSERT_INSTRUCTION, decoded.instructions),
        (INSERT_EVENT, decoded.events),
    ):
        for row in rows:
            yield sql.replace("OR IGNORE", "OR REPLACE"), row


@contextmanager
def _database(folder: Path) -> Iterator[DatabaseFile]:
    path = folder / f"{random.randrange(10**9)}.db"
    with DatabaseFile(path) as file:
        yield file
    for one in folder.glob(f"{path.name}*"):
        one.unlink()


# Growth


def measure_growth(events: int, folder: Path) -> Growth:
    """Costs of an event, queries and memory at 10,000 events and at many.

    The databases take turns, so that what else the machine does meanwhile is in all. Most of the large one is made of
    copies, see `indexer_bulk`; the indexer itself stores the first hundredth and the last 50,000.
    """
    with _database(folder) as small, _database(folder) as spread, _database(folder) as large:
        traffic, store = _begun(large, events)
        _turns([_Filling(store, traffic.jobs(), events // 100)])
        repeat(large.path, traffic, (events - 5 * _MEASURED) // (events // 100) - 1)
        # What an indexer has in memory is not of the accounts as they are now.
        store = Store(large.db)
        memory = []
        for _ in range(4):
            _turns([_Filling(store, traffic.jobs(), _MEASURED)])
            memory.append(_memory())
        small_traffic, small_store = _begun(small, SMALL)
        spread_traffic, spread_store = _begun(spread, events)
        costs = _turns(
            [
                _Filling(small_store, small_traffic.jobs(), SMALL),
                _Filling(spread_store, spread_traffic.jobs(), SMALL),
                _Filling(store, traffic.jobs(), _MEASURED),
            ]
        )
        found = _queries([(small.path, small_traffic), (large.path, traffic)])
        size = sum(one.stat().st_size for one in folder.glob(f"{large.path.name}*"))
        for each in (small_store, spread_store, store):
            if each.gaps or each.counts.quarantined:
                raise RuntimeError(f"the traffic was not the program's: {each.gaps} gaps")
    return Growth(
        events=events,
        cost_small=round(costs[0], 1),
        cost_small_of_as_many_accounts=round(costs[1], 1),
        cost_large=round(costs[2], 1),
        balance_p99_small=round(found[0][0], 1),
        balance_p99_large=round(found[1][0], 1),
        ledger_p99_small=round(found[0][1], 1),
        ledger_p99_large=round(found[1][1], 1),
        memory=memory,
        database_mib=size >> 20,
    )


def _begun(file: DatabaseFile, events: int) -> tuple[Traffic, Store]:
    """The traffic of a database that will have so many events, and its accounts stored."""
    traffic, store = Traffic(max(1, events // EVENTS_OF_AN_ACCOUNT)), Store(file.db)
    for part in batches(traffic.begin(), _BATCH):
        store.ingest(part, _progress(0))
    return traffic, store


class _Filling(NamedTuple):
    """A database to be filled with so many events."""

    store: Store
    events: Iterator[Transaction]
    number: int


def _turns(fillings: Sequence[_Filling]) -> list[float]:
    """Store events batch by batch by turns; gives microseconds for each, without what making them takes."""
    spent = [0.0] * len(fillings)
    parts = [batches(islice(each.events, each.number), _BATCH) for each in fillings]
    for turn in zip(*parts, strict=True):
        for at, part in enumerate(turn):
            start = time.perf_counter()
            fillings[at].store.ingest(part, _progress(part[-1].slot))
            spent[at] += time.perf_counter() - start
    return [seconds / each.number * 1e6 for seconds, each in zip(spent, fillings, strict=True)]


def _progress(slot: int) -> Progress:
    return Progress(
        genesis_hash="benchmark", program=str(PROGRAM_ID), from_slot=0, tip_slot=slot, finalized_slot=slot, anchor=None
    )


def _queries(databases: Sequence[tuple[Path, Traffic]]) -> list[tuple[float, float]]:
    """For each the 99th percentiles of a balance of the past and of a ledger's page, in microseconds.

    The files are in the system's memory, where a small one is anyway: a disk's time is the disk's.
    """
    rng = random.Random(2)
    for path, _ in databases:
        _read_through(path)
    connections = [connect(path) for path, _ in databases]

    def past(view: View, account: str) -> object:
        return balance(view.at_slot(rng.randint(view.as_of_slot // 2, view.as_of_slot)), account)

    def page(view: View, account: str) -> object:
        return ledger(view, account, limit=50)

    def ask(query: Callable[[View, str], object]) -> list[float]:
        times: list[list[float]] = [[] for _ in databases]
        # The first half is not counted: it is what a server does once, and brings the pages that all queries share.
        for number in range(2 * _ASKED):
            for at, (connection, (_, traffic)) in enumerate(zip(connections, databases, strict=True)):
                account = rng.choice(traffic.accounts)
                start = time.perf_counter()
                with snapshot(connection) as view:
                    query(view, account)
                if number >= _ASKED:
                    times[at].append(time.perf_counter() - start)
        return [sorted(each)[_ASKED * 99 // 100] * 1e6 for each in times]

    found = list(zip(ask(past), ask(page), strict=True))
    for connection in connections:
        connection.close()
    return found


def _read_through(path: Path) -> None:
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 24):
            pass


def _memory() -> int:
    """MiB of the process that belong to no file."""
    (line,) = [one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("RssAnon")]
    return int(line.split()[1]) >> 10


# From confirmed to its row


def measure_latency(folder: Path) -> Latency:
    """Milliseconds from a confirmed transaction to its row, on the local chain, beside a client that polls."""
    from indexer_latency import latencies

    polled, rows = latencies(folder)
    middle = len(rows) // 2
    return Latency(
        row_after_confirmed=round(sorted(rows)[middle], 1),
        polled_confirmed=round(sorted(polled)[middle], 1),
    )


if __name__ == "__main__":
    sys.exit(main())
