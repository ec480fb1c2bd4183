"""A job id is used at most once, for ever: its windows, and accounts that are closed and opened again."""

from dataclasses import dataclass, replace

import pytest
from job_escrow.addresses import is_usable_id
from job_escrow.codec import (
    ClosedTooSoon,
    IdWindow,
    JobIdOfTheOther,
    JobIdTooFarAhead,
    JobIdTooOld,
    JobIdUsed,
    JobIdWindow,
    NotWalletOrOperator,
    WrongSequence,
)
from program_harness import past_the_program, tokens
from program_harness.calls import NO_LIMITS, open_account
from program_harness.calls_of_credits import NEVER
from program_harness.keys import Key
from program_harness.parties import Credit, JobRef
from program_harness.reasons import System
from program_harness.world import World

WALLETS = 2**52


@dataclass(frozen=True)
class Side:
    """Who locks, and the window of its ids."""

    by_wallet: bool
    width: int

    def start(self, world: World) -> int:
        """Where the ids of an account start that is opened now."""
        return (world.machine.now << 20) + (WALLETS if self.by_wallet else 0)

    def key(self, credit: Credit) -> Key:
        return credit.wallet if self.by_wallet else credit.platform.operator

    def window(self, world: World, credit: Credit) -> IdWindow | JobIdWindow:
        account = world.account(credit)
        return account.wallet_job_ids if self.by_wallet else account.job_ids

    def opened(self, world: World, *steps: int) -> Credit:
        """An account in which the ids so far above the start can be used."""
        platform = world.create_platform("decentral")
        start = self.start(world)
        for number in range(2**20):
            credit = Credit(platform, world.wallet("alice"), number.to_bytes(16, "little"))
            if all(is_usable_id(credit.address, start + step) for step in steps):
                return world.opened(platform, "alice", credit.namespace, buy=1_000)
        raise AssertionError("no namespace has such ids")

    def lock(self, world: World, credit: Credit, job_id: int) -> JobRef:
        return world.lock(credit, job_id=job_id, authority=self.key(credit))

    def lock_and_refund(self, world: World, credit: Credit, job_id: int) -> JobRef:
        job = self.lock(world, credit, job_id)
        world.refund(job)
        return job

    def refuse(self, world: World, credit: Credit, job_id: int, reason: type[Exception]) -> None:
        world.refused(reason, world.locking(credit, job_id=job_id, authority=self.key(credit))[1])  # type: ignore[arg-type]


OPERATOR, WALLET = Side(by_wallet=False, width=256), Side(by_wallet=True, width=128)
BOTH = pytest.mark.parametrize("side", [OPERATOR, WALLET], ids=["operator", "wallet"])


@pytest.fixture
def start(world: World, alice: Credit) -> int:
    """Where the ids of the account start."""
    return world.account(alice).job_ids.highest


def set_highest(world: World, credit: Credit, side: Side, highest: int) -> None:
    """2^52 is not reached by counting."""
    if side.by_wallet:
        window = IdWindow(highest=highest, words=(2**64 - 1,) * 2)
        past_the_program.change_account(world.machine, credit, wallet_job_ids=window)
    else:
        wide = JobIdWindow(highest=highest, words=(2**64 - 1,) * 4)
        past_the_program.change_account(world.machine, credit, job_ids=wide)


def test_the_ids_start_at_the_clock_of_the_opening(world: World, alice: Credit, start: int) -> None:
    account = world.account(alice)
    assert start == account.grant_ids.highest == world.machine.now << 20
    assert account.wallet_job_ids.highest == start + WALLETS


@BOTH
def test_an_id_is_refused_while_its_job_is_open(world: World, side: Side) -> None:
    credit = side.opened(world, 1)
    side.lock(world, credit, side.start(world) + 1)
    side.refuse(world, credit, side.start(world) + 1, JobIdUsed)


@BOTH
@pytest.mark.parametrize("ending", ["settled", "refunded", "timed out"])
def test_an_id_is_refused_after_its_job_has_ended(world: World, side: Side, ending: str) -> None:
    credit = side.opened(world, 1)
    first = side.start(world) + 1
    job = side.lock(world, credit, first)
    if ending == "settled":
        world.settle(job, 500)
    elif ending == "refunded":
        world.refund(job)
    else:
        world.machine.advance(600)
        world.refund(job, world.person("stranger"))
    assert not world.is_open(job)
    side.refuse(world, credit, first, JobIdUsed)


@BOTH
def test_ids_before_the_opening_are_used(world: World, side: Side) -> None:
    credit, start = side.opened(world), side.start(world)
    for below in (0, 1, 64, side.width - 1):
        side.refuse(world, credit, start - below, JobIdUsed)
    side.refuse(world, credit, start - side.width, JobIdTooOld)
    side.refuse(world, credit, WALLETS if side.by_wallet else 0, JobIdTooOld)


