"""Attacks on automatic top-up: other people's tokens, other platforms' allowances, more than the wallet has signed."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from job_escrow.addresses import delegate_address, top_up_address
from job_escrow.bounds import ALWAYS, MAX_CREDITS
from job_escrow.codec import (
    AboveTopUpCap,
    AmountTooLarge,
    BelowMinimumPurchase,
    CreditAccount,
    InsufficientFunds,
    NotTheWallet,
    Paused,
    TopUpAllowanceTooLow,
    TopUpEnded,
    TopUpNotApproved,
    TopUpNotDue,
    TopUpPriceDiffers,
    TopUpRule,
    TopUpSourceClosed,
    TopUpSourceFrozen,
    TopUpSourceNotTheWallets,
    WrongDelegate,
    WrongMint,
    WrongPlatform,
    WrongRentPayer,
    WrongSequence,
    WrongTopUpRule,
    WrongTopUpSource,
)
from job_escrow.tokens import revoke
from program_harness import calls_of_admin, past_the_program, tokens
from program_harness.calls_of_top_ups import rule_of
from program_harness.keys import key
from program_harness.parties import Credit, Platform
from program_harness.reasons import Runtime
from program_harness.snapshot import TOKEN_2022_PROGRAM_ID
from program_harness.top_ups import TopUps
from program_harness.world import DAY, World
from solders.pubkey import Pubkey
from solders.token.state import TokenAccountState

PRICE = 10_000
TEAM = b"team".ljust(16, b"\0")


@pytest.fixture
def ruled(low: Credit, top_ups: TopUps, world: World) -> Credit:
    """An account with 50 credits, and a rule that is due: 200 below 100, three times a day."""
    world.withdraw(low, 50)
    top_ups.set(low)
    world.machine.advance(1)
    return low


def approve(world: World, credit: Credit, delegate: Pubkey, base_units: int = 2**63) -> None:
    step = tokens.approve(source=credit.tokens, delegate=delegate, owner=credit.wallet.pubkey(), base_units=base_units)
    assert world.machine.send([step], [credit.wallet]).reason is None


# Whose tokens


def test_a_rule_of_another_platform_buys_nothing_here(world: World, ruled: Credit, top_ups: TopUps) -> None:
    """Anybody can make a platform, and a wallet that tries one out has allowed nothing on the others."""
    other = world.create_platform("decentral", name="other", admin="mallory", operator="mallory")
    there = world.opened(other, "alice")
    top_ups.set(there, approved=None)
    world.machine.advance(1)
    # The allowance that stands is for the first platform.
    world.refused(TopUpNotApproved, top_ups.running(there))
    for wrong in ("rule", "delegate", "platform", "credit_account"):
        accounts = {wrong: top_ups.running(ruled).accounts[wrong]}
        reason = {"rule": WrongTopUpRule, "delegate": WrongDelegate, "platform": WrongPlatform}
        world.refused(reason.get(wrong, WrongPlatform), top_ups.running(there).with_accounts(**accounts))
    assert world.account(there).purchased == 0


def test_an_allowance_for_one_platform_is_not_anothers(world: World, ruled: Credit, top_ups: TopUps) -> None:
    approve(world, ruled, delegate_address(key("another platform").pubkey(), ruled.wallet.pubkey()))
    world.refused(TopUpNotApproved, top_ups.running(ruled))


def test_another_wallets_tokens_pay_for_nothing(
    world: World, decentral: Platform, ruled: Credit, top_ups: TopUps
) -> None:
    """Even where the other wallet has a rule on the same platform, and an allowance with it."""
    bob = world.opened(decentral, "bob", buy=100)
    top_ups.set(bob, rule_of(bob, threshold=ALWAYS))
    world.machine.advance(1)
    world.refused(WrongTopUpSource, top_ups.running(ruled).with_accounts(source=bob.tokens))
    theirs = top_ups.running(bob).accounts
    both = {name: theirs[name] for name in ("source", "delegate")}
    world.refused(WrongTopUpSource, top_ups.running(ruled).with_accounts(**both))
    world.refused(WrongTopUpRule, top_ups.running(ruled).with_accounts(**both, rule=theirs["rule"]))
    world.refused(TopUpSourceNotTheWallets, top_ups.setting(bob, source=ruled.tokens, approved=None))


@pytest.mark.parametrize("whose", ["its own vault", "another namespace's vault", "another wallet's", "the treasury"])
def test_only_the_wallets_own_tokens_are_a_source(
    world: World, decentral: Platform, low: Credit, top_ups: TopUps, whose: str
) -> None:
    """With its own vault, credits would come from nothing."""
    source = {
        "its own vault": low.vault,
        "another namespace's vault": world.opened(decentral, "alice", TEAM, buy=100).vault,
        "another wallet's": world.opened(decentral, "bob").tokens,
        "the treasury": decentral.treasury,
    }[whose]
    world.refused(TopUpSourceNotTheWallets, top_ups.setting(low, source=source, approved=None))


def test_a_source_is_of_the_platforms_mint(world: World, low: Credit, top_ups: TopUps) -> None:
    foreign = tokens.make_mint(world.machine, "worthless")
    source = tokens.fund(world.machine, low.wallet.pubkey(), 10**12, foreign)
    world.refused(WrongMint, top_ups.setting(low, source=source))


def _closed(world: World, credit: Credit) -> None:
    world.machine.put(credit.tokens, lamports=0, owner=Pubkey.default(), data=b"")


def _a_wallets_key(world: World, credit: Credit) -> None:
    world.machine.put(credit.tokens, lamports=10**9, owner=Pubkey.default(), data=b"")


def _frozen(world: World, credit: Credit) -> None:
    tokens.freeze(world.machine, credit.tokens)


def _handed_on(world: World, credit: Credit) -> None:
    step = tokens.set_authority(credit.tokens, tokens.ACCOUNT_OWNER, key("mallory").pubkey(), credit.wallet.pubkey())
    assert world.machine.send([step], [credit.wallet]).reason is None


def _of_another_mint(world: World, credit: Credit) -> None:
    worthless = tokens.make_mint(world.machine, "worthless")
    owner = credit.wallet.pubkey()
    tokens.put_token_account(world.machine, credit.tokens, owner=owner, mint=worthless, amount=10**12)


def _of_token_2022(world: World, credit: Credit) -> None:
    owner = credit.wallet.pubkey()
    tokens.put_token_account(world.machine, credit.tokens, owner=owner, amount=10**12, program=TOKEN_2022_PROGRAM_ID)


def _not_initialized(world: World, credit: Credit) -> None:
    state = TokenAccountState.Uninitialized
    tokens.put_token_account(world.machine, credit.tokens, owner=credit.wallet.pubkey(), state=state)


def _revoked(world: World, credit: Credit) -> None:
    step = revoke(source=credit.tokens, owner=credit.wallet.pubkey())
    assert world.machine.send([step], [credit.wallet]).reason is None


def _of_another_delegate(world: World, credit: Credit) -> None:
    approve(world, credit, key("a subscription").pubkey())


def _allowed_one_base_unit_less(world: World, credit: Credit) -> None:
    rule = TopUpRule.decode(world.machine.data(top_up_address(credit.address)))
    approve(world, credit, rule.delegate, rule.base_units - 1)


def _one_base_unit_short(world: World, credit: Credit) -> None:
    left = tokens.amount_of(world.machine, credit.tokens) - (200 * PRICE - 1)
    step = tokens.transfer(
        source=credit.tokens,
        destination=tokens.fund(world.machine, key("somebody").pubkey(), 0),
        owner=credit.wallet.pubkey(),
        base_units=left,
    )
    assert world.machine.send([step], [credit.wallet]).reason is None


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_closed, TopUpSourceClosed),
        (_a_wallets_key, TopUpSourceClosed),
        (_of_token_2022, TopUpSourceClosed),
        (_not_initialized, TopUpSourceClosed),
        (_frozen, TopUpSourceFrozen),
        (_handed_on, TopUpSourceNotTheWallets),
        (_of_another_mint, WrongMint),
        (_revoked, TopUpNotApproved),
        (_of_another_delegate, TopUpNotApproved),
        (_allowed_one_base_unit_less, TopUpAllowanceTooLow),
        (_one_base_unit_short, InsufficientFunds),
    ],
)
def test_a_source_that_cannot_pay_all_of_it_pays_nothing(
    world: World, ruled: Credit, top_ups: TopUps, spoil: Callable[[World, Credit], None], reason: type
) -> None:
    spoil(world, ruled)
    world.refused(reason, top_ups.running(ruled))


def test_an_allowance_is_spent_to_the_last_base_unit_and_never_in_part(
    world: World, ruled: Credit, top_ups: TopUps
) -> None:
    delegate = top_ups.read(ruled).delegate
    approve(world, ruled, delegate, 200 * PRICE + 1)
    top_ups.run(ruled)
    world.settle(world.lock(ruled, tier=None, amount=250), 250)
    world.machine.advance(1)
    world.refused(TopUpAllowanceTooLow, top_ups.running(ruled))
    assert world.account(ruled).purchased == 300


def test_namespaces_share_an_allowance_and_nothing_else(
    world: World, decentral: Platform, ruled: Credit, top_ups: TopUps
) -> None:
    team = world.opened(decentral, "alice", TEAM)
    top_ups.set(team, approved=200 * PRICE)
    assert top_ups.read(team).delegate == top_ups.read(ruled).delegate
    top_ups.run(team)
    world.machine.advance(1)
    # The last unit approved leaves no delegate behind.
    world.refused(TopUpNotApproved, top_ups.running(ruled))
    world.refused(WrongTopUpRule, top_ups.running(ruled).with_accounts(rule=top_up_address(team.address)))


# What the wallet has signed


def test_nobody_else_sets_or_removes_a_rule(world: World, decentral: Platform, ruled: Credit, top_ups: TopUps) -> None:
    for other in (decentral.operator, decentral.admin, world.person("mallory")):
        world.refused(NotTheWallet, top_ups.removing(ruled).signed_by(wallet=other))
        world.refused(NotTheWallet, top_ups.setting(ruled).signed_by(wallet=other))


def test_a_rules_rent_goes_to_who_paid_it(world: World, ruled: Credit, top_ups: TopUps) -> None:
    mallory = world.person("mallory").pubkey()
    world.refused(WrongRentPayer, top_ups.removing(ruled).with_accounts(rent_payer=mallory))


def test_a_rule_of_another_account_is_not_removed(
    world: World, decentral: Platform, ruled: Credit, top_ups: TopUps
) -> None:
    """Else an account would be closed beside a rule, or a rule be in force without one."""
    team = world.opened(decentral, "alice", TEAM)
    top_ups.set(team)
    call = top_ups.removing(ruled).with_accounts(credit_account=team.address)
    world.refused(WrongTopUpRule, call)


def test_a_rule_that_was_held_back_never_lands_after_it_was_turned_off(
    world: World, ruled: Credit, top_ups: TopUps
) -> None:
    """Turning it off uses a number up, and needs none, so that nothing holds it up."""
    account = world.account(ruled)
    withheld = top_ups.setting(ruled, rule_of(ruled, threshold=ALWAYS, times=1_000), sequence=account.sequence + 1)
    top_ups.remove(ruled)
    world.refused(WrongSequence, withheld)
    top_ups.set(ruled)
    withheld = top_ups.setting(ruled, sequence=world.account(ruled).sequence + 1)
    world.withdraw(ruled, 1)
    top_ups.remove(ruled)
    world.refused(WrongSequence, withheld)


@pytest.mark.parametrize("sequence", [0, 2**64 - 1])
def test_a_rule_names_its_number_even_as_an_accounts_first(
    world: World, decentral: Platform, top_ups: TopUps, sequence: int
) -> None:
    """With 0, what was signed for an account could land in the one that is opened after it."""
    fresh = world.opened(decentral, "bob")
    world.refused(WrongSequence, top_ups.setting(fresh, sequence=sequence))


def test_what_was_signed_for_an_account_does_not_land_in_the_next(
    world: World, decentral: Platform, top_ups: TopUps
) -> None:
    credit = world.opened(decentral, "bob")
    withheld = top_ups.setting(credit)
    world.machine.advance(1)
    world.close(credit)
    world.machine.advance(1)
    world.open(credit)
    world.refused(WrongSequence, withheld)


def test_a_price_that_the_wallet_has_not_signed_is_not_paid(world: World, ruled: Credit, top_ups: TopUps) -> None:
    """No instruction changes a price; whatever did would be refused all the same."""
    number = world.account(ruled).sequence + 2
    always = top_ups.setting(ruled, rule_of(ruled, threshold=ALWAYS), sequence=number)
    world.do(top_ups.removing(ruled), always)
    past_the_program.change_account(world.machine, ruled, base_units_per_credit=PRICE // 2)
    world.refused(TopUpPriceDiffers, top_ups.running(ruled))


# When


def test_a_paused_platform_buys_nothing(world: World, decentral: Platform, ruled: Credit, top_ups: TopUps) -> None:
    world.do(calls_of_admin.update_platform(decentral, replace(calls_of_admin.NO_CHANGE, paused=True)))
    world.refused(Paused, top_ups.running(ruled))


def test_less_than_the_minimum_is_not_bought(world: World, decentral: Platform, ruled: Credit, top_ups: TopUps) -> None:
    past_the_program.change_platform(world.machine, decentral, min_purchase=201)
    world.refused(BelowMinimumPurchase, top_ups.running(ruled))
    past_the_program.change_platform(world.machine, decentral, min_purchase=200)
    top_ups.run(ruled)


def test_an_account_that_is_full_buys_nothing(world: World, low: Credit, top_ups: TopUps) -> None:
    top_ups.set(low, rule_of(low, credits=MAX_CREDITS - 100, threshold=ALWAYS))
    world.buy(low, 1_000)
    world.machine.advance(1)
    world.refused(AmountTooLarge, top_ups.running(low))


def test_a_withdrawal_and_a_top_up_in_one_transaction(world: World, ruled: Credit, top_ups: TopUps) -> None:
    """After it nothing is bought; what was bought before comes back in full."""
    had = tokens.amount_of(world.machine, ruled.tokens) + world.vault(ruled)
    withdrawal = world.withdrawing(ruled, None)
    world.refused(TopUpEnded, withdrawal, top_ups.running(ruled))
    world.do(top_ups.running(ruled), withdrawal)
    assert (tokens.amount_of(world.machine, ruled.tokens), world.vault(ruled)) == (had, 0)
    assert world.account(ruled).withdrawn == 300


def test_a_refund_leaves_no_more_than_was_wanted(world: World, ruled: Credit, top_ups: TopUps) -> None:
    """Lock, top up and refund, as often as one likes: what is locked counts as left."""
    top_ups.run(ruled)
    for _ in range(3):
        job = world.lock(ruled, tier=None, amount=250)
        world.machine.advance(1)
        world.refused(TopUpNotDue, top_ups.running(ruled))
        world.refund(job)
    assert world.account(ruled).paid_available == 250


def test_an_operator_that_spends_all_makes_the_wallet_buy_its_cap(
    world: World, decentral: Platform, ruled: Credit, top_ups: TopUps
) -> None:
    """In a period no more than the cap leaves the wallet, around its end twice as much: whatever the operator does."""
    had = tokens.amount_of(world.machine, ruled.tokens)

    def spend_all() -> None:
        """Lock all that there is, settle all of it, and top up, until that is refused."""
        while True:
            available = world.account(ruled).paid_available
            if available:
                world.settle(world.lock(ruled, tier=None, amount=available, seconds=60), available)
            world.machine.advance(0)
            if world.attempt(top_ups.running(ruled)).reason is not None:
                world.refused(AboveTopUpCap, top_ups.running(ruled))
                return

    spend_all()
    assert had - tokens.amount_of(world.machine, ruled.tokens) == 3 * 200 * PRICE
    world.machine.advance(DAY - 1)
    spend_all()
    assert had - tokens.amount_of(world.machine, ruled.tokens) == 3 * 200 * PRICE
    world.machine.advance(1)
    spend_all()
    assert had - tokens.amount_of(world.machine, ruled.tokens) == 6 * 200 * PRICE


# What is passed


def test_a_forged_rule_buys_nothing(world: World, ruled: Credit, top_ups: TopUps) -> None:
    """The bytes of a rule at another address, of this program or another, and another kind of account."""
    rule = top_up_address(ruled.address)
    forged = key("a forged rule").pubkey()
    data = world.machine.data(rule)
    world.machine.put(forged, lamports=10**9, owner=key("a program of mallory's").pubkey(), data=data)
    world.refused(Runtime.ILLEGAL_OWNER, top_ups.running(ruled).with_accounts(rule=forged))
    assert CreditAccount.decode(world.machine.data(ruled.address)).top_up == 1


def test_lamports_at_the_rules_address_hold_nothing_up(world: World, low: Credit, top_ups: TopUps) -> None:
    rule = top_up_address(low.address)
    for lamports in (1, 10**9):
        world.machine.airdrop(rule, lamports)
        top_ups.set(low)
        top_ups.remove(low)
        assert world.machine.lamports(rule) == 0
