"""Granted credits: backed, spent first, never withdrawable; and what plain transfers bring."""

import pytest
from job_escrow.codec import (
    AccountClosed,
    AmountIsZero,
    AmountTooLarge,
    DepositTooSmall,
    InsufficientCredits,
    InsufficientFunds,
    InvalidExpiry,
    JobIdTooFarAhead,
    JobIdTooOld,
    JobIdUsed,
    LotsFull,
    NothingToExpire,
    NothingToSync,
    NothingToWithdraw,
    NotOperatorOrGranter,
    NotRecoverable,
    TokensRecovered,
)
from program_harness import calls_of_credits, tokens
from program_harness.calls import MAX_CREDITS, Call
from program_harness.calls_of_credits import NEVER
from program_harness.keys import key
from program_harness.machine import Outcome
from program_harness.parties import Credit, Platform
from program_harness.reasons import Token
from program_harness.world import PLENTY, World
from solders.pubkey import Pubkey

HOUR = 3_600


@pytest.fixture
def source(world: World, decentral: Platform) -> Pubkey:
    """What the operator pays for grants from."""
    return tokens.fund(world.machine, decentral.operator.pubkey(), PLENTY)


def lots(world: World, credit: Credit) -> list[tuple[int, int]]:
    return [(lot.credits_free, lot.credits_locked) for lot in world.account(credit).lots]


def test_a_grant_is_backed_by_the_operators_tokens(world: World, alice: Credit, source: Pubkey) -> None:
    world.grant(alice, 50, NEVER, source=source)
    account = world.account(alice)
    assert (account.granted_available, account.granted, account.paid_available) == (50, 50, 1_000)
    assert world.vault(alice) == 10_500_000
    assert tokens.amount_of(world.machine, source) == PLENTY - 500_000


def test_granted_credits_are_not_withdrawn(world: World, alice: Credit, source: Pubkey) -> None:
    world.grant(alice, 50, NEVER, source=source)
    world.refused(InsufficientCredits, world.withdrawing(alice, 1_001))
    world.withdraw(alice)
    assert world.vault(alice) == 500_000
    world.machine.advance(1)
    world.close(alice)
    assert world.earned(alice.platform) == 500_000


def test_lots_are_spent_first_and_the_soonest_to_expire_before_the_others(
    world: World, alice: Credit, source: Pubkey
) -> None:
    now = world.machine.now
    for amount, expires_at in ((30, NEVER), (20, now + 2 * HOUR), (10, now + HOUR)):
        world.grant(alice, amount, expires_at, source=source)
    job = world.lock(alice, tier=None, amount=70)
    assert lots(world, alice)[:3] == [(0, 30), (0, 20), (0, 10)]
    assert world.job(job).held.paid == 10
    world.settle(job, 25, is_final=False)
    assert lots(world, alice)[:3] == [(0, 30), (0, 5), (0, 0)]
    world.settle(job, 65)
    account = world.account(alice)
    assert (account.spent_granted, account.spent_paid, account.paid_available) == (60, 5, 995)


def test_expired_credits_are_not_locked_any_more_and_go_to_the_treasury(
    world: World, alice: Credit, source: Pubkey
) -> None:
    world.grant(alice, 50, world.machine.now + HOUR, source=source)
    world.machine.advance(HOUR - 1)
    world.refused(NothingToExpire, calls_of_credits.expire_lots(alice))
    world.machine.advance(1)
    assert world.job(world.lock(alice)).held.paid == 40
    world.do(calls_of_credits.expire_lots(alice))
    account = world.account(alice)
    assert (account.granted_available, account.expired) == (0, 50)
    assert world.earned(alice.platform) == 500_000
    world.refused(NothingToExpire, calls_of_credits.expire_lots(alice))


def test_what_expires_in_a_job_is_still_spent_and_expires_only_when_it_comes_back(
    world: World, alice: Credit, source: Pubkey
) -> None:
    world.grant(alice, 50, world.machine.now + HOUR, source=source)
    job = world.lock(alice, tier=None, amount=50, seconds=2 * HOUR)
    world.machine.advance(HOUR)
    world.refused(NothingToExpire, calls_of_credits.expire_lots(alice))
    world.settle(job, 20, is_final=False)
    world.refund(job)
    account = world.account(alice)
    assert (account.spent_granted, account.granted_available, account.paid_available) == (20, 30, 1_000)
    world.refused(InsufficientCredits, world.locking(alice, tier=None, amount=1_001)[1])
    world.do(calls_of_credits.expire_lots(alice))
    assert (world.account(alice).expired, world.earned(alice.platform)) == (30, 500_000)


