"""What it takes to prove: z3 finds no counterexample, and says so; that it does not know is no proof.

A formula is written with whole numbers of any size and with z3's own division, so that the one that is proved is also
the one that can be computed with and held to the program. For a proof it is made linear:

- A division is replaced by a quotient and a remainder, of which only the definition is known (and a lemma of it).
- A product of variables is replaced by a number of which nothing is known (products.py). What a proof needs to know of
  products it names: instances of lemmas (lemmas.py), each of which is proved of true products.

So more is possible than in truth, and what is proved is true. z3 decides what is left, always and fast.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import z3  # type: ignore[import-untyped]

from proof_harness.products import Formula, Term, without_products

_STEPS = 20_000_000
"""z3's own measure of work, so that a slow machine proves what a fast one does. Each proof here takes a fraction."""
_SMALL = 100
"""An example of what is assumed is sought among small numbers first."""


class NotProved(AssertionError):
    """There is a counterexample, z3 does not know, or what was assumed holds for nothing."""


def prove(claim: Formula, *assumed: Formula) -> None:
    """Show that the claim follows from what is assumed, and that this is possible. Raises NotProved."""
    require_possible(*assumed)
    _require_no_counterexample(without_products(_without_division([*assumed, z3.Not(claim)])))


def prove_of_products(claim: Formula, *assumed: Formula, steps: int = _STEPS) -> None:
    """Do the same with true products, for which z3 may give up. Raises NotProved."""
    require_possible(*assumed)
    _require_no_counterexample(_without_division([*assumed, z3.Not(claim)]), steps)


def require_possible(*assumed: Formula) -> z3.ModelRef:
    """Return numbers for which all of it holds, or raise NotProved: from what is impossible anything would follow."""
    exact = _without_division(assumed)
    small = [z3.And(-_SMALL <= name, name <= _SMALL) for name in _variables(exact)]
    for formulas in ([*exact, *small], exact):
        solver = _solver(formulas, _STEPS)
        if (result := solver.check()) == z3.sat:
            return solver.model()
    raise NotProved(f"nothing was found for which this holds: {result}")


def refute(claim: Formula, *assumed: Formula) -> z3.ModelRef:
    """Return a counterexample: without one of its conditions a claim that was proved does not hold."""
    return require_possible(*assumed, z3.Not(claim))


def value(formula: z3.ExprRef, given: Mapping[Term, int]) -> int | bool:
    """Compute a formula whose variables are all given."""
    found = z3.simplify(z3.substitute(formula, *((name, z3.IntVal(number)) for name, number in given.items())))
    if z3.is_int_value(found):
        return int(found.as_long())
    assert z3.is_true(found) or z3.is_false(found), f"a variable is left in {found}"
    return bool(z3.is_true(found))


def ceil(dividend: Term, divisor: Term) -> Term:
    """Round up as the program does: one more where something is left."""
    return dividend / divisor + z3.If(dividend % divisor == 0, 0, 1)


def least(left: Term, right: Term) -> Term:
    """Return the smaller of two."""
    return z3.If(left < right, left, right)


def within(term: Term, lowest: int, highest: int) -> Formula:
    """Say that a term is between two bounds, both included."""
    return z3.And(lowest <= term, term <= highest)


def is_division(dividend: Term, divisor: Term, quotient: Term, remainder: Term) -> Formula:
    """Define what dividing is."""
    return z3.And(dividend == quotient * divisor + remainder, 0 <= remainder, remainder < divisor)


def quotient_bounds(dividend: Term, quotient: Term) -> Formula:
    """Say what lemmas.py proves of the quotient of what is not negative."""
    return z3.Implies(dividend >= 0, z3.And(0 <= quotient, quotient <= dividend))


def _require_no_counterexample(formulas: Sequence[Formula], steps: int = _STEPS) -> None:
    solver = _solver(formulas, steps)
    result = solver.check()
    if result == z3.sat:
        raise NotProved(f"a counterexample: {solver.model()}")
    if result != z3.unsat:
        raise NotProved(f"z3 does not know: {solver.reason_unknown()}")


def _solver(formulas: Iterable[Formula], steps: int) -> z3.Solver:
    solver = z3.Solver()
    solver.set("rlimit", steps)
    solver.set("random_seed", 0)
    solver.add(*formulas)
    return solver


def _without_division(formulas: Iterable[Formula]) -> list[Formula]:
    """The same with a quotient and a remainder for each division, and what is known of these."""
    left: list[Formula] = list(formulas)
    known: list[Formula] = []
    named: dict[tuple[int, int], tuple[Term, Term]] = {}
    kept: list[Term] = []  # a number is that of a term for as long as there is the term
    while (term := next(_divisions([*left, *known]), None)) is not None:
        dividend, divisor = term.children()
        kept += (dividend, divisor)
        pair = (dividend.get_id(), divisor.get_id())
        if pair not in named:
            quotient, remainder = z3.FreshInt("quotient"), z3.FreshInt("remainder")
            named[pair] = (quotient, remainder)
            is_pair = is_division(dividend, divisor, quotient, remainder)
            known.append(z3.Implies(divisor > 0, z3.And(is_pair, quotient_bounds(dividend, quotient))))
        replaced = named[pair][0 if term.decl().kind() == z3.Z3_OP_IDIV else 1]
        left = [z3.substitute(each, (term, replaced)) for each in left]
        known = [z3.substitute(each, (term, replaced)) for each in known]
    return [*left, *known]


def _divisions(formulas: Iterable[z3.ExprRef]) -> Iterator[z3.ExprRef]:
    """Divisions without another one in them."""
    divisions = [term for term in _terms(formulas) if _is(term, z3.Z3_OP_IDIV, z3.Z3_OP_MOD)]
    return (term for term in divisions if next(_divisions(term.children()), None) is None)


def _variables(formulas: Iterable[Formula]) -> list[Term]:
    return [term for term in _terms(formulas) if z3.is_int(term) and _is(term, z3.Z3_OP_UNINTERPRETED)]


def _terms(formulas: Iterable[z3.ExprRef]) -> Iterator[z3.ExprRef]:
    """Every term in them once, the outer ones first."""
    seen: set[int] = set()
    waiting = list(formulas)
    while waiting:
        term = waiting.pop()
        if term.get_id() not in seen:
            seen.add(term.get_id())
            waiting += term.children()
            yield term


def _is(term: z3.ExprRef, *kinds: int) -> bool:
    return z3.is_app(term) and term.decl().kind() in kinds
