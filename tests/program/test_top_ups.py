"""Automatic top-up: what a rule buys, when, and how often."""

from dataclasses import replace

import pytest
from job_escrow.addresses import top_up_address
from job_escrow.bounds import ALWAYS, MAX_CREDITS, MAX_PERIOD_SECONDS
from job_escrow.codec import (
    AboveTopUpCap,
    CreditsToppedUp,
    InvalidExpiry,
    InvalidTopUpRule,
    Pack,
    PackChanged,
    PromotionTooLow,
    TopUpArgs,
    TopUpEnded,
    TopUpExpired,
    TopUpNotDue,
    TopUpPriceDiffers,
    TopUpRemoved,
    TopUpRuleExists,
    TopUpRuleLeft,
    TopUpSet,
    TopUpTwiceInASlot,
    TopUpWithoutLimits,
    WrongPromotion,
)
from program_harness import calls, calls_of_admin, calls_of_credits, calls_of_top_ups, tokens
from program_harness.calls_of_top_ups import NO_PACK, delegate_of, rule_of
from program_harness.parties import Credit, Platform
from program_harness.top_ups import TopUps
from program_harness.world import DAY, PLENTY, World

PRICE = 10_000
PACK = Pack(credits=125, bonus_credits=25)


@pytest.fixture
def ruled(low: Credit, top_ups: TopUps, world: World) -> Credit:
    """An account with 99 credits, and a rule: 200 below 100, three times a day."""
    top_ups.set(low)
    world.settle(world.lock(low, tier=None, amount=1), 1)
    return low


def of_pack(credit: Credit, **changes: int) -> TopUpArgs:
    return replace(rule_of(credit, credits=125), pack=0, bonus_credits=25, **changes)


def test_anybody_buys_what_the_rule_says(world: World, top_ups: TopUps, ruled: Credit) -> None:
    had = tokens.amount_of(world.machine, ruled.tokens)
    sequence = world.account(ruled).sequence
    outcome = top_ups.run(ruled)
    account = world.account(ruled)
    assert (account.paid_available, account.purchased, account.liabilities) == (299, 300, 299)
    assert world.vault(ruled) == 299 * PRICE
    assert tokens.amount_of(world.machine, ruled.tokens) == had - 200 * PRICE
    assert account.last_topup_at == world.machine.now
    # A stranger's doing uses up none of the wallet's numbers.
    assert account.sequence == sequence
    (event,) = outcome.events
    assert isinstance(event, CreditsToppedUp)
    assert (event.credits, event.base_units, event.bonus_credits, event.promotion_base_units) == (
        *(200, 200 * PRICE),
        *(0, 0),
    )
    assert (event.source, event.pack, event.synced, event.at) == (ruled.tokens, NO_PACK, 0, world.machine.now)
    assert (event.before.paid_available, event.after.paid_available) == (99, 299)
    rule = top_ups.read(ruled)
    assert (event.period_started_at, event.used_base_units, event.slot) == (
        *(rule.period_started_at, rule.used_base_units),
        rule.last_slot,
    )
    assert rule.used_base_units == 200 * PRICE


def test_what_a_rule_says_is_stored_and_told(world: World, top_ups: TopUps, low: Credit) -> None:
    sponsor = world.person("sponsor")
    args = replace(rule_of(low), expires_at=world.machine.now + DAY)
    before = world.account(low).sequence
    lamports = world.machine.lamports(sponsor.pubkey())
    outcome = top_ups.set(low, args, payer=sponsor)
    rule = top_ups.read(low)
    for name in ("threshold", "credits", "base_units", "bonus_credits", "base_units_per_period", "period_seconds"):
        assert getattr(rule, name) == getattr(args, name)
    assert (rule.expires_at, rule.pack, rule.sequence) == (args.expires_at, NO_PACK, before + 1)
    assert (rule.credit_account, rule.source, rule.delegate) == (low.address, low.tokens, delegate_of(low))
    assert (rule.used_base_units, rule.period_started_at, rule.last_slot) == (0, 0, 0)
    assert (rule.version, rule.compatible_from, rule.rent_payer) == (1, 1, sponsor.pubkey())
    rent = lamports - world.machine.lamports(sponsor.pubkey())
    assert rent == world.machine.lamports(top_up_address(low.address)) > 0
    (event,) = outcome.events
    assert isinstance(event, TopUpSet)
    assert (event.rule, event.sequence, event.expires_at) == (
        *(top_up_address(low.address), before + 1),
        args.expires_at,
    )
    outcome = top_ups.remove(low)
    (removed,) = outcome.events
    assert isinstance(removed, TopUpRemoved)
    assert removed.sequence == world.account(low).sequence == before + 2
    assert not top_ups.is_set(low)
    assert world.machine.lamports(sponsor.pubkey()) == lamports


