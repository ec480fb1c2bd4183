"""What a customer pays for an answer: a request within a session, or a job of its own where none may hold it.

Whatever was asked of the account API is asked again until its outcome is known.
"""

import asyncio
import hashlib
import logging
import math
import time
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

import httpx2
from job_escrow_client import (
    Answered,
    AsyncClient,
    JobLocked,
    JobView,
    LimitExceeded,
    LockRequest,
    Refused,
    RequestTerms,
    RequestTooLong,
    RequestView,
    Retries,
    SessionsNotAllowed,
    SettleRequest,
    UnexpectedAnswer,
    UnitsUsed,
    operations,
)
from job_escrow_client import Unreachable as NoAnswer

from job_escrow_gateway.ages import Ages
from job_escrow_gateway.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Awaitable

_PATIENT = Retries(attempts=8, seconds=30, longest_wait=5)
_STUBBORN = Retries(attempts=100, seconds=math.inf, longest_wait=5, longest_asked=5)
"""Whatever the API asks for: a wait that is longer than the reservation lives is an answer for free."""
_PAUSE_SECONDS = 5
_STOP_SECONDS = 20
_TIMEOUT_SECONDS = 60
_JOB_TYPE = "chat"
_ASK_AGAIN_SECONDS = 60
"""For so long a wallet is not asked for a session that none was to be had of."""
_MOST_KNOWN = 10_000
_TOO_MANY = 429

_log = logging.getLogger("gateway")


class Unreachable(Exception):
    """Nobody knows whether anything was reserved; if it was, its time gives everything back."""


class Standing(Enum):
    """Where a reservation is."""

    OPEN = auto()
    CHARGED = auto()
    FREE = auto()
    """It has ended, and costs nothing."""


_STANDINGS = {"running": Standing.OPEN, "locked": Standing.OPEN, "settled": Standing.CHARGED}
"""By the status of a request or job; any other is over and costs nothing, such as one whose session ended before."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to reserve: the price of `max_units` of a model at an `endpoint`, for the customer whose API key this is.

    The same `idempotency_key` finds the same reservation again. Where `is_named`, the customer chose it, so that it
    may be of an earlier life of this gateway.
    """

    customer_key: str
    model: str
    endpoint: str | None
    max_units: int
    idempotency_key: str
    is_named: bool


@dataclass(frozen=True, kw_only=True)
class Reservation:
    """What is reserved for an answer: `id` is that of a request within a session, or of a job.

    `remaining` are the credits that the account has left beside it; None where the API did not say. `created_at` is in
    Unix seconds. `is_new` is false where it was there before it was asked for: made by another gateway, or in an
    earlier life of this one.
    """

    id: str
    is_job: bool
    standing: Standing
    created_at: int
    remaining: int | None
    is_new: bool = False


@dataclass(frozen=True)
class Ending:
    """How a reservation ended: `charged` credits, or `refused` with the API's reason, so that nothing was charged here.

    `remaining` are the credits that the account has left; None where the API did not say.
    """

    charged: int
    remaining: int | None = None
    refused: str = ""


