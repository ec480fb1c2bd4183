"""What was reserved just now, and what was there before: by the account API's clock, which need not be ours."""

import time
from collections import deque
from collections.abc import Callable

_TOLERANCE = 3
"""Seconds: the API's are whole ones, and its servers' clocks may differ a little."""
_MOST_SEEN = 64


class Ages:
    """Learns from each answer how far the API's clock is ahead of ours at least: nothing was made after it was told."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        # The latest ones: a clock may be set back.
        self._ahead: deque[float] = deque(maxlen=_MOST_SEEN)

    def is_new(self, created_at: int, *, asked_at: float) -> bool:
        """Whether it was made since it was asked for. Both in Unix seconds, by the API's clock and by ours."""
        self._ahead.append(created_at - self._clock())
        return created_at >= asked_at + max(self._ahead) - _TOLERANCE
