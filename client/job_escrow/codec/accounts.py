# Generated from the IDL by scripts/generate-client; do not edit.
"""The accounts that the program keeps; each may have grown behind what is known of it."""

from dataclasses import dataclass
from functools import partial
from struct import Struct
from typing import ClassVar, Self, TypeAlias

from solders.pubkey import Pubkey

from job_escrow.codec._base import array, byte_array, integer, pubkey, struct, unknown, unpack_front
from job_escrow.codec.types import (
    IdWindow,
    JobIdWindow,
    Limits,
    Lot,
    Pack,
    PendingChanges,
    PlanWindows,
    Split,
    Tier,
    TierTotals,
)

_CREDIT_ACCOUNT = Struct(
    "<8xBBBB4x32s32s16s32sQQQQQQQQQQQQQQQqqQQ"
    + JobIdWindow.FORMAT
    + IdWindow.FORMAT
    + IdWindow.FORMAT
    + Limits.FORMAT
    + Lot.FORMAT * 8
    + PlanWindows.FORMAT
    + "32s32sQQ32sQ56x"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditAccount:
    """A wallet's credits. PDA `["credit", platform, wallet, namespace]`; its associated token account is its vault.

    Amounts are credits, times are unix seconds.
    """

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("c4abea84efff1560")
    SIZE: ClassVar[int] = 784

    version: int
    """Layout version."""
    bump: int
    """Bump of this PDA."""
    compatible_from: int
    """Oldest layout version whose programs may use this account; newer ones may have fields that those do not know."""
    top_up: int
    """Automatic top-up: 0 no rule, 1 by the rule at its address, 2 no more, since a withdrawal has ended the rule
    there.
    """
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
    """Bought and locked in open jobs and sessions."""
    granted_available: int
    """Sum of the free credits of all lots, expired ones included until they are expired."""
    granted_locked: int
    """Sum of the locked credits of all lots."""
    promotion_backing: int
    """Base units behind the paid credits that the platform's promotion account has paid."""
    promotion_owed: int
    """Base units of the vault that go back to the promotion account: withdrawals have left them."""
    purchased: int
    """Lifetime sums, from here to `expired`: bought."""
    bonus: int
    """Bonus of packs on top."""
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
    """Number of jobs and sessions that are open."""
    sequence: int
    """Sequence number that the wallet used last."""
    job_ids: JobIdWindow
    """Which ids of the operator's jobs and sessions were used."""
    wallet_job_ids: IdWindow
    """The same of the wallet's own jobs: neither can make the other's too old."""
    grant_ids: IdWindow
    """The same of grants."""
    limits: Limits
    """What the operator may lock."""
    lots: tuple[Lot, ...]
    """Granted credits, by when they expire."""
    plans: PlanWindows
    """Which cycles of plans were granted."""
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
    session_heads: bytes
    """SHA-256 over all sessions that have ended, one after the other; all zeros: none has."""
    liabilities: int
    """Credits that the vault must cover, of every kind: also of those that only a later layout knows. It never
    moves.
    """

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode at least SIZE bytes of data; raises DecodeError."""
        v = unpack_front(_CREDIT_ACCOUNT, cls.DISCRIMINATOR, "a CreditAccount account", data)
        return cls(
            version=v[0],
            bump=v[1],
            compatible_from=v[2],
            top_up=v[3],
            platform=Pubkey(v[4]),
            wallet=Pubkey(v[5]),
            namespace=v[6],
            vault=Pubkey(v[7]),
            base_units_per_credit=v[8],
            paid_available=v[9],
            paid_locked=v[10],
            granted_available=v[11],
            granted_locked=v[12],
            promotion_backing=v[13],
            promotion_owed=v[14],
            purchased=v[15],
            bonus=v[16],
            synced=v[17],
            granted=v[18],
            spent_paid=v[19],
            spent_granted=v[20],
            withdrawn=v[21],
            expired=v[22],
            opened_at=v[23],
            last_topup_at=v[24],
            open_jobs=v[25],
            sequence=v[26],
            job_ids=JobIdWindow.from_values(v, 27),
            wallet_job_ids=IdWindow.from_values(v, 32),
            grant_ids=IdWindow.from_values(v, 35),
            limits=Limits.from_values(v, 38),
            lots=tuple(Lot.from_values(v, i) for i in range(46, 70, 3)),
            plans=PlanWindows.from_values(v, 70),
            rent_payer=Pubkey(v[78]),
            vault_rent_payer=Pubkey(v[79]),
            rent_lamports=v[80],
            vault_rent_lamports=v[81],
            session_heads=v[82],
            liabilities=v[83],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                integer("CreditAccount.version", self.version, "u8"),
                integer("CreditAccount.bump", self.bump, "u8"),
                integer("CreditAccount.compatible_from", self.compatible_from, "u8"),
                integer("CreditAccount.top_up", self.top_up, "u8"),
                bytes(4),
                pubkey("CreditAccount.platform", self.platform),
                pubkey("CreditAccount.wallet", self.wallet),
                byte_array("CreditAccount.namespace", self.namespace, 16),
                pubkey("CreditAccount.vault", self.vault),
                integer("CreditAccount.base_units_per_credit", self.base_units_per_credit, "u64"),
                integer("CreditAccount.paid_available", self.paid_available, "u64"),
                integer("CreditAccount.paid_locked", self.paid_locked, "u64"),
                integer("CreditAccount.granted_available", self.granted_available, "u64"),
                integer("CreditAccount.granted_locked", self.granted_locked, "u64"),
                integer("CreditAccount.promotion_backing", self.promotion_backing, "u64"),
                integer("CreditAccount.promotion_owed", self.promotion_owed, "u64"),
                integer("CreditAccount.purchased", self.purchased, "u64"),
                integer("CreditAccount.bonus", self.bonus, "u64"),
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
                struct("CreditAccount.job_ids", self.job_ids, JobIdWindow),
                struct("CreditAccount.wallet_job_ids", self.wallet_job_ids, IdWindow),
                struct("CreditAccount.grant_ids", self.grant_ids, IdWindow),
                struct("CreditAccount.limits", self.limits, Limits),
                array("CreditAccount.lots", self.lots, partial(struct, of=Lot), 8),
                struct("CreditAccount.plans", self.plans, PlanWindows),
                pubkey("CreditAccount.rent_payer", self.rent_payer),
                pubkey("CreditAccount.vault_rent_payer", self.vault_rent_payer),
                integer("CreditAccount.rent_lamports", self.rent_lamports, "u64"),
                integer("CreditAccount.vault_rent_lamports", self.vault_rent_lamports, "u64"),
                byte_array("CreditAccount.session_heads", self.session_heads, 32),
                integer("CreditAccount.liabilities", self.liabilities, "u64"),
                bytes(56),
            )
        )


_JOB = Struct("<8xBBBBB3x32sQ32s32s32s" + Tier.FORMAT + "QQQ" + Split.FORMAT + "QQqq72x")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Locked credits of one job. PDA `["job", credit account, id as u64]`; closed when the job ends.

    Everything that decides about money is copied here at the lock and never changes.
    """

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("4b7c50cba1b4ca50")
    SIZE: ClassVar[int] = 368

    version: int
    """Layout version."""
    compatible_from: int
    """Oldest layout version whose programs may use this account; newer ones may have fields that those do not know."""
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
    payee_base_units: int
    """Base units that the payee's share was computed on so far: paid credits' worth, less what promotion has paid of
    it.
    """
    fee_bps: int
    """Share of the payee's earnings that goes to the treasury, in basis points."""
    locked_at: int
    """Unix seconds."""
    deadline: int
    """Settling ends and refunding by anyone begins, in unix seconds."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode at least SIZE bytes of data; raises DecodeError."""
        v = unpack_front(_JOB, cls.DISCRIMINATOR, "a Job account", data)
        return cls(
            version=v[0],
            compatible_from=v[1],
            by_operator=v[2],
            quoted=v[3],
            tier_index=v[4],
            credit_account=Pubkey(v[5]),
            id=v[6],
            payee=Pubkey(v[7]),
            payee_token_account=Pubkey(v[8]),
            rent_payer=Pubkey(v[9]),
            tier=Tier.from_values(v, 10),
            max_units=v[16],
            credits=v[17],
            settled=v[18],
            held=Split.from_values(v, 19),
            payee_base_units=v[28],
            fee_bps=v[29],
            locked_at=v[30],
            deadline=v[31],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                integer("Job.version", self.version, "u8"),
                integer("Job.compatible_from", self.compatible_from, "u8"),
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
                integer("Job.payee_base_units", self.payee_base_units, "u64"),
                integer("Job.fee_bps", self.fee_bps, "u64"),
                integer("Job.locked_at", self.locked_at, "i64"),
                integer("Job.deadline", self.deadline, "i64"),
                bytes(72),
            )
        )


