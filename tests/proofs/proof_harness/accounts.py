"""Accounts at random, what the program is asked of them, and whether its answer is one that was proved."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace

import z3  # type: ignore[import-untyped]
from job_escrow.bounds import MAX_BASE_UNITS_PER_CREDIT, MAX_CREDITS

from proof_harness.ledger import LOTS, Account, Split
from proof_harness.pricing import U64
from proof_harness.products import Formula, Term
from proof_harness.rust import Answer
from proof_harness.solver import value

_ASKED = 2
"""Lots that a question has: formulas.rs."""
_SUMS = ("paid_available", "paid_locked", "granted_available", "granted_locked", "purchased", "synced", "granted")
_LIFETIME = ("spent_paid", "spent_granted", "withdrawn", "expired")
_STORED = (*_SUMS, *_LIFETIME)


@dataclass(frozen=True)
class Case:
    """A question, and what its answer must be."""

    question: tuple[str | int, ...]
    refused: bool
    is_proved: Callable[[tuple[int, ...]], bool]

    def agrees(self, answer: Answer) -> bool:
        """Whether the program did what the proof speaks of."""
        return self.refused if answer is None else not self.refused and self.is_proved(answer)


@dataclass(frozen=True)
class Sound:
    """An account in which every invariant holds, and when its lots expire."""

    account: Account
    expiries: tuple[int, int]

    def numbers(self) -> tuple[int, ...]:
        """Return what a question has of it."""
        account = self.account
        stored: list[int] = [getattr(account, name).as_long() for name in _STORED]
        lots = [
            number
            for free, locked, expiry in zip(account.free, account.locked, self.expiries, strict=False)
            for number in (free.as_long(), locked.as_long(), expiry)
        ]
        return account.price.as_long(), *stored, *lots

    def held(self) -> tuple[int, ...]:
        """Return what a question has of the job."""
        return (*(each.as_long() for each in self.account.job.lots[:_ASKED]), self.account.job.paid.as_long())


def sound(dice: random.Random) -> Sound:
    """Return an account with a job, others, and two lots of which some are empty."""
    most = dice.choice([3, 1_000, MAX_CREDITS // 10])
    some = [dice.choice([0, dice.randint(0, most)]) for _ in range(10)]
    job, others = _split(some[0:2], some[2]), _split(some[3:5], some[5])
    held = job.plus(others)
    counts = {
        "paid_available": dice.choice([0, dice.randint(0, most)]),
        "paid_locked": int(value(held.paid, {})),
        "granted_available": some[6] + some[7],
        "granted_locked": int(value(held.granted(), {})),
        **{name: dice.randint(0, 1 << 40) for name in _LIFETIME},
    }
    if dice.random() < 0.2:
        # As many as an account holds.
        elsewhere = sum(counts[name] for name in ("paid_locked", "granted_available", "granted_locked"))
        counts["paid_available"] = MAX_CREDITS - elsewhere
    paid = counts["paid_available"] + counts["paid_locked"] + counts["spent_paid"] + counts["withdrawn"]
    counts["synced"] = dice.randint(0, paid)
    counts["purchased"] = paid - counts["synced"]
    granted = counts["granted_available"] + counts["granted_locked"]
    counts["granted"] = granted + counts["spent_granted"] + counts["expired"]
    price = dice.choice([1, 10_000, MAX_BASE_UNITS_PER_CREDIT])
    owed = (counts["paid_available"] + counts["paid_locked"] + granted) * price
    beyond = dice.choice([0, 1, price - 1, price, 3 * price + 1])
    account = Account(
        **{name: z3.IntVal(number) for name, number in counts.items()},
        price=z3.IntVal(price),
        vault=z3.IntVal(min(owed + beyond, U64)),
        open_jobs=z3.IntVal(2),
        free=_split(some[6:8], 0).lots,
        locked=tuple(z3.simplify(each) for each in held.lots),
        job=job,
        others=others,
    )
    assert value(account.invariant(), {})
    return Sound(account, (dice.randint(1, 9), dice.randint(1, 9)))


def changed_by_one(dice: random.Random) -> Iterator[Case]:
    """Return what the program's own check must say of an account, and of it with each of its counts one off."""
    whole = sound(dice)
    account = whole.account
    yield _check(whole)
    one_more = replace(account.purchase(z3.IntVal(1)), vault=z3.IntVal(U64))
    yield _check(replace(whole, account=replace(one_more, **{name: _plain(one_more, name) for name in _STORED})))
    for name in (*_STORED, "vault"):
        for more in (-1, 1):
            if 0 <= (number := getattr(account, name).as_long() + more) <= U64:
                yield _check(replace(whole, account=replace(account, **{name: z3.IntVal(number)})))
    if value(account.granted_available + account.granted_locked, {}):
        first, *others = account.free
        yield _check(replace(whole, account=replace(account, free=(z3.simplify(first + 1), *others))))


def _plain(account: Account, name: str) -> Term:
    return z3.simplify(getattr(account, name))


def _check(whole: Sound) -> Case:
    account = whole.account
    liabilities = (int(value(account.liabilities(), {})),)
    holds = bool(value(account.conserved(), {}))
    question = ("invariant", *whole.numbers(), account.vault.as_long())
    return Case(question, not holds, lambda answer: answer == liabilities)


