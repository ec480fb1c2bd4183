"""Grants for plans: each cycle of each plan once, in any order, after outages and restores."""

from random import Random

import pytest
from job_escrow.codec import (
    AmountTooLarge,
    CreditsGranted,
    InvalidExpiry,
    JobIdTooOld,
    JobIdUsed,
    NoSuchPlanSlot,
    NotOperatorOrGranter,
    OtherOpening,
    PlanCycle,
    PlanCycleGranted,
    PlanCycleTooOld,
)
from job_escrow.ids import starts_at
from job_escrow.plans import MAX_CYCLE, NO_PLAN, granted_cycles, is_granted
from program_harness import tokens
from program_harness.calls import MAX_CREDITS, Call
from program_harness.calls_of_credits import NEVER
from program_harness.machine import Outcome
from program_harness.parties import Credit, Platform
from program_harness.world import PLENTY, World
from solders.pubkey import Pubkey

MONTH = 30 * 24 * 60 * 60
WINDOW = 64


@pytest.fixture
def source(world: World, decentral: Platform) -> Pubkey:
    """What the operator pays for grants from."""
    return tokens.fund(world.machine, decentral.operator.pubkey(), PLENTY)


class Plans:
    """Grants of one credit to an account, for plans."""

    def __init__(self, world: World, credit: Credit, source: Pubkey) -> None:
        self.world, self.credit, self.source = world, credit, source

    def call(self, slot: int, cycle: int, credits: int = 1) -> Call:
        plan = PlanCycle(slot=slot, cycle=cycle)
        return self.world.granting(self.credit, credits, NEVER, source=self.source, plan=plan)

    def grant(self, slot: int, *cycles: int) -> None:
        for cycle in cycles:
            self.world.do(self.call(slot, cycle))

    def granted(self, slot: int) -> list[int]:
        return granted_cycles(self.world.account(self.credit), slot)


def granted_in(outcome: Outcome) -> list[CreditsGranted]:
    """The grants of a transaction."""
    return [each for each in outcome.events if isinstance(each, CreditsGranted)]


@pytest.fixture
def plans(world: World, alice: Credit, source: Pubkey) -> Plans:
    return Plans(world, alice, source)


def test_a_plans_cycle_is_granted_once(world: World, alice: Credit, plans: Plans) -> None:
    given = plans.call(2, 7, 500)
    (event,) = granted_in(world.do(given))
    assert (event.plan_slot, event.plan_cycle, event.id) == (2, 7, starts_at(world.account(alice)))
    world.refused(PlanCycleGranted, given)
    world.refused(PlanCycleGranted, plans.call(2, 7, 1))
    assert (world.account(alice).granted, plans.granted(2)) == (500, [7])


def test_cycles_come_in_any_order(world: World, alice: Credit, plans: Plans) -> None:
    cycles = list(range(600, 600 + WINDOW))
    Random(1).shuffle(cycles)
    plans.grant(0, *cycles)
    assert plans.granted(0) == sorted(cycles)
    for cycle in cycles:
        world.refused(PlanCycleGranted, plans.call(0, cycle))
    assert world.account(alice).granted == WINDOW


def test_slots_know_nothing_of_each_other(world: World, alice: Credit, plans: Plans) -> None:
    for slot in range(4):
        plans.grant(slot, *{5, 3 + slot})
    assert [plans.granted(slot) for slot in range(4)] == [[3, 5], [4, 5], [5], [5, 6]]


@pytest.mark.parametrize("slot", [4, 5, 64, 255])
def test_there_are_four_slots(world: World, plans: Plans, slot: int) -> None:
    world.refused(NoSuchPlanSlot, plans.call(slot, 1))


def test_a_window_has_64_cycles(world: World, plans: Plans) -> None:
    plans.grant(1, 1_000)
    world.refused(PlanCycleTooOld, plans.call(1, 1_000 - WINDOW))
    world.refused(PlanCycleTooOld, plans.call(1, 0))
    plans.grant(1, 1_000 - WINDOW + 1, 1_001)
    world.refused(PlanCycleTooOld, plans.call(1, 1_000 - WINDOW + 1))
    assert plans.granted(1) == [1_000, 1_001]


@pytest.mark.parametrize("ahead", [1, WINDOW - 1, WINDOW, WINDOW + 1, 2**31, MAX_CYCLE])
def test_a_plan_may_rest_for_as_long_as_it_likes(world: World, plans: Plans, ahead: int) -> None:
    plans.grant(3, 0, ahead)
    assert plans.granted(3) == ([0, ahead] if ahead < WINDOW else [ahead])
    world.refused(PlanCycleGranted, plans.call(3, ahead))


