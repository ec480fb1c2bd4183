"""Whether the chain has receipts of open sessions that the books have not: then they were restored, and are held.

It tells where the count beside the database does not, which may have been put back with it. Many sessions are one
question to the chain.
"""

import asyncio

import structlog
from job_escrow.chain.requests import GetAccounts
from job_escrow.errors import EscrowError
from job_escrow.flows import read

from job_escrow_api.domain.chain_access import ChainAccess
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.sessions import lifecycle
from job_escrow_api.domain.sessions.store import SessionStore
from job_escrow_api.settings import ApiSettings

_AT_ONCE = 100
"""Accounts that a node gives in one answer."""


_log = structlog.get_logger(__name__)


class Comparison:
    """Compares the books with the chain: before the first request after a start, and at each of the keeper's turns."""

    def __init__(self, settings: ApiSettings, database: ApiDatabase, store: SessionStore, chain: ChainAccess) -> None:
        self._program_id = settings.program_id
        self._database = database
        self._store = store
        self._chain = chain
        self._is_done = False
        self._lock = asyncio.Lock()

    async def require(self) -> None:
        """Compare unless it was done since the start. Raises ChainError."""
        if self._is_done:
            return
        async with self._lock:
            if not self._is_done:
                await self.compare()

    async def compare(self) -> None:
        """Take over what the chain says of all open sessions. Raises ChainError."""
        rows = [row for row in self._store.all_live() if row.status == "open"]
        for start in range(0, len(rows), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            accounts = await self._chain.node.answer(GetAccounts([row.key for row in some]))
            await self._chain.node.check()
            for row, account in zip(some, accounts, strict=True):
                if account is None:
                    # It has ended, and how is for the keeper to find out: its receipts may be others.
                    await self._database.write(lifecycle.close, row.number, also_running=True)
                    continue
                try:
                    session = read.decoded_session(row.key, account, self._program_id)
                except EscrowError as error:
                    # The keeper fails at it by itself, and says so.
                    _log.warning("session not compared", session=row.address, error=str(error))
                    continue
                if (session.count, session.settled, session.head) != (row.settled_count, row.settled, row.head):
                    await self._database.write(lifecycle.seen, row.number, session)
        self._is_done = True