@BOTH
@pytest.mark.parametrize("ahead", [1, 2, 63, 64, 65, 127, 128, 129, 192, 255, 256])
def test_an_id_up_to_the_window_ahead_is_taken(world: World, side: Side, ahead: int) -> None:
    credit, start = side.opened(world, ahead), side.start(world)
    if ahead > side.width:
        side.refuse(world, credit, start + ahead, JobIdTooFarAhead)
    else:
        side.lock_and_refund(world, credit, start + ahead)
        assert side.window(world, credit).highest == start + ahead


@BOTH
@pytest.mark.parametrize("beyond", [1, 2, 2**32])
def test_an_id_further_ahead_than_the_window_is_refused(world: World, side: Side, beyond: int) -> None:
    credit = side.opened(world)
    side.refuse(world, credit, side.start(world) + side.width + beyond, JobIdTooFarAhead)


@BOTH
@pytest.mark.parametrize("below", [1, 62, 63, 64, 65, 126, 127, 128, 191, 192, 254, 255])
def test_an_unused_id_within_the_window_is_taken_once(world: World, side: Side, below: int) -> None:
    width = side.width
    credit, start = side.opened(world, width, 2 * width, 2 * width - below), side.start(world)
    top = start + 2 * width
    side.lock_and_refund(world, credit, start + width)
    side.lock_and_refund(world, credit, top)
    if below >= width:
        side.refuse(world, credit, top - below, JobIdTooOld)
        return
    side.lock_and_refund(world, credit, top - below)
    side.refuse(world, credit, top - below, JobIdUsed)
    assert side.window(world, credit).highest == top


@BOTH
@pytest.mark.parametrize("further", [0, 1, 70])
def test_an_id_below_the_window_is_refused_though_it_was_never_used(world: World, side: Side, further: int) -> None:
    width = side.width
    credit, start = side.opened(world, width, 2 * width), side.start(world)
    side.lock_and_refund(world, credit, start + width)
    side.lock_and_refund(world, credit, start + 2 * width)
    side.refuse(world, credit, start + width - further, JobIdTooOld)


@BOTH
@pytest.mark.parametrize("shift", [1, 63, 64, 65, 127])
def test_a_used_id_is_remembered_while_the_window_moves(world: World, side: Side, shift: int) -> None:
    other = 128 + shift - 1 if shift > 1 else 127
    credit, start = side.opened(world, 128, 128 + shift, other), side.start(world)
    side.lock_and_refund(world, credit, start + 128)
    side.lock_and_refund(world, credit, start + 128 + shift)
    side.refuse(world, credit, start + 128, JobIdUsed)
    side.lock_and_refund(world, credit, start + other)
    side.refuse(world, credit, start + 128, JobIdUsed)


@BOTH
def test_a_used_id_that_left_the_window_is_too_old(world: World, side: Side) -> None:
    credit, start = side.opened(world, 1, 1 + side.width), side.start(world)
    side.lock_and_refund(world, credit, start + 1)
    side.lock_and_refund(world, credit, start + 1 + side.width)
    side.refuse(world, credit, start + 1, JobIdTooOld)


@BOTH
def test_the_last_ids_of_all_are_taken_and_none_above(world: World, side: Side) -> None:
    """Below 2^52 and 2^53: no id is beyond what a double holds exactly, and none of one side is of the other."""
    credit = side.opened(world)
    end = 2 * WALLETS if side.by_wallet else WALLETS
    last = next(each for each in range(end - 1, 0, -1) if is_usable_id(credit.address, each))
    set_highest(world, credit, side, last - side.width)
    side.lock_and_refund(world, credit, last)
    side.refuse(world, credit, last, JobIdUsed)
    for above in (end, end + 1, 2**53, 2**64 - 1):
        side.refuse(world, credit, above, JobIdOfTheOther)


def test_a_refused_id_leaves_the_windows_alone(world: World, alice: Credit) -> None:
    first = world.lock(alice).id
    before = world.account(alice)
    OPERATOR.refuse(world, alice, first + 257, JobIdTooFarAhead)
    OPERATOR.refuse(world, alice, first, JobIdUsed)
    assert world.account(alice) == before


def test_each_side_locks_with_its_own_ids_only(world: World, alice: Credit) -> None:
    own, operators = world.next_job_id(alice, alice.wallet), world.next_job_id(alice)
    assert (own >> 52, operators >> 52) == (1, 0)
    WALLET.refuse(world, alice, operators, JobIdOfTheOther)
    OPERATOR.refuse(world, alice, own, JobIdOfTheOther)
    stranger = world.person("stranger")
    for number in (own, operators):
        world.refused(NotWalletOrOperator, world.locking(alice, job_id=number, authority=stranger)[1])
    assert world.job(WALLET.lock(world, alice, own)).by_operator == 0
    assert world.job(OPERATOR.lock(world, alice, operators)).by_operator == 1


