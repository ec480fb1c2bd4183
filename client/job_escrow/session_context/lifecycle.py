"""What becomes of a session in the store: each step in one transaction, and before what it is about is sent."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from solders.pubkey import Pubkey

from job_escrow.bounds import TIERS
from job_escrow.codec import Session, SessionOpened
from job_escrow.flows.sessions import SessionSettlement
from job_escrow.outcomes import SessionOutcome
from job_escrow.receipts.receipt import SessionReceipt, tiers_bytes, tiers_of
from job_escrow.receipts.record import next_head
from job_escrow.receipts.tree import root_of
from job_escrow.session_context.requests import release_all_of
from job_escrow.session_context.rows import SessionRow, live_rows, load_use, session_row, update


@dataclass(frozen=True, kw_only=True)
class Reservation:
    """A session before it is opened. `highest_id` is the account's, on chain."""

    credit_account: Pubkey
    payee: Pubkey | None
    credits: int
    seconds: int
    highest_id: int
    next_id: Callable[[int], int]
    """The lowest id above another that a session of this account can have."""
    address_of: Callable[[int], Pubkey]
    """The address of a session by its id."""


class Seen(Enum):
    """What the chain's count and head of a session are to the store."""

    KNOWN = "where it was seen last, or where a settlement of this store has brought it"
    OLDER = "where it was before: the node is behind"
    FOREIGN = "where this store has not brought it"


def reserve(connection: sqlite3.Connection, wanted: Reservation) -> SessionRow:
    """Note a session before it is opened, with the id that it will have."""
    account = str(wanted.credit_account)
    sql = "SELECT max(session_id) FROM sessions WHERE credit_account = ? AND status <> 'failed'"
    (highest,) = connection.execute(sql, (account,)).fetchone()
    session_id = wanted.next_id(max(highest or 0, wanted.highest_id))
    number = connection.execute(
        """INSERT INTO sessions (credit_account, session_id, address, payee, status, credits, seconds)
           VALUES (?, ?, ?, ?, 'opening', ?, ?)""",
        (
            account,
            session_id,
            str(wanted.address_of(session_id)),
            None if wanted.payee is None else str(wanted.payee),
            wanted.credits,
            wanted.seconds,
        ),
    ).lastrowid
    return session_row(connection, number or 0)


def sent_until(connection: sqlite3.Connection, number: int, last_valid_height: int) -> None:
    """Note until when an opening may land, before it is sent: one that was sent before may still land, too."""
    sql = "UPDATE sessions SET last_valid_height = max(coalesce(last_valid_height, 0), ?) WHERE number = ?"
    connection.execute(sql, (last_valid_height, number))


def opened(connection: sqlite3.Connection, number: int, session: Session | SessionOpened) -> SessionRow:
    """It is on the chain; nothing where that is known, or where it has even ended.

    It holds what it was opened with, whatever this row was to ask for: an opening of before under the same id, which a
    node behind the chain called failed, has landed instead of this one then, and this row looks after it.
    """
    at = session.at if isinstance(session, SessionOpened) else session.opened_at
    connection.execute(
        """UPDATE sessions SET status = 'open', credits = ?, seconds = ?, payee = ?, tiers = ?, head = ?, opened_at = ?,
           used_at = ?, deadline = ? WHERE number = ? AND status = 'opening'""",
        (
            *(session.credits, session.deadline - at),
            None if session.payee == Pubkey.default() else str(session.payee),
            *(tiers_bytes(session.tiers), session.head, at, at, session.deadline, number),
        ),
    )
    return session_row(connection, number)


def close(connection: sqlite3.Connection, number: int, *, also_running: bool) -> bool:
    """Let it admit nothing any more; False, and nothing happens, while requests run and `also_running` is not set."""
    condition = "" if also_running else "AND running = 0"
    sql = f"UPDATE sessions SET closing = 1 WHERE number = ? AND status IN ('opening', 'open') {condition}"  # noqa: S608
    return connection.execute(sql, (number,)).rowcount == 1


def close_all(connection: sqlite3.Connection, account: str) -> None:
    """Let an account's open sessions admit nothing any more, and all go that runs in them."""
    for row in live_rows(connection, account):
        if row.status == "open":
            update(connection, row.number, closing=1)
            release_all_of(connection, row.number)


def note_settlement(connection: sqlite3.Connection, number: int, *, is_final: bool) -> SessionSettlement:
    """Take what was not settled yet, and note it before it is sent.

    It is final only where nothing runs in the session, and nothing will.
    """
    row = session_row(connection, number)
    terms = tiers_of(row.tiers or b"")
    sql = "SELECT receipt FROM requests WHERE session = ? AND receipt_number > ? ORDER BY receipt_number"
    found = connection.execute(sql, (number, row.settled_count)).fetchall()
    root = root_of([SessionReceipt.from_bytes(receipt) for (receipt,) in found])
    if found:
        head = next_head(row.head or b"", root, row.count, row.total)
        connection.execute(
            "INSERT OR IGNORE INTO settlements (session, from_count, count, settled, root, head) VALUES (?,?,?,?,?,?)",
            (number, row.settled_count, row.count, row.total, root, head),
        )
    return SessionSettlement(
        from_count=row.settled_count,
        count=row.count,
        root=root,
        totals=[load_use(connection, number, terms, tier).totals for tier in range(TIERS)],
        is_final=is_final and bool(row.closing) and not row.running,
    )


def seen(connection: sqlite3.Connection, number: int, count: int, settled: int, head: bytes) -> Seen:
    """Take over what the chain says of a session: what has landed is one of the settlements that were noted."""
    row = session_row(connection, number)
    if (count, settled, head) == (row.settled_count, row.settled, row.head):
        return Seen.KNOWN
    if count < row.settled_count:
        return Seen.OLDER
    sql = "SELECT 1 FROM settlements WHERE session = ? AND from_count = ? AND count = ? AND settled = ? AND head = ?"
    if connection.execute(sql, (number, row.settled_count, count, settled, head)).fetchone() is None:
        return Seen.FOREIGN
    update(connection, number, settled_count=count, settled=settled, head=head)
    return Seen.KNOWN


def ended(connection: sqlite3.Connection, number: int, outcome: SessionOutcome) -> None:
    """It has ended on chain: what was not charged there costs nothing."""
    row = session_row(connection, number)
    if row.status == "ended":
        return
    settled_count = outcome.count
    if row.status == "open" and seen(connection, number, outcome.count, outcome.charged, outcome.head) is Seen.FOREIGN:
        # Which receipts the chain has instead is not known: no more of these than it was known to have.
        settled_count = row.settled_count
    release_all_of(connection, number)
    connection.execute(
        "UPDATE requests SET status = 'lapsed' WHERE session = ? AND receipt_number > ? AND status = 'settled'",
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
    )


def unsettled_since(connection: sqlite3.Connection, number: int) -> int | None:
    """When the oldest receipt was made that is not settled on chain; None where all are."""
    sql = """SELECT r.ended_at FROM requests r JOIN sessions s ON s.number = r.session
             WHERE r.session = ? AND r.receipt_number = s.settled_count + 1"""
    found = connection.execute(sql, (number,)).fetchone()
    return None if found is None else found[0]
