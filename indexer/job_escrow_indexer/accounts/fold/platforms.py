"""Platforms and their payees."""

from collections.abc import Mapping
from typing import Any

from job_escrow.bounds import PACKS, TIER_NAME_BYTES, TIERS
from job_escrow.codec import Tier

from job_escrow_indexer.accounts.fold.common import Handler, Rows, bump, fields
from job_escrow_indexer.accounts.kinds import PAYEE_NUMBERS, PAYEES, PLATFORMS, tier_list
from job_escrow_indexer.decode.decoder import Happened
from job_escrow_indexer.store.values import address, address_or_none, text

EMPTY_TIER = Tier(
    name=bytes(TIER_NAME_BYTES), flat_credits=0, included_units=0, rate_credits=0, rate_units=0, unit_kind=0
)
_PENDING_KEYS = ("operator", "standby_operator", "granter", "treasury")
_created = fields(
    "PlatformCreated", "platform", "creator", "admin", "operator", "treasury", "mint", "token_program", "name",
    "base_units_per_credit", "decimals", "notice_seconds", "payee_notice_seconds", "min_purchase", "max_job_seconds",
    "fee_bps",
)  # fmt: skip


def _platform_created(rows: Rows, happened: Happened) -> None:
    (
        at, creator, admin, operator, treasury, mint, token_program, name, base, decimals, notice, payee_notice, least,
        longest, fee,
    ) = _created(happened.values)  # fmt: skip
    nothing = [tier_list(EMPTY_TIER) for _ in range(TIERS)]
    rows.put(
        PLATFORMS,
        {
            "address": address(at),
            "creator": address(creator),
            "name": text(name),
            "admin": address(admin),
            "pending_admin": None,
            "operator": address_or_none(operator),
            "standby_operator": None,
            "granter": None,
            "treasury": address(treasury),
            "promotion": None,
            "mint": address(mint),
            "token_program": address(token_program),
            "decimals": decimals,
            "base_units_per_credit": base,
            "notice_seconds": notice,
            "payee_notice_seconds": payee_notice,
            "min_purchase": least,
            "max_job_seconds": longest,
            "fee_bps": fee,
            "paused": 0,
            "tiers": _tiers(happened, "tiers."),
            "pending": {
                **dict.fromkeys(_PENDING_KEYS),
                **dict.fromkeys((f"{name}_at" for name in _PENDING_KEYS), 0),
                **dict.fromkeys(("fee_bps", "fee_bps_at", "min_purchase"), 0),
                **dict.fromkeys(("min_purchase_at", "max_job_seconds", "max_job_seconds_at"), 0),
                "tiers": nothing,
                "tiers_at": [0] * TIERS,
            },
            "packs": [[0, 0] for _ in range(PACKS)],
            "version": 1,
            "bump": bump(b"platform", creator, name),
            "position": happened.position,
        },
    )


_changed = fields(
    "PlatformChanged", "platform", "admin", "pending_admin", "operator", "standby_operator", "granter", "treasury",
    "promotion", "min_purchase", "max_job_seconds", "fee_bps", "paused",
)  # fmt: skip
_PENDING = (
    "operator_at", "standby_operator_at", "granter_at", "treasury_at", "fee_bps", "fee_bps_at", "min_purchase",
    "min_purchase_at", "max_job_seconds", "max_job_seconds_at",
)  # fmt: skip
_pending_numbers = fields("PlatformChanged", *(f"pending.{name}" for name in _PENDING))
_pending_keys = fields("PlatformChanged", *(f"pending.{name}" for name in _PENDING_KEYS))


