// Generated from docs/openapi.json by scripts/generate-api-client; do not edit.
/** The operations of the API: each function makes a call, which a client sends. */
import { bytes, type Call, json, nothing, place } from "./calls.js";
import * as readers from "./readers.js";
import type * as types from "./types.js";

/** Say whether the process answers. */
export function getLiveness(): Call<types.Live> {
  return {
    method: "GET",
    path: "/v1/health/live",
    repeatable: true,
    answer: json(readers.Live),
  };
}

/** Say whether the server can do its work. */
export function getHealth(): Call<types.Health> {
  return {
    method: "GET",
    path: "/v1/health",
    repeatable: true,
    answer: json(readers.Health),
  };
}

/** Say whether the server can do its work. */
export function getReadiness(): Call<types.Health> {
  return {
    method: "GET",
    path: "/v1/health/ready",
    repeatable: true,
    answer: json(readers.Health),
  };
}

/** Say what a problem's type means. */
export function getProblemType(slug: string): Call<types.ProblemType> {
  return {
    method: "GET",
    path: place("/v1/problems/{slug}", { slug }),
    repeatable: true,
    answer: json(readers.ProblemType),
  };
}

/** Describe the API. */
export function getOpenapiDocument(): Call<Uint8Array> {
  return {
    method: "GET",
    path: "/v1/openapi.json",
    repeatable: true,
    answer: bytes,
  };
}

/** Describe the API to people. */
export function getDocumentationPage(): Call<Uint8Array> {
  return {
    method: "GET",
    path: "/v1/docs",
    repeatable: true,
    answer: bytes,
  };
}

/** Say what the key's account holds. */
export function getAccount(named: types.GetAccountParameters = {}): Call<types.AccountView> {
  return {
    method: "GET",
    path: "/v1/account",
    repeatable: true,
    answer: json(readers.AccountView),
    query: { min_slot: named.min_slot },
  };
}

/** List the models and their prices. */
export function listModels(): Call<types.ModelList> {
  return {
    method: "GET",
    path: "/v1/models",
    repeatable: true,
    answer: json(readers.ModelList),
  };
}

/** List the packs and what they cost. */
export function listPacks(): Call<types.PackList> {
  return {
    method: "GET",
    path: "/v1/packs",
    repeatable: true,
    answer: json(readers.PackList),
  };
}

/** Say what a job or request costs, before it is locked. */
export function createQuote(body: types.QuoteRequest): Call<types.QuoteView> {
  return {
    method: "POST",
    path: "/v1/quote",
    repeatable: true,
    answer: json(readers.QuoteView),
    body,
  };
}

/** Say which credit system the server is of. */
export function getPlatform(): Call<types.PlatformView> {
  return {
    method: "GET",
    path: "/v1/platform",
    repeatable: true,
    answer: json(readers.PlatformView),
  };
}

/** Ask for the message that makes a key once the wallet has signed it. */
export function createKeyChallenge(body: types.KeyTerms): Call<types.Challenge> {
  return {
    method: "POST",
    path: "/v1/keys/challenges",
    repeatable: true,
    answer: json(readers.Challenge),
    body,
  };
}

/** List the account's keys. */
export function listKeys(named: types.ListKeysParameters = {}): Call<types.KeyPage> {
  return {
    method: "GET",
    path: "/v1/keys",
    repeatable: true,
    answer: json(readers.KeyPage),
    query: { limit: named.limit, cursor: named.cursor },
  };
}

/** Make a key. */
export function createKey(body: types.SignedTerms): Call<types.NewKey> {
  return {
    method: "POST",
    path: "/v1/keys",
    repeatable: false,
    answer: json(readers.NewKey),
    body,
  };
}

/** Revoke a key. */
export function revokeKey(key_id: string): Call<types.KeyView> {
  return {
    method: "DELETE",
    path: place("/v1/keys/{key_id}", { key_id }),
    repeatable: true,
    answer: json(readers.KeyView),
  };
}

