"""The data of the instructions: a discriminator and borsh arguments. Their accounts are in the IDL."""

from construct import Struct

from job_escrow.layouts.fields import (
    Address,
    BaseUnits,
    BasisPoints,
    Bool,
    Bump,
    Choice,
    Credits,
    Declaration,
    Id,
    Index,
    Seconds,
    Units,
    UnixSeconds,
    discriminator,
    many,
    optional,
    text,
)


def _instruction(name: str, *arguments: Declaration) -> Declaration:
    return Struct("discriminator" / discriminator(f"global:{name}"), *arguments)


TIER_ARGS: Declaration = Struct(
    "name" / text(16) * "not all zeros",
    "flat_credits" / Credits * "price of the included units, and the least that a job costs",
    "included_units" / Units * "what the flat price includes",
    "credits_per_1000_units" / Credits * "above that, for 1,000 units",
    "unit_kind" / Choice * "as in an account's tier",
)

CREATE_PLATFORM_ARGS: Declaration = Struct(
    "name" / text(32) * "a-z, 0-9 and -; a part of the address",
    "admin" / Address * "may change the settings",
    "operator" / Address * "may lock, settle, refund, grant",
    "base_units_per_credit" / BaseUnits * "worth of a credit, for ever",
    "notice_seconds" / Seconds * "before a change that could hurt a wallet, for ever",
    "min_purchase" / Credits * "fewest of a purchase",
    "max_job_seconds" / Seconds * "longest job",
    "fee_bps" / BasisPoints * "the treasury's share of what a payee earns",
    "tiers" / many(TIER_ARGS) * "at most 8",
)

UPDATE_PLATFORM_ARGS: Declaration = Struct(
    "operator" / optional(Address) * "all zeros revoke at once; any other waits for the notice period",
    "fee_bps" / optional(BasisPoints) * "lower is at once, higher waits",
    "min_purchase" / optional(Credits) * "lower is at once, higher waits",
    "max_job_seconds" / optional(Seconds) * "lower is at once, higher waits",
    "paused" / optional(Bool) * "at once, either way",
)

LIMITS_ARGS: Declaration = Struct(
    "credits_per_job" / Credits * "most that one lock of the operator holds; 0: the operator locks nothing",
    "credits_per_period" / Credits * "most that the operator locks within a period",
    "period_seconds" / Seconds * "length of a period",
)

LOCK_ARGS: Declaration = Struct(
    "id" / Id * "unused, and at most 128 above the highest that was used",
    "job_bump" / Bump * "of the job's address",
    "tier" / optional(Index) * "slot of the tier; none: quoted",
    "amount" / Units * "most that the job may use; quoted: credits",
    "max_credits" / Credits * "refused where the price is above",
    "seconds" / Seconds * "until the deadline",
)

ARGUMENTS: dict[str, Declaration] = {
    "CreatePlatformArgs": CREATE_PLATFORM_ARGS,
    "LimitsArgs": LIMITS_ARGS,
    "LockArgs": LOCK_ARGS,
    "TierArgs": TIER_ARGS,
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
        "grant_id" / Id * "unused, as of a job",
        "credits" / Credits * "that the operator pays for",
        "expires_at" / UnixSeconds * "2^63 - 1: never",
    ),
    "lock": _instruction("lock", "args" / LOCK_ARGS),
    "open": _instruction(
        "open",
        "namespace" / text(16) * "all zeros: the default one",
        "limits" / LIMITS_ARGS,
        "vault_bump" / Bump * "of the vault's address",
    ),
    "propose_admin": _instruction("propose_admin", "new_admin" / Address * "all zeros: nobody any more"),
    "purchase": _instruction(
        "purchase",
        "credits" / Credits * "to buy",
        "sequence" / Id * "the wallet's next number; 0: its first, or somebody else pays",
    ),
    "recover": _instruction("recover"),
    "recover_nested": _instruction("recover_nested"),
    "refund": _instruction("refund"),
    "register_payee": _instruction("register_payee"),
    "set_limits": _instruction("set_limits", "limits" / LIMITS_ARGS),
    "set_tier": _instruction(
        "set_tier",
        "index" / Index * "of the slot",
        "tier" / optional(TIER_ARGS) * "none: remove it",
    ),
    "settle": _instruction(
        "settle",
        "amount" / Units * "used so far; quoted: credits",
        "is_final" / Bool * "also end the job",
    ),
    "sync_deposits": _instruction("sync_deposits"),
    "unregister_payee": _instruction("unregister_payee"),
    "update_platform": _instruction("update_platform", "args" / UPDATE_PLATFORM_ARGS),
    "withdraw": _instruction(
        "withdraw",
        "credits" / optional(Credits) * "none: all",
        "sequence" / Id * "the wallet's next number",
    ),
}
"""By the name in the IDL."""
