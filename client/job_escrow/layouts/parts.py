"""What accounts and events have in common."""

from construct import Array, Int32ul, Struct

from job_escrow.layouts.fields import (
    Address,
    BasisPoints,
    Bits,
    Choice,
    Credits,
    Declaration,
    Id,
    Seconds,
    Units,
    UnixSeconds,
    reserved,
    text,
)

TIERS = 8
LOTS = 8
PACKS = 4

BALANCES: Declaration = Struct(
    "paid_available" / Credits * "bought, free to spend or withdraw",
    "paid_locked" / Credits * "bought, in open jobs",
    "granted_available" / Credits * "in lots, free; with those of expired lots until somebody expires them",
    "granted_locked" / Credits * "in lots, in open jobs",
)
"""Credits of one account, before or after an event."""

ID_WINDOW: Declaration = Struct(
    "highest" / Id * "highest id used so far, or where the ids of the account start",
    "low" / Bits * "bit i: the id `highest - i` was used, i from 0 to 63",
    "high" / Bits * "the same for i from 64 to 127, less 64",
)
"""Which job ids were used; what is older than the window counts as used."""

LIMITS: Declaration = Struct(
    "credits_per_job" / Credits * "most that one lock of the operator holds",
    "credits_per_period" / Credits * "most that the operator locks within a period",
    "period_seconds" / Seconds * "length of a period",
    "period_started_at" / UnixSeconds * "start of the present period: the first lock after the one before had ended",
    "used" / Credits * "locked in the present period, less what came back of it within it",
)
"""The wallet's limits on the operator; all zero: only the wallet locks."""

LOT: Declaration = Struct(
    "credits_free" / Credits * "free to spend",
    "credits_locked" / Credits * "in open jobs",
    "expires_at" / UnixSeconds * "from then on not to be locked any more; 2^63 - 1: never",
)
"""Granted credits that expire together."""

TIER: Declaration = Struct(
    "name" / text(16) * "all zeros: the slot is empty",
    "flat_credits" / Credits * "price of the included units, and the least that a job costs",
    "included_units" / Units * "what the flat price includes",
    "credits_per_1000_units" / Credits * "above that, for 1,000 units, of all units of the job",
    "unit_kind"
    / Choice
    * "0 output token, 1 request, 2 second, 3 GPU second, 4 CPU second, 5 GiB-hour, 6 GiB, 7 other",
    "reserved" / reserved(7),
)
"""A price: `flat` for the included units, above them `max(flat, ceil(units x rate / 1000))`."""

SPLIT: Declaration = Struct(
    "lots" / Array(LOTS, Int32ul) * "credits of each lot, by its slot",
    "paid" / Credits * "paid credits",
)
"""Where the credits of one amount come from, or go back to."""

PACK: Declaration = Struct(
    "credits" / Credits * "bought at once; 0: the slot is empty",
    "bonus_credits" / Credits * "promised on top",
)
"""Credits sold together."""

PENDING_CHANGES: Declaration = Struct(
    "operator" / Address * "who becomes operator",
    "operator_at" / UnixSeconds * "from when; 0: no change, here and below",
    "treasury" / Address * "token account that earnings will go to",
    "treasury_at" / UnixSeconds * "from when",
    "fee_bps" / BasisPoints * "the coming fee",
    "fee_bps_at" / UnixSeconds * "from when",
    "min_purchase" / Credits * "the coming least purchase",
    "min_purchase_at" / UnixSeconds * "from when",
    "max_job_seconds" / Seconds * "the coming longest job",
    "max_job_seconds_at" / UnixSeconds * "from when",
    "tiers" / Array(TIERS, TIER) * "the coming prices, by slot",
    "tiers_at" / Array(TIERS, UnixSeconds) * "from when, by slot",
)
"""Changes that were announced and wait for their notice period."""

PARTS: dict[str, Declaration] = {
    "Balances": BALANCES,
    "IdWindow": ID_WINDOW,
    "Limits": LIMITS,
    "Lot": LOT,
    "Pack": PACK,
    "PendingChanges": PENDING_CHANGES,
    "Split": SPLIT,
    "Tier": TIER,
}
"""By the name in the IDL."""
