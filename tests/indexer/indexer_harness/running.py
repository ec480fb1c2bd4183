"""A whole indexer on the test's event loop, for the length of a block."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from job_escrow_indexer.indexer import Indexer, run

from indexer_harness.small_chain import SmallChain

_SECONDS = 120.0


@contextlib.asynccontextmanager
async def running(chain: SmallChain, name: str = "mirror.db", *, alone: bool = True) -> AsyncIterator[Indexer]:
    """An indexer that runs; raises AssertionError where it ends before the block does. `alone`: not in a server."""
    settings = chain.settings(name, poll_seconds=0.02, reconcile_seconds=0.2, stops_at_wrong_settings=alone)
    begun: list[Indexer] = []
    stop = asyncio.Event()
    task = asyncio.create_task(run(settings, stop, ready=begun.append))
    await until(lambda: bool(begun) or task.done())
    try:
        if begun:
            yield begun[0]
            assert not task.done(), "the indexer has ended"
    finally:
        stop.set()
        await task


async def until(done: Callable[[], bool]) -> None:
    """Wait for something that must come."""
    async with asyncio.timeout(_SECONDS):
        while not done():  # noqa: ASYNC110  (what it waits for sets no event)
            await asyncio.sleep(0.01)
