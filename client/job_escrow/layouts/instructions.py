"""The data of the instructions: a discriminator and borsh arguments. Their accounts are in the IDL."""

from construct import Array, Struct

from job_escrow.layouts.fields import (
    Address,
    BaseUnits,
    BasisPoints,
    Bool,
    Bump,
    Bytes32,
    Choice,
    Count,
    Credits,
    Credits32,
    Cycle,
    Declaration,
    Id,
    Index,
    Reason,
    Seconds,
    Units,
    Units32,
    UnixSeconds,
    discriminator,
    many,
    optional,
    text,
)
from job_escrow.layouts.parts import PACK, TIER_TOTALS, TIERS


def _instruction(name: str, *arguments: Declaration) -> Declaration:
    return Struct("discriminator" / discriminator(f"global:{name}"), *arguments)


TIER_ARGS: Declaration = Struct(
    "name" / text(16) * "not all zeros",
    "flat_credits" / Credits * "price of the included units, and the least that a job costs",
    "included_units" / Units * "what the flat price includes",
    "rate_credits" / Credits32 * "above that, for `rate_units` units; 0: no rate",
    "rate_units" / Units32 * "what `rate_credits` are for",
    "unit_kind" / Choice * "as in an account's tier",
)

PLAN_CYCLE: Declaration = Struct(
    "slot" / Index * "0 to 3",
    "cycle" / Cycle * "the platform's own count",
)

CREATE_PLATFORM_ARGS: Declaration = Struct(
    "name" / text(32) * "a-z, 0-9 and -; a part of the address",
    "admin" / Address * "may change the settings",
    "operator" / Address * "may lock, settle, refund, grant",
    "base_units_per_credit" / BaseUnits * "worth of a credit, for ever",
    "notice_seconds" / Seconds * "before a change that could hurt a wallet, for ever",
    "payee_notice_seconds" / Seconds * "from the registration of a payee until a lock may name it, for ever",
    "min_purchase" / Credits * "fewest of a purchase",
    "max_job_seconds" / Seconds * "longest job",
    "fee_bps" / BasisPoints * "the treasury's share of what a payee earns",
    "tiers" / many(TIER_ARGS) * "at most 8",
)

UPDATE_PLATFORM_ARGS: Declaration = Struct(
    "operator" / optional(Address) * "all zeros revoke at once; any other waits for the notice period",
    "standby_operator" / optional(Address) * "the same",
    "granter" / optional(Address) * "the same",
    "fee_bps" / optional(BasisPoints) * "any other waits for the notice period",
    "min_purchase" / optional(Credits) * "lower is at once, higher waits",
    "max_job_seconds" / optional(Seconds) * "lower is at once, higher waits",
    "paused" / optional(Bool) * "at once, either way",
)

UPDATE_PAYEE_ARGS: Declaration = Struct(
    "suspended" / optional(Bool) * "at once, either way",
    "share_bps" / optional(BasisPoints) * "its own, 7,000 to 10,000, or 0: none; waits for the notice period",
)

LIMITS_ARGS: Declaration = Struct(
    "credits_per_job" / Credits * "most that one lock of the operator holds; 0: the operator locks nothing",
    "credits_per_session" / Credits * "most that one session of the operator holds; 0: no sessions",
    "credits_per_period" / Credits * "most that the operator locks within a period",
    "period_seconds" / Seconds * "length of a period",
    "quoted_allowed" / Bool * "the operator may lock quoted jobs too",
)

LOCK_ARGS: Declaration = Struct(
    "id" / Id * "unused, near the highest that was used, with an address at bump 255; bit 52: the wallet locks",
    "tier" / optional(Index) * "slot of the tier; none: quoted",
    "amount" / Units * "most that the job may use; quoted: credits",
    "max_credits" / Credits * "refused where the price is above",
    "seconds" / Seconds * "until the deadline",
)

OPEN_SESSION_ARGS: Declaration = Struct(
    "id" / Id * "unused by the operator's jobs and sessions, near the highest, with an address at bump 255",
    "credits" / Credits * "that all of its requests may cost together",
    "seconds" / Seconds * "until the deadline",
)

SETTLE_SESSION_ARGS: Declaration = Struct(
    "from_count" / Count * "receipts that the session has",
    "count" / Count * "receipts with those of this settlement; `from_count` again: nothing is new",
    "root" / Bytes32 * "of the receipts from `from_count` to `count`",
    "totals" / Array(TIERS, TIER_TOTALS) * "used since the session was opened, for each slot",
    "is_final" / Bool * "also end the session",
)

PACK_EXPECTED: Declaration = Struct(
    "index" / Index * "of the slot",
    "credits" / Credits * "that the buyer pays for: as many as the pack has",
    "bonus_credits" / Credits * "fewest on top",
)

