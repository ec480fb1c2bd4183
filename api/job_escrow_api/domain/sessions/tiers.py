"""The rows of what a session has used of each tier, and of what runs on it (job_escrow.reserving)."""

import sqlite3

from job_escrow.codec import Tier, TierTotals
from job_escrow.reserving import COUNTS, TierUse

_COLUMNS = ", ".join(COUNTS)


def load(connection: sqlite3.Connection, session: int, tiers: tuple[Tier, ...], tier: int) -> TierUse:
    """What a session has used of one tier."""
    sql = f"SELECT {_COLUMNS} FROM api_session_tiers WHERE session = ? AND tier = ?"
    return TierUse.of(tiers[tier], connection.execute(sql, (session, tier)).fetchone())


def save(connection: sqlite3.Connection, session: int, tier: int, use: TierUse) -> None:
    """Keep it."""
    sql = f"INSERT OR REPLACE INTO api_session_tiers (session, tier, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    connection.execute(sql, (session, tier, *use.counts))


def totals_of(connection: sqlite3.Connection, session: int, tiers: tuple[Tier, ...]) -> list[TierTotals]:
    """The totals of all tiers, as a settlement reports them."""
    return [load(connection, session, tiers, tier).totals for tier in range(len(tiers))]
