// Generated from docs/openapi.json by scripts/generate-api-client; do not edit.
/** What reads the types of answers. */
import { decimal, flag, list, map, nullable, or, record, text, whole } from "./reading.js";
import type * as types from "./types.js";

export const GrantView = /* @__PURE__ */ record<types.GrantView>({
  credits: whole,
  expires_at: /* @__PURE__ */ nullable(whole),
});

export const NamespaceBalance = /* @__PURE__ */ record<types.NamespaceBalance>({
  namespace: text,
  credit_account: text,
  credits_remaining: whole,
  credits_locked: whole,
});

export const AccountView = /* @__PURE__ */ record<types.AccountView>({
  wallet: text,
  credits_remaining: whole,
  usdc_value: /* @__PURE__ */ nullable(decimal),
  last_topup_at: /* @__PURE__ */ nullable(text),
  value: decimal,
  currency: /* @__PURE__ */ nullable(text),
  withdrawable_credits: whole,
  withdrawable_value: /* @__PURE__ */ nullable(decimal),
  promotion_value: decimal,
  credits_granted: whole,
  grants: /* @__PURE__ */ list(GrantView),
  credits_locked: whole,
  open_jobs: whole,
  namespace: text,
  credit_account: text,
  platform: text,
  namespaces: /* @__PURE__ */ list(NamespaceBalance),
  burn_rate: decimal,
  days_left: /* @__PURE__ */ nullable(decimal),
  as_of_slot: whole,
  commitment: text,
});

export const Part = /* @__PURE__ */ record<types.Part>({
  name: text,
  ok: flag,
  detail: text,
  remedy: /* @__PURE__ */ or(text, ""),
  values: /* @__PURE__ */ or(/* @__PURE__ */ map(whole), {}),
});

export const TopUp = /* @__PURE__ */ record<types.TopUp>({
  solana_pay: text,
  deposit_address: text,
  min_credits: whole,
});

export const Problem = /* @__PURE__ */ record<types.Problem>({
  type: text,
  title: text,
  status: whole,
  detail: text,
  remedy: text,
  request_id: text,
  balance: /* @__PURE__ */ or(/* @__PURE__ */ nullable(whole), null),
  required: /* @__PURE__ */ or(/* @__PURE__ */ nullable(whole), null),
  shortfall: /* @__PURE__ */ or(/* @__PURE__ */ nullable(whole), null),
  top_up: /* @__PURE__ */ or(/* @__PURE__ */ nullable(TopUp), null),
  resets_at: /* @__PURE__ */ or(/* @__PURE__ */ nullable(text), null),
  parts: /* @__PURE__ */ or(/* @__PURE__ */ nullable(/* @__PURE__ */ list(Part)), null),
});

export const Receipt = /* @__PURE__ */ record<types.Receipt>({
  session: text,
  number: whole,
  request_id: text,
  model: text,
  terms: text,
  tier: whole,
  units: whole,
  price: whole,
  total: whole,
  request_hash: /* @__PURE__ */ nullable(text),
  response_hash: /* @__PURE__ */ nullable(text),
});

export const ReceiptSignature = /* @__PURE__ */ record<types.ReceiptSignature>({
  signer: text,
  signature: text,
});

export const RequestView = /* @__PURE__ */ record<types.RequestView>({
  id: text,
  status: text,
  session: text,
  credit_account: text,
  key_id: text,
  project: text,
  member: text,
  model: /* @__PURE__ */ nullable(text),
  tier: text,
  job_type: text,
  max_units: whole,
  credits: whole,
  units: /* @__PURE__ */ nullable(whole),
  charged: whole,
  created_at: whole,
  expires_at: whole,
  ended_at: /* @__PURE__ */ nullable(whole),
  receipt: /* @__PURE__ */ nullable(Receipt),
  receipt_signature: /* @__PURE__ */ nullable(ReceiptSignature),
});

export const BatchResult = /* @__PURE__ */ record<types.BatchResult>({
  request: /* @__PURE__ */ or(/* @__PURE__ */ nullable(RequestView), null),
  problem: /* @__PURE__ */ or(/* @__PURE__ */ nullable(Problem), null),
});

