"""Attacks on sessions by name; wrong accounts are tried in test_wrong_accounts. docs/attacks.md lists all attacks."""

from dataclasses import replace

import pytest
from job_escrow.addresses import token_address
from job_escrow.codec import (
    AboveLimitPerPeriod,
    AboveLimitPerSession,
    AboveLock,
    AmountIsZero,
    DeadlinePassed,
    InsufficientCredits,
    InvalidDuration,
    JobIdOfTheOther,
    JobIdUsed,
    NotTheOperator,
    OpenJobs,
    PayeeSuspended,
    SessionsNotAllowed,
    UnusableJobId,
    WrongCreditAccount,
    WrongReceiptCount,
    WrongRentPayer,
    WrongTreasury,
)
from program_harness import calls, calls_of_admin, calls_of_credits, calls_of_sessions, past_the_program, tokens
from program_harness.calls import NO_LIMITS
from program_harness.calls_of_sessions import requests
from program_harness.parties import Credit, Platform
from program_harness.reasons import Runtime
from program_harness.sessions import LITE, SESSION_LIMITS, Sessions, metered_terms
from program_harness.world import World
from solders.pubkey import Pubkey

ONE = {LITE: requests(1)}


@pytest.fixture
def metered(world: World) -> Platform:
    """A platform that has tiers of every form."""
    return world.create_platform(metered_terms())


@pytest.fixture
def alice(sessions: Sessions, metered: Platform) -> Credit:
    """An opened account with 1,000 credits, whose operator may open sessions."""
    return sessions.opened(metered, "alice")


# What the wallet allows


def test_without_a_session_limit_there_is_no_session(world: World, sessions: Sessions, metered: Platform) -> None:
    bob = world.opened(metered, "bob", buy=1_000)
    world.refused(SessionsNotAllowed, sessions.opening(bob, credits=1)[1])


def test_a_session_is_within_its_limit_to_the_credit(world: World, sessions: Sessions, alice: Credit) -> None:
    world.set_limits(alice, replace(SESSION_LIMITS, credits_per_session=100, credits_per_job=1))
    world.refused(AboveLimitPerSession, sessions.opening(alice, credits=101)[1])
    sessions.open(alice, credits=100)


def test_sessions_and_jobs_share_a_periods_limit(world: World, sessions: Sessions, alice: Credit) -> None:
    limits = replace(SESSION_LIMITS, credits_per_session=100, credits_per_job=100, credits_per_period=140)
    world.set_limits(alice, limits)
    sessions.open(alice, credits=100)
    world.refused(AboveLimitPerPeriod, sessions.opening(alice, credits=41)[1])
    world.refused(AboveLimitPerPeriod, world.locking(alice, tier=None, amount=41)[1])
    world.lock(alice, tier=None, amount=40)
    world.refused(AboveLimitPerPeriod, sessions.opening(alice, credits=1)[1])


def test_what_a_session_holds_is_used_in_every_period_that_it_reaches_into(
    world: World, sessions: Sessions, alice: Credit
) -> None:
    limits = replace(SESSION_LIMITS, credits_per_job=100, credits_per_session=100, credits_per_period=100)
    world.set_limits(alice, limits)
    session = sessions.open(alice, credits=100, seconds=20_000)
    world.machine.advance(limits.period_seconds * 3)
    world.refused(AboveLimitPerPeriod, sessions.opening(alice, credits=1)[1])
    sessions.settle(session, {LITE: requests(10)}, is_final=True)
    sessions.open(alice, credits=100)
    world.refused(AboveLimitPerPeriod, sessions.opening(alice, credits=1)[1])


def test_quoted_jobs_need_not_be_allowed_for_a_session(world: World, sessions: Sessions, alice: Credit) -> None:
    world.set_limits(alice, replace(SESSION_LIMITS, quoted_allowed=False))
    sessions.settle(sessions.open(alice), ONE, is_final=True)


def test_limits_that_are_lowered_under_way_leave_what_is_locked_and_nothing_more(
    world: World, sessions: Sessions, alice: Credit
) -> None:
    session = sessions.open(alice, credits=100)
    world.set_limits(alice, NO_LIMITS)
    world.refused(SessionsNotAllowed, sessions.opening(alice, credits=1)[1])
    world.refused(AboveLock, sessions.settling(session, {LITE: requests(51)}))
    sessions.settle(session, {LITE: requests(50)}, is_final=True)
    account = world.account(alice)
    assert (account.spent_paid, account.paid_available, account.limits.operator_locked) == (100, 900, 0)


