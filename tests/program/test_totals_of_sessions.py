"""Totals of sessions that fall, wrap or have no price. docs/attacks.md lists all attacks."""

from dataclasses import replace

import pytest
from job_escrow.codec import (
    AboveLock,
    InvalidTotals,
    TierTotals,
    TotalsFell,
)
from program_harness import past_the_program
from program_harness.calls import MAX_CREDITS
from program_harness.calls_of_sessions import requests, units
from program_harness.parties import Credit, Platform
from program_harness.sessions import FLAT, LITE, MAX, METERED, Sessions, metered_terms
from program_harness.world import World


@pytest.fixture
def metered(world: World) -> Platform:
    """A platform that has tiers of every form."""
    return world.create_platform(metered_terms())


@pytest.fixture
def alice(sessions: Sessions, metered: Platform) -> Credit:
    """An opened account with 1,000 credits, whose operator may open sessions."""
    return sessions.opened(metered, "alice")


@pytest.mark.parametrize("name", ["flat_requests", "metered_requests", "metered_units", "metered_credits"])
def test_no_total_falls(world: World, sessions: Sessions, alice: Credit, name: str) -> None:
    session = sessions.open(alice)
    totals = requests(3, 2, 5_001, 6)
    sessions.settle(session, {LITE: totals})
    fallen = replace(totals, **{name: getattr(totals, name) - 1})
    world.refused(TotalsFell, sessions.settling(session, {LITE: fallen}))
    world.refused(TotalsFell, sessions.settling(session, {LITE: fallen, FLAT: requests(40)}))


def test_what_falls_in_one_tier_is_not_made_up_for_in_another(world: World, sessions: Sessions, alice: Credit) -> None:
    session = sessions.open(alice)
    sessions.settle(session, {LITE: requests(3), FLAT: requests(1)})
    world.refused(TotalsFell, sessions.settling(session, {LITE: requests(100)}))


INVALID: dict[str, tuple[int, TierTotals]] = {
    "requests of a tier without a flat price": (METERED, requests(1)),
    "long requests of a tier without a flat price": (METERED, requests(0, 1, 70, 0)),
    "credits of a tier without a flat price": (METERED, requests(0, 0, 70, 30)),
    "long requests of a tier that is flat": (FLAT, requests(0, 1, 1_000, 6)),
    "units without a request": (LITE, requests(1, 0, 1, 0)),
    "credits without a request": (LITE, requests(1, 0, 0, 1)),
    "a long request that costs the flat price": (MAX, requests(0, 1, 2_000, 40)),
    "long requests that cost less than their units": (MAX, requests(0, 2, 5_001, 100)),
    "a credit more than rounding explains": (MAX, requests(0, 2, 5_001, 103)),
    "whole prices and a credit more": (MAX, requests(0, 1, 2_050, 42)),
    "included units at the rate": (LITE, requests(0, 2, 1_001, 6)),
    "requests at the flat price as dearer ones": (MAX, requests(0, 2, 4_001, 82)),
    "a unit too few for the last of them": (MAX, requests(0, 9, 9 * 2_001 - 1, 9 * 41)),
    "more rounding than parts of a credit": (LITE, requests(0, 2, 5_001, 7)),
    "included units of a tier without a flat price": (METERED, units(10)),
    "a slot that is not offered": (7, units(1)),
    "the most that 32 bits hold": (MAX, requests(2**32 - 1, 2**32 - 1, 2**32 - 1, 2**32 - 1)),
}


@pytest.mark.parametrize("what", INVALID)
def test_totals_without_a_price_are_refused(world: World, sessions: Sessions, alice: Credit, what: str) -> None:
    slot, totals = INVALID[what]
    session = sessions.open(alice)
    world.refused(InvalidTotals, sessions.settling(session, {slot: totals}))
    world.refused(InvalidTotals, sessions.settling(session, {slot: totals}, is_final=True))


@pytest.mark.parametrize(
    ("slot", "totals", "credits"),
    [
        (MAX, requests(0, 1, 2_050, 41), 41),
        (MAX, requests(0, 2, 5_001, 101), 101),
        (MAX, requests(0, 2, 5_001, 102), 102),
        (MAX, requests(1, 3, 6_003, 123), 163),
        (LITE, requests(0, 1, 2_001, 3), 3),
        (MAX, requests(0, 2, 4_002, 82), 82),
        (MAX, requests(0, 10, 20_500, 410 + 9), 419),
        (LITE, requests(0, 2, 5_001, 6), 6),
        (METERED, units(11), 5),
        (FLAT, requests(9), 45),
    ],
)
def test_totals_at_the_edge_have_a_price(
    world: World, sessions: Sessions, alice: Credit, slot: int, totals: TierTotals, credits: int
) -> None:
    sessions.settle(sessions.open(alice), {slot: totals}, is_final=True)
    assert world.account(alice).spent_paid == credits


@pytest.mark.parametrize(
    "totals",
    [
        {METERED: units(2**32 - 1)},
        {FLAT: requests(2**32 - 1)},
        {LITE: requests(2**32 - 1), MAX: requests(2**32 - 1), FLAT: requests(2**32 - 1), METERED: units(2**32 - 1)},
        {LITE: requests(2**31), FLAT: requests(2**30)},
        {LITE: requests(250), FLAT: requests(1)},
    ],
)
def test_totals_that_wrap_at_32_bits_are_above_the_lock(
    world: World, sessions: Sessions, alice: Credit, totals: dict[int, TierTotals]
) -> None:
    session = sessions.open(alice, credits=500)
    world.refused(AboveLock, sessions.settling(session, totals))
    sessions.settle(session, {LITE: requests(250)})


def test_the_dearest_tiers_of_all_are_added_up_without_an_overflow(
    world: World, sessions: Sessions, alice: Credit
) -> None:
    dearest = replace(world.platform(alice.platform).tiers[FLAT], flat_credits=2**32 - 1)
    past_the_program.change_platform(world.machine, alice.platform, tiers=(dearest,) * 8)
    session = sessions.open(alice)
    world.refused(AboveLock, sessions.settling(session, dict.fromkeys(range(8), requests(2**32 - 1))))


def test_the_largest_session_is_charged_to_the_last_credit(world: World, sessions: Sessions, metered: Platform) -> None:
    bob = sessions.opened(metered, "bob", buy=MAX_CREDITS)
    session = sessions.open(bob, credits=MAX_CREDITS)
    sessions.settle(session, {LITE: requests(2**31 - 3)})
    world.refused(AboveLock, sessions.settling(session, {LITE: requests(2**31 - 2), METERED: units(11)}))
    sessions.settle(session, {LITE: requests(2**31 - 3), METERED: units(11)}, is_final=True)
    assert world.account(bob).spent_paid == MAX_CREDITS
