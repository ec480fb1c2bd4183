# Generated from docs/openapi.json by scripts/generate-api-client; do not edit.
"""What requests and answers are made of."""

from decimal import Decimal
from typing import Literal

import msgspec

PaymentState = Literal["received", "waiting"]
"""Where a payment is."""
Scope = Literal["books", "manage", "operator", "read", "spend"]
"""What a key may be used for."""
State = Literal["expired", "failed", "landed", "pending"]
"""What became of a transaction."""
Type = Literal[
    "credit.depleted",
    "credit.low",
    "credit.recovered",
    "job.refunded",
    "job.settled",
    "topup.confirmed",
    "webhook.test",
]
"""The types of messages."""


class GrantView(msgspec.Struct, frozen=True, kw_only=True):
    """Granted credits that expire together; `expires_at` null: never."""

    credits: int
    """Granted credits that can be spent."""
    expires_at: int | None
    """When they expire, in Unix seconds; null: never."""


class NamespaceBalance(msgspec.Struct, frozen=True, kw_only=True):
    """Another namespace of the same wallet."""

    namespace: str
    """The wallet's namespace, at most 16 bytes; empty is the default one."""
    credit_account: str
    """Base58 address of the credit account on chain."""
    credits_remaining: int
    """Credits that can be spent now: paid ones, granted ones that have not expired, and what sessions have free."""
    credits_locked: int
    """Credits that are locked in open jobs and sessions."""


class AccountView(msgspec.Struct, frozen=True, kw_only=True):
    """What a credit account holds.

    `credits_remaining` can be spent now: paid credits, and granted ones that have not expired, exact to the request:
    also what the server's sessions have locked and not reserved, which is free on chain once they end (DELETE
    /v1/sessions). `value` is the worth of what is not locked, in the platform's currency: of paid credits, what
    withdrawing them would pay; `usdc_value` is the same rounded down to a cent, null where the currency is not USDC.
    `promotion_value` is what the
    platform's promotion has paid of the paid credits, locked ones too: it is spent with them and never withdrawn.
    `withdrawable_value` can be paid out: paid credits, and transfers that are no credits
    yet; null until the vault was seen. `burn_rate` is credits per day over the last seven days, `days_left` how
    long the remaining ones last at it, null where nothing was used. `credits_locked` and `open_jobs` count
    sessions, too. Nothing after `as_of_slot` is in it.
    """

    wallet: str
    """Base58 address of the wallet."""
    credits_remaining: int
    """Credits that can be spent now: paid ones, granted ones that have not expired, and what sessions have free."""
    usdc_value: Decimal | None
    """What the credits that are not locked are worth in USDC, rounded down to a cent; null: it is another currency."""
    last_topup_at: str | None
    """When credits were last added, in RFC 3339; null: never."""
    value: Decimal
    """What the credits that are not locked are worth, in `currency`: an exact decimal."""
    currency: str | None
    """What credits are bought with, by its symbol; null: nobody has named the mint."""
    withdrawable_credits: int
    """Paid credits that can be withdrawn now."""
    withdrawable_value: Decimal | None
    """What can be withdrawn now, in `currency`: an exact decimal; null: not known yet."""
    promotion_value: Decimal
    """What the promotion has paid of the paid credits, in `currency`: an exact decimal."""
    credits_granted: int
    """Granted credits that can be spent and have not expired; they cannot be withdrawn."""
    grants: list[GrantView]
    """Granted credits that can be spent, the first to expire first."""
    credits_locked: int
    """Credits that are locked in open jobs and sessions."""
    open_jobs: int
    """Jobs and sessions that are open."""
    namespace: str
    """The wallet's namespace, at most 16 bytes; empty is the default one."""
    credit_account: str
    """Base58 address of the credit account on chain."""
    platform: str
    """Base58 address of the platform on chain."""
    namespaces: list[NamespaceBalance]
    """The same wallet's other namespaces on this platform."""
    burn_rate: Decimal
    """Credits used a day, over the last seven days: an exact decimal."""
    days_left: Decimal | None
    """Days for which the remaining credits last at `burn_rate`; null: nothing was used."""
    as_of_slot: int
    """The slot that the answer is right as of: nothing after it is counted."""
    commitment: str
    """How final that slot is."""


class BatchedTerms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request to admit, with the Idempotency-Key that it would have alone."""

    customer_key: str
    """The API key that the customer sent, in full."""
    model: str | None = None
    """The model's name; null: none was named."""
    endpoint: str | None = None
    """The endpoint of the model's interface that its price is for; null: any."""
    tier: str | None = None
    """The platform's tier; null: none."""
    max_units: int
    """Most units that the job may use: what the tier counts, such as tokens."""
    seconds: int = 600
    """Seconds that the job may take: then all that was not settled goes back."""
    job_type: str = ""
    """A label for usage reports."""
    quote: str | None = None
    """The `id` of a quote that binds: lock at its price, or not at all; null: at the price of now."""
    idempotency_key: str
    """The Idempotency-Key that the request would have alone."""


class AdmissionBatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Requests to admit, of any customers."""

    requests: list[BatchedTerms]
    """The requests to admit."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the server needs. `remedy` says what to do where it is not `ok`; `values` are its figures."""

    name: str
    """Which part of the server."""
    ok: bool
    """Whether it works."""
    detail: str
    """How it is, in a sentence."""
    remedy: str = ""
    """What to do about it; empty while it works."""
    values: dict[str, int] = msgspec.field(default_factory=dict)
    """Figures by name."""


class TopUp(msgspec.Struct, frozen=True, kw_only=True):
    """How to add credits; amounts are credits."""

    solana_pay: str
    """A Solana Pay link for wallets."""
    deposit_address: str
    """Base58 address for a plain transfer of the platform's tokens."""
    min_credits: int
    """Fewest credits of a purchase."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal. `balance`, `shortfall` and `required` are credits; `resets_at` is RFC 3339; `parts` are of health."""

    type: str
    """Where the type of problem is described."""
    title: str
    """What type of problem it is, in a few words."""
    status: int
    """The HTTP status."""
    detail: str
    """What is wrong with this very request, in a sentence."""
    remedy: str
    """What to do about it."""
    request_id: str
    """The request's identifier, for the operator's log."""
    balance: int | None = None
    """Credits that the account can spend now."""
    required: int | None = None
    """Credits that the request needs."""
    shortfall: int | None = None
    """Credits that are missing."""
    top_up: TopUp | None = None
    """How to add credits; null: that would not help."""
    resets_at: str | None = None
    """When the budget begins anew, in RFC 3339."""
    parts: list[Part] | None = None
    """Each part of the server; null: the problem is not about them."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What a request was charged, with exactly the members that `job_escrow.receipts` verifies.

    `number` counts the session's receipts from 1, `tier` is the tier's slot, `terms` commits to the prices of all
    slots, and `total` is what this receipt and all before it cost.
    """

    session: str
    """Base58 address of the session's account on chain."""
    number: int
    """Its place among the session's receipts, from 1."""
    request_id: str
    """The identifier of its request."""
    model: str
    """The model's name; empty: none was named."""
    terms: str
    """SHA-256 of the session's tiers, 64 hexadecimal digits: what it was priced by."""
    tier: int
    """The slot of the tier, 0 to 7."""
    units: int
    """Units: what the tier counts, such as tokens."""
    price: int
    """Credits that it costs: the increase of what its tier costs in the session."""
    total: int
    """Credits of this receipt and all before it in the session."""
    request_hash: str | None
    """SHA-256 of the request, 64 hexadecimal digits; null: the provider gives none."""
    response_hash: str | None
    """SHA-256 of the response, 64 hexadecimal digits; null: the provider gives none."""


