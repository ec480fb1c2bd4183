"""When a payee earns, and how much: notices, suspension, and shares of their own (D19)."""

from dataclasses import replace

import pytest
from job_escrow import codec
from job_escrow.addresses import token_address
from job_escrow.codec import (
    InvalidShare,
    NotTheAdmin,
    Payee,
    PayeeChanged,
    PayeeNotUsableYet,
    PayeeRegistered,
    PayeeSuspended,
)
from job_escrow.presets import load_preset
from program_harness import calls_of_admin, tokens
from program_harness.calls_of_admin import NO_CHANGE, payee_address, update_payee
from program_harness.keys import Key
from program_harness.parties import Credit, JobRef, Platform
from program_harness.reasons import System
from program_harness.world import DAY, World
from solders.pubkey import Pubkey

NOTICE, PAYEE_NOTICE = 7 * DAY, 3 * DAY
FEE_BPS = 1_000
PRICE = 1_000_000
"""Base units that a job of these tests costs."""


@pytest.fixture
def platform(world: World) -> Platform:
    """It takes 10% of what payees earn."""
    terms = load_preset("decentral")
    return world.create_platform(
        replace(terms, fee_bps=FEE_BPS, notice_seconds=NOTICE, payee_notice_seconds=PAYEE_NOTICE)
    )


@pytest.fixture
def credit(world: World, platform: Platform) -> Credit:
    """An account with 1,000 credits."""
    return world.opened(platform, "alice", buy=1_000)


@pytest.fixture
def worker(world: World, platform: Platform) -> Key:
    """A payee whose notice is over."""
    owner = world.wallet("worker", base_units=0)
    world.register_payee(platform, owner.pubkey(), tokens.fund(world.machine, owner.pubkey(), 0))
    return owner


def registration(platform: Platform, owner: Key) -> Pubkey:
    return payee_address(platform.address, owner.pubkey())


def read(world: World, platform: Platform, owner: Key) -> Payee:
    return Payee.decode(world.machine.data(registration(platform, owner)))


def lock(world: World, credit: Credit, owner: Key) -> JobRef:
    return world.lock(credit, tier=None, amount=100, payee=registration(credit.platform, owner))


def earned_by(world: World, credit: Credit, owner: Key, job: JobRef | None = None) -> int:
    """What the payee gets of a job that is locked now, or was before."""
    account = token_address(owner.pubkey(), credit.platform.mint)
    before = tokens.amount_of(world.machine, account)
    world.settle(job or lock(world, credit, owner), 100, payee=account)
    return tokens.amount_of(world.machine, account) - before


def test_a_payee_is_usable_from_the_second_that_its_registration_says(
    world: World, credit: Credit, platform: Platform
) -> None:
    owner = world.wallet("worker", base_units=0)
    account = tokens.fund(world.machine, owner.pubkey(), 0)
    (event,) = world.do(calls_of_admin.register_payee(platform, owner.pubkey(), account)).events
    assert isinstance(event, PayeeRegistered)
    usable_from = world.machine.now + PAYEE_NOTICE
    assert (event.usable_from, read(world, platform, owner).usable_from) == (usable_from, usable_from)
    _, early = world.locking(credit, tier=None, amount=100, payee=registration(platform, owner))
    world.refused(PayeeNotUsableYet, early)
    world.machine.move_clock_to(usable_from - 1)
    world.refused(PayeeNotUsableYet, early)
    world.machine.move_clock_to(usable_from)
    world.do(early)


def test_whoever_stole_both_keys_pays_no_payee_in_the_transaction_that_registers_it(
    world: World, credit: Credit, platform: Platform
) -> None:
    thief = world.wallet("thief", base_units=0)
    account = tokens.fund(world.machine, thief.pubkey(), 0)
    register = calls_of_admin.register_payee(platform, thief.pubkey(), account)
    job, lock_now = world.locking(credit, tier=None, amount=100, payee=registration(platform, thief))
    world.refused(PayeeNotUsableYet, register, lock_now, world.settling(job, 100, payee=account))


