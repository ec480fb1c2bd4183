#!/usr/bin/env python3
"""What a request within a session costs: beside a row in a database, and beside a job of its own.

    python benchmarks/sessions.py                    a table
    python benchmarks/sessions.py --json             one line of JSON
    python benchmarks/sessions.py --accounts 1000    also for so many accounts with ten requests each

A pair is a request that is admitted and settled. The floor is the same server process, over as many connections, with a
path that inserts and commits one row for each call (`sessions_server.py`), asked twice; the two are measured in turns,
and the best of the rounds counts. Who asks runs in another process. Everything is on the local chain.
"""

import argparse
import asyncio
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2

REPOSITORY = Path(__file__).resolve().parents[1]
for _folder in ("tests/support", "tests", "tests/api", "scripts"):
    sys.path.insert(0, str(REPOSITORY / _folder))

from api_harness.people import LIMITS, new_customer, new_key  # noqa: E402
from api_harness.server import free_port  # noqa: E402
from escrow_harness.nodes import private_localnet  # noqa: E402
from escrow_harness.stage import Stage, set_stage  # noqa: E402
from job_escrow import Escrow  # noqa: E402
from job_escrow.codec import TierArgs  # noqa: E402
from job_escrow.units import UNIT_KINDS  # noqa: E402

GOAL_SHARE = 0.5
GOAL_LATENCY = 3.0
GOAL_TRANSACTIONS = 4
_TIER = "metered"
_CONNECTIONS = 100
_ROUNDS = 3
_JOBS = 40
_AT_ONCE = 10
_REQUESTS = 1_000
_OF_AN_ACCOUNT = 10
_PATIENCE_SECONDS = 120

Asking = Generator[bytes, bytes, None]
"""Gives requests, and is sent the bodies of their answers; each second one ends a pair."""


@dataclass(frozen=True)
class Figures:
    """What a run measured; rates are pairs per second, times seconds."""

    floor_pairs_per_second: float
    session_pairs_per_second: float
    share: float
    """Of the floor's rate; the goal is 0.5."""
    floor_p99: float
    admission_p99: float
    latency_ratio: float
    """An admission's p99 beside the floor's; the goal is 3."""
    job_pairs_per_second: float
    jobs_ratio: float
    """How many times slower one job for each request is."""
    transactions_of_1000: int
    """On chain, for 1,000 requests of one account; the goal is 4."""
    lamports_of_a_request: float
    lamports_of_a_job: float
    accounts: int
    """Of the last measurement, with ten requests each; 0: it was not made."""
    transactions_of_an_account: float
    lamports_of_an_accounts_request: float


class _Asker(asyncio.Protocol):
    """One connection: the next request goes out when the last one's answer is there."""

    def __init__(self, asking: Asking, times: list[float], end: float) -> None:
        self._asking, self._times, self._end = asking, times, end
        self._buffer = b""
        self._sent = 0.0
        self._is_first = True
        self.pairs = 0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._send(next(self._asking))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, mark, body = self._buffer.partition(b"\r\n\r\n")
        if not mark or len(body) < int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]):
            return
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
            self.done.set_exception(RuntimeError(self._buffer.decode()))
            return
        if self._is_first:
            self._times.append(time.perf_counter() - self._sent)
        else:
            self.pairs += 1
            if time.perf_counter() >= self._end:
                self._transport.close()
                self.done.set_result(None)
                return
        self._buffer, self._is_first = b"", not self._is_first
        self._send(self._asking.send(body))

    def _send(self, request: bytes) -> None:
        self._sent = time.perf_counter()
        self._transport.write(request)


