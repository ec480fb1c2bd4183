"""How far the chain was read: one row, written together with what was read."""

import time
from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Which cluster this is a mirror of, and up to where."""

    genesis_hash: str
    program: str
    from_slot: int
    tip_slot: int
    """Everything confirmed up to here is in the tables."""
    finalized_slot: int
    """Nothing up to here can be undone any more."""
    anchor: str | None
    """Signature of the newest final transaction that is stored: where listing meets what is known."""

    def write(self, db: Database) -> None:
        """Put it into the database; belongs inside of a transaction."""
        db.execute(
            "INSERT OR REPLACE INTO progress VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
            [
                self.genesis_hash,
                self.program,
                self.from_slot,
                self.tip_slot,
                self.finalized_slot,
                self.anchor,
                int(time.time()),
            ],
        )

    @classmethod
    def read(cls, db: Database) -> "Progress | None":
        """What the database says; None where nothing was read yet."""
        row = next(iter(db.query("SELECT * FROM progress")), None)
        if row is None:
            return None
        return cls(**{name: row[name] for name in cls.__dataclass_fields__})
