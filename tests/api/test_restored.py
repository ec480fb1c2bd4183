"""A database is put back as it was some time ago: what was locked and revoked since then is not forgotten."""

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest
from api_harness.health import failing
from api_harness.mirror import Mirror
from api_harness.people import new_customer, new_key
from api_harness.server import Server, problem, serving
from escrow_harness.nodes import travel
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage
from job_escrow import LockTerms, Wallet
from job_escrow_api.domain.chain_access import LANDING_BLOCKS

COMMAND = str(Path(sys.executable).with_name("job-escrow"))


class Shop:
    """An operator's server with one customer, whose key has a budget of 40 credits a day: two jobs."""

    def __init__(self, stage: Stage, chain: str, folder: Path, *options: str, node: str = "") -> None:
        self.stage, self.chain, self.folder, self.options = stage, chain, folder, options
        self.node = node or chain
        """The local chain itself, where `chain` is something that stands before it."""
        self.customer: Wallet = new_customer(stage, 1_000)
        self.database = folder / "index.sqlite"
        self.copy = folder / "copy.sqlite"

    def serve(self) -> Any:
        return serving(
            self.folder,
            chain=self.chain,
            platform=self.stage.platform,
            operator=self.stage.cast.operator,
            options=("--address-rate", "100000", *self.options),
        )

    def make_keys(self, server: Server) -> None:
        with server.http() as http:
            self.key = new_key(http, self.customer.side.signer, daily_budget=40)
            self.manager = new_key(http, self.customer.side.signer, scopes=["manage", "read"])
            self.operator = new_key(http, self.stage.cast.operator, scopes=["operator"])

    def lock(self, server: Server, name: str, **terms: Any) -> httpx2.Response:
        body = {"customer_key": self.key, "tier": "pro", "max_units": 500, **terms}
        with server.http(self.operator) as http:
            return http.post("/jobs", json=body, headers={"Idempotency-Key": f"{name}-{self.key[4:20]}"})

    def revoke(self, server: Server, key: str) -> None:
        with server.http(self.manager) as http:
            assert http.delete(f"/keys/{key[4:20]}").json()["revoked_at"] is not None

    def back_up(self) -> None:
        self.command("index", "backup", str(self.copy), "--force")

    def restore(self) -> None:
        for end in ("-wal", "-shm"):
            Path(f"{self.database}{end}").unlink(missing_ok=True)
        shutil.copyfile(self.copy, self.database)

    def command(self, *arguments: str) -> str:
        command = [COMMAND, *arguments, "--database", str(self.database)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
        assert done.returncode == 0, done
        return done.stdout + done.stderr

    def rows(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.database, timeout=PATIENCE_SECONDS)) as connection:
            return connection.execute(sql).fetchall()

    @property
    def open_jobs(self) -> int:
        account = self.customer.account()
        assert account is not None
        return account.open_jobs


