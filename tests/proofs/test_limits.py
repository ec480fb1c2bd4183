"""What an operator can charge, whatever it does: each step keeps an invariant that bounds it.

Bounds: limits as `Limits::set` takes them (credits to MAX_CREDITS, periods to MAX_PERIOD_SECONDS); locks of one credit
and more; a clock that does not go back. Any number of jobs: one of them is looked at, and any may be the one. Neither
the limit of a job nor the length of a period occurs in any bound. Instructions that are refused change nothing.
"""

from collections.abc import Mapping
from dataclasses import replace

import pytest
import z3  # type: ignore[import-untyped]
from job_escrow.bounds import MAX_CREDITS
from proof_harness.limits import Exposure, Limits, exposure
from proof_harness.pricing import U64
from proof_harness.products import Formula, Term
from proof_harness.solver import NotProved, prove, refute, require_possible, within

BEFORE = exposure()
LIMITS = BEFORE.limits
CREDITS, LATER = z3.Ints("credits later")


def invariant(state: Exposure) -> Formula:
    """What holds in every state."""
    limits = state.limits
    return z3.And(
        limits.valid(),
        limits.started <= state.now,
        z3.And(within(state.highest, 0, MAX_CREDITS), limits.per_period <= state.highest),
        # What is charged was locked, and what is locked is used.
        z3.And(0 <= state.of_job, state.of_job <= limits.locked),
        z3.And(0 <= state.in_period, state.in_period + limits.locked == limits.used),
        limits.used <= state.highest,
        # A window meets the end of one period at most: what it charged is of that period and of the next one.
        z3.And(0 <= state.in_window, state.window_from <= state.now, within(state.turned, 0, 1)),
        z3.Implies(state.window_is_open(), _open_window(state)),
        state.in_window <= 2 * state.highest,
    )


def _open_window(state: Exposure) -> Formula:
    not_turned = state.in_window <= state.in_period
    turned = z3.And(state.window_from <= state.limits.started, state.in_window <= state.highest + state.in_period)
    return z3.And(_no_longer(state.window_seconds, state.limits), z3.If(state.turned == 0, not_turned, turned))


def _no_longer(seconds: Term, limits: Limits) -> Formula:
    return z3.Implies(limits.seconds > 0, seconds <= limits.seconds)


def _of_job(this_job: bool) -> Formula:
    most: Term = BEFORE.of_job if this_job else LIMITS.locked - BEFORE.of_job
    return z3.And(CREDITS >= 0, CREDITS <= most)


def locked(new_job: bool) -> tuple[Formula, Exposure]:
    """The operator locks: the job that is looked at, or another."""
    limits = LIMITS.use_up(CREDITS, BEFORE.now)
    new_period = LIMITS.is_new_period(BEFORE.now)
    after = replace(
        BEFORE,
        limits=limits,
        of_job=BEFORE.of_job + (CREDITS if new_job else 0),
        in_period=z3.If(new_period, 0, BEFORE.in_period),
        turned=z3.If(z3.And(new_period, BEFORE.window_is_open()), 1, BEFORE.turned),
    )
    looked_at = BEFORE.of_job == 0 if new_job else True
    return z3.And(CREDITS >= 1, LIMITS.may_use_up(CREDITS, BEFORE.now), looked_at), after


def charged(this_job: bool) -> tuple[Formula, Exposure]:
    """The operator settles some of what a job holds."""
    after = replace(
        BEFORE,
        limits=LIMITS.charge(CREDITS),
        of_job=BEFORE.of_job - (CREDITS if this_job else 0),
        in_period=BEFORE.in_period + CREDITS,
        in_window=BEFORE.in_window + z3.If(BEFORE.window_is_open(), CREDITS, 0),
        charged=BEFORE.charged + CREDITS,
    )
    return _of_job(this_job), after


def given_back(this_job: bool) -> tuple[Formula, Exposure]:
    """A job ends: by the operator, or by anybody once it has timed out."""
    of_job = BEFORE.of_job - (CREDITS if this_job else 0)
    return _of_job(this_job), replace(BEFORE, limits=LIMITS.give_back(CREDITS), of_job=of_job)


def limits_set() -> tuple[Formula, Exposure]:
    """The wallet sets any limits; a window that is looked at is no longer than its shortest period."""
    limits = LIMITS.with_limits(*z3.Ints("new_per_job new_per_period new_seconds"))
    highest = z3.If(limits.per_period > BEFORE.highest, limits.per_period, BEFORE.highest)
    no_shorter = z3.Implies(BEFORE.window_is_open(), _no_longer(BEFORE.window_seconds, limits))
    return z3.And(limits.valid(), no_shorter), replace(BEFORE, limits=limits, highest=highest)


def waited() -> tuple[Formula, Exposure]:
    """Time passes."""
    return LATER >= BEFORE.now, replace(BEFORE, now=LATER)


