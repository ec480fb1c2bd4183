"""Limits are raised by sequence number and lowered at any time: what was withheld never lands after "nothing"."""

from dataclasses import replace

import pytest
from job_escrow.codec import (
    AboveLimitPerJob,
    InvalidLimits,
    LimitsArgs,
    LimitsSet,
    NotTheWallet,
    QuotedNotAllowed,
    WrongSequence,
)
from program_harness import calls
from program_harness.calls import NO_LIMITS
from program_harness.machine import Outcome
from program_harness.parties import Credit
from program_harness.world import World

DAY = 86_400
SOME = LimitsArgs(
    credits_per_job=50, credits_per_session=60, credits_per_period=100, period_seconds=DAY, quoted_allowed=True
)
MORE = {
    "a larger job": replace(SOME, credits_per_job=51),
    "a larger session": replace(SOME, credits_per_session=61),
    "a larger period": replace(SOME, credits_per_period=101),
    "a shorter period": replace(SOME, period_seconds=DAY - 1),
}
LESS = {
    "the same": SOME,
    "a smaller job": replace(SOME, credits_per_job=49),
    "no jobs": replace(SOME, credits_per_job=0),
    "a smaller session": replace(SOME, credits_per_session=59),
    "no sessions": replace(SOME, credits_per_session=0),
    "a smaller period": replace(SOME, credits_per_period=99),
    "a longer period": replace(SOME, period_seconds=DAY + 1),
    "no quoted jobs": replace(SOME, quoted_allowed=False),
    "nothing": NO_LIMITS,
}


def only_event(outcome: Outcome) -> LimitsSet:
    (event,) = outcome.events
    assert isinstance(event, LimitsSet)
    return event


@pytest.fixture
def credit(world: World) -> Credit:
    """With limits, and numbers that are not the first one any more."""
    return world.opened(world.create_platform("decentral"), "alice", buy=1_000, limits=SOME)


@pytest.mark.parametrize("what", MORE)
def test_more_needs_the_next_number(world: World, credit: Credit, what: str) -> None:
    number = world.account(credit).sequence
    for wrong in (0, 1, number - 1, number, number + 2, 2**64 - 1):
        world.refused(WrongSequence, calls.set_limits(credit, MORE[what], wrong))
    event = only_event(world.do(calls.set_limits(credit, MORE[what], number + 1)))
    assert event.sequence == world.account(credit).sequence == number + 1


def test_quoted_jobs_are_newly_allowed_with_the_next_number_only(world: World, credit: Credit) -> None:
    world.set_limits(credit, replace(SOME, quoted_allowed=False))
    world.refused(WrongSequence, calls.set_limits(credit, SOME))
    world.set_limits(credit, SOME)


def test_sessions_are_newly_allowed_with_the_next_number_only(world: World, credit: Credit) -> None:
    world.set_limits(credit, replace(SOME, credits_per_session=0))
    world.refused(WrongSequence, calls.set_limits(credit, replace(SOME, credits_per_session=1)))
    world.set_limits(credit, replace(SOME, credits_per_session=1))


@pytest.mark.parametrize("what", LESS)
def test_less_needs_no_number_and_uses_one_up(world: World, credit: Credit, what: str) -> None:
    number = world.account(credit).sequence
    event = only_event(world.do(calls.set_limits(credit, LESS[what])))
    assert event.sequence == world.account(credit).sequence == number + 1
    limits = world.account(credit).limits
    assert LESS[what] == LimitsArgs(
        credits_per_job=limits.credits_per_job,
        credits_per_session=limits.credits_per_session,
        credits_per_period=limits.credits_per_period,
        period_seconds=limits.period_seconds,
        quoted_allowed=limits.quoted_allowed == 1,
    )


def test_less_with_a_number_of_its_own_is_held_to_it(world: World, credit: Credit) -> None:
    """Whoever gives one wants it done once."""
    number = world.account(credit).sequence + 1
    world.do(calls.set_limits(credit, LESS["a smaller job"], number))
    world.refused(WrongSequence, calls.set_limits(credit, LESS["a smaller job"], number))


