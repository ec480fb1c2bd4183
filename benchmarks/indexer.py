#!/usr/bin/env python3
"""How much the indexer adds to SQLite's own work, and whether that stays so as the database grows.

    python benchmarks/indexer.py                     a table; 1,000,000 events at the larger size
    python benchmarks/indexer.py --events 10000000   at ten million: wants 20 GB of disk
    python benchmarks/indexer.py --json              one line of JSON

Each figure is a ratio of two things measured in this run. Transactions are run by a virtual machine first; the large
database is filled with events made after them, in batches as the indexer stores them.
"""

import argparse
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

from indexer_traffic import EVENTS_OF_AN_ACCOUNT, Traffic, batches, recorded
from job_escrow_indexer.decode.decoder import Decoder
from job_escrow_indexer.queries import balance, connect, ledger, snapshot
from job_escrow_indexer.store.database import DatabaseFile
from job_escrow_indexer.store.progress import Progress
from job_escrow_indexer.store.store import Store
from job_escrow_indexer.store.tables import INSERT_EVENT, INSERT_INSTRUCTION, INSERT_TRANSACTION
from job_escrow_indexer.transaction import Transaction

GOAL_SHARE = 0.4
GOAL_GROWTH = 2.0
GOAL_P99 = 3.0
SMALL = 10_000
_BATCH = 500
_REPEATS = 3
_ASKED = 2_000
_MEASURED = 10_000


@dataclass(frozen=True)
class Figures:
    """What a run measured. Times are microseconds, memory MiB."""

    recorded_transactions: int
    share_of_floor: float
    """Of the rate at which executemany stores the same rows: decode, fold and store together."""
    floor_rows_per_second: int
    row_at_a_time_share: float
    """The same of an upsert of one row at a time, each transaction committed by itself."""
    anchorpy3_decode_share: float | None
    """None: not measured, since its coder needs an environment of its own."""
    events: int
    cost_small: float
    """Of an event, from nothing to 10,000 events."""
    cost_large: float
    """Of an event, the last 10,000 of `events`."""
    cost_growth: float
    balance_p99_growth: float
    ledger_p99_growth: float
    balance_p99_large: float
    ledger_p99_large: float
    memory_small: int
    """The process's own, after the first 10,000 events and at the end; mapped pages of the file are not in it."""
    memory_large: int
    database_mib: int
    row_after_confirmed: float | None
    """Milliseconds from the moment at which a client that polls the signature sees it confirmed; negative: before."""
    polled_confirmed: float | None
    """Milliseconds from sending to that moment: the floor."""


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    parser.add_argument("--events", type=int, default=1_000_000, metavar="N", help="at the larger size (%(default)s)")
    parser.add_argument("--jobs", type=int, default=2_000, metavar="N", help="to record, two transactions each")
    parser.add_argument("--folder", type=Path, help="where databases are made; a temporary folder by default")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="indexer-benchmark-", dir=arguments.folder) as name:
        folder = Path(name)
        transactions = recorded(arguments.jobs)
        share, floor, one_by_one = measure_share(transactions, folder)
        figures = Figures(
            recorded_transactions=len(transactions),
            share_of_floor=share,
            floor_rows_per_second=floor,
            row_at_a_time_share=one_by_one,
            anchorpy3_decode_share=None,
            events=arguments.events,
            **measure_growth(arguments.events, folder),
            **measure_latency(folder),
        )
    print(json.dumps(asdict(figures)) if arguments.json else table(figures))
    good = figures.share_of_floor >= GOAL_SHARE and figures.cost_growth <= GOAL_GROWTH
    return 0 if good and max(figures.balance_p99_growth, figures.ledger_p99_growth) <= GOAL_P99 else 1


def table(figures: Figures) -> str:
    coder = figures.anchorpy3_decode_share
    growth = (
        ("an event", figures.cost_growth, figures.cost_large, GOAL_GROWTH),
        ("p99 of a balance", figures.balance_p99_growth, figures.balance_p99_large, GOAL_P99),
        ("p99 of a ledger page", figures.ledger_p99_growth, figures.ledger_p99_large, GOAL_P99),
    )
    latency = "not measured"
    if figures.row_after_confirmed is not None:
        latency = (
            f"{figures.row_after_confirmed:>10.0f} ms after a client that polls, which sees it "
            f"{figures.polled_confirmed:.0f} ms after sending"
        )
    lines = [
        f"{figures.recorded_transactions:,} recorded transactions",
        f"  executemany of the rows      {figures.floor_rows_per_second:>10,} rows/s",
        f"  decode, fold, store          {figures.share_of_floor:>10.2f} of that (goal: {GOAL_SHARE})",
        f"  a row at a time              {figures.row_at_a_time_share:>10.2f} of that",
        f"  through anchorpy3's coder    {'not measured' if coder is None else f'{coder:>10.2f}'}",
        f"{figures.events:,} events, {figures.database_mib:,} MiB, beside {SMALL:,}",
        *(f"  {what:<29}{times:>10.2f} x ({cost:.0f} µs; goal: {goal:.0f})" for what, times, cost, goal in growth),
        f"  memory                       {figures.memory_small:>10} -> {figures.memory_large} MiB",
        f"from confirmed to its row      {latency}",
    ]
    return "\n".join(lines)


# The share of the floor


