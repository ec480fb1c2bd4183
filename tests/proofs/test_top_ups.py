"""What a top-up rule lets leave a wallet: each step keeps an invariant that bounds it.

Bounds: rules as `TopUpArgs::require_valid` takes them, amounts below 2^64; a clock that does not go back. A rule is
never changed, so that its cap and period are those of its whole life. Instructions that are refused change nothing.
"""

from collections.abc import Mapping
from dataclasses import replace

import pytest
import z3  # type: ignore[import-untyped]
from proof_harness.pricing import U64
from proof_harness.products import Formula
from proof_harness.solver import prove, refute, within
from proof_harness.top_ups import Rule, Spending, spending

BEFORE = spending()
RULE = BEFORE.rule
LATER, SECONDS = z3.Ints("later new_window_seconds")


def invariant(state: Spending) -> Formula:
    """What holds in every state."""
    rule = state.rule
    return z3.And(
        rule.valid(),
        rule.started <= state.now,
        z3.And(0 <= state.in_period, state.in_period == rule.used, rule.used <= rule.cap),
        # A window meets the end of one period at most: what it paid is of that period and of the next one.
        z3.And(0 <= state.in_window, state.window_from <= state.now, within(state.turned, 0, 1)),
        z3.Implies(state.window_is_open(), _open_window(state)),
        state.in_window <= 2 * rule.cap,
    )


def _open_window(state: Spending) -> Formula:
    turned = z3.And(state.window_from <= state.rule.started, state.in_window <= state.rule.cap + state.in_period)
    return z3.And(
        state.window_seconds <= state.rule.seconds,
        z3.If(state.turned == 0, state.in_window <= state.in_period, turned),
    )


def topped_up() -> tuple[Formula, Spending]:
    new_period = RULE.is_new_period(BEFORE.now)
    paid = RULE.base_units
    after = replace(
        BEFORE,
        rule=RULE.use_up(BEFORE.now),
        in_period=z3.If(new_period, 0, BEFORE.in_period) + paid,
        in_window=BEFORE.in_window + z3.If(BEFORE.window_is_open(), paid, 0),
        turned=z3.If(z3.And(new_period, BEFORE.window_is_open()), 1, BEFORE.turned),
    )
    return RULE.may_use_up(BEFORE.now), after


def waited() -> tuple[Formula, Spending]:
    """Time passes."""
    return LATER >= BEFORE.now, replace(BEFORE, now=LATER)


def window_begun() -> tuple[Formula, Spending]:
    """A window begins, of any length up to the period's."""
    begun = replace(BEFORE, in_window=z3.IntVal(0), window_from=BEFORE.now, window_seconds=SECONDS, turned=z3.IntVal(0))
    return z3.And(SECONDS >= 0, SECONDS <= RULE.seconds), begun


STEPS = {"top-up": topped_up(), "time": waited(), "window": window_begun()}


def test_it_holds_as_a_rule_is_set() -> None:
    """Nothing is used, and the first top-up begins a period: `period_started_at` is 0."""
    nothing = (BEFORE.in_period, BEFORE.in_window, BEFORE.turned, RULE.used, RULE.started, BEFORE.window_seconds)
    fresh = z3.And(*(each == 0 for each in nothing), BEFORE.window_from == BEFORE.now, BEFORE.now >= 0)
    prove(invariant(BEFORE), RULE.valid(), fresh)


@pytest.mark.parametrize("name", STEPS)
def test_each_step_keeps_it(name: str) -> None:
    happens, after = STEPS[name]
    prove(invariant(after), invariant(BEFORE), happens)


def test_no_step_overflows() -> None:
    """Neither the difference that is asked for nor the sum that is kept leaves 64 bits."""
    happens, after = topped_up()
    prove(within(RULE.left(BEFORE.now), 0, U64), invariant(BEFORE))
    prove(within(after.rule.used, 0, U64), invariant(BEFORE), happens)


def test_in_a_period_at_most_the_cap_is_paid() -> None:
    prove(BEFORE.in_period <= RULE.cap, invariant(BEFORE))


def test_in_any_time_as_long_as_a_period_at_most_twice_the_cap_is_paid() -> None:
    prove(BEFORE.in_window <= 2 * RULE.cap, invariant(BEFORE))


def test_what_is_refused_is_above_the_cap() -> None:
    """Nothing else is: a rule buys all that it allows."""
    used = z3.If(RULE.is_new_period(BEFORE.now), 0, RULE.used)
    prove(RULE.may_use_up(BEFORE.now), invariant(BEFORE), used + RULE.base_units <= RULE.cap)


# Each of these would be a fault.
FAULTS: Mapping[str, Rule] = {
    "a period begins with what the one before has used": replace(
        RULE.use_up(BEFORE.now), used=RULE.used + RULE.base_units
    ),
    "a top-up is not counted": replace(RULE.use_up(BEFORE.now), used=RULE.used),
    "a period goes on for ever": replace(RULE.use_up(BEFORE.now), started=RULE.started),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_step_that_counts_wrongly_breaks_it(fault: str) -> None:
    happens, after = topped_up()
    refute(invariant(replace(after, rule=FAULTS[fault])), invariant(BEFORE), happens)


def test_within_a_window_longer_than_a_period_more_is_paid() -> None:
    """The bound of twice the cap needs its condition."""
    _, after = window_begun()
    refute(invariant(replace(after, window_seconds=RULE.seconds + 1)), invariant(BEFORE))
