"""Admitting a request: its highest price is reserved within an open session, in the transaction that stores it."""

import secrets
import sqlite3
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from job_escrow.amounts import InvalidAmount
from job_escrow.receipts.receipt import tiers_of

from job_escrow_api.domain.asked_once import has_job
from job_escrow_api.domain.books import require_confirmed
from job_escrow_api.domain.database import insert_row
from job_escrow_api.domain.jobs.budgets import check_budgets
from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.sessions import tiers
from job_escrow_api.domain.sessions.requests import RequestTerms

_ID_BYTES = 16
# The oldest first, so that what is left of it is used up. The live ones alone have an index, which its own words find.
_OPEN = """
    SELECT number, credits, total, reserved, deadline FROM api_sessions
    WHERE credit_account = ? AND status IN ('opening', 'open') AND status = 'open' AND NOT closing AND tiers = ?
    ORDER BY number
"""
_RESERVE = """
    UPDATE api_sessions SET reserved = reserved + ?, running = running + 1, used_at = max(used_at, ?) WHERE number = ?
"""


@dataclass(frozen=True, kw_only=True)
class Admission:
    """What a request needs. `tiers` are those that it is priced by, `credits` the most that it costs by them.

    `now` is the chain's time; a session that is to take the request still lasts for `end_seconds` when its seconds are
    over.
    """

    platform: str
    key: Key
    operator_wallet: str
    idempotency_key: str
    marked_key: str
    """The same as a job has it that was found again on chain."""
    terms: RequestTerms
    sha256: bytes
    tiers: bytes
    tier: int
    tier_name: str
    credits: int
    now: int
    end_seconds: int

    @property
    def expires_at(self) -> int:
        """When it is released, if nothing has ended it."""
        return self.now + self.terms.seconds


def admit(connection: sqlite3.Connection, wanted: Admission) -> int | None:
    """Reserve a request within the key's budgets; gives its row's number, or None where no open session has room.

    Raises Refusal: the key was revoked or has expired meanwhile, a budget is used up, the database is restored, or the
    same request, or a job of its Idempotency-Key, is there already.
    """
    # Here, where no revocation comes in between: once that is answered, no request is charged to the key.
    sql = "SELECT revoked_at, expires_at FROM api_keys WHERE id = ?"
    revoked_at, expires_at = connection.execute(sql, (wanted.key.id,)).fetchone()
    if revoked_at is not None:
        raise Refusal(Kinds.CUSTOMER_KEY_REFUSED, "The customer's key was revoked.")
    if expires_at is not None and expires_at <= time.time():
        # While the request waited for a session.
        raise Refusal(Kinds.CUSTOMER_KEY_REFUSED, "The customer's key has expired.")
    require_confirmed(connection)
    # Who locked a job while the wallet allowed no sessions, and repeats it, is not charged for a request too.
    if has_job(connection, wanted.platform, wanted.operator_wallet, (wanted.idempotency_key, wanted.marked_key)):
        raise Refusal(Kinds.JOB_LOCKED, "This Idempotency-Key was used for a job, which may have been charged.")
    check_budgets(connection, wanted.key, wanted.credits, datetime.now(UTC))
    for session, credits, total, reserved, deadline in connection.execute(
        _OPEN, (wanted.key.credit_account, wanted.tiers)
    ).fetchall():
        if wanted.expires_at > deadline - wanted.end_seconds:
            continue
        before = tiers.load(connection, session, tiers_of(wanted.tiers), wanted.tier)
        try:
            after = before.admit(wanted.terms.max_units)
        except InvalidAmount:
            continue
        more = after.reserved - before.reserved
        if total + reserved + more <= credits:
            tiers.save(connection, session, wanted.tier, after)
            connection.execute(_RESERVE, (more, wanted.now, session))
            return _store(connection, wanted, session)
    return None


def _store(connection: sqlite3.Connection, wanted: Admission, session: int) -> int:
    terms, key = wanted.terms, wanted.key
    row = {
        "id": f"req_{secrets.token_hex(_ID_BYTES)}",
        "platform": wanted.platform,
        "credit_account": key.credit_account,
        "session": session,
        "key_id": key.id,
        "project": key.project,
        "member": key.member,
        "operator_wallet": wanted.operator_wallet,
        "idempotency_key": wanted.idempotency_key,
        "request_sha256": wanted.sha256,
        "status": "running",
        "model": terms.model,
        "tier": wanted.tier,
        "tier_name": wanted.tier_name,
        "max_units": terms.max_units,
        "seconds": terms.seconds,
        "job_type": terms.job_type,
        "credits": wanted.credits,
        "charged": 0,
        "created_at": int(time.time()),
        "expires_at": wanted.expires_at,
    }
    try:
        return insert_row(connection, "api_requests", row)
    except sqlite3.IntegrityError as error:
        # Whoever else writes here was first; what it wrote answers the repeat.
        raise Refusal(Kinds.UNAVAILABLE, "The same was asked for just now.", headers={"Retry-After": "1"}) from error
