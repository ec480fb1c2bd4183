# Generated from the IDL by scripts/generate-client; do not edit.
"""The accounts that the program keeps; each decodes its exact size only."""

from dataclasses import dataclass
from functools import partial
from struct import Struct
from typing import ClassVar, Self, TypeAlias

from solders.pubkey import Pubkey

from job_escrow.codec._base import array, byte_array, integer, pubkey, struct, unknown, unpack
from job_escrow.codec.types import IdWindow, Limits, Lot, Pack, PendingChanges, Split, Tier

_CREDIT_ACCOUNT = Struct(
    "<8xBB6x32s32s16s32sQQQQQQQQQQQQQQqqQQ" + IdWindow.FORMAT + Limits.FORMAT + Lot.FORMAT * 8 + "QQQQqQ32s32sQQ112x"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditAccount:
    """A wallet's credits. PDA `["credit", platform, wallet, namespace]`; its associated token account is its vault.

    Amounts are credits, times are unix seconds.
    """

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("c4abea84efff1560")
    SIZE: ClassVar[int] = 768

    version: int
    """Layout version."""
    bump: int
    """Bump of this PDA."""
    platform: Pubkey
    """The platform that they are spent on."""
    wallet: Pubkey
    """The only wallet that these credits ever belong to."""
    namespace: bytes
    """Partition of the wallet's credits on the platform; all zeros is the default one."""
    vault: Pubkey
    """The associated token account of this PDA: the USDC behind the credits."""
    base_units_per_credit: int
    """Copied from the platform, where it is fixed."""
    paid_available: int
    """Bought and free to spend or withdraw."""
    paid_locked: int
    """Bought and locked in open jobs."""
    granted_available: int
    """Sum of the free credits of all lots, expired ones included until they are expired."""
    granted_locked: int
    """Sum of the locked credits of all lots."""
    pending_bonus: int
    """Bonus of packs that is promised, and the paid credits that it depends on."""
    pending_bonus_base: int
    purchased: int
    """Lifetime sums, from here to `expired`: bought."""
    synced: int
    """Plain transfers that became credits."""
    granted: int
    """Granted by the operator."""
    spent_paid: int
    spent_granted: int
    withdrawn: int
    expired: int
    opened_at: int
    """When it was opened; ids and sequence numbers start there."""
    last_topup_at: int
    """Last purchase or deposit; 0: none yet."""
    open_jobs: int
    """Number of jobs that are open."""
    sequence: int
    """Sequence number that the wallet used last."""
    job_ids: IdWindow
    """Which ids of jobs and grants were used."""
    limits: Limits
    """What the operator may lock."""
    lots: tuple[Lot, ...]
    """Granted credits, by when they expire."""
    topup_threshold: int
    """Automatic top-up: buy `topup_credits` below `topup_threshold`, at most `topup_per_period` in a period."""
    topup_credits: int
    topup_per_period: int
    topup_period_seconds: int
    topup_period_started_at: int
    topup_used: int
    rent_payer: Pubkey
    """Who paid the rent of this account; it goes back there."""
    vault_rent_payer: Pubkey
    """The same of its vault."""
    rent_lamports: int
    """What was paid for this account at the opening, in lamports; whatever else is there at the close is the
    wallet's.
    """
    vault_rent_lamports: int
    """The same of its vault; 0 where it held tokens already, and so was somebody else's gift."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_CREDIT_ACCOUNT, cls.DISCRIMINATOR, "a CreditAccount account", data)
        return cls(
            version=v[0],
            bump=v[1],
            platform=Pubkey(v[2]),
            wallet=Pubkey(v[3]),
            namespace=v[4],
            vault=Pubkey(v[5]),
            base_units_per_credit=v[6],
            paid_available=v[7],
            paid_locked=v[8],
            granted_available=v[9],
            granted_locked=v[10],
            pending_bonus=v[11],
            pending_bonus_base=v[12],
            purchased=v[13],
            synced=v[14],
            granted=v[15],
            spent_paid=v[16],
            spent_granted=v[17],
            withdrawn=v[18],
            expired=v[19],
            opened_at=v[20],
            last_topup_at=v[21],
            open_jobs=v[22],
            sequence=v[23],
            job_ids=IdWindow.from_values(v, 24),
            limits=Limits.from_values(v, 27),
            lots=tuple(Lot.from_values(v, i) for i in range(32, 56, 3)),
            topup_threshold=v[56],
            topup_credits=v[57],
            topup_per_period=v[58],
            topup_period_seconds=v[59],
            topup_period_started_at=v[60],
            topup_used=v[61],
            rent_payer=Pubkey(v[62]),
            vault_rent_payer=Pubkey(v[63]),
            rent_lamports=v[64],
            vault_rent_lamports=v[65],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                integer("CreditAccount.version", self.version, "u8"),
                integer("CreditAccount.bump", self.bump, "u8"),
                bytes(6),
                pubkey("CreditAccount.platform", self.platform),
                pubkey("CreditAccount.wallet", self.wallet),
                byte_array("CreditAccount.namespace", self.namespace, 16),
                pubkey("CreditAccount.vault", self.vault),
                integer("CreditAccount.base_units_per_credit", self.base_units_per_credit, "u64"),
                integer("CreditAccount.paid_available", self.paid_available, "u64"),
                integer("CreditAccount.paid_locked", self.paid_locked, "u64"),
                integer("CreditAccount.granted_available", self.granted_available, "u64"),
                integer("CreditAccount.granted_locked", self.granted_locked, "u64"),
                integer("CreditAccount.pending_bonus", self.pending_bonus, "u64"),
                integer("CreditAccount.pending_bonus_base", self.pending_bonus_base, "u64"),
                integer("CreditAccount.purchased", self.purchased, "u64"),
                integer("CreditAccount.synced", self.synced, "u64"),
                integer("CreditAccount.granted", self.granted, "u64"),
                integer("CreditAccount.spent_paid", self.spent_paid, "u64"),
                integer("CreditAccount.spent_granted", self.spent_granted, "u64"),
                integer("CreditAccount.withdrawn", self.withdrawn, "u64"),
                integer("CreditAccount.expired", self.expired, "u64"),
                integer("CreditAccount.opened_at", self.opened_at, "i64"),
                integer("CreditAccount.last_topup_at", self.last_topup_at, "i64"),
                integer("CreditAccount.open_jobs", self.open_jobs, "u64"),
                integer("CreditAccount.sequence", self.sequence, "u64"),
                struct("CreditAccount.job_ids", self.job_ids, IdWindow),
                struct("CreditAccount.limits", self.limits, Limits),
                array("CreditAccount.lots", self.lots, partial(struct, of=Lot), 8),
                integer("CreditAccount.topup_threshold", self.topup_threshold, "u64"),
                integer("CreditAccount.topup_credits", self.topup_credits, "u64"),
                integer("CreditAccount.topup_per_period", self.topup_per_period, "u64"),
                integer("CreditAccount.topup_period_seconds", self.topup_period_seconds, "u64"),
                integer("CreditAccount.topup_period_started_at", self.topup_period_started_at, "i64"),
                integer("CreditAccount.topup_used", self.topup_used, "u64"),
                pubkey("CreditAccount.rent_payer", self.rent_payer),
                pubkey("CreditAccount.vault_rent_payer", self.vault_rent_payer),
                integer("CreditAccount.rent_lamports", self.rent_lamports, "u64"),
                integer("CreditAccount.vault_rent_lamports", self.vault_rent_lamports, "u64"),
                bytes(112),
            )
        )


_JOB = Struct("<8xBBBBB3x32sQ32s32s32s" + Tier.FORMAT + "QQQ" + Split.FORMAT + "QQqqq64x")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Locked credits of one job. PDA `["job", credit account, id as u64]`; closed when the job ends.

    Everything that decides about money is copied here at the lock and never changes.
    """

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("4b7c50cba1b4ca50")
    SIZE: ClassVar[int] = 368

    version: int
    """Layout version."""
    bump: int
    """Bump of this PDA."""
    by_operator: int
    """1: locked by the operator within the wallet's limits; 0: locked by the wallet."""
    quoted: int
    """1: priced by quoted credits; 0: by the tier's terms."""
    tier_index: int
    """Which tier it was, for reports; 255 where it was quoted."""
    credit_account: Pubkey
    """The credit account that it was locked from."""
    id: int
    """Unique among the jobs of the credit account, for ever."""
    payee: Pubkey
    """Who earns what paid credits bring, less the fee; all zeros: the treasury."""
    payee_token_account: Pubkey
    """The payee's token account, as it was registered at the lock."""
    rent_payer: Pubkey
    """Who paid the rent of this account; it goes back there."""
    tier: Tier
    """Terms of the tier at the lock; all zeros where it was quoted."""
    max_units: int
    """Units that the lock covers; 0 where it was quoted."""
    credits: int
    """Credits locked in all."""
    settled: int
    """Credits settled so far."""
    held: Split
    """Credits still held, by where they came from."""
    payee_credits: int
    """Paid credits that went to the payee so far, which the fee is computed on."""
    fee_bps: int
    """Share of the payee's earnings that goes to the treasury, in basis points."""
    locked_at: int
    """Unix seconds."""
    deadline: int
    """Settling ends and refunding by anyone begins, in unix seconds."""
    limit_period: int
    """Period of the wallet's limits that the lock counted in."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_JOB, cls.DISCRIMINATOR, "a Job account", data)
        return cls(
            version=v[0],
            bump=v[1],
            by_operator=v[2],
            quoted=v[3],
            tier_index=v[4],
            credit_account=Pubkey(v[5]),
            id=v[6],
            payee=Pubkey(v[7]),
            payee_token_account=Pubkey(v[8]),
            rent_payer=Pubkey(v[9]),
            tier=Tier.from_values(v, 10),
            max_units=v[15],
            credits=v[16],
            settled=v[17],
            held=Split.from_values(v, 18),
            payee_credits=v[27],
            fee_bps=v[28],
            locked_at=v[29],
            deadline=v[30],
            limit_period=v[31],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                integer("Job.version", self.version, "u8"),
                integer("Job.bump", self.bump, "u8"),
                integer("Job.by_operator", self.by_operator, "u8"),
                integer("Job.quoted", self.quoted, "u8"),
                integer("Job.tier_index", self.tier_index, "u8"),
                bytes(3),
                pubkey("Job.credit_account", self.credit_account),
                integer("Job.id", self.id, "u64"),
                pubkey("Job.payee", self.payee),
                pubkey("Job.payee_token_account", self.payee_token_account),
                pubkey("Job.rent_payer", self.rent_payer),
                struct("Job.tier", self.tier, Tier),
                integer("Job.max_units", self.max_units, "u64"),
                integer("Job.credits", self.credits, "u64"),
                integer("Job.settled", self.settled, "u64"),
                struct("Job.held", self.held, Split),
                integer("Job.payee_credits", self.payee_credits, "u64"),
                integer("Job.fee_bps", self.fee_bps, "u64"),
                integer("Job.locked_at", self.locked_at, "i64"),
                integer("Job.deadline", self.deadline, "i64"),
                integer("Job.limit_period", self.limit_period, "i64"),
                bytes(64),
            )
        )


_PAYEE = Struct("<8xBB6x32s32s32s32s64x")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """A registered payee. PDA `["payee", platform, owner]`. An operator may name it in a lock, and no other."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("37b9075c5ec80af6")
    SIZE: ClassVar[int] = 208

    version: int
    """Layout version."""
    bump: int
    """Bump of this PDA."""
    platform: Pubkey
    """The platform that they earn on."""
    owner: Pubkey
    """Who earns."""
    token_account: Pubkey
    """The owner's token account of the platform's mint that earnings go to."""
    rent_payer: Pubkey
    """Who paid the rent of this account; it goes back there."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_PAYEE, cls.DISCRIMINATOR, "a Payee account", data)
        return cls(
            version=v[0],
            bump=v[1],
            platform=Pubkey(v[2]),
            owner=Pubkey(v[3]),
            token_account=Pubkey(v[4]),
            rent_payer=Pubkey(v[5]),
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                integer("Payee.version", self.version, "u8"),
                integer("Payee.bump", self.bump, "u8"),
                bytes(6),
                pubkey("Payee.platform", self.platform),
                pubkey("Payee.owner", self.owner),
                pubkey("Payee.token_account", self.token_account),
                pubkey("Payee.rent_payer", self.rent_payer),
                bytes(64),
            )
        )


_PLATFORM = Struct(
    "<8xBBB5x32s32s32s32s32s32s32sQQQQQ" + Tier.FORMAT * 8 + PendingChanges.FORMAT + Pack.FORMAT * 4 + "256x"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """One credit system. PDA `["platform", creator, name]`; anyone may create one, so clients pin the address.

    No instruction of a job writes this account: jobs of different wallets run in parallel.
    """

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("4d5ccc3abb625b0c")
    SIZE: ClassVar[int] = 1560

    version: int
    """Layout version."""
    bump: int
    """Bump of this PDA."""
    paused: int
    """1 while purchases and locks are stopped."""
    creator: Pubkey
    """Who created it; a part of its address, without any right."""
    name: bytes
    """`[a-z0-9-]{1,32}`, padded with zeros; a part of its address."""
    admin: Pubkey
    """May change the settings."""
    pending_admin: Pubkey
    """May become admin by accepting; all zeros: nobody."""
    operator: Pubkey
    """May lock within a wallet's limits, settle and refund; all zeros: nobody."""
    treasury: Pubkey
    """Token account of the mint that earnings go to."""
    mint: Pubkey
    """Mint that credits are bought with; fixed."""
    base_units_per_credit: int
    """Base units of the mint that one credit is worth; fixed."""
    notice_seconds: int
    """Seconds between the announcement of a change that could hurt a wallet and its effect; fixed."""
    min_purchase: int
    """Fewest credits that a purchase buys."""
    max_job_seconds: int
    """Longest time that a job may hold credits, in seconds."""
    fee_bps: int
    """Share of a payee's earnings that goes to the treasury, in basis points."""
    tiers: tuple[Tier, ...]
    """Prices; a tier without a name is not offered."""
    pending: PendingChanges
    """Announced changes that wait for their notice period."""
    packs: tuple[Pack, ...]
    """Packs with a bonus; a pack of 0 credits is not offered."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_PLATFORM, cls.DISCRIMINATOR, "a Platform account", data)
        return cls(
            version=v[0],
            bump=v[1],
            paused=v[2],
            creator=Pubkey(v[3]),
            name=v[4],
            admin=Pubkey(v[5]),
            pending_admin=Pubkey(v[6]),
            operator=Pubkey(v[7]),
            treasury=Pubkey(v[8]),
            mint=Pubkey(v[9]),
            base_units_per_credit=v[10],
            notice_seconds=v[11],
            min_purchase=v[12],
            max_job_seconds=v[13],
            fee_bps=v[14],
            tiers=tuple(Tier.from_values(v, i) for i in range(15, 55, 5)),
            pending=PendingChanges.from_values(v, 55),
            packs=tuple(Pack.from_values(v, i) for i in range(113, 121, 2)),
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                integer("Platform.version", self.version, "u8"),
                integer("Platform.bump", self.bump, "u8"),
                integer("Platform.paused", self.paused, "u8"),
                bytes(5),
                pubkey("Platform.creator", self.creator),
                byte_array("Platform.name", self.name, 32),
                pubkey("Platform.admin", self.admin),
                pubkey("Platform.pending_admin", self.pending_admin),
                pubkey("Platform.operator", self.operator),
                pubkey("Platform.treasury", self.treasury),
                pubkey("Platform.mint", self.mint),
                integer("Platform.base_units_per_credit", self.base_units_per_credit, "u64"),
                integer("Platform.notice_seconds", self.notice_seconds, "u64"),
                integer("Platform.min_purchase", self.min_purchase, "u64"),
                integer("Platform.max_job_seconds", self.max_job_seconds, "u64"),
                integer("Platform.fee_bps", self.fee_bps, "u64"),
                array("Platform.tiers", self.tiers, partial(struct, of=Tier), 8),
                struct("Platform.pending", self.pending, PendingChanges),
                array("Platform.packs", self.packs, partial(struct, of=Pack), 4),
                bytes(256),
            )
        )


AnyAccount: TypeAlias = CreditAccount | Job | Payee | Platform
"""Any account of the program."""

ACCOUNTS: dict[bytes, type[AnyAccount]] = {
    CreditAccount.DISCRIMINATOR: CreditAccount,
    Job.DISCRIMINATOR: Job,
    Payee.DISCRIMINATOR: Payee,
    Platform.DISCRIMINATOR: Platform,
}
"""Class of each account by its discriminator."""


def decode_account(data: bytes) -> AnyAccount:
    """Decode the data of any account of the program; raises DecodeError."""
    found = ACCOUNTS.get(data[:8])
    if found is None:
        raise unknown("an account", data[:8])
    return found.decode(data)
