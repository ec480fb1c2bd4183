"""The events: data of the calls that the program makes to itself, in the inner instructions of a transaction."""

from construct import Array

from job_escrow.layouts.event_forms import EVENT_TAG as EVENT_TAG
from job_escrow.layouts.event_forms import before_and_after, event, of_an_account
from job_escrow.layouts.events_of_top_ups import CREDITS_TOPPED_UP, TOP_UP_REMOVED, TOP_UP_SET
from job_escrow.layouts.fields import (
    Address,
    BaseUnits,
    BasisPoints,
    Bytes32,
    Choice,
    Count,
    Credits,
    Cycle,
    Decimals,
    Declaration,
    Id,
    Index,
    Lamports,
    Reason,
    Seconds,
    Units,
    UnixSeconds,
    YesNo,
    reserved,
    text,
)
from job_escrow.layouts.parts import PACK, PACKS, PENDING_CHANGES, SPLIT, TIER, TIER_TOTALS, TIERS

ACCOUNT_OPENED = event(
    "AccountOpened",
    *of_an_account(),
    "vault" / Address * "the token account behind it",
    "rent_payer" / Address * "who paid, and gets it back",
    "namespace" / text(16) * "all zeros: the default one",
    "base_units_per_credit" / BaseUnits * "worth of a credit",
    "starts_at" / Id * "where job ids and sequence numbers start",
    "credits_per_job" / Credits * "limit of the operator",
    "credits_per_session" / Credits * "limit of the operator",
    "credits_per_period" / Credits * "limit of the operator",
    "period_seconds" / Seconds * "length of the period",
    "rent_lamports" / Lamports * "what the rent payer gets back for the account",
    "vault_rent_lamports" / Lamports * "and for its vault",
    "at" / UnixSeconds * "when",
    "quoted_allowed" / YesNo * "the operator may lock quoted jobs too",
    "reserved" / reserved(7),
)
"""A credit account was opened, with its first limits."""

LIMITS_SET = event(
    "LimitsSet",
    *of_an_account(),
    "credits_per_job" / Credits * "limit of the operator",
    "credits_per_session" / Credits * "limit of the operator",
    "credits_per_period" / Credits * "limit of the operator",
    "period_seconds" / Seconds * "length of the period",
    "sequence" / Id * "number that it used up",
    "at" / UnixSeconds * "when",
    "quoted_allowed" / YesNo * "the operator may lock quoted jobs too",
    "reserved" / reserved(7),
)
"""The wallet changed what the operator may lock."""

CREDITS_PURCHASED = event(
    "CreditsPurchased",
    *of_an_account(),
    "payer" / Address * "who paid; not always the wallet",
    "credits" / Credits * "bought",
    "base_units" / BaseUnits * "paid for them, into the vault",
    "bonus_credits" / Credits * "of a pack, on top",
    "promotion_base_units" / BaseUnits * "that the promotion account paid for these",
    "sequence" / Id * "number that it used up; 0: somebody else paid",
    "at" / UnixSeconds * "when",
    *before_and_after(),
    "pack" / Index * "slot of the pack; 255: none",
    "reserved" / reserved(7),
)
"""Credits were bought."""

DEPOSITS_SYNCED = event(
    "DepositsSynced",
    *of_an_account(),
    "authority" / Address * "who asked for it",
    "credits" / Credits * "that were made",
    "base_units" / BaseUnits * "of plain transfers that stand behind them",
    "at" / UnixSeconds * "when",
    *before_and_after(),
)
"""Plain transfers into the vault became paid credits."""

CREDITS_GRANTED = event(
    "CreditsGranted",
    *of_an_account(),
    "operator" / Address * "who gave and paid for them: the operator or the granter",
    "id" / Id * "used up like a job's",
    "credits" / Credits * "granted",
    "base_units" / BaseUnits * "put into the vault for them",
    "expires_at" / UnixSeconds * "2^63 - 1: never",
    "at" / UnixSeconds * "when",
    *before_and_after(),
    "reason" / Reason * "what for, as in `job_escrow.grant_reasons`",
    "plan_slot" / Index * "which plan's cycle it is for; 255: none",
    "reserved" / reserved(1),
    "plan_cycle" / Cycle * "which of its cycles",
)
"""The operator granted credits: spent first, never withdrawable."""

LOTS_EXPIRED = event(
    "LotsExpired",
    *of_an_account(),
    "credits" / Credits * "that expired",
    "base_units" / BaseUnits * "that stood behind them, now the treasury's",
    "at" / UnixSeconds * "when",
    *before_and_after(),
)
"""Granted credits expired."""

