"""`job-escrow serve` as a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from escrow_harness import shifted
from escrow_harness.patience import PATIENCE_SECONDS
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from support.validator_process import ends_with_its_parent

_STOP_SECONDS = PATIENCE_SECONDS
_INDEX_RATE = "5000"
"""The chain is this machine's: nobody counts how often it is asked."""


@dataclass
class Server:
    """A server process; `url` ends in /v1."""

    process: subprocess.Popen[str]
    url: str
    log: Path

    def http(self, key: str | None = None) -> httpx2.Client:
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        return httpx2.Client(base_url=self.url, headers=headers, timeout=PATIENCE_SECONDS)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=_STOP_SECONDS)


@contextmanager
def serving(
    folder: Path,
    *,
    chain: str,
    platform: Pubkey,
    operator: Keypair | None = None,
    options: tuple[str, ...] = (),
    ahead: int = 0,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Run the server for the length of a block, with its database in `folder` and its clock so many seconds ahead."""
    port = free_port()
    command = [
        *ends_with_its_parent(),
        *((sys.executable, shifted.__file__, str(ahead)) if ahead else ()),
        *(str(Path(sys.executable).with_name("job-escrow")), "serve", "--url", chain, "--platform", str(platform)),
        *("--database", str(folder / "index.sqlite"), "--port", str(port), "--rate", _INDEX_RATE, *options),
    ]
    if operator is not None:
        path = folder / "operator.json"
        path.write_text(operator.to_json())
        command += ["--operator", str(path)]
    log = folder / "server.log"
    with (
        log.open("a") as output,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"} | dict(environment or {}),
        ) as process,
    ):
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line.startswith("API "), log.read_text()
            yield Server(process, line.removeprefix("API ").strip(), log)
        finally:
            process.terminate()
            process.wait(timeout=_STOP_SECONDS)


def problem(answer: httpx2.Response) -> dict[str, object]:
    """The problem of a refusal, in full."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    found: dict[str, object] = json.loads(answer.text)
    assert {"type", "title", "status", "detail", "remedy", "request_id"} <= found.keys()
    assert found["status"] == answer.status_code
    assert found["request_id"] == answer.headers["x-request-id"]
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