def test_the_wallets_own_lock_waits_for_a_payee_too(world: World, credit: Credit, platform: Platform) -> None:
    owner = world.wallet("worker", base_units=0)
    account = tokens.fund(world.machine, owner.pubkey(), 0)
    world.do(calls_of_admin.register_payee(platform, owner.pubkey(), account))
    named = registration(platform, owner)
    world.refused(PayeeNotUsableYet, world.locking(credit, authority=credit.wallet, payee=named)[1])


def test_a_payee_that_is_registered_again_waits_anew(
    world: World, credit: Credit, platform: Platform, worker: Key
) -> None:
    account = token_address(worker.pubkey(), platform.mint)
    world.do(update_payee(platform, worker.pubkey(), share_bps=7_500))
    world.machine.advance(NOTICE)
    gone = calls_of_admin.unregister_payee(platform, worker.pubkey(), rent_payer=platform.admin.pubkey())
    again = calls_of_admin.register_payee(platform, worker.pubkey(), account)
    world.do(update_payee(platform, worker.pubkey(), suspended=True), gone, again)
    found = read(world, platform, worker)
    assert (found.usable_from, found.suspended) == (world.machine.now + PAYEE_NOTICE, 0)
    assert (found.share_bps, found.pending_share_bps, found.pending_share_at) == (0, 0, 0)
    world.refused(PayeeNotUsableYet, world.locking(credit, payee=registration(platform, worker))[1])


def test_an_address_is_registered_once_while_its_payee_waits(world: World, platform: Platform) -> None:
    owner = world.wallet("worker", base_units=0)
    register = calls_of_admin.register_payee(platform, owner.pubkey(), tokens.fund(world.machine, owner.pubkey(), 0))
    world.do(register)
    world.refused(System.ACCOUNT_ALREADY_IN_USE, register)


def test_a_suspended_payee_gets_no_new_jobs_at_once_and_keeps_its_open_ones(
    world: World, credit: Credit, platform: Platform, worker: Key
) -> None:
    job = lock(world, credit, worker)
    (event,) = world.do(update_payee(platform, worker.pubkey(), suspended=True)).events
    assert isinstance(event, PayeeChanged)
    assert (event.owner, event.suspended) == (worker.pubkey(), 1)
    _, refused = world.locking(credit, payee=registration(platform, worker))
    world.refused(PayeeSuspended, refused)
    assert earned_by(world, credit, worker, job) == PRICE * 9 // 10
    world.do(update_payee(platform, worker.pubkey(), suspended=False))
    assert earned_by(world, credit, worker) == PRICE * 9 // 10


def test_a_suspension_does_not_shorten_the_notice(world: World, credit: Credit, platform: Platform) -> None:
    owner = world.wallet("worker", base_units=0)
    account = tokens.fund(world.machine, owner.pubkey(), 0)
    world.do(calls_of_admin.register_payee(platform, owner.pubkey(), account))
    world.do(update_payee(platform, owner.pubkey(), suspended=True))
    world.do(update_payee(platform, owner.pubkey(), suspended=False))
    world.refused(PayeeNotUsableYet, world.locking(credit, payee=registration(platform, owner))[1])


@pytest.mark.parametrize("share_bps", [7_500, 8_500])
def test_d19_a_worker_earns_the_share_that_the_platform_says_of_it(
    world: World, credit: Credit, platform: Platform, worker: Key, share_bps: int
) -> None:
    """The rest goes to the treasury in the settlement itself."""
    (event,) = world.do(update_payee(platform, worker.pubkey(), share_bps=share_bps)).events
    assert isinstance(event, PayeeChanged)
    from_when = world.machine.now + NOTICE
    assert (event.share_bps, event.pending_share_bps, event.pending_share_at) == (0, share_bps, from_when)
    before = lock(world, credit, worker)
    world.machine.move_clock_to(from_when - 1)
    assert earned_by(world, credit, worker) == PRICE * 9 // 10
    world.machine.move_clock_to(from_when)
    treasury = world.earned(platform)
    job = lock(world, credit, worker)
    assert world.job(job).fee_bps == 10_000 - share_bps
    assert earned_by(world, credit, worker, job) == PRICE * share_bps // 10_000
    assert world.earned(platform) - treasury == PRICE - PRICE * share_bps // 10_000
    assert world.is_open(before) is True


