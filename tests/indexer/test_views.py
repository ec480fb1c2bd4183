"""What people read in any SQLite tool: addresses, credits, dollars and times, as the rows and the queries say them."""

import sqlite3
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from job_escrow_indexer.queries import View, balance
from queries_harness.indexed import Indexed

_GREATEST = 2**64 - 1


def _rows(connection: sqlite3.Connection, sql: str) -> list[dict[str, Any]]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _time(unix_seconds: int) -> str:
    return datetime.fromtimestamp(unix_seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_balances_are_what_the_queries_say(indexed: Indexed, view: View) -> None:
    rows = _rows(indexed.connection, "SELECT * FROM balances")
    assert {row["credit_account"] for row in rows} == set(indexed.history.moments[-1].accounts)
    opened = dict(indexed.connection.execute("SELECT address, opened_at FROM credit_accounts"))
    vaults = dict(indexed.connection.execute("SELECT credit_account, base_units FROM vaults"))
    for row in rows:
        found = balance(view, row["credit_account"])
        assert (row["wallet"], row["namespace"]) == (found.wallet, found.namespace)
        assert row["available"] == found.paid_available + found.granted_available
        assert (row["locked"], row["open_jobs"]) == (found.locked, found.open_jobs)
        assert row["opened"] == _time(opened[row["credit_account"]])
        assert Decimal(row["vault_usdc"]) * 1_000_000 == vaults[row["credit_account"]]
        assert row["commitment"] in ("confirmed", "finalized")


def test_every_event_is_readable(indexed: Indexed) -> None:
    rows = _rows(indexed.connection, "SELECT * FROM event_log ORDER BY position")
    events = _rows(indexed.connection, "SELECT * FROM events ORDER BY position")
    signatures = dict(indexed.connection.execute("SELECT position, signature FROM transactions"))
    assert len(rows) == len(events) > 500
    for row, event in zip(rows, events, strict=True):
        assert (row["name"], row["time"]) == (event["name"], _time(event["at"]))
        assert row["signature"] == signatures[event["position"] >> 14 << 14]
        assert row["usdc"] is None or Decimal(row["usdc"]) * 1_000_000 == int(event["base_units"])
        assert (row["usdc"] is None) == (event["base_units"] is None)


def test_every_job_session_lot_and_instruction_is_there(indexed: Indexed) -> None:
    for name, table in (("job_log", "jobs"), ("session_log", "sessions"), ("instruction_log", "instructions")):
        shown = _rows(indexed.connection, f"SELECT * FROM {name}")
        (count,) = indexed.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert len(shown) == count > 0
        assert all(one["slot"] > 0 and one["commitment"] for one in shown)
    free = dict(indexed.connection.execute("SELECT credit_account, sum(free) FROM lots GROUP BY credit_account"))
    granted = dict(indexed.connection.execute("SELECT credit_account, granted_available FROM balances"))
    assert {account: free.get(account, 0) for account in granted} == granted
    assert any(granted.values())


@pytest.mark.parametrize(
    ("base_units", "usdc"),
    [
        (0, "0.000000"),
        (1, "0.000001"),
        (2**63 - 1, "9223372036854.775807"),
        (f"{2**63:020d}", "9223372036854.775808"),
        (f"{_GREATEST:020d}", "18446744073709.551615"),
        (None, None),
    ],
)
def test_dollars_of_any_amount(indexed: Indexed, base_units: int | str | None, usdc: str | None) -> None:
    connection = sqlite3.connect(":memory:")
    indexed.connection.backup(connection)
    connection.execute("UPDATE vaults SET base_units = ?", [base_units])
    assert {row["vault_usdc"] for row in _rows(connection, "SELECT * FROM balances")} == {usdc}
    connection.close()


@pytest.mark.parametrize(
    ("at", "shown"), [(2**63 - 1, None), (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z")]
)
def test_a_time_that_never_comes_is_none(indexed: Indexed, at: int, shown: str | None) -> None:
    connection = sqlite3.connect(":memory:")
    indexed.connection.backup(connection)
    connection.execute("UPDATE events SET expires_at = ? WHERE name = 'CreditsGranted'", [at])
    query = "SELECT DISTINCT expires FROM event_log WHERE name = 'CreditsGranted'"
    assert connection.execute(query).fetchall() == [(shown,)]
    connection.close()
