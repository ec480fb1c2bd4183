# Generated from the IDL by scripts/generate-client; do not edit.
"""The events that the program passes to itself as the data of an inner instruction."""

from dataclasses import dataclass
from functools import partial
from struct import Struct
from typing import ClassVar, Self, TypeAlias

from solders.pubkey import Pubkey

from job_escrow.codec._base import DecodeError, array, byte_array, integer, pubkey, struct, unknown, unpack
from job_escrow.codec.types import Balances, Pack, PendingChanges, Split, Tier, TierTotals

EVENT_TAG: bytes = bytes.fromhex("e445a52e51cb9a1d")
"""What the data of every event starts with, before its discriminator."""

_ACCOUNT_CLOSED = Struct("<16x32s32s32s32sQQQQq" + Balances.FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClosed:
    """A credit account was emptied and removed."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("13fa4fec5b509430")
    SIZE: ClassVar[int] = 224

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    destination: Pubkey
    wallet_base_units: int
    """Paid credits, less what promotion had paid of them, and surplus, to the wallet."""
    treasury_base_units: int
    """What stood behind lots, to the treasury; and what the promotion account could not be paid."""
    promotion_base_units: int
    """What promotion had paid of the credits left, and was owed before, to the promotion account."""
    wallet_lamports: int
    """What the account and its vault held beyond their rents; to the wallet."""
    at: int
    before: Balances

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_ACCOUNT_CLOSED, EVENT_TAG + cls.DISCRIMINATOR, "an AccountClosed event", data)
        return cls(
            platform=Pubkey(v[0]),
            wallet=Pubkey(v[1]),
            credit_account=Pubkey(v[2]),
            destination=Pubkey(v[3]),
            wallet_base_units=v[4],
            treasury_base_units=v[5],
            promotion_base_units=v[6],
            wallet_lamports=v[7],
            at=v[8],
            before=Balances.from_values(v, 9),
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("AccountClosed.platform", self.platform),
                pubkey("AccountClosed.wallet", self.wallet),
                pubkey("AccountClosed.credit_account", self.credit_account),
                pubkey("AccountClosed.destination", self.destination),
                integer("AccountClosed.wallet_base_units", self.wallet_base_units, "u64"),
                integer("AccountClosed.treasury_base_units", self.treasury_base_units, "u64"),
                integer("AccountClosed.promotion_base_units", self.promotion_base_units, "u64"),
                integer("AccountClosed.wallet_lamports", self.wallet_lamports, "u64"),
                integer("AccountClosed.at", self.at, "i64"),
                struct("AccountClosed.before", self.before, Balances),
            )
        )


_ACCOUNT_OPENED = Struct("<16x32s32s32s32s32s16sQQQQQQQQqB7x")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOpened:
    """A credit account, as it was opened."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("fa59274323777e3f")
    SIZE: ClassVar[int] = 272

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    vault: Pubkey
    rent_payer: Pubkey
    namespace: bytes
    base_units_per_credit: int
    """Base units of the mint."""
    starts_at: int
    """Where job ids and sequence numbers of the account start."""
    credits_per_job: int
    """The limits on the operator; all zeros: only the wallet locks."""
    credits_per_session: int
    credits_per_period: int
    period_seconds: int
    rent_lamports: int
    """What the rent payer gets back at the close: what it paid for the account."""
    vault_rent_lamports: int
    """The same of the vault; 0 where that held tokens already, and so was somebody else's gift."""
    at: int
    quoted_allowed: int
    """1: the operator may lock quoted jobs too."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_ACCOUNT_OPENED, EVENT_TAG + cls.DISCRIMINATOR, "an AccountOpened event", data)
        return cls(
            platform=Pubkey(v[0]),
            wallet=Pubkey(v[1]),
            credit_account=Pubkey(v[2]),
            vault=Pubkey(v[3]),
            rent_payer=Pubkey(v[4]),
            namespace=v[5],
            base_units_per_credit=v[6],
            starts_at=v[7],
            credits_per_job=v[8],
            credits_per_session=v[9],
            credits_per_period=v[10],
            period_seconds=v[11],
            rent_lamports=v[12],
            vault_rent_lamports=v[13],
            at=v[14],
            quoted_allowed=v[15],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("AccountOpened.platform", self.platform),
                pubkey("AccountOpened.wallet", self.wallet),
                pubkey("AccountOpened.credit_account", self.credit_account),
                pubkey("AccountOpened.vault", self.vault),
                pubkey("AccountOpened.rent_payer", self.rent_payer),
                byte_array("AccountOpened.namespace", self.namespace, 16),
                integer("AccountOpened.base_units_per_credit", self.base_units_per_credit, "u64"),
                integer("AccountOpened.starts_at", self.starts_at, "u64"),
                integer("AccountOpened.credits_per_job", self.credits_per_job, "u64"),
                integer("AccountOpened.credits_per_session", self.credits_per_session, "u64"),
                integer("AccountOpened.credits_per_period", self.credits_per_period, "u64"),
                integer("AccountOpened.period_seconds", self.period_seconds, "u64"),
                integer("AccountOpened.rent_lamports", self.rent_lamports, "u64"),
                integer("AccountOpened.vault_rent_lamports", self.vault_rent_lamports, "u64"),
                integer("AccountOpened.at", self.at, "i64"),
                integer("AccountOpened.quoted_allowed", self.quoted_allowed, "u8"),
                bytes(7),
            )
        )


_CREDITS_GRANTED = Struct("<16x32s32s32s32sQQQqq" + Balances.FORMAT + Balances.FORMAT + "HB1xI")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsGranted:
    """Paid for by the operator or granter; spent first and never withdrawable."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("8042a005de8e6cd4")
    SIZE: ClassVar[int] = 272

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    operator: Pubkey
    """Who gave and paid for them: the platform's operator or granter."""
    id: int
    """Used up in the account's window of grants; of a plan's grant, where the account's ids start."""
    credits: int
    base_units: int
    """What that cost, in base units of the mint."""
    expires_at: int
    """Unix seconds; 2^63 - 1: never."""
    at: int
    before: Balances
    after: Balances
    reason: int
    """What for, by the client's list; the program reads none of it."""
    plan_slot: int
    """Which plan's cycle it is for; 255: none."""
    plan_cycle: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_CREDITS_GRANTED, EVENT_TAG + cls.DISCRIMINATOR, "a CreditsGranted event", data)
        return cls(
            platform=Pubkey(v[0]),
            wallet=Pubkey(v[1]),
            credit_account=Pubkey(v[2]),
            operator=Pubkey(v[3]),
            id=v[4],
            credits=v[5],
            base_units=v[6],
            expires_at=v[7],
            at=v[8],
            before=Balances.from_values(v, 9),
            after=Balances.from_values(v, 14),
            reason=v[19],
            plan_slot=v[20],
            plan_cycle=v[21],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("CreditsGranted.platform", self.platform),
                pubkey("CreditsGranted.wallet", self.wallet),
                pubkey("CreditsGranted.credit_account", self.credit_account),
                pubkey("CreditsGranted.operator", self.operator),
                integer("CreditsGranted.id", self.id, "u64"),
                integer("CreditsGranted.credits", self.credits, "u64"),
                integer("CreditsGranted.base_units", self.base_units, "u64"),
                integer("CreditsGranted.expires_at", self.expires_at, "i64"),
                integer("CreditsGranted.at", self.at, "i64"),
                struct("CreditsGranted.before", self.before, Balances),
                struct("CreditsGranted.after", self.after, Balances),
                integer("CreditsGranted.reason", self.reason, "u16"),
                integer("CreditsGranted.plan_slot", self.plan_slot, "u8"),
                bytes(1),
                integer("CreditsGranted.plan_cycle", self.plan_cycle, "u32"),
            )
        )


