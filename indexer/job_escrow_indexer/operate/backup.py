"""A copy of the database while the indexer writes it, by SQLite's own online backup."""

import sqlite3
from pathlib import Path

from job_escrow_indexer.queries.view import connect
from job_escrow_indexer.store.database import make_private


def back_up(database: Path, target: Path, *, replace: bool = False) -> int:
    """Copy the database as it is at one moment; gives the copy's size in bytes.

    The copy is there as a whole or not at all. Raises NotIndexed where there is no database, FileExistsError for a
    target that is there and may not be replaced, sqlite3.Error and OSError where it cannot be written.
    """
    source = connect(database)
    try:
        if target.exists() and not replace:
            raise FileExistsError(f"{target} is there already: choose another name, or replace it with --force")
        unfinished = target.with_name(f".{target.name}.unfinished")
        unfinished.unlink(missing_ok=True)
        make_private(unfinished)
        copy = sqlite3.connect(unfinished)
        try:
            # In one step, which is one read transaction: in several, every write of the indexer would start it anew.
            source.backup(copy, pages=-1)
            (verdict,) = copy.execute("PRAGMA quick_check").fetchone()
        finally:
            copy.close()
        if verdict != "ok":
            unfinished.unlink()
            raise sqlite3.DatabaseError(f"the copy of {database} is damaged ({verdict}): run the backup again")
        unfinished.replace(target)
    finally:
        source.close()
    return target.stat().st_size
