"""Settlements: cumulative, at most the lock, only by the operator and only before the deadline (D1, D7 to D10)."""

from dataclasses import replace

import pytest
from job_escrow.codec import AboveLock, DeadlinePassed, NotTheOperator, Platform, WrongPlatform, WrongTreasury
from program_harness import past_the_program, tokens
from program_harness.parties import Credit
from program_harness.reasons import Reason, Runtime
from program_harness.world import World


def test_a_final_settlement_charges_gives_back_and_ends_the_job(world: World, alice: Credit) -> None:
    job = world.lock(alice, amount=4_000)
    world.settle(job, 2_400)
    account = world.account(alice)
    assert (account.paid_available, account.paid_locked, account.spent_paid) == (952, 0, 48)
    assert account.open_jobs == 0
    assert not world.is_open(job)
    assert world.earned(alice.platform) == 480_000
    assert world.vault(alice) == 9_520_000


def test_settlements_are_cumulative(world: World, alice: Credit) -> None:
    job = world.lock(alice, amount=10_000)
    for units, spent in [(1, 40), (500, 40), (2_001, 41), (2_400, 48), (10_000, 200)]:
        world.settle(job, units, is_final=False)
        assert world.account(alice).spent_paid == spent
        assert world.job(job).settled == spent
        assert world.earned(alice.platform) == spent * 10_000
    assert world.is_open(job)


def test_a_repeated_figure_charges_nothing(world: World, alice: Credit) -> None:
    job = world.lock(alice, amount=10_000)
    once = world.settling(job, 3_000, is_final=False)
    world.do(once)
    before = world.snapshot()
    world.do(once)
    assert world.snapshot() == before


def test_a_smaller_figure_that_comes_late_charges_nothing_and_takes_nothing_back(world: World, alice: Credit) -> None:
    job = world.lock(alice, amount=10_000)
    world.settle(job, 3_000, is_final=False)
    before = world.snapshot()
    world.settle(job, 2_000, is_final=False)
    assert world.snapshot() == before
    world.settle(job, 0)
    account = world.account(alice)
    assert (account.spent_paid, account.paid_available, account.paid_locked) == (60, 940, 0)


def test_many_small_settlements_cost_no_more_than_one(world: World, alice: Credit) -> None:
    """D1: rounded up once for the job, not once for each settlement."""
    job = world.lock(alice, amount=5_000)
    for units in range(0, 5_001, 7):
        world.settle(job, units, is_final=False)
    world.settle(job, 5_000)
    assert world.account(alice).spent_paid == 100


def test_a_quoted_job_is_charged_the_credits_that_are_reported(world: World, alice: Credit) -> None:
    job = world.lock(alice, tier=None, amount=77)
    for amount, spent in [(0, 0), (1, 1), (50, 50), (49, 50), (77, 77)]:
        world.settle(job, amount, is_final=False)
        assert world.account(alice).spent_paid == spent
    world.settle(job, 77)
    assert world.account(alice).paid_available == 1_000 - 77


def test_a_quoted_job_that_cost_nothing_moves_no_token(world: World, alice: Credit) -> None:
    job = world.lock(alice, tier=None, amount=77)
    tokens.freeze(world.machine, alice.platform.treasury)
    world.settle(job, 0)
    assert world.account(alice).paid_available == 1_000


def test_d7_a_job_of_no_units_costs_the_flat_price(world: World, alice: Credit) -> None:
    """Whoever ran nothing refunds instead."""
    job = world.lock(alice)
    world.settle(job, 0)
    assert world.account(alice).spent_paid == 40


@pytest.mark.parametrize(("tier", "locked"), [(3, 500), (3, 2_001), (None, 77)])
@pytest.mark.parametrize("is_final", [True, False])
def test_a_settlement_of_one_above_the_lock_is_refused(
    world: World, alice: Credit, tier: int | None, locked: int, is_final: bool
) -> None:
    job = world.lock(alice, tier=tier, amount=locked)
    world.refused(AboveLock, world.settling(job, locked + 1, is_final=is_final))
    world.settle(job, locked)