_CREDITS_PURCHASED = Struct("<16x32s32s32s32sQQQQQq" + Balances.FORMAT + Balances.FORMAT + "B7x")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsPurchased:
    """Credits were paid for, straight into the vault."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("b04327a70b74de16")
    SIZE: ClassVar[int] = 280

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    payer: Pubkey
    """Who paid; not always the wallet."""
    credits: int
    base_units: int
    """What they cost, in base units of the mint."""
    bonus_credits: int
    """Credits of a pack on top."""
    promotion_base_units: int
    """What these cost the promotion account, in base units of the mint."""
    sequence: int
    """Sequence number that was used up; 0 where somebody else paid."""
    at: int
    before: Balances
    after: Balances
    pack: int
    """Which pack it was; 255: none."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_CREDITS_PURCHASED, EVENT_TAG + cls.DISCRIMINATOR, "a CreditsPurchased event", data)
        return cls(
            platform=Pubkey(v[0]),
            wallet=Pubkey(v[1]),
            credit_account=Pubkey(v[2]),
            payer=Pubkey(v[3]),
            credits=v[4],
            base_units=v[5],
            bonus_credits=v[6],
            promotion_base_units=v[7],
            sequence=v[8],
            at=v[9],
            before=Balances.from_values(v, 10),
            after=Balances.from_values(v, 15),
            pack=v[20],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("CreditsPurchased.platform", self.platform),
                pubkey("CreditsPurchased.wallet", self.wallet),
                pubkey("CreditsPurchased.credit_account", self.credit_account),
                pubkey("CreditsPurchased.payer", self.payer),
                integer("CreditsPurchased.credits", self.credits, "u64"),
                integer("CreditsPurchased.base_units", self.base_units, "u64"),
                integer("CreditsPurchased.bonus_credits", self.bonus_credits, "u64"),
                integer("CreditsPurchased.promotion_base_units", self.promotion_base_units, "u64"),
                integer("CreditsPurchased.sequence", self.sequence, "u64"),
                integer("CreditsPurchased.at", self.at, "i64"),
                struct("CreditsPurchased.before", self.before, Balances),
                struct("CreditsPurchased.after", self.after, Balances),
                integer("CreditsPurchased.pack", self.pack, "u8"),
                bytes(7),
            )
        )


_CREDITS_TOPPED_UP = Struct("<16x32s32s32s32sQQQQQqQQq" + Balances.FORMAT + Balances.FORMAT + "B7x")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsToppedUp:
    """Credits were bought by the wallet's rule, from its own tokens."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("b02cd83ee3daac9a")
    SIZE: ClassVar[int] = 304

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    source: Pubkey
    """The wallet's token account that paid."""
    credits: int
    base_units: int
    """What they cost, in base units of the mint."""
    bonus_credits: int
    """Credits of a pack on top."""
    promotion_base_units: int
    """What these cost the promotion account, in base units of the mint."""
    synced: int
    """Credits that plain transfers into the vault had become before."""
    period_started_at: int
    """The period of the rule that it counts in, and what that has used with it, in base units."""
    used_base_units: int
    slot: int
    at: int
    before: Balances
    after: Balances
    pack: int
    """Which pack it was; 255: none."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_CREDITS_TOPPED_UP, EVENT_TAG + cls.DISCRIMINATOR, "a CreditsToppedUp event", data)
        return cls(
            platform=Pubkey(v[0]),
            wallet=Pubkey(v[1]),
            credit_account=Pubkey(v[2]),
            source=Pubkey(v[3]),
            credits=v[4],
            base_units=v[5],
            bonus_credits=v[6],
            promotion_base_units=v[7],
            synced=v[8],
            period_started_at=v[9],
            used_base_units=v[10],
            slot=v[11],
            at=v[12],
            before=Balances.from_values(v, 13),
            after=Balances.from_values(v, 18),
            pack=v[23],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("CreditsToppedUp.platform", self.platform),
                pubkey("CreditsToppedUp.wallet", self.wallet),
                pubkey("CreditsToppedUp.credit_account", self.credit_account),
                pubkey("CreditsToppedUp.source", self.source),
                integer("CreditsToppedUp.credits", self.credits, "u64"),
                integer("CreditsToppedUp.base_units", self.base_units, "u64"),
                integer("CreditsToppedUp.bonus_credits", self.bonus_credits, "u64"),
                integer("CreditsToppedUp.promotion_base_units", self.promotion_base_units, "u64"),
                integer("CreditsToppedUp.synced", self.synced, "u64"),
                integer("CreditsToppedUp.period_started_at", self.period_started_at, "i64"),
                integer("CreditsToppedUp.used_base_units", self.used_base_units, "u64"),
                integer("CreditsToppedUp.slot", self.slot, "u64"),
                integer("CreditsToppedUp.at", self.at, "i64"),
                struct("CreditsToppedUp.before", self.before, Balances),
                struct("CreditsToppedUp.after", self.after, Balances),
                integer("CreditsToppedUp.pack", self.pack, "u8"),
                bytes(7),
            )
        )


_CREDITS_WITHDRAWN = Struct("<16x32s32s32s32sQQQQQq" + Balances.FORMAT + Balances.FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsWithdrawn:
    """Credits were paid out to their wallet."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("b75f1ffa4e1fea90")
    SIZE: ClassVar[int] = 272

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    destination: Pubkey
    credits: int
    synced: int
    """Credits that plain transfers into the vault had become before they were withdrawn."""
    base_units: int
    """All that was paid out: the credits' worth less what promotion had paid of it and, with all, what was left
    below one credit.
    """
    promotion_owed: int
    """What promotion had paid of the credits, in base units of the mint; it is swept back."""
    sequence: int
    """Sequence number that was used up."""
    at: int
    before: Balances
    after: Balances

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_CREDITS_WITHDRAWN, EVENT_TAG + cls.DISCRIMINATOR, "a CreditsWithdrawn event", data)
        return cls(
            platform=Pubkey(v[0]),
            wallet=Pubkey(v[1]),
            credit_account=Pubkey(v[2]),
            destination=Pubkey(v[3]),
            credits=v[4],
            synced=v[5],
            base_units=v[6],
            promotion_owed=v[7],
            sequence=v[8],
            at=v[9],
            before=Balances.from_values(v, 10),
            after=Balances.from_values(v, 15),
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("CreditsWithdrawn.platform", self.platform),
                pubkey("CreditsWithdrawn.wallet", self.wallet),
                pubkey("CreditsWithdrawn.credit_account", self.credit_account),
                pubkey("CreditsWithdrawn.destination", self.destination),
                integer("CreditsWithdrawn.credits", self.credits, "u64"),
                integer("CreditsWithdrawn.synced", self.synced, "u64"),
                integer("CreditsWithdrawn.base_units", self.base_units, "u64"),
                integer("CreditsWithdrawn.promotion_owed", self.promotion_owed, "u64"),
                integer("CreditsWithdrawn.sequence", self.sequence, "u64"),
                integer("CreditsWithdrawn.at", self.at, "i64"),
                struct("CreditsWithdrawn.before", self.before, Balances),
                struct("CreditsWithdrawn.after", self.after, Balances),
            )
        )


