"""Running solana-test-validator with the program and the local USDC mint: ports, command line, readiness, end."""

import json
import random
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.steps import StepFailed

_READY_SECONDS = 120
_STOP_SECONDS = 30
_POLL_SECONDS = 0.1
# Gossip, the faucet and what the validator serves to other validators.
_PORTS_BESIDE = 34
_LINES_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Genesis:
    """What the chain starts with: the compiled program, and accounts as files of JSON by address."""

    program_id: str
    program: Path
    accounts: Mapping[str, Path]


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Where a validator listens; its WebSocket is at `rpc + 1`."""

    rpc: int
    beside: int
    """First of the ports for everything else."""

    @property
    def url(self) -> str:
        """The address of its JSON-RPC."""
        return f"http://127.0.0.1:{self.rpc}"


def free_ports(rpc: int | None = None) -> Ports:
    """Find ports that nobody listens on. Raises StepFailed where `rpc` is given and taken."""
    if rpc is not None and not _are_free(rpc, 2):
        raise StepFailed(
            f"port {rpc} or {rpc + 1} is taken; perhaps a validator runs there already.\n"
            "What to do: stop it, or choose another port with --rpc-port"
        )
    return Ports(rpc=rpc or _find(2), beside=_find(_PORTS_BESIDE))


def validator_command(
    binary: Path, genesis: Genesis, *, ledger: Path, ports: Ports, more: Sequence[str] = ()
) -> list[str]:
    """Return the command line of a validator."""
    accounts = [part for address, file in genesis.accounts.items() for part in ("--account", address, str(file))]
    return [
        *(str(binary), "--ledger", str(ledger), "--quiet", "--bind-address", "127.0.0.1"),
        *("--rpc-port", str(ports.rpc), "--faucet-port", str(ports.beside), "--gossip-port", str(ports.beside + 1)),
        *("--dynamic-port-range", f"{ports.beside + 2}-{ports.beside + _PORTS_BESIDE - 1}"),
        *("--bpf-program", genesis.program_id, str(genesis.program), *accounts, *more),
    ]


@contextmanager
def running_validator(
    command: Sequence[str], url: str, *, log: Path, tell: Callable[[str], None]
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a validator for the length of a block, which begins when it answers and makes blocks.

    Raises StepFailed with the end of its log where it ends before that, or takes too long.
    """
    with log.open("wb") as output:
        # A session of its own: a Ctrl-C at the terminal reaches this process only, which ends the validator in order.
        process = subprocess.Popen(
            [*ends_with_its_parent(), *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_ready(process, url, log, tell)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: "subprocess.Popen[bytes]", url: str, log: Path, tell: Callable[[str], None]) -> None:
    started = time.monotonic()
    told = 0
    while not _makes_blocks(url):
        waited = time.monotonic() - started
        if process.poll() is not None or waited > _READY_SECONDS:
            state = f"ended with code {process.returncode}" if process.poll() is not None else "does not answer"
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-_LINES_SHOWN:])
            raise StepFailed(f"{tail}\n\nthe validator {state} after {waited:.0f} s; its log is {log}")
        if waited > told + 5:
            told += 5
            tell(f"    {waited:3.0f} s  waiting for the first block")
        time.sleep(_POLL_SECONDS)


def ends_with_its_parent() -> list[str]:
    """Return what a command begins with so that it does not stay behind where this process is killed."""
    return ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []


def _makes_blocks(url: str) -> bool:
    return _ask(url, "getHealth") == "ok" and bool(_ask(url, "getSlot", {"commitment": "confirmed"}))


def _ask(url: str, method: str, *params: object) -> object:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    # Past any proxy: it is a port of this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=5) as response:
            answer = json.load(response)
    except (OSError, ValueError):
        return None
    return answer.get("result") if isinstance(answer, dict) else None


def _find(count: int) -> int:
    for _ in range(200):
        first = random.randrange(12_000, 32_000)
        if _are_free(first, count):
            return first
    raise StepFailed(f"there are no {count} free ports next to each other on this machine")


def _are_free(first: int, count: int) -> bool:
    with ExitStack() as sockets:
        try:
            for port in range(first, first + count):
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    opened = sockets.enter_context(socket.socket(socket.AF_INET, kind))
                    if kind == socket.SOCK_STREAM:
                        # As the validator does: what ended a moment ago does not hold the port.
                        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    opened.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
