"""What a proof may know of products and quotients: facts of whole numbers, each proved before anything uses it.

z3 decides sums by itself. Of products it knows nothing in a proof (solver.py) but the instances that the proof names.
"""

from dataclasses import dataclass

import z3  # type: ignore[import-untyped]

from proof_harness.products import Formula, Term
from proof_harness.solver import ceil, is_division, quotient_bounds

_A, _B, _C, _D = z3.Ints("a b c d")


@dataclass(frozen=True)
class Lemma:
    """A fact about any whole numbers in the place of its variables."""

    name: str
    variables: tuple[Term, ...]
    premise: Formula
    conclusion: Formula

    def of(self, *terms: Term | int) -> Formula:
        """Return the fact about these terms."""
        fact = z3.Implies(self.premise, self.conclusion)
        values = [z3.IntVal(term) if isinstance(term, int) else term for term in terms]
        return z3.substitute(fact, *zip(self.variables, values, strict=True))


bounded = Lemma(
    "0 <= a <= c and 0 <= b <= d give 0 <= a x b <= c x d",
    (_A, _B, _C, _D),
    z3.And(0 <= _A, _A <= _C, 0 <= _B, _B <= _D),
    z3.And(0 <= _A * _B, _A * _B <= _C * _D),
)
grows = Lemma("a <= b and c >= 0 give a x c <= b x c", (_A, _B, _C), z3.And(_A <= _B, _C >= 0), _A * _C <= _B * _C)
grows_strictly = Lemma(
    "a < b and c > 0 give a x c + c <= b x c", (_A, _B, _C), z3.And(_A < _B, _C > 0), _A * _C + _C <= _B * _C
)
rounded_up = Lemma(
    "b > 0 gives ceil(a / b) x b >= a, and less than that by one is less",
    (_A, _B),
    _B > 0,
    z3.And(ceil(_A, _B) * _B >= _A, ceil(_A, _B) * _B < _A + _B),
)
part_by_part = Lemma(
    "c > 0 gives a x b = (a / c) x b x c + (a % c) x b",
    (_A, _B, _C),
    _C > 0,
    _A * _B == _A / _C * _B * _C + _A % _C * _B,
)
on_average = Lemma(
    "b > 0 gives a / b > c where a >= b x (c + 1), and only there",
    (_A, _B, _C),
    _B > 0,
    (_A / _B > _C) == (_A >= _B * _C + _B),
)
of_every_quotient = Lemma(
    "the quotient of a >= 0 by b > 0 is between 0 and a",
    (_A, _B, _C, _D),
    z3.And(_B > 0, is_division(_A, _B, _C, _D)),
    quotient_bounds(_A, _C),
)

LEMMAS = (bounded, grows, grows_strictly, rounded_up, part_by_part, on_average)
