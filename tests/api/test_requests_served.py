"""Requests through a server of its own: kill -9, balances to the credit, a database that is put back (D9, D11, A12)."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from api_harness.crash import Crash, open_jobs
from api_harness.people import LIMITS, new_key
from api_harness.server import Server, problem
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage
from faults.plan import Faults
from faults.proxy import FaultProxy, fault_proxy
from job_escrow.chain.requests import GetSlot
from job_escrow.receipts import SessionReceipt, record_of_events, verify
from solders.pubkey import Pubkey


@pytest.fixture
def proxy(localnet_url: str) -> Iterator[FaultProxy]:
    """Between the server and the chain: it holds back the answers that the test names."""
    port = int(localnet_url.rsplit(":", 1)[1].strip("/"))
    with fault_proxy(localnet_url, f"ws://127.0.0.1:{port + 1}", Faults(delay=120)) as running:
        yield running


class Shop(Crash):
    """One server after the other over the same database, and a customer who allows sessions."""

    def __init__(self, stage: Stage, proxy: FaultProxy, folder: Path) -> None:
        super().__init__(stage, proxy, folder, options=("--session-credits", "100", "--address-rate", "100000"))
        self.customer.set_limits(replace(LIMITS, credits_per_session=100))

    def make_keys(self, server: Server) -> None:
        super().make_keys(server)
        with server.http() as http:
            self.manager = new_key(http, self.customer.side.signer, scopes=["read", "manage"])

    def admit(self, server: Server, name: str = "one", units: int = 500) -> httpx2.Response:
        body = {"customer_key": self.key, "tier": "pro", "max_units": units, "model": "m"}
        with server.http(self.operator_key) as http:
            return http.post("/requests", json=body, headers={"Idempotency-Key": f"{name}-{self.key[4:20]}"})

    def settle(self, server: Server, request: str, units: int = 1) -> httpx2.Response:
        with server.http(self.operator_key) as http:
            return http.post(f"/requests/{request}/settle", json={"units": units})

    def end(self, server: Server) -> httpx2.Response:
        with server.http(self.manager) as http:
            return http.delete("/sessions")

    def get(self, server: Server, path: str) -> Any:
        with server.http(self.manager) as http:
            return http.get(path).json()

    def findings(self, server: Server, session: str) -> list[Any]:
        """What an auditor finds, who has the customer's receipts and the chain's events of the session."""
        found = [
            self.get(server, f"/receipts/{each['id']}")["receipt"]
            for each in self.get(server, "/requests")["requests"]
            if each["session"] == session and each["status"] == "settled"
        ]
        receipts = sorted((SessionReceipt.from_json(each) for each in found), key=lambda each: each.number)
        page = self.stage.escrow.history(Pubkey.from_string(session))
        return verify(receipts, record_of_events(each.event for each in reversed(page.entries)))


@pytest.fixture
def shop(stage: Stage, proxy: FaultProxy, tmp_path: Path) -> Shop:
    return Shop(stage, proxy, tmp_path)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_killed_between_the_opening_and_its_answer(shop: Shop) -> None:
    with shop.serve() as server:
        shop.make_keys(server)
        shop.kill_while(server, shop.admit, "getSignatureStatuses", landed=lambda: open_jobs(shop) == 1)
    with shop.serve() as server:
        admitted = shop.admit(server)
        assert admitted.status_code == 201, admitted.text
        assert shop.admit(server).json() == admitted.json()
        # The one that had landed took it.
        assert (open_jobs(shop), shop.customer.balance().available) == (1, 900)
        assert shop.settle(server, admitted.json()["id"]).json()["charged"] == 18
        (ended,) = shop.end(server).json()["sessions"]
        assert (ended["status"], ended["charged"]) == ("ended", 18)
        assert shop.findings(server, ended["id"]) == []
    assert shop.customer.balance().available == 982


def test_killed_between_the_last_settlement_and_its_answer(shop: Shop) -> None:
    with shop.serve() as server:
        shop.make_keys(server)
        request = shop.admit(server).json()["id"]
        assert shop.settle(server, request).status_code == 200
        shop.kill_while(server, shop.end, "getSignatureStatuses", landed=lambda: open_jobs(shop) == 0)
    with shop.serve() as server:
        until(lambda: shop.get(server, "/sessions")["sessions"][0]["status"] == "ended")
        receipt = shop.get(server, f"/receipts/{request}")
        assert (receipt["status"], receipt["settlement"]["count"]) == ("settled", 1)
        assert shop.findings(server, receipt["receipt"]["session"]) == []
        assert shop.settle(server, request).json()["receipt"] == receipt["receipt"]
    assert shop.customer.balance().available == 982


def test_the_balance_is_exact_to_the_request(shop: Shop) -> None:
    """In the answer itself and in the account's, wherever the chain and the index are."""
    with shop.serve() as server:
        shop.make_keys(server)
        with server.http(shop.key) as http:
            slot = shop.stage.escrow.chain.answer(GetSlot())
            assert http.get("/account", params={"min_slot": slot}).json()["credits_remaining"] == 1_000
        expected = 1_000
        rows = []
        for number in range(3):
            answer = shop.admit(server, str(number), 2_001)
            expected -= 19
            assert answer.headers["x-credits-remaining"] == str(expected)
            rows.append(answer.json()["id"])
        assert shop.settle(server, rows[0]).headers["x-credits-remaining"] == str(expected + 1)
        account = shop.get(server, "/account")
        assert account["credits_remaining"] == expected + 1
        # A session's credits cannot be withdrawn before its end.
        slot = shop.stage.escrow.chain.answer(GetSlot())
        account = shop.get(server, f"/account?min_slot={slot}")
        assert (account["credits_remaining"], account["withdrawable_credits"]) == (expected + 1, 900)
        assert (account["credits_locked"], account["open_jobs"]) == (100, 1)
        for row in rows[1:]:
            with server.http(shop.operator_key) as http:
                assert http.post(f"/requests/{row}/release").status_code == 200
        assert shop.end(server).json()["sessions"][0]["status"] == "ended"
        slot = shop.stage.escrow.chain.answer(GetSlot())
        account = shop.get(server, f"/account?min_slot={slot}")
        assert (account["credits_remaining"], account["withdrawable_credits"]) == (982, 982)
        assert shop.get(server, "/usage?by=tier")["total"]["credits"] == 18


