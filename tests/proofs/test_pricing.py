"""Prices: for every tier that a platform may have, and every number of units.

Bounds: those of `Tier::require_valid`, 32 bits for each field; units of 0 to MAX_UNITS where nothing else is said.
"""

import pytest
import z3  # type: ignore[import-untyped]
from job_escrow.bounds import MAX_CREDITS, MAX_UNITS
from proof_harness.lemmas import bounded, grows, grows_strictly, rounded_up
from proof_harness.pricing import U32, U64, Tier, never_dearer, tier
from proof_harness.products import Formula, Term
from proof_harness.solver import prove, refute, within

TIER, OTHER = tier(), tier("_before")
UNITS, MORE = z3.Ints("units more_units")
VALID = z3.And(TIER.valid(), within(UNITS, 0, MAX_UNITS))


def test_no_step_overflows() -> None:
    """Product, the quotient that is rounded up, and what is compared: all below 2^64."""
    owed = UNITS * TIER.rate_credits
    fits = z3.And(within(owed, 0, U64), within(owed / TIER.rate_units + 1, 0, U64))
    prove(fits, VALID, TIER.metered(UNITS), bounded.of(UNITS, TIER.rate_credits, MAX_UNITS, U32))


def test_units_of_33_bits_would_overflow() -> None:
    refute(UNITS * TIER.rate_credits <= U64, TIER.valid(), within(UNITS, 0, 2 * MAX_UNITS))


def test_never_below_the_flat_price_and_never_above_what_an_account_holds() -> None:
    cost = TIER.cost(UNITS)
    prove(within(cost, TIER.flat, MAX_CREDITS), VALID, z3.Not(TIER.refused(UNITS)))


def test_up_to_the_included_units_and_without_a_rate_it_is_the_flat_price() -> None:
    flat = z3.And(TIER.cost(UNITS) == TIER.flat, z3.Not(TIER.refused(UNITS)))
    prove(flat, VALID, z3.Or(UNITS <= TIER.included, TIER.rate_credits == 0))


def test_a_price_is_the_fewest_credits_that_pay_for_the_units() -> None:
    """So rounding costs less than one credit a job; the definition is that of `sweep` in examples/formulas.rs."""
    cost, fewer = TIER.cost(UNITS), z3.Int("fewer")
    dearer = grows.of(TIER.at_rate(UNITS), cost, TIER.rate_units)
    prove(TIER.pays(UNITS, cost), VALID, _rounding(TIER, UNITS), dearer)
    cheaper = grows_strictly.of(fewer, TIER.at_rate(UNITS), TIER.rate_units)
    is_less = z3.And(within(fewer, 0, MAX_CREDITS), fewer < cost)
    prove(z3.Not(TIER.pays(UNITS, fewer)), VALID, is_less, _rounding(TIER, UNITS), cheaper)


def test_it_refuses_only_what_no_account_could_pay() -> None:
    """`sweep` takes a refusal for right where the most credits of an account do not pay."""
    most = z3.IntVal(MAX_CREDITS)
    at_rate = TIER.at_rate(UNITS)
    above = grows_strictly.of(MAX_CREDITS, at_rate, TIER.rate_units)
    below = grows.of(at_rate, MAX_CREDITS, TIER.rate_units)
    prove(TIER.refused(UNITS) == z3.Not(TIER.pays(UNITS, most)), VALID, _rounding(TIER, UNITS), above, below)


def test_more_units_never_cost_less() -> None:
    cheaper, dearer = TIER.cost(UNITS), TIER.cost(MORE)
    both = z3.And(VALID, within(MORE, 0, MAX_UNITS), UNITS <= MORE)
    prove(cheaper <= dearer, both, *_in_order(TIER, UNITS, TIER, MORE))
    prove(z3.Implies(TIER.refused(UNITS), TIER.refused(MORE)), both, *_in_order(TIER, UNITS, TIER, MORE))


def test_a_job_is_never_charged_more_than_its_lock() -> None:
    """`settle` charges what the units cost by now less what it has charged; no more units than were locked."""
    locked, settled = z3.Ints("locked settled")
    cost = TIER.cost(UNITS)
    charged = z3.If(cost > settled, cost - settled, 0)
    prove(
        z3.And(charged >= 0, settled + charged <= locked),
        *(VALID, within(MORE, 0, MAX_UNITS), UNITS <= MORE, locked == TIER.cost(MORE), within(settled, 0, locked)),
        *_in_order(TIER, UNITS, TIER, MORE),
    )


def test_a_change_that_is_at_once_never_makes_a_job_dearer() -> None:
    """`Tier::never_dearer_than`: for any number of units, also where the old price would refuse."""
    both = z3.And(VALID, OTHER.valid(), never_dearer(TIER, OTHER))
    prove(TIER.cost(UNITS) <= OTHER.cost(UNITS), both, *_in_order(TIER, UNITS, OTHER, UNITS))


@pytest.mark.parametrize("broken", ["flat", "included", "rate"])
def test_each_part_of_that_rule_is_needed(broken: str) -> None:
    lower = TIER.rate_credits * OTHER.rate_units <= OTHER.rate_credits * TIER.rate_units
    parts = {
        "flat": TIER.flat <= OTHER.flat,
        "included": TIER.included >= OTHER.included,
        "rate": z3.And(OTHER.rate_credits != 0, lower),
    }
    others = [part for name, part in parts.items() if name != broken]
    small = z3.And(*(within(each, 1, 20) for each in (*vars(TIER).values(), *vars(OTHER).values(), UNITS)))
    refute(TIER.cost(UNITS) <= OTHER.cost(UNITS), VALID, OTHER.valid(), small, *others)


def test_rounded_down_it_would_cost_too_little() -> None:
    cost = UNITS * TIER.rate_credits / TIER.rate_units
    small = z3.And(within(UNITS, 1, 20), within(TIER.rate_units, 1, 20), within(TIER.rate_credits, 1, 20))
    refute(TIER.pays(UNITS, cost), VALID, TIER.metered(UNITS), TIER.flat == 0, small)


def _rounding(tier: Tier, units: Term) -> Formula:
    return rounded_up.of(units * tier.rate_credits, tier.rate_units)


def _in_order(cheap: Tier, units: Term, dear: Tier, more: Term) -> list[Formula]:
    """What is needed to see that units at one rate cost no more than as many or more at a rate that is not lower.

    If c credits pay at the higher rate, then c x rate_units >= units x rate_credits; times the other's rate_units, c
    pays at the lower rate too. And the fewest that pay are what it costs.
    """
    c, owed = dear.at_rate(more), units * cheap.rate_credits
    return [
        _rounding(cheap, units),
        _rounding(dear, more),
        grows.of(units, more, dear.rate_credits),
        grows.of(units * dear.rate_credits, c * dear.rate_units, cheap.rate_units),
        grows.of(cheap.rate_credits * dear.rate_units, dear.rate_credits * cheap.rate_units, units),
        grows_strictly.of(c * cheap.rate_units, owed, dear.rate_units),
        grows_strictly.of(c, cheap.at_rate(units), cheap.rate_units),
    ]
