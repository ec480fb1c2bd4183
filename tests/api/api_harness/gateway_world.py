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

from api_harness.gateway import JOB_SECONDS, PRESET, Gateway, gateway
from api_harness.people import new_customer, new_key
from api_harness.server import Server, serving

LIMITS = LimitsArgs(
    credits_per_job=150,
    credits_per_session=1_000,
    credits_per_period=10_000,
    period_seconds=86_400,
    quoted_allowed=True,
)
_RUNNING = ("running", "locking", "locked")
# A request takes at most half of what a session lasts.
_SESSION_SECONDS = 3 * JOB_SECONDS


@dataclass
class Shop:
    """What a gateway needs: an API behind a proxy, which reaches the chain through another."""

    chain_url: str
    chain: FaultProxy
    stage: Stage
    server: Server
    proxy: FaultProxy
    operator_key: str


@dataclass
class World(Shop):
    """A gateway that reaches the API through the proxy."""

    gateway: Gateway

    @contextmanager
    def another(self, folder: Path, **seconds: Any) -> Iterator[Gateway]:
        api = f"{self.proxy.url}/v1"
        with gateway(folder, api=api, operator_key=self.operator_key, **seconds) as running:
            yield running


@contextmanager
def gateway_world(localnet_url: str, folder: Path) -> Iterator[World]:
    """Run all of it for the length of a block, with its files in `folder`."""
    with (
        shop_world(localnet_url, folder) as shop,
        gateway(folder, api=f"{shop.proxy.url}/v1", operator_key=shop.operator_key) as running,
    ):
        yield World(**vars(shop), gateway=running)


@contextmanager
def shop_world(localnet_url: str, folder: Path) -> Iterator[Shop]:
    """Run all of it but the gateway."""
    preset = folder / "models.toml"
    preset.write_text(PRESET)
    options: tuple[str, ...] = ("--preset", str(preset), "--key-rate", "100000", "--address-rate", "100000")
    options += ("--session-seconds", str(_SESSION_SECONDS))
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
        port = int(localnet_url.rsplit(":", 1)[1].strip("/"))
        served: dict[str, Any] = {"platform": stage.platform, "operator": stage.cast.operator, "options": options}
        with (
            fault_proxy(localnet_url, f"ws://127.0.0.1:{port + 1}", Faults()) as chain,
            serving(folder, chain=chain.url, **served) as server,
        ):
            with server.http() as http:
                operator = new_key(http, stage.cast.operator, scopes=["operator"])
            at = urlsplit(server.url)
            with fault_proxy(f"{at.scheme}://{at.netloc}", "", Faults()) as proxy:
                yield Shop(localnet_url, chain, stage, server, proxy, operator)


@dataclass
class Customer:
    """A wallet with 1,000 credits, and its key; it allows sessions, or none."""

    wallet: Wallet
    key: str
    server: Server
    allows_sessions: bool

    def has_something_reserved(self) -> bool:
        """Whether an answer of its is reserved now."""
        return any(status in _RUNNING for status, _ in self._told())

    def until_reserved(self) -> None:
        """Wait until an answer of its is reserved."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.has_something_reserved():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def spent(self) -> int:
        """Credits, once everything has ended; the balance that the API shows is exact."""
        charged = sum(charged for _, charged in self.charges())
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (remaining := self._remaining()) != 1_000 - charged:
            # Of a job, the index has to hear first.
            assert not self.allows_sessions, (remaining, charged)
            assert time.monotonic() < deadline, (remaining, charged)
            time.sleep(0.05)
        return charged

    def charges(self) -> list[tuple[str, int]]:
        """How each request or job ended, and what it cost, the newest first; waits until all have."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            told = self._told()
            if all(status not in _RUNNING for status, _ in told):
                return told
            assert time.monotonic() < deadline, told
            time.sleep(0.02)

    def reserved(self) -> list[tuple[int, int]]:
        """Most units and credits of each request."""
        return [(each["max_units"], each["credits"]) for each in self.rows()]

    def rows(self) -> list[dict[str, Any]]:
        """Its requests, or its jobs, the newest first."""
        kind = "requests" if self.allows_sessions else "jobs"
        with self.server.http(self.key) as http:
            found: list[dict[str, Any]] = http.get(f"/{kind}", params={"limit": 200}).json()[kind]
        return found

    def end_sessions(self) -> None:
        """As the customer may at any time: all that was charged is settled on chain."""
        with self.server.http() as http:
            manager = new_key(http, self.wallet.side.signer, scopes=["manage"])
        deadline = time.monotonic() + PATIENCE_SECONDS
        with self.server.http(manager) as http:
            while any(
                each["status"] != "ended" for each in http.delete("/sessions").raise_for_status().json()["sessions"]
            ):
                assert time.monotonic() < deadline
                time.sleep(0.1)

    def _told(self) -> list[tuple[str, int]]:
        return [(each["status"], each["charged"]) for each in self.rows()]

    def _remaining(self) -> int:
        with self.server.http(self.key) as http:
            found: int = http.get("/account").raise_for_status().json()["credits_remaining"]
        return found


def new_gateway_customer(world: Shop, *, sessions: bool = True) -> Iterator[Customer]:
    """A customer, for the length of a test that may break the way to the API."""
    wallet = new_customer(world.stage, 0)
    wallet.open(LIMITS if sessions else replace(LIMITS, credits_per_session=0), buy=1_000)
    with world.server.http() as http:
        key = new_key(http, wallet.side.signer)
    with world.server.http(key) as http:
        # Balances are the index's, which follows the chain by a moment.
        deadline = time.monotonic() + PATIENCE_SECONDS
        while http.get("/account").status_code == 404:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    world.proxy.faults.asked.clear()
    yield Customer(wallet, key, world.server, sessions)
    world.proxy.faults.calm()
    world.proxy.faults.paths = None
