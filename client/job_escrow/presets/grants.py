"""When granted credits expire: allocations of a cycle, what rolls over, trials, and bonus credits that never do.

A cycle is a calendar month in UTC, from the first day to the last.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from job_escrow.bounds import NEVER

Expiry = Literal["never", "after-days", "end-of-cycle", "custom"]


@dataclass(frozen=True, kw_only=True)
class GrantRule:
    """A kind of grant that the operator makes, and when its credits expire.

    `reason` is what each of them states, of `job_escrow.grant_reasons`. `credits` is how many it usually is, None where
    that differs from grant to grant. `days` belongs to "after-days"; `rollover_cycles` to "end-of-cycle": in how many
    further cycles what is left may still be spent.
    """

    name: str
    reason: str
    description: str = ""
    credits: int | None = None
    expires: Expiry
    days: int = 0
    rollover_cycles: int = 0

    def expires_at(self, granted_at: int, *, custom: int | None = None) -> int:
        """Unix seconds from which credits granted at `granted_at` cannot be locked any more; `NEVER` for never.

        "custom" takes the time that was agreed on. Raises ValueError where it is missing, or given without need.
        """
        if self.expires == "custom":
            if custom is None:
                raise ValueError(f"a grant of {self.name!r} needs the agreed expiry: pass `custom`")
            return custom
        if custom is not None:
            raise ValueError(f"a grant of {self.name!r} has an expiry of its own: leave out `custom`")
        match self.expires:
            case "never":
                return NEVER
            case "after-days":
                return granted_at + self.days * 24 * 60 * 60
            case "end-of-cycle":
                return cycle_end(granted_at, cycles=1 + self.rollover_cycles)


def cycle_end(at: int, *, cycles: int = 1) -> int:
    """Unix seconds of the first moment after the cycle that `at` is in, or after that many cycles."""
    start = datetime.fromtimestamp(at, UTC)
    months = start.year * 12 + start.month - 1 + cycles
    return int(datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC).timestamp())
