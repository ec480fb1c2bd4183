"""What jobs and sessions do alike to their credit account: they hold credits, spend them, and give the rest back."""

from collections.abc import Sequence

from job_escrow_indexer.accounts.fold.common import LOTS
from job_escrow_indexer.accounts.kinds import State
from job_escrow_indexer.decode.decoder import Happened


def hold(state: State, credits: int, held_lots: Sequence[int], *, limit_period: int | None) -> None:
    """Lock credits; those of the operator count in the period of the wallet's limits that began then."""
    if any(held_lots):
        for lot, held in zip(state["lots"], held_lots, strict=True):
            lot[0] -= held
            lot[1] += held
    state["open_jobs"] += 1
    if limit_period is not None:
        same = state["limit_period_started_at"] == limit_period
        # In a new period counts what the operator's open jobs and sessions hold already: it can still be charged.
        state["limit_used"] = credits + state["limit_used" if same else "limit_operator_locked"]
        state["limit_operator_locked"] += credits
        state["limit_period_started_at"] = limit_period


def spend(
    state: State,
    held: State | None,
    spent_lots: Sequence[int],
    spent_paid: int,
    promotion: int,
    settled: int,
    *,
    by_operator: bool,
) -> None:
    """Charge credits of what a job or session holds; `settled` is all that was charged of it. None: it has no row."""
    state["spent_paid"] += spent_paid
    spent_granted = sum(spent_lots)
    if spent_granted:
        state["spent_granted"] += spent_granted
        for lot, spent in zip(state["lots"], spent_lots, strict=True):
            lot[1] -= spent
    if held is None:
        return
    if by_operator:
        state["limit_operator_locked"] -= settled - held["settled"]
    held["settled"] = settled
    held["held_paid"] -= spent_paid
    if spent_granted:
        held["held_lots"] = [there - spent for there, spent in zip(held["held_lots"], spent_lots, strict=True)]
    if held["payee"] is not None:
        held["payee_base_units"] += spent_paid * state["base_units_per_credit"] - promotion


def end(state: State, held: State, happened: Happened, status: str, at: int, *, by_operator: bool) -> None:
    """What it still held goes back to where it came from; its row keeps what it was when it ended."""
    returned = happened.values[happened.layout.group("returned.lots.")]
    if any(returned):
        for lot, back in zip(state["lots"], returned, strict=True):
            lot[0] += back
            lot[1] -= back
    state["open_jobs"] -= 1
    if by_operator:
        back = held["credits"] - held["settled"]
        state["limit_used"] -= back
        state["limit_operator_locked"] -= back
    held.update(held_paid=0, held_lots=[0] * LOTS, status=status, ended_at=at)
