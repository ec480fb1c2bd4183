"""The SQLite file that the indexer writes, and the API's own tables in it.

Reads are point look-ups and run where they are asked. Writes are short, in a thread (`writer.py`) which waits for the
indexer's transactions when it must: the event loop never does.
"""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlite_utils
from job_escrow.output_files import make_folder
from job_escrow_indexer.store.database import make_private
from job_escrow_indexer.store.migrations import MIGRATIONS

from job_escrow_api.domain.web.schema import migrations
from job_escrow_api.domain.writer import Writer

_BUSY_MILLISECONDS = 30_000
_MMAP_BYTES = 1 << 30
_CACHE_KIB = 32_768
Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class ApiDatabase:
    """Two connections to one file: one that only reads, one that writes in a thread of its own."""

    def __init__(self, path: Path) -> None:
        make_folder(path.parent)
        self.path = path
        make_private(path)
        with ExitStack() as opened:
            connection = opened.enter_context(closing(connect(path)))
            # The indexer's first: ours have triggers on its tables. Whoever starts first makes them.
            for each in (MIGRATIONS, migrations):
                each.apply(sqlite_utils.Database(connection))
            self.reader = opened.enter_context(closing(connect(path)))
            self.reader.execute("PRAGMA query_only = ON")
            self._opened = opened.pop_all()
        self._writer = Writer(connection)

    def one(self, sql: str, parameters: tuple[Any, ...] = ()) -> sqlite3.Row | None:
        """The first row of a look-up."""
        row: sqlite3.Row | None = self.reader.execute(sql, parameters).fetchone()
        return row

    def all(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[sqlite3.Row]:
        """All rows of a look-up that is known to be short."""
        return self.reader.execute(sql, parameters).fetchall()

    async def write(
        self,
        work: Callable[Concatenate[sqlite3.Connection, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Answer:
        """Run `work` in a transaction that nobody else writes beside; it is undone where it raises."""
        return await self._writer.write(lambda connection: work(connection, *args, **kwargs))

    async def rewrite(self) -> bool:
        """Write the file anew, without what was deleted; False where somebody was in the way, and left to do again."""
        return await self._writer.alone(_rewrite)

    def close(self) -> None:
        """Finish what is being written, and close."""
        self._writer.close()
        self._opened.close()


def _rewrite(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("VACUUM")
        (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    return not busy


def insert_row(connection: sqlite3.Connection, table: str, row: Mapping[str, object]) -> int:
    """Store one row by its columns' names; gives its rowid. Raises sqlite3.IntegrityError."""
    columns, places = ", ".join(row), ", ".join("?" for _ in row)
    cursor = connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(row.values()))
    return cursor.lastrowid or 0


def connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        connection.row_factory = sqlite3.Row
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        # Look-ups among a million accounts: pages come from memory, not from a system call each.
        connection.execute(f"PRAGMA mmap_size = {_MMAP_BYTES}")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    except BaseException:
        connection.close()
        raise
    return connection
