"""The indexer's store, fed with what a chain answers, for tests that need rows and no live source."""

from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from job_escrow.codec import PROGRAM_ID
from job_escrow_indexer.store.database import DatabaseFile
from job_escrow_indexer.store.progress import Progress
from job_escrow_indexer.store.store import Store
from job_escrow_indexer.transaction import read_transaction

_PAGE = 1_000


class Mirror:
    """Reads a chain into a database, whenever it is told to."""

    def __init__(self, chain: str, path: Path) -> None:
        self._file = DatabaseFile(path)
        self._store = Store(self._file.db)
        self._http = httpx.Client(base_url=chain, timeout=30)
        self._newest: str | None = None

    def catch_up(self) -> int:
        """Store everything confirmed that is new; gives the slot that it reaches."""
        slot = int(self._ask("getSlot", {"commitment": "confirmed"}))
        options = {"limit": _PAGE, "commitment": "confirmed", **({"until": self._newest} if self._newest else {})}
        listed = self._ask("getSignaturesForAddress", str(PROGRAM_ID), options)
        assert len(listed) < _PAGE
        how = {"encoding": "json", "commitment": "confirmed", "maxSupportedTransactionVersion": 0}
        found = [read_transaction(self._ask("getTransaction", one["signature"], how)) for one in reversed(listed)]
        reached = max([slot, *(one.slot for one in found)])
        self._store.ingest(
            found,
            Progress(
                genesis_hash="test",
                program=str(PROGRAM_ID),
                from_slot=0,
                tip_slot=reached,
                finalized_slot=0,
                anchor=None,
            ),
        )
        if listed:
            self._newest = listed[0]["signature"]
        return reached

    def _ask(self, method: str, *params: object) -> Any:
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
        answer = self._http.post("/", json=body).json()
        assert "error" not in answer, answer
        return answer["result"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._http.close()
        self._file.close()
