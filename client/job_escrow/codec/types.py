# Generated from the IDL by scripts/generate-client; do not edit.
"""What accounts, events and the arguments of instructions are made of."""

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Self

from solders.pubkey import Pubkey

from job_escrow.codec._base import Reader, array, boolean, byte_array, integer, option, pubkey, struct, vec


@dataclass(frozen=True, slots=True, kw_only=True)
class Balances:
    """Credits of one account. Locked ones are in open jobs; granted ones are in lots."""

    FORMAT: ClassVar[str] = "QQQQ"

    paid_available: int
    """Bought and free to spend or withdraw."""
    paid_locked: int
    """Bought and locked in open jobs."""
    granted_available: int
    """Free in lots, expired ones included until they are expired."""
    granted_locked: int
    """Of lots, locked in open jobs."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                integer("Balances.paid_available", self.paid_available, "u64"),
                integer("Balances.paid_locked", self.paid_locked, "u64"),
                integer("Balances.granted_available", self.granted_available, "u64"),
                integer("Balances.granted_locked", self.granted_locked, "u64"),
            )
        )

    @classmethod
    def from_values(cls, v: tuple[Any, ...], at: int) -> Self:
        """Make it of what `struct` unpacked, from the value number `at` on."""
        return cls(paid_available=v[at], paid_locked=v[at + 1], granted_available=v[at + 2], granted_locked=v[at + 3])


@dataclass(frozen=True, slots=True, kw_only=True)
class TierArgs:
    """A tier as an argument."""

    name: bytes
    """Name, padded with zeros."""
    flat_credits: int
    """Credits for up to `included_units`, and the least that a job costs."""
    included_units: int
    """Units that the flat price includes."""
    credits_per_1000_units: int
    """Credits per 1,000 units once a job is above the included ones."""
    unit_kind: int
    """What a unit is, as in `Tier`."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                byte_array("TierArgs.name", self.name, 16),
                integer("TierArgs.flat_credits", self.flat_credits, "u64"),
                integer("TierArgs.included_units", self.included_units, "u64"),
                integer("TierArgs.credits_per_1000_units", self.credits_per_1000_units, "u64"),
                integer("TierArgs.unit_kind", self.unit_kind, "u8"),
            )
        )

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Decode it as an argument; raises DecodeError."""
        return cls(
            name=reader.byte_array(16),
            flat_credits=reader.integer("u64"),
            included_units=reader.integer("u64"),
            credits_per_1000_units=reader.integer("u64"),
            unit_kind=reader.integer("u8"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePlatformArgs:
    """What a platform is created with. Amounts are credits, times are seconds."""

    name: bytes
    """`[a-z0-9-]{1,32}`, padded with zeros."""
    admin: Pubkey
    """May change the settings."""
    operator: Pubkey
    """May lock, settle and refund; all zeros: nobody."""
    base_units_per_credit: int
    """Base units of the mint that one credit is worth; fixed."""
    notice_seconds: int
    """Seconds between the announcement of a change that could hurt a wallet and its effect; fixed."""
    min_purchase: int
    max_job_seconds: int
    fee_bps: int
    """Share of a payee's earnings that goes to the treasury, in basis points."""
    tiers: tuple[TierArgs, ...]
    """At most eight."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                byte_array("CreatePlatformArgs.name", self.name, 32),
                pubkey("CreatePlatformArgs.admin", self.admin),
                pubkey("CreatePlatformArgs.operator", self.operator),
                integer("CreatePlatformArgs.base_units_per_credit", self.base_units_per_credit, "u64"),
                integer("CreatePlatformArgs.notice_seconds", self.notice_seconds, "u64"),
                integer("CreatePlatformArgs.min_purchase", self.min_purchase, "u64"),
                integer("CreatePlatformArgs.max_job_seconds", self.max_job_seconds, "u64"),
                integer("CreatePlatformArgs.fee_bps", self.fee_bps, "u64"),
                vec("CreatePlatformArgs.tiers", self.tiers, partial(struct, of=TierArgs)),
            )
        )

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Decode it as an argument; raises DecodeError."""
        return cls(
            name=reader.byte_array(32),
            admin=reader.pubkey(),
            operator=reader.pubkey(),
            base_units_per_credit=reader.integer("u64"),
            notice_seconds=reader.integer("u64"),
            min_purchase=reader.integer("u64"),
            max_job_seconds=reader.integer("u64"),
            fee_bps=reader.integer("u64"),
            tiers=reader.vec(lambda: TierArgs.read(reader)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IdWindow:
    """Bit i says whether the id `highest - i` was used.

    128 bits in two words, since the target has no 128-bit shift.
    """

    FORMAT: ClassVar[str] = "QQQ"

    highest: int
    """Highest id used so far, or where the ids of this account start."""
    low: int
    """Bits 0 to 63."""
    high: int
    """Bits 64 to 127."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                integer("IdWindow.highest", self.highest, "u64"),
                integer("IdWindow.low", self.low, "u64"),
                integer("IdWindow.high", self.high, "u64"),
            )
        )

    @classmethod
    def from_values(cls, v: tuple[Any, ...], at: int) -> Self:
        """Make it of what `struct` unpacked, from the value number `at` on."""
        return cls(highest=v[at], low=v[at + 1], high=v[at + 2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The wallet's limits on the operator, and how much of the present period is used.

    All zero: only the wallet locks.
    """

    FORMAT: ClassVar[str] = "QQQqQ"

    credits_per_job: int
    """Most credits that one lock of the operator may hold."""
    credits_per_period: int
    """Most credits that the operator may lock within one period."""
    period_seconds: int
    """Length of a period in seconds."""
    period_started_at: int
    """When the present period began, in unix seconds: with the first lock after the one before had ended."""
    used: int
    """Credits locked in the present period, less what came back of them within it."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                integer("Limits.credits_per_job", self.credits_per_job, "u64"),
                integer("Limits.credits_per_period", self.credits_per_period, "u64"),
                integer("Limits.period_seconds", self.period_seconds, "u64"),
                integer("Limits.period_started_at", self.period_started_at, "i64"),
                integer("Limits.used", self.used, "u64"),
            )
        )

    @classmethod
    def from_values(cls, v: tuple[Any, ...], at: int) -> Self:
        """Make it of what `struct` unpacked, from the value number `at` on."""
        return cls(
            credits_per_job=v[at],
            credits_per_period=v[at + 1],
            period_seconds=v[at + 2],
            period_started_at=v[at + 3],
            used=v[at + 4],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Granted credits that expire together. A slot is reused only once nothing of it is free or locked."""

    FORMAT: ClassVar[str] = "QQq"

    credits_free: int
    """Free to be locked."""
    credits_locked: int
    """Locked in open jobs."""
    expires_at: int
    """Unix seconds from which it cannot be locked any more; 2^63 - 1: never."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                integer("Lot.credits_free", self.credits_free, "u64"),
                integer("Lot.credits_locked", self.credits_locked, "u64"),
                integer("Lot.expires_at", self.expires_at, "i64"),
            )
        )

    @classmethod
    def from_values(cls, v: tuple[Any, ...], at: int) -> Self:
        """Make it of what `struct` unpacked, from the value number `at` on."""
        return cls(credits_free=v[at], credits_locked=v[at + 1], expires_at=v[at + 2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A price: flat credits for the included units, a rate per 1,000 units above them."""

    FORMAT: ClassVar[str] = "16sQQQB7x"

    name: bytes
    """Name, padded with zeros; all zeros: the slot is empty."""
    flat_credits: int
    """Credits for up to `included_units`, and the least that a job costs."""
    included_units: int
    """Units that the flat price includes."""
    credits_per_1000_units: int
    """Credits per 1,000 units once a job is above the included ones."""
    unit_kind: int
    """What a unit is: 0 output token, 1 request, 2 second, 3 GPU second, 4 CPU second, 5 GiB-hour, 6 GiB, 7 other."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                byte_array("Tier.name", self.name, 16),
                integer("Tier.flat_credits", self.flat_credits, "u64"),
                integer("Tier.included_units", self.included_units, "u64"),
                integer("Tier.credits_per_1000_units", self.credits_per_1000_units, "u64"),
                integer("Tier.unit_kind", self.unit_kind, "u8"),
                bytes(7),
            )
        )

    @classmethod
    def from_values(cls, v: tuple[Any, ...], at: int) -> Self:
        """Make it of what `struct` unpacked, from the value number `at` on."""
        return cls(
            name=v[at],
            flat_credits=v[at + 1],
            included_units=v[at + 2],
            credits_per_1000_units=v[at + 3],
            unit_kind=v[at + 4],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Where the credits of one amount come from, or go back to."""

    FORMAT: ClassVar[str] = "8IQ"

    lots: tuple[int, ...]
    """Credits of each lot."""
    paid: int
    """Paid credits."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (array("Split.lots", self.lots, partial(integer, kind="u32"), 8), integer("Split.paid", self.paid, "u64"))
        )

    @classmethod
    def from_values(cls, v: tuple[Any, ...], at: int) -> Self:
        """Make it of what `struct` unpacked, from the value number `at` on."""
        return cls(lots=v[at : at + 8], paid=v[at + 8])


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsArgs:
    """Limits as an argument."""

    credits_per_job: int
    """Most credits that one lock of the operator may hold."""
    credits_per_period: int
    """Most credits that the operator may lock within one period."""
    period_seconds: int
    """Length of a period in seconds."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                integer("LimitsArgs.credits_per_job", self.credits_per_job, "u64"),
                integer("LimitsArgs.credits_per_period", self.credits_per_period, "u64"),
                integer("LimitsArgs.period_seconds", self.period_seconds, "u64"),
            )
        )

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Decode it as an argument; raises DecodeError."""
        return cls(
            credits_per_job=reader.integer("u64"),
            credits_per_period=reader.integer("u64"),
            period_seconds=reader.integer("u64"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LockArgs:
    """What to lock.

    `job_bump` spares the program a search; see docs/adr/0006-numbers.md for one that is not canonical.
    """

    id: int
    """Unused so far and at most 128 above the highest one used."""
    job_bump: int
    tier: int | None
    """Index of a tier of the platform; none: a quoted job."""
    amount: int
    """Most units that the job may use, or the quoted credits."""
    max_credits: int
    """Refused where the price is above this; it may have changed since it was read."""
    seconds: int
    """How long the credits stay locked at most."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                integer("LockArgs.id", self.id, "u64"),
                integer("LockArgs.job_bump", self.job_bump, "u8"),
                option("LockArgs.tier", self.tier, partial(integer, kind="u8")),
                integer("LockArgs.amount", self.amount, "u64"),
                integer("LockArgs.max_credits", self.max_credits, "u64"),
                integer("LockArgs.seconds", self.seconds, "u64"),
            )
        )

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Decode it as an argument; raises DecodeError."""
        return cls(
            id=reader.integer("u64"),
            job_bump=reader.integer("u8"),
            tier=reader.option(lambda: reader.integer("u8")),
            amount=reader.integer("u64"),
            max_credits=reader.integer("u64"),
            seconds=reader.integer("u64"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack: whoever buys `credits` in one purchase is promised `bonus_credits` on top."""

    FORMAT: ClassVar[str] = "QQ"

    credits: int
    """Credits that one purchase buys."""
    bonus_credits: int
    """Credits that are promised on top."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (integer("Pack.credits", self.credits, "u64"), integer("Pack.bonus_credits", self.bonus_credits, "u64"))
        )

    @classmethod
    def from_values(cls, v: tuple[Any, ...], at: int) -> Self:
        """Make it of what `struct` unpacked, from the value number `at` on."""
        return cls(credits=v[at], bonus_credits=v[at + 1])


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingChanges:
    """Changes that were announced.

    Each with the unix time from which it may be applied, for 30 days, 0 where there is none.
    """

    FORMAT: ClassVar[str] = "32sq32sqQqQqQq" + Tier.FORMAT * 8 + "8q"

    operator: Pubkey
    operator_at: int
    treasury: Pubkey
    treasury_at: int
    fee_bps: int
    fee_bps_at: int
    min_purchase: int
    min_purchase_at: int
    max_job_seconds: int
    max_job_seconds_at: int
    tiers: tuple[Tier, ...]
    tiers_at: tuple[int, ...]

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                pubkey("PendingChanges.operator", self.operator),
                integer("PendingChanges.operator_at", self.operator_at, "i64"),
                pubkey("PendingChanges.treasury", self.treasury),
                integer("PendingChanges.treasury_at", self.treasury_at, "i64"),
                integer("PendingChanges.fee_bps", self.fee_bps, "u64"),
                integer("PendingChanges.fee_bps_at", self.fee_bps_at, "i64"),
                integer("PendingChanges.min_purchase", self.min_purchase, "u64"),
                integer("PendingChanges.min_purchase_at", self.min_purchase_at, "i64"),
                integer("PendingChanges.max_job_seconds", self.max_job_seconds, "u64"),
                integer("PendingChanges.max_job_seconds_at", self.max_job_seconds_at, "i64"),
                array("PendingChanges.tiers", self.tiers, partial(struct, of=Tier), 8),
                array("PendingChanges.tiers_at", self.tiers_at, partial(integer, kind="i64"), 8),
            )
        )

    @classmethod
    def from_values(cls, v: tuple[Any, ...], at: int) -> Self:
        """Make it of what `struct` unpacked, from the value number `at` on."""
        return cls(
            operator=Pubkey(v[at]),
            operator_at=v[at + 1],
            treasury=Pubkey(v[at + 2]),
            treasury_at=v[at + 3],
            fee_bps=v[at + 4],
            fee_bps_at=v[at + 5],
            min_purchase=v[at + 6],
            min_purchase_at=v[at + 7],
            max_job_seconds=v[at + 8],
            max_job_seconds_at=v[at + 9],
            tiers=tuple(Tier.from_values(v, i) for i in range(at + 10, at + 50, 5)),
            tiers_at=v[at + 50 : at + 58],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePlatformArgs:
    """Settings to change; none: leave it. Amounts are credits, times are seconds."""

    operator: Pubkey | None
    """All zeros revoke the operator at once; any other waits for the notice period."""
    fee_bps: int | None
    """Lower is at once, higher waits; so it is with the next two."""
    min_purchase: int | None
    max_job_seconds: int | None
    paused: bool | None
    """At once, either way."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                option("UpdatePlatformArgs.operator", self.operator, pubkey),
                option("UpdatePlatformArgs.fee_bps", self.fee_bps, partial(integer, kind="u64")),
                option("UpdatePlatformArgs.min_purchase", self.min_purchase, partial(integer, kind="u64")),
                option("UpdatePlatformArgs.max_job_seconds", self.max_job_seconds, partial(integer, kind="u64")),
                option("UpdatePlatformArgs.paused", self.paused, boolean),
            )
        )

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Decode it as an argument; raises DecodeError."""
        return cls(
            operator=reader.option(lambda: reader.pubkey()),
            fee_bps=reader.option(lambda: reader.integer("u64")),
            min_purchase=reader.option(lambda: reader.integer("u64")),
            max_job_seconds=reader.option(lambda: reader.integer("u64")),
            paused=reader.option(lambda: reader.boolean()),
        )
