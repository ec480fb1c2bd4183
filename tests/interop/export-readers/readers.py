"""What readers of an export see: each column's type and values, by pandas, polars and DuckDB as they read it unasked.

    python readers.py STAGE.json

Prints one JSON object (tests/interop/test_readers_of_exports.py says what it must be).
"""

import json
import sys
from pathlib import Path
from typing import Any

import duckdb  # type: ignore[import-not-found]
import pandas  # type: ignore[import-untyped]
import polars  # type: ignore[import-not-found]


def main() -> None:
    file = json.loads(Path(sys.argv[1]).read_text())["file"]
    frame = pandas.read_parquet(file)
    table = polars.read_parquet(file)
    result = duckdb.sql(f"SELECT * FROM '{file}'")
    seen: dict[str, Any] = {
        "pandas": {
            "types": {name: str(kind) for name, kind in frame.dtypes.items()},
            "rows": [
                {name: None if pandas.isna(value) else _plain(value) for name, value in row.items()}
                for row in frame.to_dict("records")
            ],
        },
        "polars": {"types": {name: str(kind) for name, kind in table.schema.items()}, "rows": table.to_dicts()},
        "duckdb": {
            "types": {name: str(kind) for name, kind in zip(result.columns, result.types, strict=True)},
            "rows": [dict(zip(result.columns, row, strict=True)) for row in result.fetchall()],
        },
    }
    print(json.dumps(seen))


def _plain(value: object) -> object:
    """numpy's numbers as Python's, each of its own type: a float stays one, and is seen."""
    return value.item() if hasattr(value, "item") else value


main()
