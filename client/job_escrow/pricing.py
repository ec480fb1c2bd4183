"""What a job costs, as the program computes it (programs/job_escrow/src/pricing.rs): whole credits, integers only."""

from typing import Protocol

from job_escrow.amounts import InvalidAmount, whole_number
from job_escrow.bounds import MAX_CREDITS, RATE_UNITS
from job_escrow.bounds import MAX_UNITS as MAX_UNITS


class Price(Protocol):
    """A tier, on chain (`Tier`) or as an argument (`TierArgs`)."""

    @property
    def flat_credits(self) -> int:
        """Credits for the included units, and the least that a job costs."""
        ...

    @property
    def included_units(self) -> int:
        """Units that the flat price includes."""
        ...

    @property
    def credits_per_1000_units(self) -> int:
        """Rate of a job that is above the included units, for all of its units."""
        ...


def cost(price: Price, units: int) -> int:
    """Credits of a job of `units`: flat up to the included ones, above that `max(flat, ceil(units x rate / 1000))`.

    Raises InvalidAmount where the units or the credits are more than the program takes.
    """
    whole_number(units, "units", MAX_UNITS)
    if units <= price.included_units:
        return price.flat_credits
    metered = -(-units * price.credits_per_1000_units // RATE_UNITS)
    credits = max(price.flat_credits, metered)
    if credits > MAX_CREDITS:
        raise InvalidAmount(f"{units:,} units cost {credits:,} credits, a job {MAX_CREDITS:,} at most: lock fewer")
    return credits
