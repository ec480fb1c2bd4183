"""Begins the mirror anew within its file: what was read of the chain goes, and what only this file knows stays.

One transaction, so that a crash leaves either the old mirror or an empty one. Of the mirror, the binding stays: the
other tables in the file are of that chain too.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from job_escrow.errors import EscrowError
from sqlite_utils import Database

from job_escrow_indexer.store.database import DatabaseFile
from job_escrow_indexer.store.migrations import MIGRATIONS
from job_escrow_indexer.store.writing import writing

_STAYS = "binding"
Keep = Callable[[sqlite3.Connection], object]


class BeyondTheMirror(EscrowError):
    """The file is damaged where no chain has what was there; the message says what to do."""


def reset(path: Path, *, keep: Keep | None = None) -> None:
    """Empty the mirror; the next run of the indexer reads the chain from the beginning.

    `keep` is done first, in the same transaction: for what would go with the events. Raises DatabaseInUse,
    DatabaseTooNew, BeyondTheMirror and sqlite3.Error; whatever is raised, nothing was changed.
    """
    try:
        with DatabaseFile(path) as file, writing(file.db):
            if keep is not None:
                keep(file.db.conn)
            _begin_anew(file.db)
            _require_whole(file.db, path)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        raise BeyondTheMirror(_damaged(path, str(error))) from error


def _begin_anew(db: Database) -> None:
    bound = db.execute(f"SELECT * FROM {_STAYS}").fetchall()
    ours = _objects_of_this_release()
    marks = ", ".join("?" * len(ours))
    # Whoever else has tables in the file watches ours by triggers, which go with a table.
    triggers = db.execute(
        f"SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ({marks})", list(ours)
    ).fetchall()
    for name, kind in ours.items():
        db.execute(f"DROP {kind} IF EXISTS {name}")
    db.execute("DELETE FROM _sqlite_migrations WHERE migration_set = ?", [MIGRATIONS.name])
    MIGRATIONS.apply(db)
    db.conn.executemany(f"INSERT INTO {_STAYS} VALUES (?, ?, ?)", bound)
    for (sql,) in triggers:
        db.execute(sql)


def _objects_of_this_release() -> dict[str, str]:
    """The names of the mirror's views and tables, views first, and what each is."""
    with Database(memory=True) as empty:
        MIGRATIONS.apply(empty)
        found: list[tuple[str, str]] = empty.execute(
            """SELECT name, upper(type) FROM sqlite_master
               WHERE type IN ('table', 'view') AND name NOT LIKE '\\_sqlite%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'
               ORDER BY type DESC, name"""
        ).fetchall()
    return dict(found)


def _require_whole(db: Database, path: Path) -> None:
    """Raises BeyondTheMirror where what is left is damaged: also where the mirror's pages were others' as well."""
    (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise BeyondTheMirror(_damaged(path, verdict))


def _damaged(path: Path, what: str) -> str:
    return (
        f"{path} is damaged, and not in the mirror alone ({what}): nothing was changed. Restore a copy that "
        "job-escrow index backup made; without one, move the file away and run job-escrow index, which makes a new one "
        "from the chain, without API keys and webhooks"
    )
