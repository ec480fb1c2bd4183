"""Accounts that no instruction writes, which a chain of these tests has from its beginning: what must be refused."""

from dataclasses import fields, replace
from hashlib import sha256

from job_escrow.chain import AccountInfo
from job_escrow.codec import PROGRAM_ID, CreditAccount, IdWindow, Limits, Lot
from solders.keypair import Keypair
from solders.pubkey import Pubkey

OWNER = Keypair.from_seed(sha256(b"job_escrow tests: owner of spoilt accounts").digest())
"""The wallet of all of them."""

_LAMPORTS = 10_000_000
_NOBODY = Pubkey.default()
_LATER_VERSION = 2


def _address(name: str) -> Pubkey:
    return Keypair.from_seed(sha256(f"job_escrow tests: {name}".encode()).digest()).pubkey()


OF_A_LATER_VERSION = _address("an account of a later version")
DOES_NOT_ADD_UP = _address("an account that does not add up")


def spoilt_accounts() -> dict[Pubkey, AccountInfo]:
    """All of them by address."""
    empty = _empty()
    accounts = {
        OF_A_LATER_VERSION: replace(empty, version=_LATER_VERSION),
        DOES_NOT_ADD_UP: replace(empty, paid_available=1),
    }
    return {
        address: AccountInfo(lamports=_LAMPORTS, owner=PROGRAM_ID, data=account.encode())
        for address, account in accounts.items()
    }


def _empty() -> CreditAccount:
    zeros = {field.name: 0 for field in fields(CreditAccount) if field.type is int or field.type == "int"}
    given = {
        "version": 1,
        "platform": _NOBODY,
        "wallet": OWNER.pubkey(),
        "namespace": bytes(16),
        "vault": _NOBODY,
        "base_units_per_credit": 1,
        "job_ids": IdWindow(**_zeros(IdWindow)),
        "limits": Limits(**_zeros(Limits)),
        "lots": (Lot(**_zeros(Lot)),) * 8,
        "rent_payer": _NOBODY,
        "vault_rent_payer": _NOBODY,
    }
    return CreditAccount(**(zeros | given))  # type: ignore[arg-type]


def _zeros(kind: type) -> dict[str, int]:
    return dict.fromkeys((field.name for field in fields(kind)), 0)
