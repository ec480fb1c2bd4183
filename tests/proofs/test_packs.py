"""Packs by cost basis: promotion is spent no faster than the best pack's ratio, and never withdrawn.

Bounds: prices to MAX_BASE_UNITS_PER_CREDIT, accounts to MAX_CREDITS paid credits. Any number of packs, purchases,
settlements and withdrawals in any order; R / S is the best pack's bonus by its credits with the bonus. Sums of a
lifetime have no bound here.
"""

from dataclasses import fields, replace

import pytest
import z3  # type: ignore[import-untyped]
from job_escrow.bounds import MAX_BASE_UNITS_PER_CREDIT, MAX_CREDITS
from proof_harness.lemmas import bounded, grows, grows_strictly, part_by_part
from proof_harness.packs import Backed, backed, share, share_up
from proof_harness.pricing import U64
from proof_harness.products import Formula
from proof_harness.solver import prove, refute, within

BEFORE = backed()
CREDITS, BONUS, PART = z3.Ints("credits bonus part")
RATIO, OF = z3.Ints("ratio of")

# The share of the backing that a step takes. What `share` and `share_up` compute is proved to be one of these first.
DOWN = z3.And(PART * BEFORE.n <= BEFORE.backing * CREDITS, BEFORE.backing * CREDITS < (PART + 1) * BEFORE.n)
UP = z3.And((PART - 1) * BEFORE.n < BEFORE.backing * CREDITS, BEFORE.backing * CREDITS <= PART * BEFORE.n)
SOME = z3.And(1 <= CREDITS, CREDITS <= BEFORE.n)


def invariant(state: Backed) -> Formula:
    """What holds after every step."""
    price, best = state.price, RATIO * state.price
    drawn = best * state.spent - OF * state.promotion_spent
    return z3.And(
        state.bounds(),
        z3.And(1 <= OF, 0 <= RATIO, RATIO <= OF),
        # No credit is backed by more than it is worth; so without credits there is no backing.
        state.backing <= price * state.n,
        state.vault >= price * state.n + state.owed + state.others,
        state.owed <= state.returned,
        # Every base unit is in one place.
        state.promotion_in == state.backing + state.promotion_spent + state.returned,
        state.own_in == price * state.n - state.backing + state.own_spent + state.paid_out,
        # Spent at the best pack's ratio at most; where rounding has left a higher one behind, less was spent before.
        drawn >= 0,
        drawn >= OF * state.backing - best * state.n,
    )


HOLDS = invariant(BEFORE)
BEST = BONUS * OF <= RATIO * (CREDITS + BONUS)
STEPS: dict[str, tuple[Formula, Backed]] = {
    "pack": (
        z3.And(CREDITS >= 1, BONUS >= 1, BEST, BEFORE.n + CREDITS + BONUS <= MAX_CREDITS),
        BEFORE.buy(CREDITS, BONUS),
    ),
    "plain": (z3.And(CREDITS >= 1, BEFORE.n + CREDITS <= MAX_CREDITS), BEFORE.buy(CREDITS, z3.IntVal(0))),
    "spend": (z3.And(SOME, DOWN), BEFORE.spend(CREDITS, PART)),
    "withdraw": (z3.And(SOME, UP), BEFORE.withdraw(CREDITS, PART)),
    "sweep": (z3.BoolVal(True), BEFORE.sweep()),
}


@pytest.mark.parametrize("name", STEPS)
def test_each_step_keeps_it(name: str) -> None:
    happens, after = STEPS[name]
    prove(invariant(after), HOLDS, happens, *KNOWN.get(name, _of_purchases()))


def test_it_holds_at_the_opening() -> None:
    zero = {field.name: z3.IntVal(0) for field in fields(BEFORE) if field.name not in ("price", "others", "vault")}
    bounds = z3.And(within(BEFORE.price, 1, MAX_BASE_UNITS_PER_CREDIT), 1 <= OF, 0 <= RATIO, RATIO <= OF)
    prove(invariant(replace(BEFORE, **zero)), bounds, 0 <= BEFORE.others, BEFORE.others <= BEFORE.vault)


