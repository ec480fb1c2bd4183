"""A database is put back, and the node that would tell what was locked since then has no history of it."""

import json
from pathlib import Path
from typing import Any

from escrow_harness.stage import Stage
from faults import Faults
from faults.proxy import fault_proxy
from test_restored import Shop, by_hand


def _lists_nothing(body: bytes, answer: bytes) -> bytes:
    asked: Any = json.loads(body)
    if isinstance(asked, list) or asked["method"] != "getSignaturesForAddress":
        return answer
    return json.dumps(json.loads(answer) | {"result": []}).encode()


def test_a_history_that_ends_too_soon_is_not_believed(stage: Stage, localnet_url: str, tmp_path: Path) -> None:
    faults = Faults()
    with fault_proxy(localnet_url, localnet_url.replace("http", "ws"), faults) as proxy:
        shop = Shop(stage, proxy.url, tmp_path, "--no-index")
        with shop.serve() as server:
            shop.make_keys(server)
            by_hand(shop)
            job = shop.lock(server, "order-1").json()
        shop.restore()
        shop.command("keys", "confirm", "--keep-the-rest")
        faults.rewrite = _lists_nothing
        with shop.serve() as server:
            refused = shop.lock(server, "order-1")
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
        for _ in range(2):
            shop.command("keys", "confirm", "--keep-the-rest")
            again = shop.lock(server, "order-1")
        assert (again.status_code, again.json().get("id")) == (201, first["id"]), again.text
