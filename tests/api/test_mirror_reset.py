"""The mirror is begun anew: keys, webhooks, jobs and their budgets stay, and no old news is told again."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from api_harness import kill_in_reset
from api_harness.mirror import Mirror
from api_harness.people import new_customer, new_key
from api_harness.receiver import Receiver, receiving
from api_harness.server import Server, problem, serving
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage
from job_escrow.codec import PROGRAM_ID
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.webhooks import outbox
from job_escrow_api.domain.webhooks.messages import Type
from job_escrow_api.domain.webhooks.store import Delivery, Hook, HookStore, Outcome
from job_escrow_indexer.store.database import DatabaseFile
from job_escrow_indexer.store.holding import DatabaseInUse
from job_escrow_indexer.store.reset import BeyondTheMirror, reset

COMMAND = str(Path(sys.executable).with_name("job-escrow"))
_SECONDS = PATIENCE_SECONDS


class News:
    """A customer with a webhook, and a mirror that is read when it is told to."""

    def __init__(self, stage: Stage, chain: str, path: Path) -> None:
        self.chain, self.path = chain, path
        self.customer = new_customer(stage, 100)
        self.index()
        self.hook = self._with(self._subscribe)

    def index(self) -> None:
        """Everything that is on the chain."""
        with Mirror(self.chain, self.path) as mirror:
            mirror.catch_up()

    def index_until_final(self) -> None:
        """The same, and until none of it can be undone."""
        with Mirror(self.chain, self.path) as mirror:
            mirror.catch_up()
            deadline = time.monotonic() + _SECONDS
            while self.one("SELECT max(position) >> 30 > (SELECT finalized_slot FROM progress) FROM events"):
                assert time.monotonic() < deadline
                time.sleep(0.05)
                mirror.catch_up()

    def make_messages(self) -> None:
        async def make(database: ApiDatabase) -> None:
            await database.write(outbox.make_messages, PROGRAM_ID)

        self._with(lambda database: asyncio.run(make(database)))

    def fail(self, delivery: Delivery) -> None:
        outcome = Outcome(status="pending", next_at=0, http_status=500, error="answered 500", gone=False)
        self._with(lambda database: asyncio.run(HookStore(database).attempted(delivery, outcome)))

    def deliveries(self) -> list[Delivery]:
        found: list[Delivery] = self._with(lambda database: HookStore(database).deliveries(self.hook, 2**62, 10))
        return found

    def one(self, sql: str) -> Any:
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(sql).fetchone()[0]

    def reset(self) -> None:
        reset(self.path, keep=outbox.empty)

    def _subscribe(self, database: ApiDatabase) -> Hook:
        made = HookStore(database).create(
            "p", str(self.customer.address), "https://a.example/", [Type.TOPUP], [], slot=0
        )
        return asyncio.run(made)

    def _with(self, work: Any) -> Any:
        database = ApiDatabase(self.path)
        try:
            return work(database)
        finally:
            database.close()


@pytest.fixture
def news(stage: Stage, localnet_url: str, tmp_path: Path) -> News:
    return News(stage, localnet_url, tmp_path / "index.sqlite")


def test_what_waits_in_the_outbox_becomes_a_message_before_its_event_goes(news: News) -> None:
    news.customer.purchase(100)
    news.index()
    assert (news.one("SELECT count(*) FROM api_outbox"), news.deliveries()) == (1, [])
    news.reset()
    assert (news.one("SELECT count(*) FROM api_outbox"), news.one("SELECT count(*) FROM events")) == (0, 0)
    (told,) = news.deliveries()
    assert (told.status, told.attempts, told.type) == ("pending", 0, "topup.confirmed")
    news.index()
    news.make_messages()
    # The opening was before the webhook: it may be told of what was not final yet.
    assert [each for each in news.deliveries() if each.number == told.number or each.id == told.id] == [told]


def test_no_old_news_is_told_again_and_new_news_is(news: News) -> None:
    """Also where its delivery was forgotten long ago, and of what was before the webhook (within its first minute)."""
    news.customer.purchase(100)
    news.index_until_final()
    news.make_messages()
    with closing(sqlite3.connect(news.path)) as connection, connection:
        connection.execute("DELETE FROM api_deliveries")
    before = news.one("SELECT max(position) FROM events")
    news.reset()
    news.index()
    news.make_messages()
    assert news.one("SELECT max(position) FROM events") == before
    assert news.deliveries() == []
    receipt = news.customer.purchase(100)
    news.index()
    news.make_messages()
    (told,) = news.deliveries()
    assert str(receipt.signature) in told.body


def test_a_message_that_is_not_final_yet_is_not_made_twice(news: News) -> None:
    news.customer.purchase(100)
    news.index()
    with closing(sqlite3.connect(news.path)) as connection, connection:
        # However long this machine took.
        connection.execute("UPDATE progress SET finalized_slot = (SELECT max(position) >> 30 FROM events) - 1")
    news.make_messages()
    (first,) = news.deliveries()
    news.fail(first)
    news.reset()
    news.index()
    news.make_messages()
    (again,) = [each for each in news.deliveries() if each.id == first.id]
    assert (again.number, again.attempts) == (first.number, 1)


def test_the_mirror_is_as_it_was_once_the_chain_is_read_again(news: News) -> None:
    news.customer.purchase(100)
    news.index()
    before = mirror_of(news.path)
    assert before["events"]
    news.reset()
    empty = mirror_of(news.path)
    assert {name for name, rows in empty.items() if rows} == {"binding"}
    assert empty["binding"] == before["binding"]
    news.index()
    assert mirror_of(news.path) == before


def test_a_mirror_of_another_release_is_made_as_this_one_has_it(news: News) -> None:
    before = mirror_of(news.path)
    with closing(sqlite3.connect(news.path)) as connection, connection:
        connection.execute("DROP TABLE vaults")
        connection.execute("CREATE TABLE vaults (address TEXT PRIMARY KEY, old INTEGER)")
    news.reset()
    news.index()
    assert mirror_of(news.path) == before


def test_while_an_index_runs_nothing_is_begun_anew(news: News) -> None:
    before = whole(news.path)
    with DatabaseFile(news.path), pytest.raises(DatabaseInUse, match="stop it"):
        news.reset()
    assert whole(news.path) == before


def test_a_kill_at_any_step_leaves_the_old_or_the_new(news: News, tmp_path: Path) -> None:
    news.customer.purchase(100)
    news.index()
    old = whole(news.path)
    folder = tmp_path / "kills"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, kill_in_reset.__file__, str(news.path), str(folder)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    steps = int(done.stdout)
    found = [whole(folder / str(step) / "index.sqlite") for step in range(steps + 1)]
    assert steps > 50
    new = found[-1]
    assert (new != old, "events" in new, new["events"]) == (True, True, [])
    news.reset()
    assert whole(news.path) == new
    kinds = ["old" if each == old else "new" if each == new else "neither" for each in found]
    assert kinds == sorted(kinds, reverse=True), kinds
    assert set(kinds) == {"old", "new"}


def test_a_damaged_mirror_is_made_anew_and_damaged_books_are_told(news: News) -> None:
    """A page of the mirror that is garbage goes with it; where something else is damaged, nothing is changed."""
    with closing(sqlite3.connect(news.path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        roots = dict(connection.execute("SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0"))
    clean = tmp = news.path.read_bytes()
    # The end of a leaf, where its first entry is, however many there are.
    end = roots["credit_accounts_of_wallet"] * size
    news.path.write_bytes(tmp[: end - 16] + b"\xff" * 16 + tmp[end:])
    assert news.one("PRAGMA integrity_check") != "ok"
    news.reset()
    assert news.one("PRAGMA integrity_check") == "ok"
    assert news.one("SELECT count(*) FROM api_webhooks") == 1
    at = (roots["api_webhooks"] - 1) * size
    spoilt = clean[:at] + b"\xff" * size + clean[at + size :]
    news.path.write_bytes(spoilt)
    with pytest.raises(BeyondTheMirror, match="nothing was changed"):
        news.reset()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


def test_a_server_goes_on_over_a_mirror_that_was_begun_anew(
    stage: Stage, localnet_url: str, tmp_path: Path, receiver: Receiver
) -> None:
    customer = new_customer(stage, 1_000)
    database = tmp_path / "index.sqlite"

    def serve() -> Any:
        options = ("--private-webhooks", "--address-rate", "100000")
        return serving(
            tmp_path, chain=localnet_url, platform=stage.platform, operator=stage.cast.operator, options=options
        )

    def lock(server: Server, name: str) -> Any:
        with server.http(operator) as http:
            body = {"customer_key": key, "tier": "pro", "max_units": 500}
            return http.post("/jobs", json=body, headers={"Idempotency-Key": f"{name}-{key[4:20]}"})

    def usage(server: Server) -> Any:
        with server.http(key) as http:
            return http.get("/usage", params={"by": "key"}).json()["rows"]

    with serve() as server:
        with server.http() as http:
            key = new_key(http, customer.side.signer, daily_budget=40)
            manager = new_key(http, customer.side.signer, scopes=["manage"])
            operator = new_key(http, stage.cast.operator, scopes=["operator"])
        with server.http(manager) as http:
            made = http.post("/webhooks", json={"url": receiver.url, "types": ["job.settled"]}).json()
        receiver.secret = made["secret"]
        job = lock(server, "order-1").json()
        with server.http(operator) as http:
            assert http.post(f"/jobs/{job['id']}/settle", json={"units": 500}).status_code == 200
        told = receiver.next()
        spent = usage(server)
        assert key[4:20] in str(spent)
    refused = job_escrow("index", "reset", "--database", str(database))
    assert (refused.returncode, "add --yes" in refused.stderr) == (2, True), refused
    done = job_escrow("index", "reset", "--database", str(database), "--yes")
    assert (done.returncode, "API keys, webhooks and jobs are as they were" in done.stdout) == (0, True), done
    with serve() as server:
        with server.http(key) as http:
            deadline = time.monotonic() + _SECONDS
            while http.get("/account").status_code == 404 or usage(server) != spent:
                assert time.monotonic() < deadline, (usage(server), spent)
                time.sleep(0.05)
        # The same request finds its job, and the budget counts it: 18 of 40 are used, one more fits and no third.
        again = lock(server, "order-1")
        assert (again.status_code, again.json()["id"]) == (201, job["id"])
        second = lock(server, "order-2")
        assert second.status_code == 201
        assert problem(lock(server, "order-3"))["type"] == "/v1/problems/budget-exceeded"
        with server.http(operator) as http:
            assert http.post(f"/jobs/{second.json()['id']}/settle", json={"units": 500}).status_code == 200
        news = receiver.next()
        assert news[1]["data"]["job"] == second.json()["id"]
        assert news[0] != told[0]
        assert receiver.invalid == []
        with server.http(manager) as http:
            delivered = http.get(f"/webhooks/{made['id']}/deliveries").json()["deliveries"]
        assert {each["id"] for each in delivered} == {told[0], news[0]}


def job_escrow(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [COMMAND, *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
    )


_CLOCK = ("updated_at", "found_at", "applied_at", "created_at", "next_at")


def whole(path: Path) -> dict[str, list[Any]]:
    """All rows of a file, and what it has: without the times at which this machine did something."""
    copy = path.with_name("looked.sqlite")
    for end in ("", "-wal"):
        Path(f"{copy}{end}").unlink(missing_ok=True)
        if Path(f"{path}{end}").exists():
            shutil.copyfile(f"{path}{end}", f"{copy}{end}")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        things = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()
        found: dict[str, list[Any]] = {"sqlite_master": things}
        for kind, name, _ in things:
            if kind == "table":
                columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})") if row[1] not in _CLOCK]
                # Ids of migrations are given anew.
                columns = [each for each in columns if (name, each) != ("_sqlite_migrations", "id")]
                rows = connection.execute(f"SELECT {', '.join(columns)} FROM {name}").fetchall()
                found[name] = sorted(rows, key=repr)
    return found


def mirror_of(path: Path) -> dict[str, list[Any]]:
    """The rows of the mirror, but how far it is: the chain goes on."""
    return {
        name: rows
        for name, rows in whole(path).items()
        if not name.startswith(("api_", "_", "sqlite_")) and name != "progress"
    }
