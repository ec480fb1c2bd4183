"""D7, D8: what a job costs on chain, against a second writing of the rule with exact fractions."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from job_escrow.codec import AboveMaxCredits, AmountTooLarge, NothingToLock, Tier
from job_escrow.presets import load_preset
from program_harness import past_the_program
from program_harness.calls import MAX_CREDITS
from program_harness.parties import Credit, Platform
from program_harness.pricing import Terms, reference_cost
from program_harness.world import World

DECENTRAL = load_preset("decentral")
TIERS = {"lite": 0, "standard": 1, "pro": 2, "max": 3}

# The figures of D7 and D8 themselves, written out.
FIGURES = [
    *[("lite", units, cost) for units, cost in [(1, 2), (500, 2), (501, 2), (2_000, 2), (2_001, 3), (2_400, 3)]],
    *[("standard", units, cost) for units, cost in [(1, 8), (500, 8), (501, 8), (2_000, 8), (2_001, 9), (2_400, 10)]],
    *[("pro", units, cost) for units, cost in [(1, 18), (500, 18), (501, 18), (2_000, 18), (2_001, 19), (2_400, 22)]],
    *[("max", units, cost) for units, cost in [(1, 40), (500, 40), (501, 40), (2_000, 40), (2_001, 41), (2_400, 48)]],
]


@pytest.mark.parametrize(("tier", "units", "cost"), FIGURES)
def test_d7_d8_a_lock_holds_the_price_of_its_units(
    world: World, alice: Credit, tier: str, units: int, cost: int
) -> None:
    job = world.lock(alice, tier=TIERS[tier], amount=units)
    assert world.job(job).credits == cost
    assert world.account(alice).paid_locked == cost


@pytest.mark.parametrize(("tier", "units", "cost"), FIGURES)
def test_d7_d8_a_settlement_charges_the_price_of_its_units(
    world: World, alice: Credit, tier: str, units: int, cost: int
) -> None:
    job = world.lock(alice, tier=TIERS[tier], amount=10_000)
    world.settle(job, units)
    assert world.account(alice).spent_paid == cost
    assert world.earned(alice.platform) == cost * 10_000


@pytest.mark.parametrize(("tier", "units", "cost"), FIGURES)
def test_d7_d8_the_reference_says_the_same(tier: str, units: int, cost: int) -> None:
    assert reference_cost(DECENTRAL.tiers[TIERS[tier]], units) == cost


@pytest.mark.parametrize("tier", TIERS.values())
def test_d8_every_unit_around_the_switch_costs_what_the_reference_says(
    world: World, decentral: Platform, tier: int
) -> None:
    """Each from 480 to 520 and from 1,980 to 2,080, and never less than the one before."""
    credit = world.opened(decentral, "alice", buy=100_000)
    job = world.lock(credit, tier=tier, amount=10_000)
    last = 0
    for units in [*range(480, 521), *range(1_980, 2_081)]:
        world.settle(job, units, is_final=False)
        spent = world.account(credit).spent_paid
        assert spent == reference_cost(DECENTRAL.tiers[tier], units)
        assert spent >= last
        last = spent


RATE = st.one_of(
    st.just((0, 0)),
    st.tuples(st.integers(1, 3_000), st.integers(1, 3_000)),
    st.tuples(st.integers(1, MAX_CREDITS), st.integers(1, MAX_CREDITS)),
)
"""Credits, and the units that they are for."""
AMOUNT = st.one_of(st.integers(0, 3_000), st.integers(0, MAX_CREDITS), st.sampled_from([0, 1, MAX_CREDITS]))


@pytest.fixture(scope="module")
def rich() -> tuple[World, Credit]:
    world = World()
    terms = replace(DECENTRAL, base_units_per_credit=1, max_job_seconds=7 * 24 * 3_600)
    return world, world.opened(world.create_platform(terms), "alice", buy=MAX_CREDITS)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flat=AMOUNT, included=AMOUNT, rate=RATE, units=st.integers(1, MAX_CREDITS))
@example(flat=40, included=500, rate=(20, 1_000), units=2_400)
@example(flat=0, included=0, rate=(MAX_CREDITS, 1_000), units=1_000)
@example(flat=0, included=0, rate=(MAX_CREDITS, 1_000), units=1_001)
@example(flat=MAX_CREDITS, included=MAX_CREDITS, rate=(MAX_CREDITS, 1), units=MAX_CREDITS)
@example(flat=0, included=0, rate=(MAX_CREDITS, MAX_CREDITS), units=MAX_CREDITS)
@example(flat=0, included=0, rate=(1, MAX_CREDITS), units=MAX_CREDITS)
@example(flat=0, included=0, rate=(1, 1_000), units=MAX_CREDITS)
@example(flat=0, included=0, rate=(1, 60), units=61)
@example(flat=0, included=0, rate=(1, 4), units=4)
@example(flat=0, included=7, rate=(1, 4), units=7)
@example(flat=1, included=0, rate=(0, 0), units=MAX_CREDITS)
def test_any_tier_costs_what_the_reference_says(
    rich: tuple[World, Credit], flat: int, included: int, rate: tuple[int, int], units: int
) -> None:
    """D1: exact for every price that a platform may set; the cost is read from the least max_credits that passes."""
    world, credit = rich
    if flat == 0 and rate == (0, 0):
        flat = 1
    terms = Terms(flat, included, *rate)
    _write_tier(world, credit.platform, terms)
    cost = reference_cost(terms, units)
    _, exact = world.locking(credit, tier=0, amount=units, max_credits=min(cost, MAX_CREDITS))
    if cost > MAX_CREDITS:
        world.refused(AmountTooLarge, exact)
    elif cost == 0:
        world.refused(NothingToLock, exact)
        assert reference_cost(terms, 1) == 0, "a cost of 0 has to come from a flat price of 0"
    else:
        assert world.machine.simulate(exact.all(), exact.signers).reason is None
        _, below = world.locking(credit, tier=0, amount=units, max_credits=cost - 1)
        world.refused(AboveMaxCredits, below)


def _write_tier(world: World, platform: Platform, terms: Terms) -> None:
    """It is the price that is tested here, not who may set it."""
    tier = Tier(
        name=b"tier".ljust(16, b"\0"),
        flat_credits=terms.flat_credits,
        included_units=terms.included_units,
        rate_credits=terms.rate_credits,
        rate_units=terms.rate_units,
        unit_kind=0,
    )
    empty = replace(tier, name=bytes(16), flat_credits=0, included_units=0, rate_credits=0, rate_units=0)
    past_the_program.change_platform(world.machine, platform, tiers=(tier, *[empty] * 7))


@settings(max_examples=40, deadline=None)
@given(flat=AMOUNT, included=AMOUNT, rate=RATE, units=AMOUNT)
def test_a_longer_completion_never_costs_less(flat: int, included: int, rate: tuple[int, int], units: int) -> None:
    """D8, of the reference that the chain is held to."""
    terms = Terms(flat, included, *rate)
    assert reference_cost(terms, units) <= reference_cost(terms, units + 1)
