// Generated from docs/openapi.json by scripts/generate-api-client; do not edit.
/** What requests and answers are made of. */

/** A whole number that a request is given. A number from 2^53 on is refused: give a bigint. */
export type Whole = bigint | number;

/** An exact decimal in digits, such as 13.7: JavaScript has no number for it. */
export type Decimal = string;

/**
 * What a credit account holds.
 *
 * `credits_remaining` can be spent now: paid credits, and granted ones that have not expired, exact to the request:
 * also what the server's sessions have locked and not reserved, which is free on chain once they end (DELETE
 * /v1/sessions). `usdc_value` is the worth of what is not locked, rounded down to a cent: of paid credits, what
 * withdrawing them would pay. `promotion_usdc` is what the
 * platform's promotion has paid of the paid credits, locked ones too: it is spent with them and never withdrawn.
 * `withdrawable_usdc` can be paid out: paid credits, and transfers that are no credits
 * yet, exact; null until the vault was seen. `burn_rate` is credits per day over the last seven days, `days_left` how
 * long the remaining ones last at it, null where nothing was used. `credits_locked` and `open_jobs` count
 * sessions, too. Nothing after `as_of_slot` is in it.
 */
export interface AccountView {
  /** Base58 address of the wallet. */
  readonly wallet: string;
  /** Credits that can be spent now: paid ones, granted ones that have not expired, and what sessions have free. */
  readonly credits_remaining: bigint;
  /** What the credits that are not locked are worth in USDC, rounded down to a cent. */
  readonly usdc_value: Decimal;
  /** When credits were last added, in RFC 3339; null: never. */
  readonly last_topup_at: string | null;
  /** Paid credits that can be withdrawn now. */
  readonly withdrawable_credits: bigint;
  /** USDC that can be withdrawn now: an exact decimal; null: not known yet. */
  readonly withdrawable_usdc: Decimal | null;
  /** What the promotion has paid of the paid credits, in USDC: an exact decimal. */
  readonly promotion_usdc: Decimal;
  /** Granted credits that can be spent and have not expired; they cannot be withdrawn. */
  readonly credits_granted: bigint;
  /** Granted credits that can be spent, the first to expire first. */
  readonly grants: ReadonlyArray<GrantView>;
  /** Credits that are locked in open jobs and sessions. */
  readonly credits_locked: bigint;
  /** Jobs and sessions that are open. */
  readonly open_jobs: bigint;
  /** The wallet's namespace, at most 16 bytes; empty is the default one. */
  readonly namespace: string;
  /** Base58 address of the credit account on chain. */
  readonly credit_account: string;
  /** Base58 address of the platform on chain. */
  readonly platform: string;
  /** The same wallet's other namespaces on this platform. */
  readonly namespaces: ReadonlyArray<NamespaceBalance>;
  /** Credits used a day, over the last seven days: an exact decimal. */
  readonly burn_rate: Decimal;
  /** Days for which the remaining credits last at `burn_rate`; null: nothing was used. */
  readonly days_left: Decimal | null;
  /** The slot that the answer is right as of: nothing after it is counted. */
  readonly as_of_slot: bigint;
  /** How final that slot is. */
  readonly commitment: string;
}

/** Requests to admit, of any customers. */
export interface AdmissionBatch {
  /** The requests to admit. */
  readonly requests: ReadonlyArray<BatchedTerms>;
}

/** What became of one request: it as it is now, or the problem that it would have been answered with alone. */
export interface BatchResult {
  /** The request as it is now; null: it was refused. */
  readonly request: RequestView | null;
  /** Why it was refused; null: it was not. */
  readonly problem: Problem | null;
}

/** What became of each request, in the order in which they were asked for. */
export interface BatchResults {
  /** What became of each request, in the order in which they were asked for. */
  readonly results: ReadonlyArray<BatchResult>;
}

/** A request to admit, with the Idempotency-Key that it would have alone. */
export interface BatchedTerms {
  /** The API key that the customer sent, in full. */
  readonly customer_key: string;
  /** The model's name; null: none was named. */
  readonly model?: string | null | undefined;
  /** The endpoint of the model's interface that its price is for; null: any. */
  readonly endpoint?: string | null | undefined;
  /** The platform's tier; null: none. */
  readonly tier?: string | null | undefined;
  /** Most units that the job may use: what the tier counts, such as tokens. */
  readonly max_units: Whole;
  /** Seconds that the job may take: then all that was not settled goes back. Left out: 600. */
  readonly seconds?: Whole | undefined;
  /** A label for usage reports. */
  readonly job_type?: string | undefined;
  /** The Idempotency-Key that the request would have alone. */
  readonly idempotency_key: string;
}

/** A request to settle, with what it has used in the end. */
export interface BatchedUnits {
  /** Units: what the tier counts, such as tokens. */
  readonly units: Whole;
  /** SHA-256 of the request, 64 hexadecimal digits; null: the provider gives none. */
  readonly request_hash?: string | null | undefined;
  /** SHA-256 of the response, 64 hexadecimal digits; null: the provider gives none. */
  readonly response_hash?: string | null | undefined;
  /** The request's identifier. */
  readonly id: string;
}

/** A message to sign, as the bytes of its UTF-8; times are unix seconds. */
export interface Challenge {
  /** What to show or to sign, as text. */
  readonly message: string;
  /** The challenge's nonce, 64 hexadecimal digits. */
  readonly nonce: string;
  /** When the challenge was made, in Unix seconds. */
  readonly issued_at: bigint;
  /** When it expires, in Unix seconds; null: never. */
  readonly expires_at: bigint;
}

/** One resource of a job: units of a tier, as the platform names it. */
export interface Component {
  /** The platform's tier; null: none. */
  readonly tier: string;
  /** Units of the tier: what it counts, such as tokens. */
  readonly units: Whole;
}

/** Deliveries, newest first; pass `next` as `cursor` for older ones. */
export interface DeliveryPage {
  /** Messages, newest first. */
  readonly deliveries: ReadonlyArray<DeliveryView>;
  /** The `cursor` of the next page; null: this is the last. */
  readonly next: string | null;
}

/** A message and what became of it. `next_at` is when it is sent again, null once it has ended. */
export interface DeliveryView {
  /** The message's identifier, the header `webhook-id` of what is sent. */
  readonly id: string;
  /** The message's type. */
  readonly type: string;
  /** Where the message is; `dead` ones can be replayed. */
  readonly status: string;
  /** How often it was sent. */
  readonly attempts: bigint;
  /** When it is sent again, in Unix seconds; null: it has ended. */
  readonly next_at: bigint | null;
  /** HTTP status of the last attempt; null: there was no answer. */
  readonly last_status: bigint | null;
  /** Why the last attempt failed; null: it did not. */
  readonly last_error: string | null;
  /** When it was made, in Unix seconds. */
  readonly created_at: bigint;
  /** When it ended, in Unix seconds; null: it has not ended. */
  readonly ended_at: bigint | null;
}

