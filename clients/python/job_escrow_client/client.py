# Generated from docs/openapi.json by scripts/generate-api-client; do not edit.
# ruff: noqa: A002, D413, D417, E501
"""A client, blocking and async, with a method for each operation of the API."""

from typing import Literal

from job_escrow_client import operations
from job_escrow_client.transport import AsyncTransport, BlockingTransport
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


class Client(BlockingTransport):
    """A client that waits for each answer."""

    def get_liveness(self) -> Live:
        """Say whether the process answers.

        Nothing else is looked at: a server that is not ready is not helped by a restart.
        """
        return self.ask(operations.get_liveness()).value

    def get_health(self) -> Health:
        """Say whether the server can do its work.

        Checks duties, database, node, index and the operator's SOL, at most two seconds ago; 503 if one of them fails.

        `parts` names each of them, and what to do about it.
        """
        return self.ask(operations.get_health()).value

    def get_readiness(self) -> Health:
        """Say whether the server can do its work.

        The same as `/v1/health`, under the name that orchestrators look for.
        """
        return self.ask(operations.get_readiness()).value

    def get_problem_type(self, slug: str) -> ProblemType:
        """Say what a problem's type means.

        What stands behind the `type` of a problem.

        Args:
            slug: The last part of a problem's `type`.
        """
        return self.ask(operations.get_problem_type(slug)).value

    def get_openapi_document(self) -> bytes:
        """Describe the API.

        Answers this document, in OpenAPI 3.1.

        Returns the whole answer: application/json.
        """
        return self.ask(operations.get_openapi_document()).value

    def get_documentation_page(self) -> bytes:
        """Describe the API to people.

        The same as a page of HTML, without scripts.

        Returns the whole answer: text/html.
        """
        return self.ask(operations.get_documentation_page()).value

    def get_account(self, *, min_slot: int | None = None) -> AccountView:
        """Say what the key's account holds.

        Right as of `as_of_slot`. With `min_slot`, the slot of a transaction, its effect is in the answer.

        Needs a key with the scope `read`.

        Args:
            min_slot: Wait until the answer counts this slot, such as that of a transaction.
        """
        return self.ask(operations.get_account(min_slot=min_slot)).value

    def list_models(self) -> ModelList:
        """List the models and their prices.

        Prices are those of the chain at this moment; a model whose tier the platform has not is left out.
        """
        return self.ask(operations.list_models()).value

    def list_packs(self) -> PackList:
        """List the packs and what they cost.

        Packs are those of the chain at this moment; any other number of credits can be bought without one.
        """
        return self.ask(operations.list_packs()).value

    def create_quote(self, body: QuoteRequest) -> QuoteView:
        """Say what a job or request costs, before it is locked.

        By the chain's prices of this moment, as a lock would be. It reserves nothing.

        Needs a key with the scope `read` or `operator`.
        """
        return self.ask(operations.create_quote(body)).value

    def get_platform(self) -> PlatformView:
        """Say which credit system the server is of.

        What a client needs to know before it asks a wallet to sign something.
        """
        return self.ask(operations.get_platform()).value

    def create_key_challenge(self, body: KeyTerms) -> Challenge:
        """Ask for the message that makes a key once the wallet has signed it.

        The message names what the key may do; it is valid for five minutes.
        """
        return self.ask(operations.create_key_challenge(body)).value

    def list_keys(self, *, limit: int | None = None, cursor: str | None = None) -> KeyPage:
        """List the account's keys.

        The keys of the asking key's account, revoked ones included.

        Needs a key with the scope `manage`.

        Args:
            limit: Most items of a page.
            cursor: What the page before it said is next; omit it for the first page.
        """
        return self.ask(operations.list_keys(limit=limit, cursor=cursor)).value

    def create_key(self, body: SignedTerms) -> NewKey:
        """Make a key.

        Make the key of a signed challenge. The account must exist: buy credits first.
        """
        return self.ask(operations.create_key(body)).value

    def revoke_key(self, key_id: str) -> KeyView:
        """Revoke a key.

        It is refused from the next request on; a repeat changes nothing.

        Needs a key with the scope `manage`.

        Args:
            key_id: The API key's identifier, which is no secret.
        """
        return self.ask(operations.revoke_key(key_id)).value

    def list_jobs(self, *, limit: int | None = None, cursor: str | None = None) -> JobPage:
        """List the account's jobs, newest first.

        Jobs that were locked through this API.

        Needs a key with the scope `read`.

        Args:
            limit: Most items of a page.
            cursor: What the page before it said is next; omit it for the first page.
        """
        return self.ask(operations.list_jobs(limit=limit, cursor=cursor)).value

    def lock_job(self, body: LockRequest, *, idempotency_key: str) -> JobView:
        """Lock the price of a job.

        Safe to repeat with the same Idempotency-Key until there is an answer: nothing is charged twice.

        Needs a key with the scope `operator`.

        Args:
            idempotency_key: A text of the caller's choice, one for each job or request: a repeat finds the same, and never locks twice.
        """
        return self.ask(operations.lock_job(body, idempotency_key=idempotency_key)).value

    def settle_job(self, job: str, body: SettleRequest) -> JobView:
        """Charge what a job has used.

        Safe to repeat: the figure is a running total.

        Needs a key with the scope `operator`.

        Args:
            job: Base58 address of the job's account on chain: its `id`.
        """
        return self.ask(operations.settle_job(job, body)).value

    def refund_job(self, job: str) -> JobView:
        """Give back all that a job holds.

        Safe to repeat.

        Needs a key with the scope `operator`.

        Args:
            job: Base58 address of the job's account on chain: its `id`.
        """
        return self.ask(operations.refund_job(job)).value

    def get_job(self, job: str) -> JobView:
        """Get a job of the account, or, for the operator, of the platform.

        A job that was locked through this API.

        Needs a key with the scope `read` or `operator`.

        Args:
            job: Base58 address of the job's account on chain: its `id`.
        """
        return self.ask(operations.get_job(job)).value

    def list_requests(
        self,
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
    ) -> RequestPage:
        """List the account's requests, newest first.

        Requests that were admitted within sessions, made from `since` to before `until`, with these labels.

        Needs a key with the scope `read`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
            key: Only what was asked for with the key of this identifier.
            project: Only what was asked for with keys of this project; empty: of none.
            member: Only what was asked for with keys of this member; empty: of none.
            model: Only what was asked for of this model.
            job_type: Only what has this label.
            tier: Only what was priced by this tier; `quoted`: jobs with a quoted price.
            status: Only what is in this state.
            limit: Most items of a page.
            cursor: What the page before it said is next; omit it for the first page.
        """
        return self.ask(
            operations.list_requests(
                since=since,
                until=until,
                key=key,
                project=project,
                member=member,
                model=model,
                job_type=job_type,
                tier=tier,
                status=status,
                limit=limit,
                cursor=cursor,
            )
        ).value

    def admit_request(self, body: RequestTerms, *, idempotency_key: str) -> RequestView:
        """Reserve the highest price of a request within a session.

        Safe to repeat with the same Idempotency-Key until there is an answer: nothing is reserved twice.

        The first request of a customer opens a session on chain, and waits for it; those after it wait for nothing.

        Needs a key with the scope `operator`.

        Args:
            idempotency_key: A text of the caller's choice, one for each job or request: a repeat finds the same, and never locks twice.
        """
        return self.ask(operations.admit_request(body, idempotency_key=idempotency_key)).value

    def admit_requests(self, body: AdmissionBatch) -> BatchResults:
        """Reserve up to 100 requests at once.

        Each is admitted or refused for itself, as `admitRequest` would. Safe to repeat.

        Needs a key with the scope `operator`.
        """
        return self.ask(operations.admit_requests(body)).value

    def settle_request(self, request_id: str, body: UnitsUsed) -> RequestView:
        """Charge what a request has used.

        The answer has its receipt. Safe to repeat: the same units give the same receipt.

        Needs a key with the scope `operator`.

        Args:
            request_id: The request's identifier.
        """
        return self.ask(operations.settle_request(request_id, body)).value

    def settle_requests(self, body: SettlementBatch) -> BatchResults:
        """Charge what up to 100 requests have used.

        Each is settled or refused for itself, as `settleRequest` would. Safe to repeat.

        Needs a key with the scope `operator`.
        """
        return self.ask(operations.settle_requests(body)).value

    def release_request(self, request_id: str) -> RequestView:
        """Give back all that a request reserves.

        Safe to repeat.

        Needs a key with the scope `operator`.

        Args:
            request_id: The request's identifier.
        """
        return self.ask(operations.release_request(request_id)).value

    def get_request(self, request_id: str) -> RequestView:
        """Get a request of the account, or, for the operator, of the platform.

        A request as it is now.

        Needs a key with the scope `read` or `operator`.

        Args:
            request_id: The request's identifier.
        """
        return self.ask(operations.get_request(request_id)).value

    def export_requests(
        self,
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
    ) -> bytes:
        """Export the account's requests as a file, oldest first.

        Streamed, from one snapshot, in at most ten minutes.

        Needs a key with the scope `read`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
            key: Only what was asked for with the key of this identifier.
            project: Only what was asked for with keys of this project; empty: of none.
            member: Only what was asked for with keys of this member; empty: of none.
            model: Only what was asked for of this model.
            job_type: Only what has this label.
            tier: Only what was priced by this tier; `quoted`: jobs with a quoted price.
            status: Only what is in this state.
            format: The file's format.

        Returns the whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
        """
        return self.ask(
            operations.export_requests(
                since=since,
                until=until,
                key=key,
                project=project,
                member=member,
                model=model,
                job_type=job_type,
                tier=tier,
                status=status,
                format=format,
            )
        ).value

    def get_receipt(self, request_id: str) -> ReceiptView:
        """Get a request's receipt, and the settlement that commits to it.

        A request that was settled has one from then on.

        Needs a key with the scope `read` or `operator`.

        Args:
            request_id: The request's identifier.
        """
        return self.ask(operations.get_receipt(request_id)).value

    def list_receipts(
        self,
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
    ) -> ReceiptPage:
        """List the account's receipts, newest first.

        Each with the settlement that commits to it, of requests that were made in the time and have these labels.

        Needs a key with the scope `read`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
            key: Only what was asked for with the key of this identifier.
            project: Only what was asked for with keys of this project; empty: of none.
            member: Only what was asked for with keys of this member; empty: of none.
            model: Only what was asked for of this model.
            job_type: Only what has this label.
            tier: Only what was priced by this tier; `quoted`: jobs with a quoted price.
            status: Only what is in this state.
            limit: Most items of a page.
            cursor: What the page before it said is next; omit it for the first page.
        """
        return self.ask(
            operations.list_receipts(
                since=since,
                until=until,
                key=key,
                project=project,
                member=member,
                model=model,
                job_type=job_type,
                tier=tier,
                status=status,
                limit=limit,
                cursor=cursor,
            )
        ).value

    def export_receipts(
        self,
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
    ) -> bytes:
        """Export the account's receipts as a file, oldest first.

        Streamed, from one snapshot, in at most ten minutes; `receipt_bytes` is what a receipt's leaf is the hash of.

        `receipt_signer` and `receipt_signature` are the operator's signature of these bytes. `job-escrow session verify`
        takes a session's lines as they are, as NDJSON.

        Needs a key with the scope `read`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
            key: Only what was asked for with the key of this identifier.
            project: Only what was asked for with keys of this project; empty: of none.
            member: Only what was asked for with keys of this member; empty: of none.
            model: Only what was asked for of this model.
            job_type: Only what has this label.
            tier: Only what was priced by this tier; `quoted`: jobs with a quoted price.
            status: Only what is in this state.
            format: The file's format.

        Returns the whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
        """
        return self.ask(
            operations.export_receipts(
                since=since,
                until=until,
                key=key,
                project=project,
                member=member,
                model=model,
                job_type=job_type,
                tier=tier,
                status=status,
                format=format,
            )
        ).value

    def list_sessions(
        self, *, since: int | None = None, until: int | None = None, limit: int | None = None, cursor: str | None = None
    ) -> SessionPage:
        """List the account's sessions, newest first.

        Sessions that this server has opened, from `since` to before `until`.

        Needs a key with the scope `read`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
            limit: Most items of a page.
            cursor: What the page before it said is next; omit it for the first page.
        """
        return self.ask(operations.list_sessions(since=since, until=until, limit=limit, cursor=cursor)).value

    def end_sessions(self) -> SessionPage:
        """End the account's sessions.

        They admit nothing more. Those in which nothing runs end at once, the others with their last request.

        The next request opens a new one: who wants none lowers its limits or revokes the key.

        Needs a key with the scope `manage`.
        """
        return self.ask(operations.end_sessions()).value

    def export_sessions(
        self,
        *,
        since: int | None = None,
        until: int | None = None,
        format: Literal["csv", "ndjson", "parquet"] | None = None,
    ) -> bytes:
        """Export the account's sessions as a file, oldest first.

        Streamed, from one snapshot, in at most ten minutes.

        Needs a key with the scope `read`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
            format: The file's format.

        Returns the whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
        """
        return self.ask(operations.export_sessions(since=since, until=until, format=format)).value

    def get_payment_link(
        self, *, wallet: str, credits: int | None = None, pack: int | None = None, namespace: str | None = None
    ) -> PaymentLink:
        """Make a Solana Pay link for a purchase.

        For the account of `wallet`, so many credits or a pack; whoever opens the link pays.

        Args:
            wallet: Base58 address of the wallet.
            credits: Credits to buy.
            pack: The pack's number, instead of `credits`.
            namespace: The wallet's namespace, at most 16 bytes; empty is the default one.
        """
        return self.ask(
            operations.get_payment_link(wallet=wallet, credits=credits, pack=pack, namespace=namespace)
        ).value

    def get_payment_qr_svg(
        self,
        *,
        wallet: str,
        credits: int,
        recipient: str,
        amount: str,
        reference: str,
        pack: int | None = None,
        bonus_credits: int | None = None,
        namespace: str | None = None,
    ) -> bytes:
        """Draw a link's QR code as SVG.

        For a page to show.

        Args:
            wallet: Base58 address of the wallet.
            credits: Credits to buy.
            recipient: Base58 address of the credit account that the payment goes to.
            amount: The amount of the link, in the platform's currency: an exact decimal.
            reference: Base58 address that is on the transaction, and finds it once it has landed.
            pack: The pack's number, instead of `credits`.
            bonus_credits: Fewest credits that the link's pack gives on top.
            namespace: The wallet's namespace, at most 16 bytes; empty is the default one.

        Returns the whole answer: image/svg+xml.
        """
        return self.ask(
            operations.get_payment_qr_svg(
                wallet=wallet,
                credits=credits,
                recipient=recipient,
                amount=amount,
                reference=reference,
                pack=pack,
                bonus_credits=bonus_credits,
                namespace=namespace,
            )
        ).value

    def get_payment_qr_png(
        self,
        *,
        wallet: str,
        credits: int,
        recipient: str,
        amount: str,
        reference: str,
        pack: int | None = None,
        bonus_credits: int | None = None,
        namespace: str | None = None,
    ) -> bytes:
        """Draw a link's QR code as PNG.

        For a mail or a terminal.

        Args:
            wallet: Base58 address of the wallet.
            credits: Credits to buy.
            recipient: Base58 address of the credit account that the payment goes to.
            amount: The amount of the link, in the platform's currency: an exact decimal.
            reference: Base58 address that is on the transaction, and finds it once it has landed.
            pack: The pack's number, instead of `credits`.
            bonus_credits: Fewest credits that the link's pack gives on top.
            namespace: The wallet's namespace, at most 16 bytes; empty is the default one.

        Returns the whole answer: image/png.
        """
        return self.ask(
            operations.get_payment_qr_png(
                wallet=wallet,
                credits=credits,
                recipient=recipient,
                amount=amount,
                reference=reference,
                pack=pack,
                bonus_credits=bonus_credits,
                namespace=namespace,
            )
        ).value

    def get_payment_icon(self) -> bytes:
        """Get the icon of the credits.

        What wallets show beside the label.

        Returns the whole answer: image/svg+xml.
        """
        return self.ask(operations.get_payment_icon()).value

    def get_payment_request(
        self,
        *,
        wallet: str,
        credits: int,
        recipient: str,
        amount: str,
        reference: str,
        pack: int | None = None,
        bonus_credits: int | None = None,
        namespace: str | None = None,
    ) -> TransactionRequest:
        """Say what the link is for (Solana Pay).

        The GET of a transaction request.

        Args:
            wallet: Base58 address of the wallet.
            credits: Credits to buy.
            recipient: Base58 address of the credit account that the payment goes to.
            amount: The amount of the link, in the platform's currency: an exact decimal.
            reference: Base58 address that is on the transaction, and finds it once it has landed.
            pack: The pack's number, instead of `credits`.
            bonus_credits: Fewest credits that the link's pack gives on top.
            namespace: The wallet's namespace, at most 16 bytes; empty is the default one.
        """
        return self.ask(
            operations.get_payment_request(
                wallet=wallet,
                credits=credits,
                recipient=recipient,
                amount=amount,
                reference=reference,
                pack=pack,
                bonus_credits=bonus_credits,
                namespace=namespace,
            )
        ).value

    def create_payment_transaction(
        self,
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
    ) -> PaymentTransaction:
        """Make the transaction to sign (Solana Pay).

        The POST of a transaction request: unsigned, so that nothing moves before the payer's wallet signs it.

        Args:
            wallet: Base58 address of the wallet.
            credits: Credits to buy.
            recipient: Base58 address of the credit account that the payment goes to.
            amount: The amount of the link, in the platform's currency: an exact decimal.
            reference: Base58 address that is on the transaction, and finds it once it has landed.
            pack: The pack's number, instead of `credits`.
            bonus_credits: Fewest credits that the link's pack gives on top.
            namespace: The wallet's namespace, at most 16 bytes; empty is the default one.
        """
        return self.ask(
            operations.create_payment_transaction(
                body,
                wallet=wallet,
                credits=credits,
                recipient=recipient,
                amount=amount,
                reference=reference,
                pack=pack,
                bonus_credits=bonus_credits,
                namespace=namespace,
            )
        ).value

    def get_payment(
        self,
        reference: str,
        *,
        recipient: str | None = None,
        credits: int | None = None,
        bonus_credits: int | None = None,
    ) -> PaymentView:
        """Say whether a link was paid.

        `received` once a purchase with the link's reference is indexed: the account has its credits by then.

        A reference is public, and anybody may buy with it, for any account: name the link's `recipient`, `credits` and
        `bonus_credits`, so that only a purchase like the link's counts. Without them, any with the reference does.

        Args:
            reference: Base58 address that is on the transaction, and finds it once it has landed.
            recipient: Base58 address of the credit account that the payment goes to.
            credits: Credits to buy.
            bonus_credits: Fewest credits that the link's pack gives on top.
        """
        return self.ask(
            operations.get_payment(reference, recipient=recipient, credits=credits, bonus_credits=bonus_credits)
        ).value

    def list_top_ups(self, *, limit: int | None = None, cursor: str | None = None) -> TopUpPage:
        """List what came into the account, newest first.

        Purchases, packs with their bonus, automatic top-ups, plain transfers and grants.

        Needs a key with the scope `read`.

        Args:
            limit: Most items of a page.
            cursor: What the page before it said is next; omit it for the first page.
        """
        return self.ask(operations.list_top_ups(limit=limit, cursor=cursor)).value

    def get_top_up_rule(self) -> TopUpRuleAnswer:
        """Say by which rule credits are bought by themselves.

        As the chain has it now. The wallet sets it and turns it off: `job-escrow top-up`.

        Needs a key with the scope `read`.
        """
        return self.ask(operations.get_top_up_rule()).value

    def create_purchase_transaction(self, body: PurchaseTerms) -> UnsignedTransaction:
        """Make the transaction that buys credits.

        Opens the account where it is not open, with `limits`. The wallet pays the tokens, the fee and the rent.

        Needs a key with the scope `manage`.
        """
        return self.ask(operations.create_purchase_transaction(body)).value

    def create_withdrawal_transaction(self, body: WithdrawalTerms) -> UnsignedTransaction:
        """Make the transaction that pays credits out.

        To the wallet's own associated token account, which it makes where it is missing.

        Needs a key with the scope `manage`.
        """
        return self.ask(operations.create_withdrawal_transaction(body)).value

    def get_limits(self) -> WalletLimits:
        """Say what the operator may lock without asking.

        The account's limits, as the chain has them now.

        Needs a key with the scope `read`.
        """
        return self.ask(operations.get_limits()).value

    def create_limits_transaction(self, body: LimitsView) -> UnsignedTransaction:
        """Make the transaction that changes what the operator may lock.

        Less counts from when it lands, also for jobs that are asked for at the same time.

        Needs a key with the scope `manage`.
        """
        return self.ask(operations.create_limits_transaction(body)).value

    def send_transaction(self, body: SignedTransaction) -> SentTransaction:
        """Pass a signed transaction on to the chain.

        Safe to repeat until it has landed or has expired: it lands at most once.

        Needs a key with the scope `manage`.
        """
        return self.ask(operations.send_transaction(body)).value

    def get_transaction(self, signature: str, *, last_valid_block_height: int) -> TransactionView:
        """Say what became of a transaction.

        `pending` may land yet, `landed` did what it says, `failed` did nothing, `expired` never lands.

        Needs a key with the scope `read`.

        Args:
            signature: Base58 signature of the transaction.
            last_valid_block_height: What the transaction was made with.
        """
        return self.ask(operations.get_transaction(signature, last_valid_block_height=last_valid_block_height)).value

    def list_webhooks(self) -> WebhookList:
        """List the account's webhooks.

        Without their secrets.

        Needs a key with the scope `manage`.
        """
        return self.ask(operations.list_webhooks()).value

    def create_webhook(self, body: WebhookRequest) -> NewWebhook:
        """Make a webhook.

        Its secret is shown once.

        Needs a key with the scope `manage`.
        """
        return self.ask(operations.create_webhook(body)).value

    def delete_webhook(self, webhook: str) -> None:
        """End a webhook.

        What was not delivered yet never is.

        Needs a key with the scope `manage`.

        Args:
            webhook: The webhook's identifier.
        """
        return self.ask(operations.delete_webhook(webhook)).value

    def test_webhook(self, webhook: str) -> Queued:
        """Send a test message.

        Of type `webhook.test`.

        Needs a key with the scope `manage`.

        Args:
            webhook: The webhook's identifier.
        """
        return self.ask(operations.test_webhook(webhook)).value

    def list_deliveries(self, webhook: str, *, limit: int | None = None, cursor: str | None = None) -> DeliveryPage:
        """List what was sent, and what came of it.

        Dead ones can be replayed.

        Needs a key with the scope `manage`.

        Args:
            webhook: The webhook's identifier.
            limit: Most items of a page.
            cursor: What the page before it said is next; omit it for the first page.
        """
        return self.ask(operations.list_deliveries(webhook, limit=limit, cursor=cursor)).value

    def replay_delivery(self, webhook: str, message: str) -> DeliveryView:
        """Send a message again.

        Under the same id.

        Needs a key with the scope `manage`.

        Args:
            webhook: The webhook's identifier.
            message: The message's identifier.
        """
        return self.ask(operations.replay_delivery(webhook, message)).value

    def get_usage(
        self,
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
    ) -> Usage:
        """Count the credits that jobs and sessions were charged, by period and group.

        From `since` to before `until`, of the key's own account; with `namespace`, of all accounts of the wallet.

        Rows are by at most two groups and a period, such as `by=model,day`, of what has the given values. They add up to
        what settlements on chain have charged: each counts when it happened, with the requests whose receipts it reported.
        What requests were charged since then stands beside it as `unsettled_credits`, by when they ended. What was not
        locked or admitted through this API has no key, project, member, model or type: its group is null. These five are
        told within a namespace only, so that none of them goes together with `namespace`. At most 10,000 rows; the export
        has up to 200,000.

        Needs a key with the scope `read`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
            period: The length of each row's period, unless `by` names it; omit it for one period.
            by: Names with commas between them: at most two groups, and `hour`, `day` or `month`; omit it for one group.
            key: Only what was asked for with the key of this identifier.
            project: Only what was asked for with keys of this project; empty: of none.
            member: Only what was asked for with keys of this member; empty: of none.
            model: Only what was asked for of this model.
            job_type: Only what has this label.
            tier: Only what was priced by this tier; `quoted`: jobs with a quoted price.
            component: Only what was charged for this component: a tier, or a resource of a quoted job.
            namespace: Only what this namespace of the wallet was charged.
        """
        return self.ask(
            operations.get_usage(
                since=since,
                until=until,
                period=period,
                by=by,
                key=key,
                project=project,
                member=member,
                model=model,
                job_type=job_type,
                tier=tier,
                component=component,
                namespace=namespace,
            )
        ).value

    def export_usage(
        self,
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
    ) -> bytes:
        """Export usage as a file.

        The rows of `/v1/usage`; `units` is JSON, by kind.

        Needs a key with the scope `read`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
            period: The length of each row's period, unless `by` names it; omit it for one period.
            by: Names with commas between them: at most two groups, and `hour`, `day` or `month`; omit it for one group.
            key: Only what was asked for with the key of this identifier.
            project: Only what was asked for with keys of this project; empty: of none.
            member: Only what was asked for with keys of this member; empty: of none.
            model: Only what was asked for of this model.
            job_type: Only what has this label.
            tier: Only what was priced by this tier; `quoted`: jobs with a quoted price.
            component: Only what was charged for this component: a tier, or a resource of a quoted job.
            namespace: Only what this namespace of the wallet was charged.
            format: The file's format.

        Returns the whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
        """
        return self.ask(
            operations.export_usage(
                since=since,
                until=until,
                period=period,
                by=by,
                key=key,
                project=project,
                member=member,
                model=model,
                job_type=job_type,
                tier=tier,
                component=component,
                namespace=namespace,
                format=format,
            )
        ).value

    def get_usage_forecast(self) -> Forecast:
        """Forecast what will be used at the rate of the last weeks.

        Of the key's own account, with what is not settled yet; each figure is rounded up.

        Needs a key with the scope `read`.
        """
        return self.ask(operations.get_usage_forecast()).value

    def get_ledger(
        self, *, cursor: str | None = None, limit: int | None = None, since: int | None = None, until: int | None = None
    ) -> LedgerPage:
        """List everything that happened to the account, newest first.

        With the balance after each entry; pass `next_cursor` as `cursor` for older ones.

        Needs a key with the scope `read`.

        Args:
            cursor: What the page before it said is next; omit it for the first page.
            limit: Most items of a page.
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
        """
        return self.ask(operations.get_ledger(cursor=cursor, limit=limit, since=since, until=until)).value

    def export_ledger(
        self,
        *,
        format: Literal["csv", "ndjson", "parquet"] | None = None,
        since: int | None = None,
        until: int | None = None,
    ) -> bytes:
        """Export the ledger as a file, oldest first.

        Streamed, from one snapshot, in at most ten minutes.

        Needs a key with the scope `read`.

        Args:
            format: The file's format.
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.

        Returns the whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
        """
        return self.ask(operations.export_ledger(format=format, since=since, until=until)).value

    def list_statements(self) -> StatementList:
        """List the months that there are statements of, newest first.

        From the account's first entry on; the present month's is of what has happened so far.

        Needs a key with the scope `read`.
        """
        return self.ask(operations.list_statements()).value

    def get_statement(self, month: str) -> StatementView:
        """Get the statement of a month.

        From its first day to its last, in UTC; ties to the credit and to the base unit. `month` like 2026-06.

        `usage` says what the charges were for, by model and by component; its credits add up to `charges`.

        Needs a key with the scope `read`.

        Args:
            month: A month in UTC, YYYY-MM.
        """
        return self.ask(operations.get_statement(month)).value

    def get_statement_page(self, month: str) -> bytes:
        """Get the statement as a page to print.

        HTML without scripts.

        Needs a key with the scope `read`.

        Args:
            month: A month in UTC, YYYY-MM.

        Returns the whole answer: text/html.
        """
        return self.ask(operations.get_statement_page(month)).value

    def get_operator_summary(self) -> Summary:
        """Get what the platform owes, has earned this month, and can expect.

        The outstanding liability by kind, the granted credits by when they expire, this month's earnings, a forecast.

        Needs a key with the scope `books`.
        """
        return self.ask(operations.get_operator_summary()).value

    def list_customers(self, *, cursor: str | None = None, limit: int | None = None) -> CustomerPage:
        """List the platform's customers with what they have, bought and spent.

        Every credit account, closed ones too; pass `next_cursor` as `cursor` for more.

        Needs a key with the scope `books`.

        Args:
            cursor: What the page before it said is next; omit it for the first page.
            limit: Most items of a page.
        """
        return self.ask(operations.list_customers(cursor=cursor, limit=limit)).value

    def export_customers(self, *, format: Literal["csv", "ndjson", "parquet"] | None = None) -> bytes:
        """Export the platform's customers as a file.

        Streamed, from one snapshot, in at most ten minutes.

        Needs a key with the scope `books`.

        Args:
            format: The file's format.

        Returns the whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
        """
        return self.ask(operations.export_customers(format=format)).value

    def get_operator_usage(
        self,
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
    ) -> Usage:
        """Count what the whole platform was used for, by customer, model and more.

        As `/v1/usage`, of all accounts of the platform: revenue by model is `by=model`, by customer `by=wallet`.

        Needs a key with the scope `books`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
            period: The length of each row's period, unless `by` names it; omit it for one period.
            by: Names with commas between them: at most two groups, and `hour`, `day` or `month`; omit it for one group.
            key: Only what was asked for with the key of this identifier.
            project: Only what was asked for with keys of this project; empty: of none.
            member: Only what was asked for with keys of this member; empty: of none.
            model: Only what was asked for of this model.
            job_type: Only what has this label.
            tier: Only what was priced by this tier; `quoted`: jobs with a quoted price.
            component: Only what was charged for this component: a tier, or a resource of a quoted job.
            namespace: Only what accounts of this namespace were charged.
            wallet: Only what this wallet's accounts were charged.
            credit_account: Only what this credit account was charged.
            operator: Only what this operator's wallet settled.
        """
        return self.ask(
            operations.get_operator_usage(
                since=since,
                until=until,
                period=period,
                by=by,
                key=key,
                project=project,
                member=member,
                model=model,
                job_type=job_type,
                tier=tier,
                component=component,
                namespace=namespace,
                wallet=wallet,
                credit_account=credit_account,
                operator=operator,
            )
        ).value

    def export_operator_usage(
        self,
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
    ) -> bytes:
        """Export the whole platform's usage as a file.

        The rows of `/v1/operator/usage`; `units` is JSON, by kind.

        Needs a key with the scope `books`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
            period: The length of each row's period, unless `by` names it; omit it for one period.
            by: Names with commas between them: at most two groups, and `hour`, `day` or `month`; omit it for one group.
            key: Only what was asked for with the key of this identifier.
            project: Only what was asked for with keys of this project; empty: of none.
            member: Only what was asked for with keys of this member; empty: of none.
            model: Only what was asked for of this model.
            job_type: Only what has this label.
            tier: Only what was priced by this tier; `quoted`: jobs with a quoted price.
            component: Only what was charged for this component: a tier, or a resource of a quoted job.
            namespace: Only what accounts of this namespace were charged.
            wallet: Only what this wallet's accounts were charged.
            credit_account: Only what this credit account was charged.
            operator: Only what this operator's wallet settled.
            format: The file's format.

        Returns the whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
        """
        return self.ask(
            operations.export_operator_usage(
                since=since,
                until=until,
                period=period,
                by=by,
                key=key,
                project=project,
                member=member,
                model=model,
                job_type=job_type,
                tier=tier,
                component=component,
                namespace=namespace,
                wallet=wallet,
                credit_account=credit_account,
                operator=operator,
                format=format,
            )
        ).value

    def get_operator_earnings(self, *, since: int | None = None, until: int | None = None) -> Earnings:
        """Get what settlements have paid out, by payee.

        From `since` to before `until`: what each payee got, and what the treasury kept of it.

        Needs a key with the scope `books`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
        """
        return self.ask(operations.get_operator_earnings(since=since, until=until)).value


