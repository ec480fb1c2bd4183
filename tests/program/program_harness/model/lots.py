"""Granted credits in eight slots."""

from dataclasses import dataclass

from job_escrow.codec import Lot, LotsFull, Split

from program_harness.model.refusing import Refused

SLOTS = 8


@dataclass
class LotModel:
    """One slot."""

    free: int = 0
    locked: int = 0
    expires_at: int = 0

    @property
    def is_empty(self) -> bool:
        return self.free == 0 and self.locked == 0


class Lots:
    """All slots of an account."""

    def __init__(self) -> None:
        self.slots = [LotModel() for _ in range(SLOTS)]

    @property
    def free(self) -> int:
        return sum(lot.free for lot in self.slots)

    @property
    def locked(self) -> int:
        return sum(lot.locked for lot in self.slots)

    def plan(self, amount: int, now: int) -> list[int]:
        """How much of `amount` each slot would give: those that live, the soonest to expire first."""
        taken = [0] * SLOTS
        live = [index for index, lot in enumerate(self.slots) if lot.free > 0 and now < lot.expires_at]
        for index in sorted(live, key=lambda index: self.slots[index].expires_at):
            taken[index] = min(self.slots[index].free, amount - sum(taken))
        return taken

    def spending(self, held: list[int], amount: int) -> list[int]:
        """How much of `amount` comes from each slot of what a job holds, the soonest to expire first."""
        spent = [0] * SLOTS
        for index in sorted(range(SLOTS), key=lambda index: self.slots[index].expires_at):
            spent[index] = min(held[index], amount - sum(spent))
        return spent

    def move(self, amounts: list[int], *, free: int, locked: int) -> None:
        """Add the amounts `free` and `locked` times, which are -1, 0 or 1."""
        for lot, amount in zip(self.slots, amounts, strict=True):
            lot.free += free * amount
            lot.locked += locked * amount

    def slot_for(self, expires_at: int) -> LotModel:
        """Where a grant with this expiry goes."""
        for lot in self.slots:
            if not lot.is_empty and lot.expires_at == expires_at:
                return lot
        for lot in self.slots:
            if lot.is_empty:
                return lot
        raise Refused(LotsFull)

    def expire(self, now: int) -> int:
        """Take what is free of expired slots away."""
        gone = 0
        for lot in self.slots:
            if now >= lot.expires_at:
                gone += lot.free
                lot.free = 0
        return gone

    def expirable(self, now: int) -> int:
        """What `expire` would take."""
        return sum(lot.free for lot in self.slots if now >= lot.expires_at)

    def encoded(self) -> tuple[Lot, ...]:
        """As the chain holds them."""
        return tuple(
            Lot(credits_free=lot.free, credits_locked=lot.locked, expires_at=lot.expires_at) for lot in self.slots
        )


def split(lots: list[int], paid: int) -> Split:
    """As the chain holds it."""
    return Split(lots=tuple(lots), paid=paid)