/**
 * One entry. Amounts are credits unless they say base units; null where the kind has none.
 *
 * `change_available` and `change_locked` are what it did to the balance, the other four what it left. `credits` is
 * the amount that it is about: bought, granted, locked, charged, given back, withdrawn, expired. `units` are those
 * that a lock covers, or that a settlement reports of its job so far. `bonus_credits` came on top of a purchase;
 * `promotion_base_units` are what the platform's promotion paid for them, or had paid of what was charged or
 * withdrawn.
 */
export interface Entry {
  /** The entry's place in the ledger, for a page's `cursor`. */
  readonly cursor: string;
  /** What happened: `purchase`, `lock`, `settlement`, `session lock` and others. */
  readonly kind: string;
  /** The slot of its transaction. */
  readonly slot: bigint;
  /** When its block was made, in Unix seconds. */
  readonly at: bigint;
  /** Base58 signature of the transaction. */
  readonly signature: string;
  /** Base58 address of who signed it. */
  readonly authority: string;
  /** Base58 address of the other side, such as of a payout; null: there is none. */
  readonly counterparty: string | null;
  /** The job's number within its account; null: it is of no job. */
  readonly job_id: bigint | null;
  /** The session's number within its account; null: it is of no session. */
  readonly session_id: bigint | null;
  /** The platform's tier; null: none. */
  readonly tier: string | null;
  /** Units: what the tier counts, such as tokens. */
  readonly units: bigint | null;
  /** Credits that it is about: bought, granted, locked, charged, given back; null: none. */
  readonly credits: bigint | null;
  /** Base units of the platform's mint: 10,000 of USDC's are one cent. */
  readonly base_units: bigint | null;
  /** Credits that the platform adds to what is paid for. */
  readonly bonus_credits: bigint | null;
  /** What the promotion has paid of it, in base units; null: nothing. */
  readonly promotion_base_units: bigint | null;
  /** A job's or session's deadline, or a lot's expiry, in Unix seconds; null: none. */
  readonly expires_at: bigint | null;
  /** What a grant is for; null: it is no grant. */
  readonly reason: string | null;
  /** 32 bytes in hexadecimal digits that the settlement keeps on chain, such as a hash; null: none. */
  readonly proof: string | null;
  /** By how many credits it changed what can be spent. */
  readonly change_available: bigint;
  /** By how many credits it changed what is locked. */
  readonly change_locked: bigint;
  /** Credits that could be spent after it, paid and granted. */
  readonly available: bigint;
  /** Credits that were locked in open jobs and sessions after it. */
  readonly locked: bigint;
  /** Paid credits that could be spent; they can be withdrawn. */
  readonly paid_available: bigint;
  /** Paid credits that were locked in open jobs and sessions. */
  readonly paid_locked: bigint;
  /** Granted credits that could be spent. */
  readonly granted_available: bigint;
  /** Granted credits that were locked in open jobs and sessions. */
  readonly granted_locked: bigint;
}

/** Granted credits that expire together; `expires_at` null: never. */
export interface GrantView {
  /** Granted credits that can be spent. */
  readonly credits: bigint;
  /** When they expire, in Unix seconds; null: never. */
  readonly expires_at: bigint | null;
}

/** The server can do its work. */
export interface Health {
  /** Always `ok`: else the answer is a problem. */
  readonly status: string;
  /** The server's version. */
  readonly version: string;
  /** Each part of the server; null: the problem is not about them. */
  readonly parts: ReadonlyArray<Part>;
}

/** Credits of an account; locked ones are in open jobs and sessions. */
export interface Held {
  /** Paid credits that could be spent; they can be withdrawn. */
  readonly paid_available: bigint;
  /** Paid credits that were locked in open jobs and sessions. */
  readonly paid_locked: bigint;
  /** Granted credits that could be spent. */
  readonly granted_available: bigint;
  /** Granted credits that were locked in open jobs and sessions. */
  readonly granted_locked: bigint;
  /** What the promotion has paid of the paid credits, in base units. */
  readonly promotion_backing: bigint;
}

/** Jobs, newest first; pass `next` as `cursor` for older ones, null where there are none. */
export interface JobPage {
  /** Jobs, newest first. */
  readonly jobs: ReadonlyArray<JobView>;
  /** The `cursor` of the next page; null: this is the last. */
  readonly next: string | null;
}

/**
 * A job. `credits` were locked, `charged` of them spent so far; times are unix seconds.
 *
 * `id` is the address of the job's account on chain. `status` is `locking` only while nobody knows yet whether the
 * lock landed. `components` is the breakdown that it was locked with, or settled with once it is.
 */
export interface JobView {
  /** Base58 address of the job's account on chain. */
  readonly id: string;
  /** The job's number within its account. */
  readonly job_number: bigint;
  /** Where the job is; `locking` only while nobody knows whether the lock landed. */
  readonly status: string;
  /** Base58 address of the credit account on chain. */
  readonly credit_account: string;
  /** The API key's identifier, which is no secret. */
  readonly key_id: string;
  /** The model's name; null: none was named. */
  readonly model: string | null;
  /** The platform's tier; null: none. */
  readonly tier: string | null;
  /** A label for usage reports. */
  readonly job_type: string;
  /** Most units that the job may use: what the tier counts, such as tokens. */
  readonly max_units: bigint | null;
  /** Credits that were locked for it. */
  readonly credits: bigint;
  /** Credits that were charged so far. */
  readonly charged: bigint;
  /** The job's resources, each priced by its tier; together they are its price. */
  readonly components: ReadonlyArray<PricedComponent>;
  /** When it was made, in Unix seconds. */
  readonly created_at: bigint;
  /** When all that was not settled goes back, in Unix seconds; null: it was never locked. */
  readonly deadline: bigint | null;
  /** When it ended, in Unix seconds; null: it has not ended. */
  readonly ended_at: bigint | null;
  /** Base58 signature of the transaction that locked it; null: it is not known yet. */
  readonly lock_signature: string | null;
  /** Base58 signature of the transaction that ended it; null: it has not ended. */
  readonly end_signature: string | null;
}

/** Keys of the asking key's account, oldest first; pass `next` as `cursor` for newer ones, null: there are none. */
export interface KeyPage {
  /** API keys, oldest first. */
  readonly keys: ReadonlyArray<KeyView>;
  /** The `cursor` of the next page; null: this is the last. */
  readonly next: string | null;
}

/**
 * What a key is to be. Budgets are credits that jobs may be locked for in a UTC day or month, null: no budget.
 *
 * `namespace` is text of at most 16 bytes; `valid_seconds` null: until it is revoked.
 */
export interface KeyTerms {
  /** Base58 address of the wallet. */
  readonly wallet: string;
  /** The wallet's namespace, at most 16 bytes; empty is the default one. */
  readonly namespace?: string | undefined;
  /** A name for people. */
  readonly name: string;
  /** What the key may do. */
  readonly scopes?: ReadonlyArray<Scope> | undefined;
  /** What the key is for, a label for usage reports. */
  readonly project?: string | undefined;
  /** Whose key it is, a label for usage reports. */
  readonly member?: string | undefined;
  /** Most credits that jobs of this key may lock in a UTC day; null: any number. */
  readonly daily_budget?: Whole | null | undefined;
  /** Most credits that jobs of this key may lock in a UTC month; null: any number. */
  readonly monthly_budget?: Whole | null | undefined;
  /** Seconds for which the key is valid; null: until it is revoked. */
  readonly valid_seconds?: Whole | null | undefined;
}

