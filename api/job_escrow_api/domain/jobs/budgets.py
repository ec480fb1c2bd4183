"""Budgets of keys (C6): what their jobs of this UTC day or month have locked or cost."""

import sqlite3
from datetime import UTC, datetime, timedelta

from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.problems import Kinds, Refusal

# A row for each day: how many jobs there were does not matter.
_USED = "SELECT coalesce(sum(credits), 0) FROM api_spent WHERE key_id = ? AND day >= ?"
_DAY_SECONDS = 86_400


def check_budgets(connection: sqlite3.Connection, key: Key, credits: int, now: datetime) -> None:
    """Refuse what is above a budget; within the transaction that stores the job, so that no two jobs both fit."""
    day, next_day, month, next_month = _periods(now)
    for budget, start, end, name in (
        (key.daily_budget, day, next_day, "day"),
        (key.monthly_budget, month, next_month, "month"),
    ):
        if budget is None:
            continue
        (used,) = connection.execute(_USED, (key.id, int(start.timestamp()) // _DAY_SECONDS)).fetchone()
        if used + credits > budget:
            raise Refusal(
                Kinds.BUDGET_EXCEEDED,
                f"The key has {max(0, budget - used)} of {budget} credits a {name} left; this needs {credits}.",
                balance=max(0, budget - used),
                required=credits,
                shortfall=used + credits - budget,
                resets_at=end.strftime("%Y-%m-%dT%H:%M:%SZ"),
            )


def _periods(now: datetime) -> tuple[datetime, datetime, datetime, datetime]:
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    month = day.replace(day=1)
    return day, day + timedelta(days=1), month, (month + timedelta(days=32)).replace(day=1)
