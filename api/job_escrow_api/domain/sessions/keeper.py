"""When the server looks after which account's sessions: a task for each, the nearest deadline first."""

import asyncio

import structlog
from job_escrow.chain import ChainError

from job_escrow_api.domain.chain_access import ChainAccess
from job_escrow_api.domain.duties import Duty
from job_escrow_api.domain.sessions.comparison import Comparison
from job_escrow_api.domain.sessions.store import SessionStore
from job_escrow_api.domain.sessions.upkeep import Upkeep
from job_escrow_api.settings import ApiSettings

_MOST_AT_ONCE = 16
"""Accounts that are looked after at once: a transaction that is lost holds one up for a minute, and no other."""

_log = structlog.get_logger(__name__)


class SessionsDuty(Duty):
    """The keeper's duty: a session that fails stops no other, and health says how many do."""

    def __init__(self) -> None:
        super().__init__("The keeper of sessions")
        self.failed = 0
        """Live sessions that failed when they were looked after last."""

    @property
    def values(self) -> dict[str, int]:
        """How many live sessions failed when they were looked after last."""
        return {"failed": self.failed}

    @property
    def remark(self) -> str:
        """What is said, with the failed sessions if there are any."""
        said = f" Sessions that could not be looked after: {self.failed:,}; the log says why." if self.failed else ""
        return super().remark + said


class Keeper:
    """Looks after the sessions of one platform: at each turn, after all accounts that are not being looked after."""

    def __init__(
        self, settings: ApiSettings, store: SessionStore, chain: ChainAccess, comparison: Comparison, upkeep: Upkeep
    ) -> None:
        self._settings = settings
        self._store = store
        self._chain = chain
        self._comparison = comparison
        self._upkeep = upkeep
        self._due: list[str] = []
        """Accounts that wait for a place, the most urgent first, as the newest turn has them."""
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._failed: dict[str, set[int]] = {}
        """The numbers of each account's sessions that failed when they were looked after last."""
        self.duty = SessionsDuty()

    async def keep(self) -> None:
        """For ever: a turn, and a pause; what takes longer goes on meanwhile."""
        try:
            while True:
                try:
                    await self._chain.node.check()
                    await self._begin_turn()
                    self.duty.tell(None)
                except ChainError as error:
                    # Without the chain nothing can be settled, and requests are refused.
                    _log.warning("sessions not kept", error=str(error))
                except Exception as error:
                    _log.exception("sessions not kept")
                    self.duty.tell(error)
                await asyncio.sleep(self._settings.intervals.sweep)
        finally:
            await self._stop()

    async def turn(self) -> int:
        """Look once after each request and session that is due, to the end; gives how many sessions failed."""
        await self._begin_turn()
        while self._tasks:
            await asyncio.gather(*self._tasks.values())
        return self.duty.failed

    async def _begin_turn(self) -> None:
        """Release what has expired, and look after all accounts that are not being looked after."""
        now = await self._chain.clock.read()
        while await self._store.release_expired(now):
            # So many at once that nobody else waits long to write.
            pass
        rows = self._store.all_live()
        live = {row.number for row in rows}
        self._failed = {account: left for account, failed in self._failed.items() if (left := failed & live)}
        self._count_failed()
        if not rows or self._settings.operator is None:
            self._due = []
            return
        try:
            await self._comparison.compare()
        except ChainError as error:
            # What is due is due all the same.
            _log.warning("sessions not compared with the chain", error=str(error))
        # An account's place is that of its most urgent session; what fails again and again keeps no other waiting.
        accounts = sorted(dict.fromkeys(row.credit_account for row in rows), key=lambda each: each in self._failed)
        self._due = [account for account in accounts if account not in self._tasks]
        self._fill()

    def _fill(self) -> None:
        while self._due and len(self._tasks) < _MOST_AT_ONCE:
            account = self._due.pop(0)
            self._tasks[account] = asyncio.create_task(self._look_after(account))

    async def _look_after(self, account: str) -> None:
        try:
            failed = await self._upkeep.look_after(account)
        except Exception as error:
            _log.exception("sessions not looked after", credit_account=account)
            self.duty.tell(error)
        else:
            self._failed.pop(account, None)
            if failed:
                self._failed[account] = failed
            self._count_failed()
        finally:
            del self._tasks[account]
            self._fill()

    def _count_failed(self) -> None:
        self.duty.failed = sum(map(len, self._failed.values()))

    async def _stop(self) -> None:
        self._due = []
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
