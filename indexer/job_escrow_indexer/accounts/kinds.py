"""The tables of accounts: their columns, and how an account of the chain is written in them.

A state is a row in memory: a dictionary by column, with numbers as int and lists as lists.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, TypeAlias

import msgspec
from job_escrow.bounds import PLAN_WINDOW
from job_escrow.codec import CreditAccount, Job, Payee, PendingChanges, Platform, Session, Tier, TierTotals, TopUpRule
from job_escrow.ids import Window, used_bits, width

from job_escrow_indexer.store.tables import upsert
from job_escrow_indexer.store.values import GREATEST, address_or_none, from_large, large, text

State: TypeAlias = dict[str, Any]

_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True, eq=False)
class Kind:
    """A table of accounts."""

    name: str
    """What one is called in a report."""
    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    large: frozenset[str] = frozenset()
    """Columns that can hold more than 2^63 - 1."""
    lists: frozenset[str] = frozenset()
    """Columns of JSON."""
    not_on_chain: frozenset[str] = frozenset()
    """Columns that only history fills."""
    statement: str = field(init=False)
    """Writes rows; a row is replaced by a position that is not lower, and by no other."""
    key_of: Callable[[State], tuple[Any, ...]] = field(init=False, repr=False)
    """The values of a state's key."""
    _values: "itemgetter[tuple[Any, ...]]" = field(init=False, repr=False)
    _large_places: tuple[int, ...] = field(init=False, repr=False)
    _list_places: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Build what every row needs."""
        object.__setattr__(self, "statement", upsert(self.table, self.key, self.columns))
        object.__setattr__(self, "_values", itemgetter(*self.columns))
        object.__setattr__(self, "key_of", _picker(self.key))
        object.__setattr__(self, "_large_places", self._places(self.large))
        object.__setattr__(self, "_list_places", self._places(self.lists))

    def row(self, state: State) -> tuple[Any, ...]:
        """A state as it is stored."""
        values = list(self._values(state))
        for place in self._large_places:
            if values[place] > GREATEST:
                values[place] = large(values[place])
        for place in self._list_places:
            values[place] = _encode(values[place]).decode()
        return tuple(values)

    def state(self, row: Mapping[str, Any]) -> State:
        """A stored row as a state."""
        return {name: self._loaded(name, row[name]) for name in self.columns}

    def compared(self) -> tuple[str, ...]:
        """The columns that the chain knows."""
        return tuple(name for name in self.columns if name not in self.not_on_chain)

    def _places(self, names: frozenset[str]) -> tuple[int, ...]:
        return tuple(place for place, name in enumerate(self.columns) if name in names)

    def _loaded(self, name: str, value: Any) -> Any:  # noqa: ANN401  (any column)
        if name in self.large:
            return from_large(value)
        return json.loads(value) if name in self.lists else value


def _picker(names: tuple[str, ...]) -> Callable[[State], tuple[Any, ...]]:
    """A function that takes these values out of a state; a tuple of one, too."""
    if len(names) > 1:
        return itemgetter(*names)
    (name,) = names
    return lambda state: (state[name],)


_HISTORY = frozenset({"position", "ended_at"})

PLATFORMS = Kind(
    name="platform",
    table="platforms",
    key=("address",),
    columns=(
        "address", "creator", "name", "admin", "pending_admin", "operator", "standby_operator", "granter",
        "treasury", "promotion", "mint", "token_program", "decimals", "base_units_per_credit", "notice_seconds",
        "payee_notice_seconds", "min_purchase", "max_job_seconds", "fee_bps", "paused", "tiers", "pending", "packs",
        "version", "bump", "position",
    ),
    large=frozenset({"notice_seconds", "payee_notice_seconds", "min_purchase", "max_job_seconds", "fee_bps"}),
    lists=frozenset({"tiers", "pending", "packs"}),
    not_on_chain=_HISTORY,
)  # fmt: skip

PAYEES = Kind(
    name="payee",
    table="payees",
    key=("address",),
    columns=(
        "address", "platform", "owner", "token_account", "rent_payer", "usable_from", "share_bps",
        "pending_share_bps", "pending_share_at", "suspended", "version", "bump", "ended_at", "position",
    ),
    not_on_chain=_HISTORY,
)  # fmt: skip

CREDIT_ACCOUNTS = Kind(
    name="credit account",
    table="credit_accounts",
    key=("address",),
    columns=(
        "address", "platform", "wallet", "namespace", "vault", "base_units_per_credit", "paid_available",
        "paid_locked", "granted_available", "granted_locked", "promotion_backing", "promotion_owed", "purchased",
        "bonus", "synced", "granted", "spent_paid", "spent_granted", "withdrawn", "expired", "opened_at",
        "last_topup_at", "open_jobs", "sequence", "job_ids_highest", "job_ids_used", "wallet_job_ids_highest",
        "wallet_job_ids_used", "grant_ids_highest", "grant_ids_used", "limit_per_job", "limit_per_session",
        "limit_per_period", "limit_period_seconds", "limit_period_started_at", "limit_used", "limit_operator_locked",
        "quoted_allowed", "lots", "plans", "top_up", "rent_payer", "vault_rent_payer", "rent_lamports",
        "vault_rent_lamports", "version", "bump", "compatible_from", "session_heads", "ended_at", "position",
    ),
    large=frozenset({
        "sequence", "job_ids_highest", "wallet_job_ids_highest", "grant_ids_highest", "limit_per_job",
        "limit_per_session", "limit_per_period", "limit_period_seconds", "limit_used", "limit_operator_locked",
        "promotion_backing", "promotion_owed",
    }),
    lists=frozenset({"lots", "plans"}),
    not_on_chain=_HISTORY,
)  # fmt: skip

JOBS = Kind(
    name="job",
    table="jobs",
    key=("credit_account", "id"),
    columns=(
        "credit_account", "id", "address", "by_operator", "quoted", "tier_index", "tier", "flat_credits",
        "included_units", "rate_credits", "rate_units", "unit_kind", "payee", "payee_token_account", "rent_payer",
        "max_units", "credits", "settled", "held_paid", "held_lots", "payee_base_units", "fee_bps", "locked_at",
        "deadline", "version", "compatible_from", "status", "ended_at", "position",
    ),
    large=frozenset({"id", "flat_credits", "included_units", "max_units", "payee_base_units"}),
    lists=frozenset({"held_lots"}),
    not_on_chain=_HISTORY | {"status"},
)  # fmt: skip

SESSIONS = Kind(
    name="session",
    table="sessions",
    key=("credit_account", "id"),
    columns=(
        "credit_account", "id", "address", "payee", "payee_token_account", "rent_payer", "credits", "settled",
        "held_paid", "held_lots", "payee_base_units", "fee_bps", "opened_at", "deadline", "count", "head", "totals",
        "tiers", "version", "compatible_from", "status", "ended_at", "position",
    ),
    large=frozenset({"id", "payee_base_units", "count"}),
    lists=frozenset({"held_lots", "totals", "tiers"}),
    not_on_chain=_HISTORY | {"status"},
)  # fmt: skip

TOP_UP_RULES = Kind(
    name="top-up rule",
    table="top_up_rules",
    key=("address",),
    columns=(
        "address", "credit_account", "source", "delegate", "rent_payer", "threshold", "credits", "base_units",
        "bonus_credits", "base_units_per_period", "period_seconds", "expires_at", "sequence", "period_started_at",
        "used_base_units", "last_slot", "pack", "version", "bump", "delegate_bump", "compatible_from", "ended_at",
        "position",
    ),
    large=frozenset({"threshold", "base_units", "base_units_per_period", "sequence", "used_base_units", "last_slot"}),
    not_on_chain=_HISTORY,
)  # fmt: skip

VAULTS = Kind(
    name="vault",
    table="vaults",
    key=("address",),
    columns=("address", "credit_account", "base_units", "position"),
    not_on_chain=frozenset({"position"}),
)

KINDS = (PLATFORMS, PAYEES, CREDIT_ACCOUNTS, JOBS, SESSIONS, TOP_UP_RULES, VAULTS)


def used_ids(window: Window) -> str:
    """The bits of an id window as hexadecimal digits, four of them each."""
    return f"{used_bits(window):0{width(window) // 4}x}"


def cycle_bits(granted: int) -> str:
    """The bits of a plan's window of cycles as hexadecimal digits, four of them each."""
    return f"{granted:0{PLAN_WINDOW // 4}x}"