def ask(url: str, keys: tuple[str, str] | None, seconds: float) -> tuple[float, float]:
    """Pairs per second, and the time that one first request in a hundred exceeds; in a process of its own."""

    async def run() -> tuple[float, float]:
        host, _, port = urlsplit(url).netloc.partition(":")
        times: list[float] = []
        begun = time.perf_counter()
        loop = asyncio.get_running_loop()
        askers = []
        for number in range(_CONNECTIONS):
            asking = floor() if keys is None else requests(*keys, f"{begun}-{number}")
            _, asker = await loop.create_connection(
                lambda asking=asking: _Asker(asking, times, begun + seconds),  # type: ignore[misc]
                host,
                int(port),
            )
            askers.append(asker)
        await asyncio.gather(*(asker.done for asker in askers))
        rate = sum(asker.pairs for asker in askers) / (time.perf_counter() - begun)
        return rate, sorted(times)[len(times) * 99 // 100]

    return asyncio.run(run())


def requests(operator_key: str, customer_key: str, name: str) -> Asking:
    for number in count():
        body = {"customer_key": customer_key, "tier": _TIER, "max_units": 10, "seconds": 60, "model": "m"}
        answer = yield post("/requests", body, operator_key, f"Idempotency-Key: {name}-{number}\r\n")
        yield post(f"/requests/{json.loads(answer)['id']}/settle", {"units": 3}, operator_key)


def floor() -> Asking:
    body = {"customer_key": "a key", "tier": _TIER, "max_units": 10, "seconds": 60, "model": "m"}
    while True:
        yield post("/floor", body)
        yield post("/floor", {"units": 3})


def post(path: str, body: dict[str, Any], key: str | None = None, more: str = "") -> bytes:
    content = json.dumps(body)
    authorization = "" if key is None else f"Authorization: Bearer {key}\r\n"
    return (
        f"POST /v1{path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n{authorization}{more}\r\n{content}"
    ).encode()


@contextmanager
def serving(folder: Path, chain: str, stage: Stage) -> Iterator[str]:
    """The server with the floor's path, for the length of a block; gives its URL, which ends in /v1."""
    operator = folder / "operator.json"
    operator.write_text(stage.cast.operator.to_json())
    command = [
        *(sys.executable, str(Path(__file__).with_name("sessions_server.py")), "serve"),
        *("--url", chain, "--platform", str(stage.platform), "--operator", str(operator)),
        *("--database", str(folder / "index.sqlite"), "--port", str(free_port()), "--rate", "5000"),
        *("--key-rate", "100000000", "--address-rate", "100000000"),
        # All of a run is in one session of an account, unless it grows beyond what a settlement takes.
        *("--session-idle-seconds", "3600", "--session-settle-seconds", "3600"),
    ]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line.startswith("API "):
                raise RuntimeError((folder / "log").read_text())
            yield line.removeprefix("API ").strip()
        finally:
            process.terminate()


def jobs(http: httpx2.Client, key: str) -> float:
    """Jobs per second, ten at a time."""

    def one(number: int) -> None:
        body = {"customer_key": key, "tier": _TIER, "max_units": 10}
        locked = http.post("/jobs", json=body, headers={"Idempotency-Key": f"job-{number}"})
        http.post(f"/jobs/{locked.json()['id']}/settle", json={"units": 3}).raise_for_status()

    begun = time.perf_counter()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(one, range(_JOBS)))
    return _JOBS / (time.perf_counter() - begun)


def run_requests(http: httpx2.Client, key: str, name: str, requests: int) -> None:
    """Some requests of one account, one after the other, and the end of its session."""
    for number in range(requests):
        body = {"customer_key": key, "tier": _TIER, "max_units": 10, "seconds": 60, "model": "m"}
        admitted = http.post("/requests", json=body, headers={"Idempotency-Key": f"{name}-{number}"})
        admitted.raise_for_status()
        http.post(f"/requests/{admitted.json()['id']}/settle", json={"units": 3}).raise_for_status()


class Chain:
    """What the operator has sent and paid so far."""

    def __init__(self, url: str, stage: Stage) -> None:
        self._url, self._operator = url, str(stage.cast.operator.pubkey())

    def transactions(self) -> int:
        """How many it has signed, or was named in."""
        found, before = 0, None
        while True:
            options = {"limit": 1000, "commitment": "confirmed"} | ({} if before is None else {"before": before})
            page = self._ask("getSignaturesForAddress", self._operator, options)
            found += len(page)
            if len(page) < 1000:
                return found
            before = page[-1]["signature"]

    def lamports(self) -> int:
        """What it has left."""
        lamports: int = self._ask("getBalance", self._operator, {"commitment": "confirmed"})["value"]
        return lamports

    def _ask(self, method: str, *params: Any) -> Any:
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        return httpx2.post(self._url, json=body, timeout=_PATIENCE_SECONDS).json()["result"]


@dataclass(frozen=True)
class Spent:
    """What some work has taken of the chain and of the operator."""

    transactions: int
    lamports: int


def spent(chain: Chain, work: Callable[[], object]) -> Spent:
    before = Spent(chain.transactions(), chain.lamports())
    work()
    return Spent(chain.transactions() - before.transactions, before.lamports - chain.lamports())