/** An API key without its secret; times are unix seconds, budgets credits. */
export interface KeyView {
  /** The key's identifier, which is no secret. */
  readonly id: string;
  /** A name for people. */
  readonly name: string;
  /** Base58 address of the wallet. */
  readonly wallet: string;
  /** The wallet's namespace, at most 16 bytes; empty is the default one. */
  readonly namespace: string;
  /** Base58 address of the credit account on chain. */
  readonly credit_account: string;
  /** What the key may do. */
  readonly scopes: ReadonlyArray<string>;
  /** What the key is for, a label for usage reports. */
  readonly project: string;
  /** Whose key it is, a label for usage reports. */
  readonly member: string;
  /** Most credits that jobs of this key may lock in a UTC day; null: any number. */
  readonly daily_budget: bigint | null;
  /** Most credits that jobs of this key may lock in a UTC month; null: any number. */
  readonly monthly_budget: bigint | null;
  /** When it was made, in Unix seconds. */
  readonly created_at: bigint;
  /** When it expires, in Unix seconds; null: never. */
  readonly expires_at: bigint | null;
  /** When it was revoked, in Unix seconds; null: it was not. */
  readonly revoked_at: bigint | null;
}

/** Some entries of an account's ledger; `next_cursor` asks for those that follow, null: there are none. */
export interface LedgerPage {
  /** The slot that the answer is right as of: nothing after it is counted. */
  readonly as_of_slot: bigint;
  /** How final that slot is. */
  readonly commitment: string;
  /** Base58 address of the credit account on chain. */
  readonly credit_account: string;
  /** Entries, newest first. */
  readonly entries: ReadonlyArray<Entry>;
  /** The `cursor` of the next page; null: this is the last. */
  readonly next_cursor: string | null;
}

/** What the operator may lock without asking, in credits; the period in seconds. All zeros: nothing. */
export interface LimitsView {
  /** Most credits that one lock of the operator may hold. */
  readonly credits_per_job: Whole;
  /** Most credits that one session of the operator may hold; 0: no sessions. */
  readonly credits_per_session: Whole;
  /** Most credits that the operator may lock within a period. */
  readonly credits_per_period: Whole;
  /** The length of a period of the limits, in seconds. */
  readonly period_seconds: Whole;
  /** Whether the operator may lock jobs whose price it names itself. */
  readonly quoted_allowed: boolean;
}

/** The process answers. */
export interface Live {
  /** Always `ok`. */
  readonly status: string;
  /** The server's version. */
  readonly version: string;
}

/**
 * A job to lock, charged to the account of `customer_key`.
 *
 * Its price is one of: `max_units` of a `tier`, or of the tier of a `model`; `components`, each priced by its tier and
 * locked as their sum; or `credits`, quoted by the provider. `seconds` is how long it may take: after that everything
 * that was not settled goes back. `job_type` is a label for usage reports.
 */
export interface LockRequest {
  /** The API key that the customer sent, in full. */
  readonly customer_key: string;
  /** The model's name; null: none was named. */
  readonly model?: string | null | undefined;
  /** The endpoint of the model's interface that its price is for; null: any. */
  readonly endpoint?: string | null | undefined;
  /** The platform's tier; null: none. */
  readonly tier?: string | null | undefined;
  /** Most units that the job may use: what the tier counts, such as tokens. */
  readonly max_units?: Whole | null | undefined;
  /** The job's resources, each priced by its tier; together they are its price. */
  readonly components?: ReadonlyArray<Component> | null | undefined;
  /** A price in credits that the provider quotes, in place of units. */
  readonly credits?: Whole | null | undefined;
  /** Refuse a price above so many credits; null: take it as it is. */
  readonly max_credits?: Whole | null | undefined;
  /** Seconds that the job may take: then all that was not settled goes back. Left out: 600. */
  readonly seconds?: Whole | undefined;
  /** A label for usage reports. */
  readonly job_type?: string | undefined;
}

/** The models. */
export interface ModelList {
  /** What this is, as clients of OpenAI's API know it. */
  readonly object: string;
  /** What was asked for. */
  readonly data: ReadonlyArray<ModelView>;
}

/**
 * A model and its price: `flat_credits` up to `included_units`, above that the rate for all units.
 *
 * `credit_multiplier` is the tier's rate in times of the platform's cheapest, null where the preset gives none.
 */
export interface ModelView {
  /** The model's name, for `model` of a job. */
  readonly id: string;
  /** What this is, as clients of OpenAI's API know it. */
  readonly object: string;
  /** The preset that names the model. */
  readonly owned_by: string;
  /** The endpoint of the model's interface that its price is for; null: any. */
  readonly endpoint: string | null;
  /** The platform's tier; null: none. */
  readonly tier: string;
  /** What the tier counts. */
  readonly unit: string;
  /** The tier's rate in times of the platform's cheapest; null: the preset has none. */
  readonly credit_multiplier: bigint | null;
  /** Credits for up to `included_units`. */
  readonly flat_credits: bigint;
  /** Units that `flat_credits` pay for. */
  readonly included_units: bigint;
  /** Credits for each `rate_units`, of all units, once `included_units` do not suffice. */
  readonly rate_credits: bigint;
  /** Units that `rate_credits` pay for. */
  readonly rate_units: bigint;
}

/** How often something happened, how many credits it moved, and what these are worth in base units. */
export interface Movement {
  /** How often it happened. */
  readonly count: bigint;
  /** Credits; each costs `base_units_per_credit`. */
  readonly credits: bigint;
  /** Base units of the platform's mint: 10,000 of USDC's are one cent. */
  readonly base_units: bigint;
}

/** Another namespace of the same wallet. */
export interface NamespaceBalance {
  /** The wallet's namespace, at most 16 bytes; empty is the default one. */
  readonly namespace: string;
  /** Base58 address of the credit account on chain. */
  readonly credit_account: string;
  /** Credits that can be spent now: paid ones, granted ones that have not expired, and what sessions have free. */
  readonly credits_remaining: bigint;
  /** Credits that are locked in open jobs and sessions. */
  readonly credits_locked: bigint;
}

/** A key that was just made: `key` is shown here and never again. */
export interface NewKey {
  /** The key's identifier, which is no secret. */
  readonly id: string;
  /** A name for people. */
  readonly name: string;
  /** Base58 address of the wallet. */
  readonly wallet: string;
  /** The wallet's namespace, at most 16 bytes; empty is the default one. */
  readonly namespace: string;
  /** Base58 address of the credit account on chain. */
  readonly credit_account: string;
  /** What the key may do. */
  readonly scopes: ReadonlyArray<string>;
  /** What the key is for, a label for usage reports. */
  readonly project: string;
  /** Whose key it is, a label for usage reports. */
  readonly member: string;
  /** Most credits that jobs of this key may lock in a UTC day; null: any number. */
  readonly daily_budget: bigint | null;
  /** Most credits that jobs of this key may lock in a UTC month; null: any number. */
  readonly monthly_budget: bigint | null;
  /** When it was made, in Unix seconds. */
  readonly created_at: bigint;
  /** When it expires, in Unix seconds; null: never. */
  readonly expires_at: bigint | null;
  /** When it was revoked, in Unix seconds; null: it was not. */
  readonly revoked_at: bigint | null;
  /** The API key, in full: it is shown here and never again. */
  readonly key: string;
}

