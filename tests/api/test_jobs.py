"""Jobs for providers: locked, settled, refunded over HTTP, within budgets; 402 says how to go on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote

import httpx2
import pytest
from api_harness.people import LIMITS, new_customer, new_key
from api_harness.server import Server, problem
from escrow_harness.stage import Stage
from job_escrow import Escrow, LockTerms, Wallet
from job_escrow.codec import JobSettled


@pytest.fixture
def operator(server: Server, stage: Stage) -> Iterator[httpx2.Client]:
    """The provider's client."""
    with server.http() as http:
        key = new_key(http, stage.cast.operator, scopes=["operator"])
    with server.http(key) as http:
        yield http


@pytest.fixture
def customer(stage: Stage) -> Wallet:
    """A customer with 1,000 credits of its own."""
    return new_customer(stage, 1_000)


@pytest.fixture
def key(server: Server, customer: Wallet) -> str:
    with server.http() as http:
        return new_key(http, customer.side.signer)


def lock(operator: httpx2.Client, key: str, name: str, **terms: Any) -> httpx2.Response:
    body = {"customer_key": key, "tier": "pro", "max_units": 500, **terms}
    # Named for the customer: all tests have the same operator.
    return operator.post("/jobs", json=body, headers={"Idempotency-Key": f"{key[4:20]}-{name}"})


def available(wallet: Wallet) -> int:
    return wallet.balance().available


def test_a_job_is_locked_settled_and_the_rest_comes_back(operator: httpx2.Client, customer: Wallet, key: str) -> None:
    locked = lock(operator, key, "a", max_units=4_000, job_type="chat")
    assert locked.status_code == 201, locked.text
    job = locked.json()
    assert (job["status"], job["credits"], job["charged"], job["tier"]) == ("locked", 36, 0, "pro")
    assert locked.headers["x-credits-remaining"] == "964"
    assert customer.account().open_jobs == 1  # type: ignore[union-attr]
    settled = operator.post(f"/jobs/{job['id']}/settle", json={"units": 480})
    assert settled.status_code == 200, settled.text
    assert (settled.json()["status"], settled.json()["charged"]) == ("settled", 18)
    assert settled.headers["x-credits-remaining"] == "982"
    assert available(customer) == 982


def test_d20_a_settlement_keeps_its_proof_on_chain(operator: httpx2.Client, customer: Wallet, key: str) -> None:
    job = lock(operator, key, "a").json()
    settle = f"/jobs/{job['id']}/settle"
    for wrong in ("ab" * 31, "AB" * 32, "xy" * 32, ""):
        refused = operator.post(settle, json={"units": 480, "proof": wrong})
        assert refused.status_code == 400, wrong
    assert operator.post(settle, json={"units": 480, "proof": "ab" * 32}).status_code == 200
    (entry, *_) = Escrow(customer.chain).history(customer.address).entries
    assert isinstance(entry.event, JobSettled)
    assert entry.event.proof == b"\xab" * 32


def test_a_failed_job_gives_everything_back(operator: httpx2.Client, customer: Wallet, key: str) -> None:
    job = lock(operator, key, "a").json()
    refunded = operator.post(f"/jobs/{job['id']}/refund")
    assert (refunded.json()["status"], refunded.headers["x-credits-remaining"]) == ("refunded", "1000")
    again = operator.post(f"/jobs/{job['id']}/refund")
    assert again.json() == refunded.json()
    late = operator.post(f"/jobs/{job['id']}/settle", json={"units": 1})
    assert problem(late)["type"] == "/v1/problems/conflict"
    assert available(customer) == 1_000


def test_the_same_request_locks_once(operator: httpx2.Client, customer: Wallet, key: str) -> None:
    first = lock(operator, key, "same")
    again = lock(operator, key, "same")
    assert (again.status_code, again.json()) == (201, first.json())
    other = lock(operator, key, "same", max_units=501)
    assert problem(other)["type"] == "/v1/problems/unprocessable"
    assert available(customer) == 982
    settled = operator.post(f"/jobs/{first.json()['id']}/settle", json={"units": 3})
    assert operator.post(f"/jobs/{first.json()['id']}/settle", json={"units": 3}).json() == settled.json()
    assert problem(operator.post(f"/jobs/{first.json()['id']}/settle", json={"units": 900}))["status"] == 409
    assert lock(operator, key, "same").json() == settled.json()
    assert available(customer) == 982