def tier_list(tier: Tier) -> list[Any]:
    """A tier as it stands in JSON: name, flat credits, included units, rate's credits and units, kind of unit."""
    return [
        text(tier.name),
        tier.flat_credits,
        tier.included_units,
        tier.rate_credits,
        tier.rate_units,
        tier.unit_kind,
    ]


def pending_changes(pending: PendingChanges) -> dict[str, Any]:
    """Announced changes as they stand in JSON."""
    return {
        "operator": address_or_none(bytes(pending.operator)),
        "operator_at": pending.operator_at,
        "standby_operator": address_or_none(bytes(pending.standby_operator)),
        "standby_operator_at": pending.standby_operator_at,
        "granter": address_or_none(bytes(pending.granter)),
        "granter_at": pending.granter_at,
        "treasury": address_or_none(bytes(pending.treasury)),
        "treasury_at": pending.treasury_at,
        "fee_bps": pending.fee_bps,
        "fee_bps_at": pending.fee_bps_at,
        "min_purchase": pending.min_purchase,
        "min_purchase_at": pending.min_purchase_at,
        "max_job_seconds": pending.max_job_seconds,
        "max_job_seconds_at": pending.max_job_seconds_at,
        "tiers": [tier_list(tier) for tier in pending.tiers],
        "tiers_at": list(pending.tiers_at),
    }


