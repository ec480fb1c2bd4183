"""What users are promised of an account over HTTP, each from one end to the other."""

import base64
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from api_harness.people import LIMITS, new_customer, new_key, sign_in, stage_with_accounts
from api_harness.server import Server, problem, serving
from escrow_harness.stage import Stage
from job_escrow import Escrow, Wallet
from solders.keypair import Keypair
from solders.signature import Signature
from solders.transaction import Transaction


@pytest.fixture
def customer(stage: Stage) -> Wallet:
    return new_customer(stage, 1_000)


def lock(server: Server, operator: str, key: str, credits: int) -> httpx2.Response:
    with server.http(operator) as http:
        name = f"{key[4:20]}-{credits}-{time.monotonic_ns()}"
        return http.post("/jobs", json={"customer_key": key, "credits": credits}, headers={"Idempotency-Key": name})


def settle(server: Server, operator: str, locked: httpx2.Response, credits: int) -> None:
    with server.http(operator) as http:
        assert http.post(f"/jobs/{locked.json()['id']}/settle", json={"credits": credits}).status_code == 200


def operator_key(server: Server, stage: Stage) -> str:
    with server.http() as http:
        return new_key(http, stage.cast.operator, scopes=["operator"])


def seen(http: httpx2.Client, wallet: Wallet) -> dict[str, Any]:
    """The account, once the index has what the chain has."""
    expected = wallet.balance().available
    while (found := http.get("/account").json())["credits_remaining"] != expected:
        time.sleep(0.02)
    answer: dict[str, Any] = found
    return answer


def test_one_balance_of_many_members_with_budgets_and_usage_at_once(
    server: Server, stage: Stage, customer: Wallet
) -> None:
    """A1, A2, C3, C6: keys of two members share a balance; each has a budget of its own; usage is there at once."""
    operator = operator_key(server, stage)
    with server.http() as http:
        ann = new_key(http, customer.side.signer, project="vision", member="ann", daily_budget=50)
        ben = new_key(http, customer.side.signer, project="vision", member="ben", monthly_budget=90)
    for key, credits in ((ann, 50), (ben, 30)):
        locked = lock(server, operator, key, credits)
        assert locked.status_code == 201, locked.text
        settle(server, operator, locked, credits)
    assert problem(lock(server, operator, ann, 1))["type"] == "/v1/problems/budget-exceeded"
    assert lock(server, operator, ben, 60).status_code == 201
    with server.http(ann) as http:
        found = seen(http, customer)
        assert (found["credits_remaining"], found["credits_locked"], found["burn_rate"]) == (860, 60, 80)
        by = http.get("/usage", params={"by": "member"}).json()["rows"]
        assert {row["group"]: row["credits"] for row in by} == {"ann": 50, "ben": 30}
        kinds = [entry["kind"] for entry in http.get("/ledger").json()["entries"]]
        assert kinds.count("settlement") == 2
        assert kinds[0] == "lock"


def test_packages_and_more_at_any_time(server: Server, stage: Stage, customer: Wallet) -> None:
    """A6."""
    with server.http() as http:
        key = new_key(http, customer.side.signer)
        for credits in (1_000, 5_000, 1_234):
            link = http.get("/pay/link", params={"wallet": str(customer.side.key), "credits": credits}).json()
            assert (link["credits"], link["amount"]) == (credits, f"{credits / 100:.2f}".rstrip("0").rstrip("."))
            customer.purchase(credits)
            with server.http(key) as reading:
                seen(reading, customer)
    assert customer.balance().available == 1_000 + 7_234


def test_the_credits_left_are_with_every_answer_to_a_key_that_may_read(
    server: Server, stage: Stage, customer: Wallet
) -> None:
    """Y6: refusals included, and nothing of it for keys that may not read."""
    with server.http() as http:
        reader = new_key(http, customer.side.signer, scopes=["read"])
        manager = new_key(http, customer.side.signer, scopes=["manage"])
    with server.http(reader) as http:
        seen(http, customer)
        for path in ("/account", "/usage", "/ledger", "/jobs", "/jobs/none", "/keys", "/ledger?limit=0"):
            assert http.get(path).headers["x-credits-remaining"] == "1000", path
    with server.http(manager) as http:
        assert "x-credits-remaining" not in http.get("/keys").headers


