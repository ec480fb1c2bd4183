"""Whether the database has changed: one look for all who watch their balances."""

import asyncio
import time

from job_escrow_api.domain.database import ApiDatabase

_LOOK_SECONDS = 0.1


class Changes:
    """Counts what other connections have committed, whichever process they are of."""

    def __init__(self, database: ApiDatabase) -> None:
        self._database = database
        self._next_look = 0.0
        self._version = 0
        self.is_over = False
        """The server ends: nobody waits any more."""

    def version(self) -> int:
        """A number that is another one after each change, at most a look's time old."""
        now = time.monotonic()
        if now >= self._next_look:
            # SQLite's own count of the commits of others; the server writes by another connection than it reads by.
            (self._version,) = self._database.reader.execute("PRAGMA data_version").fetchone()
            self._next_look = now + _LOOK_SECONDS
        return self._version

    def stop(self) -> None:
        """Let all who wait go."""
        self.is_over = True

    async def after(self, version: int, seconds: float) -> int:
        """Wait for another version, at most so many seconds; the version then."""
        end = time.monotonic() + seconds
        while True:
            found = self.version()
            if found != version or self.is_over or time.monotonic() >= end:
                return found
            await asyncio.sleep(_LOOK_SECONDS)
