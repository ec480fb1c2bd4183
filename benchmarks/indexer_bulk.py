"""Makes the large database of the indexer's benchmark: what the indexer has stored of jobs, again and again, later.

A copy has slots, times, signatures and ids of jobs of its own. Balances repeat, so that each copy begins with what the
one before it ended with, and so do the bytes of events. Rows come in the same order into the same tables and indexes as
from the indexer, so that pages are filled alike.
"""

import sys
import time
from multiprocessing import get_context
from pathlib import Path

from indexer_traffic import IN_A_SLOT, TRANSACTIONS_A_SECOND, Traffic
from job_escrow_indexer.accounts.kinds import JOBS
from job_escrow_indexer.decode.columns import COLUMNS
from job_escrow_indexer.position import first_of
from job_escrow_indexer.store.database import PRAGMAS
from sqlite_utils import Database

_COLUMNS = {
    "transactions": ("position", "signature", "block_time", "fee_payer", "fee", "compute_units", "error"),
    "instructions": ("position", "name", "authority", "caller", "failed", "credit_account", "data"),
    "events": ("position", "name", "authority", "data", "vault_base_units", *COLUMNS),
    "jobs": JOBS.columns,
}
_CHANGES = {
    "position": "position + :positions",
    "signature": "printf('%088d', CAST(signature AS INTEGER) + :number)",
    "block_time": "block_time + :seconds",
    "at": "at + :seconds",
    "locked_at": "locked_at + :seconds",
    "ended_at": "ended_at + :seconds",
    "job_id": "job_id + :ids",
    "id": "id + :ids",
}
_BEGINNING = "SELECT position >> 14 << 14 FROM events WHERE name = 'JobLocked' ORDER BY position LIMIT 1"


def repeat(path: Path, traffic: Traffic, copies: int) -> None:
    """Copy the jobs that are stored so many times, in a process of its own, whose memory is not the indexer's."""
    with get_context("spawn").Pool(1) as pool:
        pool.apply(_repeat, (path, traffic.later(), traffic.most_jobs(), copies))
    traffic.go_on_after(copies)


def _repeat(path: Path, later: int, ids: int, copies: int) -> None:
    db = Database(path)
    for pragma in PRAGMAS:
        db.conn.execute(pragma)
    (first,) = db.execute(_BEGINNING).fetchone()
    (last,) = db.execute("SELECT max(rowid) FROM events").fetchone()
    (jobs,) = db.execute("SELECT max(rowid) FROM jobs").fetchone()
    ends = {"first": first, "last": last, "jobs": jobs}
    shown = time.monotonic()
    for copy in range(1, copies + 1):
        number = copy * later
        shift = {
            "number": number,
            "positions": first_of(number // IN_A_SLOT),
            "seconds": number // TRANSACTIONS_A_SECOND,
            "ids": copy * ids,
        }
        with db.atomic():
            for table, columns in _COLUMNS.items():
                which = "rowid <= :jobs" if table == "jobs" else "position BETWEEN :first AND :last"
                copied = ", ".join(_CHANGES.get(name, name) for name in columns)
                db.execute(
                    f"INSERT INTO {table} ({', '.join(columns)}) SELECT {copied} FROM {table} WHERE {which}",
                    shift | ends,
                )
        if time.monotonic() - shown > 10:
            shown = time.monotonic()
            print(f"{copy} of {copies} copies", file=sys.stderr)
    db.close()