class ReceiptSignature(msgspec.Struct, frozen=True, kw_only=True):
    """The operator's signature of a receipt, over its bytes (ed25519)."""

    signer: str
    """Base58 address of the operator that signed."""
    signature: str
    """Base58 ed25519 signature of the receipt's bytes."""


class RequestView(msgspec.Struct, frozen=True, kw_only=True):
    """A request. `credits` are the most that it can cost, `charged` what it did cost.

    `lapsed` is one whose session ended on chain before its receipt was settled there: it costs nothing. `expires_at` is
    by the chain's clock.
    """

    id: str
    """The request's identifier."""
    status: str
    """Where the request is; `lapsed`: its session ended before the chain was told, and it costs nothing."""
    session: str
    """Base58 address of the session's account on chain."""
    credit_account: str
    """Base58 address of the credit account on chain."""
    key_id: str
    """The API key's identifier, which is no secret."""
    project: str
    """What the key is for, a label for usage reports."""
    member: str
    """Whose key it is, a label for usage reports."""
    model: str | None
    """The model's name; null: none was named."""
    tier: str
    """The platform's tier; null: none."""
    job_type: str
    """A label for usage reports."""
    max_units: int
    """Most units that the job may use: what the tier counts, such as tokens."""
    credits: int
    """The most that it can cost, in credits."""
    units: int | None
    """Units that it has used; null: it was not settled."""
    charged: int
    """Credits that it did cost."""
    created_at: int
    """When it was made, in Unix seconds."""
    expires_at: int
    """When it is released by itself, by the chain's clock in Unix seconds."""
    ended_at: int | None
    """When it ended, by the chain's clock in Unix seconds; null: it runs."""
    receipt: Receipt | None
    """What it was charged; null: it was not settled."""
    receipt_signature: ReceiptSignature | None
    """The operator's signature of its bytes; null: it was not settled, or the operator signs no receipts."""


class BatchResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one request: it as it is now, or the problem that it would have been answered with alone."""

    request: RequestView | None = None
    """The request as it is now; null: it was refused."""
    problem: Problem | None = None
    """Why it was refused; null: it was not."""


class BatchResults(msgspec.Struct, frozen=True, kw_only=True):
    """What became of each request, in the order in which they were asked for."""

    results: list[BatchResult]
    """What became of each request, in the order in which they were asked for."""


class BatchedUnits(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request to settle, with what it has used in the end."""

    units: int
    """Units: what the tier counts, such as tokens."""
    request_hash: str | None = None
    """SHA-256 of the request, 64 hexadecimal digits; null: the provider gives none."""
    response_hash: str | None = None
    """SHA-256 of the response, 64 hexadecimal digits; null: the provider gives none."""
    id: str
    """The request's identifier."""


class Challenge(msgspec.Struct, frozen=True, kw_only=True):
    """A message to sign, as the bytes of its UTF-8; times are unix seconds."""

    message: str
    """What to show or to sign, as text."""
    nonce: str
    """The challenge's nonce, 64 hexadecimal digits."""
    issued_at: int
    """When the challenge was made, in Unix seconds."""
    expires_at: int
    """When it expires, in Unix seconds; null: never."""


