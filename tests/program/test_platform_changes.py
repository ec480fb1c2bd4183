"""Changes of a platform: what could hurt a wallet waits for the notice period, what protects it is at once."""

from dataclasses import replace
from itertools import product

import pytest
from job_escrow import codec
from job_escrow.codec import (
    AnnouncementLapsed,
    FeeTooHigh,
    InvalidJobDuration,
    InvalidMinimumPurchase,
    InvalidTier,
    NoSuchTierSlot,
    NothingDue,
    NotTheAdmin,
    NotTheProposedAdmin,
    TierArgs,
    UpdatePlatformArgs,
)
from job_escrow.presets import load_preset
from program_harness import calls_of_admin, tokens
from program_harness.calls_of_admin import NO_CHANGE
from program_harness.model.platform import tier_of
from program_harness.parties import Credit, Platform
from program_harness.pricing import reference_cost
from program_harness.reasons import Reason
from program_harness.world import DAY, World
from solders.pubkey import Pubkey

NOBODY = Pubkey.default()
NOTICE = 7 * DAY
GRACE = 30 * DAY
LITE = load_preset("decentral").tiers[0]


def read(world: World, platform: Platform) -> codec.Platform:
    return codec.Platform.decode(world.machine.data(platform.address))


def update(world: World, platform: Platform, **changes: object) -> codec.Platform:
    args: UpdatePlatformArgs = replace(NO_CHANGE, **changes)  # type: ignore[arg-type]
    world.do(calls_of_admin.update_platform(platform, args))
    return read(world, platform)


def wait_and_apply(world: World, platform: Platform) -> codec.Platform:
    """To the second: one second earlier nothing is due."""
    world.machine.advance(NOTICE - 1)
    world.refused(NothingDue, calls_of_admin.apply_changes(platform))
    world.machine.advance(1)
    world.do(calls_of_admin.apply_changes(platform))
    return read(world, platform)


@pytest.mark.parametrize(
    ("name", "lower", "higher"),
    [("min_purchase", 1, 1_000), ("max_job_seconds", 1, 7 * DAY)],
)
def test_lower_is_at_once_and_higher_waits(
    world: World, decentral: Platform, name: str, lower: int, higher: int
) -> None:
    before = getattr(read(world, decentral), name)
    announced = update(world, decentral, **{name: higher})
    assert getattr(announced, name) == before
    assert (getattr(announced.pending, name), getattr(announced.pending, f"{name}_at")) == (
        higher,
        world.machine.now + NOTICE,
    )
    applied = wait_and_apply(world, decentral)
    assert (getattr(applied, name), getattr(applied.pending, f"{name}_at")) == (higher, 0)
    assert getattr(update(world, decentral, **{name: lower}), name) == lower


@pytest.mark.parametrize("name", ["fee_bps", "min_purchase", "max_job_seconds"])
def test_the_present_value_takes_an_announced_one_back(world: World, decentral: Platform, name: str) -> None:
    before = getattr(read(world, decentral), name)
    update(world, decentral, **{name: before + 1})
    assert getattr(update(world, decentral, **{name: before}).pending, f"{name}_at") == 0
    world.machine.advance(NOTICE)
    world.refused(NothingDue, calls_of_admin.apply_changes(decentral))


def test_an_announcement_that_is_repeated_waits_anew(world: World, decentral: Platform) -> None:
    update(world, decentral, min_purchase=1_000)
    world.machine.advance(NOTICE - 1)
    update(world, decentral, min_purchase=900)
    world.machine.advance(1)
    world.refused(NothingDue, calls_of_admin.apply_changes(decentral))
    world.machine.advance(NOTICE - 1)
    world.do(calls_of_admin.apply_changes(decentral))
    assert read(world, decentral).min_purchase == 900


def test_a_new_operator_waits_and_the_old_one_works_until_then(world: World, alice: Credit) -> None:
    successor = world.person("successor")
    job = world.lock(alice, seconds=DAY)
    update(world, alice.platform, operator=successor.pubkey())
    world.settle(job, 100, is_final=False)
    world.refused(codec.NotTheOperator, world.settling(job, 500, operator=successor))
    wait_and_apply(world, alice.platform)
    late = world.lock(replace_operator(alice, successor), authority=successor)
    world.refused(codec.NotTheOperator, world.settling(late, 500, operator=alice.platform.operator))
    world.do(world.settling(late, 500, operator=successor))


