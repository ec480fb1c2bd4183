"""Which columns of the table `events` each event fills, and with which of its values."""

from collections.abc import Callable, Mapping
from functools import cache
from operator import itemgetter
from typing import Any

from job_escrow_indexer.decode.layout import Layout
from job_escrow_indexer.store.values import GREATEST, address, address_or_none, hex_or_none, large, text

Values = tuple[Any, ...]
Row = tuple[Any, ...]

COLUMNS = (
    "at", "platform", "wallet", "credit_account", "job_id", "session_id", "grant_id", "counterparty",
    "credits", "base_units", "units", "receipts",
    "returned", "spent_paid", "spent_granted", "treasury_base_units", "payee_base_units", "bonus_credits",
    "promotion_base_units", "sequence", "expires_at",
    "tier_index", "tier", "final", "reason", "plan_slot", "plan_cycle", "proof", "paid_available", "paid_locked",
    "granted_available", "granted_locked", "promotion_backing",
)  # fmt: skip
"""The columns that come from the event's own values; `authority` comes from its instruction."""

_EVERYWHERE = {
    "at": "at",
    "platform": "platform",
    "wallet": "wallet",
    "credit_account": "credit_account",
    "credits": "credits",
    "base_units": "base_units",
    "sequence": "sequence",
    "paid_available": "after.paid_available",
    "paid_locked": "after.paid_locked",
    "granted_available": "after.granted_available",
    "granted_locked": "after.granted_locked",
    "promotion_backing": "after.promotion_backing",
    "bonus_credits": "bonus_credits",
    "promotion_base_units": "promotion_base_units",
}

_OWN: Mapping[str, Mapping[str, str]] = {
    "PayeeChanged": {"counterparty": "owner"},
    "PayeeRegistered": {"counterparty": "owner"},
    "PayeeUnregistered": {"counterparty": "owner"},
    "AccountOpened": {"sequence": "starts_at", "counterparty": "rent_payer"},
    "CreditsPurchased": {"counterparty": "payer"},
    "CreditsGranted": {
        "grant_id": "id",
        "counterparty": "operator",
        "expires_at": "expires_at",
        "reason": "reason",
        "plan_slot": "plan_slot",
        "plan_cycle": "plan_cycle",
    },
    "CreditsToppedUp": {"counterparty": "source"},
    "TopUpSet": {"counterparty": "source", "expires_at": "expires_at"},
    "DepositsSynced": {"counterparty": "authority"},
    "TokensRecovered": {"counterparty": "destination"},
    "JobLocked": {
        "job_id": "id",
        "counterparty": "payee",
        "units": "max_units",
        "expires_at": "deadline",
        "tier_index": "tier_index",
        "tier": "tier.name",
    },
    "JobSettled": {
        "job_id": "id",
        "credits": "charged",
        "units": "amount",
        "returned": "returned.*",
        "spent_paid": "spent.paid",
        "spent_granted": "spent.lots.*",
        "treasury_base_units": "treasury_base_units",
        "payee_base_units": "payee_base_units",
        "final": "is_final",
        "proof": "proof",
    },
    "JobRefunded": {"job_id": "id", "credits": "returned.*", "returned": "returned.*", "final": "timed_out"},
    "SessionOpened": {"session_id": "id", "counterparty": "payee", "expires_at": "deadline"},
    "SessionSettled": {
        "session_id": "id",
        "credits": "charged",
        "receipts": "count",
        "returned": "returned.*",
        "spent_paid": "spent.paid",
        "spent_granted": "spent.lots.*",
        "treasury_base_units": "treasury_base_units",
        "payee_base_units": "payee_base_units",
        "final": "is_final",
    },
    "SessionRefunded": {
        "session_id": "id",
        "credits": "returned.*",
        "receipts": "count",
        "returned": "returned.*",
        "final": "timed_out",
    },
    "CreditsWithdrawn": {"counterparty": "destination", "promotion_base_units": "promotion_owed"},
    "PromotionSwept": {"counterparty": "destination"},
    "PromotionWithdrawn": {"counterparty": "destination"},
    "AccountClosed": {
        "counterparty": "destination",
        "base_units": "wallet_base_units",
        "treasury_base_units": "treasury_base_units",
    },
}

_ADDRESSES = frozenset({"platform", "wallet", "credit_account"})
_LARGE = frozenset(
    {
        "job_id",
        "session_id",
        "grant_id",
        "base_units",
        "units",
        "receipts",
        "treasury_base_units",
        "payee_base_units",
        "promotion_base_units",
        "promotion_backing",
        "sequence",
        "credits",
        "returned",
    }
)

_NOTHING = (None,)


@cache
def row_of(layout: Layout) -> Callable[[Values], Row]:
    """The function that makes the columns of an event's values."""
    own = _OWN.get(layout.name, {})
    nothing = len(layout.fields)
    places: list[int] = []
    converted: list[tuple[int, Callable[[Any], Any]]] = []
    larges: list[int] = []
    sums: list[tuple[int, slice]] = []
    for place, column in enumerate(COLUMNS):
        field = own.get(column, _EVERYWHERE.get(column))
        if field is not None and field.endswith(".*"):
            sums.append((place, layout.group(field[:-1])))
            field = None
        if field is None or field not in layout.fields:
            places.append(nothing)
            continue
        places.append(layout.at(field))
        if column in _LARGE:
            larges.append(place)
        elif (convert := _converter(column)) is not None:
            converted.append((place, convert))
    take = itemgetter(*places)

    def row(values: Values) -> Row:
        made = list(take(values + _NOTHING))
        for place, convert in converted:
            made[place] = convert(made[place])
        for place in larges:
            if made[place] > GREATEST:
                made[place] = large(made[place])
        for place, group in sums:
            made[place] = sum(values[group])
        return tuple(made)

    return row


def _converter(column: str) -> Callable[[Any], Any] | None:
    if column in _ADDRESSES:
        return address
    if column == "counterparty":
        return address_or_none
    if column == "proof":
        return hex_or_none
    return text if column == "tier" else None