def test_a_withheld_raise_does_not_land_after_nothing(world: World, credit: Credit) -> None:
    """A node keeps "more" back; the wallet says "nothing"; the node then sends what it kept."""
    withheld = calls.set_limits(credit, MORE["a larger job"], world.account(credit).sequence + 1)
    world.do(calls.set_limits(credit, NO_LIMITS))
    world.refused(WrongSequence, withheld)
    world.refused(AboveLimitPerJob, world.locking(credit, tier=None, amount=1)[1])


def test_a_withheld_raise_with_the_first_number_does_not_land_after_nothing(world: World) -> None:
    fresh = Credit(world.create_platform("decentral"), world.wallet("bob"))
    world.open(fresh, NO_LIMITS)
    withheld = calls.set_limits(fresh, SOME, 0)
    world.do(calls.set_limits(fresh, NO_LIMITS))
    world.refused(WrongSequence, withheld)


def test_a_withheld_raise_does_not_land_after_a_purchase_or_withdrawal(world: World, credit: Credit) -> None:
    withheld = calls.set_limits(credit, MORE["a larger job"], world.account(credit).sequence + 1)
    world.buy(credit, 100)
    world.refused(WrongSequence, withheld)


def test_nobody_else_lowers_limits(world: World, credit: Credit) -> None:
    stranger = replace(credit, wallet=world.person("stranger"))
    call = calls.set_limits(stranger, NO_LIMITS).with_accounts(credit_account=credit.address)
    world.refused(NotTheWallet, call)


@pytest.mark.parametrize(
    "limits",
    [
        replace(SOME, credits_per_session=101),
        replace(SOME, credits_per_job=0, credits_per_session=0),
        replace(NO_LIMITS, quoted_allowed=True),
        replace(NO_LIMITS, period_seconds=1),
        replace(SOME, credits_per_session=2**32, credits_per_period=2**32),
    ],
    ids=["a session above the period", "a period of nothing", "only quoted", "only a period", "above all"],
)
def test_limits_that_are_not_valid_are_refused_with_sessions_too(
    world: World, credit: Credit, limits: LimitsArgs
) -> None:
    world.refused(InvalidLimits, calls.set_limits(credit, limits, world.account(credit).sequence + 1))


def test_a_wallet_allows_sessions_and_no_single_jobs(world: World, credit: Credit) -> None:
    world.set_limits(credit, replace(SOME, credits_per_job=0, credits_per_session=100))
    world.refused(AboveLimitPerJob, world.locking(credit, tier=None, amount=1)[1])


def test_the_operator_locks_at_quoted_prices_only_where_the_wallet_allows_it(world: World, credit: Credit) -> None:
    world.lock(credit, tier=None, amount=10)
    world.set_limits(credit, replace(SOME, quoted_allowed=False))
    world.refused(QuotedNotAllowed, world.locking(credit, tier=None, amount=10)[1])
    assert world.job(world.lock(credit)).quoted == 0
    world.set_limits(credit, SOME)
    world.lock(credit, tier=None, amount=10)


def test_without_quoted_jobs_a_stolen_operator_key_is_bound_by_the_tiers(world: World, credit: Credit) -> None:
    """A lock of so many units costs what the tier says, never the whole limit per job."""
    world.set_limits(credit, replace(SOME, quoted_allowed=False))
    for amount in (1, 49, 50):
        world.refused(QuotedNotAllowed, world.locking(credit, tier=None, amount=amount)[1])
    world.settle(world.lock(credit, tier=0, amount=500), 500)
    assert world.account(credit).spent_paid == 2


def test_the_wallet_itself_always_locks_at_quoted_prices(world: World, credit: Credit) -> None:
    world.set_limits(credit, NO_LIMITS)
    job = world.lock(credit, tier=None, amount=10, authority=credit.wallet)
    assert (world.job(job).quoted, world.job(job).by_operator) == (1, 0)
