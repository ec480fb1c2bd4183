"""Settling sessions on chain, and ending them: whatever step a crash hit, the chain's count and head say which."""

import contextlib

import structlog
from job_escrow.chain import run_async
from job_escrow.codec import SessionSettled
from job_escrow.errors import NotFound, ProgramFailed, SessionEnded
from job_escrow.flows.sessions import session_outcome_of
from job_escrow.parties import AsyncOperator
from job_escrow.receipts.receipt import tiers_of

from job_escrow_api.domain.books import Books
from job_escrow_api.domain.chain_access import ChainAccess
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.keyed_lock import KeyedLock
from job_escrow_api.domain.parties import Parties
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.sessions import lifecycle
from job_escrow_api.domain.sessions.lifecycle import Seen
from job_escrow_api.domain.sessions.rows import SessionRow
from job_escrow_api.domain.sessions.store import SessionStore
from job_escrow_api.settings import ApiSettings

_SOON = {"Retry-After": "1"}

_log = structlog.get_logger(__name__)


class Ending:
    """What is told to the chain of sessions of one platform, one settlement of a session at a time."""

    def __init__(
        self,
        settings: ApiSettings,
        database: ApiDatabase,
        store: SessionStore,
        books: Books,
        parties: Parties,
        chain: ChainAccess,
    ) -> None:
        self._program_id = settings.program_id
        self._operator = settings.operator
        self._database = database
        self._store = store
        self._books = books
        self._parties = parties
        self._chain = chain
        self._locks = KeyedLock()

    async def settle(self, signer: AsyncOperator, row: SessionRow, *, is_final: bool) -> SessionRow:
        """Charge what was not charged yet.

        A final settlement ends a session that is closing and has nothing running; of another it is as any settlement. A
        repeat is harmless. Raises Refusal, EscrowError and ChainError; the next turn goes on from what was settled.
        """
        async with self._locks.of(row.address):
            row = self._store.session(row.number)
            if row.status != "open" or row.tiers is None:
                return row
            session = await self._chain.escrow.session(row.key)
            if session is None:
                return await self.look(row)
            await self._chain.node.check()
            seen = await self._database.write(lifecycle.seen, row.number, session)
            if seen is Seen.OLDER:
                raise Refusal(Kinds.UNAVAILABLE, "The node is behind what was settled.", headers=_SOON)
            if seen is Seen.FOREIGN:
                return await self._give_back(signer, row)
            terms = tiers_of(row.tiers)
            settlement = await self._database.write(lifecycle.note_settlement, row.number, terms, is_final=is_final)
            if settlement.is_empty:
                return self._store.session(row.number)
            try:
                receipt = await signer.settle_session(row.account, row.session_id, settlement)
            except SessionEnded as error:
                return await self._ended(row, error)
            except ProgramFailed as error:
                raise await self._parties.unfunded(lambda funds: funds.pays_for_ending) or error from error
            event = next(each for each in receipt.events if isinstance(each, SessionSettled))
            await self._database.write(lifecycle.settled, row.number, event, str(receipt.signature))
            # A database from before this is one that has forgotten receipts.
            await self._books.note()
            _log.info("session settled", session=row.address, receipts=event.count, credits=event.settled)
            return self._store.session(row.number)

    async def refund_timed_out(self, row: SessionRow) -> SessionRow:
        """Give back what a session holds whose deadline has passed, which the program makes sure of."""
        async with self._locks.of(row.address):
            row = self._store.session(row.number)
            if not row.is_live or self._operator is None:
                return row
            try:
                await self._chain.escrow.anyone(self._operator).refund_timed_out_session(row.account, row.session_id)
            except NotFound:
                # Somebody else was first.
                _log.info("session was ended already", session=row.address)
            return await self.look(row)

    async def look(self, row: SessionRow) -> SessionRow:
        """Take over how a session has ended. Raises ChainError, EscrowError and Refusal where nobody can say yet."""
        flow = session_outcome_of(row.account, row.session_id, self._program_id)
        outcome = await run_async(flow, self._chain.escrow.chain)
        await self._chain.node.check()
        if outcome is not None:
            await self._database.write(lifecycle.ended, row.number, outcome)
        elif row.status == "opening":
            # Its number is used, and not for it.
            await self._database.write(lifecycle.update, row.number, status="failed")
        else:
            raise Refusal(Kinds.UNAVAILABLE, "How the session ended is not known yet.", headers=_SOON)
        return self._store.session(row.number)

    async def _give_back(self, signer: AsyncOperator, row: SessionRow) -> SessionRow:
        """End a session that these books do not know all receipts of: what the chain has charged is all that it costs.

        So it is where the database was restored. Nothing of what was forgotten can be charged, and nothing twice.
        """
        _log.error("the chain has receipts of a session that the books have not: it is given back", session=row.address)
        await self._database.write(lifecycle.close, row.number, also_running=True)
        with contextlib.suppress(NotFound):
            await signer.refund_session(row.account, row.session_id)
        return await self.look(row)

    async def _ended(self, row: SessionRow, error: SessionEnded) -> SessionRow:
        await self._chain.node.check()
        await self._database.write(lifecycle.ended, row.number, error.outcome)
        return self._store.session(row.number)
