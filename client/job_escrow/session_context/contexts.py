"""Sessions of an account as context managers, blocking and asynchronous over the same flows."""

import asyncio
import logging
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TypeVar

from solders.pubkey import Pubkey

from job_escrow.amounts import whole_number
from job_escrow.bounds import MAX_JOB_SECONDS, MAX_UNITS, TIERS
from job_escrow.chain.driving import run, run_async
from job_escrow.chain.requests import AsyncChain, Chain, ChainError, Flow
from job_escrow.errors import EscrowError
from job_escrow.flows.one_chain import only_on
from job_escrow.flows.sides import PlatformSide
from job_escrow.receipts.receipt import SessionReceipt
from job_escrow.session_context.books import Books
from job_escrow.session_context.policy import SessionPolicy
from job_escrow.session_context.request_contexts import AsyncCreditRequest, CreditRequest, Hashes
from job_escrow.session_context.requests import Admission, Wanted
from job_escrow.session_context.running import Running
from job_escrow.session_context.store import SessionStore

Answer = TypeVar("Answer")

REQUEST_SECONDS = 600
"""How long a request may run, unless it is told otherwise, or sessions are too short for that."""

_ID_BYTES = 16
_log = logging.getLogger(__name__)


class _Sessions:
    """What both kinds share: all but who drives the flows."""

    def __init__(
        self,
        side: PlatformSide,
        credit_account: Pubkey,
        store: SessionStore,
        policy: SessionPolicy,
        patience: float,
        writing: Callable[[Callable[[], Any]], Any],
    ) -> None:
        self.credit_account = credit_account
        self.store = store
        self.policy = policy
        self.trouble: ChainError | EscrowError | None = None
        """What went wrong when the sessions were looked after last; None: nothing. The next turn tries again."""
        self._books = Books(side, credit_account, store, policy, writing)
        self._running = Running(self._books, patience)
        self._is_entered = False

    def _bound(self, flow: Flow[Answer]) -> Flow[Answer]:
        """The same, whose transactions land on the store's chain or nowhere."""
        if not self._is_entered:
            flow.close()
            raise RuntimeError("the sessions are not entered, or were left: request within their `with` block")
        return only_on(self._books.genesis or "", flow)

    def _wanted(self, tier: int, max_units: int, seconds: int | None, request_id: str | None, model: str) -> Wanted:
        if seconds is None:
            seconds = min(REQUEST_SECONDS, self._running.longest_request)
        return Wanted(
            id=f"req_{secrets.token_hex(_ID_BYTES)}" if request_id is None else request_id,
            credit_account=str(self.credit_account),
            tier=whole_number(tier, "tier", TIERS - 1),
            max_units=whole_number(max_units, "units", MAX_UNITS),
            seconds=whole_number(seconds, "seconds", MAX_JOB_SECONDS),
            model=model,
        )


class CreditSession(_Sessions):
    """Sessions of one account for the length of a `with` block; blocking, and safe to share between threads.

    They are looked after when requests come: where none may come for long, call `look_after` now and then.
    """

    def __init__(
        self,
        chain: Chain,
        side: PlatformSide,
        credit_account: Pubkey,
        store: SessionStore,
        policy: SessionPolicy,
        patience: float,
    ) -> None:
        super().__init__(side, credit_account, store, policy, patience, lambda work: work())
        self._chain = chain
        # A blocking chain answers one thread at a time.
        self._turn = threading.RLock()

    def request(
        self,
        tier: int,
        max_units: int,
        *,
        seconds: int | None = None,
        request_id: str | None = None,
        model: str = "",
    ) -> CreditRequest:
        """A request to run in a `with` block: admitted on entry, released on failure; see `AsyncCreditSession`."""
        wanted = self._wanted(tier, max_units, seconds, request_id, model)
        return CreditRequest(wanted, admit=self._admit, settle=self._settle, release=self._release)

    def look_after(self, *, settle_all: bool = False) -> None:
        """Settle, renew and end what is due now; with `settle_all` of receipts also what could wait.

        Raises EscrowError and ChainError; the next turn tries again.
        """
        self._drive(self._running.look_after(settle_all=settle_all))

    def _drive(self, flow: Flow[Answer]) -> Answer:
        with self._turn:
            return run(self._bound(flow), self._chain)

    def _look_after_if_due(self) -> None:
        with self._turn:
            if not self._drive(self._running.is_due()):
                return
            try:
                self.look_after()
            except (ChainError, EscrowError) as error:
                self.trouble = error
            else:
                self.trouble = None

    def _admit(self, wanted: Wanted, admitted: Callable[[Admission], None]) -> None:
        with self._turn:
            self._running.require_admitting()
            self._look_after_if_due()
            self._drive(self._running.admit(wanted, admitted))

    def _settle(
        self, admission: Admission, units: int, hashes: Hashes, settled: Callable[[SessionReceipt], None]
    ) -> None:
        self._drive(self._running.settle(admission, units, hashes, settled))
        self._look_after_if_due()

    def _release(self, admission: Admission) -> None:
        with self._turn:
            # Leaving has released it.
            if self._is_entered:
                self._drive(self._running.release(admission))

    def __enter__(self) -> Self:
        self.store.hold(self.credit_account)
        try:
            with self._turn:
                run(self._running.enter(), self._chain)
        except BaseException:
            self.store.let_go(self.credit_account)
            raise
        self._is_entered = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._turn:
            try:
                self._drive(self._running.leave())
            except (EscrowError, ChainError) as trouble:
                if error is None:
                    raise
                error.add_note(_left(trouble))
            finally:
                self._is_entered = False
                self.store.let_go(self.credit_account)


