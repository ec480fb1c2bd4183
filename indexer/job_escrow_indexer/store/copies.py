"""A copy of a database that the account API writes too: who restores it has an older one, and it must know that."""

import sqlite3
import time
from pathlib import Path


def hold(connection: sqlite3.Connection, reason: str) -> None:
    """Switch off every key until the operator has confirmed, and end every browser's session.

    Belongs inside of a transaction.
    """
    held = connection.execute(
        "UPDATE api_keys SET held_at = unixepoch() WHERE revoked_at IS NULL AND held_at IS NULL"
    ).rowcount
    # Without a key there is nothing to confirm: nobody can ask for anything yet.
    if held:
        connection.execute("UPDATE api_books SET restored = ? WHERE restored IS NULL", (reason,))
    # Which of them had been left since, nobody knows; a wallet signs in again. A copy may be older than the table.
    if _has(connection, "api_web_sessions"):
        connection.execute("UPDATE api_web_sessions SET ended_at = unixepoch() WHERE ended_at IS NULL")


def mark_copy(connection: sqlite3.Connection) -> None:
    """Let a copy know that it is one, where the API has tables in it."""
    if _has(connection, "api_books"):
        at = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
        hold(connection, f"The database is a copy that was made at {at}")
        connection.commit()


def _has(connection: sqlite3.Connection, table: str) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None


def webhook_key_file(database: Path) -> Path:
    """Where the key is that the account API seals secrets of webhooks with: a copy of the database is without it."""
    real = database.resolve()
    return real.with_name(f"{real.name}.webhook-key")
