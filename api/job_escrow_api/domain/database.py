"""The SQLite file that the indexer writes, and the API's own tables in it.

Reads are point look-ups and run where they are asked. Writes are short transactions in one thread, which waits for the
indexer's when it must: the event loop never does.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlite_utils
from job_escrow_indexer.store.database import make_private
from job_escrow_indexer.store.migrations import MIGRATIONS

from job_escrow_api.domain.web.schema import migrations

_BUSY_MILLISECONDS = 30_000
_MMAP_BYTES = 1 << 30
_CACHE_KIB = 32_768
Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class ApiDatabase:
    """Two connections to one file: one that only reads, one that writes in a thread of its own."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="api-writer")
        make_private(path)
        with ExitStack() as opened:
            self._writer = opened.enter_context(closing(_connect(path)))
            # The indexer's first: ours have triggers on its tables. Whoever starts first makes them.
            for each in (MIGRATIONS, migrations):
                each.apply(sqlite_utils.Database(self._writer))
            self.reader = opened.enter_context(closing(_connect(path)))
            self.reader.execute("PRAGMA query_only = ON")
            self._opened = opened.pop_all()

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
        """Run `work` in one transaction that nobody else writes beside; it is undone where it raises."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: self._in_transaction(work, *args, **kwargs))

    def _in_transaction(
        self,
        work: Callable[Concatenate[sqlite3.Connection, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Answer:
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            answer = work(self._writer, *args, **kwargs)
            self._writer.execute("COMMIT")
        except BaseException:
            # Nothing, where a full disk has ended the transaction already; a commit that failed may leave it open.
            self._writer.rollback()
            raise
        return answer

    async def rewrite(self) -> bool:
        """Write the file anew, without what was deleted; False where somebody was in the way, and left to do again."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._rewrite)

    def _rewrite(self) -> bool:
        try:
            self._writer.execute("VACUUM")
            (busy, *_) = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            return False
        return not busy

    def close(self) -> None:
        """Finish what is being written, and close."""
        self._thread.shutdown()
        self._opened.close()


def insert_row(connection: sqlite3.Connection, table: str, row: Mapping[str, object]) -> int:
    """Store one row by its columns' names; gives its rowid. Raises sqlite3.IntegrityError."""
    columns, places = ", ".join(row), ", ".join("?" for _ in row)
    cursor = connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(row.values()))
    return cursor.lastrowid or 0


def _connect(path: Path) -> sqlite3.Connection:
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