JOB_LOCKED = event(
    "JobLocked",
    *of_an_account(),
    "job" / Address * "the job's account",
    "authority" / Address * "who signed: wallet or operator",
    "payee" / Address * "all zeros: the treasury",
    "payee_token_account" / Address * "all zeros: the treasury",
    "rent_payer" / Address * "who paid the job's rent, and gets it back",
    "id" / Id * "of the job",
    "credits" / Credits * "locked",
    "max_units" / Units * "that the lock covers; 0: quoted",
    "fee_bps" / BasisPoints * "the fee at the lock",
    "deadline" / UnixSeconds * "settling ends and refunding by anyone begins",
    "limit_period" / UnixSeconds * "start of the period of the limits that it counted in",
    "at" / UnixSeconds * "when",
    "held" / SPLIT * "where the credits came from",
    "tier" / TIER * "terms at the lock; all zeros: quoted",
    *before_and_after(),
    "by_operator" / YesNo * "locked by the operator within the limits",
    "quoted" / YesNo * "priced by quoted credits",
    "tier_index" / Index * "slot of the tier; 255: quoted",
    "reserved" / reserved(5),
)
"""The price of a job was locked."""

JOB_SETTLED = event(
    "JobSettled",
    *of_an_account(),
    "job" / Address * "the job's account",
    "id" / Id * "of the job",
    "amount" / Units * "used so far, as the operator reports; quoted: credits",
    "charged" / Credits * "by this settlement",
    "settled" / Credits * "by all of this job so far",
    "treasury_base_units" / BaseUnits * "that went to the treasury",
    "payee_base_units" / BaseUnits * "that went to the payee",
    "promotion_base_units" / BaseUnits * "that promotion had paid of what was charged, within the treasury's",
    "at" / UnixSeconds * "when",
    "spent" / SPLIT * "what was charged, by where it came from",
    "returned" / SPLIT * "what went back, by where to",
    *before_and_after(),
    "proof" / Bytes32 * "what the operator gave along, such as a hash; all zeros: nothing",
    "is_final" / YesNo * "the job has ended",
    "payee_unpayable" / YesNo * "the payee's token account could not be paid: its share went to the treasury",
    "reserved" / reserved(6),
)
"""What a job cost so far was charged."""

JOB_REFUNDED = event(
    "JobRefunded",
    *of_an_account(),
    "job" / Address * "the job's account",
    "authority" / Address * "who signed",
    "id" / Id * "of the job",
    "settled" / Credits * "charged before, which stays charged",
    "at" / UnixSeconds * "when",
    "returned" / SPLIT * "what went back, by where to",
    *before_and_after(),
    "timed_out" / YesNo * "the deadline had passed",
    "reserved" / reserved(7),
)
"""All that a job still held went back, and it ended."""

SESSION_OPENED = event(
    "SessionOpened",
    *of_an_account(),
    "session" / Address * "the session's account",
    "authority" / Address * "who signed: the operator",
    "payee" / Address * "all zeros: the treasury",
    "payee_token_account" / Address * "all zeros: the treasury",
    "rent_payer" / Address * "who paid the session's rent, and gets it back",
    "id" / Id * "of the session",
    "credits" / Credits * "locked",
    "fee_bps" / BasisPoints * "the fee at the opening",
    "deadline" / UnixSeconds * "settling ends and refunding by anyone begins",
    "limit_period" / UnixSeconds * "start of the period of the limits that it counts in",
    "at" / UnixSeconds * "when",
    "held" / SPLIT * "where the credits came from",
    "tiers" / Array(TIERS, TIER) * "prices at the opening",
    *before_and_after(),
    "head" / Bytes32 * "SHA-256 of the session's address and these tiers",
)
"""Credits were locked for a session."""

SESSION_SETTLED = event(
    "SessionSettled",
    *of_an_account(),
    "session" / Address * "the session's account",
    "id" / Id * "of the session",
    "from_count" / Count * "receipts before this settlement",
    "count" / Count * "receipts with those of this settlement",
    "charged" / Credits * "by this settlement",
    "settled" / Credits * "by all of this session so far",
    "treasury_base_units" / BaseUnits * "that went to the treasury",
    "payee_base_units" / BaseUnits * "that went to the payee",
    "promotion_base_units" / BaseUnits * "that promotion had paid of what was charged, within the treasury's",
    "at" / UnixSeconds * "when",
    "spent" / SPLIT * "what was charged, by where it came from",
    "returned" / SPLIT * "what went back, by where to",
    *before_and_after(),
    "totals" / Array(TIERS, TIER_TOTALS) * "used so far, as the operator reports",
    "root" / Bytes32 * "of the receipts from `from_count` to `count`; counts for nothing where there are none",
    "head" / Bytes32 * "the session's, after this",
    "session_heads" / Bytes32 * "the credit account's, after this",
    "is_final" / YesNo * "the session has ended",
    "payee_unpayable" / YesNo * "the payee's token account could not be paid: its share went to the treasury",
    "reserved" / reserved(6),
)
"""What a session has used so far was charged."""

