"""Makes the rows of one account anew: from its events in order, and what was read of the chain where they begin."""

from collections import defaultdict
from typing import Any

from job_escrow.codec import ACCOUNTS, decode_account
from sqlite_utils import Database

from job_escrow_indexer.accounts import fold
from job_escrow_indexer.accounts.kinds import (
    CREDIT_ACCOUNTS,
    JOBS,
    PARTS,
    PAYEES,
    PLATFORMS,
    SESSIONS,
    VAULTS,
    Kind,
    State,
    state_of,
)
from job_escrow_indexer.decode.decoder import Decoder, Happened
from job_escrow_indexer.position import last_of
from job_escrow_indexer.store.cache import Cache
from job_escrow_indexer.store.values import from_large
from job_escrow_indexer.tokens import token_amount


def rebuild(db: Database, decoder: Decoder, kind: Kind, address: str) -> int:
    """Replace the rows of a credit account with its jobs, sessions, rule and vault, or of a platform with its payees.

    Gives how many rows were written. Belongs inside of a transaction.
    """
    history = list(_history(db, decoder, kind, address))
    rows = Cache(None)
    for slot, read in sorted(_reads(db, address).items()):
        while history and history[0].position <= last_of(slot):
            fold.apply(rows, history.pop(0))
        _take_read(rows, kind, address, slot, read)
    for happened in history:
        fold.apply(rows, happened)
    if kind is CREDIT_ACCOUNTS:
        for part in (*PARTS[CREDIT_ACCOUNTS], VAULTS):
            db.execute(f"DELETE FROM {part.table} WHERE credit_account = ?", [address])
        db.execute(f"DELETE FROM {CREDIT_ACCOUNTS.table} WHERE address = ?", [address])
    for part, column in ((PAYEES, "platform"), (PLATFORMS, "address")):
        if kind is PLATFORMS:
            db.execute(f"DELETE FROM {part.table} WHERE {column} = ?", [address])
    return rows.write(db)


def _history(db: Database, decoder: Decoder, kind: Kind, address: str) -> "list[Happened]":
    condition = "credit_account = ?" if kind is CREDIT_ACCOUNTS else "platform = ? AND credit_account IS NULL"
    found = db.conn.execute(
        f"SELECT position, data, vault_base_units FROM events WHERE {condition} ORDER BY position",
        [address],
    ).fetchall()
    history = []
    for place, data, base_units in found:
        held = None if base_units is None else from_large(base_units)
        history.append(decoder.happened(place, data, held))
    return history


def _reads(db: Database, subject: str) -> dict[int, dict[str, bytes | None]]:
    reads: dict[int, dict[str, bytes | None]] = defaultdict(dict)
    query = "SELECT slot, address, data FROM chain_reads WHERE subject = ?"
    for slot, address, data in db.conn.execute(query, [subject]):
        reads[slot][address] = data
    return reads


def _take_read(rows: Cache, kind: Kind, subject: str, slot: int, read: dict[str, bytes | None]) -> None:
    """What the chain had at the end of a slot replaces what the events before it made."""
    place = last_of(slot)
    for address, data in read.items():
        if data is not None and data[:8] in ACCOUNTS:
            part, state = state_of(address, decode_account(data), place)
            rows.put(part, state)
    account = rows.find(CREDIT_ACCOUNTS, subject) if kind is CREDIT_ACCOUNTS else None
    for address, data in read.items():
        if account is not None and account["vault"] == address:
            rows.put(VAULTS, _vault(address, subject, data, place))
        elif data is None:
            for part, state in rows.open_at(address):
                # It is gone, and no event says since when.
                state.update(ended_at=0, position=place)
                if part in (JOBS, SESSIONS):
                    state["status"] = "unknown"
                rows.put(part, state)


def _vault(address: str, account: str, data: bytes | None, place: int) -> State:
    base_units: Any = None if data is None else token_amount(data)
    return {"address": address, "credit_account": account, "base_units": base_units, "position": place}
