"""SECURITY.md measured for sessions: what they withhold or charge at worst, for how long, and of whom."""

import random

import pytest
from job_escrow.codec import DeadlineNotPassed, LimitsArgs, ProgramRefusal
from program_harness.calls import NO_LIMITS, Call
from program_harness.calls_of_sessions import requests
from program_harness.parties import Credit, Platform, SessionRef
from program_harness.sessions import LITE, Sessions
from program_harness.world import DAY, World

HOUR = 3_600
PER_SESSION, PER_PERIOD = 70, 120
LIMITS = LimitsArgs(
    credits_per_job=50,
    credits_per_session=PER_SESSION,
    credits_per_period=PER_PERIOD,
    period_seconds=HOUR,
    quoted_allowed=False,
)
BOUGHT = 10_000


@pytest.fixture
def alice(world: World, decentral: Platform) -> Credit:
    """Somebody with a lot to lose, who lets the operator open small sessions."""
    return world.opened(decentral, "alice", buy=BOUGHT, limits=LIMITS)


def _landed(world: World, call: Call) -> bool:
    """Whether it was let through; what is refused is refused by name."""
    reason = world.attempt(call).reason
    assert reason is None or (isinstance(reason, type) and issubclass(reason, ProgramRefusal)), reason
    return reason is None


def _open_all(world: World, sessions: Sessions, credit: Credit, seconds: int) -> list[SessionRef]:
    """Open as much as the limits let through, the largest first."""
    opened = []
    for size in (PER_SESSION, PER_PERIOD - PER_SESSION, 10, 1):
        session, call = sessions.opening(credit, credits=size, seconds=seconds)
        if _landed(world, call):
            opened.append(session)
    return opened


def _charge_all(world: World, sessions: Sessions, session: SessionRef) -> None:
    """Charge all of a session; a Lite request costs two credits."""
    left = sessions.read(session).credits
    sessions.settle(session, {LITE: requests(left // 2)}, receipts=left // 2, is_final=True)


def test_an_open_session_withholds_a_periods_limit_until_its_deadline_and_no_more(
    world: World, sessions: Sessions, alice: Credit
) -> None:
    """With the server gone: everything else is withdrawn at once, and the rest needs nobody from the deadline on."""
    opened = _open_all(world, sessions, alice, DAY)
    assert sum(sessions.read(each).credits for each in opened) == PER_PERIOD
    assert not _landed(world, sessions.opening(alice, credits=1, seconds=DAY + 1)[1])
    world.withdraw(alice)
    assert world.vault(alice) == PER_PERIOD * 10_000
    world.set_limits(alice, NO_LIMITS)
    stranger = world.person("stranger")
    world.machine.advance(DAY - 1)
    for each in opened:
        world.refused(DeadlineNotPassed, sessions.refunding(each, stranger))
    world.machine.advance(1)
    for each in opened:
        sessions.refund(each, stranger)
    world.withdraw(alice)
    world.machine.advance(10)
    world.close(alice)
    assert world.earned(alice.platform) == 0


def test_an_operator_that_opens_sessions_and_waits_charges_no_more_than_one_that_does_not(
    world: World, sessions: Sessions, alice: Credit
) -> None:
    opened: list[SessionRef] = []
    for _ in range(10):
        opened += _open_all(world, sessions, alice, DAY)
        world.machine.advance(HOUR)
    world.set_limits(alice, NO_LIMITS)
    for each in opened:
        _charge_all(world, sessions, each)
    assert world.account(alice).spent_paid <= PER_PERIOD


@pytest.mark.parametrize("seed", range(4))
def test_whatever_a_stolen_operator_key_does_with_sessions_and_jobs_the_limits_hold(
    world: World, sessions: Sessions, alice: Credit, seed: int
) -> None:
    """Charged within any time as long as a period: at most twice its limit."""
    dice = random.Random(seed)
    opened: list[SessionRef] = []
    charges: list[tuple[int, int]] = []
    for _ in range(120):
        before = world.account(alice).spent_paid
        kind = dice.random()
        if kind < 0.4:
            session, call = sessions.opening(
                alice, credits=dice.randint(1, PER_SESSION + 1), seconds=dice.choice((HOUR // 2, 5 * HOUR))
            )
            if _landed(world, call):
                opened.append(session)
        elif kind < 0.55:
            job, call = world.locking(alice, tier=LITE, amount=dice.choice((1, 9_000)), seconds=HOUR)
            if _landed(world, call):
                world.settle(job, 1)
        elif opened:
            session = opened.pop(dice.randrange(len(opened)))
            if world.machine.now < sessions.read(session).deadline:
                _charge_all(world, sessions, session)
            else:
                sessions.refund(session, world.person("stranger"))
        charges.append((world.machine.now, world.account(alice).spent_paid - before))
        world.machine.advance(dice.choice((0, 1, HOUR // 4, HOUR)))
    assert sum(charged for _, charged in charges) > PER_PERIOD
    for start, _ in charges:
        within = sum(charged for at, charged in charges if start <= at < start + HOUR)
        assert within <= 2 * PER_PERIOD


def test_what_a_session_charges_without_a_payee_goes_to_the_treasury_alone(
    world: World, sessions: Sessions, alice: Credit
) -> None:
    for each in _open_all(world, sessions, alice, HOUR):
        _charge_all(world, sessions, each)
    assert world.earned(alice.platform) == world.account(alice).spent_paid * 10_000 == PER_PERIOD * 10_000
