"""Packs (Y3, A6): a bonus that the platform's promotion pays for, spendable at once and never withdrawn."""

from dataclasses import replace

import pytest
from job_escrow.codec import (
    AccountClosed,
    CreditsPurchased,
    CreditsWithdrawn,
    JobSettled,
    NothingToSweep,
    NothingToWithdraw,
    Pack,
    PlatformChanged,
    PromotionSwept,
    PromotionWithdrawn,
    TreasuryCannotReceive,
    WrongPromotion,
)
from job_escrow.presets import load_preset
from program_harness import calls_of_admin, calls_of_credits, past_the_program, tokens
from program_harness.machine import Outcome
from program_harness.parties import Credit, Platform
from program_harness.replay import Replay
from program_harness.world import World
from solders.pubkey import Pubkey

PRICE = 400
PACK = Pack(credits=12_500, bonus_credits=2_500)
PROMOTION = 10_000_000
NOBODY = Pubkey.default()


@pytest.fixture
def platform(world: World) -> Platform:
    """Resayil's, with its pack of 15,000 credits for 5.00."""
    made = world.create_platform(replace(load_preset("resayil"), fee_bps=1_000))
    world.offer(made, PACK, promotion=PROMOTION)
    return made


@pytest.fixture
def credit(world: World, platform: Platform) -> Credit:
    """An account without credits."""
    return world.opened(platform, "alice")


def own(world: World, credit: Credit) -> int:
    return tokens.amount_of(world.machine, credit.tokens)


def only(outcome: Outcome) -> object:
    (event,) = outcome.events
    return event


def test_y3_the_pack_of_15000_costs_5_is_all_lockable_and_withdraws_5(
    world: World, platform: Platform, credit: Credit
) -> None:
    had = own(world, credit)
    bought = only(world.buy_pack(credit))
    assert isinstance(bought, CreditsPurchased)
    assert (bought.credits, bought.bonus_credits, bought.pack) == (12_500, 2_500, 0)
    assert (bought.base_units, bought.promotion_base_units) == (5_000_000, 1_000_000)
    assert had - own(world, credit) == 5_000_000
    assert world.account(credit).paid_available == 15_000
    assert (world.vault(credit), world.promotion(platform)) == (6_000_000, PROMOTION - 1_000_000)

    job = world.lock(credit, tier=None, amount=15_000)
    assert world.account(credit).paid_locked == 15_000
    world.refund(job)
    paid = only(world.withdraw(credit))
    assert isinstance(paid, CreditsWithdrawn)
    assert (paid.credits, paid.base_units, paid.promotion_owed) == (15_000, 5_000_000, 1_000_000)
    assert own(world, credit) == had
    swept = only(world.do(calls_of_credits.sweep_promotion(credit, platform.promotion)))
    assert isinstance(swept, PromotionSwept)
    assert (swept.base_units, swept.destination) == (1_000_000, platform.promotion)
    assert (world.vault(credit), world.promotion(platform)) == (0, PROMOTION)
    account = world.account(credit)
    assert (account.purchased, account.bonus, account.withdrawn) == (12_500, 2_500, 15_000)
    assert (account.promotion_backing, account.promotion_owed) == (0, 0)


def test_what_is_spent_takes_its_share_of_the_promotion_to_the_treasury(
    world: World, platform: Platform, credit: Credit
) -> None:
    world.buy_pack(credit)
    settled = only(world.settle(world.lock(credit, tier=None, amount=3_000), 3_000))
    assert isinstance(settled, JobSettled)
    assert (settled.treasury_base_units, settled.promotion_base_units) == (1_200_000, 200_000)
    assert (world.earned(platform), world.account(credit).promotion_backing) == (1_200_000, 800_000)
    world.withdraw(credit, 6_000)
    account = world.account(credit)
    assert (account.promotion_backing, account.promotion_owed) == (400_000, 400_000)


def test_a_payee_earns_nothing_of_what_promotion_has_paid(world: World, platform: Platform, credit: Credit) -> None:
    owner = world.wallet("provider", base_units=0)
    account = tokens.fund(world.machine, owner.pubkey(), 0)
    registration = world.register_payee(platform, owner.pubkey(), account)
    world.buy_pack(credit)
    job = world.lock(credit, tier=None, amount=3_000, payee=registration)
    for amount in range(0, 3_001, 7):
        world.settle(job, amount, is_final=False, payee=account)
    assert world.job(job).payee_base_units == 2_996 * PRICE - (1_000_000 - world.account(credit).promotion_backing)
    world.settle(job, 3_000, payee=account)
    # 1,200,000 less the promotion's share, which was rounded down at each of 430 settlements, less the fee of 10%.
    promotion = 1_000_000 - world.account(credit).promotion_backing
    assert 200_000 - 430 < promotion <= 200_000
    base = 1_200_000 - promotion
    assert tokens.amount_of(world.machine, account) == base - base // 10
    assert world.earned(platform) == 1_200_000 - tokens.amount_of(world.machine, account)


