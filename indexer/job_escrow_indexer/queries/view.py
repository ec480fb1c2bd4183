"""What a query sees: everything up to a slot, at a commitment, read in one transaction so that all answers agree.

A time is turned into a slot once, by bisection over the events, whose clock follows the slots. So the periods of a
statement or a report share their edges: nothing falls between two of them or is counted twice, whatever a clock did.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from job_escrow.codec import PROGRAM_ID
from job_escrow.errors import NotFound

from job_escrow_indexer.position import first_of, slot_of
from job_escrow_indexer.store.binding import Binding

Commitment = Literal["confirmed", "finalized"]

_BUSY_MILLISECONDS = 30_000
# An account's events lie all over a large database, and the way to each is through the same few thousand pages.
_CACHE_KIB = 65_536


class NotIndexed(NotFound):
    """The database has nothing about this; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What every answer says of itself: nothing after `as_of_slot` is in it, and how sure the chain is of that slot."""

    as_of_slot: int
    commitment: Commitment


@dataclass(frozen=True, kw_only=True)
class View:
    """Everything up to and including a slot.

    `now` is the unix time that deadlines and expiries are held against: a clock's, or that of the newest event, if the
    clock is behind it.
    """

    connection: sqlite3.Connection
    as_of_slot: int
    commitment: Commitment
    now: int
    genesis_hash: str
    """Of the chain that all of it is of."""

    @property
    def end(self) -> int:
        """The first position that is not in it."""
        return first_of(self.as_of_slot + 1)

    def rows(self, sql: str, *parameters: Any) -> list[Any]:  # noqa: ANN401  (as sqlite3 has it)
        """All rows of a query that is known to give few."""
        return self.connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, *parameters: Any) -> Any:  # noqa: ANN401  (as sqlite3 has it)
        """The first row; None where there is none."""
        return self.connection.execute(sql, parameters).fetchone()

    def each(self, sql: str, *parameters: Any) -> Iterator[Any]:  # noqa: ANN401  (as sqlite3 has it)
        """The rows of a query that may give many, one after the other."""
        return iter(self.connection.execute(sql, parameters))

    def indexed_since(self) -> int | None:
        """Unix seconds of the first event, where the index begins later than the chain (--from-slot); None: it has all.

        What had happened before is in no answer.
        """
        (from_slot,) = self.row("SELECT from_slot FROM progress WHERE id = 1")
        if not from_slot:
            return None
        first = self.row("SELECT at FROM events WHERE position >= 0 ORDER BY position LIMIT 1")
        return self.now if first is None else min(int(first[0]), self.now)

    def start_of(self, unix_seconds: int) -> int:
        """The position that everything of this time or later stands at or behind."""
        low, high = 0, self.as_of_slot + 1
        while low < high:
            middle = (low + high) // 2
            found = self.row("SELECT at FROM events WHERE position >= ? ORDER BY position LIMIT 1", first_of(middle))
            if found is None or found[0] >= unix_seconds:
                high = middle
            else:
                low = middle + 1
        return first_of(low)

    def between(self, since: int | None, until: int | None) -> tuple[int, int]:
        """The positions of a time in unix seconds, the first in and the second out; None: from or to the end."""
        return 0 if since is None else self.start_of(since), self.end if until is None else self.start_of(until)

    def at_time(self, unix_seconds: int) -> "View":
        """The view as it was before this second began."""
        return replace(self, as_of_slot=slot_of(self.start_of(unix_seconds)) - 1, now=unix_seconds)

    def at_slot(self, slot: int) -> "View":
        """The view as it was when this slot had ended. Raises ValueError for a slot that it has not reached."""
        if not 0 <= slot <= self.as_of_slot:
            raise ValueError(f"slot {slot} is not indexed: the newest {self.commitment} slot is {self.as_of_slot}")
        last = self.row("SELECT at FROM events WHERE position < ? ORDER BY position DESC LIMIT 1", first_of(slot + 1))
        return replace(self, as_of_slot=slot, now=self.now if last is None else last[0])


def require_newest(view: View, what: str) -> None:
    """Raises ValueError for a view that is not of now and confirmed, where rows say what is and not what was."""
    if view.as_of_slot != view.row("SELECT tip_slot FROM progress WHERE id = 1")[0]:
        raise ValueError(f"{what} are known as of now and confirmed; ask the ledger for those of another moment")


def connect(path: Path) -> sqlite3.Connection:
    """Open a database for reading, while the indexer writes it or not.

    Raises NotIndexed where there is none, sqlite3.Error where it cannot be read.
    """
    if not path.is_file():
        raise NotIndexed(f"there is no database {path}: make it with job-escrow index, or name another with --database")
    try:
        return _opened(path, "mode=ro")
    except sqlite3.OperationalError as error:
        # In WAL, who reads needs files beside the database, which who may only read cannot make. Where none is left
        # behind, nobody has it open and everything is in the file itself.
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY) or _has_log(path):
            raise
        return _opened(path, "mode=ro&immutable=1")


def _opened(path: Path, how: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None)
    try:
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        # The first look at the file.
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _has_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


@contextmanager
def snapshot(
    connection: sqlite3.Connection, *, commitment: Commitment = "confirmed", now: int | None = None
) -> Iterator[View]:
    """What the database says at one moment; what is written meanwhile is not seen.

    Inside a transaction of the caller's it is a part of that one. Raises NotIndexed where nothing was indexed yet,
    WrongCluster where the database is of another program.
    """
    nested = connection.in_transaction
    if not nested:
        connection.execute("BEGIN")
    try:
        yield _view(connection, commitment, int(time.time()) if now is None else now)
    finally:
        if not nested:
            connection.execute("ROLLBACK")


def _view(connection: sqlite3.Connection, commitment: Commitment, now: int) -> View:
    nothing = "nothing is indexed in this database yet: start job-escrow index, and ask again once it has begun"
    try:
        found = connection.execute(
            "SELECT tip_slot, finalized_slot, genesis_hash, program FROM progress WHERE id = 1"
        ).fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        raise NotIndexed(nothing) from error
    if found is None:
        raise NotIndexed(nothing)
    Binding(genesis_hash=found[2], program=found[3]).require(found[2], str(PROGRAM_ID))
    slot = found[0] if commitment == "confirmed" else found[1]
    view = View(connection=connection, as_of_slot=slot, commitment=commitment, now=now, genesis_hash=found[2])
    newest = view.row("SELECT at FROM events WHERE position < ? ORDER BY position DESC LIMIT 1", view.end)
    return view if newest is None else replace(view, now=max(now, newest[0]))
