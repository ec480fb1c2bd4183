"""The keys around an operator: a standby that the admin switches to at once, and a granter; and what grants are for."""

from dataclasses import replace

import pytest
from job_escrow import codec
from job_escrow.codec import (
    CreditsGranted,
    JobIdUsed,
    NoStandbyOperator,
    NothingDue,
    NotOperatorOrGranter,
    NotTheAdmin,
    NotTheOperator,
    NotWalletOrOperator,
    PlatformChanged,
)
from job_escrow.grant_reasons import REASONS
from program_harness import calls_of_admin, tokens
from program_harness.calls_of_admin import NO_CHANGE, switch_operator
from program_harness.calls_of_credits import NEVER
from program_harness.keys import Key
from program_harness.parties import Credit, Platform
from program_harness.world import DAY, PLENTY, World
from solders.pubkey import Pubkey

NOBODY = Pubkey.default()
NOTICE = 7 * DAY


def read(world: World, platform: Platform) -> codec.Platform:
    return codec.Platform.decode(world.machine.data(platform.address))


def update(world: World, platform: Platform, **changes: object) -> codec.Platform:
    world.do(calls_of_admin.update_platform(platform, replace(NO_CHANGE, **changes)))  # type: ignore[arg-type]
    return read(world, platform)


def named(world: World, platform: Platform, name: str, key: Key) -> None:
    """Name a key and let its notice pass."""
    update(world, platform, **{name: key.pubkey()})
    world.machine.advance(NOTICE)
    world.do(calls_of_admin.apply_changes(platform))


@pytest.fixture
def standby(world: World, alice: Credit) -> Key:
    """The platform's standby operator, whose notice is over."""
    key = world.wallet("standby")
    named(world, alice.platform, "standby_operator", key)
    return key


def run_by(credit: Credit, operator: Key) -> Credit:
    return replace(credit, platform=replace(credit.platform, operator=operator))


@pytest.mark.parametrize("name", ["standby_operator", "granter"])
def test_a_standby_and_a_granter_are_named_with_notice(world: World, decentral: Platform, name: str) -> None:
    key = world.person("named")
    announced = update(world, decentral, **{name: key.pubkey()})
    assert getattr(announced, name) == NOBODY
    at = world.machine.now + NOTICE
    assert (getattr(announced.pending, name), getattr(announced.pending, f"{name}_at")) == (key.pubkey(), at)
    world.machine.move_clock_to(at - 1)
    world.refused(NothingDue, calls_of_admin.apply_changes(decentral))
    world.machine.move_clock_to(at)
    world.do(calls_of_admin.apply_changes(decentral))
    found = read(world, decentral)
    assert (getattr(found, name), getattr(found.pending, f"{name}_at")) == (key.pubkey(), 0)


@pytest.mark.parametrize("name", ["standby_operator", "granter"])
def test_none_at_all_is_at_once_and_takes_an_announced_one_back(world: World, decentral: Platform, name: str) -> None:
    named(world, decentral, name, world.person("named"))
    update(world, decentral, **{name: world.person("next").pubkey()})
    found = update(world, decentral, **{name: NOBODY})
    assert (getattr(found, name), getattr(found.pending, f"{name}_at")) == (NOBODY, 0)


@pytest.mark.parametrize("name", ["standby_operator", "granter"])
def test_the_present_one_takes_an_announced_one_back(world: World, decentral: Platform, name: str) -> None:
    key = world.person("named")
    named(world, decentral, name, key)
    update(world, decentral, **{name: world.person("next").pubkey()})
    found = update(world, decentral, **{name: key.pubkey()})
    assert (getattr(found, name), getattr(found.pending, f"{name}_at")) == (key.pubkey(), 0)


def test_the_admin_switches_at_once_and_the_old_operator_is_dropped(world: World, alice: Credit, standby: Key) -> None:
    platform, job = alice.platform, world.lock(alice, seconds=DAY)
    (event,) = world.do(switch_operator(platform)).events
    assert isinstance(event, PlatformChanged)
    assert (event.change, event.operator, event.standby_operator) == (6, standby.pubkey(), NOBODY)
    found = read(world, platform)
    assert (found.operator, found.standby_operator) == (standby.pubkey(), NOBODY)
    world.refused(NotTheOperator, world.settling(job, 500))
    world.refused(NotWalletOrOperator, world.locking(alice)[1])
    source = tokens.fund(world.machine, platform.operator.pubkey(), PLENTY)
    world.refused(NotOperatorOrGranter, world.granting(alice, 1, NEVER, source=source))
    world.do(world.settling(job, 500, operator=standby))
    world.lock(run_by(alice, standby), authority=standby)


