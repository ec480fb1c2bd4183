"""What settlements of sessions charged: by the receipts that they reported, where somebody has them, else by tier.

A tier's part follows from the totals that each settlement reports beyond the one before. Receipts say more: who asked,
for which model, and all units. They are believed where they add up to what the chain has charged.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from job_escrow.codec import SessionSettled, TierTotals
from job_escrow.pricing import NO_TOTALS, session_cost
from job_escrow.units import unit_name

from job_escrow_indexer.queries.labels import Labels, ReceiptSums, SettledReceipts
from job_escrow_indexer.queries.scopes import Part
from job_escrow_indexer.queries.usage_facts import Fact
from job_escrow_indexer.queries.view import View


@dataclass(frozen=True, kw_only=True)
class _Slot:
    """What one settlement charged for one tier: credits, and the units that were metered."""

    tier: str | None
    unit_kind: int | None
    credits: int
    units: int


@dataclass(frozen=True, kw_only=True)
class _Settlement:
    """One settlement of a session, with its tiers as the session has them: lists of name, prices and kind of unit."""

    at: int
    is_final: bool
    credits: int
    receipts: SettledReceipts
    of: dict[str, str | None]
    tiers: list[list[Any]]
    event: SessionSettled
    before: bytes | None


@dataclass(frozen=True, kw_only=True)
class _Price:
    flat_credits: int
    included_units: int
    rate_credits: int
    rate_units: int


_SETTLEMENTS = """
    SELECT e.at, e.authority, e.wallet, e.credit_account, a.namespace, e.final, e.credits, e.spent_granted, e.data,
        s.tiers, (
        SELECT p.data FROM events p WHERE p.credit_account = e.credit_account AND p.session_id = e.session_id
        AND p.name = 'SessionSettled' AND p.position < e.position ORDER BY p.position DESC LIMIT 1)
    FROM events e
    LEFT JOIN sessions s ON s.credit_account = e.credit_account AND s.id = e.session_id
    LEFT JOIN credit_accounts a ON a.address = e.credit_account
"""


def session_facts(
    view: View, part: Part, start: int, end: int, names: Sequence[str], labels: Labels | None
) -> Iterator[Fact]:
    """What sessions of a scope's part were charged between two positions, by tier and by these labels."""
    for settlement in _settlements(view, part, start, end):
        sums = [] if labels is None else labels.settled(view, settlement.receipts, names)
        if sum(each.receipts for each in sums) == settlement.event.count - settlement.event.from_count and (
            sums and sum(each.credits for each in sums) == settlement.credits
        ):
            yield from _by_receipts(settlement, sums, names)
        else:
            yield from _by_slots(settlement)


def _settlements(view: View, part: Part, start: int, end: int) -> Iterator[_Settlement]:
    operator = "AND e.authority = ?" if part.operator is not None else ""
    sql = f"""{_SETTLEMENTS} WHERE e.{part.column} = ? {operator} AND e.name = 'SessionSettled'
        AND e.position >= ? AND e.position < ? ORDER BY e.position"""
    parameters = [part.address, *([part.operator] if part.operator is not None else []), start, end]
    for at, authority, wallet, account, namespace, final, credits, granted, data, tiers, before in view.each(
        sql, *parameters
    ):
        event = SessionSettled.decode(data)
        yield _Settlement(
            at=at,
            is_final=bool(final),
            credits=credits,
            receipts=SettledReceipts(
                credit_account=account,
                session_id=event.id,
                from_count=event.from_count,
                count=event.count,
                granted=granted,
            ),
            of={
                "operator": authority,
                "wallet": wallet,
                "credit_account": account,
                "namespace": namespace,
                "platform": part.platform,
            },
            tiers=json.loads(tiers) if tiers else [],
            event=event,
            before=before,
        )


def _by_receipts(of: _Settlement, sums: list[ReceiptSums], names: Sequence[str]) -> Iterator[Fact]:
    """The settlement counts once, for its first receipt."""
    for place, each in enumerate(sums):
        name, kind = (of.tiers[each.tier][0], of.tiers[each.tier][5]) if of.tiers else (None, None)
        yield Fact(
            at=of.at,
            of={**of.of, "tier": name, "component": name, **dict(zip(names, each.labels, strict=True))},
            jobs=int(of.is_final and place == 0),
            settlements=int(place == 0),
            requests=each.receipts,
            credits=each.credits,
            granted=each.granted,
            units=() if kind is None else ((unit_name(kind), each.units),),
        )


def _by_slots(of: _Settlement) -> Iterator[Fact]:
    """The settlement and its requests count once, for its first tier, and granted credits pay for the first tiers."""
    granted = of.receipts.granted
    # One that charges nothing is of no tier.
    slots = _slots(of) or (_Slot(tier=None, unit_kind=None, credits=0, units=0),)
    for place, slot in enumerate(slots):
        of_lots = min(granted, slot.credits)
        granted -= of_lots
        once = int(place == 0)
        yield Fact(
            at=of.at,
            of={**of.of, "tier": slot.tier, "component": slot.tier},
            jobs=once * of.is_final,
            settlements=once,
            requests=once * (of.receipts.count - of.receipts.from_count),
            credits=slot.credits,
            granted=of_lots,
            units=() if slot.unit_kind is None else ((unit_name(slot.unit_kind), slot.units),),
        )


def _slots(of: _Settlement) -> tuple[_Slot, ...]:
    """What each tier's totals cost beyond those before; one without a name where the index began in between."""
    totals = of.event.totals
    earlier: Sequence[TierTotals] = (NO_TOTALS,) * len(totals)
    if of.before is not None:
        earlier = SessionSettled.decode(of.before).totals
    found = []
    for tier, one, other in zip(of.tiers, earlier, totals, strict=False):
        if one != other:
            found.append(_slot(tier, one, other))
    if sum(slot.credits for slot in found) == of.credits:
        return tuple(found)
    return (_Slot(tier=None, unit_kind=None, credits=of.credits, units=0),)


def _slot(tier: list[Any], before: TierTotals, after: TierTotals) -> _Slot:
    name, flat, included, rate_credits, rate_units, unit_kind = tier
    price = _Price(flat_credits=flat, included_units=included, rate_credits=rate_credits, rate_units=rate_units)
    return _Slot(
        tier=name,
        unit_kind=unit_kind,
        credits=session_cost(price, after) - session_cost(price, before),
        units=after.metered_units - before.metered_units,
    )
