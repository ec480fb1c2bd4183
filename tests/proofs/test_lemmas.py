"""The prover, and what it is told about products and quotients: of all whole numbers, without a bound."""

import pytest
import z3  # type: ignore[import-untyped]
from proof_harness.lemmas import LEMMAS, Lemma, of_every_quotient
from proof_harness.solver import NotProved, ceil, prove, prove_of_products, value

A, B, C = z3.Ints("a b c")


@pytest.mark.parametrize("lemma", [*LEMMAS, of_every_quotient], ids=lambda lemma: lemma.name)
def test_it_holds_of_true_products(lemma: Lemma) -> None:
    prove_of_products(lemma.conclusion, lemma.premise)


@pytest.mark.parametrize("lemma", LEMMAS, ids=lambda lemma: lemma.name)
def test_no_proof_knows_it_by_itself(lemma: Lemma) -> None:
    """What a proof did not need to be told would not have to be written."""
    with pytest.raises(NotProved, match="counterexample"):
        prove(lemma.conclusion, lemma.premise)
    prove(lemma.conclusion, lemma.premise, lemma.of(*lemma.variables))


def test_what_cannot_be_proves_nothing() -> None:
    with pytest.raises(NotProved, match="nothing was found"):
        prove(A == 1, A > 2, A < 2)


def test_what_is_false_is_not_proved() -> None:
    with pytest.raises(NotProved, match="counterexample"):
        prove(A == 1, A > 0)
    with pytest.raises(NotProved, match="counterexample"):
        prove_of_products(A * B >= 0, A >= 0)


def test_what_z3_does_not_know_is_not_proved() -> None:
    with pytest.raises(NotProved, match="does not know"):
        prove_of_products(A * A * A + B * B * B + C * C * C != 114, steps=100_000)


def test_what_is_proved_can_be_computed_with() -> None:
    numbers = [(a, b) for a in range(20) for b in range(1, 8)]
    assert all(value(ceil(A, B), {A: a, B: b}) == -(-a // b) for a, b in numbers)
    assert all(value(A / B + A % B, {A: a, B: b}) == a // b + a % b for a, b in numbers)
