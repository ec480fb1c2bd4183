"""Usage: the credits that settlements charged, by time and by what they were charged for.

A settlement counts when it happened. Its units are those that it reported beyond the earlier settlements of its job or
session, since figures are cumulative; of a session, only units that were metered are known. What is locked or given
back is no usage. A settlement of a session may charge for several tiers: split by tier, it counts once, for the first
of them, and granted credits count for the first tiers.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from job_escrow.units import unit_name

from job_escrow_indexer.queries.scopes import Part, Scope, parts_of
from job_escrow_indexer.queries.session_usage import SessionUse, SlotUse, session_uses
from job_escrow_indexer.queries.view import Answer, View

Period = Literal["hour", "day", "month"]
Dimension = Literal["tier", "operator", "platform", "wallet", "namespace"]

QUOTED = "quoted"
"""The tier of jobs whose price was quoted."""

_HOUR = 3_600
_DAY = 86_400
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, kw_only=True)
class Label:
    """A column of another table of the same database that says something of jobs, such as the API key that asked.

    The table has the columns `credit_account` and `job_id`, with an index on both, and at most one row for a job;
    `condition` is an SQL condition on it that such an index may need, of the program's own and never of a user's.
    """

    table: str
    column: str
    condition: str | None = None

    def __post_init__(self) -> None:
        for name in (self.table, self.column):
            if not _IDENTIFIER.fullmatch(name):
                raise ValueError(f"{name!r} is not the name of a table or column")


@dataclass(frozen=True, kw_only=True)
class Units:
    """Units of one kind, such as output tokens."""

    kind: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class UsageSums:
    """What was charged in a period, for one value of the dimension; None where the report is not split so.

    With a label, None is also the group of the jobs that have none.
    """

    period_start: int | None
    """Unix seconds, in UTC."""
    group: str | None
    jobs: int
    """Jobs and sessions that a settlement ended."""
    settlements: int
    credits: int
    paid_credits: int
    granted_credits: int
    base_units: int
    """What the credits are worth."""


@dataclass(frozen=True, kw_only=True)
class UsageRow(UsageSums):
    """A row of a usage report."""

    units: tuple[Units, ...]


@dataclass(frozen=True, kw_only=True)
class Usage(Answer):
    """Usage by period and dimension, in this order; `total` is that of all rows."""

    since: int | None
    until: int | None
    period: Period | None
    by: str | None
    rows: tuple[UsageRow, ...]
    total: UsageRow


class _Sum:
    """A row that is still being added up."""

    def __init__(self) -> None:
        self.numbers = [0] * 6
        self.units: dict[str, int] = {}

    def add(self, numbers: Iterable[int], kind: str | None, units: int) -> None:
        self.numbers = [one + other for one, other in zip(self.numbers, numbers, strict=True)]
        if kind is not None:
            self.units[kind] = self.units.get(kind, 0) + units

    def row(self, start: int | None, group: str | None) -> UsageRow:
        jobs, settlements, credits, paid, granted, base_units = self.numbers
        return UsageRow(
            period_start=start,
            group=group,
            jobs=jobs,
            settlements=settlements,
            credits=credits,
            paid_credits=paid,
            granted_credits=granted,
            base_units=base_units,
            units=tuple(Units(kind=kind, amount=amount) for kind, amount in sorted(self.units.items())),
        )


# Beyond what the job's earlier settlements reported; most jobs have but one, and the index has only the others.
_NEW_UNITS = """
    max(0, e.units - coalesce((
        SELECT max(p.units) FROM events p WHERE p.credit_account = e.credit_account AND p.job_id = e.job_id
        AND p.name = 'JobSettled' AND p.final = 0 AND p.position < e.position), 0))
