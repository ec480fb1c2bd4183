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
 * /v1/sessions). `value` is the worth of what is not locked, in the platform's currency: of paid credits, what
 * withdrawing them would pay; `usdc_value` is the same rounded down to a cent, null where the currency is not USDC.
 * `promotion_value` is what the
 * platform's promotion has paid of the paid credits, locked ones too: it is spent with them and never withdrawn.
 * `withdrawable_value` can be paid out: paid credits, and transfers that are no credits
 * yet; null until the vault was seen. `burn_rate` is credits per day over the last seven days, `days_left` how
 * long the remaining ones last at it, null where nothing was used. `credits_locked` and `open_jobs` count
 * sessions, too. Nothing after `as_of_slot` is in it.
 */
export interface AccountView {
  /** Base58 address of the wallet. */
  readonly wallet: string;
  /** Credits that can be spent now: paid ones, granted ones that have not expired, and what sessions have free. */
  readonly credits_remaining: bigint;
  /** What the credits that are not locked are worth in USDC, rounded down to a cent; null: it is another currency. */
  readonly usdc_value: Decimal | null;
  /** When credits were last added, in RFC 3339; null: never. */
  readonly last_topup_at: string | null;
  /** What the credits that are not locked are worth, in `currency`: an exact decimal. */
  readonly value: Decimal;
  /** What credits are bought with, by its symbol; null: nobody has named the mint. */
  readonly currency: string | null;
  /** Paid credits that can be withdrawn now. */
  readonly withdrawable_credits: bigint;
  /** What can be withdrawn now, in `currency`: an exact decimal; null: not known yet. */
  readonly withdrawable_value: Decimal | null;
  /** What the promotion has paid of the paid credits, in `currency`: an exact decimal. */
  readonly promotion_value: Decimal;
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
  /** The `id` of a quote that binds: lock at its price, or not at all; null: at the price of now. */
  readonly quote?: string | null | undefined;
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

/** A credit account; amounts are credits: what it has, then what it ever bought, got, spent and gave back. */
export interface Customer {
  /** The customer's place in the list, for a page's `cursor`. */
  readonly cursor: string;
  /** Base58 address of the wallet. */
  readonly wallet: string;
  /** The wallet's namespace, at most 16 bytes; empty is the default one. */
  readonly namespace: string;
  /** Base58 address of the credit account on chain. */
  readonly credit_account: string;
  /** Whether the account is open. */
  readonly is_open: boolean;
  /** When the account was opened, in Unix seconds. */
  readonly opened_at: bigint;
  /** When credits were last added, in Unix seconds; null: never. */
  readonly last_topup_at: bigint | null;
  /** Paid credits that could be spent; they can be withdrawn. */
  readonly paid_available: bigint;
  /** Paid credits that were locked in open jobs and sessions. */
  readonly paid_locked: bigint;
  /** Granted credits that could be spent. */
  readonly granted_available: bigint;
  /** Granted credits that were locked in open jobs and sessions. */
  readonly granted_locked: bigint;
  /** Credits that were ever bought. */
  readonly purchased: bigint;
  /** Credits that ever came on top of packs. */
  readonly bonus: bigint;
  /** Credits that plain transfers ever became. */
  readonly deposited: bigint;
  /** Credits that were ever granted. */
  readonly granted: bigint;
  /** Paid credits that settlements ever charged. */
  readonly spent_paid: bigint;
  /** Granted credits that settlements ever charged. */
  readonly spent_granted: bigint;
  /** Credits that were ever paid out. */
  readonly withdrawn: bigint;
  /** Granted credits that ever expired. */
  readonly expired: bigint;
}

/** Customers in the order in which the index has them; pass `next_cursor` as `cursor` for more, null: no more. */
export interface CustomerPage {
  /** The slot that the answer is right as of: nothing after it is counted. */
  readonly as_of_slot: bigint;
  /** How final that slot is. */
  readonly commitment: string;
  /** Base58 address of the platform on chain. */
  readonly platform: string;
  /** Credit accounts, in the order in which the index has them. */
  readonly customers: ReadonlyArray<Customer>;
  /** The `cursor` of the next page; null: this is the last. */
  readonly next_cursor: string | null;
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

/** What settlements for one payee have paid out; null: those that named none, of which the treasury has all. */
export interface Earned {
  /** Base58 address of the payee's wallet; null: the treasury alone. */
  readonly payee: string | null;
  /** Settlements. */
  readonly settlements: bigint;
  /** Credits that were charged. */
  readonly credits: bigint;
  /** Of the credits, those that had been paid for. */
  readonly paid_credits: bigint;
  /** Of the credits, those that had been granted. */
  readonly granted_credits: bigint;
  /** What the payee was paid, in base units. */
  readonly payee_base_units: bigint;
  /** What the treasury was paid, in base units. */
  readonly treasury_base_units: bigint;
}

/** What a platform's settlements have paid out in a time, by payee; `total` is that of all rows. */
export interface Earnings {
  /** The slot that the answer is right as of: nothing after it is counted. */
  readonly as_of_slot: bigint;
  /** How final that slot is. */
  readonly commitment: string;
  /** Base58 address of the platform on chain. */
  readonly platform: string;
  /** What happened before this second, in Unix seconds, is not in it: the index begins there; null: all is in it. */
  readonly indexed_since: bigint | null;
  /** The first second, in Unix seconds; null: from the beginning. */
  readonly since: bigint | null;
  /** The first second after it, in Unix seconds; null: as of now. */
  readonly until: bigint | null;
  /** A row for each payee. */
  readonly rows: ReadonlyArray<Earned>;
  /** The sum of all rows; its payee is null. */
  readonly total: Earned;
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

/** Granted credits that nobody has spent and that expire together; `credits` are free, `locked` in use. */
export interface ExpiringGrants {
  /** When they expire, in Unix seconds; null: never. */
  readonly expires_at: bigint | null;
  /** Granted credits that are free. */
  readonly credits: bigint;
  /** Granted credits that are in jobs and sessions. */
  readonly locked: bigint;
}

/**
 * Credits that will be used if days go on like those of the window, rounded up; what is not settled yet counts.
 *
 * The window is the `WINDOW_DAYS` that end now, shortened to the age of the account and of the index, but never below
 * a day.
 */
export interface Forecast {
  /** The slot that the answer is right as of: nothing after it is counted. */
  readonly as_of_slot: bigint;
  /** How final that slot is. */
  readonly commitment: string;
  /** What happened before this second, in Unix seconds, is not in it: the index begins there; null: all is in it. */
  readonly indexed_since: bigint | null;
  /** The length of the time that it is told from, which ends now, in seconds. */
  readonly window_seconds: bigint;
  /** Credits that were used in the window. */
  readonly window_credits: bigint;
  /** Credits that were used in this month so far, in UTC. */
  readonly month_credits: bigint;
  /** Credits that will have been used when this month ends. */
  readonly month_expected_credits: bigint;
  /** Credits that will be used in the next 30 days. */
  readonly next_30_days_credits: bigint;
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

/**
 * What a platform owes to its customers, by kind. Credits are free and locked ones together.
 *
 * The worth of paid credits in base units has two parts: what customers have paid, which withdrawing pays back, and
 * `bonus_base_units`, which the platform's promotion has paid for packs, and which no withdrawal pays out. So
 * paid_base_units + bonus_base_units = paid_credits at the price of a credit. `promotion_owed_base_units` lie in
 * vaults and go back to the promotion account. All four are backed by what is in the vaults.
 */
export interface Liability {
  /** The slot that the answer is right as of: nothing after it is counted. */
  readonly as_of_slot: bigint;
  /** How final that slot is. */
  readonly commitment: string;
  /** Base58 address of the platform on chain. */
  readonly platform: string;
  /** Credit accounts that are open. */
  readonly accounts: bigint;
  /** What one credit costs, in base units of the platform's mint. */
  readonly base_units_per_credit: bigint;
  /** Paid credits that are not spent, packs' bonus included. */
  readonly paid_credits: bigint;
  /** Granted credits that are not spent. */
  readonly granted_credits: bigint;
  /** Credits of both kinds that are in jobs and sessions. */
  readonly locked_credits: bigint;
  /** Granted credits that have expired, and that nobody has taken away yet. */
  readonly expired_credits: bigint;
  /** What customers can withdraw, in base units, once nothing is locked. */
  readonly paid_base_units: bigint;
  /** What the promotion has paid of the paid credits, in base units: no withdrawal pays it. */
  readonly bonus_base_units: bigint;
  /** What stands behind the granted credits, in base units. */
  readonly granted_base_units: bigint;
  /** What goes back from vaults to the promotion account, in base units. */
  readonly promotion_owed_base_units: bigint;
  /** Granted credits that are not spent, by when they expire. */
  readonly unearned_grants: ReadonlyArray<ExpiringGrants>;
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
 * locked as their sum; or `credits`, quoted by the provider. With a `quote` of POST /v1/quote it is locked at the
 * price that was quoted, or refused. `seconds` is how long it may take: after that everything that was not settled
 * goes back. `job_type` is a label for usage reports.
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
  /** The `id` of a quote that binds: lock at its price, or not at all; null: at the price of now. */
  readonly quote?: string | null | undefined;
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
 * A pack: `credits` are paid for with `price`, `bonus_credits` come on top.
 *
 * `pack` is the slot that a purchase names; `name` is the preset's, null where the preset has no such pack. `price` is
 * in the platform's currency, `base_units` is the same in the smallest units of its mint. `affordable` is how many
 * more of it the platform's promotion account can pay the bonus of, null: it has no bonus. One with 0 is refused.
 */
export interface PackView {
  /** What this is, as clients of OpenAI's API know it. */
  readonly object: string;
  /** The pack's number, which a purchase names. */
  readonly pack: bigint;
  /** The preset's name of the pack; null: it has none. */
  readonly name: string | null;
  /** What is bought, in words. */
  readonly text: string;
  /** Credits; each costs `base_units_per_credit`. */
  readonly credits: bigint;
  /** Credits that the platform adds to what is paid for. */
  readonly bonus_credits: bigint;
  /** All credits of the pack, bonus included. */
  readonly total: bigint;
  /** What it costs, in `currency`: an exact decimal. */
  readonly price: Decimal;
  /** What credits are bought with, by its symbol; null: nobody has named the mint. */
  readonly currency: string | null;
  /** Base units of the platform's mint: 10,000 of USDC's are one cent. */
  readonly base_units: bigint;
  /** How many more of it the promotion can pay the bonus of; null: it has no bonus. */
  readonly affordable: bigint | null;
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
 * How to buy so many credits, or a pack: a link to open or scan, or a plain transfer.
 *
 * `amount` is of the mint's own unit, exact, and `text` what a wallet shows. `reference` is on the transaction, which
 * it finds once it has landed.
 * `transfer_request` asks no server: it pays an account that is open, which has the credits once its deposits are
 * synced. Some wallets refuse a recipient that no key has: they, and exchanges, send to `deposit_address` by hand.
 * No plain transfer is tracked by `reference`: `/v1/pay/payments` says `waiting` whatever was transferred, so that
 * nobody should pay both ways. It buys no pack either, and becomes credits without a bonus: `transfer_request` is null
 * where there are `bonus_credits`.
 * `note` says why wallets refuse `solana_pay`; null: they do not.
 */
export interface PaymentLink {
  /** A Solana Pay link for wallets. */
  readonly solana_pay: string;
  /** What is bought for what, in words. */
  readonly text: string;
  /** A Solana Pay link of a plain transfer to an account that is open; nothing tracks it. Null: there is a bonus. */
  readonly transfer_request: string | null;
  /** Why wallets refuse `solana_pay`; null: they do not. */
  readonly note: string | null;
  /** What is paid, in `currency`: an exact decimal in text. */
  readonly amount: string;
  /** What credits are bought with, by its symbol; null: nobody has named the mint. */
  readonly currency: string | null;
  /** Credits; each costs `base_units_per_credit`. */
  readonly credits: bigint;
  /** Credits that the platform adds to what is paid for. */
  readonly bonus_credits: bigint;
  /** The pack's number; null: credits alone. */
  readonly pack: bigint | null;
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

/**
 * A payment by the reference of its link; `signature` is that of its transaction, null while it waits.
 *
 * Plain transfers are no payments of a link: they become credits once they are synced, and are in `/v1/top-ups`.
 */
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
 * `currency` is the mint's name, null where neither everybody nor the preset has one for it; amounts of it are shown
 * with `display_decimals` at least, and with more where they need them.
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
  /** What credits are bought with, by its symbol; null: nobody has named the mint. */
  readonly currency: string | null;
  /** Decimals of the platform's mint. */
  readonly decimals: bigint;
  /** Decimals that amounts are shown with at least; with more where they need them. */
  readonly display_decimals: bigint;
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

/**
 * What to buy. `pack` is a slot of `/v1/packs`, null: credits alone; `limits` are those of an account to open.
 *
 * `bonus_credits` comes with `pack`: what the buyer saw on top, or less is not bought.
 */
export interface PurchaseTerms {
  /** Credits to buy; of a pack, those that are paid for. */
  readonly credits: Whole;
  /** The slot of the pack to buy; null: credits alone. */
  readonly pack?: Whole | null | undefined;
  /** The credits on top that the buyer saw, with `pack` only; a pack that gives less by now is refused. */
  readonly bonus_credits?: Whole | null | undefined;
  /** What the operator may lock without asking; null: none are given. */
  readonly limits?: LimitsView | null | undefined;
}

/** A message that will be sent. */
export interface Queued {
  /** The message's identifier, the header `webhook-id` of what is sent. */
  readonly id: string;
}

/**
 * What a lock is to be priced for: `max_units` of a `tier` or of the tier of a `model`, or `components`.
 *
 * With `binding_seconds` the answer has an `id` that a job or request may be locked by, for so long.
 */
export interface QuoteRequest {
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
  /** Seconds for which the price is to bind; null: it need not. */
  readonly binding_seconds?: Whole | null | undefined;
}

/**
 * The most that a job or request of these units costs: exactly what its lock takes.
 *
 * `price` is what `credits` cost in the platform's currency. `id` binds until `expires_at`, both null where nothing
 * was to bind: it names the price in `quote` of a job or request of the same units, for the account that asked, or for
 * any customer where the operator asked.
 */
export interface QuoteView {
  /** What this is, as clients of OpenAI's API know it. */
  readonly object: string;
  /** What `quote` of a job or request names; null: the quote does not bind. */
  readonly id: string | null;
  /** Until when it binds, by the chain's clock in Unix seconds; null: it does not. */
  readonly expires_at: bigint | null;
  /** The model's name; null: none was named. */
  readonly model: string | null;
  /** The platform's tier; null: none. */
  readonly tier: string | null;
  /** What the tier counts; null: it is of components. */
  readonly unit: string | null;
  /** The units that were priced; null: it is of components. */
  readonly max_units: bigint | null;
  /** The job's resources, each priced by its tier; together they are its price. */
  readonly components: ReadonlyArray<PricedComponent>;
  /** Credits; each costs `base_units_per_credit`. */
  readonly credits: bigint;
  /** What it costs, in `currency`: an exact decimal. */
  readonly price: Decimal;
  /** What credits are bought with, by its symbol; null: nobody has named the mint. */
  readonly currency: string | null;
  /** Base units of the platform's mint: 10,000 of USDC's are one cent. */
  readonly base_units: bigint;
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

/**
 * Receipts, newest first; pass `next` as `cursor` for older ones, null where there are none.
 *
 * A page may have fewer than were asked for, and still a `next`.
 */
export interface ReceiptPage {
  /** Receipts, newest first. */
  readonly receipts: ReadonlyArray<ReceiptView>;
  /** The `cursor` of the next page; null: this is the last. */
  readonly next: string | null;
}

/** The operator's signature of a receipt, over its bytes (ed25519). */
export interface ReceiptSignature {
  /** Base58 address of the operator that signed. */
  readonly signer: string;
  /** Base58 ed25519 signature of the receipt's bytes. */
  readonly signature: string;
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
  /** The operator's signature of its bytes; null: it was not settled, or the operator signs no receipts. */
  readonly receipt_signature: ReceiptSignature | null;
  /** The settlement on chain that commits to it; null: there is none yet. */
  readonly settlement: Settlement | null;
}

/**
 * Requests, newest first; pass `next` as `cursor` for older ones, null where there are none.
 *
 * A page may have fewer than were asked for, and still a `next`.
 */
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
 * take: what has not been settled then is released by itself. `job_type` is a label for usage reports. With a
 * `quote` of POST /v1/quote it is reserved at the price that was quoted, or refused.
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
  /** The `id` of a quote that binds: lock at its price, or not at all; null: at the price of now. */
  readonly quote?: string | null | undefined;
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
  /** What the key is for, a label for usage reports. */
  readonly project: string;
  /** Whose key it is, a label for usage reports. */
  readonly member: string;
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
  /** The operator's signature of its bytes; null: it was not settled, or the operator signs no receipts. */
  readonly receipt_signature: ReceiptSignature | null;
}

/** What a key may be used for. */
export type Scope = "books" | "manage" | "operator" | "read" | "spend";

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

/** The months of an account, each with its statement at /v1/statements/{month}. */
export interface StatementList {
  /** The months, newest first. */
  readonly statements: ReadonlyArray<StatementMonth>;
}

/** A month that an account has a statement of; `since` and `until` are unix seconds, `is_complete`: it is over. */
export interface StatementMonth {
  /** The month in UTC, YYYY-MM. */
  readonly month: string;
  /** The month's first second, in Unix seconds. */
  readonly since: bigint;
  /** The next month's first second, in Unix seconds. */
  readonly until: bigint;
  /** Whether the month is over. */
  readonly is_complete: boolean;
}

/**
 * One account's month, from the first day to the last, in UTC; it ties in credits and in base units.
 *
 * Base units are of the platform's currency, which has so many `decimals`; it is shown with `display_decimals` at
 * least.
 */
export interface StatementView {
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
  /** What the charges were for, by model and component; its credits are those of `charges`. */
  readonly usage: ReadonlyArray<UsageRow>;
  /** What credits are bought with, by its symbol; null: nobody has named the mint. */
  readonly currency: string | null;
  /** Decimals of the platform's mint. */
  readonly decimals: bigint;
  /** Decimals that amounts are shown with at least; with more where they need them. */
  readonly display_decimals: bigint;
}

/** A platform as of one moment. `earned` is what settlements of this month, in UTC, have paid out. */
export interface Summary {
  /** The slot that the answer is right as of: nothing after it is counted. */
  readonly as_of_slot: bigint;
  /** How final that slot is. */
  readonly commitment: string;
  /** Base58 address of the platform on chain. */
  readonly platform: string;
  /** What the platform owes to its customers, by kind. */
  readonly liability: Liability;
  /** What this month's settlements have paid out, in UTC. */
  readonly earned: Earned;
  /** What will be used if days go on like those of the last weeks. */
  readonly forecast: Forecast;
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

/** What came in, newest first; pass `next_cursor` as `cursor` for what was before, null where there is none. */
export interface TopUpPage {
  /** What came in, newest first. */
  readonly top_ups: ReadonlyArray<TopUpView>;
  /** The `cursor` of the next page; null: this is the last. */
  readonly next_cursor: string | null;
  /** The slot that the answer is right as of: nothing after it is counted. */
  readonly as_of_slot: bigint;
  /** How final that slot is. */
  readonly commitment: string;
}

/** The account's rule; null: it has none. */
export interface TopUpRuleAnswer {
  /** The rule; null: there is none. */
  readonly rule: TopUpRuleView | null;
}

/**
 * A rule that the wallet has signed: while fewer than `threshold` credits are left, anybody may buy for it.
 *
 * `threshold` null: however many are left. One top-up buys `credits`, with at least `bonus_credits` on top where it
 * names a pack, for `price`; at most `cap` leaves the wallet in a period, of which `spent` has. All three are in the
 * platform's currency, as is `allowance`: what the wallet's token account still lets be spent. `held_up_by` says why
 * nothing is bought now, null: it is due. A rule that a withdrawal has ended buys nothing until it is set again.
 */
export interface TopUpRuleView {
  /** `ended`: a withdrawal has ended it. */
  readonly state: string;
  /** Buys while fewer credits than this are left; null: however many are. */
  readonly threshold: bigint | null;
  /** Credits that are left, locked ones and deposits among them. */
  readonly left: bigint;
  /** Credits; each costs `base_units_per_credit`. */
  readonly credits: bigint;
  /** Credits that the platform adds to what is paid for. */
  readonly bonus_credits: bigint;
  /** The pack's number; null: credits alone. */
  readonly pack: bigint | null;
  /** What it costs, in `currency`: an exact decimal. */
  readonly price: Decimal;
  /** The most that top-ups may cost in a period, in `currency`: an exact decimal. */
  readonly cap: Decimal;
  /** What top-ups have cost in this period, in `currency`: an exact decimal. */
  readonly spent: Decimal;
  /** What the wallet still lets be spent from its token account: an exact decimal. */
  readonly allowance: Decimal;
  /** What credits are bought with, by its symbol; null: nobody has named the mint. */
  readonly currency: string | null;
  /** The length of a period of the limits, in seconds. */
  readonly period_seconds: bigint;
  /** When it expires, in Unix seconds; null: never. */
  readonly expires_at: bigint | null;
  /** Base58 address of the wallet's token account that pays. */
  readonly source: string;
  /** Why nothing is bought now; null: it is due. */
  readonly held_up_by: string | null;
}

/**
 * Credits that came in. `price` is what they are worth in the platform's currency, the bonus of a pack left out.
 *
 * `kind` is `purchase`, `top-up` (bought by the rule), `deposit` (a plain transfer) or `grant`, which alone has a
 * `reason`, and an end where its credits have one.
 */
export interface TopUpView {
  /** `purchase`, `top-up`, `deposit` or `grant`. */
  readonly kind: string;
  /** When its block was made, in Unix seconds. */
  readonly at: bigint;
  /** The slot of its transaction. */
  readonly slot: bigint;
  /** Base58 signature of the transaction. */
  readonly signature: string;
  /** Credits; each costs `base_units_per_credit`. */
  readonly credits: bigint;
  /** Credits that the platform adds to what is paid for. */
  readonly bonus_credits: bigint;
  /** What it costs, in `currency`: an exact decimal. */
  readonly price: Decimal;
  /** What credits are bought with, by its symbol; null: nobody has named the mint. */
  readonly currency: string | null;
  /** Base units of the platform's mint: 10,000 of USDC's are one cent. */
  readonly base_units: bigint;
  /** Base58 address of who paid for it; null: nobody is known. */
  readonly paid_by: string | null;
  /** When it expires, in Unix seconds; null: never. */
  readonly expires_at: bigint | null;
  /** What a grant is for; null: it is no grant. */
  readonly reason: string | null;
}

/**
 * Credits that came in: a `purchase`, `top-up`, `deposit` (a plain transfer that became credits) or `grant`.
 *
 * A top-up and a withdrawal turn deposits into credits on their way: those are deposits of their own.
 */
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

/** Usage by period and dimensions, in this order; `total` is that of all rows. */
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
  /** What the rows are grouped by, beside their period. */
  readonly by: ReadonlyArray<string>;
  /** The rows, by period and group. */
  readonly rows: ReadonlyArray<UsageRow>;
  /** The sum of all rows. */
  readonly total: UsageRow;
}

/** A row of a usage report. */
export interface UsageRow {
  /** When the row's period begins, in Unix seconds; null: there is one period. */
  readonly period_start: bigint | null;
  /** What the row is about, of the kind that `by` names first; null: it has none. */
  readonly group: string | null;
  /** What people call the group, where that is another: a key's name; null: nothing else. */
  readonly group_name: string | null;
  /** What the row is about, of the kind that `by` names second; null: it has none. */
  readonly second_group: string | null;
  /** What people call the second group; null: nothing else. */
  readonly second_group_name: string | null;
  /** Jobs and sessions that a settlement ended. */
  readonly jobs: bigint;
  /** Settlements. */
  readonly settlements: bigint;
  /** Requests within sessions whose receipts settlements have reported. */
  readonly requests: bigint;
  /** Credits that settlements on chain have charged. */
  readonly credits: bigint;
  /** Of the credits, those that had been paid for. */
  readonly paid_credits: bigint;
  /** Of the credits, those that had been granted. */
  readonly granted_credits: bigint;
  /** Base units of the platform's mint: 10,000 of USDC's are one cent. */
  readonly base_units: bigint;
  /** Requests with a receipt that no settlement on chain has reported yet. */
  readonly unsettled_requests: bigint;
  /** Credits of receipts that no settlement on chain has reported yet; not in `credits`. */
  readonly unsettled_credits: bigint;
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
  /** Count from this second on, in Unix seconds; omit it for all before `until`. */
  readonly since?: Whole | undefined;
  /** Count to before this second, in Unix seconds; omit it for all until now. */
  readonly until?: Whole | undefined;
  /** Only what was asked for with the key of this identifier. */
  readonly key?: string | undefined;
  /** Only what was asked for with keys of this project; empty: of none. */
  readonly project?: string | undefined;
  /** Only what was asked for with keys of this member; empty: of none. */
  readonly member?: string | undefined;
  /** Only what was asked for of this model. */
  readonly model?: string | undefined;
  /** Only what has this label. */
  readonly job_type?: string | undefined;
  /** Only what was priced by this tier; `quoted`: jobs with a quoted price. */
  readonly tier?: string | undefined;
  /** Only what is in this state. */
  readonly status?: "lapsed" | "released" | "running" | "settled" | undefined;
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

/** What `exportRequests` is given by name. */
export interface ExportRequestsParameters {
  /** Count from this second on, in Unix seconds; omit it for all before `until`. */
  readonly since?: Whole | undefined;
  /** Count to before this second, in Unix seconds; omit it for all until now. */
  readonly until?: Whole | undefined;
  /** Only what was asked for with the key of this identifier. */
  readonly key?: string | undefined;
  /** Only what was asked for with keys of this project; empty: of none. */
  readonly project?: string | undefined;
  /** Only what was asked for with keys of this member; empty: of none. */
  readonly member?: string | undefined;
  /** Only what was asked for of this model. */
  readonly model?: string | undefined;
  /** Only what has this label. */
  readonly job_type?: string | undefined;
  /** Only what was priced by this tier; `quoted`: jobs with a quoted price. */
  readonly tier?: string | undefined;
  /** Only what is in this state. */
  readonly status?: "lapsed" | "released" | "running" | "settled" | undefined;
  /** The file's format. */
  readonly format?: "csv" | "ndjson" | "parquet" | undefined;
}

/** What `listReceipts` is given by name. */
export interface ListReceiptsParameters {
  /** Count from this second on, in Unix seconds; omit it for all before `until`. */
  readonly since?: Whole | undefined;
  /** Count to before this second, in Unix seconds; omit it for all until now. */
  readonly until?: Whole | undefined;
  /** Only what was asked for with the key of this identifier. */
  readonly key?: string | undefined;
  /** Only what was asked for with keys of this project; empty: of none. */
  readonly project?: string | undefined;
  /** Only what was asked for with keys of this member; empty: of none. */
  readonly member?: string | undefined;
  /** Only what was asked for of this model. */
  readonly model?: string | undefined;
  /** Only what has this label. */
  readonly job_type?: string | undefined;
  /** Only what was priced by this tier; `quoted`: jobs with a quoted price. */
  readonly tier?: string | undefined;
  /** Only what is in this state. */
  readonly status?: "lapsed" | "released" | "running" | "settled" | undefined;
  /** Most items of a page. */
  readonly limit?: Whole | undefined;
  /** What the page before it said is next; omit it for the first page. */
  readonly cursor?: string | undefined;
}

/** What `exportReceipts` is given by name. */
export interface ExportReceiptsParameters {
  /** Count from this second on, in Unix seconds; omit it for all before `until`. */
  readonly since?: Whole | undefined;
  /** Count to before this second, in Unix seconds; omit it for all until now. */
  readonly until?: Whole | undefined;
  /** Only what was asked for with the key of this identifier. */
  readonly key?: string | undefined;
  /** Only what was asked for with keys of this project; empty: of none. */
  readonly project?: string | undefined;
  /** Only what was asked for with keys of this member; empty: of none. */
  readonly member?: string | undefined;
  /** Only what was asked for of this model. */
  readonly model?: string | undefined;
  /** Only what has this label. */
  readonly job_type?: string | undefined;
  /** Only what was priced by this tier; `quoted`: jobs with a quoted price. */
  readonly tier?: string | undefined;
  /** Only what is in this state. */
  readonly status?: "lapsed" | "released" | "running" | "settled" | undefined;
  /** The file's format. */
  readonly format?: "csv" | "ndjson" | "parquet" | undefined;
}

/** What `listSessions` is given by name. */
export interface ListSessionsParameters {
  /** Count from this second on, in Unix seconds; omit it for all before `until`. */
  readonly since?: Whole | undefined;
  /** Count to before this second, in Unix seconds; omit it for all until now. */
  readonly until?: Whole | undefined;
  /** Most items of a page. */
  readonly limit?: Whole | undefined;
  /** What the page before it said is next; omit it for the first page. */
  readonly cursor?: string | undefined;
}

/** What `exportSessions` is given by name. */
export interface ExportSessionsParameters {
  /** Count from this second on, in Unix seconds; omit it for all before `until`. */
  readonly since?: Whole | undefined;
  /** Count to before this second, in Unix seconds; omit it for all until now. */
  readonly until?: Whole | undefined;
  /** The file's format. */
  readonly format?: "csv" | "ndjson" | "parquet" | undefined;
}

/** What `getPaymentLink` is given by name. */
export interface GetPaymentLinkParameters {
  /** Base58 address of the wallet. */
  readonly wallet: string;
  /** Credits to buy. */
  readonly credits?: Whole | undefined;
  /** The pack's number, instead of `credits`. */
  readonly pack?: Whole | undefined;
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
  /** The amount of the link, in the platform's currency: an exact decimal. */
  readonly amount: string;
  /** Base58 address that is on the transaction, and finds it once it has landed. */
  readonly reference: string;
  /** The pack's number, instead of `credits`. */
  readonly pack?: Whole | undefined;
  /** Fewest credits that the link's pack gives on top. */
  readonly bonus_credits?: Whole | undefined;
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
  /** The amount of the link, in the platform's currency: an exact decimal. */
  readonly amount: string;
  /** Base58 address that is on the transaction, and finds it once it has landed. */
  readonly reference: string;
  /** The pack's number, instead of `credits`. */
  readonly pack?: Whole | undefined;
  /** Fewest credits that the link's pack gives on top. */
  readonly bonus_credits?: Whole | undefined;
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
  /** The amount of the link, in the platform's currency: an exact decimal. */
  readonly amount: string;
  /** Base58 address that is on the transaction, and finds it once it has landed. */
  readonly reference: string;
  /** The pack's number, instead of `credits`. */
  readonly pack?: Whole | undefined;
  /** Fewest credits that the link's pack gives on top. */
  readonly bonus_credits?: Whole | undefined;
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
  /** The amount of the link, in the platform's currency: an exact decimal. */
  readonly amount: string;
  /** Base58 address that is on the transaction, and finds it once it has landed. */
  readonly reference: string;
  /** The pack's number, instead of `credits`. */
  readonly pack?: Whole | undefined;
  /** Fewest credits that the link's pack gives on top. */
  readonly bonus_credits?: Whole | undefined;
  /** The wallet's namespace, at most 16 bytes; empty is the default one. */
  readonly namespace?: string | undefined;
}

/** What `getPayment` is given by name. */
export interface GetPaymentParameters {
  /** Base58 address of the credit account that the payment goes to. */
  readonly recipient?: string | undefined;
  /** Credits to buy. */
  readonly credits?: Whole | undefined;
  /** Fewest credits that the link's pack gives on top. */
  readonly bonus_credits?: Whole | undefined;
}

/** What `listTopUps` is given by name. */
export interface ListTopUpsParameters {
  /** Most items of a page. */
  readonly limit?: Whole | undefined;
  /** What the page before it said is next; omit it for the first page. */
  readonly cursor?: string | undefined;
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
  /** The length of each row's period, unless `by` names it; omit it for one period. */
  readonly period?: "day" | "hour" | "month" | undefined;
  /** Names with commas between them: at most two groups, and `hour`, `day` or `month`; omit it for one group. */
  readonly by?: string | undefined;
  /** Only what was asked for with the key of this identifier. */
  readonly key?: string | undefined;
  /** Only what was asked for with keys of this project; empty: of none. */
  readonly project?: string | undefined;
  /** Only what was asked for with keys of this member; empty: of none. */
  readonly member?: string | undefined;
  /** Only what was asked for of this model. */
  readonly model?: string | undefined;
  /** Only what has this label. */
  readonly job_type?: string | undefined;
  /** Only what was priced by this tier; `quoted`: jobs with a quoted price. */
  readonly tier?: string | undefined;
  /** Only what was charged for this component: a tier, or a resource of a quoted job. */
  readonly component?: string | undefined;
  /** Only what this namespace of the wallet was charged. */
  readonly namespace?: string | undefined;
}

/** What `exportUsage` is given by name. */
export interface ExportUsageParameters {
  /** Count from this second on, in Unix seconds; omit it for all before `until`. */
  readonly since?: Whole | undefined;
  /** Count to before this second, in Unix seconds; omit it for all until now. */
  readonly until?: Whole | undefined;
  /** The length of each row's period, unless `by` names it; omit it for one period. */
  readonly period?: "day" | "hour" | "month" | undefined;
  /** Names with commas between them: at most two groups, and `hour`, `day` or `month`; omit it for one group. */
  readonly by?: string | undefined;
  /** Only what was asked for with the key of this identifier. */
  readonly key?: string | undefined;
  /** Only what was asked for with keys of this project; empty: of none. */
  readonly project?: string | undefined;
  /** Only what was asked for with keys of this member; empty: of none. */
  readonly member?: string | undefined;
  /** Only what was asked for of this model. */
  readonly model?: string | undefined;
  /** Only what has this label. */
  readonly job_type?: string | undefined;
  /** Only what was priced by this tier; `quoted`: jobs with a quoted price. */
  readonly tier?: string | undefined;
  /** Only what was charged for this component: a tier, or a resource of a quoted job. */
  readonly component?: string | undefined;
  /** Only what this namespace of the wallet was charged. */
  readonly namespace?: string | undefined;
  /** The file's format. */
  readonly format?: "csv" | "ndjson" | "parquet" | undefined;
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

/** What `listCustomers` is given by name. */
export interface ListCustomersParameters {
  /** What the page before it said is next; omit it for the first page. */
  readonly cursor?: string | undefined;
  /** Most items of a page. */
  readonly limit?: Whole | undefined;
}

/** What `exportCustomers` is given by name. */
export interface ExportCustomersParameters {
  /** The file's format. */
  readonly format?: "csv" | "ndjson" | "parquet" | undefined;
}

/** What `getOperatorUsage` is given by name. */
export interface GetOperatorUsageParameters {
  /** Count from this second on, in Unix seconds; omit it for all before `until`. */
  readonly since?: Whole | undefined;
  /** Count to before this second, in Unix seconds; omit it for all until now. */
  readonly until?: Whole | undefined;
  /** The length of each row's period, unless `by` names it; omit it for one period. */
  readonly period?: "day" | "hour" | "month" | undefined;
  /** Names with commas between them: at most two groups, and `hour`, `day` or `month`; omit it for one group. */
  readonly by?: string | undefined;
  /** Only what was asked for with the key of this identifier. */
  readonly key?: string | undefined;
  /** Only what was asked for with keys of this project; empty: of none. */
  readonly project?: string | undefined;
  /** Only what was asked for with keys of this member; empty: of none. */
  readonly member?: string | undefined;
  /** Only what was asked for of this model. */
  readonly model?: string | undefined;
  /** Only what has this label. */
  readonly job_type?: string | undefined;
  /** Only what was priced by this tier; `quoted`: jobs with a quoted price. */
  readonly tier?: string | undefined;
  /** Only what was charged for this component: a tier, or a resource of a quoted job. */
  readonly component?: string | undefined;
  /** Only what accounts of this namespace were charged. */
  readonly namespace?: string | undefined;
  /** Only what this wallet's accounts were charged. */
  readonly wallet?: string | undefined;
  /** Only what this credit account was charged. */
  readonly credit_account?: string | undefined;
  /** Only what this operator's wallet settled. */
  readonly operator?: string | undefined;
}

/** What `exportOperatorUsage` is given by name. */
export interface ExportOperatorUsageParameters {
  /** Count from this second on, in Unix seconds; omit it for all before `until`. */
  readonly since?: Whole | undefined;
  /** Count to before this second, in Unix seconds; omit it for all until now. */
  readonly until?: Whole | undefined;
  /** The length of each row's period, unless `by` names it; omit it for one period. */
  readonly period?: "day" | "hour" | "month" | undefined;
  /** Names with commas between them: at most two groups, and `hour`, `day` or `month`; omit it for one group. */
  readonly by?: string | undefined;
  /** Only what was asked for with the key of this identifier. */
  readonly key?: string | undefined;
  /** Only what was asked for with keys of this project; empty: of none. */
  readonly project?: string | undefined;
  /** Only what was asked for with keys of this member; empty: of none. */
  readonly member?: string | undefined;
  /** Only what was asked for of this model. */
  readonly model?: string | undefined;
  /** Only what has this label. */
  readonly job_type?: string | undefined;
  /** Only what was priced by this tier; `quoted`: jobs with a quoted price. */
  readonly tier?: string | undefined;
  /** Only what was charged for this component: a tier, or a resource of a quoted job. */
  readonly component?: string | undefined;
  /** Only what accounts of this namespace were charged. */
  readonly namespace?: string | undefined;
  /** Only what this wallet's accounts were charged. */
  readonly wallet?: string | undefined;
  /** Only what this credit account was charged. */
  readonly credit_account?: string | undefined;
  /** Only what this operator's wallet settled. */
  readonly operator?: string | undefined;
  /** The file's format. */
  readonly format?: "csv" | "ndjson" | "parquet" | undefined;
}

/** What `getOperatorEarnings` is given by name. */
export interface GetOperatorEarningsParameters {
  /** Count from this second on, in Unix seconds; omit it for all before `until`. */
  readonly since?: Whole | undefined;
  /** Count to before this second, in Unix seconds; omit it for all until now. */
  readonly until?: Whole | undefined;
}
