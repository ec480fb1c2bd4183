"""Three designs of packs as plain numbers: two that lose money, and the one that was chosen."""

from dataclasses import dataclass

import z3  # type: ignore[import-untyped]

from proof_harness.packs import share, share_up
from proof_harness.solver import value

_AMOUNT, _PART, _WHOLE = z3.Ints("amount part whole")
_SHARE, _SHARE_UP = share(_AMOUNT, _PART, _WHOLE), share_up(_AMOUNT, _PART, _WHOLE)


@dataclass
class VestingPool:
    """Rejected. A bonus waits in a pool of credits; spending paid ones earns a part of it, withdrawing forfeits one."""

    forfeit_rounded_up: bool
    paid: int = 0
    pending: int = 0
    base: int = 0
    """Paid credits that the pending bonus depends on."""
    bonus: int = 0
    """Earned, and as good as paid ones from then on."""
    paid_out: int = 0

    def buy(self, credits: int, bonus: int) -> None:
        self.paid, self.base, self.pending = self.paid + credits, self.base + credits, self.pending + bonus

    def spend(self, credits: int) -> None:
        earned = self.pending * credits // self.base
        self._leave(credits, earned)
        self.bonus += earned

    def withdraw(self, credits: int) -> None:
        forfeited = self.pending * credits
        self._leave(credits, -(-forfeited // self.base) if self.forfeit_rounded_up else forfeited // self.base)
        self.paid_out += credits

    def _leave(self, credits: int, bonus: int) -> None:
        self.paid, self.base, self.pending = self.paid - credits, self.base - credits, self.pending - bonus


@dataclass
class SplitAtTheLock:
    """Rejected. Each lock takes its share of paid and of bonus credits, both whole, and spends them as they are."""

    bonus_rounded_up: bool
    paid: int = 0
    bonus: int = 0
    paid_spent: int = 0
    bonus_spent: int = 0

    def buy(self, credits: int, bonus: int) -> None:
        self.paid, self.bonus = self.paid + credits, self.bonus + bonus

    def lock_and_settle(self, credits: int) -> None:
        exact, all_credits = credits * self.bonus, self.paid + self.bonus
        of_bonus = -(-exact // all_credits) if self.bonus_rounded_up else exact // all_credits
        self.bonus, self.bonus_spent = self.bonus - of_bonus, self.bonus_spent + of_bonus
        self.paid, self.paid_spent = self.paid - (credits - of_bonus), self.paid_spent + credits - of_bonus


@dataclass
class CostBasis:
    """Chosen. Base units of promotion stand behind all paid credits; spending and withdrawing take their share along.

    It computes with the formulas that are proved.
    """

    price: int
    credits: int = 0
    backing: int = 0
    spent: int = 0
    promotion_spent: int = 0
    paid_out: int = 0
    returned: int = 0

    def buy(self, credits: int, bonus: int) -> None:
        self.credits, self.backing = self.credits + credits + bonus, self.backing + bonus * self.price

    def spend(self, credits: int) -> int:
        part = self._share(credits, up=False)
        self.credits, self.spent = self.credits - credits, self.spent + credits
        self.promotion_spent += part
        return part

    def withdraw(self, credits: int) -> int:
        part = self._share(credits, up=True)
        self.credits, self.returned = self.credits - credits, self.returned + part
        self.paid_out += credits * self.price - part
        return credits * self.price - part

    def _share(self, credits: int, *, up: bool) -> int:
        given = {_AMOUNT: self.backing, _PART: credits, _WHOLE: self.credits}
        part = int(value(_SHARE_UP if up else _SHARE, given))
        self.backing -= part
        return part
