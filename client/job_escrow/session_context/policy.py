"""When sessions of an account are opened, settled and ended."""

from dataclasses import dataclass

from solders.pubkey import Pubkey

from job_escrow.amounts import whole_number
from job_escrow.bounds import MAX_CREDITS, MAX_JOB_SECONDS

_PARTS = 4


@dataclass(frozen=True, kw_only=True)
class SessionPolicy:
    """How sessions of an account are run. Amounts are credits, times seconds by the chain's clock.

    A session locks `credits`, or what its first request needs where that is more, for `seconds`, as far as the wallet's
    limits, its credits and the platform's longest job allow. Receipts are settled once they cost `settle_credits` or
    the oldest waits for `settle_seconds`. A session of which nothing was asked for `idle_seconds` ends, and each ends
    `end_seconds` before its deadline, or a quarter of its time before where that is less. `payee` is the owner of a
    registered payee, who earns what paid credits bring; without one it is the treasury.

    Raises InvalidAmount for what is no whole number in range, ValueError where `end_seconds` is more than half of
    `seconds`.
    """

    credits: int = 1_000
    seconds: int = 3_600
    settle_credits: int = 500
    settle_seconds: int = 900
    idle_seconds: int = 300
    end_seconds: int = 240
    payee: Pubkey | None = None

    def __post_init__(self) -> None:
        """Check the bounds."""
        for name in ("credits", "settle_credits"):
            whole_number(getattr(self, name), name, MAX_CREDITS)
        for name in ("seconds", "settle_seconds", "idle_seconds", "end_seconds"):
            whole_number(getattr(self, name), name, MAX_JOB_SECONDS)
        if not self.seconds or self.end_seconds * 2 > self.seconds:
            raise ValueError(
                f"a session of {self.seconds} seconds that ends {self.end_seconds} seconds before its deadline has no "
                "time for requests: let it last at least twice as long"
            )

    def end_seconds_of(self, seconds: int) -> int:
        """How long before its deadline a session ends that lasts for so many seconds."""
        return min(self.end_seconds, seconds // _PARTS)

    def longest_request(self, seconds: int) -> int:
        """Most seconds of a request, so that a new session always has time for it."""
        return seconds // 2
