"""Says how a backfill goes: how much is left, how fast, and how long it will take."""

import asyncio
import time
from collections import deque

import structlog

from job_escrow_indexer.indexer import Indexer

_EVERY_SECONDS = 5.0
_WINDOW = 12
"""Reports that the rate is taken over: a minute."""

_log = structlog.get_logger(__name__)


class Pace:
    """How fast transactions are read, by the last few times that somebody looked."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque(maxlen=_WINDOW)

    def begin(self, now: float, done: int) -> None:
        """Reading begins only now: what came before says nothing about how fast it is."""
        self._seen.clear()
        self._seen.append((now, done))

    def look(self, now: float, done: int) -> float:
        """How many per second, when so many were done at a time in seconds."""
        self._seen.append((now, done))
        then, before = self._seen[0]
        return (done - before) / (now - then) if now > then else 0.0


def eta_seconds(left: int, per_second: float) -> int | None:
    """Seconds until nothing is left; None while nothing moves."""
    return round(left / per_second) if per_second > 0 else None


async def report_backfill(indexer: Indexer, *, every: float = _EVERY_SECONDS) -> None:
    """Report for as long as it runs; says nothing while there is no backfill."""
    pace, listed, busy = Pace(), 0, False
    pace.begin(time.monotonic(), indexer.store.counts.transactions)
    while True:
        await asyncio.sleep(every)
        backlog, done, now = indexer.follower.backlog, indexer.store.counts.transactions, time.monotonic()
        if backlog.left:
            busy = True
            rate = pace.look(now, done)
            eta = eta_seconds(backlog.left, rate)
            _log.info("backfill", done=done, left=backlog.left, per_second=round(rate), eta_seconds=eta)
        else:
            pace.begin(now, done)
            if backlog.listed > listed:
                busy = True
                _log.info("listing the history", listed=backlog.listed)
            elif busy and not backlog.is_listing:
                busy = False
                _log.info("backfill done", transactions=done)
        listed = backlog.listed