/** List the account's jobs, newest first. */
export function listJobs(named: types.ListJobsParameters = {}): Call<types.JobPage> {
  return {
    method: "GET",
    path: "/v1/jobs",
    repeatable: true,
    answer: json(readers.JobPage),
    query: { limit: named.limit, cursor: named.cursor },
  };
}

/** Lock the price of a job. */
export function lockJob(body: types.LockRequest, named: types.LockJobParameters): Call<types.JobView> {
  return {
    method: "POST",
    path: "/v1/jobs",
    repeatable: true,
    answer: json(readers.JobView),
    headers: { "Idempotency-Key": named.idempotency_key },
    body,
  };
}

/** Charge what a job has used. */
export function settleJob(job: string, body: types.SettleRequest): Call<types.JobView> {
  return {
    method: "POST",
    path: place("/v1/jobs/{job}/settle", { job }),
    repeatable: true,
    answer: json(readers.JobView),
    body,
  };
}

/** Give back all that a job holds. */
export function refundJob(job: string): Call<types.JobView> {
  return {
    method: "POST",
    path: place("/v1/jobs/{job}/refund", { job }),
    repeatable: true,
    answer: json(readers.JobView),
  };
}

/** Get a job of the account, or, for the operator, of the platform. */
export function getJob(job: string): Call<types.JobView> {
  return {
    method: "GET",
    path: place("/v1/jobs/{job}", { job }),
    repeatable: true,
    answer: json(readers.JobView),
  };
}

/** List the account's requests, newest first. */
export function listRequests(named: types.ListRequestsParameters = {}): Call<types.RequestPage> {
  return {
    method: "GET",
    path: "/v1/requests",
    repeatable: true,
    answer: json(readers.RequestPage),
    query: {
      since: named.since,
      until: named.until,
      key: named.key,
      project: named.project,
      member: named.member,
      model: named.model,
      job_type: named.job_type,
      tier: named.tier,
      status: named.status,
      limit: named.limit,
      cursor: named.cursor,
    },
  };
}

/** Reserve the highest price of a request within a session. */
export function admitRequest(body: types.RequestTerms, named: types.AdmitRequestParameters): Call<types.RequestView> {
  return {
    method: "POST",
    path: "/v1/requests",
    repeatable: true,
    answer: json(readers.RequestView),
    headers: { "Idempotency-Key": named.idempotency_key },
    body,
  };
}

/** Reserve up to 100 requests at once. */
export function admitRequests(body: types.AdmissionBatch): Call<types.BatchResults> {
  return {
    method: "POST",
    path: "/v1/requests/batch",
    repeatable: true,
    answer: json(readers.BatchResults),
    body,
  };
}

/** Charge what a request has used. */
export function settleRequest(request_id: string, body: types.UnitsUsed): Call<types.RequestView> {
  return {
    method: "POST",
    path: place("/v1/requests/{request_id}/settle", { request_id }),
    repeatable: true,
    answer: json(readers.RequestView),
    body,
  };
}

/** Charge what up to 100 requests have used. */
export function settleRequests(body: types.SettlementBatch): Call<types.BatchResults> {
  return {
    method: "POST",
    path: "/v1/requests/batch/settle",
    repeatable: true,
    answer: json(readers.BatchResults),
    body,
  };
}

/** Give back all that a request reserves. */
export function releaseRequest(request_id: string): Call<types.RequestView> {
  return {
    method: "POST",
    path: place("/v1/requests/{request_id}/release", { request_id }),
    repeatable: true,
    answer: json(readers.RequestView),
  };
}

/** Get a request of the account, or, for the operator, of the platform. */
export function getRequest(request_id: string): Call<types.RequestView> {
  return {
    method: "GET",
    path: place("/v1/requests/{request_id}", { request_id }),
    repeatable: true,
    answer: json(readers.RequestView),
  };
}