def window_begun() -> tuple[Formula, Exposure]:
    """A window begins, of any length up to the period's."""
    seconds = z3.Int("new_window_seconds")
    begun = replace(BEFORE, in_window=z3.IntVal(0), window_from=BEFORE.now, window_seconds=seconds, turned=z3.IntVal(0))
    return z3.And(seconds >= 0, _no_longer(seconds, LIMITS)), begun


STEPS = {
    "lock of the job": locked(new_job=True),
    "lock of another": locked(new_job=False),
    "settlement of the job": charged(this_job=True),
    "settlement of another": charged(this_job=False),
    "end of the job": given_back(this_job=True),
    "end of another": given_back(this_job=False),
    "set_limits": limits_set(),
    "time": waited(),
    "window": window_begun(),
}


def test_it_holds_at_the_opening() -> None:
    """Nothing is used, and the first lock begins a period: `period_started_at` is 0."""
    counts = (BEFORE.of_job, BEFORE.in_period, BEFORE.in_window, BEFORE.turned)
    nothing = (*counts, LIMITS.used, LIMITS.locked, LIMITS.started)
    opened = z3.And(LIMITS.valid(), *(each == 0 for each in nothing), BEFORE.window_from == BEFORE.now)
    prove(invariant(BEFORE), opened, BEFORE.window_seconds == 0, BEFORE.now >= 0, BEFORE.highest == LIMITS.per_period)


@pytest.mark.parametrize("name", STEPS)
def test_each_step_keeps_it(name: str) -> None:
    happens, after = STEPS[name]
    prove(invariant(after), invariant(BEFORE), happens)


@pytest.mark.parametrize("name", STEPS)
def test_no_step_overflows(name: str) -> None:
    """Every number that a step leaves is within 64 bits, and none is below 0: `charge` and `give_back` never refuse."""
    happens, after = STEPS[name]
    prove(z3.And(within(after.limits.used, 0, U64), within(after.limits.locked, 0, U64)), invariant(BEFORE), happens)


def test_in_a_period_at_most_its_limit_is_charged() -> None:
    """The highest that the wallet has set; what is locked can still be charged, and counts already."""
    prove(BEFORE.in_period + LIMITS.locked <= BEFORE.highest, invariant(BEFORE))


def test_in_any_time_as_long_as_a_period_at_most_twice_its_limit_is_charged() -> None:
    prove(BEFORE.in_window <= 2 * BEFORE.highest, invariant(BEFORE))


def test_after_zero_at_most_the_limit_that_was_is_charged() -> None:
    """From the moment at which limits of zero are set: each step but `set_limits` keeps what can still be charged."""
    at_zero = z3.Int("locked_at_zero")
    zero = z3.And(LIMITS.per_job == 0, BEFORE.charged + LIMITS.locked <= at_zero)
    prove(LIMITS.locked <= BEFORE.highest, invariant(BEFORE))
    for name, (happens, after) in STEPS.items():
        if name == "set_limits":
            continue
        if name.startswith("lock"):
            with pytest.raises(NotProved, match="nothing was found"):
                require_possible(invariant(BEFORE), zero, happens)
        else:
            keeps = z3.And(after.limits.per_job == 0, after.charged + after.limits.locked <= at_zero)
            prove(keeps, invariant(BEFORE), zero, happens)
    prove(BEFORE.charged <= BEFORE.highest, invariant(BEFORE), zero, at_zero <= BEFORE.highest)


def test_a_refused_lock_is_above_a_limit() -> None:
    """Nothing else is refused: an operator may use all that the wallet allows."""
    free = z3.If(LIMITS.is_new_period(BEFORE.now), LIMITS.locked, LIMITS.used)
    fits = z3.And(CREDITS <= LIMITS.per_job, free + CREDITS <= LIMITS.per_period)
    prove(LIMITS.may_use_up(CREDITS, BEFORE.now), invariant(BEFORE), fits)


# Each of these was a fault, or would be one.
FAULTS: Mapping[str, tuple[str, Limits]] = {
    "a period begins with nothing used, whatever is locked": (
        "lock of another",
        replace(LIMITS.use_up(CREDITS, BEFORE.now), used=CREDITS),
    ),
    "what a settlement takes is locked still": ("settlement of the job", LIMITS),
    "what comes back is locked still": ("end of the job", replace(LIMITS, used=LIMITS.used - CREDITS)),
    "what is charged gives the limit back": ("settlement of the job", LIMITS.give_back(CREDITS)),
    "a lock is not counted as locked": (
        "lock of another",
        replace(LIMITS.use_up(CREDITS, BEFORE.now), locked=LIMITS.locked),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_step_that_counts_wrongly_breaks_it(fault: str) -> None:
    name, limits = FAULTS[fault]
    happens, after = STEPS[name]
    refute(invariant(replace(after, limits=limits)), invariant(BEFORE), happens)


def test_within_a_window_longer_than_a_period_more_is_charged() -> None:
    """The bound of twice the limit needs its condition."""
    _, after = window_begun()
    longer = replace(after, window_seconds=LIMITS.seconds + 1)
    refute(invariant(longer), invariant(BEFORE), LIMITS.seconds > 0)
