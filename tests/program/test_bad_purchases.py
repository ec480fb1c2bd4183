"""Purchases that are refused: each for a reason of its own, and nothing changes."""

import pytest
from job_escrow.addresses import token_address
from job_escrow.codec import (
    AmountIsZero,
    AmountTooLarge,
    BelowMinimumPurchase,
    InsufficientFunds,
    WrongMint,
    WrongSequence,
)
from program_harness import tokens
from program_harness.calls import MAX_CREDITS
from program_harness.parties import Credit, Platform
from program_harness.reasons import Token
from program_harness.world import World


def test_d3_a_purchase_of_99_credits_is_refused(world: World, alice: Credit) -> None:
    world.refused(BelowMinimumPurchase, world.buying(alice, 99))


def test_d3_a_purchase_of_1_credit_is_refused(world: World, alice: Credit) -> None:
    world.refused(BelowMinimumPurchase, world.buying(alice, 1))


def test_d1_d3_a_purchase_of_100_credits_moves_exactly_one_dollar(world: World, alice: Credit) -> None:
    vault, own = world.vault(alice), tokens.amount_of(world.machine, alice.tokens)
    world.buy(alice, 100)
    assert world.vault(alice) == vault + 1_000_000
    assert tokens.amount_of(world.machine, alice.tokens) == own - 1_000_000
    assert world.account(alice).paid_available == 1_100


def test_a_purchase_of_nothing_is_refused(world: World, alice: Credit) -> None:
    world.refused(AmountIsZero, world.buying(alice, 0))


@pytest.mark.parametrize("amount", [2**32, 2**63, 2**64 - 1])
def test_a_purchase_above_what_an_account_can_hold_is_refused(world: World, alice: Credit, amount: int) -> None:
    world.refused(AmountTooLarge, world.buying(alice, amount))


def test_a_purchase_that_would_overfill_the_account_is_refused(world: World, alice: Credit) -> None:
    world.refused(AmountTooLarge, world.buying(alice, MAX_CREDITS - 1_000 + 1))
    world.buy(alice, MAX_CREDITS - 1_000)
    assert world.account(alice).paid_available == MAX_CREDITS
    world.refused(AmountTooLarge, world.buying(alice, 100))


def test_locked_credits_count_towards_what_an_account_can_hold(world: World, alice: Credit) -> None:
    world.lock(alice, tier=None, amount=1_000)
    world.refused(AmountTooLarge, world.buying(alice, MAX_CREDITS - 1_000 + 1))


def test_a_purchase_with_one_base_unit_too_little_is_refused(world: World, decentral: Platform) -> None:
    poor = Credit(decentral, world.wallet("poor", base_units=999_999))
    world.open(poor)
    world.refused(InsufficientFunds, world.buying(poor, 100))
    tokens.fund(world.machine, poor.wallet.pubkey(), 1)
    world.buy(poor, 100)
    assert tokens.amount_of(world.machine, poor.tokens) == 0


@pytest.mark.parametrize("ahead", [0, -1, 2, 1_000])
def test_a_purchase_with_a_number_that_is_not_the_next_is_refused(world: World, alice: Credit, ahead: int) -> None:
    number = world.account(alice).sequence + ahead
    world.refused(WrongSequence, world.buying(alice, 100, sequence=number))


def test_a_repeated_purchase_is_refused(world: World, alice: Credit) -> None:
    once = world.buying(alice, 100)
    world.do(once)
    world.refused(WrongSequence, once)


def test_number_0_stands_for_the_first_number_only(world: World, decentral: Platform) -> None:
    fresh = world.opened(decentral, "bob")
    first = world.buying(fresh, 100, sequence=0)
    world.do(first)
    world.refused(WrongSequence, first)


def test_number_0_is_used_up_by_a_withdrawal_too(world: World, decentral: Platform) -> None:
    fresh = world.opened(decentral, "bob")
    world.buy(fresh, 100, payer=world.wallet("stranger"))
    world.withdraw(fresh, 1)
    world.refused(WrongSequence, world.buying(fresh, 100, sequence=0))


@pytest.mark.parametrize("number", [1, 2**64 - 1])
def test_a_strangers_purchase_must_not_look_as_if_it_had_a_number(world: World, alice: Credit, number: int) -> None:
    world.refused(WrongSequence, world.buying(alice, 100, payer=world.wallet("stranger"), sequence=number))


def test_a_strangers_purchase_with_the_wallets_next_number_is_refused(world: World, alice: Credit) -> None:
    number = world.account(alice).sequence + 1
    world.refused(WrongSequence, world.buying(alice, 100, payer=world.wallet("stranger"), sequence=number))


def test_a_purchase_with_another_mints_tokens_is_refused(world: World, alice: Credit) -> None:
    mint = tokens.make_mint(world.machine, "fake")
    source = tokens.fund(world.machine, alice.wallet.pubkey(), 10**12, mint)
    world.refused(WrongMint, world.buying(alice, 100).with_accounts(source=source))


def test_d4_a_purchase_with_somebody_elses_tokens_is_refused(world: World, alice: Credit) -> None:
    victim = world.wallet("victim")
    source = token_address(victim.pubkey(), alice.platform.mint)
    world.refused(Token.OWNER_MISMATCH, world.buying(alice, 100).with_accounts(source=source))


def test_a_purchase_from_a_frozen_token_account_is_refused(world: World, alice: Credit) -> None:
    tokens.freeze(world.machine, alice.tokens)
    world.refused(Token.ACCOUNT_FROZEN, world.buying(alice, 100))


def test_a_purchase_into_a_frozen_vault_is_refused(world: World, alice: Credit) -> None:
    tokens.freeze(world.machine, alice.vault)
    world.refused(Token.ACCOUNT_FROZEN, world.buying(alice, 100))


def test_two_purchases_in_one_transaction_fail_together(world: World, alice: Credit) -> None:
    """The second repeats the first's number."""
    once = world.buying(alice, 100)
    outcome = world.refused(WrongSequence, once, once)
    assert outcome.failed_at == 1
