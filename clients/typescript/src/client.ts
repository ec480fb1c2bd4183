// Generated from docs/openapi.json by scripts/generate-api-client; do not edit.
/** A client with a method for each operation of the API. */
import * as operations from "./operations.js";
import { entriesOf } from "./pages.js";
import { type AskOptions, Transport } from "./transport.js";
import type * as types from "./types.js";

/** A client of the API of one server. */
export class Client extends Transport {
  /**
   * Say whether the process answers.
   *
   * Nothing else is looked at: a server that is not ready is not helped by a restart.
   */
  async getLiveness(options: AskOptions = {}): Promise<types.Live> {
    return (await this.ask(operations.getLiveness(), options)).value;
  }

  /**
   * Say whether the server can do its work.
   *
   * Checks duties, database, node, index and the operator's SOL, at most two seconds ago; 503 if one of them fails.
   *
   * `parts` names each of them, and what to do about it.
   */
  async getHealth(options: AskOptions = {}): Promise<types.Health> {
    return (await this.ask(operations.getHealth(), options)).value;
  }

  /**
   * Say whether the server can do its work.
   *
   * The same as `/v1/health`, under the name that orchestrators look for.
   */
  async getReadiness(options: AskOptions = {}): Promise<types.Health> {
    return (await this.ask(operations.getReadiness(), options)).value;
  }

  /**
   * Say what a problem's type means.
   *
   * What stands behind the `type` of a problem.
   *
   * @param slug The last part of a problem's `type`.
   */
  async getProblemType(slug: string, options: AskOptions = {}): Promise<types.ProblemType> {
    return (await this.ask(operations.getProblemType(slug), options)).value;
  }

  /**
   * Describe the API.
   *
   * Answers this document, in OpenAPI 3.1.
   *
   * @returns The whole answer: application/json.
   */
  async getOpenapiDocument(options: AskOptions = {}): Promise<Uint8Array> {
    return (await this.ask(operations.getOpenapiDocument(), options)).value;
  }

  /**
   * Describe the API to people.
   *
   * The same as a page of HTML, without scripts.
   *
   * @returns The whole answer: text/html.
   */
  async getDocumentationPage(options: AskOptions = {}): Promise<Uint8Array> {
    return (await this.ask(operations.getDocumentationPage(), options)).value;
  }

  /**
   * Say what the key's account holds.
   *
   * Right as of `as_of_slot`. With `min_slot`, the slot of a transaction, its effect is in the answer.
   *
   * Needs a key with the scope `read`.
   */
  async getAccount(named: types.GetAccountParameters & AskOptions = {}): Promise<types.AccountView> {
    return (await this.ask(operations.getAccount(named), named)).value;
  }

  /**
   * List the models and their prices.
   *
   * Prices are those of the chain at this moment; a model whose tier the platform has not is left out.
   */
  async listModels(options: AskOptions = {}): Promise<types.ModelList> {
    return (await this.ask(operations.listModels(), options)).value;
  }

  /**
   * List the packs and what they cost.
   *
   * Packs are those of the chain at this moment; any other number of credits can be bought without one.
   */
  async listPacks(options: AskOptions = {}): Promise<types.PackList> {
    return (await this.ask(operations.listPacks(), options)).value;
  }

  /**
   * Say what a job or request costs, before it is locked.
   *
   * By the chain's prices of this moment, as a lock would be. It reserves nothing.
   *
   * Needs a key with the scope `read` or `operator`.
   */
  async createQuote(body: types.QuoteRequest, options: AskOptions = {}): Promise<types.QuoteView> {
    return (await this.ask(operations.createQuote(body), options)).value;
  }

  /**
   * Say which credit system the server is of.
   *
   * What a client needs to know before it asks a wallet to sign something.
   */
  async getPlatform(options: AskOptions = {}): Promise<types.PlatformView> {
    return (await this.ask(operations.getPlatform(), options)).value;
  }

