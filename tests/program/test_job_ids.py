"""A job id is used at most once, for ever: the window of 128 ids, and accounts that are closed and opened again."""

from dataclasses import replace
from hashlib import sha256

import pytest
from job_escrow.codec import (
    PROGRAM_ID,
    ClosedTooSoon,
    IdWindow,
    Job,
    JobIdTooFarAhead,
    JobIdTooOld,
    JobIdUsed,
    LockArgs,
    WrongSequence,
)
from program_harness import past_the_program
from program_harness.calls import open_account, refund
from program_harness.parties import Credit, JobRef
from program_harness.reasons import System
from program_harness.world import World
from solders.pubkey import Pubkey

LAST_ID = 2**64 - 1


@pytest.fixture
def start(world: World, alice: Credit) -> int:
    """Where the ids of the account start."""
    return world.account(alice).job_ids.highest


def lock_and_refund(world: World, credit: Credit, job_id: int) -> JobRef:
    job = world.lock(credit, job_id=job_id)
    world.refund(job)
    return job


def refuse(world: World, credit: Credit, job_id: int, reason: type[JobIdUsed | JobIdTooOld | JobIdTooFarAhead]) -> None:
    _, call = world.locking(credit, job_id=job_id)
    world.refused(reason, call)


def set_highest(world: World, credit: Credit, highest: int) -> None:
    """2^64 is not reached by counting."""
    window = IdWindow(highest=highest, low=2**64 - 1, high=2**64 - 1)
    past_the_program.change_account(world.machine, credit, job_ids=window)


def test_the_ids_start_at_the_clock_of_the_opening(world: World, start: int) -> None:
    assert start == world.machine.now << 20


def test_an_id_is_refused_while_its_job_is_open(world: World, alice: Credit, start: int) -> None:
    world.lock(alice, job_id=start + 1)
    refuse(world, alice, start + 1, JobIdUsed)


@pytest.mark.parametrize("ending", ["settled", "refunded", "timed out"])
def test_an_id_is_refused_after_its_job_has_ended(world: World, alice: Credit, start: int, ending: str) -> None:
    job = world.lock(alice, job_id=start + 1)
    if ending == "settled":
        world.settle(job, 500)
    elif ending == "refunded":
        world.refund(job)
    else:
        world.machine.advance(600)
        world.refund(job, world.person("stranger"))
    assert not world.is_open(job)
    refuse(world, alice, start + 1, JobIdUsed)


def test_ids_before_the_opening_are_used(world: World, alice: Credit, start: int) -> None:
    for below in (0, 1, 127):
        refuse(world, alice, start - below, JobIdUsed)
    refuse(world, alice, start - 128, JobIdTooOld)
    refuse(world, alice, 0, JobIdTooOld)


@pytest.mark.parametrize("ahead", [1, 2, 63, 64, 65, 127, 128])
def test_an_id_up_to_128_ahead_is_taken(world: World, alice: Credit, start: int, ahead: int) -> None:
    lock_and_refund(world, alice, start + ahead)
    assert world.account(alice).job_ids.highest == start + ahead


@pytest.mark.parametrize("ahead", [129, 130, 2**32])
def test_an_id_more_than_128_ahead_is_refused(world: World, alice: Credit, start: int, ahead: int) -> None:
    refuse(world, alice, start + ahead, JobIdTooFarAhead)


@pytest.mark.parametrize("below", [1, 62, 63, 64, 65, 126, 127])
def test_an_unused_id_up_to_127_below_is_taken_once(world: World, alice: Credit, start: int, below: int) -> None:
    top = start + 256
    lock_and_refund(world, alice, start + 128)
    lock_and_refund(world, alice, top)
    lock_and_refund(world, alice, top - below)
    refuse(world, alice, top - below, JobIdUsed)
    assert world.account(alice).job_ids.highest == top


@pytest.mark.parametrize("below", [128, 129, 200])
def test_an_id_128_below_is_refused_though_it_was_never_used(
    world: World, alice: Credit, start: int, below: int
) -> None:
    lock_and_refund(world, alice, start + 128)
    lock_and_refund(world, alice, start + 256)
    refuse(world, alice, start + 256 - below, JobIdTooOld)


@pytest.mark.parametrize("shift", [1, 63, 64, 65, 127])
def test_a_used_id_is_remembered_while_the_window_moves(world: World, alice: Credit, start: int, shift: int) -> None:
    lock_and_refund(world, alice, start + 128)
    lock_and_refund(world, alice, start + 128 + shift)
    refuse(world, alice, start + 128, JobIdUsed)
    lock_and_refund(world, alice, start + 128 + shift - 1 if shift > 1 else start + 127)
    refuse(world, alice, start + 128, JobIdUsed)


def test_a_used_id_that_left_the_window_is_too_old(world: World, alice: Credit, start: int) -> None:
    lock_and_refund(world, alice, start + 1)
    lock_and_refund(world, alice, start + 129)
    refuse(world, alice, start + 1, JobIdTooOld)


