"""A wallet's limits as a transition system: each step of programs/job_escrow/src/state/limits.rs, as sums of terms.

Beside the fields of `Limits` a state keeps what nobody stores: what was charged, by which the limits are judged.
"""

from dataclasses import dataclass, fields, replace

import z3  # type: ignore[import-untyped]
from job_escrow.bounds import MAX_CREDITS, MAX_PERIOD_SECONDS

from proof_harness.products import Formula, Term
from proof_harness.solver import within


@dataclass(frozen=True)
class Limits:
    """The account's limits, as the program stores them."""

    per_job: Term
    per_period: Term
    seconds: Term
    started: Term
    used: Term
    locked: Term

    def is_new_period(self, now: Term) -> Formula:
        """Whether a lock now begins a period."""
        return now - self.started >= self.seconds

    def may_use_up(self, credits: Term, now: Term) -> Formula:
        """Whether `use_up` succeeds."""
        used = z3.If(self.is_new_period(now), self.locked, self.used) + credits
        return z3.And(credits <= self.per_job, used <= self.per_period)

    def use_up(self, credits: Term, now: Term) -> "Limits":
        """Return what `use_up` leaves."""
        new = self.is_new_period(now)
        return replace(
            self,
            started=z3.If(new, now, self.started),
            used=z3.If(new, self.locked, self.used) + credits,
            locked=self.locked + credits,
        )

    def charge(self, credits: Term) -> "Limits":
        """Return what `charge` leaves; it overflows where less is locked."""
        return replace(self, locked=self.locked - credits)

    def give_back(self, credits: Term) -> "Limits":
        """Return what `give_back` leaves; it overflows where less is locked or used."""
        return replace(self, locked=self.locked - credits, used=self.used - credits)

    def with_limits(self, per_job: Term, per_period: Term, seconds: Term) -> "Limits":
        """Return what `set` leaves."""
        return replace(self, per_job=per_job, per_period=per_period, seconds=seconds)

    def valid(self) -> Formula:
        """`Limits::set` takes no others: all zero, or a job's within a period's."""
        nothing = z3.And(self.per_job == 0, self.per_period == 0, self.seconds == 0)
        bounded = z3.And(
            *(1 <= self.per_job, self.per_job <= self.per_period, self.per_period <= MAX_CREDITS),
            within(self.seconds, 1, MAX_PERIOD_SECONDS),
        )
        return z3.Or(nothing, bounded)


@dataclass(frozen=True)
class Exposure:
    """Limits, the operator's open jobs, and what was charged since moments that the proof is about."""

    limits: Limits
    now: Term
    highest: Term
    """The highest limit of a period that the wallet has set so far."""
    of_job: Term
    """What one of the operator's open jobs holds, any of them; all others hold the rest of what is locked."""
    in_period: Term
    """Charged since the period began that the limits count in."""
    in_window: Term
    """Charged since `window_from`, for as long as the window lasts."""
    window_from: Term
    window_seconds: Term
    """No longer than any period that the wallet sets while it lasts."""
    turned: Term
    """1 where a period has begun in the window, else 0."""
    charged: Term
    """Charged at any time since a moment at which this was 0."""

    def window_is_open(self) -> Formula:
        """Whether what is charged now counts in the window."""
        return self.now < self.window_from + self.window_seconds


def exposure(suffix: str = "") -> Exposure:
    """Return any state."""
    limits = Limits(*(z3.Int(f"{field.name}{suffix}") for field in fields(Limits)))
    others = [z3.Int(f"{field.name}{suffix}") for field in fields(Exposure) if field.name != "limits"]
    return Exposure(limits, *others)
