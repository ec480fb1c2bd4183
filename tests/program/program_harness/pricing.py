"""What a job costs, written down a second time with exact fractions."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Protocol


class Tier(Protocol):
    """A price, on chain or as an argument."""

    @property
    def flat_credits(self) -> int: ...
    @property
    def included_units(self) -> int: ...
    @property
    def credits_per_1000_units(self) -> int: ...


@dataclass(frozen=True)
class Terms:
    """A price of a test's own."""

    flat_credits: int
    included_units: int
    credits_per_1000_units: int


def reference_cost(tier: Tier, units: int) -> int:
    """Credits of `units`: flat up to the included ones, above that max(flat, ceil(units x rate / 1000)) (D7, D8)."""
    if units <= tier.included_units:
        return tier.flat_credits
    return max(tier.flat_credits, ceil(Fraction(units) * Fraction(tier.credits_per_1000_units, 1_000)))
