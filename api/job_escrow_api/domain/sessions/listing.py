"""An account's requests, receipts and sessions, by label and time: a page at a time, or all of them for a file.

A page of requests examines so many rows and no more, however few of them are asked for: it may then have fewer than its
limit and still name the next. Times find requests by bisection, since rows are stored in the order of their times.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from job_escrow_api.domain.sessions.rows import RequestRow, SessionRow

REQUEST_COLUMNS = ", ".join(
    "s.address AS session_address" if name == "session_address" else f"r.{name}"
    for name in RequestRow.__dataclass_fields__
)
REQUESTS = f"SELECT {REQUEST_COLUMNS} FROM api_requests r CROSS JOIN api_sessions s ON s.number = r.session"
SESSION_COLUMNS = ", ".join(SessionRow.__dataclass_fields__)

FILTERS: Mapping[str, str] = {
    "key": "key_id",
    "project": "project",
    "member": "member",
    "model": "model",
    "job_type": "job_type",
    "tier": "tier_name",
    "status": "status",
}
"""What requests are asked for by, each with its column."""

_EXAMINED = 50_000
# A clock that was set back by less than this hides no row.
_CLOCK_SECONDS = 86_400
_NEWEST = 2**62


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which of an account's requests, made from `since` to before `until` (unix seconds), with these values."""

    credit_account: str
    since: int | None = None
    until: int | None = None
    where: Mapping[str, str]
    only_receipts: bool = False

    def conditions(self, low: int, high: int) -> tuple[str, list[Any]]:
        """SQL of the rows with numbers from `low` to before `high`, and its parameters."""
        conditions = ["r.credit_account = ?", "r.number >= ?", "r.number < ?"]
        parameters: list[Any] = [self.credit_account, low, high]
        for name, value in self.where.items():
            conditions.append(f"r.{FILTERS[name]} = ?")
            parameters.append(value)
        if self.since is not None:
            conditions.append("r.created_at >= ?")
            parameters.append(self.since)
        if self.until is not None:
            conditions.append("r.created_at < ?")
            parameters.append(self.until)
        if self.only_receipts:
            conditions.append("r.receipt IS NOT NULL")
        return " AND ".join(conditions), parameters


def requests_page(
    connection: sqlite3.Connection, wanted: Wanted, cursor: int | None, limit: int, *, examined: int = _EXAMINED
) -> tuple[list[RequestRow], int | None]:
    """Requests, newest first, and the cursor of the next page; None where there is none."""
    low, high = _numbers(connection, wanted)
    high = min(high, _NEWEST if cursor is None else cursor)
    sql = """SELECT number FROM api_requests WHERE credit_account = ? AND number >= ? AND number < ?
             ORDER BY number DESC LIMIT 1 OFFSET ?"""
    last = connection.execute(sql, (wanted.credit_account, low, high, examined - 1)).fetchone()
    condition, parameters = wanted.conditions(low if last is None else last[0], high)
    found = connection.execute(f"{REQUESTS} WHERE {condition} ORDER BY r.number DESC LIMIT ?", [*parameters, limit])
    rows = [_request(row) for row in found]
    if len(rows) == limit:
        return rows, rows[-1].number
    return rows, None if last is None else int(last[0])


def stream_requests(connection: sqlite3.Connection, wanted: Wanted) -> Iterator[RequestRow]:
    """All of them, the oldest first, each read when it is asked for."""
    condition, parameters = wanted.conditions(*_numbers(connection, wanted))
    yield from map(_request, connection.execute(f"{REQUESTS} WHERE {condition} ORDER BY r.number", parameters))


def stream_sessions(
    connection: sqlite3.Connection, credit_account: str, since: int | None, until: int | None
) -> Iterator[SessionRow]:
    """An account's sessions that were made in a time, the oldest first."""
    sql = f"""SELECT {SESSION_COLUMNS} FROM api_sessions WHERE credit_account = ? AND status <> 'failed'
              AND created_at >= ? AND created_at < ? ORDER BY number"""
    parameters = (credit_account, since or 0, _NEWEST if until is None else until)
    yield from map(_session, connection.execute(sql, parameters))


def sessions_page(
    connection: sqlite3.Connection,
    credit_account: str,
    since: int | None,
    until: int | None,
    cursor: int | None,
    limit: int,
) -> tuple[list[SessionRow], int | None]:
    """Sessions, newest first, and the cursor of the next page; None where there is none."""
    sql = f"""SELECT {SESSION_COLUMNS} FROM api_sessions WHERE credit_account = ? AND status <> 'failed'
              AND number < ? AND created_at >= ? AND created_at < ? ORDER BY number DESC LIMIT ?"""
    parameters = (credit_account, _NEWEST if cursor is None else cursor, since or 0)
    found = connection.execute(sql, (*parameters, _NEWEST if until is None else until, limit))
    rows = [_session(row) for row in found]
    return rows, rows[-1].number if len(rows) == limit else None


def _request(row: tuple[Any, ...]) -> RequestRow:
    return RequestRow(**dict(zip(RequestRow.__dataclass_fields__, row, strict=True)))


def _session(row: tuple[Any, ...]) -> SessionRow:
    return SessionRow(**dict(zip(SessionRow.__dataclass_fields__, row, strict=True)))


def _numbers(connection: sqlite3.Connection, wanted: Wanted) -> tuple[int, int]:
    """Between which numbers the rows of the time are, the first in and the second out."""
    low = 0 if wanted.since is None else _first(connection, wanted.since - _CLOCK_SECONDS)
    return low, _NEWEST if wanted.until is None else _first(connection, wanted.until + _CLOCK_SECONDS)


def _first(connection: sqlite3.Connection, at: int) -> int:
    """The number that all rows of this time or later have, or a higher one."""
    (newest,) = connection.execute("SELECT coalesce(max(number), 0) FROM api_requests").fetchone()
    low, high = 0, newest + 1
    while low < high:
        middle = (low + high) // 2
        sql = "SELECT created_at FROM api_requests WHERE number >= ? ORDER BY number LIMIT 1"
        found = connection.execute(sql, (middle,)).fetchone()
        if found is None or found[0] >= at:
            high = middle
        else:
            low = middle + 1
    return low
