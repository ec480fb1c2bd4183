# Generated from the IDL by scripts/generate-client; do not edit.
"""The events that the program passes to itself as the data of an inner instruction."""

from dataclasses import dataclass
from functools import partial
from struct import Struct
from typing import ClassVar, Self, TypeAlias

from solders.pubkey import Pubkey

from job_escrow.codec._base import DecodeError, array, byte_array, integer, pubkey, struct, unknown, unpack
from job_escrow.codec.types import Balances, PendingChanges, Split, Tier

EVENT_TAG: bytes = bytes.fromhex("e445a52e51cb9a1d")
"""What the data of every event starts with, before its discriminator."""

_ACCOUNT_CLOSED = Struct("<16x32s32s32s32sQQQq" + Balances.FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClosed:
    """A credit account was emptied and removed."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("13fa4fec5b509430")
    SIZE: ClassVar[int] = 208

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    destination: Pubkey
    wallet_base_units: int
    """Paid credits and surplus, to the wallet."""
    treasury_base_units: int
    """What stood behind lots and promised bonus, to the treasury."""
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
            wallet_lamports=v[6],
            at=v[7],
            before=Balances.from_values(v, 8),
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
                integer("AccountClosed.wallet_lamports", self.wallet_lamports, "u64"),
                integer("AccountClosed.at", self.at, "i64"),
                struct("AccountClosed.before", self.before, Balances),
            )
        )


_ACCOUNT_OPENED = Struct("<16x32s32s32s32s32s16sQQQQQQQq")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOpened:
    """A credit account, as it was opened."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("fa59274323777e3f")
    SIZE: ClassVar[int] = 256

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
    credits_per_period: int
    period_seconds: int
    rent_lamports: int
    """What the rent payer gets back at the close: what it paid for the account."""
    vault_rent_lamports: int
    """The same of the vault; 0 where that held tokens already, and so was somebody else's gift."""
    at: int

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
            credits_per_period=v[9],
            period_seconds=v[10],
            rent_lamports=v[11],
            vault_rent_lamports=v[12],
            at=v[13],
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
                integer("AccountOpened.credits_per_period", self.credits_per_period, "u64"),
                integer("AccountOpened.period_seconds", self.period_seconds, "u64"),
                integer("AccountOpened.rent_lamports", self.rent_lamports, "u64"),
                integer("AccountOpened.vault_rent_lamports", self.vault_rent_lamports, "u64"),
                integer("AccountOpened.at", self.at, "i64"),
            )
        )


_CREDITS_GRANTED = Struct("<16x32s32s32s32sQQQqq" + Balances.FORMAT + Balances.FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsGranted:
    """Paid for by the operator; spent first and never withdrawable."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("8042a005de8e6cd4")
    SIZE: ClassVar[int] = 248

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    operator: Pubkey
    id: int
    """Used up in the account's window of job ids."""
    credits: int
    base_units: int
    """What the operator paid for them, in base units of the mint."""
    expires_at: int
    """Unix seconds; 2^63 - 1: never."""
    at: int
    before: Balances
    after: Balances

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
            after=Balances.from_values(v, 13),
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
            )
        )


