"""What a job costs, written down a second time with exact fractions."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Protocol

from job_escrow.codec import TierTotals


class Tier(Protocol):
    """A price, on chain or as an argument."""

    @property
    def flat_credits(self) -> int: ...
    @property
    def included_units(self) -> int: ...
    @property
    def rate_credits(self) -> int: ...
    @property
    def rate_units(self) -> int: ...


@dataclass(frozen=True)
class Terms:
    """A price of a test's own."""

    flat_credits: int
    included_units: int
    rate_credits: int
    rate_units: int


def rate(tier: Tier) -> Fraction:
    """Credits for a unit, exact; 0 where the price is flat for any number of units."""
    return Fraction(tier.rate_credits, tier.rate_units) if tier.rate_credits else Fraction(0)


def reference_cost(tier: Tier, units: int) -> int:
    """Credits of `units`: flat up to the included ones, above that max(flat, ceil(units x rate)) (D7, D8)."""
    if units <= tier.included_units:
        return tier.flat_credits
    return max(tier.flat_credits, ceil(units * rate(tier)))


def reference_session_cost(tier: Tier, totals: TierTotals) -> int | None:
    """Credits of a session's requests on an offered tier (docs/adr/0022); None where the totals have no price.

    With a flat price each request that costs more than it is rounded up by itself: so many requests with so many units
    cost at least all units together rounded up, and less than one credit for each more than exact.
    """
    exact = totals.metered_units * rate(tier)
    if tier.flat_credits == 0:
        only_units = totals.flat_requests == totals.metered_requests == totals.metered_credits == 0
        return ceil(exact) if only_units else None
    requests, credits = totals.metered_requests, totals.metered_credits
    if requests == 0:
        valid = totals.metered_units == credits == 0
    else:
        least = max(requests * (tier.flat_credits + 1), ceil(exact))
        longer = totals.metered_units >= requests * (tier.included_units + 1)
        valid = tier.rate_credits > 0 and longer and least <= credits < exact + requests
    return totals.flat_requests * tier.flat_credits + credits if valid else None