def _platform_changed(rows: Rows, happened: Happened) -> None:
    (
        at, admin, pending_admin, operator, standby, granter, treasury, promotion, least, longest, fee, paused,
    ) = _changed(happened.values)  # fmt: skip
    state = rows.find(PLATFORMS, address(at))
    if state is None:
        rows.note_gap(happened)
        return
    coming = [address_or_none(key) for key in _pending_keys(happened.values)]
    layout = happened.layout
    state.update(
        admin=address(admin),
        pending_admin=address_or_none(pending_admin),
        operator=address_or_none(operator),
        standby_operator=address_or_none(standby),
        granter=address_or_none(granter),
        treasury=address(treasury),
        promotion=address_or_none(promotion),
        packs=_packs(happened),
        min_purchase=least,
        max_job_seconds=longest,
        fee_bps=fee,
        paused=paused,
        tiers=_tiers(happened, "tiers."),
        pending={
            **dict(zip(_PENDING, _pending_numbers(happened.values), strict=True)),
            **dict(zip(_PENDING_KEYS, coming, strict=True)),
            "tiers": _tiers(happened, "pending.tiers."),
            "tiers_at": list(happened.values[layout.group("pending.tiers_at.")]),
        },
        position=happened.position,
    )
    rows.put(PLATFORMS, state)


def _tiers(happened: Happened, prefix: str) -> list[list[Any]]:
    flat = happened.values[happened.layout.group(prefix)]
    size = len(flat) // TIERS
    return [[text(flat[at]), *flat[at + 1 : at + size]] for at in range(0, len(flat), size)]


def _packs(happened: Happened) -> list[list[Any]]:
    flat = happened.values[happened.layout.group("packs.")]
    return [list(pack) for pack in zip(flat[::2], flat[1::2], strict=True)]


def _promotion_withdrawn(rows: Rows, happened: Happened) -> None:
    """It changes no account of the program's."""
    _advance_platform(rows, happened, address(happened.values[happened.layout.at("platform")]))


_registered = fields("PayeeRegistered", "payee", "platform", "owner", "token_account", "rent_payer", "usable_from")


def _payee_registered(rows: Rows, happened: Happened) -> None:
    payee, platform, owner, token_account, rent_payer, usable_from = _registered(happened.values)
    _advance_platform(rows, happened, address(platform))
    rows.put(
        PAYEES,
        {
            "address": address(payee),
            "platform": address(platform),
            "owner": address(owner),
            "token_account": address(token_account),
            "rent_payer": address(rent_payer),
            "usable_from": usable_from,
            **dict.fromkeys(PAYEE_NUMBERS, 0),
            "version": 1,
            "bump": bump(b"payee", platform, owner),
            "ended_at": None,
            "position": happened.position,
        },
    )


_payee_now = fields("PayeeChanged", "platform", "payee", *PAYEE_NUMBERS)


def _payee_changed(rows: Rows, happened: Happened) -> None:
    platform, payee, *numbers = _payee_now(happened.values)
    _advance_platform(rows, happened, address(platform))
    state = rows.find(PAYEES, address(payee))
    if state is None:
        rows.note_gap(happened)
        return
    state.update(zip(PAYEE_NUMBERS, numbers, strict=True), position=happened.position)
    rows.put(PAYEES, state)


def _advance_platform(rows: Rows, happened: Happened, at: str) -> None:
    """A platform's row says how far the history of its payees is known, too."""
    state = rows.find(PLATFORMS, at)
    if state is None:
        rows.note_gap(happened)
        return
    state["position"] = happened.position
    rows.put(PLATFORMS, state)


_unregistered = fields("PayeeUnregistered", "platform", "payee", "at")


def _payee_unregistered(rows: Rows, happened: Happened) -> None:
    platform, payee, at = _unregistered(happened.values)
    _advance_platform(rows, happened, address(platform))
    state = rows.find(PAYEES, address(payee))
    if state is None:
        rows.note_gap(happened)
        return
    state.update(ended_at=at, position=happened.position)
    rows.put(PAYEES, state)


HANDLERS: Mapping[str, Handler] = {
    "PlatformCreated": _platform_created,
    "PlatformChanged": _platform_changed,
    "PromotionWithdrawn": _promotion_withdrawn,
    "PayeeChanged": _payee_changed,
    "PayeeRegistered": _payee_registered,
    "PayeeUnregistered": _payee_unregistered,
}
