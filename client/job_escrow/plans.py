"""Plans: which of their cycles were granted to an account.

A platform has four plan slots, and counts cycles as it likes: months since its first day, for example. An account
remembers 64 cycles of each slot, from the highest down; what is older counts as granted.
"""

from job_escrow.bounds import PLAN_WINDOW, PLANS
from job_escrow.codec import CreditAccount, PlanCycle, PlanWindows

MAX_CYCLE = 2**32 - 1
"""Highest cycle that fits its field."""

NO_PLAN = 255
"""The slot in the event of a grant that is for no plan."""


def is_granted(windows: PlanWindows, plan: PlanCycle) -> bool:
    """Whether a cycle can never be granted (again): granted, or too old to tell. No slot but 0 to 3 has any."""
    if not 0 <= plan.slot < PLANS:
        return False
    below = windows.highest[plan.slot] - plan.cycle
    return below >= 0 and (below >= PLAN_WINDOW or bool(windows.granted[plan.slot] >> below & 1))


def granted_cycles(account: CreditAccount, slot: int) -> list[int]:
    """The cycles of a plan that the account remembers as granted, the lowest first. `slot` is 0 to 3."""
    highest, bits = account.plans.highest[slot], account.plans.granted[slot]
    return [highest - below for below in reversed(range(PLAN_WINDOW)) if bits >> below & 1]