def test_a_database_that_is_put_back_admits_nothing_and_ends_the_sessions_that_it_forgot(shop: Shop) -> None:
    database, copy = shop.folder / "index.sqlite", shop.folder / "copy.sqlite"
    with shop.serve() as server:
        shop.make_keys(server)
        first = shop.admit(server, "first").json()["id"]
        assert shop.settle(server, first).status_code == 200
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        second = shop.admit(server, "second").json()["id"]
        assert shop.settle(server, second).status_code == 200
        assert shop.end(server).json()["sessions"][0]["charged"] == 36
        third = shop.admit(server, "third")
        assert third.status_code == 201
        assert open_jobs(shop) == 1
    for end in ("-wal", "-shm"):
        Path(f"{database}{end}").unlink(missing_ok=True)
    copy.rename(database)
    with shop.serve() as server:
        assert problem(shop.admit(server, "fourth"))["type"] == "/v1/problems/key-held"
        # Both sessions end with what the chain has charged, and nothing is charged again.
        until(lambda: open_jobs(shop) == 0)
        assert shop.customer.balance().available == 1_000 - 36

        def rows() -> list[tuple[str, int]]:
            with closing(sqlite3.connect(database, timeout=PATIENCE_SECONDS)) as connection:
                return connection.execute("SELECT status, settled FROM api_sessions ORDER BY number").fetchall()

        until(lambda: rows() == [("ended", 36), ("ended", 0)])


def test_a_wallet_that_takes_its_allowance_back_has_its_sessions_ended(shop: Shop) -> None:
    with shop.serve() as server:
        shop.make_keys(server)
        request = shop.admit(server).json()["id"]
        shop.customer.set_limits(replace(LIMITS, credits_per_session=0))
        until(lambda: shop.get(server, "/sessions")["sessions"][0]["status"] == "ending")
        refused = problem(shop.admit(server, "two"))
        assert (refused["status"], refused["type"]) == (403, "/v1/problems/sessions-not-allowed")
        assert "POST /v1/jobs" in str(refused["remedy"])
        # What runs is charged still.
        assert shop.settle(server, request).json()["charged"] == 18
        until(lambda: open_jobs(shop) == 0)
    assert shop.customer.balance().available == 982