class Charging:
    """The account API of one platform, asked with its operator's key."""

    def __init__(self, settings: Settings) -> None:
        # As many at once as there are requests: each has its customer who waits.
        self._http = httpx2.AsyncClient(timeout=_TIMEOUT_SECONDS, limits=httpx2.Limits())
        self._asking = AsyncClient(settings.api, settings.operator_key, retries=_PATIENT, http=self._http)
        self._insisting = AsyncClient(settings.api, settings.operator_key, retries=_STUBBORN, http=self._http)
        self._reserving: set[asyncio.Task[Reservation]] = set()
        self._endings: set[asyncio.Task[Ending]] = set()
        self._without_sessions: dict[bytes, float] = {}
        self._stopping = asyncio.Event()
        self._ages = Ages()
        self._seconds = settings.job_seconds
        self.model_seconds = settings.job_seconds - settings.settle_seconds

    @property
    def api(self) -> AsyncClient:
        """The client of the account API, for what charges nothing."""
        return self._asking

    async def reserve(self, wanted: Wanted) -> Reservation:
        """Reserve an answer's price. Raises Refused with the API's reason, and Unreachable.

        It goes on although the request that asks for it is cancelled, or the gateway is told to stop: what nobody
        answers then is given back.
        """
        if self._stopping.is_set():
            raise Unreachable
        task = asyncio.create_task(self._reserve(wanted))
        self._reserving.add(task)
        task.add_done_callback(self._reserving.discard)
        try:
            found = await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(self._give_back)
            raise
        if self._stopping.is_set():
            # It was told to stop after this was reserved, and nobody would end what is begun from now on.
            self._give_back(task)
            raise Unreachable
        return found

    def end(
        self, reservation: Reservation, units: int, *, request_hash: str = "", response_hash: str = ""
    ) -> asyncio.Task[Ending]:
        """Charge units that were delivered, or give everything back where there are none.

        The hashes, 64 hexadecimal digits, go into the receipt of a request within a session. It goes on although the
        request that asks for it is cancelled, and until the outcome is known: a settlement whose answer was lost may
        have charged, so that it is repeated, and never followed by a release.
        """
        used = UnitsUsed(units=units, request_hash=request_hash or None, response_hash=response_hash or None)
        task = asyncio.create_task(self._end(reservation, used), name=reservation.id)
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)
        return task

    def stop(self) -> None:
        """Reserve nothing new, and give back what is being reserved."""
        self._stopping.set()

    async def close(self) -> None:
        """Wait a moment for what is still to be reserved, which is given back, and settled."""
        self.stop()
        if self._reserving:
            await asyncio.wait(self._reserving, timeout=_STOP_SECONDS)
        if self._endings:
            _, pending = await asyncio.wait(self._endings, timeout=_STOP_SECONDS)
            for task in pending:
                _log.error("%s was not ended: its time gives everything back", task.get_name())
                task.cancel()
        await self._http.aclose()

    async def _reserve(self, wanted: Wanted) -> Reservation:
        asked_at = time.time()
        try:
            found = await self._session_or_job(wanted)
        except (NoAnswer, UnexpectedAnswer) as error:
            _log.warning("nothing could be reserved: %s", error)
            raise Unreachable from error
        found = replace(found, is_new=self._ages.is_new(found.created_at, asked_at=asked_at))
        if self._stopping.is_set():
            if found.is_new:
                await self.end(found, 0)
            raise Unreachable
        return found

    async def _session_or_job(self, wanted: Wanted) -> Reservation:
        owner = hashlib.sha256(wanted.customer_key.encode()).digest()
        # A key of the customer's own may have a request within a session from a time when these were allowed.
        if wanted.is_named or self._without_sessions.get(owner, 0) <= time.monotonic():
            try:
                return await self._admit(wanted)
            except (SessionsNotAllowed, RequestTooLong):
                self._remember(owner)
            except (JobLocked, LimitExceeded):
                # A job from a time when no sessions were allowed, which is the answer; or one that is larger than a
                # session may be.
                pass
        return await self._lock(wanted)

    async def _admit(self, wanted: Wanted) -> Reservation:
        terms = RequestTerms(
            customer_key=wanted.customer_key,
            model=wanted.model,
            endpoint=wanted.endpoint,
            max_units=wanted.max_units,
            seconds=self._seconds,
            job_type=_JOB_TYPE,
        )
        # One key for all attempts: however many arrive, one request is admitted.
        admitted = await self._asking.ask(operations.admit_request(terms, idempotency_key=wanted.idempotency_key))
        return _reservation(admitted, is_job=False)

    async def _lock(self, wanted: Wanted) -> Reservation:
        terms = LockRequest(
            customer_key=wanted.customer_key,
            model=wanted.model,
            endpoint=wanted.endpoint,
            max_units=wanted.max_units,
            seconds=self._seconds,
            job_type=_JOB_TYPE,
        )
        locked = await self._asking.ask(operations.lock_job(terms, idempotency_key=wanted.idempotency_key))
        return _reservation(locked, is_job=True)

    def _remember(self, owner: bytes) -> None:
        if len(self._without_sessions) >= _MOST_KNOWN:
            self._without_sessions.clear()
        self._without_sessions[owner] = time.monotonic() + _ASK_AGAIN_SECONDS

    def _give_back(self, reserved: asyncio.Task[Reservation]) -> None:
        # What is older may be another gateway's, which streams its answer.
        if not reserved.cancelled() and reserved.exception() is None and reserved.result().is_new:
            self.end(reserved.result(), 0)

    async def _end(self, reservation: Reservation, used: UnitsUsed) -> Ending:
        while True:
            try:
                return await self._ended(reservation, used)
            except Refused as error:
                if error.status < 500 and error.status != _TOO_MANY:
                    _log.error("%s could not be ended: %s", reservation.id, error)
                    return Ending(0, refused=str(error))
                _log.warning("%s is not ended yet: %s", reservation.id, error)
            except (NoAnswer, UnexpectedAnswer) as error:
                _log.warning("%s is not ended yet: %s", reservation.id, error)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _ended(self, reservation: Reservation, used: UnitsUsed) -> Ending:
        answer: Awaitable[Answered[Any]]
        if reservation.is_job and used.units:
            answer = self._insisting.ask(operations.settle_job(reservation.id, SettleRequest(units=used.units)))
        elif reservation.is_job:
            answer = self._insisting.ask(operations.refund_job(reservation.id))
        elif used.units:
            answer = self._insisting.ask(operations.settle_request(reservation.id, used))
        else:
            answer = self._insisting.ask(operations.release_request(reservation.id))
        answered = await answer
        return Ending(answered.value.charged, answered.credits_remaining)


def _reservation(answered: Answered[RequestView] | Answered[JobView], *, is_job: bool) -> Reservation:
    view = answered.value
    return Reservation(
        id=view.id,
        is_job=is_job,
        standing=_STANDINGS.get(view.status, Standing.FREE),
        created_at=view.created_at,
        remaining=answered.credits_remaining,
    )
