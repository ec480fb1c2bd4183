"""SECURITY.md measured: each of these tries as hard as it can to do harm, and counts what it got.

The table in SECURITY.md names them; test_documents.py holds it to that.
"""

import random
from dataclasses import replace

import pytest
from job_escrow.codec import (
    PROGRAM_ID,
    DeadlineNotPassed,
    Job,
    JobLocked,
    JobSettled,
    LimitsArgs,
    NotWalletOrOperator,
    ProgramRefusal,
)
from job_escrow.codec import Platform as PlatformAccount
from job_escrow.presets import load_preset
from program_harness import calls, calls_of_admin, calls_of_credits, tokens
from program_harness.calls import MAX_CREDITS, NO_LIMITS, Call
from program_harness.calls_of_admin import NO_CHANGE
from program_harness.keys import key
from program_harness.parties import Credit, JobRef, Platform
from program_harness.stage import stage
from program_harness.valid_calls import VALID
from program_harness.world import DAY, World
from solders.transaction import VersionedTransaction

HOUR = 3_600
PER_JOB, PER_PERIOD = 50, 120
LIMITS = LimitsArgs(
    credits_per_job=PER_JOB,
    credits_per_session=0,
    credits_per_period=PER_PERIOD,
    period_seconds=HOUR,
    quoted_allowed=True,
)
NOTICE = 7 * DAY
BOUGHT = 10_000
CREDIT = 10_000
"""Base units."""


@pytest.fixture
def alice(world: World, decentral: Platform) -> Credit:
    """Somebody with a lot to lose, who lets the operator lock a little."""
    return world.opened(decentral, "alice", buy=BOUGHT, limits=LIMITS)


def charged(world: World, credit: Credit) -> int:
    """Credits that the wallet does not get back any more."""
    return world.account(credit).spent_paid


def everything_back(world: World, credit: Credit) -> int:
    """What the wallet gets in the end with nobody's help, in credits: it waits, and takes all."""
    world.machine.advance(7 * DAY)
    for address, account in world.machine.svm.get_program_accounts(PROGRAM_ID):
        if len(account.data) == Job.SIZE and Job.decode(account.data).credit_account == credit.address:
            job = Job.decode(account.data)
            ref = JobRef(credit, job.id, job.rent_payer)
            assert ref.address == address
            world.refund(ref, world.person("stranger"))
    before = tokens.amount_of(world.machine, credit.tokens)
    world.withdraw(credit)
    return (tokens.amount_of(world.machine, credit.tokens) - before) // credit.platform.base_units_per_credit


# The operator's key


def test_a_stolen_operator_key_takes_the_limit_of_a_period_and_no_more(world: World, alice: Credit) -> None:
    """As much as there is, as often as it goes, for five periods: exactly the wallet's own figure for each."""
    for period in range(1, 6):
        for amount in range(PER_JOB + 1, 0, -1):
            while (job := _try_lock(world, alice, amount)) is not None:
                assert amount <= PER_JOB
                world.settle(job, amount)
        assert charged(world, alice) == period * PER_PERIOD
        world.machine.advance(HOUR)
    assert everything_back(world, alice) == BOUGHT - 5 * PER_PERIOD


@pytest.mark.parametrize("seed", range(5))
def test_whatever_a_stolen_operator_key_does_the_limits_hold(world: World, alice: Credit, seed: int) -> None:
    """Locks, settlements and refunds at random moments: each period holds at most its limit, each hour at most two."""
    dice = random.Random(seed)
    jobs: list[JobRef] = []
    locked: dict[int, int] = {}
    for _ in range(400):
        action = dice.choice(["lock", "lock", "settle", "refund", "wait"])
        if action == "lock":
            amount = dice.randint(1, PER_JOB + 1)
            job = _try_lock(world, alice, amount, seconds=dice.choice([60, HOUR, DAY]))
            if job is not None:
                jobs.append(job)
                locked[job.id] = amount
                assert amount <= PER_JOB
        elif action == "wait":
            world.machine.advance(dice.choice([1, 600, HOUR - 1, HOUR]))
        elif jobs:
            job = jobs.pop(dice.randrange(len(jobs)))
            if action == "settle" and world.machine.now < world.job(job).deadline:
                world.settle(job, dice.randint(0, locked[job.id]), is_final=True)
            else:
                world.refund(job)
        assert world.account(alice).limits.used <= PER_PERIOD
    taken, starts = _charges(world), _period_starts(world)
    assert taken
    for start in starts:
        assert sum(credits for at, credits in taken if start <= at < start + HOUR) <= PER_PERIOD
    for since, _ in taken:
        assert sum(credits for at, credits in taken if since <= at < since + HOUR) <= 2 * PER_PERIOD
    assert everything_back(world, alice) == BOUGHT - sum(credits for _, credits in taken)


