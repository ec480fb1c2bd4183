"""Follows the chain: first what is final, from the oldest on, then the newest, as one stream without gap or double.

Both halves list the program's transactions from the newest back to the *anchor*, the newest final one that is stored.
A listing that ends without meeting it is a gap in the node's history, and stops the indexer rather than be passed over.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from sqlite_utils import Database

from job_escrow_indexer.position import first_of, last_of, slot_of
from job_escrow_indexer.settings import Settings
from job_escrow_indexer.source.node import Commitment, Listed, Node, NotThere, Unreadable
from job_escrow_indexer.store import unread
from job_escrow_indexer.store.binding import ClusterChanged, bind, bound_to
from job_escrow_indexer.store.progress import Progress
from job_escrow_indexer.store.store import Store
from job_escrow_indexer.store.writing import writing
from job_escrow_indexer.transaction import MalformedTransaction, Transaction

_log = logging.getLogger(__name__)
_LIVE_PAGES = 3
"""Pages of new transactions above which the final ones are read first, in their order and with bounded memory."""
_TRIES = 8
"""How often a transaction is asked for that comes garbled, before it is passed over; half a minute, with the pauses."""


class HistoryMissing(Exception):
    """The node does not have what was stored last: there would be a hole."""


class NotBegun(Exception):
    """A new database would begin where the chain has not been yet."""


@dataclass
class Backlog:
    """How far the final part is: for whoever watches."""

    listed: int = 0
    left: int = 0
    is_listing: bool = False


class _Garbled:
    """How often transactions could not be taken apart since all went well, and why."""

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()
        self._reasons: dict[str, str] = {}

    @contextmanager
    def counted(self) -> Iterator[None]:
        try:
            yield
        except MalformedTransaction as error:
            if error.signature is not None:
                self._times[error.signature] += 1
                self._reasons[error.signature] = str(error)
            raise

    def is_given_up(self, signature: str) -> bool:
        return self._times[signature] >= _TRIES

    def reason(self, signature: str) -> str:
        return self._reasons[signature]

    def clear(self) -> None:
        self._times.clear()
        self._reasons.clear()


class Follower:
    """Keeps a database in step with the chain."""

    def __init__(self, store: Store, node: Node, *, from_slot: int = 0, chunk: int = Settings.chunk) -> None:
        self.store = store
        self.node = node
        self.backlog = Backlog()
        self._db = store.db
        self._from_slot = from_slot
        self._chunk = chunk
        self._was_right = False
        self.passed_over = 0
        """Transactions that succeeded and could not be read, since the process began: rows may lack what they did."""
        self._garbled = _Garbled()
        self._retried = ""
        self._caught_up = False

    @property
    def progress(self) -> Progress | None:
        """How far the database is."""
        return Progress.read(self._db)

    async def step(self) -> None:
        """Read what is new, up to the present. Raises HistoryMissing, WrongCluster, NotBegun, what the node raises."""
        progress = await self._begin()
        try:
            if not self._caught_up or self._walking():
                await self._read_final()
                self._caught_up = True
                progress = await self._begin()
            await self._read_newest(progress)
        except HistoryMissing:
            # A node of another chain has none of it.
            await self._require_chain()
            raise
        self._garbled.clear()

    async def _require_chain(self) -> str:
        """The chain's first block. Raises WrongCluster, and ClusterChanged where the node was of the right one before.

        Asked before each reading and again before what was read is stored: the node behind a URL may become another.
        """
        genesis = await self.node.genesis_hash()
        bound = bound_to(self._db.conn)
        if bound is not None:
            bound.require(genesis, self.node.program, changed=self._was_right)
            self._was_right = True
        return genesis

    async def fetch(
        self, listed: Sequence[Listed], commitment: Commitment
    ) -> tuple[list[Transaction], list[Unreadable]]:
        """Listed transactions, and those that cannot be read, whatever was tried. Raises what the node raises."""
        given_up = [one for one in listed if self._garbled.is_given_up(one.signature)]
        skipped = {one.signature for one in given_up}
        with self._garbled.counted():
            found, unreadable = await self.node.transactions(
                [one for one in listed if one.signature not in skipped], commitment
            )
        return found, unreadable + [Unreadable(one, self._garbled.reason(one.signature)) for one in given_up]

    async def retry_unread(self) -> bool:
        """Read again a part of what was passed over; gives whether there is more behind that part."""
        progress = self.progress
        listed = [] if progress is None else unread.some(self._db, progress.finalized_slot, self._retried)
        self._retried = listed[-1].signature if listed else ""
        try:
            found, _ = await self.node.transactions(listed, "finalized")
            await self._store_late(found)
        except (MalformedTransaction, NotThere):
            # One of them is not to be read, or is not there: the others may be.
            for one in listed:
                with suppress(MalformedTransaction, NotThere):
                    found, _ = await self.node.transactions([one], "finalized")
                    await self._store_late(found)
        return bool(self._retried)

    async def _store_late(self, found: list[Transaction]) -> None:
        """Too late for their places in the stream, so that the accounts are added up anew."""
        if found:
            await self._require_chain()
            self.store.replace((), found, also=_forget([one.signature for one in found]))
            _log.info("%d transactions that were passed over could be read now", len(found))

    async def _begin(self) -> Progress:
        """The progress of a database that mirrors this cluster."""
        genesis = await self._require_chain()
        found = self.progress
        if found is None:
            start = max(0, self._from_slot - 1)
            return Progress(
                genesis_hash=genesis,
                program=self.node.program,
                from_slot=self._from_slot,
                tip_slot=start,
                finalized_slot=start,
                anchor=None,
            )
        return found

    # The final part

    def _walking(self) -> bool:
        return self._db.table("walk").count > 0

    async def _read_final(self) -> None:
        """Everything final that is not stored: listed to the end first, on disk, then read from the oldest on."""
        while True:
            listed = await self._walk()
            await self._read_backlog()
            if listed <= self.node.page:
                return

    async def _walk(self) -> int:
        """List final transactions back to the anchor; gives how many that were. A crash goes on where it was."""
        self.backlog.is_listing = True
        progress = await self._begin()
        walk = next(iter(self._db.query("SELECT * FROM walk")), None)
        top: int = await self.node.slot("finalized") if walk is None else walk["top_slot"]
        if progress.from_slot > top + 1 and self.progress is None:
            raise NotBegun(
                f"a database cannot begin at slot {progress.from_slot}: the newest final slot is {top}; "
                "give --from-slot one that is not above it"
            )
        begun = walk is not None
        before, done = (None, False) if walk is None else (walk["before"], bool(walk["done"]))
        while not done:
            page = await self._page("finalized", before, top, progress)
            wanted, done = _up_to_anchor(page, progress)
            before = page[-1].signature if page else before
            if await self._require_chain() != progress.genesis_hash:
                raise ClusterChanged("the node became one of another chain while its transactions were listed")
            with writing(self._db):
                if not begun:
                    bind(self._db.conn, progress.genesis_hash, progress.program)
                    # Not before a node has listed up to there: a slot that none has would be waited for for ever.
                    progress.write(self._db)
                    self._db.execute("DELETE FROM backlog")
                    self._db.execute("INSERT INTO walk VALUES (1, NULL, ?, 0)", [top])
                    begun = True
                self._db.conn.executemany(
                    "INSERT INTO backlog (slot, signature) VALUES (?, ?)", [(one.slot, one.signature) for one in wanted]
                )
                self._db.execute("UPDATE walk SET before = ?", [before])
                if done:
                    dropped = self._not_final(progress, top)
                    self.store.replace(dropped, (), also=_walked(progress.finalized_slot, top))
            self.backlog.listed += len(wanted)
            self.store.counts.note_progress()
        self.backlog.left = self._db.table("backlog").count
        self.backlog.is_listing = False
        return self.backlog.left

    async def _read_backlog(self) -> None:
        """Read what was listed, the oldest first; the last part ends the walk."""
        while True:
            progress = await self._begin()
            rows = self._db.execute(
                "SELECT place, slot, signature FROM backlog ORDER BY place DESC LIMIT ?", [self._chunk]
            ).fetchall()
            top: int = self._db.execute("SELECT top_slot FROM walk").fetchone()[0]
            listed = [Listed(slot, signature, finalized=True) for _, slot, signature in rows]
            transactions, unreadable = await self.fetch(listed, "finalized")
            await self._require_chain()
            last = len(rows) < self._chunk
            newest = listed[-1].slot if listed else top
            # Of the last slot of a part there may be more in the next one. What was listed can be newer than the slot
            # that was final before: the anchor is never above what counts as final.
            reached = max(top, newest) if last else newest - 1
            after = replace(
                progress,
                tip_slot=max(progress.tip_slot, reached),
                finalized_slot=max(progress.finalized_slot, reached),
                anchor=listed[-1].signature if listed else progress.anchor,
            )
            remove = _remove([row[0] for row in rows], last=last)
            self._store_with((), transactions, unreadable, after, also=remove)
            self.backlog.left = 0 if last else self._db.table("backlog").count
            if last:
                return

    def _not_final(self, progress: Progress, top: int) -> list[int]:
        """Stored transactions of slots that are final now, which are not among the final ones: a fork dropped them."""
        query = """
            SELECT position FROM transactions
            WHERE position BETWEEN ? AND ? AND signature NOT IN (SELECT signature FROM backlog)"""
        ends = [first_of(progress.finalized_slot + 1), last_of(top)]
        return [place for (place,) in self._db.execute(query, ends).fetchall()]

    # The newest part

    async def _read_newest(self, progress: Progress) -> None:
        """Everything confirmed, held against what is stored above the final part."""
        stored = self._unfinal(progress)
        passed_over = unread.above(self._db, progress.finalized_slot)
        final = await self.node.slot("finalized")
        tip = await self.node.slot("confirmed")
        seen = max([tip, final, *(slot_of(place) for place in stored.values())])
        listed: list[Listed] = []
        before, done = None, False
        for _ in range(_LIVE_PAGES):
            page = await self._page("confirmed", before, seen, progress)
            wanted, done = _up_to_anchor(page, progress)
            listed += wanted
            if done:
                break
            before = page[-1].signature
        if not done:
            self._caught_up = False
            return
        there = {one.signature: one.slot for one in listed}
        gone = [place for signature, place in stored.items() if there.get(signature) != slot_of(place)]
        dropped = set(gone)
        lost = [signature for signature, slot in passed_over.items() if there.get(signature) != slot]
        fresh = [
            one
            for one in listed
            if (stored.get(one.signature, -1) in dropped or one.signature not in stored)
            and passed_over.get(one.signature) != one.slot
        ]
        transactions, unreadable = await self.fetch(fresh[::-1], "confirmed")
        await self._require_chain()
        # The node that said `final` may not be the one that listed.
        final = min([final, *(one.slot - 1 for one in listed if not one.finalized)])
        newest = next((one.signature for one in listed if one.slot <= final), progress.anchor)
        after = replace(
            progress,
            tip_slot=max(tip, progress.finalized_slot),
            finalized_slot=max(progress.finalized_slot, final),
            anchor=newest,
        )
        if gone:
            _log.info("a fork dropped %d transactions above slot %d", len(gone), progress.finalized_slot)
        if gone or lost or fresh or after != progress:
            self._store_with(gone, transactions, unreadable, after, also=_forget(lost))

    async def _page(self, commitment: Commitment, before: str | None, seen: int, progress: Progress) -> list[Listed]:
        """A page of the program's transactions. The end of a listing that meets no anchor must be said twice."""
        page = await self.node.listed(commitment, before=before, seen=seen)
        if not page and progress.anchor is None:
            page = await self.node.listed(commitment, before=before, seen=seen)
        return page

    def _store_with(
        self,
        undone: Sequence[int],
        transactions: Sequence[Transaction],
        unreadable: Sequence[Unreadable],
        progress: Progress,
        *,
        also: Callable[[Database], None],
    ) -> None:
        """Store what was read, and remember what could not be."""

        def with_unreadable(db: Database) -> None:
            also(db)
            unread.keep(db, unreadable)

        with self._garbled.counted():
            self.store.replace(undone, transactions, progress, also=with_unreadable)
        for one in unreadable:
            self.passed_over += not one.listed.failed
            _log.error("%s in slot %d is passed over: %s", one.listed.signature, one.listed.slot, one.reason)

    def _unfinal(self, progress: Progress) -> dict[str, int]:
        """The stored transactions that can still be undone, and their positions."""
        rows = self._db.execute(
            "SELECT signature, position FROM transactions WHERE position >= ?", [first_of(progress.finalized_slot + 1)]
        )
        return dict(rows.fetchall())


