"""What becomes of a session's row: each step in one transaction."""

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from job_escrow.codec import JobIdWindow, Session, SessionOpened, SessionSettled, Tier
from job_escrow.flows.sessions import SessionSettlement
from job_escrow.outcomes import SessionOutcome
from job_escrow.receipts import SessionReceipt, next_head, root_of
from job_escrow.receipts.receipt import tiers_bytes
from job_escrow_indexer.store.copies import hold

from job_escrow_api.domain.account_ids import highest_id, note_ids
from job_escrow_api.domain.books import require_confirmed
from job_escrow_api.domain.database import insert_row
from job_escrow_api.domain.jobs.store import MOST_AHEAD
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.sessions import settling, tiers

_NOTED = """
    INSERT OR IGNORE INTO api_settlements (session, from_count, count, settled, root, head) VALUES (?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a session needs before it is opened. `ids` are those that the account has used on chain."""

    platform: str
    credit_account: str
    credits: int
    seconds: int
    ids: JobIdWindow
    next_id: Callable[[int], int]
    """The lowest id above another that a session of this account can have."""
    address_of: Callable[[int], str]
    """The address of a session by its id."""


class Seen(Enum):
    """What the chain's count and head of a session are to the books."""

    KNOWN = "where it was seen last, or where a settlement of these books has brought it"
    OLDER = "where it was before: the node is behind"
    FOREIGN = "where these books have not brought it"


def reserve(connection: sqlite3.Connection, wanted: Wanted) -> int:
    """Store a session before it is opened, with the id that it will have. Raises Refusal."""
    require_confirmed(connection)
    note_ids(connection, wanted.credit_account, wanted.ids)
    last = max(highest_id(connection, wanted.credit_account), wanted.ids.highest)
    session_id = wanted.next_id(last)
    if session_id - wanted.ids.highest > MOST_AHEAD:
        busy = "Too many jobs of this account are being locked at once."
        raise Refusal(Kinds.UNAVAILABLE, busy, headers={"Retry-After": "1"})
    row = {
        "platform": wanted.platform,
        "credit_account": wanted.credit_account,
        "session_id": session_id,
        "address": wanted.address_of(session_id),
        "status": "opening",
        "credits": wanted.credits,
        "seconds": wanted.seconds,
        "created_at": int(time.time()),
    }
    return insert_row(connection, "api_sessions", row)


def update(connection: sqlite3.Connection, number: int, /, **values: object) -> None:
    """Change columns of a row."""
    assignments = ", ".join(f"{name} = ?" for name in values)
    connection.execute(f"UPDATE api_sessions SET {assignments} WHERE number = ?", [*values.values(), number])


def opened(
    connection: sqlite3.Connection, number: int, session: Session | SessionOpened, signature: str | None = None
) -> None:
    """It is on the chain; nothing where that is known, or where it has even ended."""
    at = session.at if isinstance(session, SessionOpened) else session.opened_at
    changed = connection.execute(
        """UPDATE api_sessions SET status = 'open', tiers = ?, head = ?, opened_at = ?, used_at = ?,
           deadline = ?, open_signature = coalesce(?, open_signature) WHERE number = ? AND status = 'opening'""",
        (tiers_bytes(session.tiers), session.head, at, at, session.deadline, signature, number),
    ).rowcount
    if changed and isinstance(session, Session) and session.count:
        # It was in use before: the database is from before that.
        seen(connection, number, session)


def close(connection: sqlite3.Connection, number: int, *, also_running: bool) -> bool:
    """Let it admit nothing any more; False, and nothing happens, while requests run and `also_running` is not set."""
    condition = "" if also_running else "AND running = 0"
    sql = f"UPDATE api_sessions SET closing = 1 WHERE number = ? AND status IN ('opening', 'open') {condition}"
    return connection.execute(sql, (number,)).rowcount == 1


