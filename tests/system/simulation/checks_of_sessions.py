"""The end, for requests within sessions: each is charged once or not at all, and has its receipt where it is."""

import contextlib
import sqlite3
from collections import Counter, defaultdict

from job_escrow.codec import SessionOpened, SessionRefunded, SessionSettled
from job_escrow.receipts import SessionReceipt, record_of_events, verify
from job_escrow_indexer.store.database import read_only

from simulation.checks import Truth
from simulation.journal import Wanted
from simulation.world import World

SessionEvent = SessionOpened | SessionSettled | SessionRefunded


def wrongs_of_sessions(world: World, truth: Truth) -> list[str]:
    """Sessions of the chain against the books' rows and receipts, and these against what was asked for."""
    sessions: defaultdict[str, list[SessionEvent]] = defaultdict(list)
    for event in truth.events:
        if isinstance(event, SessionEvent):
            sessions[str(event.session)].append(event)
    rows, requests = _rows(world)
    receipts: defaultdict[str, list[SessionReceipt]] = defaultdict(list)
    for request in requests.values():
        if request["status"] == "settled":
            receipts[request["address"]].append(SessionReceipt.from_bytes(request["receipt"]))
    wrongs: list[str] = []
    for address, events in sessions.items():
        wrongs += _wrongs_of_session(world, address, events, rows.get(address), receipts[address])
    wrongs += [f"session {address} is in the books, and the chain never had it" for address in rows.keys() - sessions]
    for wanted in world.journal.requests:
        wrongs += _wrongs_of_request(world, wanted, requests.get(wanted.id))
    return wrongs + _charged_for_nothing(world, sessions) + _over_budget(world, truth, requests)


def _rows(world: World) -> tuple[dict[str, sqlite3.Row], dict[str, sqlite3.Row]]:
    """The sessions of the books by address, and the requests by id."""
    db = read_only(world.database)
    with contextlib.closing(db.conn):
        db.conn.row_factory = sqlite3.Row
        sessions = db.conn.execute("SELECT * FROM api_sessions WHERE status <> 'failed'").fetchall()
        requests = db.conn.execute(
            """SELECT r.*, s.address, s.settled_count FROM api_requests AS r
            JOIN api_sessions AS s ON s.number = r.session"""
        ).fetchall()
    return {row["address"]: row for row in sessions}, {row["id"]: row for row in requests}


def _wrongs_of_session(
    world: World, address: str, events: list[SessionEvent], row: sqlite3.Row | None, receipts: list[SessionReceipt]
) -> list[str]:
    last = events[-1]
    if not isinstance(last, SessionRefunded) and not (isinstance(last, SessionSettled) and last.is_final):
        return [f"session {address} is still open"]
    record = record_of_events(events)
    if row is None:
        return [] if world.was_restored else [f"session {address} of the chain has no row"]
    wrongs = []
    if (row["status"], row["settled"]) != ("ended", record.settled):
        wrongs.append(f"session {address} is {row['status']} with {row['settled']}, the chain has {record.settled}")
    if not world.was_restored:
        receipts.sort(key=lambda each: each.number)
        wrongs += [f"session {address}: {finding}" for finding in verify(receipts, record)]
    elif sum(each.price for each in receipts) > record.settled:
        wrongs.append(f"session {address} has receipts of more than the {record.settled} that it charged")
    return wrongs


def _wrongs_of_request(world: World, wanted: Wanted, row: sqlite3.Row | None) -> list[str]:
    wrongs = [f"{_told(wanted)}: {refusal}" for refusal in wanted.refusals]
    revoked = wanted.key.revoked_order
    if wanted.id and revoked is not None and wanted.order > revoked:
        wrongs.append(f"{_told(wanted)} was admitted with a key that had been revoked before it was asked for")
    if wanted.settled_order is not None and not world.journal.was_restored_after(wanted.settled_order):
        if row is None or (row["status"], row["charged"], row["units"]) != ("settled", wanted.used, wanted.used):
            said = None if row is None else dict(row)
            wrongs.append(f"{_told(wanted)} was answered as settled with {wanted.used}, and is {said}")
        elif row["receipt_number"] > row["settled_count"]:
            wrongs.append(f"{_told(wanted)} has a receipt that no settlement of the chain has")
    elif row is not None and wanted.used == 0 and row["charged"]:
        wrongs.append(f"{_told(wanted)} was charged {row['charged']}, and nobody settled it")
    return wrongs


def _charged_for_nothing(world: World, sessions: dict[str, list[SessionEvent]]) -> list[str]:
    """An account's sessions charge no more than was asked to be settled, and all that must be."""
    charged: Counter[str] = Counter()
    for events in sessions.values():
        charged[str(events[0].credit_account)] += sum(e.charged for e in events if isinstance(e, SessionSettled))
    wrongs = []
    for customer in world.customers:
        asked = [wanted for wanted in world.journal.requests if wanted.key.customer is customer]
        most = sum(wanted.used for wanted in asked)
        least = sum(
            wanted.used
            for wanted in asked
            if wanted.settled_order is not None and not world.journal.was_restored_after(wanted.settled_order)
        )
        if not least <= charged[customer.account] <= most:
            said = f"{customer.name}'s sessions charged {charged[customer.account]}"
            wrongs.append(f"{said}, and requests were settled for {least} to {most}")
    return wrongs


def _over_budget(world: World, truth: Truth, requests: dict[str, sqlite3.Row]) -> list[str]:
    """What each key has spent in the end, by jobs and requests."""
    used: Counter[str] = Counter()
    for name, lock in truth.locks.items():
        asked = world.journal.jobs.get(lock.max_units)
        if asked is not None:
            used[asked.key.id] += truth.charged[name]
    for request in requests.values():
        used[request["key_id"]] += request["charged"]
    return [
        f"a key of {customer.name} has spent {used[key.id]} of {key.budget}"
        for customer in world.customers
        for key in customer.keys
        if used[key.id] > key.budget
    ]


def _told(wanted: Wanted) -> str:
    return f"request {wanted.number} ({wanted.kind}, {wanted.seconds} s)"