_PAYEE = Struct("<8xBBB5x32s32s32s32sqQQq32x")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """A registered payee. PDA `["payee", platform, owner]`. An operator may name it in a lock, and no other."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("37b9075c5ec80af6")
    SIZE: ClassVar[int] = 208

    version: int
    """Layout version."""
    bump: int
    """Bump of this PDA."""
    suspended: int
    """1: no lock may name it."""
    platform: Pubkey
    """The platform that they earn on."""
    owner: Pubkey
    """Who earns."""
    token_account: Pubkey
    """The owner's token account of the platform's mint that earnings go to."""
    rent_payer: Pubkey
    """Who paid the rent of this account; it goes back there."""
    usable_from: int
    """Unix seconds from which a lock may name it."""
    share_bps: int
    """Share of what it earns that is its own, in basis points; 0: what the platform's fee leaves."""
    pending_share_bps: int
    """The share that was announced last."""
    pending_share_at: int
    """Unix seconds from which locks use that; 0: none was announced."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode at least SIZE bytes of data; raises DecodeError."""
        v = unpack_front(_PAYEE, cls.DISCRIMINATOR, "a Payee account", data)
        return cls(
            version=v[0],
            bump=v[1],
            suspended=v[2],
            platform=Pubkey(v[3]),
            owner=Pubkey(v[4]),
            token_account=Pubkey(v[5]),
            rent_payer=Pubkey(v[6]),
            usable_from=v[7],
            share_bps=v[8],
            pending_share_bps=v[9],
            pending_share_at=v[10],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                integer("Payee.version", self.version, "u8"),
                integer("Payee.bump", self.bump, "u8"),
                integer("Payee.suspended", self.suspended, "u8"),
                bytes(5),
                pubkey("Payee.platform", self.platform),
                pubkey("Payee.owner", self.owner),
                pubkey("Payee.token_account", self.token_account),
                pubkey("Payee.rent_payer", self.rent_payer),
                integer("Payee.usable_from", self.usable_from, "i64"),
                integer("Payee.share_bps", self.share_bps, "u64"),
                integer("Payee.pending_share_bps", self.pending_share_bps, "u64"),
                integer("Payee.pending_share_at", self.pending_share_at, "i64"),
                bytes(32),
            )
        )