/** A webhook that was just made: `secret` verifies its messages (Standard Webhooks), and is shown only here. */
export interface NewWebhook {
  /** Its identifier. */
  readonly id: string;
  /** Where the messages go. */
  readonly url: string;
  /** Types of messages that are sent. */
  readonly types: ReadonlyArray<string>;
  /** Balances in credits at which `credit.low` and `credit.recovered` are sent. */
  readonly thresholds: ReadonlyArray<bigint>;
  /** When it was made, in Unix seconds. */
  readonly created_at: bigint;
  /** When its receiver answered 410 Gone, in Unix seconds: it is off since; null: it is on. */
  readonly disabled_at: bigint | null;
  /** What verifies the webhook's messages (Standard Webhooks); shown only here. */
  readonly secret: string;
}

/** The packs. */
export interface PackList {
  /** What this is, as clients of OpenAI's API know it. */
  readonly object: string;
  /** What was asked for. */
  readonly data: ReadonlyArray<PackView>;
}

/**
 * A pack: `credits` are paid for with `base_units` of the platform's mint, `bonus_credits` come on top.
 *
 * `pack` is the slot that a purchase names; `name` is the preset's, null where the preset has no such pack.
 */
export interface PackView {
  /** What this is, as clients of OpenAI's API know it. */
  readonly object: string;
  /** The pack's number, which a purchase names. */
  readonly pack: bigint;
  /** The preset's name of the pack; null: it has none. */
  readonly name: string | null;
  /** Credits; each costs `base_units_per_credit`. */
  readonly credits: bigint;
  /** Credits that the platform adds to what is paid for. */
  readonly bonus_credits: bigint;
  /** All credits of the pack, bonus included. */
  readonly total: bigint;
  /** Base units of the platform's mint: 10,000 of USDC's are one cent. */
  readonly base_units: bigint;
}

/** One thing that the server needs. `remedy` says what to do where it is not `ok`; `values` are its figures. */
export interface Part {
  /** Which part of the server. */
  readonly name: string;
  /** Whether it works. */
  readonly ok: boolean;
  /** How it is, in a sentence. */
  readonly detail: string;
  /** What to do about it; empty while it works. */
  readonly remedy: string;
  /** Figures by name. */
  readonly values: Readonly<Record<string, bigint>>;
}

/** Who pays. What else a wallet sends is ignored: the body is Solana Pay's, and may grow. */
export interface PayingAccount {
  /** Base58 address of the wallet that pays. */
  readonly account: string;
}

/**
 * How to buy so many credits: a link to open or scan, or a plain transfer.
 *
 * `amount` is in tokens of `mint`, exact. `reference` is on the transaction, which it finds once it has landed.
 * `transfer_request` asks no server: it pays an account that is open, which has the credits once its deposits are
 * synced. Some wallets refuse a recipient that no key has: they, and exchanges, send to `deposit_address` by hand.
 * `note` says why wallets refuse `solana_pay`; null: they do not.
 */
export interface PaymentLink {
  /** A Solana Pay link for wallets. */
  readonly solana_pay: string;
  /** A Solana Pay link of a plain transfer, for an account that is open; no server is asked. */
  readonly transfer_request: string;
  /** Why wallets refuse `solana_pay`; null: they do not. */
  readonly note: string | null;
  /** Tokens of `mint`, as an exact decimal in text. */
  readonly amount: string;
  /** Credits; each costs `base_units_per_credit`. */
  readonly credits: bigint;
  /** Base58 address of the credit account that the payment goes to. */
  readonly recipient: string;
  /** Base58 address of the platform's token. */
  readonly mint: string;
  /** Base58 address that is on the transaction, and finds it once it has landed. */
  readonly reference: string;
  /** Base58 address for a plain transfer of the platform's tokens. */
  readonly deposit_address: string;
  /** URL of the link's QR code as SVG. */
  readonly qr_svg: string;
  /** URL of the link's QR code as PNG. */
  readonly qr_png: string;
}

/** Where a payment is. */
export type PaymentState = "received" | "waiting";

/** An unsigned transaction in base64, and what it does. */
export interface PaymentTransaction {
  /** An unsigned transaction in base64. */
  readonly transaction: string;
  /** What to show or to sign, as text. */
  readonly message: string;
}

/** A payment by the reference of its link; `signature` is that of its transaction, null while it waits. */
export interface PaymentView {
  /** Base58 address that is on the transaction, and finds it once it has landed. */
  readonly reference: string;
  /** `received` once the account has the credits. */
  readonly state: string;
  /** Base58 signature of its transaction; null: it waits. */
  readonly signature: string | null;
}

/**
 * A platform as the chain has it. `suggested_limits` are the preset's for a new wallet, null: it has none.
 *
 * `genesis_hash` is null until the server's node has said which chain it is of; `alert_credits` is the balance under
 * which an interface warns.
 */
export interface PlatformView {
  /** The platform's name on chain. */
  readonly name: string;
  /** Base58 address of the platform on chain. */
  readonly platform: string;
  /** Base58 address of the program. */
  readonly program: string;
  /** The chain's name, as sign-in messages have it. */
  readonly chain: string;
  /** Base58 hash of the chain's first block; null: not known yet. */
  readonly genesis_hash: string | null;
  /** Base58 address of the platform's token. */
  readonly mint: string;
  /** Decimals of the platform's mint. */
  readonly decimals: bigint;
  /** What one credit costs, in base units of the platform's mint. */
  readonly base_units_per_credit: bigint;
  /** Fewest credits of a purchase. */
  readonly min_purchase: bigint;
  /** Base58 address of the token account that pays bonuses; all ones: there is none. */
  readonly promotion: string;
  /** Whether purchases and locks are stopped. */
  readonly is_paused: boolean;
  /** Limits that the operator suggests to a new wallet; null: none. */
  readonly suggested_limits: LimitsView | null;
  /** The balance in credits under which an interface warns. */
  readonly alert_credits: bigint;
  /** Where the server and its page are reached. */
  readonly url: string;
}

/** One resource of a job with its price in credits. */
export interface PricedComponent {
  /** The platform's tier; null: none. */
  readonly tier: string;
  /** Units: what the tier counts, such as tokens. */
  readonly units: bigint;
  /** Credits; each costs `base_units_per_credit`. */
  readonly credits: bigint;
}

