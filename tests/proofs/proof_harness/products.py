"""Formulas without products of variables: each product is a number of its own, of which nothing is known.

Sums are multiplied out first, so that (a + b) x c and a x c + b x c are the same, whatever form they are written in.
"""

from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias

import z3  # type: ignore[import-untyped]

Term: TypeAlias = z3.ArithRef
Formula: TypeAlias = z3.BoolRef

_Factors: TypeAlias = tuple[int, ...]
"""The factors of one product, by the numbers of their terms."""

_COMPARE = {
    z3.Z3_OP_LE: lambda left, right: left <= right,
    z3.Z3_OP_LT: lambda left, right: left < right,
    z3.Z3_OP_GE: lambda left, right: left >= right,
    z3.Z3_OP_GT: lambda left, right: left > right,
    z3.Z3_OP_EQ: lambda left, right: left == right,
    z3.Z3_OP_DISTINCT: lambda left, right: left != right,
}
_CONNECT = {
    z3.Z3_OP_AND: z3.And,
    z3.Z3_OP_OR: z3.Or,
    z3.Z3_OP_NOT: z3.Not,
    z3.Z3_OP_IMPLIES: z3.Implies,
    z3.Z3_OP_ITE: z3.If,
    z3.Z3_OP_EQ: lambda left, right: left == right,
    z3.Z3_OP_DISTINCT: z3.Xor,
    z3.Z3_OP_TRUE: lambda: z3.BoolVal(True),
    z3.Z3_OP_FALSE: lambda: z3.BoolVal(False),
}


def without_products(formulas: Iterable[Formula]) -> list[Formula]:
    """Return the same formulas with a number for each product of variables."""
    linear = _Linear()
    return [linear.formula(each) for each in formulas]


class _Linear:
    def __init__(self) -> None:
        self._atoms: dict[int, Term] = {}
        self._products: dict[_Factors, Term] = {}
        self._formulas: dict[int, tuple[Formula, Formula]] = {}

    def formula(self, formula: Formula) -> Formula:
        if (known := self._formulas.get(formula.get_id())) is None:
            known = formula, self._rewritten(formula)
            self._formulas[formula.get_id()] = known
        return known[1]

    def _rewritten(self, formula: Formula) -> Formula:
        kind, children = formula.decl().kind(), formula.children()
        if kind == z3.Z3_OP_UNINTERPRETED:
            return formula
        if kind in _COMPARE and z3.is_int(children[0]):
            left, right = (self._sum(self._polynomial(child)) for child in children)
            return _COMPARE[kind](left, right)
        return _CONNECT[kind](*(self.formula(child) for child in children))

    def _polynomial(self, term: Term) -> Counter[_Factors]:
        """Coefficients by factors."""
        kind, children = term.decl().kind(), term.children()
        if z3.is_int_value(term):
            return _number(term.as_long())
        if kind == z3.Z3_OP_UMINUS:
            return _times(_number(-1), self._polynomial(children[0]))
        if kind in (z3.Z3_OP_ADD, z3.Z3_OP_SUB):
            first, *others = (self._polynomial(child) for child in children)
            sign = _number(1 if kind == z3.Z3_OP_ADD else -1)
            for other in others:
                first = _plus(first, _times(sign, other))
            return first
        if kind == z3.Z3_OP_MUL:
            product = _number(1)
            for child in children:
                product = _times(product, self._polynomial(child))
            return product
        if kind == z3.Z3_OP_ITE:
            condition, left, right = children
            branches = (self._sum(self._polynomial(branch)) for branch in (left, right))
            return self._atom(z3.If(self.formula(condition), *branches))
        assert kind == z3.Z3_OP_UNINTERPRETED, f"{term} is no sum, product, choice or variable"
        return self._atom(term)

    def _atom(self, term: Term) -> Counter[_Factors]:
        self._atoms[term.get_id()] = term
        return Counter({(term.get_id(),): 1})

    def _sum(self, polynomial: Counter[_Factors]) -> Term:
        return z3.Sum(z3.IntVal(0), *(number * self._of(factors) for factors, number in polynomial.items() if number))

    def _of(self, factors: _Factors) -> Term:
        if len(factors) < 2:
            return self._atoms[factors[0]] if factors else z3.IntVal(1)
        if factors not in self._products:
            self._products[factors] = z3.FreshInt("product")
        return self._products[factors]


def _number(number: int) -> Counter[_Factors]:
    return Counter({(): number})


def _plus(left: Counter[_Factors], right: Counter[_Factors]) -> Counter[_Factors]:
    total = Counter(left)
    total.update(right)
    return total


def _times(left: Counter[_Factors], right: Counter[_Factors]) -> Counter[_Factors]:
    product: Counter[_Factors] = Counter()
    for one, number in left.items():
        for two, times in right.items():
            product[tuple(sorted(one + two))] += number * times
    return product