_DEPOSITS_SYNCED = Struct("<16x32s32s32s32sQQq" + Balances.FORMAT + Balances.FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositsSynced:
    """Plain transfers into the vault became paid credits."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("f6ebdcf92d81d73c")
    SIZE: ClassVar[int] = 248

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    authority: Pubkey
    """Who signed; not always the wallet."""
    credits: int
    base_units: int
    """What they are worth, in base units of the mint."""
    at: int
    before: Balances
    after: Balances

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_DEPOSITS_SYNCED, EVENT_TAG + cls.DISCRIMINATOR, "a DepositsSynced event", data)
        return cls(
            platform=Pubkey(v[0]),
            wallet=Pubkey(v[1]),
            credit_account=Pubkey(v[2]),
            authority=Pubkey(v[3]),
            credits=v[4],
            base_units=v[5],
            at=v[6],
            before=Balances.from_values(v, 7),
            after=Balances.from_values(v, 12),
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("DepositsSynced.platform", self.platform),
                pubkey("DepositsSynced.wallet", self.wallet),
                pubkey("DepositsSynced.credit_account", self.credit_account),
                pubkey("DepositsSynced.authority", self.authority),
                integer("DepositsSynced.credits", self.credits, "u64"),
                integer("DepositsSynced.base_units", self.base_units, "u64"),
                integer("DepositsSynced.at", self.at, "i64"),
                struct("DepositsSynced.before", self.before, Balances),
                struct("DepositsSynced.after", self.after, Balances),
            )
        )


_JOB_LOCKED = Struct(
    "<16x32s32s32s32s32s32s32s32sQQQQqqq" + Split.FORMAT + Tier.FORMAT + Balances.FORMAT + Balances.FORMAT + "BBB5x"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLocked:
    """Credits were locked for a job, with all its terms."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("98c3010ea089fb27")
    SIZE: ClassVar[int] = 504

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    job: Pubkey
    authority: Pubkey
    """Who signed: the wallet or the operator."""
    payee: Pubkey
    """Who earns what paid credits bring; all zeros: the treasury."""
    payee_token_account: Pubkey
    rent_payer: Pubkey
    id: int
    credits: int
    """Credits locked in all."""
    max_units: int
    """Units that they cover; 0 where the job is quoted."""
    fee_bps: int
    """Basis points."""
    deadline: int
    """Unix seconds from which it is only refunded."""
    limit_period: int
    """When the period of the wallet's limits began that it counts in; 0 where the wallet locked."""
    at: int
    held: Split
    """Where the credits came from."""
    tier: Tier
    """Terms of the tier; all zeros where the job is quoted."""
    before: Balances
    after: Balances
    by_operator: int
    """1: locked by the operator; 0: by the wallet."""
    quoted: int
    """1: priced by quoted credits; 0: by the tier."""
    tier_index: int
    """Which tier it was; 255 where the job is quoted."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_JOB_LOCKED, EVENT_TAG + cls.DISCRIMINATOR, "a JobLocked event", data)
        return cls(
            platform=Pubkey(v[0]),
            wallet=Pubkey(v[1]),
            credit_account=Pubkey(v[2]),
            job=Pubkey(v[3]),
            authority=Pubkey(v[4]),
            payee=Pubkey(v[5]),
            payee_token_account=Pubkey(v[6]),
            rent_payer=Pubkey(v[7]),
            id=v[8],
            credits=v[9],
            max_units=v[10],
            fee_bps=v[11],
            deadline=v[12],
            limit_period=v[13],
            at=v[14],
            held=Split.from_values(v, 15),
            tier=Tier.from_values(v, 24),
            before=Balances.from_values(v, 30),
            after=Balances.from_values(v, 35),
            by_operator=v[40],
            quoted=v[41],
            tier_index=v[42],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("JobLocked.platform", self.platform),
                pubkey("JobLocked.wallet", self.wallet),
                pubkey("JobLocked.credit_account", self.credit_account),
                pubkey("JobLocked.job", self.job),
                pubkey("JobLocked.authority", self.authority),
                pubkey("JobLocked.payee", self.payee),
                pubkey("JobLocked.payee_token_account", self.payee_token_account),
                pubkey("JobLocked.rent_payer", self.rent_payer),
                integer("JobLocked.id", self.id, "u64"),
                integer("JobLocked.credits", self.credits, "u64"),
                integer("JobLocked.max_units", self.max_units, "u64"),
                integer("JobLocked.fee_bps", self.fee_bps, "u64"),
                integer("JobLocked.deadline", self.deadline, "i64"),
                integer("JobLocked.limit_period", self.limit_period, "i64"),
                integer("JobLocked.at", self.at, "i64"),
                struct("JobLocked.held", self.held, Split),
                struct("JobLocked.tier", self.tier, Tier),
                struct("JobLocked.before", self.before, Balances),
                struct("JobLocked.after", self.after, Balances),
                integer("JobLocked.by_operator", self.by_operator, "u8"),
                integer("JobLocked.quoted", self.quoted, "u8"),
                integer("JobLocked.tier_index", self.tier_index, "u8"),
                bytes(5),
            )
        )


_JOB_REFUNDED = Struct("<16x32s32s32s32s32sQQq" + Split.FORMAT + Balances.FORMAT + Balances.FORMAT + "B7x")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRefunded:
    """A job ended, and all that it still held went back."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("9cab6f2511ae08a7")
    SIZE: ClassVar[int] = 328

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    job: Pubkey
    authority: Pubkey
    """Who signed: the operator, or once the deadline had passed anybody."""
    id: int
    settled: int
    """Credits charged before by settlements of this job."""
    at: int
    returned: Split
    """What went back where it came from."""
    before: Balances
    after: Balances
    timed_out: int
    """1: the deadline had passed."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_JOB_REFUNDED, EVENT_TAG + cls.DISCRIMINATOR, "a JobRefunded event", data)
        return cls(
            platform=Pubkey(v[0]),
            wallet=Pubkey(v[1]),
            credit_account=Pubkey(v[2]),
            job=Pubkey(v[3]),
            authority=Pubkey(v[4]),
            id=v[5],
            settled=v[6],
            at=v[7],
            returned=Split.from_values(v, 8),
            before=Balances.from_values(v, 17),
            after=Balances.from_values(v, 22),
            timed_out=v[27],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("JobRefunded.platform", self.platform),
                pubkey("JobRefunded.wallet", self.wallet),
                pubkey("JobRefunded.credit_account", self.credit_account),
                pubkey("JobRefunded.job", self.job),
                pubkey("JobRefunded.authority", self.authority),
                integer("JobRefunded.id", self.id, "u64"),
                integer("JobRefunded.settled", self.settled, "u64"),
                integer("JobRefunded.at", self.at, "i64"),
                struct("JobRefunded.returned", self.returned, Split),
                struct("JobRefunded.before", self.before, Balances),
                struct("JobRefunded.after", self.after, Balances),
                integer("JobRefunded.timed_out", self.timed_out, "u8"),
                bytes(7),
            )
        )


_JOB_SETTLED = Struct(
    "<16x32s32s32s32sQQQQQQQq" + Split.FORMAT + Split.FORMAT + Balances.FORMAT + Balances.FORMAT + "32sBB6x"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSettled:
    """The operator reported what a job has cost so far, and was paid for it."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("8269cd225756981b")
    SIZE: ClassVar[int] = 408

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    job: Pubkey
    id: int
    amount: int
    """Units, or quoted credits, that the operator reported as used so far."""
    charged: int
    """Credits charged by this settlement, and by all of this job so far."""
    settled: int
    treasury_base_units: int
    """Base units that went to the treasury and to the payee."""
    payee_base_units: int
    promotion_base_units: int
    """What promotion had paid of the charged credits; a part of what went to the treasury."""
    at: int
    spent: Split
    """Where the charged credits came from."""
    returned: Split
    """What went back where it came from; nothing before the end."""
    before: Balances
    after: Balances
    proof: bytes
    """What the operator gave along, such as the hash of a proof or receipt; all zeros: nothing. The program reads
    none of it.
    """
    is_final: int
    """1: the job has ended."""
    payee_unpayable: int
    """1: the payee's token account could not be paid, so that its share went to the treasury."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_JOB_SETTLED, EVENT_TAG + cls.DISCRIMINATOR, "a JobSettled event", data)
        return cls(
            platform=Pubkey(v[0]),
            wallet=Pubkey(v[1]),
            credit_account=Pubkey(v[2]),
            job=Pubkey(v[3]),
            id=v[4],
            amount=v[5],
            charged=v[6],
            settled=v[7],
            treasury_base_units=v[8],
            payee_base_units=v[9],
            promotion_base_units=v[10],
            at=v[11],
            spent=Split.from_values(v, 12),
            returned=Split.from_values(v, 21),
            before=Balances.from_values(v, 30),
            after=Balances.from_values(v, 35),
            proof=v[40],
            is_final=v[41],
            payee_unpayable=v[42],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("JobSettled.platform", self.platform),
                pubkey("JobSettled.wallet", self.wallet),
                pubkey("JobSettled.credit_account", self.credit_account),
                pubkey("JobSettled.job", self.job),
                integer("JobSettled.id", self.id, "u64"),
                integer("JobSettled.amount", self.amount, "u64"),
                integer("JobSettled.charged", self.charged, "u64"),
                integer("JobSettled.settled", self.settled, "u64"),
                integer("JobSettled.treasury_base_units", self.treasury_base_units, "u64"),
                integer("JobSettled.payee_base_units", self.payee_base_units, "u64"),
                integer("JobSettled.promotion_base_units", self.promotion_base_units, "u64"),
                integer("JobSettled.at", self.at, "i64"),
                struct("JobSettled.spent", self.spent, Split),
                struct("JobSettled.returned", self.returned, Split),
                struct("JobSettled.before", self.before, Balances),
                struct("JobSettled.after", self.after, Balances),
                byte_array("JobSettled.proof", self.proof, 32),
                integer("JobSettled.is_final", self.is_final, "u8"),
                integer("JobSettled.payee_unpayable", self.payee_unpayable, "u8"),
                bytes(6),
            )
        )


_LIMITS_SET = Struct("<16x32s32s32sQQQQQqB7x")


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsSet:
    """The wallet changed what the operator may lock; all zeros: only the wallet locks."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("35c6c2919295bd7f")
    SIZE: ClassVar[int] = 168

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    credits_per_job: int
    credits_per_session: int
    credits_per_period: int
    period_seconds: int
    sequence: int
    """Sequence number that was used up."""
    at: int
    quoted_allowed: int
    """1: the operator may lock quoted jobs too."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_LIMITS_SET, EVENT_TAG + cls.DISCRIMINATOR, "a LimitsSet event", data)
        return cls(
            platform=Pubkey(v[0]),
            wallet=Pubkey(v[1]),
            credit_account=Pubkey(v[2]),
            credits_per_job=v[3],
            credits_per_session=v[4],
            credits_per_period=v[5],
            period_seconds=v[6],
            sequence=v[7],
            at=v[8],
            quoted_allowed=v[9],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("LimitsSet.platform", self.platform),
                pubkey("LimitsSet.wallet", self.wallet),
                pubkey("LimitsSet.credit_account", self.credit_account),
                integer("LimitsSet.credits_per_job", self.credits_per_job, "u64"),
                integer("LimitsSet.credits_per_session", self.credits_per_session, "u64"),
                integer("LimitsSet.credits_per_period", self.credits_per_period, "u64"),
                integer("LimitsSet.period_seconds", self.period_seconds, "u64"),
                integer("LimitsSet.sequence", self.sequence, "u64"),
                integer("LimitsSet.at", self.at, "i64"),
                integer("LimitsSet.quoted_allowed", self.quoted_allowed, "u8"),
                bytes(7),
            )
        )


_LOTS_EXPIRED = Struct("<16x32s32s32sQQq" + Balances.FORMAT + Balances.FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotsExpired:
    """The program's event `LotsExpired`."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("02fd832b03ce5d1b")
    SIZE: ClassVar[int] = 216

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    credits: int
    base_units: int
    """What went to the treasury."""
    at: int
    before: Balances
    after: Balances

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_LOTS_EXPIRED, EVENT_TAG + cls.DISCRIMINATOR, "a LotsExpired event", data)
        return cls(
            platform=Pubkey(v[0]),
            wallet=Pubkey(v[1]),
            credit_account=Pubkey(v[2]),
            credits=v[3],
            base_units=v[4],
            at=v[5],
            before=Balances.from_values(v, 6),
            after=Balances.from_values(v, 11),
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("LotsExpired.platform", self.platform),
                pubkey("LotsExpired.wallet", self.wallet),
                pubkey("LotsExpired.credit_account", self.credit_account),
                integer("LotsExpired.credits", self.credits, "u64"),
                integer("LotsExpired.base_units", self.base_units, "u64"),
                integer("LotsExpired.at", self.at, "i64"),
                struct("LotsExpired.before", self.before, Balances),
                struct("LotsExpired.after", self.after, Balances),
            )
        )


