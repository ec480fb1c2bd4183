# Generated from docs/openapi.json by scripts/generate-api-client; do not edit.
# ruff: noqa: A002
"""The operations of the API: each function makes a call, which a client sends."""

from typing import Literal

from job_escrow_client.calls import Call, place
from job_escrow_client.types import (
    AccountView,
    AdmissionBatch,
    BatchResults,
    Challenge,
    CustomerPage,
    DeliveryPage,
    DeliveryView,
    Earnings,
    Forecast,
    Health,
    JobPage,
    JobView,
    KeyPage,
    KeyTerms,
    KeyView,
    LedgerPage,
    LimitsView,
    Live,
    LockRequest,
    ModelList,
    NewKey,
    NewWebhook,
    PackList,
    PayingAccount,
    PaymentLink,
    PaymentTransaction,
    PaymentView,
    PlatformView,
    ProblemType,
    PurchaseTerms,
    Queued,
    QuoteRequest,
    QuoteView,
    ReceiptPage,
    ReceiptView,
    RequestPage,
    RequestTerms,
    RequestView,
    SentTransaction,
    SessionPage,
    SettlementBatch,
    SettleRequest,
    SignedTerms,
    SignedTransaction,
    StatementList,
    StatementView,
    Summary,
    TopUpPage,
    TopUpRuleAnswer,
    TransactionRequest,
    TransactionView,
    UnitsUsed,
    UnsignedTransaction,
    Usage,
    WalletLimits,
    WebhookList,
    WebhookRequest,
    WithdrawalTerms,
)


def get_liveness() -> Call[Live]:
    """Say whether the process answers."""
    return Call(method="GET", path="/v1/health/live", answer=Live, repeatable=True)


def get_health() -> Call[Health]:
    """Say whether the server can do its work."""
    return Call(method="GET", path="/v1/health", answer=Health, repeatable=True)


def get_readiness() -> Call[Health]:
    """Say whether the server can do its work."""
    return Call(method="GET", path="/v1/health/ready", answer=Health, repeatable=True)


def get_problem_type(slug: str) -> Call[ProblemType]:
    """Say what a problem's type means."""
    return Call(method="GET", path=place("/v1/problems/{slug}", slug=slug), answer=ProblemType, repeatable=True)


def get_openapi_document() -> Call[bytes]:
    """Describe the API."""
    return Call(method="GET", path="/v1/openapi.json", answer=bytes, repeatable=True)


def get_documentation_page() -> Call[bytes]:
    """Describe the API to people."""
    return Call(method="GET", path="/v1/docs", answer=bytes, repeatable=True)


def get_account(*, min_slot: int | None = None) -> Call[AccountView]:
    """Say what the key's account holds."""
    return Call(method="GET", path="/v1/account", answer=AccountView, repeatable=True, query={"min_slot": min_slot})


def list_models() -> Call[ModelList]:
    """List the models and their prices."""
    return Call(method="GET", path="/v1/models", answer=ModelList, repeatable=True)


def list_packs() -> Call[PackList]:
    """List the packs and what they cost."""
    return Call(method="GET", path="/v1/packs", answer=PackList, repeatable=True)


def create_quote(body: QuoteRequest) -> Call[QuoteView]:
    """Say what a job or request costs, before it is locked."""
    return Call(method="POST", path="/v1/quote", answer=QuoteView, repeatable=True, body=body)


def get_platform() -> Call[PlatformView]:
    """Say which credit system the server is of."""
    return Call(method="GET", path="/v1/platform", answer=PlatformView, repeatable=True)


def create_key_challenge(body: KeyTerms) -> Call[Challenge]:
    """Ask for the message that makes a key once the wallet has signed it."""
    return Call(method="POST", path="/v1/keys/challenges", answer=Challenge, repeatable=True, body=body)


def list_keys(*, limit: int | None = None, cursor: str | None = None) -> Call[KeyPage]:
    """List the account's keys."""
    return Call(
        method="GET", path="/v1/keys", answer=KeyPage, repeatable=True, query={"limit": limit, "cursor": cursor}
    )


def create_key(body: SignedTerms) -> Call[NewKey]:
    """Make a key."""
    return Call(method="POST", path="/v1/keys", answer=NewKey, repeatable=False, body=body)


