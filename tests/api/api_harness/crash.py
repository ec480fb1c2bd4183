"""A server that is killed while it waits for the chain, and started again over the same database."""

import threading
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage
from faults.plan import Fault
from faults.proxy import FaultProxy

from api_harness.people import new_customer, new_key
from api_harness.server import Server, serving


class Crash:
    """One server after the other over the same database."""

    def __init__(self, stage: Stage, proxy: FaultProxy, folder: Path, options: tuple[str, ...] = ()) -> None:
        self.stage, self.proxy, self.folder, self.options = stage, proxy, folder, options
        self.customer = new_customer(stage, 1_000)
        self.key = self.operator_key = ""

    def serve(self) -> Any:
        return serving(
            self.folder,
            chain=self.proxy.url,
            platform=self.stage.platform,
            operator=self.stage.cast.operator,
            options=self.options,
        )

    def make_keys(self, server: Server) -> None:
        with server.http() as http:
            self.key = new_key(http, self.customer.side.signer)
            self.operator_key = new_key(http, self.stage.cast.operator, scopes=["operator"])

    def lock(self, server: Server, **terms: Any) -> httpx2.Response:
        with server.http(self.operator_key) as http:
            body = {"customer_key": self.key, "tier": "pro", "max_units": 500, **terms}
            return http.post("/jobs", json=body, headers={"Idempotency-Key": f"crash-{self.key[4:20]}"})

    def kill_while(self, server: Server, ask: Any, method: str, *, landed: Any) -> None:
        """Ask; hold back the chain's answers to `method`; once the chain is in the state, kill -9."""
        self.proxy.faults.methods = frozenset({method})
        self.proxy.faults.http = {Fault.SLOW: 1.0}

        def asking() -> None:
            with pytest.raises(httpx2.TransportError):
                ask(server)

        thread = threading.Thread(target=asking)
        thread.start()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not landed():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        server.kill()
        thread.join(timeout=PATIENCE_SECONDS)
        assert not thread.is_alive()
        self.proxy.faults.calm()


def open_jobs(crash: Crash) -> int:
    account = crash.customer.account()
    assert account is not None
    return account.open_jobs
