"""What a job costs, written down a second time with exact fractions."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
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

    With a flat price each request that costs more than it is rounded up by itself: on average they have more units than
    that pays for and are included, and cost more; and each costs at least the exact price, and of the next credit at
    most all but one of the `rate_units` parts.
    """
    exact = totals.metered_units * rate(tier)
    requests, credits = totals.metered_requests, totals.metered_credits
    if tier.flat_credits == 0:
        only_units = totals.flat_requests == requests == credits == 0
        long_enough = totals.metered_units == 0 or totals.metered_units > tier.included_units
        return ceil(exact) if only_units and long_enough else None
    if requests == 0:
        valid = totals.metered_units == credits == 0
    else:
        valid = tier.rate_credits > 0 and _have_a_price(tier, requests, totals.metered_units, credits)
    return totals.flat_requests * tier.flat_credits + credits if valid else None


def _have_a_price(tier: Tier, requests: int, units: int, credits: int) -> bool:
    most_of_flat = max(tier.included_units, floor(tier.flat_credits / rate(tier)))
    rounding = credits - units * rate(tier)
    most_rounding = requests * (1 - Fraction(1, tier.rate_units))
    longer, dearer = units >= requests * (most_of_flat + 1), credits >= requests * (tier.flat_credits + 1)
    return longer and dearer and 0 <= rounding <= most_rounding


def sums_of_requests(tier: Tier, most_requests: int, most_units: int) -> set[tuple[int, int, int]]:
    """Numbers, units and credits of all sets of requests that cost more than the flat price, one by one.

    The definition that `session_cost` is held to, for tiers that are small enough to try.
    """
    costs = {units: reference_cost(tier, units) for units in range(tier.included_units + 1, most_units + 1)}
    long = [(units, credits) for units, credits in costs.items() if credits > tier.flat_credits]
    sums = {(0, 0, 0)}
    for number in range(most_requests):
        sums |= {
            (number + 1, units + more, credits + price)
            for requests, units, credits in sums
            if requests == number
            for more, price in long
            if units + more <= most_units
        }
    return sums