def test_promotion_spent_is_at_most_the_best_packs_ratio_of_what_is_spent() -> None:
    """Exactly so, with nothing added for rounding: promotion spent x S <= R x worth of the credits spent."""
    prove(BEFORE.promotion_spent * OF <= RATIO * (BEFORE.spent * BEFORE.price), HOLDS)


def test_withdrawals_never_pay_more_than_was_paid_in_and_not_spent() -> None:
    prove(BEFORE.paid_out + BEFORE.own_spent <= BEFORE.own_in, HOLDS)
    prove(BEFORE.promotion_spent + BEFORE.returned <= BEFORE.promotion_in, HOLDS)


def test_without_credits_nothing_is_backed() -> None:
    prove(BEFORE.backing == 0, HOLDS, BEFORE.n == 0, grows.of(BEFORE.n, 0, BEFORE.price))


def test_the_vault_covers_credits_and_what_is_owed() -> None:
    prove(BEFORE.vault - BEFORE.owed >= BEFORE.price * BEFORE.n + BEFORE.others, HOLDS)


def test_a_payees_base_and_a_withdrawal_are_never_below_nothing() -> None:
    worth = CREDITS * BEFORE.price
    prove(z3.And(0 <= PART, PART <= worth), HOLDS, SOME, DOWN, *_of_spending())
    prove(z3.And(0 <= PART, PART <= worth), HOLDS, SOME, UP, *_of_withdrawing())


def test_rounding_costs_less_than_a_base_unit_a_step() -> None:
    """Of the exact share, times n: spending takes less than n too little, withdrawing leaves less than n too much."""
    exact = BEFORE.backing * CREDITS
    prove(z3.And(exact - PART * BEFORE.n >= 0, exact - PART * BEFORE.n < BEFORE.n), HOLDS, SOME, DOWN)
    prove(z3.And(PART * BEFORE.n - exact >= 0, PART * BEFORE.n - exact < BEFORE.n), HOLDS, SOME, UP)


def test_all_at_once_takes_all_of_the_backing() -> None:
    whole = z3.And(HOLDS, SOME, CREDITS == BEFORE.n)
    same = (grows_strictly.of(BEFORE.backing, PART, BEFORE.n), grows_strictly.of(PART, BEFORE.backing, BEFORE.n))
    prove(PART == BEFORE.backing, whole, DOWN, BEFORE.backing * CREDITS == BEFORE.backing * BEFORE.n, *same)
    prove(PART == BEFORE.backing, whole, UP, BEFORE.backing * CREDITS == BEFORE.backing * BEFORE.n, *same)


# What the program computes, in 64 bits


def test_the_split_is_the_exact_share() -> None:
    shares = (BEFORE.backing, CREDITS, BEFORE.n)
    known = (HOLDS, SOME, part_by_part.of(*shares))
    prove(z3.substitute(DOWN, (PART, share(*shares))), *known)
    up = share_up(*shares)
    more = up - share(*shares)
    of_more = (grows.of(more, 0, BEFORE.n), grows.of(0, more, BEFORE.n), grows.of(1, more, BEFORE.n))
    prove(z3.substitute(UP, (PART, up)), *known, *of_more, grows.of(more, 1, BEFORE.n))


def test_no_step_of_the_split_overflows() -> None:
    whole, rest = BEFORE.backing / BEFORE.n, BEFORE.backing % BEFORE.n
    parts = (whole * CREDITS, rest * CREDITS, whole * CREDITS + rest * CREDITS / BEFORE.n + 1)
    known = (
        part_by_part.of(BEFORE.backing, CREDITS, BEFORE.n),
        bounded.of(rest, CREDITS, MAX_CREDITS, MAX_CREDITS),
        bounded.of(whole, CREDITS, whole, BEFORE.n),
        bounded.of(BEFORE.price, BEFORE.n, MAX_BASE_UNITS_PER_CREDIT, MAX_CREDITS),
        grows.of(rest, BEFORE.n - 1, CREDITS),
        grows_strictly.of(CREDITS, rest * CREDITS / BEFORE.n, BEFORE.n),
    )
    prove(z3.And(*(within(each, 0, U64) for each in parts)), HOLDS, SOME, *known)


