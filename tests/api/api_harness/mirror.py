"""The indexer's follower, told when to look: what a test wants stored is stored when it goes on."""

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

from job_escrow.codec import PROGRAM_ID
from job_escrow_indexer.follow import Follower
from job_escrow_indexer.settings import Limits
from job_escrow_indexer.source.node import Node
from job_escrow_indexer.source.rpc import Rpc
from job_escrow_indexer.store.database import DatabaseFile
from job_escrow_indexer.store.store import Store


class Mirror:
    """Reads a chain into a database, whenever it is told to."""

    def __init__(self, chain: str, path: Path) -> None:
        self._file = DatabaseFile(path)
        self._runner = asyncio.Runner()
        self._rpc = Rpc(chain, Limits(requests_per_second=5_000))
        self._runner.run(self._rpc.__aenter__())
        self._store = Store(self._file.db)
        self._follower = Follower(self._store, Node(self._rpc, str(PROGRAM_ID)))

    def catch_up(self) -> None:
        """Store everything confirmed that is new."""
        self._runner.run(self._follower.step())

    def take_back(self, transaction: int) -> None:
        """Take back the transaction at a position, as where a fork has dropped it."""
        self._store.replace([transaction], ())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._runner.run(self._rpc.__aexit__(kind, error, traceback))
        self._runner.close()
        self._file.close()
