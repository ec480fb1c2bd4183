"""Refunds: what failed or timed out goes back whole, without anyone's permission from the deadline on (D10)."""

import pytest
from job_escrow.codec import DeadlineNotPassed, DeadlinePassed
from program_harness import calls, past_the_program, tokens
from program_harness.parties import Credit
from program_harness.reasons import Runtime
from program_harness.world import World
from solders.pubkey import Pubkey


def test_d10_a_refund_gives_all_back(world: World, alice: Credit) -> None:
    job = world.lock(alice, amount=10_000)
    assert world.account(alice).paid_available == 800
    world.refund(job)
    account = world.account(alice)
    assert (account.paid_available, account.paid_locked, account.spent_paid, account.open_jobs) == (1_000, 0, 0, 0)
    assert not world.is_open(job)


def test_d10_a_refund_gives_back_what_was_not_settled(world: World, alice: Credit) -> None:
    job = world.lock(alice, amount=10_000)
    world.settle(job, 2_400, is_final=False)
    world.refund(job)
    account = world.account(alice)
    assert (account.paid_available, account.paid_locked, account.spent_paid) == (952, 0, 48)
    assert world.earned(alice.platform) == 480_000


@pytest.mark.parametrize("late", [-600, -1, 0, 10**9])
def test_d10_the_operator_refunds_at_any_time(world: World, alice: Credit, late: int) -> None:
    job = world.lock(alice, seconds=600)
    world.machine.advance(600 + late)
    world.refund(job)
    assert world.account(alice).paid_available == 1_000


@pytest.mark.parametrize("who", ["stranger", "wallet", "admin"])
def test_d10_anybody_else_refunds_from_the_deadline_on(world: World, alice: Credit, who: str) -> None:
    by = {"stranger": world.person("stranger"), "wallet": alice.wallet, "admin": alice.platform.admin}[who]
    job = world.lock(alice, seconds=600)
    early = calls.refund(job, authority=by)
    world.refused(DeadlineNotPassed, early)
    world.machine.advance(599)
    world.refused(DeadlineNotPassed, early)
    world.machine.advance(1)
    world.do(early)
    assert world.account(alice).paid_available == 1_000


def test_the_wallet_waits_for_the_deadline_of_its_own_lock_too(world: World, alice: Credit) -> None:
    job = world.lock(alice, authority=alice.wallet)
    world.refused(DeadlineNotPassed, calls.refund(job, authority=alice.wallet))


@pytest.mark.parametrize("ending", ["settled", "refunded"])
def test_an_ended_job_is_not_refunded_again(world: World, alice: Credit, ending: str) -> None:
    job = world.lock(alice)
    if ending == "settled":
        world.settle(job, 500)
    else:
        world.refund(job)
    again = calls.refund(job, authority=alice.platform.operator)
    world.refused(Runtime.ACCOUNT_DATA_TOO_SMALL, again)


def test_two_refunds_in_one_transaction_fail_together(world: World, alice: Credit) -> None:
    job = world.lock(alice)
    once = calls.refund(job, authority=alice.platform.operator)
    outcome = world.attempt(once, once)
    assert (outcome.reason, outcome.failed_at) == (Runtime.ACCOUNT_DATA_TOO_SMALL, 1)
    assert world.account(alice).paid_locked == 40


@pytest.mark.parametrize("frozen", ["vault", "treasury", "both", "closed treasury"])
def test_d10_nothing_that_happens_to_token_accounts_holds_a_refund_up(world: World, alice: Credit, frozen: str) -> None:
    job = world.lock(alice, seconds=600)
    if frozen in {"vault", "both"}:
        tokens.freeze(world.machine, alice.vault)
    if frozen in {"treasury", "both"}:
        tokens.freeze(world.machine, alice.platform.treasury)
    if frozen == "closed treasury":
        world.machine.put(alice.platform.treasury, lamports=0, owner=Pubkey.default(), data=b"")
    world.machine.advance(600)
    world.refund(job, world.person("stranger"))
    assert world.account(alice).paid_available == 1_000


def test_d10_a_pause_does_not_hold_a_refund_up(world: World, alice: Credit) -> None:
    job = world.lock(alice, seconds=600)
    past_the_program.change_platform(world.machine, alice.platform, paused=1, operator=Pubkey.default())
    world.refused(DeadlineNotPassed, calls.refund(job, authority=alice.platform.operator))
    world.machine.advance(600)
    world.refund(job, world.person("stranger"))


def test_a_clock_that_goes_back_opens_the_job_to_its_operator_again(world: World, alice: Credit) -> None:
    """A cluster's clock does not, but nothing breaks where one does."""
    job = world.lock(alice, seconds=600)
    world.machine.advance(600)
    world.refused(DeadlinePassed, world.settling(job, 500))
    world.machine.advance(-1)
    world.refused(DeadlineNotPassed, calls.refund(job, authority=world.person("stranger")))
    world.settle(job, 500)
    assert world.account(alice).spent_paid == 40


def test_jobs_of_one_account_end_in_any_order(world: World, alice: Credit) -> None:
    first, second, third = (world.lock(alice) for _ in range(3))
    world.settle(third, 500)
    world.refund(first)
    world.settle(second, 500, is_final=False)
    world.refund(second)
    account = world.account(alice)
    assert (account.paid_available, account.spent_paid, account.open_jobs) == (920, 80, 0)
