"""What running requests can cost at most beside what a session has used, for each tier, to the credit.

Prices of a tier without a flat one are rounded once for all of its requests, so that what two requests can cost is not
the sum of what each can: the bound is that of all units together. With a flat price each request has its own.
"""

import sqlite3
from dataclasses import dataclass, replace
from functools import lru_cache
from struct import Struct
from typing import Self

from job_escrow.amounts import InvalidAmount
from job_escrow.codec import Tier, TierTotals
from job_escrow.pricing import NO_TOTALS, add_request, cost, session_cost

_TIERS = Struct("<" + Tier.FORMAT)
_MOST = 2**32 - 1
_COLUMNS = "flat_requests, metered_requests, metered_units, metered_credits, running, running_units, running_credits"


@lru_cache(maxsize=256)
def tiers_of(data: bytes) -> tuple[Tier, ...]:
    """The tiers of a session, as its account has them."""
    return tuple(Tier.from_values(values, 0) for values in _TIERS.iter_unpack(data))


@dataclass(frozen=True, kw_only=True)
class TierUse:
    """What a session has used of a tier, and how many requests run on it, with their most units and credits."""

    price: Tier
    totals: TierTotals = NO_TOTALS
    running: int = 0
    running_units: int = 0
    running_credits: int = 0

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
            > _MOST
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


def load(connection: sqlite3.Connection, session: int, tiers: tuple[Tier, ...], tier: int) -> TierUse:
    """What a session has used of one tier."""
    sql = f"SELECT {_COLUMNS} FROM api_session_tiers WHERE session = ? AND tier = ?"
    row = connection.execute(sql, (session, tier)).fetchone()
    if row is None:
        return TierUse(price=tiers[tier])
    flat, metered, units, credits, running, running_units, running_credits = row
    return TierUse(
        price=tiers[tier],
        totals=TierTotals(flat_requests=flat, metered_requests=metered, metered_units=units, metered_credits=credits),
        running=running,
        running_units=running_units,
        running_credits=running_credits,
    )


def save(connection: sqlite3.Connection, session: int, tier: int, use: TierUse) -> None:
    """Keep it."""
    totals = use.totals
    connection.execute(
        f"INSERT OR REPLACE INTO api_session_tiers (session, tier, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(session, tier),
            *(totals.flat_requests, totals.metered_requests, totals.metered_units, totals.metered_credits),
            *(use.running, use.running_units, use.running_credits),
        ),
    )


def totals_of(connection: sqlite3.Connection, session: int, tiers: tuple[Tier, ...]) -> list[TierTotals]:
    """The totals of all tiers, as a settlement reports them."""
    return [load(connection, session, tiers, tier).totals for tier in range(len(tiers))]