def _take(dice: random.Random) -> Case:
    whole, now = sound(dice), dice.randint(0, 10)
    account = whole.account
    live = [now < expiry for expiry in whole.expiries]
    free = [account.free[number].as_long() if live[number] else 0 for number in range(_ASKED)]
    most = account.paid_available.as_long() + sum(free)
    credits = max(0, dice.choice([0, 1, most - 1, most, most + 1, dice.randint(0, most + 2)]))

    def is_proved(answer: tuple[int, ...]) -> bool:
        taken = _split(answer[-_ASKED - 1 : -1], answer[-1])
        most_taken = _split(free, account.paid_available.as_long())
        is_new = replace(account, job=_split([0, 0], 0))
        spread = z3.And(taken.between(most_taken), taken.credits() == credits)
        return _holds(spread) and _is(replace(is_new.lock(taken), job=taken), whole.expiries, answer)

    return Case(("take", *whole.numbers(), credits, now), credits > most, is_proved)


def _spend(dice: random.Random) -> Case:
    whole = sound(dice)
    job = whole.account.job
    most = int(value(job.credits(), {}))
    credits = max(0, dice.choice([0, 1, most - 1, most, most + 1, dice.randint(0, most + 2)]))

    def is_proved(answer: tuple[int, ...]) -> bool:
        spent = job.minus(_split(answer[-_ASKED - 1 : -1], answer[-1]))
        spread = z3.And(spent.between(job), spent.credits() == credits)
        return _holds(spread) and _is(whole.account.spend(spent), whole.expiries, answer)

    return Case(("spend", *whole.numbers(), *whole.held(), credits), credits > most, is_proved)


def _give_back(dice: random.Random) -> Case:
    whole = sound(dice)
    after = whole.account.give_back()
    return Case(("give_back", *whole.numbers(), *whole.held()), False, lambda got: _is(after, whole.expiries, got))


def _add_lot(dice: random.Random) -> Case:
    """Into a lot of the same expiry, or an empty one."""
    while True:
        whole, credits = sound(dice), dice.randint(1, 1_000)
        empty = [_holds(whole.account.free[n] + whole.account.locked[n] == 0) for n in range(_ASKED)]
        expiry = dice.choice([*whole.expiries, 20])
        if any(empty) or expiry in whole.expiries:
            break
    into = [
        (whole.account.grant(z3.IntVal(credits), z3.IntVal(lot)), _with(whole.expiries, lot, expiry))
        for lot in range(_ASKED)
        if empty[lot] or whole.expiries[lot] == expiry
    ]
    question: tuple[str | int, ...] = ("add_lot", *whole.numbers(), credits, expiry)
    cleared = [(replace(after, job=_split([0, 0], 0)), expiries) for after, expiries in into]
    return Case(question, False, lambda answer: any(_is(*each, answer) for each in cleared))


def _expire_lots(dice: random.Random) -> Case:
    whole, now = sound(dice), dice.randint(0, 10)
    gone = [z3.BoolVal(number < _ASKED and now >= whole.expiries[min(number, 1)]) for number in range(LOTS)]
    after = replace(whole.account.expire(gone), job=_split([0, 0], 0))
    return Case(("expire_lots", *whole.numbers(), now), False, lambda answer: _is(after, whole.expiries, answer))


def _sync(dice: random.Random) -> Case:
    whole = sound(dice)
    owed = int(value(whole.account.liabilities() * whole.account.price, {}))
    vault = max(0, dice.choice([owed - 1, whole.account.vault.as_long(), U64]))
    synced = replace(whole.account, vault=z3.IntVal(vault)).sync()
    after = replace(synced, job=_split([0, 0], 0))
    return Case(("sync", *whole.numbers(), vault), vault < owed, lambda answer: _is(after, whole.expiries, answer))


STEPS: dict[str, Callable[[random.Random], Case]] = {
    "take": _take,
    "spend": _spend,
    "give_back": _give_back,
    "add_lot": _add_lot,
    "expire_lots": _expire_lots,
    "sync": _sync,
}


def _is(account: Account, expiries: tuple[int, ...], answer: tuple[int, ...]) -> bool:
    stored = [getattr(account, name) for name in _STORED]
    lots = [part for free, locked in zip(account.free, account.locked, strict=True) for part in (free, locked)]
    found = (*answer[: len(_STORED)], *answer[-_ASKED - 1 :])
    expected: list[Term] = [*stored, *account.job.lots[:_ASKED], account.job.paid]
    of_lots = answer[len(_STORED) : -_ASKED - 1]
    found += tuple(number for index, number in enumerate(of_lots) if index % 3 != 2)
    expected += lots[: 2 * _ASKED]
    same = z3.And(*(number == term for number, term in zip(found, expected, strict=True)))
    return _holds(same) and of_lots[2::3] == expiries


def _holds(formula: Formula) -> bool:
    return bool(value(formula, {}))


def _with(expiries: tuple[int, int], lot: int, expiry: int) -> tuple[int, ...]:
    return tuple(expiry if number == lot else each for number, each in enumerate(expiries))


def _split(lots: list[int] | tuple[int, ...], paid: int) -> Split:
    padded = [*lots, *([0] * (LOTS - len(lots)))]
    return Split(tuple(z3.IntVal(number) for number in padded), z3.IntVal(paid))


assert {field.name for field in fields(Account)} > set(_STORED)
