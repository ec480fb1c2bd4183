"""A top-up rule as a transition system: each step of programs/job_escrow/src/state/top_up.rs, as sums of terms.

Beside the fields of the rule a state keeps what nobody stores: what was paid, by which the cap is judged.
"""

from dataclasses import dataclass, fields, replace

import z3  # type: ignore[import-untyped]
from job_escrow.bounds import MAX_PERIOD_SECONDS

from proof_harness.pricing import U64
from proof_harness.products import Formula, Term
from proof_harness.solver import within


@dataclass(frozen=True)
class Rule:
    """The rule, as the program stores it. Amounts are base units."""

    base_units: Term
    """What one top-up costs."""
    cap: Term
    seconds: Term
    started: Term
    used: Term

    def valid(self) -> Formula:
        """`TopUpArgs::require_valid` takes no others."""
        return z3.And(
            within(self.base_units, 1, U64),
            self.base_units <= self.cap,
            self.cap <= U64,
            within(self.seconds, 1, MAX_PERIOD_SECONDS),
        )

    def is_new_period(self, now: Term) -> Formula:
        """Whether a top-up now begins a period."""
        return now - self.started >= self.seconds

    def left(self, now: Term) -> Term:
        """Return what the period still allows, as the program computes it."""
        return self.cap - z3.If(self.is_new_period(now), 0, self.used)

    def may_use_up(self, now: Term) -> Formula:
        """Whether `use_up` succeeds, as far as the cap goes."""
        return self.base_units <= self.left(now)

    def use_up(self, now: Term) -> "Rule":
        """Return what `use_up` leaves."""
        new = self.is_new_period(now)
        return replace(
            self,
            started=z3.If(new, now, self.started),
            used=z3.If(new, 0, self.used) + self.base_units,
        )


@dataclass(frozen=True)
class Spending:
    """A rule, and what was paid by it since moments that the proof is about."""

    rule: Rule
    now: Term
    in_period: Term
    """Paid since the period began that the rule counts in."""
    in_window: Term
    """Paid since `window_from`, for as long as the window lasts."""
    window_from: Term
    window_seconds: Term
    turned: Term
    """1 where a period has begun in the window, else 0."""

    def window_is_open(self) -> Formula:
        """Whether what is paid now counts in the window."""
        return self.now < self.window_from + self.window_seconds


def spending() -> Spending:
    """Return any state."""
    rule = Rule(*(z3.Int(f"rule_{field.name}") for field in fields(Rule)))
    return Spending(rule, *(z3.Int(field.name) for field in fields(Spending) if field.name != "rule"))
