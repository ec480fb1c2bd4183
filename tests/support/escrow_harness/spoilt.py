"""Accounts that no instruction writes, which a chain of these tests has from its beginning: what must be refused."""

from dataclasses import fields, replace
from hashlib import sha256
from typing import Any

from job_escrow.chain import AccountInfo
from job_escrow.codec import (
    PROGRAM_ID,
    CreditAccount,
    IdWindow,
    JobIdWindow,
    Limits,
    Lot,
    Pack,
    PendingChanges,
    PlanWindows,
    Platform,
    Tier,
)
from solders.keypair import Keypair
from solders.pubkey import Pubkey

OWNER = Keypair.from_seed(sha256(b"job_escrow tests: owner of spoilt accounts").digest())
"""The wallet of all of them."""

_LAMPORTS = 100_000_000
_NOBODY = Pubkey.default()
_LATER_VERSION = 2


def _address(name: str) -> Pubkey:
    return Keypair.from_seed(sha256(f"job_escrow tests: {name}".encode()).digest()).pubkey()


OF_A_LATER_VERSION = _address("an account of a later version")
DOES_NOT_ADD_UP = _address("an account that does not add up")
LAPSED = _address("a platform whose announced change has lapsed")


def spoilt_accounts() -> dict[Pubkey, AccountInfo]:
    """All of them by address."""
    empty = _empty()
    accounts = {
        OF_A_LATER_VERSION: replace(empty, version=_LATER_VERSION, compatible_from=_LATER_VERSION),
        DOES_NOT_ADD_UP: replace(empty, paid_available=1),
    }
    data = {address: account.encode() for address, account in accounts.items()} | {LAPSED: _lapsed().encode()}
    return {address: AccountInfo(lamports=_LAMPORTS, owner=PROGRAM_ID, data=each) for address, each in data.items()}


def _empty() -> CreditAccount:
    return CreditAccount(
        **_zeros(CreditAccount)
        | {
            "version": 1,
            "compatible_from": 1,
            "platform": _NOBODY,
            "wallet": OWNER.pubkey(),
            "namespace": bytes(16),
            "vault": _NOBODY,
            "base_units_per_credit": 1,
            "job_ids": JobIdWindow(highest=0, words=(0,) * 4),
            "wallet_job_ids": IdWindow(highest=0, words=(0,) * 2),
            "grant_ids": IdWindow(highest=0, words=(0,) * 2),
            "limits": Limits(**_zeros(Limits)),
            "lots": (Lot(**_zeros(Lot)),) * 8,
            "rent_payer": _NOBODY,
            "vault_rent_payer": _NOBODY,
            "session_heads": bytes(32),
            "plans": PlanWindows(granted=(0,) * 4, highest=(0,) * 4),
        }
    )


def _lapsed() -> Platform:
    """A higher fee was announced for the first second of unix time."""
    nothing = Tier(**_zeros(Tier) | {"name": bytes(16)})
    pending = PendingChanges(
        **_zeros(PendingChanges)
        | {
            "operator": _NOBODY,
            "standby_operator": _NOBODY,
            "granter": _NOBODY,
            "treasury": _NOBODY,
            "fee_bps": 1,
            "fee_bps_at": 1,
            "tiers": (nothing,) * 8,
            "tiers_at": (0,) * 8,
        }
    )
    keys = ("creator", "admin", "pending_admin", "operator", "standby_operator", "granter")
    addresses = dict.fromkeys((*keys, "treasury", "promotion", "mint", "token_program"), _NOBODY)
    return Platform(
        **_zeros(Platform)
        | addresses
        | {
            "version": 1,
            "name": b"lapsed".ljust(32, b"\0"),
            "tiers": (nothing,) * 8,
            "pending": pending,
            "packs": (Pack(**_zeros(Pack)),) * 4,
        }
    )


def _zeros(kind: type) -> dict[str, Any]:
    return dict.fromkeys((field.name for field in fields(kind)), 0)
