"""The indexer as a whole: keeps one database in step with one cluster until it is told to stop."""

import asyncio
import logging
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from job_escrow.codec import PROGRAM_ID

from job_escrow_indexer.follow import Follower
from job_escrow_indexer.reconcile import Reconciler, Report
from job_escrow_indexer.source.node import Node, NotThere
from job_escrow_indexer.source.rpc import Limits, NodeUnavailable, Rpc, RpcError
from job_escrow_indexer.source.wake import Alarm, websocket_url
from job_escrow_indexer.store.database import DatabaseFile
from job_escrow_indexer.store.store import Store
from job_escrow_indexer.transaction import MalformedAnswer

_log = logging.getLogger(__name__)
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 30.0

PASSING = (NodeUnavailable, RpcError, NotThere, MalformedAnswer, sqlite3.OperationalError)
"""What passes: a node that is away or behind, a full disk. Everything else stops the indexer."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What to mirror, and into which file."""

    url: str
    database: Path
    websocket: str | None = None
    """None: where nodes have it, see `websocket_url`."""
    from_slot: int = 0
    """Where history begins, for a new database; 0: with the program."""
    limits: Limits = field(default_factory=Limits)
    poll_seconds: float = 2.0
    """How long to wait at most for the WebSocket to say that there is something new."""
    reconcile_seconds: float = 3600.0
    """How often rows and chain are compared; always at the start."""


class Indexer:
    """A running indexer; what it shows may be read by the same event loop."""

    def __init__(self, settings: Settings, file: DatabaseFile, rpc: Rpc) -> None:
        self.settings = settings
        self.rpc = rpc
        self.store = Store(file.db)
        self.node = Node(rpc, str(PROGRAM_ID))
        self.follower = Follower(self.store, self.node, from_slot=settings.from_slot)
        self.reconciler = Reconciler(self.follower)
        self.alarm = Alarm(settings.websocket or websocket_url(settings.url), str(PROGRAM_ID))
        self.errors: Counter[str] = Counter()
        """What interrupted it so far, by kind."""
        self.last_report: Report | None = None

    async def run(self) -> None:
        """Follow the chain for ever. Raises what does not pass: see `PASSING`."""
        if replayed := self.store.retry_quarantine():
            _log.info("%d rows of the quarantine could be decoded now", replayed)
        alarm = asyncio.create_task(self.alarm.run())
        try:
            await self._follow()
        finally:
            alarm.cancel()
            await asyncio.gather(alarm, return_exceptions=True)

    async def _follow(self) -> None:
        clock = asyncio.get_running_loop().time
        compare_at = clock()
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                await self.follower.step()
                if clock() >= compare_at:
                    self.last_report = await self.reconciler.run()
                    compare_at = clock() + self.settings.reconcile_seconds
            except PASSING as problem:
                self.errors[type(problem).__name__] += 1
                _log.warning("%s: %s; going on in %.1f s", type(problem).__name__, problem, pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            else:
                pause = _FIRST_PAUSE_SECONDS
                await self.alarm.wait(self.settings.poll_seconds)


async def run(settings: Settings, stop: asyncio.Event, *, ready: Callable[[Indexer], None] | None = None) -> None:
    """Index until `stop` is set, then end cleanly: nothing is half written at any time.

    Raises DatabaseInUse, DatabaseTooNew, WrongCluster, NotBegun, HistoryMissing, UnknownTransactionVersion: each says
    what to do.
    """
    with DatabaseFile(settings.database) as file:
        async with Rpc(settings.url, settings.limits) as rpc:
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
