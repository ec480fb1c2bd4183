"""What a credit account holds, now and at any moment before.

Events carry the balances after them, so that the past is the last event before a moment, and no sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from job_escrow.packs import promotion_behind

from job_escrow_indexer.decode.layout import event_layouts
from job_escrow_indexer.position import first_of
from job_escrow_indexer.queries.accounts import Account, unknown
from job_escrow_indexer.queries.view import Answer, NotIndexed, View
from job_escrow_indexer.store.values import from_large

# Those without balances, of which all but these two leave them as they are.
BALANCED = "(paid_available IS NOT NULL OR name IN ('AccountOpened', 'AccountClosed'))"
_BALANCES = "paid_available, paid_locked, granted_available, granted_locked, promotion_backing"
# What never changes about an account, whether its row is as of the view, and then what that row says. One statement:
# this is what applications ask most.
_ACCOUNTS = """
    SELECT a.address, a.platform, a.wallet, a.namespace, a.vault, a.base_units_per_credit,
           a.position < :end AND a.ended_at IS NULL,
           a.paid_available, a.paid_locked, a.granted_available, a.granted_locked, a.promotion_backing,
           a.promotion_owed, a.lots, a.open_jobs, a.last_topup_at, a.slot,
           CASE WHEN a.position < :end
                THEN (SELECT v.base_units FROM vaults v WHERE v.address = a.vault AND v.position < :end) END
    FROM credit_accounts a
"""


@dataclass(frozen=True, kw_only=True)
class Held:
    """Credits of an account; locked ones are in open jobs and sessions."""

    paid_available: int = 0
    paid_locked: int = 0
    granted_available: int = 0
    granted_locked: int = 0
    promotion_backing: int = 0
    """Base units behind the paid credits that the platform's promotion has paid: they are never withdrawn."""

    @property
    def available(self) -> int:
        """What is not in jobs or sessions, lots that have expired meanwhile included."""
        return self.paid_available + self.granted_available

    @property
    def locked(self) -> int:
        """What is in jobs and sessions."""
        return self.paid_locked + self.granted_locked

    @property
    def total(self) -> int:
        return self.available + self.locked

    def payable(self, price: int) -> int:
        """Base units that withdrawing the paid credits that are available would pay, at the price of a credit."""
        paid = self.paid_available + self.paid_locked
        return self.paid_available * price - promotion_behind(self.promotion_backing, self.paid_available, paid)


@dataclass(frozen=True, kw_only=True)
class Balance(Answer):
    """Credits of an account at a moment.

    `available` is what jobs and sessions can take: paid credits, and granted ones whose lots have not expired.
    `granted_expired` are those that have, and that nobody has taken away yet. Paid credits are worth what
    withdrawing them would pay, which is less than their price where the platform's promotion has paid of them:
    `promotion_base_units` says how much, of locked ones too. `withdrawable_base_units` is the worth of paid
    available credits and of transfers into the vault that are no credits yet; the vault is as it was last seen, by
    an instruction that named it or by the last comparison with the chain, since a plain transfer tells the program
    nothing.

    What a moment in the past does not tell is None: which granted credits had expired (they count as available then),
    open jobs and the vault.
    """

    credit_account: str
    platform: str
    wallet: str
    namespace: str
    is_open: bool
    available: int
    locked: int
    paid_available: int
    paid_locked: int
    granted_available: int
    granted_locked: int
    granted_expired: int | None
    open_jobs: int | None
    base_units_per_credit: int
    value_base_units: int
    """Worth of what is available."""
    promotion_base_units: int
    withdrawable_base_units: int | None
    deposited_base_units: int | None
    """Of these, transfers that are no credits yet."""
    last_topup_at: int | None
    """Unix seconds."""
    changed_in_slot: int | None
    """The slot of the last event that changed it."""


def balance(view: View, credit_account: str) -> Balance:
    """The balance of an account as of a view: `snapshot`'s own is now, `at_time` and `at_slot` are before.

    Raises NotIndexed where there never was such an account.
    """
    found = _balances(view, f"{_ACCOUNTS} WHERE a.address = :address", address=credit_account)
    if not found:
        raise unknown(view, credit_account)
    return found[0]


def balances_of_wallet(view: View, wallet: str, platform: str | None = None) -> list[Balance]:
    """The balances of a wallet's accounts, one for each namespace, on one platform or on all; closed ones too."""
    sql = f"{_ACCOUNTS} WHERE a.wallet = :wallet AND a.platform = coalesce(:platform, a.platform)"
    found = _balances(view, sql, wallet=wallet, platform=platform)
    return sorted(found, key=lambda each: (each.platform, each.namespace))


def held(view: View, credit_account: str, end: int | None = None) -> Held:
    """What the account held before a position, which is the view's end unless another is given."""
    before = view.end if end is None else end
    # The account's own row, where nothing has happened since: a statement sees to it that rows and events agree.
    row = view.row(
        f"SELECT {_BALANCES} FROM credit_accounts WHERE address = ? AND position < ? AND ended_at IS NULL",
        credit_account,
        before,
    )
    if row is not None:
        return held_after(row)
    event = _last_event(view, credit_account, before)
    return (_held_first(view, credit_account) or Held()) if event is None else held_after(event[2:])