@pytest.mark.parametrize("seconds", [0, 86_401, 2**64 - 1])
def test_a_session_is_as_long_as_a_job_at_most(world: World, sessions: Sessions, alice: Credit, seconds: int) -> None:
    world.refused(InvalidDuration, sessions.opening(alice, seconds=seconds)[1])
    sessions.open(alice, seconds=86_400)


def test_nobody_but_the_operator_opens_or_settles(world: World, sessions: Sessions, alice: Credit) -> None:
    for somebody in (alice.wallet, alice.platform.admin, world.person("stranger")):
        if somebody != alice.platform.operator:
            world.refused(NotTheOperator, sessions.opening(alice, operator=somebody)[1])
    session = sessions.open(alice)
    for somebody in (alice.wallet, world.person("stranger")):
        world.refused(NotTheOperator, sessions.settling(session, ONE, operator=somebody))


def test_nothing_and_too_much_are_no_session(world: World, sessions: Sessions, alice: Credit) -> None:
    world.refused(AmountIsZero, sessions.opening(alice, credits=0)[1])
    world.refused(InsufficientCredits, sessions.opening(alice, credits=1_001)[1])
    sessions.open(alice, credits=1_000)


# Ids and addresses


def test_an_id_is_used_once_by_a_job_or_by_a_session(world: World, sessions: Sessions, alice: Credit) -> None:
    first = sessions.open(alice, credits=10)
    world.refused(JobIdUsed, sessions.opening(alice, session_id=first.id)[1])
    world.refused(JobIdUsed, world.locking(alice, job_id=first.id)[1])
    sessions.refund(first)
    world.refused(JobIdUsed, sessions.opening(alice, session_id=first.id)[1])
    job = world.lock(alice)
    world.refused(JobIdUsed, sessions.opening(alice, session_id=job.id)[1])


def test_ids_of_the_wallet_are_not_for_sessions(world: World, sessions: Sessions, alice: Credit) -> None:
    number = alice.next_session_id(world.account(alice).wallet_job_ids.highest)
    world.refused(JobIdOfTheOther, sessions.opening(alice, session_id=number)[1])
    world.refused(JobIdOfTheOther, sessions.opening(alice, session_id=2**53)[1])


def test_a_session_is_at_its_one_address(world: World, sessions: Sessions, alice: Credit) -> None:
    session, call = sessions.opening(alice)
    world.refused(UnusableJobId, call.with_accounts(session=alice.job(session.id).address))
    unusable = next(
        number for number in range(session.id, session.id + 100) if alice.session(number).derived.bump < 255
    )
    world.refused(UnusableJobId, sessions.opening(alice, session_id=unusable)[1])


def test_a_session_is_no_job_and_a_job_no_session(world: World, sessions: Sessions, alice: Credit) -> None:
    session, job = sessions.open(alice, credits=100), world.lock(alice)
    # A job is shorter than a session, and a session has another discriminator.
    world.refused(Runtime.INVALID_ACCOUNT_DATA, world.settling(job, 500).with_accounts(job=session.address))
    world.refused(
        Runtime.INVALID_ACCOUNT_DATA,
        calls.refund(job, authority=alice.platform.operator).with_accounts(job=session.address),
    )
    world.refused(Runtime.ACCOUNT_DATA_TOO_SMALL, sessions.settling(session, ONE).with_accounts(session=job.address))
    world.refused(Runtime.ACCOUNT_DATA_TOO_SMALL, sessions.refunding(session).with_accounts(session=job.address))
    # Nor is it a credit account.
    world.refused(
        Runtime.INVALID_ACCOUNT_DATA,
        calls.set_limits(alice, NO_LIMITS).with_accounts(credit_account=session.address),
    )


def test_a_session_of_another_account_or_platform_is_not_charged(
    world: World, sessions: Sessions, alice: Credit
) -> None:
    bob = sessions.opened(alice.platform, "bob")
    other = world.create_platform(replace(metered_terms(), name="other"), operator="operator")
    elsewhere = sessions.opened(other, "alice")
    mine = sessions.open(alice)
    for credit in (bob, elsewhere):
        theirs = sessions.open(credit)
        wrong = sessions.settling(mine, ONE).with_accounts(session=theirs.address)
        world.refused(WrongCreditAccount, wrong)
        world.refused(WrongCreditAccount, sessions.refunding(mine).with_accounts(session=theirs.address))


