"""Requests of a session as context managers, blocking and asynchronous: admitted on entry, ended with their block."""

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self, TypeAlias

from job_escrow.errors import NothingReported
from job_escrow.receipts.receipt import SessionReceipt
from job_escrow.session_context.requests import Admission, Wanted

Hashes: TypeAlias = tuple[bytes | None, bytes | None]
"""SHA-256 of request and response, where the provider gives them."""


class _Request:
    """What both kinds share."""

    def __init__(self, wanted: Wanted) -> None:
        self.receipt: SessionReceipt | None = None
        """What it was charged; None until it is settled."""
        self._wanted = wanted
        self._admission: Admission | None = None
        self._has_ended = False

    @property
    def id(self) -> str:
        """Its id, unique among those of its account in the store that run or were settled."""
        return self._wanted.id

    @property
    def expires_at(self) -> int | None:
        """When it is released if nothing has ended it, in unix seconds by the chain's clock; None: not admitted."""
        return None if self._admission is None else self._admission.expires_at

    @property
    def max_units(self) -> int:
        """The most that it can be settled to, in units of its tier."""
        return self._wanted.max_units

    @property
    def _charged(self) -> SessionReceipt:
        if self.receipt is None:
            raise AssertionError("what was settled has a receipt")
        return self.receipt

    @property
    def _running(self) -> Admission:
        if self._admission is None:
            raise RuntimeError(f"request {self.id} is not admitted: settle or release it within its `with` block")
        return self._admission

    def _require_new(self) -> None:
        if self._admission is not None:
            raise RuntimeError(f"request {self.id} has had its `with` block: ask the session for another one")

    def _admitted(self, admission: Admission) -> None:
        self._admission = admission

    def _settled(self, receipt: SessionReceipt) -> None:
        self.receipt, self._has_ended = receipt, True

    def _require_said(self, error: BaseException | None) -> None:
        if error is None and not self._has_ended:
            raise NothingReported(
                f"request {self.id} ended without saying what it used, and costs nothing: settle it before its block "
                "ends, or release it"
            )


class CreditRequest(_Request):
    """A request that is run in a `with` block; blocking."""

    def __init__(
        self,
        wanted: Wanted,
        *,
        admit: Callable[[Wanted, Callable[[Admission], None]], None],
        settle: Callable[[Admission, int, Hashes, Callable[[SessionReceipt], None]], None],
        release: Callable[[Admission], None],
    ) -> None:
        super().__init__(wanted)
        self._admit, self._settle, self._release = admit, settle, release

    def settle(
        self, units: int, *, request_hash: bytes | None = None, response_hash: bytes | None = None
    ) -> SessionReceipt:
        """Charge what it has used, in units of its tier; as `AsyncCreditRequest.settle`."""
        self._settle(self._running, units, (request_hash, response_hash), self._settled)
        return self._charged

    def release(self) -> None:
        """End it before its block ends: it costs nothing. Where it was settled, it stays so."""
        self._release(self._running)
        self._has_ended = True

    def __enter__(self) -> Self:
        self._require_new()
        try:
            self._admit(self._wanted, self._admitted)
        except BaseException:
            if self._admission is not None:
                self.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not self._has_ended:
            self._release(self._running)
        self._require_said(error)


class AsyncCreditRequest(_Request):
    """A request that is run in an `async with` block; asynchronous."""

    def __init__(
        self,
        wanted: Wanted,
        *,
        admit: Callable[[Wanted, Callable[[Admission], None]], Awaitable[None]],
        settle: Callable[[Admission, int, Hashes, Callable[[SessionReceipt], None]], Awaitable[None]],
        release: Callable[[Admission], Awaitable[None]],
    ) -> None:
        super().__init__(wanted)
        self._admit, self._settle, self._release = admit, settle, release

    async def settle(
        self, units: int, *, request_hash: bytes | None = None, response_hash: bytes | None = None
    ) -> SessionReceipt:
        """Charge what it has used, in units of its tier; gives its receipt when that is on the disk.

        No chain is asked. The hashes are SHA-256 of request and response, for the receipt. A repeat with the same units
        gives the same receipt. Raises InvalidAmount above `max_units` (settle `min(units, request.max_units)` where the
        model may have gone beyond it), RequestExpired where its seconds are over, RequestEnded where it has ended
        otherwise, InvalidReceipt for hashes that are none, and StoreError.
        """
        await self._settle(self._running, units, (request_hash, response_hash), self._settled)
        return self._charged

    async def release(self) -> None:
        """End it before its block ends: it costs nothing. Where it was settled, it stays so."""
        await self._release(self._running)
        self._has_ended = True

    async def __aenter__(self) -> Self:
        self._require_new()
        try:
            await self._admit(self._wanted, self._admitted)
        except BaseException:
            if self._admission is not None:
                await self.release()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not self._has_ended:
            await self._release(self._running)
        self._require_said(error)