def replace_operator(credit: Credit, operator: object) -> Credit:
    return replace(credit, platform=replace(credit.platform, operator=operator))  # type: ignore[arg-type]


def test_an_operator_is_revoked_at_once_with_its_announced_successor(world: World, alice: Credit) -> None:
    job = world.lock(alice, seconds=600)
    update(world, alice.platform, operator=world.person("successor").pubkey())
    revoked = update(world, alice.platform, operator=NOBODY)
    assert (revoked.operator, revoked.pending.operator_at) == (NOBODY, 0)
    world.refused(codec.NotTheOperator, world.settling(job, 500))
    world.refused(codec.NotWalletOrOperator, world.locking(alice)[1])
    world.machine.advance(600)
    world.refund(job, world.person("stranger"))
    assert world.account(alice).paid_available == 1_000


def test_a_new_treasury_waits(world: World, alice: Credit) -> None:
    target = tokens.fund(world.machine, world.person("new treasury").pubkey(), 0)
    world.do(calls_of_admin.update_platform(alice.platform, NO_CHANGE, treasury=target))
    world.settle(world.lock(alice), 500)
    assert world.earned(alice.platform) == 400_000
    applied = wait_and_apply(world, alice.platform)
    assert (applied.treasury, applied.pending.treasury_at) == (target, 0)
    job = world.lock(alice)
    world.refused(codec.WrongTreasury, world.settling(job, 500))
    world.do(world.settling(job, 500).with_accounts(treasury=target))
    assert tokens.amount_of(world.machine, target) == 400_000


def test_a_pause_is_at_once_either_way(world: World, alice: Credit) -> None:
    assert update(world, alice.platform, paused=True).paused == 1
    world.refused(codec.Paused, world.buying(alice, 100))
    assert update(world, alice.platform, paused=False).paused == 0
    world.buy(alice, 100)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"fee_bps": 3_001}, FeeTooHigh),
        ({"fee_bps": 2**64 - 1}, FeeTooHigh),
        ({"min_purchase": 0}, InvalidMinimumPurchase),
        ({"min_purchase": 2**32}, InvalidMinimumPurchase),
        ({"max_job_seconds": 0}, InvalidJobDuration),
        ({"max_job_seconds": 7 * DAY + 1}, InvalidJobDuration),
    ],
)
def test_a_change_beyond_the_bounds_is_refused(
    world: World, decentral: Platform, changes: dict[str, int], reason: Reason
) -> None:
    args: UpdatePlatformArgs = replace(NO_CHANGE, **changes)  # type: ignore[arg-type]
    world.refused(reason, calls_of_admin.update_platform(decentral, args))


def test_all_that_is_due_is_applied_together_and_the_rest_waits_on(world: World, decentral: Platform) -> None:
    update(world, decentral, fee_bps=10, min_purchase=500)
    world.machine.advance(10)
    update(world, decentral, max_job_seconds=7 * DAY)
    world.machine.advance(NOTICE - 10)
    world.do(calls_of_admin.apply_changes(decentral))
    found = read(world, decentral)
    assert (found.fee_bps, found.min_purchase, found.max_job_seconds) == (10, 500, DAY)
    world.machine.advance(10)
    world.do(calls_of_admin.apply_changes(decentral))
    assert read(world, decentral).max_job_seconds == 7 * DAY


# What nobody applies in time


def announce_everything(world: World, platform: Platform) -> Pubkey:
    """One change of each kind; gives the new treasury."""
    treasury = tokens.fund(world.machine, world.person("new treasury").pubkey(), 0)
    changes = replace(
        NO_CHANGE,
        operator=world.person("successor").pubkey(),
        fee_bps=3_000,
        min_purchase=1_000,
        max_job_seconds=7 * DAY,
    )
    world.do(calls_of_admin.update_platform(platform, changes, treasury=treasury))
    set_tier(world, platform, 0, replace(LITE, flat_credits=3))
    return treasury