@pytest.mark.parametrize("longest", [HOUR, 3 * HOUR, DAY], ids=lambda seconds: f"{seconds // HOUR}-hours")
def test_an_operator_that_locks_and_waits_charges_no_more_than_one_that_does_not(
    world: World, alice: Credit, longest: int
) -> None:
    """Its jobs stay open over as many periods as they can, and all are settled once the limits are zero.

    What open jobs hold counts in every period; otherwise each period would add its limit: 24 times as much in a day.
    """
    jobs: list[tuple[JobRef, int]] = []
    for _ in range(longest // HOUR):
        for amount in range(PER_JOB, 0, -1):
            while (job := _try_lock(world, alice, amount, seconds=longest)) is not None:
                jobs.append((job, amount))
        world.machine.advance(HOUR - 1)
    world.set_limits(alice, NO_LIMITS)
    world.withdraw(alice)
    for job, amount in jobs:
        if world.machine.now < world.job(job).deadline:
            world.settle(job, amount)
    assert charged(world, alice) <= PER_PERIOD
    assert _try_lock(world, alice, 1) is None


def test_around_the_end_of_a_period_a_stolen_operator_key_takes_twice_its_limit(world: World, alice: Credit) -> None:
    """The known limit of fixed periods, and no more than that: within one hour, two periods' worth."""
    world.settle(world.lock(alice, tier=None, amount=1), 1)
    world.machine.advance(HOUR - 1)
    _take_all(world, alice)
    world.machine.advance(1)
    _take_all(world, alice)
    assert charged(world, alice) == 2 * PER_PERIOD
    world.machine.advance(HOUR - 1)
    _take_all(world, alice)
    assert charged(world, alice) == 2 * PER_PERIOD


def test_without_limits_a_stolen_operator_key_takes_nothing(world: World, decentral: Platform) -> None:
    bob = world.opened(decentral, "bob", buy=BOUGHT, limits=NO_LIMITS)
    for amount in (1, PER_JOB, BOUGHT):
        assert _try_lock(world, bob, amount) is None
    assert everything_back(world, bob) == BOUGHT


def test_a_stolen_operator_key_charges_a_job_of_the_wallet_at_most_in_full(world: World, alice: Credit) -> None:
    job = world.lock(alice, tier=None, amount=700, authority=alice.wallet)
    for amount in (701, MAX_CREDITS):
        assert world.attempt(world.settling(job, amount)).reason is not None
    world.settle(job, 700)
    assert everything_back(world, alice) == BOUGHT - 700


def test_what_a_stolen_operator_key_charges_goes_to_the_treasury_alone(world: World, alice: Credit) -> None:
    thief = world.wallet("thief", base_units=0)
    job = world.lock(alice, tier=None, amount=PER_JOB)
    to_thief = world.settling(job, PER_JOB).with_accounts(treasury=replace(alice, wallet=thief).tokens)
    assert world.attempt(to_thief).reason is not None
    world.settle(job, PER_JOB)
    assert world.earned(alice.platform) == PER_JOB * CREDIT


def test_an_operator_that_does_nothing_holds_credits_until_the_deadline(world: World, alice: Credit) -> None:
    """At most the platform's longest job; from then on nobody needs it."""
    job = world.lock(alice, tier=None, amount=PER_JOB, seconds=DAY)
    assert _try_lock(world, alice, 1, seconds=DAY + 1) is None
    stranger = world.person("stranger")
    world.machine.advance(DAY - 1)
    world.refused(DeadlineNotPassed, calls.refund(job, authority=stranger))
    world.machine.advance(1)
    world.refund(job, stranger)
    assert everything_back(world, alice) == BOUGHT


def test_a_stolen_operator_key_grants_at_its_own_cost(world: World, alice: Credit) -> None:
    source = tokens.fund(world.machine, alice.platform.operator.pubkey(), 10 * CREDIT)
    for expiry in range(1, 11):
        world.grant(alice, 1, world.machine.now + expiry // 2 + 1, source=source)
    assert tokens.amount_of(world.machine, source) == 0
    assert world.account(alice).paid_available == BOUGHT


# The admin's key


def test_an_admin_with_bad_intent_changes_nothing_within_the_notice_period(world: World, alice: Credit) -> None:
    platform = alice.platform
    thief = world.wallet("thief", base_units=0)
    tokens_of_thief = tokens.fund(world.machine, thief.pubkey(), 0)
    before = _platform(world, platform)
    worst = replace(NO_CHANGE, operator=thief.pubkey(), fee_bps=3_000, min_purchase=MAX_CREDITS)
    world.do(calls_of_admin.update_platform(platform, worst, treasury=tokens_of_thief))
    dearest = replace(load_preset("decentral").tiers[0], flat_credits=MAX_CREDITS)
    world.do(calls_of_admin.set_tier(platform, 0, dearest))
    world.machine.advance(NOTICE - 1)
    assert world.attempt(calls_of_admin.apply_changes(platform)).reason is not None
    assert replace(_platform(world, platform), pending=before.pending) == before
    world.refused(NotWalletOrOperator, world.locking(alice, authority=thief, tier=None, amount=1)[1])
    world.settle(world.lock(alice, tier=0, amount=1), 1)
    assert charged(world, alice) == load_preset("decentral").tiers[0].flat_credits
    world.withdraw(alice)
    assert world.account(alice).paid_available == 0


def test_the_limits_hold_against_an_admin_that_waited(world: World, alice: Credit) -> None:
    """And a wallet that did not look loses the limit of each period, to the thief's own token account."""
    platform = alice.platform
    thief = world.wallet("thief", base_units=0)
    tokens_of_thief = tokens.fund(world.machine, thief.pubkey(), 0)
    worst = replace(NO_CHANGE, operator=thief.pubkey())
    world.do(calls_of_admin.update_platform(platform, worst, treasury=tokens_of_thief))
    world.machine.advance(NOTICE)
    world.do(calls_of_admin.apply_changes(platform))
    for amount in (PER_JOB, PER_JOB, PER_PERIOD - 2 * PER_JOB):
        job, call = world.locking(alice, tier=None, amount=amount, authority=thief)
        world.do(call)
        world.do(world.settling(job, amount, operator=thief).with_accounts(treasury=tokens_of_thief))
    assert world.attempt(world.locking(alice, tier=None, amount=1, authority=thief)[1]).reason is not None
    assert tokens.amount_of(world.machine, tokens_of_thief) == PER_PERIOD * CREDIT
    assert everything_back(world, alice) == BOUGHT - PER_PERIOD


def test_terms_of_an_open_job_survive_everything_an_admin_does(world: World, alice: Credit) -> None:
    job = world.lock(alice, tier=3, amount=500)
    cheap = replace(load_preset("decentral").tiers[3], flat_credits=1, included_units=MAX_CREDITS)
    world.do(calls_of_admin.set_tier(alice.platform, 3, cheap))
    world.do(calls_of_admin.update_platform(alice.platform, replace(NO_CHANGE, max_job_seconds=1)))
    world.settle(job, 500)
    assert charged(world, alice) == 40


def test_a_pause_that_never_ends_takes_nothing(world: World, alice: Credit) -> None:
    settled, left = world.lock(alice, tier=None, amount=10), world.lock(alice, tier=None, amount=20)
    world.do(calls_of_admin.update_platform(alice.platform, replace(NO_CHANGE, paused=True)))
    world.settle(settled, 10)
    assert world.is_open(left)
    assert everything_back(world, alice) == BOUGHT - 10
    world.close(alice)
    assert world.machine.get(alice.address) is None


def test_a_payee_takes_from_the_treasury_and_not_from_the_wallet(world: World, alice: Credit) -> None:
    platform = alice.platform
    thief = world.wallet("thief", base_units=0)
    account = tokens.fund(world.machine, thief.pubkey(), 0)
    registration = world.register_payee(platform, thief.pubkey(), account)
    job = world.lock(alice, tier=None, amount=PER_JOB, payee=registration)
    world.settle(job, 30, payee=account)
    assert charged(world, alice) == 30
    assert tokens.amount_of(world.machine, account) + world.earned(platform) == 30 * CREDIT


# Strangers, keepers, other wallets


@pytest.mark.parametrize("name", VALID)
def test_a_stranger_that_signs_for_another_lowers_nobodys_credits(name: str) -> None:
    """In the place of every signer of every instruction, with everybody else's accounts."""
    on = stage()
    call = VALID[name](on)
    stranger = key("stranger")
    signing = [account for account, address in call.accounts.items() if address in {s.pubkey() for s in call.signers}]
    wrong = Call(
        name=call.name,
        accounts={**call.accounts, **dict.fromkeys(signing, stranger.pubkey())},
        args=call.args,
        signers=(stranger,),
        before=call.before,
    )
    outcome = on.world.machine.simulate(wrong.all(), wrong.signers)
    before = [getattr(event, "before", None) for event in outcome.events]
    after = [getattr(event, "after", None) for event in outcome.events]
    assert outcome.reason is not None or call.name in MAY
    for one, two in zip(before, after, strict=True):
        if one is not None and two is not None:
            assert one.paid_available + one.paid_locked <= two.paid_available + two.paid_locked


# What a stranger may do: each is in the wallet's or the platform's favour.
MAY = {"apply_changes", "create_platform", "expire_lots", "sweep_promotion", "sync_deposits", "top_up"}


def test_all_that_a_stranger_may_do_leaves_the_wallets_credits_and_numbers(world: World, alice: Credit) -> None:
    stranger = world.wallet("stranger")
    source = tokens.fund(world.machine, alice.platform.operator.pubkey(), 10**9)
    world.grant(alice, 10, world.machine.now + 60, source=source)
    job = world.lock(alice, tier=None, amount=30, seconds=60)
    before = world.account(alice)
    world.machine.advance(60)
    world.refund(job, stranger)
    world.do(calls_of_credits.expire_lots(alice))
    world.buy(alice, 100, payer=stranger)
    gift = tokens.transfer(
        source=replace(alice, wallet=stranger).tokens,
        destination=alice.vault,
        owner=stranger.pubkey(),
        base_units=100 * CREDIT,
    )
    assert world.machine.send([gift], [stranger]).reason is None
    world.do(calls_of_credits.sync_deposits(alice, authority=stranger))
    after = world.account(alice)
    assert (after.sequence, after.job_ids, after.limits.used) == (before.sequence, before.job_ids, 0)
    assert everything_back(world, alice) == BOUGHT + 200


# USDC's issuer


def test_what_the_issuer_froze_is_all_there_once_it_is_thawed(world: World, alice: Credit) -> None:
    """Refunds do not even wait for it."""
    job = world.lock(alice, tier=None, amount=PER_JOB)
    tokens.freeze(world.machine, alice.vault)
    assert world.attempt(world.withdrawing(alice, 1)).reason is not None
    world.refund(job)
    tokens.thaw(world.machine, alice.vault)
    assert everything_back(world, alice) == BOUGHT


def test_a_frozen_treasury_holds_up_nothing_of_the_wallets(world: World, alice: Credit) -> None:
    job = world.lock(alice, tier=None, amount=PER_JOB)
    tokens.freeze(world.machine, alice.platform.treasury)
    assert world.attempt(world.settling(job, 1)).reason is not None
    assert everything_back(world, alice) == BOUGHT


# The RPC node


def test_a_node_changes_nothing_of_what_was_signed(world: World, alice: Credit) -> None:
    """Any byte of it: a withdrawal to another account, or of another amount, has no valid signature."""
    call = world.withdrawing(alice, 10)
    signed = bytes(world.machine.transaction(call.all(), call.signers, payer=alice.wallet))
    before = world.snapshot()
    message = 1 + 64
    for place in range(message, len(signed)):
        changed = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
        try:
            transaction = VersionedTransaction.from_bytes(changed)
        except ValueError:
            continue
        result = world.machine.svm.send_transaction(transaction)
        assert "SignatureFailure" in str(result.err()) or "Sanitize" in str(result.err())  # type: ignore[union-attr]
    assert world.snapshot() == before
    assert world.machine.send_transaction(VersionedTransaction.from_bytes(signed)).reason is None


def test_a_forged_answer_of_a_node_moves_nothing(world: World, alice: Credit, decentral: Platform) -> None:
    """Whatever it says about a platform or an account, the program compares with what is there."""
    thief = world.opened(decentral, "thief")
    tricked = [
        world.buying(alice, 100).with_accounts(vault=thief.vault),
        world.buying(alice, 100).with_accounts(platform=thief.platform.address, credit_account=thief.address),
        world.withdrawing(alice, 10, destination=thief.tokens),
        world.closing(alice, destination=thief.tokens),
        world.closing(alice).with_accounts(rent_payer=thief.wallet.pubkey()),
    ]
    for call in tricked:
        assert world.attempt(call).reason is not None
    assert everything_back(world, alice) == BOUGHT


# Helpers


def _try_lock(world: World, credit: Credit, amount: int, seconds: int = 60) -> JobRef | None:
    job, call = world.locking(credit, tier=None, amount=amount, seconds=seconds)
    outcome = world.attempt(call)
    if outcome.reason is None:
        return job
    assert isinstance(outcome.reason, type)
    assert issubclass(outcome.reason, ProgramRefusal)
    return None


def _take_all(world: World, credit: Credit) -> None:
    for amount in range(PER_JOB, 0, -1):
        while (job := _try_lock(world, credit, amount)) is not None:
            world.settle(job, amount)


def _charges(world: World) -> list[tuple[int, int]]:
    """Time and credits of each settlement, from the events."""
    return [(event.at, event.charged) for event in world.machine.events if isinstance(event, JobSettled)]


def _period_starts(world: World) -> set[int]:
    """When the periods of the limits began that locks counted in, from the events."""
    return {event.limit_period for event in world.machine.events if isinstance(event, JobLocked)}


def _platform(world: World, platform: Platform) -> PlatformAccount:
    return PlatformAccount.decode(world.machine.data(platform.address))
