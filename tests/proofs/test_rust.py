"""What was proved is what the program computes: its own functions, asked for edges, strides and random numbers.

`scripts/soak-pricing` asks for every number of units of every preset's tiers.
"""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import product
from math import gcd
from typing import TYPE_CHECKING

import pytest
import z3  # type: ignore[import-untyped]
from job_escrow import pricing
from job_escrow.amounts import InvalidAmount
from job_escrow.bounds import MAX_CREDITS, MAX_FEE_BPS, MAX_PERIOD_SECONDS, MAX_UNITS
from job_escrow.codec import TierArgs, TierTotals
from program_harness.pricing import sums_of_requests
from proof_harness import accounts, packs, rust, sweeps
from proof_harness.ledger import LOTS
from proof_harness.limits import Limits, exposure
from proof_harness.pricing import PARTS, U32, U64, fee, tier
from proof_harness.rust import Answer, Formulas
from proof_harness.sessions import has_price, session_cost, totals
from proof_harness.solver import value
from proof_harness.sweeps import terms_of, tier_of
from proof_harness.top_ups import Rule, spending
from support.places import REPOSITORY

if TYPE_CHECKING:
    from proof_harness.products import Formula, Term

pytestmark = pytest.mark.rust

SEED = 20


@pytest.fixture(scope="session")
def formulas() -> Formulas:
    return rust.build()


@pytest.fixture
def dice() -> random.Random:
    return random.Random(SEED)


def numbers(dice: random.Random, most: int, count: int) -> list[int]:
    """Return the ends, powers of two and what is beside them, and others of every size."""
    ends = {0, 1, 2, most - 1, most, *(2**bit + more for bit in range(most.bit_length()) for more in (-1, 0, 1))}
    others = (dice.randrange(1 << dice.randint(1, most.bit_length())) for _ in range(count))
    return [number for number in (*sorted(ends), *others) if number <= most]


# Prices


def test_a_price_is_the_one_that_was_proved(formulas: Formulas, dice: random.Random) -> None:
    asked = [(each, units) for each in _tiers(dice, 400) for units in _units(dice, each, 3)]
    answers = formulas.ask(("cost", *terms_of(each), units) for each, units in asked)
    proved, units_ = tier(), z3.Int("units")
    terms = list(vars(proved).values())
    for (each, units), answer in zip(asked, answers, strict=True):
        given = dict(zip((*terms, units_), (*terms_of(each), units), strict=True))
        refused = value(proved.refused(units_), given)
        assert answer == (None if refused else (value(proved.cost(units_), given),)), (each, units)


def test_a_session_costs_what_was_proved(formulas: Formulas, dice: random.Random) -> None:
    """Totals that are counted honestly, and beside them."""
    asked = [(each, counted) for each in _tiers(dice, 300) for counted in _totals(dice, each)]
    answers = formulas.ask(("session", *terms_of(each), *counted) for each, counted in asked)
    proved, numbers_ = tier(), totals()
    names = (*vars(proved).values(), *numbers_.all())
    assert {answer is None for answer in answers} == {True, False}
    for (each, counted), answer in zip(asked, answers, strict=True):
        given = dict(zip(names, (*terms_of(each), *counted), strict=True))
        refused = not value(has_price(proved, numbers_), given)
        assert answer == (None if refused else (value(session_cost(proved, numbers_), given),)), (each, counted)


