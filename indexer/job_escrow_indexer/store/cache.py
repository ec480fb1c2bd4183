"""States of accounts in memory between batches, and those that have to be written."""

from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from job_escrow_indexer.accounts.kinds import CREDIT_ACCOUNTS, JOBS, KINDS, SESSIONS, VAULTS, Kind, State
from job_escrow_indexer.decode.decoder import Happened
from job_escrow_indexer.store.values import large

_MOST = 20_000
"""Accounts, open jobs and sessions in memory, some 3 KB each: what is asked for beyond them is read from the tables."""

_Key = tuple[Any, ...]


class Cache:
    """Rows of accounts for the events to change: found in memory or in the tables, written batch by batch."""

    def __init__(self, db: Database | None) -> None:
        """Without a database it starts from nothing."""
        self._db = db
        self._states: dict[Kind, dict[_Key, State | None]] = {kind: {} for kind in KINDS}
        self._changed: dict[Kind, dict[_Key, State]] = {kind: {} for kind in KINDS}
        self.gaps = 0
        """Events so far that did not follow from the rows before them."""

    def find(self, kind: Kind, *key: object) -> State | None:
        """The state of an account; None where there is none."""
        states = self._states[kind]
        if key not in states:
            states[key] = self._read(kind, key)
        return states[key]

    def put(self, kind: Kind, state: State) -> None:
        """Keep a state, and write it with the next `write`."""
        key = kind.key_of(state)
        self._states[kind][key] = state
        self._changed[kind][key] = state

    def note_gap(self, happened: Happened) -> None:
        """Count an event that does not follow from the rows."""
        self.gaps += 1

    def write(self, db: Database) -> int:
        """Write what has changed; gives how many rows that were."""
        written = 0
        for kind, states in self._changed.items():
            db.conn.executemany(kind.statement, map(kind.row, states.values()))
            written += len(states)
            self._forget_done(kind, states)
            states.clear()
        if sum(map(len, self._states.values())) > _MOST:
            self.forget()
        return written

    def forget_subject(self, kind: Kind, address: str) -> None:
        """Drop an account and all that belongs to it, since it is made anew in the tables."""
        whose = "credit_account" if kind is CREDIT_ACCOUNTS else "platform"
        for states in self._states.values():
            # What was not there may be by now: the key of a payee does not say whose it is.
            gone = [
                key for key, state in states.items() if state is None or address in key or state.get(whose) == address
            ]
            for key in gone:
                del states[key]

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
        for kind in KINDS:
            self._states[kind].clear()
            self._changed[kind].clear()

    def _forget_done(self, kind: Kind, written: Mapping[_Key, State]) -> None:
        """Drop what no later event asks for: jobs and sessions that have ended, and vaults, which events only write."""
        if kind in (JOBS, SESSIONS, VAULTS):
            for key, state in written.items():
                if kind is VAULTS or state["ended_at"] is not None:
                    self._states[kind].pop(key, None)

    def _read(self, kind: Kind, key: _Key) -> State | None:
        if self._db is None:
            return None
        condition = " AND ".join(f"{name} = ?" for name in kind.key)
        stored = [large(part) if isinstance(part, int) else part for part in key]
        rows = self._db.query(f"SELECT * FROM {kind.table} WHERE {condition}", stored)
        row = next(iter(rows), None)
        return None if row is None else kind.state(row)
