"""Opening a session on chain: stored before it is sent, so that one that landed unseen is found and used."""

import structlog
from job_escrow.addresses import session_address
from job_escrow.chain import run_async
from job_escrow.chain.requests import GetAccounts, GetBlockHeight, ask
from job_escrow.codec import CreditAccount, Platform, SessionOpened
from job_escrow.codec import errors as program
from job_escrow.errors import EscrowError, ProgramFailed, Refused, TransactionExpired, TransactionFailed
from job_escrow.flows import read
from job_escrow.flows.sessions import SessionTerms
from job_escrow.ids import is_used, next_usable_session_id
from job_escrow.parties import AsyncOperator
from job_escrow.spendable import left_of_period, spendable
from solders.pubkey import Pubkey

from job_escrow_api.domain.books import Books
from job_escrow_api.domain.chain_access import LANDING_BLOCKS, ChainAccess
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.jobs.adoption import Adoption
from job_escrow_api.domain.jobs.refusals import insufficient_credits, refusal_of
from job_escrow_api.domain.parties import Parties
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.sessions import lifecycle
from job_escrow_api.domain.sessions.ending import Ending
from job_escrow_api.domain.sessions.lifecycle import Wanted
from job_escrow_api.domain.sessions.rows import SessionRow
from job_escrow_api.domain.sessions.store import SessionStore
from job_escrow_api.settings import ApiSettings

_SOON = {"Retry-After": "1"}
_JOBS_OF_RENT = 2
"""A session's account has the rent of so many jobs."""
_WORTH_OPENING = 4
"""A session that is not needed yet is opened for at least this part of what one usually locks."""

_log = structlog.get_logger(__name__)


