"""Granted credits that can be spent, by when they expire."""

from dataclasses import dataclass

import msgspec

from job_escrow_indexer.queries.view import View


@dataclass(frozen=True, kw_only=True)
class FreeLot:
    """Granted credits that expire together, in unix seconds."""

    credits: int
    expires_at: int


def free_lots(view: View, credit_account: str) -> list[FreeLot]:
    """An account's granted credits that are free and have not expired, the first to expire first.

    Of now: a view of the past has none.
    """
    sql = "SELECT lots FROM credit_accounts WHERE address = ? AND position < ? AND ended_at IS NULL"
    row = view.row(sql, credit_account, view.end)
    lots = [] if row is None else msgspec.json.decode(row[0], type=list[tuple[int, int, int]])
    found = [FreeLot(credits=free, expires_at=end) for free, _, end in lots if free and end > view.now]
    return sorted(found, key=lambda each: each.expires_at)
