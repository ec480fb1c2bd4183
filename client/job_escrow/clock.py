"""The chain's own clock: it alone says whether a deadline has passed or credits have expired.

The program compares with it, and this machine's may be minutes or hours away from it. Whoever needs no other account
asks for GetUnixTime; whoever does reads the clock together with it, so that both are of the same slot.
"""

from typing import TYPE_CHECKING

from solders.clock import Clock
from solders.sysvar import CLOCK as CLOCK_ADDRESS

if TYPE_CHECKING:
    from job_escrow.chain.requests import AccountInfo

__all__ = ["CLOCK_ADDRESS", "unix_time_of"]


def unix_time_of(info: "AccountInfo | None") -> int:
    """Unix seconds by the account at CLOCK_ADDRESS. Raises ChainError where that is no clock."""
    why = "the node has no clock: it is not one of a Solana cluster"
    if info is not None:
        try:
            return Clock.from_bytes(info.data).unix_timestamp
        except ValueError as error:
            why = f"the node's clock cannot be read ({error}): ask another node"
    # Late: who reads accounts only does without the protocol, which takes long to import.
    from job_escrow.chain.requests import ChainError

    raise ChainError(why)
