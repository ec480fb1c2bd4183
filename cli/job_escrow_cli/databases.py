"""What is said where the indexer's file cannot be used: it is no database, is damaged, or may not be read."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from job_escrow.errors import EscrowError

# SQLite's own numbers; the larger ones are these with a detail in the bits above.
_PRIMARY = 0xFF
_ANEW = "begin its mirror anew with job-escrow index reset, which keeps API keys and webhooks, or restore a copy of it"
_OTHER = (
    "name another with --database, restore a copy of it, or where it has no API keys move it away and run "
    "job-escrow index, which makes a new one from the chain"
)


@contextmanager
def usable(path: Path) -> Iterator[None]:
    """Everything that goes wrong with a database, as errors that the command line knows."""
    try:
        yield
    except sqlite3.Error as error:
        raise EscrowError(_sentence(path, error)) from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, UnicodeError) as error:
        # Rows that are none lead to anything; where the file is whole, it is a fault of the program.
        if (damage := _damage(path)) is None:
            raise
        raise EscrowError(f"{path} is damaged ({damage}): {_ANEW}") from error


def _sentence(path: Path, error: sqlite3.Error) -> str:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & _PRIMARY
    if code == sqlite3.SQLITE_NOTADB:
        return f"{path} is not a database of job-escrow index: {_OTHER}"
    if code == sqlite3.SQLITE_CORRUPT or "decode" in str(error):
        return f"{path} is damaged ({error}): {_ANEW}"
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
        return (
            f"{path} cannot be opened ({error}): check who may read it, and who may write it and its folder. "
            "A copy by job-escrow index backup can be read by who may only read"
        )
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return f"{path} cannot be written or read ({error}): make room on the disk, and check it"
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"{path} is in use ({error}): try again, or stop what holds it"
    if code == sqlite3.SQLITE_ERROR:
        return f"{path} is not a database of this release ({error}): name another with --database, or {_ANEW}"
    return f"{path} cannot be used ({error}): check the file, the disk, and --database"


def _damage(path: Path) -> str | None:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except (sqlite3.Error, UnicodeError) as error:
        return str(error)
    return None if verdict == "ok" else str(verdict)