def test_the_last_id_of_all_is_taken_once(world: World, alice: Credit) -> None:
    set_highest(world, alice, LAST_ID - 128)
    lock_and_refund(world, alice, LAST_ID)
    refuse(world, alice, LAST_ID, JobIdUsed)
    lock_and_refund(world, alice, LAST_ID - 127)
    refuse(world, alice, LAST_ID - 128, JobIdTooOld)
    refuse(world, alice, 0, JobIdTooOld)


def test_the_last_id_is_too_far_ahead_of_a_fresh_account(world: World, alice: Credit) -> None:
    refuse(world, alice, LAST_ID, JobIdTooFarAhead)


def test_a_refused_id_leaves_the_window_alone(world: World, alice: Credit, start: int) -> None:
    lock_and_refund(world, alice, start + 5)
    before = world.account(alice).job_ids
    refuse(world, alice, start + 5 + 129, JobIdTooFarAhead)
    refuse(world, alice, start + 5, JobIdUsed)
    assert world.account(alice).job_ids == before


def test_a_reopened_account_never_meets_its_old_ids_or_numbers(world: World, alice: Credit, start: int) -> None:
    """A lock and a purchase that were signed for the old account are refused by the new one."""
    old_lock = world.locking(alice, job_id=start + 1)[1]
    old_purchase = world.buying(alice, 100)
    old_withdrawal = world.withdrawing(alice, 1)
    lock_and_refund(world, alice, start + 1)
    world.machine.advance(1)
    world.close(alice)
    world.open(alice)
    world.buy(alice, 1_000)
    assert world.account(alice).job_ids.highest == world.machine.now << 20
    world.refused(JobIdTooOld, old_lock)
    world.refused(WrongSequence, old_purchase)
    world.refused(WrongSequence, old_withdrawal)


def test_even_the_first_id_of_the_old_account_is_out_of_reach_of_the_new_one(
    world: World, alice: Credit, start: int
) -> None:
    """The numbers of one second are 2^20 above those of the second before, far more than the window."""
    world.machine.advance(1)
    world.close(alice)
    world.open(alice)
    world.buy(alice, 1_000)
    for old in (start + 1, start + 128, (world.machine.now << 20) - 128):
        refuse(world, alice, old, JobIdTooOld)


def test_an_account_is_not_closed_in_the_second_of_its_opening(world: World, alice: Credit) -> None:
    world.refused(ClosedTooSoon, world.closing(alice))
    world.machine.advance(1)
    world.close(alice)


def test_an_account_is_not_closed_while_the_clock_is_behind_its_ids(world: World, alice: Credit, start: int) -> None:
    world.machine.advance(-1)
    world.refused(ClosedTooSoon, world.closing(alice))


@pytest.mark.parametrize("number", ["job id", "sequence"])
def test_an_account_is_not_closed_before_its_numbers_lie_below_those_of_a_new_one(
    world: World, alice: Credit, number: str
) -> None:
    world.machine.advance(10)
    next_start = world.machine.now << 20
    job_ids = world.account(alice).job_ids
    for last, refused in ((next_start, True), (next_start - 1, False)):
        if number == "job id":
            past_the_program.change_account(world.machine, alice, job_ids=replace(job_ids, highest=last))
        else:
            past_the_program.change_account(world.machine, alice, sequence=last)
        if refused:
            world.refused(ClosedTooSoon, world.closing(alice))
    world.close(alice)


def test_an_open_account_is_not_opened_again(world: World, alice: Credit) -> None:
    world.refused(System.ACCOUNT_ALREADY_IN_USE, open_account(alice))


def test_a_job_at_a_lower_bump_uses_its_id_up_like_any_other(world: World, alice: Credit, start: int) -> None:
    """Who locks may choose such an address; that gives it neither a second charge nor a way to keep the credits."""
    job, call = world.locking(alice, job_id=start + 1, seconds=600)
    args = call.args["args"]
    assert isinstance(args, LockArgs)
    seeds = [b"job", bytes(alice.address), job.id.to_bytes(8, "little")]
    address, bump = lower_address(seeds, below=job.derived.bump)
    world.do(call.with_accounts(job=address).with_args(args=replace(args, job_bump=bump)))
    refuse(world, alice, start + 1, JobIdUsed)
    found = Job.decode(world.machine.data(address))
    assert (found.id, found.bump, found.credits) == (start + 1, bump, 40)
    world.machine.advance(600)
    world.do(refund(job, authority=world.person("stranger")).with_accounts(job=address))
    assert world.account(alice).paid_available == 1_000


def lower_address(seeds: list[bytes], *, below: int) -> tuple[Pubkey, int]:
    for bump in reversed(range(below)):
        parts = [*seeds, bytes([bump]), bytes(PROGRAM_ID), b"ProgramDerivedAddress"]
        address = Pubkey(sha256(b"".join(parts)).digest())
        if not address.is_on_curve():
            return address, bump
    raise AssertionError("no lower bump gives an address")


def test_ids_of_different_accounts_do_not_meet(world: World, alice: Credit, start: int) -> None:
    other = world.opened(alice.platform, "alice", b"team".ljust(16, b"\0"), buy=100)
    first, second = world.lock(alice, job_id=start + 1), world.lock(other, job_id=start + 1)
    assert first.address != second.address
    assert (world.is_open(first), world.is_open(second)) == (True, True)