  /**
   * Ask for the message that makes a key once the wallet has signed it.
   *
   * The message names what the key may do; it is valid for five minutes.
   */
  async createKeyChallenge(body: types.KeyTerms, options: AskOptions = {}): Promise<types.Challenge> {
    return (await this.ask(operations.createKeyChallenge(body), options)).value;
  }

  /**
   * List the account's keys.
   *
   * The keys of the asking key's account, revoked ones included.
   *
   * Needs a key with the scope `manage`.
   */
  async listKeys(named: types.ListKeysParameters & AskOptions = {}): Promise<types.KeyPage> {
    return (await this.ask(operations.listKeys(named), named)).value;
  }

  /**
   * Make a key.
   *
   * Make the key of a signed challenge. The account must exist: buy credits first.
   */
  async createKey(body: types.SignedTerms, options: AskOptions = {}): Promise<types.NewKey> {
    return (await this.ask(operations.createKey(body), options)).value;
  }

  /**
   * Revoke a key.
   *
   * It is refused from the next request on; a repeat changes nothing.
   *
   * Needs a key with the scope `manage`.
   *
   * @param key_id The API key's identifier, which is no secret.
   */
  async revokeKey(key_id: string, options: AskOptions = {}): Promise<types.KeyView> {
    return (await this.ask(operations.revokeKey(key_id), options)).value;
  }

  /**
   * List the account's jobs, newest first.
   *
   * Jobs that were locked through this API.
   *
   * Needs a key with the scope `read`.
   */
  async listJobs(named: types.ListJobsParameters & AskOptions = {}): Promise<types.JobPage> {
    return (await this.ask(operations.listJobs(named), named)).value;
  }

  /**
   * Lock the price of a job.
   *
   * Safe to repeat with the same Idempotency-Key until there is an answer: nothing is charged twice.
   *
   * Needs a key with the scope `operator`.
   */
  async lockJob(body: types.LockRequest, named: types.LockJobParameters & AskOptions): Promise<types.JobView> {
    return (await this.ask(operations.lockJob(body, named), named)).value;
  }

  /**
   * Charge what a job has used.
   *
   * Safe to repeat: the figure is a running total.
   *
   * Needs a key with the scope `operator`.
   *
   * @param job Base58 address of the job's account on chain: its `id`.
   */
  async settleJob(job: string, body: types.SettleRequest, options: AskOptions = {}): Promise<types.JobView> {
    return (await this.ask(operations.settleJob(job, body), options)).value;
  }

  /**
   * Give back all that a job holds.
   *
   * Safe to repeat.
   *
   * Needs a key with the scope `operator`.
   *
   * @param job Base58 address of the job's account on chain: its `id`.
   */
  async refundJob(job: string, options: AskOptions = {}): Promise<types.JobView> {
    return (await this.ask(operations.refundJob(job), options)).value;
  }

  /**
   * Get a job of the account, or, for the operator, of the platform.
   *
   * A job that was locked through this API.
   *
   * Needs a key with the scope `read` or `operator`.
   *
   * @param job Base58 address of the job's account on chain: its `id`.
   */
  async getJob(job: string, options: AskOptions = {}): Promise<types.JobView> {
    return (await this.ask(operations.getJob(job), options)).value;
  }

  /**
   * List the account's requests, newest first.
   *
   * Requests that were admitted within sessions, made from `since` to before `until`, with these labels.
   *
   * Needs a key with the scope `read`.
   */
  async listRequests(named: types.ListRequestsParameters & AskOptions = {}): Promise<types.RequestPage> {
    return (await this.ask(operations.listRequests(named), named)).value;
  }

