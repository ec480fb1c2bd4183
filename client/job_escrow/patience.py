"""Patience with a node that refuses for now: how often it is asked again, after which pauses, and what it asks for."""

import logging
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

_Found = TypeVar("_Found")

TOO_MANY_REQUESTS = 429
TOO_MANY_REQUESTS_CODE = -32429
"""The JSON-RPC error that some providers answer instead of HTTP's status."""

NEWER_SECONDS = 0.25
"""Between questions to a node that may be behind another."""

_DOUBLINGS = 60
_JITTER_SECONDS = 0.1
# Of its own: the generator of the module `random` is its user's, who may have seeded it.
_CHANCE = random.SystemRandom()
_log = logging.getLogger(__name__)


class NotNow(Exception):
    """The node refused for now, and asking again may help; `seconds` is how long it wants to be left alone."""

    def __init__(self, why: str, seconds: float | None = None) -> None:
        super().__init__(why)
        self.seconds = seconds


@dataclass(frozen=True, kw_only=True)
class Backoff:
    """Pauses after failures in a row: each is twice the one before, up to the longest."""

    first_seconds: float
    longest_seconds: float

    def seconds(self, failures: int) -> float:
        """How long to wait after so many failures; 0 after none."""
        if failures < 1:
            return 0.0
        return min(self.first_seconds * 2.0 ** min(failures - 1, _DOUBLINGS), self.longest_seconds)

    def jittered(self, failures: int) -> float:
        """At most as long, and by chance: many that failed together do not come back together."""
        return _CHANCE.uniform(0, self.seconds(failures))


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How often a node is asked again that refuses for now.

    `attempts` counts the first one. `longest_retry_after_seconds` bounds what a node may ask for: one that wants more
    may be wrong about it.
    """

    attempts: int
    backoff: Backoff
    longest_retry_after_seconds: float

    async def ask(self, ask: Callable[[], Awaitable[_Found]]) -> _Found:
        """What `ask` returns in the end. Raises the NotNow of the last attempt."""
        # Imported late: who asks with `ask_blocking` does without, and starts sooner.
        import asyncio

        for failures in count(1):
            try:
                return await ask()
            except NotNow as later:
                seconds = self._pause(failures, later)
            await asyncio.sleep(seconds)
        raise AssertionError("unreachable: the last attempt raises")

    def ask_blocking(self, ask: Callable[[], _Found]) -> _Found:
        """As `ask`, for programs without an event loop."""
        for failures in count(1):
            try:
                return ask()
            except NotNow as later:
                seconds = self._pause(failures, later)
            time.sleep(seconds)
        raise AssertionError("unreachable: the last attempt raises")

    def _pause(self, failures: int, later: NotNow) -> float:
        """Seconds until the next attempt. Raises `later` where that was the last one."""
        if failures >= self.attempts:
            raise later
        if later.seconds is None:
            seconds = self.backoff.jittered(failures)
        else:
            seconds = min(later.seconds, self.longest_retry_after_seconds) + _CHANCE.uniform(0, _JITTER_SECONDS)
        _log.debug("asking again in %.2f s: %s", seconds, later)
        return seconds


FOR_ANSWERS = Patience(
    attempts=4, backoff=Backoff(first_seconds=0.5, longest_seconds=4.0), longest_retry_after_seconds=10.0
)
"""Of whoever waits for the answer: at most half a minute of pauses."""
UNATTENDED = Patience(
    attempts=8, backoff=Backoff(first_seconds=0.1, longest_seconds=30.0), longest_retry_after_seconds=600.0
)
"""Of whoever works while nobody waits."""


def refused_for_now(status: int, retry_after: str | None) -> NotNow | None:
    """What HTTP says where nothing was done and asking again may help: 429, and any status with a Retry-After."""
    seconds = retry_after_seconds(retry_after)
    return NotNow(f"HTTP {status}", seconds) if status == TOO_MANY_REQUESTS or seconds is not None else None


def retry_after_seconds(header: str | None) -> float | None:
    """Seconds of a Retry-After header; its other form, a date, is not worth a clock that may be wrong."""
    try:
        return None if header is None else max(0.0, float(header))
    except ValueError:
        return None