TOP_UP_ARGS: Declaration = Struct(
    "threshold" / Credits * "buy while fewer are left; 2^64 - 1: however many are",
    "credits" / Credits * "that one top-up pays for",
    "base_units" / BaseUnits * "that these cost: what the wallet was shown",
    "bonus_credits" / Credits * "fewest of the pack on top",
    "base_units_per_period" / BaseUnits * "most within one period",
    "period_seconds" / Seconds * "length of a period",
    "expires_at" / UnixSeconds * "from then on nothing is bought; 2^63 - 1: never",
    "pack" / Index * "slot of the pack that is bought; 255: none",
)

ARGUMENTS: dict[str, Declaration] = {
    "CreatePlatformArgs": CREATE_PLATFORM_ARGS,
    "LimitsArgs": LIMITS_ARGS,
    "LockArgs": LOCK_ARGS,
    "OpenSessionArgs": OPEN_SESSION_ARGS,
    "PackExpected": PACK_EXPECTED,
    "PlanCycle": PLAN_CYCLE,
    "SettleSessionArgs": SETTLE_SESSION_ARGS,
    "TierArgs": TIER_ARGS,
    "TopUpArgs": TOP_UP_ARGS,
    "UpdatePayeeArgs": UPDATE_PAYEE_ARGS,
    "UpdatePlatformArgs": UPDATE_PLATFORM_ARGS,
}
"""Arguments of several fields, by the name in the IDL."""

INSTRUCTIONS: dict[str, Declaration] = {
    "accept_admin": _instruction("accept_admin"),
    "apply_changes": _instruction("apply_changes"),
    "close": _instruction("close"),
    "create_platform": _instruction("create_platform", "args" / CREATE_PLATFORM_ARGS),
    "expire_lots": _instruction("expire_lots"),
    "grant": _instruction(
        "grant",
        "grant_id" / Id * "unused, near the highest of a grant; for a plan, where the account's ids start",
        "credits" / Credits * "that the signer pays for",
        "expires_at" / UnixSeconds * "2^63 - 1: never",
        "reason" / Reason * "what for, as in `job_escrow.grant_reasons`",
        "plan" / optional(PLAN_CYCLE) * "for a cycle of a plan, which is used up in place of the id",
    ),
    "lock": _instruction("lock", "args" / LOCK_ARGS),
    "open": _instruction(
        "open",
        "namespace" / text(16) * "all zeros: the default one",
        "limits" / LIMITS_ARGS,
        "vault_bump" / Bump * "of the vault's address",
    ),
    "open_session": _instruction("open_session", "args" / OPEN_SESSION_ARGS),
    "propose_admin": _instruction("propose_admin", "new_admin" / Address * "all zeros: nobody any more"),
    "purchase": _instruction(
        "purchase",
        "credits" / Credits * "to buy",
        "sequence" / Id * "the wallet's next number; 0: its first, or somebody else pays",
    ),
    "purchase_pack": _instruction(
        "purchase_pack",
        "expected" / PACK_EXPECTED,
        "sequence" / Id * "the wallet's next number; 0: its first, or somebody else pays",
    ),
    "recover": _instruction("recover"),
    "recover_nested": _instruction("recover_nested"),
    "refund": _instruction("refund"),
    "refund_session": _instruction("refund_session"),
    "register_payee": _instruction("register_payee"),
    "remove_top_up": _instruction("remove_top_up"),
    "set_limits": _instruction(
        "set_limits",
        "limits" / LIMITS_ARGS,
        "sequence" / Id * "the wallet's next number; 0: no more than is set now",
    ),
    "set_pack": _instruction(
        "set_pack",
        "index" / Index * "of the slot",
        "pack" / optional(PACK) * "none: offer none there",
    ),
    "set_tier": _instruction(
        "set_tier",
        "index" / Index * "of the slot",
        "tier" / optional(TIER_ARGS) * "none: remove it",
    ),
    "set_top_up": _instruction(
        "set_top_up",
        "args" / TOP_UP_ARGS,
        "sequence" / Id * "the wallet's next number; never 0",
    ),
    "settle": _instruction(
        "settle",
        "amount" / Units * "used so far; quoted: credits",
        "is_final" / Bool * "also end the job",
        "proof" / optional(Bytes32) * "for the event alone, such as a hash",
    ),
    "settle_session": _instruction("settle_session", "args" / SETTLE_SESSION_ARGS),
    "sweep_promotion": _instruction("sweep_promotion"),
    "switch_operator": _instruction("switch_operator"),
    "sync_deposits": _instruction("sync_deposits"),
    "top_up": _instruction("top_up"),
    "unregister_payee": _instruction("unregister_payee"),
    "update_payee": _instruction("update_payee", "args" / UPDATE_PAYEE_ARGS),
    "update_platform": _instruction("update_platform", "args" / UPDATE_PLATFORM_ARGS),
    "withdraw": _instruction(
        "withdraw",
        "credits" / optional(Credits) * "none: all",
        "sequence" / Id * "the wallet's next number",
    ),
    "withdraw_promotion": _instruction("withdraw_promotion", "base_units" / BaseUnits * "to the treasury"),
}
"""By the name in the IDL."""
