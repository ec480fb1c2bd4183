"""One chain with everything on it twice, and a valid call of each instruction: what the negatives start from.

A new instruction needs one function here, in VALID, and its rows in the test's table of reasons.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from job_escrow.codec import LimitsArgs
from job_escrow.presets import load_preset

from program_harness import calls, tokens
from program_harness.calls import Call
from program_harness.parties import Credit, JobRef, Platform
from program_harness.world import World

TEAM = b"team".ljust(16, b"\0")


@dataclass(frozen=True)
class Stage:
    """Alice on a platform, and what could be mistaken for hers: another namespace, wallet, platform, job and mint."""

    world: World
    platform: Platform
    other_platform: Platform
    foreign_platform: Platform
    """One of another mint."""
    alice: Credit
    alices_team: Credit
    alice_elsewhere: Credit
    """Alice's account on the other platform."""
    bob: Credit
    job: JobRef
    other_job: JobRef
    """Another job of the same account."""
    teams_job: JobRef
    bobs_job: JobRef
    job_elsewhere: JobRef
    idle: Credit
    """Carol's account, which has no open jobs."""
    unopened: Credit
    """Dave's account, which does not exist yet."""


@cache
def stage() -> Stage:
    """The stage. It is shared: whoever uses it has to leave it as it was."""
    world = World()
    platform = world.create_platform("decentral")
    other_platform = world.create_platform("decentral", name="other", operator="other operator", admin="other admin")
    foreign_mint = tokens.make_mint(world.machine, "foreign")
    foreign = world.create_platform("decentral", name="foreign", mint=foreign_mint)
    alice = world.opened(platform, "alice", buy=1_000)
    team = world.opened(platform, "alice", TEAM, buy=1_000)
    elsewhere = world.opened(other_platform, "alice", buy=1_000)
    bob = world.opened(platform, "bob", buy=1_000)
    carol = world.opened(platform, "carol", buy=1_000)
    built = Stage(
        world=world,
        platform=platform,
        other_platform=other_platform,
        foreign_platform=foreign,
        alice=alice,
        alices_team=team,
        alice_elsewhere=elsewhere,
        bob=bob,
        job=world.lock(alice),
        other_job=world.lock(alice),
        teams_job=world.lock(team),
        bobs_job=world.lock(bob),
        job_elsewhere=world.lock(elsewhere),
        idle=carol,
        unopened=Credit(platform, world.wallet("dave")),
    )
    tokens.fund(world.machine, alice.wallet.pubkey(), 10**12, foreign_mint)
    for each in (platform, other_platform):
        tokens.fund(world.machine, each.treasury_owner.pubkey(), 10**12)
    tokens.fund(world.machine, built.unopened.address, 0)
    world.person("stranger")
    world.machine.advance(10)
    return built


def _create_platform(on: Stage) -> Call:
    return on.world.platform_call(load_preset("decentral"), admin="new admin")[1]


def _open(on: Stage) -> Call:
    # The vault is there already: made in the same transaction, it would let the payer sign and be written anyway.
    return replace(calls.open_account(on.unopened, payer=on.world.person("rent payer")), before=())


def _set_limits(on: Stage) -> Call:
    return calls.set_limits(on.alice, LimitsArgs(credits_per_job=1, credits_per_period=2, period_seconds=3))


def _purchase(on: Stage) -> Call:
    return on.world.buying(on.alice, 100)


def _lock(on: Stage) -> Call:
    return on.world.locking(on.alice, payer=on.world.person("rent payer"))[1]


def _settle(on: Stage) -> Call:
    return on.world.settling(on.job, 500)


def _refund(on: Stage) -> Call:
    return calls.refund(on.job, authority=on.platform.operator)


def _withdraw(on: Stage) -> Call:
    return on.world.withdrawing(on.alice, 10)


def _close(on: Stage) -> Call:
    return on.world.closing(on.idle)


VALID: dict[str, Callable[[Stage], Call]] = {
    "create_platform": _create_platform,
    "open": _open,
    "set_limits": _set_limits,
    "purchase": _purchase,
    "lock": _lock,
    "settle": _settle,
    "refund": _refund,
    "withdraw": _withdraw,
    "close": _close,
}
"""A valid call of each instruction."""