/** A refusal. `balance`, `shortfall` and `required` are credits; `resets_at` is RFC 3339; `parts` are of health. */
export interface Problem {
  /** Where the type of problem is described. */
  readonly type: string;
  /** What type of problem it is, in a few words. */
  readonly title: string;
  /** The HTTP status. */
  readonly status: bigint;
  /** What is wrong with this very request, in a sentence. */
  readonly detail: string;
  /** What to do about it. */
  readonly remedy: string;
  /** The request's identifier, for the operator's log. */
  readonly request_id: string;
  /** Credits that the account can spend now. */
  readonly balance: bigint | null;
  /** Credits that the request needs. */
  readonly required: bigint | null;
  /** Credits that are missing. */
  readonly shortfall: bigint | null;
  /** How to add credits; null: that would not help. */
  readonly top_up: TopUp | null;
  /** When the budget begins anew, in RFC 3339. */
  readonly resets_at: string | null;
  /** Each part of the server; null: the problem is not about them. */
  readonly parts: ReadonlyArray<Part> | null;
}

/** A type of problem. */
export interface ProblemType {
  /** What type of problem it is, in a few words. */
  readonly title: string;
  /** The HTTP status. */
  readonly status: bigint;
  /** What to do about it. */
  readonly remedy: string;
}

/** What to buy. `pack` is a slot of `/v1/packs`, null: credits alone; `limits` are those of an account to open. */
export interface PurchaseTerms {
  /** Credits to buy; of a pack, those that are paid for. */
  readonly credits: Whole;
  /** The slot of the pack to buy; null: credits alone. */
  readonly pack?: Whole | null | undefined;
  /** What the operator may lock without asking; null: none are given. */
  readonly limits?: LimitsView | null | undefined;
}

/** A message that will be sent. */
export interface Queued {
  /** The message's identifier, the header `webhook-id` of what is sent. */
  readonly id: string;
}

/**
 * What a request was charged, with exactly the members that `job_escrow.receipts` verifies.
 *
 * `number` counts the session's receipts from 1, `tier` is the tier's slot, `terms` commits to the prices of all
 * slots, and `total` is what this receipt and all before it cost.
 */
export interface Receipt {
  /** Base58 address of the session's account on chain. */
  readonly session: string;
  /** Its place among the session's receipts, from 1. */
  readonly number: bigint;
  /** The identifier of its request. */
  readonly request_id: string;
  /** The model's name; empty: none was named. */
  readonly model: string;
  /** SHA-256 of the session's tiers, 64 hexadecimal digits: what it was priced by. */
  readonly terms: string;
  /** The slot of the tier, 0 to 7. */
  readonly tier: bigint;
  /** Units: what the tier counts, such as tokens. */
  readonly units: bigint;
  /** Credits that it costs: the increase of what its tier costs in the session. */
  readonly price: bigint;
  /** Credits of this receipt and all before it in the session. */
  readonly total: bigint;
  /** SHA-256 of the request, 64 hexadecimal digits; null: the provider gives none. */
  readonly request_hash: string | null;
  /** SHA-256 of the response, 64 hexadecimal digits; null: the provider gives none. */
  readonly response_hash: string | null;
}

/** A receipt with its bytes, and the settlement that commits to it; null: none has yet. */
export interface ReceiptView {
  /** The identifier of its request. */
  readonly id: string;
  /** Whether its settlement is on chain; `lapsed`: it will never be. */
  readonly status: string;
  /** What it was charged; null: it was not settled. */
  readonly receipt: Receipt;
  /** The bytes that its leaf is the SHA-256 of, in hexadecimal digits. */
  readonly receipt_bytes: string;
  /** The settlement on chain that commits to it; null: there is none yet. */
  readonly settlement: Settlement | null;
}

/** Requests, newest first; pass `next` as `cursor` for older ones, null where there are none. */
export interface RequestPage {
  /** Requests, newest first. */
  readonly requests: ReadonlyArray<RequestView>;
  /** The `cursor` of the next page; null: this is the last. */
  readonly next: string | null;
}

/**
 * A request to admit, charged to the account of `customer_key`.
 *
 * It is reserved at the price of `max_units` of a `tier`, or of the tier of a `model`. `seconds` is how long it may
 * take: what has not been settled then is released by itself. `job_type` is a label for usage reports.
 */
export interface RequestTerms {
  /** The API key that the customer sent, in full. */
  readonly customer_key: string;
  /** The model's name; null: none was named. */
  readonly model?: string | null | undefined;
  /** The endpoint of the model's interface that its price is for; null: any. */
  readonly endpoint?: string | null | undefined;
  /** The platform's tier; null: none. */
  readonly tier?: string | null | undefined;
  /** Most units that the request may use: what the tier counts, such as tokens. */
  readonly max_units: Whole;
  /** Seconds that the request may take: then it is released by itself. Left out: 600. */
  readonly seconds?: Whole | undefined;
  /** A label for usage reports. */
  readonly job_type?: string | undefined;
}

/**
 * A request. `credits` are the most that it can cost, `charged` what it did cost.
 *
 * `lapsed` is one whose session ended on chain before its receipt was settled there: it costs nothing. `expires_at` is
 * by the chain's clock.
 */
export interface RequestView {
  /** The request's identifier. */
  readonly id: string;
  /** Where the request is; `lapsed`: its session ended before the chain was told, and it costs nothing. */
  readonly status: string;
  /** Base58 address of the session's account on chain. */
  readonly session: string;
  /** Base58 address of the credit account on chain. */
  readonly credit_account: string;
  /** The API key's identifier, which is no secret. */
  readonly key_id: string;
  /** The model's name; null: none was named. */
  readonly model: string | null;
  /** The platform's tier; null: none. */
  readonly tier: string;
  /** A label for usage reports. */
  readonly job_type: string;
  /** Most units that the job may use: what the tier counts, such as tokens. */
  readonly max_units: bigint;
  /** The most that it can cost, in credits. */
  readonly credits: bigint;
  /** Units that it has used; null: it was not settled. */
  readonly units: bigint | null;
  /** Credits that it did cost. */
  readonly charged: bigint;
  /** When it was made, in Unix seconds. */
  readonly created_at: bigint;
  /** When it is released by itself, by the chain's clock in Unix seconds. */
  readonly expires_at: bigint;
  /** When it ended, by the chain's clock in Unix seconds; null: it runs. */
  readonly ended_at: bigint | null;
  /** What it was charged; null: it was not settled. */
  readonly receipt: Receipt | null;
}

/** What a key may be used for. */
export type Scope = "manage" | "operator" | "read" | "spend";

/** A transaction on its way. */
export interface SentTransaction {
  /** Base58 signature of the transaction. */
  readonly signature: string;
}

/** Sessions, newest first; pass `next` as `cursor` for older ones, null where there are none. */
export interface SessionPage {
  /** Sessions, newest first. */
  readonly sessions: ReadonlyArray<SessionView>;
  /** The `cursor` of the next page; null: this is the last. */
  readonly next: string | null;
}

/**
 * A lock on chain that requests are admitted within: `used` + `reserved` are never more than `credits`.
 *
 * `ending` is one that admits nothing any more and ends as soon as its running requests have. `charged` and
 * `settled_receipts` are what the chain has.
 */
