"""Follows the chain: first what is final, from the oldest on, then the newest, as one stream without gap or double.

Both halves list the program's transactions from the newest back to the *anchor*, the newest final one that is stored.
A listing that ends without meeting it is a gap in the node's history, and stops the indexer rather than be passed over.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlite_utils import Database

from job_escrow_indexer.position import first_of, last_of, slot_of
from job_escrow_indexer.source.node import PAGE, Listed, Node
from job_escrow_indexer.store.progress import Progress
from job_escrow_indexer.store.store import Store
from job_escrow_indexer.store.writing import writing

_log = logging.getLogger(__name__)
_CHUNK = 500
"""Transactions that are fetched and stored together: what a crash costs, and what memory holds."""
_LIVE_PAGES = 3
"""Pages of new transactions above which the final ones are read first, in their order and with bounded memory."""


class HistoryMissing(Exception):
    """The node does not have what was stored last: there would be a hole."""


class WrongCluster(Exception):
    """The database mirrors another cluster."""


class NotBegun(Exception):
    """A new database would begin where the chain has not been yet."""


@dataclass
class Backlog:
    """How far the final part is: for whoever watches."""

    listed: int = 0
    left: int = 0
    is_listing: bool = False


class Follower:
    """Keeps a database in step with the chain."""

    def __init__(self, store: Store, node: Node, *, from_slot: int = 0) -> None:
        self.store = store
        self.node = node
        self.backlog = Backlog()
        self._db = store.db
        self._from_slot = from_slot
        self._genesis: str | None = None
        self._caught_up = False

    @property
    def progress(self) -> Progress | None:
        """How far the database is."""
        return Progress.read(self._db)

    async def step(self) -> None:
        """Read what is new, up to the present. Raises HistoryMissing, WrongCluster, NotBegun, what the node raises."""
        progress = await self._begin()
        if not self._caught_up or self._walking():
            await self._read_final()
            self._caught_up = True
            progress = await self._begin()
        await self._read_newest(progress)

    async def _begin(self) -> Progress:
        """The progress of a database that mirrors this cluster."""
        if self._genesis is None:
            self._genesis = await self.node.genesis_hash()
        found = self.progress
        if found is None:
            start = max(0, self._from_slot - 1)
            return Progress(
                genesis_hash=self._genesis,
                program=self.node.program,
                from_slot=self._from_slot,
                tip_slot=start,
                finalized_slot=start,
                anchor=None,
            )
        if found.genesis_hash != self._genesis:
            raise WrongCluster(
                f"the database mirrors the cluster {found.genesis_hash}, the node is of {self._genesis}: "
                "choose another database, or the node that it was made with"
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
            if listed <= PAGE:
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
            page = await self.node.listed("finalized", before=before, seen=top)
            wanted, done = _up_to_anchor(page, progress)
            before = page[-1].signature if page else before
            with writing(self._db):
                if not begun:
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
                    self.store.replace(dropped, (), also=lambda db: db.execute("UPDATE walk SET done = 1"))
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
                "SELECT place, slot, signature FROM backlog ORDER BY place DESC LIMIT ?", [_CHUNK]
            ).fetchall()
            top: int = self._db.execute("SELECT top_slot FROM walk").fetchone()[0]
            listed = [Listed(slot, signature, finalized=True) for _, slot, signature in rows]
            transactions = await self.node.transactions(listed, "finalized")
            last = len(rows) < _CHUNK
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
            self.store.replace((), transactions, after, also=_remove([row[0] for row in rows], last=last))
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
        final = await self.node.slot("finalized")
        tip = await self.node.slot("confirmed")
        seen = max([tip, final, *(slot_of(place) for place in stored.values())])
        listed: list[Listed] = []
        before, done = None, False
        for _ in range(_LIVE_PAGES):
            page = await self.node.listed("confirmed", before=before, seen=seen)
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
        fresh = [one for one in listed if stored.get(one.signature, -1) in dropped or one.signature not in stored]
        transactions = await self.node.transactions(fresh[::-1], "confirmed")
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
        if gone or fresh or after != progress:
            self.store.replace(gone, transactions, after)

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
            "use a node that keeps older transactions, or begin a new database"
        )
    return [], True


def _remove(places: list[int], *, last: bool) -> Callable[[Database], None]:
    """Take rows off the backlog, with the walk when they were the last ones."""

    def remove(db: Database) -> None:
        db.conn.executemany("DELETE FROM backlog WHERE place = ?", [(place,) for place in places])
        if last:
            db.execute("DELETE FROM walk")

    return remove
