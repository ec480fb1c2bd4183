# Generated from the IDL by scripts/generate-client; do not edit.
"""What accounts, events and the arguments of instructions are made of."""

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Self

from solders.pubkey import Pubkey

from job_escrow.codec._base import Reader, array, boolean, byte_array, integer, option, pubkey, struct, vec


@dataclass(frozen=True, slots=True, kw_only=True)
class Balances:
    """Credits of one account, and what promotion has paid of them.

    Locked ones are in open jobs and sessions; granted ones are in lots.
    """

    FORMAT: ClassVar[str] = "QQQQQ"

    paid_available: int
    """Bought and free to spend or withdraw."""
    paid_locked: int
    """Bought and locked in open jobs and sessions."""
    granted_available: int
    """Free in lots, expired ones included until they are expired."""
    granted_locked: int
    """Of lots, locked in open jobs and sessions."""
    promotion_backing: int
    """Base units behind the paid credits that the platform's promotion account has paid."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                integer("Balances.paid_available", self.paid_available, "u64"),
                integer("Balances.paid_locked", self.paid_locked, "u64"),
                integer("Balances.granted_available", self.granted_available, "u64"),
                integer("Balances.granted_locked", self.granted_locked, "u64"),
                integer("Balances.promotion_backing", self.promotion_backing, "u64"),
            )
        )

    @classmethod
    def from_values(cls, v: tuple[Any, ...], at: int) -> Self:
        """Make it of what `struct` unpacked, from the value number `at` on."""
        return cls(
            paid_available=v[at],
            paid_locked=v[at + 1],
            granted_available=v[at + 2],
            granted_locked=v[at + 3],
            promotion_backing=v[at + 4],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TierArgs:
    """A tier as an argument."""

    name: bytes
    """Name, padded with zeros."""
    flat_credits: int
    """Credits for up to `included_units`, and the least that a job costs."""
    included_units: int
    """Units that the flat price includes."""
    rate_credits: int
    """Credits for `rate_units` units once a job is above the included ones, for all of its units; 0: flat for any
    number.
    """
    rate_units: int
    """Units that `rate_credits` are the price of; 0 where there is no rate."""
    unit_kind: int
    """What a unit is, as in `Tier`."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                byte_array("TierArgs.name", self.name, 16),
                integer("TierArgs.flat_credits", self.flat_credits, "u64"),
                integer("TierArgs.included_units", self.included_units, "u64"),
                integer("TierArgs.rate_credits", self.rate_credits, "u32"),
                integer("TierArgs.rate_units", self.rate_units, "u32"),
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
            rate_credits=reader.integer("u32"),
            rate_units=reader.integer("u32"),
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
    payee_notice_seconds: int
    """Seconds from the registration of a payee until it may be named in a lock; fixed."""
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
                integer("CreatePlatformArgs.payee_notice_seconds", self.payee_notice_seconds, "u64"),
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
            payee_notice_seconds=reader.integer("u64"),
            min_purchase=reader.integer("u64"),
            max_job_seconds=reader.integer("u64"),
            fee_bps=reader.integer("u64"),
            tiers=reader.vec(lambda: TierArgs.read(reader)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class JobIdWindow:
    """Ids of the operator's jobs.

    Bit i of the words, from the lowest bit of the first word on, says whether the id `highest - i` was used.
    """

    FORMAT: ClassVar[str] = "Q4Q"

    highest: int
    """Highest id used so far, or where the ids of this account start."""
    words: tuple[int, ...]

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                integer("JobIdWindow.highest", self.highest, "u64"),
                array("JobIdWindow.words", self.words, partial(integer, kind="u64"), 4),
            )
        )

    @classmethod
    def from_values(cls, v: tuple[Any, ...], at: int) -> Self:
        """Make it of what `struct` unpacked, from the value number `at` on."""
        return cls(highest=v[at], words=v[at + 1 : at + 5])


