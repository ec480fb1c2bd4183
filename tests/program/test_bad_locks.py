"""Locks that are refused: each for a reason of its own, and nothing changes (D7 to D9)."""

from hashlib import sha256

import pytest
from job_escrow.codec import (
    PROGRAM_ID,
    AboveLimitPerJob,
    AboveMaxCredits,
    AmountIsZero,
    AmountTooLarge,
    InsufficientCredits,
    InvalidDuration,
    InvalidLimits,
    LimitsArgs,
    NotWalletOrOperator,
    Paused,
    UnknownTier,
    UnusableJobId,
)
from program_harness import calls, past_the_program
from program_harness.calls import MAX_CREDITS, NO_LIMITS
from program_harness.parties import Credit, JobRef, Platform
from program_harness.reasons import Runtime
from program_harness.world import DAY, World
from solders.pubkey import Pubkey

MONTHS = 366 * DAY


@pytest.mark.parametrize("tier", [4, 7, 8, 254, 255])
def test_a_lock_on_an_unknown_tier_is_refused(world: World, alice: Credit, tier: int) -> None:
    """4 to 7 are empty slots, the others are none."""
    world.refused(UnknownTier, world.locking(alice, tier=tier)[1])


def test_a_lock_of_one_credit_above_the_balance_is_refused(world: World, alice: Credit) -> None:
    world.refused(InsufficientCredits, world.locking(alice, tier=None, amount=1_001)[1])
    world.lock(alice, tier=None, amount=1_000)
    world.refused(InsufficientCredits, world.locking(alice, tier=None, amount=1)[1])


def test_d8_the_whole_price_has_to_be_available(world: World, alice: Credit) -> None:
    """Max costs 41 for 2,001 units."""
    world.lock(alice, tier=None, amount=1_000 - 40)
    world.refused(InsufficientCredits, world.locking(alice, amount=2_001)[1])
    world.lock(alice, amount=2_000)


def test_a_lock_of_one_credit_above_its_max_credits_is_refused(world: World, alice: Credit) -> None:
    world.refused(AboveMaxCredits, world.locking(alice, amount=2_001, max_credits=40)[1])
    world.refused(AboveMaxCredits, world.locking(alice, amount=500, max_credits=39)[1])
    world.refused(AboveMaxCredits, world.locking(alice, amount=500, max_credits=0)[1])
    world.refused(AboveMaxCredits, world.locking(alice, tier=None, amount=2, max_credits=1)[1])
    world.do(world.locking(alice, amount=2_001, max_credits=41)[1])


@pytest.mark.parametrize("tier", [0, None])
def test_a_lock_of_nothing_is_refused(world: World, alice: Credit, tier: int | None) -> None:
    world.refused(AmountIsZero, world.locking(alice, tier=tier, amount=0)[1])


@pytest.mark.parametrize("tier", [0, None])
@pytest.mark.parametrize("amount", [2**32, 2**63, 2**64 - 1])
def test_a_lock_of_too_much_is_refused(world: World, alice: Credit, tier: int | None, amount: int) -> None:
    world.refused(AmountTooLarge, world.locking(alice, tier=tier, amount=amount)[1])


def test_a_price_that_overflows_what_a_job_can_hold_is_refused(world: World, alice: Credit) -> None:
    """The most units at 20 credits per 1,000 are 85,899,346 credits, which is not too much but not there."""
    world.refused(InsufficientCredits, world.locking(alice, amount=MAX_CREDITS)[1])


@pytest.mark.parametrize("seconds", [0, DAY + 1, 2**32, 2**63, 2**64 - 1])
def test_a_job_of_no_time_or_longer_than_the_platforms_longest_is_refused(
    world: World, alice: Credit, seconds: int
) -> None:
    world.refused(InvalidDuration, world.locking(alice, seconds=seconds)[1])


@pytest.mark.parametrize("seconds", [1, DAY])
def test_the_shortest_and_the_longest_job(world: World, alice: Credit, seconds: int) -> None:
    job = world.lock(alice, seconds=seconds)
    assert world.job(job).deadline == world.machine.now + seconds


def test_a_lock_by_a_stranger_is_refused(world: World, alice: Credit) -> None:
    world.refused(NotWalletOrOperator, world.locking(alice, authority=world.person("stranger"))[1])


def test_d4_a_lock_by_another_wallet_is_refused(world: World, alice: Credit) -> None:
    other = world.opened(alice.platform, "bob", buy=1_000)
    world.refused(NotWalletOrOperator, world.locking(alice, authority=other.wallet)[1])


def test_d9_a_lock_by_another_platforms_operator_is_refused(world: World, alice: Credit) -> None:
    other = world.create_platform("decentral", name="other", operator="other operator")
    world.refused(NotWalletOrOperator, world.locking(alice, authority=other.operator)[1])


def test_a_lock_by_the_admin_is_refused(world: World, alice: Credit) -> None:
    world.refused(NotWalletOrOperator, world.locking(alice, authority=alice.platform.admin)[1])