  /**
   * Reserve the highest price of a request within a session.
   *
   * Safe to repeat with the same Idempotency-Key until there is an answer: nothing is reserved twice.
   *
   * The first request of a customer opens a session on chain, and waits for it; those after it wait for nothing.
   *
   * Needs a key with the scope `operator`.
   */
  async admitRequest(
    body: types.RequestTerms,
    named: types.AdmitRequestParameters & AskOptions,
  ): Promise<types.RequestView> {
    return (await this.ask(operations.admitRequest(body, named), named)).value;
  }

  /**
   * Reserve up to 100 requests at once.
   *
   * Each is admitted or refused for itself, as `admitRequest` would. Safe to repeat.
   *
   * Needs a key with the scope `operator`.
   */
  async admitRequests(body: types.AdmissionBatch, options: AskOptions = {}): Promise<types.BatchResults> {
    return (await this.ask(operations.admitRequests(body), options)).value;
  }

  /**
   * Charge what a request has used.
   *
   * The answer has its receipt. Safe to repeat: the same units give the same receipt.
   *
   * Needs a key with the scope `operator`.
   *
   * @param request_id The request's identifier.
   */
  async settleRequest(request_id: string, body: types.UnitsUsed, options: AskOptions = {}): Promise<types.RequestView> {
    return (await this.ask(operations.settleRequest(request_id, body), options)).value;
  }

  /**
   * Charge what up to 100 requests have used.
   *
   * Each is settled or refused for itself, as `settleRequest` would. Safe to repeat.
   *
   * Needs a key with the scope `operator`.
   */
  async settleRequests(body: types.SettlementBatch, options: AskOptions = {}): Promise<types.BatchResults> {
    return (await this.ask(operations.settleRequests(body), options)).value;
  }

  /**
   * Give back all that a request reserves.
   *
   * Safe to repeat.
   *
   * Needs a key with the scope `operator`.
   *
   * @param request_id The request's identifier.
   */
  async releaseRequest(request_id: string, options: AskOptions = {}): Promise<types.RequestView> {
    return (await this.ask(operations.releaseRequest(request_id), options)).value;
  }

  /**
   * Get a request of the account, or, for the operator, of the platform.
   *
   * A request as it is now.
   *
   * Needs a key with the scope `read` or `operator`.
   *
   * @param request_id The request's identifier.
   */
  async getRequest(request_id: string, options: AskOptions = {}): Promise<types.RequestView> {
    return (await this.ask(operations.getRequest(request_id), options)).value;
  }

  /**
   * Export the account's requests as a file, oldest first.
   *
   * Streamed, from one snapshot, in at most ten minutes.
   *
   * Needs a key with the scope `read`.
   *
   * @returns The whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
   */
  async exportRequests(named: types.ExportRequestsParameters & AskOptions = {}): Promise<Uint8Array> {
    return (await this.ask(operations.exportRequests(named), named)).value;
  }

  /**
   * Get a request's receipt, and the settlement that commits to it.
   *
   * A request that was settled has one from then on.
   *
   * Needs a key with the scope `read` or `operator`.
   *
   * @param request_id The request's identifier.
   */
  async getReceipt(request_id: string, options: AskOptions = {}): Promise<types.ReceiptView> {
    return (await this.ask(operations.getReceipt(request_id), options)).value;
  }

  /**
   * List the account's receipts, newest first.
   *
   * Each with the settlement that commits to it, of requests that were made in the time and have these labels.
   *
   * Needs a key with the scope `read`.
   */
  async listReceipts(named: types.ListReceiptsParameters & AskOptions = {}): Promise<types.ReceiptPage> {
    return (await this.ask(operations.listReceipts(named), named)).value;
  }

  /**
   * Export the account's receipts as a file, oldest first.
   *
   * Streamed, from one snapshot, in at most ten minutes; `receipt_bytes` is what a receipt's leaf is the hash of.
   *
   * `receipt_signer` and `receipt_signature` are the operator's signature of these bytes. `job-escrow session verify`
   * takes a session's lines as they are, as NDJSON.
   *
   * Needs a key with the scope `read`.
   *
   * @returns The whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
   */
  async exportReceipts(named: types.ExportReceiptsParameters & AskOptions = {}): Promise<Uint8Array> {
    return (await this.ask(operations.exportReceipts(named), named)).value;
  }