_PLATFORM = Struct(
    "<8xBBBB4x32s32s32s32s32s32s32s32s32s32s32sQQQQQQ"
    + Tier.FORMAT * 8
    + PendingChanges.FORMAT
    + Pack.FORMAT * 4
    + "120x"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """One credit system. PDA `["platform", creator, name]`; anyone may create one, so clients pin the address.

    No instruction of a job writes this account: jobs of different wallets run in parallel.
    """

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("4d5ccc3abb625b0c")
    SIZE: ClassVar[int] = 1640

    version: int
    """Layout version."""
    bump: int
    """Bump of this PDA."""
    paused: int
    """1 while purchases and locks are stopped."""
    decimals: int
    """Decimals of the mint, which never change."""
    creator: Pubkey
    """Who created it; a part of its address, without any right."""
    name: bytes
    """`[a-z0-9-]{1,32}`, padded with zeros; a part of its address."""
    admin: Pubkey
    """May change the settings."""
    pending_admin: Pubkey
    """May become admin by accepting; all zeros: nobody."""
    operator: Pubkey
    """May lock within a wallet's limits, settle, refund and grant; all zeros: nobody."""
    standby_operator: Pubkey
    """Becomes operator at once where the admin switches to it; all zeros: nobody."""
    granter: Pubkey
    """May grant, as the operator may, so that the operator's key needs no tokens; all zeros: nobody."""
    treasury: Pubkey
    """Token account of the mint that earnings go to."""
    promotion: Pubkey
    """Token account of the mint, owned by this PDA, that packs' bonus is paid from; all zeros: none."""
    mint: Pubkey
    """Mint that credits are bought with; fixed."""
    token_program: Pubkey
    """The program that the mint is of: the classic Token program."""
    base_units_per_credit: int
    """Base units of the mint that one credit is worth; fixed."""
    notice_seconds: int
    """Seconds between the announcement of a change that could hurt a wallet and its effect; fixed."""
    payee_notice_seconds: int
    """Seconds from the registration of a payee until it may be named in a lock; fixed."""
    min_purchase: int
    """Fewest credits that a purchase buys."""
    max_job_seconds: int
    """Longest time that a job or session may hold credits, in seconds."""
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
        """Decode at least SIZE bytes of data; raises DecodeError."""
        v = unpack_front(_PLATFORM, cls.DISCRIMINATOR, "a Platform account", data)
        return cls(
            version=v[0],
            bump=v[1],
            paused=v[2],
            decimals=v[3],
            creator=Pubkey(v[4]),
            name=v[5],
            admin=Pubkey(v[6]),
            pending_admin=Pubkey(v[7]),
            operator=Pubkey(v[8]),
            standby_operator=Pubkey(v[9]),
            granter=Pubkey(v[10]),
            treasury=Pubkey(v[11]),
            promotion=Pubkey(v[12]),
            mint=Pubkey(v[13]),
            token_program=Pubkey(v[14]),
            base_units_per_credit=v[15],
            notice_seconds=v[16],
            payee_notice_seconds=v[17],
            min_purchase=v[18],
            max_job_seconds=v[19],
            fee_bps=v[20],
            tiers=tuple(Tier.from_values(v, i) for i in range(21, 69, 6)),
            pending=PendingChanges.from_values(v, 69),
            packs=tuple(Pack.from_values(v, i) for i in range(139, 147, 2)),
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                integer("Platform.version", self.version, "u8"),
                integer("Platform.bump", self.bump, "u8"),
                integer("Platform.paused", self.paused, "u8"),
                integer("Platform.decimals", self.decimals, "u8"),
                bytes(4),
                pubkey("Platform.creator", self.creator),
                byte_array("Platform.name", self.name, 32),
                pubkey("Platform.admin", self.admin),
                pubkey("Platform.pending_admin", self.pending_admin),
                pubkey("Platform.operator", self.operator),
                pubkey("Platform.standby_operator", self.standby_operator),
                pubkey("Platform.granter", self.granter),
                pubkey("Platform.treasury", self.treasury),
                pubkey("Platform.promotion", self.promotion),
                pubkey("Platform.mint", self.mint),
                pubkey("Platform.token_program", self.token_program),
                integer("Platform.base_units_per_credit", self.base_units_per_credit, "u64"),
                integer("Platform.notice_seconds", self.notice_seconds, "u64"),
                integer("Platform.payee_notice_seconds", self.payee_notice_seconds, "u64"),
                integer("Platform.min_purchase", self.min_purchase, "u64"),
                integer("Platform.max_job_seconds", self.max_job_seconds, "u64"),
                integer("Platform.fee_bps", self.fee_bps, "u64"),
                array("Platform.tiers", self.tiers, partial(struct, of=Tier), 8),
                struct("Platform.pending", self.pending, PendingChanges),
                array("Platform.packs", self.packs, partial(struct, of=Pack), 4),
                bytes(120),
            )
        )


