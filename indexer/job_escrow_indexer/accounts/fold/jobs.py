"""Jobs, and what they do to their credit accounts."""

from collections.abc import Mapping

from job_escrow_indexer.accounts.fold.common import Handler, Rows, fields, layouts, of_account, use_id
from job_escrow_indexer.accounts.fold.holding import end, hold, spend
from job_escrow_indexer.accounts.kinds import JOBS, State
from job_escrow_indexer.decode.decoder import Happened
from job_escrow_indexer.store.values import address, address_or_none, text

_locked = fields(
    "JobLocked", "job", "id", "payee", "payee_token_account", "rent_payer", "credits", "max_units", "fee_bps",
    "deadline", "limit_period", "at", "held.paid", "tier.name", "tier.flat_credits", "tier.included_units",
    "tier.rate_credits", "tier.rate_units", "tier.unit_kind", "by_operator", "quoted", "tier_index",
)  # fmt: skip
_held_lots = layouts()["JobLocked"].group("held.lots.")


@of_account
def _job_locked(rows: Rows, happened: Happened, state: State) -> None:
    (
        job, job_id, payee, payee_tokens, rent_payer, credits, max_units, fee_bps, deadline, limit_period, at,
        held_paid, tier, flat, included, rate_credits, rate_units, unit_kind, by_operator, quoted, tier_index,
    ) = _locked(happened.values)  # fmt: skip
    held_lots = list(happened.values[_held_lots])
    use_id(state, "job_ids" if by_operator else "wallet_job_ids", job_id)
    hold(state, credits, held_lots, limit_period=limit_period if by_operator else None)
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
            "rate_credits": rate_credits,
            "rate_units": rate_units,
            "unit_kind": unit_kind,
            "payee": address_or_none(payee),
            "payee_token_account": address_or_none(payee_tokens),
            "rent_payer": address(rent_payer),
            "max_units": max_units,
            "credits": credits,
            "settled": 0,
            "held_paid": held_paid,
            "held_lots": held_lots,
            "payee_base_units": 0,
            "fee_bps": fee_bps,
            "locked_at": at,
            "deadline": deadline,
            "version": 1,
            "compatible_from": 1,
            "status": "open",
            "ended_at": None,
            "position": happened.position,
        },
    )


_settled = fields("JobSettled", "id", "settled", "spent.paid", "promotion_base_units", "at", "is_final")
_spent_lots = layouts()["JobSettled"].group("spent.lots.")


@of_account
def _job_settled(rows: Rows, happened: Happened, state: State) -> None:
    job_id, settled, spent_paid, promotion, at, is_final = _settled(happened.values)
    job = rows.find(JOBS, state["address"], job_id)
    by_operator = job is None or bool(job["by_operator"])
    spend(state, job, happened.values[_spent_lots], spent_paid, promotion, settled, by_operator=by_operator)
    if job is None:
        rows.note_gap(happened)
        return
    job["position"] = happened.position
    if is_final:
        end(state, job, happened, "settled", at, by_operator=by_operator)
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
        by_operator = bool(job["by_operator"])
        end(state, job, happened, "timed out" if timed_out else "refunded", at, by_operator=by_operator)
        rows.put(JOBS, job)


HANDLERS: Mapping[str, Handler] = {
    "JobLocked": _job_locked,
    "JobSettled": _job_settled,
    "JobRefunded": _job_refunded,
}
