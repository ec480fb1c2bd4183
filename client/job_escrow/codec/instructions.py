# Generated from the IDL by scripts/generate-client; do not edit.
# ruff: noqa: A001, A002
"""The instructions of the program: functions that make them, and classes for what their data says."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import ClassVar, Self, TypeAlias

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from job_escrow.codec._base import Reader, boolean, byte_array, integer, option, struct, unknown
from job_escrow.codec.types import CreatePlatformArgs, LimitsArgs, LockArgs

PROGRAM_ID: Pubkey = Pubkey.from_string("JobqFjK1w6b9u1qg8x3K2HdSuMoV1abpzfjc3eYpALp")
"""Address of the program."""

_TOKEN_PROGRAM = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
_SYSTEM_PROGRAM = Pubkey.from_string("11111111111111111111111111111111")

ACCOUNT_NAMES: dict[str, tuple[str, ...]] = {
    "close": (
        "wallet",
        "platform",
        "credit_account",
        "vault",
        "destination",
        "treasury",
        "rent_payer",
        "vault_rent_payer",
        "token_program",
        "event_authority",
        "program",
    ),
    "create_platform": ("creator", "platform", "mint", "treasury", "system_program", "event_authority", "program"),
    "lock": ("authority", "payer", "platform", "credit_account", "job", "system_program", "event_authority", "program"),
    "open": ("wallet", "payer", "platform", "credit_account", "vault", "system_program", "event_authority", "program"),
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
    "refund": ("authority", "platform", "credit_account", "job", "rent_payer", "event_authority", "program"),
    "set_limits": ("wallet", "credit_account", "event_authority", "program"),
    "settle": (
        "operator",
        "platform",
        "credit_account",
        "job",
        "vault",
        "treasury",
        "rent_payer",
        "token_program",
        "event_authority",
        "program",
    ),
    "withdraw": ("wallet", "credit_account", "vault", "destination", "token_program", "event_authority", "program"),
}
"""Names of the accounts of each instruction, in their order."""


@cache
def event_authority(program_id: Pubkey) -> Pubkey:
    """Address that a program signs its events with."""
    return Pubkey.find_program_address([b"__event_authority"], program_id)[0]


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
    rent_payer: Pubkey,
    vault_rent_payer: Pubkey,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Pay everything out and remove the account; the rent goes back to who paid it.

    Args:
        wallet: Signer.
        platform: Read-only.
        credit_account: Writable.
        vault: Writable.
        destination: Token account of the mint that the wallet owns. Writable.
        treasury: Used only where lots or promised bonus are left; any account otherwise. Writable.
        rent_payer: Writable.
        vault_rent_payer: Writable.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        CloseData().to_bytes(),
        [
            AccountMeta(wallet, is_signer=True, is_writable=False),
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(vault, is_signer=False, is_writable=True),
            AccountMeta(destination, is_signer=False, is_writable=True),
            AccountMeta(treasury, is_signer=False, is_writable=True),
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
    job: Pubkey,
    args: LockArgs,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Lock the price of a job before it runs.

    Args:
        authority: The wallet, or the operator within the wallet's limits. Signer.
        payer: Pays the job's rent, and gets it back when the job ends. Signer, writable.
        platform: Read-only.
        credit_account: Writable.
        job: The job's address; made here. Writable.
        args: What to lock. `job_bump` spares the program a search; any bump but the right one for the given job is
            refused.
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
        payer: Pays the rent, and gets it back at the close. Signer, writable.
        platform: Read-only.
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
        platform: Read-only.
        credit_account: Writable.
        vault: Writable.
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
        platform: Read-only.
        credit_account: Writable.
        job: Writable.
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
class SetLimitsData:
    """What the data of the instruction `set_limits` says."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("cf32fa43d321465b")
    NAME: ClassVar[str] = "set_limits"

    limits: LimitsArgs

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        reader = Reader(data, cls.DISCRIMINATOR, "the instruction set_limits")
        return cls(limits=LimitsArgs.read(reader))

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return b"".join((self.DISCRIMINATOR, struct("set_limits.limits", self.limits, LimitsArgs)))


def set_limits(
    *,
    wallet: Pubkey,
    credit_account: Pubkey,
    limits: LimitsArgs,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Change what the operator may lock.

    Args:
        wallet: Signer.
        credit_account: Writable.
        limits: Limits as an argument.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        SetLimitsData(limits=limits).to_bytes(),
        [
            AccountMeta(wallet, is_signer=True, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
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

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode the data of the instruction; raises DecodeError."""
        reader = Reader(data, cls.DISCRIMINATOR, "the instruction settle")
        return cls(amount=reader.integer("u64"), is_final=reader.boolean())

    def to_bytes(self) -> bytes:
        """Encode the data of the instruction; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                integer("settle.amount", self.amount, "u64"),
                boolean("settle.is_final", self.is_final),
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
    rent_payer: Pubkey,
    amount: int,
    is_final: bool,
    remaining_accounts: Sequence[AccountMeta] = (),
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Charge what a job has cost so far; when final, give the rest back and end it.

    Args:
        operator: Signer.
        platform: Read-only.
        credit_account: Writable.
        job: Writable.
        vault: Writable.
        treasury: Writable.
        rent_payer: Gets the job's rent back when it ends. Writable.
        amount: A u64.
        is_final: A bool.
        remaining_accounts: Follow the accounts above as they are.
        program_id: Another one only where the program is tested.

    """
    return Instruction(
        program_id,
        SettleData(amount=amount, is_final=is_final).to_bytes(),
        [
            AccountMeta(operator, is_signer=True, is_writable=False),
            AccountMeta(platform, is_signer=False, is_writable=False),
            AccountMeta(credit_account, is_signer=False, is_writable=True),
            AccountMeta(job, is_signer=False, is_writable=True),
            AccountMeta(vault, is_signer=False, is_writable=True),
            AccountMeta(treasury, is_signer=False, is_writable=True),
            AccountMeta(rent_payer, is_signer=False, is_writable=True),
            AccountMeta(_TOKEN_PROGRAM, is_signer=False, is_writable=False),
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
        wallet: Signer.
        credit_account: Writable.
        vault: Writable.
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


InstructionData: TypeAlias = (
    CloseData
    | CreatePlatformData
    | LockData
    | OpenData
    | PurchaseData
    | RefundData
    | SetLimitsData
    | SettleData
    | WithdrawData
)
"""What the data of any instruction says."""

INSTRUCTIONS: dict[bytes, type[InstructionData]] = {
    CloseData.DISCRIMINATOR: CloseData,
    CreatePlatformData.DISCRIMINATOR: CreatePlatformData,
    LockData.DISCRIMINATOR: LockData,
    OpenData.DISCRIMINATOR: OpenData,
    PurchaseData.DISCRIMINATOR: PurchaseData,
    RefundData.DISCRIMINATOR: RefundData,
    SetLimitsData.DISCRIMINATOR: SetLimitsData,
    SettleData.DISCRIMINATOR: SettleData,
    WithdrawData.DISCRIMINATOR: WithdrawData,
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