  /**
   * List the account's sessions, newest first.
   *
   * Sessions that this server has opened, from `since` to before `until`.
   *
   * Needs a key with the scope `read`.
   */
  async listSessions(named: types.ListSessionsParameters & AskOptions = {}): Promise<types.SessionPage> {
    return (await this.ask(operations.listSessions(named), named)).value;
  }

  /**
   * End the account's sessions.
   *
   * They admit nothing more. Those in which nothing runs end at once, the others with their last request.
   *
   * The next request opens a new one: who wants none lowers its limits or revokes the key.
   *
   * Needs a key with the scope `manage`.
   */
  async endSessions(options: AskOptions = {}): Promise<types.SessionPage> {
    return (await this.ask(operations.endSessions(), options)).value;
  }

  /**
   * Export the account's sessions as a file, oldest first.
   *
   * Streamed, from one snapshot, in at most ten minutes.
   *
   * Needs a key with the scope `read`.
   *
   * @returns The whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
   */
  async exportSessions(named: types.ExportSessionsParameters & AskOptions = {}): Promise<Uint8Array> {
    return (await this.ask(operations.exportSessions(named), named)).value;
  }

  /**
   * Make a Solana Pay link for a purchase.
   *
   * For the account of `wallet`, so many credits or a pack; whoever opens the link pays.
   */
  async getPaymentLink(named: types.GetPaymentLinkParameters & AskOptions): Promise<types.PaymentLink> {
    return (await this.ask(operations.getPaymentLink(named), named)).value;
  }

  /**
   * Draw a link's QR code as SVG.
   *
   * For a page to show.
   *
   * @returns The whole answer: image/svg+xml.
   */
  async getPaymentQrSvg(named: types.GetPaymentQrSvgParameters & AskOptions): Promise<Uint8Array> {
    return (await this.ask(operations.getPaymentQrSvg(named), named)).value;
  }

  /**
   * Draw a link's QR code as PNG.
   *
   * For a mail or a terminal.
   *
   * @returns The whole answer: image/png.
   */
  async getPaymentQrPng(named: types.GetPaymentQrPngParameters & AskOptions): Promise<Uint8Array> {
    return (await this.ask(operations.getPaymentQrPng(named), named)).value;
  }

  /**
   * Get the icon of the credits.
   *
   * What wallets show beside the label.
   *
   * @returns The whole answer: image/svg+xml.
   */
  async getPaymentIcon(options: AskOptions = {}): Promise<Uint8Array> {
    return (await this.ask(operations.getPaymentIcon(), options)).value;
  }

  /**
   * Say what the link is for (Solana Pay).
   *
   * The GET of a transaction request.
   */
  async getPaymentRequest(named: types.GetPaymentRequestParameters & AskOptions): Promise<types.TransactionRequest> {
    return (await this.ask(operations.getPaymentRequest(named), named)).value;
  }

  /**
   * Make the transaction to sign (Solana Pay).
   *
   * The POST of a transaction request: unsigned, so that nothing moves before the payer's wallet signs it.
   */
  async createPaymentTransaction(
    body: types.PayingAccount,
    named: types.CreatePaymentTransactionParameters & AskOptions,
  ): Promise<types.PaymentTransaction> {
    return (await this.ask(operations.createPaymentTransaction(body, named), named)).value;
  }

  /**
   * Say whether a link was paid.
   *
   * `received` once a purchase with the link's reference is indexed: the account has its credits by then.
   *
   * A reference is public, and anybody may buy with it, for any account: name the link's `recipient`, `credits` and
   * `bonus_credits`, so that only a purchase like the link's counts. Without them, any with the reference does.
   *
   * @param reference Base58 address that is on the transaction, and finds it once it has landed.
   */
  async getPayment(reference: string, named: types.GetPaymentParameters & AskOptions = {}): Promise<types.PaymentView> {
    return (await this.ask(operations.getPayment(reference, named), named)).value;
  }

