#!/usr/bin/env python3
"""How fast the account API is: an account beside the same server's empty answer; jobs beside the client's own.

    python benchmarks/api.py                  a table
    python benchmarks/api.py --json           one line of JSON
    python benchmarks/api.py --accounts 1000  with fewer accounts in the database, to try it out

`GET /v1/account` checks a key and reads the balances of a random one of many accounts; the floor is
`GET /v1/health/live` of the same process in the same run, asked over as many connections, the two in turns. The client
that asks runs in another process and does nothing but write and read. Lock and settle are whole jobs, ten at a time, on
the local chain.
"""

import argparse
import asyncio
import json
import random
import secrets
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import base58
import httpx2
from job_escrow.ids import usable_ids

REPOSITORY = Path(__file__).resolve().parents[1]
for _folder in ("tests/support", "tests", "tests/api", "scripts"):
    sys.path.insert(0, str(REPOSITORY / _folder))

from api_harness.people import new_customer, new_key, stage_with_accounts  # noqa: E402
from api_harness.server import serving  # noqa: E402
from escrow_harness.nodes import private_localnet  # noqa: E402
from escrow_harness.stage import Stage  # noqa: E402
from job_escrow import Escrow, LockTerms, Wallet  # noqa: E402
from job_escrow_api.domain.keys.token import new_token  # noqa: E402

GOAL_SHARE = 0.5
_CONNECTIONS = 16
_KEYS = 1_000
_ROUNDS = 3
_JOBS = 40
_AT_ONCE = 10


@dataclass(frozen=True)
class Figures:
    """What a run measured; rates are requests per second, times seconds."""

    accounts: int
    floor_per_second: int
    account_per_second: int
    share: float
    """Of the floor's rate; the goal is 0.5."""
    floor_p99: float
    account_p99: float
    direct_jobs_seconds: float
    """40 jobs locked and settled by the client, ten at a time."""
    api_jobs_seconds: float
    """The same through the API."""
    jobs_ratio: float


