"""The server as a process of its own."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from escrow_harness.patience import PATIENCE_SECONDS
from support.validator_process import ends_with_its_parent

_SERVER = Path(__file__).with_name("server.py")


@dataclass(frozen=True)
class Upstream:
    """A server that runs; `url` ends in /v1."""

    url: str

    def bodies(self) -> list[dict[str, Any]]:
        """What it was asked."""
        found: list[dict[str, Any]] = self._told()["bodies"]
        return found

    def until_idle(self) -> None:
        """Wait until it generates for nobody any more."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._told()["running"]:
            assert time.monotonic() < deadline, "an answer goes on that nobody reads"
            time.sleep(0.02)

    def _told(self) -> dict[str, Any]:
        asked = self.url.removesuffix("/v1") + "/asked"
        found: dict[str, Any] = httpx2.get(asked, timeout=PATIENCE_SECONDS).raise_for_status().json()
        return found


@contextmanager
def upstream(port: int) -> Iterator[Upstream]:
    """Run it for the length of a block."""
    command = [*ends_with_its_parent(), sys.executable, str(_SERVER), str(port)]
    with subprocess.Popen(command) as process:
        try:
            running = Upstream(f"http://127.0.0.1:{port}/v1")
            deadline = time.monotonic() + PATIENCE_SECONDS
            while True:
                try:
                    running.bodies()
                    break
                except httpx2.TransportError:
                    assert process.poll() is None
                    assert time.monotonic() < deadline
                    time.sleep(0.05)
            yield running
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE_SECONDS)
