"""The indexer as a whole: keeps one database in step with one cluster until it is told to stop."""

import asyncio
import logging
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from job_escrow.codec import PROGRAM_ID
from job_escrow.patience import Backoff

from job_escrow_indexer.follow import Follower, HistoryMissing, NotBegun
from job_escrow_indexer.reconcile import Reconciler, Report
from job_escrow_indexer.settings import Settings
from job_escrow_indexer.source.node import Node, NotThere
from job_escrow_indexer.source.rpc import NodeUnavailable, Rpc, RpcError
from job_escrow_indexer.source.wake import Alarm, websocket_url
from job_escrow_indexer.store.binding import ClusterChanged, WrongCluster
from job_escrow_indexer.store.database import DatabaseFile
from job_escrow_indexer.store.store import Store
from job_escrow_indexer.transaction import MalformedAnswer

_log = logging.getLogger(__name__)
_LASTING_FAILURES = 3
FOLLOWING = "following the chain"

EXPECTED = (
    NodeUnavailable,
    RpcError,
    NotThere,
    MalformedAnswer,
    HistoryMissing,
    WrongCluster,
    NotBegun,
    sqlite3.OperationalError,
)
"""What is told in a sentence: a node that is away, behind, or of another cluster, a full disk."""
WRONG_SETTINGS = (WrongCluster, NotBegun)
"""What can never work. Found before anything else was, it ends an indexer; later, it is the node that is wrong."""


@dataclass
class Trouble:
    """What keeps an indexer from its work: it tries again, with longer and longer pauses."""

    kind: str
    text: str
    failures: int = 1

    @property
    def lasts(self) -> bool:
        """Whether it is more than an answer that went wrong."""
        return self.failures >= _LASTING_FAILURES


class Indexer:
    """A running indexer; what it shows may be read by the same event loop."""

    def __init__(self, settings: Settings, file: DatabaseFile, rpc: Rpc) -> None:
        self.settings = settings
        self.rpc = rpc
        self.store = Store(file.db)
        self.node = Node(rpc, str(PROGRAM_ID), page=settings.page)
        self.follower = Follower(self.store, self.node, from_slot=settings.from_slot, chunk=settings.chunk)
        self.reconciler = Reconciler(self.follower, catch_up_seconds=settings.catch_up_seconds)
        websocket = settings.websocket or websocket_url(settings.url)
        self.alarm = Alarm(websocket, str(PROGRAM_ID), pauses=settings.pauses)
        self.errors: Counter[str] = Counter()
        """What interrupted it so far, by kind."""
        self.troubles: dict[str, Trouble] = {}
        """What it cannot do now, by what it is."""
        self.last_report: Report | None = None
        self._has_followed = False
        self._more_to_retry = False

    @property
    def degraded(self) -> Trouble | None:
        """Why the database is not kept in step; None where it is, compared or not."""
        trouble = self.troubles.get(FOLLOWING)
        return trouble if trouble is not None and trouble.lasts else None

    async def run(self) -> None:
        """Follow the chain for ever, whatever a node answers. Raises only what `Settings` say: `WRONG_SETTINGS`."""
        alarm = asyncio.create_task(self.alarm.run())
        try:
            await self._follow()
        finally:
            alarm.cancel()
            await asyncio.gather(alarm, return_exceptions=True)

    async def _follow(self) -> None:
        clock = asyncio.get_running_loop().time
        following, reading, comparing = (_Pause(self.settings.pauses) for _ in range(3))
        compare_at = retry_at = clock()
        compared_at = float("-inf")
        passed_over = self.follower.passed_over
        first_retries, quarantined = True, True
        while True:
            if not await self._tried(FOLLOWING, self.follower.step, following):
                await asyncio.sleep(following.seconds)
                continue
            self._has_followed = True
            if quarantined:
                quarantined = not await self._tried("reading the quarantine again", self._retry_quarantine, reading)
            if clock() >= retry_at:
                if await self._tried("reading again what was passed over", self._retry_unread, reading):
                    first_retries = first_retries and self._more_to_retry
                retry_at = clock() + (0.0 if first_retries else self.settings.retry_seconds)
            if self.follower.passed_over != passed_over:
                # What it did is not in the rows: what the chain has is put there.
                compare_at = min(compare_at, compared_at + self.settings.passed_over_seconds)
            if clock() >= compare_at:
                passed_over = self.follower.passed_over
                if await self._tried("comparing with the chain", self._compare, comparing):
                    compared_at = clock()
                    compare_at = compared_at + self.settings.reconcile_seconds
                else:
                    # A node that does not give accounts away does not keep the rows from following.
                    compare_at = clock() + comparing.seconds
            await self.alarm.wait(self.settings.poll_seconds)

    async def _tried(self, what: str, work: Callable[[], Awaitable[None]], pause: "_Pause") -> bool:
        """Do it; False where that failed, whyever: what a node answers, or a full disk, must not end an indexer."""
        try:
            await work()
        except Exception as problem:
            wrong = isinstance(problem, WRONG_SETTINGS) and not isinstance(problem, ClusterChanged)
            if wrong and self.settings.stops_at_wrong_settings and not self._has_followed:
                raise
            kind = type(problem).__name__
            self.errors[kind] += 1
            before = self.troubles.get(what)
            self.troubles[what] = Trouble(kind, str(problem), 1 if before is None else before.failures + 1)
            pause.grow()
            expected = isinstance(problem, EXPECTED)
            _log.warning("%s: %s; going on in %.1f s", kind, problem, pause.seconds, exc_info=not expected)
            return False
        self.troubles.pop(what, None)
        pause.reset()
        return True

    async def _compare(self) -> None:
        self.last_report = await self.reconciler.run()

    async def _retry_unread(self) -> None:
        self._more_to_retry = await self.follower.retry_unread()

    async def _retry_quarantine(self) -> None:
        if replayed := self.store.retry_quarantine():
            _log.info("%d rows of the quarantine could be decoded now", replayed)


class _Pause:
    """How long to wait after failures in a row."""

    def __init__(self, backoff: Backoff) -> None:
        self._backoff = backoff
        self._failures = 0

    @property
    def seconds(self) -> float:
        return self._backoff.seconds(self._failures)

    def grow(self) -> None:
        self._failures += 1

    def reset(self) -> None:
        self._failures = 0


async def run(settings: Settings, stop: asyncio.Event, *, ready: Callable[[Indexer], None] | None = None) -> None:
    """Index until `stop` is set, then end cleanly: nothing is half written at any time.

    Raises DatabaseInUse, DatabaseTooNew and sqlite3.Error where it cannot begin, and `WRONG_SETTINGS` where they are to
    end it: each says what to do.
    """
    with DatabaseFile(settings.database) as file:
        async with Rpc(settings.url, settings.limits, settings.patience) as rpc:
            indexer = Indexer(settings, file, rpc)
            if ready is not None:
                ready(indexer)
            work = asyncio.create_task(indexer.run())
            stopped = asyncio.create_task(stop.wait())
            await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
            for task in (work, stopped):
                task.cancel()
            results = await asyncio.gather(work, stopped, return_exceptions=True)
            if isinstance(results[0], BaseException) and not isinstance(results[0], asyncio.CancelledError):
                raise results[0]
