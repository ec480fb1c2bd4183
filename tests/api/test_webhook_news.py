"""What is news to a webhook is decided by the chain's order, and an event that cannot be read holds up no other."""

import asyncio
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils
from api_harness.mirror import Mirror
from api_harness.people import new_customer
from api_harness.receiver import Receiver, receiving
from api_harness.server import Server, serving
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.problems import Refusal
from job_escrow_api.domain.schema import migrations
from job_escrow_api.domain.webhooks.messages import Type
from job_escrow_api.domain.webhooks.store import HookStore
from job_escrow_indexer.position import first_of, last_of
from job_escrow_indexer.store.migrations import MIGRATIONS

_SECONDS = PATIENCE_SECONDS


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


def test_a_slot_that_no_chain_has_makes_no_webhook(tmp_path: Path) -> None:
    database = ApiDatabase(tmp_path / "index.sqlite")
    hooks = HookStore(database)
    with pytest.raises(Refusal, match="no chain has"):
        asyncio.run(hooks.create("p", "a", "https://a.example/", [Type.TOPUP], [], slot=2**64 - 1))
    made = asyncio.run(hooks.create("p", "a", "https://a.example/", [Type.TOPUP], [], slot=7))
    assert made.news_after == last_of(7) < first_of(8)
    database.close()


def test_webhooks_of_an_earlier_release_go_on_after_the_last_event_of_before(tmp_path: Path) -> None:
    """What they had as a time becomes the position of their account's last event before it."""
    with closing(sqlite3.connect(tmp_path / "index.sqlite", isolation_level=None)) as connection:
        database = sqlite_utils.Database(connection)
        MIGRATIONS.apply(database)
        migrations.apply(database, stop_before="m013_news_after")
        for account, news_from in (("a", 100), ("b", 100), ("c", 100)):
            connection.execute(
                "INSERT INTO api_webhooks VALUES (?, 'p', ?, 'u', 's', '', '[]', 0, NULL, NULL, ?)",
                (account, account, news_from),
            )
        columns = [row[1] for row in connection.execute("PRAGMA table_info(events)") if row[3] and not row[5]]
        for position, account, at in ((1, "a", 98), (2, "b", 99), (3, "a", 99), (4, "a", 100), (5, "c", 100)):
            row = dict.fromkeys(columns, 0) | {"position": position, "credit_account": account, "at": at, "data": b""}
            names, places = ", ".join(row), ", ".join("?" for _ in row)
            connection.execute(f"INSERT INTO events ({names}) VALUES ({places})", list(row.values()))
        migrations.apply(database)
        found = dict(connection.execute("SELECT id, news_after FROM api_webhooks").fetchall())
    assert found == {"a": 3, "b": 2, "c": -1}


def test_an_event_that_cannot_be_read_is_set_aside_and_tried_again_by_the_next_start(
    stage: Stage, localnet_url: str, tmp_path: Path, receiver: Receiver
) -> None:
    path = tmp_path / "index.sqlite"
    customer = new_customer(stage, 100)
    options = ("--no-index", "--private-webhooks")
    with Mirror(localnet_url, path) as mirror:
        mirror.catch_up()
        database = ApiDatabase(path)
        hook = asyncio.run(
            HookStore(database).create("p", str(customer.address), receiver.url, [Type.TOPUP], [], slot=0)
        )
        receiver.secret = HookStore(database).secret_of(hook)
        database.close()
        for credits in (101, 102):
            customer.purchase(credits)
        mirror.catch_up()
        with closing(sqlite3.connect(path)) as connection, connection:
            position, data = connection.execute(
                "SELECT position, data FROM events ORDER BY position DESC LIMIT 1 OFFSET 1"
            ).fetchone()
            connection.execute("UPDATE events SET data = ? WHERE position = ?", (data[:-1], position))
        with serving(tmp_path, chain=localnet_url, platform=stage.platform, options=options) as server:
            assert receiver.next()[1]["data"]["credits"] == 102
            assert "could not be read: 1;" in until_unread(server, 1)
            lines = [json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{")]
            (said,) = [each for each in lines if each.get("event") == "an event makes no webhook message"]
            assert (said["position"], said["error"].split(":")[0]) == (position, "DecodeError")
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE events SET data = ? WHERE position = ?", (data, position))
        with serving(tmp_path, chain=localnet_url, platform=stage.platform, options=options) as server:
            assert receiver.next()[1]["data"]["credits"] == 101
            assert until_unread(server, 0) == "They work."
    assert receiver.invalid == []


def until_unread(server: Server, count: int) -> str:
    """Wait until readiness has looked after what was just seen; gives what it says of the webhooks."""
    deadline = time.monotonic() + _SECONDS
    with server.http() as http:
        while True:
            parts = {each["name"]: each for each in http.get("/health").json()["parts"]}
            found: dict[str, Any] = parts["webhooks"]
            if found["values"] == {"unread": count}:
                assert found["ok"]
                return str(found["detail"])
            assert time.monotonic() < deadline, found
            time.sleep(0.1)
