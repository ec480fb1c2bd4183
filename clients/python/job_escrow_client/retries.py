"""Which request is sent again, and when: never one that could do something twice."""

import math
import random
from dataclasses import dataclass
from typing import Any

from job_escrow_client.calls import Call

_BUSY = 429
_SERVER_FAILED = 500
_TIMED_OUT = 408
# Of its own: the generator of the module `random` is its user's, who may have seeded it.
_CHANCE = random.SystemRandom()


@dataclass(frozen=True, kw_only=True)
class Retries:
    """How patient a client is: at most so many `attempts`, within so many `seconds` from the first.

    Between two it waits what the server asks for, at most `longest_asked` seconds, or from `first_wait` seconds on
    twice as long each time, up to `longest_wait`, and a little less by chance, so that many clients do not come back at
    once.
    """

    attempts: int = 6
    seconds: float = 60.0
    first_wait: float = 0.2
    longest_wait: float = 8.0
    longest_asked: float = math.inf

    def wait(self, made: int, asked: int | None, passed: float) -> float | None:
        """Seconds until the next attempt after `made` ones and `passed` seconds; None: there is none."""
        if made >= self.attempts:
            return None
        doubled = min(self.first_wait * 2 ** (made - 1), self.longest_wait)
        seconds = doubled * _CHANCE.uniform(0.75, 1.0) if asked is None else min(asked, self.longest_asked)
        return seconds if passed + seconds <= self.seconds else None


NEVER = Retries(attempts=1)
"""Every request is sent once."""


def may_repeat_answered(call: Call[Any], status: int) -> bool:
    """Whether a request that was answered with this status may be sent again.

    429 is said before anything is done. What failed in the server (5xx), or did not arrive whole (408), may have been
    done in part, so that only what is repeatable is sent again.
    """
    return status == _BUSY or (call.repeatable and (status >= _SERVER_FAILED or status == _TIMED_OUT))


def may_repeat_unanswered(call: Call[Any], *, sent: bool) -> bool:
    """Whether a request without an answer may be sent again: always where it was never sent."""
    return call.repeatable or not sent