"""


def usage(
    view: View,
    scope: Scope,
    *,
    since: int | None = None,
    until: int | None = None,
    period: Period | None = None,
    by: Dimension | Label | None = None,
) -> Usage:
    """Usage from `since` to before `until` (unix seconds), in all or split by a period and a dimension.

    Raises NotIndexed where the scope is of nothing that is known.
    """
    start, end = view.between(since, until)
    sums: dict[tuple[int | None, str | None], _Sum] = {}
    total = _Sum()
    for part in parts_of(view, scope):
        sql, parameters = _query(part, period, by)
        for bucket, group, quoted, unit_kind, *numbers, units in view.rows(sql, *parameters, start, end):
            key = (_period_start(bucket, period), _group(group, quoted, part, by))
            kind = None if quoted or unit_kind is None else unit_name(unit_kind)
            row = [*numbers, numbers[2] * part.base_units_per_credit]
            sums.setdefault(key, _Sum()).add(row, kind, units)
            total.add(row, kind, units)
        for use in session_uses(view, part, start, end):
            bucket = None if period is None else _bucket(use.at, period)
            for group, numbers, units_of in _of_session(use, part, by):
                row = [*numbers, numbers[2] * part.base_units_per_credit]
                for each in (sums.setdefault((_period_start(bucket, period), group), _Sum()), total):
                    each.add(row, None, 0)
                    for kind, units in units_of:
                        each.add([0] * len(row), kind, units)
    ordered = sorted(sums.items(), key=lambda item: (item[0][0] or 0, item[0][1] is not None, item[0][1] or ""))
    return Usage(
        as_of_slot=view.as_of_slot,
        commitment=view.commitment,
        since=since,
        until=until,
        period=period,
        by=by.column if isinstance(by, Label) else by,
        rows=tuple(each.row(*key) for key, each in ordered),
        total=total.row(None, None),
    )


def charged(view: View, credit_account: str, start: int, end: int) -> int:
    """Credits that settlements of an account charged between two positions."""
    row = view.row(
        "SELECT coalesce(sum(credits), 0) FROM events "
        "WHERE credit_account = ? AND position >= ? AND position < ? AND name IN ('JobSettled', 'SessionSettled')",
        credit_account,
        start,
        end,
    )
    return int(row[0])


def _query(part: Part, period: Period | None, by: Dimension | Label | None) -> tuple[str, list[Any]]:
    group, join = "NULL", ""
    if isinstance(by, Label):
        group = f"l.{by.column}"
        condition = f" AND {by.condition}" if by.condition else ""
        join = f"LEFT JOIN {by.table} l ON l.credit_account = e.credit_account AND l.job_id = e.job_id{condition}"
    elif by == "tier":
        group = "j.tier"
    elif by == "operator":
        group = "e.authority"
    elif by == "wallet":
        group = "e.wallet"
    elif by == "namespace" and part.namespace is None:
        group = "a.namespace"
        join = "LEFT JOIN credit_accounts a ON a.address = e.credit_account"
    # Months are added up from days: calendars are better known to Python.
    seconds = _HOUR if period == "hour" else _DAY
    bucket = "NULL" if period is None else f"e.at / {seconds} * {seconds}"
    keys = [key for key in (bucket, group) if key != "NULL"]
    operator = "AND e.authority = ?" if part.operator is not None else ""
    sql = f"""
        SELECT {bucket}, {group}, j.quoted, j.unit_kind, sum(e.final), count(*), sum(e.credits), sum(e.spent_paid),
            sum(e.spent_granted), coalesce(sum(CASE j.quoted WHEN 0 THEN {_NEW_UNITS} END), 0)
        FROM events e
        LEFT JOIN jobs j ON j.credit_account = e.credit_account AND j.id = e.job_id
        {join}
        WHERE e.{part.column} = ? {operator} AND e.name = 'JobSettled' AND e.position >= ? AND e.position < ?
        GROUP BY {", ".join([*keys, "j.quoted", "j.unit_kind"])}
    """
    return sql, [part.address, *([part.operator] if part.operator is not None else [])]


def _bucket(at: int, period: Period) -> int:
    seconds = _HOUR if period == "hour" else _DAY
    return at // seconds * seconds


def _of_session(
    use: SessionUse, part: Part, by: Dimension | Label | None
) -> Iterator[tuple[str | None, list[int], list[tuple[str, int]]]]:
    """Groups of a session's settlement, each with its jobs, settlements, credits, paid and granted ones, and units."""
    if by != "tier":
        found = {"operator": use.operator, "wallet": use.wallet, "namespace": use.namespace}
        group = None if isinstance(by, Label) or by is None else _group(found.get(by), None, part, by)
        units = [(unit_name(slot.unit_kind), slot.units) for slot in use.slots if slot.unit_kind is not None]
        yield group, [int(use.is_final), 1, use.credits, use.paid, use.granted], units
        return
    granted = use.granted
    # One that charges nothing is of no tier.
    slots = use.slots or (SlotUse(tier=None, unit_kind=None, credits=0, units=0),)
    for place, slot in enumerate(slots):
        of_lots = min(granted, slot.credits)
        granted -= of_lots
        once = int(place == 0)
        numbers = [once * use.is_final, once, slot.credits, slot.credits - of_lots, of_lots]
        yield slot.tier, numbers, [] if slot.unit_kind is None else [(unit_name(slot.unit_kind), slot.units)]


def _group(found: str | None, quoted: int | None, part: Part, by: Dimension | Label | None) -> str | None:
    if by == "tier":
        return QUOTED if quoted else found
    if by == "platform":
        return part.platform
    if by == "namespace" and part.namespace is not None:
        return part.namespace
    return found


def _period_start(bucket: int | None, period: Period | None) -> int | None:
    if bucket is None or period != "month":
        return bucket
    day = datetime.fromtimestamp(bucket, UTC)
    return int(day.replace(day=1).timestamp())
