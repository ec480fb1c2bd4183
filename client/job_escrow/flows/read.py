"""Reading the program's accounts."""

from dataclasses import dataclass
from typing import TypeVar

from solders.pubkey import Pubkey

from job_escrow.addresses import vault_address
from job_escrow.chain.requests import AccountInfo, ChainError, Flow, GetAccounts, ask
from job_escrow.codec import CreditAccount, DecodeError, Job, Platform
from job_escrow.errors import NotFound
from job_escrow.tokens import token_amount

_Account = TypeVar("_Account", Platform, CreditAccount, Job)


@dataclass(frozen=True, kw_only=True)
class Balance:
    """What a credit account holds. Amounts are credits, except for `vault_base_units` and `surplus_base_units`.

    `available` can be spent; `withdrawable` of it was paid for and can be withdrawn; `granted` of it came as lots.
    `surplus_base_units` came by plain transfer and is no credits yet; withdrawing pays it out too.
    """

    available: int
    withdrawable: int
    granted: int
    locked: int
    vault_base_units: int
    surplus_base_units: int


def platform(address: Pubkey, program_id: Pubkey) -> Flow[Platform]:
    """Read a platform. Raises NotFound or ChainError."""
    (info,) = yield from ask(GetAccounts([address]))
    if info is None:
        raise NotFound(f"there is no platform at {address}: check its address and the cluster")
    return _decoded(Platform, address, info, program_id)


def credit_account(address: Pubkey, program_id: Pubkey) -> Flow[CreditAccount | None]:
    """Read a credit account; None where it was not opened. Raises ChainError."""
    (info,) = yield from ask(GetAccounts([address]))
    return None if info is None else _decoded(CreditAccount, address, info, program_id)


def existing_credit_account(address: Pubkey, program_id: Pubkey) -> Flow[CreditAccount]:
    """Read a credit account that must exist. Raises NotFound or ChainError."""
    account = yield from credit_account(address, program_id)
    if account is None:
        raise NotFound(f"there is no credit account at {address}: open it first")
    return account


def job(address: Pubkey, program_id: Pubkey) -> Flow[Job | None]:
    """Read an open job; None where there is none (any more). Raises ChainError."""
    (info,) = yield from ask(GetAccounts([address]))
    return None if info is None else _decoded(Job, address, info, program_id)


def existing_job(address: Pubkey, program_id: Pubkey) -> Flow[Job]:
    """Read a job that must be open. Raises NotFound or ChainError."""
    found = yield from job(address, program_id)
    if found is None:
        raise NotFound(f"there is no open job at {address}: it has ended, or was never locked")
    return found


def balance(address: Pubkey, mint: Pubkey, program_id: Pubkey) -> Flow[Balance]:
    """Read what a credit account holds and what stands behind it, at one slot. Raises NotFound or ChainError."""
    vault = vault_address(address, mint).address
    account_info, vault_info = yield from ask(GetAccounts([address, vault]))
    if account_info is None:
        raise NotFound(f"there is no credit account at {address}: open it first")
    account = _decoded(CreditAccount, address, account_info, program_id)
    held = token_amount(vault_info)
    available = account.paid_available + account.granted_available
    locked = account.paid_locked + account.granted_locked
    owed = (available + locked + account.pending_bonus) * account.base_units_per_credit
    return Balance(
        available=available,
        withdrawable=account.paid_available,
        granted=account.granted_available,
        locked=locked,
        vault_base_units=held,
        surplus_base_units=held - owed,
    )


def _decoded(kind: type[_Account], address: Pubkey, info: AccountInfo, program_id: Pubkey) -> _Account:
    if info.owner != program_id:
        raise ChainError(f"{address} belongs to {info.owner}, not to the program {program_id}: check the address")
    try:
        return kind.decode(info.data)
    except DecodeError as error:
        raise ChainError(f"{address} is not a {kind.__name__} of this release: {error}") from error