def test_a_foreign_rent_payer_gets_nothing(world: World, sessions: Sessions, alice: Credit) -> None:
    sponsor = world.person("sponsor")
    before = world.machine.lamports(sponsor.pubkey())
    session = sessions.open(alice, payer=sponsor)
    operator = alice.platform.operator.pubkey()
    world.refused(WrongRentPayer, sessions.settling(session, ONE, is_final=True).with_accounts(rent_payer=operator))
    world.refused(WrongRentPayer, sessions.refunding(session).with_accounts(rent_payer=operator))
    sessions.refund(session)
    assert world.machine.lamports(sponsor.pubkey()) == before


# Who is paid


def test_a_session_pays_its_payee_and_no_other(world: World, sessions: Sessions, alice: Credit) -> None:
    registration, earnings = _payee(world, alice.platform)
    session = sessions.open(alice, payee=registration)
    for wrong in (None, alice.tokens, alice.platform.treasury):
        with pytest.raises(AssertionError, match="MissingPayee"):
            sessions.settle(session, ONE, payee=wrong)
    call = sessions.settling(session, {LITE: requests(5)}, payee=earnings)
    world.refused(WrongTreasury, call.with_accounts(treasury=alice.tokens))
    world.do(call)
    # 10 credits less the fee of a tenth.
    assert _held(world, earnings) == 90_000
    assert world.earned(alice.platform) == 10_000


def test_the_fee_of_a_session_is_rounded_once(world: World, sessions: Sessions, alice: Credit) -> None:
    terms = replace(metered_terms(), name="cheap", base_units_per_credit=3, fee_bps=333, min_purchase=1)
    platform = world.create_platform(terms)
    bob = sessions.opened(platform, "bob")
    registration, earnings = _payee(world, platform)
    session = sessions.open(bob, payee=registration)
    before = _held(world, earnings)
    for number in range(1, 51):
        sessions.settle(session, {LITE: requests(number)}, payee=earnings)
    assert _held(world, earnings) - before == 300 - 300 * 333 // 10_000


def test_a_suspended_payee_keeps_its_session_and_gets_no_new_one(
    world: World, sessions: Sessions, alice: Credit
) -> None:
    registration, earnings = _payee(world, alice.platform)
    session = sessions.open(alice, payee=registration)
    owner = world.person("worker").pubkey()
    world.do(calls_of_admin.update_payee(alice.platform, owner, suspended=True))
    world.refused(PayeeSuspended, sessions.opening(alice, payee=registration)[1])
    sessions.settle(session, ONE, payee=earnings, is_final=True)
    assert _held(world, earnings) == 18_000


def test_a_paused_platform_opens_none_and_settles_those_that_are(
    world: World, sessions: Sessions, alice: Credit
) -> None:
    session, another = sessions.open(alice), sessions.open(alice)
    past_the_program.change_platform(world.machine, alice.platform, paused=1)
    assert world.attempt(sessions.opening(alice, credits=1)[1]).reason.__name__ == "Paused"  # type: ignore[union-attr]
    sessions.settle(session, ONE, is_final=True)
    sessions.refund(another)
    assert world.account(alice).paid_available == 998


# History


def test_a_settlement_that_is_replayed_charges_nothing(world: World, sessions: Sessions, alice: Credit) -> None:
    session = sessions.open(alice)
    call = sessions.settling(session, {LITE: requests(3)}, receipts=3)
    world.do(call)
    world.refused(WrongReceiptCount, call)
    later = sessions.settling(session, {LITE: requests(5)}, receipts=2)
    world.do(later)
    world.refused(WrongReceiptCount, call)
    world.refused(WrongReceiptCount, later)
    assert world.account(alice).spent_paid == 10


def test_a_history_does_not_fork(world: World, sessions: Sessions, alice: Credit) -> None:
    """Of two settlements that follow the same receipts only one lands, and no other root takes the place of it."""
    session = sessions.open(alice)
    sessions.settle(session, {LITE: requests(3)}, receipts=3)
    one = sessions.settling(session, {LITE: requests(4)}, root=b"1" * 32)
    two = sessions.settling(session, {LITE: requests(4)}, root=b"2" * 32)
    world.refused(WrongReceiptCount, one, two)
    world.do(one)
    head = sessions.read(session).head
    world.refused(WrongReceiptCount, two)
    for start in (0, 3, 5):
        world.refused(WrongReceiptCount, sessions.settling(session, {LITE: requests(4)}, from_count=start))
    # A count below the start is no history at all.
    world.refused(WrongReceiptCount, sessions.settling(session, {LITE: requests(4)}, receipts=-1))
    assert sessions.read(session).head == head


def test_two_sessions_have_two_histories(world: World, sessions: Sessions, alice: Credit) -> None:
    one, two = sessions.open(alice, credits=50), sessions.open(alice, credits=50)
    assert sessions.read(one).head != sessions.read(two).head
    for session in (one, two):
        sessions.settle(session, ONE)
    assert sessions.read(one).head != sessions.read(two).head


