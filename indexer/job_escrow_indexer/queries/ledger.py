"""The ledger of a credit account: what happened to it, in order, with the balance after each entry."""

from collections.abc import Iterator
from dataclasses import dataclass

from job_escrow.grant_reasons import reason_name

from job_escrow_indexer.position import transaction_of_sql
from job_escrow_indexer.queries.accounts import account
from job_escrow_indexer.queries.balances import Held, held, held_after
from job_escrow_indexer.queries.paging import page_bounds
from job_escrow_indexer.queries.view import Answer, View
from job_escrow_indexer.store.values import from_large

KINDS = {
    "AccountOpened": "opened",
    "AccountClosed": "closed",
    "CreditsPurchased": "purchase",
    "CreditsGranted": "grant",
    "CreditsWithdrawn": "withdrawal",
    "DepositsSynced": "deposit",
    "JobLocked": "lock",
    "JobRefunded": "refund",
    "JobSettled": "settlement",
    "SessionOpened": "session lock",
    "SessionRefunded": "session refund",
    "SessionSettled": "session settlement",
    "LimitsSet": "limits",
    "LotsExpired": "expiry",
    "PromotionSwept": "promotion sweep",
    "TokensRecovered": "recovery",
    "CreditsToppedUp": "top-up",
    "TopUpSet": "top-up rule",
    "TopUpRemoved": "top-up off",
}
"""What an entry is called, by the event that it is made of."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry. Amounts are credits unless they say base units; None where the kind has none.

    `change_available` and `change_locked` are what it did to the balance, the other four what it left. `credits` is
    the amount that it is about: bought, granted, locked, charged, given back, withdrawn, expired. `units` are those
    that a lock covers, or that a settlement reports of its job so far. `bonus_credits` came on top of a purchase;
    `promotion_base_units` are what the platform's promotion paid for them, or had paid of what was charged or
    withdrawn.
    """

    cursor: str
    kind: str
    slot: int
    at: int
    """Unix seconds."""
    signature: str
    authority: str
    """Who signed."""
    counterparty: str | None
    """Payer, operator that granted, payee, or the token account that was paid."""
    job_id: int | None
    session_id: int | None
    tier: str | None
    units: int | None
    credits: int | None
    base_units: int | None
    bonus_credits: int | None
    promotion_base_units: int | None
    expires_at: int | None
    """Unix seconds: a job's or session's deadline, or a lot's expiry."""
    reason: str | None
    """What a grant is for."""
    proof: str | None
    """What a settlement carried, as hexadecimal digits."""
    change_available: int
    change_locked: int
    available: int
    locked: int
    paid_available: int
    paid_locked: int
    granted_available: int
    granted_locked: int


@dataclass(frozen=True, kw_only=True)
class LedgerPage(Answer):
    """Some entries of an account's ledger; `next_cursor` asks for those that follow, None: there are none."""

    credit_account: str
    entries: tuple[Entry, ...]
    next_cursor: str | None


_COLUMNS = """
    e.position, e.name, e.slot, e.at, t.signature, e.authority, e.counterparty, e.job_id, e.session_id,
    e.tier, e.units, e.credits, e.base_units, e.bonus_credits, e.promotion_base_units, e.expires_at, e.reason, e.proof,
    e.paid_available, e.paid_locked, e.granted_available, e.granted_locked, e.promotion_backing
"""
_FROM = f"""
    SELECT {_COLUMNS} FROM events e JOIN transactions t ON t.position = {transaction_of_sql("e.position")}
    WHERE e.credit_account = ? AND e.position >= ? AND e.position < ?
"""
_NEWEST_FIRST = f"{_FROM} ORDER BY e.position DESC LIMIT ?"
_OLDEST_FIRST = f"{_FROM} ORDER BY e.position"
_BALANCES = 18


def ledger(
    view: View,
    credit_account: str,
    *,
    cursor: str | None = None,
    limit: int = 50,
    since: int | None = None,
    until: int | None = None,
) -> LedgerPage:
    """A page of an account's ledger, the newest entry first.

    `cursor` is the page before's `next_cursor`: entries that are added meanwhile do not move the pages. `since` and
    `until` are unix seconds, of which the first is in and the second is out. Raises NotIndexed for an unknown
    account, ValueError for a cursor that is none and a limit that is not 1 to 1,000.
    """
    account(view, credit_account)
    start, end = page_bounds(view, cursor=cursor, limit=limit, since=since, until=until)
    # One more than the page, to know whether another follows and what the balance was before it.
    rows = view.rows(_NEWEST_FIRST, credit_account, start, end, limit + 1)
    more = len(rows) > limit
    page = rows[:limit]
    before = held(view, credit_account, page[-1][0]) if page else Held()
    entries = list(_entries(reversed(page), before))
    return LedgerPage(
        as_of_slot=view.as_of_slot,
        commitment=view.commitment,
        credit_account=credit_account,
        entries=tuple(reversed(entries)),
        next_cursor=entries[0].cursor if more else None,
    )


def stream_ledger(
    view: View, credit_account: str, *, since: int | None = None, until: int | None = None
) -> Iterator[Entry]:
    """An account's whole ledger, or that of a time, the oldest entry first, without holding it in memory.

    The view's snapshot has to last as long. Raises NotIndexed.
    """
    account(view, credit_account)
    start, end = view.between(since, until)
    rows = view.connection.execute(_OLDEST_FIRST, (credit_account, start, end))
    return _entries(rows, held(view, credit_account, start))


def _entries(rows: "Iterator[tuple]", before: Held) -> Iterator[Entry]:  # type: ignore[type-arg]
    """Entries of rows, the oldest first."""
    for row in rows:
        (position, name, slot, at, signature, authority, counterparty, job_id, session_id, tier, units, amount,
         base_units, bonus, promotion, expires_at, reason, proof) = row[:_BALANCES]  # fmt: skip
        balances = row[_BALANCES:]
        ended = name in ("AccountOpened", "AccountClosed")
        # What has no balances of its own leaves them as they are.
        after = before if balances[0] is None and not ended else held_after(balances)
        yield Entry(
            cursor=str(position),
            kind=KINDS.get(name, name),
            slot=slot,
            at=at,
            signature=signature,
            authority=authority,
            counterparty=counterparty,
            job_id=_number(job_id),
            session_id=_number(session_id),
            tier=tier or None,
            units=_number(units),
            credits=amount,
            base_units=_number(base_units),
            bonus_credits=bonus,
            promotion_base_units=_number(promotion),
            expires_at=expires_at,
            reason=None if reason is None else reason_name(reason),
            proof=proof,
            change_available=after.available - before.available,
            change_locked=after.locked - before.locked,
            available=after.available,
            locked=after.locked,
            paid_available=after.paid_available,
            paid_locked=after.paid_locked,
            granted_available=after.granted_available,
            granted_locked=after.granted_locked,
        )
        before = after


def _number(stored: int | str | None) -> int | None:
    return None if stored is None else from_large(stored)