def test_it_is_due_below_the_threshold(world: World, top_ups: TopUps, low: Credit) -> None:
    top_ups.set(low)
    world.machine.advance(1)
    world.refused(TopUpNotDue, top_ups.running(low))
    world.settle(world.lock(low, tier=None, amount=1), 1)
    top_ups.run(low)


def test_what_is_locked_is_left(world: World, top_ups: TopUps, low: Credit) -> None:
    """Else whoever locks, tops up and refunds would have bought more than the wallet wants."""
    top_ups.set(low)
    job = world.lock(low, tier=None, amount=60)
    world.refused(TopUpNotDue, top_ups.running(low))
    world.settle(job, 1)
    top_ups.run(low)


def test_granted_credits_are_left_until_they_expire(world: World, decentral: Platform, top_ups: TopUps) -> None:
    """Also those that a job still holds: they expire as they come back."""
    credit = world.opened(decentral, "alice", buy=100)
    top_ups.set(credit, rule_of(credit, threshold=101))
    source = tokens.fund(world.machine, decentral.operator.pubkey(), PLENTY)
    world.grant(credit, 50, world.machine.now + 100, source=source)
    world.lock(credit, tier=None, amount=20)
    world.machine.advance(99)
    world.refused(TopUpNotDue, top_ups.running(credit))
    world.machine.advance(1)
    top_ups.run(credit)
    account = world.account(credit)
    assert (account.paid_available, account.granted_available, account.granted_locked) == (300, 30, 20)


def test_deposits_are_credits_first(world: World, top_ups: TopUps, ruled: Credit) -> None:
    """Of what is in the vault already, nothing is bought again."""
    world.deposit(ruled, PRICE)
    world.refused(TopUpNotDue, top_ups.running(ruled))
    world.do(calls_of_credits.sync_deposits(ruled, authority=ruled.wallet))
    world.settle(world.lock(ruled, tier=None, amount=11), 11)
    world.deposit(ruled, 10 * PRICE - 1)
    (event,) = top_ups.run(ruled).events
    assert isinstance(event, CreditsToppedUp)
    assert (event.synced, event.before.paid_available, event.after.paid_available) == (9, 89, 298)
    assert world.account(ruled).synced == 10


def test_always_with_a_cap_is_a_subscription(world: World, top_ups: TopUps, low: Credit) -> None:
    top_ups.set(low, replace(rule_of(low, threshold=ALWAYS, times=1), period_seconds=30 * DAY))
    top_ups.run(low)
    world.machine.advance(30 * DAY - 1)
    world.refused(AboveTopUpCap, top_ups.running(low))
    world.machine.advance(1)
    top_ups.run(low)
    assert world.account(low).paid_available == 500


def test_a_cap_is_for_each_period(world: World, top_ups: TopUps, low: Credit) -> None:
    """It is in base units, so that it says what may leave the wallet. Around the end of a period twice as much may."""
    args = replace(rule_of(low, threshold=ALWAYS), base_units_per_period=3 * 200 * PRICE - 1)
    top_ups.set(low, args)
    top_ups.run(low)
    began = world.machine.now
    world.machine.move_clock_to(began + DAY - 1)
    top_ups.run(low)
    world.machine.advance(0)
    world.refused(AboveTopUpCap, top_ups.running(low))
    world.machine.advance(1)
    for _ in range(2):
        top_ups.run(low)
    rule = top_ups.read(low)
    assert (rule.period_started_at, rule.used_base_units) == (began + DAY, 2 * 200 * PRICE)
    world.machine.advance(0)
    world.refused(AboveTopUpCap, top_ups.running(low))