def test_equal_expiries_merge_and_a_ninth_is_refused(world: World, alice: Credit, source: Pubkey) -> None:
    now = world.machine.now
    for index in range(8):
        world.grant(alice, 1, now + HOUR + index, source=source)
    world.refused(LotsFull, world.granting(alice, 1, now + 2 * HOUR, source=source))
    world.grant(alice, 5, now + HOUR + 3, source=source)
    assert lots(world, alice)[3] == (6, 0)
    world.settle(world.lock(alice, tier=None, amount=1), 1)
    world.grant(alice, 1, now + 2 * HOUR, source=source)
    assert world.account(alice).lots[0].expires_at == now + 2 * HOUR


def test_a_slot_is_not_used_again_while_a_job_holds_some_of_it(world: World, alice: Credit, source: Pubkey) -> None:
    now = world.machine.now
    for index in range(8):
        world.grant(alice, 1, now + HOUR + index, source=source)
    job = world.lock(alice, tier=None, amount=1)
    world.refused(LotsFull, world.granting(alice, 1, NEVER, source=source))
    world.refund(job)
    assert lots(world, alice)[0] == (1, 0)


@pytest.mark.parametrize("amount", [0, MAX_CREDITS - 999, 2**32, 2**64 - 1])
def test_a_grant_of_nothing_or_of_too_much_is_refused(world: World, alice: Credit, source: Pubkey, amount: int) -> None:
    reason = AmountTooLarge if amount else AmountIsZero
    world.refused(reason, world.granting(alice, amount, NEVER, source=source))


@pytest.mark.parametrize("ago", [0, 1, 2**40])
def test_a_grant_that_has_expired_already_is_refused(world: World, alice: Credit, source: Pubkey, ago: int) -> None:
    world.refused(InvalidExpiry, world.granting(alice, 1, world.machine.now - ago, source=source))


def test_only_the_operator_grants_and_only_what_it_can_pay(world: World, alice: Credit) -> None:
    stranger = world.wallet("stranger")
    own = tokens.fund(world.machine, stranger.pubkey(), 0)
    world.refused(NotOperatorOrGranter, world.granting(alice, 1, NEVER, source=own, operator=stranger))
    poor = tokens.fund(world.machine, alice.platform.operator.pubkey(), 9_999)
    world.refused(InsufficientFunds, world.granting(alice, 1, NEVER, source=poor))
    world.refused(Token.OWNER_MISMATCH, world.granting(alice, 1, NEVER, source=own))


# A grant is safe to repeat: its id is used up like a job's


def test_a_repeated_grant_is_refused_whatever_has_changed_since(world: World, alice: Credit, source: Pubkey) -> None:
    given = world.granting(alice, 50, world.machine.now + HOUR, source=source)
    world.do(given)
    world.refused(JobIdUsed, given)
    world.machine.advance(HOUR)
    tokens.put_token_account(world.machine, source, owner=alice.platform.operator.pubkey(), amount=0)
    world.refused(JobIdUsed, given)
    assert world.account(alice).granted == 50


def test_grants_and_jobs_use_up_ids_of_their_own(world: World, alice: Credit, source: Pubkey) -> None:
    job = world.lock(alice)
    world.do(world.granting(alice, 1, NEVER, source=source, grant_id=job.id))
    world.refused(JobIdUsed, world.granting(alice, 1, NEVER, source=source, grant_id=job.id))
    world.refused(JobIdUsed, world.locking(alice, job_id=job.id)[1])
    account = world.account(alice)
    assert (account.job_ids.highest, account.grant_ids.highest) == (job.id, job.id)


def test_the_window_of_ids_holds_for_grants(world: World, alice: Credit, source: Pubkey) -> None:
    start = world.account(alice).job_ids.highest

    def granting(grant_id: int) -> Call:
        return world.granting(alice, 1, NEVER, source=source, grant_id=grant_id)

    world.refused(JobIdUsed, granting(start))
    world.refused(JobIdTooOld, granting(0))
    world.refused(JobIdTooOld, granting(start - 128))
    world.refused(JobIdTooFarAhead, granting(start + 129))
    world.refused(JobIdTooFarAhead, granting(2**64 - 1))
    world.do(granting(start + 128))
    world.do(granting(start + 1))
    world.do(granting(start + 129))
    world.refused(JobIdTooOld, granting(start + 1))
    assert world.account(alice).granted == 3