_PAYEE_CHANGED = Struct("<16x32s32s32sQQqqB7x")


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeeChanged:
    """A payee was suspended or resumed, or another share of its own was announced: all that can change of it."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("e2efda04e3db83a6")
    SIZE: ClassVar[int] = 152

    platform: Pubkey
    payee: Pubkey
    """The registration."""
    owner: Pubkey
    """Who earns."""
    share_bps: int
    """Basis points of its own; 0: what the platform's fee leaves."""
    pending_share_bps: int
    """The coming share, and the unix time from which locks use it; 0: none is announced."""
    pending_share_at: int
    at: int
    suspended: int
    """1: no lock may name it."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_PAYEE_CHANGED, EVENT_TAG + cls.DISCRIMINATOR, "a PayeeChanged event", data)
        return cls(
            platform=Pubkey(v[0]),
            payee=Pubkey(v[1]),
            owner=Pubkey(v[2]),
            share_bps=v[3],
            pending_share_bps=v[4],
            pending_share_at=v[5],
            at=v[6],
            suspended=v[7],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("PayeeChanged.platform", self.platform),
                pubkey("PayeeChanged.payee", self.payee),
                pubkey("PayeeChanged.owner", self.owner),
                integer("PayeeChanged.share_bps", self.share_bps, "u64"),
                integer("PayeeChanged.pending_share_bps", self.pending_share_bps, "u64"),
                integer("PayeeChanged.pending_share_at", self.pending_share_at, "i64"),
                integer("PayeeChanged.at", self.at, "i64"),
                integer("PayeeChanged.suspended", self.suspended, "u8"),
                bytes(7),
            )
        )


_PAYEE_REGISTERED = Struct("<16x32s32s32s32s32sqq")


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeeRegistered:
    """Somebody besides the treasury may earn from jobs, from `usable_from` on."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("780de96aafc1e549")
    SIZE: ClassVar[int] = 192

    platform: Pubkey
    payee: Pubkey
    """The registration, an account of the program."""
    owner: Pubkey
    """Who earns."""
    token_account: Pubkey
    """The owner's, which earnings go to."""
    rent_payer: Pubkey
    usable_from: int
    """Unix seconds from which a lock may name it."""
    at: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_PAYEE_REGISTERED, EVENT_TAG + cls.DISCRIMINATOR, "a PayeeRegistered event", data)
        return cls(
            platform=Pubkey(v[0]),
            payee=Pubkey(v[1]),
            owner=Pubkey(v[2]),
            token_account=Pubkey(v[3]),
            rent_payer=Pubkey(v[4]),
            usable_from=v[5],
            at=v[6],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("PayeeRegistered.platform", self.platform),
                pubkey("PayeeRegistered.payee", self.payee),
                pubkey("PayeeRegistered.owner", self.owner),
                pubkey("PayeeRegistered.token_account", self.token_account),
                pubkey("PayeeRegistered.rent_payer", self.rent_payer),
                integer("PayeeRegistered.usable_from", self.usable_from, "i64"),
                integer("PayeeRegistered.at", self.at, "i64"),
            )
        )


