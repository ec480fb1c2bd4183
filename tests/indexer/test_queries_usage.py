"""Usage against what the events say when they are counted one by one."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from job_escrow.addresses import text_of
from job_escrow.codec import AccountOpened, Event, JobLocked, JobSettled, SessionOpened, SessionSettled, TierTotals
from job_escrow.units import unit_name
from job_escrow_indexer.queries import (
    Dimension,
    JobLabels,
    Labels,
    NotIndexed,
    OfAccount,
    OfPlatform,
    OfWallet,
    Period,
    ReceiptSums,
    SettledReceipts,
    TooManyRows,
    Usage,
    UsageRow,
    View,
    connect,
    snapshot,
    statement,
    usage,
)
from program_harness.pricing import reference_session_cost
from queries_harness.indexed import Indexed
from queries_harness.said import events_of

PERIODS: tuple[Period, ...] = ("hour", "day", "month")
_TOTALS = ("flat_requests", "metered_requests", "metered_units", "metered_credits")
DIMENSIONS: tuple[Dimension, ...] = ("tier", "operator", "platform", "wallet", "namespace")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """What a settlement charged: of a job all of it, of a session for one tier."""

    slot: int
    event: JobSettled | SessionSettled
    tier: str | None
    numbers: dict[str, int]
    units: dict[str, int]


class Counted:
    """Settlements, with what is known of their jobs, sessions and accounts."""

    def __init__(self, indexed: Indexed) -> None:
        self.said = list(events_of(indexed.history.transactions))
        self.locks = {one.event.job: one.event for one in self.said if isinstance(one.event, JobLocked)}
        self.openings = {one.event.session: one.event for one in self.said if isinstance(one.event, SessionOpened)}
        opened = [one.event for one in self.said if isinstance(one.event, AccountOpened)]
        self.namespaces = {event.credit_account: text_of(event.namespace) for event in opened}
        self.prices = {event.credit_account: event.base_units_per_credit for event in opened}
        self.pieces: list[Piece] = []
        reported: Counter[Any] = Counter()
        totals: dict[Any, Any] = {}
        for one in self.said:
            if isinstance(one.event, JobSettled):
                new = max(0, one.event.amount - reported[one.event.job])
                reported[one.event.job] = max(reported[one.event.job], one.event.amount)
                self._of_job(one.slot, one.event, new)
            elif isinstance(one.event, SessionSettled):
                before = totals.get(one.event.session, (TierTotals(**dict.fromkeys(_TOTALS, 0)),) * 8)
                self._of_session(one.slot, one.event, before)
                totals[one.event.session] = one.event.totals

    def _of_job(self, slot: int, event: JobSettled, new: int) -> None:
        lock = self.locks[event.job]
        numbers = self._numbers(event, event.charged, sum(event.spent.lots), first=True)
        tier = "quoted" if lock.quoted else text_of(lock.tier.name)
        units = {} if lock.quoted else {unit_name(lock.tier.unit_kind): new}
        self.pieces.append(Piece(slot=slot, event=event, tier=tier, numbers=numbers, units=units))

    def _of_session(self, slot: int, event: SessionSettled, before: tuple[TierTotals, ...]) -> None:
        """Priced by the tests' own rule; lots pay for the first tiers."""
        lots, first = sum(event.spent.lots), True
        for tier, old, new in zip(self.openings[event.session].tiers, before, event.totals, strict=True):
            if old != new:
                cost, earlier = (reference_session_cost(tier, each) or 0 for each in (new, old))
                granted = min(lots, cost - earlier)
                lots -= granted
                numbers = self._numbers(event, cost - earlier, granted, first=first)
                units = {unit_name(tier.unit_kind): new.metered_units - old.metered_units}
                name = text_of(tier.name)
                self.pieces.append(Piece(slot=slot, event=event, tier=name, numbers=numbers, units=units))
                first = False
        if first:
            numbers = self._numbers(event, 0, 0, first=True)
            self.pieces.append(Piece(slot=slot, event=event, tier=None, numbers=numbers, units={}))

    def _numbers(
        self, event: JobSettled | SessionSettled, credits: int, granted: int, *, first: bool
    ) -> dict[str, int]:
        return {
            "jobs": event.is_final * first,
            "settlements": int(first),
            "credits": credits,
            "paid_credits": credits - granted,
            "granted_credits": granted,
            "base_units": credits * self.prices[event.credit_account],
        }

    def expected(
        self, start: int, end: int, wanted: Callable[[JobSettled | SessionSettled], bool], key: Callable[[Piece], Any]
    ) -> dict[Any, tuple[Any, ...]]:
        rows: dict[Any, tuple[Counter[str], Counter[str]]] = {}
        for piece in self.pieces:
            if start <= piece.slot < end and wanted(piece.event):
                numbers, units = rows.setdefault(key(piece), (Counter(), Counter()))
                numbers.update(piece.numbers)
                units.update(piece.units)
        return {each: _plain(dict(numbers), dict(units)) for each, (numbers, units) in rows.items()}


