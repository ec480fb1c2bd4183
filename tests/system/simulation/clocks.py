"""Time as each process has it: all run on a faster day, and each clock drifts and jumps by itself.

The clocks lie in a file that every process maps, so that one jumps under a process that runs.
"""

import mmap
import sqlite3
import struct
import sys
import time
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Self

NAMES = ("server", "index", "keeper")
SPEED = 10
"""Seconds of the simulated day in one of this machine."""
MIDDAY = 2_210_068_800
"""Unix seconds at which a run begins: 2040-01-13 12:00 UTC, so that jumps of a day or two stay in the month."""
DAY = 86_400
_WORLD = struct.Struct("dd")
_CLOCK = struct.Struct("dd")


class Clocks:
    """The true time, which is the chain's, and what each process takes it for."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 0)

    @classmethod
    def begin(cls, path: Path) -> Self:
        """New ones, which all are right."""
        path.write_bytes(_WORLD.pack(time.monotonic(), 0.0) + _CLOCK.pack(0.0, 0.0) * len(NAMES))
        return cls(path)

    def close(self) -> None:
        self._memory.close()

    def now(self) -> float:
        """The true time."""
        origin: float
        skipped: float
        origin, skipped = _WORLD.unpack_from(self._memory)
        return MIDDAY + skipped + (time.monotonic() - origin) * SPEED

    def skip(self, seconds: float) -> None:
        """Let time pass for everybody."""
        origin, skipped = _WORLD.unpack_from(self._memory)
        _WORLD.pack_into(self._memory, 0, origin, skipped + seconds)

    def of(self, name: str) -> float:
        """The time as a process has it."""
        ahead: float
        drift: float
        ahead, drift = _CLOCK.unpack_from(self._memory, self._place(name))
        now = self.now()
        return now + ahead + (now - MIDDAY) * drift

    def set(self, name: str, *, ahead: float = 0.0, drift: float = 0.0) -> None:
        """Let a process's clock be so many seconds ahead, and run faster by a share."""
        _CLOCK.pack_into(self._memory, self._place(name), ahead, drift)

    def live_by(self, name: str) -> None:
        """Make this the wall clock of the running process, also for those who ask `datetime`."""

        def clock() -> float:
            return self.of(name)

        time.time = clock
        time.time_ns = lambda: int(clock() * 1e9)
        connect = sqlite3.connect

        def connected(*args: Any, **kwargs: Any) -> sqlite3.Connection:
            return with_clock(connect(*args, **kwargs), clock)

        sqlite3.connect = connected  # type: ignore[assignment]
        shown = _shifted(clock)
        for module in [each for key, each in sys.modules.items() if key.startswith("job_escrow")]:
            if vars(module).get("datetime") is datetime:
                module.datetime = shown  # type: ignore[attr-defined]

    def _place(self, name: str) -> int:
        return _WORLD.size + NAMES.index(name) * _CLOCK.size


def with_clock(connection: sqlite3.Connection, clock: Callable[[], float]) -> sqlite3.Connection:
    """Let SQLite tell the same time."""
    connection.create_function("unixepoch", 0, lambda: int(clock()))
    return connection


def _shifted(clock: Callable[[], float]) -> Any:
    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.fromtimestamp(clock(), tz)

    return Shifted
