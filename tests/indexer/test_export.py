"""Exports hold every row once, exactly, and are written as the rows come."""

import csv
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import islice

import pytest
from job_escrow_indexer.export import ExportFormat, ParquetMissing, export
from job_escrow_indexer.queries import Entry, View, stream_ledger
from queries_harness.indexed import Indexed


def _whole(view: View, account: str, format_: ExportFormat) -> tuple[list[Entry], bytes]:
    entries = list(stream_ledger(view, account))
    return entries, b"".join(export(Entry, iter(entries), format_))


def test_csv_and_ndjson_say_what_the_rows_say(indexed: Indexed, view: View) -> None:
    for account in indexed.accounts[:3]:
        entries, text = _whole(view, account, "csv")
        read = list(csv.DictReader(io.StringIO(text.decode(), newline="")))
        assert read == [
            {name: "" if value is None else str(value) for name, value in asdict(entry).items()} for entry in entries
        ]
        entries, lines = _whole(view, account, "ndjson")
        assert [json.loads(line) for line in lines.decode().splitlines()] == [asdict(entry) for entry in entries]


def test_parquet_holds_the_same_numbers(indexed: Indexed, view: View) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="the extra `parquet` is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")

    entries, data = _whole(view, indexed.accounts[0], "parquet")
    read = parquet.read_table(pyarrow.BufferReader(data))
    assert read.to_pylist() == [asdict(entry) for entry in entries]
    assert read.schema.field("job_id").type == pyarrow.uint64()


def test_without_pyarrow_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, view: View) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ParquetMissing, match=r"pip install 'job-escrow\[parquet\]'"):
        export(Entry, iter(()), "parquet")


def test_nothing_is_held_back(indexed: Indexed, view: View) -> None:
    """The first part comes after the first thousands of rows, of rows without end."""
    (entry,) = islice(stream_ledger(view, indexed.accounts[0]), 1)

    def endless() -> Iterator[Entry]:
        number = 0
        while True:
            number += 1
            yield replace(entry, cursor=str(number))

    for format_ in ("csv", "ndjson", "parquet"):
        parts = export(Entry, endless(), format_)
        assert all(len(part) > 0 for part in islice(parts, 3))


@dataclass(frozen=True)
class _Named:
    tier: str
    credits: int


def test_a_tiers_name_is_no_formula_of_a_spreadsheet() -> None:
    rows = [_Named('=HYPERLINK("http://x")', -1), _Named("@sum", 2), _Named("max", 3)]
    text = b"".join(export(_Named, rows, "csv")).decode()
    read = list(csv.reader(io.StringIO(text)))
    assert read[1:] == [['\'=HYPERLINK("http://x")', "-1"], ["'@sum", "2"], ["max", "3"]]


def test_an_empty_export_has_its_columns() -> None:
    assert b"".join(export(_Named, [], "csv")) == b"tier,credits\r\n"
    assert b"".join(export(_Named, [], "ndjson")) == b""
