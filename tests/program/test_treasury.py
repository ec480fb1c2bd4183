"""A treasury that is owed nothing is not looked at: no state of it holds anybody up."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from job_escrow.addresses import token_address
from job_escrow.codec import AccountClosed, NothingToExpire, TreasuryCannotReceive
from job_escrow.presets import load_preset
from program_harness import calls_of_credits, past_the_program, tokens
from program_harness.parties import Credit, Platform
from program_harness.world import World
from solders.pubkey import Pubkey
from solders.token.state import TokenAccountState

_CREDIT = 10_000


def _frozen(world: World, treasury: Pubkey) -> None:
    tokens.freeze(world.machine, treasury)


def _closed(world: World, treasury: Pubkey) -> None:
    world.machine.put(treasury, lamports=0, owner=Pubkey.default(), data=b"")


def _a_wallet(world: World, treasury: Pubkey) -> None:
    world.machine.put(treasury, lamports=10**9, owner=Pubkey.default(), data=b"")


def _not_initialized(world: World, treasury: Pubkey) -> None:
    tokens.put_token_account(world.machine, treasury, owner=treasury, state=TokenAccountState.Uninitialized)


def _of_another_mint(world: World, treasury: Pubkey) -> None:
    tokens.put_token_account(world.machine, treasury, owner=treasury, mint=tokens.make_mint(world.machine, "other"))


_STATES = [_frozen, _closed, _a_wallet, _not_initialized, _of_another_mint]
_in_every_state = pytest.mark.parametrize("spoil", _STATES, ids=lambda each: each.__name__[1:].replace("_", " "))
Spoil = Callable[[World, Pubkey], None]


def _granted(world: World, credit: Credit, amount: int) -> None:
    source = tokens.fund(world.machine, credit.platform.operator.pubkey(), 10**9)
    world.grant(credit, amount, calls_of_credits.NEVER, source=source)


@_in_every_state
@pytest.mark.parametrize("is_final", [True, False])
def test_a_settlement_of_nothing_goes_on(world: World, alice: Credit, spoil: Spoil, is_final: bool) -> None:
    job = world.lock(alice, tier=None, amount=100)
    spoil(world, alice.platform.treasury)
    world.settle(job, 0, is_final=is_final)
    assert world.is_open(job) is not is_final


@_in_every_state
def test_a_repeated_figure_goes_on(world: World, alice: Credit, spoil: Spoil) -> None:
    job = world.lock(alice, tier=None, amount=100)
    world.settle(job, 60, is_final=False)
    spoil(world, alice.platform.treasury)
    world.settle(job, 60)
    assert world.account(alice).paid_available == 1_000 - 60


@_in_every_state
def test_a_settlement_of_which_all_goes_to_the_payee_goes_on(world: World, spoil: Spoil) -> None:
    platform = world.create_platform(replace(load_preset("decentral"), fee_bps=0))
    credit = world.opened(platform, "alice", buy=1_000)
    owner = world.person("worker").pubkey()
    named = world.register_payee(platform, owner, tokens.fund(world.machine, owner, 0))
    job = world.lock(credit, tier=None, amount=100, payee=named)
    spoil(world, platform.treasury)
    world.settle(job, 100, payee=token_address(owner, platform.mint))
    assert tokens.amount_of(world.machine, token_address(owner, platform.mint)) == 100 * _CREDIT


@_in_every_state
def test_what_is_owed_to_a_treasury_that_cannot_take_it_is_not_charged(
    world: World, alice: Credit, spoil: Spoil
) -> None:
    job = world.lock(alice, tier=None, amount=100)
    spoil(world, alice.platform.treasury)
    before = world.snapshot()
    assert world.attempt(world.settling(job, 1)).reason is not None
    assert world.snapshot() == before
    world.refund(job)
    assert world.account(alice).paid_available == 1_000


@_in_every_state
def test_where_nothing_has_expired_that_is_what_is_said(world: World, alice: Credit, spoil: Spoil) -> None:
    spoil(world, alice.platform.treasury)
    world.refused(NothingToExpire, calls_of_credits.expire_lots(alice))


@_in_every_state
def test_an_account_without_granted_credits_is_closed(world: World, alice: Credit, spoil: Spoil) -> None:
    spoil(world, alice.platform.treasury)
    world.machine.advance(1)
    (event,) = world.close(alice).events
    assert isinstance(event, AccountClosed)
    assert (event.wallet_base_units, event.treasury_base_units) == (1_000 * _CREDIT, 0)


@_in_every_state
def test_granted_credits_keep_an_account_open_by_name_while_the_rest_is_withdrawn(
    world: World, alice: Credit, spoil: Spoil
) -> None:
    """What stands behind them never goes to the wallet, and never stays in the vault of a closed account."""
    _granted(world, alice, 7)
    treasury = alice.platform.treasury
    spoil(world, treasury)
    world.machine.advance(1)
    world.refused(TreasuryCannotReceive, world.closing(alice))
    world.withdraw(alice)
    assert world.vault(alice) == 7 * _CREDIT
    world.refused(TreasuryCannotReceive, world.closing(alice))

    named = tokens.fund(world.machine, world.person("new treasury").pubkey(), 0)
    past_the_program.change_platform(world.machine, alice.platform, treasury=named)
    (event,) = world.do(world.closing(alice).with_accounts(treasury=named)).events
    assert isinstance(event, AccountClosed)
    assert (event.wallet_base_units, event.treasury_base_units) == (0, 7 * _CREDIT)
    assert tokens.amount_of(world.machine, named) == 7 * _CREDIT


def test_a_treasury_that_changed_its_owner_is_paid(world: World, decentral: Platform) -> None:
    """It is the admin's to name; whose it is nobody asks."""
    credit = world.opened(decentral, "alice", buy=100)
    _granted(world, credit, 7)
    tokens.put_token_account(world.machine, decentral.treasury, owner=world.person("buyer").pubkey())
    world.machine.advance(1)
    world.close(credit)
    assert world.earned(decentral) == 7 * _CREDIT
