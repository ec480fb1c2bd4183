// Generated from docs/openapi.json by scripts/generate-api-client; do not edit.
/** The typed client of the account API. */
export * as operations from "./operations.js";
export {
  Client,
} from "./client.js";
export {
  ApiError,
  Refused,
  UnexpectedAnswer,
  Unreachable,
} from "./errors.js";
export {
  stringify,
} from "./json.js";
export {
  BudgetExceeded,
  ChainUnavailable,
  Conflict,
  CustomerKeyRefused,
  Forbidden,
  InsufficientCredits,
  Internal,
  InvalidKey,
  InvalidRequest,
  InvalidSignature,
  KeyHeld,
  LimitExceeded,
  LockedOut,
  MethodNotAllowed,
  MissingKey,
  NotFound,
  OperatorUnfunded,
  RateLimited,
  Restored,
  Timeout,
  TooLarge,
  Unavailable,
  Unprocessable,
  UnsupportedMediaType,
  WrongChain,
} from "./problems.js";
export {
  NEVER,
} from "./retries.js";
export {
  VERSION,
} from "./version.js";
export type {
  Answered,
  Call,
} from "./calls.js";
export type {
  Fetch,
} from "./exchange.js";
export type {
  Retries,
} from "./retries.js";
export type {
  AskOptions,
  ClientOptions,
} from "./transport.js";
export type {
  AccountView,
  Challenge,
  Component,
  CreatePaymentTransactionParameters,
  Decimal,
  DeliveryPage,
  DeliveryView,
  Entry,
  ExportLedgerParameters,
  ExportUsageParameters,
  GetAccountParameters,
  GetLedgerParameters,
  GetPaymentLinkParameters,
  GetPaymentQrPngParameters,
  GetPaymentQrSvgParameters,
  GetPaymentRequestParameters,
  GetUsageParameters,
  Health,
  Held,
  JobPage,
  JobView,
  KeyPage,
  KeyTerms,
  KeyView,
  LedgerPage,
  ListDeliveriesParameters,
  ListJobsParameters,
  ListKeysParameters,
  Live,
  LockJobParameters,
  LockRequest,
  ModelList,
  ModelView,
  Movement,
  NamespaceBalance,
  NewKey,
  NewWebhook,
  PackList,
  PackView,
  Part,
  PayingAccount,
  PaymentLink,
  PaymentTransaction,
  PricedComponent,
  Problem,
  ProblemType,
  Queued,
  Scope,
  SettleRequest,
  SignedTerms,
  Statement,
  TopUp,
  Topup,
  TransactionRequest,
  Type,
  Units,
  Usage,
  UsageRow,
  WebhookList,
  WebhookRequest,
  WebhookView,
  Whole,
} from "./types.js";
