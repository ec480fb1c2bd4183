"""What a job costs and what the fee is, as programs/job_escrow/src/pricing.rs computes them, and when it refuses.

Of whole numbers without a size: that each step fits into 64 bits is a claim of its own.
"""

from dataclasses import dataclass

import z3  # type: ignore[import-untyped]
from job_escrow.bounds import MAX_CREDITS, MAX_UNITS

from proof_harness.products import Formula, Term
from proof_harness.solver import ceil, within

U32, U64 = 2**32 - 1, 2**64 - 1
PARTS = 10_000
"""Basis points of the whole."""


@dataclass(frozen=True)
class Tier:
    """A price."""

    flat: Term
    included: Term
    rate_credits: Term
    rate_units: Term

    def valid(self) -> Formula:
        """`Tier::require_valid`, and what the fields hold."""
        has_rate = self.rate_credits != 0
        return z3.And(
            within(self.flat, 0, MAX_CREDITS),
            within(self.included, 0, MAX_UNITS),
            within(self.rate_credits, 0, U32),
            within(self.rate_units, 0, U32),
            z3.Or(self.flat > 0, has_rate),
            has_rate == (self.rate_units != 0),
        )

    def metered(self, units: Term) -> Formula:
        """Whether the rate counts."""
        return z3.And(units > self.included, self.rate_credits != 0)

    def at_rate(self, units: Term) -> Term:
        """The units at the rate, rounded up once."""
        return ceil(units * self.rate_credits, self.rate_units)

    def cost(self, units: Term) -> Term:
        """`pricing::cost`, where it does not refuse."""
        at_rate = self.at_rate(units)
        dearer = z3.If(at_rate > self.flat, at_rate, self.flat)
        return z3.If(self.metered(units), dearer, self.flat)

    def refused(self, units: Term) -> Formula:
        """Whether it refuses."""
        return z3.Or(units > MAX_UNITS, self.cost(units) > MAX_CREDITS)

    def pays(self, units: Term, credits: Term) -> Formula:
        """Whether so many credits are enough: the definition of a price, which does not divide."""
        enough = credits * self.rate_units >= units * self.rate_credits
        return z3.And(credits >= self.flat, z3.Implies(self.metered(units), enough))


def tier(suffix: str = "") -> Tier:
    """Return any tier."""
    return Tier(*z3.Ints(f"flat{suffix} included{suffix} rate_credits{suffix} rate_units{suffix}"))


def never_dearer(new: Tier, old: Tier) -> Formula:
    """`Tier::never_dearer_than`, which lets a change be at once."""
    lower = new.rate_credits * old.rate_units <= old.rate_credits * new.rate_units
    rate_at_most = z3.Or(new.rate_credits == 0, z3.And(old.rate_credits != 0, lower))
    return z3.And(new.flat <= old.flat, new.included >= old.included, rate_at_most)


def fee(amount: Term, bps: Term) -> Term:
    """`pricing::fee`."""
    return amount / PARTS * bps + amount % PARTS * bps / PARTS
