"""pandas, polars and DuckDB, unchanged, read an export: whole numbers stay whole, also where some are missing."""

from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from escrow_harness.other_clients import run_python
from job_escrow_indexer.export import export

READERS = Path(__file__).parent / "export-readers/readers.py"


@dataclass(frozen=True)
class _Row:
    job_id: int | None
    credits: int
    credits_after: int | None
    final: bool | None
    tier: str | None


ROWS = [
    # Beyond what a float can tell apart.
    _Row(job_id=2**53 + 1, credits=-(2**53) - 1, credits_after=2**62 + 1, final=True, tier="max"),
    _Row(job_id=None, credits=0, credits_after=None, final=None, tier=None),
    _Row(job_id=2**64 - 1, credits=1, credits_after=-1, final=False, tier="lite"),
]


def test_whole_numbers_stay_whole_where_some_are_missing(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="the extra `parquet` is not installed")
    file = tmp_path / "export.parquet"
    file.write_bytes(b"".join(export(_Row, ROWS, "parquet")))
    seen = run_python("interop-data", READERS, {"file": str(file)})
    rows = [asdict(row) for row in ROWS]
    assert {name: reader["rows"] for name, reader in seen.items()} == dict.fromkeys(seen, rows)
    assert {name: reader["types"] for name, reader in seen.items()} == {
        "pandas": {
            "job_id": "UInt64",
            "credits": "Int64",
            "credits_after": "Int64",
            "final": "boolean",
            "tier": "string",
        },
        "polars": {
            "job_id": "UInt64",
            "credits": "Int64",
            "credits_after": "Int64",
            "final": "Boolean",
            "tier": "String",
        },
        "duckdb": {
            "job_id": "UBIGINT",
            "credits": "BIGINT",
            "credits_after": "BIGINT",
            "final": "BOOLEAN",
            "tier": "VARCHAR",
        },
    }