export const BatchResults = /* @__PURE__ */ record<types.BatchResults>({
  results: /* @__PURE__ */ list(BatchResult),
});

export const Challenge = /* @__PURE__ */ record<types.Challenge>({
  message: text,
  nonce: text,
  issued_at: whole,
  expires_at: whole,
});

export const Customer = /* @__PURE__ */ record<types.Customer>({
  cursor: text,
  wallet: text,
  namespace: text,
  credit_account: text,
  is_open: flag,
  opened_at: whole,
  last_topup_at: /* @__PURE__ */ nullable(whole),
  paid_available: whole,
  paid_locked: whole,
  granted_available: whole,
  granted_locked: whole,
  purchased: whole,
  bonus: whole,
  deposited: whole,
  granted: whole,
  spent_paid: whole,
  spent_granted: whole,
  withdrawn: whole,
  expired: whole,
});

export const CustomerPage = /* @__PURE__ */ record<types.CustomerPage>({
  as_of_slot: whole,
  commitment: text,
  platform: text,
  customers: /* @__PURE__ */ list(Customer),
  next_cursor: /* @__PURE__ */ nullable(text),
});

export const DeliveryView = /* @__PURE__ */ record<types.DeliveryView>({
  id: text,
  type: text,
  status: text,
  attempts: whole,
  next_at: /* @__PURE__ */ nullable(whole),
  last_status: /* @__PURE__ */ nullable(whole),
  last_error: /* @__PURE__ */ nullable(text),
  created_at: whole,
  ended_at: /* @__PURE__ */ nullable(whole),
});

export const DeliveryPage = /* @__PURE__ */ record<types.DeliveryPage>({
  deliveries: /* @__PURE__ */ list(DeliveryView),
  next: /* @__PURE__ */ nullable(text),
});

export const Earned = /* @__PURE__ */ record<types.Earned>({
  payee: /* @__PURE__ */ nullable(text),
  settlements: whole,
  credits: whole,
  paid_credits: whole,
  granted_credits: whole,
  payee_base_units: whole,
  treasury_base_units: whole,
});

export const Earnings = /* @__PURE__ */ record<types.Earnings>({
  as_of_slot: whole,
  commitment: text,
  platform: text,
  indexed_since: /* @__PURE__ */ nullable(whole),
  since: /* @__PURE__ */ nullable(whole),
  until: /* @__PURE__ */ nullable(whole),
  rows: /* @__PURE__ */ list(Earned),
  total: Earned,
});

export const Entry = /* @__PURE__ */ record<types.Entry>({
  cursor: text,
  kind: text,
  slot: whole,
  at: whole,
  signature: text,
  authority: text,
  counterparty: /* @__PURE__ */ nullable(text),
  job_id: /* @__PURE__ */ nullable(whole),
  session_id: /* @__PURE__ */ nullable(whole),
  tier: /* @__PURE__ */ nullable(text),
  units: /* @__PURE__ */ nullable(whole),
  credits: /* @__PURE__ */ nullable(whole),
  base_units: /* @__PURE__ */ nullable(whole),
  bonus_credits: /* @__PURE__ */ nullable(whole),
  promotion_base_units: /* @__PURE__ */ nullable(whole),
  expires_at: /* @__PURE__ */ nullable(whole),
  reason: /* @__PURE__ */ nullable(text),
  proof: /* @__PURE__ */ nullable(text),
  change_available: whole,
  change_locked: whole,
  available: whole,
  locked: whole,
  paid_available: whole,
  paid_locked: whole,
  granted_available: whole,
  granted_locked: whole,
});

export const ExpiringGrants = /* @__PURE__ */ record<types.ExpiringGrants>({
  expires_at: /* @__PURE__ */ nullable(whole),
  credits: whole,
  locked: whole,
});