def revoke_key(key_id: str) -> Call[KeyView]:
    """Revoke a key."""
    return Call(method="DELETE", path=place("/v1/keys/{key_id}", key_id=key_id), answer=KeyView, repeatable=True)


def list_jobs(*, limit: int | None = None, cursor: str | None = None) -> Call[JobPage]:
    """List the account's jobs, newest first."""
    return Call(
        method="GET", path="/v1/jobs", answer=JobPage, repeatable=True, query={"limit": limit, "cursor": cursor}
    )


def lock_job(body: LockRequest, *, idempotency_key: str) -> Call[JobView]:
    """Lock the price of a job."""
    return Call(
        method="POST",
        path="/v1/jobs",
        answer=JobView,
        repeatable=True,
        headers={"Idempotency-Key": idempotency_key},
        body=body,
    )


def settle_job(job: str, body: SettleRequest) -> Call[JobView]:
    """Charge what a job has used."""
    return Call(method="POST", path=place("/v1/jobs/{job}/settle", job=job), answer=JobView, repeatable=True, body=body)


def refund_job(job: str) -> Call[JobView]:
    """Give back all that a job holds."""
    return Call(method="POST", path=place("/v1/jobs/{job}/refund", job=job), answer=JobView, repeatable=True)


def get_job(job: str) -> Call[JobView]:
    """Get a job of the account, or, for the operator, of the platform."""
    return Call(method="GET", path=place("/v1/jobs/{job}", job=job), answer=JobView, repeatable=True)


