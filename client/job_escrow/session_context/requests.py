"""What becomes of a request in the store: admitted, settled with its receipt, or released; each in one transaction."""

import sqlite3
from dataclasses import dataclass

from solders.pubkey import Pubkey

from job_escrow.amounts import InvalidAmount
from job_escrow.errors import RequestEnded, RequestRunning
from job_escrow.receipts.receipt import SessionReceipt, terms_of, text_bytes, tiers_of
from job_escrow.session_context.policy import SessionPolicy
from job_escrow.session_context.rows import live_rows, load_use, save_use, session_row, update

_RELEASED_AT_ONCE = (
    "UPDATE tier_uses SET running = 0, running_units = 0, running_credits = 0 WHERE session = ?",
    "UPDATE sessions SET running = 0, reserved = 0 WHERE number = ?",
    "DELETE FROM requests WHERE session = ? AND status = 'running'",
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a request needs. `seconds` are by the chain's clock; `model` and `id` are the operator's words.

    Raises InvalidReceipt for words that no receipt takes.
    """

    id: str
    credit_account: str
    tier: int
    max_units: int
    seconds: int
    model: str

    def __post_init__(self) -> None:
        """Check what its receipt will say: work that has none could never be charged."""
        for name, text in (("request_id", self.id), ("model", self.model)):
            text_bytes(name, text)


def admit(connection: sqlite3.Connection, wanted: Wanted, tiers: bytes, now: int, policy: SessionPolicy) -> int | None:
    """Reserve a request's highest price in the oldest open session of these tiers that has room and time for it.

    Gives the time at which it expires; None where no session has both. Raises RequestEnded where the id was settled
    already, RequestRunning while it runs.
    """
    _require_new(connection, wanted.id)
    payee = None if policy.payee is None else str(policy.payee)
    expires_at = now + wanted.seconds
    for row in live_rows(connection, wanted.credit_account):
        if row.status != "open" or row.closing or row.tiers != tiers or row.payee != payee:
            continue
        if expires_at > row.ends_at - policy.end_seconds_of(row.seconds):
            continue
        before = load_use(connection, row.number, tiers_of(tiers), wanted.tier)
        try:
            after = before.admit(wanted.max_units)
        except InvalidAmount:
            continue
        more = after.reserved - before.reserved
        if more > row.free:
            continue
        save_use(connection, row.number, wanted.tier, after)
        update(
            connection,
            row.number,
            reserved=row.reserved + more,
            running=row.running + 1,
            used_at=max(row.used_at or 0, now),
        )
        connection.execute(
            """INSERT INTO requests (id, session, status, tier, model, max_units, expires_at)
               VALUES (?, ?, 'running', ?, ?, ?, ?)""",
            (wanted.id, row.number, wanted.tier, wanted.model, wanted.max_units, expires_at),
        )
        return expires_at
    return None


def settle(
    connection: sqlite3.Connection,
    request_id: str,
    units: int,
    now: int,
    hashes: tuple[bytes | None, bytes | None],
) -> SessionReceipt | None:
    """Charge what a request has used; a repeat with the same units gives the receipt again.

    `hashes` are of request and response. None where its time is over: it is released. Raises RequestEnded where it has
    ended otherwise, InvalidAmount above its most units, InvalidReceipt for hashes that are none.
    """
    found = _request(connection, request_id)
    if found is None:
        raise RequestEnded(f"request {request_id} was released, and costs nothing: ask for another one")
    session, status, tier, max_units, model, expires_at, data = found
    if status != "running":
        receipt = SessionReceipt.from_bytes(data)
        if status == "settled" and receipt.units == units:
            return receipt
        raise _ended(request_id, status, receipt)
    if now >= expires_at:
        release(connection, request_id)
        return None
    row = session_row(connection, session)
    terms = tiers_of(row.tiers or b"")
    before = load_use(connection, session, terms, tier)
    after = before.settle(max_units, units)
    price = after.cost - before.cost
    receipt = SessionReceipt(
        session=Pubkey.from_string(row.address),
        number=row.count + 1,
        request_id=request_id,
        model=model,
        terms=terms_of(terms),
        tier=tier,
        units=units,
        price=price,
        total=row.total + price,
        request_hash=hashes[0],
        response_hash=hashes[1],
    )
    save_use(connection, session, tier, after)
    connection.execute(
        "UPDATE requests SET status = 'settled', receipt_number = ?, receipt = ?, ended_at = ? WHERE id = ?",
        (receipt.number, receipt.to_bytes(), now, request_id),
    )
    update(
        connection,
        session,
        count=receipt.number,
        total=receipt.total,
        reserved=row.reserved + after.reserved - before.reserved,
        running=row.running - 1,
        used_at=max(row.used_at or 0, now),
    )
    return receipt


def release(connection: sqlite3.Connection, request_id: str) -> SessionReceipt | None:
    """Let a request go that runs: it costs nothing. Gives the receipt of one that was settled, which stays so."""
    found = _request(connection, request_id)
    if found is None:
        return None
    session, status, tier, max_units, _, _, data = found
    if status != "running":
        return SessionReceipt.from_bytes(data) if status == "settled" else None
    row = session_row(connection, session)
    before = load_use(connection, session, tiers_of(row.tiers or b""), tier)
    after = before.drop(max_units)
    save_use(connection, session, tier, after)
    update(
        connection,
        session,
        reserved=row.reserved + after.reserved - before.reserved,
        running=row.running - 1,
    )
    connection.execute("DELETE FROM requests WHERE id = ?", (request_id,))
    return None


def release_expired(connection: sqlite3.Connection, account: str, now: int) -> None:
    """Let those of an account go whose seconds are over by the chain's clock."""
    for row in live_rows(connection, account):
        sql = "SELECT id FROM requests WHERE session = ? AND status = 'running' AND expires_at <= ?"
        for (request_id,) in connection.execute(sql, (row.number, now)).fetchall():
            release(connection, request_id)


def release_all(connection: sqlite3.Connection, account: str) -> None:
    """Let all go that run for an account: whoever ran them is gone."""
    for row in live_rows(connection, account):
        release_all_of(connection, row.number)


def release_all_of(connection: sqlite3.Connection, session: int) -> None:
    """Let all go that run in a session."""
    for statement in _RELEASED_AT_ONCE:
        connection.execute(statement, (session,))


def _require_new(connection: sqlite3.Connection, request_id: str) -> None:
    found = _request(connection, request_id)
    if found is None:
        return
    _, status, _, _, _, _, data = found
    if status == "running":
        raise RequestRunning(f"request {request_id} runs already: give each request an id of its own")
    raise _ended(request_id, status, SessionReceipt.from_bytes(data))


def _ended(request_id: str, status: str, receipt: SessionReceipt) -> RequestEnded:
    if status == "settled":
        return RequestEnded(
            f"request {request_id} was settled: {receipt.price:,} credits for {receipt.units:,} units; it is never "
            "charged again",
            receipt=receipt,
        )
    return RequestEnded(
        f"request {request_id} was not settled on chain before its session ended, and costs nothing: give another "
        "request another id"
    )


def _request(connection: sqlite3.Connection, request_id: str) -> tuple[int, str, int, int, str, int, bytes] | None:
    sql = "SELECT session, status, tier, max_units, model, expires_at, receipt FROM requests WHERE id = ?"
    found: tuple[int, str, int, int, str, int, bytes] | None = connection.execute(sql, (request_id,)).fetchone()
    return found
