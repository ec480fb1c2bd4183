"""Who has a database to himself for a duty, by a lock that ends with the process however that ends.

The lock is on a file beside the database that nothing else opens, under the database's own name: whoever comes through
a link meets the same one. SQLite's own locks are on the database, where closing another descriptor would drop them.
"""

import fcntl
import json
import os
import socket
import time
from datetime import UTC, datetime
from pathlib import Path

_MOST_BYTES = 4_096


class DatabaseInUse(Exception):
    """Another process has the file for the same duty; the message names it."""


class Holding:
    """A lock on a duty, `index` or `serve`, until it is closed."""

    def __init__(self, database: Path, duty: str, suffix: str, *, address: str | None = None) -> None:
        """Take it. Raises DatabaseInUse, and OSError where no file can be beside the database."""
        path = own_name(database)
        self._file = os.open(path.with_name(f"{path.name}{suffix}"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._say(address)
        except BlockingIOError:
            holder = _holder(self._file)
            os.close(self._file)
            raise DatabaseInUse(
                f"another `job-escrow {duty}` has {database}{holder}: stop it, or choose another file with --database"
            ) from None
        except BaseException:
            os.close(self._file)
            raise

    def _say(self, address: str | None) -> None:
        """For whoever comes second. What a process that is gone has left behind is written over."""
        said = {"pid": os.getpid(), "host": socket.gethostname(), "since": int(time.time()), "address": address}
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, json.dumps(said).encode(), 0)

    def close(self) -> None:
        """Let others have it."""
        os.close(self._file)


def own_name(database: Path) -> Path:
    """The database's one name. Raises DatabaseInUse where it has several, under which it would have several logs."""
    path = database.resolve()
    if path.exists() and path.stat().st_nlink > 1:
        raise DatabaseInUse(
            f"{database} is one file under {path.stat().st_nlink} names (hard links), and SQLite would keep a log "
            "beside each: leave it one name, or make a copy with job-escrow index backup"
        )
    return path


def _holder(file: int) -> str:
    """In words: who holds it, as far as it has said so."""
    try:
        said = json.loads(os.pread(file, _MOST_BYTES, 0))
        since = datetime.fromtimestamp(said["since"], UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        address = f" at {said['address']}" if said["address"] else ""
        return f" (process {said['pid']} on {said['host']} since {since}{address})"
    except (ValueError, KeyError, TypeError, OverflowError):
        return ""
