"""Accounts of a later program that this one may use: what is exact goes through, and nothing else is handed out.

A later layout may hold credits of kinds that this program has no field for. `liabilities` has them all.
"""

from dataclasses import replace

import pytest
from job_escrow.codec import (
    PROGRAM_ID,
    AmountTooLarge,
    InvariantViolated,
    NothingToSync,
    NothingToWithdraw,
    UnknownVersion,
)
from program_harness import calls, calls_of_credits, past_the_program, tokens
from program_harness.calls import MAX_CREDITS
from program_harness.calls_of_sessions import requests
from program_harness.parties import Credit, Platform
from program_harness.sessions import LITE, SESSION_LIMITS, Sessions
from program_harness.world import PLENTY, World

LATER = 2
HIDDEN = 40
"""Credits of a kind that this program does not know."""
HOUR = 3_600


@pytest.fixture
def later(world: World, alice: Credit) -> Credit:
    """Alice's account of 1,000 bought credits, as a later program could have left it."""
    account = world.account(alice)
    world.deposit(alice, HIDDEN * account.base_units_per_credit)
    past_the_program.change_account(world.machine, alice, version=LATER, liabilities=account.liabilities + HIDDEN)
    return alice


def test_an_account_of_a_later_layout_is_left_alone(world: World, alice: Credit) -> None:
    """Whoever runs an older program does no harm to what a newer one wrote."""
    past_the_program.change_account(world.machine, alice, version=LATER, compatible_from=LATER)
    world.refused(UnknownVersion, world.withdrawing(alice, None))
    assert world.account(alice).version == LATER


def test_one_that_says_so_is_used(world: World, alice: Credit) -> None:
    """And keeps what this program does not know of, behind what it knows."""
    past_the_program.change_account(world.machine, alice, version=LATER)
    data = world.machine.data(alice.address)
    more = bytes(range(1, 65))
    world.machine.put(alice.address, lamports=world.machine.rent(1_024), owner=PROGRAM_ID, data=data + more)
    job = world.lock(alice)
    world.settle(job, 500)
    world.withdraw(alice)
    account = world.account(alice)
    assert (account.version, account.compatible_from) == (LATER, 1)
    assert world.machine.data(alice.address)[len(data) :] == more


def test_what_it_owes_beyond_what_is_known_stays_in_the_vault(world: World, decentral: Platform, later: Credit) -> None:
    base = world.account(later).base_units_per_credit
    source = tokens.fund(world.machine, decentral.operator.pubkey(), PLENTY)
    world.refused(NothingToSync, calls_of_credits.sync_deposits(later, authority=later.wallet))
    world.buy(later, 300)
    world.settle(world.lock(later), 500)
    world.refund(world.lock(later))
    world.grant(later, 30, world.machine.now + HOUR, source=source)
    world.machine.advance(2 * HOUR)
    world.do(calls_of_credits.expire_lots(later))
    world.withdraw(later, 100)
    world.withdraw(later)
    account = world.account(later)
    assert (account.paid_available, account.granted_available, account.liabilities) == (0, 0, HIDDEN)
    assert world.vault(later) == HIDDEN * base
    world.refused(NothingToWithdraw, world.withdrawing(later, None))
    world.machine.advance(1)
    world.refused(UnknownVersion, world.closing(later))


def test_what_it_owes_counts_in_what_an_account_may_hold(world: World, later: Credit) -> None:
    past_the_program.change_account(world.machine, later, liabilities=MAX_CREDITS - 99)
    world.refused(AmountTooLarge, world.buying(later, 100))


def test_a_vault_that_does_not_cover_it_is_refused(world: World, later: Credit) -> None:
    """Invariant 1 is of all liabilities, known or not."""
    past_the_program.change_account(world.machine, later, liabilities=world.account(later).liabilities + 1)
    world.refused(InvariantViolated, world.buying(later, 100))


def test_an_operator_may_hold_what_is_not_known(world: World, later: Credit) -> None:
    """It is no reason to refuse the account: not even that all hidden credits are locked. One more is."""
    world.lock(later)
    limits = world.account(later).limits
    exposed = replace(limits, operator_locked=limits.operator_locked + HIDDEN, used=limits.used + HIDDEN)
    past_the_program.change_account(world.machine, later, limits=exposed)
    world.withdraw(later, 100)
    too_much = replace(exposed, operator_locked=exposed.operator_locked + 1, used=exposed.used + 1)
    past_the_program.change_account(world.machine, later, limits=too_much)
    world.refused(InvariantViolated, world.withdrawing(later, 100))


def test_a_job_that_holds_what_is_not_known_is_not_ended(world: World, later: Credit) -> None:
    """Else its hidden credits would stay among the liabilities, and nothing would say whose they are."""
    job = world.lock(later)
    past_the_program.change_job(world.machine, job, version=LATER, credits=world.job(job).credits + HIDDEN)
    world.refused(InvariantViolated, world.settling(job, 500))
    world.refused(InvariantViolated, calls.refund(job, authority=later.platform.operator))
    assert world.account(later).open_jobs == 1


def test_a_session_that_holds_what_is_not_known_is_not_ended(world: World, later: Credit) -> None:
    world.set_limits(later, SESSION_LIMITS)
    sessions = Sessions(world)
    session = sessions.open(later)
    past_the_program.change_session(
        world.machine, session, version=LATER, credits=sessions.read(session).credits + HIDDEN
    )
    world.refused(InvariantViolated, sessions.settling(session, {LITE: requests(flat=1)}, is_final=True))
    world.refused(InvariantViolated, sessions.refunding(session))


@pytest.mark.parametrize("version", [1, LATER])
@pytest.mark.parametrize("difference", [-1, 1])
def test_liabilities_are_what_is_known_and_more_only_of_a_later_layout(
    world: World, alice: Credit, version: int, difference: int
) -> None:
    liabilities = world.account(alice).liabilities + difference
    past_the_program.change_account(world.machine, alice, version=version, liabilities=liabilities)
    if version == LATER and difference > 0:
        world.lock(alice)
    else:
        world.refused(InvariantViolated, world.locking(alice)[1])


@pytest.mark.parametrize("version", [1, LATER])
def test_a_close_pays_out_all_that_is_known(world: World, alice: Credit, version: int) -> None:
    past_the_program.change_account(world.machine, alice, version=version)
    had = tokens.amount_of(world.machine, alice.tokens)
    vault = world.vault(alice)
    world.machine.advance(1)
    world.close(alice)
    assert tokens.amount_of(world.machine, alice.tokens) == had + vault


def test_all_liabilities_stand_at_one_place_for_ever(world: World, alice: Credit) -> None:
    """Where every later program keeps them: bytes 720 to 727, whatever comes behind."""
    past_the_program.set_bytes(world.machine, alice.address, 720, (12_345).to_bytes(8, "little"))
    assert world.account(alice).liabilities == 12_345
