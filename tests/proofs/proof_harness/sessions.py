"""What a session costs on one tier, as programs/job_escrow/src/pricing.rs computes it, and what has a price."""

from dataclasses import dataclass

import z3  # type: ignore[import-untyped]

from proof_harness.pricing import U32, Tier
from proof_harness.products import Formula, Term
from proof_harness.solver import within


@dataclass(frozen=True)
class Totals:
    """`TierTotals`."""

    flat: Term
    requests: Term
    units: Term
    credits: Term

    def all(self) -> tuple[Term, ...]:
        """Return the four numbers."""
        return self.flat, self.requests, self.units, self.credits

    def of_32_bits(self) -> Formula:
        """Say what the fields hold."""
        return z3.And(*(within(each, 0, U32) for each in self.all()))


NONE = Totals(*[z3.IntVal(0)] * 4)


def totals(suffix: str = "") -> Totals:
    """Return any totals."""
    return Totals(*z3.Ints(" ".join(f"{name}{suffix}" for name in ("flats", "requests", "units", "credits"))))


def at_flat(tier: Tier) -> Term:
    """Units that the flat price pays for at the rate, rounded down."""
    return tier.flat * tier.rate_units / tier.rate_credits


def has_price(tier: Tier, counted: Totals) -> Formula:
    """Whether `pricing::session_cost` does not refuse; the tier is offered."""
    only_units = z3.And(counted.flat == 0, counted.requests == 0, counted.credits == 0)
    above_included = z3.Or(counted.units == 0, counted.units > tier.included)
    no_long_one = z3.And(counted.units == 0, counted.credits == 0)
    paid, owed = counted.credits * tier.rate_units, counted.units * tier.rate_credits
    within_bounds = z3.And(
        tier.rate_credits != 0,
        counted.units / counted.requests > tier.included,
        counted.units / counted.requests > at_flat(tier),
        counted.credits / counted.requests > tier.flat,
        paid >= owed,
        paid - owed <= counted.requests * (tier.rate_units - 1),
    )
    long_ones = z3.If(counted.requests == 0, no_long_one, within_bounds)
    return z3.If(tier.flat == 0, z3.And(only_units, above_included), long_ones)


def session_cost(tier: Tier, counted: Totals) -> Term:
    """`pricing::session_cost`, where it does not refuse."""
    return z3.If(tier.flat == 0, tier.at_rate(counted.units), counted.flat * tier.flat + counted.credits)
