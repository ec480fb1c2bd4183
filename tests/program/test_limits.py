"""D9: what a wallet lets its operator lock, per job and per period, to the credit and to the second."""

import pytest
from job_escrow.codec import AboveLimitPerJob, AboveLimitPerPeriod, InsufficientCredits, LimitsArgs
from program_harness import calls
from program_harness.calls import NO_LIMITS
from program_harness.parties import Credit, JobRef, Platform
from program_harness.world import World

HOUR = 3_600
LIMITS = LimitsArgs(
    credits_per_job=100, credits_per_session=0, credits_per_period=250, period_seconds=HOUR, quoted_allowed=True
)


@pytest.fixture
def bounded(world: World, decentral: Platform) -> Credit:
    """An account whose operator may lock 100 credits a job and 250 an hour."""
    return world.opened(decentral, "alice", buy=10_000, limits=LIMITS)


def lock(world: World, credit: Credit, credits_: int, *, by_wallet: bool = False, seconds: int = 600) -> JobRef:
    return world.lock(
        credit, tier=None, amount=credits_, seconds=seconds, authority=credit.wallet if by_wallet else None
    )


def refuse(world: World, credit: Credit, credits_: int, reason: type[AboveLimitPerJob | AboveLimitPerPeriod]) -> None:
    world.refused(reason, world.locking(credit, tier=None, amount=credits_)[1])


def used(world: World, credit: Credit) -> int:
    return world.account(credit).limits.used


def test_d9_one_credit_above_the_limit_per_job_is_refused(world: World, bounded: Credit) -> None:
    refuse(world, bounded, 101, AboveLimitPerJob)
    lock(world, bounded, 100)


def test_d9_the_limit_per_job_counts_the_whole_lock_of_a_tier(world: World, bounded: Credit) -> None:
    """Tier Max holds 101 credits for 5,001 units, whatever the job costs in the end."""
    world.refused(AboveLimitPerJob, world.locking(bounded, amount=5_001)[1])
    world.lock(bounded, amount=5_000)


def test_d9_one_credit_above_the_limit_per_period_is_refused(world: World, bounded: Credit) -> None:
    lock(world, bounded, 100)
    lock(world, bounded, 100)
    refuse(world, bounded, 51, AboveLimitPerPeriod)
    lock(world, bounded, 50)
    refuse(world, bounded, 1, AboveLimitPerPeriod)
    assert used(world, bounded) == 250


def test_d9_a_period_ends_to_the_second(world: World, bounded: Credit) -> None:
    for amount in (100, 100, 50):
        world.settle(lock(world, bounded, amount, seconds=2 * HOUR), amount)
    started = world.account(bounded).limits.period_started_at
    assert started == world.machine.now
    world.machine.advance(HOUR - 1)
    refuse(world, bounded, 1, AboveLimitPerPeriod)
    world.machine.advance(1)
    lock(world, bounded, 100)
    limits = world.account(bounded).limits
    assert (limits.period_started_at, limits.used) == (started + HOUR, 100)


def test_d9_a_period_begins_with_the_first_lock_after_the_last_one_ended(world: World, bounded: Credit) -> None:
    world.settle(lock(world, bounded, 100), 100)
    world.machine.advance(5 * HOUR + 17)
    lock(world, bounded, 1)
    limits = world.account(bounded).limits
    assert (limits.period_started_at, limits.used) == (world.machine.now, 1)


def test_d9_the_wallet_itself_is_not_limited_and_uses_nothing_up(world: World, bounded: Credit) -> None:
    job = lock(world, bounded, 5_000, by_wallet=True)
    assert used(world, bounded) == 0
    lock(world, bounded, 100)
    world.refund(job)
    assert used(world, bounded) == 100


@pytest.mark.parametrize("ending", ["settled", "refunded", "timed out"])
def test_d9_what_comes_back_restores_the_allowance_in_its_own_period(
    world: World, bounded: Credit, ending: str
) -> None:
    job = lock(world, bounded, 100)
    lock(world, bounded, 100)
    if ending == "settled":
        world.settle(job, 30)
    elif ending == "refunded":
        world.settle(job, 30, is_final=False)
        world.refund(job)
    else:
        world.settle(job, 30, is_final=False)
        world.machine.advance(600)
        world.refund(job, world.person("stranger"))
    assert used(world, bounded) == 130


def test_d9_a_partial_settlement_restores_nothing_yet(world: World, bounded: Credit) -> None:
    job = lock(world, bounded, 100)
    world.settle(job, 30, is_final=False)
    assert used(world, bounded) == 100


def test_d9_an_open_job_counts_in_every_period_that_it_reaches_into(world: World, bounded: Credit) -> None:
    old = lock(world, bounded, 100, seconds=2 * HOUR)
    world.machine.advance(HOUR)
    lock(world, bounded, 100)
    assert used(world, bounded) == 200
    refuse(world, bounded, 51, AboveLimitPerPeriod)
    world.refund(old)
    assert used(world, bounded) == 100
    lock(world, bounded, 100)
    refuse(world, bounded, 51, AboveLimitPerPeriod)


