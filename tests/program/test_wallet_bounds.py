"""SECURITY.md measured, of whoever holds a wallet: it tries all that its signature allows, and gains nothing."""

import random

import pytest
from job_escrow.codec import CreditAccount, LimitsArgs, NotTheOperator
from program_harness import calls, calls_of_credits, tokens
from program_harness.calls import Call
from program_harness.parties import Credit, JobRef, Platform
from program_harness.world import World

LIMITS = LimitsArgs(
    credits_per_job=50, credits_per_session=0, credits_per_period=120, period_seconds=3_600, quoted_allowed=True
)
BOUGHT = 10_000
CREDIT = 10_000
"""Base units."""


@pytest.mark.parametrize("seed", range(5))
def test_a_wallet_gets_no_more_out_than_it_put_in(world: World, decentral: Platform, seed: int) -> None:
    """Everything that its signature allows, in any order: what it owns and what it is owed never grows."""
    dice = random.Random(seed)
    thief = world.opened(decentral, "thief", buy=500)
    world.opened(decentral, "bob", buy=BOUGHT)
    jobs: list[JobRef] = []
    worth = _wealth(world, thief)
    for _ in range(150):
        for call in _of_wallet(world, thief, jobs, dice):
            world.attempt(call)
        jobs = [job for job in jobs if world.is_open(job)]
        world.machine.advance(dice.choice([0, 1, 60]))
        assert _wealth(world, thief) == worth
    assert world.vault(Credit(decentral, world.wallet("bob"))) == BOUGHT * CREDIT


def test_a_wallet_settles_none_of_its_jobs(world: World, decentral: Platform) -> None:
    alice = world.opened(decentral, "alice", buy=BOUGHT, limits=LIMITS)
    job = world.lock(alice, tier=None, amount=10, authority=alice.wallet)
    world.refused(NotTheOperator, world.settling(job, 0, operator=alice.wallet))


def _wealth(world: World, credit: Credit) -> int:
    """Base units that a wallet has, or can have without anybody's permission."""
    return tokens.amount_of(world.machine, credit.tokens) + tokens.amount_of(world.machine, credit.vault)


def _of_wallet(world: World, credit: Credit, jobs: list[JobRef], dice: random.Random) -> list[Call]:
    found = world.machine.get(credit.address)
    if found is None:
        return [calls.open_account(credit)]
    account = CreditAccount.decode(found.data)
    action = dice.choice(["buy", "withdraw", "all", "lock", "limits", "settle", "refund", "sync", "close", "twice"])
    amount = dice.choice([1, 100, 400, account.paid_available + 1])
    if action == "buy":
        return [world.buying(credit, amount)]
    if action == "withdraw":
        return [world.withdrawing(credit, amount)]
    if action == "all":
        return [world.withdrawing(credit, None)]
    if action == "limits":
        return [calls.set_limits(credit, LIMITS)]
    if action == "sync":
        return [calls_of_credits.sync_deposits(credit, authority=credit.wallet)]
    if action == "close":
        return [world.closing(credit)]
    if action == "twice":
        number = account.sequence + 1
        return [world.withdrawing(credit, 1, sequence=number), world.buying(credit, 100, sequence=number)]
    if action == "lock" or not jobs:
        job, call = world.locking(credit, tier=None, amount=amount, seconds=60, authority=credit.wallet)
        jobs.append(job)
        return [call]
    job = dice.choice(jobs)
    if action == "settle":
        return [world.settling(job, 0, operator=credit.wallet)]
    return [calls.refund(job, authority=credit.wallet)]