export interface SessionView {
  /** Base58 address of the session's account on chain. */
  readonly id: string;
  /** The session's number within its account. */
  readonly session_number: bigint;
  /** Where the session is; `ending` ones admit nothing more. */
  readonly status: string;
  /** Base58 address of the credit account on chain. */
  readonly credit_account: string;
  /** Credits that it locks. */
  readonly credits: bigint;
  /** Credits that its receipts cost together. */
  readonly used: bigint;
  /** Credits that its running requests can cost at most. */
  readonly reserved: bigint;
  /** How many requests run in it. */
  readonly running: bigint;
  /** How many receipts it has. */
  readonly receipts: bigint;
  /** How many of its receipts are settled on chain. */
  readonly settled_receipts: bigint;
  /** Credits that were charged on chain so far. */
  readonly charged: bigint;
  /** When it was opened, by the chain's clock in Unix seconds; null: it is not open yet. */
  readonly opened_at: bigint | null;
  /** When what it still holds goes back at the latest, in Unix seconds; null: it is not open yet. */
  readonly deadline: bigint | null;
  /** When it ended, in Unix seconds; null: it has not ended. */
  readonly ended_at: bigint | null;
  /** Base58 signature of the transaction that opened it; null: it is not known. */
  readonly open_signature: string | null;
  /** Base58 signature of the transaction that ended it; null: it has not ended. */
  readonly end_signature: string | null;
}

/**
 * What a job has used so far: `units` of its tier, `components`, or `credits` of a quoted price.
 *
 * It is a running total: a figure that is not larger than the last one charges nothing. `final` ends the job. `proof`
 * is 32 bytes as hexadecimal digits, such as a hash of the result, that the settlement keeps on chain.
 */
export interface SettleRequest {
  /** Units: what the tier counts, such as tokens. */
  readonly units?: Whole | null | undefined;
  /** The job's resources, each priced by its tier; together they are its price. */
  readonly components?: ReadonlyArray<Component> | null | undefined;
  /** Credits of a quoted price that the job has used so far. */
  readonly credits?: Whole | null | undefined;
  /** Whether this ends the job; else more may be settled. Left out: true. */
  readonly final?: boolean | undefined;
  /** 32 bytes in hexadecimal digits that the settlement keeps on chain, such as a hash; null: none. */
  readonly proof?: string | null | undefined;
}

/** The settlement on chain that commits to the receipts after `from_count` up to `count`, by their `root`. */
export interface Settlement {
  /** Receipts that were settled before it. */
  readonly from_count: bigint;
  /** Receipts that are settled after it, from the session's first on. */
  readonly count: bigint;
  /** Credits that were charged in all after it. */
  readonly settled: bigint;
  /** The root that commits to its receipts, 64 hexadecimal digits. */
  readonly root: string;
  /** The session's head after it, 64 hexadecimal digits: it commits to all settlements so far. */
  readonly head: string;
  /** Base58 signature of the transaction. */
  readonly signature: string | null;
}

/** Requests to settle, of any customers. */
export interface SettlementBatch {
  /** The requests to settle, with what each has used. */
  readonly requests: ReadonlyArray<BatchedUnits>;
}

/** The terms of a challenge, and its message's signature in base58. */
export interface SignedTerms {
  /** Base58 address of the wallet. */
  readonly wallet: string;
  /** The wallet's namespace, at most 16 bytes; empty is the default one. */
  readonly namespace?: string | undefined;
  /** A name for people. */
  readonly name: string;
  /** What the key may do. */
  readonly scopes?: ReadonlyArray<Scope> | undefined;
  /** What the key is for, a label for usage reports. */
  readonly project?: string | undefined;
  /** Whose key it is, a label for usage reports. */
  readonly member?: string | undefined;
  /** Most credits that jobs of this key may lock in a UTC day; null: any number. */
  readonly daily_budget?: Whole | null | undefined;
  /** Most credits that jobs of this key may lock in a UTC month; null: any number. */
  readonly monthly_budget?: Whole | null | undefined;
  /** Seconds for which the key is valid; null: until it is revoked. */
  readonly valid_seconds?: Whole | null | undefined;
  /** The challenge's nonce, 64 hexadecimal digits. */
  readonly nonce: string;
  /** When the challenge was made, in Unix seconds. */
  readonly issued_at: Whole;
  /** The wallet's signature of the challenge's message, in base58. */
  readonly signature: string;
}

/** A transaction in base64 that the wallet has signed. */
export interface SignedTransaction {
  /** A transaction in base64 that the wallet has signed. */
  readonly transaction: string;
}

/** What became of a transaction. */
export type State = "expired" | "failed" | "landed" | "pending";

/**
 * One account's month, from the first day to the last, in UTC.
 *
 * It ties twice, in credits and in base units alike:
 *
 * opening.total + purchases + bonuses + deposits + grants
 *     - charges - expiries - withdrawals - forfeits = closing.total
 * opening.locked + locks - charges - releases - refunds = closing.locked
 *
 * And so does what the platform's promotion has paid of the paid credits, in base units:
 *
 * opening.promotion_backing + bonuses - charged_promotion - withdrawn_promotion = closing.promotion_backing
 *
 * A withdrawal's credits are paid out at their price, less `withdrawn_promotion_base_units`; what the same transfers
 * took along that never was a credit is `withdrawn_surplus_base_units`.
 */
export interface Statement {
  /** The slot that the answer is right as of: nothing after it is counted. */
  readonly as_of_slot: bigint;
  /** How final that slot is. */
  readonly commitment: string;
  /** Base58 address of the credit account on chain. */
  readonly credit_account: string;
  /** Base58 address of the platform on chain. */
  readonly platform: string;
  /** Base58 address of the wallet. */
  readonly wallet: string;
  /** The wallet's namespace, at most 16 bytes; empty is the default one. */
  readonly namespace: string;
  /** What one credit costs, in base units of the platform's mint. */
  readonly base_units_per_credit: bigint;
  /** The year. */
  readonly year: bigint;
  /** The month, 1 to 12. */
  readonly month: bigint;
  /** The first second, in Unix seconds; null: from the beginning. */
  readonly since: bigint;
  /** The first second after it, in Unix seconds; null: as of now. */
  readonly until: bigint;
  /** Whether the month is over and all of it is known. */
  readonly is_complete: boolean;
  /** What the account held at the beginning of the month. */
  readonly opening: Held;
  /** What the account held at the month's end. */
  readonly closing: Held;
  /** Credits that were bought. */
  readonly purchases: Movement;
  /** Credits that came on top of purchases. */
  readonly bonuses: Movement;
  /** Credits that plain transfers became. */
  readonly deposits: Movement;
  /** Credits that were granted. */
  readonly grants: Movement;
  /** Credits that jobs and sessions were charged. */
  readonly charges: Movement;
  /** Granted credits that expired. */
  readonly expiries: Movement;
  /** Credits that were paid out. */
  readonly withdrawals: Movement;
  /** Granted credits that ended with the account. */
  readonly forfeits: Movement;
  /** Credits that jobs and sessions locked. */
  readonly locks: Movement;
  /** Locked credits that settlements gave back. */
  readonly releases: Movement;
  /** Credits that went back whole. */
  readonly refunds: Movement;
  /** What withdrawals took along that never was a credit, in base units. */
  readonly withdrawn_surplus_base_units: bigint;
  /** What the promotion had paid of what was charged, in base units. */
  readonly charged_promotion_base_units: bigint;
  /** What withdrawals gave back to the promotion, in base units. */
  readonly withdrawn_promotion_base_units: bigint;
  /** Each purchase, bonus, deposit and grant of the month. */
  readonly topups: ReadonlyArray<Topup>;
}

