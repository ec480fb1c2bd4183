"""What running requests can cost at most beside what a session has used, for each tier, to the credit.

Prices of a tier without a flat one are rounded once for all of its requests, so that what two requests can cost is not
the sum of what each can: the bound is that of all units together. With a flat price each request has its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from job_escrow.amounts import InvalidAmount
from job_escrow.codec import Tier, TierTotals
from job_escrow.pricing import MAX_TOTAL, NO_TOTALS, add_request, cost, session_cost

COUNTS = (
    *("flat_requests", "metered_requests", "metered_units", "metered_credits"),
    *("running", "running_units", "running_credits"),
)
"""What is counted of a tier, in the order in which a `TierUse` gives and takes it."""


@dataclass(frozen=True, kw_only=True)
class TierUse:
    """What a session has used of a tier, and how many requests run on it, with their most units and credits."""

    price: Tier
    totals: TierTotals = NO_TOTALS
    running: int = 0
    running_units: int = 0
    running_credits: int = 0

    @classmethod
    def of(cls, price: Tier, counts: Sequence[int] | None) -> Self:
        """What was counted at a price; None: nothing yet."""
        if counts is None:
            return cls(price=price)
        flat, metered, units, credits, running, running_units, running_credits = counts
        return cls(
            price=price,
            totals=TierTotals(
                flat_requests=flat, metered_requests=metered, metered_units=units, metered_credits=credits
            ),
            running=running,
            running_units=running_units,
            running_credits=running_credits,
        )

    @property
    def counts(self) -> tuple[int, ...]:
        """What `of` takes."""
        totals = self.totals
        return (
            *(totals.flat_requests, totals.metered_requests, totals.metered_units, totals.metered_credits),
            *(self.running, self.running_units, self.running_credits),
        )

    @property
    def cost(self) -> int:
        """Credits that what was used costs."""
        return session_cost(self.price, self.totals)

    @property
    def reserved(self) -> int:
        """Credits that running requests can add to the tier's cost at most."""
        if self.price.flat_credits:
            return self.running_credits
        after = replace(self.totals, metered_units=self.totals.metered_units + self.running_units)
        return session_cost(self.price, after) - self.cost

    def admit(self, max_units: int) -> Self:
        """Take a request of at most so many units.

        Raises InvalidAmount where it has no price, or its settlement may not fit into the program's 32 bits.
        """
        units, credits = self._most(max_units)
        after = replace(
            self,
            running=self.running + 1,
            running_units=self.running_units + units,
            running_credits=self.running_credits + credits,
        )
        totals = self.totals
        if (
            max(
                totals.flat_requests + totals.metered_requests + after.running,
                totals.metered_units + after.running_units,
                totals.metered_credits + after.running_credits,
            )
            > MAX_TOTAL
        ):
            raise InvalidAmount("the session has counted 32 bits of this tier")
        return after

    def drop(self, max_units: int) -> Self:
        """Let a request go that was admitted."""
        units, credits = self._most(max_units)
        return replace(
            self,
            running=self.running - 1,
            running_units=self.running_units - units,
            running_credits=self.running_credits - credits,
        )

    def settle(self, max_units: int, units: int) -> Self:
        """Count what a request has used that was admitted. Raises InvalidAmount above its most units."""
        if units > max_units:
            raise InvalidAmount(f"{units:,} units are more than the {max_units:,} that were reserved")
        totals, _ = add_request(self.price, self.totals, units)
        return replace(self.drop(max_units), totals=totals)

    def _most(self, max_units: int) -> tuple[int, int]:
        """Units that may be counted, and credits of the request by itself."""
        if not self.price.flat_credits:
            # Only what is above the included units is counted, and then all of it.
            return (max_units, 0) if max_units > self.price.included_units else (0, 0)
        credits = cost(self.price, max_units)
        # What the flat price pays for counts no units.
        return max_units if credits > self.price.flat_credits else 0, credits