_PAYEE_UNREGISTERED = Struct("<16x32s32s32sq")


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeeUnregistered:
    """Somebody earns from no further jobs."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("15c7c9d4fce7e94f")
    SIZE: ClassVar[int] = 120

    platform: Pubkey
    payee: Pubkey
    """The registration, which is gone."""
    owner: Pubkey
    """Who earned."""
    at: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_PAYEE_UNREGISTERED, EVENT_TAG + cls.DISCRIMINATOR, "a PayeeUnregistered event", data)
        return cls(platform=Pubkey(v[0]), payee=Pubkey(v[1]), owner=Pubkey(v[2]), at=v[3])

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("PayeeUnregistered.platform", self.platform),
                pubkey("PayeeUnregistered.payee", self.payee),
                pubkey("PayeeUnregistered.owner", self.owner),
                integer("PayeeUnregistered.at", self.at, "i64"),
            )
        )


_PLATFORM_CHANGED = Struct(
    "<16x32s32s32s32s32s32s32s32sQQQq" + Tier.FORMAT * 8 + PendingChanges.FORMAT + Pack.FORMAT * 4 + "BB6x"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformChanged:
    """All that can change of a platform, after any change."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("ba17443b604110f8")
    SIZE: ClassVar[int] = 1416

    platform: Pubkey
    admin: Pubkey
    pending_admin: Pubkey
    """All zeros: nobody."""
    operator: Pubkey
    """All zeros: nobody; so it is with the next two."""
    standby_operator: Pubkey
    granter: Pubkey
    treasury: Pubkey
    promotion: Pubkey
    """All zeros: none."""
    min_purchase: int
    max_job_seconds: int
    fee_bps: int
    """Basis points."""
    at: int
    tiers: tuple[Tier, ...]
    pending: PendingChanges
    """What is announced and waits for its notice period."""
    packs: tuple[Pack, ...]
    """A pack of 0 credits is not offered."""
    paused: int
    """1: purchases and locks are stopped."""
    change: int
    """What was done: 0 update, 1 tier, 2 apply, 3 admin proposed, 4 admin accepted, 5 pack, 6 switched to the
    standby operator.
    """

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_PLATFORM_CHANGED, EVENT_TAG + cls.DISCRIMINATOR, "a PlatformChanged event", data)
        return cls(
            platform=Pubkey(v[0]),
            admin=Pubkey(v[1]),
            pending_admin=Pubkey(v[2]),
            operator=Pubkey(v[3]),
            standby_operator=Pubkey(v[4]),
            granter=Pubkey(v[5]),
            treasury=Pubkey(v[6]),
            promotion=Pubkey(v[7]),
            min_purchase=v[8],
            max_job_seconds=v[9],
            fee_bps=v[10],
            at=v[11],
            tiers=tuple(Tier.from_values(v, i) for i in range(12, 60, 6)),
            pending=PendingChanges.from_values(v, 60),
            packs=tuple(Pack.from_values(v, i) for i in range(130, 138, 2)),
            paused=v[138],
            change=v[139],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("PlatformChanged.platform", self.platform),
                pubkey("PlatformChanged.admin", self.admin),
                pubkey("PlatformChanged.pending_admin", self.pending_admin),
                pubkey("PlatformChanged.operator", self.operator),
                pubkey("PlatformChanged.standby_operator", self.standby_operator),
                pubkey("PlatformChanged.granter", self.granter),
                pubkey("PlatformChanged.treasury", self.treasury),
                pubkey("PlatformChanged.promotion", self.promotion),
                integer("PlatformChanged.min_purchase", self.min_purchase, "u64"),
                integer("PlatformChanged.max_job_seconds", self.max_job_seconds, "u64"),
                integer("PlatformChanged.fee_bps", self.fee_bps, "u64"),
                integer("PlatformChanged.at", self.at, "i64"),
                array("PlatformChanged.tiers", self.tiers, partial(struct, of=Tier), 8),
                struct("PlatformChanged.pending", self.pending, PendingChanges),
                array("PlatformChanged.packs", self.packs, partial(struct, of=Pack), 4),
                integer("PlatformChanged.paused", self.paused, "u8"),
                integer("PlatformChanged.change", self.change, "u8"),
                bytes(6),
            )
        )


