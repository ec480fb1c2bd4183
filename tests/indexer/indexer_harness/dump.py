"""All that a database says of the chain, as text: equal databases give equal dumps, byte for byte."""

from sqlite_utils import Database

MIRROR = (
    "transactions",
    "instructions",
    "events",
    "quarantine",
    "platforms",
    "payees",
    "credit_accounts",
    "jobs",
    "vaults",
)
"""The tables that say what the chain is and was; the others say how the indexer got there."""


def canonical_dump(db: Database, tables: tuple[str, ...] = MIRROR) -> str:
    """Every row of every table, in the order of its primary key."""
    lines = []
    for table in tables:
        keys = ", ".join(db.table(table).pks)
        lines += [f"{table} {row}" for row in db.query(f"SELECT * FROM {table} ORDER BY {keys}")]
    return "\n".join(lines)
