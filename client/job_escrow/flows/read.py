"""Reading the program's accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM_ID
from solders.token.state import TokenAccount

from job_escrow import tokens
from job_escrow.addresses import payee_address, vault_address
from job_escrow.chain.requests import AccountInfo, ChainError, Flow, GetAccounts, GetProgramAccounts, ask
from job_escrow.codec import CreditAccount, DecodeError, Job, Payee, Platform
from job_escrow.errors import NotFound

MAX_ACCOUNTS_AT_ONCE = 100
"""Most accounts that a node gives in one answer."""

_Account = TypeVar("_Account", Platform, CreditAccount, Job, Payee)

# Where the addresses are that accounts are found by; tests hold them against the layouts.
_PLATFORM_OFFSET = 16
_WALLET_OFFSET = 48
_CREDIT_ACCOUNT_OFFSET = 16


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
    return decoded_platform(address, info, program_id)


def credit_account(address: Pubkey, program_id: Pubkey) -> Flow[CreditAccount | None]:
    """Read a credit account; None where it was not opened. Raises ChainError."""
    (info,) = yield from ask(GetAccounts([address]))
    return None if info is None else _decoded(CreditAccount, address, info, program_id)


def existing_credit_account(address: Pubkey, program_id: Pubkey) -> Flow[CreditAccount]:
    """Read a credit account that must exist. Raises NotFound or ChainError."""
    (info,) = yield from ask(GetAccounts([address]))
    return decoded_credit_account(address, info, program_id)


def decoded_credit_account(address: Pubkey, info: AccountInfo | None, program_id: Pubkey) -> CreditAccount:
    """A credit account that was asked for with others. Raises NotFound or ChainError."""
    if info is None:
        raise NotFound(f"there is no credit account at {address}: open it first")
    return _decoded(CreditAccount, address, info, program_id)


def decoded_platform(address: Pubkey, info: AccountInfo | None, program_id: Pubkey) -> Platform:
    """A platform that was asked for with others. Raises NotFound or ChainError."""
    if info is None:
        raise NotFound(f"there is no platform at {address}: check its address and the cluster")
    return _decoded(Platform, address, info, program_id)


def decoded_job(address: Pubkey, info: AccountInfo, program_id: Pubkey) -> Job:
    """A job that was asked for with others. Raises ChainError."""
    return _decoded(Job, address, info, program_id)


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


def existing_payee(platform: Pubkey, owner: Pubkey, program_id: Pubkey) -> Flow[Payee]:
    """Read a payee that must be registered. Raises NotFound or ChainError."""
    address = payee_address(platform, owner, program_id)
    (info,) = yield from ask(GetAccounts([address]))
    if info is None:
        raise NotFound(f"{owner} is no payee of the platform {platform}: ask its admin to register it")
    return _decoded(Payee, address, info, program_id)


def accounts(addresses: Sequence[Pubkey]) -> Flow[list[AccountInfo | None]]:
    """Any number of accounts, in order, those of one answer at one slot. Raises ChainError."""
    found: list[AccountInfo | None] = []
    for start in range(0, len(addresses), MAX_ACCOUNTS_AT_ONCE):
        found += yield from ask(GetAccounts(addresses[start : start + MAX_ACCOUNTS_AT_ONCE]))
    return found


def token_account(address: Pubkey) -> Flow[TokenAccount]:
    """Read a token account of the classic Token program. Raises NotFound or ChainError."""
    (info,) = yield from ask(GetAccounts([address]))
    if info is None:
        raise NotFound(f"there is no token account at {address}: check the address")
    if info.owner != TOKEN_PROGRAM_ID or len(info.data) != tokens.TOKEN_ACCOUNT_SIZE:
        raise ChainError(f"{address} is no token account of the classic Token program: check the address")
    return tokens.token_account(info)


def platforms(program_id: Pubkey) -> Flow[dict[Pubkey, Platform]]:
    """All platforms, by address. Anyone may create one: pin the address of those that you trust."""
    return (yield from _all(Platform, (), program_id))


def payees(platform: Pubkey, program_id: Pubkey) -> Flow[dict[Pubkey, Payee]]:
    """The registered payees of a platform, by address."""
    return (yield from _all(Payee, ((_PLATFORM_OFFSET, bytes(platform)),), program_id))


def credit_accounts(
    program_id: Pubkey, *, wallet: Pubkey | None = None, platform: Pubkey | None = None
) -> Flow[dict[Pubkey, CreditAccount]]:
    """The credit accounts of a wallet, of a platform, of both or of everybody, by address."""
    wanted = ((_PLATFORM_OFFSET, platform), (_WALLET_OFFSET, wallet))
    match = tuple((offset, bytes(key)) for offset, key in wanted if key is not None)
    return (yield from _all(CreditAccount, match, program_id))


def jobs(
    program_id: Pubkey, *, credit_account: Pubkey | None = None, platform: Pubkey | None = None
) -> Flow[dict[Pubkey, Job]]:
    """The open jobs of a credit account, of a platform, or all of them, by address; the lowest id first."""
    if credit_account is not None:
        match = ((_CREDIT_ACCOUNT_OFFSET, bytes(credit_account)),)
        found = yield from _all(Job, match, program_id)
    else:
        found = yield from _all(Job, (), program_id)
    if platform is not None:
        # A job names its credit account, and that names the platform.
        theirs = yield from credit_accounts(program_id, platform=platform)
        found = {address: job for address, job in found.items() if job.credit_account in theirs}
    return dict(sorted(found.items(), key=lambda entry: (entry[1].id, bytes(entry[0]))))


def balance(address: Pubkey, mint: Pubkey, program_id: Pubkey) -> Flow[Balance]:
    """Read what a credit account holds and what stands behind it, at one slot. Raises NotFound or ChainError."""
    vault = vault_address(address, mint).address
    account_info, vault_info = yield from ask(GetAccounts([address, vault]))
    account = decoded_credit_account(address, account_info, program_id)
    held = tokens.token_amount(vault_info)
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


def _all(
    kind: type[_Account], match: tuple[tuple[int, bytes], ...], program_id: Pubkey
) -> Flow[dict[Pubkey, _Account]]:
    request = GetProgramAccounts(program_id, kind.SIZE, ((0, kind.DISCRIMINATOR), *match))
    found = yield from ask(request)
    return {address: _decoded(kind, address, info, program_id) for address, info in found}


def _decoded(kind: type[_Account], address: Pubkey, info: AccountInfo, program_id: Pubkey) -> _Account:
    if info.owner != program_id:
        raise ChainError(f"{address} belongs to {info.owner}, not to the program {program_id}: check the address")
    try:
        return kind.decode(info.data)
    except DecodeError as error:
        raise ChainError(f"{address} is not a {kind.__name__} of this release: {error}") from error