class Component(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One resource of a job: units of a tier, as the platform names it."""

    tier: str
    """The platform's tier; null: none."""
    units: int
    """Units of the tier: what it counts, such as tokens."""


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """A credit account; amounts are credits: what it has, then what it ever bought, got, spent and gave back."""

    cursor: str
    """The customer's place in the list, for a page's `cursor`."""
    wallet: str
    """Base58 address of the wallet."""
    namespace: str
    """The wallet's namespace, at most 16 bytes; empty is the default one."""
    credit_account: str
    """Base58 address of the credit account on chain."""
    is_open: bool
    """Whether the account is open."""
    opened_at: int
    """When the account was opened, in Unix seconds."""
    last_topup_at: int | None
    """When credits were last added, in Unix seconds; null: never."""
    paid_available: int
    """Paid credits that could be spent; they can be withdrawn."""
    paid_locked: int
    """Paid credits that were locked in open jobs and sessions."""
    granted_available: int
    """Granted credits that could be spent."""
    granted_locked: int
    """Granted credits that were locked in open jobs and sessions."""
    purchased: int
    """Credits that were ever bought."""
    bonus: int
    """Credits that ever came on top of packs."""
    deposited: int
    """Credits that plain transfers ever became."""
    granted: int
    """Credits that were ever granted."""
    spent_paid: int
    """Paid credits that settlements ever charged."""
    spent_granted: int
    """Granted credits that settlements ever charged."""
    withdrawn: int
    """Credits that were ever paid out."""
    expired: int
    """Granted credits that ever expired."""


class CustomerPage(msgspec.Struct, frozen=True, kw_only=True):
    """Customers in the order in which the index has them; pass `next_cursor` as `cursor` for more, null: no more."""

    as_of_slot: int
    """The slot that the answer is right as of: nothing after it is counted."""
    commitment: str
    """How final that slot is."""
    platform: str
    """Base58 address of the platform on chain."""
    customers: list[Customer]
    """Credit accounts, in the order in which the index has them."""
    next_cursor: str | None
    """The `cursor` of the next page; null: this is the last."""


class DeliveryView(msgspec.Struct, frozen=True, kw_only=True):
    """A message and what became of it. `next_at` is when it is sent again, null once it has ended."""

    id: str
    """The message's identifier, the header `webhook-id` of what is sent."""
    type: str
    """The message's type."""
    status: str
    """Where the message is; `dead` ones can be replayed."""
    attempts: int
    """How often it was sent."""
    next_at: int | None
    """When it is sent again, in Unix seconds; null: it has ended."""
    last_status: int | None
    """HTTP status of the last attempt; null: there was no answer."""
    last_error: str | None
    """Why the last attempt failed; null: it did not."""
    created_at: int
    """When it was made, in Unix seconds."""
    ended_at: int | None
    """When it ended, in Unix seconds; null: it has not ended."""


class DeliveryPage(msgspec.Struct, frozen=True, kw_only=True):
    """Deliveries, newest first; pass `next` as `cursor` for older ones."""

    deliveries: list[DeliveryView]
    """Messages, newest first."""
    next: str | None
    """The `cursor` of the next page; null: this is the last."""


class Earned(msgspec.Struct, frozen=True, kw_only=True):
    """What settlements for one payee have paid out; null: those that named none, of which the treasury has all."""

    payee: str | None
    """Base58 address of the payee's wallet; null: the treasury alone."""
    settlements: int
    """Settlements."""
    credits: int
    """Credits that were charged."""
    paid_credits: int
    """Of the credits, those that had been paid for."""
    granted_credits: int
    """Of the credits, those that had been granted."""
    payee_base_units: int
    """What the payee was paid, in base units."""
    treasury_base_units: int
    """What the treasury was paid, in base units."""


class Earnings(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform's settlements have paid out in a time, by payee; `total` is that of all rows."""

    as_of_slot: int
    """The slot that the answer is right as of: nothing after it is counted."""
    commitment: str
    """How final that slot is."""
    platform: str
    """Base58 address of the platform on chain."""
    indexed_since: int | None
    """What happened before this second, in Unix seconds, is not in it: the index begins there; null: all is in it."""
    since: int | None
    """The first second, in Unix seconds; null: from the beginning."""
    until: int | None
    """The first second after it, in Unix seconds; null: as of now."""
    rows: list[Earned]
    """A row for each payee."""
    total: Earned
    """The sum of all rows; its payee is null."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. Amounts are credits unless they say base units; null where the kind has none.

    `change_available` and `change_locked` are what it did to the balance, the other four what it left. `credits` is
    the amount that it is about: bought, granted, locked, charged, given back, withdrawn, expired. `units` are those
    that a lock covers, or that a settlement reports of its job so far. `bonus_credits` came on top of a purchase;
    `promotion_base_units` are what the platform's promotion paid for them, or had paid of what was charged or
    withdrawn.
    """

    cursor: str
    """The entry's place in the ledger, for a page's `cursor`."""
    kind: str
    """What happened: `purchase`, `lock`, `settlement`, `session lock` and others."""
    slot: int
    """The slot of its transaction."""
    at: int
    """When its block was made, in Unix seconds."""
    signature: str
    """Base58 signature of the transaction."""
    authority: str
    """Base58 address of who signed it."""
    counterparty: str | None
    """Base58 address of the other side, such as of a payout; null: there is none."""
    job_id: int | None
    """The job's number within its account; null: it is of no job."""
    session_id: int | None
    """The session's number within its account; null: it is of no session."""
    tier: str | None
    """The platform's tier; null: none."""
    units: int | None
    """Units: what the tier counts, such as tokens."""
    credits: int | None
    """Credits that it is about: bought, granted, locked, charged, given back; null: none."""
    base_units: int | None
    """Base units of the platform's mint: 10,000 of USDC's are one cent."""
    bonus_credits: int | None
    """Credits that the platform adds to what is paid for."""
    promotion_base_units: int | None
    """What the promotion has paid of it, in base units; null: nothing."""
    expires_at: int | None
    """A job's or session's deadline, or a lot's expiry, in Unix seconds; null: none."""
    reason: str | None
    """What a grant is for; null: it is no grant."""
    proof: str | None
    """32 bytes in hexadecimal digits that the settlement keeps on chain, such as a hash; null: none."""
    change_available: int
    """By how many credits it changed what can be spent."""
    change_locked: int
    """By how many credits it changed what is locked."""
    available: int
    """Credits that could be spent after it, paid and granted."""
    locked: int
    """Credits that were locked in open jobs and sessions after it."""
    paid_available: int
    """Paid credits that could be spent; they can be withdrawn."""
    paid_locked: int
    """Paid credits that were locked in open jobs and sessions."""
    granted_available: int
    """Granted credits that could be spent."""
    granted_locked: int
    """Granted credits that were locked in open jobs and sessions."""


class ExpiringGrants(msgspec.Struct, frozen=True, kw_only=True):
    """Granted credits that nobody has spent and that expire together; `credits` are free, `locked` in use."""

    expires_at: int | None
    """When they expire, in Unix seconds; null: never."""
    credits: int
    """Granted credits that are free."""
    locked: int
    """Granted credits that are in jobs and sessions."""


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """Credits that will be used if days go on like those of the window, rounded up; what is not settled yet counts.

    The window is the `WINDOW_DAYS` that end now, shortened to the age of the account and of the index, but never below
    a day.
    """

    as_of_slot: int
    """The slot that the answer is right as of: nothing after it is counted."""
    commitment: str
    """How final that slot is."""
    indexed_since: int | None
    """What happened before this second, in Unix seconds, is not in it: the index begins there; null: all is in it."""
    window_seconds: int
    """The length of the time that it is told from, which ends now, in seconds."""
    window_credits: int
    """Credits that were used in the window."""
    month_credits: int
    """Credits that were used in this month so far, in UTC."""
    month_expected_credits: int
    """Credits that will have been used when this month ends."""
    next_30_days_credits: int
    """Credits that will be used in the next 30 days."""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The server can do its work."""

    status: str
    """Always `ok`: else the answer is a problem."""
    version: str
    """The server's version."""
    parts: list[Part]
    """Each part of the server; null: the problem is not about them."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """Credits of an account; locked ones are in open jobs and sessions."""

    paid_available: int = 0
    """Paid credits that could be spent; they can be withdrawn."""
    paid_locked: int = 0
    """Paid credits that were locked in open jobs and sessions."""
    granted_available: int = 0
    """Granted credits that could be spent."""
    granted_locked: int = 0
    """Granted credits that were locked in open jobs and sessions."""
    promotion_backing: int = 0
    """What the promotion has paid of the paid credits, in base units."""


class PricedComponent(msgspec.Struct, frozen=True, kw_only=True):
    """One resource of a job with its price in credits."""

    tier: str
    """The platform's tier; null: none."""
    units: int
    """Units: what the tier counts, such as tokens."""
    credits: int
    """Credits; each costs `base_units_per_credit`."""


class JobView(msgspec.Struct, frozen=True, kw_only=True):
    """A job. `credits` were locked, `charged` of them spent so far; times are unix seconds.

    `id` is the address of the job's account on chain. `status` is `locking` only while nobody knows yet whether the
    lock landed. `components` is the breakdown that it was locked with, or settled with once it is.
    """

    id: str
    """Base58 address of the job's account on chain."""
    job_number: int
    """The job's number within its account."""
    status: str
    """Where the job is; `locking` only while nobody knows whether the lock landed."""
    credit_account: str
    """Base58 address of the credit account on chain."""
    key_id: str
    """The API key's identifier, which is no secret."""
    model: str | None
    """The model's name; null: none was named."""
    tier: str | None
    """The platform's tier; null: none."""
    job_type: str
    """A label for usage reports."""
    max_units: int | None
    """Most units that the job may use: what the tier counts, such as tokens."""
    credits: int
    """Credits that were locked for it."""
    charged: int
    """Credits that were charged so far."""
    components: list[PricedComponent]
    """The job's resources, each priced by its tier; together they are its price."""
    created_at: int
    """When it was made, in Unix seconds."""
    deadline: int | None
    """When all that was not settled goes back, in Unix seconds; null: it was never locked."""
    ended_at: int | None
    """When it ended, in Unix seconds; null: it has not ended."""
    lock_signature: str | None
    """Base58 signature of the transaction that locked it; null: it is not known yet."""
    end_signature: str | None
    """Base58 signature of the transaction that ended it; null: it has not ended."""


class JobPage(msgspec.Struct, frozen=True, kw_only=True):
    """Jobs, newest first; pass `next` as `cursor` for older ones, null where there are none."""

    jobs: list[JobView]
    """Jobs, newest first."""
    next: str | None
    """The `cursor` of the next page; null: this is the last."""


class KeyView(msgspec.Struct, frozen=True, kw_only=True):
    """An API key without its secret; times are unix seconds, budgets credits."""

    id: str
    """The key's identifier, which is no secret."""
    name: str
    """A name for people."""
    wallet: str
    """Base58 address of the wallet."""
    namespace: str
    """The wallet's namespace, at most 16 bytes; empty is the default one."""
    credit_account: str
    """Base58 address of the credit account on chain."""
    scopes: list[str]
    """What the key may do."""
    project: str
    """What the key is for, a label for usage reports."""
    member: str
    """Whose key it is, a label for usage reports."""
    daily_budget: int | None
    """Most credits that jobs of this key may lock in a UTC day; null: any number."""
    monthly_budget: int | None
    """Most credits that jobs of this key may lock in a UTC month; null: any number."""
    created_at: int
    """When it was made, in Unix seconds."""
    expires_at: int | None
    """When it expires, in Unix seconds; null: never."""
    revoked_at: int | None
    """When it was revoked, in Unix seconds; null: it was not."""


class KeyPage(msgspec.Struct, frozen=True, kw_only=True):
    """Keys of the asking key's account, oldest first; pass `next` as `cursor` for newer ones, null: there are none."""

    keys: list[KeyView]
    """API keys, oldest first."""
    next: str | None
    """The `cursor` of the next page; null: this is the last."""


class KeyTerms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a key is to be. Budgets are credits that jobs may be locked for in a UTC day or month, null: no budget.

    `namespace` is text of at most 16 bytes; `valid_seconds` null: until it is revoked.
    """

    wallet: str
    """Base58 address of the wallet."""
    namespace: str = ""
    """The wallet's namespace, at most 16 bytes; empty is the default one."""
    name: str
    """A name for people."""
    scopes: list[Scope] | None = None
    """What the key may do."""
    project: str = ""
    """What the key is for, a label for usage reports."""
    member: str = ""
    """Whose key it is, a label for usage reports."""
    daily_budget: int | None = None
    """Most credits that jobs of this key may lock in a UTC day; null: any number."""
    monthly_budget: int | None = None
    """Most credits that jobs of this key may lock in a UTC month; null: any number."""
    valid_seconds: int | None = None
    """Seconds for which the key is valid; null: until it is revoked."""


class LedgerPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some entries of an account's ledger; `next_cursor` asks for those that follow, null: there are none."""

    as_of_slot: int
    """The slot that the answer is right as of: nothing after it is counted."""
    commitment: str
    """How final that slot is."""
    credit_account: str
    """Base58 address of the credit account on chain."""
    entries: list[Entry]
    """Entries, newest first."""
    next_cursor: str | None
    """The `cursor` of the next page; null: this is the last."""


class Liability(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform owes to its customers, by kind. Credits are free and locked ones together.

    The worth of paid credits in base units has two parts: what customers have paid, which withdrawing pays back, and
    `bonus_base_units`, which the platform's promotion has paid for packs, and which no withdrawal pays out. So
    paid_base_units + bonus_base_units = paid_credits at the price of a credit. `promotion_owed_base_units` lie in
    vaults and go back to the promotion account. All four are backed by what is in the vaults.
    """

    as_of_slot: int
    """The slot that the answer is right as of: nothing after it is counted."""
    commitment: str
    """How final that slot is."""
    platform: str
    """Base58 address of the platform on chain."""
    accounts: int
    """Credit accounts that are open."""
    base_units_per_credit: int
    """What one credit costs, in base units of the platform's mint."""
    paid_credits: int
    """Paid credits that are not spent, packs' bonus included."""
    granted_credits: int
    """Granted credits that are not spent."""
    locked_credits: int
    """Credits of both kinds that are in jobs and sessions."""
    expired_credits: int
    """Granted credits that have expired, and that nobody has taken away yet."""
    paid_base_units: int
    """What customers can withdraw, in base units, once nothing is locked."""
    bonus_base_units: int
    """What the promotion has paid of the paid credits, in base units: no withdrawal pays it."""
    granted_base_units: int
    """What stands behind the granted credits, in base units."""
    promotion_owed_base_units: int
    """What goes back from vaults to the promotion account, in base units."""
    unearned_grants: list[ExpiringGrants]
    """Granted credits that are not spent, by when they expire."""


class LimitsView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the operator may lock without asking, in credits; the period in seconds. All zeros: nothing."""

    credits_per_job: int
    """Most credits that one lock of the operator may hold."""
    credits_per_session: int
    """Most credits that one session of the operator may hold; 0: no sessions."""
    credits_per_period: int
    """Most credits that the operator may lock within a period."""
    period_seconds: int
    """The length of a period of the limits, in seconds."""
    quoted_allowed: bool
    """Whether the operator may lock jobs whose price it names itself."""


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """The process answers."""

    status: str
    """Always `ok`."""
    version: str
    """The server's version."""


class LockRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A job to lock, charged to the account of `customer_key`.

    Its price is one of: `max_units` of a `tier`, or of the tier of a `model`; `components`, each priced by its tier and
    locked as their sum; or `credits`, quoted by the provider. With a `quote` of POST /v1/quote it is locked at the
    price that was quoted, or refused. `seconds` is how long it may take: after that everything that was not settled
    goes back. `job_type` is a label for usage reports.
    """

    customer_key: str
    """The API key that the customer sent, in full."""
    model: str | None = None
    """The model's name; null: none was named."""
    endpoint: str | None = None
    """The endpoint of the model's interface that its price is for; null: any."""
    tier: str | None = None
    """The platform's tier; null: none."""
    max_units: int | None = None
    """Most units that the job may use: what the tier counts, such as tokens."""
    components: list[Component] | None = None
    """The job's resources, each priced by its tier; together they are its price."""
    credits: int | None = None
    """A price in credits that the provider quotes, in place of units."""
    max_credits: int | None = None
    """Refuse a price above so many credits; null: take it as it is."""
    seconds: int = 600
    """Seconds that the job may take: then all that was not settled goes back."""
    job_type: str = ""
    """A label for usage reports."""
    quote: str | None = None
    """The `id` of a quote that binds: lock at its price, or not at all; null: at the price of now."""


class ModelView(msgspec.Struct, frozen=True, kw_only=True):
    """A model and its price: `flat_credits` up to `included_units`, above that the rate for all units.

    `credit_multiplier` is the tier's rate in times of the platform's cheapest, null where the preset gives none.
    """

    id: str
    """The model's name, for `model` of a job."""
    object: str = "model"
    """What this is, as clients of OpenAI's API know it."""
    owned_by: str
    """The preset that names the model."""
    endpoint: str | None
    """The endpoint of the model's interface that its price is for; null: any."""
    tier: str
    """The platform's tier; null: none."""
    unit: str
    """What the tier counts."""
    credit_multiplier: int | None
    """The tier's rate in times of the platform's cheapest; null: the preset has none."""
    flat_credits: int
    """Credits for up to `included_units`."""
    included_units: int
    """Units that `flat_credits` pay for."""
    rate_credits: int
    """Credits for each `rate_units`, of all units, once `included_units` do not suffice."""
    rate_units: int
    """Units that `rate_credits` pay for."""


class ModelList(msgspec.Struct, frozen=True, kw_only=True):
    """The models."""

    object: str = "list"
    """What this is, as clients of OpenAI's API know it."""
    data: list[ModelView]
    """What was asked for."""


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """How often something happened, how many credits it moved, and what these are worth in base units."""

    count: int = 0
    """How often it happened."""
    credits: int = 0
    """Credits; each costs `base_units_per_credit`."""
    base_units: int = 0
    """Base units of the platform's mint: 10,000 of USDC's are one cent."""


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that was just made: `key` is shown here and never again."""

    id: str
    """The key's identifier, which is no secret."""
    name: str
    """A name for people."""
    wallet: str
    """Base58 address of the wallet."""
    namespace: str
    """The wallet's namespace, at most 16 bytes; empty is the default one."""
    credit_account: str
    """Base58 address of the credit account on chain."""
    scopes: list[str]
    """What the key may do."""
    project: str
    """What the key is for, a label for usage reports."""
    member: str
    """Whose key it is, a label for usage reports."""
    daily_budget: int | None
    """Most credits that jobs of this key may lock in a UTC day; null: any number."""
    monthly_budget: int | None
    """Most credits that jobs of this key may lock in a UTC month; null: any number."""
    created_at: int
    """When it was made, in Unix seconds."""
    expires_at: int | None
    """When it expires, in Unix seconds; null: never."""
    revoked_at: int | None
    """When it was revoked, in Unix seconds; null: it was not."""
    key: str
    """The API key, in full: it is shown here and never again."""


class NewWebhook(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook that was just made: `secret` verifies its messages (Standard Webhooks), and is shown only here."""

    id: str
    """Its identifier."""
    url: str
    """Where the messages go."""
    types: list[str]
    """Types of messages that are sent."""
    thresholds: list[int]
    """Balances in credits at which `credit.low` and `credit.recovered` are sent."""
    created_at: int
    """When it was made, in Unix seconds."""
    disabled_at: int | None
    """When its receiver answered 410 Gone, in Unix seconds: it is off since; null: it is on."""
    secret: str
    """What verifies the webhook's messages (Standard Webhooks); shown only here."""


class PackView(msgspec.Struct, frozen=True, kw_only=True):
    """A pack: `credits` are paid for with `price`, `bonus_credits` come on top.

    `pack` is the slot that a purchase names; `name` is the preset's, null where the preset has no such pack. `price` is
    in the platform's currency, `base_units` is the same in the smallest units of its mint. `affordable` is how many
    more of it the platform's promotion account can pay the bonus of, null: it has no bonus. One with 0 is refused.
    """

    object: str = "pack"
    """What this is, as clients of OpenAI's API know it."""
    pack: int
    """The pack's number, which a purchase names."""
    name: str | None
    """The preset's name of the pack; null: it has none."""
    text: str
    """What is bought, in words."""
    credits: int
    """Credits; each costs `base_units_per_credit`."""
    bonus_credits: int
    """Credits that the platform adds to what is paid for."""
    total: int
    """All credits of the pack, bonus included."""
    price: Decimal
    """What it costs, in `currency`: an exact decimal."""
    currency: str | None
    """What credits are bought with, by its symbol; null: nobody has named the mint."""
    base_units: int
    """Base units of the platform's mint: 10,000 of USDC's are one cent."""
    affordable: int | None
    """How many more of it the promotion can pay the bonus of; null: it has no bonus."""


class PackList(msgspec.Struct, frozen=True, kw_only=True):
    """The packs."""

    object: str = "list"
    """What this is, as clients of OpenAI's API know it."""
    data: list[PackView]
    """What was asked for."""


class PayingAccount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who pays. What else a wallet sends is ignored: the body is Solana Pay's, and may grow."""

    account: str
    """Base58 address of the wallet that pays."""


class PaymentLink(msgspec.Struct, frozen=True, kw_only=True):
    """How to buy so many credits, or a pack: a link to open or scan, or a plain transfer.

    `amount` is of the mint's own unit, exact, and `text` what a wallet shows. `reference` is on the transaction, which
    it finds once it has landed.
    `transfer_request` asks no server: it pays an account that is open, which has the credits once its deposits are
    synced. Some wallets refuse a recipient that no key has: they, and exchanges, send to `deposit_address` by hand.
    No plain transfer is tracked by `reference`: `/v1/pay/payments` says `waiting` whatever was transferred, so that
    nobody should pay both ways. It buys no pack either, and becomes credits without a bonus: `transfer_request` is null
    where there are `bonus_credits`.
    `note` says why wallets refuse `solana_pay`; null: they do not.
    """

    solana_pay: str
    """A Solana Pay link for wallets."""
    text: str
    """What is bought for what, in words."""
    transfer_request: str | None
    """A Solana Pay link of a plain transfer to an account that is open; nothing tracks it. Null: there is a bonus."""
    note: str | None
    """Why wallets refuse `solana_pay`; null: they do not."""
    amount: str
    """What is paid, in `currency`: an exact decimal in text."""
    currency: str | None
    """What credits are bought with, by its symbol; null: nobody has named the mint."""
    credits: int
    """Credits; each costs `base_units_per_credit`."""
    bonus_credits: int
    """Credits that the platform adds to what is paid for."""
    pack: int | None
    """The pack's number; null: credits alone."""
    recipient: str
    """Base58 address of the credit account that the payment goes to."""
    mint: str
    """Base58 address of the platform's token."""
    reference: str
    """Base58 address that is on the transaction, and finds it once it has landed."""
    deposit_address: str
    """Base58 address for a plain transfer of the platform's tokens."""
    qr_svg: str
    """URL of the link's QR code as SVG."""
    qr_png: str
    """URL of the link's QR code as PNG."""


class PaymentTransaction(msgspec.Struct, frozen=True, kw_only=True):
    """An unsigned transaction in base64, and what it does."""

    transaction: str
    """An unsigned transaction in base64."""
    message: str
    """What to show or to sign, as text."""


class PaymentView(msgspec.Struct, frozen=True, kw_only=True):
    """A payment by the reference of its link; `signature` is that of its transaction, null while it waits.

    Plain transfers are no payments of a link: they become credits once they are synced, and are in `/v1/top-ups`.
    """

    reference: str
    """Base58 address that is on the transaction, and finds it once it has landed."""
    state: str
    """`received` once the account has the credits."""
    signature: str | None
    """Base58 signature of its transaction; null: it waits."""


class PlatformView(msgspec.Struct, frozen=True, kw_only=True):
    """A platform as the chain has it. `suggested_limits` are the preset's for a new wallet, null: it has none.

    `currency` is the mint's name, null where neither everybody nor the preset has one for it; amounts of it are shown
    with `display_decimals` at least, and with more where they need them.

    `genesis_hash` is null until the server's node has said which chain it is of; `alert_credits` is the balance under
    which an interface warns.
    """

    name: str
    """The platform's name on chain."""
    platform: str
    """Base58 address of the platform on chain."""
    program: str
    """Base58 address of the program."""
    chain: str
    """The chain's name, as sign-in messages have it."""
    genesis_hash: str | None
    """Base58 hash of the chain's first block; null: not known yet."""
    mint: str
    """Base58 address of the platform's token."""
    currency: str | None
    """What credits are bought with, by its symbol; null: nobody has named the mint."""
    decimals: int
    """Decimals of the platform's mint."""
    display_decimals: int
    """Decimals that amounts are shown with at least; with more where they need them."""
    base_units_per_credit: int
    """What one credit costs, in base units of the platform's mint."""
    min_purchase: int
    """Fewest credits of a purchase."""
    promotion: str
    """Base58 address of the token account that pays bonuses; all ones: there is none."""
    is_paused: bool
    """Whether purchases and locks are stopped."""
    suggested_limits: LimitsView | None
    """Limits that the operator suggests to a new wallet; null: none."""
    alert_credits: int
    """The balance in credits under which an interface warns."""
    url: str
    """Where the server and its page are reached."""


class ProblemType(msgspec.Struct, frozen=True, kw_only=True):
    """A type of problem."""

    title: str
    """What type of problem it is, in a few words."""
    status: int
    """The HTTP status."""
    remedy: str
    """What to do about it."""


class PurchaseTerms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to buy. `pack` is a slot of `/v1/packs`, null: credits alone; `limits` are those of an account to open.

    `bonus_credits` comes with `pack`: what the buyer saw on top, or less is not bought.
    """

    credits: int
    """Credits to buy; of a pack, those that are paid for."""
    pack: int | None = None
    """The slot of the pack to buy; null: credits alone."""
    bonus_credits: int | None = None
    """The credits on top that the buyer saw, with `pack` only; a pack that gives less by now is refused."""
    limits: LimitsView | None = None
    """What the operator may lock without asking; null: none are given."""


class Queued(msgspec.Struct, frozen=True, kw_only=True):
    """A message that will be sent."""

    id: str
    """The message's identifier, the header `webhook-id` of what is sent."""


class QuoteRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a lock is to be priced for: `max_units` of a `tier` or of the tier of a `model`, or `components`.

    With `binding_seconds` the answer has an `id` that a job or request may be locked by, for so long.
    """

    model: str | None = None
    """The model's name; null: none was named."""
    endpoint: str | None = None
    """The endpoint of the model's interface that its price is for; null: any."""
    tier: str | None = None
    """The platform's tier; null: none."""
    max_units: int | None = None
    """Most units that the job may use: what the tier counts, such as tokens."""
    components: list[Component] | None = None
    """The job's resources, each priced by its tier; together they are its price."""
    binding_seconds: int | None = None
    """Seconds for which the price is to bind; null: it need not."""


class QuoteView(msgspec.Struct, frozen=True, kw_only=True):
    """The most that a job or request of these units costs: exactly what its lock takes.

    `price` is what `credits` cost in the platform's currency. `id` binds until `expires_at`, both null where nothing
    was to bind: it names the price in `quote` of a job or request of the same units, for the account that asked, or for
    any customer where the operator asked.
    """

    object: str = "quote"
    """What this is, as clients of OpenAI's API know it."""
    id: str | None
    """What `quote` of a job or request names; null: the quote does not bind."""
    expires_at: int | None
    """Until when it binds, by the chain's clock in Unix seconds; null: it does not."""
    model: str | None
    """The model's name; null: none was named."""
    tier: str | None
    """The platform's tier; null: none."""
    unit: str | None
    """What the tier counts; null: it is of components."""
    max_units: int | None
    """The units that were priced; null: it is of components."""
    components: list[PricedComponent]
    """The job's resources, each priced by its tier; together they are its price."""
    credits: int
    """Credits; each costs `base_units_per_credit`."""
    price: Decimal
    """What it costs, in `currency`: an exact decimal."""
    currency: str | None
    """What credits are bought with, by its symbol; null: nobody has named the mint."""
    base_units: int
    """Base units of the platform's mint: 10,000 of USDC's are one cent."""


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """The settlement on chain that commits to the receipts after `from_count` up to `count`, by their `root`."""

    from_count: int
    """Receipts that were settled before it."""
    count: int
    """Receipts that are settled after it, from the session's first on."""
    settled: int
    """Credits that were charged in all after it."""
    root: str
    """The root that commits to its receipts, 64 hexadecimal digits."""
    head: str
    """The session's head after it, 64 hexadecimal digits: it commits to all settlements so far."""
    signature: str | None
    """Base58 signature of the transaction."""


class ReceiptView(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt with its bytes, and the settlement that commits to it; null: none has yet."""

    id: str
    """The identifier of its request."""
    status: str
    """Whether its settlement is on chain; `lapsed`: it will never be."""
    receipt: Receipt
    """What it was charged; null: it was not settled."""
    receipt_bytes: str
    """The bytes that its leaf is the SHA-256 of, in hexadecimal digits."""
    receipt_signature: ReceiptSignature | None
    """The operator's signature of its bytes; null: it was not settled, or the operator signs no receipts."""
    settlement: Settlement | None
    """The settlement on chain that commits to it; null: there is none yet."""


class ReceiptPage(msgspec.Struct, frozen=True, kw_only=True):
    """Receipts, newest first; pass `next` as `cursor` for older ones, null where there are none.

    A page may have fewer than were asked for, and still a `next`.
    """

    receipts: list[ReceiptView]
    """Receipts, newest first."""
    next: str | None
    """The `cursor` of the next page; null: this is the last."""


class RequestPage(msgspec.Struct, frozen=True, kw_only=True):
    """Requests, newest first; pass `next` as `cursor` for older ones, null where there are none.

    A page may have fewer than were asked for, and still a `next`.
    """

    requests: list[RequestView]
    """Requests, newest first."""
    next: str | None
    """The `cursor` of the next page; null: this is the last."""


class RequestTerms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request to admit, charged to the account of `customer_key`.

    It is reserved at the price of `max_units` of a `tier`, or of the tier of a `model`. `seconds` is how long it may
    take: what has not been settled then is released by itself. `job_type` is a label for usage reports. With a
    `quote` of POST /v1/quote it is reserved at the price that was quoted, or refused.
    """

    customer_key: str
    """The API key that the customer sent, in full."""
    model: str | None = None
    """The model's name; null: none was named."""
    endpoint: str | None = None
    """The endpoint of the model's interface that its price is for; null: any."""
    tier: str | None = None
    """The platform's tier; null: none."""
    max_units: int
    """Most units that the request may use: what the tier counts, such as tokens."""
    seconds: int = 600
    """Seconds that the request may take: then it is released by itself."""
    job_type: str = ""
    """A label for usage reports."""
    quote: str | None = None
    """The `id` of a quote that binds: lock at its price, or not at all; null: at the price of now."""


class SentTransaction(msgspec.Struct, frozen=True, kw_only=True):
    """A transaction on its way."""

    signature: str
    """Base58 signature of the transaction."""


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """A lock on chain that requests are admitted within: `used` + `reserved` are never more than `credits`.

    `ending` is one that admits nothing any more and ends as soon as its running requests have. `charged` and
    `settled_receipts` are what the chain has.
    """

    id: str
    """Base58 address of the session's account on chain."""
    session_number: int
    """The session's number within its account."""
    status: str
    """Where the session is; `ending` ones admit nothing more."""
    credit_account: str
    """Base58 address of the credit account on chain."""
    credits: int
    """Credits that it locks."""
    used: int
    """Credits that its receipts cost together."""
    reserved: int
    """Credits that its running requests can cost at most."""
    running: int
    """How many requests run in it."""
    receipts: int
    """How many receipts it has."""
    settled_receipts: int
    """How many of its receipts are settled on chain."""
    charged: int
    """Credits that were charged on chain so far."""
    opened_at: int | None
    """When it was opened, by the chain's clock in Unix seconds; null: it is not open yet."""
    deadline: int | None
    """When what it still holds goes back at the latest, in Unix seconds; null: it is not open yet."""
    ended_at: int | None
    """When it ended, in Unix seconds; null: it has not ended."""
    open_signature: str | None
    """Base58 signature of the transaction that opened it; null: it is not known."""
    end_signature: str | None
    """Base58 signature of the transaction that ended it; null: it has not ended."""


class SessionPage(msgspec.Struct, frozen=True, kw_only=True):
    """Sessions, newest first; pass `next` as `cursor` for older ones, null where there are none."""

    sessions: list[SessionView]
    """Sessions, newest first."""
    next: str | None
    """The `cursor` of the next page; null: this is the last."""


class SettleRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a job has used so far: `units` of its tier, `components`, or `credits` of a quoted price.

    It is a running total: a figure that is not larger than the last one charges nothing. `final` ends the job. `proof`
    is 32 bytes as hexadecimal digits, such as a hash of the result, that the settlement keeps on chain.
    """

    units: int | None = None
    """Units: what the tier counts, such as tokens."""
    components: list[Component] | None = None
    """The job's resources, each priced by its tier; together they are its price."""
    credits: int | None = None
    """Credits of a quoted price that the job has used so far."""
    final: bool = True
    """Whether this ends the job; else more may be settled."""
    proof: str | None = None
    """32 bytes in hexadecimal digits that the settlement keeps on chain, such as a hash; null: none."""


class SettlementBatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Requests to settle, of any customers."""

    requests: list[BatchedUnits]
    """The requests to settle, with what each has used."""


class SignedTerms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The terms of a challenge, and its message's signature in base58."""

    wallet: str
    """Base58 address of the wallet."""
    namespace: str = ""
    """The wallet's namespace, at most 16 bytes; empty is the default one."""
    name: str
    """A name for people."""
    scopes: list[Scope] | None = None
    """What the key may do."""
    project: str = ""
    """What the key is for, a label for usage reports."""
    member: str = ""
    """Whose key it is, a label for usage reports."""
    daily_budget: int | None = None
    """Most credits that jobs of this key may lock in a UTC day; null: any number."""
    monthly_budget: int | None = None
    """Most credits that jobs of this key may lock in a UTC month; null: any number."""
    valid_seconds: int | None = None
    """Seconds for which the key is valid; null: until it is revoked."""
    nonce: str
    """The challenge's nonce, 64 hexadecimal digits."""
    issued_at: int
    """When the challenge was made, in Unix seconds."""
    signature: str
    """The wallet's signature of the challenge's message, in base58."""


class SignedTransaction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A transaction in base64 that the wallet has signed."""

    transaction: str
    """A transaction in base64 that the wallet has signed."""


class StatementMonth(msgspec.Struct, frozen=True, kw_only=True):
    """A month that an account has a statement of; `since` and `until` are unix seconds, `is_complete`: it is over."""

    month: str
    """The month in UTC, YYYY-MM."""
    since: int
    """The month's first second, in Unix seconds."""
    until: int
    """The next month's first second, in Unix seconds."""
    is_complete: bool
    """Whether the month is over."""


class StatementList(msgspec.Struct, frozen=True, kw_only=True):
    """The months of an account, each with its statement at /v1/statements/{month}."""

    statements: list[StatementMonth]
    """The months, newest first."""


class Topup(msgspec.Struct, frozen=True, kw_only=True):
    """Credits that came in: a `purchase`, `top-up`, `deposit` (a plain transfer that became credits) or `grant`.

    A top-up and a withdrawal turn deposits into credits on their way: those are deposits of their own.
    """

    cursor: str
    """The entry's place in the ledger, for a page's `cursor`."""
    kind: str
    """`purchase`, `top-up`, `deposit` or `grant`."""
    slot: int
    """The slot of its transaction."""
    at: int
    """When its block was made, in Unix seconds."""
    signature: str
    """Base58 signature of the transaction."""
    credits: int
    """Credits; each costs `base_units_per_credit`."""
    base_units: int
    """Base units of the platform's mint: 10,000 of USDC's are one cent."""
    bonus_credits: int
    """Credits that the platform adds to what is paid for."""
    paid_by: str | None
    """Base58 address of who paid for it; null: nobody is known."""
    expires_at: int | None
    """When it expires, in Unix seconds; null: never."""
    reason: str | None
    """What a grant is for; null: it is no grant."""


class Units(msgspec.Struct, frozen=True, kw_only=True):
    """Units of one kind, such as output tokens."""

    kind: str
    """The kind of unit."""
    amount: int
    """How many units of this kind."""


class UsageRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a usage report."""

    period_start: int | None
    """When the row's period begins, in Unix seconds; null: there is one period."""
    group: str | None
    """What the row is about, of the kind that `by` names first; null: it has none."""
    group_name: str | None
    """What people call the group, where that is another: a key's name; null: nothing else."""
    second_group: str | None
    """What the row is about, of the kind that `by` names second; null: it has none."""
    second_group_name: str | None
    """What people call the second group; null: nothing else."""
    jobs: int
    """Jobs and sessions that a settlement ended."""
    settlements: int
    """Settlements."""
    requests: int
    """Requests within sessions whose receipts settlements have reported."""
    credits: int
    """Credits that settlements on chain have charged."""
    paid_credits: int
    """Of the credits, those that had been paid for."""
    granted_credits: int
    """Of the credits, those that had been granted."""
    base_units: int
    """Base units of the platform's mint: 10,000 of USDC's are one cent."""
    unsettled_requests: int
    """Requests with a receipt that no settlement on chain has reported yet."""
    unsettled_credits: int
    """Credits of receipts that no settlement on chain has reported yet; not in `credits`."""
    units: list[Units]
    """Units that were charged, by kind."""


class StatementView(msgspec.Struct, frozen=True, kw_only=True):
    """One account's month, from the first day to the last, in UTC; it ties in credits and in base units.

    Base units are of the platform's currency, which has so many `decimals`; it is shown with `display_decimals` at
    least.
    """

    as_of_slot: int
    """The slot that the answer is right as of: nothing after it is counted."""
    commitment: str
    """How final that slot is."""
    credit_account: str
    """Base58 address of the credit account on chain."""
    platform: str
    """Base58 address of the platform on chain."""
    wallet: str
    """Base58 address of the wallet."""
    namespace: str
    """The wallet's namespace, at most 16 bytes; empty is the default one."""
    base_units_per_credit: int
    """What one credit costs, in base units of the platform's mint."""
    year: int
    """The year."""
    month: int
    """The month, 1 to 12."""
    since: int
    """The first second, in Unix seconds; null: from the beginning."""
    until: int
    """The first second after it, in Unix seconds; null: as of now."""
    is_complete: bool
    """Whether the month is over and all of it is known."""
    opening: Held
    """What the account held at the beginning of the month."""
    closing: Held
    """What the account held at the month's end."""
    purchases: Movement
    """Credits that were bought."""
    bonuses: Movement
    """Credits that came on top of purchases."""
    deposits: Movement
    """Credits that plain transfers became."""
    grants: Movement
    """Credits that were granted."""
    charges: Movement
    """Credits that jobs and sessions were charged."""
    expiries: Movement
    """Granted credits that expired."""
    withdrawals: Movement
    """Credits that were paid out."""
    forfeits: Movement
    """Granted credits that ended with the account."""
    locks: Movement
    """Credits that jobs and sessions locked."""
    releases: Movement
    """Locked credits that settlements gave back."""
    refunds: Movement
    """Credits that went back whole."""
    withdrawn_surplus_base_units: int
    """What withdrawals took along that never was a credit, in base units."""
    charged_promotion_base_units: int
    """What the promotion had paid of what was charged, in base units."""
    withdrawn_promotion_base_units: int
    """What withdrawals gave back to the promotion, in base units."""
    topups: list[Topup]
    """Each purchase, bonus, deposit and grant of the month."""
    usage: list[UsageRow]
    """What the charges were for, by model and component; its credits are those of `charges`."""
    currency: str | None
    """What credits are bought with, by its symbol; null: nobody has named the mint."""
    decimals: int
    """Decimals of the platform's mint."""
    display_decimals: int
    """Decimals that amounts are shown with at least; with more where they need them."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A platform as of one moment. `earned` is what settlements of this month, in UTC, have paid out."""

    as_of_slot: int
    """The slot that the answer is right as of: nothing after it is counted."""
    commitment: str
    """How final that slot is."""
    platform: str
    """Base58 address of the platform on chain."""
    liability: Liability
    """What the platform owes to its customers, by kind."""
    earned: Earned
    """What this month's settlements have paid out, in UTC."""
    forecast: Forecast
    """What will be used if days go on like those of the last weeks."""


class TopUpView(msgspec.Struct, frozen=True, kw_only=True):
    """Credits that came in. `price` is what they are worth in the platform's currency, the bonus of a pack left out.

    `kind` is `purchase`, `top-up` (bought by the rule), `deposit` (a plain transfer) or `grant`, which alone has a
    `reason`, and an end where its credits have one.
    """

    kind: str
    """`purchase`, `top-up`, `deposit` or `grant`."""
    at: int
    """When its block was made, in Unix seconds."""
    slot: int
    """The slot of its transaction."""
    signature: str
    """Base58 signature of the transaction."""
    credits: int
    """Credits; each costs `base_units_per_credit`."""
    bonus_credits: int
    """Credits that the platform adds to what is paid for."""
    price: Decimal
    """What it costs, in `currency`: an exact decimal."""
    currency: str | None
    """What credits are bought with, by its symbol; null: nobody has named the mint."""
    base_units: int
    """Base units of the platform's mint: 10,000 of USDC's are one cent."""
    paid_by: str | None
    """Base58 address of who paid for it; null: nobody is known."""
    expires_at: int | None
    """When it expires, in Unix seconds; null: never."""
    reason: str | None
    """What a grant is for; null: it is no grant."""


class TopUpPage(msgspec.Struct, frozen=True, kw_only=True):
    """What came in, newest first; pass `next_cursor` as `cursor` for what was before, null where there is none."""

    top_ups: list[TopUpView]
    """What came in, newest first."""
    next_cursor: str | None
    """The `cursor` of the next page; null: this is the last."""
    as_of_slot: int
    """The slot that the answer is right as of: nothing after it is counted."""
    commitment: str
    """How final that slot is."""


class TopUpRuleView(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that the wallet has signed: while fewer than `threshold` credits are left, anybody may buy for it.

    `threshold` null: however many are left. One top-up buys `credits`, with at least `bonus_credits` on top where it
    names a pack, for `price`; at most `cap` leaves the wallet in a period, of which `spent` has. All three are in the
    platform's currency, as is `allowance`: what the wallet's token account still lets be spent. `held_up_by` says why
    nothing is bought now, null: it is due. A rule that a withdrawal has ended buys nothing until it is set again.
    """

    state: str
    """`ended`: a withdrawal has ended it."""
    threshold: int | None
    """Buys while fewer credits than this are left; null: however many are."""
    left: int
    """Credits that are left, locked ones and deposits among them."""
    credits: int
    """Credits; each costs `base_units_per_credit`."""
    bonus_credits: int
    """Credits that the platform adds to what is paid for."""
    pack: int | None
    """The pack's number; null: credits alone."""
    price: Decimal
    """What it costs, in `currency`: an exact decimal."""
    cap: Decimal
    """The most that top-ups may cost in a period, in `currency`: an exact decimal."""
    spent: Decimal
    """What top-ups have cost in this period, in `currency`: an exact decimal."""
    allowance: Decimal
    """What the wallet still lets be spent from its token account: an exact decimal."""
    currency: str | None
    """What credits are bought with, by its symbol; null: nobody has named the mint."""
    period_seconds: int
    """The length of a period of the limits, in seconds."""
    expires_at: int | None
    """When it expires, in Unix seconds; null: never."""
    source: str
    """Base58 address of the wallet's token account that pays."""
    held_up_by: str | None
    """Why nothing is bought now; null: it is due."""


class TopUpRuleAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The account's rule; null: it has none."""

    rule: TopUpRuleView | None
    """The rule; null: there is none."""


class TransactionRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a wallet shows before it asks for the transaction."""

    label: str
    """Who asks for the payment."""
    icon: str
    """URL of an image that the wallet shows."""


class TransactionView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a transaction: `slot` and `commitment` of one that landed, `detail` says why it failed."""

    signature: str
    """Base58 signature of the transaction."""
    state: str
    """`pending` may land yet, `landed` did what it says, `failed` and `expired` did nothing."""
    slot: int | None
    """The slot that it landed in; null: it has not landed."""
    commitment: str | None
    """How final it is; null: it has not landed."""
    detail: str | None
    """Why it failed, in a sentence; null: it did not."""


class UnitsUsed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a request has used in the end.

    Hashes of request and response, 64 hexadecimal digits, go into its receipt.
    """

    units: int
    """Units: what the tier counts, such as tokens."""
    request_hash: str | None = None
    """SHA-256 of the request, 64 hexadecimal digits; null: the provider gives none."""
    response_hash: str | None = None
    """SHA-256 of the response, 64 hexadecimal digits; null: the provider gives none."""


class UnsignedTransaction(msgspec.Struct, frozen=True, kw_only=True):
    """A transaction in base64 for the wallet to sign; it can land up to `last_valid_block_height`."""

    transaction: str
    """An unsigned transaction in base64."""
    last_valid_block_height: int
    """The last block height at which the transaction can land."""


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """Usage by period and dimensions, in this order; `total` is that of all rows."""

    as_of_slot: int
    """The slot that the answer is right as of: nothing after it is counted."""
    commitment: str
    """How final that slot is."""
    since: int | None
    """The first second, in Unix seconds; null: from the beginning."""
    until: int | None
    """The first second after it, in Unix seconds; null: as of now."""
    period: str | None
    """The length of the rows' periods; null: one period."""
    by: list[str]
    """What the rows are grouped by, beside their period."""
    rows: list[UsageRow]
    """The rows, by period and group."""
    total: UsageRow
    """The sum of all rows."""


class WalletLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator may lock by the account's limits; null where the account is not open."""

    limits: LimitsView | None
    """What the operator may lock without asking; null: none are given."""


class WebhookView(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook; `disabled_at`: its receiver answered 410 Gone."""

    id: str
    """Its identifier."""
    url: str
    """Where the messages go."""
    types: list[str]
    """Types of messages that are sent."""
    thresholds: list[int]
    """Balances in credits at which `credit.low` and `credit.recovered` are sent."""
    created_at: int
    """When it was made, in Unix seconds."""
    disabled_at: int | None
    """When its receiver answered 410 Gone, in Unix seconds: it is off since; null: it is on."""


class WebhookList(msgspec.Struct, frozen=True, kw_only=True):
    """The account's webhooks."""

    webhooks: list[WebhookView]
    """The account's webhooks."""


class WebhookRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where to send what. `thresholds` are credits for `credit.low` and `credit.recovered`, several of them."""

    url: str
    """Where the messages go."""
    types: list[Type] | None = None
    """Types of messages that are sent."""
    thresholds: list[int] | None = None
    """Balances in credits at which `credit.low` and `credit.recovered` are sent."""


class WithdrawalTerms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many credits to pay out, null: all that can be."""

    credits: int | None = None
    """Credits to pay out; null: all that can be."""
