# Generated from the IDL by scripts/generate-client; do not edit.
# ruff: noqa: A001
"""The instructions of the program: functions that make them, and classes for what their data says."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import ClassVar, Self, TypeAlias

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from job_escrow.codec._base import Reader, boolean, byte_array, integer, option, pubkey, struct, unknown
from job_escrow.codec.program import PROGRAM_ID
from job_escrow.codec.types import (
    CreatePlatformArgs,
    LimitsArgs,
    LockArgs,
    OpenSessionArgs,
    Pack,
    PackExpected,
    PlanCycle,
    SettleSessionArgs,
    TierArgs,
    TopUpArgs,
    UpdatePayeeArgs,
    UpdatePlatformArgs,
)

_TOKEN_PROGRAM = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
_SYSTEM_PROGRAM = Pubkey.from_string("11111111111111111111111111111111")
_ASSOCIATED_TOKEN_PROGRAM = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")

ACCOUNT_NAMES: dict[str, tuple[str, ...]] = {
    "accept_admin": ("new_admin", "platform", "event_authority", "program"),
    "apply_changes": ("platform", "event_authority", "program"),
    "close": (
        "wallet",
        "platform",
        "credit_account",
        "vault",
        "destination",
        "treasury",
        "promotion",
        "rent_payer",
        "vault_rent_payer",
        "token_program",
        "event_authority",
        "program",
    ),
    "create_platform": ("creator", "platform", "mint", "treasury", "system_program", "event_authority", "program"),
    "expire_lots": ("platform", "credit_account", "vault", "treasury", "token_program", "event_authority", "program"),
    "grant": (
        "operator",
        "source",
        "platform",
        "credit_account",
        "vault",
        "token_program",
        "event_authority",
        "program",
    ),
    "lock": (
        "authority",
        "payer",
        "platform",
        "credit_account",
        "payee",
        "job",
        "system_program",
        "event_authority",
        "program",
    ),
    "open": ("wallet", "payer", "platform", "credit_account", "vault", "system_program", "event_authority", "program"),
    "open_session": (
        "operator",
        "payer",
        "platform",
        "credit_account",
        "payee",
        "session",
        "system_program",
        "event_authority",
        "program",
    ),
    "propose_admin": ("admin", "platform", "event_authority", "program"),
    "purchase": (
        "payer",
        "source",
        "platform",
        "credit_account",
        "vault",
        "token_program",
        "event_authority",
        "program",
    ),
    "purchase_pack": (
        "payer",
        "source",
        "platform",
        "promotion",
        "credit_account",
        "vault",
        "token_program",
        "event_authority",
        "program",
    ),
    "recover": ("wallet", "credit_account", "source", "destination", "token_program", "event_authority", "program"),
    "recover_nested": (
        "wallet",
        "credit_account",
        "vault",
        "vault_mint",
        "nested",
        "nested_mint",
        "destination",
        "associated_token_program",
        "token_program",
        "event_authority",
        "program",
    ),
    "refund": ("authority", "platform", "credit_account", "job", "rent_payer", "event_authority", "program"),
    "refund_session": (
        "authority",
        "platform",
        "credit_account",
        "session",
        "rent_payer",
        "event_authority",
        "program",
    ),
    "register_payee": ("admin", "platform", "payee", "token_account", "system_program", "event_authority", "program"),
    "remove_top_up": ("wallet", "credit_account", "rule", "rent_payer", "event_authority", "program"),
    "set_limits": ("wallet", "credit_account", "event_authority", "program"),
    "set_pack": ("admin", "platform", "event_authority", "program"),
    "set_tier": ("admin", "platform", "event_authority", "program"),
    "set_top_up": (
        "wallet",
        "payer",
        "platform",
        "credit_account",
        "source",
        "rule",
        "system_program",
        "event_authority",
        "program",
    ),
    "settle": (
        "operator",
        "platform",
        "credit_account",
        "job",
        "vault",
        "treasury",
        "payee",
        "rent_payer",
        "token_program",
        "event_authority",
        "program",
    ),
    "settle_session": (
        "operator",
        "platform",
        "credit_account",
        "session",
        "vault",
        "treasury",
        "payee",
        "rent_payer",
        "token_program",
        "event_authority",
        "program",
    ),
    "sweep_promotion": (
        "platform",
        "credit_account",
        "vault",
        "promotion",
        "treasury",
        "token_program",
        "event_authority",
        "program",
    ),
    "switch_operator": ("admin", "platform", "event_authority", "program"),
    "sync_deposits": ("authority", "platform", "credit_account", "vault", "event_authority", "program"),
    "top_up": (
        "platform",
        "credit_account",
        "vault",
        "rule",
        "source",
        "delegate",
        "promotion",
        "token_program",
        "event_authority",
        "program",
    ),
    "unregister_payee": ("admin", "platform", "payee", "rent_payer", "event_authority", "program"),
    "update_payee": ("admin", "platform", "payee", "event_authority", "program"),
    "update_platform": ("admin", "platform", "treasury", "promotion", "event_authority", "program"),
    "withdraw": ("wallet", "credit_account", "vault", "destination", "token_program", "event_authority", "program"),
    "withdraw_promotion": ("admin", "platform", "promotion", "treasury", "token_program", "event_authority", "program"),
}
"""Names of the accounts of each instruction, in their order."""


@cache
def event_authority(program_id: Pubkey) -> Pubkey:
    """Address that a program signs its events with."""
    return Pubkey.find_program_address([b"__event_authority"], program_id)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptAdminData:
    """What the data of the instruction `accept_admin` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("702a2d5a74b50daa")
    NAME: ClassVar[str] = "accept_admin"

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        Reader(data, cls.DISCRIMINATOR, "the instruction accept_admin")
        return cls()

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return self.DISCRIMINATOR


