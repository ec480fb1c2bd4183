"""A server on a machine whose power is cut: what it has promised, and whether a disk still holds it.

A promise is made by what leaves the machine: an answer to a client, or a transaction to the chain.
"""

import asyncio
import base64
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from faults.power import Disk, Event, Kept
from job_escrow.receipts import Meter, SessionReceipt
from job_escrow.receipts.receipt import tiers_of
from job_escrow_api.domain.books import Books, restored
from job_escrow_api.domain.database import ApiDatabase
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

DATABASE = "index.sqlite"
_ANSWER = re.compile(rb"x-request-id: ([^\r]+)\r", re.IGNORECASE)
_ROWS = """SELECT r.id, r.status, r.charged, r.receipt, r.receipt_number, s.address, s.tiers, s.total, s.count
           FROM api_requests r JOIN api_sessions s ON s.number = r.session ORDER BY s.number, r.receipt_number"""


@dataclass
class Told:
    """What clients were answered by one server: the request of each answer, by the answer's X-Request-Id."""

    requests: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    """The ids of keys, likewise."""


@dataclass
class Promised:
    """What has left the machine so far."""

    requests: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Requests by their ids, as they were answered last."""
    keys: set[str] = field(default_factory=set)
    transactions: list[bytes] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether it is anything."""
        return bool(self.requests or self.keys or self.transactions)

    def hear(self, event: Event, told: Told) -> None:
        """Take what leaves the machine."""
        if event.kind != "N":
            return
        if found := _ANSWER.search(event.data):
            name = found[1].decode()
            if name in told.requests:
                self.requests[told.requests[name]["id"]] = told.requests[name]
            if name in told.keys:
                self.keys.add(told.keys[name])
        elif b'"sendTransaction"' in event.data:
            body = json.loads(event.data[event.data.index(b"{") :])
            self.transactions.append(base64.b64decode(body["params"][0]))


def broken(folder: Path, promised: Promised, asked: set[str], roots: Iterable[bytes]) -> list[str]:
    """Which promises the folder of a database does not keep. `asked` are requests that somebody wanted to settle.

    `roots` are those of all settlements that the server ever made.
    """
    try:
        return list(_broken(folder, promised, asked, roots))
    except sqlite3.DatabaseError as error:
        return [f"the database is damaged: {error}"]


def starts_as_held(folder: Path) -> str | None:
    """Why a server that is started on the folder takes its database for a restored one; None where it does not."""
    database = ApiDatabase(folder / DATABASE)
    try:
        asyncio.run(Books(database).begin())
        return restored(database.reader)
    finally:
        database.close()


def _broken(folder: Path, promised: Promised, asked: set[str], roots: Iterable[bytes]) -> Iterator[str]:
    if not (folder / DATABASE).exists():
        if promised:
            yield "there is no database"
        return
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.row_factory = sqlite3.Row
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            yield f"the database is damaged: {verdict}"
            return
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if "api_requests" not in tables:
            if promised:
                yield "the database is empty"
            return
        yield from _requests(connection, promised, asked)
        yield from _sent(connection, promised, roots)
        kept = {key for (key,) in connection.execute("SELECT id FROM api_keys")}
        yield from (f"key {key} is gone" for key in promised.keys - kept)


def _requests(connection: sqlite3.Connection, promised: Promised, asked: set[str]) -> Iterator[str]:
    rows = {row["id"]: row for row in connection.execute(_ROWS)}
    for request, answer in promised.requests.items():
        row = rows.get(request)
        if row is None:
            yield f"request {request} is gone, which was {answer['status']}"
        elif answer["status"] == "running":
            continue
        elif (row["status"], row["charged"]) != (answer["status"], answer["charged"]):
            yield f"request {request} is {row['status']}, and was {answer['status']}"
        elif answer["receipt"] and SessionReceipt.from_bytes(row["receipt"]).to_json() != answer["receipt"]:
            yield f"request {request} has another receipt than was given"
    for row in rows.values():
        if row["charged"] and row["id"] not in asked:
            yield f"request {row['id']} costs {row['charged']}, and nobody has settled it"
    for address in {row["address"] for row in rows.values()}:
        yield from _bill([row for row in rows.values() if row["address"] == address], address)


def _bill(rows: Sequence[sqlite3.Row], address: str) -> Iterator[str]:
    """Whether a session costs what its receipts say."""
    receipts = [SessionReceipt.from_bytes(row["receipt"]) for row in rows if row["receipt"] is not None]
    meter = Meter(Pubkey.from_string(address), tiers_of(rows[0]["tiers"]))
    for each in receipts:
        if each.price != meter.add(each.tier, each.units, request_id=each.request_id, model=each.model).price:
            yield f"receipt {each.number} of {address} has another price"
    if (meter.count, meter.total) != (rows[0]["count"], rows[0]["total"]):
        yield f"session {address} costs {rows[0]['total']}, its receipts {meter.total}"


def _sent(connection: sqlite3.Connection, promised: Promised, roots: Iterable[bytes]) -> Iterator[str]:
    """What the chain was sent has its row."""
    sessions = {address for (address,) in connection.execute("SELECT address FROM api_sessions")}
    kept = {root for (root,) in connection.execute("SELECT root FROM api_settlements")}
    for sent in promised.transactions:
        keys = {str(key) for key in VersionedTransaction.from_bytes(sent).message.account_keys}
        if not keys & sessions:
            yield "the chain was sent a session that has no row"
        yield from (
            "the chain was sent a settlement that has no row" for root in roots if root in sent and root not in kept
        )


@dataclass(frozen=True)
class Lived:
    """One server from its start to its end: the disk before, what happened, and what clients heard."""

    disk: Disk
    events: list[Event]
    told: Told

    def cuts(self, at: Callable[[int, Event | None], Sequence[Kept]]) -> Iterator[tuple[Disk, Promised, Kept]]:
        """The disk and what was promised until then, at each cut that `at` wants before an event; None is the end."""
        disk, promised = deepcopy(self.disk), Promised()
        for number, event in enumerate([*self.events, None]):
            for kept in at(number, event):
                yield disk, promised, kept
            if event is not None:
                promised.hear(event, self.told)
                disk.apply(event)

    def disk_at_the_end(self) -> Disk:
        """The disk when the server had ended."""
        disk = deepcopy(self.disk)
        for event in self.events:
            disk.apply(event)
        return disk

    def inodes(self, end: str) -> set[int]:
        """Files whose names end so, whenever they were made."""
        made = {event.inode for event in self.events if event.kind == "C" and event.text.endswith(end)}
        return made | self.disk.inodes(end)

    def but(self, is_lost: Callable[[Event], bool]) -> "Lived":
        """The same where some events had no effect, such as syncs that a disk only pretends to do."""
        return replace(self, events=[event for event in self.events if not is_lost(event)])


def roots_of(folder: Path) -> set[bytes]:
    """The roots of all settlements that a database knows."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return {root for (root,) in connection.execute("SELECT root FROM api_settlements")}
