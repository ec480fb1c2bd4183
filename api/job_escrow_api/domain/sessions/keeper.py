"""What the server does about sessions by itself: settles by time or amount, renews, and ends them in time."""

import asyncio
from collections import Counter

import structlog
from job_escrow.chain import ChainError, run_async
from job_escrow.chain.requests import GetBlockHeight, ask
from job_escrow.codec import Platform
from job_escrow.errors import EscrowError
from job_escrow.receipts.receipt import tiers_bytes

from job_escrow_api.domain.books import restored
from job_escrow_api.domain.chain_access import LANDING_BLOCKS, ChainAccess
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.duties import Duty
from job_escrow_api.domain.keyed_lock import KeyedLock
from job_escrow_api.domain.parties import Parties
from job_escrow_api.domain.problems import Refusal
from job_escrow_api.domain.sessions import lifecycle
from job_escrow_api.domain.sessions.ending import Ending
from job_escrow_api.domain.sessions.opening import Opening
from job_escrow_api.domain.sessions.rows import SessionRow
from job_escrow_api.domain.sessions.store import SessionStore
from job_escrow_api.settings import ApiSettings

_RENEW_BELOW = 4
"""A session is renewed when less than this part of its credits or of its time is left."""

_log = structlog.get_logger(__name__)


class SessionsDuty(Duty):
    """The keeper's duty: a session that fails stops no other, and health says how many do."""

    def __init__(self) -> None:
        super().__init__("The keeper of sessions")
        self.failed = 0
        """Sessions that failed in the last turn."""

    @property
    def values(self) -> dict[str, int]:
        """How many sessions failed in the last turn."""
        return {"failed": self.failed}

    @property
    def remark(self) -> str:
        """What is said, with the failed sessions if there are any."""
        said = f" Sessions that could not be looked after: {self.failed:,}; the log says why." if self.failed else ""
        return super().remark + said


class Keeper:
    """Looks after the sessions of one platform, one turn after the other."""

    def __init__(
        self,
        settings: ApiSettings,
        database: ApiDatabase,
        store: SessionStore,
        parties: Parties,
        chain: ChainAccess,
        opening: Opening,
        ending: Ending,
        accounts: KeyedLock,
    ) -> None:
        self._settings = settings
        self._database = database
        self._store = store
        self._parties = parties
        self._chain = chain
        self._opening = opening
        self._ending = ending
        self._accounts = accounts
        self.duty = SessionsDuty()

    async def keep(self) -> None:
        """For ever: a turn, and a pause."""
        while True:
            try:
                await self._chain.node.check()
                self.duty.failed = await self.turn()
                self.duty.tell(None)
            except ChainError as error:
                # Without the chain nothing can be settled, and requests are refused.
                _log.warning("sessions not kept", error=str(error))
            except Exception as error:
                _log.exception("sessions not kept")
                self.duty.tell(error)
            await asyncio.sleep(self._settings.intervals.sweep)

    async def turn(self) -> int:
        """Look once after each request and session that is due; gives how many sessions failed."""
        now = await self._chain.clock.read()
        await self._store.release_expired(now)
        rows = self._store.all_live()
        if not rows or self._settings.operator is None:
            return 0
        platform = await self._chain.current.platform()
        failed: Counter[str] = Counter()
        for row in rows:
            try:
                await self._look_after(row, platform, now)
            except (ChainError, EscrowError, Refusal) as error:
                _log.warning("session not looked after", session=row.address, error=str(error))
                failed[row.address] += 1
            except Exception:
                _log.exception("session not looked after", session=row.address)
                failed[row.address] += 1
        for account in sorted({row.credit_account for row in rows}):
            try:
                await self._renew(account, platform, now)
            except (ChainError, EscrowError, Refusal) as error:
                # The next request that needs one opens it, or is told why not.
                _log.info("session not renewed", credit_account=account, error=str(error))
        return len(failed)

    async def _look_after(self, row: SessionRow, platform: Platform, now: int) -> None:
        if row.status == "opening":
            await self._look_at_opening(row)
            return
        if (row.deadline or 0) <= now:
            await self._ending.refund_timed_out(row)
            return
        signer = self._parties.signing(platform)
        if self._is_to_end(row, platform, now):
            await self._database.write(lifecycle.close, row.number, also_running=True)
        elif not row.running and now - (row.used_at or 0) >= self._settings.session_idle_seconds:
            await self._database.write(lifecycle.close, row.number, also_running=False)
        row = self._store.session(row.number)
        if row.closing and not row.running:
            await self._ending.settle(signer, row, is_final=True)
        elif self._is_to_settle(row, now):
            await self._ending.settle(signer, row, is_final=False)

    def _is_to_end(self, row: SessionRow, platform: Platform, now: int) -> bool:
        """Whether it admits nothing more: near its end, at prices of before, against new limits, or in older books."""
        return (
            now >= (row.deadline or 0) - self._settings.session_end_seconds
            or row.tiers != tiers_bytes(platform.tiers)
            or not self._store.allows_sessions(row)
            or restored(self._database.reader) is not None
        )

    def _is_to_settle(self, row: SessionRow, now: int) -> bool:
        if row.total - row.settled >= self._settings.session_settle_credits:
            return True
        since = self._store.unsettled_since(row)
        return since is not None and now - since >= self._settings.session_settle_seconds

    async def _look_at_opening(self, row: SessionRow) -> None:
        if self._accounts.are_taken(row.credit_account):
            # Whoever opens it awaits it.
            return
        async with self._accounts.of(row.credit_account):
            # Before the look, so that nothing lands between the two.
            height = await run_async(ask(GetBlockHeight()), self._chain.escrow.chain)
            row = self._store.session(row.number)
            if row.status == "opening":
                row = await self._opening.look(row)
            if row.status != "opening":
                return
            if row.last_valid_height is None:
                # Never sent, as far as is known.
                await self._database.write(lifecycle.update, row.number, last_valid_height=height + LANDING_BLOCKS)
            elif row.last_valid_height < height:
                await self._database.write(lifecycle.update, row.number, status="failed")

    async def _renew(self, account: str, platform: Platform, now: int) -> None:
        """Open the next session of an account ahead of need, where requests come and what is left is little."""
        rows = self._store.live(account)
        usable = [row for row in rows if row.status == "open" and not row.closing]
        if not usable or any(row.status == "opening" or (row in usable and self._lasts(row, now)) for row in rows):
            return
        if now - max(row.used_at or 0 for row in usable) >= self._settings.session_idle_seconds:
            return
        signer = self._parties.signing(platform)
        async with self._accounts.of(account):
            await self._opening.open_ahead(signer, platform, usable[0].account)

    def _lasts(self, row: SessionRow, now: int) -> bool:
        """Whether it has both credits and time left."""
        left = (row.deadline or 0) - self._settings.session_end_seconds - now
        return row.free * _RENEW_BELOW >= row.credits and left * _RENEW_BELOW >= row.seconds