export const Forecast = /* @__PURE__ */ record<types.Forecast>({
  as_of_slot: whole,
  commitment: text,
  indexed_since: /* @__PURE__ */ nullable(whole),
  window_seconds: whole,
  window_credits: whole,
  month_credits: whole,
  month_expected_credits: whole,
  next_30_days_credits: whole,
});

export const Health = /* @__PURE__ */ record<types.Health>({
  status: text,
  version: text,
  parts: /* @__PURE__ */ list(Part),
});

export const Held = /* @__PURE__ */ record<types.Held>({
  paid_available: /* @__PURE__ */ or(whole, 0n),
  paid_locked: /* @__PURE__ */ or(whole, 0n),
  granted_available: /* @__PURE__ */ or(whole, 0n),
  granted_locked: /* @__PURE__ */ or(whole, 0n),
  promotion_backing: /* @__PURE__ */ or(whole, 0n),
});

export const PricedComponent = /* @__PURE__ */ record<types.PricedComponent>({
  tier: text,
  units: whole,
  credits: whole,
});

export const JobView = /* @__PURE__ */ record<types.JobView>({
  id: text,
  job_number: whole,
  status: text,
  credit_account: text,
  key_id: text,
  model: /* @__PURE__ */ nullable(text),
  tier: /* @__PURE__ */ nullable(text),
  job_type: text,
  max_units: /* @__PURE__ */ nullable(whole),
  credits: whole,
  charged: whole,
  components: /* @__PURE__ */ list(PricedComponent),
  created_at: whole,
  deadline: /* @__PURE__ */ nullable(whole),
  ended_at: /* @__PURE__ */ nullable(whole),
  lock_signature: /* @__PURE__ */ nullable(text),
  end_signature: /* @__PURE__ */ nullable(text),
});

export const JobPage = /* @__PURE__ */ record<types.JobPage>({
  jobs: /* @__PURE__ */ list(JobView),
  next: /* @__PURE__ */ nullable(text),
});

export const KeyView = /* @__PURE__ */ record<types.KeyView>({
  id: text,
  name: text,
  wallet: text,
  namespace: text,
  credit_account: text,
  scopes: /* @__PURE__ */ list(text),
  project: text,
  member: text,
  daily_budget: /* @__PURE__ */ nullable(whole),
  monthly_budget: /* @__PURE__ */ nullable(whole),
  created_at: whole,
  expires_at: /* @__PURE__ */ nullable(whole),
  revoked_at: /* @__PURE__ */ nullable(whole),
});

export const KeyPage = /* @__PURE__ */ record<types.KeyPage>({
  keys: /* @__PURE__ */ list(KeyView),
  next: /* @__PURE__ */ nullable(text),
});

export const LedgerPage = /* @__PURE__ */ record<types.LedgerPage>({
  as_of_slot: whole,
  commitment: text,
  credit_account: text,
  entries: /* @__PURE__ */ list(Entry),
  next_cursor: /* @__PURE__ */ nullable(text),
});

export const Liability = /* @__PURE__ */ record<types.Liability>({
  as_of_slot: whole,
  commitment: text,
  platform: text,
  accounts: whole,
  base_units_per_credit: whole,
  paid_credits: whole,
  granted_credits: whole,
  locked_credits: whole,
  expired_credits: whole,
  paid_base_units: whole,
  bonus_base_units: whole,
  granted_base_units: whole,
  promotion_owed_base_units: whole,
  unearned_grants: /* @__PURE__ */ list(ExpiringGrants),
});

export const LimitsView = /* @__PURE__ */ record<types.LimitsView>({
  credits_per_job: whole,
  credits_per_session: whole,
  credits_per_period: whole,
  period_seconds: whole,
  quoted_allowed: flag,
});

export const Live = /* @__PURE__ */ record<types.Live>({
  status: text,
  version: text,
});

export const ModelView = /* @__PURE__ */ record<types.ModelView>({
  id: text,
  object: /* @__PURE__ */ or(text, "model"),
  owned_by: text,
  endpoint: /* @__PURE__ */ nullable(text),
  tier: text,
  unit: text,
  credit_multiplier: /* @__PURE__ */ nullable(whole),
  flat_credits: whole,
  included_units: whole,
  rate_credits: whole,
  rate_units: whole,
});

