"""Withdrawals: any time, N or all, no fee, to the wallet itself only (D5, D6), and what plain transfers bring (D2)."""

import pytest
from job_escrow.addresses import token_address
from job_escrow.codec import (
    AccountClosed,
    AmountIsZero,
    AmountTooLarge,
    InsufficientCredits,
    NothingToWithdraw,
    NotTheWallet,
    OpenJobs,
    TreasuryCannotReceive,
    WrongDestinationOwner,
    WrongMint,
    WrongSequence,
    WrongVault,
)
from program_harness import calls, calls_of_credits, past_the_program, tokens
from program_harness.calls import MAX_CREDITS
from program_harness.keys import key
from program_harness.parties import Credit, Platform
from program_harness.reasons import Runtime, Token
from program_harness.snapshot import TOKEN_2022_PROGRAM_ID
from program_harness.world import DAY, PLENTY, World
from solders.pubkey import Pubkey


def own(world: World, credit: Credit) -> int:
    return tokens.amount_of(world.machine, credit.tokens)


@pytest.mark.parametrize(("amount", "left"), [(1, 999), (250, 750), (1_000, 0), (None, 0)])
def test_d6_n_or_all_arrive_whole_in_the_same_transaction(
    world: World, alice: Credit, amount: int | None, left: int
) -> None:
    before = own(world, alice)
    world.withdraw(alice, amount)
    assert own(world, alice) == before + (1_000 - left) * 10_000
    assert world.vault(alice) == left * 10_000
    account = world.account(alice)
    assert (account.paid_available, account.withdrawn) == (left, 1_000 - left)


def test_d5_credits_do_not_expire(world: World, alice: Credit) -> None:
    world.machine.advance(100 * 365 * DAY)
    world.withdraw(alice)
    assert world.account(alice).withdrawn == 1_000


def test_d6_locked_credits_stay_and_the_rest_is_withdrawn(world: World, alice: Credit) -> None:
    job = world.lock(alice)
    world.refused(InsufficientCredits, world.withdrawing(alice, 961))
    world.withdraw(alice)
    assert world.vault(alice) == 400_000
    world.refused(NothingToWithdraw, world.withdrawing(alice, None))
    world.settle(job, 500)
    assert (world.vault(alice), world.earned(alice.platform)) == (0, 400_000)


def test_d6_neither_a_pause_nor_a_missing_operator_holds_a_withdrawal_up(world: World, alice: Credit) -> None:
    past_the_program.change_platform(world.machine, alice.platform, paused=1, operator=Pubkey.default())
    world.withdraw(alice, 10)
    world.machine.put(alice.platform.address, lamports=0, owner=Pubkey.default(), data=b"")
    world.withdraw(alice)
    assert world.vault(alice) == 0


def test_a_withdrawal_of_nothing_is_refused(world: World, alice: Credit) -> None:
    world.refused(AmountIsZero, world.withdrawing(alice, 0))


def test_a_withdrawal_of_one_credit_too_many_is_refused(world: World, alice: Credit) -> None:
    world.refused(InsufficientCredits, world.withdrawing(alice, 1_001))


@pytest.mark.parametrize("amount", [2**32, 2**63, 2**64 - 1])
def test_a_withdrawal_of_a_huge_amount_is_refused(world: World, alice: Credit, amount: int) -> None:
    world.refused(AmountTooLarge, world.withdrawing(alice, amount))


def test_a_withdrawal_of_all_of_nothing_is_refused(world: World, decentral: Platform) -> None:
    world.refused(NothingToWithdraw, world.withdrawing(world.opened(decentral, "bob"), None))


@pytest.mark.parametrize("ahead", [0, -1, 2])
def test_a_withdrawal_with_a_number_that_is_not_the_next_is_refused(world: World, alice: Credit, ahead: int) -> None:
    number = world.account(alice).sequence + ahead
    world.refused(WrongSequence, world.withdrawing(alice, 1, sequence=number))


def test_a_repeated_withdrawal_is_refused(world: World, alice: Credit) -> None:
    once = world.withdrawing(alice, 1)
    world.do(once)
    world.refused(WrongSequence, once)


def test_the_last_number_of_all_is_used_once(world: World, alice: Credit) -> None:
    past_the_program.change_account(world.machine, alice, sequence=2**64 - 2)
    world.withdraw(alice, 1)
    for number in (0, 1, 2**64 - 1):
        world.refused(WrongSequence, world.withdrawing(alice, 1, sequence=number))


def test_d4_a_withdrawal_to_another_owner_is_refused(world: World, alice: Credit) -> None:
    thief = world.wallet("thief")
    target = token_address(thief.pubkey(), alice.platform.mint)
    world.refused(WrongDestinationOwner, world.withdrawing(alice, 1, destination=target))


