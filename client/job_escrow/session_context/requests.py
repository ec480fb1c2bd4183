"""What becomes of a request in the store: admitted, settled with its receipt, or released; each in one transaction."""

import sqlite3
from dataclasses import dataclass, fields
from typing import Literal

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


@dataclass(frozen=True, kw_only=True)
class Admission:
    """A request that was admitted, until `expires_at` in unix seconds by the chain's clock.

    `number` is no other admission's, ever: a later request may have the same id once this one was released, and what
    is still asked of this one is then not done to that.
    """

    number: int
    id: str
    expires_at: int


@dataclass(frozen=True, kw_only=True)
class _Row:
    number: int
    id: str
    session: int
    status: Literal["running", "settled", "lapsed"]
    tier: int
    max_units: int
    model: str
    expires_at: int
    receipt: bytes


_COLUMNS = ", ".join(each.name for each in fields(_Row))


def admit(
    connection: sqlite3.Connection, wanted: Wanted, tiers: bytes, now: int, policy: SessionPolicy
) -> Admission | None:
    """Reserve a request's highest price in the oldest open session of these tiers that has room and time for it.

    None where no session has both. Raises RequestEnded where the account's request of this id was settled already,
    RequestRunning while it runs.
    """
    _require_new(connection, wanted)
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
        number = connection.execute(
            """INSERT INTO requests (credit_account, id, session, status, tier, model, max_units, expires_at)
               VALUES (?, ?, ?, 'running', ?, ?, ?, ?)""",
            (wanted.credit_account, wanted.id, row.number, wanted.tier, wanted.model, wanted.max_units, expires_at),
        ).lastrowid
        return Admission(number=number or 0, id=wanted.id, expires_at=expires_at)
    return None


def settle(
    connection: sqlite3.Connection,
    admission: Admission,
    units: int,
    now: int,
    hashes: tuple[bytes | None, bytes | None],
) -> SessionReceipt | None:
    """Charge what a request has used; a repeat with the same units gives the receipt again.

    `hashes` are of request and response. None where its time is over: it is released. Raises RequestEnded where it has
    ended otherwise, InvalidAmount above its most units, InvalidReceipt for hashes that are none.
    """
    found = _admitted(connection, admission.number)
    if found is None:
        raise RequestEnded(f"request {admission.id} was released, and costs nothing: ask for another one")
    if found.status != "running":
        receipt = SessionReceipt.from_bytes(found.receipt)
        if found.status == "settled" and receipt.units == units:
            return receipt
        raise _ended(found, receipt)
    if now >= found.expires_at:
        release(connection, found.number)
        return None
    row = session_row(connection, found.session)
    terms = tiers_of(row.tiers or b"")
    before = load_use(connection, found.session, terms, found.tier)
    after = before.settle(found.max_units, units)
    price = after.cost - before.cost
    receipt = SessionReceipt(
        session=Pubkey.from_string(row.address),
        number=row.count + 1,
        request_id=found.id,
        model=found.model,
        terms=terms_of(terms),
        tier=found.tier,
        units=units,
        price=price,
        total=row.total + price,
        request_hash=hashes[0],
        response_hash=hashes[1],
    )
    save_use(connection, found.session, found.tier, after)
    connection.execute(
        "UPDATE requests SET status = 'settled', receipt_number = ?, receipt = ?, ended_at = ? WHERE number = ?",
        (receipt.number, receipt.to_bytes(), now, found.number),
    )
    update(
        connection,
        found.session,
        count=receipt.number,
        total=receipt.total,
        reserved=row.reserved + after.reserved - before.reserved,
        running=row.running - 1,
        used_at=max(row.used_at or 0, now),
    )
    return receipt


def release(connection: sqlite3.Connection, number: int) -> None:
    """Let a request go that runs, by its admission's number: it costs nothing. One that was settled stays so."""
    found = _admitted(connection, number)
    if found is None or found.status != "running":
        return
    row = session_row(connection, found.session)
    before = load_use(connection, found.session, tiers_of(row.tiers or b""), found.tier)
    after = before.drop(found.max_units)
    save_use(connection, found.session, found.tier, after)
    update(
        connection,
        found.session,
        reserved=row.reserved + after.reserved - before.reserved,
        running=row.running - 1,
    )
    connection.execute("DELETE FROM requests WHERE number = ?", (number,))


def release_expired(connection: sqlite3.Connection, account: str, now: int) -> None:
    """Let those of an account go whose seconds are over by the chain's clock."""
    for row in live_rows(connection, account):
        sql = "SELECT number FROM requests WHERE session = ? AND status = 'running' AND expires_at <= ?"
        for (number,) in connection.execute(sql, (row.number, now)).fetchall():
            release(connection, number)


def release_all(connection: sqlite3.Connection, account: str) -> None:
    """Let all go that run for an account: whoever ran them is gone."""
    for row in live_rows(connection, account):
        release_all_of(connection, row.number)


def release_all_of(connection: sqlite3.Connection, session: int) -> None:
    """Let all go that run in a session."""
    for statement in _RELEASED_AT_ONCE:
        connection.execute(statement, (session,))


def _require_new(connection: sqlite3.Connection, wanted: Wanted) -> None:
    found = _row(connection, "credit_account = ? AND id = ?", wanted.credit_account, wanted.id)
    if found is None:
        return
    if found.status == "running":
        raise RequestRunning(f"request {found.id} runs already: give each request an id of its own")
    raise _ended(found, SessionReceipt.from_bytes(found.receipt))


def _ended(row: _Row, receipt: SessionReceipt) -> RequestEnded:
    if row.status == "settled":
        return RequestEnded(
            f"request {row.id} was settled: {receipt.price:,} credits for {receipt.units:,} units; it is never "
            "charged again",
            receipt=receipt,
        )
    return RequestEnded(
        f"request {row.id} was not settled on chain before its session ended, and costs nothing: give another "
        "request another id"
    )


def _admitted(connection: sqlite3.Connection, number: int) -> _Row | None:
    return _row(connection, "number = ?", number)


def _row(connection: sqlite3.Connection, condition: str, *values: object) -> _Row | None:
    found = connection.execute(f"SELECT {_COLUMNS} FROM requests WHERE {condition}", values).fetchone()  # noqa: S608
    return None if found is None else _Row(**dict(zip(_Row.__dataclass_fields__, found, strict=True)))
