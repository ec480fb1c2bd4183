"""Writes what was read of the chain: rows, accounts and progress together, or nothing of it.

The same transactions give the same rows in whatever order and however often they come. History is keyed by its place on
the chain; an account is what its events add up to in their order, and is added up anew where one came late.
"""

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlite_utils import Database

from job_escrow_indexer.accounts import fold
from job_escrow_indexer.accounts.kinds import CREDIT_ACCOUNTS, Kind
from job_escrow_indexer.decode.decoder import Decoded, Decoder, Happened
from job_escrow_indexer.position import TRANSACTION_SHIFT, position
from job_escrow_indexer.store import tables
from job_escrow_indexer.store.cache import Cache
from job_escrow_indexer.store.progress import Progress
from job_escrow_indexer.store.rebuild import rebuild
from job_escrow_indexer.store.writing import writing
from job_escrow_indexer.transaction import Transaction

Subject = tuple[Kind, str]

_MANY = 500


@dataclass
class Counts:
    """What was done since the process began, for metrics."""

    transactions: int = 0
    events: int = 0
    rows: int = 0
    undone: int = 0
    rebuilt: int = 0
    quarantined: int = 0
    last_progress: float = field(default_factory=time.monotonic)
    """When something was last written that brings the database nearer to the chain, on the clock that never jumps."""

    def note_progress(self) -> None:
        """Something was."""
        self.last_progress = time.monotonic()


class Store:
    """The one writer of a database."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.counts = Counts()
        self._decoder = Decoder()
        self._cache = Cache(db)

    @property
    def gaps(self) -> int:
        """Events since the process began that did not follow from the rows before them."""
        return self._cache.gaps

    def ingest(self, transactions: Sequence[Transaction], progress: Progress | None = None) -> int:
        """Store transactions, in any order, again or for the first time; gives how many were new.

        With `progress`, that is written with them: either both are in the database afterwards, or neither.
        """
        return self.replace((), transactions, progress)

    def replace(
        self,
        undone: Collection[int],
        transactions: Sequence[Transaction],
        progress: Progress | None = None,
        also: Callable[[Database], object] | None = None,
    ) -> int:
        """Take back the transactions at these positions, which a fork has dropped, and store others, as one step.

        `also` is done to the database in the same step.
        """
        try:
            with writing(self.db):
                touched = self._undo(undone)
                fresh, displaced = self._fresh(transactions)
                touched |= self._undo(displaced)
                decoded = self._decoder.decode(fresh)
                touched |= self._apply(decoded.happened, touched)
                rows = self._insert(decoded) + self._cache.write(self.db)
                for kind, address in touched:
                    rows += self._rebuild(kind, address)
                if progress is not None:
                    progress.write(self.db)
                if also is not None:
                    also(self.db)
        except BaseException:
            # What is in memory may be ahead of what is in the file.
            self._cache.forget()
            raise
        self._count(decoded, rows, len(undone) + len(displaced))
        return len(fresh)

    def rebuild(self, subjects: Iterable[Subject]) -> None:
        """Make these accounts' rows anew from their events and what was read of the chain."""
        try:
            with writing(self.db):
                for kind, address in subjects:
                    self._rebuild(kind, address)
        except BaseException:
            self._cache.forget()
            raise

    def retry_quarantine(self) -> int:
        """Decode again what could not be decoded, as after an upgrade; gives how many rows that worked for."""
        try:
            with writing(self.db):
                decoded, done = self._decoder.retry(self.db.query("SELECT * FROM quarantine ORDER BY position"))
                again = [(row[0],) for row in decoded.instructions]
                # It is there already, without what only its name tells: whose it was.
                self.db.conn.executemany("DELETE FROM instructions WHERE position = ?", again)
                self._insert(decoded)
                self.db.conn.executemany(tables.ATTRIBUTE_EVENTS, again)
                for subject in {fold.subject(one) for one in decoded.happened}:
                    self._rebuild(*subject)
                self.db.conn.executemany("DELETE FROM quarantine WHERE position = ?", [(place,) for place in done])
        except BaseException:
            self._cache.forget()
            raise
        return len(done)

    def _fresh(self, transactions: Sequence[Transaction]) -> tuple[list[Transaction], list[int]]:
        """The transactions that are not stored, and the places where another one is stored."""
        by_place = {position(one.slot, one.index): one for one in transactions}
        places = list(by_place)
        known: dict[int, str] = {}
        for start in range(0, len(places), _MANY):
            some = places[start : start + _MANY]
            marks = ", ".join("?" * len(some))
            query = f"SELECT position, signature FROM transactions WHERE position IN ({marks})"
            known.update(self.db.conn.execute(query, some).fetchall())
        displaced = [place for place, signature in known.items() if by_place[place].signature != signature]
        return [one for place, one in by_place.items() if known.get(place) != one.signature], displaced

    def _insert(self, decoded: Decoded) -> int:
        execute = self.db.conn.executemany
        execute(tables.INSERT_TRANSACTION, decoded.transactions)
        execute(tables.INSERT_INSTRUCTION, decoded.instructions)
        execute(tables.INSERT_EVENT, decoded.events)
        execute(tables.INSERT_QUARANTINE, decoded.quarantine)
        return sum(map(len, (decoded.transactions, decoded.instructions, decoded.events, decoded.quarantine)))

    def _apply(self, happened: list[Happened], already: set[Subject]) -> set[Subject]:
        """Change the accounts by events that are not stored yet; gives those for which one came late."""
        late: set[Subject] = set()
        happened.sort()
        for one in happened:
            subject = fold.subject(one)
            if subject in late or subject in already:
                continue
            state = self._cache.find(*subject)
            if (state is not None and state["position"] >= one.position) or (
                state is None and fold.begins(one) and self._has_history(subject, one.position)
            ):
                late.add(subject)
            else:
                fold.apply(self._cache, one)
        return late

    def _has_history(self, subject: Subject, after: int) -> bool:
        """Whether an account without a row has later events all the same: they were stored before this one."""
        kind, address = subject
        whose = "credit_account = ?" if kind is CREDIT_ACCOUNTS else "platform = ? AND credit_account IS NULL"
        query = f"SELECT 1 FROM events WHERE {whose} AND position > ? LIMIT 1"
        return self.db.conn.execute(query, (address, after)).fetchone() is not None

    def _rebuild(self, kind: Kind, address: str) -> int:
        self._cache.forget_subject(kind, address)
        self.counts.rebuilt += 1
        return rebuild(self.db, self._decoder, kind, address)

    def _undo(self, places: Collection[int]) -> set[Subject]:
        """Remove transactions and all that they brought; gives the accounts that have to be made anew."""
        touched: set[Subject] = set()
        for place in places:
            ends = (place, place + (1 << TRANSACTION_SHIFT) - 1)
            rows = self.db.conn.execute("SELECT position, data FROM events WHERE position BETWEEN ? AND ?", ends)
            touched |= {fold.subject(self._decoder.happened(place, data)) for place, data in rows.fetchall()}
            for table in ("transactions", "instructions", "events", "quarantine"):
                self.db.execute(f"DELETE FROM {table} WHERE position BETWEEN ? AND ?", ends)
        return touched

    def _count(self, decoded: Decoded, rows: int, undone: int) -> None:
        self.counts.transactions += len(decoded.transactions)
        self.counts.events += len(decoded.events)
        self.counts.quarantined += len(decoded.quarantine)
        self.counts.rows += rows
        self.counts.undone += undone
        self.counts.note_progress()