def test_there_is_no_way_back_without_a_notice(world: World, alice: Credit, standby: Key) -> None:
    """The old one is not the new one's standby: whoever stole its key does not come back by a second switch."""
    platform, old = alice.platform, alice.platform.operator
    world.do(switch_operator(platform))
    world.refused(NoStandbyOperator, switch_operator(platform))
    found = update(world, platform, operator=old.pubkey())
    assert (found.operator, found.pending.operator_at) == (standby.pubkey(), world.machine.now + NOTICE)


def test_a_switch_takes_an_announced_operator_back(world: World, alice: Credit, standby: Key) -> None:
    platform = alice.platform
    update(world, platform, operator=world.person("successor").pubkey())
    world.do(switch_operator(platform))
    assert read(world, platform).pending.operator_at == 0
    world.machine.advance(NOTICE)
    world.refused(NothingDue, calls_of_admin.apply_changes(platform))
    assert read(world, platform).operator == standby.pubkey()


def test_a_standby_that_was_revoked_is_not_switched_to(world: World, alice: Credit, standby: Key) -> None:
    update(world, alice.platform, standby_operator=NOBODY)
    world.refused(NoStandbyOperator, switch_operator(alice.platform))
    assert read(world, alice.platform).operator == alice.platform.operator.pubkey() != standby.pubkey()


def test_a_standby_whose_notice_is_not_over_is_not_switched_to(world: World, alice: Credit) -> None:
    update(world, alice.platform, standby_operator=world.person("standby").pubkey())
    world.machine.advance(NOTICE)
    world.refused(NoStandbyOperator, switch_operator(alice.platform))


def test_only_the_admin_switches(world: World, alice: Credit, standby: Key) -> None:
    for other in (alice.platform.operator, standby, alice.wallet, world.person("stranger")):
        world.refused(NotTheAdmin, switch_operator(alice.platform, admin=other))


def test_a_platform_without_an_operator_gets_its_standby(world: World, alice: Credit, standby: Key) -> None:
    update(world, alice.platform, operator=NOBODY)
    world.do(switch_operator(alice.platform))
    world.lock(run_by(alice, standby), authority=standby)


def test_a_standby_may_nothing_before_the_switch(world: World, alice: Credit, standby: Key) -> None:
    job = world.lock(alice, seconds=DAY)
    source = tokens.fund(world.machine, standby.pubkey(), PLENTY)
    world.refused(NotTheOperator, world.settling(job, 500, operator=standby))
    world.refused(NotWalletOrOperator, world.locking(alice, authority=standby)[1])
    world.refused(NotOperatorOrGranter, world.granting(alice, 1, NEVER, source=source, operator=standby))


def test_a_granter_grants_from_its_own_tokens_and_may_nothing_else(world: World, alice: Credit) -> None:
    granter = world.wallet("granter")
    named(world, alice.platform, "granter", granter)
    source = replace(alice, wallet=granter).tokens
    job = world.lock(alice, seconds=DAY)
    (event,) = world.do(world.granting(alice, 30, NEVER, source=source, operator=granter)).events
    assert isinstance(event, CreditsGranted)
    assert (event.operator, event.credits, event.base_units) == (granter.pubkey(), 30, 300_000)
    assert tokens.amount_of(world.machine, source) == PLENTY - 300_000
    world.refused(NotTheOperator, world.settling(job, 500, operator=granter))
    world.refused(NotWalletOrOperator, world.locking(alice, authority=granter)[1])
    world.refused(NotTheAdmin, switch_operator(alice.platform, admin=granter))
    operators = tokens.fund(world.machine, alice.platform.operator.pubkey(), PLENTY)
    world.grant(alice, 1, NEVER, source=operators)


def test_a_granter_that_was_revoked_grants_nothing(world: World, alice: Credit) -> None:
    granter = world.wallet("granter")
    source = replace(alice, wallet=granter).tokens
    world.refused(NotOperatorOrGranter, world.granting(alice, 1, NEVER, source=source, operator=granter))
    named(world, alice.platform, "granter", granter)
    update(world, alice.platform, granter=NOBODY)
    world.refused(NotOperatorOrGranter, world.granting(alice, 1, NEVER, source=source, operator=granter))


@pytest.mark.parametrize("reason", [0, REASONS.index("referral"), len(REASONS), 2**16 - 1])
def test_r6_a_grant_states_what_it_is_for(world: World, alice: Credit, reason: int) -> None:
    source = tokens.fund(world.machine, alice.platform.operator.pubkey(), PLENTY)
    call = world.granting(alice, 5, NEVER, source=source).with_args(reason=reason)
    (event,) = world.do(call).events
    assert isinstance(event, CreditsGranted)
    assert (event.reason, event.credits) == (reason, 5)
    world.refused(JobIdUsed, call.with_args(reason=1))