def test_the_credits_left_are_the_customers_where_the_operator_has_some_too(
    localnet_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Y6, A8: also with a refusal, which says how to add credits to the account that it is about."""
    with Escrow.connect(localnet_url) as escrow:
        stage = stage_with_accounts(escrow)
        own = escrow.wallet(stage.cast.operator, stage.platform)
        last = own.open(LIMITS, buy=100)
        folder = tmp_path_factory.mktemp("operator")
        with serving(folder, chain=localnet_url, platform=stage.platform, operator=stage.cast.operator) as server:
            with server.http() as http:
                alice = new_key(http, stage.cast.alice)
                mine = new_key(http, stage.cast.operator, scopes=["operator", "read"])
            with server.http(mine) as http:
                assert http.get("/account", params={"min_slot": last.slot}).headers["x-credits-remaining"] == "100"
            refused = lock(server, mine, alice, 1_421)
            assert problem(refused)["type"] == "/v1/problems/insufficient-credits"
            assert refused.headers["x-credits-remaining"] == "1420"


def test_nothing_starts_a_purchase(server: Server, stage: Stage, customer: Wallet) -> None:
    """D12: what the API gives is unsigned, and until the wallet signs it nobody has paid anything."""
    before = customer.balance()
    with server.http() as http:
        link = http.get("/pay/link", params={"wallet": str(customer.side.key), "credits": 500}).json()
        query = link["qr_svg"].partition("?")[2]
        made = http.post(f"/pay/purchase?{query}", json={"account": str(customer.side.key)})
        transaction = Transaction.from_bytes(base64.b64decode(made.json()["transaction"]))
        assert transaction.signatures == [Signature.default()]
        operator = operator_key(server, stage)
    with server.http(operator) as http:
        described = http.get("/openapi.json").json()["paths"]
    # Whatever else takes a body or changes anything is about keys, jobs and webhooks, or makes what a wallet may sign;
    # a quote changes nothing.
    changing = {path for path, methods in described.items() if methods.keys() - {"get"}}
    rooms = {"keys", "jobs", "quote", "requests", "sessions", "webhooks", "pay", "transactions"}
    assert {path.split("/")[2] for path in changing} == rooms
    assert [path for path in changing if path.startswith("/v1/pay")] == ["/v1/pay/purchase"]
    assert customer.balance() == before


def test_a_revoked_key_locks_nothing_and_reads_nothing(server: Server, stage: Stage, customer: Wallet) -> None:
    """The operator learns what its request did before; with a revoked key of its own, nothing."""
    with server.http() as http:
        key = sign_in(http, customer.side.signer, scopes=["spend", "manage"]).json()
        mine = sign_in(http, stage.cast.operator, scopes=["operator", "manage"]).json()
    body = {"customer_key": key["key"], "credits": 10}
    headers = {"Idempotency-Key": f"revoked-{key['id']}"}
    with server.http(mine["key"]) as http:
        first = http.post("/jobs", json=body, headers=headers)
        assert http.post("/jobs", json=body, headers=headers).json()["id"] == first.json()["id"]
        with server.http(key["key"]) as theirs:
            assert theirs.delete(f"/keys/{key['id']}").status_code == 200
        for number in range(3):
            assert http.post("/jobs", json=body, headers=headers).json() == first.json()
            new = http.post("/jobs", json=body, headers={"Idempotency-Key": f"new-{number}-{key['id']}"})
            assert problem(new)["type"] == "/v1/problems/customer-key-refused"
        assert customer.account().open_jobs == 1  # type: ignore[union-attr]
        assert http.delete(f"/keys/{mine['id']}").status_code == 200
        for _ in range(3):
            assert problem(http.post("/jobs", json=body, headers=headers))["status"] == 401


def test_a_proof_makes_one_key_on_one_server(
    server: Server, stage: Stage, localnet_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Eight at the same time make one; another server, of whatever domain, makes none of it."""
    wallet = stage.cast.alice
    assert isinstance(wallet, Keypair)
    asked = {"wallet": str(wallet.pubkey()), "name": "once"}
    with server.http() as http:
        made = http.post("/keys/challenges", json=asked).json()
    signature = str(wallet.sign_message(made["message"].encode()))
    proof = asked | {"nonce": made["nonce"], "issued_at": made["issued_at"], "signature": signature}
    options = ("--no-index", "--public-url", server.url.removesuffix("/v1"))
    with (
        serving(
            tmp_path_factory.mktemp("other"), chain=localnet_url, platform=stage.platform, options=options
        ) as other,
        other.http() as http,
    ):
        assert problem(http.post("/keys", json=proof))["type"] == "/v1/problems/invalid-signature"

    def make(_: int) -> int:
        with server.http() as http:
            return http.post("/keys", json=proof).status_code

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(make, range(8))) == [201, *[409] * 7]


def test_a_cursor_of_another_account_shows_ones_own_only(server: Server, stage: Stage, customer: Wallet) -> None:
    with server.http() as http:
        mine, theirs = (new_key(http, who) for who in (customer.side.signer, stage.cast.alice))
    with server.http(theirs) as http:
        cursors = [entry["cursor"] for entry in http.get("/ledger").json()["entries"]]
    with server.http(mine) as http:
        seen(http, customer)
        own = {entry["signature"] for entry in http.get("/ledger").json()["entries"]}
        for cursor in (*cursors, "0", "1", str(2**63 - 1)):
            page = http.get("/ledger", params={"cursor": cursor}).json()
            assert {entry["signature"] for entry in page["entries"]} <= own
        assert problem(http.get("/ledger", params={"cursor": str(2**63)}))["status"] == 400


def test_pages_of_other_origins_may_not_ask_where_origins_are_named(
    stage: Stage, localnet_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    options = ("--no-index", "--origin", "https://app.example")
    with (
        serving(
            tmp_path_factory.mktemp("cors"), chain=localnet_url, platform=stage.platform, options=options
        ) as running,
        running.http() as http,
    ):
        for origin, allowed in (("https://app.example", True), ("https://evil.example", False), ("null", False)):
            for answer in (
                http.get("/health/live", headers={"Origin": origin}),
                http.options("/health/live", headers={"Origin": origin, "Access-Control-Request-Method": "GET"}),
            ):
                given = answer.headers.get("access-control-allow-origin")
                assert given == (origin if allowed else None)
                assert "access-control-allow-credentials" not in answer.headers
