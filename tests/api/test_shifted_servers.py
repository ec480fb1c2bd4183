"""Servers whose clock is wrong, on a chain whose clock is not."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from api_harness.people import new_customer, new_key
from api_harness.server import Server, serving
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage

_DAY = 86_400
_CLOCKS = [(600, 600), (_DAY, 25 * 3_600), (_DAY, -25 * 3_600)]
"""How long a job lasts, and how far the server's clock is ahead."""


@pytest.mark.parametrize(("seconds", "ahead"), _CLOCKS)
def test_a_running_job_is_settled_and_one_that_timed_out_given_back(
    stage: Stage, localnet_url: str, tmp_path: Path, seconds: int, ahead: int
) -> None:
    """The sweep that gives back the second one has been at the first one, whose time is over by its own clock."""
    customer = new_customer(stage, 1_000)
    chain: dict[str, Any] = {"chain": localnet_url, "platform": stage.platform, "operator": stage.cast.operator}
    with serving(tmp_path, **chain, options=("--no-index",), ahead=ahead) as server:
        with server.http() as http:
            key, operator = new_key(http, customer.side.signer), new_key(http, stage.cast.operator, scopes=["operator"])
        with server.http(operator) as http:
            running, short = (lock(http, key, seconds) for seconds in (seconds, 1))
            until(lambda: status(server, key, short) == "refunded")
            assert status(server, key, running) == "locked"
            settled = http.post(f"/jobs/{running}/settle", json={"units": 1})
            assert (settled.status_code, settled.json()["charged"]) == (200, 18)
    assert customer.balance().available == 982


@pytest.mark.parametrize("ahead", [25 * 3_600, -25 * 3_600])
def test_what_expires_and_what_is_news_go_by_the_chains_clock(
    stage: Stage, localnet_url: str, tmp_path: Path, ahead: int
) -> None:
    customer = new_customer(stage, 1_000)
    stage.operator.grant(customer.address, 25, expires_at=stage.escrow.unix_time() + _DAY)
    # By the time of now, and long enough to land on a slow machine.
    short = stage.operator.grant(customer.address, 50, expires_at=stage.escrow.unix_time() + 10)
    with serving(
        tmp_path, chain=localnet_url, platform=stage.platform, options=("--private-webhooks",), ahead=ahead
    ) as server:
        with server.http() as http:
            key = new_key(http, customer.side.signer, scopes=["read", "manage"])
        with server.http(key) as http:
            http.get("/account", params={"min_slot": short.slot}).raise_for_status()
            until(lambda: http.get("/account").json()["credits_granted"] == 25)
            hook = http.post("/webhooks", json={"url": "http://127.0.0.1:9/", "types": ["topup.confirmed"]}).json()
            customer.purchase(100)
            deliveries = f"/webhooks/{hook['id']}/deliveries"
            until(lambda: len(http.get(deliveries).json()["deliveries"]) == 1)


def lock(http: httpx2.Client, key: str, seconds: int) -> str:
    body = {"customer_key": key, "tier": "pro", "max_units": 500, "seconds": seconds}
    locked = http.post("/jobs", json=body, headers={"Idempotency-Key": f"{seconds}-{key[4:20]}"})
    assert locked.status_code == 201, locked.text
    address: str = locked.json()["id"]
    return address


def status(server: Server, key: str, job: str) -> str:
    with server.http(key) as http:
        found: str = http.get(f"/jobs/{job}").json()["status"]
        return found


def until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.1)
