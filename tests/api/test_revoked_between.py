"""A customer revokes its key between a request and its repeat: what was locked is found again, and nothing new is."""

from collections.abc import Iterator

import httpx2
import pytest
from api_harness.people import new_customer, new_key
from api_harness.server import Server, problem
from escrow_harness.stage import Stage
from job_escrow import Wallet
from solders.keypair import Keypair


@pytest.fixture
def operator(server: Server, stage: Stage) -> Iterator[httpx2.Client]:
    with server.http() as http:
        key = new_key(http, stage.cast.operator, scopes=["operator"])
    with server.http(key) as http:
        yield http


@pytest.fixture
def customer(stage: Stage) -> Wallet:
    return new_customer(stage, 1_000)


@pytest.fixture
def key(server: Server, customer: Wallet) -> str:
    with server.http() as http:
        return new_key(http, customer.side.signer, scopes=["spend", "manage", "read"])


def lock(operator: httpx2.Client, key: str, name: str) -> httpx2.Response:
    body = {"customer_key": key, "tier": "pro", "max_units": 500}
    return operator.post("/jobs", json=body, headers={"Idempotency-Key": f"{key[4:20]}-{name}"})


def revoke(server: Server, key: str) -> None:
    with server.http(key) as http:
        assert http.delete(f"/keys/{key.split('_')[1]}").status_code == 200


def test_a_repeat_answers_with_what_the_first_did(
    server: Server, operator: httpx2.Client, customer: Wallet, key: str
) -> None:
    first = lock(operator, key, "a").json()
    revoke(server, key)
    again = lock(operator, key, "a")
    assert (again.status_code, again.json()) == (201, first)
    settled = operator.post(f"/jobs/{first['id']}/settle", json={"units": 1}).json()
    assert (settled["status"], settled["charged"]) == ("settled", 18)
    assert lock(operator, key, "a").json() == settled
    # Nothing new, under whatever key.
    for name in "bc":
        assert problem(lock(operator, key, name))["type"] == "/v1/problems/customer-key-refused"
    assert (customer.balance().available, customer.account().open_jobs) == (982, 0)  # type: ignore[union-attr]


def test_what_failed_before_is_not_tried_with_a_revoked_key(
    server: Server, operator: httpx2.Client, customer: Wallet, key: str
) -> None:
    customer.withdraw(1_000)
    assert problem(lock(operator, key, "a"))["status"] == 402
    revoke(server, key)
    customer.purchase(100)
    assert problem(lock(operator, key, "a"))["type"] == "/v1/problems/customer-key-refused"
    assert customer.account().open_jobs == 0  # type: ignore[union-attr]


def test_the_operator_reads_any_job_of_its_platform(
    server: Server, operator: httpx2.Client, customer: Wallet, key: str, stage: Stage
) -> None:
    job = lock(operator, key, "a").json()
    revoke(server, key)
    assert operator.get(f"/jobs/{job['id']}").json() == job
    assert problem(operator.get(f"/jobs/{Keypair().pubkey()}"))["status"] == 404
    # Not every account's jobs in one list, and nobody else's.
    assert problem(operator.get("/jobs"))["status"] == 403
    with server.http() as http:
        other = new_key(http, stage.cast.alice)
        blind = new_key(http, customer.side.signer, scopes=["spend", "manage"])
    for stranger, status in ((other, 404), (blind, 403)):
        with server.http(stranger) as http:
            assert problem(http.get(f"/jobs/{job['id']}"))["status"] == status
