"""A server outlives whatever its node answers; jobs are locked and settled once, and the index is the chain's."""

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from api_harness.people import new_customer, new_key
from api_harness.server import Server, serving
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage
from faults.answers import METHODS, Nonsense, Rewrite, as_version
from faults.plan import Faults
from faults.proxy import fault_proxy
from job_escrow import Wallet

_CHARGED = 18
_OPTIONS = ("--address-rate", "100000", "--key-rate", "100000")


@dataclass
class Running:
    """A server with an indexer behind a proxy, and who uses it."""

    server: Server
    faults: Faults
    database: Path
    wallet: Wallet
    customer: str
    provider: httpx2.Client

    def job(self, name: str) -> None:
        """Lock and settle a job, as often as it takes; each repeat is the same request."""
        lock = {"customer_key": self.customer, "tier": "pro", "max_units": 500}
        locked = self._until("/jobs", lock, 201, {"Idempotency-Key": name})
        self._until(f"/jobs/{locked.json()['id']}/settle", {"units": 480}, 200, {})

    def indexed(self) -> tuple[int | None, int]:
        """Credits of the customer as indexed, and how many transactions were passed over."""
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        row = connection.execute(
            "SELECT paid_available FROM credit_accounts WHERE address = ?", [str(self.wallet.address)]
        ).fetchone()
        (unread,) = connection.execute("SELECT count(*) FROM unread").fetchone()
        connection.close()
        return None if row is None else row[0], unread

    def until_indexed(self, credits: int) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.indexed()[0] != credits:
            assert self.server.process.poll() is None, self.server.log.read_text()[-3_000:]
            assert time.monotonic() < deadline, self.indexed()
            time.sleep(0.1)

    def _until(self, path: str, body: dict[str, object], status: int, headers: dict[str, str]) -> httpx2.Response:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self.provider.post(path, json=body, headers=headers)
            assert self.server.process.poll() is None, self.server.log.read_text()[-3_000:]
            if answer.status_code == status:
                return answer
            assert answer.status_code in (502, 503), answer.text
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.1)


@pytest.fixture
def running(stage: Stage, localnet_url: str, tmp_path: Path) -> Iterator[Running]:
    faults = Faults()
    with (
        fault_proxy(localnet_url, "", faults) as proxy,
        serving(
            tmp_path, chain=proxy.url, platform=stage.platform, operator=stage.cast.operator, options=_OPTIONS
        ) as server,
        server.http() as http,
    ):
        wallet = new_customer(stage, 1_000)
        customer = new_key(http, wallet.side.signer)
        with server.http(new_key(http, stage.cast.operator, scopes=["operator"])) as provider:
            running = Running(server, faults, tmp_path / "index.sqlite", wallet, customer, provider)
            running.until_indexed(1_000)
            yield running


@pytest.mark.parametrize("kind", ["an empty list", "brackets without end", "another id"])
def test_nonsense_in_any_answer(running: Running, kind: str) -> None:
    for method in METHODS:
        running.faults.rewrite = Nonsense(method, kind, times=2)
        running.job(f"{method} {kind}".replace(" ", "-"))
    running.faults.calm()
    left = 1_000 - _CHARGED * len(METHODS)
    assert running.wallet.balance().available == left
    running.until_indexed(left)
    assert running.indexed() == (left, 0)


@pytest.mark.parametrize(("rewrite", "passed_over"), [(as_version(1), False), (as_version(2), True)], ids=["1", "2"])
def test_transactions_of_other_versions(running: Running, rewrite: Rewrite, passed_over: bool) -> None:
    """What the operator sends itself stays readable: a client that cannot read what it did says so."""
    running.job("before")
    own = set(_signatures(running))
    running.faults.rewrite = rewrite if not passed_over else as_version(2, lambda signature: signature not in own)
    if passed_over:
        # Somebody else's, of a version that is not known yet: the wallet's own purchase.
        running.wallet.purchase(100)
        left = 1_100 - _CHARGED
    else:
        running.job("during")
        left = 1_000 - 2 * _CHARGED
    running.until_indexed(left)
    assert (running.indexed()[1] > 0) == passed_over
    running.faults.calm()
    running.job("after")
    running.until_indexed(left - _CHARGED)


def _signatures(running: Running) -> list[str]:
    connection = sqlite3.connect(f"file:{running.database}?mode=ro", uri=True)
    found = [signature for (signature,) in connection.execute("SELECT signature FROM transactions")]
    connection.close()
    return found
