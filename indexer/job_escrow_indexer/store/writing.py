"""One step of writing: all of it is in the database afterwards, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlite_utils import Database


@contextmanager
def writing(db: Database) -> Iterator[None]:
    """Write in a transaction that has the lock from its first statement on; within another one, as a part of that.

    A transaction that reads before it takes the lock fails at once, however long it may wait for it, where another
    process wrote in between: the account API does, into tables of its own.
    """
    if db.conn.in_transaction:
        with db.atomic():
            yield
        return
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.conn.execute("COMMIT")
    except BaseException:
        # Nothing, where the error has ended the transaction already.
        db.conn.rollback()
        raise
