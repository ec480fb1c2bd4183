#!/usr/bin/env python3
"""How fast the local chain is: sent and confirmed over HTTP, beside LiteSVM in the same process; and how soon it is up.

    python benchmarks/localnet.py                  a table
    python benchmarks/localnet.py --json           one line of JSON
    python benchmarks/localnet.py --no-validator   without the validator's start, which takes some seconds

Signing is not timed on either side. Over HTTP every transaction has its preflight, as clients send it by default, is
written to a ledger on the disk, and counts once getSignatureStatuses says that it is confirmed.
"""

import argparse
import asyncio
import base64
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from solders.account import Account
from solders.hash import Hash
from solders.keypair import Keypair
from solders.litesvm import LiteSVM
from solders.message import Message
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import TransactionMetadata

REPOSITORY = Path(__file__).resolve().parents[1]
GOAL_PER_SECOND = 1_000
GOAL_SHARE = 0.1
_STATUSES = 256


@dataclass(frozen=True)
class Figures:
    """What a run measured."""

    transactions: int
    connections: int
    litesvm_per_second: int
    """LiteSVM in one process, called from Python, signature checks and all."""
    http_per_second: int
    """Sent and confirmed over HTTP by one client process."""
    share: float
    """Of LiteSVM's rate."""
    goal_per_second: int
    """1,000 or a tenth of LiteSVM's rate, whichever is more."""
    localnet_first_confirmed_seconds: float
    """From the start of the process to its first confirmed transaction."""
    validator_first_confirmed_seconds: float | None
    """The same of solana-test-validator; None: it is not installed, or was left out."""


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    parser.add_argument("--transactions", type=int, default=10_000, metavar="N", help="to send (%(default)s)")
    parser.add_argument("--connections", type=int, default=4, metavar="N", help="of the client (%(default)s)")
    parser.add_argument("--no-validator", action="store_true", help="leave out the validator's start")
    arguments = parser.parse_args(argv)
    litesvm = measure_litesvm(arguments.transactions)
    http = measure_http(arguments.transactions, arguments.connections)
    binary = None if arguments.no_validator else installed_validator()
    figures = Figures(
        transactions=arguments.transactions,
        connections=arguments.connections,
        litesvm_per_second=round(litesvm),
        http_per_second=round(http),
        share=round(http / litesvm, 3),
        goal_per_second=max(GOAL_PER_SECOND, round(litesvm * GOAL_SHARE)),
        localnet_first_confirmed_seconds=round(first_confirmed(start_localnet), 2),
        validator_first_confirmed_seconds=(
            None if binary is None else round(first_confirmed(lambda folder: start_validator(binary, folder)), 2)
        ),
    )
    print(json.dumps(asdict(figures)) if arguments.json else table(figures))
    return 0 if figures.http_per_second >= figures.goal_per_second else 1


def table(figures: Figures) -> str:
    validator = figures.validator_first_confirmed_seconds
    return "\n".join(
        (
            f"LiteSVM in process          {figures.litesvm_per_second:>8,} transactions/s",
            f"local chain over HTTP       {figures.http_per_second:>8,} transactions/s sent and confirmed",
            f"  share of LiteSVM          {figures.share:>8.1%} (goal: {figures.goal_per_second:,}/s)",
            f"first confirmed: localnet   {figures.localnet_first_confirmed_seconds:>8.2f} s after its start",
            f"first confirmed: validator  {'not measured' if validator is None else f'{validator:>8.2f} s'}",
        )
    )


def transfers(payer: Keypair, count: int, blockhash: Hash) -> list[VersionedTransaction]:
    """Transfers that differ in their amount, to ten wallets."""
    wallets = [Pubkey.new_unique() for _ in range(10)]
    return [
        VersionedTransaction(
            Message.new_with_blockhash(
                [
                    transfer(
                        TransferParams(
                            from_pubkey=payer.pubkey(), to_pubkey=wallets[number % 10], lamports=1_000_000 + number
                        )
                    )
                ],
                payer.pubkey(),
                blockhash,
            ),
            [payer],
        )
        for number in range(count)
    ]


def measure_litesvm(count: int) -> float:
    """Transactions per second of LiteSVM alone."""
    svm = LiteSVM()
    payer = Keypair()
    svm.set_account(payer.pubkey(), Account(10**15, b"", Pubkey.default()))
    signed = transfers(payer, count, svm.latest_blockhash())
    start = time.perf_counter()
    for one in signed:
        if not isinstance(svm.send_transaction(one), TransactionMetadata):
            raise RuntimeError("LiteSVM refused a transfer")  # noqa: TRY004 (what it answers has two types)
    return count / (time.perf_counter() - start)


def measure_http(count: int, connections: int) -> float:
    """Transactions per second that one client sends and sees confirmed."""
    with tempfile.TemporaryDirectory(prefix="localnet-benchmark-") as folder:
        node = start_localnet(Path(folder))
        try:
            wait_until(lambda: is_up(node.url), "the local chain's first answer")
            payer = Keypair()
            airdrop = rpc(node.url, "requestAirdrop", str(payer.pubkey()), 10**14)
            wait_until(lambda: is_confirmed(node.url, airdrop), "the airdrop")
            latest = rpc(node.url, "getLatestBlockhash", {"commitment": "confirmed"})["value"]["blockhash"]
            signed = transfers(payer, count, Hash.from_string(latest))
            start = time.perf_counter()
            asyncio.run(_send_and_confirm(node.url, signed, connections))
            return count / (time.perf_counter() - start)
        finally:
            node.stop()


