"""Rows as CSV, NDJSON or Parquet, written as they come, so that memory does not grow with them."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import astuple, fields
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ExportFormat = Literal["csv", "ndjson", "parquet"]

_BATCH = 5_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_UNSIGNED = frozenset({"job_id", "session_id", "units", "base_units"})


class ParquetMissing(ValueError):
    """Parquet needs a package that is not installed; the message says how."""


def export(
    kind: "type[DataclassInstance]", rows: "Iterable[DataclassInstance]", format_: ExportFormat
) -> Iterator[bytes]:
    """The rows of one flat dataclass as parts of a file. Raises ParquetMissing before the first part."""
    names = [one.name for one in fields(kind)]
    if format_ == "csv":
        return _csv(names, rows)
    if format_ == "ndjson":
        return _ndjson(names, rows)
    return _parquet(kind, names, rows)


def _csv(names: list[str], rows: "Iterable[DataclassInstance]") -> Iterator[bytes]:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    for some in _batched(rows):
        writer.writerows([_harmless(value) for value in astuple(row)] for row in some)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    if text.tell():
        yield text.getvalue().encode()


def _harmless(value: object) -> object:
    """A text that a spreadsheet would take for a formula, such as the name of a tier, is made a text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _ndjson(names: list[str], rows: "Iterable[DataclassInstance]") -> Iterator[bytes]:
    for some in _batched(rows):
        lines = (json.dumps(dict(zip(names, astuple(row), strict=True)), default=str) for row in some)
        yield ("\n".join(lines) + "\n").encode()


def _parquet(kind: "type[DataclassInstance]", names: list[str], rows: "Iterable[DataclassInstance]") -> Iterator[bytes]:
    try:
        import pyarrow  # type: ignore[import-untyped]
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        raise ParquetMissing("Parquet needs the extra `parquet`: pip install 'job-escrow[parquet]'") from error
    types = {one.name: str(one.type) for one in fields(kind)}
    schema = pyarrow.schema([(name, _arrow(pyarrow, name, types[name])) for name in names])
    schema = schema.with_metadata({"pandas": _for_pandas(schema)})

    def parts() -> Iterator[bytes]:
        buffer = _Parts()
        with parquet.ParquetWriter(buffer, schema) as writer:
            for some in _batched(rows):
                columns = zip(*(astuple(row) for row in some), strict=True)
                arrays = [pyarrow.array(column, type=one.type) for column, one in zip(columns, schema, strict=True)]
                writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
                yield buffer.taken()
        yield buffer.taken()

    return parts()


def _arrow(pyarrow: Any, name: str, annotation: str) -> Any:  # noqa: ANN401  (pyarrow has no types)
    if "int" in annotation:
        return pyarrow.uint64() if name in _UNSIGNED else pyarrow.int64()
    return pyarrow.bool_() if "bool" in annotation else pyarrow.string()


def _for_pandas(schema: Any) -> str:  # noqa: ANN401  (pyarrow has no types)
    """What pandas reads columns as: whole numbers of which some are missing would become floats, and lose digits."""
    own = {"int64": "Int64", "uint64": "UInt64", "bool": "boolean", "string": "string"}
    columns = [
        {
            "name": one.name,
            "field_name": one.name,
            "pandas_type": "unicode" if str(one.type) == "string" else str(one.type),
            "numpy_type": own[str(one.type)],
            "metadata": None,
        }
        for one in schema
    ]
    return json.dumps({"index_columns": [], "column_indexes": [], "columns": columns, "pandas_version": "2.0.0"})


class _Parts(io.RawIOBase):
    """A file that is only written, and gives away what was."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._gone = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:  # noqa: ANN401  (any buffer)
        self._kept += data
        return len(data)

    def tell(self) -> int:
        return self._gone + len(self._kept)

    def taken(self) -> bytes:
        """What was written since the last time."""
        found = bytes(self._kept)
        self._gone += len(found)
        self._kept.clear()
        return found


def _batched(rows: "Iterable[DataclassInstance]") -> "Iterator[list[DataclassInstance]]":
    left = iter(rows)
    while some := list(islice(left, _BATCH)):
        yield some


def write(parts: Iterable[bytes], file: IO[bytes]) -> int:
    """Write the parts of a file; gives the number of bytes."""
    return sum(file.write(part) for part in parts)