def test_credits_without_a_pack_share_what_promotion_has_paid(world: World, credit: Credit) -> None:
    """Cost basis is an average: whoever buys on and withdraws half gets half of what all of it cost."""
    world.buy_pack(credit)
    world.buy(credit, 15_000)
    paid = only(world.withdraw(credit, 15_000))
    assert isinstance(paid, CreditsWithdrawn)
    assert (paid.base_units, paid.promotion_owed) == ((5_000_000 + 6_000_000) // 2, 500_000)


def test_anybody_may_pay_for_a_pack(world: World, credit: Credit) -> None:
    friend = world.wallet("friend")
    had = tokens.amount_of(world.machine, replace(credit, wallet=friend).tokens)
    event = only(world.buy_pack(credit, payer=friend))
    assert isinstance(event, CreditsPurchased)
    assert (event.payer, event.sequence) == (friend.pubkey(), 0)
    assert had - tokens.amount_of(world.machine, replace(credit, wallet=friend).tokens) == 5_000_000
    assert world.account(credit).paid_available == 15_000


def test_a_pack_without_a_bonus_takes_nothing_of_the_promotion(
    world: World, platform: Platform, credit: Credit
) -> None:
    world.do(calls_of_admin.set_pack(platform, 3, Pack(credits=1, bonus_credits=0)))
    world.buy_pack(credit, 3)
    assert (world.account(credit).paid_available, world.account(credit).promotion_backing) == (1, 0)
    assert world.promotion(platform) == PROMOTION


def test_more_bonus_than_was_expected_is_the_buyers(world: World, platform: Platform, credit: Credit) -> None:
    call = world.buying_pack(credit)
    world.do(calls_of_admin.set_pack(platform, 0, replace(PACK, bonus_credits=5_000)))
    world.do(call)
    assert world.account(credit).paid_available == 17_500


def test_deposits_are_what_is_beyond_credits_and_promotion(world: World, credit: Credit) -> None:
    world.buy_pack(credit)
    world.withdraw(credit, 15_000)
    world.deposit(credit, 5_000 * PRICE + 3)
    world.do(calls_of_credits.sync_deposits(credit, authority=credit.wallet))
    account = world.account(credit)
    assert (account.synced, account.promotion_owed) == (5_000, 1_000_000)
    had = own(world, credit)
    world.withdraw(credit)
    assert own(world, credit) - had == 5_000 * PRICE + 3
    assert world.vault(credit) == 1_000_000


def test_what_would_pay_nothing_is_not_withdrawn(world: World) -> None:
    """The last credit of a pack of 1 and 1 may be the promotion's alone."""
    platform = world.create_platform(replace(load_preset("decentral"), base_units_per_credit=1, min_purchase=1))
    world.offer(platform, Pack(credits=1, bonus_credits=1), promotion=1)
    credit = world.opened(platform, "alice")
    world.buy_pack(credit)
    world.settle(world.lock(credit, tier=None, amount=1), 1)
    assert world.account(credit).promotion_backing == 1
    world.refused(NothingToWithdraw, world.withdrawing(credit, None))
    world.machine.advance(1)
    world.close(credit)
    assert world.promotion(platform) == 1


def test_the_largest_amounts_are_exact(world: World) -> None:
    """A full account at the highest price: no product leaves 64 bits, and nothing is rounded but once a step."""
    most = 2**32 - 1
    terms = replace(load_preset("decentral"), base_units_per_credit=most, min_purchase=1)
    platform = world.create_platform(terms)
    world.offer(platform, Pack(credits=1, bonus_credits=0), promotion=0)
    credit = Credit(platform, world.wallet("rich", base_units=0))
    tokens.fund(world.machine, credit.wallet.pubkey(), 0)
    world.open(credit)
    bonus = most // 2
    backing = bonus * most
    past_the_program.change_account(
        world.machine,
        credit,
        liabilities=most,
        paid_available=most,
        purchased=most - bonus,
        bonus=bonus,
        promotion_backing=backing,
    )
    tokens.put_token_account(world.machine, credit.vault, owner=credit.address, amount=most * most)
    paid, owed = most, 0
    for step in (1, 2, 3, 1_000_003, 2**30 - 1, 7):
        settled = only(world.settle(world.lock(credit, tier=None, amount=step), step))
        assert isinstance(settled, JobSettled)
        assert settled.promotion_base_units == backing * step // paid
        backing -= backing * step // paid
        paid -= step
        withdrawn = only(world.withdraw(credit, step))
        assert isinstance(withdrawn, CreditsWithdrawn)
        assert withdrawn.promotion_owed == -(-backing * step // paid)
        backing -= withdrawn.promotion_owed
        owed += withdrawn.promotion_owed
        paid -= step
        account = world.account(credit)
        assert (account.paid_available, account.promotion_backing, account.promotion_owed) == (paid, backing, owed)
    world.withdraw(credit)
    assert (world.account(credit).promotion_backing, world.vault(credit)) == (0, world.account(credit).promotion_owed)


# Where what is owed goes


def owing(world: World, credit: Credit) -> int:
    """Leave 400,000 base units behind paid credits, and as many that are owed."""
    world.buy_pack(credit)
    world.withdraw(credit, 6_000)
    world.settle(world.lock(credit, tier=None, amount=3_000), 3_000)
    account = world.account(credit)
    assert (account.promotion_backing, account.promotion_owed) == (400_000, 400_000)
    return own(world, credit)


def test_a_sweep_goes_to_the_promotion_account_once(world: World, platform: Platform, credit: Credit) -> None:
    owing(world, credit)
    before = world.promotion(platform)
    world.refused(WrongPromotion, calls_of_credits.sweep_promotion(credit))
    world.do(calls_of_credits.sweep_promotion(credit, platform.promotion))
    assert (world.promotion(platform), world.account(credit).promotion_owed) == (before + 400_000, 0)
    world.refused(NothingToSweep, calls_of_credits.sweep_promotion(credit, platform.promotion))


def test_a_sweep_goes_to_the_treasury_where_the_promotion_account_is_frozen(
    world: World, platform: Platform, credit: Credit
) -> None:
    owing(world, credit)
    before = world.earned(platform)
    tokens.freeze(world.machine, platform.promotion)
    event = only(world.do(calls_of_credits.sweep_promotion(credit, platform.promotion)))
    assert isinstance(event, PromotionSwept)
    assert (event.destination, world.earned(platform) - before) == (platform.treasury, 400_000)


def test_a_sweep_goes_to_the_treasury_where_there_is_no_promotion_account(
    world: World, platform: Platform, credit: Credit
) -> None:
    owing(world, credit)
    before = world.earned(platform)
    past_the_program.change_platform(world.machine, platform, promotion=NOBODY)
    world.do(calls_of_credits.sweep_promotion(credit))
    assert world.earned(platform) - before == 400_000


def test_a_close_gives_promotion_back_and_the_wallet_the_rest(world: World, platform: Platform, credit: Credit) -> None:
    had, before = owing(world, credit), world.promotion(platform)
    world.deposit(credit, 11)
    world.machine.advance(1)
    world.refused(WrongPromotion, replace(world.closing(credit), accounts=_without_promotion(world, credit)))
    event = only(world.close(credit))
    assert isinstance(event, AccountClosed)
    assert (event.promotion_base_units, event.treasury_base_units) == (800_000, 0)
    # 6,000 credits were left, which had cost 5/6 of their price.
    assert (event.wallet_base_units, own(world, credit) - had) == (2_000_011, 2_000_000)
    assert world.promotion(platform) - before == 800_000


def _without_promotion(world: World, credit: Credit) -> dict[str, Pubkey]:
    return {name: account for name, account in world.closing(credit).accounts.items() if name != "promotion"}


@pytest.mark.parametrize("how", ["frozen", "none"])
def test_a_close_pays_the_treasury_what_the_promotion_account_cannot_get(
    world: World, platform: Platform, credit: Credit, how: str
) -> None:
    had, before = owing(world, credit), world.earned(platform)
    if how == "frozen":
        tokens.freeze(world.machine, platform.promotion)
    else:
        past_the_program.change_platform(world.machine, platform, promotion=NOBODY)
    world.machine.advance(1)
    event = only(world.close(credit))
    assert isinstance(event, AccountClosed)
    assert (event.promotion_base_units, event.treasury_base_units) == (0, 800_000)
    assert (own(world, credit) - had, world.earned(platform) - before) == (2_000_000, 800_000)


def test_where_neither_can_be_paid_a_withdrawal_still_works(world: World, platform: Platform, credit: Credit) -> None:
    had = owing(world, credit)
    for account in (platform.promotion, platform.treasury):
        tokens.freeze(world.machine, account)
    world.machine.advance(1)
    world.refused(TreasuryCannotReceive, world.closing(credit))
    world.withdraw(credit)
    assert own(world, credit) - had == 2_000_000


# The admin


def test_promotion_is_taken_back_into_the_treasury(world: World, platform: Platform) -> None:
    before = world.earned(platform)
    event = only(world.do(calls_of_admin.withdraw_promotion(platform, PROMOTION)))
    assert isinstance(event, PromotionWithdrawn)
    assert (event.source, event.destination) == (platform.promotion, platform.treasury)
    assert (world.promotion(platform), world.earned(platform) - before) == (0, PROMOTION)


def test_packs_and_the_promotion_account_are_in_the_events_of_a_platform(world: World, platform: Platform) -> None:
    event = only(world.do(calls_of_admin.set_pack(platform, 3, Pack(credits=7, bonus_credits=1))))
    assert isinstance(event, PlatformChanged)
    assert (event.packs[0], event.packs[3], event.change) == (PACK, Pack(credits=7, bonus_credits=1), 5)
    assert event.promotion == platform.promotion
    gone = only(world.do(calls_of_admin.set_pack(platform, 0, None)))
    assert isinstance(gone, PlatformChanged)
    assert gone.packs[0] == Pack(credits=0, bonus_credits=0)
    assert world.platform(platform).packs == gone.packs


def test_events_alone_rebuild_what_promotion_has_paid(world: World, credit: Credit) -> None:
    owing(world, credit)
    replayed = Replay(world.machine.events).accounts[credit.address]
    assert replayed == world.account(credit)
