"""Payees: only registered ones earn, the fee is rounded once for a job, and none of them can hold a settlement up."""

from dataclasses import replace

import pytest
from job_escrow.addresses import token_address
from job_escrow.codec import JobSettled, MissingPayee, PayeeNotSuspended, WrongPayee
from job_escrow.presets import load_preset
from program_harness import calls_of_admin, calls_of_credits, past_the_program, tokens
from program_harness.keys import Key
from program_harness.parties import Credit, JobRef, Platform
from program_harness.reasons import Framework, Runtime, System
from program_harness.world import LAMPORTS, World
from solders.pubkey import Pubkey

FEE_BPS = 333


@pytest.fixture
def platform(world: World) -> Platform:
    """It takes 3.33% of what payees earn."""
    return world.create_platform(replace(load_preset("decentral"), fee_bps=FEE_BPS))


@pytest.fixture
def credit(world: World, platform: Platform) -> Credit:
    """An account with 1,000 credits."""
    return world.opened(platform, "alice", buy=1_000)


@pytest.fixture
def provider(world: World, platform: Platform) -> Key:
    """A registered payee."""
    owner = world.wallet("provider", base_units=0)
    account = tokens.fund(world.machine, owner.pubkey(), 0)
    world.register_payee(platform, owner.pubkey(), account)
    return owner


def account_of(owner: Key, platform: Platform) -> Pubkey:
    return token_address(owner.pubkey(), platform.mint)


def lock(world: World, credit: Credit, owner: Key, amount: int = 100) -> JobRef:
    registration = calls_of_admin.payee_address(credit.platform.address, owner.pubkey())
    return world.lock(credit, tier=None, amount=amount, payee=registration)


def earned(world: World, owner: Key, platform: Platform) -> int:
    return tokens.amount_of(world.machine, account_of(owner, platform))


def fee(base_units: int) -> int:
    return base_units * FEE_BPS // 10_000


def test_a_payee_earns_what_is_left_of_the_price_after_the_fee(
    world: World, credit: Credit, platform: Platform, provider: Key
) -> None:
    job = lock(world, credit, provider)
    (event,) = world.settle(job, 77, payee=account_of(provider, platform)).events
    assert isinstance(event, JobSettled)
    assert (earned(world, provider, platform), world.earned(platform)) == (770_000 - 25_641, 25_641)
    assert (event.payee_base_units, event.treasury_base_units, event.payee_unpayable) == (744_359, 25_641, 0)


@pytest.mark.parametrize("step", [1, 3, 7])
def test_the_fee_is_rounded_once_for_a_job_however_many_settlements_it_takes(world: World, step: int) -> None:
    terms = replace(load_preset("decentral"), name="tiny", fee_bps=FEE_BPS, base_units_per_credit=7, min_purchase=1)
    platform = world.create_platform(terms)
    credit = world.opened(platform, "alice", buy=1_000)
    owner = world.wallet("provider", base_units=0)
    world.register_payee(platform, owner.pubkey(), tokens.fund(world.machine, owner.pubkey(), 0))
    job = lock(world, credit, owner)
    for amount in range(0, 101, step):
        world.settle(job, amount, is_final=False, payee=account_of(owner, platform))
    world.settle(job, 100, payee=account_of(owner, platform))
    assert (earned(world, owner, platform), world.earned(platform)) == (700 - fee(700), fee(700))


def test_what_lots_pay_for_is_the_treasurys(world: World, credit: Credit, platform: Platform, provider: Key) -> None:
    source = tokens.fund(world.machine, platform.operator.pubkey(), 10**9)
    world.grant(credit, 60, calls_of_credits.NEVER, source=source)
    job = lock(world, credit, provider)
    world.settle(job, 50, is_final=False, payee=account_of(provider, platform))
    assert (earned(world, provider, platform), world.earned(platform)) == (0, 500_000)
    world.settle(job, 100, payee=account_of(provider, platform))
    assert earned(world, provider, platform) == 400_000 - fee(400_000)
    assert world.earned(platform) == 600_000 + fee(400_000)


@pytest.mark.parametrize("state", ["frozen", "closed", "sold", "another mint", "no token account"])
def test_a_payee_that_cannot_be_paid_does_not_hold_a_settlement_up(
    world: World, credit: Credit, platform: Platform, provider: Key, state: str
) -> None:
    job, account = lock(world, credit, provider), account_of(provider, platform)
    if state == "frozen":
        tokens.freeze(world.machine, account)
    elif state == "closed":
        world.machine.put(account, lamports=0, owner=Pubkey.default(), data=b"")
    elif state == "no token account":
        world.machine.put(account, lamports=10**9, owner=Pubkey.default(), data=b"")
    else:
        mint = tokens.make_mint(world.machine, "other") if state == "another mint" else platform.mint
        owner = provider.pubkey() if state == "another mint" else world.person("buyer").pubkey()
        tokens.put_token_account(world.machine, account, owner=owner, mint=mint)
    (event,) = world.settle(job, 100, payee=account).events
    assert isinstance(event, JobSettled)
    assert (event.payee_base_units, event.treasury_base_units, event.payee_unpayable) == (0, 1_000_000, 1)
    assert world.earned(platform) == 1_000_000