SESSION_REFUNDED = event(
    "SessionRefunded",
    *of_an_account(),
    "session" / Address * "the session's account",
    "authority" / Address * "who signed",
    "id" / Id * "of the session",
    "count" / Count * "receipts that were settled before",
    "settled" / Credits * "charged before, which stays charged",
    "at" / UnixSeconds * "when",
    "returned" / SPLIT * "what went back, by where to",
    *before_and_after(),
    "head" / Bytes32 * "the session's last",
    "session_heads" / Bytes32 * "the credit account's, after this",
    "timed_out" / YesNo * "the deadline had passed",
    "reserved" / reserved(7),
)
"""All that a session still held went back, and it ended."""

CREDITS_WITHDRAWN = event(
    "CreditsWithdrawn",
    *of_an_account(),
    "destination" / Address * "the wallet's token account",
    "credits" / Credits * "withdrawn",
    "synced" / Credits * "that plain transfers had become before they were withdrawn",
    "base_units" / BaseUnits * "paid out; with all, also what was left below one credit",
    "promotion_owed" / BaseUnits * "that promotion had paid of the credits, now owed to it",
    "sequence" / Id * "number that it used up",
    "at" / UnixSeconds * "when",
    *before_and_after(),
)
"""Unspent credits were paid out."""

ACCOUNT_CLOSED = event(
    "AccountClosed",
    *of_an_account(),
    "destination" / Address * "the wallet's token account",
    "wallet_base_units" / BaseUnits * "of paid credits and surplus, to the wallet",
    "treasury_base_units" / BaseUnits * "of lots, to the treasury, and what the promotion account could not be paid",
    "promotion_base_units" / BaseUnits * "that promotion had paid, to the promotion account",
    "wallet_lamports" / Lamports * "beyond the rents of the account and its vault, to the wallet",
    "at" / UnixSeconds * "when",
    before_and_after()[0],
)
"""A credit account was paid out and removed."""

TOKENS_RECOVERED = event(
    "TokensRecovered",
    *of_an_account(),
    "mint" / Address * "of the tokens",
    "source" / Address * "where they were stuck",
    "destination" / Address * "where they are now",
    "base_units" / BaseUnits * "of that mint",
    "lamports" / Lamports * "of the token account that was closed; 0: it stays",
    "at" / UnixSeconds * "when",
)
"""Tokens that were no credits went where the wallet can reach them."""

PLATFORM_CREATED = event(
    "PlatformCreated",
    "platform" / Address * "its account",
    "creator" / Address * "who made it",
    "admin" / Address * "may change the settings",
    "operator" / Address * "may lock, settle, refund, grant",
    "treasury" / Address * "token account that earnings go to",
    "mint" / Address * "that credits are bought with",
    "token_program" / Address * "that the mint is of",
    "name" / text(32) * "a part of the address",
    "base_units_per_credit" / BaseUnits * "worth of a credit",
    "notice_seconds" / Seconds * "before a change that could hurt a wallet",
    "payee_notice_seconds" / Seconds * "from the registration of a payee until a lock may name it",
    "min_purchase" / Credits * "fewest of a purchase",
    "max_job_seconds" / Seconds * "longest job",
    "fee_bps" / BasisPoints * "the treasury's share of what a payee earns",
    "at" / UnixSeconds * "when",
    "tiers" / Array(TIERS, TIER) * "the prices",
    "decimals" / Decimals * "of the mint",
    "reserved" / reserved(7),
)
"""A credit system was created."""

