"""Platforms and their payees."""

from collections.abc import Mapping
from typing import Any

from job_escrow_indexer.accounts.fold.common import Handler, Rows, bump, fields
from job_escrow_indexer.accounts.kinds import PAYEES, PLATFORMS
from job_escrow_indexer.decode.decoder import Happened
from job_escrow_indexer.store.values import address, address_or_none, text

_created = fields(
    "PlatformCreated", "platform", "creator", "admin", "operator", "treasury", "mint", "name", "base_units_per_credit",
    "notice_seconds", "min_purchase", "max_job_seconds", "fee_bps",
)  # fmt: skip


def _platform_created(rows: Rows, happened: Happened) -> None:
    at, creator, admin, operator, treasury, mint, name, base, notice, least, longest, fee = _created(happened.values)
    nothing = [["", 0, 0, 0, 0] for _ in range(8)]
    rows.put(
        PLATFORMS,
        {
            "address": address(at),
            "creator": address(creator),
            "name": text(name),
            "admin": address(admin),
            "pending_admin": None,
            "operator": address_or_none(operator),
            "treasury": address(treasury),
            "mint": address(mint),
            "base_units_per_credit": base,
            "notice_seconds": notice,
            "min_purchase": least,
            "max_job_seconds": longest,
            "fee_bps": fee,
            "paused": 0,
            "tiers": _tiers(happened, "tiers."),
            "pending": {
                **dict.fromkeys(("operator", "treasury")),
                **dict.fromkeys(("operator_at", "treasury_at", "fee_bps", "fee_bps_at", "min_purchase"), 0),
                **dict.fromkeys(("min_purchase_at", "max_job_seconds", "max_job_seconds_at"), 0),
                "tiers": nothing,
                "tiers_at": [0] * 8,
            },
            "packs": [[0, 0] for _ in range(4)],
            "version": 1,
            "bump": bump(b"platform", creator, name),
            "position": happened.position,
        },
    )


_changed = fields(
    "PlatformChanged", "platform", "admin", "pending_admin", "operator", "treasury", "min_purchase",
    "max_job_seconds", "fee_bps", "paused",
)  # fmt: skip
_PENDING = (
    "operator_at", "treasury_at", "fee_bps", "fee_bps_at", "min_purchase", "min_purchase_at", "max_job_seconds",
    "max_job_seconds_at",
)  # fmt: skip
_pending_numbers = fields("PlatformChanged", *(f"pending.{name}" for name in _PENDING))
_pending_keys = fields("PlatformChanged", "pending.operator", "pending.treasury")


def _platform_changed(rows: Rows, happened: Happened) -> None:
    at, admin, pending_admin, operator, treasury, least, longest, fee, paused = _changed(happened.values)
    state = rows.find(PLATFORMS, address(at))
    if state is None:
        rows.note_gap(happened)
        return
    new_operator, new_treasury = _pending_keys(happened.values)
    layout = happened.layout
    state.update(
        admin=address(admin),
        pending_admin=address_or_none(pending_admin),
        operator=address_or_none(operator),
        treasury=address(treasury),
        min_purchase=least,
        max_job_seconds=longest,
        fee_bps=fee,
        paused=paused,
        tiers=_tiers(happened, "tiers."),
        pending={
            **dict(zip(_PENDING, _pending_numbers(happened.values), strict=True)),
            "operator": address_or_none(new_operator),
            "treasury": address_or_none(new_treasury),
            "tiers": _tiers(happened, "pending.tiers."),
            "tiers_at": list(happened.values[layout.group("pending.tiers_at.")]),
        },
        position=happened.position,
    )
    rows.put(PLATFORMS, state)


def _tiers(happened: Happened, prefix: str) -> list[list[Any]]:
    flat = happened.values[happened.layout.group(prefix)]
    return [[text(flat[at]), *flat[at + 1 : at + 5]] for at in range(0, len(flat), 5)]


_registered = fields("PayeeRegistered", "payee", "platform", "owner", "token_account", "rent_payer")


def _payee_registered(rows: Rows, happened: Happened) -> None:
    payee, platform, owner, token_account, rent_payer = _registered(happened.values)
    _advance_platform(rows, happened, address(platform))
    rows.put(
        PAYEES,
        {
            "address": address(payee),
            "platform": address(platform),
            "owner": address(owner),
            "token_account": address(token_account),
            "rent_payer": address(rent_payer),
            "version": 1,
            "bump": bump(b"payee", platform, owner),
            "ended_at": None,
            "position": happened.position,
        },
    )


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
    "PayeeRegistered": _payee_registered,
    "PayeeUnregistered": _payee_unregistered,
}
