"""The clients of the API against a server: each operation once by each of them, and what each refusal becomes.

The TypeScript client is called from here as the Python one is: `api_harness.typescript`.
"""

import asyncio
import base64
import inspect
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from api_harness.people import LIMITS, new_customer, new_key
from api_harness.receiver import receiving
from api_harness.server import Server, serving
from api_harness.typescript import TypescriptClient
from escrow_harness.stage import Stage
from job_escrow.chain.requests import GetSlot
from job_escrow_client import (
    AccountView,
    AdmissionBatch,
    AsyncClient,
    BatchedTerms,
    BatchedUnits,
    Challenge,
    Client,
    Conflict,
    Forbidden,
    InsufficientCredits,
    InvalidRequest,
    JobView,
    KeyTerms,
    LockRequest,
    MissingKey,
    NewKey,
    NotFound,
    PayingAccount,
    PurchaseTerms,
    QuoteRequest,
    Refused,
    RequestTerms,
    RequestView,
    SettlementBatch,
    SettleRequest,
    SignedTerms,
    SignedTransaction,
    UnitsUsed,
    WebhookRequest,
    WithdrawalTerms,
    operations,
)
from job_escrow_client import __version__ as client_version
from msgspec import structs
from solders.transaction import Transaction
from support.openapi import kept_document
from support.places import REPOSITORY

Ask = Callable[..., Any]
_ALL = ["read", "spend", "manage"]