/** Export the account's requests as a file, oldest first. */
export function exportRequests(named: types.ExportRequestsParameters = {}): Call<Uint8Array> {
  return {
    method: "GET",
    path: "/v1/requests/export",
    repeatable: true,
    answer: bytes,
    query: {
      since: named.since,
      until: named.until,
      key: named.key,
      project: named.project,
      member: named.member,
      model: named.model,
      job_type: named.job_type,
      tier: named.tier,
      status: named.status,
      format: named.format,
    },
  };
}

/** Get a request's receipt, and the settlement that commits to it. */
export function getReceipt(request_id: string): Call<types.ReceiptView> {
  return {
    method: "GET",
    path: place("/v1/receipts/{request_id}", { request_id }),
    repeatable: true,
    answer: json(readers.ReceiptView),
  };
}

/** List the account's receipts, newest first. */
export function listReceipts(named: types.ListReceiptsParameters = {}): Call<types.ReceiptPage> {
  return {
    method: "GET",
    path: "/v1/receipts",
    repeatable: true,
    answer: json(readers.ReceiptPage),
    query: {
      since: named.since,
      until: named.until,
      key: named.key,
      project: named.project,
      member: named.member,
      model: named.model,
      job_type: named.job_type,
      tier: named.tier,
      status: named.status,
      limit: named.limit,
      cursor: named.cursor,
    },
  };
}

/** Export the account's receipts as a file, oldest first. */
export function exportReceipts(named: types.ExportReceiptsParameters = {}): Call<Uint8Array> {
  return {
    method: "GET",
    path: "/v1/receipts/export",
    repeatable: true,
    answer: bytes,
    query: {
      since: named.since,
      until: named.until,
      key: named.key,
      project: named.project,
      member: named.member,
      model: named.model,
      job_type: named.job_type,
      tier: named.tier,
      status: named.status,
      format: named.format,
    },
  };
}

/** List the account's sessions, newest first. */
export function listSessions(named: types.ListSessionsParameters = {}): Call<types.SessionPage> {
  return {
    method: "GET",
    path: "/v1/sessions",
    repeatable: true,
    answer: json(readers.SessionPage),
    query: { since: named.since, until: named.until, limit: named.limit, cursor: named.cursor },
  };
}

/** End the account's sessions. */
export function endSessions(): Call<types.SessionPage> {
  return {
    method: "DELETE",
    path: "/v1/sessions",
    repeatable: true,
    answer: json(readers.SessionPage),
  };
}

/** Export the account's sessions as a file, oldest first. */
export function exportSessions(named: types.ExportSessionsParameters = {}): Call<Uint8Array> {
  return {
    method: "GET",
    path: "/v1/sessions/export",
    repeatable: true,
    answer: bytes,
    query: { since: named.since, until: named.until, format: named.format },
  };
}

/** Make a Solana Pay link for a purchase. */
export function getPaymentLink(named: types.GetPaymentLinkParameters): Call<types.PaymentLink> {
  return {
    method: "GET",
    path: "/v1/pay/link",
    repeatable: true,
    answer: json(readers.PaymentLink),
    query: { wallet: named.wallet, credits: named.credits, pack: named.pack, namespace: named.namespace },
  };
}

/** Draw a link's QR code as SVG. */
export function getPaymentQrSvg(named: types.GetPaymentQrSvgParameters): Call<Uint8Array> {
  return {
    method: "GET",
    path: "/v1/pay/qr.svg",
    repeatable: true,
    answer: bytes,
    query: {
      wallet: named.wallet,
      credits: named.credits,
      recipient: named.recipient,
      amount: named.amount,
      reference: named.reference,
      pack: named.pack,
      bonus_credits: named.bonus_credits,
      namespace: named.namespace,
    },
  };
}

