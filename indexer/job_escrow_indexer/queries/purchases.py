"""What put credits into an account: purchases, deposits and grants."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from job_escrow.codec import CreditsToppedUp, CreditsWithdrawn
from job_escrow.grant_reasons import reason_name

from job_escrow_indexer.position import transaction_of_sql
from job_escrow_indexer.queries.accounts import account
from job_escrow_indexer.queries.ledger import KINDS
from job_escrow_indexer.queries.paging import MOST_ENTRIES, page_bounds
from job_escrow_indexer.queries.view import Answer, View
from job_escrow_indexer.store.values import from_large


@dataclass(frozen=True, kw_only=True)
class Topup:
    """Credits that came in: a `purchase`, `top-up`, `deposit` (a plain transfer that became credits) or `grant`.

    A top-up and a withdrawal turn deposits into credits on their way: those are deposits of their own.
    """

    cursor: str
    kind: str
    slot: int
    at: int
    """Unix seconds."""
    signature: str
    credits: int
    base_units: int
    bonus_credits: int
    """Credits of a pack on top, which the platform's promotion paid."""
    paid_by: str | None
    """Who paid: the wallet, somebody else, the operator or granter; of a deposit, who turned it into credits."""
    expires_at: int | None
    """Unix seconds, of a grant."""
    reason: str | None
    """What a grant is for."""


@dataclass(frozen=True, kw_only=True)
class TopupPage(Answer):
    """Some of what came in; `next_cursor` asks for those that follow, None: there are none."""

    credit_account: str
    topups: tuple[Topup, ...]
    next_cursor: str | None


_ROWS = f"""
    SELECT e.position, e.name, e.slot, e.at, t.signature, e.credits, e.base_units, e.bonus_credits,
        e.counterparty, e.expires_at, e.reason, e.authority, e.data
    FROM events e JOIN transactions t ON t.position = {transaction_of_sql("e.position")}
    WHERE e.credit_account = ? AND e.job_id IS NULL AND e.session_id IS NULL AND e.position >= ? AND e.position < ?
    AND e.name IN ('CreditsPurchased', 'CreditsToppedUp', 'DepositsSynced', 'CreditsGranted', 'CreditsWithdrawn')
    ORDER BY e.position DESC
"""
_SYNCING: dict[str, type[CreditsToppedUp | CreditsWithdrawn]] = {
    "CreditsToppedUp": CreditsToppedUp,
    "CreditsWithdrawn": CreditsWithdrawn,
}


def topups(
    view: View,
    credit_account: str,
    *,
    cursor: str | None = None,
    limit: int = 50,
    since: int | None = None,
    until: int | None = None,
) -> TopupPage:
    """What came in, the newest first; the arguments are those of `ledger`. Raises NotIndexed and ValueError."""
    price = account(view, credit_account).base_units_per_credit
    start, end = page_bounds(view, cursor=cursor, limit=limit, since=since, until=until)
    # The event that the page before has ended with may have a deposit left.
    _, last = view.between(since, until)
    rows = view.connection.execute(_ROWS, (credit_account, start, min(last, end + 1)))
    came = (one for row in rows for one in _topups(row, price) if int(one.cursor) < end)
    page = list(islice(came, limit + 1))
    found = tuple(page[:limit])
    return TopupPage(
        as_of_slot=view.as_of_slot,
        commitment=view.commitment,
        credit_account=credit_account,
        topups=found,
        next_cursor=found[-1].cursor if len(page) > limit else None,
    )


def stream_topups(
    view: View, credit_account: str, *, since: int | None = None, until: int | None = None
) -> Iterator[Topup]:
    """All that came in, the newest first, page by page; the view's snapshot has to last as long. Raises NotIndexed."""
    cursor: str | None = None
    while True:
        page = topups(view, credit_account, cursor=cursor, limit=MOST_ENTRIES, since=since, until=until)
        yield from page.topups
        cursor = page.next_cursor
        if cursor is None:
            return


def _topups(row: tuple[Any, ...], price: int) -> Iterator[Topup]:
    """What came in by one event, the newest first."""
    position, name, slot, at, signature, credits, base_units, bonus, paid_by, expires_at, reason, signer, data = row
    if name != "CreditsWithdrawn":
        yield Topup(
            cursor=str(position),
            kind=KINDS[name],
            slot=slot,
            at=at,
            signature=signature,
            credits=credits,
            base_units=from_large(base_units),
            bonus_credits=bonus or 0,
            paid_by=paid_by,
            expires_at=expires_at,
            reason=None if reason is None else reason_name(reason),
        )
    if name in _SYNCING and (synced := _SYNCING[name].decode(data).synced):
        yield Topup(
            # An event is called by an instruction, so that no event stands at the place before its own.
            cursor=str(position - 1),
            kind=KINDS["DepositsSynced"],
            slot=slot,
            at=at,
            signature=signature,
            credits=synced,
            base_units=synced * price,
            bonus_credits=0,
            paid_by=signer,
            expires_at=None,
            reason=None,
        )
