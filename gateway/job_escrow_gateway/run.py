"""One reserved answer: what the model has said, what of it was handed over, and its settlement, which comes once."""

import asyncio
import contextlib
import hashlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

from job_escrow_gateway.charging import Charging, Ending, Reservation
from job_escrow_gateway.completion import Completion
from job_escrow_gateway.delivered import Delivered
from job_escrow_gateway.meter import Meter
from job_escrow_gateway.source import ModelFailed, Piece, Source
from job_escrow_gateway.tally import Count

_PATIENCE = 20
"""Seconds that a client waits for the settlement of what it already has."""
_RETURN_SHARE = 0.1
"""Of the model's time: for no longer an answer waits for a client that left in the middle and may come back."""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """What answers, what counts where it does not, and what is charged."""

    charging: Charging
    source: Source
    count: Count | None


class Run:
    """A reserved answer and what its client has of it so far; it ends once.

    It ends at `until` at the latest, by the monotonic clock, whatever the model and the client do: a client that does
    not read holds up the response, and what its reservation cannot pay for any more must not go out. `return_seconds`
    is how long an answer waits for a client that left in the middle.
    """

    def __init__(
        self,
        provider: Provider,
        reservation: Reservation,
        wanted: Completion,
        body: bytes,
        *,
        until: float,
        return_seconds: float,
    ) -> None:
        self._charging = provider.charging
        self.reservation = reservation
        self.wanted = wanted
        self.created = int(time.time())
        self.delivered = Delivered()
        self.finishes: dict[int, str] = {}
        self.failure: Exception | None = None
        self.meter = Meter(provider.count, most=wanted.most_units)
        self._request_hash = hashlib.sha256(body).hexdigest()
        self._until = until
        self._return_seconds = return_seconds
        self._pieces = provider.source.pieces(wanted)
        self._is_finished = False
        self._next: asyncio.Task[Piece | None] | None = None
        self._client: object | None = None
        self._pause: asyncio.TimerHandle | None = None
        self._deadline = asyncio.get_running_loop().call_later(max(0, until - time.monotonic()), self._run_out)
        self._ending: asyncio.Task[Ending] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._units = 0

    @property
    def is_over(self) -> bool:
        """Whether the model says no more."""
        return self._is_finished or self.failure is not None

    @property
    def is_ended(self) -> bool:
        """Whether its settlement has begun, so that nothing more may be delivered."""
        return self._ending is not None

    @property
    def is_watched(self) -> bool:
        return self._client is not None

    @property
    def is_paused(self) -> bool:
        return self._pause is not None

    @property
    def is_whole(self) -> bool:
        return self._is_finished

    @property
    def is_free(self) -> bool:
        if self._ending is None:
            return False
        return not self._units or (self._ending.done() and bool(self._ending.result().refused))

    @property
    def size(self) -> int:
        return self.delivered.size

    def attend(self) -> object:
        """A client comes for it; what it gets leaves with it."""
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
        self._client = object()
        return self._client

    async def ready(self) -> Piece | None:
        """Wait for the next part of the answer, None where there is none. Who waits may leave: it is kept."""
        if self._next is None:
            if self.is_ended or self.is_over:
                return None
            self._next = asyncio.create_task(self._go_on())
        part = self._next
        try:
            return await asyncio.shield(part)
        except asyncio.CancelledError:
            if not part.cancelled():
                raise
            # It was ended meanwhile.
            return None

    async def part(self) -> Piece | None:
        """Take the next part of the answer, None where there is none."""
        said = await self.ready()
        self._next = None
        # What comes when the settlement has begun would not be charged.
        return None if self.is_ended else said

    def deliver(self, piece: Piece) -> None:
        """Before it goes out: whether it arrives, nobody can tell."""
        self.delivered.add(piece)
        self.meter.add(piece)

    def leave(self, client: object) -> None:
        """The response to a client is over, or never began: settle it, or wait a moment for its return."""
        if self._client is not client:
            return
        self._client = None
        left = min(self._return_seconds, self._charging.model_seconds * _RETURN_SHARE, self._until - time.monotonic())
        if self.delivered and left > 0 and not self.is_over and not self.is_ended:
            self._pause = asyncio.get_running_loop().call_later(left, self.end)
        else:
            self.end()

    async def left(self, client: object) -> None:
        """Where a client left before its response began, nothing else has said so."""
        self.leave(client)

    def end(self) -> asyncio.Task[Ending]:
        """Charge what was handed over, and nothing where that is nothing."""
        if self._ending is None:
            self._deadline.cancel()
            if self._pause is not None:
                self._pause.cancel()
                self._pause = None
            if self._next is not None:
                self._next.cancel()
            self._closing = asyncio.create_task(_closed(self._pieces, self._next))
            self._next = None
            self.meter.close()
            self._units = self.meter.units
            self._ending = self._charging.end(
                self.reservation,
                self._units,
                request_hash=self._request_hash,
                response_hash=self.meter.sha256,
            )
            # Of what is kept for a repeat, a prompt may be the most.
            self.wanted = replace(self.wanted, prompt="", body={})
        return self._ending

    async def ended(self) -> Ending | None:
        """How it ended; None where the API does not say for so long that the client should not wait."""
        done, _ = await asyncio.wait({self.end()}, timeout=_PATIENCE)
        return done.pop().result() if done else None

    async def _go_on(self) -> Piece | None:
        while not self.is_over:
            try:
                piece = await anext(self._pieces)
            except StopAsyncIteration:
                self._finish("stop")
            except Exception as error:
                # What a model's server does wrong may be anything, and what was handed over is charged all the same.
                self.failure = error
            else:
                if self.meter.is_full and piece.says_something:
                    # More than was asked for, of a model that does not know its limit.
                    self._finish("length")
                    return None
                kept = self._kept(piece)
                if kept is not None:
                    return kept
        return None

    def _run_out(self) -> None:
        """The time is over: that of the model, or of a client that does not read."""
        if not self.is_over:
            self.failure = ModelFailed("the answer took too long")
        # Whoever asks for it again gets what was handed over, though the response still waits for its client.
        self._client = None
        self.end()

    def _finish(self, reason: str) -> None:
        self._is_finished = True
        for index in range(self.wanted.choices):
            self.finishes.setdefault(index, reason)

    def _kept(self, piece: Piece) -> Piece | None:
        """The piece without what a stream says at its end; None where nothing is left of it."""
        if not self.wanted.stream:
            if self.meter.exceeds(piece):
                self.failure = ModelFailed("the model said more than it was asked for", "limit_exceeded")
                return None
            # There is no other: nothing can fail after it was handed over.
            self._is_finished = True
            return piece
        choices: list[dict[str, Any]] = []
        for choice in piece.choices:
            reason = choice.get("finish_reason")
            if isinstance(reason, str):
                self.finishes[choice.get("index", 0)] = reason
            if choice.get("delta") or not isinstance(reason, str):
                choices.append(choice | {"finish_reason": None})
        if not choices:
            self.meter.note(piece)
        return replace(piece, choices=choices) if choices else None


async def _closed(pieces: AsyncIterator[Piece], running: asyncio.Task[Piece | None] | None) -> None:
    """End the model's answer, so that it goes on for nobody."""
    if running is not None:
        await asyncio.wait({running})
    close = getattr(pieces, "aclose", None)
    if close is not None:
        with contextlib.suppress(Exception):
            await close()