class _Asker(asyncio.Protocol):
    """One connection: the next request goes out when the last one's answer is there."""

    def __init__(self, requests: list[bytes], times: list[float], end: float) -> None:
        self._requests, self._times, self._end = requests, times, end
        self._buffer = b""
        self._sent = 0.0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, mark, body = self._buffer.partition(b"\r\n\r\n")
        if not mark:
            return
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        if not head.startswith(b"HTTP/1.1 200"):
            self.done.set_exception(RuntimeError(self._buffer.decode()))
            return
        self._times.append(time.perf_counter() - self._sent)
        self._buffer = b""
        if time.perf_counter() < self._end:
            self._send()
        else:
            self._transport.close()
            self.done.set_result(None)

    def _send(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(random.choice(self._requests))


def ask(url: str, requests: list[bytes], seconds: float) -> tuple[float, float]:
    """Requests per second, and the time that one in a hundred exceeds; in a process of its own."""

    async def run() -> tuple[float, float]:
        host, _, port = urlsplit(url).netloc.partition(":")
        times: list[float] = []
        begun = time.perf_counter()
        loop = asyncio.get_running_loop()
        askers = []
        for _ in range(_CONNECTIONS):
            _, asker = await loop.create_connection(lambda: _Asker(requests, times, begun + seconds), host, int(port))
            askers.append(asker)
        await asyncio.gather(*(asker.done for asker in askers))
        rate = len(times) / (time.perf_counter() - begun)
        return rate, sorted(times)[len(times) * 99 // 100]

    return asyncio.run(run())


def fill(database: Path, credit_account: str, accounts: int) -> list[str]:
    """Copy an account's rows, and give some of the copies keys."""
    connection = sqlite3.connect(database)
    columns = [row[1] for row in connection.execute("PRAGMA table_xinfo(credit_accounts)") if row[6] == 0]
    model = dict(
        zip(
            columns,
            connection.execute(
                f"SELECT {', '.join(columns)} FROM credit_accounts WHERE address = ?", (credit_account,)
            ).fetchone(),
            strict=True,
        )
    )
    key_columns = [row[1] for row in connection.execute("PRAGMA table_info(api_keys)")]
    key_model = dict(zip(key_columns, connection.execute("SELECT * FROM api_keys LIMIT 1").fetchone(), strict=True))
    keys: list[str] = []

    def rows() -> Any:
        for _ in range(accounts):
            address, wallet, vault = (base58.b58encode(secrets.token_bytes(32)).decode() for _ in range(3))
            if len(keys) < _KEYS:
                token = new_token()
                keys.append(str(token))
                row = key_model | {
                    "id": token.id,
                    "secret_sha256": token.sha256,
                    "wallet": wallet,
                    "credit_account": address,
                    "nonce": token.id,
                    "name": "benchmark",
                }
                connection.execute(
                    f"INSERT INTO api_keys ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values())
                )
            yield list((model | {"address": address, "wallet": wallet, "vault": vault}).values())

    marks = ", ".join("?" * len(columns))
    connection.executemany(f"INSERT INTO credit_accounts ({', '.join(columns)}) VALUES ({marks})", rows())
    connection.commit()
    connection.close()
    return keys


def request(path: str, key: str | None) -> bytes:
    authorization = "" if key is None else f"Authorization: Bearer {key}\r\n"
    return f"GET /v1{path} HTTP/1.1\r\nHost: localhost\r\n{authorization}\r\n".encode()


def jobs_directly(stage: Stage, wallet: Wallet, url: str) -> float:
    first = stage.operator.next_job_id(wallet.address)

    def one(job_id: int) -> None:
        with Escrow.connect(url) as escrow:
            operator = escrow.operator(stage.cast.operator, stage.platform)
            operator.lock(wallet.address, LockTerms(job_id=job_id, tier=0, amount=500, seconds=600))
            operator.settle(wallet.address, job_id, 1)

    return timed(one, list(islice(usable_ids(wallet.address, first - 1), _JOBS)))


def jobs_by_api(http: httpx2.Client, key: str) -> float:
    def one(number: int) -> None:
        body = {"customer_key": key, "tier": "lite", "max_units": 500}
        locked = http.post("/jobs", json=body, headers={"Idempotency-Key": f"benchmark-{number}"})
        http.post(f"/jobs/{locked.json()['id']}/settle", json={"units": 1}).raise_for_status()

    return timed(one, range(_JOBS))


def timed(one: Any, numbers: Iterable[int]) -> float:
    begun = time.perf_counter()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(one, numbers))
    return time.perf_counter() - begun


def measure(accounts: int, seconds: float, tell: Any) -> Figures:
    with tempfile.TemporaryDirectory() as folder, private_localnet() as chain, Escrow.connect(chain) as escrow:
        stage = stage_with_accounts(escrow)
        wallet = new_customer(stage, 1_000)
        rates = ("--key-rate", "100000000", "--address-rate", "100000000")
        how: dict[str, Any] = {"chain": chain, "platform": stage.platform, "operator": stage.cast.operator}
        with serving(Path(folder), **how, options=rates) as server, server.http() as http:
            key = new_key(http, wallet.side.signer)
            operator = new_key(http, stage.cast.operator, scopes=["operator"])
            tell("jobs")
            direct = jobs_directly(stage, wallet, chain)
            with server.http(operator) as provider:
                by_api = jobs_by_api(provider, key)
            http.get("/account", headers={"Authorization": f"Bearer {key}"}).raise_for_status()
        tell(f"filling the database with {accounts:,} accounts")
        keys = fill(Path(folder) / "index.sqlite", str(wallet.address), accounts)
        with (
            serving(Path(folder), **how, options=(*rates, "--no-index")) as server,
            get_context("spawn").Pool(1) as pool,
        ):
            floor, account = [], []
            questions = [request("/account", each) for each in keys]
            for number in range(_ROUNDS + 1):
                tell(f"round {number} of {_ROUNDS}")
                found = [
                    pool.apply(ask, (server.url, asked, seconds))
                    for asked in ([request("/health/live", None)], questions)
                ]
                if number:  # the first one warms up
                    floor.append(found[0])
                    account.append(found[1])
    best_floor, best_account = max(rate for rate, _ in floor), max(rate for rate, _ in account)
    return Figures(
        accounts=accounts,
        floor_per_second=round(best_floor),
        account_per_second=round(best_account),
        share=round(best_account / best_floor, 3),
        floor_p99=round(min(late for _, late in floor), 5),
        account_p99=round(min(late for _, late in account), 5),
        direct_jobs_seconds=round(direct, 2),
        api_jobs_seconds=round(by_api, 2),
        jobs_ratio=round(by_api / direct, 2),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--accounts", type=int, default=1_000_000, help="accounts in the database")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    arguments = parser.parse_args()
    figures = measure(arguments.accounts, arguments.seconds, lambda text: print(text, file=sys.stderr))
    if arguments.json:
        print(json.dumps(asdict(figures)))
    else:
        for name, value in asdict(figures).items():
            print(f"{name:22} {value:>12,}")
    return 0 if figures.share >= GOAL_SHARE else 1


if __name__ == "__main__":
    sys.exit(main())