def settings(platform: codec.Platform) -> tuple[object, ...]:
    """Everything that can be announced."""
    return (
        platform.operator,
        platform.treasury,
        platform.fee_bps,
        platform.min_purchase,
        platform.max_job_seconds,
        platform.tiers[0].flat_credits,
    )


@pytest.mark.parametrize("late", [0, 1, 2**40])
def test_an_announcement_lapses_thirty_days_after_its_notice(world: World, decentral: Platform, late: int) -> None:
    announce_everything(world, decentral)
    before = read(world, decentral)
    world.machine.advance(NOTICE + GRACE + late)
    world.refused(AnnouncementLapsed, calls_of_admin.apply_changes(decentral))
    assert read(world, decentral) == before


def test_everything_is_applied_until_the_last_second_before_it_lapses(world: World, decentral: Platform) -> None:
    treasury = announce_everything(world, decentral)
    world.machine.advance(NOTICE + GRACE - 1)
    world.do(calls_of_admin.apply_changes(decentral))
    successor = world.person("successor").pubkey()
    assert settings(read(world, decentral)) == (successor, treasury, 3_000, 1_000, 7 * DAY, 3)


def test_what_has_lapsed_is_announced_again_and_waits_anew(world: World, decentral: Platform) -> None:
    announce_everything(world, decentral)
    world.machine.advance(NOTICE + GRACE)
    treasury = announce_everything(world, decentral)
    applied = wait_and_apply(world, decentral)
    assert settings(applied)[1:] == (treasury, 3_000, 1_000, 7 * DAY, 3)


def test_what_has_lapsed_is_left_behind_while_the_rest_is_applied(world: World, decentral: Platform) -> None:
    update(world, decentral, fee_bps=10)
    world.machine.advance(GRACE)
    update(world, decentral, min_purchase=500)
    world.machine.advance(NOTICE)
    world.do(calls_of_admin.apply_changes(decentral))
    found = read(world, decentral)
    assert (found.fee_bps, found.min_purchase, found.pending.fee_bps) == (0, 500, 10)
    world.refused(AnnouncementLapsed, calls_of_admin.apply_changes(decentral))


@pytest.mark.parametrize("after", [0, NOTICE, NOTICE + GRACE])
def test_naming_what_is_in_place_takes_an_announcement_back(world: World, decentral: Platform, after: int) -> None:
    """Of each kind, before it is due, after, and once it has lapsed; nothing else changes by it."""
    before = read(world, decentral)
    announce_everything(world, decentral)
    world.machine.advance(after)
    same = replace(
        NO_CHANGE,
        operator=before.operator,
        fee_bps=before.fee_bps,
        min_purchase=before.min_purchase,
        max_job_seconds=before.max_job_seconds,
    )
    world.do(calls_of_admin.update_platform(decentral, same, treasury=before.treasury))
    set_tier(world, decentral, 0, LITE)
    assert read(world, decentral) == before
    world.refused(NothingDue, calls_of_admin.apply_changes(decentral))


# Tiers


def set_tier(world: World, platform: Platform, index: int, tier: TierArgs | None) -> codec.Platform:
    world.do(calls_of_admin.set_tier(platform, index, tier))
    return read(world, platform)


def test_a_cheaper_tier_is_at_once_and_a_dearer_one_waits(world: World, decentral: Platform) -> None:
    cheaper, dearer = replace(LITE, flat_credits=1), replace(LITE, flat_credits=3)
    assert set_tier(world, decentral, 0, cheaper).tiers[0].flat_credits == 1
    announced = set_tier(world, decentral, 0, dearer)
    assert (announced.tiers[0].flat_credits, announced.pending.tiers[0].flat_credits) == (1, 3)
    assert wait_and_apply(world, decentral).tiers[0].flat_credits == 3


