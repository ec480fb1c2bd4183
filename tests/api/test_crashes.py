"""kill -9 between the lock and its answer: whatever the client does next, nothing is charged twice."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from api_harness.crash import Crash, open_jobs
from api_harness.server import Server
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage
from faults.plan import Fault, Faults
from faults.proxy import FaultProxy, fault_proxy


@pytest.fixture
def proxy(localnet_url: str) -> Iterator[FaultProxy]:
    """Between the server and the chain: it holds back the answers that the test names."""
    port = int(localnet_url.rsplit(":", 1)[1].strip("/"))
    with fault_proxy(localnet_url, f"ws://127.0.0.1:{port + 1}", Faults(delay=120)) as running:
        yield running


@pytest.fixture
def crash(stage: Stage, proxy: FaultProxy, tmp_path: Path) -> Crash:
    return Crash(stage, proxy, tmp_path)


@pytest.mark.parametrize("repeats", [1, 3])
def test_killed_between_the_lock_and_its_answer(crash: Crash, repeats: int) -> None:
    with crash.serve() as server:
        crash.make_keys(server)
        crash.kill_while(server, crash.lock, "getSignatureStatuses", landed=lambda: open_jobs(crash) == 1)
    with crash.serve() as server:
        answers = [crash.lock(server) for _ in range(repeats)]
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert (open_jobs(crash), crash.customer.balance().available) == (1, 982)
        job = answers[0].json()
        assert (job["status"], job["lock_signature"] is not None) == ("locked", True)
        with server.http(crash.operator_key) as http:
            assert http.post(f"/jobs/{job['id']}/settle", json={"units": 1}).json()["charged"] == 18
    assert crash.customer.balance().available == 982


def test_killed_before_the_lock_was_sent(crash: Crash) -> None:
    with crash.serve() as server:
        crash.make_keys(server)
        seen = len(crash.proxy.faults.happened)
        crash.kill_while(
            server, crash.lock, "simulateTransaction", landed=lambda: len(crash.proxy.faults.happened) > seen
        )
    assert open_jobs(crash) == 0
    with crash.serve() as server:
        assert crash.lock(server).json()["status"] == "locked"
        assert (open_jobs(crash), crash.customer.balance().available) == (1, 982)


def test_killed_between_the_settlement_and_its_answer(crash: Crash) -> None:
    with crash.serve() as server:
        crash.make_keys(server)
        job = crash.lock(server).json()["id"]

        def settle(running: Server) -> httpx2.Response:
            with running.http(crash.operator_key) as http:
                return http.post(f"/jobs/{job}/settle", json={"units": 1})

        crash.kill_while(server, settle, "getSignatureStatuses", landed=lambda: open_jobs(crash) == 0)
    with crash.serve() as server:
        answer = settle(server)
        assert (answer.status_code, answer.json()["status"], answer.json()["charged"]) == (200, "settled", 18)
    assert crash.customer.balance().available == 982


def test_a_locked_job_that_nobody_asks_for_again_is_known_after_a_restart_and_comes_back(crash: Crash) -> None:
    with crash.serve() as server:
        crash.make_keys(server)
        body = {"customer_key": crash.key, "tier": "pro", "max_units": 500, "seconds": 2}

        def lock(running: Server) -> httpx2.Response:
            with running.http(crash.operator_key) as http:
                return http.post("/jobs", json=body, headers={"Idempotency-Key": f"gone-{crash.key[4:20]}"})

        crash.kill_while(server, lock, "getSignatureStatuses", landed=lambda: open_jobs(crash) == 1)
    with crash.serve() as server:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while open_jobs(crash):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        with server.http(crash.key) as http:
            (job,) = http.get("/jobs").json()["jobs"]
            # The row follows the chain by one transaction.
            while job["status"] == "locked":
                (job,) = http.get("/jobs").json()["jobs"]
        assert (job["status"], job["charged"]) == ("refunded", 0)
    assert crash.customer.balance().available == 1_000


def test_an_answer_of_the_chain_that_is_lost_is_no_second_lock(crash: Crash) -> None:
    with crash.serve() as server:
        crash.make_keys(server)
        with server.http(crash.operator_key) as http:
            # The first job of an account asks what else it had.
            body = {"customer_key": crash.key, "credits": 1}
            first = http.post("/jobs", json=body, headers={"Idempotency-Key": f"before-{crash.key[4:20]}"}).json()
            assert http.post(f"/jobs/{first['id']}/refund").json()["status"] == "refunded"
        crash.proxy.faults.methods = frozenset({"sendTransaction", "getSignatureStatuses", "getTransaction"})
        crash.proxy.faults.http_next = [Fault.CUT_AFTER, Fault.SERVER_ERROR, Fault.CUT_AFTER, Fault.TRUNCATED]
        assert crash.lock(server).json()["status"] == "locked"
        assert len(crash.proxy.faults.happened) == 4
        assert (open_jobs(crash), crash.customer.balance().available) == (1, 982)
