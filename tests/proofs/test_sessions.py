"""Prices of sessions: for every tier that a platform may have, and all totals of 32 bits.

Requests are added one by one: what holds of none and, where it holds of some, of one more, holds of any number.
"""

import z3  # type: ignore[import-untyped]
from job_escrow.bounds import MAX_CREDITS, MAX_UNITS
from proof_harness.lemmas import bounded, grows, grows_strictly, on_average, rounded_up
from proof_harness.pricing import U32, U64, tier
from proof_harness.products import Formula, Term
from proof_harness.sessions import NONE, Totals, at_flat, has_price, session_cost, totals
from proof_harness.solver import prove, refute, within

TIER = tier()
TOTALS, MORE = totals(), totals("_more")
UNITS = z3.Int("units_of_one")
FLAT = z3.And(TIER.valid(), TIER.flat >= 1)
METERED = z3.And(TIER.valid(), TIER.flat == 0)
# A request that costs more than the flat price.
LONG = z3.And(within(UNITS, 0, MAX_UNITS), UNITS > TIER.included, TIER.rate_credits != 0)


def test_no_step_overflows() -> None:
    """Products, what is added to them, and the sum of eight tiers."""
    owed = TOTALS.units * TIER.rate_credits
    paid = TOTALS.credits * TIER.rate_units
    rounding = TOTALS.requests * (TIER.rate_units - 1)
    flat = TIER.flat * TIER.rate_units
    price = TOTALS.flat * TIER.flat + TOTALS.credits
    fits = [within(each, 0, U64) for each in (owed, paid, rounding, flat, price, owed / TIER.rate_units + 1)]
    prove(
        z3.And(*fits),
        *(TIER.valid(), TOTALS.of_32_bits(), TIER.rate_credits != 0),
        bounded.of(TOTALS.units, TIER.rate_credits, U32, U32),
        bounded.of(TOTALS.credits, TIER.rate_units, U32, U32),
        bounded.of(TOTALS.requests, TIER.rate_units - 1, U32, U32),
        bounded.of(TIER.flat, TIER.rate_units, MAX_CREDITS, U32),
        bounded.of(TOTALS.flat, TIER.flat, U32, MAX_CREDITS),
    )
    assert 8 * (MAX_CREDITS + 1) <= U64


def test_rounding_two_by_themselves_costs_no_less_and_less_than_two_more() -> None:
    together, apart = _two()
    prove(together <= apart, TIER.valid(), TIER.rate_credits != 0, *_in_two())
    prove(apart <= together + 1, TIER.valid(), TIER.rate_credits != 0, *_in_two())


def test_a_request_that_costs_more_has_more_units_than_the_flat_price_pays_for() -> None:
    """And any that has more costs more: which of the two is counted makes no difference."""
    dearer = TIER.at_rate(UNITS) > TIER.flat
    longer = UNITS > at_flat(TIER)
    prove(dearer == longer, FLAT, LONG, *_above_flat())


def test_requests_that_are_priced_by_themselves_always_have_a_price_together() -> None:
    """Whoever counts honestly is never refused: one more long request keeps totals within their bounds."""
    price = TIER.at_rate(UNITS)
    long = (FLAT, LONG, price > TIER.flat, TOTALS.of_32_bits())
    prove(has_price(TIER, NONE), FLAT)
    one, one_more = (
        Totals(TOTALS.flat, z3.IntVal(1), UNITS, price),
        Totals(TOTALS.flat, TOTALS.requests + 1, TOTALS.units + UNITS, TOTALS.credits + price),
    )
    prove(has_price(TIER, one), *long, *_above_flat(), *_averages(one))
    before = (TOTALS.requests >= 1, has_price(TIER, TOTALS))
    prove(has_price(TIER, one_more), *long, *before, *_above_flat(), *_averages(TOTALS), *_averages(one_more))


def test_units_of_a_tier_without_a_flat_price_always_have_a_price_together() -> None:
    none = z3.IntVal(0)
    some, more = (Totals(none, none, units, none) for units in (TOTALS.units, TOTALS.units + UNITS))
    prove(has_price(TIER, NONE), METERED)
    prove(has_price(TIER, more), METERED, LONG, TOTALS.of_32_bits(), has_price(TIER, some))


def test_a_tier_without_a_flat_price_costs_no_more_than_its_requests_one_by_one() -> None:
    """And less than one credit more than exact, however many there are."""
    together, apart = _two()
    prove(together <= apart, METERED, LONG, *_in_two())
    cost = TIER.at_rate(TOTALS.units)
    rounding = rounded_up.of(TOTALS.units * TIER.rate_credits, TIER.rate_units)
    exact = TOTALS.units * TIER.rate_credits
    prove(cost * TIER.rate_units < exact + TIER.rate_units, METERED, TOTALS.of_32_bits(), rounding)