def test_a_withdrawal_to_the_wallets_account_of_another_mint_is_refused(world: World, alice: Credit) -> None:
    mint = tokens.make_mint(world.machine, "other")
    target = tokens.fund(world.machine, alice.wallet.pubkey(), 0, mint)
    world.refused(WrongMint, world.withdrawing(alice, 1, destination=target))


def test_a_withdrawal_to_a_token_2022_account_is_refused(world: World, alice: Credit) -> None:
    wallet = alice.wallet.pubkey()
    fake = tokens.put_token_account(world.machine, key("2022").pubkey(), owner=wallet, program=TOKEN_2022_PROGRAM_ID)
    world.refused(Runtime.ILLEGAL_OWNER, world.withdrawing(alice, 1, destination=fake))


def test_d6_a_withdrawal_to_any_other_token_account_of_the_wallet(world: World, alice: Credit) -> None:
    wallet = alice.wallet.pubkey()
    other = tokens.put_token_account(world.machine, key("second account").pubkey(), owner=wallet)
    world.do(world.withdrawing(alice, 5, destination=other))
    assert tokens.amount_of(world.machine, other) == 50_000


def test_d4_a_thief_does_not_get_through_with_accounts_that_fit_together(world: World, alice: Credit) -> None:
    """The victim's account and vault, with the thief's signature and destination."""
    thief = world.opened(alice.platform, "thief", buy=100)
    number = world.account(alice).sequence + 1
    theft = calls.withdraw(alice, 1, number, destination=thief.tokens)
    world.refused(NotTheWallet, theft.signed_by(wallet=thief.wallet))
    world.refused(WrongVault, world.withdrawing(thief, 1).with_accounts(vault=alice.vault))
    world.machine.advance(1)
    world.refused(
        NotTheWallet, world.closing(alice).with_accounts(destination=thief.tokens).signed_by(wallet=thief.wallet)
    )
    world.refused(WrongVault, world.closing(thief).with_accounts(vault=alice.vault))


@pytest.mark.parametrize("amount", [1, None])
def test_a_frozen_vault_or_destination_refuses_a_withdrawal(world: World, alice: Credit, amount: int | None) -> None:
    for frozen in (alice.vault, alice.tokens):
        tokens.freeze(world.machine, frozen)
        world.refused(Token.ACCOUNT_FROZEN, world.withdrawing(alice, amount))
        tokens.thaw(world.machine, frozen)
    world.withdraw(alice, amount)


def test_a_frozen_vault_or_treasury_refuses_a_settlement(world: World, alice: Credit) -> None:
    job = world.lock(alice)
    for frozen in (alice.vault, alice.platform.treasury):
        tokens.freeze(world.machine, frozen)
        world.refused(Token.ACCOUNT_FROZEN, world.settling(job, 500))
        world.refused(Token.ACCOUNT_FROZEN, world.settling(job, 500, is_final=False))
        tokens.thaw(world.machine, frozen)
    world.settle(job, 500)


# What plain transfers bring


def test_d2_a_plain_transfer_is_withdrawn_with_all_to_the_last_base_unit(world: World, alice: Credit) -> None:
    before = own(world, alice)
    world.deposit(alice, 12_345)
    world.withdraw(alice)
    assert own(world, alice) == before + 10_000_000
    account = world.account(alice)
    assert (account.synced, account.withdrawn, account.purchased, account.paid_available) == (1, 1_001, 1_000, 0)
    assert world.vault(alice) == 0


def test_d2_a_withdrawal_of_n_turns_whole_credits_of_a_transfer_into_paid_ones(world: World, alice: Credit) -> None:
    world.deposit(alice, 25_000)
    world.withdraw(alice, 1_001)
    account = world.account(alice)
    assert (account.synced, account.paid_available) == (2, 1)
    assert world.vault(alice) == 15_000


def test_what_is_left_below_one_credit_stays_until_all_is_withdrawn(world: World, alice: Credit) -> None:
    world.deposit(alice, 9_999)
    world.refused(InsufficientCredits, world.withdrawing(alice, 1_001))
    world.withdraw(alice, 1_000)
    assert world.vault(alice) == 9_999
    world.withdraw(alice)
    assert world.vault(alice) == 0
    assert world.account(alice).synced == 0


def test_a_surplus_that_the_account_cannot_hold_is_withdrawn_with_all(world: World, alice: Credit) -> None:
    world.buy(alice, MAX_CREDITS - 1_000 - 1)
    before = own(world, alice)
    world.deposit(alice, 50_000)
    world.withdraw(alice)
    account = world.account(alice)
    assert (account.synced, account.withdrawn) == (1, MAX_CREDITS)
    assert own(world, alice) == before - 50_000 + (MAX_CREDITS - 1) * 10_000 + 50_000
    assert world.vault(alice) == 0