@pytest.mark.parametrize("tier", [3, None])
@pytest.mark.parametrize("amount", [2**32, 2**63, 2**64 - 1])
def test_a_settlement_of_a_huge_amount_is_refused(world: World, alice: Credit, tier: int | None, amount: int) -> None:
    job = world.lock(alice, tier=tier)
    world.refused(AboveLock, world.settling(job, amount))


def test_a_settlement_above_the_lock_is_refused_even_where_the_price_would_be_the_same(
    world: World, alice: Credit
) -> None:
    """500 and 501 units cost 40 alike, but the wallet agreed to 500."""
    job = world.lock(alice, amount=500)
    world.refused(AboveLock, world.settling(job, 501))


def test_settling_one_second_before_the_deadline(world: World, alice: Credit) -> None:
    job = world.lock(alice, seconds=600)
    world.machine.advance(599)
    world.settle(job, 500)


@pytest.mark.parametrize("late", [0, 1, 10**9])
@pytest.mark.parametrize("is_final", [True, False])
def test_settling_at_or_after_the_deadline_is_refused(world: World, alice: Credit, late: int, is_final: bool) -> None:
    job = world.lock(alice, seconds=600)
    world.settle(job, 100, is_final=False)
    world.machine.advance(600 + late)
    world.refused(DeadlinePassed, world.settling(job, 500, is_final=is_final))


@pytest.mark.parametrize("who", ["stranger", "the wallet", "the admin", "the treasury's owner", "another operator"])
def test_a_settlement_by_anybody_but_the_operator_is_refused(world: World, alice: Credit, who: str) -> None:
    other = world.create_platform("decentral", name="other", operator="other operator")
    by = {
        "stranger": world.person("stranger"),
        "the wallet": alice.wallet,
        "the admin": alice.platform.admin,
        "the treasury's owner": alice.platform.treasury_owner,
        "another operator": other.operator,
    }[who]
    job = world.lock(alice)
    world.refused(NotTheOperator, world.settling(job, 500, operator=by))


def test_the_operator_cannot_settle_through_its_other_platform(world: World, alice: Credit) -> None:
    """One key operates two platforms; the job is of the first, whose treasury has to be paid."""

    other = world.create_platform("decentral", name="other")
    job = world.lock(alice)
    call = world.settling(job, 500)
    world.refused(WrongPlatform, call.with_accounts(platform=other.address, treasury=other.treasury))
    world.refused(WrongTreasury, call.with_accounts(treasury=other.treasury))


@pytest.mark.parametrize("ending", ["settled", "refunded"])
def test_an_ended_job_is_not_settled_again(world: World, alice: Credit, ending: str) -> None:
    job = world.lock(alice)
    again = world.settling(job, 500)
    if ending == "settled":
        world.do(again)
    else:
        world.refund(job)
    gone: Reason = Runtime.ACCOUNT_DATA_TOO_SMALL
    world.refused(gone, again)
    world.refused(gone, world.settling(job, 500, is_final=False))


def test_two_final_settlements_in_one_transaction_fail_together(world: World, alice: Credit) -> None:
    """The runtime keeps a closed account until the end of a transaction; the second has to see that it is closed."""
    job = world.lock(alice)
    once = world.settling(job, 500)
    outcome = world.attempt(once, once)
    assert outcome.reason is not None
    assert outcome.failed_at == 1
    assert outcome.reason == Runtime.ACCOUNT_DATA_TOO_SMALL
    assert world.is_open(job)
    assert world.account(alice).spent_paid == 0


def test_the_terms_of_a_locked_job_do_not_follow_the_platforms(world: World, alice: Credit) -> None:
    """A price that changes after the lock is not this job's."""

    job = world.lock(alice, amount=4_000)
    tiers = Platform.decode(world.machine.data(alice.platform.address)).tiers
    dearer = tuple(
        replace(tier, flat_credits=80, rate_credits=20, rate_units=1_000) if tier.name[0] else tier for tier in tiers
    )
    past_the_program.change_platform(world.machine, alice.platform, tiers=dearer)
    world.settle(job, 500)
    assert world.account(alice).spent_paid == 40
    assert world.job(world.lock(alice)).credits == 80
