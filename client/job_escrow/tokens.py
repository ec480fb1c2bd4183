"""The classic Token program, as far as the client needs it: accounts of tokens, and USDC."""

from typing import TYPE_CHECKING, TypeVar

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM_ID
from solders.token import ID as TOKEN_PROGRAM_ID
from solders.token.state import Mint, TokenAccount

from job_escrow.addresses import ASSOCIATED_TOKEN_PROGRAM_ID, token_address

if TYPE_CHECKING:
    from job_escrow.chain.requests import AccountInfo

_State = TypeVar("_State", TokenAccount, Mint)

USDC_MINT = Pubkey.from_string("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v")
"""USDC on mainnet; local chains carry a mint at the same address."""

TOKEN_ACCOUNT_SIZE = 165
_CREATE_IDEMPOTENT = b"\x01"
_TRANSFER = b"\x03"
_APPROVE = b"\x04"
_REVOKE = b"\x05"
_MINT_TO = b"\x07"


def token_amount(info: "AccountInfo | None") -> int:
    """Base units in a token account; 0 where there is no such account. Raises ChainError where it is none."""
    return 0 if info is None else token_account(info).amount


def token_account(info: "AccountInfo") -> TokenAccount:
    """What a token account's bytes say. Raises ChainError where they are none."""
    return _read(TokenAccount, info)


def token_account_or_none(info: "AccountInfo | None") -> TokenAccount | None:
    """What a token account of the classic Token program says; None where it is none, or not initialised."""
    if info is None or info.owner != TOKEN_PROGRAM_ID or len(info.data) != TOKEN_ACCOUNT_SIZE:
        return None
    try:
        return TokenAccount.from_bytes(info.data)
    except ValueError:
        # Anybody can make an account of the Token program and leave it as it is.
        return None


def mint_supply(info: "AccountInfo") -> int:
    """Base units of a mint that exist. Raises ChainError where the account is no mint."""
    return _read(Mint, info).supply


def _read(kind: type[_State], info: "AccountInfo") -> _State:
    try:
        return kind.from_bytes(info.data)
    except ValueError as error:
        # Imported late: whoever only reads accounts does without the client's protocol.
        from job_escrow.chain.requests import ChainError

        raise ChainError(f"{len(info.data)} bytes of {info.owner} are no {kind.__name__}: check the address") from error


def create_token_account(*, payer: Pubkey, owner: Pubkey, mint: Pubkey) -> Instruction:
    """Make the owner's associated token account, unless it is there already."""
    accounts = [
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(token_address(owner, mint), is_signer=False, is_writable=True),
        AccountMeta(owner, is_signer=False, is_writable=False),
        AccountMeta(mint, is_signer=False, is_writable=False),
        AccountMeta(SYSTEM_PROGRAM_ID, is_signer=False, is_writable=False),
        AccountMeta(TOKEN_PROGRAM_ID, is_signer=False, is_writable=False),
    ]
    return Instruction(ASSOCIATED_TOKEN_PROGRAM_ID, _CREATE_IDEMPOTENT, accounts)


def transfer(*, source: Pubkey, destination: Pubkey, owner: Pubkey, base_units: int) -> Instruction:
    """Move tokens, as any wallet does."""
    accounts = [
        AccountMeta(source, is_signer=False, is_writable=True),
        AccountMeta(destination, is_signer=False, is_writable=True),
        AccountMeta(owner, is_signer=True, is_writable=False),
    ]
    return Instruction(TOKEN_PROGRAM_ID, _TRANSFER + base_units.to_bytes(8, "little"), accounts)


def approve(*, source: Pubkey, delegate: Pubkey, owner: Pubkey, base_units: int) -> Instruction:
    """Let a delegate spend up to so many base units, in place of whoever else might."""
    accounts = [
        AccountMeta(source, is_signer=False, is_writable=True),
        AccountMeta(delegate, is_signer=False, is_writable=False),
        AccountMeta(owner, is_signer=True, is_writable=False),
    ]
    return Instruction(TOKEN_PROGRAM_ID, _APPROVE + base_units.to_bytes(8, "little"), accounts)


def revoke(*, source: Pubkey, owner: Pubkey) -> Instruction:
    """Let no delegate spend any more."""
    accounts = [
        AccountMeta(source, is_signer=False, is_writable=True),
        AccountMeta(owner, is_signer=True, is_writable=False),
    ]
    return Instruction(TOKEN_PROGRAM_ID, _REVOKE, accounts)


def mint_to(*, mint: Pubkey, destination: Pubkey, authority: Pubkey, base_units: int) -> Instruction:
    """Make new tokens; only the mint's authority can."""
    accounts = [
        AccountMeta(mint, is_signer=False, is_writable=True),
        AccountMeta(destination, is_signer=False, is_writable=True),
        AccountMeta(authority, is_signer=True, is_writable=False),
    ]
    return Instruction(TOKEN_PROGRAM_ID, _MINT_TO + base_units.to_bytes(8, "little"), accounts)
