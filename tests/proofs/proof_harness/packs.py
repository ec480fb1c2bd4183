"""Packs by cost basis as a transition system: what a platform's promotion has paid of an account's paid credits.

Beside what an account stores, a state keeps what was ever paid in and out, by which packs are judged.
"""

from dataclasses import dataclass, fields, replace

import z3  # type: ignore[import-untyped]
from job_escrow.bounds import MAX_BASE_UNITS_PER_CREDIT, MAX_CREDITS

from proof_harness.products import Formula, Term
from proof_harness.solver import ceil, within


def share(amount: Term, part: Term, whole: Term) -> Term:
    """Compute floor(amount x part / whole) without the product of the first two, which 64 bits do not hold."""
    return amount / whole * part + amount % whole * part / whole


def share_up(amount: Term, part: Term, whole: Term) -> Term:
    """Compute ceil(amount x part / whole) in the same way."""
    return amount / whole * part + ceil(amount % whole * part, whole)


@dataclass(frozen=True)
class Backed:
    """An account's paid credits, the promotion behind them, its vault, and the sums of a lifetime."""

    price: Term
    """Base units of a credit."""
    n: Term
    """Paid credits, available and locked."""
    backing: Term
    owed: Term
    """Base units that go back to the promotion account."""
    others: Term
    """Base units behind granted credits; nothing here changes them."""
    vault: Term
    own_in: Term
    """Base units that whoever bought has paid."""
    promotion_in: Term
    """Base units that the promotion account has paid."""
    spent: Term
    """Credits spent, of paid ones."""
    promotion_spent: Term
    """Base units of promotion in these; the treasury has them."""
    own_spent: Term
    """Base units of the buyer's in these, which payees are paid from."""
    paid_out: Term
    """Base units that withdrawals have paid."""
    withdrawn: Term
    """Credits withdrawn."""
    returned: Term
    """Base units that withdrawals have left to promotion, swept or still owed."""

    def buy(self, credits: Term, bonus: Term) -> "Backed":
        """A purchase of a pack, or with no bonus a plain one or a deposit."""
        return replace(
            self,
            n=self.n + credits + bonus,
            backing=self.backing + bonus * self.price,
            vault=self.vault + (credits + bonus) * self.price,
            own_in=self.own_in + credits * self.price,
            promotion_in=self.promotion_in + bonus * self.price,
        )

    def spend(self, credits: Term, promotion: Term) -> "Backed":
        """A settlement of paid credits, with their share of the backing."""
        return replace(
            self,
            n=self.n - credits,
            backing=self.backing - promotion,
            vault=self.vault - credits * self.price,
            spent=self.spent + credits,
            promotion_spent=self.promotion_spent + promotion,
            own_spent=self.own_spent + credits * self.price - promotion,
        )

    def withdraw(self, credits: Term, left: Term) -> "Backed":
        """A withdrawal, which leaves its share of the backing."""
        return replace(
            self,
            n=self.n - credits,
            backing=self.backing - left,
            owed=self.owed + left,
            vault=self.vault - credits * self.price + left,
            paid_out=self.paid_out + credits * self.price - left,
            withdrawn=self.withdrawn + credits,
            returned=self.returned + left,
        )

    def sweep(self) -> "Backed":
        """What is owed goes to the promotion account."""
        return replace(self, vault=self.vault - self.owed, owed=z3.IntVal(0))

    def bounds(self) -> Formula:
        """What the program's types and its limit of an account's credits say."""
        counts = [getattr(self, field.name) for field in fields(self)]
        known = z3.And(*(count >= 0 for count in counts))
        return z3.And(known, within(self.price, 1, MAX_BASE_UNITS_PER_CREDIT), self.n <= MAX_CREDITS)


def backed() -> Backed:
    """Return any state."""
    return Backed(*(z3.Int(field.name) for field in fields(Backed)))