def measure(seconds: float, accounts: int, tell: Callable[[str], object]) -> Figures:
    with (
        tempfile.TemporaryDirectory() as name,
        private_localnet() as url,
        Escrow.connect(url) as escrow,
        get_context("spawn").Pool(1) as pool,
    ):
        folder = Path(name)
        stage = set_stage(escrow)
        tier = TierArgs(
            name=_TIER.encode().ljust(16, b"\0"),
            flat_credits=0,
            included_units=0,
            rate_credits=1,
            rate_units=1_000,
            unit_kind=UNIT_KINDS.index("token"),
        )
        stage = replace(stage, terms=replace(stage.terms, tiers=(tier,)))
        escrow.create_platform(stage.cast.admin, stage.terms)
        chain = Chain(url, stage)
        with serving(folder, url, stage) as api:

            def http(key: str | None = None) -> httpx2.Client:
                headers = {} if key is None else {"Authorization": f"Bearer {key}"}
                return httpx2.Client(base_url=api, headers=headers, timeout=_PATIENCE_SECONDS)

            def customer() -> tuple[str, str]:
                """Keys of a new one: to pay with, and to end its sessions with."""
                wallet = new_customer(stage, 0)
                wallet.open(replace(LIMITS, credits_per_session=1_000), buy=2_000)
                with http() as anybody:
                    own = new_key(anybody, wallet.side.signer)
                    return own, new_key(anybody, wallet.side.signer, scopes=["read", "manage"])

            def end(manager: str) -> None:
                with http(manager) as owner:
                    owner.delete("/sessions").raise_for_status()
                    deadline = time.monotonic() + _PATIENCE_SECONDS
                    while any(each["status"] != "ended" for each in owner.get("/sessions").json()["sessions"]):
                        if time.monotonic() > deadline:
                            raise RuntimeError("a session did not end")
                        time.sleep(0.1)

            with http() as anybody:
                operator = new_key(anybody, stage.cast.operator, scopes=["operator"])
            with http(operator) as provider:
                tell("one job for each request")
                job_customer, _ = customer()
                one_by_one: list[float] = []
                of_jobs = spent(chain, lambda: one_by_one.append(jobs(provider, job_customer)))
                tell(f"{_REQUESTS} requests of one account")
                key, manager = customer()

                def one_account() -> None:
                    run_requests(provider, key, "one", _REQUESTS)
                    end(manager)

                of_requests = spent(chain, one_account)
                floors, sessions = [], []
                measured, _ = customer()
                run_requests(provider, measured, "warm", 1)
                for number in range(_ROUNDS + 1):
                    tell(f"round {number} of {_ROUNDS}")
                    floor_now = pool.apply(ask, (api, None, seconds))
                    session_now = pool.apply(ask, (api, (operator, measured), seconds))
                    if number:  # the first one warms up
                        floors.append(floor_now)
                        sessions.append(session_now)
                of_accounts = Spent(0, 0)
                if accounts:
                    tell(f"{accounts} accounts with {_OF_AN_ACCOUNT} requests each: the accounts")
                    with ThreadPoolExecutor(_AT_ONCE) as threads:
                        keys = list(threads.map(lambda _: customer(), range(accounts)))
                        tell("and their requests")

                        def of_one(each: tuple[str, str]) -> None:
                            run_requests(provider, each[0], each[0][4:20], _OF_AN_ACCOUNT)
                            end(each[1])

                        of_accounts = spent(chain, lambda: list(threads.map(of_one, keys)))
        with closing(sqlite3.connect(folder / "index.sqlite")) as connection:
            (settled,) = connection.execute("SELECT count(*) FROM api_requests WHERE status = 'settled'").fetchone()
            tell(f"{settled:,} requests were settled in all")
    floor_rate, rate = max(each for each, _ in floors), max(each for each, _ in sessions)
    floor_p99, p99 = min(late for _, late in floors), min(late for _, late in sessions)
    return Figures(
        floor_pairs_per_second=round(floor_rate, 1),
        session_pairs_per_second=round(rate, 1),
        share=round(rate / floor_rate, 3),
        floor_p99=round(floor_p99, 5),
        admission_p99=round(p99, 5),
        latency_ratio=round(p99 / floor_p99, 2),
        job_pairs_per_second=round(one_by_one[0], 2),
        jobs_ratio=round(rate / one_by_one[0], 1),
        transactions_of_1000=of_requests.transactions,
        lamports_of_a_request=of_requests.lamports / _REQUESTS,
        lamports_of_a_job=of_jobs.lamports / _JOBS,
        accounts=accounts,
        transactions_of_an_account=of_accounts.transactions / accounts if accounts else 0.0,
        lamports_of_an_accounts_request=of_accounts.lamports / (accounts * _OF_AN_ACCOUNT) if accounts else 0.0,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--accounts", type=int, default=0, help="accounts with ten requests each")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    arguments = parser.parse_args()
    figures = measure(arguments.seconds, arguments.accounts, lambda text: print(text, file=sys.stderr))
    if arguments.json:
        print(json.dumps(asdict(figures)))
    else:
        for name, value in asdict(figures).items():
            print(f"{name:32} {value:>12,}")
    is_met = (
        figures.share >= GOAL_SHARE
        and figures.latency_ratio <= GOAL_LATENCY
        and figures.transactions_of_1000 <= GOAL_TRANSACTIONS
    )
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
