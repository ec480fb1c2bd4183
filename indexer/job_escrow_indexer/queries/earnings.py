"""Who was paid what settlements charged: the treasury, and the payees of jobs and sessions."""

from dataclasses import dataclass

from job_escrow_indexer.queries.scopes import OfPlatform, parts_of
from job_escrow_indexer.queries.view import Answer, View
from job_escrow_indexer.store.values import from_large


@dataclass(frozen=True, kw_only=True)
class Earned:
    """What settlements for one payee have paid out; None: those that named none, of which the treasury has all."""

    payee: str | None
    """The payee's wallet."""
    settlements: int
    credits: int
    paid_credits: int
    granted_credits: int
    payee_base_units: int
    treasury_base_units: int
    """The platform's part."""


@dataclass(frozen=True, kw_only=True)
class Earnings(Answer):
    """What a platform's settlements have paid out in a time, by payee; `total` is that of all rows."""

    platform: str
    indexed_since: int | None
    """Unix seconds from which on settlements are known, where the index begins later than the chain; None: all are."""
    since: int | None
    until: int | None
    rows: tuple[Earned, ...]
    total: Earned


# Two statements: the index of a platform's settlements is one for each name of an event.
_SETTLEMENTS = """
    SELECT o.payee, e.credits, e.spent_paid, e.spent_granted, e.payee_base_units, e.treasury_base_units
    FROM events e LEFT JOIN {table} o ON o.credit_account = e.credit_account AND o.id = e.{column}
    WHERE e.platform = ? AND e.name = '{name}' AND e.position >= ? AND e.position < ?
"""
_OF_JOBS = _SETTLEMENTS.format(table="jobs", column="job_id", name="JobSettled")
_OF_SESSIONS = _SETTLEMENTS.format(table="sessions", column="session_id", name="SessionSettled")


def earnings(view: View, platform: str, *, since: int | None = None, until: int | None = None) -> Earnings:
    """What was earned from `since` to before `until` (unix seconds). Raises NotIndexed."""
    parts_of(view, OfPlatform(platform=platform))
    bounds = view.between(since, until)
    sums: dict[str | None, list[int]] = {}
    total = [0] * 6
    for sql in (_OF_JOBS, _OF_SESSIONS):
        # Row by row: a sum of SQLite's has 63 bits, and memory has a row for each payee.
        for payee, credits, paid, granted, to_payee, to_treasury in view.connection.execute(sql, (platform, *bounds)):
            more = (1, credits, paid, granted, from_large(to_payee), from_large(to_treasury))
            for numbers in (sums.setdefault(payee, [0] * 6), total):
                numbers[:] = [one + other for one, other in zip(numbers, more, strict=True)]
    order = sorted(sums, key=lambda payee: (payee is not None, payee or ""))
    return Earnings(
        as_of_slot=view.as_of_slot,
        commitment=view.commitment,
        platform=platform,
        indexed_since=view.indexed_since(),
        since=since,
        until=until,
        rows=tuple(_earned(payee, sums[payee]) for payee in order),
        total=_earned(None, total),
    )


def _earned(payee: str | None, numbers: list[int]) -> Earned:
    settlements, credits, paid, granted, to_payee, to_treasury = numbers
    return Earned(
        payee=payee,
        settlements=settlements,
        credits=credits,
        paid_credits=paid,
        granted_credits=granted,
        payee_base_units=to_payee,
        treasury_base_units=to_treasury,
    )
