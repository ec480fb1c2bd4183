"""Sessions, and what they do to their credit accounts."""

from collections.abc import Mapping
from typing import Any

from job_escrow.bounds import TIERS

from job_escrow_indexer.accounts.fold.common import Handler, Rows, fields, layouts, of_account, use_id
from job_escrow_indexer.accounts.fold.holding import end, hold, spend
from job_escrow_indexer.accounts.kinds import SESSIONS, State
from job_escrow_indexer.decode.decoder import Happened
from job_escrow_indexer.store.values import address, address_or_none, text

_opened = fields(
    "SessionOpened", "session", "id", "payee", "payee_token_account", "rent_payer", "credits", "fee_bps", "deadline",
    "limit_period", "at", "held.paid", "head",
)  # fmt: skip
_held_lots = layouts()["SessionOpened"].group("held.lots.")
_tiers = layouts()["SessionOpened"].group("tiers.")


@of_account
def _session_opened(rows: Rows, happened: Happened, state: State) -> None:
    (
        session, session_id, payee, payee_tokens, rent_payer, credits, fee_bps, deadline, limit_period, at, held_paid,
        head,
    ) = _opened(happened.values)  # fmt: skip
    held_lots = list(happened.values[_held_lots])
    use_id(state, "job_ids", session_id)
    hold(state, credits, held_lots, limit_period=limit_period)
    rows.put(
        SESSIONS,
        {
            "credit_account": state["address"],
            "id": session_id,
            "address": address(session),
            "payee": address_or_none(payee),
            "payee_token_account": address_or_none(payee_tokens),
            "rent_payer": address(rent_payer),
            "credits": credits,
            "settled": 0,
            "held_paid": held_paid,
            "held_lots": held_lots,
            "payee_base_units": 0,
            "fee_bps": fee_bps,
            "opened_at": at,
            "deadline": deadline,
            "count": 0,
            "head": head.hex(),
            "totals": [[0] * 4 for _ in range(TIERS)],
            "tiers": [[text(tier[0]), *tier[1:]] for tier in _of_each_slot(happened.values[_tiers])],
            "version": 1,
            "compatible_from": 1,
            "status": "open",
            "ended_at": None,
            "position": happened.position,
        },
    )


_settled = fields(
    "SessionSettled", "id", "settled", "spent.paid", "promotion_base_units", "at", "is_final", "count", "head",
    "session_heads",
)  # fmt: skip
_spent_lots = layouts()["SessionSettled"].group("spent.lots.")
_totals = layouts()["SessionSettled"].group("totals.")


@of_account
def _session_settled(rows: Rows, happened: Happened, state: State) -> None:
    session_id, settled, spent_paid, promotion, at, is_final, count, head, heads = _settled(happened.values)
    session = rows.find(SESSIONS, state["address"], session_id)
    spend(state, session, happened.values[_spent_lots], spent_paid, promotion, settled, by_operator=True)
    state["session_heads"] = heads.hex()
    if session is None:
        rows.note_gap(happened)
        return
    session.update(
        count=count,
        head=head.hex(),
        totals=_of_each_slot(happened.values[_totals]),
        position=happened.position,
    )
    if is_final:
        end(state, session, happened, "settled", at, by_operator=True)
    rows.put(SESSIONS, session)


_refunded = fields("SessionRefunded", "id", "at", "timed_out", "session_heads")


@of_account
def _session_refunded(rows: Rows, happened: Happened, state: State) -> None:
    session_id, at, timed_out, heads = _refunded(happened.values)
    session = rows.find(SESSIONS, state["address"], session_id)
    state["session_heads"] = heads.hex()
    if session is None:
        rows.note_gap(happened)
        return
    session["position"] = happened.position
    end(state, session, happened, "timed out" if timed_out else "refunded", at, by_operator=True)
    rows.put(SESSIONS, session)


def _of_each_slot(flat: tuple[Any, ...]) -> list[list[Any]]:
    """Values of all slots, one after the other, as a list for each."""
    size = len(flat) // TIERS
    return [list(flat[at : at + size]) for at in range(0, len(flat), size)]


HANDLERS: Mapping[str, Handler] = {
    "SessionOpened": _session_opened,
    "SessionSettled": _session_settled,
    "SessionRefunded": _session_refunded,
}