  /**
   * List what came into the account, newest first.
   *
   * Purchases, packs with their bonus, automatic top-ups, plain transfers and grants.
   *
   * Needs a key with the scope `read`.
   */
  async listTopUps(named: types.ListTopUpsParameters & AskOptions = {}): Promise<types.TopUpPage> {
    return (await this.ask(operations.listTopUps(named), named)).value;
  }

  /**
   * Say by which rule credits are bought by themselves.
   *
   * As the chain has it now. The wallet sets it and turns it off: `job-escrow top-up`.
   *
   * Needs a key with the scope `read`.
   */
  async getTopUpRule(options: AskOptions = {}): Promise<types.TopUpRuleAnswer> {
    return (await this.ask(operations.getTopUpRule(), options)).value;
  }

  /**
   * Make the transaction that buys credits.
   *
   * Opens the account where it is not open, with `limits`. The wallet pays the tokens, the fee and the rent.
   *
   * Needs a key with the scope `manage`.
   */
  async createPurchaseTransaction(
    body: types.PurchaseTerms,
    options: AskOptions = {},
  ): Promise<types.UnsignedTransaction> {
    return (await this.ask(operations.createPurchaseTransaction(body), options)).value;
  }

  /**
   * Make the transaction that pays credits out.
   *
   * To the wallet's own associated token account, which it makes where it is missing.
   *
   * Needs a key with the scope `manage`.
   */
  async createWithdrawalTransaction(
    body: types.WithdrawalTerms,
    options: AskOptions = {},
  ): Promise<types.UnsignedTransaction> {
    return (await this.ask(operations.createWithdrawalTransaction(body), options)).value;
  }

  /**
   * Say what the operator may lock without asking.
   *
   * The account's limits, as the chain has them now.
   *
   * Needs a key with the scope `read`.
   */
  async getLimits(options: AskOptions = {}): Promise<types.WalletLimits> {
    return (await this.ask(operations.getLimits(), options)).value;
  }

  /**
   * Make the transaction that changes what the operator may lock.
   *
   * Less counts from when it lands, also for jobs that are asked for at the same time.
   *
   * Needs a key with the scope `manage`.
   */
  async createLimitsTransaction(body: types.LimitsView, options: AskOptions = {}): Promise<types.UnsignedTransaction> {
    return (await this.ask(operations.createLimitsTransaction(body), options)).value;
  }

  /**
   * Pass a signed transaction on to the chain.
   *
   * Safe to repeat until it has landed or has expired: it lands at most once.
   *
   * Needs a key with the scope `manage`.
   */
  async sendTransaction(body: types.SignedTransaction, options: AskOptions = {}): Promise<types.SentTransaction> {
    return (await this.ask(operations.sendTransaction(body), options)).value;
  }

  /**
   * Say what became of a transaction.
   *
   * `pending` may land yet, `landed` did what it says, `failed` did nothing, `expired` never lands.
   *
   * Needs a key with the scope `read`.
   *
   * @param signature Base58 signature of the transaction.
   */
  async getTransaction(
    signature: string,
    named: types.GetTransactionParameters & AskOptions,
  ): Promise<types.TransactionView> {
    return (await this.ask(operations.getTransaction(signature, named), named)).value;
  }

  /**
   * List the account's webhooks.
   *
   * Without their secrets.
   *
   * Needs a key with the scope `manage`.
   */
  async listWebhooks(options: AskOptions = {}): Promise<types.WebhookList> {
    return (await this.ask(operations.listWebhooks(), options)).value;
  }