export const ModelList = /* @__PURE__ */ record<types.ModelList>({
  object: /* @__PURE__ */ or(text, "list"),
  data: /* @__PURE__ */ list(ModelView),
});

export const Movement = /* @__PURE__ */ record<types.Movement>({
  count: /* @__PURE__ */ or(whole, 0n),
  credits: /* @__PURE__ */ or(whole, 0n),
  base_units: /* @__PURE__ */ or(whole, 0n),
});

export const NewKey = /* @__PURE__ */ record<types.NewKey>({
  id: text,
  name: text,
  wallet: text,
  namespace: text,
  credit_account: text,
  scopes: /* @__PURE__ */ list(text),
  project: text,
  member: text,
  daily_budget: /* @__PURE__ */ nullable(whole),
  monthly_budget: /* @__PURE__ */ nullable(whole),
  created_at: whole,
  expires_at: /* @__PURE__ */ nullable(whole),
  revoked_at: /* @__PURE__ */ nullable(whole),
  key: text,
});

export const NewWebhook = /* @__PURE__ */ record<types.NewWebhook>({
  id: text,
  url: text,
  types: /* @__PURE__ */ list(text),
  thresholds: /* @__PURE__ */ list(whole),
  created_at: whole,
  disabled_at: /* @__PURE__ */ nullable(whole),
  secret: text,
});

export const PackView = /* @__PURE__ */ record<types.PackView>({
  object: /* @__PURE__ */ or(text, "pack"),
  pack: whole,
  name: /* @__PURE__ */ nullable(text),
  text: text,
  credits: whole,
  bonus_credits: whole,
  total: whole,
  price: decimal,
  currency: /* @__PURE__ */ nullable(text),
  base_units: whole,
  affordable: /* @__PURE__ */ nullable(whole),
});

export const PackList = /* @__PURE__ */ record<types.PackList>({
  object: /* @__PURE__ */ or(text, "list"),
  data: /* @__PURE__ */ list(PackView),
});

export const PaymentLink = /* @__PURE__ */ record<types.PaymentLink>({
  solana_pay: text,
  text: text,
  transfer_request: /* @__PURE__ */ nullable(text),
  note: /* @__PURE__ */ nullable(text),
  amount: text,
  currency: /* @__PURE__ */ nullable(text),
  credits: whole,
  bonus_credits: whole,
  pack: /* @__PURE__ */ nullable(whole),
  recipient: text,
  mint: text,
  reference: text,
  deposit_address: text,
  qr_svg: text,
  qr_png: text,
});

export const PaymentTransaction = /* @__PURE__ */ record<types.PaymentTransaction>({
  transaction: text,
  message: text,
});

export const PaymentView = /* @__PURE__ */ record<types.PaymentView>({
  reference: text,
  state: text,
  signature: /* @__PURE__ */ nullable(text),
});

export const PlatformView = /* @__PURE__ */ record<types.PlatformView>({
  name: text,
  platform: text,
  program: text,
  chain: text,
  genesis_hash: /* @__PURE__ */ nullable(text),
  mint: text,
  currency: /* @__PURE__ */ nullable(text),
  decimals: whole,
  display_decimals: whole,
  base_units_per_credit: whole,
  min_purchase: whole,
  promotion: text,
  is_paused: flag,
  suggested_limits: /* @__PURE__ */ nullable(LimitsView),
  alert_credits: whole,
  url: text,
});

export const ProblemType = /* @__PURE__ */ record<types.ProblemType>({
  title: text,
  status: whole,
  remedy: text,
});

export const Queued = /* @__PURE__ */ record<types.Queued>({
  id: text,
});

