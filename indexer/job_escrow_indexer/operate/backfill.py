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


def eta_seconds(left: int, per_second: float) -> int | None:
    """Seconds until nothing is left; None while nothing moves."""
    return round(left / per_second) if per_second > 0 else None


async def report_backfill(indexer: Indexer, *, every: float = _EVERY_SECONDS) -> None:
    """Report for as long as it runs; says nothing while there is no backfill."""
    samples: deque[tuple[float, int]] = deque([(time.monotonic(), 0)], maxlen=_WINDOW)
    listed, busy = 0, False
    while True:
        await asyncio.sleep(every)
        backlog, done = indexer.follower.backlog, indexer.store.counts.transactions
        samples.append((time.monotonic(), done))
        (then, before), (now, _) = samples[0], samples[-1]
        rate = (done - before) / (now - then)
        if backlog.left:
            busy = True
            eta = eta_seconds(backlog.left, rate)
            _log.info("backfill", done=done, left=backlog.left, per_second=round(rate), eta_seconds=eta)
        elif backlog.listed > listed:
            busy = True
            _log.info("listing the history", listed=backlog.listed)
        elif busy:
            busy = False
            _log.info("backfill done", transactions=done)
        listed = backlog.listed