  /**
   * Make a webhook.
   *
   * Its secret is shown once.
   *
   * Needs a key with the scope `manage`.
   */
  async createWebhook(body: types.WebhookRequest, options: AskOptions = {}): Promise<types.NewWebhook> {
    return (await this.ask(operations.createWebhook(body), options)).value;
  }

  /**
   * End a webhook.
   *
   * What was not delivered yet never is.
   *
   * Needs a key with the scope `manage`.
   *
   * @param webhook The webhook's identifier.
   */
  async deleteWebhook(webhook: string, options: AskOptions = {}): Promise<void> {
    return (await this.ask(operations.deleteWebhook(webhook), options)).value;
  }

  /**
   * Send a test message.
   *
   * Of type `webhook.test`.
   *
   * Needs a key with the scope `manage`.
   *
   * @param webhook The webhook's identifier.
   */
  async testWebhook(webhook: string, options: AskOptions = {}): Promise<types.Queued> {
    return (await this.ask(operations.testWebhook(webhook), options)).value;
  }

  /**
   * List what was sent, and what came of it.
   *
   * Dead ones can be replayed.
   *
   * Needs a key with the scope `manage`.
   *
   * @param webhook The webhook's identifier.
   */
  async listDeliveries(
    webhook: string,
    named: types.ListDeliveriesParameters & AskOptions = {},
  ): Promise<types.DeliveryPage> {
    return (await this.ask(operations.listDeliveries(webhook, named), named)).value;
  }

  /**
   * Send a message again.
   *
   * Under the same id.
   *
   * Needs a key with the scope `manage`.
   *
   * @param webhook The webhook's identifier.
   *
   * @param message The message's identifier.
   */
  async replayDelivery(webhook: string, message: string, options: AskOptions = {}): Promise<types.DeliveryView> {
    return (await this.ask(operations.replayDelivery(webhook, message), options)).value;
  }

  /**
   * Count the credits that jobs and sessions were charged, by period and group.
   *
   * From `since` to before `until`, of the key's own account; with `namespace`, of all accounts of the wallet.
   *
   * Rows are by at most two groups and a period, such as `by=model,day`, of what has the given values. They add up to
   * what settlements on chain have charged: each counts when it happened, with the requests whose receipts it reported.
   * What requests were charged since then stands beside it as `unsettled_credits`, by when they ended. What was not
   * locked or admitted through this API has no key, project, member, model or type: its group is null. These five are
   * told within a namespace only, so that none of them goes together with `namespace`. At most 10,000 rows; the export
   * has up to 200,000.
   *
   * Needs a key with the scope `read`.
   */
  async getUsage(named: types.GetUsageParameters & AskOptions = {}): Promise<types.Usage> {
    return (await this.ask(operations.getUsage(named), named)).value;
  }

  /**
   * Export usage as a file.
   *
   * The rows of `/v1/usage`; `units` is JSON, by kind.
   *
   * Needs a key with the scope `read`.
   *
   * @returns The whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
   */
  async exportUsage(named: types.ExportUsageParameters & AskOptions = {}): Promise<Uint8Array> {
    return (await this.ask(operations.exportUsage(named), named)).value;
  }

  /**
   * Forecast what will be used at the rate of the last weeks.
   *
   * Of the key's own account, with what is not settled yet; each figure is rounded up.
   *
   * Needs a key with the scope `read`.
   */
  async getUsageForecast(options: AskOptions = {}): Promise<types.Forecast> {
    return (await this.ask(operations.getUsageForecast(), options)).value;
  }

  /**
   * List everything that happened to the account, newest first.
   *
   * With the balance after each entry; pass `next_cursor` as `cursor` for older ones.
   *
   * Needs a key with the scope `read`.
   */
  async getLedger(named: types.GetLedgerParameters & AskOptions = {}): Promise<types.LedgerPage> {
    return (await this.ask(operations.getLedger(named), named)).value;
  }