def accept_admin(
    *,
    new_admin: Pubkey,
    platform: Pubkey,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Become admin, as proposed.

    Args:
        new_admin: The key that was proposed. Signer.
        platform: The platform whose settings change. Writable.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        AcceptAdminData().to_bytes(),
        [
            AccountMeta(new_admin, is_signer=True, is_writable=False),
            AccountMeta(platform, is_signer=False, is_writable=True),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyChangesData:
    """What the data of the instruction `apply_changes` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("6dda10bcd55f578a")
    NAME: ClassVar[str] = "apply_changes"

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        Reader(data, cls.DISCRIMINATOR, "the instruction apply_changes")
        return cls()

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return self.DISCRIMINATOR


def apply_changes(
    *,
    platform: Pubkey,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Put announced changes into effect once their notice period is over, and before they lapse 30 days later.

    Args:
        platform: The platform whose settings change. Writable.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        ApplyChangesData().to_bytes(),
        [
            AccountMeta(platform, is_signer=False, is_writable=True),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseData:
    """What the data of the instruction `close` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("62a5c9b16c41ce60")
    NAME: ClassVar[str] = "close"

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        Reader(data, cls.DISCRIMINATOR, "the instruction close")
        return cls()

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return self.DISCRIMINATOR


def close(
    *,
    wallet: Pubkey,
    platform: Pubkey,
    credit_account: Pubkey,
    vault: Pubkey,
    destination: Pubkey,
    treasury: Pubkey,
    promotion: Pubkey | None = None,
    rent_payer: Pubkey,
    vault_rent_payer: Pubkey,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Pay everything out and remove the account; the rent goes back to who paid it, any SOL beyond it to the wallet.

    Args:
        wallet: Gets what the account and its vault hold beyond their rents. Signer, writable.
        platform: The platform that the credit account was opened on. Read-only.
        credit_account: The credit account that is removed. Writable.
        vault: The credit account's vault, which is emptied and removed. Writable.
        destination: Token account of the mint that the wallet owns; the treasury itself where the wallet owns that.
            Writable.
        treasury: Used only where lots are left, or promotion that its own account cannot get; any account otherwise.
            Writable.
        promotion: The platform's promotion account; needed only where promotion has paid for credits and the platform
            has one. Optional, writable.
        rent_payer: Gets back what it paid for the credit account. Writable.
        vault_rent_payer: Gets back what it paid for the vault. Writable.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        CloseData().to_bytes(),
        [
            AccountMeta(wallet, is_signer=True, is_writable=True),
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(vault, is_signer=False, is_writable=True),
            AccountMeta(destination, is_signer=False, is_writable=True),
            AccountMeta(treasury, is_signer=False, is_writable=True),
            AccountMeta(
                program_id if promotion is None else promotion, is_signer=False, is_writable=promotion is not None
            ),
            AccountMeta(rent_payer, is_signer=False, is_writable=True),
            AccountMeta(vault_rent_payer, is_signer=False, is_writable=True),
            AccountMeta(_TOKEN_PROGRAM, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePlatformData:
    """What the data of the instruction `create_platform` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("9f6a2cf135bc7bee")
    NAME: ClassVar[str] = "create_platform"

    args: CreatePlatformArgs

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        reader = Reader(data, cls.DISCRIMINATOR, "the instruction create_platform")
        return cls(args=CreatePlatformArgs.read(reader))

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return b"".join((self.DISCRIMINATOR, struct("create_platform.args", self.args, CreatePlatformArgs)))


def create_platform(
    *,
    creator: Pubkey,
    platform: Pubkey,
    mint: Pubkey,
    treasury: Pubkey,
    args: CreatePlatformArgs,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Create a credit system: its mint and credit price for ever, its keys and prices to be changed with notice.

    Args:
        creator: Pays the rent; a part of the platform's address. Signer, writable.
        platform: The platform's address; made here. Writable.
        mint: The mint that credits are bought with, of the classic Token program. Read-only.
        treasury: Token account of the mint that earnings go to. Read-only.
        args: What a platform is created with. Amounts are credits, times are seconds.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        CreatePlatformData(args=args).to_bytes(),
        [
            AccountMeta(creator, is_signer=True, is_writable=True),
            AccountMeta(platform, is_signer=False, is_writable=True),
            AccountMeta(mint, is_signer=False, is_writable=False),
            AccountMeta(treasury, is_signer=False, is_writable=False),
            AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireLotsData:
    """What the data of the instruction `expire_lots` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("1231bdd88d4a7da3")
    NAME: ClassVar[str] = "expire_lots"

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        Reader(data, cls.DISCRIMINATOR, "the instruction expire_lots")
        return cls()

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return self.DISCRIMINATOR


def expire_lots(
    *,
    platform: Pubkey,
    credit_account: Pubkey,
    vault: Pubkey,
    treasury: Pubkey,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Take expired lots away; what stood behind them goes to the treasury.

    Args:
        platform: The platform that the credit account was opened on. Read-only.
        credit_account: The credit account that changes. Writable.
        vault: The credit account's vault: the tokens behind its credits. Writable.
        treasury: The platform's treasury, which what stood behind the lots goes to. Writable.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        ExpireLotsData().to_bytes(),
        [
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(vault, is_signer=False, is_writable=True),
            AccountMeta(treasury, is_signer=False, is_writable=True),
            AccountMeta(_TOKEN_PROGRAM, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantData:
    """What the data of the instruction `grant` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("91bd4499a1e74c6b")
    NAME: ClassVar[str] = "grant"

    grant_id: int
    credits: int
    expires_at: int
    reason: int
    plan: PlanCycle | None

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        reader = Reader(data, cls.DISCRIMINATOR, "the instruction grant")
        return cls(
            grant_id=reader.integer("u64"),
            credits=reader.integer("u64"),
            expires_at=reader.integer("i64"),
            reason=reader.integer("u16"),
            plan=reader.option(lambda: PlanCycle.read(reader)),
        )

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                integer("grant.grant_id", self.grant_id, "u64"),
                integer("grant.credits", self.credits, "u64"),
                integer("grant.expires_at", self.expires_at, "i64"),
                integer("grant.reason", self.reason, "u16"),
                option("grant.plan", self.plan, partial(struct, of=PlanCycle)),
            )
        )


def grant(
    *,
    operator: Pubkey,
    source: Pubkey,
    platform: Pubkey,
    credit_account: Pubkey,
    vault: Pubkey,
    grant_id: int,
    credits: int,
    expires_at: int,
    reason: int,
    plan: PlanCycle | None,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Give promotional or subscription credits, which the signer pays for; `grant_id` is used up for ever.

    A plan's cycle is used up in its place: then `grant_id` is where the account's ids start.

    Args:
        operator: The platform's operator or its granter, who pays for the credits. Signer.
        source: Token account of the mint that the signer owns. Writable.
        platform: The platform that the credit account was opened on. Read-only.
        credit_account: The credit account that gets the credits. Writable.
        vault: The credit account's vault: the tokens behind its credits. Writable.
        grant_id: A u64.
        credits: A u64.
        expires_at: An i64.
        reason: A u16.
        plan: A PlanCycle or None.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        GrantData(grant_id=grant_id, credits=credits, expires_at=expires_at, reason=reason, plan=plan).to_bytes(),
        [
            AccountMeta(operator, is_signer=True, is_writable=False),
            AccountMeta(source, is_signer=False, is_writable=True),
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(vault, is_signer=False, is_writable=True),
            AccountMeta(_TOKEN_PROGRAM, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LockData:
    """What the data of the instruction `lock` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("1513d02bed3eff57")
    NAME: ClassVar[str] = "lock"

    args: LockArgs

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        reader = Reader(data, cls.DISCRIMINATOR, "the instruction lock")
        return cls(args=LockArgs.read(reader))

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return b"".join((self.DISCRIMINATOR, struct("lock.args", self.args, LockArgs)))


def lock(
    *,
    authority: Pubkey,
    payer: Pubkey,
    platform: Pubkey,
    credit_account: Pubkey,
    payee: Pubkey | None = None,
    job: Pubkey,
    args: LockArgs,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Lock the price of a job before it runs.

    Args:
        authority: The wallet, or the operator within the wallet's limits. Signer.
        payer: Pays the job's rent, and gets it back when the job ends. Signer, writable.
        platform: The platform that the credit account was opened on. Read-only.
        credit_account: The credit account that the job is paid from. Writable.
        payee: Who earns what paid credits bring, if not the treasury: only a payee that the admin registered. Optional.
        job: The job's address; made here. Writable.
        args: What to lock.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        LockData(args=args).to_bytes(),
        [
            AccountMeta(authority, is_signer=True, is_writable=False),
            AccountMeta(payer, is_signer=True, is_writable=True),
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(program_id if payee is None else payee, is_signer=False, is_writable=False),
            AccountMeta(job, is_signer=False, is_writable=True),
            AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenData:
    """What the data of the instruction `open` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("e4dc9b47c7bd3c2d")
    NAME: ClassVar[str] = "open"

    namespace: bytes
    limits: LimitsArgs
    vault_bump: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        reader = Reader(data, cls.DISCRIMINATOR, "the instruction open")
        return cls(namespace=reader.byte_array(16), limits=LimitsArgs.read(reader), vault_bump=reader.integer("u8"))

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                byte_array("open.namespace", self.namespace, 16),
                struct("open.limits", self.limits, LimitsArgs),
                integer("open.vault_bump", self.vault_bump, "u8"),
            )
        )


def open(
    *,
    wallet: Pubkey,
    payer: Pubkey,
    platform: Pubkey,
    credit_account: Pubkey,
    vault: Pubkey,
    namespace: bytes,
    limits: LimitsArgs,
    vault_bump: int,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Open a wallet's credit account in a namespace, and set the limits of the operator.

    Args:
        wallet: The wallet that the credits will belong to. Signer.
        payer: Pays the rent, and gets back at the close what it has paid. Signer, writable.
        platform: The platform that the credits are to be spent on. Read-only.
        credit_account: The credit account's address; made here. Writable.
        vault: Associated token account of the credit account, made before in the same transaction. Read-only.
        namespace: 16 bytes.
        limits: Limits as an argument.
        vault_bump: A u8.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        OpenData(namespace=namespace, limits=limits, vault_bump=vault_bump).to_bytes(),
        [
            AccountMeta(wallet, is_signer=True, is_writable=False),
            AccountMeta(payer, is_signer=True, is_writable=True),
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(vault, is_signer=False, is_writable=False),
            AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSessionData:
    """What the data of the instruction `open_session` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("82367c07ec146868")
    NAME: ClassVar[str] = "open_session"

    args: OpenSessionArgs

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        reader = Reader(data, cls.DISCRIMINATOR, "the instruction open_session")
        return cls(args=OpenSessionArgs.read(reader))

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return b"".join((self.DISCRIMINATOR, struct("open_session.args", self.args, OpenSessionArgs)))


def open_session(
    *,
    operator: Pubkey,
    payer: Pubkey,
    platform: Pubkey,
    credit_account: Pubkey,
    payee: Pubkey | None = None,
    session: Pubkey,
    args: OpenSessionArgs,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Lock credits for many requests, at the platform's present prices.

    Args:
        operator: The platform's operator, within the wallet's limits. Signer.
        payer: Pays the session's rent, and gets it back when the session ends. Signer, writable.
        platform: The platform that the credit account was opened on. Read-only.
        credit_account: The credit account that the session is paid from. Writable.
        payee: Who earns what paid credits bring, if not the treasury: only a payee that the admin registered. Optional.
        session: The session's address; made here. Writable.
        args: What to lock for a session.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        OpenSessionData(args=args).to_bytes(),
        [
            AccountMeta(operator, is_signer=True, is_writable=False),
            AccountMeta(payer, is_signer=True, is_writable=True),
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(program_id if payee is None else payee, is_signer=False, is_writable=False),
            AccountMeta(session, is_signer=False, is_writable=True),
            AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeAdminData:
    """What the data of the instruction `propose_admin` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("79d6c7d4572775ea")
    NAME: ClassVar[str] = "propose_admin"

    new_admin: Pubkey

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        reader = Reader(data, cls.DISCRIMINATOR, "the instruction propose_admin")
        return cls(new_admin=reader.pubkey())

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return b"".join((self.DISCRIMINATOR, pubkey("propose_admin.new_admin", self.new_admin)))


def propose_admin(
    *,
    admin: Pubkey,
    platform: Pubkey,
    new_admin: Pubkey,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Name the key that may become admin by accepting.

    Args:
        admin: The platform's admin. Signer.
        platform: The platform whose settings change. Writable.
        new_admin: A pubkey.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        ProposeAdminData(new_admin=new_admin).to_bytes(),
        [
            AccountMeta(admin, is_signer=True, is_writable=False),
            AccountMeta(platform, is_signer=False, is_writable=True),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseData:
    """What the data of the instruction `purchase` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("155d719ac1a0f2a8")
    NAME: ClassVar[str] = "purchase"

    credits: int
    sequence: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        reader = Reader(data, cls.DISCRIMINATOR, "the instruction purchase")
        return cls(credits=reader.integer("u64"), sequence=reader.integer("u64"))

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                integer("purchase.credits", self.credits, "u64"),
                integer("purchase.sequence", self.sequence, "u64"),
            )
        )


def purchase(
    *,
    payer: Pubkey,
    source: Pubkey,
    platform: Pubkey,
    credit_account: Pubkey,
    vault: Pubkey,
    credits: int,
    sequence: int,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Buy credits: the mint's tokens go from the payer straight into the vault.

    Args:
        payer: Pays; the wallet itself or anybody else. Signer.
        source: Token account of the mint that the payer owns. Writable.
        platform: The platform that the credit account was opened on. Read-only.
        credit_account: The credit account that gets the credits. Writable.
        vault: The credit account's vault: the tokens behind its credits. Writable.
        credits: A u64.
        sequence: A u64.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        PurchaseData(credits=credits, sequence=sequence).to_bytes(),
        [
            AccountMeta(payer, is_signer=True, is_writable=False),
            AccountMeta(source, is_signer=False, is_writable=True),
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(vault, is_signer=False, is_writable=True),
            AccountMeta(_TOKEN_PROGRAM, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchasePackData:
    """What the data of the instruction `purchase_pack` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("2b74874bfb43511a")
    NAME: ClassVar[str] = "purchase_pack"

    expected: PackExpected
    sequence: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        reader = Reader(data, cls.DISCRIMINATOR, "the instruction purchase_pack")
        return cls(expected=PackExpected.read(reader), sequence=reader.integer("u64"))

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                struct("purchase_pack.expected", self.expected, PackExpected),
                integer("purchase_pack.sequence", self.sequence, "u64"),
            )
        )


def purchase_pack(
    *,
    payer: Pubkey,
    source: Pubkey,
    platform: Pubkey,
    promotion: Pubkey,
    credit_account: Pubkey,
    vault: Pubkey,
    expected: PackExpected,
    sequence: int,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Buy a pack: its credits are paid by the payer, the bonus on top by the platform's promotion account.

    Args:
        payer: Pays; the wallet itself or anybody else. Signer.
        source: Token account of the mint that the payer owns. Writable.
        platform: The platform that the credit account was opened on. Read-only.
        promotion: The platform's promotion account, which pays for the bonus. Writable.
        credit_account: The credit account that gets the credits. Writable.
        vault: The credit account's vault: the tokens behind its credits. Writable.
        expected: Which pack to buy, and what the buyer has read of it.
        sequence: A u64.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        PurchasePackData(expected=expected, sequence=sequence).to_bytes(),
        [
            AccountMeta(payer, is_signer=True, is_writable=False),
            AccountMeta(source, is_signer=False, is_writable=True),
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(promotion, is_signer=False, is_writable=True),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(vault, is_signer=False, is_writable=True),
            AccountMeta(_TOKEN_PROGRAM, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverData:
    """What the data of the instruction `recover` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("6cd8263a6d927411")
    NAME: ClassVar[str] = "recover"

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        Reader(data, cls.DISCRIMINATOR, "the instruction recover")
        return cls()

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return self.DISCRIMINATOR


def recover(
    *,
    wallet: Pubkey,
    credit_account: Pubkey,
    source: Pubkey,
    destination: Pubkey,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Pay out tokens that are not behind any credit: of another mint, or in another account than the vault.

    Args:
        wallet: Gets the lamports of the emptied token account. Signer, writable.
        credit_account: The wallet's credit account. Read-only.
        source: Token account that the credit account owns and that is not its vault. Writable.
        destination: Token account of the same mint that the wallet owns. Writable.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        RecoverData().to_bytes(),
        [
            AccountMeta(wallet, is_signer=True, is_writable=True),
            AccountMeta(credit_account, is_signer=False, is_writable=False),
            AccountMeta(source, is_signer=False, is_writable=True),
            AccountMeta(destination, is_signer=False, is_writable=True),
            AccountMeta(_TOKEN_PROGRAM, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverNestedData:
    """What the data of the instruction `recover_nested` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("08bec93ac879d28f")
    NAME: ClassVar[str] = "recover_nested"

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        Reader(data, cls.DISCRIMINATOR, "the instruction recover_nested")
        return cls()

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return self.DISCRIMINATOR


def recover_nested(
    *,
    wallet: Pubkey,
    credit_account: Pubkey,
    vault: Pubkey,
    vault_mint: Pubkey,
    nested: Pubkey,
    nested_mint: Pubkey,
    destination: Pubkey,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Bring tokens back that were sent to the vault's own associated token account.

    Args:
        wallet: The wallet that the credit account belongs to. Signer.
        credit_account: The wallet's credit account. Writable.
        vault: The credit account's vault, which owns `nested`. Read-only.
        vault_mint: The mint of the vault. Read-only.
        nested: Associated token account of the vault. Writable.
        nested_mint: The mint of `nested`. Read-only.
        destination: Associated token account of the credit account for `nested_mint`; the vault itself where that is
            its mint. Writable.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        RecoverNestedData().to_bytes(),
        [
            AccountMeta(wallet, is_signer=True, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(vault, is_signer=False, is_writable=False),
            AccountMeta(vault_mint, is_signer=False, is_writable=False),
            AccountMeta(nested, is_signer=False, is_writable=True),
            AccountMeta(nested_mint, is_signer=False, is_writable=False),
            AccountMeta(destination, is_signer=False, is_writable=True),
            AccountMeta(_ASSOCIATED_TOKEN_PROGRAM, is_signer=False, is_writable=False),
            AccountMeta(_TOKEN_PROGRAM, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundData:
    """What the data of the instruction `refund` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("0260b7fb3fd02e2e")
    NAME: ClassVar[str] = "refund"

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        Reader(data, cls.DISCRIMINATOR, "the instruction refund")
        return cls()

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return self.DISCRIMINATOR


def refund(
    *,
    authority: Pubkey,
    platform: Pubkey,
    credit_account: Pubkey,
    job: Pubkey,
    rent_payer: Pubkey,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Give back all that a job still holds, and end it.

    Args:
        authority: The operator at any time; anybody once the deadline has passed. Signer.
        platform: The platform that the credit account was opened on. Read-only.
        credit_account: The credit account that the job was locked from. Writable.
        job: The job that ends. Writable.
        rent_payer: Gets the job's rent back. Writable.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        RefundData().to_bytes(),
        [
            AccountMeta(authority, is_signer=True, is_writable=False),
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(job, is_signer=False, is_writable=True),
            AccountMeta(rent_payer, is_signer=False, is_writable=True),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSessionData:
    """What the data of the instruction `refund_session` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("a857b92dfaaa0a55")
    NAME: ClassVar[str] = "refund_session"

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        Reader(data, cls.DISCRIMINATOR, "the instruction refund_session")
        return cls()

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return self.DISCRIMINATOR


def refund_session(
    *,
    authority: Pubkey,
    platform: Pubkey,
    credit_account: Pubkey,
    session: Pubkey,
    rent_payer: Pubkey,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Give back all that a session still holds, and end it.

    Args:
        authority: The operator at any time; anybody once the deadline has passed. Signer.
        platform: The platform that the credit account was opened on. Read-only.
        credit_account: The credit account that the session was locked from. Writable.
        session: The session that ends. Writable.
        rent_payer: Gets the session's rent back. Writable.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        RefundSessionData().to_bytes(),
        [
            AccountMeta(authority, is_signer=True, is_writable=False),
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(session, is_signer=False, is_writable=True),
            AccountMeta(rent_payer, is_signer=False, is_writable=True),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPayeeData:
    """What the data of the instruction `register_payee` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("ebe80846d0ecbab6")
    NAME: ClassVar[str] = "register_payee"

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        Reader(data, cls.DISCRIMINATOR, "the instruction register_payee")
        return cls()

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return self.DISCRIMINATOR


def register_payee(
    *,
    admin: Pubkey,
    platform: Pubkey,
    payee: Pubkey,
    token_account: Pubkey,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Let somebody besides the treasury earn from jobs, once the platform's notice for payees is over.

    Args:
        admin: Pays the rent. Signer, writable.
        platform: The platform that the payee may earn on. Read-only.
        payee: The payee's address; made here. Writable.
        token_account: Token account of the mint; its owner is the payee. Read-only.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        RegisterPayeeData().to_bytes(),
        [
            AccountMeta(admin, is_signer=True, is_writable=True),
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(payee, is_signer=False, is_writable=True),
            AccountMeta(token_account, is_signer=False, is_writable=False),
            AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveTopUpData:
    """What the data of the instruction `remove_top_up` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("21b0593ac028ae35")
    NAME: ClassVar[str] = "remove_top_up"

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        Reader(data, cls.DISCRIMINATOR, "the instruction remove_top_up")
        return cls()

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return self.DISCRIMINATOR


def remove_top_up(
    *,
    wallet: Pubkey,
    credit_account: Pubkey,
    rule: Pubkey,
    rent_payer: Pubkey,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Remove the wallet's rule; its rent goes back to who paid it.

    Args:
        wallet: The wallet that the credit account belongs to. Signer.
        credit_account: The credit account that the rule was set for. Writable.
        rule: The rule that is removed. Writable.
        rent_payer: Gets the rule's rent back. Writable.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        RemoveTopUpData().to_bytes(),
        [
            AccountMeta(wallet, is_signer=True, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(rule, is_signer=False, is_writable=True),
            AccountMeta(rent_payer, is_signer=False, is_writable=True),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLimitsData:
    """What the data of the instruction `set_limits` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("cf32fa43d321465b")
    NAME: ClassVar[str] = "set_limits"

    limits: LimitsArgs
    sequence: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        reader = Reader(data, cls.DISCRIMINATOR, "the instruction set_limits")
        return cls(limits=LimitsArgs.read(reader), sequence=reader.integer("u64"))

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                struct("set_limits.limits", self.limits, LimitsArgs),
                integer("set_limits.sequence", self.sequence, "u64"),
            )
        )


def set_limits(
    *,
    wallet: Pubkey,
    credit_account: Pubkey,
    limits: LimitsArgs,
    sequence: int,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Change what the operator may lock: more with the wallet's next sequence number, less also with 0.

    Args:
        wallet: The wallet that the credit account belongs to. Signer.
        credit_account: The credit account that changes. Writable.
        limits: Limits as an argument.
        sequence: A u64.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        SetLimitsData(limits=limits, sequence=sequence).to_bytes(),
        [
            AccountMeta(wallet, is_signer=True, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPackData:
    """What the data of the instruction `set_pack` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("afebfcd893efeb1f")
    NAME: ClassVar[str] = "set_pack"

    index: int
    pack: Pack | None

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        reader = Reader(data, cls.DISCRIMINATOR, "the instruction set_pack")
        return cls(index=reader.integer("u8"), pack=reader.option(lambda: Pack.read(reader)))

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                integer("set_pack.index", self.index, "u8"),
                option("set_pack.pack", self.pack, partial(struct, of=Pack)),
            )
        )


def set_pack(
    *,
    admin: Pubkey,
    platform: Pubkey,
    index: int,
    pack: Pack | None,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Offer a pack in a slot, or with none nothing there; at once, since a purchase names what it expects.

    Args:
        admin: The platform's admin. Signer.
        platform: The platform whose settings change. Writable.
        index: A u8.
        pack: A Pack or None.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        SetPackData(index=index, pack=pack).to_bytes(),
        [
            AccountMeta(admin, is_signer=True, is_writable=False),
            AccountMeta(platform, is_signer=False, is_writable=True),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTierData:
    """What the data of the instruction `set_tier` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("c5fafd58aa46ed42")
    NAME: ClassVar[str] = "set_tier"

    index: int
    tier: TierArgs | None

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        reader = Reader(data, cls.DISCRIMINATOR, "the instruction set_tier")
        return cls(index=reader.integer("u8"), tier=reader.option(lambda: TierArgs.read(reader)))

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                integer("set_tier.index", self.index, "u8"),
                option("set_tier.tier", self.tier, partial(struct, of=TierArgs)),
            )
        )


def set_tier(
    *,
    admin: Pubkey,
    platform: Pubkey,
    index: int,
    tier: TierArgs | None,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Set, or with none remove, a tier: cheaper is at once, anything else waits for the notice period.

    Args:
        admin: The platform's admin. Signer.
        platform: The platform whose settings change. Writable.
        index: A u8.
        tier: A TierArgs or None.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        SetTierData(index=index, tier=tier).to_bytes(),
        [
            AccountMeta(admin, is_signer=True, is_writable=False),
            AccountMeta(platform, is_signer=False, is_writable=True),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTopUpData:
    """What the data of the instruction `set_top_up` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("17f87d2031b6fc51")
    NAME: ClassVar[str] = "set_top_up"

    args: TopUpArgs
    sequence: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        reader = Reader(data, cls.DISCRIMINATOR, "the instruction set_top_up")
        return cls(args=TopUpArgs.read(reader), sequence=reader.integer("u64"))

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                struct("set_top_up.args", self.args, TopUpArgs),
                integer("set_top_up.sequence", self.sequence, "u64"),
            )
        )


def set_top_up(
    *,
    wallet: Pubkey,
    payer: Pubkey,
    platform: Pubkey,
    credit_account: Pubkey,
    source: Pubkey,
    rule: Pubkey,
    args: TopUpArgs,
    sequence: int,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Let anybody buy credits for the wallet from its own tokens, once few are left and within a cap.

    Args:
        wallet: The wallet that the credit account belongs to. Signer.
        payer: Pays the rule's rent, and gets it back when the rule is removed. Signer, writable.
        platform: The platform that the credit account was opened on. Read-only.
        credit_account: The credit account that is to be topped up. Writable.
        source: Token account of the mint that the wallet owns, which pays. Read-only.
        rule: The rule's address; made here. Writable.
        args: A rule as an argument; the source is an account.
        sequence: A u64.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        SetTopUpData(args=args, sequence=sequence).to_bytes(),
        [
            AccountMeta(wallet, is_signer=True, is_writable=False),
            AccountMeta(payer, is_signer=True, is_writable=True),
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(source, is_signer=False, is_writable=False),
            AccountMeta(rule, is_signer=False, is_writable=True),
            AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleData:
    """What the data of the instruction `settle` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("af2ab957908366d4")
    NAME: ClassVar[str] = "settle"

    amount: int
    is_final: bool
    proof: bytes | None

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        reader = Reader(data, cls.DISCRIMINATOR, "the instruction settle")
        return cls(
            amount=reader.integer("u64"), is_final=reader.boolean(), proof=reader.option(lambda: reader.byte_array(32))
        )

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                integer("settle.amount", self.amount, "u64"),
                boolean("settle.is_final", self.is_final),
                option("settle.proof", self.proof, partial(byte_array, size=32)),
            )
        )


def settle(
    *,
    operator: Pubkey,
    platform: Pubkey,
    credit_account: Pubkey,
    job: Pubkey,
    vault: Pubkey,
    treasury: Pubkey,
    payee: Pubkey | None = None,
    rent_payer: Pubkey,
    amount: int,
    is_final: bool,
    proof: bytes | None,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Charge what a job has cost so far; when final, give the rest back and end it.

    `proof` is kept in the event alone.

    Args:
        operator: The platform's operator. Signer.
        platform: The platform that the credit account was opened on. Read-only.
        credit_account: The credit account that the job was locked from. Writable.
        job: The job that is settled; it ends where this is final. Writable.
        vault: The credit account's vault: the tokens behind its credits. Writable.
        treasury: Looked at only where it is owed something. May be the payee's account too. Writable.
        payee: The payee's token account that is stored in the job; none where the job has no payee. Optional, writable.
        rent_payer: Gets the job's rent back when it ends. Writable.
        amount: A u64.
        is_final: A bool.
        proof: 32 bytes or None.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        SettleData(amount=amount, is_final=is_final, proof=proof).to_bytes(),
        [
            AccountMeta(operator, is_signer=True, is_writable=False),
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(job, is_signer=False, is_writable=True),
            AccountMeta(vault, is_signer=False, is_writable=True),
            AccountMeta(treasury, is_signer=False, is_writable=True),
            AccountMeta(program_id if payee is None else payee, is_signer=False, is_writable=payee is not None),
            AccountMeta(rent_payer, is_signer=False, is_writable=True),
            AccountMeta(_TOKEN_PROGRAM, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleSessionData:
    """What the data of the instruction `settle_session` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("9c14b4757555e180")
    NAME: ClassVar[str] = "settle_session"

    args: SettleSessionArgs

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        reader = Reader(data, cls.DISCRIMINATOR, "the instruction settle_session")
        return cls(args=SettleSessionArgs.read(reader))

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return b"".join((self.DISCRIMINATOR, struct("settle_session.args", self.args, SettleSessionArgs)))


def settle_session(
    *,
    operator: Pubkey,
    platform: Pubkey,
    credit_account: Pubkey,
    session: Pubkey,
    vault: Pubkey,
    treasury: Pubkey,
    payee: Pubkey | None = None,
    rent_payer: Pubkey,
    args: SettleSessionArgs,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Charge what a session has used so far; when final, give the rest back and end it.

    Args:
        operator: The platform's operator. Signer.
        platform: The platform that the credit account was opened on. Read-only.
        credit_account: The credit account that the session was locked from. Writable.
        session: The session that is settled; it ends where this is final. Writable.
        vault: The credit account's vault: the tokens behind its credits. Writable.
        treasury: Looked at only where it is owed something. May be the payee's account too. Writable.
        payee: The payee's token account that is stored in the session; none where the session has no payee. Optional,
            writable.
        rent_payer: Gets the session's rent back when it ends. Writable.
        args: What a session has used so far, and the receipts that say so.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        SettleSessionData(args=args).to_bytes(),
        [
            AccountMeta(operator, is_signer=True, is_writable=False),
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(session, is_signer=False, is_writable=True),
            AccountMeta(vault, is_signer=False, is_writable=True),
            AccountMeta(treasury, is_signer=False, is_writable=True),
            AccountMeta(program_id if payee is None else payee, is_signer=False, is_writable=payee is not None),
            AccountMeta(rent_payer, is_signer=False, is_writable=True),
            AccountMeta(_TOKEN_PROGRAM, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepPromotionData:
    """What the data of the instruction `sweep_promotion` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("503d239d957a22e9")
    NAME: ClassVar[str] = "sweep_promotion"

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        Reader(data, cls.DISCRIMINATOR, "the instruction sweep_promotion")
        return cls()

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return self.DISCRIMINATOR


def sweep_promotion(
    *,
    platform: Pubkey,
    credit_account: Pubkey,
    vault: Pubkey,
    promotion: Pubkey | None = None,
    treasury: Pubkey,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Bring what withdrawals have left of packs' bonus back to the promotion account.

    Args:
        platform: The platform that the credit account was opened on. Read-only.
        credit_account: The credit account that changes. Writable.
        vault: The credit account's vault: the tokens behind its credits. Writable.
        promotion: The platform's promotion account; none where the platform has none. Optional, writable.
        treasury: The platform's treasury, which gets what the promotion account cannot. Writable.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        SweepPromotionData().to_bytes(),
        [
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(vault, is_signer=False, is_writable=True),
            AccountMeta(
                program_id if promotion is None else promotion, is_signer=False, is_writable=promotion is not None
            ),
            AccountMeta(treasury, is_signer=False, is_writable=True),
            AccountMeta(_TOKEN_PROGRAM, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchOperatorData:
    """What the data of the instruction `switch_operator` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("b2c099df316ea060")
    NAME: ClassVar[str] = "switch_operator"

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        Reader(data, cls.DISCRIMINATOR, "the instruction switch_operator")
        return cls()

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return self.DISCRIMINATOR


def switch_operator(
    *,
    admin: Pubkey,
    platform: Pubkey,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Make the standby operator the operator, at once; the old one is dropped.

    Args:
        admin: The platform's admin. Signer.
        platform: The platform whose operator is replaced. Writable.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        SwitchOperatorData().to_bytes(),
        [
            AccountMeta(admin, is_signer=True, is_writable=False),
            AccountMeta(platform, is_signer=False, is_writable=True),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncDepositsData:
    """What the data of the instruction `sync_deposits` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("3959d06c79bd628e")
    NAME: ClassVar[str] = "sync_deposits"

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        Reader(data, cls.DISCRIMINATOR, "the instruction sync_deposits")
        return cls()

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return self.DISCRIMINATOR


def sync_deposits(
    *,
    authority: Pubkey,
    platform: Pubkey,
    credit_account: Pubkey,
    vault: Pubkey,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Turn plain transfers into the vault into credits.

    Args:
        authority: Anybody, from the platform's minimum purchase on; below it the wallet. Signer.
        platform: The platform that the credit account was opened on. Read-only.
        credit_account: The credit account that changes. Writable.
        vault: The credit account's vault: the tokens behind its credits. Read-only.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        SyncDepositsData().to_bytes(),
        [
            AccountMeta(authority, is_signer=True, is_writable=False),
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(vault, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpData:
    """What the data of the instruction `top_up` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("ece160093c6a4dd0")
    NAME: ClassVar[str] = "top_up"

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        Reader(data, cls.DISCRIMINATOR, "the instruction top_up")
        return cls()

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return self.DISCRIMINATOR


def top_up(
    *,
    platform: Pubkey,
    credit_account: Pubkey,
    vault: Pubkey,
    rule: Pubkey,
    source: Pubkey,
    delegate: Pubkey,
    promotion: Pubkey | None = None,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Buy what the wallet's rule says, if it is due.

    Args:
        platform: The platform that the credit account was opened on. Read-only.
        credit_account: The credit account that gets the credits. Writable.
        vault: The credit account's vault: the tokens behind its credits. Writable.
        rule: The wallet's rule. Writable.
        source: The wallet's token account that the rule names. It may be gone, or somebody else's by now. Writable.
        delegate: Whom the wallet lets spend from the source: for this platform alone. Read-only.
        promotion: The platform's promotion account; needed only where the rule's pack has a bonus. Optional, writable.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        TopUpData().to_bytes(),
        [
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(vault, is_signer=False, is_writable=True),
            AccountMeta(rule, is_signer=False, is_writable=True),
            AccountMeta(source, is_signer=False, is_writable=True),
            AccountMeta(delegate, is_signer=False, is_writable=False),
            AccountMeta(
                program_id if promotion is None else promotion, is_signer=False, is_writable=promotion is not None
            ),
            AccountMeta(_TOKEN_PROGRAM, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnregisterPayeeData:
    """What the data of the instruction `unregister_payee` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("6b8c82179a7a7c46")
    NAME: ClassVar[str] = "unregister_payee"

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        Reader(data, cls.DISCRIMINATOR, "the instruction unregister_payee")
        return cls()

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return self.DISCRIMINATOR


def unregister_payee(
    *,
    admin: Pubkey,
    platform: Pubkey,
    payee: Pubkey,
    rent_payer: Pubkey,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Remove a suspended payee.

    Args:
        admin: The platform's admin. Signer.
        platform: The platform that the payee earns on. Read-only.
        payee: The registration that is removed. Writable.
        rent_payer: Gets the registration's rent back. Writable.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        UnregisterPayeeData().to_bytes(),
        [
            AccountMeta(admin, is_signer=True, is_writable=False),
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(payee, is_signer=False, is_writable=True),
            AccountMeta(rent_payer, is_signer=False, is_writable=True),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePayeeData:
    """What the data of the instruction `update_payee` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("c22fac02c0106841")
    NAME: ClassVar[str] = "update_payee"

    args: UpdatePayeeArgs

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        reader = Reader(data, cls.DISCRIMINATOR, "the instruction update_payee")
        return cls(args=UpdatePayeeArgs.read(reader))

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return b"".join((self.DISCRIMINATOR, struct("update_payee.args", self.args, UpdatePayeeArgs)))


def update_payee(
    *,
    admin: Pubkey,
    platform: Pubkey,
    payee: Pubkey,
    args: UpdatePayeeArgs,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Suspend or resume a payee, at once, or announce a share of its own.

    Args:
        admin: The platform's admin. Signer.
        platform: The platform that the payee earns on. Read-only.
        payee: The registration that changes. Writable.
        args: What to change of a payee; none: leave it.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        UpdatePayeeData(args=args).to_bytes(),
        [
            AccountMeta(admin, is_signer=True, is_writable=False),
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(payee, is_signer=False, is_writable=True),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePlatformData:
    """What the data of the instruction `update_platform` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("2e4e8abd2fa37855")
    NAME: ClassVar[str] = "update_platform"

    args: UpdatePlatformArgs

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        reader = Reader(data, cls.DISCRIMINATOR, "the instruction update_platform")
        return cls(args=UpdatePlatformArgs.read(reader))

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return b"".join((self.DISCRIMINATOR, struct("update_platform.args", self.args, UpdatePlatformArgs)))


def update_platform(
    *,
    admin: Pubkey,
    platform: Pubkey,
    treasury: Pubkey | None = None,
    promotion: Pubkey | None = None,
    args: UpdatePlatformArgs,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Change settings: what could hurt a wallet waits for the notice period, the rest is at once.

    Args:
        admin: The platform's admin. Signer.
        platform: The platform whose settings change. Writable.
        treasury: A new treasury, which waits for the notice period; none: leave it. Optional.
        promotion: A new promotion account, which the platform owns, at once: nothing that a wallet has paid is in it;
            none: leave it. Optional.
        args: Settings to change; none: leave it. Amounts are credits, times are seconds.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        UpdatePlatformData(args=args).to_bytes(),
        [
            AccountMeta(admin, is_signer=True, is_writable=False),
            AccountMeta(platform, is_signer=False, is_writable=True),
            AccountMeta(program_id if treasury is None else treasury, is_signer=False, is_writable=False),
            AccountMeta(program_id if promotion is None else promotion, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawData:
    """What the data of the instruction `withdraw` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("b712469c946da122")
    NAME: ClassVar[str] = "withdraw"

    credits: int | None
    sequence: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        reader = Reader(data, cls.DISCRIMINATOR, "the instruction withdraw")
        return cls(credits=reader.option(lambda: reader.integer("u64")), sequence=reader.integer("u64"))

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                option("withdraw.credits", self.credits, partial(integer, kind="u64")),
                integer("withdraw.sequence", self.sequence, "u64"),
            )
        )


def withdraw(
    *,
    wallet: Pubkey,
    credit_account: Pubkey,
    vault: Pubkey,
    destination: Pubkey,
    credits: int | None,
    sequence: int,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Pay unspent credits out to their wallet.

    Args:
        wallet: The wallet that the credit account belongs to. Signer.
        credit_account: The credit account that changes. Writable.
        vault: The credit account's vault: the tokens behind its credits. Writable.
        destination: Token account of the mint that the wallet owns. Writable.
        credits: A u64 or None.
        sequence: A u64.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        WithdrawData(credits=credits, sequence=sequence).to_bytes(),
        [
            AccountMeta(wallet, is_signer=True, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(vault, is_signer=False, is_writable=True),
            AccountMeta(destination, is_signer=False, is_writable=True),
            AccountMeta(_TOKEN_PROGRAM, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawPromotionData:
    """What the data of the instruction `withdraw_promotion` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("c9ea4bfdd2a676ac")
    NAME: ClassVar[str] = "withdraw_promotion"

    base_units: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        reader = Reader(data, cls.DISCRIMINATOR, "the instruction withdraw_promotion")
        return cls(base_units=reader.integer("u64"))

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return b"".join((self.DISCRIMINATOR, integer("withdraw_promotion.base_units", self.base_units, "u64")))


def withdraw_promotion(
    *,
    admin: Pubkey,
    platform: Pubkey,
    promotion: Pubkey,
    treasury: Pubkey,
    base_units: int,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Take tokens out of the promotion account; they go to the treasury and nowhere else.

    Args:
        admin: The platform's admin. Signer.
        platform: The platform that owns the promotion account. Read-only.
        promotion: The platform's promotion account. Writable.
        treasury: The platform's treasury, which gets the tokens. Writable.
        base_units: A u64.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        WithdrawPromotionData(base_units=base_units).to_bytes(),
        [
            AccountMeta(admin, is_signer=True, is_writable=False),
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(promotion, is_signer=False, is_writable=True),
            AccountMeta(treasury, is_signer=False, is_writable=True),
            AccountMeta(_TOKEN_PROGRAM, is_signer=False, is_writable=False),
            AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
            AccountMeta(program_id, is_signer=False, is_writable=False),
            *remaining_accounts,
        ],
    )


InstructionData: TypeAlias = (
    AcceptAdminData
    | ApplyChangesData
    | CloseData
    | CreatePlatformData
    | ExpireLotsData
    | GrantData
    | LockData
    | OpenData
    | OpenSessionData
    | ProposeAdminData
    | PurchaseData
    | PurchasePackData
    | RecoverData
    | RecoverNestedData
    | RefundData
    | RefundSessionData
    | RegisterPayeeData
    | RemoveTopUpData
    | SetLimitsData
    | SetPackData
    | SetTierData
    | SetTopUpData
    | SettleData
    | SettleSessionData
    | SweepPromotionData
    | SwitchOperatorData
    | SyncDepositsData
    | TopUpData
    | UnregisterPayeeData
    | UpdatePayeeData
    | UpdatePlatformData
    | WithdrawData
    | WithdrawPromotionData
)
"""What the data of any instruction says."""

INSTRUCTIONS: dict[bytes, type[InstructionData]] = {
    AcceptAdminData.DISCRIMINATOR: AcceptAdminData,
    ApplyChangesData.DISCRIMINATOR: ApplyChangesData,
    CloseData.DISCRIMINATOR: CloseData,
    CreatePlatformData.DISCRIMINATOR: CreatePlatformData,
    ExpireLotsData.DISCRIMINATOR: ExpireLotsData,
    GrantData.DISCRIMINATOR: GrantData,
    LockData.DISCRIMINATOR: LockData,
    OpenData.DISCRIMINATOR: OpenData,
    OpenSessionData.DISCRIMINATOR: OpenSessionData,
    ProposeAdminData.DISCRIMINATOR: ProposeAdminData,
    PurchaseData.DISCRIMINATOR: PurchaseData,
    PurchasePackData.DISCRIMINATOR: PurchasePackData,
    RecoverData.DISCRIMINATOR: RecoverData,
    RecoverNestedData.DISCRIMINATOR: RecoverNestedData,
    RefundData.DISCRIMINATOR: RefundData,
    RefundSessionData.DISCRIMINATOR: RefundSessionData,
    RegisterPayeeData.DISCRIMINATOR: RegisterPayeeData,
    RemoveTopUpData.DISCRIMINATOR: RemoveTopUpData,
    SetLimitsData.DISCRIMINATOR: SetLimitsData,
    SetPackData.DISCRIMINATOR: SetPackData,
    SetTierData.DISCRIMINATOR: SetTierData,
    SetTopUpData.DISCRIMINATOR: SetTopUpData,
    SettleData.DISCRIMINATOR: SettleData,
    SettleSessionData.DISCRIMINATOR: SettleSessionData,
    SweepPromotionData.DISCRIMINATOR: SweepPromotionData,
    SwitchOperatorData.DISCRIMINATOR: SwitchOperatorData,
    SyncDepositsData.DISCRIMINATOR: SyncDepositsData,
    TopUpData.DISCRIMINATOR: TopUpData,
    UnregisterPayeeData.DISCRIMINATOR: UnregisterPayeeData,
    UpdatePayeeData.DISCRIMINATOR: UpdatePayeeData,
    UpdatePlatformData.DISCRIMINATOR: UpdatePlatformData,
    WithdrawData.DISCRIMINATOR: WithdrawData,
    WithdrawPromotionData.DISCRIMINATOR: WithdrawPromotionData,
}
"""Class for the data of each instruction by its discriminator."""


def decode_instruction(data: bytes) -> InstructionData:
    """Decode the data of any instruction of the program; raises DecodeError.

    Bytes behind the last argument are passed over, as the program does.
    """
    found = INSTRUCTIONS.get(data[:8])
    if found is None:
        raise unknown("an instruction", data[:8])
    return found.decode(data)