def test_a_transfer_into_an_account_with_an_open_job_does_not_touch_the_job(world: World, alice: Credit) -> None:
    job = world.lock(alice, tier=None, amount=1_000)
    world.deposit(alice, 30_000)
    world.withdraw(alice)
    assert world.vault(alice) == 10_000_000
    world.settle(job, 1_000)
    assert (world.vault(alice), world.earned(alice.platform)) == (0, 10_000_000)


def test_a_purchase_leaves_a_surplus_alone(world: World, alice: Credit) -> None:
    world.deposit(alice, 30_000)
    world.buy(alice, 100)
    account = world.account(alice)
    assert (account.paid_available, account.synced) == (1_100, 0)
    assert world.vault(alice) == 11_030_000


# Close


def test_close_pays_out_credits_and_surplus(world: World, alice: Credit) -> None:
    before = own(world, alice)
    world.deposit(alice, 12_345)
    world.machine.advance(1)
    world.close(alice)
    assert own(world, alice) == before + 10_000_000
    assert world.machine.get(alice.address) is None
    assert world.machine.get(alice.vault) is None


def test_close_of_an_empty_account_moves_no_token(world: World, decentral: Platform) -> None:
    empty = world.opened(decentral, "bob")
    world.machine.advance(1)
    before = own(world, empty)
    world.close(empty)
    assert own(world, empty) == before


def test_an_account_with_an_open_job_is_not_closed(world: World, alice: Credit) -> None:
    job = world.lock(alice)
    world.machine.advance(1)
    world.refused(OpenJobs, world.closing(alice))
    world.refund(job)
    world.close(alice)


def test_a_close_to_another_owner_is_refused(world: World, alice: Credit) -> None:
    thief = world.wallet("thief")
    world.machine.advance(1)
    target = token_address(thief.pubkey(), alice.platform.mint)
    world.refused(WrongDestinationOwner, world.closing(alice, destination=target))


def test_the_treasurys_owner_closes_its_own_account_to_the_treasury(world: World, decentral: Platform) -> None:
    """Both shares reach the same token account: what was paid, and what stood behind granted credits."""
    credit = Credit(decentral, world.wallet("decentral treasury"))
    world.open(credit)
    world.buy(credit, 100)
    source = tokens.fund(world.machine, decentral.operator.pubkey(), PLENTY)
    world.grant(credit, 7, calls_of_credits.NEVER, source=source)
    world.machine.advance(1)
    assert credit.tokens == decentral.treasury
    before = own(world, credit)
    event = world.close(credit).events[0]
    assert isinstance(event, AccountClosed)
    assert (event.wallet_base_units, event.treasury_base_units) == (1_000_000, 70_000)
    assert own(world, credit) == before + 1_070_000


def test_an_account_whose_vault_was_made_the_treasury_is_closed(world: World, alice: Credit) -> None:
    past_the_program.change_platform(world.machine, alice.platform, treasury=alice.vault)
    world.machine.advance(1)
    before = own(world, alice)
    world.do(world.closing(alice).with_accounts(treasury=alice.vault))
    assert own(world, alice) == before + 10_000_000


def test_an_account_with_grants_whose_vault_was_made_the_treasury_is_not_closed(world: World, alice: Credit) -> None:
    """One of the known limits; a withdrawal is not held up by it."""
    source = tokens.fund(world.machine, alice.platform.operator.pubkey(), PLENTY)
    world.grant(alice, 7, world.machine.now + 5, source=source)
    past_the_program.change_platform(world.machine, alice.platform, treasury=alice.vault)
    world.withdraw(alice)
    world.machine.advance(1)
    call = world.closing(alice).with_accounts(treasury=alice.vault)
    world.refused(TreasuryCannotReceive, call)


def test_a_closed_account_is_not_used_any_more(world: World, alice: Credit) -> None:
    world.machine.advance(1)
    gone = [
        world.closing(alice),
        world.withdrawing(alice, 1),
        world.buying(alice, 100),
        world.locking(alice)[1],
        calls.set_limits(alice, calls.NO_LIMITS),
    ]
    world.close(alice)
    for call in gone:
        world.refused(Runtime.ACCOUNT_DATA_TOO_SMALL, call)


def test_a_transfer_to_a_closed_account_comes_back_with_the_next_one(world: World, alice: Credit) -> None:
    """Whoever sends to an address that has no account makes its vault; it is the surplus of the account opened next."""
    world.machine.advance(1)
    world.close(alice)
    tokens.fund(world.machine, alice.address, 30_000)
    world.open(alice)
    before = own(world, alice)
    world.withdraw(alice)
    assert own(world, alice) == before + 30_000
    assert world.account(alice).synced == 3