def require_known(view: View, credit_account: str, position: int) -> None:
    """Raises NotIndexed where an account had begun before the database did, and the position is before that."""
    if not is_known(view, credit_account, position):
        (from_slot,) = view.row("SELECT from_slot FROM progress WHERE id = 1")
        raise NotIndexed(
            f"the database begins with slot {from_slot} (--from-slot), and {credit_account} is older: what it held "
            "before that is not known here. Ask for a later time, or begin the mirror anew with job-escrow index reset "
            "and index from the beginning"
        )


def is_known(view: View, credit_account: str, position: int) -> bool:
    """Whether the database knows what an account held at a position: it is not before both began."""
    (from_slot,) = view.row("SELECT from_slot FROM progress WHERE id = 1")
    return position >= first_of(from_slot) or _held_first(view, credit_account) is None


def _held_first(view: View, credit_account: str) -> Held | None:
    """What an account held before the first event that is known of it; None where that opened it."""
    row = view.row(
        f"SELECT name, data FROM events WHERE credit_account = ? AND {BALANCED} ORDER BY position LIMIT 1",
        credit_account,
    )
    if row is None:
        # Read of the chain, with nothing that has happened to it since.
        return held_after(view.row(f"SELECT {_BALANCES} FROM credit_accounts WHERE address = ?", credit_account))
    name, data = row
    if name == "AccountOpened":
        return None
    layout = event_layouts()[data[:16]]
    return Held() if layout.before is None else held_after(layout.unpack(data)[layout.before])


def held_after(columns: Sequence[int | str | None]) -> Held:
    """The balances after an event; opening and closing leave nothing."""
    paid_available, paid_locked, granted_available, granted_locked, backing = (
        from_large(each or 0) for each in columns
    )
    return Held(
        paid_available=paid_available,
        paid_locked=paid_locked,
        granted_available=granted_available,
        granted_locked=granted_locked,
        promotion_backing=backing,
    )


def _balances(view: View, sql: str, **parameters: str | None) -> list[Balance]:
    rows = view.connection.execute(sql, {**parameters, "end": view.end}).fetchall()
    return [_balance(view, row) for row in rows]


def _balance(view: View, row: tuple[Any, ...]) -> Balance:
    address, platform, wallet, namespace, vault, price, is_now, *state = row
    of = Account(
        address=address, platform=platform, wallet=wallet, namespace=namespace, vault=vault, base_units_per_credit=price
    )
    if not is_now:
        return _balance_before(view, of)
    *balances, owed, lots, open_jobs, topup_at, slot, in_vault = state
    now = held_after(balances)
    expired = sum(free for free, _, expires_at in msgspec.json.decode(lots) if expires_at <= view.now)
    deposited = None
    if in_vault is not None:
        deposited = max(0, from_large(in_vault) - now.total * price - from_large(owed))
    return _made(view, of, now, expired, open_jobs, deposited, topup_at or None, slot)


def _balance_before(view: View, of: Account) -> Balance:
    row = _last_event(view, of.address, view.end)
    # An account that was closed and opened again has not been topped up.
    topup = view.row(
        "SELECT name, at FROM events WHERE credit_account = ? AND job_id IS NULL AND session_id IS NULL "
        "AND position < ? AND name IN ('CreditsPurchased', 'CreditsToppedUp', 'DepositsSynced', 'AccountOpened') "
        "ORDER BY position DESC LIMIT 1",
        of.address,
        view.end,
    )
    topup_at = None if topup is None or topup[0] == "AccountOpened" else topup[1]
    if row is None:
        require_known(view, of.address, view.end)
        first = _held_first(view, of.address)
        if first is not None:
            return _made(view, of, first, None, None, None, topup_at, None)
        return _made(view, of, Held(), 0, 0, None, topup_at, None, is_open=False)
    if row[0] == "AccountClosed":
        return _made(view, of, Held(), 0, 0, None, topup_at, row[1], is_open=False)
    return _made(view, of, held_after(row[2:]), None, None, None, topup_at, row[1])


def _made(
    view: View,
    of: Account,
    has: Held,
    expired: int | None,
    open_jobs: int | None,
    deposited: int | None,
    topup_at: int | None,
    slot: int | None,
    *,
    is_open: bool = True,
) -> Balance:
    price = of.base_units_per_credit
    available = has.available - (expired or 0)
    return Balance(
        as_of_slot=view.as_of_slot,
        commitment=view.commitment,
        credit_account=of.address,
        platform=of.platform,
        wallet=of.wallet,
        namespace=of.namespace,
        is_open=is_open,
        available=available,
        locked=has.locked,
        paid_available=has.paid_available,
        paid_locked=has.paid_locked,
        granted_available=has.granted_available,
        granted_locked=has.granted_locked,
        granted_expired=expired,
        open_jobs=open_jobs,
        base_units_per_credit=price,
        value_base_units=(available - has.paid_available) * price + has.payable(price),
        promotion_base_units=has.promotion_backing,
        withdrawable_base_units=None if deposited is None else has.payable(price) + deposited,
        deposited_base_units=deposited,
        last_topup_at=topup_at,
        changed_in_slot=slot,
    )


def _last_event(view: View, credit_account: str, end: int) -> tuple[str, int, int, int, int, int, int | str] | None:
    found: tuple[str, int, int, int, int, int, int | str] | None = view.row(
        f"SELECT name, slot, {_BALANCES} FROM events "
        f"WHERE credit_account = ? AND position < ? AND {BALANCED} ORDER BY position DESC LIMIT 1",
        credit_account,
        end,
    )
    return found