def list_requests(
    *,
    since: int | None = None,
    until: int | None = None,
    key: str | None = None,
    project: str | None = None,
    member: str | None = None,
    model: str | None = None,
    job_type: str | None = None,
    tier: str | None = None,
    status: Literal["lapsed", "released", "running", "settled"] | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Call[RequestPage]:
    """List the account's requests, newest first."""
    return Call(
        method="GET",
        path="/v1/requests",
        answer=RequestPage,
        repeatable=True,
        query={
            "since": since,
            "until": until,
            "key": key,
            "project": project,
            "member": member,
            "model": model,
            "job_type": job_type,
            "tier": tier,
            "status": status,
            "limit": limit,
            "cursor": cursor,
        },
    )


def admit_request(body: RequestTerms, *, idempotency_key: str) -> Call[RequestView]:
    """Reserve the highest price of a request within a session."""
    return Call(
        method="POST",
        path="/v1/requests",
        answer=RequestView,
        repeatable=True,
        headers={"Idempotency-Key": idempotency_key},
        body=body,
    )


def admit_requests(body: AdmissionBatch) -> Call[BatchResults]:
    """Reserve up to 100 requests at once."""
    return Call(method="POST", path="/v1/requests/batch", answer=BatchResults, repeatable=True, body=body)


def settle_request(request_id: str, body: UnitsUsed) -> Call[RequestView]:
    """Charge what a request has used."""
    return Call(
        method="POST",
        path=place("/v1/requests/{request_id}/settle", request_id=request_id),
        answer=RequestView,
        repeatable=True,
        body=body,
    )


def settle_requests(body: SettlementBatch) -> Call[BatchResults]:
    """Charge what up to 100 requests have used."""
    return Call(method="POST", path="/v1/requests/batch/settle", answer=BatchResults, repeatable=True, body=body)


def release_request(request_id: str) -> Call[RequestView]:
    """Give back all that a request reserves."""
    return Call(
        method="POST",
        path=place("/v1/requests/{request_id}/release", request_id=request_id),
        answer=RequestView,
        repeatable=True,
    )


def get_request(request_id: str) -> Call[RequestView]:
    """Get a request of the account, or, for the operator, of the platform."""
    return Call(
        method="GET",
        path=place("/v1/requests/{request_id}", request_id=request_id),
        answer=RequestView,
        repeatable=True,
    )


def export_requests(
    *,
    since: int | None = None,
    until: int | None = None,
    key: str | None = None,
    project: str | None = None,
    member: str | None = None,
    model: str | None = None,
    job_type: str | None = None,
    tier: str | None = None,
    status: Literal["lapsed", "released", "running", "settled"] | None = None,
    format: Literal["csv", "ndjson", "parquet"] | None = None,
) -> Call[bytes]:
    """Export the account's requests as a file, oldest first."""
    return Call(
        method="GET",
        path="/v1/requests/export",
        answer=bytes,
        repeatable=True,
        query={
            "since": since,
            "until": until,
            "key": key,
            "project": project,
            "member": member,
            "model": model,
            "job_type": job_type,
            "tier": tier,
            "status": status,
            "format": format,
        },
    )


def get_receipt(request_id: str) -> Call[ReceiptView]:
    """Get a request's receipt, and the settlement that commits to it."""
    return Call(
        method="GET",
        path=place("/v1/receipts/{request_id}", request_id=request_id),
        answer=ReceiptView,
        repeatable=True,
    )


def list_receipts(
    *,
    since: int | None = None,
    until: int | None = None,
    key: str | None = None,
    project: str | None = None,
    member: str | None = None,
    model: str | None = None,
    job_type: str | None = None,
    tier: str | None = None,
    status: Literal["lapsed", "released", "running", "settled"] | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Call[ReceiptPage]:
    """List the account's receipts, newest first."""
    return Call(
        method="GET",
        path="/v1/receipts",
        answer=ReceiptPage,
        repeatable=True,
        query={
            "since": since,
            "until": until,
            "key": key,
            "project": project,
            "member": member,
            "model": model,
            "job_type": job_type,
            "tier": tier,
            "status": status,
            "limit": limit,
            "cursor": cursor,
        },
    )


def export_receipts(
    *,
    since: int | None = None,
    until: int | None = None,
    key: str | None = None,
    project: str | None = None,
    member: str | None = None,
    model: str | None = None,
    job_type: str | None = None,
    tier: str | None = None,
    status: Literal["lapsed", "released", "running", "settled"] | None = None,
    format: Literal["csv", "ndjson", "parquet"] | None = None,
) -> Call[bytes]:
    """Export the account's receipts as a file, oldest first."""
    return Call(
        method="GET",
        path="/v1/receipts/export",
        answer=bytes,
        repeatable=True,
        query={
            "since": since,
            "until": until,
            "key": key,
            "project": project,
            "member": member,
            "model": model,
            "job_type": job_type,
            "tier": tier,
            "status": status,
            "format": format,
        },
    )


def list_sessions(
    *, since: int | None = None, until: int | None = None, limit: int | None = None, cursor: str | None = None
) -> Call[SessionPage]:
    """List the account's sessions, newest first."""
    return Call(
        method="GET",
        path="/v1/sessions",
        answer=SessionPage,
        repeatable=True,
        query={"since": since, "until": until, "limit": limit, "cursor": cursor},
    )


def end_sessions() -> Call[SessionPage]:
    """End the account's sessions."""
    return Call(method="DELETE", path="/v1/sessions", answer=SessionPage, repeatable=True)


def export_sessions(
    *, since: int | None = None, until: int | None = None, format: Literal["csv", "ndjson", "parquet"] | None = None
) -> Call[bytes]:
    """Export the account's sessions as a file, oldest first."""
    return Call(
        method="GET",
        path="/v1/sessions/export",
        answer=bytes,
        repeatable=True,
        query={"since": since, "until": until, "format": format},
    )


def get_payment_link(
    *, wallet: str, credits: int | None = None, pack: int | None = None, namespace: str | None = None
) -> Call[PaymentLink]:
    """Make a Solana Pay link for a purchase."""
    return Call(
        method="GET",
        path="/v1/pay/link",
        answer=PaymentLink,
        repeatable=True,
        query={"wallet": wallet, "credits": credits, "pack": pack, "namespace": namespace},
    )


def get_payment_qr_svg(
    *,
    wallet: str,
    credits: int,
    recipient: str,
    amount: str,
    reference: str,
    pack: int | None = None,
    bonus_credits: int | None = None,
    namespace: str | None = None,
) -> Call[bytes]:
    """Draw a link's QR code as SVG."""
    return Call(
        method="GET",
        path="/v1/pay/qr.svg",
        answer=bytes,
        repeatable=True,
        query={
            "wallet": wallet,
            "credits": credits,
            "recipient": recipient,
            "amount": amount,
            "reference": reference,
            "pack": pack,
            "bonus_credits": bonus_credits,
            "namespace": namespace,
        },
    )


def get_payment_qr_png(
    *,
    wallet: str,
    credits: int,
    recipient: str,
    amount: str,
    reference: str,
    pack: int | None = None,
    bonus_credits: int | None = None,
    namespace: str | None = None,
) -> Call[bytes]:
    """Draw a link's QR code as PNG."""
    return Call(
        method="GET",
        path="/v1/pay/qr.png",
        answer=bytes,
        repeatable=True,
        query={
            "wallet": wallet,
            "credits": credits,
            "recipient": recipient,
            "amount": amount,
            "reference": reference,
            "pack": pack,
            "bonus_credits": bonus_credits,
            "namespace": namespace,
        },
    )


def get_payment_icon() -> Call[bytes]:
    """Get the icon of the credits."""
    return Call(method="GET", path="/v1/pay/icon.svg", answer=bytes, repeatable=True)


def get_payment_request(
    *,
    wallet: str,
    credits: int,
    recipient: str,
    amount: str,
    reference: str,
    pack: int | None = None,
    bonus_credits: int | None = None,
    namespace: str | None = None,
) -> Call[TransactionRequest]:
    """Say what the link is for (Solana Pay)."""
    return Call(
        method="GET",
        path="/v1/pay/purchase",
        answer=TransactionRequest,
        repeatable=True,
        query={
            "wallet": wallet,
            "credits": credits,
            "recipient": recipient,
            "amount": amount,
            "reference": reference,
            "pack": pack,
            "bonus_credits": bonus_credits,
            "namespace": namespace,
        },
    )


def create_payment_transaction(
    body: PayingAccount,
    *,
    wallet: str,
    credits: int,
    recipient: str,
    amount: str,
    reference: str,
    pack: int | None = None,
    bonus_credits: int | None = None,
    namespace: str | None = None,
) -> Call[PaymentTransaction]:
    """Make the transaction to sign (Solana Pay)."""
    return Call(
        method="POST",
        path="/v1/pay/purchase",
        answer=PaymentTransaction,
        repeatable=True,
        query={
            "wallet": wallet,
            "credits": credits,
            "recipient": recipient,
            "amount": amount,
            "reference": reference,
            "pack": pack,
            "bonus_credits": bonus_credits,
            "namespace": namespace,
        },
        body=body,
    )


def get_payment(
    reference: str, *, recipient: str | None = None, credits: int | None = None, bonus_credits: int | None = None
) -> Call[PaymentView]:
    """Say whether a link was paid."""
    return Call(
        method="GET",
        path=place("/v1/pay/payments/{reference}", reference=reference),
        answer=PaymentView,
        repeatable=True,
        query={"recipient": recipient, "credits": credits, "bonus_credits": bonus_credits},
    )


def list_top_ups(*, limit: int | None = None, cursor: str | None = None) -> Call[TopUpPage]:
    """List what came into the account, newest first."""
    return Call(
        method="GET", path="/v1/top-ups", answer=TopUpPage, repeatable=True, query={"limit": limit, "cursor": cursor}
    )


def get_top_up_rule() -> Call[TopUpRuleAnswer]:
    """Say by which rule credits are bought by themselves."""
    return Call(method="GET", path="/v1/top-ups/rule", answer=TopUpRuleAnswer, repeatable=True)


def create_purchase_transaction(body: PurchaseTerms) -> Call[UnsignedTransaction]:
    """Make the transaction that buys credits."""
    return Call(method="POST", path="/v1/transactions/purchase", answer=UnsignedTransaction, repeatable=True, body=body)


def create_withdrawal_transaction(body: WithdrawalTerms) -> Call[UnsignedTransaction]:
    """Make the transaction that pays credits out."""
    return Call(
        method="POST", path="/v1/transactions/withdrawal", answer=UnsignedTransaction, repeatable=True, body=body
    )


def get_limits() -> Call[WalletLimits]:
    """Say what the operator may lock without asking."""
    return Call(method="GET", path="/v1/transactions/limits", answer=WalletLimits, repeatable=True)


def create_limits_transaction(body: LimitsView) -> Call[UnsignedTransaction]:
    """Make the transaction that changes what the operator may lock."""
    return Call(method="POST", path="/v1/transactions/limits", answer=UnsignedTransaction, repeatable=True, body=body)


def send_transaction(body: SignedTransaction) -> Call[SentTransaction]:
    """Pass a signed transaction on to the chain."""
    return Call(method="POST", path="/v1/transactions", answer=SentTransaction, repeatable=True, body=body)


def get_transaction(signature: str, *, last_valid_block_height: int) -> Call[TransactionView]:
    """Say what became of a transaction."""
    return Call(
        method="GET",
        path=place("/v1/transactions/{signature}", signature=signature),
        answer=TransactionView,
        repeatable=True,
        query={"last_valid_block_height": last_valid_block_height},
    )


def list_webhooks() -> Call[WebhookList]:
    """List the account's webhooks."""
    return Call(method="GET", path="/v1/webhooks", answer=WebhookList, repeatable=True)


def create_webhook(body: WebhookRequest) -> Call[NewWebhook]:
    """Make a webhook."""
    return Call(method="POST", path="/v1/webhooks", answer=NewWebhook, repeatable=False, body=body)


def delete_webhook(webhook: str) -> Call[None]:
    """End a webhook."""
    return Call(
        method="DELETE", path=place("/v1/webhooks/{webhook}", webhook=webhook), answer=type(None), repeatable=False
    )


def test_webhook(webhook: str) -> Call[Queued]:
    """Send a test message."""
    return Call(
        method="POST", path=place("/v1/webhooks/{webhook}/test", webhook=webhook), answer=Queued, repeatable=False
    )


def list_deliveries(webhook: str, *, limit: int | None = None, cursor: str | None = None) -> Call[DeliveryPage]:
    """List what was sent, and what came of it."""
    return Call(
        method="GET",
        path=place("/v1/webhooks/{webhook}/deliveries", webhook=webhook),
        answer=DeliveryPage,
        repeatable=True,
        query={"limit": limit, "cursor": cursor},
    )


def replay_delivery(webhook: str, message: str) -> Call[DeliveryView]:
    """Send a message again."""
    return Call(
        method="POST",
        path=place("/v1/webhooks/{webhook}/deliveries/{message}/replay", webhook=webhook, message=message),
        answer=DeliveryView,
        repeatable=False,
    )


def get_usage(
    *,
    since: int | None = None,
    until: int | None = None,
    period: Literal["day", "hour", "month"] | None = None,
    by: str | None = None,
    key: str | None = None,
    project: str | None = None,
    member: str | None = None,
    model: str | None = None,
    job_type: str | None = None,
    tier: str | None = None,
    component: str | None = None,
    namespace: str | None = None,
) -> Call[Usage]:
    """Count the credits that jobs and sessions were charged, by period and group."""
    return Call(
        method="GET",
        path="/v1/usage",
        answer=Usage,
        repeatable=True,
        query={
            "since": since,
            "until": until,
            "period": period,
            "by": by,
            "key": key,
            "project": project,
            "member": member,
            "model": model,
            "job_type": job_type,
            "tier": tier,
            "component": component,
            "namespace": namespace,
        },
    )


def export_usage(
    *,
    since: int | None = None,
    until: int | None = None,
    period: Literal["day", "hour", "month"] | None = None,
    by: str | None = None,
    key: str | None = None,
    project: str | None = None,
    member: str | None = None,
    model: str | None = None,
    job_type: str | None = None,
    tier: str | None = None,
    component: str | None = None,
    namespace: str | None = None,
    format: Literal["csv", "ndjson", "parquet"] | None = None,
) -> Call[bytes]:
    """Export usage as a file."""
    return Call(
        method="GET",
        path="/v1/usage/export",
        answer=bytes,
        repeatable=True,
        query={
            "since": since,
            "until": until,
            "period": period,
            "by": by,
            "key": key,
            "project": project,
            "member": member,
            "model": model,
            "job_type": job_type,
            "tier": tier,
            "component": component,
            "namespace": namespace,
            "format": format,
        },
    )


def get_usage_forecast() -> Call[Forecast]:
    """Forecast what will be used at the rate of the last weeks."""
    return Call(method="GET", path="/v1/usage/forecast", answer=Forecast, repeatable=True)


def get_ledger(
    *, cursor: str | None = None, limit: int | None = None, since: int | None = None, until: int | None = None
) -> Call[LedgerPage]:
    """List everything that happened to the account, newest first."""
    return Call(
        method="GET",
        path="/v1/ledger",
        answer=LedgerPage,
        repeatable=True,
        query={"cursor": cursor, "limit": limit, "since": since, "until": until},
    )


def export_ledger(
    *, format: Literal["csv", "ndjson", "parquet"] | None = None, since: int | None = None, until: int | None = None
) -> Call[bytes]:
    """Export the ledger as a file, oldest first."""
    return Call(
        method="GET",
        path="/v1/ledger/export",
        answer=bytes,
        repeatable=True,
        query={"format": format, "since": since, "until": until},
    )


def list_statements() -> Call[StatementList]:
    """List the months that there are statements of, newest first."""
    return Call(method="GET", path="/v1/statements", answer=StatementList, repeatable=True)


def get_statement(month: str) -> Call[StatementView]:
    """Get the statement of a month."""
    return Call(method="GET", path=place("/v1/statements/{month}", month=month), answer=StatementView, repeatable=True)


def get_statement_page(month: str) -> Call[bytes]:
    """Get the statement as a page to print."""
    return Call(method="GET", path=place("/v1/statements/{month}/page", month=month), answer=bytes, repeatable=True)


def get_operator_summary() -> Call[Summary]:
    """Get what the platform owes, has earned this month, and can expect."""
    return Call(method="GET", path="/v1/operator/summary", answer=Summary, repeatable=True)


def list_customers(*, cursor: str | None = None, limit: int | None = None) -> Call[CustomerPage]:
    """List the platform's customers with what they have, bought and spent."""
    return Call(
        method="GET",
        path="/v1/operator/customers",
        answer=CustomerPage,
        repeatable=True,
        query={"cursor": cursor, "limit": limit},
    )


def export_customers(*, format: Literal["csv", "ndjson", "parquet"] | None = None) -> Call[bytes]:
    """Export the platform's customers as a file."""
    return Call(
        method="GET", path="/v1/operator/customers/export", answer=bytes, repeatable=True, query={"format": format}
    )


def get_operator_usage(
    *,
    since: int | None = None,
    until: int | None = None,
    period: Literal["day", "hour", "month"] | None = None,
    by: str | None = None,
    key: str | None = None,
    project: str | None = None,
    member: str | None = None,
    model: str | None = None,
    job_type: str | None = None,
    tier: str | None = None,
    component: str | None = None,
    namespace: str | None = None,
    wallet: str | None = None,
    credit_account: str | None = None,
    operator: str | None = None,
) -> Call[Usage]:
    """Count what the whole platform was used for, by customer, model and more."""
    return Call(
        method="GET",
        path="/v1/operator/usage",
        answer=Usage,
        repeatable=True,
        query={
            "since": since,
            "until": until,
            "period": period,
            "by": by,
            "key": key,
            "project": project,
            "member": member,
            "model": model,
            "job_type": job_type,
            "tier": tier,
            "component": component,
            "namespace": namespace,
            "wallet": wallet,
            "credit_account": credit_account,
            "operator": operator,
        },
    )


def export_operator_usage(
    *,
    since: int | None = None,
    until: int | None = None,
    period: Literal["day", "hour", "month"] | None = None,
    by: str | None = None,
    key: str | None = None,
    project: str | None = None,
    member: str | None = None,
    model: str | None = None,
    job_type: str | None = None,
    tier: str | None = None,
    component: str | None = None,
    namespace: str | None = None,
    wallet: str | None = None,
    credit_account: str | None = None,
    operator: str | None = None,
    format: Literal["csv", "ndjson", "parquet"] | None = None,
) -> Call[bytes]:
    """Export the whole platform's usage as a file."""
    return Call(
        method="GET",
        path="/v1/operator/usage/export",
        answer=bytes,
        repeatable=True,
        query={
            "since": since,
            "until": until,
            "period": period,
            "by": by,
            "key": key,
            "project": project,
            "member": member,
            "model": model,
            "job_type": job_type,
            "tier": tier,
            "component": component,
            "namespace": namespace,
            "wallet": wallet,
            "credit_account": credit_account,
            "operator": operator,
            "format": format,
        },
    )


def get_operator_earnings(*, since: int | None = None, until: int | None = None) -> Call[Earnings]:
    """Get what settlements have paid out, by payee."""
    return Call(
        method="GET",
        path="/v1/operator/earnings",
        answer=Earnings,
        repeatable=True,
        query={"since": since, "until": until},
    )