def test_the_share_of_the_lock_is_the_jobs(world: World, credit: Credit, platform: Platform, worker: Key) -> None:
    job = world.locking(credit, tier=None, amount=100, seconds=DAY, payee=registration(platform, worker))
    world.machine.advance(NOTICE - 10)
    world.do(update_payee(platform, worker.pubkey(), share_bps=7_000))
    world.machine.advance(NOTICE - 1)
    world.do(job[1])
    world.machine.advance(1)
    assert earned_by(world, credit, worker, job[0]) == PRICE * 9 // 10
    assert earned_by(world, credit, worker) == PRICE * 7 // 10


def test_a_share_comes_without_anybody_applying_it_and_does_not_lapse(
    world: World, credit: Credit, platform: Platform, worker: Key
) -> None:
    world.do(update_payee(platform, worker.pubkey(), share_bps=8_500))
    world.machine.advance(NOTICE + 400 * DAY)
    assert earned_by(world, credit, worker) == PRICE * 85 // 100


def test_another_share_waits_while_the_present_one_counts(
    world: World, credit: Credit, platform: Platform, worker: Key
) -> None:
    world.do(update_payee(platform, worker.pubkey(), share_bps=8_500))
    world.machine.advance(NOTICE)
    world.do(update_payee(platform, worker.pubkey(), share_bps=0))
    found = read(world, platform, worker)
    assert (found.share_bps, found.pending_share_bps) == (8_500, 0)
    assert earned_by(world, credit, worker) == PRICE * 85 // 100
    world.machine.advance(NOTICE)
    assert earned_by(world, credit, worker) == PRICE * 9 // 10


def test_the_present_share_takes_an_announced_one_back(
    world: World, credit: Credit, platform: Platform, worker: Key
) -> None:
    world.do(update_payee(platform, worker.pubkey(), share_bps=8_500))
    world.do(update_payee(platform, worker.pubkey(), share_bps=0))
    assert read(world, platform, worker).pending_share_at == 0
    world.machine.advance(NOTICE)
    assert earned_by(world, credit, worker) == PRICE * 9 // 10


@pytest.mark.parametrize("share_bps", [1, 6_999, 10_001, 2**64 - 1])
def test_a_share_is_what_the_highest_fee_leaves_at_least_and_all_at_most(
    world: World, platform: Platform, worker: Key, share_bps: int
) -> None:
    world.refused(InvalidShare, update_payee(platform, worker.pubkey(), share_bps=share_bps))
    for valid in (7_000, 10_000):
        world.do(update_payee(platform, worker.pubkey(), share_bps=valid))
        assert read(world, platform, worker).pending_share_bps == valid


def test_a_share_of_all_leaves_the_treasury_nothing(
    world: World, credit: Credit, platform: Platform, worker: Key
) -> None:
    world.do(update_payee(platform, worker.pubkey(), share_bps=10_000))
    world.machine.advance(NOTICE)
    assert earned_by(world, credit, worker) == PRICE
    assert world.earned(platform) == 0


def test_only_the_admin_changes_a_payee(world: World, platform: Platform, worker: Key) -> None:
    call = update_payee(platform, worker.pubkey(), suspended=True)
    for other in (platform.operator, worker, world.person("stranger")):
        world.refused(NotTheAdmin, call.signed_by(admin=other))


def test_any_change_of_the_fee_waits(world: World, credit: Credit, platform: Platform, worker: Key) -> None:
    """A lower one gives the treasury's earnings away, as a payee's own share would."""
    world.do(calls_of_admin.update_platform(platform, replace(NO_CHANGE, fee_bps=0)))
    found = codec.Platform.decode(world.machine.data(platform.address))
    assert (found.fee_bps, found.pending.fee_bps_at) == (FEE_BPS, world.machine.now + NOTICE)
    assert earned_by(world, credit, worker) == PRICE * 9 // 10
    world.machine.advance(NOTICE)
    world.do(calls_of_admin.apply_changes(platform))
    assert earned_by(world, credit, worker) == PRICE