@pytest.fixture(scope="module")
def counted(indexed: Indexed) -> Counted:
    return Counted(indexed)


def _plain(numbers: dict[str, int], units: dict[str, int]) -> tuple[Any, ...]:
    names = ("jobs", "settlements", "credits", "paid_credits", "granted_credits", "base_units")
    return (*(numbers[name] for name in names), tuple(sorted(units.items())))


def _row(row: UsageRow) -> tuple[Any, ...]:
    numbers = (row.jobs, row.settlements, row.credits, row.paid_credits, row.granted_credits, row.base_units)
    return (*numbers, tuple((each.kind, each.amount) for each in row.units))


def _bucket(at: int, period: Period | None) -> int | None:
    moment = datetime.fromtimestamp(at, UTC).replace(minute=0, second=0)
    if period is None:
        return None
    if period != "hour":
        moment = moment.replace(hour=0)
    return int((moment.replace(day=1) if period == "month" else moment).timestamp())


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_usage_is_what_the_events_add_up_to(indexed: Indexed, counted: Counted, data: st.DataObject) -> None:
    period = data.draw(st.sampled_from((None, *PERIODS)))
    by = data.draw(st.sampled_from((None, *DIMENSIONS)))
    whose = data.draw(st.sampled_from([piece.event for piece in counted.pieces]))
    scope, wanted = data.draw(
        st.sampled_from(
            (
                (
                    OfAccount(credit_account=str(whose.credit_account)),
                    lambda e: e.credit_account == whose.credit_account,
                ),
                (OfWallet(wallet=str(whose.wallet)), lambda e: e.wallet == whose.wallet),
                (
                    OfWallet(wallet=str(whose.wallet), platform=str(whose.platform)),
                    lambda e: (e.wallet, e.platform) == (whose.wallet, whose.platform),
                ),
                (OfPlatform(platform=str(whose.platform)), lambda e: e.platform == whose.platform),
            )
        )
    )
    first, last = indexed.history.moments[0].time, indexed.now
    times = sorted(data.draw(st.tuples(*[st.integers(first - 100, last + 100)] * 2)))
    since, until = data.draw(st.sampled_from(((None, None), (times[0], times[1]), (times[0], None))))
    operators = {str(key.address): str(key.operator.pubkey()) for key in indexed.history.simulation.scene.platforms}

    def group(piece: Piece) -> str | None:
        event = piece.event
        return {
            None: None,
            "tier": piece.tier,
            "operator": operators[str(event.platform)],
            "platform": str(event.platform),
            "wallet": str(event.wallet),
            "namespace": counted.namespaces[event.credit_account],
        }[by]

    with snapshot(indexed.connection, now=indexed.now) as view:
        found = usage(view, scope, since=since, until=until, period=period, by=() if by is None else (by,))
        start = 0 if since is None else view.at_time(since).as_of_slot + 1
        end = view.as_of_slot + 1 if until is None else view.at_time(until).as_of_slot + 1
    expected = counted.expected(start, end, wanted, lambda piece: (_bucket(piece.event.at, period), group(piece)))
    assert {(row.period_start, row.group): _row(row) for row in found.rows} == expected
    assert [row.period_start or 0 for row in found.rows] == sorted(row.period_start or 0 for row in found.rows)
    (total,) = counted.expected(start, end, wanted, lambda _: None).values() or [_row(found.total)]
    assert _row(found.total) == total