def test_a_session_takes_all_sums_of_requests_and_few_others(formulas: Formulas) -> None:
    """Every number, units and credits that small tiers give, held to requests that are added up one by one.

    None of those is refused. Of others none is taken where it is of one request, nor where the rate is in lowest terms
    and the units leave room for each rounding; the client takes the same.
    """
    most_requests, most_units = 3, 36
    for each in (tier_of(*terms) for terms in product((1, 2, 4), (0, 3, 9), (1, 2, 3, 6), (1, 2, 3, 4))):
        real = sums_of_requests(each, most_requests, most_units)
        asked = [
            (requests, units, units * each.rate_credits // each.rate_units + beside)
            for requests, units in product(range(1, most_requests + 1), range(most_units + 1))
            for beside in range(-1, requests + 2)
            if units * each.rate_credits // each.rate_units + beside >= 0
        ]
        answers = formulas.ask(("session", *terms_of(each), 0, *counted) for counted in asked)
        taken = {counted for counted, answer in zip(asked, answers, strict=True) if answer is not None}
        assert taken == {counted for counted in asked if _has_price_of_client(each, counted)}
        assert real - {(0, 0, 0)} <= taken, each
        shortest = 1 + max(each.included_units, each.flat_credits * each.rate_units // each.rate_credits)
        for requests, units, credits in taken - real:
            room = units >= requests * shortest + (requests - 1) * (each.rate_units - 1)
            is_exact = room and gcd(each.rate_credits, each.rate_units) == 1
            assert requests > 1, (each, units, credits)
            assert not is_exact, (each, requests, units, credits)


def test_a_price_is_the_one_of_the_client(formulas: Formulas, dice: random.Random) -> None:
    asked = [(each, units) for each in _tiers(dice, 3_000) for units in _units(dice, each, 3)]
    answers = formulas.ask(("cost", *terms_of(each), units) for each, units in asked)
    for (each, units), answer in zip(asked, answers, strict=True):
        try:
            expected: Answer = (pricing.cost(each, units),)
        except InvalidAmount:
            expected = None
        assert answer == expected, (each, units)


def test_prices_of_presets_are_right_by_a_stride_and_around_what_changes_them(formulas: Formulas) -> None:
    """Each is held in Rust to the definition that the proof speaks of, and to the one before."""
    tiers = sweeps.presets_tiers()
    assert len(tiers) > 10
    questions = [part for each in tiers for part in sweeps.parts(each, every=sweeps.STRIDE)]
    answers = formulas.ask(part.question() for part in questions)
    for part, answer in zip(questions, answers, strict=True):
        assert sweeps.is_right(part, answer), f"{part}: {answer}"


def test_an_answer_that_is_none_is_wrong(formulas: Formulas) -> None:
    part = sweeps.Part(tier_of(2, 5, 3, 7), first=0, step=1, count=20)
    (answer,) = formulas.ask([part.question()])
    assert sweeps.is_right(part, answer)
    assert not sweeps.is_right(part, (20, 0))
    assert not sweeps.is_right(part, (19, 0, 0))
    assert not sweeps.is_right(part, None)


# Fees


def test_a_fee_is_the_one_that_was_proved(formulas: Formulas, dice: random.Random) -> None:
    amounts = numbers(dice, U64, 200)
    asked = list(product(amounts, [0, 1, 250, MAX_FEE_BPS - 1, MAX_FEE_BPS, PARTS - 1, PARTS]))
    amount, bps = z3.Ints("amount bps")
    proved = fee(amount, bps)
    for pair, answer in zip(asked, formulas.ask(("fee", *pair) for pair in asked), strict=True):
        assert answer == (value(proved, dict(zip((amount, bps), pair, strict=True))),) == (pair[0] * pair[1] // PARTS,)


# Packs


def test_a_share_of_promotion_is_the_one_that_was_proved(formulas: Formulas, dice: random.Random) -> None:
    wholes = [whole for whole in numbers(dice, U32, 12) if whole]
    asked = [
        (amount, part, whole)
        for whole in wholes
        for part in {0, 1, whole // 2, whole - 1, whole, dice.randint(0, whole)}
        for amount in {0, 1, whole * U32, dice.randint(0, whole * U32)}
    ]
    terms = z3.Ints("amount part whole")
    proved = packs.share(*terms), packs.share_up(*terms)
    for given, answer in zip(asked, formulas.ask(("share", *given) for given in asked), strict=True):
        at = dict(zip(terms, given, strict=True))
        exact = given[0] * given[1]
        assert answer == tuple(value(each, at) for each in proved) == (exact // given[2], -(-exact // given[2]))


def test_a_worth_is_the_product_or_refused(formulas: Formulas, dice: random.Random) -> None:
    asked = list(product(numbers(dice, 2 * U32, 10), repeat=2))
    for (left, right), answer in zip(asked, formulas.ask(("product", *pair) for pair in asked), strict=True):
        assert answer == ((left * right,) if max(left, right) <= U32 else None)


# Limits


def test_steps_of_limits_are_those_that_were_proved(formulas: Formulas, dice: random.Random) -> None:
    """Also where they refuse, and where the program would overflow: `charge` and `give_back` of more than there is."""
    state = exposure()
    credits, now = z3.Ints("credits now")
    names = [getattr(state.limits, field.name) for field in fields(Limits)]
    steps: dict[str, tuple[Formula, Limits, tuple[Term, ...]]] = {
        "use_up": (state.limits.may_use_up(credits, now), state.limits.use_up(credits, now), (credits, now)),
        "charge": (credits <= state.limits.locked, state.limits.charge(credits), (credits,)),
        "unlock": (
            z3.And(credits <= state.limits.locked, credits <= state.limits.used),
            state.limits.give_back(credits),
            (credits,),
        ),
    }
    asked: list[tuple[str, tuple[int, ...]]] = []
    for step in steps:
        for limits in (_limits(dice) for _ in range(700)):
            last = [_credits(dice, limits), _moment(dice, limits)][: len(steps[step][2])]
            asked.append((step, (*limits, *last)))
    answers = formulas.ask((step, *given) for step, given in asked)
    for (step, given), answer in zip(asked, answers, strict=True):
        possible, after, terms = steps[step]
        known = dict(zip((*names, *terms), given, strict=True))
        left = tuple(int(value(each, known)) for each in (after.started, after.used, after.locked))
        assert answer == (left if value(possible, known) else None), (step, given)


# Top-up rules


def test_what_a_rule_uses_up_is_what_was_proved(formulas: Formulas, dice: random.Random) -> None:
    """Also beyond its cap, and around the end of a period."""
    rule, now = spending().rule, z3.Int("now")
    names = [getattr(rule, field.name) for field in fields(Rule)]
    asked = [_use_of_a_rule(dice) for _ in range(2_000)]
    answers = formulas.ask(("use_up_rule", *given) for given in asked)
    assert {answer is None for answer in answers} == {True, False}
    after = rule.use_up(now)
    for given, answer in zip(asked, answers, strict=True):
        known = dict(zip((*names, now), given, strict=True))
        left = tuple(int(value(each, known)) for each in (after.started, after.used))
        assert answer == (left if value(rule.may_use_up(now), known) else None), given


def test_what_is_left_is_all_but_what_has_expired(formulas: Formulas, dice: random.Random) -> None:
    asked = []
    expected: list[Answer] = []
    for _ in range(500):
        now = dice.randint(0, 100)
        lots = [(dice.randint(0, 9), dice.randint(0, 9), now + dice.choice([-50, -1, 0, 1, 50])) for _ in range(2)]
        paid = dice.randint(0, 50), dice.randint(0, 50)
        free, locked = (sum(lot[place] for lot in lots) for place in (0, 1))
        lifetime = (sum(paid), 0, free + locked, 0, 0, 0, 0)
        asked.append((1, *paid, free, locked, *lifetime, *lots[0], *lots[1], now))
        expected.append((sum(paid) + sum(lot[0] + lot[1] for lot in lots if lot[2] > now),))
    assert formulas.ask(("left", *given) for given in asked) == expected


def _use_of_a_rule(dice: random.Random) -> tuple[int, ...]:
    """Price, cap, period, its start, what is used, and now."""
    base_units = dice.choice([1, dice.randint(1, U32), dice.randint(1, U64)])
    cap = dice.choice([base_units, min(3 * base_units, U64), dice.randint(base_units, U64), U64])
    seconds = dice.choice([1, 60, MAX_PERIOD_SECONDS])
    started = dice.choice([0, 1_800_000_000])
    used = dice.choice([0, cap, max(0, cap - base_units), max(0, cap - base_units + 1), dice.randint(0, cap)])
    return base_units, cap, seconds, started, min(used, cap), started + dice.choice([-1, 0, 9, seconds - 1, seconds])


# Accounts


@pytest.mark.parametrize("step", accounts.STEPS)
def test_steps_of_an_account_are_possible_in_what_was_proved(
    formulas: Formulas, dice: random.Random, step: str
) -> None:
    """The proof leaves open which lots an amount is taken from: what the program did must be one of those ways."""
    cases = [accounts.STEPS[step](dice) for _ in range(150)]
    answers = formulas.ask(case.question for case in cases)
    assert any(answer is None for answer in answers) == any(case.refused for case in cases)
    for case, answer in zip(cases, answers, strict=True):
        assert case.agrees(answer), f"{case.question}: {answer}"


def test_the_account_checks_what_was_proved(formulas: Formulas, dice: random.Random) -> None:
    """Each count of a sound account changed by one: the program refuses exactly what breaks an invariant."""
    cases = [case for _ in range(60) for case in accounts.changed_by_one(dice)]
    answers = formulas.ask(case.question for case in cases)
    assert {answer is None for answer in answers} == {True, False}
    for case, answer in zip(cases, answers, strict=True):
        assert case.agrees(answer), f"{case.question}: {answer}"


def test_an_account_has_as_many_lots_as_the_proof() -> None:
    constants = (REPOSITORY / "programs" / "job_escrow" / "src" / "constants.rs").read_text()
    assert re.findall(r"pub const LOTS: usize = (\d+);", constants) == [str(LOTS)]


def _has_price_of_client(each: TierArgs, counted: tuple[int, int, int]) -> bool:
    requests, units, credits = counted
    long_ones = TierTotals(flat_requests=0, metered_requests=requests, metered_units=units, metered_credits=credits)
    try:
        return pricing.session_cost(each, long_ones) == credits
    except InvalidAmount:
        return False


def _tiers(dice: random.Random, count: int) -> Iterable[TierArgs]:
    small = [0, 1, 2, 3, 7, 60, 500, 1_000, U32 - 1, U32]
    for _ in range(count):
        flat, included, rate_credits, rate_units = (
            dice.choice(small) if dice.random() < 0.6 else dice.randrange(1 << dice.randint(1, 32)) for _ in range(4)
        )
        has_rate = bool(rate_credits and rate_units)
        rates = (rate_credits, rate_units) if has_rate else (0, 0)
        yield tier_of(flat if has_rate else max(flat, 1), included, *rates)


def _totals(dice: random.Random, each: TierArgs) -> Iterable[tuple[int, ...]]:
    """Totals of some requests, and the same with one number too many or too few."""
    flat = requests = units = credits = 0
    for _ in range(dice.randint(1, 4)):
        used = dice.randrange(1 << dice.randint(1, 24))
        at_rate = -(-used * each.rate_credits // each.rate_units) if each.rate_credits else 0
        if each.flat_credits == 0:
            units += used
        elif used > each.included_units and at_rate > each.flat_credits:
            requests, units, credits = requests + 1, units + used, credits + at_rate
        else:
            flat += 1
    honest = (flat, requests, units, min(credits, U32))
    yield honest
    for place in range(4):
        for more in (-1, 1):
            changed = list(honest)
            changed[place] = max(0, min(U32, honest[place] + more))
            yield changed[0], changed[1], changed[2], changed[3]
    yield U32, U32, U32, U32


def _units(dice: random.Random, each: TierArgs, count: int) -> list[int]:
    edges = [0, 1, MAX_UNITS, MAX_UNITS + 1, *(each.included_units + more for more in (-1, 0, 1))]
    if each.rate_credits:
        # Where the rate overtakes the flat price, and where it overtakes what a job may cost.
        for credits in (each.flat_credits, MAX_CREDITS):
            edges += [credits * each.rate_units // each.rate_credits + more for more in (-1, 0, 1)]
        edges += [each.rate_units * dice.randrange(1, 1_000) + more for more in (-1, 0, 1)]
    edges += [dice.randrange(1 << dice.randint(1, 32)) for _ in range(count)]
    return [units for units in edges if 0 <= units <= MAX_UNITS + 1]


def _limits(dice: random.Random) -> tuple[int, ...]:
    if dice.random() < 0.1:
        return (0, 0, 0, dice.randrange(1 << 32), dice.randrange(100), dice.randrange(100))
    per_period = dice.choice([1, 2, 100, MAX_CREDITS, dice.randint(1, MAX_CREDITS)])
    seconds = dice.choice([1, 60, 3_600, MAX_PERIOD_SECONDS])
    used = dice.choice([0, per_period - 1, per_period, dice.randint(0, per_period)])
    locked = dice.choice([0, used, dice.randint(0, used)])
    return dice.randint(1, per_period), per_period, seconds, dice.choice([0, dice.randrange(1 << 33)]), used, locked


def _credits(dice: random.Random, limits: Sequence[int]) -> int:
    per_job, per_period, _, _, used, locked = limits
    edges = [per_job, per_period - used, per_period - locked, used, locked, dice.randint(0, max(1, locked))]
    return max(0, dice.choice(edges) + dice.choice([-1, 0, 1]))


def _moment(dice: random.Random, limits: Sequence[int]) -> int:
    _, _, seconds, started, _, _ = limits
    return started + dice.choice([-1, 0, 9, seconds - 1, seconds, seconds + 1])