  /**
   * Export the ledger as a file, oldest first.
   *
   * Streamed, from one snapshot, in at most ten minutes.
   *
   * Needs a key with the scope `read`.
   *
   * @returns The whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
   */
  async exportLedger(named: types.ExportLedgerParameters & AskOptions = {}): Promise<Uint8Array> {
    return (await this.ask(operations.exportLedger(named), named)).value;
  }

  /**
   * List the months that there are statements of, newest first.
   *
   * From the account's first entry on; the present month's is of what has happened so far.
   *
   * Needs a key with the scope `read`.
   */
  async listStatements(options: AskOptions = {}): Promise<types.StatementList> {
    return (await this.ask(operations.listStatements(), options)).value;
  }

  /**
   * Get the statement of a month.
   *
   * From its first day to its last, in UTC; ties to the credit and to the base unit. `month` like 2026-06.
   *
   * `usage` says what the charges were for, by model and by component; its credits add up to `charges`.
   *
   * Needs a key with the scope `read`.
   *
   * @param month A month in UTC, YYYY-MM.
   */
  async getStatement(month: string, options: AskOptions = {}): Promise<types.StatementView> {
    return (await this.ask(operations.getStatement(month), options)).value;
  }

  /**
   * Get the statement as a page to print.
   *
   * HTML without scripts.
   *
   * Needs a key with the scope `read`.
   *
   * @param month A month in UTC, YYYY-MM.
   *
   * @returns The whole answer: text/html.
   */
  async getStatementPage(month: string, options: AskOptions = {}): Promise<Uint8Array> {
    return (await this.ask(operations.getStatementPage(month), options)).value;
  }

  /**
   * Get what the platform owes, has earned this month, and can expect.
   *
   * The outstanding liability by kind, the granted credits by when they expire, this month's earnings, a forecast.
   *
   * Needs a key with the scope `books`.
   */
  async getOperatorSummary(options: AskOptions = {}): Promise<types.Summary> {
    return (await this.ask(operations.getOperatorSummary(), options)).value;
  }

  /**
   * List the platform's customers with what they have, bought and spent.
   *
   * Every credit account, closed ones too; pass `next_cursor` as `cursor` for more.
   *
   * Needs a key with the scope `books`.
   */
  async listCustomers(named: types.ListCustomersParameters & AskOptions = {}): Promise<types.CustomerPage> {
    return (await this.ask(operations.listCustomers(named), named)).value;
  }

  /**
   * Export the platform's customers as a file.
   *
   * Streamed, from one snapshot, in at most ten minutes.
   *
   * Needs a key with the scope `books`.
   *
   * @returns The whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
   */
  async exportCustomers(named: types.ExportCustomersParameters & AskOptions = {}): Promise<Uint8Array> {
    return (await this.ask(operations.exportCustomers(named), named)).value;
  }

  /**
   * Count what the whole platform was used for, by customer, model and more.
   *
   * As `/v1/usage`, of all accounts of the platform: revenue by model is `by=model`, by customer `by=wallet`.
   *
   * Needs a key with the scope `books`.
   */
  async getOperatorUsage(named: types.GetOperatorUsageParameters & AskOptions = {}): Promise<types.Usage> {
    return (await this.ask(operations.getOperatorUsage(named), named)).value;
  }

  /**
   * Export the whole platform's usage as a file.
   *
   * The rows of `/v1/operator/usage`; `units` is JSON, by kind.
   *
   * Needs a key with the scope `books`.
   *
   * @returns The whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
   */
  async exportOperatorUsage(named: types.ExportOperatorUsageParameters & AskOptions = {}): Promise<Uint8Array> {
    return (await this.ask(operations.exportOperatorUsage(named), named)).value;
  }