def test_the_months_usage_is_the_statements_charges(indexed: Indexed, view: View) -> None:
    charged = 0
    for address in indexed.accounts:
        for row in usage(view, OfAccount(credit_account=address), period="month").rows:
            assert row.period_start is not None
            month = datetime.fromtimestamp(row.period_start, UTC)
            made = statement(view, address, month.year, month.month)
            assert made.charges.credits == row.credits, (address, month)
            charged += row.credits
    whole = [usage(view, OfPlatform(platform=platform)).total.credits for platform in indexed.platforms]
    assert charged == sum(whole) > 0


def test_usage_of_an_operator_is_what_it_settled(indexed: Indexed, view: View) -> None:
    for platform in indexed.history.simulation.scene.platforms:
        address, operator = str(platform.address), str(platform.operator.pubkey())
        everything = usage(view, OfPlatform(platform=address))
        assert usage(view, OfPlatform(platform=address, operator=operator)) == everything
        assert usage(view, OfPlatform(platform=address, operator=address)).rows == ()


def test_labels_of_another_table_split_usage_and_nothing_is_counted_twice(indexed: Indexed, tmp_path: Path) -> None:
    indexed.history.ingest(tmp_path / "chain.db")
    with closing(sqlite3.connect(tmp_path / "chain.db")) as db, db:
        db.execute("CREATE TABLE labelled (credit_account TEXT, job_id INTEGER, project TEXT, status TEXT)")
        db.execute(
            "CREATE UNIQUE INDEX labelled_job ON labelled (credit_account, job_id) WHERE status <> 'failed'",
        )
        db.execute(
            "INSERT INTO labelled SELECT credit_account, id, 'project ' || (id % 2), 'settled' FROM jobs WHERE id % 3"
        )
        db.execute("INSERT INTO labelled SELECT credit_account, id, 'of a lock that failed', 'failed' FROM jobs")
    labels = Labels(JobLabels(table="labelled", columns={"project": "project"}, condition="l.status <> 'failed'"))
    seen: set[str | None] = set()
    with closing(connect(tmp_path / "chain.db")) as connection, snapshot(connection, now=indexed.now) as view:
        for address in indexed.accounts:
            account = OfAccount(credit_account=address)
            whole, split = (usage(view, account, by=by, labels=labels) for by in ((), ("project",)))
            assert split.total == whole.total
            assert split.by == ("project",)
            for row in split.rows:
                if row.group is not None:
                    of_one = usage(view, account, where={"project": row.group}, labels=labels)
                    assert of_one.total == replace(row, group=None)
            seen |= {row.group for row in split.rows}
    assert seen == {None, "project 0", "project 1"}


