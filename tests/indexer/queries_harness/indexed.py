"""A random history in a database."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from queries_harness.history import History


@dataclass(frozen=True)
class Indexed:
    """The history, and the database that the indexer's store made of it."""

    history: History
    path: Path
    connection: sqlite3.Connection

    @property
    def now(self) -> int:
        """Unix time at its end."""
        return self.history.moments[-1].time

    @property
    def accounts(self) -> list[str]:
        """Addresses of all credit accounts, closed ones too."""
        return [row[0] for row in self.connection.execute("SELECT address FROM credit_accounts ORDER BY address")]

    @property
    def platforms(self) -> list[str]:
        """Addresses of all platforms."""
        return [row[0] for row in self.connection.execute("SELECT address FROM platforms ORDER BY address")]
