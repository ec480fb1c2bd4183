"""Sessions beside the API's jobs: they share ids and credits, and are nobody's jobs (D9, D11)."""

from collections.abc import Iterator
from dataclasses import replace

import httpx2
import pytest
from api_harness.people import LIMITS, new_customer, new_key
from api_harness.server import Server, problem
from escrow_harness.stage import Stage, wait_until
from job_escrow import SessionSettlement, SessionTerms, Wallet, session_address
from job_escrow.receipts import Meter, root_of

_SHORT_SECONDS = 3


@pytest.fixture
def customer(stage: Stage) -> Wallet:
    wallet = new_customer(stage, 1_000)
    wallet.set_limits(replace(LIMITS, credits_per_session=400))
    return wallet


@pytest.fixture
def key(server: Server, customer: Wallet) -> str:
    with server.http() as http:
        return new_key(http, customer.side.signer)


@pytest.fixture
def operator(server: Server, stage: Stage) -> Iterator[httpx2.Client]:
    """The provider's client."""
    with server.http() as http:
        key = new_key(http, stage.cast.operator, scopes=["operator"])
    with server.http(key) as http:
        yield http


def lock(operator: httpx2.Client, key: str, name: str) -> httpx2.Response:
    body = {"customer_key": key, "tier": "pro", "max_units": 500}
    return operator.post("/jobs", json=body, headers={"Idempotency-Key": f"{key[4:20]}-{name}"})


def test_jobs_go_on_beside_a_session(
    server: Server, stage: Stage, operator: httpx2.Client, customer: Wallet, key: str
) -> None:
    account = customer.address
    before = lock(operator, key, "before")
    assert before.status_code == 201, before.text
    number = stage.operator.next_session_id(account)
    stage.operator.open_session(account, SessionTerms(session_id=number, credits=300, seconds=3_600))
    address = session_address(account, number).address
    # Its id is above that of the job before: the next one's is above both.
    after = lock(operator, key, "after")
    assert after.status_code == 201, after.text
    session = stage.escrow.session(address)
    assert session is not None
    meter = Meter.of(address, session)
    receipts = [meter.add(0, 400, request_id="one", model="llama")]
    settled = stage.operator.settle_session(
        account,
        number,
        SessionSettlement(from_count=0, count=1, root=root_of(receipts), totals=meter.totals),
    )
    with server.http(key) as http:
        found = http.get("/account", params={"min_slot": settled.slot}).json()
        jobs = before.json()["credits"] + after.json()["credits"]
        assert found["credits_locked"] == jobs + 300 - meter.total
        assert found["credits_remaining"] == 1_000 - jobs - 300
        assert found["open_jobs"] == 3
        assert found["burn_rate"] == meter.total
        # A session is no job of the API's.
        assert problem(http.get(f"/jobs/{address}"))["status"] == 404
        usage = http.get("/usage", params={"by": "tier"}).json()
        assert sum(row["credits"] for row in usage["rows"]) == meter.total
    refused = operator.post(f"/jobs/{address}/refund")
    assert problem(refused)["status"] == 404
    for job in (before, after):
        ended = operator.post(f"/jobs/{job.json()['id']}/settle", json={"units": 1})
        assert ended.status_code == 200, ended.text
    stage.operator.refund_session(account, number)
    balance = customer.balance()
    assert balance.locked == 0


def test_a_session_that_timed_out_is_left_to_the_keeper(
    server: Server, stage: Stage, operator: httpx2.Client, customer: Wallet, key: str
) -> None:
    account = customer.address
    number = stage.operator.next_session_id(account)
    stage.operator.open_session(account, SessionTerms(session_id=number, credits=100, seconds=_SHORT_SECONDS))
    chain = stage.escrow.chain
    session = stage.escrow.session(session_address(account, number).address)
    assert session is not None
    wait_until(chain, session.deadline)
    locked = lock(operator, key, "late")
    assert locked.status_code == 201, locked.text
    assert stage.escrow.session(session_address(account, number).address) is not None
    done = [each for each in stage.anyone.keep_once().actions if each.credit_account == account]
    assert [(each.kind, each.session_id, each.credits) for each in done] == [("refund session", number, 100)]
    ended = operator.post(f"/jobs/{locked.json()['id']}/settle", json={"units": 1})
    assert ended.json()["charged"] == locked.json()["credits"]