class Opening:
    """Opens sessions of one platform. Whoever calls it has the account's turn."""

    def __init__(
        self,
        settings: ApiSettings,
        database: ApiDatabase,
        store: SessionStore,
        books: Books,
        adoption: Adoption,
        parties: Parties,
        chain: ChainAccess,
        ending: Ending,
    ) -> None:
        self._settings = settings
        self._database = database
        self._store = store
        self._books = books
        self._adoption = adoption
        self._parties = parties
        self._chain = chain
        self._ending = ending

    async def open(self, signer: AsyncOperator, platform: Platform, address: Pubkey, *, needed: int) -> SessionRow:
        """Open a session that has room for `needed` credits.

        Raises Refusal: it says what the wallet, the customer or the provider can do; EscrowError and ChainError.
        """
        unfinished = self._unfinished(address)
        if unfinished is not None:
            found = await self._go_on(signer, platform, unfinished, needed)
            if found is not None:
                return found
        account, now = await self._account(address)
        _require_allowed(account, needed)
        await self._adoption.know_all(address, account)
        if min(spendable(account, now), left_of_period(account, now)) < needed:
            # What lies in sessions that nothing runs in comes back with their ends, where that suffices.
            idle = [row for row in self._usable(address, now) if not row.running]
            free = min(spendable(account, now), left_of_period(account, now))
            if free + sum(row.free for row in idle) >= needed:
                for row in idle:
                    if await self._database.write(lifecycle.close, row.number, also_running=False):
                        await self._ending.settle(signer, row, is_final=True)
                account, now = await self._account(address)
                await self._adoption.know_all(address, account)
            self._require_enough(account, platform, now, needed)
        return await self._open(signer, platform, address, account, self._size(account, now, needed), needed)

    async def open_ahead(self, signer: AsyncOperator, platform: Platform, address: Pubkey) -> None:
        """Open one before it is needed, where it is worth its fees. Raises as `open` does."""
        unfinished = self._unfinished(address)
        if unfinished is not None:
            await self._go_on(signer, platform, unfinished, unfinished.credits)
            return
        account, now = await self._account(address)
        size = self._size(account, now, 0)
        if size * _WORTH_OPENING < min(self._settings.session_credits, account.limits.credits_per_session):
            return
        await self._adoption.know_all(address, account)
        if size:
            await self._open(signer, platform, address, account, size, size)

    async def _open(
        self,
        signer: AsyncOperator,
        platform: Platform,
        address: Pubkey,
        account: CreditAccount,
        credits: int,
        needed: int,
    ) -> SessionRow:
        number = await self._database.write(
            lifecycle.reserve,
            Wanted(
                platform=str(self._settings.platform),
                credit_account=str(address),
                credits=credits,
                seconds=min(self._settings.session_seconds, platform.max_job_seconds),
                ids=account.job_ids,
                next_id=lambda above: next_usable_session_id(address, above, self._settings.program_id),
                address_of=lambda number: str(session_address(address, number, self._settings.program_id).address),
            ),
        )
        # A database from before this is one that has forgotten a session.
        await self._books.note()
        return await self._send(signer, platform, self._store.session(number), needed, is_first=True)

    def _unfinished(self, address: Pubkey) -> SessionRow | None:
        """A session that was being opened when the server ended, or the chain did not answer."""
        return next((row for row in self._store.live(str(address)) if row.status == "opening"), None)

    def _usable(self, address: Pubkey, now: int) -> list[SessionRow]:
        """Open sessions that can be ended with a settlement: those past their deadline are refunded."""
        return [row for row in self._store.live(str(address)) if row.status == "open" and (row.deadline or 0) > now]

    def _size(self, account: CreditAccount, now: int, needed: int) -> int:
        """Credits of the next session, as far as wallet and account allow."""
        wanted = max(needed, self._settings.session_credits)
        limit = account.limits.credits_per_session
        return min(wanted, limit, spendable(account, now), left_of_period(account, now))

    async def look(self, row: SessionRow) -> SessionRow:
        """Find out whether one has landed that is being opened. Raises ChainError, and EscrowError: not known yet."""
        # Both at one slot: what lands between two looks would be taken for somebody else's.
        found, account = await self._chain.node.answer(GetAccounts([row.key, row.account]))
        await self._chain.node.check()
        program_id = self._settings.program_id
        if found is not None:
            session = read.decoded_session(row.key, found, program_id)
            if session.credits == row.credits and session.deadline - session.opened_at == row.seconds:
                await self._database.write(lifecycle.opened, row.number, session)
            else:
                await self._failed(row)
            return self._store.session(row.number)
        ids = None if account is None else read.decoded_credit_account(row.account, account, program_id).job_ids
        if ids is None or is_used(ids, row.session_id):
            # It has ended already, or somebody else has used its number.
            return await self._ending.look(row)
        return row

    async def conclude(self, row: SessionRow) -> SessionRow:
        """Find out what became of one that was being opened; it stays so only where it may still land.

        Raises as `look`.
        """
        # Before the look, so that nothing lands between the two.
        height = await run_async(ask(GetBlockHeight()), self._chain.escrow.chain)
        row = self._store.session(row.number)
        if row.status == "opening":
            row = await self.look(row)
        if row.status != "opening":
            return row
        if row.last_valid_height is None and row.closing:
            # Taken back into the books: when it was sent is not known.
            await self._database.write(lifecycle.update, row.number, last_valid_height=height + LANDING_BLOCKS)
        elif row.last_valid_height is None or row.last_valid_height < height:
            await self._failed(row)
        return self._store.session(row.number)

    async def _go_on(
        self, signer: AsyncOperator, platform: Platform, row: SessionRow, needed: int
    ) -> SessionRow | None:
        """Go on with one that may have landed or may still land: the program takes its id once.

        None where it has ended, or can never be: another may be opened.
        """
        row = await self.conclude(row)
        if row.status == "opening":
            return await self._send(signer, platform, row, needed, is_first=False)
        return row if row.status == "open" else None

    async def _send(
        self, signer: AsyncOperator, platform: Platform, row: SessionRow, needed: int, *, is_first: bool
    ) -> SessionRow:
        async def sending(last_valid_height: int) -> None:
            # One that was sent before may still land too.
            last = max(last_valid_height, row.last_valid_height or 0)
            await self._database.write(lifecycle.update, row.number, last_valid_height=last)

        terms = SessionTerms(
            session_id=row.session_id,
            credits=row.credits,
            seconds=row.seconds,
            reference=self._books.reference_of_session(row.address),
        )
        try:
            receipt = await signer.open_session(row.account, terms, sending=sending)
        except (TransactionFailed, TransactionExpired) as error:
            # A node that became one of another chain meanwhile knows nothing of it.
            await self._chain.node.check()
            if is_first:
                # Nothing of this row was sent before: what failed now has failed for good, and its id is free again.
                await self._failed(row)
            else:
                # What failed now cannot land any more: only what was sent before may, and not for longer than it could.
                await self._database.write(lifecycle.update, row.number, last_valid_height=row.last_valid_height)
                row = await self.look(row)
                if row.status == "open":
                    return row
                if isinstance(error, Refused):
                    # Its size and terms are those of before: why they are refused is no answer to this request.
                    detail = "A session of before may still be opened: ask again."
                    raise Refusal(Kinds.UNAVAILABLE, detail, headers=_SOON) from error
            raise await self._explained(error, row, platform, needed) from error
        event = next(each for each in receipt.events if isinstance(each, SessionOpened))
        await self._database.write(lifecycle.opened, row.number, event, str(receipt.signature))
        _log.info("session opened", session=row.address, credits=row.credits)
        return self._store.session(row.number)

    async def _failed(self, row: SessionRow) -> None:
        await self._database.write(lifecycle.update, row.number, status="failed")

    async def _account(self, address: Pubkey) -> tuple[CreditAccount, int]:
        account, now = await self._parties.account(address)
        if account is None:
            raise Refusal(
                Kinds.CONFLICT, f"The credit account {address} was closed: ask the customer to open it again."
            )
        return account, now

    def _require_enough(self, account: CreditAccount, platform: Platform, now: int, needed: int) -> None:
        address = self._settings.credit_account(account.wallet, account.namespace)
        free = sum(row.free for row in self._usable(address, now))
        balance, left = spendable(account, now), left_of_period(account, now)
        if min(balance, left) >= needed:
            return
        if min(balance, left) + free >= needed:
            detail = (
                f"The request needs {needed} credits in one session, and {free} are in sessions whose requests run "
                "still: ask again when some have ended."
            )
            raise Refusal(Kinds.CONFLICT, detail, headers=_SOON)
        if balance + free < needed:
            raise insufficient_credits(self._settings, account, platform, required=needed, balance=balance + free)
        detail = f"The wallet lets the operator lock {left} more credits in this period; the request needs {needed}."
        raise Refusal(Kinds.LIMIT_EXCEEDED, detail)

    async def _explained(self, error: EscrowError, row: SessionRow, platform: Platform, needed: int) -> Exception:
        if isinstance(error, ProgramFailed):
            return await self._parties.unfunded(lambda funds: funds.jobs >= _JOBS_OF_RENT) or error
        if not isinstance(error, Refused):
            return error
        if error.refusal is program.JobIdUsed:
            return Refusal(Kinds.UNAVAILABLE, "Somebody else used the session's number.", headers=_SOON)
        if error.refusal is program.InsufficientCredits:
            account, now = await self._parties.account(row.account)
            if account is not None:
                balance = spendable(account, now)
                return insufficient_credits(self._settings, account, platform, required=needed, balance=balance)
        return refusal_of(error)


def _require_allowed(account: CreditAccount, needed: int) -> None:
    most = account.limits.credits_per_session
    if not most:
        raise Refusal(
            Kinds.SESSIONS_NOT_ALLOWED, "The wallet's limits allow the operator no sessions (credits_per_session is 0)."
        )
    if needed > most:
        detail = (
            f"The request needs {needed} credits, and the wallet allows {most} for a session: lock a job for it "
            "(POST /v1/jobs)."
        )
        raise Refusal(Kinds.LIMIT_EXCEEDED, detail)
