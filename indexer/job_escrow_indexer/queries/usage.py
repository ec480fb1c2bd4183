"""Usage: the credits that settlements charged, by time and by what they were charged for.

A settlement counts when it happened. Its units are those that it reported beyond the earlier settlements of its job or
session, since figures are cumulative; of a session, all units are known where somebody has its receipts, else those
that were metered. What is locked or given back is no usage.

However usage is split, each row is of whole parts of settlements, and the rows add up to what the chain has charged. A
settlement of a session may charge for many requests: it counts once, for the first of them, and granted credits pay for
the first ones. What receipts charge that no settlement has reported yet stands beside the rest, and in no sum of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from job_escrow_indexer.queries.job_usage import job_facts
from job_escrow_indexer.queries.labels import Labels
from job_escrow_indexer.queries.scopes import Part, Scope, parts_of
from job_escrow_indexer.queries.session_usage import session_facts
from job_escrow_indexer.queries.usage_facts import Fact, Period, period_start
from job_escrow_indexer.queries.view import Answer, View

Dimension = Literal["tier", "component", "operator", "platform", "wallet", "credit_account", "namespace"]

DIMENSIONS: tuple[Dimension, ...] = (
    "tier",
    "component",
    "operator",
    "platform",
    "wallet",
    "credit_account",
    "namespace",
)
"""What the chain knows of each settlement; a component is a resource of a quoted job, of another its tier."""

MOST_DIMENSIONS = 2
"""That rows are split by, beside a period."""


@dataclass(frozen=True, kw_only=True)
class Units:
    """Units of one kind, such as output tokens."""

    kind: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class UsageSums:
    """What was charged in a period, for one value of each dimension; None where the report is not split so.

    With a label, None is also the group of what has none.
    """

    period_start: int | None
    """Unix seconds, in UTC."""
    group: str | None
    """The value of the first dimension."""
    group_name: str | None
    """What people call it, where that is something else, such as the name of a key."""
    second_group: str | None
    second_group_name: str | None
    jobs: int
    """Jobs and sessions that a settlement ended."""
    settlements: int
    requests: int
    """Requests within sessions whose receipts were settled."""
    credits: int
    """What settlements on chain have charged."""
    paid_credits: int
    granted_credits: int
    base_units: int
    """What the credits are worth."""
    unsettled_requests: int
    """Requests that have ended, with a receipt that no settlement on chain has reported yet."""
    unsettled_credits: int
    """What these receipts charge; no part of `credits`."""


@dataclass(frozen=True, kw_only=True)
class UsageRow(UsageSums):
    """A row of a usage report."""

    units: tuple[Units, ...]


@dataclass(frozen=True, kw_only=True)
class Usage(Answer):
    """Usage by period and dimensions, in this order; `total` is that of all rows."""

    since: int | None
    until: int | None
    period: Period | None
    by: tuple[str, ...]
    rows: tuple[UsageRow, ...]
    total: UsageRow


class TooManyRows(ValueError):
    """Usage is split into more rows than whoever asks takes."""


class _Sum:
    """A row that is still being added up."""

    def __init__(self) -> None:
        self.numbers = [0] * 8
        self.units: dict[str, int] = {}

    def add(self, fact: Fact, price: int) -> None:
        more = (
            *(fact.jobs, fact.settlements, fact.requests, fact.credits, fact.granted, fact.credits * price),
            *(fact.unsettled_requests, fact.unsettled_credits),
        )
        self.numbers = [one + other for one, other in zip(self.numbers, more, strict=True)]
        for kind, units in fact.units:
            self.units[kind] = self.units.get(kind, 0) + units

    def row(self, start: int | None, groups: Sequence[str | None], names: Sequence[str | None]) -> UsageRow:
        jobs, settlements, requests, credits, granted, base_units, unsettled_requests, unsettled_credits = self.numbers
        first, second = (*groups, None, None)[:MOST_DIMENSIONS]
        first_name, second_name = (*names, None, None)[:MOST_DIMENSIONS]
        return UsageRow(
            period_start=start,
            group=first,
            group_name=first_name,
            second_group=second,
            second_group_name=second_name,
            jobs=jobs,
            settlements=settlements,
            requests=requests,
            credits=credits,
            paid_credits=credits - granted,
            granted_credits=granted,
            base_units=base_units,
            unsettled_requests=unsettled_requests,
            unsettled_credits=unsettled_credits,
            units=tuple(Units(kind=kind, amount=amount) for kind, amount in sorted(self.units.items())),
        )


def usage(
    view: View,
    scope: Scope,
    *,
    since: int | None = None,
    until: int | None = None,
    period: Period | None = None,
    by: Sequence[str] = (),
    where: Mapping[str, str] | None = None,
    labels: Labels | None = None,
    most_rows: int | None = None,
) -> Usage:
    """Usage from `since` to before `until` (unix seconds), in all or split by a period and at most two dimensions.

    Dimensions are those of the chain and of `labels`; `where` keeps what has these values of them. Raises NotIndexed
    where the scope is of nothing that is known, ValueError for dimensions that there are not, TooManyRows beyond
    `most_rows`: all of them are in memory.
    """
    wanted = dict(where or {})
    _require_dimensions(by, wanted, labels)
    sums: dict[tuple[int | None, tuple[str | None, ...]], _Sum] = {}
    total = _Sum()
    for part in parts_of(view, scope):
        for fact in _facts(view, part, since, until, period, tuple(dict.fromkeys((*by, *wanted))), labels):
            if all(fact.of.get(name) == value for name, value in wanted.items()):
                key = (period_start(fact.at, period), tuple(fact.of.get(name) for name in by))
                for each in (sums.setdefault(key, _Sum()), total):
                    each.add(fact, part.base_units_per_credit)
                if most_rows is not None and len(sums) > most_rows:
                    raise TooManyRows(
                        f"that has more than {most_rows:,} rows: ask for a shorter time, longer periods or fewer groups"
                    )
    name_of = _Names(view, labels)
    return Usage(
        as_of_slot=view.as_of_slot,
        commitment=view.commitment,
        since=since,
        until=until,
        period=period,
        by=tuple(by),
        rows=tuple(
            sums[start, groups].row(start, groups, list(map(name_of, by, groups)))
            for start, groups in sorted(sums, key=_order)
        ),
        total=total.row(None, (), ()),
    )


def charged(view: View, column: Literal["credit_account", "platform"], address: str, start: int, end: int) -> int:
    """Credits that settlements of an account or a platform charged between two positions."""
    # A platform's settlements have an index for each name, an account's are among its events.
    names = ("'JobSettled'", "'SessionSettled'")
    sums = (
        view.row(
            f"SELECT coalesce(sum(credits), 0) FROM events "
            f"WHERE {column} = ? AND name IN ({which}) AND position >= ? AND position < ?",
            address,
            start,
            end,
        )
        for which in (names if column == "platform" else (", ".join(names),))
    )
    return sum(int(one[0]) for one in sums)


def _require_dimensions(by: Sequence[str], wanted: Iterable[str], labels: Labels | None) -> None:
    known = {*DIMENSIONS, *(labels.dimensions if labels is not None else ())}
    for name in (*by, *wanted):
        if name not in known:
            raise ValueError(f"usage is not known by {name}: choose of {', '.join(sorted(known))}")
    if len(by) > MOST_DIMENSIONS or len(set(by)) != len(by):
        raise ValueError(f"usage is split by at most {MOST_DIMENSIONS} different dimensions, beside a period")


def _facts(
    view: View,
    part: Part,
    since: int | None,
    until: int | None,
    period: Period | None,
    asked: Sequence[str],
    labels: Labels | None,
) -> Iterator[Fact]:
    start, end = view.between(since, until)
    names = [name for name in asked if labels is not None and name in labels.dimensions]
    return chain(
        job_facts(view, part, start, end, asked, None if labels is None else labels.jobs, period),
        session_facts(view, part, start, end, names, labels),
        () if labels is None else labels.unsettled(view, part, names, period, since, until),
    )


class _Names:
    """What people call the values of dimensions, each asked for once."""

    def __init__(self, view: View, labels: Labels | None) -> None:
        self._view = view
        self._labels = labels
        self._found: dict[tuple[str, str], str | None] = {}

    def __call__(self, dimension: str, value: str | None) -> str | None:
        if self._labels is None or value is None:
            return None
        if (dimension, value) not in self._found:
            self._found[dimension, value] = self._labels.name_of(self._view, dimension, value)
        return self._found[dimension, value]


def _order(key: tuple[int | None, tuple[str | None, ...]]) -> tuple[int, tuple[tuple[bool, str], ...]]:
    start, groups = key
    return start or 0, tuple((group is not None, group or "") for group in groups)
