"""What jobs and sessions cost, as the program computes it (programs/job_escrow/src/pricing.rs): integers only."""

from typing import Protocol

from job_escrow.amounts import InvalidAmount, whole_number
from job_escrow.bounds import MAX_CREDITS
from job_escrow.bounds import MAX_UNITS as MAX_UNITS
from job_escrow.codec import TierTotals

NO_TOTALS = TierTotals(flat_requests=0, metered_requests=0, metered_units=0, metered_credits=0)
"""Nothing was used of a tier."""

MAX_TOTAL = 2**32 - 1
"""Most of anything that a session counts of a tier."""

_NOT_OFFERED = "the session offers no such tier: its prices are those of its opening"


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
    def rate_credits(self) -> int:
        """Credits for `rate_units` units of a job that is above the included ones, for all of its units; 0: no rate."""
        ...

    @property
    def rate_units(self) -> int:
        """Units that `rate_credits` are the price of; 0 where there is no rate."""
        ...


def cost(price: Price, units: int) -> int:
    """Credits of a job of `units`: flat up to the included ones, the tier's rate above them.

    That is `max(flat, ceil(units x rate_credits / rate_units))`; without a rate any number of units is flat.
    Raises InvalidAmount where the units or the credits are more than the program takes.
    """
    whole_number(units, "units", MAX_UNITS)
    if units <= price.included_units or not price.rate_credits:
        return price.flat_credits
    metered = -(-units * price.rate_credits // price.rate_units)
    credits = max(price.flat_credits, metered)
    if credits > MAX_CREDITS:
        raise InvalidAmount(f"{units:,} units cost {credits:,} credits, a job {MAX_CREDITS:,} at most: lock fewer")
    return credits


def session_cost(price: Price, totals: TierTotals) -> int:
    """Credits that all of a session's requests on a tier cost. Raises InvalidAmount where such totals have no price.

    Without a flat price only `metered_units` are counted, and rounded up once. With one, each request has a price of
    its own: `flat_requests` at the flat price, and `metered_credits` of those above it, within what so many requests
    with so many units can cost.
    """
    requests, units, credits = totals.metered_requests, totals.metered_units, totals.metered_credits
    owed = units * price.rate_credits
    if not price.flat_credits:
        if totals.flat_requests or requests or credits:
            raise InvalidAmount("a tier without a flat price counts metered units alone")
        if units and not price.rate_credits:
            raise InvalidAmount(_NOT_OFFERED)
        if 0 < units <= price.included_units:
            raise InvalidAmount(f"{units:,} units are not above the included ones of a request")
        return -(-owed // price.rate_units) if owed else 0
    if not requests:
        if units or credits:
            raise InvalidAmount(f"{units:,} metered units and {credits:,} metered credits of no request")
        return totals.flat_requests * price.flat_credits
    if not price.rate_credits:
        raise InvalidAmount("a tier without a rate has no metered requests")
    shortest = 1 + max(price.included_units, price.flat_credits * price.rate_units // price.rate_credits)
    if units < requests * shortest:
        raise InvalidAmount(f"{requests:,} requests above the flat price have {shortest:,} units each, not {units:,}")
    least = max(requests * (price.flat_credits + 1), -(-owed // price.rate_units))
    # Each is rounded up by at most all but one of the parts of a credit.
    most = (owed + requests * (price.rate_units - 1)) // price.rate_units
    if not least <= credits <= most:
        raise InvalidAmount(
            f"{requests:,} requests with {units:,} units cost {least:,} to {most:,} credits, not {credits:,}"
        )
    return totals.flat_requests * price.flat_credits + credits


def add_request(price: Price, totals: TierTotals, units: int) -> tuple[TierTotals, int]:
    """A tier's totals with one more request of a session, and the credits by which that raises their cost.

    Raises InvalidAmount where the units are more than the program takes, or a total is above 32 bits: end the session.
    """
    whole_number(units, "units", MAX_UNITS)
    flat, metered = totals.flat_requests, totals.metered_requests
    metered_units, metered_credits = totals.metered_units, totals.metered_credits
    if not price.flat_credits:
        if not price.rate_credits:
            raise InvalidAmount(_NOT_OFFERED)
        if units > price.included_units:
            metered_units += units
    elif (credits := cost(price, units)) == price.flat_credits:
        flat += 1
    else:
        metered, metered_units, metered_credits = metered + 1, metered_units + units, metered_credits + credits
    if max(flat, metered, metered_units, metered_credits) > MAX_TOTAL:
        raise InvalidAmount("the session has counted 32 bits of this tier: end it, and open another")
    after = TierTotals(
        flat_requests=flat, metered_requests=metered, metered_units=metered_units, metered_credits=metered_credits
    )
    return after, session_cost(price, after) - session_cost(price, totals)
