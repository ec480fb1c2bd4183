"""How SQLite answers each query: by an index, without reading a whole table, and without sorting where it can."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from job_escrow_indexer.queries import (
    JobLabels,
    Labels,
    OfAccount,
    OfPlatform,
    OfWallet,
    View,
    balance,
    balances_of_wallet,
    burn_rate,
    customers,
    earnings,
    forecast,
    ledger,
    liability,
    open_jobs,
    open_sessions,
    snapshot,
    statement,
    stream_customers,
    stream_ledger,
    topups,
    usage,
)
from queries_harness.indexed import Indexed

Ask = Callable[[View, str], Any]

_SORTED = "USE TEMP B-TREE FOR GROUP BY"
"""What usage, and lots by when they expire, need to bring rows of a group together, and nothing else."""
_LABELS = Labels(JobLabels(table="jobs_of_keys", columns={"key": "key", "project": "project"}, components="components"))
_OF_A_TIME = "SELECT at FROM events WHERE position "


def _usage(**options: Any) -> Ask:
    return lambda view, account: usage(view, OfAccount(credit_account=account), **options)


def _platform(view: View) -> str:
    return str(view.row("SELECT address FROM platforms LIMIT 1")[0])


def _wallet(view: View) -> str:
    return str(view.row("SELECT wallet FROM credit_accounts LIMIT 1")[0])


QUERIES: dict[str, Ask] = {
    "balance": balance,
    "balance at a slot": lambda view, account: balance(view.at_slot(view.as_of_slot // 2), account),
    "balance at a time": lambda view, account: balance(view.at_time(view.now - 86_400 * 30), account),
    "balances of a wallet": lambda view, account: balances_of_wallet(view, _wallet(view)),
    "ledger": ledger,
    "ledger of a time, next page": lambda view, account: ledger(
        view, account, cursor="5000000000000", limit=5, since=view.now - 86_400 * 30, until=view.now
    ),
    "whole ledger": lambda view, account: list(stream_ledger(view, account)),
    "top-ups": lambda view, account: topups(view, account, since=1, limit=5),
    "open jobs": open_jobs,
    "open sessions": open_sessions,
    "burn rate": burn_rate,
    "liability": lambda view, account: liability(view, _platform(view)),
    "earnings": lambda view, account: earnings(view, _platform(view), since=1),
    "customers": lambda view, account: customers(view, _platform(view), cursor="1", limit=2),
    "all customers": lambda view, account: list(stream_customers(view, _platform(view))),
    "forecast": lambda view, account: forecast(view, OfAccount(credit_account=account)),
    "statement": lambda view, account: statement(view, account, 2026, 10),
    "usage": _usage(),
    "usage by hour and tier": _usage(period="hour", by=("tier",), since=1, until=2**40),
    "usage by operator": _usage(by=("operator",)),
    "usage by label": _usage(by=("key", "tier"), where={"project": "x"}, labels=_LABELS),
    "usage of a wallet by namespace": lambda view, account: usage(
        view, OfWallet(wallet=_wallet(view)), by=("namespace",)
    ),
    "usage of a platform by day and namespace": lambda view, account: usage(
        view, OfPlatform(platform=_platform(view), operator="x"), period="day", by=("namespace",)
    ),
}


@pytest.fixture(scope="module")
def watched(indexed: Indexed) -> Iterator[tuple[sqlite3.Connection, list[str]]]:
    """The database in memory, so that a label's table can stand beside the others, and what is asked of it."""
    # An explanation that is kept would be of the indexes that there were.
    connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=0)
    indexed.connection.backup(connection)
    connection.execute(
        "CREATE TABLE jobs_of_keys (credit_account TEXT, job_id INTEGER, key TEXT, project TEXT, components TEXT)"
    )
    connection.execute("CREATE UNIQUE INDEX jobs_of_keys_job ON jobs_of_keys (credit_account, job_id)")
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    yield connection, asked
    connection.close()


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_uses_an_index(indexed: Indexed, watched: tuple[sqlite3.Connection, list[str]], name: str) -> None:
    connection, asked = watched
    with snapshot(connection, now=indexed.now) as view:
        account = indexed.accounts[0]
        _platform(view), _wallet(view)
        asked.clear()
        QUERIES[name](view, account)
    statements = {sql for sql in asked if sql.lstrip().startswith("SELECT")}
    statements -= {"SELECT address FROM platforms LIMIT 1", "SELECT wallet FROM credit_accounts LIMIT 1"}
    assert statements
    for sql in statements:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
        assert plan
        for step in plan:
            # A lot is of its account's own list.
            assert not re.match(r"SCAN (?!CONSTANT ROW|lot VIRTUAL TABLE)", step), f"{name}: {step}\n{sql}"
            # The primary key alone finds ended jobs too, of which there is no end.
            assert name != "open jobs" or "jobs" not in step or "open_jobs_of_credit_account" in step, step
            assert name != "open sessions" or "sessions" not in step or "open_sessions_of_credit" in step, step
            assert "AUTOMATIC" not in step, f"{name}: {step}\n{sql}"
            # A range of positions is all accounts' events; only the search for a time looks at one row of it.
            assert "PRIMARY KEY (rowid" not in step.replace("(rowid=?)", "") or sql.startswith(_OF_A_TIME), step
            allowed = name.startswith(("usage", "forecast", "liability")) and step == _SORTED
            assert "TEMP B-TREE" not in step or allowed, f"{name}: {step}\n{sql}"


def test_without_its_index_a_query_is_found_out(
    indexed: Indexed, watched: tuple[sqlite3.Connection, list[str]]
) -> None:
    """The test above can fail."""
    connection, asked = watched
    connection.execute("BEGIN")
    connection.execute("DROP INDEX events_of_credit_account")
    connection.execute("DROP INDEX credit_accounts_of_wallet")
    try:
        for name in ("ledger", "whole ledger", "statement", "usage", "burn rate", "balances of a wallet"):
            with pytest.raises(AssertionError, match=r"SCAN|TEMP|PRIMARY KEY"):
                _check(indexed, connection, asked, name)
    finally:
        connection.execute("ROLLBACK")


def _check(indexed: Indexed, connection: sqlite3.Connection, asked: list[str], name: str) -> None:
    test_every_query_uses_an_index(indexed, (connection, asked), name)