_PLATFORM_CREATED = Struct("<16x32s32s32s32s32s32s32s32sQQQQQQq" + Tier.FORMAT * 8 + "B7x")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformCreated:
    """A credit system, as it was created."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("56b1d79220274167")
    SIZE: ClassVar[int] = 720

    platform: Pubkey
    creator: Pubkey
    admin: Pubkey
    operator: Pubkey
    treasury: Pubkey
    """Token account of the mint."""
    mint: Pubkey
    token_program: Pubkey
    """The program that the mint is of."""
    name: bytes
    """Padded with zeros."""
    base_units_per_credit: int
    """Base units of the mint."""
    notice_seconds: int
    payee_notice_seconds: int
    min_purchase: int
    max_job_seconds: int
    fee_bps: int
    """Basis points."""
    at: int
    """Unix seconds; so it is in every event."""
    tiers: tuple[Tier, ...]
    """Prices; a tier without a name is not offered."""
    decimals: int
    """Of the mint."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_PLATFORM_CREATED, EVENT_TAG + cls.DISCRIMINATOR, "a PlatformCreated event", data)
        return cls(
            platform=Pubkey(v[0]),
            creator=Pubkey(v[1]),
            admin=Pubkey(v[2]),
            operator=Pubkey(v[3]),
            treasury=Pubkey(v[4]),
            mint=Pubkey(v[5]),
            token_program=Pubkey(v[6]),
            name=v[7],
            base_units_per_credit=v[8],
            notice_seconds=v[9],
            payee_notice_seconds=v[10],
            min_purchase=v[11],
            max_job_seconds=v[12],
            fee_bps=v[13],
            at=v[14],
            tiers=tuple(Tier.from_values(v, i) for i in range(15, 63, 6)),
            decimals=v[63],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("PlatformCreated.platform", self.platform),
                pubkey("PlatformCreated.creator", self.creator),
                pubkey("PlatformCreated.admin", self.admin),
                pubkey("PlatformCreated.operator", self.operator),
                pubkey("PlatformCreated.treasury", self.treasury),
                pubkey("PlatformCreated.mint", self.mint),
                pubkey("PlatformCreated.token_program", self.token_program),
                byte_array("PlatformCreated.name", self.name, 32),
                integer("PlatformCreated.base_units_per_credit", self.base_units_per_credit, "u64"),
                integer("PlatformCreated.notice_seconds", self.notice_seconds, "u64"),
                integer("PlatformCreated.payee_notice_seconds", self.payee_notice_seconds, "u64"),
                integer("PlatformCreated.min_purchase", self.min_purchase, "u64"),
                integer("PlatformCreated.max_job_seconds", self.max_job_seconds, "u64"),
                integer("PlatformCreated.fee_bps", self.fee_bps, "u64"),
                integer("PlatformCreated.at", self.at, "i64"),
                array("PlatformCreated.tiers", self.tiers, partial(struct, of=Tier), 8),
                integer("PlatformCreated.decimals", self.decimals, "u8"),
                bytes(7),
            )
        )


_PROMOTION_SWEPT = Struct("<16x32s32s32s32sQq")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionSwept:
    """What withdrawals had left of packs' bonus went back to the platform."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("715514c7455b87c6")
    SIZE: ClassVar[int] = 160

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    destination: Pubkey
    """The promotion account; the treasury where there is none, or it cannot be paid."""
    base_units: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_PROMOTION_SWEPT, EVENT_TAG + cls.DISCRIMINATOR, "a PromotionSwept event", data)
        return cls(
            platform=Pubkey(v[0]),
            wallet=Pubkey(v[1]),
            credit_account=Pubkey(v[2]),
            destination=Pubkey(v[3]),
            base_units=v[4],
            at=v[5],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("PromotionSwept.platform", self.platform),
                pubkey("PromotionSwept.wallet", self.wallet),
                pubkey("PromotionSwept.credit_account", self.credit_account),
                pubkey("PromotionSwept.destination", self.destination),
                integer("PromotionSwept.base_units", self.base_units, "u64"),
                integer("PromotionSwept.at", self.at, "i64"),
            )
        )


_PROMOTION_WITHDRAWN = Struct("<16x32s32s32sQq")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionWithdrawn:
    """Tokens of the promotion account went to the treasury."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("9be912eedbf4f1fc")
    SIZE: ClassVar[int] = 128

    platform: Pubkey
    source: Pubkey
    """The promotion account."""
    destination: Pubkey
    """The treasury."""
    base_units: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_PROMOTION_WITHDRAWN, EVENT_TAG + cls.DISCRIMINATOR, "a PromotionWithdrawn event", data)
        return cls(platform=Pubkey(v[0]), source=Pubkey(v[1]), destination=Pubkey(v[2]), base_units=v[3], at=v[4])

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("PromotionWithdrawn.platform", self.platform),
                pubkey("PromotionWithdrawn.source", self.source),
                pubkey("PromotionWithdrawn.destination", self.destination),
                integer("PromotionWithdrawn.base_units", self.base_units, "u64"),
                integer("PromotionWithdrawn.at", self.at, "i64"),
            )
        )


