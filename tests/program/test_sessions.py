"""Sessions: one lock for many requests, settled by cumulative totals, and a history that cannot be rewritten."""

from dataclasses import replace
from hashlib import sha256

import pytest
from job_escrow.codec import DeadlineNotPassed, MissingReceipts, SessionOpened, SessionSettled, WrongReceiptCount
from program_harness import past_the_program
from program_harness.calls_of_sessions import requests, units
from program_harness.parties import Credit, Platform, SessionRef
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


def first_head(world: World, session: SessionRef) -> bytes:
    """What a history starts from, by the bytes of the account."""
    data = world.machine.data(session.address)
    return sha256(bytes(session.address) + data[8 + 400 : 8 + 784]).digest()


def after(head: bytes, root: bytes, count: int, settled: int) -> bytes:
    return sha256(head + root + count.to_bytes(8, "little") + settled.to_bytes(8, "little")).digest()


def folded(heads: bytes, session: SessionRef, head: bytes, count: int, settled: int) -> bytes:
    numbers = count.to_bytes(8, "little") + settled.to_bytes(8, "little")
    return sha256(heads + bytes(session.address) + head + numbers).digest()


def test_an_opening_locks_and_copies_the_terms(world: World, sessions: Sessions, alice: Credit) -> None:
    session = sessions.open(alice, credits=300, seconds=3_600)
    account, found, platform = world.account(alice), sessions.read(session), world.platform(alice.platform)
    assert (account.paid_available, account.paid_locked, account.open_jobs) == (700, 300, 1)
    assert (account.limits.used, account.limits.operator_locked) == (300, 300)
    assert account.job_ids.highest == session.id
    assert (found.credits, found.settled, found.held.paid, found.count) == (300, 0, 300, 0)
    assert (found.opened_at, found.deadline) == (world.machine.now, world.machine.now + 3_600)
    assert (found.tiers, found.fee_bps) == (platform.tiers, 1_000)
    assert found.rent_payer == alice.platform.operator.pubkey()
    assert found.head == first_head(world, session)
    event = world.machine.events[-1]
    assert isinstance(event, SessionOpened)
    assert (event.tiers, event.head, event.credits) == (platform.tiers, found.head, 300)


def test_a_settlement_charges_the_increase(world: World, sessions: Sessions, alice: Credit) -> None:
    session = sessions.open(alice)
    sessions.settle(session, {LITE: requests(3), METERED: units(71)})
    # 3 x 2, and 71 x 3 / 7 rounded up.
    assert sessions.read(session).settled == 6 + 31
    assert world.earned(alice.platform) == 37 * 10_000
    # 8 units more are 4 credits of their own, and 79 x 3 / 7 = 33.9 together.
    sessions.settle(session, {LITE: requests(3), METERED: units(79), FLAT: requests(2)}, receipts=3)
    assert sessions.read(session).settled == 6 + 34 + 10
    account = world.account(alice)
    assert (account.paid_available, account.paid_locked, account.spent_paid) == (500, 450, 50)
    assert account.limits.operator_locked == 450
    assert world.earned(alice.platform) == 50 * 10_000


def test_each_long_request_of_a_flat_tier_is_rounded_by_itself(world: World, sessions: Sessions, alice: Credit) -> None:
    """100 Max requests of 2,001 tokens cost 4,100 (D8), not the 4,002 of all their tokens."""
    world.buy(alice, 4_000)
    session = sessions.open(alice, credits=4_100)
    sessions.settle(session, {MAX: requests(metered=100, units=200_100, credits=4_100)}, receipts=100, is_final=True)
    assert world.account(alice).spent_paid == 4_100


def test_a_final_settlement_gives_the_rest_back(world: World, sessions: Sessions, alice: Credit) -> None:
    payer = alice.platform.operator.pubkey()
    before = world.machine.lamports(payer)
    session = sessions.open(alice)
    assert world.machine.lamports(payer) < before
    sessions.settle(session, {LITE: requests(3)}, is_final=True)
    account = world.account(alice)
    assert (account.paid_available, account.paid_locked, account.open_jobs) == (994, 0, 0)
    assert (account.limits.used, account.limits.operator_locked) == (6, 0)
    assert not sessions.is_open(session)
    assert world.machine.lamports(payer) == before


