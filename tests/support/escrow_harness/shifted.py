"""Run a command of Python whose clock is wrong by so many seconds: shifted.py SECONDS COMMAND…

Every process that it starts keeps the right time; whatever never jumps, such as time.monotonic, is as it was.
"""

import datetime
import runpy
import sys
import time


def shift(seconds: int) -> None:
    """Set the clock of this process ahead, or back."""
    real, real_ns, real_gmtime = time.time, time.time_ns, time.gmtime
    time.time = lambda: real() + seconds
    time.time_ns = lambda: real_ns() + seconds * 10**9
    time.gmtime = lambda at=None: real_gmtime(time.time() if at is None else at)

    class Shifted(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:  # type: ignore[override]
            return cls.fromtimestamp(time.time(), tz)

    datetime.datetime = Shifted  # type: ignore[misc]


if __name__ == "__main__":
    shift(int(sys.argv[1]))
    sys.argv = sys.argv[2:]
    runpy.run_path(sys.argv[0], run_name="__main__")