def test_the_first_cycles_are_0_and_the_last_fits_its_field(world: World, plans: Plans) -> None:
    plans.grant(0, 0)
    world.refused(PlanCycleGranted, plans.call(0, 0))
    plans.grant(0, MAX_CYCLE, MAX_CYCLE - WINDOW + 1)
    world.refused(PlanCycleTooOld, plans.call(0, MAX_CYCLE - WINDOW))
    assert plans.granted(0) == [MAX_CYCLE - WINDOW + 1, MAX_CYCLE]


def test_plans_use_up_no_ids_and_other_grants_no_cycles(
    world: World, alice: Credit, plans: Plans, source: Pubkey
) -> None:
    ids, cycles = world.account(alice).grant_ids, world.account(alice).plans
    (event,) = granted_in(world.grant(alice, 1, NEVER, source=source))
    assert (event.plan_slot, event.plan_cycle) == (NO_PLAN, 0)
    after = world.account(alice)
    assert (after.plans, after.grant_ids.highest) == (cycles, ids.highest + 1)
    plans.grant(0, 1)
    assert world.account(alice).grant_ids == after.grant_ids


def test_the_library_tells_what_the_program_would_say(world: World, alice: Credit, plans: Plans) -> None:
    plans.grant(0, 0, 10, 100, 163)
    windows = world.account(alice).plans
    told = [cycle for cycle in range(170) if is_granted(windows, PlanCycle(slot=0, cycle=cycle))]
    assert told == [*range(101), 163]
    assert not is_granted(windows, PlanCycle(slot=1, cycle=0))
    assert not is_granted(windows, PlanCycle(slot=4, cycle=0))


# Attacks


def test_a_repeated_plans_grant_is_told_that_it_is_one_whatever_has_changed(
    world: World, alice: Credit, source: Pubkey
) -> None:
    plan = PlanCycle(slot=0, cycle=1)
    given = world.granting(alice, 50, world.machine.now + MONTH, source=source, plan=plan)
    world.do(given)
    world.machine.advance(MONTH)
    tokens.put_token_account(world.machine, source, owner=alice.platform.operator.pubkey(), amount=0)
    world.refused(PlanCycleGranted, given)


def test_an_account_that_is_opened_again_gets_no_cycle_that_was_meant_for_the_one_before(
    world: World, alice: Credit, plans: Plans
) -> None:
    """A wallet that spends a cycle's credits, closes and opens again within the server's retries would get it twice."""
    late = [plans.call(0, 5), plans.call(0, 6)]
    world.do(late[0])
    world.machine.advance(1)
    world.close(alice)
    world.open(alice)
    for each in late:
        world.refused(OtherOpening, each)
    plans.grant(0, 6)


@pytest.mark.parametrize("away", [-(2**20), -1, 1, 2**20])
def test_a_plans_grant_names_the_first_id_of_the_account(
    world: World, alice: Credit, source: Pubkey, away: int
) -> None:
    first = starts_at(world.account(alice))
    plan = PlanCycle(slot=0, cycle=1)
    world.refused(OtherOpening, world.granting(alice, 1, NEVER, source=source, grant_id=first + away, plan=plan))
    world.refused(OtherOpening, world.granting(alice, 1, NEVER, source=source, grant_id=0, plan=plan))


def test_the_id_of_plans_is_never_one_of_other_grants(
    world: World, alice: Credit, plans: Plans, source: Pubkey
) -> None:
    plans.grant(0, 1)
    first = starts_at(world.account(alice))
    world.refused(JobIdUsed, world.granting(alice, 1, NEVER, source=source, grant_id=first))
    world.do(world.granting(alice, 1, NEVER, source=source, grant_id=first + 128))
    world.refused(JobIdTooOld, world.granting(alice, 1, NEVER, source=source, grant_id=first))


def test_only_operator_and_granter_grant_cycles(world: World, alice: Credit, plans: Plans) -> None:
    stranger = world.wallet("stranger")
    own = tokens.fund(world.machine, stranger.pubkey(), 0)
    plan = PlanCycle(slot=0, cycle=1)
    call = world.granting(alice, 1, NEVER, source=own, operator=stranger, plan=plan)
    world.refused(NotOperatorOrGranter, call)
    assert plans.granted(0) == []


def test_a_refused_grant_leaves_its_cycle(world: World, alice: Credit, plans: Plans, source: Pubkey) -> None:
    world.refused(AmountTooLarge, plans.call(0, 1, MAX_CREDITS))
    plan = PlanCycle(slot=0, cycle=1)
    world.refused(InvalidExpiry, world.granting(alice, 1, world.machine.now, source=source, plan=plan))
    plans.grant(0, 1)


def test_two_grants_of_a_cycle_in_one_transaction_fail_together(world: World, alice: Credit, plans: Plans) -> None:
    twice = plans.call(0, 1)
    outcome = world.machine.send([twice.instruction(), twice.instruction()], list(twice.signers))
    assert outcome.reason is PlanCycleGranted
    assert world.account(alice).granted == 0
