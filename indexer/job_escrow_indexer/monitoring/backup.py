"""A copy of the database while the indexer writes it, by SQLite's own online backup."""

import sqlite3
from pathlib import Path

from job_escrow.output_files import output_path

from job_escrow_indexer.queries.view import connect
from job_escrow_indexer.store.binding import require_program
from job_escrow_indexer.store.copies import mark_copy


def back_up(database: Path, target: Path, *, replace: bool = False) -> int:
    """Copy the database as it is at one moment; gives the copy's size in bytes.

    The copy is there as a whole or not at all, and only its owner may read it: what customers did is in it. A link is
    followed, a pipe or device written into. Raises NotIndexed where there is no database, WrongCluster for one of
    another program, FileExistsError for a target that is there and may not be replaced, sqlite3.Error and OSError where
    it cannot be written.
    """
    source = connect(database)
    try:
        require_program(source)
        with output_path(target, private=True, replace=replace) as unfinished:
            copy = sqlite3.connect(unfinished)
            try:
                # In one step, which is one read transaction: in several, every write of the indexer would start anew.
                source.backup(copy, pages=-1)
                mark_copy(copy)
                # A database in WAL can be read only where files may be made beside it; a copy is one file.
                copy.execute("PRAGMA journal_mode = DELETE")
                (verdict,) = copy.execute("PRAGMA quick_check").fetchone()
            finally:
                copy.close()
            if verdict != "ok":
                raise sqlite3.DatabaseError(f"the copy of {database} is damaged ({verdict}): run the backup again")
            return unfinished.stat().st_size
    except FileExistsError as error:
        raise FileExistsError(f"{error}: choose another name, or replace it with --force") from error
    finally:
        source.close()
