"""A local chain with a short history, whose slots the test closes, and an indexer's parts on top of it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from faults import Faults
from faults.proxy import serving as proxy_serving
from job_escrow.patience import Backoff, Patience
from job_escrow_indexer.indexer import Indexer
from job_escrow_indexer.settings import Limits, Settings
from job_escrow_indexer.source.rpc import Rpc
from job_escrow_indexer.store.database import DatabaseFile
from job_escrow_localnet.node import Node as LocalNode
from job_escrow_localnet.server import serving

from indexer_harness.chain_machine import ChainMachine
from indexer_harness.fault_run import localnet_config
from indexer_harness.history import History

IMPATIENT = Patience(
    attempts=2, backoff=Backoff(first_seconds=0.001, longest_seconds=0.01), longest_retry_after_seconds=1.0
)
SMALL_PAGES: dict[str, Any] = {"page": 7, "chunk": 5}
"""Settings for listings of many pages, and chunks that end within slots."""


@dataclass
class SmallChain:
    """What a test works with."""

    history: History
    local: LocalNode
    url: str
    websocket_url: str
    faults: Faults
    folder: Path
    _settings: dict[str, Any]

    def settings(self, name: str = "mirror.db", **changes: Any) -> Settings:
        """Of an indexer of this chain, into a file of this name: it waits for nothing."""
        settings = Settings(
            url=self.url,
            websocket=self.websocket_url,
            database=self.folder / name,
            limits=Limits(requests_per_second=5_000),
            patience=IMPATIENT,
        )
        return replace(settings, **self._settings, **changes)

    @contextlib.asynccontextmanager
    async def indexed(self, name: str = "mirror.db", **changes: Any) -> AsyncIterator[Indexer]:
        """An indexer that does nothing by itself, for the length of a block."""
        settings = self.settings(name, **changes)
        with DatabaseFile(settings.database) as file:
            async with Rpc(settings.url, settings.limits, settings.patience) as rpc:
                yield Indexer(settings, file, rpc)


@contextlib.asynccontextmanager
async def small_chain(folder: Path, seed: int = 5, steps: int = 60, **settings: Any) -> AsyncIterator[SmallChain]:
    """A chain with so many random operations behind it, all of them confirmed, for the length of a block.

    Its indexers have these settings.
    """
    async with serving(localnet_config(folder)) as running:
        history = History(seed, ChainMachine(running.node, seed))
        history.play(steps)
        history.close_slot()
        faults = Faults()
        async with proxy_serving(running.url, running.websocket_url, faults) as proxy:
            yield SmallChain(history, running.node, proxy.url, proxy.websocket_url, faults, folder, settings)


def run(work: object) -> None:
    """Run a test's coroutine."""
    assert asyncio.iscoroutine(work)
    asyncio.run(work)
