"""What a platform's customers hold and have not used: its outstanding liability, by kind."""

from dataclasses import dataclass

from job_escrow_indexer.queries.scopes import OfPlatform, parts_of
from job_escrow_indexer.queries.view import Answer, View, require_newest
from job_escrow_indexer.store.values import from_large


@dataclass(frozen=True, kw_only=True)
class ExpiringGrants:
    """Granted credits that nobody has spent and that expire together; `credits` are free, `locked` in use."""

    expires_at: int | None
    """Unix seconds; None: they never expire."""
    credits: int
    locked: int


@dataclass(frozen=True, kw_only=True)
class Liability(Answer):
    """What a platform owes to its customers, by kind. Credits are free and locked ones together.

    The worth of paid credits in base units has two parts: what customers have paid, which withdrawing pays back, and
    `bonus_base_units`, which the platform's promotion has paid for packs, and which no withdrawal pays out. So
    paid_base_units + bonus_base_units = paid_credits at the price of a credit. `promotion_owed_base_units` lie in
    vaults and go back to the promotion account. All four are backed by what is in the vaults.
    """

    platform: str
    accounts: int
    """That are open."""
    base_units_per_credit: int
    paid_credits: int
    granted_credits: int
    locked_credits: int
    """Of both, what is in jobs and sessions."""
    expired_credits: int
    """Of the granted ones, those that have expired and that nobody has taken away yet."""
    paid_base_units: int
    bonus_base_units: int
    granted_base_units: int
    promotion_owed_base_units: int
    unearned_grants: tuple[ExpiringGrants, ...]
    """The granted credits by when they expire, the first first."""

    @property
    def base_units(self) -> int:
        """All of it."""
        return self.paid_base_units + self.bonus_base_units + self.granted_base_units + self.promotion_owed_base_units


_SUMS = """
    SELECT count(*), coalesce(sum(paid_available), 0), coalesce(sum(paid_locked), 0),
        coalesce(sum(granted_available), 0), coalesce(sum(granted_locked), 0)
    FROM credit_accounts WHERE platform = ? AND ended_at IS NULL
"""
# Few accounts have any; they are added up here, since a sum of SQLite's has 63 bits.
_PROMOTION = """
    SELECT promotion_backing, promotion_owed FROM credit_accounts
    WHERE platform = ? AND ended_at IS NULL AND (promotion_backing <> 0 OR promotion_owed <> 0)
"""
_LOTS = """
    SELECT json_extract(lot.value, '$[2]') AS expires_at, sum(json_extract(lot.value, '$[0]')),
        sum(json_extract(lot.value, '$[1]'))
    FROM credit_accounts a, json_each(a.lots) lot
    WHERE a.platform = ? AND a.ended_at IS NULL AND (a.granted_available > 0 OR a.granted_locked > 0)
        AND (json_extract(lot.value, '$[0]') > 0 OR json_extract(lot.value, '$[1]') > 0)
    GROUP BY 1 ORDER BY 1
"""
_NEVER = 2**63 - 1


def liability(view: View, platform: str) -> Liability:
    """The outstanding liability of a platform. Raises NotIndexed, and ValueError for a view that is not of now."""
    (part,) = parts_of(view, OfPlatform(platform=platform))
    require_newest(view, "liabilities")
    price = part.base_units_per_credit
    accounts, paid, paid_locked, granted, granted_locked = view.row(_SUMS, platform)
    promotion = [(from_large(backing), from_large(owed)) for backing, owed in view.rows(_PROMOTION, platform)]
    bonus = sum(backing for backing, _ in promotion)
    lots = view.rows(_LOTS, platform)
    return Liability(
        as_of_slot=view.as_of_slot,
        commitment=view.commitment,
        platform=platform,
        accounts=accounts,
        base_units_per_credit=price,
        paid_credits=paid + paid_locked,
        granted_credits=granted + granted_locked,
        locked_credits=paid_locked + granted_locked,
        expired_credits=sum(free for expires_at, free, _ in lots if expires_at <= view.now),
        paid_base_units=(paid + paid_locked) * price - bonus,
        bonus_base_units=bonus,
        granted_base_units=(granted + granted_locked) * price,
        promotion_owed_base_units=sum(owed for _, owed in promotion),
        unearned_grants=tuple(
            ExpiringGrants(expires_at=None if expires_at == _NEVER else expires_at, credits=free, locked=locked)
            for expires_at, free, locked in lots
        ),
    )