def test_whatever_is_at_once_is_never_dearer_for_any_number_of_units(world: World, decentral: Platform) -> None:
    """Every neighbour of a tier."""
    base = replace(LITE, flat_credits=3, included_units=2_000, rate_credits=2, rate_units=1_000)
    units = [0, 1, 1_499, 1_500, 1_501, 1_999, 2_000, 2_001, 2_499, 2_500, 2_501, 10_000, 10_001]
    for flat, included, rate in product((2, 3, 4), (1_500, 2_000, 2_500), (1, 2, 3)):
        set_tier(world, decentral, 5, None)
        set_tier(world, decentral, 5, base)
        world.machine.advance(NOTICE)
        world.do(calls_of_admin.apply_changes(decentral))
        changed = replace(base, flat_credits=flat, included_units=included, rate_credits=rate, rate_units=1_000)
        present = set_tier(world, decentral, 5, changed)
        at_once = present.pending.tiers_at[5] == 0
        assert at_once == (flat <= 3 and included >= 2_000 and rate <= 2)
        assert present.tiers[5] == (tier_of(changed) if at_once else tier_of(base))
        if at_once:
            assert all(reference_cost(changed, count) <= reference_cost(base, count) for count in units)


@pytest.mark.parametrize("change", [{"name": b"other".ljust(16, b"\0")}, {"unit_kind": 1}])
def test_another_name_or_unit_is_another_tier_and_waits(
    world: World, decentral: Platform, change: dict[str, bytes | int]
) -> None:
    other = replace(LITE, **change)  # type: ignore[arg-type]
    found = set_tier(world, decentral, 0, other)
    assert (found.tiers[0].name, found.tiers[0].unit_kind) == (LITE.name, LITE.unit_kind)
    assert found.pending.tiers_at[0] == world.machine.now + NOTICE


def test_a_removed_tier_is_gone_at_once_and_its_jobs_go_on(world: World, alice: Credit) -> None:
    job = world.lock(alice, amount=2_400)
    set_tier(world, alice.platform, 3, None)
    world.refused(codec.UnknownTier, world.locking(alice)[1])
    world.settle(job, 2_400)
    assert world.account(alice).spent_paid == 48


@pytest.mark.parametrize("index", [8, 9, 255])
@pytest.mark.parametrize("tier", [LITE, None])
def test_there_is_no_ninth_tier(world: World, decentral: Platform, index: int, tier: TierArgs | None) -> None:
    world.refused(NoSuchTierSlot, calls_of_admin.set_tier(decentral, index, tier))


@pytest.mark.parametrize(
    "tier",
    [
        replace(LITE, flat_credits=2**32),
        replace(LITE, included_units=2**64 - 1),
        replace(LITE, flat_credits=0, rate_credits=0, rate_units=0),
        replace(LITE, name=bytes(16)),
    ],
)
def test_a_tier_that_is_not_valid_is_refused(world: World, decentral: Platform, tier: TierArgs) -> None:
    world.refused(InvalidTier, calls_of_admin.set_tier(decentral, 0, tier))


# Handover


def test_a_handover_takes_two_steps(world: World, decentral: Platform) -> None:
    heir = world.person("heir")
    world.refused(NotTheProposedAdmin, calls_of_admin.accept_admin(decentral, heir))
    world.do(calls_of_admin.propose_admin(decentral, heir.pubkey()))
    assert read(world, decentral).admin == decentral.admin.pubkey()
    world.refused(NotTheAdmin, calls_of_admin.update_platform(decentral, NO_CHANGE, admin=heir))
    world.refused(NotTheProposedAdmin, calls_of_admin.accept_admin(decentral, world.person("stranger")))
    world.do(calls_of_admin.accept_admin(decentral, heir))
    world.refused(NotTheAdmin, calls_of_admin.update_platform(decentral, NO_CHANGE))
    world.refused(NotTheProposedAdmin, calls_of_admin.accept_admin(decentral, heir))
    world.do(calls_of_admin.update_platform(decentral, NO_CHANGE, admin=heir))


def test_a_proposal_is_taken_back(world: World, decentral: Platform) -> None:
    heir = world.person("heir")
    world.do(calls_of_admin.propose_admin(decentral, heir.pubkey()))
    world.do(calls_of_admin.propose_admin(decentral, NOBODY))
    world.refused(NotTheProposedAdmin, calls_of_admin.accept_admin(decentral, heir))