class AsyncCreditSession(_Sessions):
    """Sessions of one account for the length of an `async with` block; asynchronous, with a task that looks after them.

    Any number of requests run within it side by side.
    """

    def __init__(
        self,
        chain: AsyncChain,
        side: PlatformSide,
        credit_account: Pubkey,
        store: SessionStore,
        policy: SessionPolicy,
        patience: float,
    ) -> None:
        super().__init__(side, credit_account, store, policy, patience, self._written)
        self._chain = chain
        self._turn = asyncio.Lock()
        self._wake = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    def request(
        self,
        tier: int,
        max_units: int,
        *,
        seconds: int | None = None,
        request_id: str | None = None,
        model: str = "",
    ) -> AsyncCreditRequest:
        """A request to run in an `async with` block: admitted on entry, released where it fails or is cancelled.

        It may use `max_units` units of the tier in slot `tier` (0 to 7), whose price is reserved, within `seconds` by
        the chain's clock: 600, or half of what sessions last where that is less. `request_id` and `model` are words of
        the receipt, of 65,535 bytes each at most; a request under an id that was settled is never run again. Raises
        InvalidAmount for numbers out of range, and InvalidReceipt for words that no receipt takes.

        Entering raises NotAdmitted, whose kind says why and what to do (SessionsLeft once the sessions' block ends);
        RequestEnded, with the receipt, and RequestRunning for an id that was used; InvalidAmount for a tier that is not
        offered and units that have no price; StoreError; and what opening a session raises where one is needed. A block
        that ends without `settle` or `release` raises NothingReported, and costs nothing.
        """
        wanted = self._wanted(tier, max_units, seconds, request_id, model)
        return AsyncCreditRequest(wanted, admit=self._admit, settle=self._settle, release=self._release)

    async def look_after(self, *, settle_all: bool = False) -> None:
        """Settle, renew and end what is due now, as the session's own task does every few seconds.

        With `settle_all` also receipts that could wait are settled. Raises EscrowError and ChainError; the next turn
        tries again.
        """
        async with self._turn:
            await self._drive(self._running.look_after(settle_all=settle_all))

    async def _drive(self, flow: Flow[Answer]) -> Answer:
        return await run_async(self._bound(flow), self._chain)

    async def _admit(self, wanted: Wanted, admitted: Callable[[Admission], None]) -> None:
        self._running.require_admitting()
        if await self._drive(self._running.admit_now(wanted, admitted)):
            return
        async with self._turn:
            self._running.require_admitting()
            await self._drive(self._running.admit(wanted, admitted))

    async def _settle(
        self, admission: Admission, units: int, hashes: Hashes, settled: Callable[[SessionReceipt], None]
    ) -> None:
        await self._drive(self._running.settle(admission, units, hashes, settled))
        if await self._drive(self._running.is_settlement_due()):
            self._wake.set()

    async def _release(self, admission: Admission) -> None:
        # Leaving has released it.
        if self._is_entered:
            await self._drive(self._running.release(admission))

    async def _written(self, work: Callable[[], Answer]) -> Answer:
        """Let the store's thread write, to its end: what cancels whoever waits leaves nothing half known."""
        writing = asyncio.get_running_loop().run_in_executor(self.store.writer, work)
        try:
            return await asyncio.shield(writing)
        except asyncio.CancelledError:
            while not writing.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([writing])
            if not writing.cancelled():
                writing.exception()
            raise

    async def _keep(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._running.turn_seconds):
                    await self._wake.wait()
            self._wake.clear()
            try:
                await self.look_after()
            except (ChainError, EscrowError) as error:
                self.trouble = error
            except Exception:
                _log.exception("sessions of %s not looked after", self.credit_account)
            else:
                self.trouble = None

    async def __aenter__(self) -> Self:
        self.store.hold(self.credit_account)
        try:
            await run_async(self._running.enter(), self._chain)
        except BaseException:
            self.store.let_go(self.credit_account)
            raise
        self._is_entered = True
        self._keeper = asyncio.create_task(self._keep())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            # What the keeper is at is done first: then it only waits.
            async with self._turn:
                if self._keeper is not None:
                    self._keeper.cancel()
                    await asyncio.wait([self._keeper])
                await self._drive(self._running.leave())
        except (EscrowError, ChainError) as trouble:
            if error is None:
                raise
            error.add_note(_left(trouble))
        finally:
            if self._keeper is not None:
                self._keeper.cancel()
            self._is_entered = False
            self.store.let_go(self.credit_account)


def _left(trouble: Exception) -> str:
    return f"sessions could not be ended ({trouble}): the next block of this account and store does, or their deadline"