def test_a_platform_without_an_operator_has_none_to_lock(world: World, alice: Credit) -> None:
    """All zeros, the address of the System program, cannot sign; anybody else is not it."""
    past_the_program.change_platform(world.machine, alice.platform, operator=Pubkey.default())
    world.refused(NotWalletOrOperator, world.locking(alice)[1])
    world.lock(alice, authority=alice.wallet)


def test_d9_without_limits_the_operator_locks_nothing_and_the_wallet_does(world: World, decentral: Platform) -> None:
    credit = world.opened(decentral, "alice", buy=100, limits=NO_LIMITS)
    world.refused(AboveLimitPerJob, world.locking(credit, tier=None, amount=1)[1])
    world.lock(credit, tier=None, amount=100, authority=credit.wallet)


def test_a_lock_on_a_paused_platform_is_refused(world: World, alice: Credit) -> None:
    """And so is a purchase; what gives credits back is not."""
    job = world.lock(alice)
    other = world.lock(alice)
    past_the_program.change_platform(world.machine, alice.platform, paused=1)
    world.refused(Paused, world.locking(alice)[1])
    world.refused(Paused, world.locking(alice, authority=alice.wallet)[1])
    world.refused(Paused, world.buying(alice, 100))
    world.settle(job, 100)
    world.refund(other)
    world.withdraw(alice)
    world.machine.advance(1)
    world.close(alice)


def test_every_address_of_another_bump_is_refused(world: World, alice: Credit) -> None:
    """There are some 115 others; none is taken, so that a job is where whoever knows its id looks."""
    job, call = world.locking(alice)
    assert program_address(job, 255) == job.address
    for bump in range(255):
        world.refused(UnusableJobId, call.with_accounts(job=program_address(job, bump)))
    world.do(call)


def test_an_id_without_an_address_at_bump_255_is_refused(world: World, alice: Credit) -> None:
    """At the address that a search would find, and at the one that has a private key."""
    start = world.account(alice).job_ids.highest
    unusable = next(each for each in range(start + 1, start + 256) if alice.next_id(each - 1) != each)
    job, call = world.locking(alice, job_id=unusable)
    assert job.derived.bump < 255
    world.refused(UnusableJobId, call)
    somebodys = program_address(job, 255)
    assert somebodys.is_on_curve()
    world.refused(Runtime.PROGRAM_FAILED_TO_COMPLETE, call.with_accounts(job=somebodys))
    assert world.account(alice).job_ids.highest == start


def test_a_job_at_the_address_of_another_id_is_refused(world: World, alice: Credit) -> None:
    job, call = world.locking(alice)
    other = alice.job(alice.next_id(job.id))
    world.refused(UnusableJobId, call.with_accounts(job=other.address))


def test_a_job_at_the_address_of_another_account_is_refused(world: World, alice: Credit) -> None:
    job, call = world.locking(alice)
    other = Credit(alice.platform, world.wallet("bob")).job(job.id)
    world.refused(UnusableJobId, call.with_accounts(job=other.address))


@pytest.mark.parametrize(
    ("per_job", "per_period", "seconds"),
    [
        (0, 100, DAY),
        (0, 0, DAY),
        (0, 1, 0),
        (1, 0, 0),
        (101, 100, DAY),
        (1, 0, DAY),
        (1, 1, 0),
        (1, 1, MONTHS + 1),
        (1, 2**32, DAY),
        (2**32, 2**32, DAY),
        (1, 1, 2**64 - 1),
        (2**64 - 1, 2**64 - 1, 2**64 - 1),
    ],
)
def test_limits_that_are_not_valid_are_refused(
    world: World, alice: Credit, per_job: int, per_period: int, seconds: int
) -> None:
    limits = LimitsArgs(
        credits_per_job=per_job,
        credits_per_session=0,
        credits_per_period=per_period,
        period_seconds=seconds,
        quoted_allowed=True,
    )
    world.refused(InvalidLimits, calls.set_limits(alice, limits, world.account(alice).sequence + 1))
    fresh = Credit(alice.platform, world.wallet("bob"))
    world.refused(InvalidLimits, calls.open_account(fresh, limits))


@pytest.mark.parametrize(("per_job", "per_period", "seconds"), [(1, 1, 1), (MAX_CREDITS, MAX_CREDITS, MONTHS)])
def test_the_smallest_and_the_largest_limits(
    world: World, alice: Credit, per_job: int, per_period: int, seconds: int
) -> None:
    world.set_limits(
        alice,
        LimitsArgs(
            credits_per_job=per_job,
            credits_per_session=0,
            credits_per_period=per_period,
            period_seconds=seconds,
            quoted_allowed=True,
        ),
    )
    found = world.account(alice).limits
    assert (found.credits_per_job, found.credits_per_period, found.period_seconds) == (per_job, per_period, seconds)


def program_address(job: JobRef, bump: int) -> Pubkey:
    seeds = [b"job", bytes(job.credit.address), job.id.to_bytes(8, "little"), bytes([bump])]
    return Pubkey(sha256(b"".join([*seeds, bytes(PROGRAM_ID), b"ProgramDerivedAddress"])).digest())