def test_a_refused_grant_leaves_its_id_for_another(world: World, alice: Credit, source: Pubkey) -> None:
    start = world.account(alice).job_ids.highest
    world.refused(AmountTooLarge, world.granting(alice, MAX_CREDITS, NEVER, source=source, grant_id=start + 1))
    world.do(world.granting(alice, 1, NEVER, source=source, grant_id=start + 1))


def test_a_reopened_account_never_meets_the_grants_of_its_old_one(world: World, alice: Credit, source: Pubkey) -> None:
    given = world.granting(alice, 50, NEVER, source=source)
    world.do(given)
    world.machine.advance(1)
    world.close(alice)
    world.open(alice)
    world.refused(JobIdTooOld, given)


# Deposits


def test_an_operator_grants_as_much_as_it_can_pay_to_the_base_unit(world: World, alice: Credit) -> None:
    price = 5 * alice.platform.base_units_per_credit
    source = tokens.fund(world.machine, alice.platform.operator.pubkey(), price - 1)
    world.refused(InsufficientFunds, world.granting(alice, 5, NEVER, source=source))
    tokens.fund(world.machine, alice.platform.operator.pubkey(), 1)
    world.grant(alice, 5, NEVER, source=source)
    assert tokens.amount_of(world.machine, source) == 0


def test_d2_a_plain_transfer_becomes_credits_without_the_wallet(world: World, alice: Credit) -> None:
    world.deposit(alice, 1_009_999)
    world.machine.advance(5)
    world.do(calls_of_credits.sync_deposits(alice, authority=world.person("keeper")))
    account = world.account(alice)
    assert (account.synced, account.paid_available, account.last_topup_at) == (100, 1_100, world.machine.now)
    world.refused(NothingToSync, calls_of_credits.sync_deposits(alice, authority=alice.wallet))


def test_d3_only_the_wallet_turns_less_than_the_minimum_into_credits(world: World, alice: Credit) -> None:
    world.deposit(alice, 999_999)
    keeper = calls_of_credits.sync_deposits(alice, authority=world.person("keeper"))
    world.refused(DepositTooSmall, keeper)
    world.do(calls_of_credits.sync_deposits(alice, authority=alice.wallet))
    assert world.account(alice).synced == 99
    world.refused(NothingToSync, keeper)


def test_a_deposit_that_the_account_cannot_hold_becomes_credits_as_far_as_it_can(world: World, alice: Credit) -> None:
    world.buy(alice, MAX_CREDITS - 1_100)
    world.deposit(alice, 2_000_000)
    world.do(calls_of_credits.sync_deposits(alice, authority=alice.wallet))
    assert (world.account(alice).synced, world.account(alice).paid_available) == (100, MAX_CREDITS)
    world.refused(NothingToSync, calls_of_credits.sync_deposits(alice, authority=alice.wallet))


# What went astray

OWNER, CLOSE_AUTHORITY = 2, 3


def only(outcome: Outcome) -> TokensRecovered:
    (event,) = outcome.events
    assert isinstance(event, TokensRecovered)
    return event


def test_tokens_of_another_mint_are_recovered(world: World, alice: Credit) -> None:
    mint = tokens.make_mint(world.machine, "other")
    astray = tokens.fund(world.machine, alice.address, 77, mint)
    target = tokens.fund(world.machine, alice.wallet.pubkey(), 0, mint)
    world.do(calls_of_credits.recover(alice, astray, target))
    assert tokens.amount_of(world.machine, target) == 77
    assert world.vault(alice) == 10_000_000


def test_a_token_account_that_is_recovered_is_closed_and_its_rent_is_the_wallets(world: World, alice: Credit) -> None:
    astray = tokens.put_token_account(world.machine, key("stray").pubkey(), owner=alice.address, amount=77)
    held, before = world.machine.lamports(astray), world.machine.lamports(alice.wallet.pubkey())
    event = only(world.do(calls_of_credits.recover(alice, astray, alice.tokens)))
    assert world.machine.get(astray) is None
    assert (event.base_units, event.lamports) == (77, held)
    assert world.machine.lamports(alice.wallet.pubkey()) == before + held > before