def test_a_clock_that_goes_back_begins_no_period(world: World, top_ups: TopUps, low: Credit) -> None:
    top_ups.set(low, rule_of(low, threshold=ALWAYS, times=1))
    top_ups.run(low)
    world.machine.advance(-2 * DAY)
    world.refused(AboveTopUpCap, top_ups.running(low))


def test_one_in_a_slot(world: World, top_ups: TopUps, low: Credit) -> None:
    top_ups.set(low, rule_of(low, threshold=ALWAYS))
    world.refused(TopUpTwiceInASlot, top_ups.running(low), top_ups.running(low))
    top_ups.run(low)
    world.refused(TopUpTwiceInASlot, top_ups.running(low))
    top_ups.run(low)


def test_a_rule_expires_to_the_second(world: World, top_ups: TopUps, low: Credit) -> None:
    args = replace(rule_of(low, threshold=ALWAYS), expires_at=world.machine.now + 100)
    top_ups.set(low, args)
    world.machine.advance(99)
    top_ups.run(low)
    world.machine.advance(1)
    world.refused(TopUpExpired, top_ups.running(low))


def test_a_withdrawal_ends_the_rule(world: World, top_ups: TopUps, ruled: Credit) -> None:
    """Whoever takes credits out does not want new ones bought, and pays for no other account to say so."""
    world.withdraw(ruled, 1)
    world.machine.advance(1)
    world.refused(TopUpEnded, top_ups.running(ruled))
    # Setting it again is the wallet's to do, and takes one transaction.
    sequence = world.account(ruled).sequence
    world.refused(TopUpRuleExists, top_ups.setting(ruled))
    world.do(top_ups.removing(ruled), top_ups.setting(ruled, sequence=sequence + 2))
    top_ups.run(ruled)


def test_a_rule_that_is_set_anew_begins_its_own_period(world: World, top_ups: TopUps, low: Credit) -> None:
    once = rule_of(low, threshold=ALWAYS, times=1)
    top_ups.set(low, once)
    top_ups.run(low)
    sequence = world.account(low).sequence
    world.do(top_ups.removing(low), top_ups.setting(low, once, sequence=sequence + 2))
    top_ups.run(low)
    assert world.account(low).paid_available == 500


def test_a_close_wants_the_rule_gone(world: World, top_ups: TopUps, ruled: Credit) -> None:
    """So that its rent is not forgotten. Both fit into one transaction."""
    world.machine.advance(1)
    world.refused(TopUpRuleLeft, world.closing(ruled))
    world.withdraw(ruled)
    world.machine.advance(1)
    world.refused(TopUpRuleLeft, world.closing(ruled))
    world.do(top_ups.removing(ruled), world.closing(ruled))
    assert world.machine.get(ruled.address) is None


def test_an_account_that_is_opened_again_has_no_rule(world: World, top_ups: TopUps, ruled: Credit) -> None:
    world.machine.advance(1)
    world.do(top_ups.removing(ruled), world.closing(ruled))
    world.machine.advance(1)
    world.open(ruled)
    assert world.account(ruled).top_up == 0
    top_ups.set(ruled)
    top_ups.run(ruled)
    assert world.account(ruled).paid_available == 200


def test_nothing_is_bought_while_the_operator_may_lock_nothing(world: World, top_ups: TopUps, ruled: Credit) -> None:
    """A wallet that has taken its operator's right away spends no more on it."""
    world.do(calls.set_limits(ruled, calls.NO_LIMITS))
    world.machine.advance(1)
    world.refused(TopUpWithoutLimits, top_ups.running(ruled))
    world.set_limits(ruled, calls.OPEN_LIMITS)
    top_ups.run(ruled)


def test_a_rule_may_buy_packs(world: World, decentral: Platform, top_ups: TopUps, low: Credit) -> None:
    world.offer(decentral, PACK, promotion=25 * PRICE)
    top_ups.set(low, of_pack(low, threshold=ALWAYS))
    (event,) = top_ups.run(low).events
    assert isinstance(event, CreditsToppedUp)
    assert (event.credits, event.bonus_credits, event.promotion_base_units, event.pack) == (125, 25, 25 * PRICE, 0)
    account = world.account(low)
    assert (account.paid_available, account.bonus, account.promotion_backing) == (250, 25, 25 * PRICE)
    world.machine.advance(1)
    world.refused(PromotionTooLow, top_ups.running(low))
    world.refused(WrongPromotion, calls_of_top_ups.top_up(low))