async def _send_and_confirm(url: str, signed: list[VersionedTransaction], connections: int) -> None:
    clients = [await _Client.connect(url) for _ in range(connections)]
    config = {"encoding": "base64", "preflightCommitment": "confirmed"}
    waiting = iter(signed)

    async def send(client: "_Client") -> None:
        for one in waiting:
            answer = await client.call("sendTransaction", base64.b64encode(bytes(one)).decode(), config)
            if answer.get("result") != str(one.signatures[0]):
                raise RuntimeError(f"a transfer was refused: {answer}")

    await asyncio.gather(*(send(client) for client in clients))
    left = [str(one.signatures[0]) for one in signed]
    while left:
        part = left[:_STATUSES]
        statuses = (await clients[0].call("getSignatureStatuses", part))["result"]["value"]
        done = {
            signature
            for signature, status in zip(part, statuses, strict=True)
            if status is not None and status["err"] is None and status["confirmationStatus"] != "processed"
        }
        left = [signature for signature in left if signature not in done]
    for client in clients:
        client.close()


class _Client:
    """A connection that is kept: a request is written, its answer read, and nothing more."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self._reader = reader
        self._writer = writer
        self._head = f"POST / HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: "

    @classmethod
    async def connect(cls, url: str) -> "_Client":
        parts = urlsplit(url)
        return cls(*await asyncio.open_connection(parts.hostname, parts.port), parts.netloc)

    async def call(self, method: str, *params: object) -> dict[str, Any]:
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        self._writer.write(f"{self._head}{len(body)}\r\n\r\n{body}".encode())
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        answer: dict[str, Any] = json.loads(await self._reader.readexactly(length))
        return answer

    def close(self) -> None:
        self._writer.close()


# The nodes


@dataclass(frozen=True)
class Node:
    """A node in a process of its own."""

    url: str
    process: "subprocess.Popen[bytes]"

    def stop(self) -> None:
        """Ask it to stop, and see to it that it does."""
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_localnet(folder: Path) -> Node:
    """The local chain with its defaults and a ledger."""
    port = random.randrange(20_000, 60_000)
    path = os.pathsep.join(filter(None, (str(REPOSITORY / "localnet"), os.environ.get("PYTHONPATH"))))
    command = [
        sys.executable,
        "-m",
        "job_escrow_localnet",
        "--quiet",
        "--rpc-port",
        str(port),
        "--ledger",
        str(folder / "ledger"),
    ]
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": path})
    return Node(f"http://127.0.0.1:{port}", process)


def start_validator(binary: str, folder: Path) -> Node:
    """solana-test-validator with its defaults."""
    port = random.randrange(20_000, 60_000)
    command = [
        *(binary, "--ledger", str(folder / "validator"), "--quiet", "--bind-address", "127.0.0.1"),
        *("--rpc-port", str(port), "--faucet-port", str(port + 2), "--gossip-port", str(port + 3)),
        *("--dynamic-port-range", f"{port + 4}-{port + 39}"),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return Node(f"http://127.0.0.1:{port}", process)


def installed_validator() -> str | None:
    """The validator's path as the project's script knows it."""
    script = REPOSITORY / "scripts" / "install-validator"
    check = subprocess.run([script, "--check"], capture_output=True, text=True, check=False)
    return check.stdout.strip() if check.returncode == 0 else None


def first_confirmed(start: Callable[[Path], Node]) -> float:
    """Seconds from a node's start to its first confirmed transaction."""
    with tempfile.TemporaryDirectory(prefix="localnet-benchmark-") as folder:
        begun = time.perf_counter()
        node = start(Path(folder))
        try:
            wait_until(lambda: is_up(node.url), "the node's first answer")
            wallet = str(Keypair().pubkey())
            signature = wait_until(lambda: try_rpc(node.url, "requestAirdrop", wallet, 10**9), "an airdrop")
            wait_until(lambda: is_confirmed(node.url, signature), "the airdrop's confirmation")
            return time.perf_counter() - begun
        finally:
            node.stop()


def rpc(url: str, method: str, *params: object) -> Any:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    with urlopen(Request(url, body, {"content-type": "application/json"}), timeout=20) as reply:
        answer = json.load(reply)
    if "error" in answer:
        raise RuntimeError(f"{method}: {answer['error']}")
    return answer["result"]


def try_rpc(url: str, method: str, *params: object) -> Any:
    """The result; None where the node is not there yet, or does not answer yet."""
    try:
        return rpc(url, method, *params)
    except (OSError, RuntimeError):
        return None


def is_up(url: str) -> bool:
    return bool(try_rpc(url, "getHealth") == "ok")


def is_confirmed(url: str, signature: str) -> bool:
    [status] = rpc(url, "getSignatureStatuses", [signature])["value"]
    return bool(status and status["confirmationStatus"] != "processed")


def wait_until(condition: Callable[[], Any], what: str, seconds: float = 120) -> Any:
    """Poll until a condition gives something true."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {seconds} s")
        time.sleep(0.01)
    return value


if __name__ == "__main__":
    sys.exit(main())