class AsyncClient(AsyncTransport):
    """A client whose answers are awaited."""

    async def get_liveness(self) -> Live:
        """Say whether the process answers.

        Nothing else is looked at: a server that is not ready is not helped by a restart.
        """
        return (await self.ask(operations.get_liveness())).value

    async def get_health(self) -> Health:
        """Say whether the server can do its work.

        Checks duties, database, node, index and the operator's SOL, at most two seconds ago; 503 if one of them fails.

        `parts` names each of them, and what to do about it.
        """
        return (await self.ask(operations.get_health())).value

    async def get_readiness(self) -> Health:
        """Say whether the server can do its work.

        The same as `/v1/health`, under the name that orchestrators look for.
        """
        return (await self.ask(operations.get_readiness())).value

    async def get_problem_type(self, slug: str) -> ProblemType:
        """Say what a problem's type means.

        What stands behind the `type` of a problem.

        Args:
            slug: The last part of a problem's `type`.
        """
        return (await self.ask(operations.get_problem_type(slug))).value

    async def get_openapi_document(self) -> bytes:
        """Describe the API.

        Answers this document, in OpenAPI 3.1.

        Returns the whole answer: application/json.
        """
        return (await self.ask(operations.get_openapi_document())).value

    async def get_documentation_page(self) -> bytes:
        """Describe the API to people.

        The same as a page of HTML, without scripts.

        Returns the whole answer: text/html.
        """
        return (await self.ask(operations.get_documentation_page())).value

    async def get_account(self, *, min_slot: int | None = None) -> AccountView:
        """Say what the key's account holds.

        Right as of `as_of_slot`. With `min_slot`, the slot of a transaction, its effect is in the answer.

        Needs a key with the scope `read`.

        Args:
            min_slot: Wait until the answer counts this slot, such as that of a transaction.
        """
        return (await self.ask(operations.get_account(min_slot=min_slot))).value

    async def list_models(self) -> ModelList:
        """List the models and their prices.

        Prices are those of the chain at this moment; a model whose tier the platform has not is left out.
        """
        return (await self.ask(operations.list_models())).value

    async def list_packs(self) -> PackList:
        """List the packs and what they cost.

        Packs are those of the chain at this moment; any other number of credits can be bought without one.
        """
        return (await self.ask(operations.list_packs())).value

    async def create_quote(self, body: QuoteRequest) -> QuoteView:
        """Say what a job or request costs, before it is locked.

        By the chain's prices of this moment, as a lock would be. It reserves nothing.

        Needs a key with the scope `read` or `operator`.
        """
        return (await self.ask(operations.create_quote(body))).value

    async def get_platform(self) -> PlatformView:
        """Say which credit system the server is of.

        What a client needs to know before it asks a wallet to sign something.
        """
        return (await self.ask(operations.get_platform())).value

    async def create_key_challenge(self, body: KeyTerms) -> Challenge:
        """Ask for the message that makes a key once the wallet has signed it.

        The message names what the key may do; it is valid for five minutes.
        """
        return (await self.ask(operations.create_key_challenge(body))).value

    async def list_keys(self, *, limit: int | None = None, cursor: str | None = None) -> KeyPage:
        """List the account's keys.

        The keys of the asking key's account, revoked ones included.

        Needs a key with the scope `manage`.

        Args:
            limit: Most items of a page.
            cursor: What the page before it said is next; omit it for the first page.
        """
        return (await self.ask(operations.list_keys(limit=limit, cursor=cursor))).value

    async def create_key(self, body: SignedTerms) -> NewKey:
        """Make a key.

        Make the key of a signed challenge. The account must exist: buy credits first.
        """
        return (await self.ask(operations.create_key(body))).value

    async def revoke_key(self, key_id: str) -> KeyView:
        """Revoke a key.

        It is refused from the next request on; a repeat changes nothing.

        Needs a key with the scope `manage`.

        Args:
            key_id: The API key's identifier, which is no secret.
        """
        return (await self.ask(operations.revoke_key(key_id))).value

    async def list_jobs(self, *, limit: int | None = None, cursor: str | None = None) -> JobPage:
        """List the account's jobs, newest first.

        Jobs that were locked through this API.

        Needs a key with the scope `read`.

        Args:
            limit: Most items of a page.
            cursor: What the page before it said is next; omit it for the first page.
        """
        return (await self.ask(operations.list_jobs(limit=limit, cursor=cursor))).value

    async def lock_job(self, body: LockRequest, *, idempotency_key: str) -> JobView:
        """Lock the price of a job.

        Safe to repeat with the same Idempotency-Key until there is an answer: nothing is charged twice.

        Needs a key with the scope `operator`.

        Args:
            idempotency_key: A text of the caller's choice, one for each job or request: a repeat finds the same, and never locks twice.
        """
        return (await self.ask(operations.lock_job(body, idempotency_key=idempotency_key))).value

    async def settle_job(self, job: str, body: SettleRequest) -> JobView:
        """Charge what a job has used.

        Safe to repeat: the figure is a running total.

        Needs a key with the scope `operator`.

        Args:
            job: Base58 address of the job's account on chain: its `id`.
        """
        return (await self.ask(operations.settle_job(job, body))).value

    async def refund_job(self, job: str) -> JobView:
        """Give back all that a job holds.

        Safe to repeat.

        Needs a key with the scope `operator`.

        Args:
            job: Base58 address of the job's account on chain: its `id`.
        """
        return (await self.ask(operations.refund_job(job))).value

    async def get_job(self, job: str) -> JobView:
        """Get a job of the account, or, for the operator, of the platform.

        A job that was locked through this API.

        Needs a key with the scope `read` or `operator`.

        Args:
            job: Base58 address of the job's account on chain: its `id`.
        """
        return (await self.ask(operations.get_job(job))).value

    async def list_requests(
        self,
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
    ) -> RequestPage:
        """List the account's requests, newest first.

        Requests that were admitted within sessions, made from `since` to before `until`, with these labels.

        Needs a key with the scope `read`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
            key: Only what was asked for with the key of this identifier.
            project: Only what was asked for with keys of this project; empty: of none.
            member: Only what was asked for with keys of this member; empty: of none.
            model: Only what was asked for of this model.
            job_type: Only what has this label.
            tier: Only what was priced by this tier; `quoted`: jobs with a quoted price.
            status: Only what is in this state.
            limit: Most items of a page.
            cursor: What the page before it said is next; omit it for the first page.
        """
        return (
            await self.ask(
                operations.list_requests(
                    since=since,
                    until=until,
                    key=key,
                    project=project,
                    member=member,
                    model=model,
                    job_type=job_type,
                    tier=tier,
                    status=status,
                    limit=limit,
                    cursor=cursor,
                )
            )
        ).value

    async def admit_request(self, body: RequestTerms, *, idempotency_key: str) -> RequestView:
        """Reserve the highest price of a request within a session.

        Safe to repeat with the same Idempotency-Key until there is an answer: nothing is reserved twice.

        The first request of a customer opens a session on chain, and waits for it; those after it wait for nothing.

        Needs a key with the scope `operator`.

        Args:
            idempotency_key: A text of the caller's choice, one for each job or request: a repeat finds the same, and never locks twice.
        """
        return (await self.ask(operations.admit_request(body, idempotency_key=idempotency_key))).value

    async def admit_requests(self, body: AdmissionBatch) -> BatchResults:
        """Reserve up to 100 requests at once.

        Each is admitted or refused for itself, as `admitRequest` would. Safe to repeat.

        Needs a key with the scope `operator`.
        """
        return (await self.ask(operations.admit_requests(body))).value

    async def settle_request(self, request_id: str, body: UnitsUsed) -> RequestView:
        """Charge what a request has used.

        The answer has its receipt. Safe to repeat: the same units give the same receipt.

        Needs a key with the scope `operator`.

        Args:
            request_id: The request's identifier.
        """
        return (await self.ask(operations.settle_request(request_id, body))).value

    async def settle_requests(self, body: SettlementBatch) -> BatchResults:
        """Charge what up to 100 requests have used.

        Each is settled or refused for itself, as `settleRequest` would. Safe to repeat.

        Needs a key with the scope `operator`.
        """
        return (await self.ask(operations.settle_requests(body))).value

    async def release_request(self, request_id: str) -> RequestView:
        """Give back all that a request reserves.

        Safe to repeat.

        Needs a key with the scope `operator`.

        Args:
            request_id: The request's identifier.
        """
        return (await self.ask(operations.release_request(request_id))).value

    async def get_request(self, request_id: str) -> RequestView:
        """Get a request of the account, or, for the operator, of the platform.

        A request as it is now.

        Needs a key with the scope `read` or `operator`.

        Args:
            request_id: The request's identifier.
        """
        return (await self.ask(operations.get_request(request_id))).value

    async def export_requests(
        self,
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
    ) -> bytes:
        """Export the account's requests as a file, oldest first.

        Streamed, from one snapshot, in at most ten minutes.

        Needs a key with the scope `read`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
            key: Only what was asked for with the key of this identifier.
            project: Only what was asked for with keys of this project; empty: of none.
            member: Only what was asked for with keys of this member; empty: of none.
            model: Only what was asked for of this model.
            job_type: Only what has this label.
            tier: Only what was priced by this tier; `quoted`: jobs with a quoted price.
            status: Only what is in this state.
            format: The file's format.

        Returns the whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
        """
        return (
            await self.ask(
                operations.export_requests(
                    since=since,
                    until=until,
                    key=key,
                    project=project,
                    member=member,
                    model=model,
                    job_type=job_type,
                    tier=tier,
                    status=status,
                    format=format,
                )
            )
        ).value

    async def get_receipt(self, request_id: str) -> ReceiptView:
        """Get a request's receipt, and the settlement that commits to it.

        A request that was settled has one from then on.

        Needs a key with the scope `read` or `operator`.

        Args:
            request_id: The request's identifier.
        """
        return (await self.ask(operations.get_receipt(request_id))).value

    async def list_receipts(
        self,
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
    ) -> ReceiptPage:
        """List the account's receipts, newest first.

        Each with the settlement that commits to it, of requests that were made in the time and have these labels.

        Needs a key with the scope `read`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
            key: Only what was asked for with the key of this identifier.
            project: Only what was asked for with keys of this project; empty: of none.
            member: Only what was asked for with keys of this member; empty: of none.
            model: Only what was asked for of this model.
            job_type: Only what has this label.
            tier: Only what was priced by this tier; `quoted`: jobs with a quoted price.
            status: Only what is in this state.
            limit: Most items of a page.
            cursor: What the page before it said is next; omit it for the first page.
        """
        return (
            await self.ask(
                operations.list_receipts(
                    since=since,
                    until=until,
                    key=key,
                    project=project,
                    member=member,
                    model=model,
                    job_type=job_type,
                    tier=tier,
                    status=status,
                    limit=limit,
                    cursor=cursor,
                )
            )
        ).value

    async def export_receipts(
        self,
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
    ) -> bytes:
        """Export the account's receipts as a file, oldest first.

        Streamed, from one snapshot, in at most ten minutes; `receipt_bytes` is what a receipt's leaf is the hash of.

        `receipt_signer` and `receipt_signature` are the operator's signature of these bytes. `job-escrow session verify`
        takes a session's lines as they are, as NDJSON.

        Needs a key with the scope `read`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
            key: Only what was asked for with the key of this identifier.
            project: Only what was asked for with keys of this project; empty: of none.
            member: Only what was asked for with keys of this member; empty: of none.
            model: Only what was asked for of this model.
            job_type: Only what has this label.
            tier: Only what was priced by this tier; `quoted`: jobs with a quoted price.
            status: Only what is in this state.
            format: The file's format.

        Returns the whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
        """
        return (
            await self.ask(
                operations.export_receipts(
                    since=since,
                    until=until,
                    key=key,
                    project=project,
                    member=member,
                    model=model,
                    job_type=job_type,
                    tier=tier,
                    status=status,
                    format=format,
                )
            )
        ).value

    async def list_sessions(
        self, *, since: int | None = None, until: int | None = None, limit: int | None = None, cursor: str | None = None
    ) -> SessionPage:
        """List the account's sessions, newest first.

        Sessions that this server has opened, from `since` to before `until`.

        Needs a key with the scope `read`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
            limit: Most items of a page.
            cursor: What the page before it said is next; omit it for the first page.
        """
        return (await self.ask(operations.list_sessions(since=since, until=until, limit=limit, cursor=cursor))).value

    async def end_sessions(self) -> SessionPage:
        """End the account's sessions.

        They admit nothing more. Those in which nothing runs end at once, the others with their last request.

        The next request opens a new one: who wants none lowers its limits or revokes the key.

        Needs a key with the scope `manage`.
        """
        return (await self.ask(operations.end_sessions())).value

    async def export_sessions(
        self,
        *,
        since: int | None = None,
        until: int | None = None,
        format: Literal["csv", "ndjson", "parquet"] | None = None,
    ) -> bytes:
        """Export the account's sessions as a file, oldest first.

        Streamed, from one snapshot, in at most ten minutes.

        Needs a key with the scope `read`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
            format: The file's format.

        Returns the whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
        """
        return (await self.ask(operations.export_sessions(since=since, until=until, format=format))).value

    async def get_payment_link(
        self, *, wallet: str, credits: int | None = None, pack: int | None = None, namespace: str | None = None
    ) -> PaymentLink:
        """Make a Solana Pay link for a purchase.

        For the account of `wallet`, so many credits or a pack; whoever opens the link pays.

        Args:
            wallet: Base58 address of the wallet.
            credits: Credits to buy.
            pack: The pack's number, instead of `credits`.
            namespace: The wallet's namespace, at most 16 bytes; empty is the default one.
        """
        return (
            await self.ask(operations.get_payment_link(wallet=wallet, credits=credits, pack=pack, namespace=namespace))
        ).value

    async def get_payment_qr_svg(
        self,
        *,
        wallet: str,
        credits: int,
        recipient: str,
        amount: str,
        reference: str,
        pack: int | None = None,
        bonus_credits: int | None = None,
        namespace: str | None = None,
    ) -> bytes:
        """Draw a link's QR code as SVG.

        For a page to show.

        Args:
            wallet: Base58 address of the wallet.
            credits: Credits to buy.
            recipient: Base58 address of the credit account that the payment goes to.
            amount: The amount of the link, in the platform's currency: an exact decimal.
            reference: Base58 address that is on the transaction, and finds it once it has landed.
            pack: The pack's number, instead of `credits`.
            bonus_credits: Fewest credits that the link's pack gives on top.
            namespace: The wallet's namespace, at most 16 bytes; empty is the default one.

        Returns the whole answer: image/svg+xml.
        """
        return (
            await self.ask(
                operations.get_payment_qr_svg(
                    wallet=wallet,
                    credits=credits,
                    recipient=recipient,
                    amount=amount,
                    reference=reference,
                    pack=pack,
                    bonus_credits=bonus_credits,
                    namespace=namespace,
                )
            )
        ).value

    async def get_payment_qr_png(
        self,
        *,
        wallet: str,
        credits: int,
        recipient: str,
        amount: str,
        reference: str,
        pack: int | None = None,
        bonus_credits: int | None = None,
        namespace: str | None = None,
    ) -> bytes:
        """Draw a link's QR code as PNG.

        For a mail or a terminal.

        Args:
            wallet: Base58 address of the wallet.
            credits: Credits to buy.
            recipient: Base58 address of the credit account that the payment goes to.
            amount: The amount of the link, in the platform's currency: an exact decimal.
            reference: Base58 address that is on the transaction, and finds it once it has landed.
            pack: The pack's number, instead of `credits`.
            bonus_credits: Fewest credits that the link's pack gives on top.
            namespace: The wallet's namespace, at most 16 bytes; empty is the default one.

        Returns the whole answer: image/png.
        """
        return (
            await self.ask(
                operations.get_payment_qr_png(
                    wallet=wallet,
                    credits=credits,
                    recipient=recipient,
                    amount=amount,
                    reference=reference,
                    pack=pack,
                    bonus_credits=bonus_credits,
                    namespace=namespace,
                )
            )
        ).value

    async def get_payment_icon(self) -> bytes:
        """Get the icon of the credits.

        What wallets show beside the label.

        Returns the whole answer: image/svg+xml.
        """
        return (await self.ask(operations.get_payment_icon())).value

    async def get_payment_request(
        self,
        *,
        wallet: str,
        credits: int,
        recipient: str,
        amount: str,
        reference: str,
        pack: int | None = None,
        bonus_credits: int | None = None,
        namespace: str | None = None,
    ) -> TransactionRequest:
        """Say what the link is for (Solana Pay).

        The GET of a transaction request.

        Args:
            wallet: Base58 address of the wallet.
            credits: Credits to buy.
            recipient: Base58 address of the credit account that the payment goes to.
            amount: The amount of the link, in the platform's currency: an exact decimal.
            reference: Base58 address that is on the transaction, and finds it once it has landed.
            pack: The pack's number, instead of `credits`.
            bonus_credits: Fewest credits that the link's pack gives on top.
            namespace: The wallet's namespace, at most 16 bytes; empty is the default one.
        """
        return (
            await self.ask(
                operations.get_payment_request(
                    wallet=wallet,
                    credits=credits,
                    recipient=recipient,
                    amount=amount,
                    reference=reference,
                    pack=pack,
                    bonus_credits=bonus_credits,
                    namespace=namespace,
                )
            )
        ).value

    async def create_payment_transaction(
        self,
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
    ) -> PaymentTransaction:
        """Make the transaction to sign (Solana Pay).

        The POST of a transaction request: unsigned, so that nothing moves before the payer's wallet signs it.

        Args:
            wallet: Base58 address of the wallet.
            credits: Credits to buy.
            recipient: Base58 address of the credit account that the payment goes to.
            amount: The amount of the link, in the platform's currency: an exact decimal.
            reference: Base58 address that is on the transaction, and finds it once it has landed.
            pack: The pack's number, instead of `credits`.
            bonus_credits: Fewest credits that the link's pack gives on top.
            namespace: The wallet's namespace, at most 16 bytes; empty is the default one.
        """
        return (
            await self.ask(
                operations.create_payment_transaction(
                    body,
                    wallet=wallet,
                    credits=credits,
                    recipient=recipient,
                    amount=amount,
                    reference=reference,
                    pack=pack,
                    bonus_credits=bonus_credits,
                    namespace=namespace,
                )
            )
        ).value

    async def get_payment(
        self,
        reference: str,
        *,
        recipient: str | None = None,
        credits: int | None = None,
        bonus_credits: int | None = None,
    ) -> PaymentView:
        """Say whether a link was paid.

        `received` once a purchase with the link's reference is indexed: the account has its credits by then.

        A reference is public, and anybody may buy with it, for any account: name the link's `recipient`, `credits` and
        `bonus_credits`, so that only a purchase like the link's counts. Without them, any with the reference does.

        Args:
            reference: Base58 address that is on the transaction, and finds it once it has landed.
            recipient: Base58 address of the credit account that the payment goes to.
            credits: Credits to buy.
            bonus_credits: Fewest credits that the link's pack gives on top.
        """
        return (
            await self.ask(
                operations.get_payment(reference, recipient=recipient, credits=credits, bonus_credits=bonus_credits)
            )
        ).value

    async def list_top_ups(self, *, limit: int | None = None, cursor: str | None = None) -> TopUpPage:
        """List what came into the account, newest first.

        Purchases, packs with their bonus, automatic top-ups, plain transfers and grants.

        Needs a key with the scope `read`.

        Args:
            limit: Most items of a page.
            cursor: What the page before it said is next; omit it for the first page.
        """
        return (await self.ask(operations.list_top_ups(limit=limit, cursor=cursor))).value

    async def get_top_up_rule(self) -> TopUpRuleAnswer:
        """Say by which rule credits are bought by themselves.

        As the chain has it now. The wallet sets it and turns it off: `job-escrow top-up`.

        Needs a key with the scope `read`.
        """
        return (await self.ask(operations.get_top_up_rule())).value

    async def create_purchase_transaction(self, body: PurchaseTerms) -> UnsignedTransaction:
        """Make the transaction that buys credits.

        Opens the account where it is not open, with `limits`. The wallet pays the tokens, the fee and the rent.

        Needs a key with the scope `manage`.
        """
        return (await self.ask(operations.create_purchase_transaction(body))).value

    async def create_withdrawal_transaction(self, body: WithdrawalTerms) -> UnsignedTransaction:
        """Make the transaction that pays credits out.

        To the wallet's own associated token account, which it makes where it is missing.

        Needs a key with the scope `manage`.
        """
        return (await self.ask(operations.create_withdrawal_transaction(body))).value

    async def get_limits(self) -> WalletLimits:
        """Say what the operator may lock without asking.

        The account's limits, as the chain has them now.

        Needs a key with the scope `read`.
        """
        return (await self.ask(operations.get_limits())).value

    async def create_limits_transaction(self, body: LimitsView) -> UnsignedTransaction:
        """Make the transaction that changes what the operator may lock.

        Less counts from when it lands, also for jobs that are asked for at the same time.

        Needs a key with the scope `manage`.
        """
        return (await self.ask(operations.create_limits_transaction(body))).value

    async def send_transaction(self, body: SignedTransaction) -> SentTransaction:
        """Pass a signed transaction on to the chain.

        Safe to repeat until it has landed or has expired: it lands at most once.

        Needs a key with the scope `manage`.
        """
        return (await self.ask(operations.send_transaction(body))).value

    async def get_transaction(self, signature: str, *, last_valid_block_height: int) -> TransactionView:
        """Say what became of a transaction.

        `pending` may land yet, `landed` did what it says, `failed` did nothing, `expired` never lands.

        Needs a key with the scope `read`.

        Args:
            signature: Base58 signature of the transaction.
            last_valid_block_height: What the transaction was made with.
        """
        return (
            await self.ask(operations.get_transaction(signature, last_valid_block_height=last_valid_block_height))
        ).value

    async def list_webhooks(self) -> WebhookList:
        """List the account's webhooks.

        Without their secrets.

        Needs a key with the scope `manage`.
        """
        return (await self.ask(operations.list_webhooks())).value

    async def create_webhook(self, body: WebhookRequest) -> NewWebhook:
        """Make a webhook.

        Its secret is shown once.

        Needs a key with the scope `manage`.
        """
        return (await self.ask(operations.create_webhook(body))).value

    async def delete_webhook(self, webhook: str) -> None:
        """End a webhook.

        What was not delivered yet never is.

        Needs a key with the scope `manage`.

        Args:
            webhook: The webhook's identifier.
        """
        return (await self.ask(operations.delete_webhook(webhook))).value

    async def test_webhook(self, webhook: str) -> Queued:
        """Send a test message.

        Of type `webhook.test`.

        Needs a key with the scope `manage`.

        Args:
            webhook: The webhook's identifier.
        """
        return (await self.ask(operations.test_webhook(webhook))).value

    async def list_deliveries(
        self, webhook: str, *, limit: int | None = None, cursor: str | None = None
    ) -> DeliveryPage:
        """List what was sent, and what came of it.

        Dead ones can be replayed.

        Needs a key with the scope `manage`.

        Args:
            webhook: The webhook's identifier.
            limit: Most items of a page.
            cursor: What the page before it said is next; omit it for the first page.
        """
        return (await self.ask(operations.list_deliveries(webhook, limit=limit, cursor=cursor))).value

    async def replay_delivery(self, webhook: str, message: str) -> DeliveryView:
        """Send a message again.

        Under the same id.

        Needs a key with the scope `manage`.

        Args:
            webhook: The webhook's identifier.
            message: The message's identifier.
        """
        return (await self.ask(operations.replay_delivery(webhook, message))).value

    async def get_usage(
        self,
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
    ) -> Usage:
        """Count the credits that jobs and sessions were charged, by period and group.

        From `since` to before `until`, of the key's own account; with `namespace`, of all accounts of the wallet.

        Rows are by at most two groups and a period, such as `by=model,day`, of what has the given values. They add up to
        what settlements on chain have charged: each counts when it happened, with the requests whose receipts it reported.
        What requests were charged since then stands beside it as `unsettled_credits`, by when they ended. What was not
        locked or admitted through this API has no key, project, member, model or type: its group is null. These five are
        told within a namespace only, so that none of them goes together with `namespace`. At most 10,000 rows; the export
        has up to 200,000.

        Needs a key with the scope `read`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
            period: The length of each row's period, unless `by` names it; omit it for one period.
            by: Names with commas between them: at most two groups, and `hour`, `day` or `month`; omit it for one group.
            key: Only what was asked for with the key of this identifier.
            project: Only what was asked for with keys of this project; empty: of none.
            member: Only what was asked for with keys of this member; empty: of none.
            model: Only what was asked for of this model.
            job_type: Only what has this label.
            tier: Only what was priced by this tier; `quoted`: jobs with a quoted price.
            component: Only what was charged for this component: a tier, or a resource of a quoted job.
            namespace: Only what this namespace of the wallet was charged.
        """
        return (
            await self.ask(
                operations.get_usage(
                    since=since,
                    until=until,
                    period=period,
                    by=by,
                    key=key,
                    project=project,
                    member=member,
                    model=model,
                    job_type=job_type,
                    tier=tier,
                    component=component,
                    namespace=namespace,
                )
            )
        ).value

    async def export_usage(
        self,
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
    ) -> bytes:
        """Export usage as a file.

        The rows of `/v1/usage`; `units` is JSON, by kind.

        Needs a key with the scope `read`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
            period: The length of each row's period, unless `by` names it; omit it for one period.
            by: Names with commas between them: at most two groups, and `hour`, `day` or `month`; omit it for one group.
            key: Only what was asked for with the key of this identifier.
            project: Only what was asked for with keys of this project; empty: of none.
            member: Only what was asked for with keys of this member; empty: of none.
            model: Only what was asked for of this model.
            job_type: Only what has this label.
            tier: Only what was priced by this tier; `quoted`: jobs with a quoted price.
            component: Only what was charged for this component: a tier, or a resource of a quoted job.
            namespace: Only what this namespace of the wallet was charged.
            format: The file's format.

        Returns the whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
        """
        return (
            await self.ask(
                operations.export_usage(
                    since=since,
                    until=until,
                    period=period,
                    by=by,
                    key=key,
                    project=project,
                    member=member,
                    model=model,
                    job_type=job_type,
                    tier=tier,
                    component=component,
                    namespace=namespace,
                    format=format,
                )
            )
        ).value

    async def get_usage_forecast(self) -> Forecast:
        """Forecast what will be used at the rate of the last weeks.

        Of the key's own account, with what is not settled yet; each figure is rounded up.

        Needs a key with the scope `read`.
        """
        return (await self.ask(operations.get_usage_forecast())).value

    async def get_ledger(
        self, *, cursor: str | None = None, limit: int | None = None, since: int | None = None, until: int | None = None
    ) -> LedgerPage:
        """List everything that happened to the account, newest first.

        With the balance after each entry; pass `next_cursor` as `cursor` for older ones.

        Needs a key with the scope `read`.

        Args:
            cursor: What the page before it said is next; omit it for the first page.
            limit: Most items of a page.
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
        """
        return (await self.ask(operations.get_ledger(cursor=cursor, limit=limit, since=since, until=until))).value

    async def export_ledger(
        self,
        *,
        format: Literal["csv", "ndjson", "parquet"] | None = None,
        since: int | None = None,
        until: int | None = None,
    ) -> bytes:
        """Export the ledger as a file, oldest first.

        Streamed, from one snapshot, in at most ten minutes.

        Needs a key with the scope `read`.

        Args:
            format: The file's format.
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.

        Returns the whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
        """
        return (await self.ask(operations.export_ledger(format=format, since=since, until=until))).value

    async def list_statements(self) -> StatementList:
        """List the months that there are statements of, newest first.

        From the account's first entry on; the present month's is of what has happened so far.

        Needs a key with the scope `read`.
        """
        return (await self.ask(operations.list_statements())).value

    async def get_statement(self, month: str) -> StatementView:
        """Get the statement of a month.

        From its first day to its last, in UTC; ties to the credit and to the base unit. `month` like 2026-06.

        `usage` says what the charges were for, by model and by component; its credits add up to `charges`.

        Needs a key with the scope `read`.

        Args:
            month: A month in UTC, YYYY-MM.
        """
        return (await self.ask(operations.get_statement(month))).value

    async def get_statement_page(self, month: str) -> bytes:
        """Get the statement as a page to print.

        HTML without scripts.

        Needs a key with the scope `read`.

        Args:
            month: A month in UTC, YYYY-MM.

        Returns the whole answer: text/html.
        """
        return (await self.ask(operations.get_statement_page(month))).value

    async def get_operator_summary(self) -> Summary:
        """Get what the platform owes, has earned this month, and can expect.

        The outstanding liability by kind, the granted credits by when they expire, this month's earnings, a forecast.

        Needs a key with the scope `books`.
        """
        return (await self.ask(operations.get_operator_summary())).value

    async def list_customers(self, *, cursor: str | None = None, limit: int | None = None) -> CustomerPage:
        """List the platform's customers with what they have, bought and spent.

        Every credit account, closed ones too; pass `next_cursor` as `cursor` for more.

        Needs a key with the scope `books`.

        Args:
            cursor: What the page before it said is next; omit it for the first page.
            limit: Most items of a page.
        """
        return (await self.ask(operations.list_customers(cursor=cursor, limit=limit))).value

    async def export_customers(self, *, format: Literal["csv", "ndjson", "parquet"] | None = None) -> bytes:
        """Export the platform's customers as a file.

        Streamed, from one snapshot, in at most ten minutes.

        Needs a key with the scope `books`.

        Args:
            format: The file's format.

        Returns the whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
        """
        return (await self.ask(operations.export_customers(format=format))).value

    async def get_operator_usage(
        self,
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
    ) -> Usage:
        """Count what the whole platform was used for, by customer, model and more.

        As `/v1/usage`, of all accounts of the platform: revenue by model is `by=model`, by customer `by=wallet`.

        Needs a key with the scope `books`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
            period: The length of each row's period, unless `by` names it; omit it for one period.
            by: Names with commas between them: at most two groups, and `hour`, `day` or `month`; omit it for one group.
            key: Only what was asked for with the key of this identifier.
            project: Only what was asked for with keys of this project; empty: of none.
            member: Only what was asked for with keys of this member; empty: of none.
            model: Only what was asked for of this model.
            job_type: Only what has this label.
            tier: Only what was priced by this tier; `quoted`: jobs with a quoted price.
            component: Only what was charged for this component: a tier, or a resource of a quoted job.
            namespace: Only what accounts of this namespace were charged.
            wallet: Only what this wallet's accounts were charged.
            credit_account: Only what this credit account was charged.
            operator: Only what this operator's wallet settled.
        """
        return (
            await self.ask(
                operations.get_operator_usage(
                    since=since,
                    until=until,
                    period=period,
                    by=by,
                    key=key,
                    project=project,
                    member=member,
                    model=model,
                    job_type=job_type,
                    tier=tier,
                    component=component,
                    namespace=namespace,
                    wallet=wallet,
                    credit_account=credit_account,
                    operator=operator,
                )
            )
        ).value

    async def export_operator_usage(
        self,
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
    ) -> bytes:
        """Export the whole platform's usage as a file.

        The rows of `/v1/operator/usage`; `units` is JSON, by kind.

        Needs a key with the scope `books`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
            period: The length of each row's period, unless `by` names it; omit it for one period.
            by: Names with commas between them: at most two groups, and `hour`, `day` or `month`; omit it for one group.
            key: Only what was asked for with the key of this identifier.
            project: Only what was asked for with keys of this project; empty: of none.
            member: Only what was asked for with keys of this member; empty: of none.
            model: Only what was asked for of this model.
            job_type: Only what has this label.
            tier: Only what was priced by this tier; `quoted`: jobs with a quoted price.
            component: Only what was charged for this component: a tier, or a resource of a quoted job.
            namespace: Only what accounts of this namespace were charged.
            wallet: Only what this wallet's accounts were charged.
            credit_account: Only what this credit account was charged.
            operator: Only what this operator's wallet settled.
            format: The file's format.

        Returns the whole answer: text/csv or application/x-ndjson or application/vnd.apache.parquet.
        """
        return (
            await self.ask(
                operations.export_operator_usage(
                    since=since,
                    until=until,
                    period=period,
                    by=by,
                    key=key,
                    project=project,
                    member=member,
                    model=model,
                    job_type=job_type,
                    tier=tier,
                    component=component,
                    namespace=namespace,
                    wallet=wallet,
                    credit_account=credit_account,
                    operator=operator,
                    format=format,
                )
            )
        ).value

    async def get_operator_earnings(self, *, since: int | None = None, until: int | None = None) -> Earnings:
        """Get what settlements have paid out, by payee.

        From `since` to before `until`: what each payee got, and what the treasury kept of it.

        Needs a key with the scope `books`.

        Args:
            since: Count from this second on, in Unix seconds; omit it for all before `until`.
            until: Count to before this second, in Unix seconds; omit it for all until now.
        """
        return (await self.ask(operations.get_operator_earnings(since=since, until=until))).value
