"""The rows of sessions, and of what they have used of each tier."""

import sqlite3
from dataclasses import dataclass, fields
from typing import Literal

from solders.pubkey import Pubkey

from job_escrow.codec import Tier
from job_escrow.reserving import COUNTS, TierUse

_USES = ", ".join(COUNTS)


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """A session as the store has it; see `schema.py`."""

    number: int
    credit_account: str
    session_id: int
    address: str
    payee: str | None
    status: Literal["opening", "open", "ended", "failed"]
    credits: int
    seconds: int
    closing: int
    last_valid_height: int | None
    tiers: bytes | None
    opened_at: int | None
    deadline: int | None
    used_at: int | None
    count: int
    total: int
    running: int
    reserved: int
    settled_count: int
    settled: int
    head: bytes | None
    ended_at: int | None

    @property
    def key(self) -> Pubkey:
        """The address of its account."""
        return Pubkey.from_string(self.address)

    @property
    def account(self) -> Pubkey:
        """The credit account."""
        return Pubkey.from_string(self.credit_account)

    @property
    def payee_key(self) -> Pubkey | None:
        """Whose share paid credits are; None: the treasury's."""
        return None if self.payee is None else Pubkey.from_string(self.payee)

    @property
    def free(self) -> int:
        """Credits that new requests can have."""
        return self.credits - self.total - self.reserved

    @property
    def ends_at(self) -> int:
        """Its deadline, once it is open."""
        return self.deadline or 0


_COLUMNS = ", ".join(each.name for each in fields(SessionRow))


def session_row(connection: sqlite3.Connection, number: int) -> SessionRow:
    """One session."""
    (found,) = _rows(connection, "number = ?", number)
    return found


def live_rows(connection: sqlite3.Connection, account: str) -> list[SessionRow]:
    """Sessions of an account that may hold credits, the oldest first."""
    return _rows(connection, "credit_account = ? AND status IN ('opening', 'open')", account)


def kept_rows(connection: sqlite3.Connection, account: str | None) -> list[SessionRow]:
    """All sessions of an account or of everybody that were ever open, the oldest first."""
    return _rows(connection, "status IN ('open', 'ended') AND ?1 IN (credit_account, '')", account or "")


def update(connection: sqlite3.Connection, number: int, /, **values: object) -> None:
    """Change columns of a session."""
    assignments = ", ".join(f"{name} = ?" for name in values)
    connection.execute(f"UPDATE sessions SET {assignments} WHERE number = ?", [*values.values(), number])  # noqa: S608


def load_use(connection: sqlite3.Connection, session: int, tiers: tuple[Tier, ...], tier: int) -> TierUse:
    """What a session has used of one tier."""
    sql = f"SELECT {_USES} FROM tier_uses WHERE session = ? AND tier = ?"  # noqa: S608
    return TierUse.of(tiers[tier], connection.execute(sql, (session, tier)).fetchone())


def save_use(connection: sqlite3.Connection, session: int, tier: int, use: TierUse) -> None:
    """Keep it."""
    sql = f"INSERT OR REPLACE INTO tier_uses (session, tier, {_USES}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
    connection.execute(sql, (session, tier, *use.counts))


def _rows(connection: sqlite3.Connection, condition: str, value: object) -> list[SessionRow]:
    sql = f"SELECT {_COLUMNS} FROM sessions WHERE {condition} ORDER BY number"  # noqa: S608
    names = [each.name for each in fields(SessionRow)]
    return [SessionRow(**dict(zip(names, row, strict=True))) for row in connection.execute(sql, (value,))]
