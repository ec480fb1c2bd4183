"""Every movement of money emits one event; events alone rebuild every account; each transaction fits a packet."""

from collections.abc import Iterator
from itertools import islice

import pytest
from job_escrow.codec import (
    PROGRAM_ID,
    AccountClosed,
    AccountOpened,
    Balances,
    CreditAccount,
    CreditsPurchased,
    CreditsWithdrawn,
    Event,
    Job,
    JobLocked,
    JobRefunded,
    JobSettled,
    LimitsSet,
    PlatformCreated,
    Session,
    TopUpRule,
)
from job_escrow.codec.events import EVENTS
from job_escrow.ids import usable_ids
from job_escrow.presets import load_preset
from job_escrow.tokens import create_token_account
from program_harness import calls, tokens
from program_harness.calls import NO_LIMITS
from program_harness.calls_of_sessions import requests
from program_harness.machine import Machine
from program_harness.parties import Credit, Platform
from program_harness.replay import Replay
from program_harness.sessions import LITE, Sessions
from program_harness.simulation.driver import Simulation
from program_harness.stage import stage
from program_harness.valid_calls import VALID
from program_harness.world import World

EVENT_OF = {
    "create_platform": "PlatformCreated",
    "open": "AccountOpened",
    "set_limits": "LimitsSet",
    "purchase": "CreditsPurchased",
    "purchase_pack": "CreditsPurchased",
    "lock": "JobLocked",
    "settle": "JobSettled",
    "refund": "JobRefunded",
    "withdraw": "CreditsWithdrawn",
    "close": "AccountClosed",
    "update_platform": "PlatformChanged",
    "set_tier": "PlatformChanged",
    "set_pack": "PlatformChanged",
    "withdraw_promotion": "PromotionWithdrawn",
    "sweep_promotion": "PromotionSwept",
    "apply_changes": "PlatformChanged",
    "propose_admin": "PlatformChanged",
    "accept_admin": "PlatformChanged",
    "register_payee": "PayeeRegistered",
    "switch_operator": "PlatformChanged",
    "update_payee": "PayeeChanged",
    "unregister_payee": "PayeeUnregistered",
    "open_session": "SessionOpened",
    "settle_session": "SessionSettled",
    "refund_session": "SessionRefunded",
    "set_top_up": "TopUpSet",
    "remove_top_up": "TopUpRemoved",
    "top_up": "CreditsToppedUp",
    "grant": "CreditsGranted",
    "expire_lots": "LotsExpired",
    "sync_deposits": "DepositsSynced",
    "recover": "TokensRecovered",
    "recover_nested": "TokensRecovered",
}
PACKET = 1_232


def only(events: tuple[Event, ...]) -> Event:
    assert len(events) == 1
    return events[0]


def balances(world: World, credit: Credit) -> Balances:
    account = world.account(credit)
    return Balances(
        paid_available=account.paid_available,
        paid_locked=account.paid_locked,
        granted_available=account.granted_available,
        granted_locked=account.granted_locked,
        promotion_backing=account.promotion_backing,
    )


def rebuilt(world: World) -> Replay:
    """Replay what this world's machine has emitted, and compare all that the chain holds with it."""
    replay = Replay(world.machine.events)
    assert replay.accounts == dict(decoded(world.machine, CreditAccount))
    assert replay.jobs == dict(decoded(world.machine, Job))
    assert replay.sessions == dict(decoded(world.machine, Session))
    assert replay.rules == dict(decoded(world.machine, TopUpRule))
    return replay


def decoded(
    machine: Machine, kind: type[CreditAccount | Job | Session | TopUpRule]
) -> Iterator[tuple[object, CreditAccount | Job | Session | TopUpRule]]:
    for address, account in machine.svm.get_program_accounts(PROGRAM_ID):
        if account.lamports and account.data[:8] == kind.DISCRIMINATOR:
            yield address, kind.decode(account.data)


def test_every_instruction_and_every_event_has_its_other_half_here() -> None:
    assert {build(stage()).name for build in VALID.values()} == set(EVENT_OF)
    assert {event.__name__ for event in EVENTS.values()} == set(EVENT_OF.values())


