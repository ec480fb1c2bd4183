"""What is to be used in the time to come, at the rate of the days before."""

from dataclasses import dataclass
from datetime import UTC, datetime

from job_escrow_indexer.queries.labels import Labels
from job_escrow_indexer.queries.scopes import OfAccount, OfPlatform, Part, parts_of
from job_escrow_indexer.queries.statements import month_bounds
from job_escrow_indexer.queries.usage import charged
from job_escrow_indexer.queries.usage_facts import DAY
from job_escrow_indexer.queries.view import Answer, View

WINDOW_DAYS = 28
"""Four weeks, so that each day of the week counts as often as the others."""
NEXT_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class Forecast(Answer):
    """Credits that will be used if days go on like those of the window, rounded up; what is not settled yet counts.

    The window is the `WINDOW_DAYS` that end now, shortened to the age of the account and of the index, but never below
    a day.
    """

    indexed_since: int | None
    """Unix seconds from which on use is known, where the index begins later than the chain; None: all of it is."""
    window_seconds: int
    window_credits: int
    """Used in the window."""
    month_credits: int
    """Used in this month so far, in UTC."""
    month_expected_credits: int
    """Used in all of this month, at its end."""
    next_30_days_credits: int


def forecast(view: View, scope: OfAccount | OfPlatform, labels: Labels | None = None) -> Forecast:
    """The forecast of an account or a platform. Raises NotIndexed."""
    now = view.now
    day = datetime.fromtimestamp(now, UTC)
    month, end = month_bounds(day.year, day.month)
    indexed = view.indexed_since()
    first = max(_opened_at(view, scope) or 0, indexed or 0) or now
    window = min(WINDOW_DAYS * DAY, max(DAY, now - first))
    (part,) = parts_of(view, scope)
    used = _used(view, part, now - window, labels)
    so_far = _used(view, part, month, labels)
    return Forecast(
        as_of_slot=view.as_of_slot,
        commitment=view.commitment,
        indexed_since=indexed,
        window_seconds=window,
        window_credits=used,
        month_credits=so_far,
        month_expected_credits=so_far + _up(used * (end - now), window),
        next_30_days_credits=_up(used * NEXT_DAYS * DAY, window),
    )


def _opened_at(view: View, scope: OfAccount | OfPlatform) -> int | None:
    """Since when it can have been charged; a platform's oldest account is the first that was indexed."""
    if isinstance(scope, OfAccount):
        row = view.row("SELECT opened_at FROM credit_accounts WHERE address = ?", scope.credit_account)
    else:
        sql = "SELECT opened_at FROM credit_accounts WHERE platform = ? ORDER BY rowid LIMIT 1"
        row = view.row(sql, scope.platform)
    return None if row is None else int(row[0])


def _used(view: View, part: Part, since: int, labels: Labels | None) -> int:
    start, end = view.between(since, None)
    settled = charged(view, part.column, part.address, start, end)
    unsettled = () if labels is None else labels.unsettled(view, part, (), None, since, None)
    return settled + sum(each.unsettled_credits for each in unsettled)


def _up(credits: int, window: int) -> int:
    return -(-credits // window)
