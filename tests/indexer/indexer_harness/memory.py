"""A database in memory."""

import weakref

from job_escrow_indexer.store.migrations import MIGRATIONS
from sqlite_utils import Database


def memory_database() -> Database:
    """An empty one with the schema, which is closed as soon as nobody has it any more."""
    db = Database(memory=True)
    weakref.finalize(db, db.conn.close)
    MIGRATIONS.apply(db)
    return db