def test_one_key_that_is_both_locks_as_whom_its_id_says(world: World) -> None:
    """As the operator it is held to the limits, as the wallet it is not."""
    platform = world.create_platform("decentral", operator="alice")
    credit = world.opened(platform, "alice", buy=1_000, limits=NO_LIMITS)
    job = world.lock(credit, tier=None, amount=500, authority=credit.wallet)
    assert world.job(job).by_operator == 0
    operators = credit.next_id(world.account(credit).job_ids.highest)
    assert world.attempt(world.locking(credit, job_id=operators)[1]).reason is not None


def test_no_side_makes_the_ids_of_another_too_old(world: World, alice: Credit) -> None:
    """Each goes to the end of its window and back: a tenant that races on takes no id from the others."""
    source = tokens.fund(world.machine, alice.platform.operator.pubkey(), 1_000_000)
    account = world.account(alice)
    firsts = (world.next_job_id(alice), world.next_job_id(alice, alice.wallet), account.grant_ids.highest + 1)
    for _ in range(4):
        far = alice.next_id(world.account(alice).job_ids.highest + 200)
        OPERATOR.lock_and_refund(world, alice, far)
    WALLET.lock(world, alice, firsts[1])
    world.do(world.granting(alice, 1, NEVER, source=source, grant_id=firsts[2]))
    OPERATOR.refuse(world, alice, firsts[0], JobIdTooOld)

    other = world.opened(alice.platform, "alice", b"team".ljust(16, b"\0"), buy=1_000)
    first, own = world.next_job_id(other), world.next_job_id(other, other.wallet)
    for _ in range(4):
        far = other.next_id(world.account(other).wallet_job_ids.highest + 100)
        WALLET.lock_and_refund(world, other, far)
        highest = world.account(other).grant_ids.highest
        world.do(world.granting(other, 1, NEVER, source=source, grant_id=highest + 128))
    OPERATOR.lock(world, other, first)
    WALLET.refuse(world, other, own, JobIdTooOld)


def test_a_reopened_account_never_meets_its_old_ids_or_numbers(world: World, alice: Credit, start: int) -> None:
    """A lock and a purchase that were signed for the old account are refused by the new one."""
    first, own = world.next_job_id(alice), world.next_job_id(alice, alice.wallet)
    old_locks = [world.locking(alice)[1], world.locking(alice, authority=alice.wallet)[1]]
    old_purchase = world.buying(alice, 100)
    old_withdrawal = world.withdrawing(alice, 1)
    OPERATOR.lock_and_refund(world, alice, first)
    WALLET.lock_and_refund(world, alice, own)
    world.machine.advance(1)
    world.close(alice)
    world.open(alice)
    world.buy(alice, 1_000)
    assert world.account(alice).job_ids.highest == world.machine.now << 20
    for old_lock in old_locks:
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
    now = world.machine.now << 20
    for old in (start + 1, start + 256, now - 256):
        OPERATOR.refuse(world, alice, old, JobIdTooOld)
    for old in (start + 1, start + 128, now - 128):
        WALLET.refuse(world, alice, old + WALLETS, JobIdTooOld)


def test_an_account_is_not_closed_in_the_second_of_its_opening(world: World, alice: Credit) -> None:
    world.refused(ClosedTooSoon, world.closing(alice))
    world.machine.advance(1)
    world.close(alice)


def test_an_account_is_not_closed_while_the_clock_is_behind_its_ids(world: World, alice: Credit, start: int) -> None:
    world.machine.advance(-1)
    world.refused(ClosedTooSoon, world.closing(alice))


@pytest.mark.parametrize("number", ["job_ids", "wallet_job_ids", "grant_ids", "sequence"])
def test_an_account_is_not_closed_before_its_numbers_lie_below_those_of_a_new_one(
    world: World, alice: Credit, number: str
) -> None:
    world.machine.advance(10)
    next_start = world.machine.now << 20
    account = world.account(alice)
    for last, refused in ((next_start, True), (next_start - 1, False)):
        if number == "sequence":
            past_the_program.change_account(world.machine, alice, sequence=last)
        else:
            highest = last + WALLETS if number == "wallet_job_ids" else last
            window = replace(getattr(account, number), highest=highest)
            past_the_program.change_account(world.machine, alice, **{number: window})
        if refused:
            world.refused(ClosedTooSoon, world.closing(alice))
    world.close(alice)


def test_an_open_account_is_not_opened_again(world: World, alice: Credit) -> None:
    world.refused(System.ACCOUNT_ALREADY_IN_USE, open_account(alice))


def test_ids_of_different_accounts_do_not_meet(world: World, alice: Credit) -> None:
    other = world.opened(alice.platform, "alice", b"team".ljust(16, b"\0"), buy=100)
    number = world.next_job_id(alice)
    while other.next_id(number - 1) != number:
        number = alice.next_id(number)
    first, second = world.lock(alice, job_id=number), world.lock(other, job_id=number)
    assert first.address != second.address
    assert (world.is_open(first), world.is_open(second)) == (True, True)