def test_opening(world: World, decentral: Platform) -> None:
    credit = Credit(decentral, world.wallet("bob"))
    event = only(world.open(credit, NO_LIMITS).events)
    assert isinstance(event, AccountOpened)
    assert (event.wallet, event.credit_account, event.vault) == (credit.wallet.pubkey(), credit.address, credit.vault)
    assert (event.at, event.starts_at) == (world.machine.now, world.machine.now << 20)
    rebuilt(world)


def test_creating_a_platform(world: World) -> None:
    platform, call = world.platform_call(load_preset("decentral"))
    event = only(world.do(call).events)
    assert isinstance(event, PlatformCreated)
    assert (event.platform, event.treasury, event.mint) == (platform.address, platform.treasury, platform.mint)
    assert (event.base_units_per_credit, event.min_purchase) == (10_000, 100)


def test_purchases_by_the_wallet_and_by_others(world: World, alice: Credit) -> None:
    before = balances(world, alice)
    event = only(world.buy(alice, 200).events)
    assert isinstance(event, CreditsPurchased)
    assert (event.before, event.after) == (before, balances(world, alice))
    assert (event.credits, event.base_units, event.payer) == (200, 2_000_000, alice.wallet.pubkey())
    assert event.sequence == world.account(alice).sequence
    friend = world.wallet("friend")
    other = only(world.buy(alice, 100, payer=friend).events)
    assert isinstance(other, CreditsPurchased)
    assert (other.sequence, other.payer) == (0, friend.pubkey())
    rebuilt(world)


def test_sessions_are_rebuilt_with_their_heads(world: World, sessions: Sessions, decentral: Platform) -> None:
    """Settled step by step, to the end or refunded; beside a job, with granted credits and a payee."""
    credit = sessions.opened(decentral, "bob")
    source = tokens.fund(world.machine, decentral.operator.pubkey(), 10**9)
    world.grant(credit, 60, world.machine.now + 10**6, source=source)
    owner = world.person("worker").pubkey()
    earnings = tokens.fund(world.machine, owner, 0)
    registration = world.register_payee(decentral, owner, earnings)
    first, paid = sessions.open(credit, credits=100), sessions.open(credit, credits=100, payee=registration)
    job = world.lock(credit)
    sessions.settle(first, {LITE: requests(3)}, receipts=3)
    sessions.settle(paid, {LITE: requests(3)}, payee=earnings)
    sessions.settle(first, {LITE: requests(3)}, receipts=0)
    assert len(rebuilt(world).sessions) == 2
    sessions.settle(first, {LITE: requests(40)}, is_final=True)
    world.settle(job, 500)
    sessions.refund(paid)
    assert rebuilt(world).sessions == {}


def test_a_job_from_lock_to_its_last_settlement(world: World, alice: Credit) -> None:
    job, call = world.locking(alice, amount=10_000)
    before = balances(world, alice)
    locked = only(world.do(call).events)
    assert isinstance(locked, JobLocked)
    assert (locked.before, locked.after) == (before, balances(world, alice))
    assert (locked.credits, locked.held.paid, locked.by_operator) == (200, 200, 1)
    rebuilt(world)
    part = only(world.settle(job, 2_001, is_final=False).events)
    assert isinstance(part, JobSettled)
    assert (part.charged, part.settled, part.is_final, part.treasury_base_units) == (41, 41, 0, 410_000)
    rebuilt(world)
    last = only(world.settle(job, 2_400).events)
    assert isinstance(last, JobSettled)
    assert (last.charged, last.settled, last.is_final, last.returned.paid) == (7, 48, 1, 152)
    assert (last.before, last.after) == (part.after, balances(world, alice))
    assert rebuilt(world).jobs == {}


@pytest.mark.parametrize("timed_out", [0, 1])
def test_a_refund_says_whether_the_deadline_had_passed(world: World, alice: Credit, timed_out: int) -> None:
    job = world.lock(alice, seconds=600)
    world.machine.advance(600 * timed_out)
    event = only(world.refund(job).events)
    assert isinstance(event, JobRefunded)
    assert (event.timed_out, event.returned.paid, event.settled) == (timed_out, 40, 0)
    rebuilt(world)


