"""A value of the chain that many ask for, read again every few seconds."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Shared(Generic[T]):
    """One look serves all who wait, also where it fails: a node that hangs is not waited for one after the other."""

    def __init__(self, read: Callable[[], Awaitable[T]], seconds: float) -> None:
        self._read = read
        self._seconds = seconds
        self._known: tuple[float, T] | None = None
        self._reading: asyncio.Task[T] | None = None

    @property
    def last(self) -> T | None:
        """What was read last, however long ago."""
        return None if self._known is None else self._known[1]

    def look_again(self) -> None:
        """Let the next who asks have it read anew."""
        if self._known is not None:
            self._known = (0.0, self._known[1])

    async def value(self) -> T:
        """What was read last, or is read now. Raises what reading it raises."""
        if self._known is not None and time.monotonic() < self._known[0]:
            return self._known[1]
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_now())
            # Where nobody waits any more, nobody has to know how it failed.
            self._reading.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._reading)

    async def _read_now(self) -> T:
        found = await self._read()
        self._known = (time.monotonic() + self._seconds, found)
        return found
