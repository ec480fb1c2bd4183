"""What Prometheus scrapes of a running indexer.

Nothing is counted twice: numbers are read where the indexer keeps them, and from the database through a connection of
the scrape's own, so that a scrape never waits for the indexer, nor the indexer for it.
"""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from job_escrow_indexer.indexer import Indexer
from job_escrow_indexer.store import unread
from job_escrow_indexer.store.database import read_only
from job_escrow_indexer.store.progress import Progress

_PREFIX = "job_escrow_index"
_WINDOW_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What the database says of itself; None of what was not begun."""

    tip_slot: int | None
    finalized_slot: int | None
    age_seconds: float | None
    """Since progress was last written, or the indexer began: not by the clock on the wall, which may jump."""
    quarantine: int
    unread: int


class Watch:
    """Reads a running indexer, from any thread."""

    def __init__(self, indexer: Indexer) -> None:
        self.indexer = indexer
        self._path = indexer.settings.database
        self._samples: deque[tuple[float, int]] = deque()
        self._lock = Lock()

    def stored(self) -> Stored:
        """What the database says now."""
        db = read_only(self._path)
        try:
            progress = Progress.read(db)
            quarantine = db.execute("SELECT count(*) FROM quarantine").fetchone()[0]
            passed_over = unread.count(db)
        finally:
            db.conn.close()
        return Stored(
            tip_slot=None if progress is None else progress.tip_slot,
            finalized_slot=None if progress is None else progress.finalized_slot,
            age_seconds=None if progress is None else time.monotonic() - self.indexer.store.counts.last_progress,
            quarantine=quarantine,
            unread=passed_over,
        )

    def rows_per_second(self) -> float:
        """Rows written per second, over the last minute or since the first question if that is less long ago."""
        now, rows = time.monotonic(), self.indexer.store.counts.rows
        with self._lock:
            self._samples.append((now, rows))
            while len(self._samples) > 2 and now - self._samples[1][0] >= _WINDOW_SECONDS:
                self._samples.popleft()
            then, before = self._samples[0]
        return (rows - before) / (now - then) if now > then else 0.0


class IndexerCollector(Collector):
    """The metrics, made when they are asked for."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def describe(self) -> list[Metric]:
        """Nothing, so that registering does not read the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        watch, indexer = self._watch, self._watch.indexer
        stored, counts = watch.stored(), indexer.store.counts
        if stored.tip_slot is not None and stored.finalized_slot is not None:
            yield _gauge("tip_slot", "Slot up to which everything confirmed is stored", stored.tip_slot)
            yield _gauge("finalized_slot", "Slot up to which nothing stored can be undone", stored.finalized_slot)
            lag = stored.tip_slot - stored.finalized_slot
            yield _gauge("watermark_lag_slots", "Slots that are stored and can still be undone", lag)
        if stored.age_seconds is not None:
            yield _gauge("progress_age_seconds", "Seconds since progress was written", stored.age_seconds)
        yield _gauge("backlog_transactions", "Final transactions that are listed and not yet read",
                     indexer.follower.backlog.left)  # fmt: skip
        yield _gauge("quarantine_rows", "Events and instructions that could not be decoded", stored.quarantine)
        yield _gauge("unread_transactions", "Transactions that could not be read and were passed over", stored.unread)
        yield _gauge("degraded", "1 while it cannot follow the chain, and tries again", indexer.degraded is not None)
        yield _gauge("rows_per_second", "Rows written per second in the last minute", watch.rows_per_second())
        yield _counter("transactions", "Transactions stored", counts.transactions)
        yield _counter("events", "Events stored", counts.events)
        yield _counter("rows", "Rows written", counts.rows)
        yield _counter("undone", "Transactions that a fork took back", counts.undone)
        yield _counter("rebuilt", "Accounts made anew from their events", counts.rebuilt)
        yield _counter("gaps", "Events that did not follow from the rows before them", indexer.store.gaps)
        yield _counter("websocket_reconnects", "WebSocket connections that ended", indexer.alarm.reconnects)
        errors = CounterMetricFamily(f"{_PREFIX}_errors", "What went wrong and was got over", labels=["kind"])
        for kind, number in sorted((indexer.errors + indexer.rpc.errors).items()):
            errors.add_metric([kind], number)
        yield errors
        yield _counter("reconcile_runs", "Comparisons of rows and chain", indexer.reconciler.runs)
        yield _counter("reconcile_differences", "Differences found, transfers not among them", indexer.reconciler.found)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{_PREFIX}_{name}", text, value=value)


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(f"{_PREFIX}_{name}", text, value=value)
