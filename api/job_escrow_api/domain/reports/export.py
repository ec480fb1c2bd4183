"""Reports as files, streamed: each is of one snapshot, a part at a time, never all of it in memory."""

import asyncio
import json
import sqlite3
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import ExitStack, aclosing
from dataclasses import dataclass, fields
from pathlib import Path

from job_escrow_indexer.export import ExportFormat, export
from job_escrow_indexer.queries import Entry, Usage, UsageSums, View, snapshot, stream_ledger

from job_escrow_api.domain.places import Places

MEDIA_TYPES: dict[ExportFormat, str] = {
    "csv": "text/csv",
    "ndjson": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}

# While a snapshot is open, the database's log cannot shrink: nobody keeps one for longer by reading slowly.
_MOST_SECONDS = 600


class ExportTooSlow(Exception):
    """The client did not read in time; the file that it has is broken off, and looks so."""


async def exported(
    database: Path,
    credit_account: str,
    parts_of: Callable[[View], Iterator[bytes]],
    places: Places,
    *,
    most_seconds: float = _MOST_SECONDS,
) -> AsyncGenerator[bytes, None]:
    """The file's parts, each made in a thread, of one moment of the database. Raises Refusal and ExportTooSlow."""
    with ExitStack() as place:
        place.enter_context(places.of(credit_account))
        parts = _Parts(_parts(database, parts_of))
        loop = asyncio.get_running_loop()

        def break_off() -> None:
            # The place too: who never reads comes back to no line of this.
            place.close()
            loop.run_in_executor(None, parts.close, True)

        end = loop.call_later(most_seconds, break_off)
        try:
            while (part := await asyncio.to_thread(parts.next)) is not None:
                yield part
        finally:
            end.cancel()
            await asyncio.to_thread(parts.close)


async def begun(parts: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """The same parts, of which the first is made: what is refused is refused before an answer has begun."""
    first = await anext(parts, b"")

    async def all_of_them() -> AsyncGenerator[bytes, None]:
        async with aclosing(parts):
            yield first
            async for part in parts:
                yield part

    return all_of_them()


class _Parts:
    """Parts that are made in one thread and may be closed from another."""

    def __init__(self, parts: Generator[bytes, None, None]) -> None:
        self._parts = parts
        self._lock = threading.Lock()
        self._too_slow = False

    def next(self) -> bytes | None:
        with self._lock:
            if self._too_slow:
                raise ExportTooSlow("the export was not read in time")
            return next(self._parts, None)

    def close(self, too_slow: bool = False) -> None:
        with self._lock:
            self._too_slow = too_slow
            self._parts.close()


def ledger_parts(
    credit_account: str, format_: ExportFormat, *, since: int | None, until: int | None
) -> Callable[[View], Iterator[bytes]]:
    """What makes the parts of an account's ledger, the oldest entry first."""
    return lambda view: export(Entry, stream_ledger(view, credit_account, since=since, until=until), format_)


def _parts(database: Path, parts_of: Callable[[View], Iterator[bytes]]) -> Generator[bytes, None, None]:
    # Each part is made in some thread, one after the other.
    connection = sqlite3.connect(
        f"{database.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        with snapshot(connection) as view:
            yield from parts_of(view)
    finally:
        connection.close()


@dataclass(frozen=True, kw_only=True)
class UsageLine(UsageSums):
    """A row of a usage report, flat."""

    units: str
    """A JSON object: amounts by kind."""


async def usage_parts(report: Usage, format_: ExportFormat) -> AsyncGenerator[bytes, None]:
    """The file's parts, each made in a thread."""
    parts = export(UsageLine, _usage_lines(report), format_)
    while (part := await asyncio.to_thread(next, parts, None)) is not None:
        yield part


def _usage_lines(report: Usage) -> Iterator[UsageLine]:
    for row in report.rows:
        sums = {one.name: getattr(row, one.name) for one in fields(UsageSums)}
        yield UsageLine(**sums, units=json.dumps({each.kind: each.amount for each in row.units}))