  /**
   * Get what settlements have paid out, by payee.
   *
   * From `since` to before `until`: what each payee got, and what the treasury kept of it.
   *
   * Needs a key with the scope `books`.
   */
  async getOperatorEarnings(named: types.GetOperatorEarningsParameters & AskOptions = {}): Promise<types.Earnings> {
    return (await this.ask(operations.getOperatorEarnings(named), named)).value;
  }

  /** Every entry of `listKeys`, page after page, each page when it is needed. */
  iterateKeys(named: types.ListKeysParameters & AskOptions = {}): AsyncGenerator<types.KeyView, void, undefined> {
    return entriesOf(
      (cursor) => this.listKeys({ ...named, cursor }),
      (page) => page.keys,
      (page) => page.next,
      named.cursor,
    );
  }

  /** Every entry of `listJobs`, page after page, each page when it is needed. */
  iterateJobs(named: types.ListJobsParameters & AskOptions = {}): AsyncGenerator<types.JobView, void, undefined> {
    return entriesOf(
      (cursor) => this.listJobs({ ...named, cursor }),
      (page) => page.jobs,
      (page) => page.next,
      named.cursor,
    );
  }

  /** Every entry of `listRequests`, page after page, each page when it is needed. */
  iterateRequests(
    named: types.ListRequestsParameters & AskOptions = {},
  ): AsyncGenerator<types.RequestView, void, undefined> {
    return entriesOf(
      (cursor) => this.listRequests({ ...named, cursor }),
      (page) => page.requests,
      (page) => page.next,
      named.cursor,
    );
  }

  /** Every entry of `listReceipts`, page after page, each page when it is needed. */
  iterateReceipts(
    named: types.ListReceiptsParameters & AskOptions = {},
  ): AsyncGenerator<types.ReceiptView, void, undefined> {
    return entriesOf(
      (cursor) => this.listReceipts({ ...named, cursor }),
      (page) => page.receipts,
      (page) => page.next,
      named.cursor,
    );
  }

  /** Every entry of `listSessions`, page after page, each page when it is needed. */
  iterateSessions(
    named: types.ListSessionsParameters & AskOptions = {},
  ): AsyncGenerator<types.SessionView, void, undefined> {
    return entriesOf(
      (cursor) => this.listSessions({ ...named, cursor }),
      (page) => page.sessions,
      (page) => page.next,
      named.cursor,
    );
  }

  /** Every entry of `listTopUps`, page after page, each page when it is needed. */
  iterateTopUps(named: types.ListTopUpsParameters & AskOptions = {}): AsyncGenerator<types.TopUpView, void, undefined> {
    return entriesOf(
      (cursor) => this.listTopUps({ ...named, cursor }),
      (page) => page.top_ups,
      (page) => page.next_cursor,
      named.cursor,
    );
  }

  /** Every entry of `listDeliveries`, page after page, each page when it is needed. */
  iterateDeliveries(
    webhook: string,
    named: types.ListDeliveriesParameters & AskOptions = {},
  ): AsyncGenerator<types.DeliveryView, void, undefined> {
    return entriesOf(
      (cursor) => this.listDeliveries(webhook, { ...named, cursor }),
      (page) => page.deliveries,
      (page) => page.next,
      named.cursor,
    );
  }

  /** Every entry of `getLedger`, page after page, each page when it is needed. */
  iterateLedger(named: types.GetLedgerParameters & AskOptions = {}): AsyncGenerator<types.Entry, void, undefined> {
    return entriesOf(
      (cursor) => this.getLedger({ ...named, cursor }),
      (page) => page.entries,
      (page) => page.next_cursor,
      named.cursor,
    );
  }

  /** Every entry of `listCustomers`, page after page, each page when it is needed. */
  iterateCustomers(
    named: types.ListCustomersParameters & AskOptions = {},
  ): AsyncGenerator<types.Customer, void, undefined> {
    return entriesOf(
      (cursor) => this.listCustomers({ ...named, cursor }),
      (page) => page.customers,
      (page) => page.next_cursor,
      named.cursor,
    );
  }
}
