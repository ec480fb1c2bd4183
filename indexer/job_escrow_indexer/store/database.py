"""The database file: opened by one writer at a time, in WAL, with the schema of this release."""

import os
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from job_escrow_indexer.store.holding import Holding
from job_escrow_indexer.store.migrations import MIGRATIONS

_BUSY_SECONDS = 30
_CACHE_KIB = 65_536
_MMAP_BYTES = 1 << 28
# NORMAL loses nothing that matters in a power cut: what was not synced is read from the chain again.
PRAGMAS = tuple(
    f"PRAGMA {pragma}"
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",
        f"cache_size = -{_CACHE_KIB}",
        f"mmap_size = {_MMAP_BYTES}",
        "temp_store = MEMORY",
    )
)
"""How the writer opens the file."""


class DatabaseTooNew(Exception):
    """The file was made by a later release."""


class DatabaseFile:
    """A database that this process alone writes; anyone may read it meanwhile."""

    def __init__(self, path: Path) -> None:
        """Open or create it, and bring its schema up to date. Raises DatabaseInUse, DatabaseTooNew, sqlite3.Error."""
        self.path = path
        with ExitStack() as opened:
            opened.callback(Holding(path, "index", ".lock").close)
            make_private(path)
            connection = opened.enter_context(closing(sqlite3.connect(path, timeout=_BUSY_SECONDS)))
            self.db = Database(connection)
            for pragma in PRAGMAS:
                connection.execute(pragma)
            _migrate(self.db, path)
            self._opened = opened.pop_all()

    def close(self) -> None:
        """Close it and let others write."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def read_only(path: Path) -> Database:
    """Open the file to read it, while an indexer may write it. Raises sqlite3.OperationalError where there is none."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
    return Database(connection)


def make_private(path: Path) -> None:
    """Let nobody else read the file, which SQLite does for its companions too: what customers did is in it.

    A file that is there is not opened: to close it again would end the locks of every connection of this process.
    """
    if not path.exists():
        path.touch(mode=0o600)
    if path.stat().st_uid == os.geteuid():
        path.chmod(0o600)


def _migrate(db: Database, path: Path) -> None:
    known = {one.name for one in MIGRATIONS.pending(db)} | {one.name for one in MIGRATIONS.applied(db)}
    with Database(memory=True) as empty:
        ours = {one.name for one in MIGRATIONS.pending(empty)}
    if strange := known - ours:
        raise DatabaseTooNew(
            f"{path} has the schema of a later release ({', '.join(sorted(strange))}): upgrade job-escrow"
        )
    MIGRATIONS.apply(db)