def _platform(at: str, found: Platform, place: int) -> State:
    same = (
        "base_units_per_credit", "notice_seconds", "payee_notice_seconds", "min_purchase", "max_job_seconds", "fee_bps",
        "paused", "decimals",
    )  # fmt: skip
    return {
        **{name: getattr(found, name) for name in (*same, "version", "bump")},
        "address": at,
        "creator": str(found.creator),
        "name": text(found.name),
        "admin": str(found.admin),
        "pending_admin": address_or_none(bytes(found.pending_admin)),
        "operator": address_or_none(bytes(found.operator)),
        "standby_operator": address_or_none(bytes(found.standby_operator)),
        "granter": address_or_none(bytes(found.granter)),
        "treasury": str(found.treasury),
        "promotion": address_or_none(bytes(found.promotion)),
        "mint": str(found.mint),
        "token_program": str(found.token_program),
        "tiers": [tier_list(tier) for tier in found.tiers],
        "pending": pending_changes(found.pending),
        "packs": [[pack.credits, pack.bonus_credits] for pack in found.packs],
        "position": place,
    }


PAYEE_NUMBERS = ("share_bps", "pending_share_bps", "pending_share_at", "suspended")
"""What can change of a payee."""


def _payee(at: str, found: Payee, place: int) -> State:
    addresses = {name: str(getattr(found, name)) for name in ("platform", "owner", "token_account", "rent_payer")}
    numbers = ("usable_from", *PAYEE_NUMBERS, "version", "bump")
    return {
        **addresses,
        **{name: getattr(found, name) for name in numbers},
        "address": at,
        "ended_at": None,
        "position": place,
    }


_ACCOUNT_NUMBERS = (
    "base_units_per_credit", "paid_available", "paid_locked", "granted_available", "granted_locked",
    "promotion_backing", "promotion_owed", "purchased", "bonus",
    "synced", "granted", "spent_paid", "spent_granted", "withdrawn", "expired",
    "opened_at", "last_topup_at", "open_jobs", "sequence", "top_up", "rent_lamports", "vault_rent_lamports", "version",
    "bump", "compatible_from",
)  # fmt: skip


def _credit_account(at: str, found: CreditAccount, place: int) -> State:
    return {
        **{name: getattr(found, name) for name in _ACCOUNT_NUMBERS},
        "address": at,
        "platform": str(found.platform),
        "wallet": str(found.wallet),
        "namespace": text(found.namespace),
        "vault": str(found.vault),
        "job_ids_highest": found.job_ids.highest,
        "job_ids_used": used_ids(found.job_ids),
        "wallet_job_ids_highest": found.wallet_job_ids.highest,
        "wallet_job_ids_used": used_ids(found.wallet_job_ids),
        "grant_ids_highest": found.grant_ids.highest,
        "grant_ids_used": used_ids(found.grant_ids),
        "limit_per_job": found.limits.credits_per_job,
        "limit_per_session": found.limits.credits_per_session,
        "limit_per_period": found.limits.credits_per_period,
        "limit_period_seconds": found.limits.period_seconds,
        "limit_period_started_at": found.limits.period_started_at,
        "limit_used": found.limits.used,
        "limit_operator_locked": found.limits.operator_locked,
        "quoted_allowed": found.limits.quoted_allowed,
        "lots": [[lot.credits_free, lot.credits_locked, lot.expires_at] for lot in found.lots],
        "plans": [list(each) for each in zip(found.plans.highest, map(cycle_bits, found.plans.granted), strict=True)],
        "rent_payer": str(found.rent_payer),
        "vault_rent_payer": str(found.vault_rent_payer),
        "session_heads": found.session_heads.hex(),
        "ended_at": None,
        "position": place,
    }


