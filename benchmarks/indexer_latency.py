"""How soon a confirmed transaction is a row: a wallet buys, waits by polling, and somebody watches the table."""

import asyncio
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

for _folder in ("tests", "tests/support", "scripts"):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / _folder))

from escrow_harness.nodes import private_localnet  # noqa: E402
from escrow_harness.stage import LIMITS, set_stage  # noqa: E402
from job_escrow import Escrow, Wallet  # noqa: E402
from job_escrow_indexer.indexer import run  # noqa: E402
from job_escrow_indexer.queries import connect  # noqa: E402
from job_escrow_indexer.settings import Settings  # noqa: E402

PURCHASES = 30
_CREDITS = 100
_LOOK_SECONDS = 0.001
_LONGEST_SECONDS = 20


class _Watch(threading.Thread):
    """Notes when the newest row appears."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self._path = path
        self.seen: dict[str, float] = {}
        self.ended = threading.Event()

    def run(self) -> None:
        connection = connect(self._path)
        while not self.ended.wait(_LOOK_SECONDS):
            row = connection.execute("SELECT signature FROM transactions ORDER BY position DESC LIMIT 1").fetchone()
            if row is not None:
                self.seen.setdefault(row[0], time.perf_counter())
        connection.close()


class _Indexing(threading.Thread):
    """An indexer with an event loop of its own."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(daemon=True)
        self._settings = settings
        self._stopping = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self.ready = threading.Event()

    def run(self) -> None:
        try:
            self._loop.run_until_complete(run(self._settings, self._stopping, ready=lambda _: self.ready.set()))
        finally:
            self._loop.close()

    def end(self) -> None:
        """Stop it, and wait until it has."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self.join()


def latencies(folder: Path) -> tuple[list[float], list[float]]:
    """Milliseconds from sending to confirmed, and from there to the row, of each purchase."""
    with ExitStack() as stack:
        url = stack.enter_context(private_localnet())
        escrow = stack.enter_context(Escrow.connect(url))
        stage = set_stage(escrow)
        escrow.create_platform(stage.cast.admin, stage.terms)
        stage.alice.open(LIMITS, buy=_CREDITS)
        path = folder / "live.db"
        indexing = _Indexing(Settings(url=url, database=path))
        indexing.start()
        stack.callback(indexing.end)
        indexing.ready.wait()
        watch = _Watch(path)
        watch.start()
        try:
            return _buy(stage.alice, watch)
        finally:
            watch.ended.set()
            watch.join()


def _buy(wallet: Wallet, watch: _Watch) -> tuple[list[float], list[float]]:
    polled, rows = [], []
    for _ in range(PURCHASES):
        start = time.perf_counter()
        signature = str(wallet.purchase(_CREDITS).signature)
        confirmed = time.perf_counter()
        while signature not in watch.seen:
            if time.perf_counter() - confirmed > _LONGEST_SECONDS:
                raise TimeoutError(f"{signature} did not become a row")
            time.sleep(_LOOK_SECONDS)
        polled.append((confirmed - start) * 1e3)
        rows.append((watch.seen[signature] - confirmed) * 1e3)
    return polled, rows