PLATFORM_CHANGED = event(
    "PlatformChanged",
    "platform" / Address * "its account",
    "admin" / Address * "may change the settings",
    "pending_admin" / Address * "may become admin; all zeros: nobody",
    "operator" / Address * "all zeros: nobody",
    "standby_operator" / Address * "becomes operator where the admin switches; all zeros: nobody",
    "granter" / Address * "may grant besides the operator; all zeros: nobody",
    "treasury" / Address * "token account that earnings go to",
    "promotion" / Address * "token account that packs' bonus is paid from; all zeros: none",
    "min_purchase" / Credits * "fewest of a purchase",
    "max_job_seconds" / Seconds * "longest job",
    "fee_bps" / BasisPoints * "the treasury's share of what a payee earns",
    "at" / UnixSeconds * "when",
    "tiers" / Array(TIERS, TIER) * "the prices",
    "pending" / PENDING_CHANGES * "announced changes",
    "packs" / Array(PACKS, PACK) * "credits sold together",
    "paused" / YesNo * "purchases and locks are stopped",
    "change"
    / Choice
    * "what was done: 0 update, 1 tier, 2 apply, 3 admin proposed, 4 admin accepted, 5 pack, 6 operator switched",
    "reserved" / reserved(6),
)
"""All that can change of a platform, after any change."""

PROMOTION_WITHDRAWN = event(
    "PromotionWithdrawn",
    "platform" / Address * "whose promotion it is",
    "source" / Address * "the promotion account",
    "destination" / Address * "the treasury",
    "base_units" / BaseUnits * "of the platform's mint",
    "at" / UnixSeconds * "when",
)
"""Tokens of the promotion account went to the treasury."""

PROMOTION_SWEPT = event(
    "PromotionSwept",
    *of_an_account(),
    "destination" / Address * "the promotion account; the treasury where that could not be paid",
    "base_units" / BaseUnits * "of the platform's mint",
    "at" / UnixSeconds * "when",
)
"""What withdrawals had left of packs' bonus went back to the platform."""

PAYEE_REGISTERED = event(
    "PayeeRegistered",
    "platform" / Address * "where it may earn",
    "payee" / Address * "its account",
    "owner" / Address * "who earns",
    "token_account" / Address * "where to",
    "rent_payer" / Address * "who paid the rent, and gets it back",
    "usable_from" / UnixSeconds * "when a lock may name it",
    "at" / UnixSeconds * "when",
)
"""Somebody besides the treasury may earn."""

PAYEE_CHANGED = event(
    "PayeeChanged",
    "platform" / Address * "where it may earn",
    "payee" / Address * "its account",
    "owner" / Address * "who earns",
    "share_bps" / BasisPoints * "of its earnings that is its own; 0: what the platform's fee leaves",
    "pending_share_bps" / BasisPoints * "the coming share",
    "pending_share_at" / UnixSeconds * "from when locks use it; 0: none was announced",
    "at" / UnixSeconds * "when",
    "suspended" / YesNo * "no lock may name it",
    "reserved" / reserved(7),
)
"""All that can change of a payee, after any change."""

PAYEE_UNREGISTERED = event(
    "PayeeUnregistered",
    "platform" / Address * "where it earned",
    "payee" / Address * "its account",
    "owner" / Address * "who earned",
    "at" / UnixSeconds * "when",
)
"""A payee earns from no further jobs."""

EVENTS: dict[str, Declaration] = {
    "AccountClosed": ACCOUNT_CLOSED,
    "AccountOpened": ACCOUNT_OPENED,
    "CreditsGranted": CREDITS_GRANTED,
    "CreditsPurchased": CREDITS_PURCHASED,
    "CreditsToppedUp": CREDITS_TOPPED_UP,
    "CreditsWithdrawn": CREDITS_WITHDRAWN,
    "DepositsSynced": DEPOSITS_SYNCED,
    "JobLocked": JOB_LOCKED,
    "JobRefunded": JOB_REFUNDED,
    "JobSettled": JOB_SETTLED,
    "LimitsSet": LIMITS_SET,
    "LotsExpired": LOTS_EXPIRED,
    "PayeeChanged": PAYEE_CHANGED,
    "PayeeRegistered": PAYEE_REGISTERED,
    "PayeeUnregistered": PAYEE_UNREGISTERED,
    "PlatformChanged": PLATFORM_CHANGED,
    "PlatformCreated": PLATFORM_CREATED,
    "PromotionSwept": PROMOTION_SWEPT,
    "PromotionWithdrawn": PROMOTION_WITHDRAWN,
    "SessionOpened": SESSION_OPENED,
    "SessionRefunded": SESSION_REFUNDED,
    "SessionSettled": SESSION_SETTLED,
    "TokensRecovered": TOKENS_RECOVERED,
    "TopUpRemoved": TOP_UP_REMOVED,
    "TopUpSet": TOP_UP_SET,
}
"""By the name in the IDL."""