def test_an_empty_token_account_is_closed_too(world: World, alice: Credit) -> None:
    astray = tokens.put_token_account(world.machine, key("stray").pubkey(), owner=alice.address, amount=0)
    event = only(world.do(calls_of_credits.recover(alice, astray, alice.tokens)))
    assert (event.base_units, world.machine.get(astray)) == (0, None)


def test_what_somebody_else_may_close_is_emptied_and_left_open(world: World, alice: Credit) -> None:
    """Whoever made the account for the wallet may have kept that right."""
    maker = world.person("maker")
    astray = tokens.put_token_account(world.machine, key("stray").pubkey(), owner=maker.pubkey(), amount=77)
    for kind, authority in ((CLOSE_AUTHORITY, maker.pubkey()), (OWNER, alice.address)):
        step = tokens.set_authority(astray, kind, authority, maker.pubkey())
        assert world.machine.send([step], [maker]).reason is None
    event = only(world.do(calls_of_credits.recover(alice, astray, alice.tokens)))
    assert (event.base_units, event.lamports, tokens.amount_of(world.machine, astray)) == (77, 0, 0)
    world.refused(NothingToWithdraw, calls_of_credits.recover(alice, astray, alice.tokens))


def test_a_frozen_token_account_is_recovered_once_it_is_thawed(world: World, alice: Credit) -> None:
    astray = tokens.put_token_account(world.machine, key("stray").pubkey(), owner=alice.address, amount=77)
    tokens.freeze(world.machine, astray)
    world.refused(Token.ACCOUNT_FROZEN, calls_of_credits.recover(alice, astray, alice.tokens))
    tokens.thaw(world.machine, astray)
    world.do(calls_of_credits.recover(alice, astray, alice.tokens))
    assert world.machine.get(astray) is None


def test_a_frozen_token_account_with_nothing_in_it_is_closed(world: World, alice: Credit) -> None:
    astray = tokens.put_token_account(world.machine, key("stray").pubkey(), owner=alice.address, amount=0)
    tokens.freeze(world.machine, astray)
    world.do(calls_of_credits.recover(alice, astray, alice.tokens))
    assert world.machine.get(astray) is None


def test_the_rent_of_the_vaults_own_token_account_reaches_the_wallet_at_the_close(world: World, alice: Credit) -> None:
    nested = tokens.fund(world.machine, alice.vault, 1_000_000)
    held = world.machine.lamports(nested)
    event = only(world.do(calls_of_credits.recover_nested(alice, alice.platform.mint)))
    assert event.lamports == held > 0
    world.machine.advance(1)
    assert [closed.wallet_lamports for closed in world.close(alice).events if isinstance(closed, AccountClosed)] == [
        held
    ]


def test_the_vault_itself_is_not_recovered(world: World, alice: Credit, source: Pubkey) -> None:
    """Or granted and locked credits would lose what stands behind them."""
    world.grant(alice, 50, NEVER, source=source)
    world.refused(NotRecoverable, calls_of_credits.recover(alice, alice.vault, alice.tokens))


def test_what_was_sent_to_the_vaults_own_token_account_comes_back_as_a_deposit(world: World, alice: Credit) -> None:
    tokens.fund(world.machine, alice.vault, 1_000_000)
    world.do(calls_of_credits.recover_nested(alice, alice.platform.mint))
    assert world.vault(alice) == 11_000_000
    world.withdraw(alice)
    assert world.account(alice).synced == 100


def test_what_is_nested_of_another_mint_is_recovered_in_two_steps(world: World, alice: Credit) -> None:
    mint = tokens.make_mint(world.machine, "other")
    tokens.fund(world.machine, alice.vault, 77, mint)
    between = tokens.fund(world.machine, alice.address, 0, mint)
    target = tokens.fund(world.machine, alice.wallet.pubkey(), 0, mint)
    world.do(calls_of_credits.recover_nested(alice, mint))
    world.do(calls_of_credits.recover(alice, between, target))
    assert tokens.amount_of(world.machine, target) == 77


def test_a_close_does_not_touch_what_went_astray(world: World, alice: Credit) -> None:
    """It is there again for the account that is opened next at this address."""
    stray = tokens.put_token_account(world.machine, key("stray").pubkey(), owner=alice.address, amount=77)
    world.machine.advance(1)
    world.close(alice)
    assert tokens.amount_of(world.machine, stray) == 77
    world.open(alice)
    world.do(calls_of_credits.recover(alice, stray, alice.tokens))
    assert world.machine.get(stray) is None
