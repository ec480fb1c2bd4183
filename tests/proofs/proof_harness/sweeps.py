"""Which units of a tier are priced by the program's own function, and what it must answer."""

from collections.abc import Iterator
from dataclasses import dataclass

from job_escrow import pricing
from job_escrow.amounts import InvalidAmount
from job_escrow.bounds import MAX_CREDITS, MAX_UNITS, TIER_NAME_BYTES
from job_escrow.codec import TierArgs
from job_escrow.presets import load_preset, preset_names

from proof_harness.rust import Answer

STRIDE = 4_999
"""A prime, so that no rate's multiples alone are met."""
_AROUND = 500


@dataclass(frozen=True)
class Part:
    """So many numbers of units of a tier, in equal steps."""

    tier: TierArgs
    first: int
    step: int
    count: int

    def question(self) -> tuple[str | int, ...]:
        """Return what formulas.rs is asked."""
        return ("sweep", *terms_of(self.tier), self.first, self.step, self.count)


def tier_of(flat: int, included: int, rate_credits: int, rate_units: int) -> TierArgs:
    """Return a tier with this price."""
    return TierArgs(
        name=b"a-tier".ljust(TIER_NAME_BYTES, b"\0"),
        flat_credits=flat,
        included_units=included,
        rate_credits=rate_credits,
        rate_units=rate_units,
        unit_kind=0,
    )


def terms_of(tier: TierArgs) -> tuple[int, int, int, int]:
    """Return what a price consists of."""
    return tier.flat_credits, tier.included_units, tier.rate_credits, tier.rate_units


def presets_tiers() -> list[TierArgs]:
    """Return one tier for each price that a preset has."""
    tiers = [tier for name in preset_names() for tier in load_preset(name).tiers]
    return list({terms_of(each): each for each in tiers}.values())


def parts(tier: TierArgs, *, every: int) -> Iterator[Part]:
    """Return all units in steps of `every`, and each of those around where the price changes its form."""
    yield Part(tier, 0, every, MAX_UNITS // every + 1)
    corners = {0, tier.included_units, MAX_UNITS}
    if tier.rate_credits:
        corners |= {credits * tier.rate_units // tier.rate_credits for credits in (tier.flat_credits, MAX_CREDITS)}
    for corner in sorted(corners):
        first, last = max(0, corner - _AROUND), min(MAX_UNITS, corner + _AROUND)
        if first <= last:
            yield Part(tier, first, 1, last - first + 1)


def is_right(part: Part, answer: Answer) -> bool:
    """Whether all of a part is priced or refused rightly; where it is small, Python adds the prices up itself."""
    if answer is None or len(answer) != 3:
        return False
    priced, refused, total = answer
    if part.count > 2 * _AROUND + 1:
        return priced + refused == part.count
    prices = [_price(part.tier, part.first + number * part.step) for number in range(part.count)]
    known = [price for price in prices if price is not None]
    return (priced, refused, total) == (len(known), len(prices) - len(known), sum(known))


def _price(tier: TierArgs, units: int) -> int | None:
    try:
        return pricing.cost(tier, units)
    except InvalidAmount:
        return None
