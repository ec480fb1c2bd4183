"""The statements that write: each row's columns in the order in which the decoder gives them."""

from job_escrow_indexer.decode.columns import COLUMNS


def insert(table: str, columns: tuple[str, ...]) -> str:
    """A statement for executemany; a row that is there already stays, since history does not change."""
    marks = ", ".join("?" * len(columns))
    return f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})"


def upsert(table: str, key: tuple[str, ...], columns: tuple[str, ...]) -> str:
    """A statement for executemany; a row is replaced by a position that is not lower, and by no other."""
    marks = ", ".join("?" * len(columns))
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes} WHERE excluded.position >= {table}.position"
    )


INSERT_TRANSACTION = insert(
    "transactions", ("position", "signature", "block_time", "fee_payer", "fee", "compute_units", "error")
)
INSERT_INSTRUCTION = insert(
    "instructions", ("position", "name", "authority", "caller", "failed", "credit_account", "data")
)
INSERT_EVENT = insert("events", ("position", "name", "authority", "data", "vault_base_units", *COLUMNS))
ATTRIBUTE_EVENTS = """
    UPDATE events SET authority = i.authority
    FROM instructions i
    WHERE i.position = ? AND events.position > i.position AND events.position <= (i.position | 255)
      AND NOT EXISTS (
          SELECT 1 FROM instructions n WHERE n.position > i.position AND n.position < events.position
      )
"""
"""Events of an instruction are of who signed it: those behind it, up to the program's next one in the same call."""
INSERT_QUARANTINE = insert(
    "quarantine",
    ("position", "kind", "reason", "signature", "authority", "caller", "failed", "accounts", "data"),
)