_JOB_NUMBERS = (
    "id", "by_operator", "quoted", "tier_index", "max_units", "credits", "settled", "payee_base_units", "fee_bps",
    "locked_at", "deadline", "version", "compatible_from",
)  # fmt: skip


def _job(at: str, found: Job, place: int) -> State:
    return {
        **{name: getattr(found, name) for name in _JOB_NUMBERS},
        "address": at,
        "credit_account": str(found.credit_account),
        "tier": text(found.tier.name),
        "flat_credits": found.tier.flat_credits,
        "included_units": found.tier.included_units,
        "rate_credits": found.tier.rate_credits,
        "rate_units": found.tier.rate_units,
        "unit_kind": found.tier.unit_kind,
        "payee": address_or_none(bytes(found.payee)),
        "payee_token_account": address_or_none(bytes(found.payee_token_account)),
        "rent_payer": str(found.rent_payer),
        "held_paid": found.held.paid,
        "held_lots": list(found.held.lots),
        "status": "open",
        "ended_at": None,
        "position": place,
    }


_SESSION_NUMBERS = (
    "id", "credits", "settled", "payee_base_units", "fee_bps", "opened_at", "deadline", "count", "version",
    "compatible_from",
)  # fmt: skip


def totals_list(totals: TierTotals) -> list[int]:
    """What a session has used of a tier, as it stands in JSON: flat and metered requests, units, credits."""
    return [totals.flat_requests, totals.metered_requests, totals.metered_units, totals.metered_credits]


def _session(at: str, found: Session, place: int) -> State:
    return {
        **{name: getattr(found, name) for name in _SESSION_NUMBERS},
        "address": at,
        "credit_account": str(found.credit_account),
        "payee": address_or_none(bytes(found.payee)),
        "payee_token_account": address_or_none(bytes(found.payee_token_account)),
        "rent_payer": str(found.rent_payer),
        "held_paid": found.held.paid,
        "held_lots": list(found.held.lots),
        "head": found.head.hex(),
        "totals": [totals_list(each) for each in found.totals],
        "tiers": [tier_list(tier) for tier in found.tiers],
        "status": "open",
        "ended_at": None,
        "position": place,
    }


RULE_NUMBERS = (
    "threshold", "credits", "base_units", "bonus_credits", "base_units_per_period", "period_seconds", "expires_at",
    "sequence", "pack",
)  # fmt: skip
"""What a top-up rule says, for as long as it is there."""


def _top_up_rule(at: str, found: TopUpRule, place: int) -> State:
    addresses = {name: str(getattr(found, name)) for name in ("credit_account", "source", "delegate", "rent_payer")}
    numbers = (
        *RULE_NUMBERS, "period_started_at", "used_base_units", "last_slot", "version", "bump", "delegate_bump",
        "compatible_from",
    )  # fmt: skip
    return {
        **addresses,
        **{name: getattr(found, name) for name in numbers},
        "address": at,
        "ended_at": None,
        "position": place,
    }


_OF_TYPE: dict[type, tuple[Kind, Callable[[str, Any, int], State]]] = {
    Platform: (PLATFORMS, _platform),
    Payee: (PAYEES, _payee),
    CreditAccount: (CREDIT_ACCOUNTS, _credit_account),
    Job: (JOBS, _job),
    Session: (SESSIONS, _session),
    TopUpRule: (TOP_UP_RULES, _top_up_rule),
}


def state_of(
    at: str, account: Platform | Payee | CreditAccount | Job | Session | TopUpRule, place: int
) -> tuple[Kind, State]:
    """An account of the chain, read at a position, as a state of its table."""
    kind, convert = _OF_TYPE[type(account)]
    return kind, convert(at, account, place)


PARTS = {CREDIT_ACCOUNTS: (JOBS, SESSIONS, TOP_UP_RULES), PLATFORMS: (PAYEES,)}
"""The accounts that are compared and read together with one, besides itself."""