def test_a_refund_leaves_what_was_settled(world: World, sessions: Sessions, alice: Credit) -> None:
    session = sessions.open(alice, seconds=600)
    sessions.settle(session, {LITE: requests(3)})
    stranger = world.person("stranger")
    world.machine.advance(599)
    world.refused(DeadlineNotPassed, sessions.refunding(session, stranger))
    world.machine.advance(1)
    sessions.refund(session, stranger)
    account = world.account(alice)
    assert (account.paid_available, account.paid_locked, account.spent_paid, account.open_jobs) == (994, 0, 6, 0)
    assert (account.limits.used, account.limits.operator_locked) == (6, 0)


def test_the_head_commits_to_every_settlement(world: World, sessions: Sessions, alice: Credit) -> None:
    session = sessions.open(alice)
    head = first_head(world, session)
    for number, (receipts, root) in enumerate(((2, bytes([1]) * 32), (1, bytes([2]) * 32)), 1):
        outcome = sessions.settle(session, {LITE: requests(number)}, receipts=receipts, root=root)
        found = sessions.read(session)
        head = after(head, root, found.count, found.settled)
        assert found.head == head
        (event,) = outcome.events
        assert isinstance(event, SessionSettled)
        assert (event.head, event.root, event.count, event.settled) == (head, root, found.count, 2 * number)
    assert sessions.read(session).count == 3


@pytest.mark.parametrize("ending", ["settled", "settled with a receipt more", "refunded", "refunded unused"])
def test_ends_are_folded_into_the_account(world: World, sessions: Sessions, alice: Credit, ending: str) -> None:
    heads = bytes(32)
    for _ in range(2):
        session = sessions.open(alice)
        head = first_head(world, session)
        count, settled = 0, 0
        if ending != "refunded unused":
            sessions.settle(session, {LITE: requests(3)}, receipts=4)
            count, settled = 4, 6
            head = after(head, bytes(range(32)), count, settled)
        if ending == "settled":
            sessions.settle(session, {LITE: requests(3)}, receipts=0, is_final=True)
        elif ending == "settled with a receipt more":
            sessions.settle(session, {LITE: requests(4)}, is_final=True)
            count, settled = 5, 8
            head = after(head, bytes(range(32)), count, settled)
        else:
            sessions.refund(session)
        heads = folded(heads, session, head, count, settled)
        assert world.account(alice).session_heads == heads
        assert world.machine.events[-1].session_heads == heads  # type: ignore[union-attr]


def test_a_repeat_charges_nothing_and_leaves_the_head(world: World, sessions: Sessions, alice: Credit) -> None:
    session = sessions.open(alice)
    call = sessions.settling(session, {LITE: requests(3)})
    world.do(call)
    before = sessions.read(session)
    world.refused(WrongReceiptCount, call)
    sessions.settle(session, {LITE: requests(3)}, receipts=0, root=bytes(32))
    assert sessions.read(session) == before
    assert world.account(alice).spent_paid == 6


def test_nothing_is_charged_without_a_receipt(world: World, sessions: Sessions, alice: Credit) -> None:
    session = sessions.open(alice)
    world.refused(MissingReceipts, sessions.settling(session, {LITE: requests(1)}, receipts=0))
    sessions.settle(session, {METERED: units(71)})
    # One unit more costs nothing more, and is refused all the same: the totals are those of the receipts.
    assert -(-71 * 3 // 7) == -(-72 * 3 // 7) == 31
    world.refused(MissingReceipts, sessions.settling(session, {METERED: units(72)}, receipts=0))


def test_requests_that_cost_nothing_may_have_receipts(world: World, sessions: Sessions, alice: Credit) -> None:
    session = sessions.open(alice)
    sessions.settle(session, {}, receipts=7)
    found = sessions.read(session)
    assert (found.count, found.settled) == (7, 0)
    assert found.head == after(first_head(world, session), bytes(range(32)), 7, 0)


def test_the_terms_are_those_of_the_opening(world: World, sessions: Sessions, alice: Credit) -> None:
    session = sessions.open(alice)
    before = sessions.read(session).tiers
    dearer = replace(before[LITE], flat_credits=200)
    past_the_program.change_platform(world.machine, alice.platform, tiers=(dearer, *before[1:]))
    sessions.settle(session, {LITE: requests(3)}, is_final=True)
    assert world.account(alice).spent_paid == 6