/** How to add credits; amounts are credits. */
export interface TopUp {
  /** A Solana Pay link for wallets. */
  readonly solana_pay: string;
  /** Base58 address for a plain transfer of the platform's tokens. */
  readonly deposit_address: string;
  /** Fewest credits of a purchase. */
  readonly min_credits: bigint;
}

/** Credits that came in: a `purchase`, `top-up`, `deposit` (a plain transfer that became credits) or `grant`. */
export interface Topup {
  /** The entry's place in the ledger, for a page's `cursor`. */
  readonly cursor: string;
  /** `purchase`, `top-up`, `deposit` or `grant`. */
  readonly kind: string;
  /** The slot of its transaction. */
  readonly slot: bigint;
  /** When its block was made, in Unix seconds. */
  readonly at: bigint;
  /** Base58 signature of the transaction. */
  readonly signature: string;
  /** Credits; each costs `base_units_per_credit`. */
  readonly credits: bigint;
  /** Base units of the platform's mint: 10,000 of USDC's are one cent. */
  readonly base_units: bigint;
  /** Credits that the platform adds to what is paid for. */
  readonly bonus_credits: bigint;
  /** Base58 address of who paid for it; null: nobody is known. */
  readonly paid_by: string | null;
  /** When it expires, in Unix seconds; null: never. */
  readonly expires_at: bigint | null;
  /** What a grant is for; null: it is no grant. */
  readonly reason: string | null;
}

/** What a wallet shows before it asks for the transaction. */
export interface TransactionRequest {
  /** Who asks for the payment. */
  readonly label: string;
  /** URL of an image that the wallet shows. */
  readonly icon: string;
}

/** What became of a transaction: `slot` and `commitment` of one that landed, `detail` says why it failed. */
export interface TransactionView {
  /** Base58 signature of the transaction. */
  readonly signature: string;
  /** `pending` may land yet, `landed` did what it says, `failed` and `expired` did nothing. */
  readonly state: string;
  /** The slot that it landed in; null: it has not landed. */
  readonly slot: bigint | null;
  /** How final it is; null: it has not landed. */
  readonly commitment: string | null;
  /** Why it failed, in a sentence; null: it did not. */
  readonly detail: string | null;
}

/** The types of messages. */
export type Type = "credit.depleted" | "credit.low" | "credit.recovered" | "job.refunded" | "job.settled" | "topup.confirmed" | "webhook.test";

/** Units of one kind, such as output tokens. */
export interface Units {
  /** The kind of unit. */
  readonly kind: string;
  /** How many units of this kind. */
  readonly amount: bigint;
}

/**
 * What a request has used in the end.
 *
 * Hashes of request and response, 64 hexadecimal digits, go into its receipt.
 */
export interface UnitsUsed {
  /** Units: what the tier counts, such as tokens. */
  readonly units: Whole;
  /** SHA-256 of the request, 64 hexadecimal digits; null: the provider gives none. */
  readonly request_hash?: string | null | undefined;
  /** SHA-256 of the response, 64 hexadecimal digits; null: the provider gives none. */
  readonly response_hash?: string | null | undefined;
}

/** A transaction in base64 for the wallet to sign; it can land up to `last_valid_block_height`. */
export interface UnsignedTransaction {
  /** An unsigned transaction in base64. */
  readonly transaction: string;
  /** The last block height at which the transaction can land. */
  readonly last_valid_block_height: bigint;
}

/** Usage by period and dimension, in this order; `total` is that of all rows. */
export interface Usage {
  /** The slot that the answer is right as of: nothing after it is counted. */
  readonly as_of_slot: bigint;
  /** How final that slot is. */
  readonly commitment: string;
  /** The first second, in Unix seconds; null: from the beginning. */
  readonly since: bigint | null;
  /** The first second after it, in Unix seconds; null: as of now. */
  readonly until: bigint | null;
  /** The length of the rows' periods; null: one period. */
  readonly period: string | null;
  /** What the rows are grouped by; null: by nothing. */
  readonly by: string | null;
  /** The rows, by period and group. */
  readonly rows: ReadonlyArray<UsageRow>;
  /** The sum of all rows. */
  readonly total: UsageRow;
}

/** A row of a usage report. */
export interface UsageRow {
  /** When the row's period begins, in Unix seconds; null: there is one period. */
  readonly period_start: bigint | null;
  /** What the row is about, of the kind that `by` names; null: it has none. */
  readonly group: string | null;
  /** Jobs and sessions that a settlement ended. */
  readonly jobs: bigint;
  /** Settlements. */
  readonly settlements: bigint;
  /** Credits; each costs `base_units_per_credit`. */
  readonly credits: bigint;
  /** Of the credits, those that had been paid for. */
  readonly paid_credits: bigint;
  /** Of the credits, those that had been granted. */
  readonly granted_credits: bigint;
  /** Base units of the platform's mint: 10,000 of USDC's are one cent. */
  readonly base_units: bigint;
  /** Units that were charged, by kind. */
  readonly units: ReadonlyArray<Units>;
}

/** What the operator may lock by the account's limits; null where the account is not open. */
export interface WalletLimits {
  /** What the operator may lock without asking; null: none are given. */
  readonly limits: LimitsView | null;
}

/** The account's webhooks. */
export interface WebhookList {
  /** The account's webhooks. */
  readonly webhooks: ReadonlyArray<WebhookView>;
}

/** Where to send what. `thresholds` are credits for `credit.low` and `credit.recovered`, several of them. */
export interface WebhookRequest {
  /** Where the messages go. */
  readonly url: string;
  /** Types of messages that are sent. */
  readonly types?: ReadonlyArray<Type> | undefined;
  /** Balances in credits at which `credit.low` and `credit.recovered` are sent. */
  readonly thresholds?: ReadonlyArray<Whole> | undefined;
}

/** A webhook; `disabled_at`: its receiver answered 410 Gone. */
export interface WebhookView {
  /** Its identifier. */
  readonly id: string;
  /** Where the messages go. */
  readonly url: string;
  /** Types of messages that are sent. */
  readonly types: ReadonlyArray<string>;
  /** Balances in credits at which `credit.low` and `credit.recovered` are sent. */
  readonly thresholds: ReadonlyArray<bigint>;
  /** When it was made, in Unix seconds. */
  readonly created_at: bigint;
  /** When its receiver answered 410 Gone, in Unix seconds: it is off since; null: it is on. */
  readonly disabled_at: bigint | null;
}

