"""Reading the program's accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM_ID
from solders.token.state import TokenAccount

from job_escrow import tokens
from job_escrow.addresses import payee_address, top_up_address, vault_address
from job_escrow.chain.requests import AccountInfo, ChainError, Flow, GetAccounts, GetProgramAccounts, ask
from job_escrow.clock import CLOCK_ADDRESS, unix_time_of
from job_escrow.codec import CreditAccount, DecodeError, Job, Payee, Platform, Session, TopUpRule
from job_escrow.errors import NotFound
from job_escrow.packs import payable
from job_escrow.spendable import granted_at

MAX_ACCOUNTS_AT_ONCE = 100
"""Most accounts that a node gives in one answer."""

_Account = TypeVar("_Account", Platform, CreditAccount, Job, Payee, Session, TopUpRule)

# Where the addresses are that accounts are found by; tests hold them against the layouts.
_PLATFORM_OFFSET = 16
_WALLET_OFFSET = 48
_CREDIT_ACCOUNT_OFFSET = 16


@dataclass(frozen=True, kw_only=True)
class Balance:
    """What a credit account holds. Amounts are credits, except for `vault_base_units` and `surplus_base_units`.

    `available` can be spent; `withdrawable` of it was paid for and can be withdrawn; `granted` of it came as lots that
    have not expired.
    `withdrawable_base_units` is what withdrawing those would pay: less than their price where the platform's promotion
    has paid of them.
    `surplus_base_units` came by plain transfer and is no credits yet; withdrawing pays it out too.
    `locked` is what open jobs and sessions hold; `Escrow.sessions` has those, each with its own part.
    """

    available: int
    withdrawable: int
    granted: int
    locked: int
    withdrawable_base_units: int
    vault_base_units: int
    surplus_base_units: int


def platform(address: Pubkey, program_id: Pubkey) -> Flow[Platform]:
    """Read a platform. Raises NotFound or ChainError."""
    (info,) = yield from ask(GetAccounts([address]))
    return decoded_platform(address, info, program_id)


def promotion_of(platform: Platform) -> Pubkey | None:
    """The account that a platform's packs are paid from; None where it has none."""
    return None if platform.promotion == Pubkey.default() else platform.promotion


def credit_account(address: Pubkey, program_id: Pubkey) -> Flow[CreditAccount | None]:
    """Read a credit account; None where it was not opened. Raises ChainError."""
    (info,) = yield from ask(GetAccounts([address]))
    return None if info is None else _decoded(CreditAccount, address, info, program_id)


def credit_account_now(address: Pubkey, program_id: Pubkey) -> Flow[tuple[CreditAccount | None, int]]:
    """Read a credit account with the chain's unix time at the same slot: what can be spent depends on both."""
    info, clock = yield from ask(GetAccounts([address, CLOCK_ADDRESS]))
    account = None if info is None else _decoded(CreditAccount, address, info, program_id)
    return account, unix_time_of(clock)


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


def session(address: Pubkey, program_id: Pubkey) -> Flow[Session | None]:
    """Read an open session; None where there is none (any more). Raises ChainError."""
    (info,) = yield from ask(GetAccounts([address]))
    return None if info is None else _decoded(Session, address, info, program_id)


def decoded_session(address: Pubkey, info: AccountInfo, program_id: Pubkey) -> Session:
    """A session that was asked for with others. Raises ChainError."""
    return _decoded(Session, address, info, program_id)


def existing_session(address: Pubkey, program_id: Pubkey) -> Flow[Session]:
    """Read a session that must be open. Raises NotFound or ChainError."""
    found = yield from session(address, program_id)
    if found is None:
        raise NotFound(f"there is no open session at {address}: it has ended, or was never opened")
    return found


def existing_payee(platform: Pubkey, owner: Pubkey, program_id: Pubkey) -> Flow[Payee]:
    """Read a payee that must be registered. Raises NotFound or ChainError."""
    address = payee_address(platform, owner, program_id)
    (info,) = yield from ask(GetAccounts([address]))
    if info is None:
        raise NotFound(f"{owner} is no payee of the platform {platform}: ask its admin to register it")
    return _decoded(Payee, address, info, program_id)


