"""Ending a request: settled to what it used, with its receipt, or released; each in one transaction."""

import sqlite3

from job_escrow.amounts import InvalidAmount
from job_escrow.receipts import ReceiptSignature, SessionReceipt, terms_of
from job_escrow.receipts.receipt import tiers_of
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.sessions import tiers
from job_escrow_api.domain.sessions.requests import UnitsUsed

_REQUEST = """
    SELECT r.session, r.status, r.id, r.model, r.tier, r.max_units, r.units, r.receipt, r.charged, r.expires_at,
           s.address, s.tiers, s.count, s.total
    FROM api_requests r JOIN api_sessions s ON s.number = r.session WHERE r.number = ?
"""
_SESSION = """
    UPDATE api_sessions SET reserved = reserved + ?, total = total + ?, count = count + ?, running = running - 1,
        used_at = max(used_at, ?)
    WHERE number = ?
"""
_RUNNING = "SELECT number FROM api_requests WHERE status = 'running' AND expires_at <= ? LIMIT 1000"


def settle(connection: sqlite3.Connection, number: int, used: UnitsUsed, now: int, key: Keypair | None) -> bool:
    """Charge what a request has used, and sign its receipt if there is a key; a repeat changes nothing.

    False where its time is over: it is released, as the next turn of the keeper would. Raises Refusal: it has ended
    otherwise, or it has used more than was reserved.
    """
    row = connection.execute(_REQUEST, (number,)).fetchone()
    if row["status"] == "settled" and _is_repeat(row, used):
        return True
    if row["status"] != "running":
        raise Refusal(Kinds.CONFLICT, f"The request has ended already: {row['status']}, {row['charged']} credits.")
    if now >= row["expires_at"]:
        _release(connection, number, row, now)
        return False
    terms = tiers_of(row["tiers"])
    before = tiers.load(connection, row["session"], terms, row["tier"])
    try:
        after = before.settle(row["max_units"], used.units)
    except InvalidAmount as error:
        raise Refusal(Kinds.UNPROCESSABLE, f"{error}.") from error
    price = after.cost - before.cost
    receipt = SessionReceipt(
        session=Pubkey.from_string(row["address"]),
        number=row["count"] + 1,
        request_id=row["id"],
        model=row["model"] or "",
        terms=terms_of(terms),
        tier=row["tier"],
        units=used.units,
        price=price,
        total=row["total"] + price,
        request_hash=_hash(used.request_hash),
        response_hash=_hash(used.response_hash),
    )
    data = receipt.to_bytes()
    connection.execute(
        """UPDATE api_requests SET status = 'settled', charged = ?, units = ?, receipt_number = ?, receipt = ?,
           receipt_signer = ?, receipt_signature = ?, ended_at = ? WHERE number = ?""",
        (price, used.units, receipt.number, data, *_signed(data, key), now, number),
    )
    tiers.save(connection, row["session"], row["tier"], after)
    more = after.reserved - before.reserved
    connection.execute(_SESSION, (more, price, 1, now, row["session"]))
    return True


def release(connection: sqlite3.Connection, number: int, now: int) -> None:
    """Let a request go: it costs nothing. A repeat changes nothing. Raises Refusal where it was settled."""
    row = connection.execute(_REQUEST, (number,)).fetchone()
    if row["status"] == "running":
        _release(connection, number, row, now)
    elif row["status"] != "released":
        raise Refusal(Kinds.CONFLICT, f"The request was settled already: {row['charged']} credits charged.")


def release_expired(connection: sqlite3.Connection, now: int) -> int:
    """Let those go whose seconds are over by the chain's clock; gives how many."""
    due = [number for (number,) in connection.execute(_RUNNING, (now,))]
    for number in due:
        _release(connection, number, connection.execute(_REQUEST, (number,)).fetchone(), now)
    return len(due)


def release_all_of(connection: sqlite3.Connection, session: int, now: int) -> None:
    """Let all go that run in a session, which has ended."""
    running = "SELECT number FROM api_requests WHERE session = ? AND status = 'running'"
    for (number,) in connection.execute(running, (session,)).fetchall():
        _release(connection, number, connection.execute(_REQUEST, (number,)).fetchone(), now)


def _release(connection: sqlite3.Connection, number: int, row: sqlite3.Row, now: int) -> None:
    before = tiers.load(connection, row["session"], tiers_of(row["tiers"]), row["tier"])
    after = before.drop(row["max_units"])
    tiers.save(connection, row["session"], row["tier"], after)
    connection.execute("UPDATE api_requests SET status = 'released', ended_at = ? WHERE number = ?", (now, number))
    connection.execute(_SESSION, (after.reserved - before.reserved, 0, 0, now, row["session"]))


def _is_repeat(row: sqlite3.Row, used: UnitsUsed) -> bool:
    receipt = SessionReceipt.from_bytes(row["receipt"])
    hashes = (receipt.request_hash, receipt.response_hash)
    return row["units"] == used.units and hashes == (_hash(used.request_hash), _hash(used.response_hash))


def _signed(receipt: bytes, key: Keypair | None) -> tuple[str, bytes] | tuple[None, None]:
    if key is None:
        return None, None
    signature = ReceiptSignature.of(receipt, key)
    return str(signature.signer), bytes(signature.signature)


def _hash(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)