/** How many credits to pay out, null: all that can be. */
export interface WithdrawalTerms {
  /** Credits to pay out; null: all that can be. */
  readonly credits?: Whole | null | undefined;
}

/** What `getAccount` is given by name. */
export interface GetAccountParameters {
  /** Wait until the answer counts this slot, such as that of a transaction. */
  readonly min_slot?: Whole | undefined;
}

/** What `listKeys` is given by name. */
export interface ListKeysParameters {
  /** Most items of a page. */
  readonly limit?: Whole | undefined;
  /** What the page before it said is next; omit it for the first page. */
  readonly cursor?: string | undefined;
}

/** What `listJobs` is given by name. */
export interface ListJobsParameters {
  /** Most items of a page. */
  readonly limit?: Whole | undefined;
  /** What the page before it said is next; omit it for the first page. */
  readonly cursor?: string | undefined;
}

/** What `lockJob` is given by name. */
export interface LockJobParameters {
  /** A text of the caller's choice, one for each job or request: a repeat finds the same, and never locks twice. */
  readonly idempotency_key: string;
}

/** What `listRequests` is given by name. */
export interface ListRequestsParameters {
  /** Most items of a page. */
  readonly limit?: Whole | undefined;
  /** What the page before it said is next; omit it for the first page. */
  readonly cursor?: string | undefined;
}

/** What `admitRequest` is given by name. */
export interface AdmitRequestParameters {
  /** A text of the caller's choice, one for each job or request: a repeat finds the same, and never locks twice. */
  readonly idempotency_key: string;
}

/** What `listSessions` is given by name. */
export interface ListSessionsParameters {
  /** Most items of a page. */
  readonly limit?: Whole | undefined;
  /** What the page before it said is next; omit it for the first page. */
  readonly cursor?: string | undefined;
}

/** What `getPaymentLink` is given by name. */
export interface GetPaymentLinkParameters {
  /** Base58 address of the wallet. */
  readonly wallet: string;
  /** Credits to buy. */
  readonly credits: Whole;
  /** The wallet's namespace, at most 16 bytes; empty is the default one. */
  readonly namespace?: string | undefined;
}

/** What `getPaymentQrSvg` is given by name. */
export interface GetPaymentQrSvgParameters {
  /** Base58 address of the wallet. */
  readonly wallet: string;
  /** Credits to buy. */
  readonly credits: Whole;
  /** Base58 address of the credit account that the payment goes to. */
  readonly recipient: string;
  /** The amount of the link, in tokens of the platform's mint: an exact decimal. */
  readonly amount: string;
  /** Base58 address that is on the transaction, and finds it once it has landed. */
  readonly reference: string;
  /** The wallet's namespace, at most 16 bytes; empty is the default one. */
  readonly namespace?: string | undefined;
}

/** What `getPaymentQrPng` is given by name. */
export interface GetPaymentQrPngParameters {
  /** Base58 address of the wallet. */
  readonly wallet: string;
  /** Credits to buy. */
  readonly credits: Whole;
  /** Base58 address of the credit account that the payment goes to. */
  readonly recipient: string;
  /** The amount of the link, in tokens of the platform's mint: an exact decimal. */
  readonly amount: string;
  /** Base58 address that is on the transaction, and finds it once it has landed. */
  readonly reference: string;
  /** The wallet's namespace, at most 16 bytes; empty is the default one. */
  readonly namespace?: string | undefined;
}

/** What `getPaymentRequest` is given by name. */
export interface GetPaymentRequestParameters {
  /** Base58 address of the wallet. */
  readonly wallet: string;
  /** Credits to buy. */
  readonly credits: Whole;
  /** Base58 address of the credit account that the payment goes to. */
  readonly recipient: string;
  /** The amount of the link, in tokens of the platform's mint: an exact decimal. */
  readonly amount: string;
  /** Base58 address that is on the transaction, and finds it once it has landed. */
  readonly reference: string;
  /** The wallet's namespace, at most 16 bytes; empty is the default one. */
  readonly namespace?: string | undefined;
}

/** What `createPaymentTransaction` is given by name. */
export interface CreatePaymentTransactionParameters {
  /** Base58 address of the wallet. */
  readonly wallet: string;
  /** Credits to buy. */
  readonly credits: Whole;
  /** Base58 address of the credit account that the payment goes to. */
  readonly recipient: string;
  /** The amount of the link, in tokens of the platform's mint: an exact decimal. */
  readonly amount: string;
  /** Base58 address that is on the transaction, and finds it once it has landed. */
  readonly reference: string;
  /** The wallet's namespace, at most 16 bytes; empty is the default one. */
  readonly namespace?: string | undefined;
}

/** What `getTransaction` is given by name. */
export interface GetTransactionParameters {
  /** What the transaction was made with. */
  readonly last_valid_block_height: Whole;
}

/** What `listDeliveries` is given by name. */
export interface ListDeliveriesParameters {
  /** Most items of a page. */
  readonly limit?: Whole | undefined;
  /** What the page before it said is next; omit it for the first page. */
  readonly cursor?: string | undefined;
}

/** What `getUsage` is given by name. */
export interface GetUsageParameters {
  /** Count from this second on, in Unix seconds; omit it for all before `until`. */
  readonly since?: Whole | undefined;
  /** Count to before this second, in Unix seconds; omit it for all until now. */
  readonly until?: Whole | undefined;
  /** The length of each row's period; omit it for one period. */
  readonly period?: "day" | "hour" | "month" | undefined;
  /** What to group by; omit it for one group. */
  readonly by?: "job_type" | "key" | "member" | "model" | "namespace" | "project" | "tier" | undefined;
}

/** What `exportUsage` is given by name. */
export interface ExportUsageParameters {
  /** The file's format. */
  readonly format?: "csv" | "ndjson" | "parquet" | undefined;
  /** Count from this second on, in Unix seconds; omit it for all before `until`. */
  readonly since?: Whole | undefined;
  /** Count to before this second, in Unix seconds; omit it for all until now. */
  readonly until?: Whole | undefined;
  /** The length of each row's period; omit it for one period. */
  readonly period?: "day" | "hour" | "month" | undefined;
  /** What to group by; omit it for one group. */
  readonly by?: "job_type" | "key" | "member" | "model" | "namespace" | "project" | "tier" | undefined;
}

/** What `getLedger` is given by name. */
export interface GetLedgerParameters {
  /** What the page before it said is next; omit it for the first page. */
  readonly cursor?: string | undefined;
  /** Most items of a page. */
  readonly limit?: Whole | undefined;
  /** Count from this second on, in Unix seconds; omit it for all before `until`. */
  readonly since?: Whole | undefined;
  /** Count to before this second, in Unix seconds; omit it for all until now. */
  readonly until?: Whole | undefined;
}

/** What `exportLedger` is given by name. */
export interface ExportLedgerParameters {
  /** The file's format. */
  readonly format?: "csv" | "ndjson" | "parquet" | undefined;
  /** Count from this second on, in Unix seconds; omit it for all before `until`. */
  readonly since?: Whole | undefined;
  /** Count to before this second, in Unix seconds; omit it for all until now. */
  readonly until?: Whole | undefined;
}