_SESSION = Struct(
    "<8xBB6x32sQ32s32s32sQQ" + Split.FORMAT + "QQqqQ32s" + TierTotals.FORMAT * 8 + Tier.FORMAT * 8 + "64x"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Locked credits of one session. PDA `["session", credit account, id as u64]`; closed when the session ends.

    Only the operator opens one. Everything that decides about money is copied here at the opening and never changes.
    """

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("f3514873d6bc4890")
    SIZE: ClassVar[int] = 856

    version: int
    """Layout version."""
    compatible_from: int
    """Oldest layout version whose programs may use this account; newer ones may have fields that those do not know."""
    credit_account: Pubkey
    """The credit account that it was locked from."""
    id: int
    """Unique among the operator's jobs and sessions of the credit account, for ever."""
    payee: Pubkey
    """Who earns what paid credits bring, less the fee; all zeros: the treasury."""
    payee_token_account: Pubkey
    """The payee's token account, as it was registered at the opening."""
    rent_payer: Pubkey
    """Who paid the rent of this account; it goes back there."""
    credits: int
    """Credits locked in all."""
    settled: int
    """Credits settled so far."""
    held: Split
    """Credits still held, by where they came from."""
    payee_base_units: int
    """Base units that the payee's share was computed on so far: paid credits' worth, less what promotion has paid of
    it.
    """
    fee_bps: int
    """Share of the payee's earnings that goes to the treasury, in basis points."""
    opened_at: int
    """Unix seconds."""
    deadline: int
    """Settling ends and refunding by anyone begins, in unix seconds."""
    count: int
    """Receipts that are settled."""
    head: bytes
    """Commits to all of them, in their order, and to the session's address and tiers."""
    totals: tuple[TierTotals, ...]
    """What was used so far, for each tier."""
    tiers: tuple[Tier, ...]
    """The platform's prices at the opening; a tier without a name is not offered."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode at least SIZE bytes of data; raises DecodeError."""
        v = unpack_front(_SESSION, cls.DISCRIMINATOR, "a Session account", data)
        return cls(
            version=v[0],
            compatible_from=v[1],
            credit_account=Pubkey(v[2]),
            id=v[3],
            payee=Pubkey(v[4]),
            payee_token_account=Pubkey(v[5]),
            rent_payer=Pubkey(v[6]),
            credits=v[7],
            settled=v[8],
            held=Split.from_values(v, 9),
            payee_base_units=v[18],
            fee_bps=v[19],
            opened_at=v[20],
            deadline=v[21],
            count=v[22],
            head=v[23],
            totals=tuple(TierTotals.from_values(v, i) for i in range(24, 56, 4)),
            tiers=tuple(Tier.from_values(v, i) for i in range(56, 104, 6)),
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                integer("Session.version", self.version, "u8"),
                integer("Session.compatible_from", self.compatible_from, "u8"),
                bytes(6),
                pubkey("Session.credit_account", self.credit_account),
                integer("Session.id", self.id, "u64"),
                pubkey("Session.payee", self.payee),
                pubkey("Session.payee_token_account", self.payee_token_account),
                pubkey("Session.rent_payer", self.rent_payer),
                integer("Session.credits", self.credits, "u64"),
                integer("Session.settled", self.settled, "u64"),
                struct("Session.held", self.held, Split),
                integer("Session.payee_base_units", self.payee_base_units, "u64"),
                integer("Session.fee_bps", self.fee_bps, "u64"),
                integer("Session.opened_at", self.opened_at, "i64"),
                integer("Session.deadline", self.deadline, "i64"),
                integer("Session.count", self.count, "u64"),
                byte_array("Session.head", self.head, 32),
                array("Session.totals", self.totals, partial(struct, of=TierTotals), 8),
                array("Session.tiers", self.tiers, partial(struct, of=Tier), 8),
                bytes(64),
            )
        )


