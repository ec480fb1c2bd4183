"""The example gateway: 50 concurrent streaming jobs, some failing, some abandoned; the books agree to the base unit."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_harness.people import new_customer, new_key
from api_harness.server import free_port, serving
from escrow_harness.stage import Stage
from job_escrow import LimitsArgs, Wallet, token_address
from job_escrow.chain.requests import GetAccounts
from job_escrow.tokens import USDC_MINT, token_amount
from support.validator_process import ends_with_its_parent

EXAMPLE = Path(__file__).parents[2] / "examples/gateway"
_PRESET = """
name = "mine"
description = "One model"
base_units_per_credit = 10_000
min_purchase = 100
max_job_seconds = 86_400
notice_seconds = 604_800
fee_bps = 0
models = [{ id = "medium-13b", tier = "pro" }]
mints = [{ symbol = "USDC", decimals = 6 }]
suggested_limits = { credits_per_job = 200, credits_per_period = 2_000, period_seconds = 86_400 }
tiers = [{ name = "pro", flat_credits = 18, included_units = 500, credits_per_1000_units = 9, unit = "output-token" }]
"""


@pytest.fixture
def customer(stage: Stage) -> Wallet:
    wallet = new_customer(stage, 0)
    wallet.open(LimitsArgs(credits_per_job=100, credits_per_period=10_000, period_seconds=86_400), buy=1_000)
    return wallet


@pytest.fixture
def running(stage: Stage, customer: Wallet, localnet_url: str, tmp_path: Path) -> Iterator[dict[str, Any]]:
    preset = tmp_path / "models.toml"
    preset.write_text(_PRESET)
    options = ("--preset", str(preset), "--key-rate", "100000", "--address-rate", "100000")
    with serving(
        tmp_path, chain=localnet_url, platform=stage.platform, operator=stage.cast.operator, options=options
    ) as server:
        with server.http() as http:
            operator = new_key(http, stage.cast.operator, scopes=["operator"])
            key = new_key(http, customer.side.signer)
        port = free_port()
        environment = os.environ | {"JOB_ESCROW_API": server.url, "JOB_ESCROW_OPERATOR_KEY": operator}
        command = [
            *ends_with_its_parent(),
            *(str(Path(sys.executable).with_name("granian")), "--interface", "asgi", "--port", str(port)),
            *("--no-ws", "gateway:app"),
        ]
        log = (tmp_path / "gateway.log").open("w")
        with log, subprocess.Popen(command, cwd=EXAMPLE, env=environment, stdout=log, stderr=log) as process:
            try:
                yield {"url": f"http://127.0.0.1:{port}", "key": key, "server": server}
            finally:
                process.terminate()
                process.wait(timeout=60)


def ready(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            assert httpx.get(f"{url}/v1/models").json()["data"][0]["id"] == "medium-13b"
        except httpx.TransportError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            return


def chat(url: str, key: str, prompt: str, *, give_up: bool = False) -> tuple[int, list[dict[str, Any]]]:
    """The status and the events of a streamed completion."""
    body = {"model": "medium-13b", "messages": [{"role": "user", "content": prompt}], "stream": True}
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.stream("POST", f"{url}/v1/chat/completions", json=body, headers=headers, timeout=120) as answer:
        if answer.is_error:
            answer.read()
            return answer.status_code, [answer.json()]
        events = []
        for line in answer.iter_lines():
            if line.startswith("data: {"):
                events.append(json.loads(line.removeprefix("data: ")))
                if give_up and len(events) == 3:
                    break
        return answer.status_code, events


def test_fifty_streams_some_fail_some_are_abandoned(running: dict[str, Any], stage: Stage, customer: Wallet) -> None:
    """Y4, A8, R11."""
    url, key = running["url"], running["key"]
    ready(url)
    treasury = token_address(stage.cast.admin.pubkey(), USDC_MINT)
    before = token_amount(stage.escrow.chain.answer(GetAccounts([treasury]))[0])

    def one(number: int) -> str:
        kind = ("well", "well", "fail", "well", "leave")[number % 5]
        prompt = {"well": "hello", "fail": "!fail", "leave": "!slow please"}[kind] + f" {number}"
        status, events = chat(url, key, prompt, give_up=kind == "leave")
        assert status == 200, events
        if kind == "well":
            assert events[-1]["choices"][0]["finish_reason"] == "stop"
            assert events[-1]["usage"]["credits"] == 18
        if kind == "fail":
            assert events[-1]["error"]["code"] == "model_error"
        return kind

    with ThreadPoolExecutor(50) as pool:
        kinds = list(pool.map(one, range(50)))
    charged = 18 * kinds.count("well")
    deadline = time.monotonic() + 60
    while (account := customer.account()) is not None and account.open_jobs:
        assert time.monotonic() < deadline, "a job that was given up is still open"
        time.sleep(0.1)
    held = customer.balance()
    assert (charged, held.available, held.locked) == (540, 460, 0)
    assert held.vault_base_units == 4_600_000
    after = token_amount(stage.escrow.chain.answer(GetAccounts([treasury]))[0])
    assert after - before == 5_400_000
    month = time.strftime("%Y-%m", time.gmtime())
    with running["server"].http(key) as http:
        while (found := http.get("/account").json())["credits_remaining"] != 460 or found["open_jobs"]:
            assert time.monotonic() < deadline + 60, found
            time.sleep(0.1)
        usage = http.get("/usage", params={"by": "model"}).json()
        statement = http.get(f"/statements/{month}").json()
        jobs = http.get("/jobs", params={"limit": 200}).json()["jobs"]
    assert [(row["group"], row["credits"], row["base_units"]) for row in usage["rows"]] == [
        ("medium-13b", 540, 5_400_000)
    ]
    assert (statement["charges"]["credits"], statement["charges"]["base_units"]) == (540, 5_400_000)
    assert statement["closing"]["paid_available"] == 460
    assert sum(job["charged"] for job in jobs) == 540
    assert sorted(job["status"] for job in jobs) == ["refunded"] * 20 + ["settled"] * 30


def test_a_customer_without_credits_is_told_how_to_go_on(
    running: dict[str, Any], stage: Stage, customer: Wallet
) -> None:
    url, key = running["url"], running["key"]
    ready(url)
    customer.withdraw(990)
    status, (error,) = chat(url, key, "hello")
    assert (status, error["error"]["code"], error["error"]["balance"]) == (402, "insufficient-credits", 10)
    assert error["error"]["top_up"]["solana_pay"].startswith("solana:")
    customer.purchase(100)
    assert chat(url, key, "hello")[0] == 200
    assert chat(url, "jek_0000000000000000_" + "a" * 43, "hello")[0] == 401
