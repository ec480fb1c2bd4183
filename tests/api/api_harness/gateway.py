"""The gateway as a process of its own, and what its clients do."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from escrow_harness.patience import PATIENCE_SECONDS
from support.validator_process import ends_with_its_parent

from api_harness.server import free_port

PRESET = """
name = "mine"
description = "One model"
base_units_per_credit = 10_000
min_purchase = 100
max_job_seconds = 86_400
notice_seconds = 604_800
payee_notice_seconds = 86_400
fee_bps = 0
models = [{ id = "medium-13b", tier = "pro" }, { id = "metered", tier = "metered" }]
mints = [{ symbol = "USDC", decimals = 6 }]
suggested_limits = { credits_per_job = 200, credits_per_period = 2_000, period_seconds = 86_400 }
tiers = [
  { name = "pro", flat_credits = 18, included_units = 500, rate_credits = 9, rate_units = 1000, unit = "output-token" },
  { name = "metered", flat_credits = 1, included_units = 1, rate_credits = 1, rate_units = 1, unit = "output-token" },
]
"""
"""A completion of up to 500 tokens costs 18 credits; a metered one, a credit for each token."""
METERED: dict[str, Any] = {"model": "metered", "max_tokens": 150}
JOB_SECONDS = 3_600
_STOP_SECONDS = PATIENCE_SECONDS


@dataclass
class Gateway:
    """A gateway process."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def kill(self) -> None:
        """As a crash does: the server and its worker."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=_STOP_SECONDS)

    def chat(
        self, key: str, prompt: str, *, leave_after: int | None = None, **more: Any
    ) -> tuple[int, list[dict[str, Any]]]:
        """The status and the events of a streamed completion, or only so many of them and no look at the rest."""
        body = _question(prompt) | {"stream": True, **more}
        with httpx2.stream(
            "POST", f"{self.url}/v1/chat/completions", json=body, headers=_bearer(key), timeout=PATIENCE_SECONDS
        ) as answer:
            if answer.is_error:
                answer.read()
                return answer.status_code, [answer.json()]
            events: list[dict[str, Any]] = []
            if leave_after == 0:
                return answer.status_code, events
            for line in answer.iter_lines():
                if line.startswith("data: {"):
                    events.append(json.loads(line.removeprefix("data: ")))
                    if len(events) == leave_after:
                        break
            return answer.status_code, events

    def ask(self, key: str, prompt: str, **more: Any) -> httpx2.Response:
        """A completion in one piece."""
        return self.post(key, question(prompt, **more))

    def post(self, key: str, body: bytes, headers: dict[str, str] | None = None) -> httpx2.Response:
        """What a body is answered with."""
        every = _bearer(key) | {"Content-Type": "application/json"} | (headers or {})
        return httpx2.post(f"{self.url}/v1/chat/completions", content=body, headers=every, timeout=PATIENCE_SECONDS)

    def leave(self, key: str, body: bytes, headers: dict[str, str] | None, *, when: Callable[[], bool]) -> None:
        """Ask, and go without an answer as soon as something is so."""
        at = httpx2.URL(self.url)
        every = _bearer(key) | {"Host": "a", "Content-Type": "application/json", "Content-Length": str(len(body))}
        lines = [f"{name}: {value}" for name, value in (every | (headers or {})).items()]
        head = "\r\n".join(["POST /v1/chat/completions HTTP/1.1", *lines, "", ""]).encode()
        deadline = time.monotonic() + PATIENCE_SECONDS
        with socket.create_connection((at.host, at.port or 80), timeout=PATIENCE_SECONDS) as connection:
            connection.sendall(head + body)
            while not when():
                assert time.monotonic() < deadline
                time.sleep(0.01)


def text_of(events: list[dict[str, Any]]) -> str:
    """What a client has read."""
    return "".join(each["choices"][0]["delta"].get("content", "") for each in events if "choices" in each)


def price_of(event: dict[str, Any]) -> int | None:
    """What the last event of a stream, or an answer in one piece, says that it cost; None: nobody knows yet."""
    told = event["credits"] if "credits" in event else event["error"]["credits"]
    charged: int | None = told["charged"]
    return charged


@contextmanager
def gateway(
    folder: Path, *, api: str, operator_key: str, model_seconds: int = JOB_SECONDS // 2, return_seconds: float = 10
) -> Iterator[Gateway]:
    """Run the gateway for the length of a block, in front of the API at a URL that ends in /v1.

    Its jobs last for an hour, so that no machine is too slow to settle one.
    """
    port = free_port()
    environment = os.environ | {
        "JOB_ESCROW_API": api,
        "JOB_ESCROW_OPERATOR_KEY": operator_key,
        "JOB_ESCROW_JOB_SECONDS": str(JOB_SECONDS),
        "JOB_ESCROW_SETTLE_SECONDS": str(JOB_SECONDS - model_seconds),
        "JOB_ESCROW_RETURN_SECONDS": str(return_seconds),
    }
    command = [
        *ends_with_its_parent(),
        *(str(Path(sys.executable).with_name("granian")), "--interface", "asgi", "--port", str(port)),
        *("--no-ws", "job_escrow_gateway.gateway:app"),
    ]
    log = folder / "gateway.log"
    with (
        log.open("a") as output,
        subprocess.Popen(command, env=environment, stdout=output, stderr=output, start_new_session=True) as process,
    ):
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, process, log)
            yield Gateway(process, url, log)
        finally:
            process.terminate()
            process.wait(timeout=_STOP_SECONDS)


@contextmanager
def upstream_gateway(
    folder: Path, *, api: str, operator_key: str, upstream: str, options: tuple[str, ...] = ()
) -> Iterator[Gateway]:
    """Run `job-escrow gateway` before an upstream for the length of a block, as `gateway` does."""
    command = [
        *ends_with_its_parent(),
        *(str(Path(sys.executable).with_name("job-escrow")), "gateway", "--upstream", upstream, "--api", api),
        *("--port", str(free_port()), "--seconds", str(JOB_SECONDS), "--settle-seconds", str(JOB_SECONDS // 2)),
        *("--return-seconds", "0", *options),
    ]
    environment = os.environ | {
        "JOB_ESCROW_OPERATOR_KEY": operator_key,
        "JOB_ESCROW_UPSTREAM_KEY": "sk-upstream",
        "PYTHONUNBUFFERED": "1",
    }
    log = folder / "upstream-gateway.log"
    with (
        log.open("a") as output,
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=output, start_new_session=True
        ) as process,
    ):
        assert process.stdout is not None
        try:
            line = process.stdout.readline().decode()
            assert line.startswith("gateway "), log.read_text()
            yield Gateway(process, line.removeprefix("gateway ").strip().removesuffix("/v1"), log)
        finally:
            process.terminate()
            process.wait(timeout=_STOP_SECONDS)


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            httpx2.get(f"{url}/v1/models", timeout=PATIENCE_SECONDS).raise_for_status()
        except httpx2.TransportError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        else:
            return


def question(prompt: str, **more: Any) -> bytes:
    """The body of a request."""
    return json.dumps(_question(prompt) | more).encode()


def _question(prompt: str) -> dict[str, Any]:
    return {"model": "medium-13b", "messages": [{"role": "user", "content": prompt}]}


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}