@pytest.fixture(scope="module")
def provider(stage: Stage, localnet_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    options = ("--key-rate", "1000000", "--address-rate", "1000000", "--private-webhooks")
    folder = tmp_path_factory.mktemp("client")
    with serving(
        folder, chain=localnet_url, platform=stage.platform, operator=stage.cast.operator, options=options
    ) as running:
        yield running


@pytest.fixture(params=["blocking", "async", "typescript"])
def asking(request: pytest.FixtureRequest, provider: Server) -> Iterator[Callable[[str | None], Ask]]:
    """What makes, for a key, what calls a client's method by its name: the same story for all clients."""
    if request.param == "typescript":
        driver = request.getfixturevalue("typescript")

        def in_typescript(key: str | None) -> Ask:
            client = TypescriptClient(driver, provider.url, key)
            return lambda name, *given, **named: getattr(client, name)(*given, **named)

        yield in_typescript
        return
    with asyncio.Runner() as runner:
        opened: list[Client | AsyncClient] = []

        def blocking(key: str | None) -> Ask:
            client = Client(provider.url, key)
            opened.append(client)
            return lambda name, *given, **named: getattr(client, name)(*given, **named)

        def awaited(key: str | None) -> Ask:
            client = AsyncClient(provider.url, key)
            opened.append(client)
            return lambda name, *given, **named: runner.run(getattr(client, name)(*given, **named))

        yield blocking if request.param == "blocking" else awaited
        for client in opened:
            if isinstance(client, AsyncClient):
                runner.run(client.close())
            else:
                client.close()


def test_each_operation_once(asking: Callable[[str | None], Ask], provider: Server, stage: Stage) -> None:
    asked: list[str] = []

    def with_key(key: str | None) -> Ask:
        ask = asking(key)

        def counted(name: str, *given: Any, **named: Any) -> Any:
            asked.append(name)
            return ask(name, *given, **named)

        return counted

    customer = new_customer(stage, 1_000)
    customer.set_limits(replace(LIMITS, credits_per_session=100))
    anybody = with_key(None)
    key = _key_of(anybody, customer.side.signer, scopes=["read", "spend", "manage"])
    alice = with_key(key.key)
    with provider.http() as http:
        operator = with_key(new_key(http, stage.cast.operator, scopes=["operator"]))
    _the_server_describes_itself(anybody)
    _a_job_is_charged_and_another_given_back(operator, alice, key.key)
    _the_account_is_told_to_the_credit(alice, _slot(stage))
    _a_request_is_charged_and_another_released(operator, alice, key.key)
    with provider.http() as http:
        books = with_key(new_key(http, stage.cast.operator, scopes=["books"]))
    _the_operator_sees_the_platform(books, str(customer.address))
    _a_purchase_is_prepared(anybody, str(customer.side.key))
    _the_wallet_signs_for_itself(alice, customer.side.signer)
    with receiving() as receiver:
        _news_are_sent(alice, receiver.url)
    assert alice("revoke_key", key.id).revoked_at is not None
    names = {
        operations_name
        for operations_name, function in inspect.getmembers(operations, inspect.isfunction)
        if function.__module__ == operations.__name__
    }
    missing = sorted(names - set(asked))
    assert not missing, f"add a step to this story for each of {missing}: all clients are held to it"
    for client in (Client, AsyncClient):
        own = {name for name in vars(client) if not name.startswith("_")}
        assert own == names


def _slot(stage: Stage) -> int:
    """The chain's slot now: what happened so far is in an answer that is as of it."""
    return stage.escrow.chain.answer(GetSlot())


def _key_of(anybody: Ask, wallet: Any, *, scopes: list[Any]) -> NewKey:
    terms: dict[str, Any] = {"wallet": str(wallet.pubkey()), "name": "client", "scopes": scopes}
    challenge = anybody("create_key_challenge", KeyTerms(**terms))
    assert isinstance(challenge, Challenge)
    signed = SignedTerms(
        **terms,
        nonce=challenge.nonce,
        issued_at=challenge.issued_at,
        signature=str(wallet.sign_message(challenge.message.encode())),
    )
    made = anybody("create_key", signed)
    assert isinstance(made, NewKey)
    return made


def _the_server_describes_itself(anybody: Ask) -> None:
    document = json.loads(anybody("get_openapi_document"))
    assert document == kept_document()
    assert client_version == document["info"]["version"] == anybody("get_liveness").version
    assert b"<!doctype html>" in anybody("get_documentation_page")
    for name in ("get_health", "get_readiness"):
        assert [part.ok for part in anybody(name).parts] != []
    assert anybody("get_problem_type", "conflict").status == 409
    assert anybody("list_models").object == "list"
    assert anybody("list_packs").object == "list"
    assert anybody("get_platform").base_units_per_credit == 10_000


def _a_job_is_charged_and_another_given_back(operator: Ask, alice: Ask, key: str) -> None:
    name = f"client-{time.monotonic_ns()}"
    quote = operator("create_quote", QuoteRequest(tier="lite", max_units=1, binding_seconds=600))
    lock = LockRequest(customer_key=key, tier="lite", max_units=1, quote=quote.id)
    job = operator("lock_job", lock, idempotency_key=name)
    assert isinstance(job, JobView)
    assert operator("lock_job", lock, idempotency_key=name) == job
    assert (job.credits, quote.price, quote.currency) == (quote.credits, Decimal("0.02"), "USDC")
    assert operator("get_job", job.id).status == "locked"
    settled = operator("settle_job", job.id, SettleRequest(units=1))
    assert (settled.status, settled.charged) == ("settled", settled.credits)
    other = operator("lock_job", lock, idempotency_key=f"{name}-2")
    assert operator("refund_job", other.id).status == "refunded"
    assert [each.id for each in alice("list_jobs", limit=2).jobs] == [other.id, job.id]


def _a_request_is_charged_and_another_released(operator: Ask, alice: Ask, key: str) -> None:
    name = f"client-{time.monotonic_ns()}"
    terms = RequestTerms(customer_key=key, tier="lite", max_units=3_000)
    request = operator("admit_request", terms, idempotency_key=name)
    assert isinstance(request, RequestView)
    assert operator("admit_request", terms, idempotency_key=name) == request
    assert operator("get_request", request.id).status == "running"
    settled = operator("settle_request", request.id, UnitsUsed(units=1))
    assert (settled.status, settled.charged, settled.receipt.total) == ("settled", 2, 2)
    other = operator("admit_request", terms, idempotency_key=f"{name}-2")
    assert operator("release_request", other.id).status == "released"
    assert [each.id for each in alice("list_requests", limit=2).requests] == [other.id, request.id]
    terms_of_batch = BatchedTerms(customer_key=key, tier="lite", max_units=3_000, idempotency_key=f"{name}-3")
    (admitted,) = operator("admit_requests", AdmissionBatch(requests=[terms_of_batch])).results
    used = [BatchedUnits(id=admitted.request.id, units=1), BatchedUnits(id="nobody's", units=1)]
    charged, refused = operator("settle_requests", SettlementBatch(requests=used)).results
    assert (charged.request.charged, charged.problem, refused.request, refused.problem.status) == (2, None, None, 404)
    assert alice("get_receipt", request.id).status == "pending"
    assert [each.id for each in alice("list_receipts", limit=2, status="settled").receipts][1] == request.id
    for export in ("export_requests", "export_receipts"):
        assert request.id.encode() in alice(export, format="ndjson", tier="lite")
    assert [each.used for each in alice("list_sessions").sessions] == [4]
    assert alice("export_sessions").startswith(b"id,")
    assert [each.charged for each in alice("end_sessions").sessions] == [4]
    assert alice("get_receipt", request.id).settlement.count == 2


def _the_account_is_told_to_the_credit(alice: Ask, slot: int) -> None:
    account = alice("get_account", min_slot=slot)
    assert isinstance(account, AccountView)
    assert account.credits_remaining == 1_000 - alice("list_jobs").jobs[1].charged
    assert account.usdc_value == account.value == Decimal(account.credits_remaining) / 100
    assert (account.currency, alice("get_top_up_rule").rule) == ("USDC", None)
    (bought,) = alice("list_top_ups").top_ups
    assert (bought.kind, bought.credits, bought.price, bought.currency) == ("purchase", 1_000, Decimal(10), "USDC")
    assert alice("get_account").as_of_slot >= account.as_of_slot >= slot
    assert [each.name for each in alice("list_keys").keys] == ["client"]
    assert alice("get_usage", by="tier").total.jobs == 1
    assert alice("get_usage_forecast").month_credits >= alice("get_usage").total.credits
    assert alice("export_usage", period="day").startswith(b"period_start,")
    assert alice("get_ledger", limit=1).entries[0].kind
    assert alice("export_ledger", format="ndjson").startswith(b"{")
    month = time.strftime("%Y-%m", time.gmtime())
    assert [each.month for each in alice("list_statements").statements] == [month]
    assert alice("get_statement", month).purchases.credits == 1_000
    assert b"<html" in alice("get_statement_page", month)


def _the_operator_sees_the_platform(books: Ask, credit_account: str) -> None:
    assert books("get_operator_summary").liability.paid_credits > 0
    used = books("get_operator_usage", by="credit_account").rows
    assert credit_account in [row.group for row in used]
    assert credit_account.encode() in books("export_operator_usage", by="credit_account")
    earned = books("get_operator_earnings").total
    assert earned.credits >= sum(row.credits for row in used)
    page = books("list_customers", limit=1)
    assert len(page.customers) == 1
    assert credit_account.encode() in books("export_customers", format="ndjson")


def _a_purchase_is_prepared(anybody: Ask, wallet: str) -> None:
    link = anybody("get_payment_link", wallet=wallet, credits=100)
    query = {
        "wallet": wallet,
        "credits": 100,
        "recipient": link.recipient,
        "amount": link.amount,
        "reference": link.reference,
    }
    assert anybody("get_payment_request", **query).icon.endswith("icon.svg")
    assert anybody("create_payment_transaction", PayingAccount(account=wallet), **query).transaction
    assert anybody("get_payment_qr_png", **query).startswith(b"\x89PNG")
    assert b"<svg" in anybody("get_payment_qr_svg", **query)
    assert b"<svg" in anybody("get_payment_icon")
    assert anybody("get_payment", link.reference).state == "waiting"


def _the_wallet_signs_for_itself(alice: Ask, wallet: Any) -> None:
    before = alice("get_limits").limits
    # Each is made when the one before it has landed: of two that are made at once, only one can.
    for name, terms in (
        ("create_purchase_transaction", PurchaseTerms(credits=100)),
        ("create_withdrawal_transaction", WithdrawalTerms(credits=100)),
        ("create_limits_transaction", structs.replace(before, credits_per_job=1)),
    ):
        made = alice(name, terms)
        unsigned = Transaction.from_bytes(base64.b64decode(made.transaction))
        signed = Transaction([wallet], unsigned.message, unsigned.message.recent_blockhash)
        body = SignedTransaction(transaction=base64.b64encode(bytes(signed)).decode())
        signature = alice("send_transaction", body).signature
        assert alice("send_transaction", body).signature == signature
        height = made.last_valid_block_height
        while (found := alice("get_transaction", signature, last_valid_block_height=height)).state == "pending":
            time.sleep(0.05)
        assert (found.state, found.detail) == ("landed", None)
    assert alice("get_limits").limits == structs.replace(before, credits_per_job=1)


def _news_are_sent(alice: Ask, url: str) -> None:
    hook = alice("create_webhook", WebhookRequest(url=url, thresholds=[50]))
    assert hook.secret.startswith("whsec_")
    assert [each.id for each in alice("list_webhooks").webhooks] == [hook.id]
    message = alice("test_webhook", hook.id).id
    while (found := alice("list_deliveries", hook.id).deliveries)[0].status == "pending":
        time.sleep(0.05)
    assert (found[0].id, found[0].status) == (message, "delivered")
    assert alice("replay_delivery", hook.id, message).id == message
    assert alice("delete_webhook", hook.id) is None


def test_refusals_are_errors_of_their_type(asking: Callable[[str | None], Ask], provider: Server, stage: Stage) -> None:
    customer = new_customer(stage, 100)
    with provider.http() as http:
        key = new_key(http, customer.side.signer, scopes=_ALL)
        operator = asking(new_key(http, stage.cast.operator, scopes=["operator"]))
    with pytest.raises(MissingKey) as missing:
        asking(None)("get_account")
    assert (missing.value.status, missing.value.type) == (401, "/v1/problems/missing-key")
    assert "job-escrow keys create" in missing.value.remedy
    assert missing.value.request_id
    with pytest.raises(Forbidden):
        asking(key)("refund_job", "1" * 32)
    with pytest.raises(NotFound):
        asking(key)("get_job", "1" * 32)
    with pytest.raises(InvalidRequest, match="limit"):
        asking(key)("list_jobs", limit=1_000)
    lock = LockRequest(customer_key=key, credits=101)
    with pytest.raises(InsufficientCredits) as short:
        operator("lock_job", lock, idempotency_key=f"short-{key}"[:60])
    assert (short.value.problem.required, short.value.problem.shortfall) == (101, 1)
    assert short.value.problem.top_up is not None
    with pytest.raises(Refused):
        operator("get_statement", "2026-13")
    assert issubclass(Conflict, Refused)


def test_headers_come_with_the_answer(provider: Server, stage: Stage) -> None:
    with provider.http() as http:
        key = new_key(http, new_customer(stage, 300).side.signer, scopes=_ALL)
    with Client(provider.url.removesuffix("/v1"), key) as client:
        answered = client.ask(operations.get_account(min_slot=_slot(stage)))
    assert (answered.credits_remaining, answered.value.credits_remaining) == (300, 300)
    assert answered.request_id


def test_a_part_of_a_path_stays_one() -> None:
    assert operations.get_job("a/../b?c#d").path == "/v1/jobs/a%2F..%2Fb%3Fc%23d"
    for nothing in ("", ".", ".."):
        with pytest.raises(ValueError, match="names nothing"):
            operations.get_job(nothing)


def test_the_generated_part_is_of_the_document(tmp_path: Path) -> None:
    script = REPOSITORY / "scripts" / "generate-api-client"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_of_solana_is_imported() -> None:
    program = "import sys, job_escrow_client; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"solana", "solders", "job_escrow", "job_escrow_api", "litestar"} & set(done.stdout.split())
