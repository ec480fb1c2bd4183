"""Random instructions on the chain and on a plain model at once: after each step both hold exactly the same.

A failure names its seed and step; `scripts/soak-program --steps N --seed SEED` plays the same again, and longer runs.
"""

from collections import Counter

import pytest
from job_escrow.codec import (
    AboveLimitPerJob,
    AboveLimitPerPeriod,
    AboveLimitPerSession,
    AboveLock,
    AboveTopUpCap,
    DeadlineNotPassed,
    DeadlinePassed,
    InsufficientCredits,
    InvalidTotals,
    JobIdUsed,
    MissingReceipts,
    NoSuchPlanSlot,
    OtherOpening,
    PlanCycleGranted,
    SessionsNotAllowed,
    TopUpAllowanceTooLow,
    TopUpEnded,
    TopUpExpired,
    TopUpNotApproved,
    TopUpNotDue,
    TopUpRuleExists,
    TopUpRuleLeft,
    TopUpTwiceInASlot,
    TotalsFell,
    WrongReceiptCount,
    WrongSequence,
)
from job_escrow.codec.instructions import INSTRUCTIONS
from program_harness.simulation.driver import Mismatch, Simulation

SEEDS = range(1, 6)
STEPS = 2_500
# What makes the scene, and what moves tokens that are no credits, is left to tests of its own.
NOT_PLAYED = {"create_platform", "recover", "recover_nested"}


@pytest.fixture(scope="module")
def outcomes() -> Counter[str]:
    """What came out of all runs of this module."""
    return Counter()


@pytest.mark.parametrize("seed", SEEDS)
def test_chain_and_model_agree(seed: int, outcomes: Counter[str]) -> None:
    simulation = Simulation(seed)
    simulation.run(STEPS)
    outcomes.update(simulation.outcomes)
    played = {what.split(":")[0] for what, _ in simulation.outcomes.items() if what.endswith(": done")}
    assert played >= {data.NAME for data in INSTRUCTIONS.values()} - NOT_PLAYED, "some instruction never succeeded"


def test_the_same_seed_gives_the_same_run() -> None:
    first, second = Simulation(7), Simulation(7)
    first.run(200)
    second.run(200)
    assert first.outcomes == second.outcomes
    assert first.scene.world.snapshot() == second.scene.world.snapshot()


def test_the_refusals_that_matter_come_about() -> None:
    """Otherwise the runs would show nothing about them."""
    simulation = Simulation(12)
    simulation.run(6_000)
    met = {what.split(": ")[1] for what in simulation.outcomes}
    wanted = (
        AboveLimitPerJob,
        AboveLimitPerPeriod,
        AboveLimitPerSession,
        AboveLock,
        DeadlineNotPassed,
        DeadlinePassed,
        InsufficientCredits,
        InvalidTotals,
        JobIdUsed,
        MissingReceipts,
        NoSuchPlanSlot,
        OtherOpening,
        PlanCycleGranted,
        SessionsNotAllowed,
        TotalsFell,
        AboveTopUpCap,
        TopUpAllowanceTooLow,
        TopUpEnded,
        TopUpExpired,
        TopUpNotApproved,
        TopUpNotDue,
        TopUpRuleExists,
        TopUpRuleLeft,
        TopUpTwiceInASlot,
        WrongReceiptCount,
        WrongSequence,
    )
    assert {refusal.__name__ for refusal in wanted} <= met


def test_a_difference_is_found_at_once() -> None:
    """A model that is one credit off does not get far."""
    simulation = Simulation(3)
    simulation.run(200)
    account = next(iter(simulation.scene.model.accounts.values()))
    account.spent_paid += 1
    with pytest.raises(Mismatch, match="seed 3, step 2"):
        simulation.run(100)