/** Draw a link's QR code as PNG. */
export function getPaymentQrPng(named: types.GetPaymentQrPngParameters): Call<Uint8Array> {
  return {
    method: "GET",
    path: "/v1/pay/qr.png",
    repeatable: true,
    answer: bytes,
    query: {
      wallet: named.wallet,
      credits: named.credits,
      recipient: named.recipient,
      amount: named.amount,
      reference: named.reference,
      pack: named.pack,
      bonus_credits: named.bonus_credits,
      namespace: named.namespace,
    },
  };
}

/** Get the icon of the credits. */
export function getPaymentIcon(): Call<Uint8Array> {
  return {
    method: "GET",
    path: "/v1/pay/icon.svg",
    repeatable: true,
    answer: bytes,
  };
}

/** Say what the link is for (Solana Pay). */
export function getPaymentRequest(named: types.GetPaymentRequestParameters): Call<types.TransactionRequest> {
  return {
    method: "GET",
    path: "/v1/pay/purchase",
    repeatable: true,
    answer: json(readers.TransactionRequest),
    query: {
      wallet: named.wallet,
      credits: named.credits,
      recipient: named.recipient,
      amount: named.amount,
      reference: named.reference,
      pack: named.pack,
      bonus_credits: named.bonus_credits,
      namespace: named.namespace,
    },
  };
}

/** Make the transaction to sign (Solana Pay). */
export function createPaymentTransaction(
  body: types.PayingAccount,
  named: types.CreatePaymentTransactionParameters,
): Call<types.PaymentTransaction> {
  return {
    method: "POST",
    path: "/v1/pay/purchase",
    repeatable: true,
    answer: json(readers.PaymentTransaction),
    query: {
      wallet: named.wallet,
      credits: named.credits,
      recipient: named.recipient,
      amount: named.amount,
      reference: named.reference,
      pack: named.pack,
      bonus_credits: named.bonus_credits,
      namespace: named.namespace,
    },
    body,
  };
}

/** Say whether a link was paid. */
export function getPayment(reference: string, named: types.GetPaymentParameters = {}): Call<types.PaymentView> {
  return {
    method: "GET",
    path: place("/v1/pay/payments/{reference}", { reference }),
    repeatable: true,
    answer: json(readers.PaymentView),
    query: { recipient: named.recipient, credits: named.credits, bonus_credits: named.bonus_credits },
  };
}

/** List what came into the account, newest first. */
export function listTopUps(named: types.ListTopUpsParameters = {}): Call<types.TopUpPage> {
  return {
    method: "GET",
    path: "/v1/top-ups",
    repeatable: true,
    answer: json(readers.TopUpPage),
    query: { limit: named.limit, cursor: named.cursor },
  };
}

/** Say by which rule credits are bought by themselves. */
export function getTopUpRule(): Call<types.TopUpRuleAnswer> {
  return {
    method: "GET",
    path: "/v1/top-ups/rule",
    repeatable: true,
    answer: json(readers.TopUpRuleAnswer),
  };
}

/** Make the transaction that buys credits. */
export function createPurchaseTransaction(body: types.PurchaseTerms): Call<types.UnsignedTransaction> {
  return {
    method: "POST",
    path: "/v1/transactions/purchase",
    repeatable: true,
    answer: json(readers.UnsignedTransaction),
    body,
  };
}

/** Make the transaction that pays credits out. */
export function createWithdrawalTransaction(body: types.WithdrawalTerms): Call<types.UnsignedTransaction> {
  return {
    method: "POST",
    path: "/v1/transactions/withdrawal",
    repeatable: true,
    answer: json(readers.UnsignedTransaction),
    body,
  };
}

/** Say what the operator may lock without asking. */
export function getLimits(): Call<types.WalletLimits> {
  return {
    method: "GET",
    path: "/v1/transactions/limits",
    repeatable: true,
    answer: json(readers.WalletLimits),
  };
}

/** Make the transaction that changes what the operator may lock. */
export function createLimitsTransaction(body: types.LimitsView): Call<types.UnsignedTransaction> {
  return {
    method: "POST",
    path: "/v1/transactions/limits",
    repeatable: true,
    answer: json(readers.UnsignedTransaction),
    body,
  };
}

