"""Cycles of plans that were granted, remembered one by one; the window is only how long they count."""

from dataclasses import dataclass, field

from job_escrow.codec import NoSuchPlanSlot, PlanCycle, PlanCycleGranted, PlanCycleTooOld, PlanWindows

from program_harness.model.refusing import require

SLOTS = 4
WINDOW = 64


@dataclass
class Cycles:
    """Of each of a platform's plans."""

    granted: list[set[int]] = field(default_factory=lambda: [set() for _ in range(SLOTS)])

    def require_new(self, plan: PlanCycle) -> None:
        """Never granted, and young enough to tell."""
        require(plan.slot < SLOTS, NoSuchPlanSlot)
        require(plan.cycle > self.highest(plan.slot) - WINDOW, PlanCycleTooOld)
        require(plan.cycle not in self.granted[plan.slot], PlanCycleGranted)

    def use(self, plan: PlanCycle) -> None:
        """For ever."""
        self.granted[plan.slot].add(plan.cycle)

    def highest(self, slot: int) -> int:
        """0: also where there is none."""
        return max(self.granted[slot], default=0)

    def encoded(self) -> PlanWindows:
        """As the chain holds it."""
        highest = tuple(self.highest(slot) for slot in range(SLOTS))
        return PlanWindows(granted=tuple(self._word(slot) for slot in range(SLOTS)), highest=highest)

    def _word(self, slot: int) -> int:
        highest = self.highest(slot)
        return sum(1 << highest - cycle for cycle in self.granted[slot] if highest - cycle < WINDOW)