_TOP_UP_RULE = Struct("<8xBBBBB3x32s32s32s32sQQQQQQqQqQQ40x")


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpRule:
    """A wallet's rule for one credit account. PDA `["top-up", credit account]`. Only the wallet sets and removes it."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("064a77e0829b46e5")
    SIZE: ClassVar[int] = 272

    version: int
    """Layout version."""
    bump: int
    """Bump of this PDA."""
    compatible_from: int
    """Oldest layout version whose programs may use this account; newer ones may have fields that those do not know."""
    delegate_bump: int
    """Bump of the delegate."""
    pack: int
    """Slot of the pack that a top-up buys; 255: credits without a pack."""
    credit_account: Pubkey
    """The credit account that gets the credits."""
    source: Pubkey
    """The wallet's token account that pays."""
    delegate: Pubkey
    """PDA `["delegate", platform, wallet]`, which the wallet lets spend from the source."""
    rent_payer: Pubkey
    """Who paid the rent of this account; it goes back there."""
    threshold: int
    """Buy while fewer credits than this are left; 2^64 - 1: however many are left."""
    credits: int
    """Credits that one top-up pays for."""
    base_units: int
    """What these cost, in base units of the mint."""
    bonus_credits: int
    """Fewest credits of the pack on top."""
    base_units_per_period: int
    """Most base units within one period."""
    period_seconds: int
    """Length of a period in seconds."""
    expires_at: int
    """Unix seconds from which it buys nothing more; 2^63 - 1: never."""
    sequence: int
    """Sequence number of the wallet that it was set with."""
    period_started_at: int
    """When the present period began, in unix seconds: with the first top-up after the one before had ended; 0: none
    yet.
    """
    used_base_units: int
    """Base units that the present period has used."""
    last_slot: int
    """Slot of the last top-up; 0: none yet."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode at least SIZE bytes of data; raises DecodeError."""
        v = unpack_front(_TOP_UP_RULE, cls.DISCRIMINATOR, "a TopUpRule account", data)
        return cls(
            version=v[0],
            bump=v[1],
            compatible_from=v[2],
            delegate_bump=v[3],
            pack=v[4],
            credit_account=Pubkey(v[5]),
            source=Pubkey(v[6]),
            delegate=Pubkey(v[7]),
            rent_payer=Pubkey(v[8]),
            threshold=v[9],
            credits=v[10],
            base_units=v[11],
            bonus_credits=v[12],
            base_units_per_period=v[13],
            period_seconds=v[14],
            expires_at=v[15],
            sequence=v[16],
            period_started_at=v[17],
            used_base_units=v[18],
            last_slot=v[19],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                self.DISCRIMINATOR,
                integer("TopUpRule.version", self.version, "u8"),
                integer("TopUpRule.bump", self.bump, "u8"),
                integer("TopUpRule.compatible_from", self.compatible_from, "u8"),
                integer("TopUpRule.delegate_bump", self.delegate_bump, "u8"),
                integer("TopUpRule.pack", self.pack, "u8"),
                bytes(3),
                pubkey("TopUpRule.credit_account", self.credit_account),
                pubkey("TopUpRule.source", self.source),
                pubkey("TopUpRule.delegate", self.delegate),
                pubkey("TopUpRule.rent_payer", self.rent_payer),
                integer("TopUpRule.threshold", self.threshold, "u64"),
                integer("TopUpRule.credits", self.credits, "u64"),
                integer("TopUpRule.base_units", self.base_units, "u64"),
                integer("TopUpRule.bonus_credits", self.bonus_credits, "u64"),
                integer("TopUpRule.base_units_per_period", self.base_units_per_period, "u64"),
                integer("TopUpRule.period_seconds", self.period_seconds, "u64"),
                integer("TopUpRule.expires_at", self.expires_at, "i64"),
                integer("TopUpRule.sequence", self.sequence, "u64"),
                integer("TopUpRule.period_started_at", self.period_started_at, "i64"),
                integer("TopUpRule.used_base_units", self.used_base_units, "u64"),
                integer("TopUpRule.last_slot", self.last_slot, "u64"),
                bytes(40),
            )
        )


AnyAccount: TypeAlias = CreditAccount | Job | Payee | Platform | Session | TopUpRule
"""Any account of the program."""

ACCOUNTS: dict[bytes, type[AnyAccount]] = {
    CreditAccount.DISCRIMINATOR: CreditAccount,
    Job.DISCRIMINATOR: Job,
    Payee.DISCRIMINATOR: Payee,
    Platform.DISCRIMINATOR: Platform,
    Session.DISCRIMINATOR: Session,
    TopUpRule.DISCRIMINATOR: TopUpRule,
}
"""Class of each account by its discriminator."""


def decode_account(data: bytes) -> AnyAccount:
    """Decode the data of any account of the program; raises DecodeError."""
    found = ACCOUNTS.get(data[:8])
    if found is None:
        raise unknown("an account", data[:8])
    return found.decode(data)