export const QuoteView = /* @__PURE__ */ record<types.QuoteView>({
  object: /* @__PURE__ */ or(text, "quote"),
  id: /* @__PURE__ */ nullable(text),
  expires_at: /* @__PURE__ */ nullable(whole),
  model: /* @__PURE__ */ nullable(text),
  tier: /* @__PURE__ */ nullable(text),
  unit: /* @__PURE__ */ nullable(text),
  max_units: /* @__PURE__ */ nullable(whole),
  components: /* @__PURE__ */ list(PricedComponent),
  credits: whole,
  price: decimal,
  currency: /* @__PURE__ */ nullable(text),
  base_units: whole,
});

export const Settlement = /* @__PURE__ */ record<types.Settlement>({
  from_count: whole,
  count: whole,
  settled: whole,
  root: text,
  head: text,
  signature: /* @__PURE__ */ nullable(text),
});

export const ReceiptView = /* @__PURE__ */ record<types.ReceiptView>({
  id: text,
  status: text,
  receipt: Receipt,
  receipt_bytes: text,
  receipt_signature: /* @__PURE__ */ nullable(ReceiptSignature),
  settlement: /* @__PURE__ */ nullable(Settlement),
});

export const ReceiptPage = /* @__PURE__ */ record<types.ReceiptPage>({
  receipts: /* @__PURE__ */ list(ReceiptView),
  next: /* @__PURE__ */ nullable(text),
});

export const RequestPage = /* @__PURE__ */ record<types.RequestPage>({
  requests: /* @__PURE__ */ list(RequestView),
  next: /* @__PURE__ */ nullable(text),
});

export const SentTransaction = /* @__PURE__ */ record<types.SentTransaction>({
  signature: text,
});

export const SessionView = /* @__PURE__ */ record<types.SessionView>({
  id: text,
  session_number: whole,
  status: text,
  credit_account: text,
  credits: whole,
  used: whole,
  reserved: whole,
  running: whole,
  receipts: whole,
  settled_receipts: whole,
  charged: whole,
  opened_at: /* @__PURE__ */ nullable(whole),
  deadline: /* @__PURE__ */ nullable(whole),
  ended_at: /* @__PURE__ */ nullable(whole),
  open_signature: /* @__PURE__ */ nullable(text),
  end_signature: /* @__PURE__ */ nullable(text),
});

export const SessionPage = /* @__PURE__ */ record<types.SessionPage>({
  sessions: /* @__PURE__ */ list(SessionView),
  next: /* @__PURE__ */ nullable(text),
});

export const StatementMonth = /* @__PURE__ */ record<types.StatementMonth>({
  month: text,
  since: whole,
  until: whole,
  is_complete: flag,
});

export const StatementList = /* @__PURE__ */ record<types.StatementList>({
  statements: /* @__PURE__ */ list(StatementMonth),
});

export const Topup = /* @__PURE__ */ record<types.Topup>({
  cursor: text,
  kind: text,
  slot: whole,
  at: whole,
  signature: text,
  credits: whole,
  base_units: whole,
  bonus_credits: whole,
  paid_by: /* @__PURE__ */ nullable(text),
  expires_at: /* @__PURE__ */ nullable(whole),
  reason: /* @__PURE__ */ nullable(text),
});

export const Units = /* @__PURE__ */ record<types.Units>({
  kind: text,
  amount: whole,
});

export const UsageRow = /* @__PURE__ */ record<types.UsageRow>({
  period_start: /* @__PURE__ */ nullable(whole),
  group: /* @__PURE__ */ nullable(text),
  group_name: /* @__PURE__ */ nullable(text),
  second_group: /* @__PURE__ */ nullable(text),
  second_group_name: /* @__PURE__ */ nullable(text),
  jobs: whole,
  settlements: whole,
  requests: whole,
  credits: whole,
  paid_credits: whole,
  granted_credits: whole,
  base_units: whole,
  unsettled_requests: whole,
  unsettled_credits: whole,
  units: /* @__PURE__ */ list(Units),
});