class _Recorder(sqlite3.Connection):
    """Keeps every executemany, to do just these again."""

    kept: list[tuple[str, list[Any]]]

    def executemany(self, sql: str, rows: Any, /) -> sqlite3.Cursor:
        found = list(rows)
        self.kept.append((sql, found))
        return super().executemany(sql, found)


def measure_share(transactions: Sequence[Transaction], folder: Path) -> tuple[float, int, float]:
    """The indexer's rate and that of rows one by one as shares of the floor's, and the floor in rows a second."""
    kept = _rows_of(transactions, folder)
    rows = sum(len(part) for batch in kept for _, part in batch)
    floor = min(_floor(kept, folder) for _ in range(_REPEATS))
    ours = min(_ingest(transactions, folder) for _ in range(_REPEATS))
    some = transactions[: len(transactions) // 5]
    alone = _one_by_one(some, folder) * len(transactions) / len(some)
    return round(floor / ours, 3), round(rows / floor), round(floor / alone, 4)


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
                for sql, rows in (
                    (INSERT_TRANSACTION, decoded.transactions),
                    (INSERT_INSTRUCTION, decoded.instructions),
                    (INSERT_EVENT, decoded.events),
                ):
                    for row in rows:
                        file.db.conn.execute(sql.replace("OR IGNORE", "OR REPLACE"), row)
        return time.perf_counter() - start


@contextmanager
def _database(folder: Path) -> Iterator[DatabaseFile]:
    path = folder / f"{random.randrange(10**9)}.db"
    with DatabaseFile(path) as file:
        yield file
    for one in folder.glob(f"{path.name}*"):
        one.unlink()


# Growth


def measure_growth(events: int, folder: Path) -> dict[str, Any]:
    """Costs of an event, queries and memory at 10,000 events and at many."""
    with _database(folder) as file:
        traffic = Traffic(max(1, SMALL // EVENTS_OF_AN_ACCOUNT))
        cost_small = _fill(Store(file.db), traffic, SMALL)
        small = _queries(file.path, traffic)
        memory_small = _memory()
    with _database(folder) as file:
        traffic = Traffic(max(1, events // EVENTS_OF_AN_ACCOUNT))
        store = Store(file.db)
        _fill(store, traffic, events - _MEASURED, say=True)
        cost_large = _fill(store, traffic, _MEASURED, begin=False)
        large = _queries(file.path, traffic)
        size = sum(one.stat().st_size for one in folder.glob(f"{file.path.name}*"))
        if store.gaps or store.counts.quarantined:
            raise RuntimeError(f"the traffic was not the program's: {store.gaps} gaps")
    return {
        "cost_small": round(cost_small, 1),
        "cost_large": round(cost_large, 1),
        "cost_growth": round(cost_large / cost_small, 2),
        "balance_p99_growth": round(large[0] / small[0], 2),
        "ledger_p99_growth": round(large[1] / small[1], 2),
        "balance_p99_large": round(large[0], 1),
        "ledger_p99_large": round(large[1], 1),
        "memory_small": memory_small,
        "memory_large": _memory(),
        "database_mib": size >> 20,
    }


def _fill(store: Store, traffic: Traffic, events: int, *, begin: bool = True, say: bool = False) -> float:
    """Store so many events; gives microseconds for each, without what making them takes."""
    if begin:
        store.ingest(traffic.begin(), _progress(0))
    spent, done, shown = 0.0, 0, time.monotonic()
    for part in batches(islice(traffic.jobs(), events), _BATCH):
        start = time.perf_counter()
        store.ingest(part, _progress(part[-1].slot))
        spent += time.perf_counter() - start
        done += len(part)
        if say and time.monotonic() - shown > 10:
            shown = time.monotonic()
            print(f"{done:,} of {events:,} events, {done / spent:,.0f}/s", file=sys.stderr)
    return spent / events * 1e6


def _progress(slot: int) -> Progress:
    return Progress(
        genesis_hash="benchmark", program="job_escrow", from_slot=0, tip_slot=slot, finalized_slot=slot, anchor=None
    )


def _queries(path: Path, traffic: Traffic) -> tuple[float, float]:
    """The 99th percentile of a balance, now and in the past by turns, and of a ledger's page, in microseconds."""
    rng = random.Random(2)
    connection = connect(path)
    asked = [rng.choice(traffic.accounts) for _ in range(_ASKED)]

    def ask(query: Callable[[Any, str], Any]) -> float:
        times = []
        for account in asked:
            start = time.perf_counter()
            with snapshot(connection) as view:
                query(view, account)
            times.append(time.perf_counter() - start)
        return sorted(times)[len(times) * 99 // 100] * 1e6

    found = (
        ask(lambda view, account: balance(view.at_slot(rng.randint(view.as_of_slot // 2, view.as_of_slot)), account)),
        ask(lambda view, account: ledger(view, account, limit=50)),
    )
    connection.close()
    return found


def _memory() -> int:
    """MiB of the process that belong to no file."""
    (line,) = [one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("RssAnon")]
    return int(line.split()[1]) >> 10


# From confirmed to its row


def measure_latency(folder: Path) -> dict[str, Any]:
    """Milliseconds from a confirmed transaction to its row, on the local chain, beside a client that polls."""
    from indexer_latency import latencies

    polled, rows = latencies(folder)
    middle = len(rows) // 2
    return {
        "row_after_confirmed": round(sorted(rows)[middle], 1),
        "polled_confirmed": round(sorted(polled)[middle], 1),
    }


if __name__ == "__main__":
    sys.exit(main())