@pytest.mark.parametrize("ending", ["settled", "refunded"])
def test_an_ended_session_is_over(world: World, sessions: Sessions, alice: Credit, ending: str) -> None:
    session = sessions.open(alice)
    more = sessions.settling(session, ONE)
    end = sessions.settling(session, ONE, is_final=True) if ending == "settled" else sessions.refunding(session)
    for after in (more, end, sessions.refunding(session)):
        # In one transaction, where the account is still there, and afterwards, where it is not.
        world.refused(Runtime.ACCOUNT_DATA_TOO_SMALL, end, after)
    again = sessions.opening(alice, session_id=session.id)[1]
    assert world.attempt(end, again).reason is JobIdUsed
    world.do(end)
    for after in (more, end, sessions.refunding(session)):
        world.refused(Runtime.ACCOUNT_DATA_TOO_SMALL, after)
    world.refused(JobIdUsed, again)


def test_nothing_is_settled_from_the_deadline_on(world: World, sessions: Sessions, alice: Credit) -> None:
    session = sessions.open(alice, seconds=600)
    world.machine.advance(599)
    sessions.settle(session, ONE)
    world.machine.advance(1)
    world.refused(DeadlinePassed, sessions.settling(session, {LITE: requests(2)}))
    world.refused(DeadlinePassed, sessions.settling(session, ONE, receipts=0, is_final=True))


# What else an account does meanwhile


def test_a_withdrawal_leaves_what_sessions_hold_and_a_close_waits(
    world: World, sessions: Sessions, alice: Credit
) -> None:
    session = sessions.open(alice, credits=300)
    world.refused(InsufficientCredits, world.withdrawing(alice, 701))
    world.withdraw(alice)
    assert world.vault(alice) == 300 * 10_000
    world.machine.advance(10)
    world.refused(OpenJobs, world.closing(alice))
    sessions.settle(session, ONE, is_final=True)
    world.close(alice)


def test_granted_credits_that_expire_inside_a_session_are_charged_or_expire_when_they_come_back(
    world: World, sessions: Sessions, alice: Credit
) -> None:
    source = token_address(alice.platform.operator.pubkey(), alice.platform.mint)
    world.wallet("operator", alice.platform.mint)
    world.grant(alice, 100, world.machine.now + 60, source=source)
    session = sessions.open(alice, credits=150)
    assert (sessions.read(session).held.lots[0], sessions.read(session).held.paid) == (100, 50)
    world.machine.advance(100)
    with pytest.raises(AssertionError, match="NothingToExpire"):
        world.do(calls_of_credits.expire_lots(alice))
    sessions.settle(session, {LITE: requests(10)})
    account = world.account(alice)
    assert (account.spent_granted, account.spent_paid, account.granted_locked) == (20, 0, 80)
    sessions.refund(session)
    world.do(calls_of_credits.expire_lots(alice))
    account = world.account(alice)
    assert (account.expired, account.granted_available, account.paid_available) == (80, 0, 1_000)


def test_many_sessions_and_jobs_end_in_any_order(world: World, sessions: Sessions, alice: Credit) -> None:
    first, job, second = sessions.open(alice, credits=100), world.lock(alice), sessions.open(alice, credits=100)
    sessions.settle(second, {LITE: requests(2)}, is_final=True)
    world.settle(job, 500)
    sessions.refund(first)
    account = world.account(alice)
    assert (account.open_jobs, account.paid_locked, account.spent_paid) == (0, 0, 44)
    assert (account.limits.used, account.limits.operator_locked) == (44, 0)


def test_no_call_of_a_session_takes_less_than_all_of_its_arguments(
    world: World, sessions: Sessions, alice: Credit
) -> None:
    session = sessions.open(alice)
    built = sessions.settling(session, ONE).instruction()
    for kept in (8, 100, len(built.data) - 1):
        short = type(built)(built.program_id, built.data[:kept], built.accounts)
        outcome = world.machine.simulate([short], [alice.platform.operator])
        assert outcome.reason is not None
    assert len(sessions.read(session).totals) == calls_of_sessions.TIERS


def _payee(world: World, platform: Platform) -> tuple[Pubkey, Pubkey]:

    owner = world.person("worker").pubkey()
    account = tokens.fund(world.machine, owner, 0, platform.mint)
    return world.register_payee(platform, owner, account), account


def _held(world: World, account: Pubkey) -> int:

    return tokens.amount_of(world.machine, account)