def test_without_the_split_it_would_overflow() -> None:
    refute(BEFORE.backing * CREDITS <= U64, HOLDS, SOME)


# The other way round, it would lose money


def test_rounded_up_spending_would_take_more_than_the_ratio() -> None:
    refute(invariant(BEFORE.spend(CREDITS, PART)), HOLDS, SOME, UP, *_small())


def test_rounded_down_a_withdrawal_would_leave_more_backing_than_credits_are_worth() -> None:
    """Only just: a withdrawal that leaves nothing behind pays out promotion."""
    refute(invariant(BEFORE.withdraw(CREDITS, z3.IntVal(0))), HOLDS, SOME, *_small())


def test_a_pack_above_the_ratio_breaks_it() -> None:
    _, after = STEPS["pack"]
    refute(invariant(after), HOLDS, CREDITS >= 1, BONUS >= 1, BEFORE.n + CREDITS + BONUS <= MAX_CREDITS, *_small())


def _of_purchases() -> list[Formula]:
    worth, of_bonus = CREDITS * BEFORE.price, BONUS * BEFORE.price
    return [
        grows.of(0, CREDITS, BEFORE.price),
        grows.of(0, BONUS, BEFORE.price),
        grows.of(0, worth, RATIO),
        grows.of(0, of_bonus, RATIO),
        grows.of(BONUS * OF, RATIO * (CREDITS + BONUS), BEFORE.price),
    ]


def _of_every_share() -> list[Formula]:
    """The share of some credits is between 0, all of the backing, and what they are worth; so is that of the rest."""
    n, backing, price, left = BEFORE.n, BEFORE.backing, BEFORE.price, BEFORE.n - CREDITS
    return [
        grows.of(0, backing, CREDITS),
        grows.of(0, CREDITS, price),
        grows.of(CREDITS, n, backing),
        grows.of(backing, price * n, CREDITS),
        grows.of(backing, price * n, left),
        grows.of(price * left + 1, backing - PART, n),
    ]


def _of_spending() -> list[Formula]:
    """If E = drawn, a = S x D - R x P x n, then E >= 0 and E >= a give n x (drawn afterwards) >= n x E - c x a >= 0."""
    n, backing = BEFORE.n, BEFORE.backing
    best = RATIO * BEFORE.price
    drawn = best * BEFORE.spent - OF * BEFORE.promotion_spent
    return [
        *_of_every_share(),
        grows.of(PART + 1, 0, n),
        grows.of(backing + 1, PART, n),
        grows.of(CREDITS * BEFORE.price + 1, PART, n),
        grows.of(PART * n, backing * CREDITS, OF),
        grows.of(OF * backing - best * n, drawn, CREDITS),
        grows.of(CREDITS, n, drawn),
        grows.of(drawn + best * CREDITS - OF * PART, -1, n),
    ]


def _of_withdrawing() -> list[Formula]:
    """With the same names: n x (a afterwards) <= (n - c) x a <= n x E."""
    n, backing, left = BEFORE.n, BEFORE.backing, BEFORE.n - CREDITS
    best = RATIO * BEFORE.price
    drawn = best * BEFORE.spent - OF * BEFORE.promotion_spent
    return [
        *_of_every_share(),
        grows.of(PART, -1, n),
        grows.of(backing, PART - 1, n),
        grows.of(CREDITS * BEFORE.price, PART - 1, n),
        grows.of(backing * CREDITS, PART * n, OF),
        grows.of(OF * backing - best * n, drawn, left),
        grows.of(left, n, drawn),
        grows.of(drawn + 1, OF * (backing - PART) - best * left, n),
    ]


def _small() -> list[Formula]:
    return [BEFORE.price <= 5, BEFORE.n <= 20]


KNOWN = {"spend": _of_spending(), "withdraw": _of_withdrawing()}
