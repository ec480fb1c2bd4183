"""What settlements of sessions charged, by tier: from the totals that each reports beyond the one before."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from job_escrow.codec import SessionSettled, TierTotals
from job_escrow.pricing import NO_TOTALS, session_cost

from job_escrow_indexer.queries.scopes import Part
from job_escrow_indexer.queries.view import View


@dataclass(frozen=True, kw_only=True)
class SlotUse:
    """What one settlement charged for one tier: credits, and the units that were metered."""

    tier: str | None
    unit_kind: int | None
    credits: int
    units: int


@dataclass(frozen=True, kw_only=True)
class SessionUse:
    """One settlement of a session. `slots` are those of the tiers that it charged for; they add up to `credits`."""

    at: int
    operator: str
    wallet: str
    namespace: str | None
    is_final: bool
    credits: int
    paid: int
    granted: int
    slots: tuple[SlotUse, ...]


@dataclass(frozen=True, kw_only=True)
class _Price:
    flat_credits: int
    included_units: int
    rate_credits: int
    rate_units: int


_SETTLEMENTS = """
    SELECT e.at, e.authority, e.wallet, a.namespace, e.final, e.credits, e.spent_paid, e.spent_granted, e.data, s.tiers,
    (
        SELECT p.data FROM events p WHERE p.credit_account = e.credit_account AND p.session_id = e.session_id
        AND p.name = 'SessionSettled' AND p.position < e.position ORDER BY p.position DESC LIMIT 1)
    FROM events e
    LEFT JOIN sessions s ON s.credit_account = e.credit_account AND s.id = e.session_id
    LEFT JOIN credit_accounts a ON a.address = e.credit_account
"""


def session_uses(view: View, part: Part, start: int, end: int) -> Iterator[SessionUse]:
    """The settlements of sessions of a scope's part between two positions."""
    operator = "AND e.authority = ?" if part.operator is not None else ""
    sql = f"""{_SETTLEMENTS} WHERE e.{part.column} = ? {operator} AND e.name = 'SessionSettled'
        AND e.position >= ? AND e.position < ? ORDER BY e.position"""
    parameters = [part.address, *([part.operator] if part.operator is not None else []), start, end]
    for at, authority, wallet, namespace, final, credits, paid, granted, data, tiers, before in view.rows(
        sql, *parameters
    ):
        yield SessionUse(
            at=at,
            operator=authority,
            wallet=wallet,
            namespace=namespace,
            is_final=bool(final),
            credits=credits,
            paid=paid,
            granted=granted,
            slots=_slots(credits, tiers, before, data),
        )


def _slots(credits: int, tiers: str | None, before: bytes | None, data: bytes) -> tuple[SlotUse, ...]:
    """What each tier's totals cost beyond those before; one without a name where the index began in between."""
    totals = SessionSettled.decode(data).totals
    earlier: Sequence[TierTotals] = (NO_TOTALS,) * len(totals)
    if before is not None:
        earlier = SessionSettled.decode(before).totals
    found = []
    for tier, one, other in zip(json.loads(tiers) if tiers else (), earlier, totals, strict=False):
        if one != other:
            found.append(_slot(tier, one, other))
    if sum(slot.credits for slot in found) == credits:
        return tuple(found)
    return (SlotUse(tier=None, unit_kind=None, credits=credits, units=0),)


def _slot(tier: list[Any], before: TierTotals, after: TierTotals) -> SlotUse:
    name, flat, included, rate_credits, rate_units, unit_kind = tier
    price = _Price(flat_credits=flat, included_units=included, rate_credits=rate_credits, rate_units=rate_units)
    return SlotUse(
        tier=name,
        unit_kind=unit_kind,
        credits=session_cost(price, after) - session_cost(price, before),
        units=after.metered_units - before.metered_units,
    )