def note_settlement(
    connection: sqlite3.Connection, number: int, terms: tuple[Tier, ...], *, is_final: bool
) -> SessionSettlement:
    """Take what was not settled yet, and remember it before it is sent.

    It is final only where nothing runs in the session, and nothing will.
    """
    row = _row(connection, number)
    sql = "SELECT receipt FROM api_requests WHERE session = ? AND receipt_number > ? ORDER BY receipt_number"
    found = connection.execute(sql, (number, row["settled_count"])).fetchall()
    root = root_of([SessionReceipt.from_bytes(receipt) for (receipt,) in found])
    if found:
        head = next_head(row["head"], root, row["count"], row["total"])
        connection.execute(_NOTED, (number, row["settled_count"], row["count"], row["total"], root, head))
    return SessionSettlement(
        from_count=row["settled_count"],
        count=row["count"],
        root=root,
        totals=tiers.totals_of(connection, number, terms),
        is_final=is_final and bool(row["closing"]) and not row["running"],
    )


def seen(connection: sqlite3.Connection, number: int, session: Session) -> Seen:
    """Take over what the chain says of an open session."""
    return _seen(connection, _row(connection, number), session.count, session.settled, session.head)


def settled(connection: sqlite3.Connection, number: int, event: SessionSettled, signature: str) -> None:
    """A settlement has landed."""
    row = _row(connection, number)
    _seen(connection, row, event.count, event.settled, event.head)
    connection.execute(
        "UPDATE api_settlements SET signature = ? WHERE session = ? AND from_count = ? AND count = ?",
        (signature, number, event.from_count, event.count),
    )
    if event.is_final:
        update(connection, number, status="ended", total=event.settled, ended_at=event.at, end_signature=signature)


def ended(connection: sqlite3.Connection, number: int, outcome: SessionOutcome) -> None:
    """It has ended on chain; what it did not charge there costs nothing.

    One that was being opened is another's session where its lock was another: then this one can never be.
    """
    row = _row(connection, number)
    if row["status"] == "ended":
        return
    if row["status"] == "opening" and outcome.charged + outcome.returned != row["credits"]:
        update(connection, number, status="failed")
        return
    settled_count = outcome.count
    if row["status"] == "open":
        if _seen(connection, row, outcome.count, outcome.charged, outcome.head) is Seen.FOREIGN:
            # Which receipts the chain has instead is not known: no more of these than it was known to have.
            settled_count = row["settled_count"]
        settling.release_all_of(connection, number, outcome.time)
        connection.execute(
            """UPDATE api_requests SET status = 'lapsed', charged = 0
               WHERE session = ? AND receipt_number > ? AND status = 'settled'""",
            (number, settled_count),
        )
    update(
        connection,
        number,
        status="ended",
        closing=1,
        total=outcome.charged,
        settled_count=settled_count,
        settled=outcome.charged,
        head=outcome.head,
        ended_at=outcome.time,
        end_signature=str(outcome.signature),
    )


def _seen(connection: sqlite3.Connection, row: sqlite3.Row, count: int, settled: int, head: bytes) -> Seen:
    if (count, settled, head) == (row["settled_count"], row["settled"], row["head"]):
        return Seen.KNOWN
    if count < row["settled_count"]:
        return Seen.OLDER
    # One that was sent, and another beside it where that was thought to be lost: the chain says which has landed.
    sql = """UPDATE api_settlements SET landed = 1
             WHERE session = ? AND from_count = ? AND count = ? AND settled = ? AND head = ?"""
    found = connection.execute(sql, (row["number"], row["settled_count"], count, settled, head))
    if not found.rowcount:
        _hold(connection, row)
        return Seen.FOREIGN
    update(connection, row["number"], settled_count=count, settled=settled, head=head)
    return Seen.KNOWN


def _hold(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    """The database has forgotten receipts: it was restored, unless the operator has confirmed since it was opened."""
    (confirmed_at,) = connection.execute("SELECT confirmed_at FROM api_books").fetchone()
    if row["created_at"] >= (confirmed_at or 0):
        hold(connection, f"The chain has receipts of session {row['address']} that are not in this database")


def _row(connection: sqlite3.Connection, number: int) -> sqlite3.Row:
    row: sqlite3.Row = connection.execute("SELECT * FROM api_sessions WHERE number = ?", (number,)).fetchone()
    return row
