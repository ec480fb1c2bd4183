"""A local chain with a short history, whose slots the test closes, and an indexer's parts on top of it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from faults import Faults
from faults.proxy import serving as proxy_serving
from job_escrow.codec import PROGRAM_ID
from job_escrow_indexer.follow import Follower
from job_escrow_indexer.reconcile import Reconciler
from job_escrow_indexer.source.node import Node
from job_escrow_indexer.source.rpc import Limits, Rpc
from job_escrow_indexer.store.database import DatabaseFile
from job_escrow_indexer.store.store import Store
from job_escrow_localnet.node import Node as LocalNode
from job_escrow_localnet.server import serving

from indexer_harness.chain_machine import ChainMachine
from indexer_harness.fault_run import localnet_config
from indexer_harness.history import History


@dataclass
class SmallChain:
    """What a test works with."""

    history: History
    local: LocalNode
    url: str
    websocket_url: str
    faults: Faults
    folder: Path

    @contextlib.asynccontextmanager
    async def indexed(
        self, *, from_slot: int = 0, limits: Limits | None = None, name: str = "mirror.db"
    ) -> AsyncIterator["Indexed"]:
        """A database over the chain for the length of a block."""
        limits = limits or Limits(requests_per_second=5_000)
        with DatabaseFile(self.folder / name) as file:
            async with Rpc(self.url, limits) as rpc:
                follower = Follower(Store(file.db), Node(rpc, str(PROGRAM_ID)), from_slot=from_slot)
                yield Indexed(follower, Reconciler(follower), rpc)


@dataclass
class Indexed:
    """A database and what keeps it."""

    follower: Follower
    reconciler: Reconciler
    rpc: Rpc

    @property
    def store(self) -> Store:
        return self.follower.store


@contextlib.asynccontextmanager
async def small_chain(folder: Path, seed: int = 5, steps: int = 60) -> AsyncIterator[SmallChain]:
    """A chain with so many random operations behind it, all of them confirmed, for the length of a block."""
    async with serving(localnet_config(folder)) as running:
        history = History(seed, ChainMachine(running.node, seed))
        history.play(steps)
        history.close_slot()
        faults = Faults()
        async with proxy_serving(running.url, running.websocket_url, faults) as proxy:
            yield SmallChain(history, running.node, proxy.url, proxy.websocket_url, faults, folder)


def run(work: object) -> None:
    """Run a test's coroutine."""
    assert asyncio.iscoroutine(work)
    asyncio.run(work)