def test_a_settlement_of_a_job_with_a_payee_needs_its_account(
    world: World, credit: Credit, platform: Platform, provider: Key
) -> None:
    """Otherwise an operator could keep what a payee has earned by leaving it out."""
    job = lock(world, credit, provider)
    other = tokens.fund(world.machine, world.person("accomplice").pubkey(), 0)
    world.refused(MissingPayee, world.settling(job, 100))
    world.refused(MissingPayee, world.settling(job, 100, payee=other))
    assert earned(world, provider, platform) == 0


def test_a_payee_of_another_platform_or_of_none_is_refused(
    world: World, credit: Credit, platform: Platform, provider: Key
) -> None:
    other = world.create_platform("decentral", name="other")
    elsewhere = world.wallet("elsewhere", base_units=0)
    account = tokens.fund(world.machine, elsewhere.pubkey(), 0)
    world.register_payee(other, elsewhere.pubkey(), account)
    foreign = calls_of_admin.payee_address(other.address, elsewhere.pubkey())
    world.refused(WrongPayee, world.locking(credit, payee=foreign)[1])
    nobody = calls_of_admin.payee_address(platform.address, elsewhere.pubkey())
    world.refused(Runtime.UNINITIALIZED_ACCOUNT, world.locking(credit, payee=nobody)[1])


def test_an_unregistered_payee_keeps_its_open_jobs_and_gets_no_new_ones(
    world: World, credit: Credit, platform: Platform, provider: Key
) -> None:
    job = lock(world, credit, provider)
    admin = platform.admin.pubkey()
    gone = calls_of_admin.unregister_payee(platform, provider.pubkey(), rent_payer=admin)
    world.refused(PayeeNotSuspended, gone)
    world.do(calls_of_admin.update_payee(platform, provider.pubkey(), suspended=True))
    world.do(gone)
    assert world.machine.lamports(admin) <= LAMPORTS
    registration = calls_of_admin.payee_address(platform.address, provider.pubkey())
    world.refused(Runtime.UNINITIALIZED_ACCOUNT, world.locking(credit, payee=registration)[1])
    world.settle(job, 100, payee=account_of(provider, platform))
    assert earned(world, provider, platform) == 1_000_000 - fee(1_000_000)


def test_a_payee_is_registered_once_and_again_after_it_was_unregistered(
    world: World, platform: Platform, provider: Key
) -> None:
    account = account_of(provider, platform)
    again = calls_of_admin.register_payee(platform, provider.pubkey(), account)
    world.refused(System.ACCOUNT_ALREADY_IN_USE, again)
    gone = calls_of_admin.unregister_payee(platform, provider.pubkey(), rent_payer=platform.admin.pubkey())
    world.do(calls_of_admin.update_payee(platform, provider.pubkey(), suspended=True), gone)
    world.do(again)


def test_a_payee_with_a_fee_that_changes_keeps_the_fee_of_the_lock(
    world: World, credit: Credit, platform: Platform, provider: Key
) -> None:
    job = lock(world, credit, provider)
    past_the_program.change_platform(world.machine, platform, fee_bps=3_000)
    world.settle(job, 100, payee=account_of(provider, platform))
    assert earned(world, provider, platform) == 1_000_000 - fee(1_000_000)


def test_a_payee_that_is_the_treasury_is_settled(world: World, credit: Credit, platform: Platform) -> None:
    owner = platform.treasury_owner
    world.register_payee(platform, owner.pubkey(), platform.treasury)
    job = lock(world, credit, owner)
    world.settle(job, 100, payee=platform.treasury)
    assert world.earned(platform) == 1_000_000


def test_a_payee_whose_account_becomes_the_treasury_is_settled(
    world: World, credit: Credit, platform: Platform, provider: Key
) -> None:
    job, account = lock(world, credit, provider), account_of(provider, platform)
    past_the_program.change_platform(world.machine, platform, treasury=account)
    world.do(world.settling(job, 100, payee=account).with_accounts(treasury=account))
    assert earned(world, provider, platform) == 1_000_000


def test_a_payee_that_is_a_vault_is_refused_at_the_settlement(world: World, credit: Credit, platform: Platform) -> None:
    """The vault would pay itself; such a job is refunded."""
    registration = world.register_payee(platform, credit.address, credit.vault)
    job = world.lock(credit, tier=None, amount=100, payee=registration)
    world.refused(Framework.DUPLICATE_MUTABLE, world.settling(job, 100, payee=credit.vault))
    world.refund(job)