def test_a_withdrawal_says_what_a_plain_transfer_had_brought(world: World, alice: Credit) -> None:
    world.deposit(alice, 25_001)
    event = only(world.withdraw(alice).events)
    assert isinstance(event, CreditsWithdrawn)
    assert (event.credits, event.synced, event.base_units) == (1_002, 2, 10_025_001)
    rebuilt(world)


def test_limits_and_a_close(world: World, alice: Credit) -> None:
    assert isinstance(only(world.set_limits(alice, NO_LIMITS).events), LimitsSet)
    rebuilt(world)
    world.deposit(alice, 5)
    world.machine.advance(1)
    event = only(world.close(alice).events)
    assert isinstance(event, AccountClosed)
    assert (event.wallet_base_units, event.treasury_base_units, event.destination) == (10_000_005, 0, alice.tokens)
    assert rebuilt(world).accounts == {}


def test_a_settlement_that_charges_nothing_is_told_too(world: World, alice: Credit) -> None:
    job = world.lock(alice)
    world.settle(job, 500, is_final=False)
    again = only(world.settle(job, 500, is_final=False).events)
    assert isinstance(again, JobSettled)
    assert (again.charged, again.before == again.after) == (0, True)


def test_a_refused_transaction_emits_nothing(world: World, alice: Credit) -> None:
    assert world.attempt(world.buying(alice, 99)).events == ()


def test_each_of_several_instructions_in_one_transaction_has_its_event(world: World, alice: Credit) -> None:
    """Events are inner instructions, of which each of several in one transaction has its own."""
    wanted = list(islice(usable_ids(alice.address, world.account(alice).job_ids.highest), 4))
    locks = [world.locking(alice, tier=None, amount=1, job_id=number)[1] for number in wanted]
    outcome = world.do(*locks)
    assert [event.id for event in outcome.events if isinstance(event, JobLocked)] == wanted
    rebuilt(world)


@pytest.mark.parametrize("seed", [21, 22])
def test_events_alone_rebuild_every_account_after_anything(seed: int) -> None:
    simulation = Simulation(seed)
    for _ in range(8):
        simulation.run(100)
        rebuilt(simulation.scene.world)


@pytest.mark.parametrize("name", VALID)
def test_each_instruction_emits_its_one_event(name: str) -> None:
    on = stage()
    call = VALID[name](on)
    emitted = on.world.machine.simulate(call.all(), call.signers).events
    assert [type(event).__name__ for event in emitted] == [EVENT_OF[call.name]]


@pytest.mark.parametrize("name", VALID)
def test_each_transaction_fits_a_packet(name: str) -> None:
    """Signed, with a compute budget, and with the token account that is made on the way where one may be missing."""
    on = stage()
    call = VALID[name](on)
    companions = [*calls.budget(), *call.before]
    if name == "open":
        companions = [*calls.budget(), *calls.open_account(on.unopened, payer=on.world.person("rent payer")).before]
    if name in {"withdraw", "close", "recover"}:
        wallet = call.signers[0].pubkey()
        companions.append(create_token_account(payer=wallet, owner=wallet, mint=on.platform.mint))
    instructions = [*companions, call.instruction()]
    payer = call.signers[0] if call.signers else on.world.person("keeper")
    transaction = on.world.machine.transaction(instructions, call.signers, payer=payer)
    assert len(bytes(transaction)) <= PACKET


def test_opening_limits_and_the_first_purchase_fit_one_packet(world: World, decentral: Platform) -> None:
    """D2: and with somebody else who pays the rent."""
    credit = Credit(decentral, world.wallet("bob"))
    sponsor = world.person("sponsor")
    opening = calls.open_account(credit, payer=sponsor)
    buying = world_purchase(credit)
    transaction = world.machine.transaction(
        [*calls.budget(), *opening.all(), *buying.all()], [*opening.signers, *buying.signers], payer=sponsor
    )
    assert len(bytes(transaction)) <= PACKET
    assert world.do(opening, buying).events[1:] != ()


def world_purchase(credit: Credit) -> calls.Call:
    return calls.purchase(credit, 100, 0, payer=credit.wallet, source=credit.tokens)