def test_d9_what_comes_back_after_its_period_but_before_the_next_changes_nothing_of_the_next(
    world: World, bounded: Credit
) -> None:
    old = lock(world, bounded, 100, seconds=2 * HOUR)
    world.machine.advance(HOUR + 5)
    world.refund(old)
    assert used(world, bounded) == 0
    for amount in (100, 100, 50):
        lock(world, bounded, amount)
    refuse(world, bounded, 1, AboveLimitPerPeriod)


def test_d9_a_lock_of_the_wallet_restores_nothing_in_a_period_that_began_at_0(world: World, bounded: Credit) -> None:
    job = lock(world, bounded, 500, by_wallet=True)
    world.refund(job)
    assert used(world, bounded) == 0


@pytest.mark.parametrize("ending", ["settled", "refunded"])
def test_d9_the_end_of_a_wallets_job_restores_nothing_of_the_operators_first_period(
    world: World, bounded: Credit, ending: str
) -> None:
    """With a clock near 0, so that the operator's first period is one that began at 0."""
    world.machine.move_clock_to(HOUR - 1)
    lock(world, bounded, 100)
    own = lock(world, bounded, 100, by_wallet=True)
    assert world.account(bounded).limits.period_started_at == 0
    if ending == "settled":
        world.settle(own, 1)
    else:
        world.refund(own)
    assert used(world, bounded) == 100


def test_d9_changed_limits_keep_what_the_period_has_used(world: World, bounded: Credit) -> None:
    for amount in (100, 100, 50):
        lock(world, bounded, amount)
    world.set_limits(
        bounded,
        LimitsArgs(
            credits_per_job=10, credits_per_session=0, credits_per_period=300, period_seconds=HOUR, quoted_allowed=True
        ),
    )
    refuse(world, bounded, 11, AboveLimitPerJob)
    for _ in range(5):
        lock(world, bounded, 10)
    refuse(world, bounded, 1, AboveLimitPerPeriod)


def test_d9_lowered_limits_hold_at_once_and_do_not_touch_open_jobs(world: World, bounded: Credit) -> None:
    job = lock(world, bounded, 100)
    world.set_limits(bounded, NO_LIMITS)
    refuse(world, bounded, 1, AboveLimitPerJob)
    world.settle(job, 100)
    assert world.account(bounded).spent_paid == 100


def test_d9_limits_that_are_taken_away_and_given_again_do_not_start_anew(world: World, bounded: Credit) -> None:
    for amount in (100, 100, 50):
        lock(world, bounded, amount)
    world.set_limits(bounded, NO_LIMITS)
    world.set_limits(bounded, LIMITS)
    refuse(world, bounded, 1, AboveLimitPerPeriod)


def test_d9_a_refused_lock_uses_nothing_up(world: World, decentral: Platform) -> None:
    poor = world.opened(decentral, "alice", buy=100, limits=LIMITS)
    lock(world, poor, 60)
    world.refused(InsufficientCredits, world.locking(poor, tier=None, amount=41)[1])
    assert used(world, poor) == 60


def test_d9_a_clock_that_goes_back_stays_in_the_period(world: World, bounded: Credit) -> None:
    for amount in (100, 100, 50):
        lock(world, bounded, amount)
    world.machine.advance(-2 * HOUR)
    refuse(world, bounded, 1, AboveLimitPerPeriod)


def test_d9_each_namespace_has_limits_of_its_own(world: World, bounded: Credit) -> None:
    team = world.opened(bounded.platform, "alice", b"team".ljust(16, b"\0"), buy=1_000, limits=LIMITS)
    for amount in (100, 100, 50):
        lock(world, bounded, amount)
    lock(world, team, 100)
    assert (used(world, bounded), used(world, team)) == (250, 100)


def test_an_operator_that_is_the_wallet_is_not_limited(world: World) -> None:
    """One key is both: as the wallet it needs no limits."""
    platform = world.create_platform("decentral", operator="alice")
    credit = world.opened(platform, "alice", buy=1_000, limits=NO_LIMITS)
    job = world.lock(credit, amount=500)
    assert world.job(job).by_operator == 0
    world.settle(job, 500)
    assert world.account(credit).spent_paid == 40
    other = world.lock(credit)
    world.do(calls.refund(other, authority=credit.wallet))


def test_setting_limits_starts_and_ends_nothing(world: World, bounded: Credit) -> None:
    lock(world, bounded, 100)
    before = world.account(bounded)
    world.set_limits(
        bounded,
        LimitsArgs(
            credits_per_job=7, credits_per_session=0, credits_per_period=8, period_seconds=9, quoted_allowed=True
        ),
    )
    after = world.account(bounded)
    assert (after.limits.used, after.limits.period_started_at) == (100, before.limits.period_started_at)
    assert (after.paid_available, after.paid_locked, after.sequence) == (9_900, 100, before.sequence + 1)
