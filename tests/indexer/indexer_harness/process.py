"""An indexer in a process of its own, which can be killed; one that is warm is forked, so that a start takes little."""

import asyncio
import itertools
import logging
import multiprocessing
import random
import signal
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

from escrow_harness.patience import PATIENCE_SECONDS
from job_escrow_indexer.indexer import Indexer, run
from job_escrow_indexer.settings import Limits, Settings

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["indexer_harness.process"])


def start(
    url: str, websocket: str, database: Path, *, seed: int = 0, room: int | None = None, from_slot: int = 0
) -> BaseProcess:
    """Start an indexer. `room`: how many pages its file may grow before the disk is full."""
    process = _context.Process(target=_main, args=(url, websocket, str(database), seed, room, from_slot), daemon=True)
    process.start()
    return process


def kill(process: BaseProcess) -> None:
    """End it as a power cut would."""
    process.kill()
    process.join()


def stop(process: BaseProcess) -> int | None:
    """Ask it to stop; gives its exit code."""
    if process.pid is not None:
        process.terminate()
    process.join(PATIENCE_SECONDS)
    return process.exitcode


def _main(url: str, websocket: str, database: str, seed: int, room: int | None, from_slot: int) -> None:
    logging.disable(logging.WARNING)
    _jumping_clock(seed)
    settings = Settings(
        url=url,
        websocket=websocket,
        database=Path(database),
        from_slot=from_slot,
        limits=Limits(requests_per_second=2_000, concurrent=3, batch=7),
        poll_seconds=0.05,
        reconcile_seconds=0.5,
    )
    asyncio.run(_run(settings, room))


async def _run(settings: Settings, room: int | None) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)

    def ready(indexer: Indexer) -> None:
        if room is not None:
            (pages,) = indexer.store.db.execute("PRAGMA page_count").fetchone()
            indexer.store.db.execute(f"PRAGMA max_page_count = {pages + room}")

    await run(settings, stopping, ready=ready)


def _jumping_clock(seed: int) -> None:
    """The machine's clock goes back and forth by days."""
    chance = random.Random(f"clock {seed}")
    real = time.time
    offsets = itertools.accumulate(chance.choice((0, 0, -86_400, 86_400, 400_000)) for _ in itertools.count())
    time.time = lambda: max(0.0, real() + next(offsets))
