"""States of accounts in memory between batches, and those that have to be written."""

from typing import Any

from sqlite_utils import Database

from job_escrow_indexer.accounts.kinds import CREDIT_ACCOUNTS, Kind, State
from job_escrow_indexer.decode.decoder import Happened
from job_escrow_indexer.store.values import large

_MOST = 50_000

_Key = tuple[Any, ...]


class Cache:
    """Rows of accounts for the events to change: found in memory or in the tables, written batch by batch."""

    def __init__(self, db: Database | None) -> None:
        """Without a database it starts from nothing."""
        self._db = db
        self._states: dict[tuple[str, _Key], State | None] = {}
        self._changed: dict[Kind, dict[_Key, State]] = {}
        self.gaps = 0
        """Events so far that did not follow from the rows before them."""

    def find(self, kind: Kind, *key: object) -> State | None:
        """The state of an account; None where there is none."""
        place = (kind.table, key)
        if place not in self._states:
            self._states[place] = self._read(kind, key)
        return self._states[place]

    def put(self, kind: Kind, state: State) -> None:
        """Keep a state, and write it with the next `write`."""
        key = tuple(state[name] for name in kind.key)
        self._states[kind.table, key] = state
        self._changed.setdefault(kind, {})[key] = state

    def note_gap(self, happened: Happened) -> None:
        """Count an event that does not follow from the rows."""
        self.gaps += 1

    def write(self, db: Database) -> int:
        """Write what has changed; gives how many rows that were."""
        written = 0
        for kind, states in self._changed.items():
            db.conn.executemany(kind.statement, map(kind.row, states.values()))
            written += len(states)
        self._changed.clear()
        if len(self._states) > _MOST:
            self._states.clear()
        return written

    def forget_subject(self, kind: Kind, address: str) -> None:
        """Drop an account and all that belongs to it, since it is made anew in the tables."""
        whose = "credit_account" if kind is CREDIT_ACCOUNTS else "platform"
        gone = [
            place
            for place, state in self._states.items()
            if address in place[1] or (state is not None and state.get(whose) == address)
        ]
        for place in gone:
            del self._states[place]

    def open_at(self, address: str) -> list[tuple[Kind, State]]:
        """The changed states of an address that have not ended."""
        return [
            (kind, state)
            for kind, states in self._changed.items()
            for state in list(states.values())
            if state["address"] == address and state.get("ended_at", 0) is None
        ]

    def forget(self) -> None:
        """Drop everything, as when what was changed could not be written."""
        self._states.clear()
        self._changed.clear()

    def _read(self, kind: Kind, key: _Key) -> State | None:
        if self._db is None:
            return None
        condition = " AND ".join(f"{name} = ?" for name in kind.key)
        stored = [large(part) if isinstance(part, int) else part for part in key]
        rows = self._db.query(f"SELECT * FROM {kind.table} WHERE {condition}", stored)
        row = next(iter(rows), None)
        return None if row is None else kind.state(row)
