"""What accounts and events have in common."""

from construct import Array, Int32ul, Struct

from job_escrow.layouts.fields import (
    Address,
    BaseUnits,
    BasisPoints,
    Bits,
    Choice,
    Count32,
    Credits,
    Credits32,
    Cycle,
    Declaration,
    Id,
    Seconds,
    Units,
    Units32,
    UnixSeconds,
    YesNo,
    reserved,
    text,
)

TIERS = 8
LOTS = 8
PACKS = 4
PLANS = 4

BALANCES: Declaration = Struct(
    "paid_available" / Credits * "bought, free to spend or withdraw",
    "paid_locked" / Credits * "bought, in open jobs and sessions",
    "granted_available" / Credits * "in lots, free; with those of expired lots until somebody expires them",
    "granted_locked" / Credits * "in lots, in open jobs and sessions",
    "promotion_backing" / BaseUnits * "behind the paid ones that the promotion account has paid",
)
"""Credits of one account, before or after an event."""

ID_WINDOW: Declaration = Struct(
    "highest" / Id * "highest id used so far, or where the ids of the account start",
    "words" / Array(2, Bits) * "bit i of all of them, from the first one's lowest: the id `highest - i` was used",
)
"""Which ids of the wallet's own jobs, or of grants, were used; what is older than the window counts as used."""

JOB_ID_WINDOW: Declaration = Struct(
    "highest" / Id * "highest id used so far, or where the ids of the account start",
    "words" / Array(4, Bits) * "bit i of all of them, from the first one's lowest: the id `highest - i` was used",
)
"""Which ids of the operator's jobs and sessions were used; what is older than the window counts as used."""

PLAN_WINDOWS: Declaration = Struct(
    "granted" / Array(PLANS, Bits) * "of each plan slot; bit i, from the lowest: the cycle `highest - i` was granted",
    "highest" / Array(PLANS, Cycle) * "of each plan slot the highest cycle that was granted",
)
"""Which cycles of plans were granted; what is older than the 64 of a window counts as granted."""

LIMITS: Declaration = Struct(
    "credits_per_job" / Credits * "most that one lock of the operator holds",
    "credits_per_session" / Credits * "most that one session of the operator holds; 0: no sessions",
    "credits_per_period" / Credits * "most that the operator locks within a period",
    "period_seconds" / Seconds * "length of a period",
    "period_started_at" / UnixSeconds * "start of the present period: the first lock after the one before had ended",
    "used"
    / Credits
    * "what the present period may be charged: open jobs and sessions at its start, locks since, less what came back",
    "operator_locked" / Credits * "what open jobs and sessions of the operator hold, whenever they were locked",
    "quoted_allowed" / YesNo * "the operator may lock quoted jobs too",
    "reserved" / reserved(7),
)
"""The wallet's limits on the operator; all zero: only the wallet locks."""

LOT: Declaration = Struct(
    "credits_free" / Credits32 * "free to spend",
    "credits_locked" / Credits32 * "in open jobs and sessions",
    "expires_at" / UnixSeconds * "from then on not to be locked any more; 2^63 - 1: never",
)
"""Granted credits that expire together."""

TIER: Declaration = Struct(
    "name" / text(16) * "all zeros: the slot is empty",
    "flat_credits" / Credits * "price of the included units, and the least that a job costs",
    "included_units" / Units * "what the flat price includes",
    "rate_credits" / Credits32 * "above that, for `rate_units` units, of all units of the job; 0: no rate",
    "rate_units" / Units32 * "what `rate_credits` are for; 0: no rate",
    "unit_kind"
    / Choice
    * "0 output token, 1 request, 2 second, 3 GPU second, 4 CPU second, 5 GiB-hour, 6 GiB, 7 other, "
    "8 GiB-second, 9 image, 10 input token, 11 token",
    "reserved" / reserved(7),
)
"""A price: `flat` for the included units, above them `max(flat, ceil(units x rate_credits / rate_units))`."""

TIER_TOTALS: Declaration = Struct(
    "flat_requests" / Count32 * "requests that cost the flat price",
    "metered_requests" / Count32 * "requests that cost more than the flat price",
    "metered_units"
    / Units32
    * "of those; without a flat price of all requests above the included units, and nothing else is counted",
    "metered_credits" / Credits32 * "that those cost, each rounded up by itself",
)
"""What a session has used of one tier since it was opened."""

SPLIT: Declaration = Struct(
    "lots" / Array(LOTS, Int32ul) * "credits of each lot, by its slot",
    "paid" / Credits * "paid credits",
)
"""Where the credits of one amount come from, or go back to."""

PACK: Declaration = Struct(
    "credits" / Credits * "bought at once; 0: the slot is empty",
    "bonus_credits" / Credits * "on top, paid by the promotion account",
)
"""Credits sold together."""

PENDING_CHANGES: Declaration = Struct(
    "operator" / Address * "who becomes operator",
    "operator_at" / UnixSeconds * "from when; 0: no change, here and below",
    "standby_operator" / Address * "who becomes standby operator",
    "standby_operator_at" / UnixSeconds * "from when",
    "granter" / Address * "who becomes granter",
    "granter_at" / UnixSeconds * "from when",
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
    "JobIdWindow": JOB_ID_WINDOW,
    "Limits": LIMITS,
    "Lot": LOT,
    "Pack": PACK,
    "PendingChanges": PENDING_CHANGES,
    "PlanWindows": PLAN_WINDOWS,
    "Split": SPLIT,
    "Tier": TIER,
    "TierTotals": TIER_TOTALS,
}
"""By the name in the IDL."""