def _up_to_anchor(page: list[Listed], progress: Progress) -> tuple[list[Listed], bool]:
    """The part of a page that is newer than what is final and stored, and whether that is the end of the listing."""
    for place, one in enumerate(page):
        if one.signature == progress.anchor or (progress.anchor is None and one.slot < progress.from_slot):
            return page[:place], True
    if page:
        return page, False
    if progress.anchor is not None:
        raise HistoryMissing(
            f"the node's history does not go back to {progress.anchor}, the newest final transaction that is stored: "
            "use a node that keeps older transactions, or begin the mirror anew with job-escrow index reset"
        )
    return [], True


def _walked(after: int, top: int) -> Callable[[Database], None]:
    """End the listing; what was passed over and is not in it, a fork has dropped."""

    def walked(db: Database) -> None:
        db.execute("UPDATE walk SET done = 1")
        dropped = "DELETE FROM unread WHERE slot > ? AND slot <= ? AND signature NOT IN (SELECT signature FROM backlog)"
        db.execute(dropped, [after, top])

    return walked


def _forget(signatures: list[str]) -> Callable[[Database], None]:
    """Let transactions be no more among those that were passed over."""
    return lambda db: unread.forget(db, signatures)


def _remove(places: list[int], *, last: bool) -> Callable[[Database], None]:
    """Take rows off the backlog, with the walk when they were the last ones."""

    def remove(db: Database) -> None:
        db.conn.executemany("DELETE FROM backlog WHERE place = ?", [(place,) for place in places])
        if last:
            db.execute("DELETE FROM walk")

    return remove
