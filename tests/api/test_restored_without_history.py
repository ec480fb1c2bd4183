"""A database is put back, and the node that would tell what was locked since then has no history of it."""

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest
from api_harness.mirror import Mirror
from api_harness.server import Server
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage
from faults import Faults
from faults.proxy import fault_proxy
from test_restored import Shop, by_hand, landed, pass_landing


def _lists_nothing(body: bytes, answer: bytes) -> bytes:
    asked: Any = json.loads(body)
    if isinstance(asked, list) or asked["method"] != "getSignaturesForAddress":
        return answer
    return json.dumps(json.loads(answer) | {"result": []}).encode()


def test_a_history_that_ends_too_soon_is_not_believed(stage: Stage, localnet_url: str, tmp_path: Path) -> None:
    faults = Faults()
    with fault_proxy(localnet_url, "", faults) as proxy:
        shop = Shop(stage, proxy.url, tmp_path, "--no-index", node=localnet_url)
        with shop.serve() as server:
            shop.make_keys(server)
            by_hand(shop)
            job = shop.lock(server, "order-1").json()
        shop.restore()
        shop.command("keys", "confirm", "--keep-the-rest")
        faults.rewrite = _lists_nothing
        with shop.serve() as server:
            refused = landed(shop, lambda: shop.lock(server, "order-1"))
            assert (refused.status_code, "index has not read" in refused.text) == (503, True), refused.text
            assert shop.open_jobs == 1
            faults.rewrite = None
            assert shop.lock(server, "order-1").status_code == 503
            # It was found, which is news: the operator has to confirm once more.
            shop.command("keys", "confirm", "--keep-the-rest")
            again = shop.lock(server, "order-1")
            assert again.status_code == 201, again.text
            assert again.json()["id"] == job["id"]
            assert shop.open_jobs == 1


def test_a_job_that_was_settled_first_hides_none_before_it(stage: Stage, localnet_url: str, tmp_path: Path) -> None:
    shop = Shop(stage, localnet_url, tmp_path, "--no-index")
    with shop.serve() as server:
        shop.make_keys(server)
        by_hand(shop)
        first, second = (shop.lock(server, name).json() for name in ("order-1", "order-2"))
    shop.restore()
    shop.command("keys", "confirm", "--keep-the-rest")
    with shop.serve() as server:
        with server.http(shop.operator) as http:
            http.post(f"/jobs/{second['id']}/settle", json={"units": 1, "final": False})
        for _ in range(3):
            shop.command("keys", "confirm", "--keep-the-rest")
            pass_landing(shop)
            again = shop.lock(server, "order-1")
        assert (again.status_code, again.json().get("id")) == (201, first["id"]), again.text


@pytest.mark.parametrize("jobs_before", [0, 1], ids=["an account without rows", "an account with one"])
def test_neither_is_one_that_the_index_has_believed(
    stage: Stage, localnet_url: str, tmp_path: Path, jobs_before: int
) -> None:
    """One node listed nothing to both: the index says that it has read everything, and has not the lock."""
    faults = Faults()
    with fault_proxy(localnet_url, "", faults) as proxy:
        shop = Shop(stage, proxy.url, tmp_path, "--no-index", node=localnet_url)
        with shop.serve() as server:
            shop.make_keys(server)
            for number in range(jobs_before):
                assert shop.lock(server, f"before-{number}").status_code == 201
            by_hand(shop)
            job = shop.lock(server, "order-1").json()
        shop.restore()
        shop.command("keys", "confirm", "--keep-the-rest")
        faults.rewrite = _lists_nothing
        with Mirror(proxy.url, shop.database) as mirror:
            mirror.catch_up()
        with closing(sqlite3.connect(shop.database, isolation_level=None)) as connection:
            connection.execute("UPDATE progress SET tip_slot = 1 << 40")
        with shop.serve() as server:
            refused = landed(shop, lambda: shop.lock(server, "order-1"))
            assert (refused.status_code, "index has not read" in refused.text) == (503, True), refused.text
            assert shop.open_jobs == jobs_before + 1
            faults.rewrite = None
            again = repeated_by_its_operator(shop, server)
            assert again.json()["id"] == job["id"]
            assert shop.open_jobs == jobs_before + 1


def repeated_by_its_operator(shop: Shop, server: Server) -> httpx2.Response:
    """As by a client that was told to repeat, whose operator confirms what was found."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (again := landed(shop, lambda: shop.lock(server, "order-1"))).status_code != 201:
        assert time.monotonic() < deadline, again.text
        shop.command("keys", "confirm", "--keep-the-rest")
    return again
