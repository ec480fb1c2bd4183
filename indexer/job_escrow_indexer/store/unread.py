"""Transactions that could not be read: passed over, kept by their signatures, and read later, in whatever order."""

import time
from collections.abc import Collection, Iterable

from sqlite_utils import Database

from job_escrow_indexer.source.node import Listed, Unreadable

_AT_ONCE = 100


def keep(db: Database, found: Iterable[Unreadable]) -> None:
    """Put them into the database; belongs inside of a transaction."""
    now = int(time.time())
    db.conn.executemany(
        "INSERT OR REPLACE INTO unread VALUES (?, ?, ?, ?, ?)",
        [(one.listed.signature, one.listed.slot, int(one.listed.failed), one.reason[:500], now) for one in found],
    )


def forget(db: Database, signatures: Collection[str]) -> None:
    """They were read, or a fork has dropped them; belongs inside of a transaction."""
    db.conn.executemany("DELETE FROM unread WHERE signature = ?", [(one,) for one in signatures])


def above(db: Database, slot: int) -> dict[str, int]:
    """The slots of those above a slot, by signature."""
    return dict(db.execute("SELECT signature, slot FROM unread WHERE slot > ?", [slot]).fetchall())


def some(db: Database, up_to: int, after: str) -> list[Listed]:
    """A part of those up to a slot, by signature: those behind `after`."""
    rows = db.execute(
        "SELECT slot, signature, failed FROM unread WHERE slot <= ? AND signature > ? ORDER BY signature LIMIT ?",
        [up_to, after, _AT_ONCE],
    ).fetchall()
    return [Listed(slot, signature, finalized=True, failed=bool(failed)) for slot, signature, failed in rows]


def count(db: Database) -> int:
    """How many there are."""
    number: int = db.execute("SELECT count(*) FROM unread").fetchone()[0]
    return number