class Receipts(Labels):
    """Somebody who has the receipts of every session: two for each settlement, of the projects `a` and `b`."""

    missing = 0
    """Credits that its receipts do not add up to."""

    def settled(self, view: View, of: SettledReceipts, names: Sequence[str]) -> list[ReceiptSums]:
        (credits,) = view.row(
            "SELECT credits FROM events WHERE credit_account = ? AND session_id = ? AND name = 'SessionSettled' "
            "AND receipts = ? ORDER BY position LIMIT 1",
            *(of.credit_account, of.session_id, of.count),
        )
        if of.count == of.from_count:
            return []
        parts = (("a", 1, credits // 2), ("b", of.count - of.from_count - 1, credits - credits // 2 - self.missing))
        return [
            ReceiptSums(
                labels=(project,) * len(names), tier=0, receipts=receipts, credits=part, granted=min(of.granted, part),
                units=7,
            )
            for project, receipts, part in parts
        ]  # fmt: skip


class Forgotten(Receipts):
    """Somebody whose books were restored: they do not add up to what the chain has charged."""

    missing = 1


def test_receipts_split_what_a_session_was_charged_where_they_add_up_to_it(indexed: Indexed, view: View) -> None:
    """Else the whole of it has no label; the sum is the chain's in each case."""
    view.connection.execute("CREATE TEMP TABLE unlabelled (credit_account TEXT, job_id INTEGER, project TEXT)")
    jobs = JobLabels(table="unlabelled", columns={"project": "project"})
    charged: Counter[str | None] = Counter()
    for platform in map(str, indexed.platforms):
        scope = OfPlatform(platform=platform)
        whole = usage(view, scope).total
        for labels in (Receipts(jobs), Forgotten(jobs)):
            found = usage(view, scope, by=("project",), labels=labels)
            numbers = (found.total.credits, found.total.settlements, found.total.jobs, found.total.requests)
            assert numbers == (whole.credits, whole.settlements, whole.jobs, whole.requests)
            groups = {row.group: row for row in found.rows}
            if labels.missing:
                assert groups.keys() == {None}
            else:
                assert groups.keys() <= {None, "a", "b"}
                charged.update({name: row.credits for name, row in groups.items()})
    assert charged["a"]
    assert charged["b"]


@pytest.mark.parametrize("by", [("colour",), ("tier", "tier"), ("tier", "wallet", "namespace")])
def test_dimensions_that_there_are_not_are_refused(indexed: Indexed, view: View, by: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="usage is"):
        usage(view, OfAccount(credit_account=indexed.accounts[0]), by=by)


@pytest.mark.parametrize("name", ["a b", "x; DROP TABLE events", "1a", "", "é"])
def test_a_label_is_a_name_and_no_sql(name: str) -> None:
    for table, column in ((name, "column"), ("table", name)):
        with pytest.raises(ValueError, match="is not the name of"):
            JobLabels(table=table, columns={"x": column})


def test_nothing_known_is_said_and_not_zero(view: View) -> None:
    for scope in (OfAccount(credit_account="x"), OfWallet(wallet="x"), OfPlatform(platform="x")):
        with pytest.raises(NotIndexed, match="the database knows no"):
            usage(view, scope)


def test_before_the_first_event_there_is_no_usage(indexed: Indexed, view: View) -> None:
    found: Usage = usage(view, OfPlatform(platform=indexed.platforms[0]), until=1, period="day", by=("tier",))
    assert (found.rows, found.total.credits, found.as_of_slot) == ((), 0, view.as_of_slot)


def test_events_are_many_enough_to_say_something(counted: Counted) -> None:
    kinds: Counter[type[Event]] = Counter(type(one.event) for one in counted.said)
    of_jobs = [piece.event for piece in counted.pieces if isinstance(piece.event, JobSettled)]
    partial = [event for event in of_jobs if not event.is_final]
    quoted = [event for event in of_jobs if counted.locks[event.job].quoted]
    assert kinds[JobSettled] > 40
    assert kinds[SessionSettled] > 5
    assert partial
    assert quoted
    of_sessions = [piece for piece in counted.pieces if isinstance(piece.event, SessionSettled) and piece.tier]
    assert len({piece.tier for piece in of_sessions}) > 1
    assert sum(piece.numbers["credits"] for piece in of_sessions) > 0


def test_more_rows_than_whoever_asks_takes_are_refused(indexed: Indexed, view: View) -> None:
    """They are all in memory."""
    scope = OfPlatform(platform=indexed.platforms[0])
    rows = len(usage(view, scope, by=("wallet", "tier"), period="hour").rows)
    assert rows > 1
    assert len(usage(view, scope, by=("wallet", "tier"), period="hour", most_rows=rows).rows) == rows
    with pytest.raises(TooManyRows, match=f"more than {rows - 1:,} rows: ask for a shorter time"):
        usage(view, scope, by=("wallet", "tier"), period="hour", most_rows=rows - 1)
