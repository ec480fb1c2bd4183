"""Usage against what the events say when they are counted one by one."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from job_escrow.addresses import text_of
from job_escrow.codec import AccountOpened, Event, JobLocked, JobSettled
from job_escrow_indexer.queries import (
    Dimension,
    Label,
    NotIndexed,
    OfAccount,
    OfPlatform,
    OfWallet,
    Period,
    Usage,
    UsageRow,
    View,
    connect,
    snapshot,
    statement,
    usage,
)
from job_escrow_indexer.queries.jobs import unit_kind_name
from queries_harness.indexed import Indexed
from queries_harness.said import Said, events_of

PERIODS: tuple[Period, ...] = ("hour", "day", "month")
DIMENSIONS: tuple[Dimension, ...] = ("tier", "operator", "platform", "wallet", "namespace")


class Counted:
    """Settlements, with what is known of their jobs and accounts."""

    def __init__(self, indexed: Indexed) -> None:
        self.said = list(events_of(indexed.history.transactions))
        self.locks = {one.event.job: one.event for one in self.said if isinstance(one.event, JobLocked)}
        opened = [one.event for one in self.said if isinstance(one.event, AccountOpened)]
        self.namespaces = {event.credit_account: text_of(event.namespace) for event in opened}
        self.prices = {event.credit_account: event.base_units_per_credit for event in opened}
        self.settled: list[tuple[Said, JobSettled, int]] = []
        reported: Counter[Any] = Counter()
        for one in self.said:
            if isinstance(one.event, JobSettled):
                new = max(0, one.event.amount - reported[one.event.job])
                reported[one.event.job] = max(reported[one.event.job], one.event.amount)
                self.settled.append((one, one.event, new))

    def expected(
        self, start: int, end: int, wanted: Callable[[JobSettled], bool], key: Callable[[JobSettled], Any]
    ) -> dict[Any, tuple[Any, ...]]:
        rows: dict[Any, tuple[Counter[str], Counter[str]]] = {}
        for said, event, new in self.settled:
            if start <= said.slot < end and wanted(event):
                numbers, units = rows.setdefault(key(event), (Counter(), Counter()))
                numbers.update(
                    jobs=event.is_final,
                    settlements=1,
                    credits=event.charged,
                    paid_credits=event.spent.paid,
                    granted_credits=sum(event.spent.lots),
                    base_units=event.charged * self.prices[event.credit_account],
                )
                lock = self.locks[event.job]
                if not lock.quoted:
                    units[unit_kind_name(lock.tier.unit_kind)] += new
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
    whose = data.draw(st.sampled_from([event for _, event, _ in counted.settled]))
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

    def group(event: JobSettled) -> str | None:
        lock = counted.locks[event.job]
        return {
            None: None,
            "tier": "quoted" if lock.quoted else text_of(lock.tier.name),
            "operator": operators[str(event.platform)],
            "platform": str(event.platform),
            "wallet": str(event.wallet),
            "namespace": counted.namespaces[event.credit_account],
        }[by]

    with snapshot(indexed.connection, now=indexed.now) as view:
        found = usage(view, scope, since=since, until=until, period=period, by=by)
        start = 0 if since is None else view.at_time(since).as_of_slot + 1
        end = view.as_of_slot + 1 if until is None else view.at_time(until).as_of_slot + 1
    expected = counted.expected(start, end, wanted, lambda event: (_bucket(event.at, period), group(event)))
    assert {(row.period_start, row.group): _row(row) for row in found.rows} == expected
    assert [row.period_start or 0 for row in found.rows] == sorted(row.period_start or 0 for row in found.rows)
    (total,) = counted.expected(start, end, wanted, lambda event: None).values() or [_row(found.total)]
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
    with sqlite3.connect(tmp_path / "chain.db") as db:
        db.execute("CREATE TABLE labelled (credit_account TEXT, job_id INTEGER, project TEXT, status TEXT)")
        db.execute(
            "CREATE UNIQUE INDEX labelled_job ON labelled (credit_account, job_id) WHERE status <> 'failed'",
        )
        db.execute(
            "INSERT INTO labelled SELECT credit_account, id, 'project ' || (id % 2), 'settled' FROM jobs WHERE id % 3"
        )
        db.execute("INSERT INTO labelled SELECT credit_account, id, 'of a lock that failed', 'failed' FROM jobs")
    label = Label(table="labelled", column="project", condition="l.status <> 'failed'")
    seen: set[str | None] = set()
    with snapshot(connect(tmp_path / "chain.db"), now=indexed.now) as view:
        for address in indexed.accounts:
            whole, split = (usage(view, OfAccount(credit_account=address), by=by) for by in (None, label))
            assert split.total == whole.total
            assert split.by == "project"
            seen |= {row.group for row in split.rows}
    assert seen == {None, "project 0", "project 1"}


@pytest.mark.parametrize("name", ["a b", "x; DROP TABLE events", "1a", "", "é"])
def test_a_label_is_a_name_and_no_sql(name: str) -> None:
    for table, column in ((name, "column"), ("table", name)):
        with pytest.raises(ValueError, match="is not the name of"):
            Label(table=table, column=column)


def test_nothing_known_is_said_and_not_zero(view: View) -> None:
    for scope in (OfAccount(credit_account="x"), OfWallet(wallet="x"), OfPlatform(platform="x")):
        with pytest.raises(NotIndexed, match="the database knows no"):
            usage(view, scope)


def test_before_the_first_event_there_is_no_usage(indexed: Indexed, view: View) -> None:
    found: Usage = usage(view, OfPlatform(platform=indexed.platforms[0]), until=1, period="day", by="tier")
    assert (found.rows, found.total.credits, found.as_of_slot) == ((), 0, view.as_of_slot)


def test_events_are_many_enough_to_say_something(counted: Counted) -> None:
    kinds: Counter[type[Event]] = Counter(type(one.event) for one in counted.said)
    partial = [event for _, event, _ in counted.settled if not event.is_final]
    quoted = [event for _, event, _ in counted.settled if counted.locks[event.job].quoted]
    assert kinds[JobSettled] > 50
    assert partial
    assert quoted
