"""Jobs, and what they do to their credit accounts."""

from collections.abc import Mapping

from job_escrow_indexer.accounts.fold.common import LOTS, Handler, Rows, fields, layouts, of_account, use_id
from job_escrow_indexer.accounts.kinds import JOBS, State
from job_escrow_indexer.decode.decoder import Happened
from job_escrow_indexer.store.values import address, address_or_none, text

_JOB_BUMP = 16
"""Where the data of `lock` has the job's bump: behind its discriminator and the id."""

_locked = fields(
    "JobLocked", "job", "id", "payee", "payee_token_account", "rent_payer", "credits", "max_units", "fee_bps",
    "deadline", "limit_period", "at", "held.paid", "tier.name", "tier.flat_credits", "tier.included_units",
    "tier.credits_per_1000_units", "tier.unit_kind", "by_operator", "quoted", "tier_index",
)  # fmt: skip
_held_lots = layouts()["JobLocked"].group("held.lots.")


@of_account
def _job_locked(rows: Rows, happened: Happened, state: State) -> None:
    (
        job, job_id, payee, payee_tokens, rent_payer, credits, max_units, fee_bps, deadline, limit_period, at,
        held_paid, tier, flat, included, rate, unit_kind, by_operator, quoted, tier_index,
    ) = _locked(happened.values)  # fmt: skip
    held_lots = list(happened.values[_held_lots])
    if any(held_lots):
        for lot, held in zip(state["lots"], held_lots, strict=True):
            lot[0] -= held
            lot[1] += held
    state["open_jobs"] += 1
    use_id(state, job_id)
    if by_operator:
        same = state["limit_period_started_at"] == limit_period
        state["limit_used"] = credits + (state["limit_used"] if same else 0)
        state["limit_period_started_at"] = limit_period
    rows.put(
        JOBS,
        {
            "credit_account": state["address"],
            "id": job_id,
            "address": address(job),
            "by_operator": by_operator,
            "quoted": quoted,
            "tier_index": tier_index,
            "tier": text(tier),
            "flat_credits": flat,
            "included_units": included,
            "credits_per_1000_units": rate,
            "unit_kind": unit_kind,
            "payee": address_or_none(payee),
            "payee_token_account": address_or_none(payee_tokens),
            "rent_payer": address(rent_payer),
            "max_units": max_units,
            "credits": credits,
            "settled": 0,
            "held_paid": held_paid,
            "held_lots": held_lots,
            "payee_credits": 0,
            "fee_bps": fee_bps,
            "locked_at": at,
            "deadline": deadline,
            "limit_period": limit_period,
            "version": 1,
            "bump": happened.instruction[_JOB_BUMP],
            "status": "open",
            "ended_at": None,
            "position": happened.position,
        },
    )


_settled = fields("JobSettled", "id", "settled", "spent.paid", "at", "is_final")
_spent_lots = layouts()["JobSettled"].group("spent.lots.")


@of_account
def _job_settled(rows: Rows, happened: Happened, state: State) -> None:
    job_id, settled, spent_paid, at, is_final = _settled(happened.values)
    spent_lots = happened.values[_spent_lots]
    state["spent_paid"] += spent_paid
    spent_granted = sum(spent_lots)
    if spent_granted:
        state["spent_granted"] += spent_granted
        for lot, spent in zip(state["lots"], spent_lots, strict=True):
            lot[1] -= spent
    job = rows.find(JOBS, state["address"], job_id)
    if job is None:
        rows.note_gap(happened)
    else:
        job["settled"] = settled
        job["held_paid"] -= spent_paid
        if spent_granted:
            job["held_lots"] = [held - spent for held, spent in zip(job["held_lots"], spent_lots, strict=True)]
        if job["payee"] is not None:
            job["payee_credits"] += spent_paid
        job["position"] = happened.position
        if is_final:
            _end(state, job, happened, "settled", at)
        rows.put(JOBS, job)


_refunded = fields("JobRefunded", "id", "at", "timed_out")


@of_account
def _job_refunded(rows: Rows, happened: Happened, state: State) -> None:
    job_id, at, timed_out = _refunded(happened.values)
    job = rows.find(JOBS, state["address"], job_id)
    if job is None:
        rows.note_gap(happened)
    else:
        job["position"] = happened.position
        _end(state, job, happened, "timed out" if timed_out else "refunded", at)
        rows.put(JOBS, job)


def _end(state: State, job: State, happened: Happened, status: str, at: int) -> None:
    """What a job still held goes back to where it came from; its row keeps what it was when it ended."""
    returned = happened.values[happened.layout.group("returned.lots.")]
    if any(returned):
        for lot, back in zip(state["lots"], returned, strict=True):
            lot[0] += back
            lot[1] -= back
    state["open_jobs"] -= 1
    if job["by_operator"] and job["limit_period"] == state["limit_period_started_at"]:
        state["limit_used"] = max(0, state["limit_used"] - (job["credits"] - job["settled"]))
    job.update(held_paid=0, held_lots=[0] * LOTS, status=status, ended_at=at)


HANDLERS: Mapping[str, Handler] = {
    "JobLocked": _job_locked,
    "JobSettled": _job_settled,
    "JobRefunded": _job_refunded,
}
