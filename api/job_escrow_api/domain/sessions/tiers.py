"""The rows of what a session has used of each tier, and of what runs on it (job_escrow.reserving)."""

import sqlite3

from job_escrow.codec import Tier, TierTotals
from job_escrow.reserving import TierUse

_COLUMNS = "flat_requests, metered_requests, metered_units, metered_credits, running, running_units, running_credits"


def load(connection: sqlite3.Connection, session: int, tiers: tuple[Tier, ...], tier: int) -> TierUse:
    """What a session has used of one tier."""
    sql = f"SELECT {_COLUMNS} FROM api_session_tiers WHERE session = ? AND tier = ?"
    row = connection.execute(sql, (session, tier)).fetchone()
    if row is None:
        return TierUse(price=tiers[tier])
    flat, metered, units, credits, running, running_units, running_credits = row
    return TierUse(
        price=tiers[tier],
        totals=TierTotals(flat_requests=flat, metered_requests=metered, metered_units=units, metered_credits=credits),
        running=running,
        running_units=running_units,
        running_credits=running_credits,
    )


def save(connection: sqlite3.Connection, session: int, tier: int, use: TierUse) -> None:
    """Keep it."""
    totals = use.totals
    connection.execute(
        f"INSERT OR REPLACE INTO api_session_tiers (session, tier, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(session, tier),
            *(totals.flat_requests, totals.metered_requests, totals.metered_units, totals.metered_credits),
            *(use.running, use.running_units, use.running_credits),
        ),
    )


def totals_of(connection: sqlite3.Connection, session: int, tiers: tuple[Tier, ...]) -> list[TierTotals]:
    """The totals of all tiers, as a settlement reports them."""
    return [load(connection, session, tiers, tier).totals for tier in range(len(tiers))]