/** Pass a signed transaction on to the chain. */
export function sendTransaction(body: types.SignedTransaction): Call<types.SentTransaction> {
  return {
    method: "POST",
    path: "/v1/transactions",
    repeatable: true,
    answer: json(readers.SentTransaction),
    body,
  };
}

/** Say what became of a transaction. */
export function getTransaction(signature: string, named: types.GetTransactionParameters): Call<types.TransactionView> {
  return {
    method: "GET",
    path: place("/v1/transactions/{signature}", { signature }),
    repeatable: true,
    answer: json(readers.TransactionView),
    query: { last_valid_block_height: named.last_valid_block_height },
  };
}

/** List the account's webhooks. */
export function listWebhooks(): Call<types.WebhookList> {
  return {
    method: "GET",
    path: "/v1/webhooks",
    repeatable: true,
    answer: json(readers.WebhookList),
  };
}

/** Make a webhook. */
export function createWebhook(body: types.WebhookRequest): Call<types.NewWebhook> {
  return {
    method: "POST",
    path: "/v1/webhooks",
    repeatable: false,
    answer: json(readers.NewWebhook),
    body,
  };
}

/** End a webhook. */
export function deleteWebhook(webhook: string): Call<void> {
  return {
    method: "DELETE",
    path: place("/v1/webhooks/{webhook}", { webhook }),
    repeatable: false,
    answer: nothing,
  };
}

/** Send a test message. */
export function testWebhook(webhook: string): Call<types.Queued> {
  return {
    method: "POST",
    path: place("/v1/webhooks/{webhook}/test", { webhook }),
    repeatable: false,
    answer: json(readers.Queued),
  };
}

/** List what was sent, and what came of it. */
export function listDeliveries(webhook: string, named: types.ListDeliveriesParameters = {}): Call<types.DeliveryPage> {
  return {
    method: "GET",
    path: place("/v1/webhooks/{webhook}/deliveries", { webhook }),
    repeatable: true,
    answer: json(readers.DeliveryPage),
    query: { limit: named.limit, cursor: named.cursor },
  };
}

/** Send a message again. */
export function replayDelivery(webhook: string, message: string): Call<types.DeliveryView> {
  return {
    method: "POST",
    path: place("/v1/webhooks/{webhook}/deliveries/{message}/replay", { webhook, message }),
    repeatable: false,
    answer: json(readers.DeliveryView),
  };
}

/** Count the credits that jobs and sessions were charged, by period and group. */
export function getUsage(named: types.GetUsageParameters = {}): Call<types.Usage> {
  return {
    method: "GET",
    path: "/v1/usage",
    repeatable: true,
    answer: json(readers.Usage),
    query: {
      since: named.since,
      until: named.until,
      period: named.period,
      by: named.by,
      key: named.key,
      project: named.project,
      member: named.member,
      model: named.model,
      job_type: named.job_type,
      tier: named.tier,
      component: named.component,
      namespace: named.namespace,
    },
  };
}

/** Export usage as a file. */
export function exportUsage(named: types.ExportUsageParameters = {}): Call<Uint8Array> {
  return {
    method: "GET",
    path: "/v1/usage/export",
    repeatable: true,
    answer: bytes,
    query: {
      since: named.since,
      until: named.until,
      period: named.period,
      by: named.by,
      key: named.key,
      project: named.project,
      member: named.member,
      model: named.model,
      job_type: named.job_type,
      tier: named.tier,
      component: named.component,
      namespace: named.namespace,
      format: named.format,
    },
  };
}

/** Forecast what will be used at the rate of the last weeks. */
export function getUsageForecast(): Call<types.Forecast> {
  return {
    method: "GET",
    path: "/v1/usage/forecast",
    repeatable: true,
    answer: json(readers.Forecast),
  };
}