_SESSION_OPENED = Struct(
    "<16x32s32s32s32s32s32s32s32sQQQqqq" + Split.FORMAT + Tier.FORMAT * 8 + Balances.FORMAT + Balances.FORMAT + "32s"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened:
    """Credits were locked for a session, with all its terms."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("224f4d5fc3cf68df")
    SIZE: ClassVar[int] = 856

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    session: Pubkey
    authority: Pubkey
    """Who signed: the operator."""
    payee: Pubkey
    """Who earns what paid credits bring; all zeros: the treasury."""
    payee_token_account: Pubkey
    rent_payer: Pubkey
    id: int
    credits: int
    """Credits locked in all."""
    fee_bps: int
    """Basis points."""
    deadline: int
    """Unix seconds from which it is only refunded."""
    limit_period: int
    """When the period of the wallet's limits began that it counts in."""
    at: int
    held: Split
    """Where the credits came from."""
    tiers: tuple[Tier, ...]
    """The platform's prices, which all of the session is priced by."""
    before: Balances
    after: Balances
    head: bytes
    """What its history starts from: SHA-256 of its address and these tiers."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_SESSION_OPENED, EVENT_TAG + cls.DISCRIMINATOR, "a SessionOpened event", data)
        return cls(
            platform=Pubkey(v[0]),
            wallet=Pubkey(v[1]),
            credit_account=Pubkey(v[2]),
            session=Pubkey(v[3]),
            authority=Pubkey(v[4]),
            payee=Pubkey(v[5]),
            payee_token_account=Pubkey(v[6]),
            rent_payer=Pubkey(v[7]),
            id=v[8],
            credits=v[9],
            fee_bps=v[10],
            deadline=v[11],
            limit_period=v[12],
            at=v[13],
            held=Split.from_values(v, 14),
            tiers=tuple(Tier.from_values(v, i) for i in range(23, 71, 6)),
            before=Balances.from_values(v, 71),
            after=Balances.from_values(v, 76),
            head=v[81],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("SessionOpened.platform", self.platform),
                pubkey("SessionOpened.wallet", self.wallet),
                pubkey("SessionOpened.credit_account", self.credit_account),
                pubkey("SessionOpened.session", self.session),
                pubkey("SessionOpened.authority", self.authority),
                pubkey("SessionOpened.payee", self.payee),
                pubkey("SessionOpened.payee_token_account", self.payee_token_account),
                pubkey("SessionOpened.rent_payer", self.rent_payer),
                integer("SessionOpened.id", self.id, "u64"),
                integer("SessionOpened.credits", self.credits, "u64"),
                integer("SessionOpened.fee_bps", self.fee_bps, "u64"),
                integer("SessionOpened.deadline", self.deadline, "i64"),
                integer("SessionOpened.limit_period", self.limit_period, "i64"),
                integer("SessionOpened.at", self.at, "i64"),
                struct("SessionOpened.held", self.held, Split),
                array("SessionOpened.tiers", self.tiers, partial(struct, of=Tier), 8),
                struct("SessionOpened.before", self.before, Balances),
                struct("SessionOpened.after", self.after, Balances),
                byte_array("SessionOpened.head", self.head, 32),
            )
        )


_SESSION_REFUNDED = Struct("<16x32s32s32s32s32sQQQq" + Split.FORMAT + Balances.FORMAT + Balances.FORMAT + "32s32sB7x")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRefunded:
    """A session ended, and all that it still held went back."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("b08a772e63ac4b98")
    SIZE: ClassVar[int] = 400

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    session: Pubkey
    authority: Pubkey
    """Who signed: the operator, or once the deadline had passed anybody."""
    id: int
    count: int
    """Receipts that were settled before."""
    settled: int
    """Credits charged before by settlements of this session."""
    at: int
    returned: Split
    """What went back where it came from."""
    before: Balances
    after: Balances
    head: bytes
    """The session's last head."""
    session_heads: bytes
    """What the credit account remembers of all ended sessions, after this."""
    timed_out: int
    """1: the deadline had passed."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_SESSION_REFUNDED, EVENT_TAG + cls.DISCRIMINATOR, "a SessionRefunded event", data)
        return cls(
            platform=Pubkey(v[0]),
            wallet=Pubkey(v[1]),
            credit_account=Pubkey(v[2]),
            session=Pubkey(v[3]),
            authority=Pubkey(v[4]),
            id=v[5],
            count=v[6],
            settled=v[7],
            at=v[8],
            returned=Split.from_values(v, 9),
            before=Balances.from_values(v, 18),
            after=Balances.from_values(v, 23),
            head=v[28],
            session_heads=v[29],
            timed_out=v[30],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("SessionRefunded.platform", self.platform),
                pubkey("SessionRefunded.wallet", self.wallet),
                pubkey("SessionRefunded.credit_account", self.credit_account),
                pubkey("SessionRefunded.session", self.session),
                pubkey("SessionRefunded.authority", self.authority),
                integer("SessionRefunded.id", self.id, "u64"),
                integer("SessionRefunded.count", self.count, "u64"),
                integer("SessionRefunded.settled", self.settled, "u64"),
                integer("SessionRefunded.at", self.at, "i64"),
                struct("SessionRefunded.returned", self.returned, Split),
                struct("SessionRefunded.before", self.before, Balances),
                struct("SessionRefunded.after", self.after, Balances),
                byte_array("SessionRefunded.head", self.head, 32),
                byte_array("SessionRefunded.session_heads", self.session_heads, 32),
                integer("SessionRefunded.timed_out", self.timed_out, "u8"),
                bytes(7),
            )
        )


_SESSION_SETTLED = Struct(
    "<16x32s32s32s32sQQQQQQQQq"
    + Split.FORMAT
    + Split.FORMAT
    + Balances.FORMAT
    + Balances.FORMAT
    + TierTotals.FORMAT * 8
    + "32s32s32sBB6x"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSettled:
    """The operator reported what a session has used so far, and was paid for it."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("7fa13b8817a8bf95")
    SIZE: ClassVar[int] = 608

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    session: Pubkey
    id: int
    from_count: int
    """Receipts before this settlement, and with it."""
    count: int
    charged: int
    """Credits charged by this settlement, and by all of this session so far."""
    settled: int
    treasury_base_units: int
    """Base units that went to the treasury and to the payee."""
    payee_base_units: int
    promotion_base_units: int
    """What promotion had paid of the charged credits; a part of what went to the treasury."""
    at: int
    spent: Split
    """Where the charged credits came from."""
    returned: Split
    """What went back where it came from; nothing before the end."""
    before: Balances
    after: Balances
    totals: tuple[TierTotals, ...]
    """All that the session has used so far, for each tier."""
    root: bytes
    """Commits to the receipts from `from_count` on; counts for nothing where there are none."""
    head: bytes
    """The session's head after this."""
    session_heads: bytes
    """What the credit account remembers of all ended sessions, after this."""
    is_final: int
    """1: the session has ended."""
    payee_unpayable: int
    """1: the payee's token account could not be paid, so that its share went to the treasury."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_SESSION_SETTLED, EVENT_TAG + cls.DISCRIMINATOR, "a SessionSettled event", data)
        return cls(
            platform=Pubkey(v[0]),
            wallet=Pubkey(v[1]),
            credit_account=Pubkey(v[2]),
            session=Pubkey(v[3]),
            id=v[4],
            from_count=v[5],
            count=v[6],
            charged=v[7],
            settled=v[8],
            treasury_base_units=v[9],
            payee_base_units=v[10],
            promotion_base_units=v[11],
            at=v[12],
            spent=Split.from_values(v, 13),
            returned=Split.from_values(v, 22),
            before=Balances.from_values(v, 31),
            after=Balances.from_values(v, 36),
            totals=tuple(TierTotals.from_values(v, i) for i in range(41, 73, 4)),
            root=v[73],
            head=v[74],
            session_heads=v[75],
            is_final=v[76],
            payee_unpayable=v[77],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("SessionSettled.platform", self.platform),
                pubkey("SessionSettled.wallet", self.wallet),
                pubkey("SessionSettled.credit_account", self.credit_account),
                pubkey("SessionSettled.session", self.session),
                integer("SessionSettled.id", self.id, "u64"),
                integer("SessionSettled.from_count", self.from_count, "u64"),
                integer("SessionSettled.count", self.count, "u64"),
                integer("SessionSettled.charged", self.charged, "u64"),
                integer("SessionSettled.settled", self.settled, "u64"),
                integer("SessionSettled.treasury_base_units", self.treasury_base_units, "u64"),
                integer("SessionSettled.payee_base_units", self.payee_base_units, "u64"),
                integer("SessionSettled.promotion_base_units", self.promotion_base_units, "u64"),
                integer("SessionSettled.at", self.at, "i64"),
                struct("SessionSettled.spent", self.spent, Split),
                struct("SessionSettled.returned", self.returned, Split),
                struct("SessionSettled.before", self.before, Balances),
                struct("SessionSettled.after", self.after, Balances),
                array("SessionSettled.totals", self.totals, partial(struct, of=TierTotals), 8),
                byte_array("SessionSettled.root", self.root, 32),
                byte_array("SessionSettled.head", self.head, 32),
                byte_array("SessionSettled.session_heads", self.session_heads, 32),
                integer("SessionSettled.is_final", self.is_final, "u8"),
                integer("SessionSettled.payee_unpayable", self.payee_unpayable, "u8"),
                bytes(6),
            )
        )


_TOKENS_RECOVERED = Struct("<16x32s32s32s32s32s32sQQq")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensRecovered:
    """Tokens that were no credits went where the wallet can reach them."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("d200ca398a9d0555")
    SIZE: ClassVar[int] = 232

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    mint: Pubkey
    source: Pubkey
    destination: Pubkey
    base_units: int
    lamports: int
    """What the token account held that was closed, 0 where it was not: to the wallet, or from the vault's own token
    account to the credit account, whose close gives it to the wallet.
    """
    at: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_TOKENS_RECOVERED, EVENT_TAG + cls.DISCRIMINATOR, "a TokensRecovered event", data)
        return cls(
            platform=Pubkey(v[0]),
            wallet=Pubkey(v[1]),
            credit_account=Pubkey(v[2]),
            mint=Pubkey(v[3]),
            source=Pubkey(v[4]),
            destination=Pubkey(v[5]),
            base_units=v[6],
            lamports=v[7],
            at=v[8],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("TokensRecovered.platform", self.platform),
                pubkey("TokensRecovered.wallet", self.wallet),
                pubkey("TokensRecovered.credit_account", self.credit_account),
                pubkey("TokensRecovered.mint", self.mint),
                pubkey("TokensRecovered.source", self.source),
                pubkey("TokensRecovered.destination", self.destination),
                integer("TokensRecovered.base_units", self.base_units, "u64"),
                integer("TokensRecovered.lamports", self.lamports, "u64"),
                integer("TokensRecovered.at", self.at, "i64"),
            )
        )