def test_the_same_request_at_the_same_time_locks_once(operator: httpx2.Client, customer: Wallet, key: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: lock(operator, key, "same").json(), range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert available(customer) == 982


def test_many_jobs_of_one_account_at_once(operator: httpx2.Client, customer: Wallet, key: str) -> None:
    with ThreadPoolExecutor(20) as pool:
        jobs = [
            answer.json() for answer in pool.map(lambda n: lock(operator, key, f"job {n}".replace(" ", "-")), range(40))
        ]
        assert {job["status"] for job in jobs} == {"locked"}
        assert len({job["job_number"] for job in jobs}) == 40
        ends = pool.map(lambda job: operator.post(f"/jobs/{job['id']}/settle", json={"units": 1}).json(), jobs)
        assert {end["status"] for end in ends} == {"settled"}
    assert available(customer) == 1_000 - 40 * 18


def test_a_running_total_charges_once(operator: httpx2.Client, customer: Wallet, key: str) -> None:
    job = lock(operator, key, "stream", max_units=10_000).json()
    partial = operator.post(f"/jobs/{job['id']}/settle", json={"units": 4_000, "final": False}).json()
    assert (partial["status"], partial["charged"]) == ("locked", 36)
    less = operator.post(f"/jobs/{job['id']}/settle", json={"units": 100, "final": False}).json()
    assert less["charged"] == 36
    ended = operator.post(f"/jobs/{job['id']}/refund").json()
    assert (ended["status"], ended["charged"]) == ("refunded", 36)
    assert available(customer) == 964


def test_too_few_credits_are_402_with_a_way_out(
    operator: httpx2.Client, customer: Wallet, key: str, stage: Stage
) -> None:
    customer.lock(LockTerms(job_id=customer.next_job_id(), tier=None, amount=990, seconds=600))
    answer = lock(operator, key, "poor")
    assert answer.status_code == 402
    found = problem(answer)
    assert (found["balance"], found["required"], found["shortfall"]) == (10, 18, 8)
    assert answer.headers["x-credits-remaining"] == "10"
    top_up = found["top_up"]
    assert isinstance(top_up, dict)
    assert (top_up["deposit_address"], top_up["min_credits"]) == (str(customer.address), 100)
    assert "credits=100&" in unquote(top_up["solana_pay"])
    # It runs again after a top-up, under the same key.
    customer.purchase(100)
    assert lock(operator, key, "poor").status_code == 201


def test_what_the_wallet_does_not_allow_is_402(operator: httpx2.Client, customer: Wallet, key: str) -> None:
    answer = lock(operator, key, "dear", credits=LIMITS.credits_per_job + 1, tier=None, max_units=None)
    assert problem(answer)["type"] == "/v1/problems/limit-exceeded"
    assert available(customer) == 1_000


def test_a_budget_is_enforced_and_what_comes_back_counts_again(
    server: Server, operator: httpx2.Client, customer: Wallet
) -> None:
    with server.http() as http:
        key = new_key(http, customer.side.signer, daily_budget=40)
    first, second = (lock(operator, key, name).json() for name in "ab")
    refused = lock(operator, key, "c")
    found = problem(refused)
    assert (found["type"], found["balance"], found["shortfall"]) == ("/v1/problems/budget-exceeded", 4, 14)
    assert str(found["resets_at"]).endswith("T00:00:00Z")
    operator.post(f"/jobs/{first['id']}/refund")
    assert lock(operator, key, "c").status_code == 201
    operator.post(f"/jobs/{second['id']}/settle", json={"units": 1})
    assert problem(lock(operator, key, "d"))["type"] == "/v1/problems/budget-exceeded"


def test_a_budget_holds_against_jobs_at_the_same_time(
    server: Server, operator: httpx2.Client, customer: Wallet
) -> None:
    with server.http() as http:
        key = new_key(http, customer.side.signer, monthly_budget=90)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda n: lock(operator, key, f"n{n}"), range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [402] * 5
    assert available(customer) == 1_000 - 5 * 18


def test_components_are_priced_and_kept(operator: httpx2.Client, customer: Wallet, key: str) -> None:
    """A9: several resources in one job's cost."""
    asked = {
        "components": [{"tier": "pro", "units": 3_000}, {"tier": "lite", "units": 10}],
        "tier": None,
        "max_units": None,
    }
    job = lock(operator, key, "mixed", **asked).json()
    assert job["components"] == [
        {"tier": "pro", "units": 3_000, "credits": 27},
        {"tier": "lite", "units": 10, "credits": 2},
    ]
    assert (job["credits"], job["tier"]) == (29, None)
    used = {"components": [{"tier": "pro", "units": 100}, {"tier": "lite", "units": 0}]}
    ended = operator.post(f"/jobs/{job['id']}/settle", json=used).json()
    assert (ended["charged"], [line["credits"] for line in ended["components"]]) == (18, [18, 0])
    assert available(customer) == 982


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"tier": "none"}, "unprocessable"),
        ({"credits": 5}, "unprocessable"),
        ({"tier": None}, "unprocessable"),
        ({"model": "m", "tier": None}, "unprocessable"),
        ({"max_units": 0}, "invalid-request"),
        ({"max_units": 2**32}, "invalid-request"),
        ({"max_units": 1.5}, "invalid-request"),
        ({"max_units": "500"}, "invalid-request"),
        ({"seconds": 10**9}, "invalid-request"),
        ({"seconds": 7 * 24 * 3600}, "unprocessable"),
        ({"customer_key": "jek_0000000000000000_" + "a" * 43}, "customer-key-refused"),
        ({"customer_key": "x"}, "customer-key-refused"),
        ({"job_type": "a\nb"}, "invalid-request"),
        ({"surprise": 1}, "invalid-request"),
        ({"max_credits": 1}, "conflict"),
    ],
)
def test_bad_locks_lock_nothing(
    operator: httpx2.Client, customer: Wallet, key: str, change: dict[str, Any], kind: str
) -> None:
    assert problem(lock(operator, key, "bad", **change))["type"] == f"/v1/problems/{kind}"
    assert available(customer) == 1_000


