"""Webhooks are sent of what is confirmed: what a fork takes back is told to nobody who was not told already."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from api_harness.mirror import Mirror
from api_harness.people import new_customer
from escrow_harness.stage import Stage
from job_escrow import Wallet
from job_escrow.codec import PROGRAM_ID
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.webhooks.dispatcher import Dispatcher
from job_escrow_api.domain.webhooks.messages import Type
from job_escrow_api.domain.webhooks.names import Names
from job_escrow_api.domain.webhooks.sender import Sender
from job_escrow_api.domain.webhooks.store import Delivery, Hook, HookStore, Outcome
from job_escrow_indexer.position import SLOT_SHIFT, transaction_of


class Fork:
    """A purchase that was indexed, and what becomes of it."""

    def __init__(self, database: ApiDatabase, customer: Wallet, mirror: Mirror) -> None:
        self.database = database
        self.mirror = mirror
        self.hooks = HookStore(database)
        self.hook: Hook = asyncio.run(
            self.hooks.create("p", str(customer.address), "https://a.example/", [Type.TOPUP], [], slot=0)
        )
        self.receipt = customer.purchase(100)
        mirror.catch_up()
        (self.position,) = self._one("SELECT max(position) FROM events")

    def make_messages(self) -> None:
        async def make() -> None:
            sender = Sender(Names(), private=True)
            await Dispatcher(self.database, self.hooks, sender, PROGRAM_ID, (0,), keep_seconds=60).make_messages()
            await sender.close()

        asyncio.run(make())

    def take_back(self) -> tuple[Any, Any]:
        """As the follower does it; gives the rows of the transaction and of its event."""
        place = transaction_of(self.position)
        rows = (
            self._one("SELECT * FROM transactions WHERE position = ?", place),
            self._one("SELECT * FROM events WHERE position = ?", self.position),
        )
        self.mirror.take_back(place)
        return rows

    def land_again(self, transaction: Any, event: Any) -> None:
        """The same transaction in the slot after."""
        with closing(sqlite3.connect(self.database.path)) as connection, connection:
            for table, row in (("transactions", transaction), ("events", event)):
                stored = {
                    name for _, name, *_, hidden in connection.execute(f"PRAGMA table_xinfo({table})") if not hidden
                }
                values = {name: row[name] for name in stored} | {"position": row["position"] + (1 << SLOT_SHIFT)}
                columns, places = ", ".join(values), ", ".join("?" for _ in values)
                connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(values.values()))

    def deliveries(self) -> list[Delivery]:
        return self.hooks.deliveries(self.hook, 2**62, 10)

    def waiting(self) -> int:
        (count,) = self._one("SELECT count(*) FROM api_outbox")
        return int(count)

    def _one(self, sql: str, *parameters: Any) -> Any:
        return self.database.one(sql, parameters)


@pytest.fixture
def fork(stage: Stage, localnet_url: str, tmp_path: Path) -> Iterator[Fork]:
    path = tmp_path / "index.sqlite"
    customer = new_customer(stage, 100)
    with Mirror(localnet_url, path) as mirror:
        mirror.catch_up()
        database = ApiDatabase(path)
        yield Fork(database, customer, mirror)
        database.close()


def test_what_waits_in_the_outbox_leaves_it(fork: Fork) -> None:
    assert fork.waiting() == 1
    fork.take_back()
    assert fork.waiting() == 0
    fork.make_messages()
    assert fork.deliveries() == []


def test_a_message_that_nobody_was_sent_goes_and_comes_again_under_its_id(fork: Fork) -> None:
    fork.make_messages()
    (first,) = fork.deliveries()
    assert f'"signature": "{fork.receipt.signature}"' in first.body
    assert '"commitment": "confirmed"' in first.body
    rows = fork.take_back()
    assert fork.deliveries() == []
    fork.land_again(*rows)
    fork.make_messages()
    (again,) = fork.deliveries()
    assert again.id == first.id


def test_a_message_that_somebody_may_have_stays_and_is_not_made_twice(fork: Fork) -> None:
    fork.make_messages()
    (first,) = fork.deliveries()
    outcome = Outcome(status="pending", next_at=0, http_status=500, error="answered 500", gone=False)
    asyncio.run(fork.hooks.attempted(first, outcome))
    fork.land_again(*fork.take_back())
    fork.make_messages()
    (again,) = fork.deliveries()
    assert (again.number, again.id, again.attempts) == (first.number, first.id, 1)
