"""What time it is by the chain's own clock, for a server whose own may be wrong.

Between two looks it goes on by the clock that never jumps: good enough to show what has expired, or to decide whether
to look, and never enough to end a job.
"""

import time
from collections.abc import Callable

from job_escrow.escrow import AsyncEscrow

_FRESH_SECONDS = 60


class ChainClock:
    """The clock of the chain that a server is for."""

    def __init__(self, escrow: AsyncEscrow, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Take the chain, and the clock of this machine that never jumps, in seconds."""
        self._escrow = escrow
        self._monotonic = monotonic
        self._seen: tuple[float, int] | None = None

    async def read(self) -> int:
        """Unix seconds as the chain has them now. Raises ChainError."""
        unix_time = await self._escrow.unix_time()
        self._seen = (self._monotonic(), unix_time)
        return unix_time

    async def about(self) -> int:
        """Unix seconds by a look of the last minute, or one of now. Raises ChainError."""
        if self._seen is None or self._monotonic() - self._seen[0] > _FRESH_SECONDS:
            return await self.read()
        return self._since(self._seen)

    def last_known(self) -> int | None:
        """Unix seconds by the last look, however long ago; None where the chain was never reached."""
        return None if self._seen is None else self._since(self._seen)

    async def without_asking(self) -> int:
        """The same, or one look where there was none: for what waits for no chain. Raises ChainError."""
        known = self.last_known()
        return await self.read() if known is None else known

    def _since(self, seen: tuple[float, int]) -> int:
        return seen[1] + int(self._monotonic() - seen[0])