_CREDITS_PURCHASED = Struct("<16x32s32s32s32sQQQq" + Balances.FORMAT + Balances.FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsPurchased:
    """Credits were paid for, straight into the vault."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("b04327a70b74de16")
    SIZE: ClassVar[int] = 240

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    payer: Pubkey
    """Who paid; not always the wallet."""
    credits: int
    base_units: int
    """What they cost, in base units of the mint."""
    sequence: int
    """Sequence number that was used up; 0 where somebody else paid."""
    at: int
    before: Balances
    after: Balances

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
            sequence=v[6],
            at=v[7],
            before=Balances.from_values(v, 8),
            after=Balances.from_values(v, 12),
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
                integer("CreditsPurchased.sequence", self.sequence, "u64"),
                integer("CreditsPurchased.at", self.at, "i64"),
                struct("CreditsPurchased.before", self.before, Balances),
                struct("CreditsPurchased.after", self.after, Balances),
            )
        )


_CREDITS_WITHDRAWN = Struct("<16x32s32s32s32sQQQQq" + Balances.FORMAT + Balances.FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsWithdrawn:
    """Credits were paid out to their wallet."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("b75f1ffa4e1fea90")
    SIZE: ClassVar[int] = 248

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    destination: Pubkey
    credits: int
    synced: int
    """Credits that plain transfers into the vault had become before they were withdrawn."""
    base_units: int
    """All that was paid out: the credits' worth and, with all, what was left below one credit."""
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
            sequence=v[7],
            at=v[8],
            before=Balances.from_values(v, 9),
            after=Balances.from_values(v, 13),
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
    SIZE: ClassVar[int] = 232

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
            after=Balances.from_values(v, 11),
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
    SIZE: ClassVar[int] = 488

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
            before=Balances.from_values(v, 29),
            after=Balances.from_values(v, 33),
            by_operator=v[37],
            quoted=v[38],
            tier_index=v[39],
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
    SIZE: ClassVar[int] = 312

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
            after=Balances.from_values(v, 21),
            timed_out=v[25],
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
    "<16x32s32s32s32sQQQQQQq" + Split.FORMAT + Split.FORMAT + Balances.FORMAT + Balances.FORMAT + "BB6x"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSettled:
    """The operator reported what a job has cost so far, and was paid for it."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("8269cd225756981b")
    SIZE: ClassVar[int] = 352

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
    at: int
    spent: Split
    """Where the charged credits came from."""
    returned: Split
    """What went back where it came from; nothing before the end."""
    before: Balances
    after: Balances
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
            at=v[10],
            spent=Split.from_values(v, 11),
            returned=Split.from_values(v, 20),
            before=Balances.from_values(v, 29),
            after=Balances.from_values(v, 33),
            is_final=v[37],
            payee_unpayable=v[38],
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
                integer("JobSettled.at", self.at, "i64"),
                struct("JobSettled.spent", self.spent, Split),
                struct("JobSettled.returned", self.returned, Split),
                struct("JobSettled.before", self.before, Balances),
                struct("JobSettled.after", self.after, Balances),
                integer("JobSettled.is_final", self.is_final, "u8"),
                integer("JobSettled.payee_unpayable", self.payee_unpayable, "u8"),
                bytes(6),
            )
        )


_LIMITS_SET = Struct("<16x32s32s32sQQQq")


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsSet:
    """The wallet changed what the operator may lock; all zeros: only the wallet locks."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("35c6c2919295bd7f")
    SIZE: ClassVar[int] = 144

    platform: Pubkey
    wallet: Pubkey
    credit_account: Pubkey
    credits_per_job: int
    credits_per_period: int
    period_seconds: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_LIMITS_SET, EVENT_TAG + cls.DISCRIMINATOR, "a LimitsSet event", data)
        return cls(
            platform=Pubkey(v[0]),
            wallet=Pubkey(v[1]),
            credit_account=Pubkey(v[2]),
            credits_per_job=v[3],
            credits_per_period=v[4],
            period_seconds=v[5],
            at=v[6],
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
                integer("LimitsSet.credits_per_period", self.credits_per_period, "u64"),
                integer("LimitsSet.period_seconds", self.period_seconds, "u64"),
                integer("LimitsSet.at", self.at, "i64"),
            )
        )


_LOTS_EXPIRED = Struct("<16x32s32s32sQQq" + Balances.FORMAT + Balances.FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotsExpired:
    """The program's event `LotsExpired`."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("02fd832b03ce5d1b")
    SIZE: ClassVar[int] = 200

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
            after=Balances.from_values(v, 10),
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


_PAYEE_REGISTERED = Struct("<16x32s32s32s32s32sq")


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeeRegistered:
    """Somebody besides the treasury may earn from jobs."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("780de96aafc1e549")
    SIZE: ClassVar[int] = 184

    platform: Pubkey
    payee: Pubkey
    """The registration, an account of the program."""
    owner: Pubkey
    """Who earns."""
    token_account: Pubkey
    """The owner's, which earnings go to."""
    rent_payer: Pubkey
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
            at=v[5],
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


_PLATFORM_CHANGED = Struct("<16x32s32s32s32s32sQQQq" + Tier.FORMAT * 8 + PendingChanges.FORMAT + "BB6x")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformChanged:
    """All that can change of a platform, after any change."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("ba17443b604110f8")
    SIZE: ClassVar[int] = 1176

    platform: Pubkey
    admin: Pubkey
    pending_admin: Pubkey
    """All zeros: nobody."""
    operator: Pubkey
    """All zeros: nobody."""
    treasury: Pubkey
    min_purchase: int
    max_job_seconds: int
    fee_bps: int
    """Basis points."""
    at: int
    tiers: tuple[Tier, ...]
    pending: PendingChanges
    """What is announced and waits for its notice period."""
    paused: int
    """1: purchases and locks are stopped."""
    change: int
    """What was done: 0 update, 1 tier, 2 apply, 3 admin proposed, 4 admin accepted."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly SIZE bytes of data; raises DecodeError."""
        v = unpack(_PLATFORM_CHANGED, EVENT_TAG + cls.DISCRIMINATOR, "a PlatformChanged event", data)
        return cls(
            platform=Pubkey(v[0]),
            admin=Pubkey(v[1]),
            pending_admin=Pubkey(v[2]),
            operator=Pubkey(v[3]),
            treasury=Pubkey(v[4]),
            min_purchase=v[5],
            max_job_seconds=v[6],
            fee_bps=v[7],
            at=v[8],
            tiers=tuple(Tier.from_values(v, i) for i in range(9, 49, 5)),
            pending=PendingChanges.from_values(v, 49),
            paused=v[107],
            change=v[108],
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
                pubkey("PlatformChanged.treasury", self.treasury),
                integer("PlatformChanged.min_purchase", self.min_purchase, "u64"),
                integer("PlatformChanged.max_job_seconds", self.max_job_seconds, "u64"),
                integer("PlatformChanged.fee_bps", self.fee_bps, "u64"),
                integer("PlatformChanged.at", self.at, "i64"),
                array("PlatformChanged.tiers", self.tiers, partial(struct, of=Tier), 8),
                struct("PlatformChanged.pending", self.pending, PendingChanges),
                integer("PlatformChanged.paused", self.paused, "u8"),
                integer("PlatformChanged.change", self.change, "u8"),
                bytes(6),
            )
        )


