"""What settlements of jobs charged, by every dimension that is asked for."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from job_escrow.units import unit_name

from job_escrow_indexer.queries.labels import JobLabels
from job_escrow_indexer.queries.scopes import Part
from job_escrow_indexer.queries.usage_facts import QUOTED, Fact, Period, bucket_sql
from job_escrow_indexer.queries.view import View

# Beyond what the job's earlier settlements reported; most jobs have but one, and the index has only the others.
_NEW_UNITS = """
    max(0, e.units - coalesce((
        SELECT max(p.units) FROM events p WHERE p.credit_account = e.credit_account AND p.job_id = e.job_id
        AND p.name = 'JobSettled' AND p.final = 0 AND p.position < e.position), 0))
"""
_TIER = f"CASE j.quoted WHEN 1 THEN '{QUOTED}' ELSE j.tier END"
_OF_THE_CHAIN = {
    "tier": _TIER,
    "component": _TIER,
    "operator": "e.authority",
    "wallet": "e.wallet",
    "credit_account": "e.credit_account",
}


def job_facts(
    view: View, part: Part, start: int, end: int, asked: Sequence[str], labels: JobLabels | None, period: Period | None
) -> Iterator[Fact]:
    """What jobs of a scope's part were charged between two positions, added up by the dimensions that are asked for."""
    constant = {"platform": part.platform}
    if part.namespace is not None:
        constant["namespace"] = part.namespace
    dimensions = [name for name in asked if name not in constant]
    kinds = _Kinds(view, part)
    sql, parameters = _query(part, dimensions, labels, period)
    for at, *found in view.each(sql, *parameters, start, end):
        of = {**constant, **dict(zip(dimensions, found, strict=False))}
        quoted, kind, components, _, jobs, settlements, credits, granted, units = found[len(dimensions) :]
        lines = json.loads(components) if components else []
        # Of a job that was settled in parts, the breakdown is of all of them together.
        if sum(line["credits"] for line in lines) == credits and lines:
            yield from _by_component(at, of, lines, kinds, jobs, settlements, granted)
            continue
        yield Fact(
            at=at,
            of=of,
            jobs=jobs,
            settlements=settlements,
            credits=credits,
            granted=granted,
            units=() if quoted or kind is None else ((unit_name(kind), units),),
        )


def _by_component(
    at: int | None,
    of: dict[str, str | None],
    lines: list[dict[str, Any]],
    kinds: "_Kinds",
    jobs: int,
    settlements: int,
    granted: int,
) -> Iterator[Fact]:
    """A job's breakdown: it counts once, and its granted credits pay for the first components."""
    for line in lines:
        of_lots = min(granted, line["credits"])
        granted -= of_lots
        kind = kinds.of(line["tier"])
        yield Fact(
            at=at,
            of=of | {"component": line["tier"]},
            jobs=jobs,
            settlements=settlements,
            credits=line["credits"],
            granted=of_lots,
            units=() if kind is None else ((kind, line["units"]),),
        )
        jobs = settlements = 0


class _Kinds:
    """The units of a platform's tiers, by the tiers' names, read when they are first asked for."""

    def __init__(self, view: View, part: Part) -> None:
        self._view = view
        self._platform = part.platform
        self._found: dict[str, str] | None = None

    def of(self, tier: str) -> str | None:
        """The kind of unit; None where the platform has no such tier any more."""
        if self._found is None:
            row = self._view.row("SELECT tiers FROM platforms WHERE address = ?", self._platform)
            self._found = {} if row is None else {one[0]: unit_name(one[5]) for one in json.loads(row[0]) if one[0]}
        return self._found.get(tier)


def _query(
    part: Part, dimensions: Sequence[str], labels: JobLabels | None, period: Period | None
) -> tuple[str, list[Any]]:
    of_labels = labels.columns if labels is not None else {}
    columns = [f"l.{of_labels[name]}" if name in of_labels else _column(name) for name in dimensions]
    breakdown, one = "NULL", "NULL"
    if labels is not None and labels.components is not None:
        # Its own row: whether the breakdown is of this settlement is to be told of it alone.
        has_one = f"l.{labels.components} <> '[]'"
        breakdown = f"CASE WHEN {has_one} THEN l.{labels.components} END"
        one = f"CASE WHEN {has_one} THEN e.position END"
    joins = []
    if breakdown != "NULL" or any(name in of_labels for name in dimensions):
        condition = f" AND {labels.condition}" if labels is not None and labels.condition else ""
        table = "" if labels is None else labels.table
        joins.append(f"LEFT JOIN {table} l ON l.credit_account = e.credit_account AND l.job_id = e.job_id{condition}")
    if "namespace" in dimensions:
        joins.append("LEFT JOIN credit_accounts a ON a.address = e.credit_account")
    bucket = bucket_sql("e.at", period)
    keys = [each for each in (bucket, *columns, "j.quoted", "j.unit_kind", breakdown, one) if each != "NULL"]
    operator = "AND e.authority = ?" if part.operator is not None else ""
    sql = f"""
        SELECT {", ".join([bucket, *columns])}, j.quoted, j.unit_kind, {breakdown}, {one}, sum(e.final), count(*),
            sum(e.credits), sum(e.spent_granted), coalesce(sum(CASE j.quoted WHEN 0 THEN {_NEW_UNITS} END), 0)
        FROM events e
        LEFT JOIN jobs j ON j.credit_account = e.credit_account AND j.id = e.job_id
        {" ".join(joins)}
        WHERE e.{part.column} = ? {operator} AND e.name = 'JobSettled' AND e.position >= ? AND e.position < ?
        GROUP BY {", ".join(keys)}
    """
    return sql, [part.address, *([part.operator] if part.operator is not None else [])]


def _column(dimension: str) -> str:
    return "a.namespace" if dimension == "namespace" else _OF_THE_CHAIN[dimension]
