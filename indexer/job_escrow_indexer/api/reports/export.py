"""A ledger as a file, streamed: one snapshot, a part at a time, never all of it in memory."""

import asyncio
import csv
import dataclasses
import io
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from itertools import islice
from pathlib import Path

from job_escrow_indexer.queries import Entry, snapshot, stream_ledger

_PART = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = tuple(field.name for field in dataclasses.fields(Entry))

Writer = Callable[[Sequence[Entry], bool], bytes]


async def exported(
    database: Path, credit_account: str, writer: Writer, *, since: int | None, until: int | None
) -> AsyncIterator[bytes]:
    """The file's parts, each made in a thread."""
    parts = _parts(database, credit_account, writer, since, until)
    try:
        while (part := await asyncio.to_thread(next, parts, None)) is not None:
            yield part
    finally:
        await asyncio.to_thread(parts.close)


def _parts(
    database: Path, credit_account: str, writer: Writer, since: int | None, until: int | None
) -> Generator[bytes, None, None]:
    # Each part is made in some thread, one after the other.
    connection = sqlite3.connect(
        f"{database.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        with snapshot(connection) as view:
            entries: Iterator[Entry] = stream_ledger(view, credit_account, since=since, until=until)
            first = True
            while (part := list(islice(entries, _PART))) or first:
                yield writer(part, first)
                first = False
    finally:
        connection.close()


def csv_part(entries: Sequence[Entry], first: bool) -> bytes:
    """Comma-separated values with a head; what a spreadsheet would run as a formula begins with an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if first:
        writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow([_cell(getattr(entry, name)) for name in COLUMNS])
    return text.getvalue().encode()


def ndjson_part(entries: Sequence[Entry], first: bool) -> bytes:
    """One JSON object a line."""
    return "".join(json.dumps(dataclasses.asdict(entry)) + "\n" for entry in entries).encode()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
