"""A provider with a gateway that reaches the API through a proxy, and customers of it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage, set_stage
from faults.plan import Faults
from faults.proxy import FaultProxy, fault_proxy
from job_escrow import Escrow, LimitsArgs, TierArgs, Wallet

from api_harness.gateway import PRESET, Gateway, gateway
from api_harness.people import new_customer, new_key
from api_harness.server import Server, serving

_LIMITS = LimitsArgs(
    credits_per_job=150, credits_per_session=0, credits_per_period=10_000, period_seconds=86_400, quoted_allowed=True
)


@dataclass
class World:
    """A gateway that reaches the API through a proxy."""

    chain_url: str
    stage: Stage
    server: Server
    proxy: FaultProxy
    gateway: Gateway
    operator_key: str

    @contextmanager
    def another(self, folder: Path, **seconds: Any) -> Iterator[Gateway]:
        api = f"{self.proxy.url}/v1"
        with gateway(folder, api=api, operator_key=self.operator_key, **seconds) as running:
            yield running


@contextmanager
def gateway_world(localnet_url: str, folder: Path) -> Iterator[World]:
    """Run all of it for the length of a block, with its files in `folder`."""
    preset = folder / "models.toml"
    preset.write_text(PRESET)
    options = ("--preset", str(preset), "--key-rate", "100000", "--address-rate", "100000")
    with Escrow.connect(localnet_url) as escrow:
        stage = set_stage(escrow)
        metered = TierArgs(
            name=b"metered".ljust(16, b"\0"),
            flat_credits=1,
            included_units=1,
            rate_credits=1,
            rate_units=1,
            unit_kind=0,
        )
        stage = replace(stage, terms=replace(stage.terms, tiers=(*stage.terms.tiers, metered)))
        escrow.create_platform(stage.cast.admin, stage.terms)
        chain: dict[str, Any] = {"chain": localnet_url, "platform": stage.platform, "operator": stage.cast.operator}
        with serving(folder, **chain, options=options) as server:
            with server.http() as http:
                operator = new_key(http, stage.cast.operator, scopes=["operator"])
            at = urlsplit(server.url)
            with (
                fault_proxy(f"{at.scheme}://{at.netloc}", "", Faults()) as proxy,
                gateway(folder, api=f"{proxy.url}/v1", operator_key=operator) as running,
            ):
                yield World(localnet_url, stage, server, proxy, running, operator)


@dataclass
class Customer:
    """A wallet with 1,000 credits, and its key."""

    wallet: Wallet
    key: str
    server: Server

    def has_an_open_job(self) -> bool:
        """Whether something is locked, by the chain."""
        account = self.wallet.account()
        return account is not None and account.open_jobs > 0

    def spent(self) -> int:
        """Credits, once all jobs have ended."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (account := self.wallet.account()) is not None and account.open_jobs:
            assert time.monotonic() < deadline, "a job that was given up is still open"
            time.sleep(0.05)
        return 1_000 - self.wallet.balance().available

    def jobs(self) -> list[tuple[str, int]]:
        """How each job ended, and what it cost; waits until all have, since some end after their answer."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            with self.server.http(self.key) as http:
                jobs = http.get("/jobs", params={"limit": 200}).json()["jobs"]
            told = [(job["status"], job["charged"]) for job in jobs]
            if all(status not in ("locking", "locked") for status, _ in told):
                return told
            assert time.monotonic() < deadline, told
            time.sleep(0.05)


def new_gateway_customer(world: World) -> Iterator[Customer]:
    """A customer, for the length of a test that may break the way to the API."""
    wallet = new_customer(world.stage, 0)
    wallet.open(_LIMITS, buy=1_000)
    with world.server.http() as http:
        key = new_key(http, wallet.side.signer)
    world.proxy.faults.asked.clear()
    yield Customer(wallet, key, world.server)
    world.proxy.faults.calm()
    world.proxy.faults.paths = None
