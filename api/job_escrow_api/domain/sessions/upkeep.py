"""What is due of one account's sessions: settled by time or amount, renewed, and ended in time."""

import structlog
from job_escrow.chain import ChainError
from job_escrow.codec import Platform
from job_escrow.errors import EscrowError
from job_escrow.receipts.receipt import tiers_bytes

from job_escrow_api.domain.books import restored
from job_escrow_api.domain.chain_access import ChainAccess
from job_escrow_api.domain.database import ApiDatabase
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

_MOST_RECEIPTS = 2_000
"""Receipts that are left to one settlement, which are read in one transaction, whatever they cost."""

_log = structlog.get_logger(__name__)


class Upkeep:
    """Does what is due. It never waits where requests wait for a session: whoever is at it opens one itself."""

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

    async def look_after(self, account: str) -> set[int]:
        """Do what is due of an account's sessions; gives the numbers of those that failed, which stop no other."""
        rows = sorted(self._store.live(account), key=lambda row: row.deadline or 0)
        failed: set[int] = set()
        for row in rows:
            try:
                await self._look_after(row)
            except (ChainError, EscrowError, Refusal) as error:
                _log.warning("session not looked after", session=row.address, error=str(error))
                failed.add(row.number)
            except Exception:
                _log.exception("session not looked after", session=row.address)
                failed.add(row.number)
        try:
            await self._renew(account)
        except (ChainError, EscrowError, Refusal) as error:
            # The next request that needs one opens it, or is told why not.
            _log.info("session not renewed", credit_account=account, error=str(error))
        except Exception:
            _log.exception("session not renewed", credit_account=account)
        return failed

    async def _look_after(self, row: SessionRow) -> None:
        if row.status == "opening":
            await self._look_at_opening(row)
            return
        # Of this moment: what came before may have waited for a transaction.
        now = await self._chain.clock.about()
        if (row.deadline or 0) <= now and (row.deadline or 0) <= await self._chain.clock.read():
            await self._ending.refund_timed_out(row)
            return
        platform = await self._chain.current.platform()
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
        since = self._store.unsettled_since(row)
        if since is None:
            return False
        # Once ahead of the end, so that little hangs on the last settlement; then whatever is left.
        end_seconds = self._settings.session_end_seconds
        end = (row.deadline or 0) - end_seconds
        return (
            row.total - row.settled >= self._settings.session_settle_credits
            or row.count - row.settled_count >= _MOST_RECEIPTS
            or now - since >= self._settings.session_settle_seconds
            or since < end - end_seconds <= now
            or now >= end
        )

    async def _look_at_opening(self, row: SessionRow) -> None:
        if self._accounts.are_taken(row.credit_account):
            # Whoever opens it awaits it.
            return
        async with self._accounts.of(row.credit_account):
            await self._opening.conclude(row)

    async def _renew(self, account: str) -> None:
        """Open the next session of an account ahead of need, where requests come and what is left is little."""
        now = await self._chain.clock.about()
        rows = self._store.live(account)
        usable = [row for row in rows if row.status == "open" and not row.closing]
        if not usable or any(row.status == "opening" or (row in usable and self._lasts(row, now)) for row in rows):
            return
        if now - max(row.used_at or 0 for row in usable) >= self._settings.session_idle_seconds:
            return
        platform = await self._chain.current.platform()
        signer = self._parties.signing(platform)
        if self._accounts.are_taken(account):
            # Requests that wait there open one themselves, and there may be many of them.
            return
        async with self._accounts.of(account):
            await self._opening.open_ahead(signer, platform, usable[0].account)

    def _lasts(self, row: SessionRow, now: int) -> bool:
        """Whether it has both credits and time left."""
        left = (row.deadline or 0) - self._settings.session_end_seconds - now
        return row.free * _RENEW_BELOW >= row.credits and left * _RENEW_BELOW >= row.seconds
