"""A platform's customers: every credit account with what it has, and what has become of it so far."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from job_escrow_indexer.queries.scopes import OfPlatform, parts_of
from job_escrow_indexer.queries.view import Answer, View, require_newest

MOST_CUSTOMERS = 1_000
"""Of one page."""


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A credit account; amounts are credits: what it has, then what it ever bought, got, spent and gave back."""

    cursor: str
    wallet: str
    namespace: str
    credit_account: str
    is_open: bool
    opened_at: int
    """Unix seconds."""
    last_topup_at: int | None
    paid_available: int
    paid_locked: int
    granted_available: int
    """Lots that have expired meanwhile included."""
    granted_locked: int
    purchased: int
    bonus: int
    """Of packs, on top."""
    deposited: int
    granted: int
    spent_paid: int
    spent_granted: int
    withdrawn: int
    expired: int


@dataclass(frozen=True, kw_only=True)
class CustomerPage(Answer):
    """Customers in the order in which the index has them; pass `next_cursor` as `cursor` for more, None: no more."""

    platform: str
    customers: tuple[Customer, ...]
    next_cursor: str | None


_COLUMNS = """rowid, wallet, namespace, address, ended_at IS NULL, opened_at, nullif(last_topup_at, 0), paid_available,
    paid_locked, granted_available, granted_locked, purchased, bonus, synced, granted, spent_paid, spent_granted,
    withdrawn, expired"""
_NAMES = tuple(one.name for one in fields(Customer))


def customers(view: View, platform: str, *, cursor: str | None = None, limit: int = 100) -> CustomerPage:
    """A page of customers. Raises NotIndexed, and ValueError for a cursor or a limit that is none."""
    if not 1 <= limit <= MOST_CUSTOMERS:
        raise ValueError(f"{limit} is not a number of customers: ask for 1 to {MOST_CUSTOMERS}")
    if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise ValueError(f"{cursor[:40]!r} is not a cursor: give the next_cursor of the page before, as it is")
    _require(view, platform)
    sql = f"SELECT {_COLUMNS} FROM credit_accounts WHERE platform = ? AND rowid > ? ORDER BY rowid LIMIT ?"
    found = tuple(map(_customer, view.rows(sql, platform, int(cursor or 0), limit)))
    return CustomerPage(
        as_of_slot=view.as_of_slot,
        commitment=view.commitment,
        platform=platform,
        customers=found,
        next_cursor=found[-1].cursor if len(found) == limit else None,
    )


def stream_customers(view: View, platform: str) -> Iterator[Customer]:
    """All customers, each read when it is asked for. Raises NotIndexed."""
    _require(view, platform)
    sql = f"SELECT {_COLUMNS} FROM credit_accounts WHERE platform = ? ORDER BY rowid"
    yield from map(_customer, view.connection.execute(sql, (platform,)))


def _require(view: View, platform: str) -> None:
    parts_of(view, OfPlatform(platform=platform))
    require_newest(view, "customers")


def _customer(row: tuple[int | str | None, ...]) -> Customer:
    values = dict(zip(_NAMES, row, strict=True))
    return Customer(**values | {"cursor": str(row[0]), "is_open": bool(values["is_open"])})  # type: ignore[arg-type]