/** List everything that happened to the account, newest first. */
export function getLedger(named: types.GetLedgerParameters = {}): Call<types.LedgerPage> {
  return {
    method: "GET",
    path: "/v1/ledger",
    repeatable: true,
    answer: json(readers.LedgerPage),
    query: { cursor: named.cursor, limit: named.limit, since: named.since, until: named.until },
  };
}

/** Export the ledger as a file, oldest first. */
export function exportLedger(named: types.ExportLedgerParameters = {}): Call<Uint8Array> {
  return {
    method: "GET",
    path: "/v1/ledger/export",
    repeatable: true,
    answer: bytes,
    query: { format: named.format, since: named.since, until: named.until },
  };
}

/** List the months that there are statements of, newest first. */
export function listStatements(): Call<types.StatementList> {
  return {
    method: "GET",
    path: "/v1/statements",
    repeatable: true,
    answer: json(readers.StatementList),
  };
}

/** Get the statement of a month. */
export function getStatement(month: string): Call<types.StatementView> {
  return {
    method: "GET",
    path: place("/v1/statements/{month}", { month }),
    repeatable: true,
    answer: json(readers.StatementView),
  };
}

/** Get the statement as a page to print. */
export function getStatementPage(month: string): Call<Uint8Array> {
  return {
    method: "GET",
    path: place("/v1/statements/{month}/page", { month }),
    repeatable: true,
    answer: bytes,
  };
}

/** Get what the platform owes, has earned this month, and can expect. */
export function getOperatorSummary(): Call<types.Summary> {
  return {
    method: "GET",
    path: "/v1/operator/summary",
    repeatable: true,
    answer: json(readers.Summary),
  };
}

/** List the platform's customers with what they have, bought and spent. */
export function listCustomers(named: types.ListCustomersParameters = {}): Call<types.CustomerPage> {
  return {
    method: "GET",
    path: "/v1/operator/customers",
    repeatable: true,
    answer: json(readers.CustomerPage),
    query: { cursor: named.cursor, limit: named.limit },
  };
}

/** Export the platform's customers as a file. */
export function exportCustomers(named: types.ExportCustomersParameters = {}): Call<Uint8Array> {
  return {
    method: "GET",
    path: "/v1/operator/customers/export",
    repeatable: true,
    answer: bytes,
    query: { format: named.format },
  };
}

/** Count what the whole platform was used for, by customer, model and more. */
export function getOperatorUsage(named: types.GetOperatorUsageParameters = {}): Call<types.Usage> {
  return {
    method: "GET",
    path: "/v1/operator/usage",
    repeatable: true,
    answer: json(readers.Usage),
    query: {
      since: named.since,
      until: named.until,
      period: named.period,
      by: named.by,
      key: named.key,
      project: named.project,
      member: named.member,
      model: named.model,
      job_type: named.job_type,
      tier: named.tier,
      component: named.component,
      namespace: named.namespace,
      wallet: named.wallet,
      credit_account: named.credit_account,
      operator: named.operator,
    },
  };
}

/** Export the whole platform's usage as a file. */
export function exportOperatorUsage(named: types.ExportOperatorUsageParameters = {}): Call<Uint8Array> {
  return {
    method: "GET",
    path: "/v1/operator/usage/export",
    repeatable: true,
    answer: bytes,
    query: {
      since: named.since,
      until: named.until,
      period: named.period,
      by: named.by,
      key: named.key,
      project: named.project,
      member: named.member,
      model: named.model,
      job_type: named.job_type,
      tier: named.tier,
      component: named.component,
      namespace: named.namespace,
      wallet: named.wallet,
      credit_account: named.credit_account,
      operator: named.operator,
      format: named.format,
    },
  };
}

/** Get what settlements have paid out, by payee. */
export function getOperatorEarnings(named: types.GetOperatorEarningsParameters = {}): Call<types.Earnings> {
  return {
    method: "GET",
    path: "/v1/operator/earnings",
    repeatable: true,
    answer: json(readers.Earnings),
    query: { since: named.since, until: named.until },
  };
}