def test_no_totals_cost_more_than_rounding_each_long_request_up_explains() -> None:
    """Whatever the operator reports: what it charges above the exact price is bounded by its counts.

    A request is rounded up by at most all but one of the `rate_units` parts of a credit; one alone costs its price.
    """
    exact, paid = TOTALS.units * TIER.rate_credits, TOTALS.credits * TIER.rate_units
    counted = (FLAT, TOTALS.of_32_bits(), has_price(TIER, TOTALS), TOTALS.requests >= 1)
    prove(paid + TOTALS.requests <= exact + TOTALS.requests * TIER.rate_units, *counted)
    alone = TIER.at_rate(TOTALS.units)
    one = Totals(TOTALS.flat, z3.IntVal(1), TOTALS.units, TOTALS.credits)
    either = [
        grows_strictly.of(less, more, TIER.rate_units)
        for less, more in ((TOTALS.credits, alone), (alone, TOTALS.credits))
    ]
    rounding = rounded_up.of(exact, TIER.rate_units)
    prove(TOTALS.credits == alone, FLAT, TOTALS.of_32_bits(), has_price(TIER, one), rounding, *either)


def test_units_that_the_flat_price_pays_for_are_not_charged_at_the_rate() -> None:
    """Without that condition requests at the flat price would be charged as dearer ones, each for a credit more."""
    small = z3.And(*(within(each, 0, 20) for each in (*vars(TIER).values(), *TOTALS.all())))
    paid, owed = TOTALS.credits * TIER.rate_units, TOTALS.units * TIER.rate_credits
    bounds = z3.And(
        TOTALS.requests == 2,
        TOTALS.units / TOTALS.requests > TIER.included,
        TOTALS.credits / TOTALS.requests > TIER.flat,
        paid >= owed,
        paid - owed <= TOTALS.requests * (TIER.rate_units - 1),
    )
    long_enough = TOTALS.units / TOTALS.requests > at_flat(TIER)
    refute(long_enough, FLAT, TIER.rate_credits != 0, small, bounds)


def test_a_price_never_falls() -> None:
    same_or_more = z3.And(
        TOTALS.of_32_bits(),
        MORE.of_32_bits(),
        *(before <= after for before, after in zip(TOTALS.all(), MORE.all(), strict=True)),
    )
    flat = grows.of(TOTALS.flat, MORE.flat, TIER.flat)
    rate = [rounded_up.of(each.units * TIER.rate_credits, TIER.rate_units) for each in (TOTALS, MORE)]
    dearer = grows_strictly.of(TIER.at_rate(MORE.units), TIER.at_rate(TOTALS.units), TIER.rate_units)
    units = grows.of(TOTALS.units, MORE.units, TIER.rate_credits)
    both = z3.And(has_price(TIER, TOTALS), has_price(TIER, MORE))
    prove(
        session_cost(TIER, TOTALS) <= session_cost(TIER, MORE),
        *(TIER.valid(), same_or_more, both, flat, *rate, dearer, units),
    )


def test_included_units_are_not_charged_at_the_rate() -> None:
    """Without that condition an operator could charge a short request more than its flat price."""
    small = z3.And(*(within(each, 0, 20) for each in (*vars(TIER).values(), *TOTALS.all())))
    at_rate = TIER.at_rate(TOTALS.units)
    bounds = z3.And(TOTALS.credits >= TIER.flat + 1, TOTALS.credits >= at_rate, TOTALS.credits < at_rate + 1)
    short = TOTALS.units <= TIER.included
    refute(TOTALS.credits <= TIER.cost(TOTALS.units), FLAT, TIER.rate_credits != 0, small, short, bounds)
    one = Totals(TOTALS.flat, z3.IntVal(1), TOTALS.units, TOTALS.credits)
    prove(z3.Not(has_price(TIER, one)), FLAT, TOTALS.of_32_bits(), short)


def _above_flat() -> list[Formula]:
    """What is needed to see that a request costs more than the flat price where that does not pay for its units."""
    price, rate, per = TIER.at_rate(UNITS), TIER.rate_credits, TIER.rate_units
    return [
        rounded_up.of(UNITS * rate, per),
        grows_strictly.of(TIER.flat, price, per),
        grows.of(price, TIER.flat, per),
        grows.of(UNITS, at_flat(TIER), rate),
        grows_strictly.of(at_flat(TIER), UNITS, rate),
    ]


def _averages(counted: Totals) -> list[Formula]:
    """What the comparisons of quotients say of sums."""
    units, credits = counted.units, counted.credits
    averages = ((units, TIER.included), (units, at_flat(TIER)), (credits, TIER.flat))
    return [on_average.of(total, counted.requests, each) for total, each in averages]


def _two() -> tuple[Term, Term]:
    """Prices of some units and of one request more: together, and rounded by themselves."""
    return TIER.at_rate(TOTALS.units + UNITS), TIER.at_rate(TOTALS.units) + TIER.at_rate(UNITS)


def _in_two() -> list[Formula]:
    together, apart = _two()
    rate, per = TIER.rate_credits, TIER.rate_units
    return [
        within(TOTALS.units, 0, U32),
        within(UNITS, 0, U32),
        rounded_up.of(TOTALS.units * rate, per),
        rounded_up.of(UNITS * rate, per),
        rounded_up.of((TOTALS.units + UNITS) * rate, per),
        grows_strictly.of(apart, together, per),
        grows_strictly.of(together + 1, apart, per),
    ]
