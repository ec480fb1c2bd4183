"""What a node knows of SPL Token: who owns an account, of which mint, how much, and how amounts are shown."""

import math
import struct
from dataclasses import dataclass

from solders.account import Account
from solders.pubkey import Pubkey

from job_escrow_localnet.json_types import Json
from job_escrow_localnet.programs import TOKEN, TOKEN_2022, TOKEN_PROGRAMS
from job_escrow_localnet.token_extensions import INTEREST_BEARING, SCALED_AMOUNT, read_extensions
from job_escrow_localnet.transactions import AccountReader, Transaction

ACCOUNT_BYTES = 165
MINT_BYTES = 82
MULTISIG_BYTES = 355
_KIND_OFFSET = ACCOUNT_BYTES
_KIND_MINT = 1
_KIND_ACCOUNT = 2
_INTEREST = struct.Struct("<32xqhqh")
_SCALED = struct.Struct("<32xdqd")
_YEAR_SECONDS = 60 * 60 * 24 * 365.24


@dataclass(frozen=True, slots=True)
class TokenAccount:
    """The fields of a token account that every method shows."""

    mint: Pubkey
    owner: Pubkey
    amount: int
    """In base units of the mint."""


def token_account(account: Account) -> TokenAccount | None:
    """A token account's fields; None where the account is none, or not initialized."""
    data = account.data
    if account.owner not in TOKEN_PROGRAMS or not _has_kind(account.owner, data, ACCOUNT_BYTES, _KIND_ACCOUNT):
        return None
    if data[108] == 0:
        return None
    return TokenAccount(
        Pubkey.from_bytes(data[:32]), Pubkey.from_bytes(data[32:64]), int.from_bytes(data[64:72], "little")
    )


def mint_decimals(account: Account) -> int | None:
    """A mint's decimals; None where the account is no mint."""
    data = account.data
    if account.owner not in TOKEN_PROGRAMS or not _has_kind(account.owner, data, MINT_BYTES, _KIND_MINT):
        return None
    return data[44] if data[45] else None


def mint_supply(account: Account) -> int:
    """A mint's supply in base units."""
    return int.from_bytes(account.data[36:44], "little")


def _has_kind(program: Pubkey, data: bytes, size: int, kind: int) -> bool:
    if len(data) == size:
        return True
    return (
        program == TOKEN_2022
        and len(data) > ACCOUNT_BYTES
        and len(data) != MULTISIG_BYTES
        and data[_KIND_OFFSET] == kind
    )


def ui_amount(amount: int, decimals: int) -> dict[str, Json]:
    """An amount of base units as the methods show it.

    `uiAmount` is a rounded number because the protocol has one; `amount` is the exact figure.
    """
    return {
        "uiAmount": float(amount) / float(10**decimals) if decimals < 20 else None,
        "decimals": decimals,
        "amount": str(amount),
        "uiAmountString": ui_amount_string(amount, decimals),
    }


@dataclass(frozen=True, slots=True)
class MintAmounts:
    """How a mint's amounts are shown: some of Token-2022's grow for the eye alone, by a rate or a factor."""

    decimals: int
    growth: float | None = None
    """Of interest, up to now."""
    factor: float | None = None
    """By which amounts are scaled now."""

    def show(self, amount: int) -> dict[str, Json]:
        """An amount of base units as the methods show it."""
        plain = ui_amount(amount, self.decimals)
        # Floats, since the protocol's are: what is shown so is no money, `amount` is.
        if self.growth is not None:
            shown = float(amount) * (self.growth / 10.0**self.decimals)
        elif self.factor is not None:
            scaled = float(amount) * self.factor
            shown = (math.trunc(scaled) if math.isfinite(scaled) else scaled) / 10.0**self.decimals
        else:
            return plain
        if not math.isfinite(shown):
            return plain | {"uiAmount": None, "uiAmountString": "NaN" if math.isnan(shown) else str(shown)}
        text = f"{shown:.{self.decimals}f}"
        if self.decimals:
            text = text.rstrip("0").rstrip(".")
        return plain | {"uiAmount": float(text), "uiAmountString": text}


def mint_amounts(mint: Account, now: int) -> MintAmounts | None:
    """How a mint's amounts are shown at a time, in seconds since 1970; None where the account is no mint."""
    decimals = mint_decimals(mint)
    if decimals is None:
        return None
    extensions = dict(read_extensions(mint.data)) if mint.owner == TOKEN_2022 else {}
    if len(interest := extensions.get(INTEREST_BEARING, b"")) == _INTEREST.size:
        begun, before, changed, rate = _INTEREST.unpack(interest)
        exponents = (before * (changed - begun), rate * (now - changed))
        return MintAmounts(decimals, growth=math.prod(_exp(one / _YEAR_SECONDS / 10_000) for one in exponents))
    if len(scaled := extensions.get(SCALED_AMOUNT, b"")) == _SCALED.size:
        factor, changes, later = _SCALED.unpack(scaled)
        return MintAmounts(decimals, factor=later if now >= changes else factor)
    return MintAmounts(decimals)


def _exp(exponent: float) -> float:
    try:
        return math.exp(exponent)
    except OverflowError:
        return math.inf


def ui_amount_string(amount: int, decimals: int) -> str:
    """An amount of base units in whole tokens, exact, without zeros at its end."""
    if decimals == 0:
        return str(amount)
    digits = str(amount).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}".rstrip("0").rstrip(".")


def token_balances(transaction: Transaction, read: AccountReader) -> list[dict[str, Json]]:
    """The balances of the token accounts that a transaction names, as its record shows them."""
    keys = transaction.keys
    if TOKEN not in keys and TOKEN_2022 not in keys:
        return []
    found = []
    for place, key in enumerate(keys):
        if place in transaction.invoked or key in TOKEN_PROGRAMS:
            continue
        account = read(key)
        if account is None or (token := token_account(account)) is None:
            continue
        mint = read(token.mint)
        if mint is None or mint.owner != account.owner or (decimals := mint_decimals(mint)) is None:
            continue
        found.append(
            {
                "accountIndex": place,
                "mint": str(token.mint),
                "uiTokenAmount": ui_amount(token.amount, decimals),
                "owner": str(token.owner),
                "programId": str(account.owner),
            }
        )
    return found