def test_more_bonus_is_taken_and_less_refused(world: World, decentral: Platform, top_ups: TopUps, low: Credit) -> None:
    world.offer(decentral, PACK, promotion=1_000 * PRICE)
    top_ups.set(low, of_pack(low, threshold=ALWAYS))
    for changed in (replace(PACK, bonus_credits=24), replace(PACK, credits=124), replace(PACK, credits=126)):
        world.do(calls_of_admin.set_pack(decentral, 0, changed))
        world.machine.advance(1)
        world.refused(PackChanged, top_ups.running(low))
    world.do(calls_of_admin.set_pack(decentral, 0, replace(PACK, bonus_credits=26)))
    top_ups.run(low)
    assert world.account(low).bonus == 26


def test_a_pack_without_a_bonus_needs_no_promotion_account(
    world: World, decentral: Platform, top_ups: TopUps, low: Credit
) -> None:
    world.do(calls_of_admin.set_pack(decentral, 0, Pack(credits=125, bonus_credits=0)))
    top_ups.set(low, _bare(low))
    call = top_ups.running(low)
    accounts = {name: address for name, address in call.accounts.items() if name != "promotion"}
    world.machine.advance(1)
    world.do(replace(call, accounts=accounts))
    assert world.account(low).paid_available == 225


def _bare(credit: Credit) -> TopUpArgs:
    return replace(rule_of(credit, credits=125, threshold=ALWAYS), pack=0)


@pytest.mark.parametrize(
    "changes",
    [
        {"threshold": 0},
        {"threshold": MAX_CREDITS + 1},
        {"threshold": ALWAYS - 1},
        {"credits": 0, "base_units": 0},
        {"credits": MAX_CREDITS + 1, "base_units": (MAX_CREDITS + 1) * PRICE, "base_units_per_period": 2**63},
        {"base_units_per_period": 200 * PRICE - 1},
        {"base_units_per_period": 0},
        {"period_seconds": 0},
        {"period_seconds": MAX_PERIOD_SECONDS + 1},
        {"period_seconds": 2**64 - 1},
        {"pack": 4},
        {"pack": 254},
        {"bonus_credits": 1},
        {"pack": 0, "bonus_credits": MAX_CREDITS + 1},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(
    world: World, top_ups: TopUps, low: Credit, changes: dict[str, int]
) -> None:
    world.refused(InvalidTopUpRule, top_ups.setting(low, replace(rule_of(low), **changes)))


@pytest.mark.parametrize(
    "changes",
    [
        {"threshold": 1},
        {"threshold": MAX_CREDITS},
        {"threshold": ALWAYS},
        {"base_units_per_period": 200 * PRICE},
        {"base_units_per_period": 2**64 - 1},
        {"period_seconds": 1},
        {"period_seconds": MAX_PERIOD_SECONDS},
        {"pack": 3, "bonus_credits": MAX_CREDITS},
        {"pack": 3},
        {"credits": MAX_CREDITS, "base_units": MAX_CREDITS * PRICE, "base_units_per_period": 2**64 - 1},
    ],
)
def test_a_rule_at_its_bounds_is_taken(world: World, top_ups: TopUps, low: Credit, changes: dict[str, int]) -> None:
    top_ups.set(low, replace(rule_of(low), **changes))


@pytest.mark.parametrize("expires_at", [0, -(2**63), "now"])
def test_a_rule_that_has_expired_is_refused(world: World, top_ups: TopUps, low: Credit, expires_at: int | str) -> None:
    at = world.machine.now if isinstance(expires_at, str) else expires_at
    world.refused(InvalidExpiry, top_ups.setting(low, replace(rule_of(low), expires_at=at)))


@pytest.mark.parametrize("difference", [-1, 1])
def test_a_rule_names_the_price_that_it_was_shown(world: World, top_ups: TopUps, low: Credit, difference: int) -> None:
    args = rule_of(low)
    world.refused(TopUpPriceDiffers, top_ups.setting(low, replace(args, base_units=args.base_units + difference)))