_PLATFORM_CREATED = Struct("<16x32s32s32s32s32s32s32sQQQQQq" + Tier.FORMAT * 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformCreated:
    """A credit system, as it was created."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("56b1d79220274167")
    SIZE: ClassVar[int] = 672

    platform: Pubkey
    creator: Pubkey
    admin: Pubkey
    operator: Pubkey
    treasury: Pubkey
    """Token account of the mint."""
    mint: Pubkey
    name: bytes
    """Padded with zeros."""
    base_units_per_credit: int
    """Base units of the mint."""
    notice_seconds: int
    min_purchase: int
    max_job_seconds: int
    fee_bps: int
    """Basis points."""
    at: int
    """Unix seconds; so it is in every event."""
    tiers: tuple[Tier, ...]
    """Prices; a tier without a name is not offered."""

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
            name=v[6],
            base_units_per_credit=v[7],
            notice_seconds=v[8],
            min_purchase=v[9],
            max_job_seconds=v[10],
            fee_bps=v[11],
            at=v[12],
            tiers=tuple(Tier.from_values(v, i) for i in range(13, 53, 5)),
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
                byte_array("PlatformCreated.name", self.name, 32),
                integer("PlatformCreated.base_units_per_credit", self.base_units_per_credit, "u64"),
                integer("PlatformCreated.notice_seconds", self.notice_seconds, "u64"),
                integer("PlatformCreated.min_purchase", self.min_purchase, "u64"),
                integer("PlatformCreated.max_job_seconds", self.max_job_seconds, "u64"),
                integer("PlatformCreated.fee_bps", self.fee_bps, "u64"),
                integer("PlatformCreated.at", self.at, "i64"),
                array("PlatformCreated.tiers", self.tiers, partial(struct, of=Tier), 8),
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


Event: TypeAlias = (
    AccountClosed
    | AccountOpened
    | CreditsGranted
    | CreditsPurchased
    | CreditsWithdrawn
    | DepositsSynced
    | JobLocked
    | JobRefunded
    | JobSettled
    | LimitsSet
    | LotsExpired
    | PayeeRegistered
    | PayeeUnregistered
    | PlatformChanged
    | PlatformCreated
    | TokensRecovered
)
"""Any event of the program."""

EVENTS: dict[bytes, type[Event]] = {
    AccountClosed.DISCRIMINATOR: AccountClosed,
    AccountOpened.DISCRIMINATOR: AccountOpened,
    CreditsGranted.DISCRIMINATOR: CreditsGranted,
    CreditsPurchased.DISCRIMINATOR: CreditsPurchased,
    CreditsWithdrawn.DISCRIMINATOR: CreditsWithdrawn,
    DepositsSynced.DISCRIMINATOR: DepositsSynced,
    JobLocked.DISCRIMINATOR: JobLocked,
    JobRefunded.DISCRIMINATOR: JobRefunded,
    JobSettled.DISCRIMINATOR: JobSettled,
    LimitsSet.DISCRIMINATOR: LimitsSet,
    LotsExpired.DISCRIMINATOR: LotsExpired,
    PayeeRegistered.DISCRIMINATOR: PayeeRegistered,
    PayeeUnregistered.DISCRIMINATOR: PayeeUnregistered,
    PlatformChanged.DISCRIMINATOR: PlatformChanged,
    PlatformCreated.DISCRIMINATOR: PlatformCreated,
    TokensRecovered.DISCRIMINATOR: TokensRecovered,
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
