"""A credit account and its vault as a transition system: what each instruction does to credits and base units.

All lots of an account one by one, with how an amount is spread over them left open: any spread is possible here, and
the program's order is one of them. One open job is looked at, which may be any; the others are one sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import z3  # type: ignore[import-untyped]
from job_escrow.bounds import MAX_BASE_UNITS_PER_CREDIT, MAX_CREDITS

from proof_harness.products import Formula, Term
from proof_harness.solver import within

LOTS = 8
"""Of an account: constants.rs; test_rust.py holds it to that."""


@dataclass(frozen=True)
class Split:
    """Credits by where they came from."""

    lots: tuple[Term, ...]
    paid: Term

    def granted(self) -> Term:
        """Credits of lots."""
        return z3.Sum(*self.lots)

    def credits(self) -> Term:
        """All of them."""
        return self.granted() + self.paid

    def plus(self, other: "Split") -> "Split":
        """Return both together."""
        return Split(tuple(a + b for a, b in zip(self.lots, other.lots, strict=True)), self.paid + other.paid)

    def minus(self, other: "Split") -> "Split":
        """Return what is left without the other."""
        return Split(tuple(a - b for a, b in zip(self.lots, other.lots, strict=True)), self.paid - other.paid)

    def between(self, most: "Split") -> Formula:
        """Whether there is no less than nothing and no more than `most` of each."""
        pairs = zip((*self.lots, self.paid), (*most.lots, most.paid), strict=True)
        return z3.And(*(z3.And(0 <= part, part <= limit) for part, limit in pairs))


NOTHING = Split((z3.IntVal(0),) * LOTS, z3.IntVal(0))


def split(name: str) -> Split:
    """Return any split."""
    return Split(tuple(z3.Int(f"{name}_lot_{number}") for number in range(LOTS)), z3.Int(f"{name}_paid"))


@dataclass(frozen=True)
class Account:
    """The fields of `CreditAccount` that count credits, its vault, and its open jobs."""

    price: Term
    vault: Term
    paid_available: Term
    paid_locked: Term
    granted_available: Term
    granted_locked: Term
    purchased: Term
    synced: Term
    granted: Term
    spent_paid: Term
    spent_granted: Term
    withdrawn: Term
    expired: Term
    open_jobs: Term
    free: tuple[Term, ...]
    locked: tuple[Term, ...]
    job: Split
    """What one open job holds, any of them; nothing where it has ended."""
    others: Split
    """What all other open jobs hold."""

    def liabilities(self) -> Term:
        """Credits that the vault must cover."""
        return self.paid_available + self.paid_locked + self.granted_available + self.granted_locked

    def invariant(self) -> Formula:
        """docs/invariants.md: 1, 2 and 3, that nothing is below 0, and that what is locked is what open jobs hold."""
        held = self.job.plus(self.others)
        return z3.And(
            self.conserved(),
            within(self.price, 1, MAX_BASE_UNITS_PER_CREDIT),
            *(number >= 0 for number in (self.paid_available, *self.lifetime(), *self.free, self.open_jobs)),
            self.paid_locked == held.paid,
            *(locked == lot for locked, lot in zip(self.locked, held.lots, strict=True)),
            z3.And(NOTHING.between(self.job), NOTHING.between(self.others)),
            z3.Implies(self.open_jobs == 0, held.credits() == 0),
        )

    def conserved(self) -> Formula:
        """What `CreditAccount::invariant_with_vault` looks at."""
        return z3.And(
            self.vault >= self.liabilities() * self.price,
            self.purchased + self.synced == self.paid_available + self.paid_locked + self.spent_paid + self.withdrawn,
            self.granted == self.granted_available + self.granted_locked + self.spent_granted + self.expired,
            self.granted_available == z3.Sum(*self.free),
            self.granted_locked == z3.Sum(*self.locked),
            self.liabilities() <= MAX_CREDITS,
        )

    def lifetime(self) -> Sequence[Term]:
        """Sums that only grow."""
        spent = (self.spent_paid, self.spent_granted, self.withdrawn, self.expired)
        return (self.purchased, self.synced, self.granted, *spent)

    def lock(self, taken: Split) -> "Account":
        """`take`, into the job that is looked at."""
        return replace(
            self,
            paid_available=self.paid_available - taken.paid,
            paid_locked=self.paid_locked + taken.paid,
            granted_available=self.granted_available - taken.granted(),
            granted_locked=self.granted_locked + taken.granted(),
            free=tuple(a - b for a, b in zip(self.free, taken.lots, strict=True)),
            locked=tuple(a + b for a, b in zip(self.locked, taken.lots, strict=True)),
            job=self.job.plus(taken),
            open_jobs=self.open_jobs + 1,
        )

    def spend(self, spent: Split) -> "Account":
        """`spend`, of the job that is looked at, and what `settle` pays for it."""
        return replace(
            self,
            paid_locked=self.paid_locked - spent.paid,
            granted_locked=self.granted_locked - spent.granted(),
            spent_paid=self.spent_paid + spent.paid,
            spent_granted=self.spent_granted + spent.granted(),
            locked=tuple(a - b for a, b in zip(self.locked, spent.lots, strict=True)),
            job=self.job.minus(spent),
            vault=self.vault - spent.credits() * self.price,
        )

    def give_back(self) -> "Account":
        """`give_back`, of all that the job that is looked at holds; it ends."""
        held = self.job
        return replace(
            self,
            paid_available=self.paid_available + held.paid,
            paid_locked=self.paid_locked - held.paid,
            granted_available=self.granted_available + held.granted(),
            granted_locked=self.granted_locked - held.granted(),
            free=tuple(a + b for a, b in zip(self.free, held.lots, strict=True)),
            locked=tuple(a - b for a, b in zip(self.locked, held.lots, strict=True)),
            job=NOTHING,
            open_jobs=self.open_jobs - 1,
        )

    def purchase(self, credits: Term) -> "Account":
        """`purchase`: the buyer's tokens come into the vault."""
        return replace(
            self,
            paid_available=self.paid_available + credits,
            purchased=self.purchased + credits,
            vault=self.vault + credits * self.price,
        )

    def surplus(self) -> Term:
        """Base units that no credit stands for."""
        return self.vault - self.liabilities() * self.price

    def synced_credits(self) -> Term:
        """How many credits `sync` makes of the surplus."""
        whole, room = self.surplus() / self.price, MAX_CREDITS - self.liabilities()
        return z3.If(whole < room, whole, room)

    def sync(self) -> "Account":
        """`sync`."""
        credits = self.synced_credits()
        return replace(self, paid_available=self.paid_available + credits, synced=self.synced + credits)

    def withdraw(self, credits: Term, beyond: Term) -> "Account":
        """`withdraw`, of an account that was synced, with so many base units beyond the credits' worth."""
        return replace(
            self,
            paid_available=self.paid_available - credits,
            withdrawn=self.withdrawn + credits,
            vault=self.vault - credits * self.price - beyond,
        )

    def grant(self, credits: Term, lot: Term) -> "Account":
        """`add_lot`, into any of the lots, and the operator's tokens come into the vault."""
        return replace(
            self,
            granted=self.granted + credits,
            granted_available=self.granted_available + credits,
            free=tuple(free + z3.If(lot == number, credits, 0) for number, free in enumerate(self.free)),
            vault=self.vault + credits * self.price,
        )

    def expire(self, is_expired: Sequence[Formula]) -> "Account":
        """`expire_lots`, and what stood behind them goes to the treasury."""
        credits = z3.Sum(*(z3.If(gone, free, 0) for gone, free in zip(is_expired, self.free, strict=True)))
        return replace(
            self,
            granted_available=self.granted_available - credits,
            expired=self.expired + credits,
            free=tuple(z3.If(gone, 0, free) for gone, free in zip(is_expired, self.free, strict=True)),
            vault=self.vault - credits * self.price,
        )

    def another_job(self) -> "Account":
        """The same account, with another job to be looked at: each of them is one of the others, too."""
        chosen = split("chosen")
        return replace(self, job=chosen, others=self.job.plus(self.others).minus(chosen))


def account() -> Account:
    """Return any account."""
    plain = {field.name: z3.Int(field.name) for field in fields(Account)}
    lots = {name: tuple(z3.Int(f"{name}_{number}") for number in range(LOTS)) for name in ("free", "locked")}
    return Account(**{**plain, **lots, "job": split("job"), "others": split("others")})