@pytest.fixture(params=[("--no-index",), ()], ids=["without an index", "with one"])
def shop(stage: Stage, localnet_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Shop:
    return Shop(stage, localnet_url, tmp_path, *request.param)


def by_hand(shop: Shop) -> None:
    """A copy of the file as other tools make it, which says nothing of itself."""
    with closing(sqlite3.connect(shop.database)) as source, closing(sqlite3.connect(shop.copy)) as target:
        source.backup(target)


@pytest.mark.parametrize("copied", [Shop.back_up, by_hand], ids=["by its command", "by hand"])
def test_a_restore_forgets_no_job_and_no_revocation(shop: Shop, copied: Callable[[Shop], None]) -> None:
    with shop.serve() as server:
        shop.make_keys(server)
        with server.http() as http:
            revoked = new_key(http, shop.customer.side.signer)
        copied(shop)
        job = shop.lock(server, "order-1").json()
        shop.revoke(server, revoked)
    shop.restore()
    with shop.serve() as server:
        with server.http() as http:
            told = problem(http.get("/health"))
            assert (told["status"], "keys are off and nothing is locked until" in str(told["detail"])) == (503, True)
            assert "job-escrow keys confirm --database FILE" in str(told["detail"])
        for key in (revoked, shop.key, shop.manager):
            with server.http(key) as http:
                refused = problem(http.get("/account"))
                assert (refused["status"], refused["type"]) == (403, "/v1/problems/key-held"), refused
        assert problem(shop.lock(server, "order-1"))["type"] == "/v1/problems/key-held"
        # A key that is made now is the operator's for certain: it settles, and locks nothing yet.
        with server.http() as http:
            fresh = new_key(http, shop.stage.cast.operator, scopes=["operator"])
        held, shop.operator = shop.operator, fresh
        # Where the index has been fast, it has found the job of the first order, which is its answer.
        found = shop.lock(server, "order-1")
        assert found.status_code in (403, 503) or found.json()["id"] == job["id"], found.text
        assert problem(shop.lock(server, "order-2"))["status"] in (403, 503)
        assert shop.open_jobs == 1
        shop.operator = held
        said = shop.command("keys", "confirm")
        assert (revoked[4:20] in said, shop.key[4:20] in said, "--keep-the-rest" in said) == (True, True, True), said
        shop.command("keys", "confirm", "--revoke", revoked[4:20], "--keep-the-rest")
        with server.http() as http:
            until(lambda: not failing(http))
        with server.http(revoked) as http:
            assert http.get("/account").status_code == 401
        refused = problem(shop.lock(server, "order-2"))
        assert (refused["status"], "may still land" in str(refused["detail"])) == (503, True), refused
        pass_landing(shop)
        again = repeated(lambda: shop.lock(server, "order-1"))
        assert (again.status_code, again.json().get("id")) == (201, job["id"]), again.text
        assert again.json()["key_id"] == shop.key[4:20]
        assert shop.open_jobs == 1
        # The budget counts it: 18 of 40 are used, one more fits and no third.
        assert shop.lock(server, "order-2").status_code == 201
        assert problem(shop.lock(server, "order-3"))["type"] == "/v1/problems/budget-exceeded"
        assert problem(shop.lock(server, "order-1", seconds=99))["status"] == 422
        with server.http(shop.operator) as http:
            settled = http.post(f"/jobs/{job['id']}/settle", json={"units": 1})
            assert (settled.status_code, settled.json()["charged"]) == (200, 18)
    with shop.serve() as server, server.http() as http:
        until(lambda: not failing(http))


def pass_landing(shop: Shop) -> None:
    """Let so many blocks pass that nothing from before a restore can land."""
    travel(shop.node, blocks=LANDING_BLOCKS + 1)


def landed(shop: Shop, ask: Callable[[], httpx2.Response]) -> httpx2.Response:
    """What is answered when nothing from before a restore can land any more."""
    answer = ask()
    if "may still land" in answer.text:
        pass_landing(shop)
        answer = ask()
    return answer


def repeated(ask: Callable[[], httpx2.Response]) -> httpx2.Response:
    """As a client does that was told to repeat."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (answer := ask()).status_code == 503:
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.1)
    return answer


def test_a_forgotten_job_of_a_forgotten_key_is_found_by_the_chain_alone(
    stage: Stage, localnet_url: str, tmp_path: Path
) -> None:
    """Nothing was revoked, nothing stands beside the file, and the key was made after the copy."""
    shop = Shop(stage, localnet_url, tmp_path, "--no-index")
    with shop.serve() as server:
        shop.make_keys(server)
        by_hand(shop)
        first, lost = shop.key, new_lost_key(shop, server)
        shop.key = lost
        job = shop.lock(server, "order-1").json()
        shop.key = first
    shop.restore()
    with shop.serve() as server:
        found = problem(shop.lock(server, "order-9"))
        assert (found["status"], found["type"]) == (503, "/v1/problems/restored"), found
        assert f"Job {job['id']} was locked by this server, and is not in its database" in str(found["detail"])
        assert shop.open_jobs == 1
        # Running jobs do not wait for that: with a key that is made now they are settled.
        with server.http() as http:
            fresh = new_key(http, stage.cast.operator, scopes=["operator"])
        with server.http(fresh) as http:
            assert http.post(f"/jobs/{job['id']}/settle", json={"units": 1}).json()["charged"] == 18
        shop.command("keys", "confirm", "--keep-the-rest")
        pass_landing(shop)
        assert repeated(lambda: shop.lock(server, "order-9")).status_code == 201
    ((name, revoked_at),) = shop.rows(f"SELECT name, revoked_at FROM api_keys WHERE id = '{lost[4:20]}'")
    assert (name, revoked_at is not None) == ("(not known since a restore)", True)
    assert shop.rows("SELECT sum(credits) FROM api_spent")[0] == (36,)


def new_lost_key(shop: Shop, server: Server) -> str:
    with server.http() as http:
        return new_key(http, shop.customer.side.signer)


def test_a_forgotten_job_is_found_in_the_index_before_anybody_asks(
    stage: Stage, localnet_url: str, tmp_path: Path
) -> None:
    """By an index that has caught up before the server starts, too; what is due is given back."""
    shop = Shop(stage, localnet_url, tmp_path)
    with shop.serve() as server:
        shop.make_keys(server)
        by_hand(shop)
        job = shop.lock(server, "order-1", seconds=1).json()
    shop.restore()
    with Mirror(localnet_url, shop.database) as mirror:
        mirror.catch_up()
    shop.options = ("--no-index",)
    with shop.serve() as server, server.http() as http:
        said = f"Job {job['id']} was locked by this server"
        # Other parts may fail before: the index of this server grows no younger.
        until(lambda: said in http.get("/health").json().get("detail", ""))
        until(lambda: shop.rows("SELECT status, charged FROM api_jobs") == [("refunded", 0)])
        until(lambda: shop.open_jobs == 0)
    assert shop.rows("SELECT credits FROM api_spent") == [(0,)]


def test_a_lock_that_was_called_failed_and_landed_is_no_restore(
    stage: Stage, localnet_url: str, tmp_path: Path
) -> None:
    shop = Shop(stage, localnet_url, tmp_path, "--no-index")
    with shop.serve() as server:
        shop.make_keys(server)
        job = shop.lock(server, "order-1").json()
        with closing(sqlite3.connect(shop.database, timeout=PATIENCE_SECONDS, isolation_level=None)) as connection:
            connection.execute("UPDATE api_jobs SET status = 'failed'")
        again = repeated(lambda: shop.lock(server, "order-1"))
        assert (again.json()["id"], again.json()["status"], shop.open_jobs) == (job["id"], "locked", 1)
        with server.http() as http:
            until(lambda: not failing(http))


def until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_job_that_the_operator_locked_by_other_means_is_settled_by_its_address(
    stage: Stage, localnet_url: str, tmp_path: Path
) -> None:
    """It is no sign of a restore, and stands in nobody's budget."""
    shop = Shop(stage, localnet_url, tmp_path, "--no-index")
    with shop.serve() as server:
        shop.make_keys(server)
        number = stage.operator.next_job_id(shop.customer.address)
        terms = LockTerms(job_id=number, tier=None, amount=5, seconds=600)
        event = stage.operator.lock(shop.customer.address, terms).events[0]
        assert shop.lock(server, "order-1").status_code == 201
        with server.http() as http:
            until(lambda: not failing(http))
        address = str(event.job)  # type: ignore[union-attr]
        with server.http(shop.operator) as http:
            settled = http.post(f"/jobs/{address}/settle", json={"credits": 3})
            assert (settled.status_code, settled.json()["charged"]) == (200, 3), settled.text
            for other in (str(shop.customer.address), "nonsense", str(stage.platform)):
                assert http.post(f"/jobs/{other}/settle", json={"credits": 3}).status_code == 404
        assert shop.lock(server, "order-2").status_code == 201


def test_a_copy_without_keys_and_a_folder_that_was_moved_as_a_whole_need_no_word(
    stage: Stage, localnet_url: str, tmp_path: Path
) -> None:
    shop = Shop(stage, localnet_url, tmp_path / "here", "--no-index")
    shop.folder.mkdir()
    with shop.serve():
        shop.back_up()
    shop.restore()
    with shop.serve() as server:
        shop.make_keys(server)
        with server.http() as http:
            shop.revoke(server, new_key(http, shop.customer.side.signer))
    shop.folder.rename(tmp_path / "there")
    shop.folder = tmp_path / "there"
    shop.database = shop.folder / "index.sqlite"
    with shop.serve() as server, server.http() as http:
        until(lambda: not failing(http))
    assert "there is nothing to confirm" in shop.command("keys", "confirm")
    (shop.folder / "index.sqlite.changes").unlink()
    with shop.serve() as server, server.http() as http:
        assert "without index.sqlite.changes" in http.get("/health").json()["detail"]
    said = shop.command("keys", "confirm", "--revoke", "all")
    assert "jobs are locked again" in said
    with shop.serve() as server, server.http(shop.key) as http:
        assert http.get("/account").status_code == 401


def test_confirm_says_what_it_cannot_use_and_changes_nothing(stage: Stage, localnet_url: str, tmp_path: Path) -> None:
    shop = Shop(stage, localnet_url, tmp_path, "--no-index")
    garbled, empty = tmp_path / "garbled.sqlite", tmp_path / "empty.sqlite"
    garbled.write_bytes(b"SQLite format 3\0" + b"nonsense" * 500)
    sqlite3.connect(empty).execute("CREATE TABLE other (x)").connection.close()
    with shop.serve() as server:
        shop.make_keys(server)
        shop.back_up()
    shop.restore()
    for database, arguments, code, says in (
        (tmp_path / "missing.sqlite", (), 2, "there is no database"),
        (tmp_path, (), 2, "there is no database"),
        (garbled, (), 1, "is not a database of job-escrow index"),
        (empty, (), 2, "it was never served by this release"),
        (shop.database, ("--revoke", "0123456789abcdef"), 2, "no key 0123456789abcdef waits here"),
        (shop.database, ("--revoke", shop.key[4:20], "--revoke", "x", "--keep-the-rest"), 2, "nothing was changed"),
    ):
        command = [COMMAND, "keys", "confirm", "--database", str(database), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
        assert (done.returncode, says in done.stderr) == (code, True), (command, done)
        assert "should not happen" not in done.stderr
    found = json.loads(shop.command("keys", "confirm", "--output", "json"))
    assert (found["confirmed"], found["revoked"], len(found["keys"])) == (False, [], 3)
    assert "a copy that was made at" in found["restored"]
