"""Starts nodes as processes of their own: the local chain, and the validator."""

import contextlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from localnet_harness.endpoint import Endpoint, RpcFailure, until

REPOSITORY = Path(__file__).resolve().parents[3]


class LocalProcess:
    """A local chain in a process, which can be killed."""

    def __init__(self, *arguments: str, slot_ms: int = 20) -> None:
        self.arguments = ["--rpc-port", "0", "--slot-ms", str(slot_ms), *arguments]
        environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "localnet")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "job_escrow_localnet", *self.arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert self.process.stdout is not None
        url = re.fullmatch(r"JSON-RPC +(\S+)\n", self.process.stdout.readline())
        websocket_url = re.fullmatch(r"WebSocket (\S+)\n", self.process.stdout.readline())
        if url is None or websocket_url is None:
            raise AssertionError(f"the local chain did not start: {self.process.communicate()[1]}")
        self.endpoint = Endpoint(url[1], websocket_url[1], "localnet")

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.communicate()

    def stop(self) -> str:
        """Ask it to stop; gives what it wrote to stderr."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        _, errors = self.process.communicate(timeout=300)
        return errors


@contextlib.contextmanager
def local_process(*arguments: str, slot_ms: int = 20) -> Iterator[LocalProcess]:
    """A local chain for the length of a block."""
    running = LocalProcess(*arguments, slot_ms=slot_ms)
    try:
        yield running
    finally:
        errors = running.stop()
        assert running.process.returncode in (0, -signal.SIGKILL), errors
        assert not errors, errors


def installed_validator() -> str | None:
    """The path of solana-test-validator as the project's script knows it; None where it is not installed."""
    check = subprocess.run(
        [REPOSITORY / "scripts" / "install-validator", "--check"], capture_output=True, text=True, check=False
    )
    return check.stdout.strip() if check.returncode == 0 else None


@contextlib.contextmanager
def validator_process(binary: str) -> Iterator[Endpoint]:
    """A validator with a ledger of its own, for the length of a block."""
    first = _free_ports(40)
    with tempfile.TemporaryDirectory(prefix="validator-") as folder:
        command = [
            *(binary, "--ledger", folder, "--bind-address", "127.0.0.1", "--quiet"),
            *("--rpc-port", str(first), "--faucet-port", str(first + 2), "--gossip-port", str(first + 3)),
            *("--dynamic-port-range", f"{first + 4}-{first + 39}"),
        ]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        endpoint = Endpoint(f"http://127.0.0.1:{first}", f"ws://127.0.0.1:{first + 1}", "validator")
        try:
            until(lambda: _is_up(endpoint, process), seconds=300, what="the validator's first block")
            yield endpoint
        finally:
            process.terminate()
            try:
                process.wait(timeout=300)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _is_up(endpoint: Endpoint, process: "subprocess.Popen[bytes]") -> bool:
    assert process.poll() is None, f"the validator ended with code {process.returncode}"
    try:
        return bool(endpoint.rpc("getHealth") == "ok" and endpoint.rpc("getSlot", {"commitment": "confirmed"}) > 0)
    except (OSError, RpcFailure, json.JSONDecodeError):
        return False


def _free_ports(count: int) -> int:
    """The first of so many ports next to each other that nothing listens on."""
    for _ in range(100):
        first = random.randrange(20_000, 60_000)
        with contextlib.ExitStack() as stack:
            try:
                for port in range(first, first + count):
                    listener = stack.enter_context(socket.socket())
                    listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise AssertionError(f"no {count} free ports next to each other")