_TOP_UP_REMOVED = Struct("<16x32s32s32s32sQq")


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpRemoved:
    """The wallet removed its rule."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("685bd19a8a70e600")
    SIZE: ClassVar[int] = 160

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    rule: Pubkey
    sequence: int
    """Sequence number that was used up."""
    at: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_TOP_UP_REMOVED, EVENT_TAG + cls.DISCRIMINATOR, "a TopUpRemoved event", data)
        return cls(
            platform=Pubkey(v[0]),
            wallet=Pubkey(v[1]),
            credit_account=Pubkey(v[2]),
            rule=Pubkey(v[3]),
            sequence=v[4],
            at=v[5],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("TopUpRemoved.platform", self.platform),
                pubkey("TopUpRemoved.wallet", self.wallet),
                pubkey("TopUpRemoved.credit_account", self.credit_account),
                pubkey("TopUpRemoved.rule", self.rule),
                integer("TopUpRemoved.sequence", self.sequence, "u64"),
                integer("TopUpRemoved.at", self.at, "i64"),
            )
        )


_TOP_UP_SET = Struct("<16x32s32s32s32s32s32sQQQQQQqQqB7x")


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpSet:
    """The wallet set a rule."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("875bd30302b2430c")
    SIZE: ClassVar[int] = 288

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    rule: Pubkey
    source: Pubkey
    rent_payer: Pubkey
    threshold: int
    credits: int
    base_units: int
    """What one top-up costs, in base units of the mint."""
    bonus_credits: int
    base_units_per_period: int
    period_seconds: int
    expires_at: int
    """Unix seconds; 2^63 - 1: never."""
    sequence: int
    """Sequence number that was used up."""
    at: int
    pack: int
    """Which pack is bought; 255: none."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_TOP_UP_SET, EVENT_TAG + cls.DISCRIMINATOR, "a TopUpSet event", data)
        return cls(
            platform=Pubkey(v[0]),
            wallet=Pubkey(v[1]),
            credit_account=Pubkey(v[2]),
            rule=Pubkey(v[3]),
            source=Pubkey(v[4]),
            rent_payer=Pubkey(v[5]),
            threshold=v[6],
            credits=v[7],
            base_units=v[8],
            bonus_credits=v[9],
            base_units_per_period=v[10],
            period_seconds=v[11],
            expires_at=v[12],
            sequence=v[13],
            at=v[14],
            pack=v[15],
        )

    def encode(self) -> bytes:
        """Encode it as the program would; raises EncodeError for what does not fit."""
        return b"".join(
            (
                EVENT_TAG,
                self.DISCRIMINATOR,
                pubkey("TopUpSet.platform", self.platform),
                pubkey("TopUpSet.wallet", self.wallet),
                pubkey("TopUpSet.credit_account", self.credit_account),
                pubkey("TopUpSet.rule", self.rule),
                pubkey("TopUpSet.source", self.source),
                pubkey("TopUpSet.rent_payer", self.rent_payer),
                integer("TopUpSet.threshold", self.threshold, "u64"),
                integer("TopUpSet.credits", self.credits, "u64"),
                integer("TopUpSet.base_units", self.base_units, "u64"),
                integer("TopUpSet.bonus_credits", self.bonus_credits, "u64"),
                integer("TopUpSet.base_units_per_period", self.base_units_per_period, "u64"),
                integer("TopUpSet.period_seconds", self.period_seconds, "u64"),
                integer("TopUpSet.expires_at", self.expires_at, "i64"),
                integer("TopUpSet.sequence", self.sequence, "u64"),
                integer("TopUpSet.at", self.at, "i64"),
                integer("TopUpSet.pack", self.pack, "u8"),
                bytes(7),
            )
        )


Event: TypeAlias = (
    AccountClosed
    | AccountOpened
    | CreditsGranted
    | CreditsPurchased
    | CreditsToppedUp
    | CreditsWithdrawn
    | DepositsSynced
    | JobLocked
    | JobRefunded
    | JobSettled
    | LimitsSet
    | LotsExpired
    | PayeeChanged
    | PayeeRegistered
    | PayeeUnregistered
    | PlatformChanged
    | PlatformCreated
    | PromotionSwept
    | PromotionWithdrawn
    | SessionOpened
    | SessionRefunded
    | SessionSettled
    | TokensRecovered
    | TopUpRemoved
    | TopUpSet
)
"""Any event of the program."""

EVENTS: dict[bytes, type[Event]] = {
    AccountClosed.DISCRIMINATOR: AccountClosed,
    AccountOpened.DISCRIMINATOR: AccountOpened,
    CreditsGranted.DISCRIMINATOR: CreditsGranted,
    CreditsPurchased.DISCRIMINATOR: CreditsPurchased,
    CreditsToppedUp.DISCRIMINATOR: CreditsToppedUp,
    CreditsWithdrawn.DISCRIMINATOR: CreditsWithdrawn,
    DepositsSynced.DISCRIMINATOR: DepositsSynced,
    JobLocked.DISCRIMINATOR: JobLocked,
    JobRefunded.DISCRIMINATOR: JobRefunded,
    JobSettled.DISCRIMINATOR: JobSettled,
    LimitsSet.DISCRIMINATOR: LimitsSet,
    LotsExpired.DISCRIMINATOR: LotsExpired,
    PayeeChanged.DISCRIMINATOR: PayeeChanged,
    PayeeRegistered.DISCRIMINATOR: PayeeRegistered,
    PayeeUnregistered.DISCRIMINATOR: PayeeUnregistered,
    PlatformChanged.DISCRIMINATOR: PlatformChanged,
    PlatformCreated.DISCRIMINATOR: PlatformCreated,
    PromotionSwept.DISCRIMINATOR: PromotionSwept,
    PromotionWithdrawn.DISCRIMINATOR: PromotionWithdrawn,
    SessionOpened.DISCRIMINATOR: SessionOpened,
    SessionRefunded.DISCRIMINATOR: SessionRefunded,
    SessionSettled.DISCRIMINATOR: SessionSettled,
    TokensRecovered.DISCRIMINATOR: TokensRecovered,
    TopUpRemoved.DISCRIMINATOR: TopUpRemoved,
    TopUpSet.DISCRIMINATOR: TopUpSet,
}
"""Class of each event by its discriminator."""


def is_event(data: bytes) -> bool:
    """Whether the data of an inner instruction is that of an event, known or not."""
    return data.startswith(EVENT_TAG)


def decode_event(data: bytes) -> Event:
    """Decode the whole data of an inner instruction; raises DecodeError."""
    if not is_event(data):
        raise DecodeError(f"not an event: expected {EVENT_TAG.hex()} in front, found {data[:8].hex()}")
    found = EVENTS.get(data[8:16])
    if found is None:
        raise unknown("an event", data[8:16])
    return found.decode(data)