@dataclass(frozen=True, slots=True, kw_only=True)
class IdWindow:
    """Ids of the wallet's own jobs, or of grants; bits as in `JobIdWindow`."""

    FORMAT: ClassVar[str] = "Q2Q"

    highest: int
    """Highest id used so far, or where the ids of this account start."""
    words: tuple[int, ...]

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                integer("IdWindow.highest", self.highest, "u64"),
                array("IdWindow.words", self.words, partial(integer, kind="u64"), 2),
            )
        )

    @classmethod
    def from_values(cls, v: tuple[Any, ...], at: int) -> Self:
        """Make it of what `struct` unpacked, from the value number `at` on."""
        return cls(highest=v[at], words=v[at + 1 : at + 3])


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The wallet's limits on the operator, and how much of the present period is used.

    All zero: only the wallet locks.
    """

    FORMAT: ClassVar[str] = "QQQQqQQB7x"

    credits_per_job: int
    """Most credits that one lock of the operator may hold."""
    credits_per_session: int
    """Most credits that one session of the operator may hold; 0: no sessions."""
    credits_per_period: int
    """Most credits that the operator may lock within one period."""
    period_seconds: int
    """Length of a period in seconds."""
    period_started_at: int
    """When the present period began, in unix seconds: with the first lock after the one before had ended."""
    used: int
    """Credits that the operator may charge in the present period so far: what its open jobs and sessions held when
    the period began, and what it locked since, less what came back.
    """
    operator_locked: int
    """Credits that open jobs and sessions of the operator hold, whenever they were locked."""
    quoted_allowed: int
    """1: the operator may lock quoted jobs too, whose price it names itself."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                integer("Limits.credits_per_job", self.credits_per_job, "u64"),
                integer("Limits.credits_per_session", self.credits_per_session, "u64"),
                integer("Limits.credits_per_period", self.credits_per_period, "u64"),
                integer("Limits.period_seconds", self.period_seconds, "u64"),
                integer("Limits.period_started_at", self.period_started_at, "i64"),
                integer("Limits.used", self.used, "u64"),
                integer("Limits.operator_locked", self.operator_locked, "u64"),
                integer("Limits.quoted_allowed", self.quoted_allowed, "u8"),
                bytes(7),
            )
        )

    @classmethod
    def from_values(cls, v: tuple[Any, ...], at: int) -> Self:
        """Make it of what `struct` unpacked, from the value number `at` on."""
        return cls(
            credits_per_job=v[at],
            credits_per_session=v[at + 1],
            credits_per_period=v[at + 2],
            period_seconds=v[at + 3],
            period_started_at=v[at + 4],
            used=v[at + 5],
            operator_locked=v[at + 6],
            quoted_allowed=v[at + 7],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Granted credits that expire together. A slot is reused only once nothing of it is free or locked."""

    FORMAT: ClassVar[str] = "IIq"

    credits_free: int
    """Free to be locked."""
    credits_locked: int
    """Locked in open jobs and sessions."""
    expires_at: int
    """Unix seconds from which it cannot be locked any more; 2^63 - 1: never."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                integer("Lot.credits_free", self.credits_free, "u32"),
                integer("Lot.credits_locked", self.credits_locked, "u32"),
                integer("Lot.expires_at", self.expires_at, "i64"),
            )
        )

    @classmethod
    def from_values(cls, v: tuple[Any, ...], at: int) -> Self:
        """Make it of what `struct` unpacked, from the value number `at` on."""
        return cls(credits_free=v[at], credits_locked=v[at + 1], expires_at=v[at + 2])


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWindows:
    """Which cycles were granted: of each plan slot the highest, and a window of 64 from it down. All zero: none.

    A cycle may be any number above the highest, since a plan may rest for longer than a window; what falls out of the
    window counts as granted.
    """

    FORMAT: ClassVar[str] = "4Q4I"

    granted: tuple[int, ...]
    """Bit i of a slot's word says whether its cycle `highest - i` was granted."""
    highest: tuple[int, ...]
    """Highest cycle that was granted."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                array("PlanWindows.granted", self.granted, partial(integer, kind="u64"), 4),
                array("PlanWindows.highest", self.highest, partial(integer, kind="u32"), 4),
            )
        )

    @classmethod
    def from_values(cls, v: tuple[Any, ...], at: int) -> Self:
        """Make it of what `struct` unpacked, from the value number `at` on."""
        return cls(granted=v[at : at + 4], highest=v[at + 4 : at + 8])


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A price: flat credits for the included units, an exact rate above them: `rate_credits` per `rate_units`."""

    FORMAT: ClassVar[str] = "16sQQIIB7x"

    name: bytes
    """Name, padded with zeros; all zeros: the slot is empty."""
    flat_credits: int
    """Credits for up to `included_units`, and the least that a job costs."""
    included_units: int
    """Units that the flat price includes."""
    rate_credits: int
    """Credits for `rate_units` units once a job is above the included ones, for all of its units; 0: flat for any
    number.
    """
    rate_units: int
    """Units that `rate_credits` are the price of; 0 where there is no rate."""
    unit_kind: int
    """What a unit is: 0 output token, 1 request, 2 second, 3 GPU second, 4 CPU second, 5 GiB-hour, 6 GiB, 7 other, 8
    GiB-second, 9 image, 10 input token, 11 token.
    """

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                byte_array("Tier.name", self.name, 16),
                integer("Tier.flat_credits", self.flat_credits, "u64"),
                integer("Tier.included_units", self.included_units, "u64"),
                integer("Tier.rate_credits", self.rate_credits, "u32"),
                integer("Tier.rate_units", self.rate_units, "u32"),
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
            rate_credits=v[at + 3],
            rate_units=v[at + 4],
            unit_kind=v[at + 5],
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
    credits_per_session: int
    """Most credits that one session of the operator may hold; 0: no sessions."""
    credits_per_period: int
    """Most credits that the operator may lock within one period."""
    period_seconds: int
    """Length of a period in seconds."""
    quoted_allowed: bool
    """Whether the operator may lock quoted jobs too, whose price it names itself."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                integer("LimitsArgs.credits_per_job", self.credits_per_job, "u64"),
                integer("LimitsArgs.credits_per_session", self.credits_per_session, "u64"),
                integer("LimitsArgs.credits_per_period", self.credits_per_period, "u64"),
                integer("LimitsArgs.period_seconds", self.period_seconds, "u64"),
                boolean("LimitsArgs.quoted_allowed", self.quoted_allowed),
            )
        )

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Decode it as an argument; raises DecodeError."""
        return cls(
            credits_per_job=reader.integer("u64"),
            credits_per_session=reader.integer("u64"),
            credits_per_period=reader.integer("u64"),
            period_seconds=reader.integer("u64"),
            quoted_allowed=reader.boolean(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LockArgs:
    """What to lock."""

    id: int
    """Unused so far, with an address at bump 255, and bit 52 set where the wallet locks; at most 256 (the wallet:
    128) above the highest one used.
    """
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
            tier=reader.option(lambda: reader.integer("u8")),
            amount=reader.integer("u64"),
            max_credits=reader.integer("u64"),
            seconds=reader.integer("u64"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSessionArgs:
    """What to lock for a session."""

    id: int
    """Unused so far by the operator's jobs and sessions, with an address at bump 255; at most 256 above the highest
    one used.
    """
    credits: int
    """What all of its requests may cost together."""
    seconds: int
    """How long the credits stay locked at most."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                integer("OpenSessionArgs.id", self.id, "u64"),
                integer("OpenSessionArgs.credits", self.credits, "u64"),
                integer("OpenSessionArgs.seconds", self.seconds, "u64"),
            )
        )

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Decode it as an argument; raises DecodeError."""
        return cls(id=reader.integer("u64"), credits=reader.integer("u64"), seconds=reader.integer("u64"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack: whoever buys `credits` in one purchase gets `bonus_credits` on top."""

    FORMAT: ClassVar[str] = "QQ"

    credits: int
    """Credits that the buyer pays for; 0: the slot is empty."""
    bonus_credits: int
    """Credits on top that the promotion account pays for."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (integer("Pack.credits", self.credits, "u64"), integer("Pack.bonus_credits", self.bonus_credits, "u64"))
        )

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Decode it as an argument; raises DecodeError."""
        return cls(credits=reader.integer("u64"), bonus_credits=reader.integer("u64"))

    @classmethod
    def from_values(cls, v: tuple[Any, ...], at: int) -> Self:
        """Make it of what `struct` unpacked, from the value number `at` on."""
        return cls(credits=v[at], bonus_credits=v[at + 1])


@dataclass(frozen=True, slots=True, kw_only=True)
class PackExpected:
    """Which pack to buy, and what the buyer has read of it."""

    index: int
    credits: int
    """Credits that the buyer pays for."""
    bonus_credits: int
    """Fewest credits on top."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                integer("PackExpected.index", self.index, "u8"),
                integer("PackExpected.credits", self.credits, "u64"),
                integer("PackExpected.bonus_credits", self.bonus_credits, "u64"),
            )
        )

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Decode it as an argument; raises DecodeError."""
        return cls(index=reader.integer("u8"), credits=reader.integer("u64"), bonus_credits=reader.integer("u64"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingChanges:
    """Changes that were announced.

    Each with the unix time from which it may be applied, for 30 days, 0 where there is none.
    """

    FORMAT: ClassVar[str] = "32sq32sq32sq32sqQqQqQq" + Tier.FORMAT * 8 + "8q"

    operator: Pubkey
    operator_at: int
    standby_operator: Pubkey
    standby_operator_at: int
    granter: Pubkey
    granter_at: int
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
                pubkey("PendingChanges.standby_operator", self.standby_operator),
                integer("PendingChanges.standby_operator_at", self.standby_operator_at, "i64"),
                pubkey("PendingChanges.granter", self.granter),
                integer("PendingChanges.granter_at", self.granter_at, "i64"),
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
            standby_operator=Pubkey(v[at + 2]),
            standby_operator_at=v[at + 3],
            granter=Pubkey(v[at + 4]),
            granter_at=v[at + 5],
            treasury=Pubkey(v[at + 6]),
            treasury_at=v[at + 7],
            fee_bps=v[at + 8],
            fee_bps_at=v[at + 9],
            min_purchase=v[at + 10],
            min_purchase_at=v[at + 11],
            max_job_seconds=v[at + 12],
            max_job_seconds_at=v[at + 13],
            tiers=tuple(Tier.from_values(v, i) for i in range(at + 14, at + 62, 6)),
            tiers_at=v[at + 62 : at + 70],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCycle:
    """Which cycle of which plan a grant is for, as an argument.

    What a slot stands for, and how cycles are counted, is the platform's own business.
    """

    slot: int
    """0 to 3."""
    cycle: int
    """Its number."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join((integer("PlanCycle.slot", self.slot, "u8"), integer("PlanCycle.cycle", self.cycle, "u32")))

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Decode it as an argument; raises DecodeError."""
        return cls(slot=reader.integer("u8"), cycle=reader.integer("u32"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TierTotals:
    """What a session has used of one tier since it was opened.

    A tier without a flat price counts `metered_units` alone: those of the requests above its included units.
    """

    FORMAT: ClassVar[str] = "IIII"

    flat_requests: int
    """Requests that cost the flat price."""
    metered_requests: int
    """Requests that cost more than the flat price."""
    metered_units: int
    """Units of those."""
    metered_credits: int
    """Credits that those cost, each rounded up by itself."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                integer("TierTotals.flat_requests", self.flat_requests, "u32"),
                integer("TierTotals.metered_requests", self.metered_requests, "u32"),
                integer("TierTotals.metered_units", self.metered_units, "u32"),
                integer("TierTotals.metered_credits", self.metered_credits, "u32"),
            )
        )

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Decode it as an argument; raises DecodeError."""
        return cls(
            flat_requests=reader.integer("u32"),
            metered_requests=reader.integer("u32"),
            metered_units=reader.integer("u32"),
            metered_credits=reader.integer("u32"),
        )

    @classmethod
    def from_values(cls, v: tuple[Any, ...], at: int) -> Self:
        """Make it of what `struct` unpacked, from the value number `at` on."""
        return cls(flat_requests=v[at], metered_requests=v[at + 1], metered_units=v[at + 2], metered_credits=v[at + 3])


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleSessionArgs:
    """What a session has used so far, and the receipts that say so."""

    from_count: int
    """Receipts that the session has: those of this settlement follow them."""
    count: int
    """Receipts with those of this settlement; `from_count` again where nothing is new."""
    root: bytes
    """Commits to the receipts from `from_count` to `count`; the program keeps it in the head and reads none of it."""
    totals: tuple[TierTotals, ...]
    """All that the session has used since it was opened, for each tier."""
    is_final: bool
    """Whether the session ends, and the rest goes back."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                integer("SettleSessionArgs.from_count", self.from_count, "u64"),
                integer("SettleSessionArgs.count", self.count, "u64"),
                byte_array("SettleSessionArgs.root", self.root, 32),
                array("SettleSessionArgs.totals", self.totals, partial(struct, of=TierTotals), 8),
                boolean("SettleSessionArgs.is_final", self.is_final),
            )
        )

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Decode it as an argument; raises DecodeError."""
        return cls(
            from_count=reader.integer("u64"),
            count=reader.integer("u64"),
            root=reader.byte_array(32),
            totals=reader.array(lambda: TierTotals.read(reader), 8),
            is_final=reader.boolean(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpArgs:
    """A rule as an argument; the source is an account."""

    threshold: int
    """Buy while fewer credits than this are left; 2^64 - 1: however many are left."""
    credits: int
    """Credits that one top-up pays for."""
    base_units: int
    """What these cost, in base units of the mint: what the wallet was shown."""
    bonus_credits: int
    """Fewest credits of the pack on top."""
    base_units_per_period: int
    """Most base units within one period."""
    period_seconds: int
    """Length of a period in seconds."""
    expires_at: int
    """Unix seconds from which it buys nothing more; 2^63 - 1: never."""
    pack: int
    """Slot of the pack that a top-up buys; 255: credits without a pack."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                integer("TopUpArgs.threshold", self.threshold, "u64"),
                integer("TopUpArgs.credits", self.credits, "u64"),
                integer("TopUpArgs.base_units", self.base_units, "u64"),
                integer("TopUpArgs.bonus_credits", self.bonus_credits, "u64"),
                integer("TopUpArgs.base_units_per_period", self.base_units_per_period, "u64"),
                integer("TopUpArgs.period_seconds", self.period_seconds, "u64"),
                integer("TopUpArgs.expires_at", self.expires_at, "i64"),
                integer("TopUpArgs.pack", self.pack, "u8"),
            )
        )

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Decode it as an argument; raises DecodeError."""
        return cls(
            threshold=reader.integer("u64"),
            credits=reader.integer("u64"),
            base_units=reader.integer("u64"),
            bonus_credits=reader.integer("u64"),
            base_units_per_period=reader.integer("u64"),
            period_seconds=reader.integer("u64"),
            expires_at=reader.integer("i64"),
            pack=reader.integer("u8"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePayeeArgs:
    """What to change of a payee; none: leave it."""

    suspended: bool | None
    """At once, either way."""
    share_bps: int | None
    """Basis points of its own, 7,000 to 10,000, or 0 for what the platform's fee leaves; waits for the notice
    period.
    """

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                option("UpdatePayeeArgs.suspended", self.suspended, boolean),
                option("UpdatePayeeArgs.share_bps", self.share_bps, partial(integer, kind="u64")),
            )
        )

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Decode it as an argument; raises DecodeError."""
        return cls(
            suspended=reader.option(lambda: reader.boolean()), share_bps=reader.option(lambda: reader.integer("u64"))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePlatformArgs:
    """Settings to change; none: leave it. Amounts are credits, times are seconds."""

    operator: Pubkey | None
    """All zeros revoke the operator at once; any other waits for the notice period."""
    standby_operator: Pubkey | None
    """The same with who the admin may make operator at once later, and with who may grant besides the operator."""
    granter: Pubkey | None
    fee_bps: int | None
    """Any other waits for the notice period."""
    min_purchase: int | None
    """Lower is at once, higher waits; so it is with the next one."""
    max_job_seconds: int | None
    paused: bool | None
    """At once, either way."""

    def to_bytes(self) -> bytes:
        """Encode it; raises EncodeError for what does not fit."""
        return b"".join(
            (
                option("UpdatePlatformArgs.operator", self.operator, pubkey),
                option("UpdatePlatformArgs.standby_operator", self.standby_operator, pubkey),
                option("UpdatePlatformArgs.granter", self.granter, pubkey),
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
            standby_operator=reader.option(lambda: reader.pubkey()),
            granter=reader.option(lambda: reader.pubkey()),
            fee_bps=reader.option(lambda: reader.integer("u64")),
            min_purchase=reader.option(lambda: reader.integer("u64")),
            max_job_seconds=reader.option(lambda: reader.integer("u64")),
            paused=reader.option(lambda: reader.boolean()),
        )