export const StatementView = /* @__PURE__ */ record<types.StatementView>({
  as_of_slot: whole,
  commitment: text,
  credit_account: text,
  platform: text,
  wallet: text,
  namespace: text,
  base_units_per_credit: whole,
  year: whole,
  month: whole,
  since: whole,
  until: whole,
  is_complete: flag,
  opening: Held,
  closing: Held,
  purchases: Movement,
  bonuses: Movement,
  deposits: Movement,
  grants: Movement,
  charges: Movement,
  expiries: Movement,
  withdrawals: Movement,
  forfeits: Movement,
  locks: Movement,
  releases: Movement,
  refunds: Movement,
  withdrawn_surplus_base_units: whole,
  charged_promotion_base_units: whole,
  withdrawn_promotion_base_units: whole,
  topups: /* @__PURE__ */ list(Topup),
  usage: /* @__PURE__ */ list(UsageRow),
  currency: /* @__PURE__ */ nullable(text),
  decimals: whole,
  display_decimals: whole,
});

export const Summary = /* @__PURE__ */ record<types.Summary>({
  as_of_slot: whole,
  commitment: text,
  platform: text,
  liability: Liability,
  earned: Earned,
  forecast: Forecast,
});

export const TopUpView = /* @__PURE__ */ record<types.TopUpView>({
  kind: text,
  at: whole,
  slot: whole,
  signature: text,
  credits: whole,
  bonus_credits: whole,
  price: decimal,
  currency: /* @__PURE__ */ nullable(text),
  base_units: whole,
  paid_by: /* @__PURE__ */ nullable(text),
  expires_at: /* @__PURE__ */ nullable(whole),
  reason: /* @__PURE__ */ nullable(text),
});

export const TopUpPage = /* @__PURE__ */ record<types.TopUpPage>({
  top_ups: /* @__PURE__ */ list(TopUpView),
  next_cursor: /* @__PURE__ */ nullable(text),
  as_of_slot: whole,
  commitment: text,
});

export const TopUpRuleView = /* @__PURE__ */ record<types.TopUpRuleView>({
  state: text,
  threshold: /* @__PURE__ */ nullable(whole),
  left: whole,
  credits: whole,
  bonus_credits: whole,
  pack: /* @__PURE__ */ nullable(whole),
  price: decimal,
  cap: decimal,
  spent: decimal,
  allowance: decimal,
  currency: /* @__PURE__ */ nullable(text),
  period_seconds: whole,
  expires_at: /* @__PURE__ */ nullable(whole),
  source: text,
  held_up_by: /* @__PURE__ */ nullable(text),
});

export const TopUpRuleAnswer = /* @__PURE__ */ record<types.TopUpRuleAnswer>({
  rule: /* @__PURE__ */ nullable(TopUpRuleView),
});

export const TransactionRequest = /* @__PURE__ */ record<types.TransactionRequest>({
  label: text,
  icon: text,
});

export const TransactionView = /* @__PURE__ */ record<types.TransactionView>({
  signature: text,
  state: text,
  slot: /* @__PURE__ */ nullable(whole),
  commitment: /* @__PURE__ */ nullable(text),
  detail: /* @__PURE__ */ nullable(text),
});

export const UnsignedTransaction = /* @__PURE__ */ record<types.UnsignedTransaction>({
  transaction: text,
  last_valid_block_height: whole,
});

export const Usage = /* @__PURE__ */ record<types.Usage>({
  as_of_slot: whole,
  commitment: text,
  since: /* @__PURE__ */ nullable(whole),
  until: /* @__PURE__ */ nullable(whole),
  period: /* @__PURE__ */ nullable(text),
  by: /* @__PURE__ */ list(text),
  rows: /* @__PURE__ */ list(UsageRow),
  total: UsageRow,
});

export const WalletLimits = /* @__PURE__ */ record<types.WalletLimits>({
  limits: /* @__PURE__ */ nullable(LimitsView),
});

export const WebhookView = /* @__PURE__ */ record<types.WebhookView>({
  id: text,
  url: text,
  types: /* @__PURE__ */ list(text),
  thresholds: /* @__PURE__ */ list(whole),
  created_at: whole,
  disabled_at: /* @__PURE__ */ nullable(whole),
});

export const WebhookList = /* @__PURE__ */ record<types.WebhookList>({
  webhooks: /* @__PURE__ */ list(WebhookView),
});