def existing_top_up_rule(credit_account: Pubkey, program_id: Pubkey) -> Flow[TopUpRule]:
    """Read the top-up rule of a credit account, which must have one. Raises NotFound or ChainError."""
    address = top_up_address(credit_account, program_id)
    (info,) = yield from ask(GetAccounts([address]))
    if info is None:
        raise NotFound(f"the credit account {credit_account} has no top-up rule: only its wallet sets one")
    return decoded_top_up_rule(address, info, program_id)


def top_up_rules(credit_accounts: Sequence[Pubkey], program_id: Pubkey) -> Flow[dict[Pubkey, TopUpRule]]:
    """Read the top-up rules of credit accounts, by the account; without those that have none. Raises ChainError."""
    addresses = [top_up_address(each, program_id) for each in credit_accounts]
    infos = yield from accounts(addresses)
    return {
        account: decoded_top_up_rule(address, info, program_id)
        for account, address, info in zip(credit_accounts, addresses, infos, strict=True)
        if info is not None
    }


def decoded_top_up_rule(address: Pubkey, info: AccountInfo, program_id: Pubkey) -> TopUpRule:
    """A top-up rule that was asked for with others. Raises ChainError."""
    return _decoded(TopUpRule, address, info, program_id)


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
    return (yield from _held(Job, program_id, credit_account, platform))


def sessions(
    program_id: Pubkey,
    *,
    credit_account: Pubkey | None = None,
    platform: Pubkey | None = None,
    operator: Pubkey | None = None,
) -> Flow[dict[Pubkey, Session]]:
    """The open sessions of a credit account, a platform, an operator's platforms, or all; the lowest id first."""
    found = yield from _held(Session, program_id, credit_account, platform)
    if operator is not None:
        theirs = {address for address, each in (yield from platforms(program_id)).items() if each.operator == operator}
        accounts = yield from credit_accounts(program_id, platform=platform)
        found = {
            address: session for address, session in found.items()
            if session.credit_account in accounts and accounts[session.credit_account].platform in theirs
        }  # fmt: skip
    return found


_Held = TypeVar("_Held", Job, Session)


def _held(
    kind: type[_Held], program_id: Pubkey, credit_account: Pubkey | None, platform: Pubkey | None
) -> Flow[dict[Pubkey, _Held]]:
    """What holds credits of an account, of a platform, or of everybody, by address; the lowest id first."""
    match = () if credit_account is None else ((_CREDIT_ACCOUNT_OFFSET, bytes(credit_account)),)
    found = yield from _all(kind, match, program_id)
    if platform is not None:
        # A job or session names its credit account, and that names the platform.
        theirs = yield from credit_accounts(program_id, platform=platform)
        found = {address: each for address, each in found.items() if each.credit_account in theirs}
    return dict(sorted(found.items(), key=lambda entry: (entry[1].id, bytes(entry[0]))))


def balance(address: Pubkey, mint: Pubkey, program_id: Pubkey) -> Flow[Balance]:
    """Read what a credit account holds and what stands behind it, at one slot. Raises NotFound or ChainError."""
    vault = vault_address(address, mint).address
    account_info, vault_info, clock = yield from ask(GetAccounts([address, vault, CLOCK_ADDRESS]))
    account = decoded_credit_account(address, account_info, program_id)
    held = tokens.token_amount(vault_info)
    granted = granted_at(account, unix_time_of(clock))
    # Of a later layout that may be more than the kinds of credits that are known here.
    owed = account.liabilities * account.base_units_per_credit + account.promotion_owed
    return Balance(
        available=account.paid_available + granted,
        withdrawable=account.paid_available,
        granted=granted,
        locked=account.paid_locked + account.granted_locked,
        withdrawable_base_units=payable(account),
        vault_base_units=held,
        surplus_base_units=held - owed,
    )


def _all(
    kind: type[_Account], match: tuple[tuple[int, bytes], ...], program_id: Pubkey
) -> Flow[dict[Pubkey, _Account]]:
    # Not by size: an account may grow.
    request = GetProgramAccounts(program_id, match=((0, kind.DISCRIMINATOR), *match))
    found = yield from ask(request)
    return {address: _decoded(kind, address, info, program_id) for address, info in found}


def _decoded(kind: type[_Account], address: Pubkey, info: AccountInfo, program_id: Pubkey) -> _Account:
    if info.owner != program_id:
        raise ChainError(f"{address} belongs to {info.owner}, not to the program {program_id}: check the address")
    try:
        return kind.decode(info.data)
    except DecodeError as error:
        raise ChainError(f"{address} is not a {kind.__name__} of this release: {error}") from error