def test_the_idempotency_key_is_required(operator: httpx2.Client, key: str) -> None:
    body = {"customer_key": key, "tier": "pro", "max_units": 500}
    for headers in ({}, {"Idempotency-Key": ""}, {"Idempotency-Key": "a" * 200}, {"Idempotency-Key": "a b"}):
        assert problem(operator.post("/jobs", json=body, headers=headers))["status"] == 400


def test_only_the_operator_runs_jobs(server: Server, operator: httpx2.Client, customer: Wallet, key: str) -> None:
    job = lock(operator, key, "a").json()
    with server.http(key) as http:
        refused = [
            lock(http, key, "b"),
            http.post(f"/jobs/{job['id']}/settle", json={"units": 1}),
            http.post(f"/jobs/{job['id']}/refund"),
        ]
        assert {problem(answer)["type"] for answer in refused} == {"/v1/problems/forbidden"}
        assert http.get(f"/jobs/{job['id']}").json() == job
        assert http.get("/jobs").json() == {"jobs": [job], "next": None}
    with server.http() as http:
        assert problem(lock(http, key, "b"))["status"] == 401
    assert available(customer) == 982


def test_a_customers_key_that_was_revoked_or_may_only_read_pays_nothing(
    server: Server, operator: httpx2.Client, customer: Wallet
) -> None:
    with server.http() as http:
        reader = new_key(http, customer.side.signer, scopes=["read"])
        revoked = new_key(http, customer.side.signer, scopes=["spend", "manage"])
    with server.http(revoked) as http:
        assert http.delete(f"/keys/{revoked.split('_')[1]}").status_code == 200
    for key in (reader, revoked):
        assert problem(lock(operator, key, "a"))["type"] == "/v1/problems/customer-key-refused"


def test_jobs_of_other_accounts_are_not_there(server: Server, operator: httpx2.Client, stage: Stage, key: str) -> None:
    job = lock(operator, key, "a").json()
    with server.http() as http:
        other = new_key(http, stage.cast.alice)
    with server.http(other) as http:
        assert problem(http.get(f"/jobs/{job['id']}"))["status"] == 404
        assert job["id"] not in {each["id"] for each in http.get("/jobs").json()["jobs"]}
    for path in ("x", "..%2f..", "' OR 1=1 --", "%00", "a" * 300):
        assert problem(operator.post(f"/jobs/{path}/refund"))["status"] == 404


def test_pages_of_jobs(server: Server, operator: httpx2.Client, key: str) -> None:
    made = [lock(operator, key, f"p{n}").json()["id"] for n in range(5)]
    with server.http(key) as http:
        seen: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = http.get("/jobs", params={"limit": 2, **cursor}).json()
            seen += [job["id"] for job in page["jobs"]]
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
    assert seen == made[::-1]


def test_a_job_whose_time_is_over_is_refunded_by_itself(operator: httpx2.Client, customer: Wallet, key: str) -> None:
    """D10."""
    job = lock(operator, key, "slow", seconds=1).json()
    # By the answer: on a slow machine it is over before anybody could look.
    assert (job["status"], job["credits"]) == ("locked", 18)
    while customer.account().open_jobs:  # type: ignore[union-attr]
        pass
    assert available(customer) == 1_000
    late = operator.post(f"/jobs/{job['id']}/settle", json={"units": 1})
    assert "refunded, 0 credits charged" in str(problem(late)["detail"])
