"""Begins copies of a database anew, each in a process that is killed one step later; prints how many steps there are.

A step is a statement that changes something, within the transaction. The last copy is begun anew to the end.
"""

import os
import shutil
import signal
import sqlite3
import sys
from pathlib import Path

from job_escrow_api.domain.webhooks import outbox
from job_escrow_indexer.store.reset import reset


def main() -> None:
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    # What each of them would load.
    _begin_anew(shutil.copyfile(source, folder / "first.sqlite"), None)
    step = 0
    while True:
        copy = folder / str(step) / "index.sqlite"
        copy.parent.mkdir()
        shutil.copyfile(source, copy)
        child = os.fork()
        if child == 0:
            _begin_anew(copy, step)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            print(step)
            return
        assert os.WTERMSIG(status) == signal.SIGKILL
        step += 1


def _begin_anew(path: Path, kill_at: int | None) -> None:
    connect = sqlite3.connect
    steps: int | None = None

    def count(statement: str) -> None:
        nonlocal steps
        if statement == "BEGIN IMMEDIATE":
            steps = 0
        # What only looks, or marks a place in the transaction, leaves what the step before it left.
        if steps is not None and not statement.startswith(("SELECT", "PRAGMA", "SAVEPOINT", "RELEASE", "--", "select")):
            if steps == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            steps += 1

    def traced(database: object, *args: object, **kwargs: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(database, *args, **kwargs)  # type: ignore[call-overload]
        if database == path:
            connection.set_trace_callback(count)
        return connection

    sqlite3.connect = traced  # type: ignore[assignment]
    try:
        reset(path, keep=outbox.empty)
    finally:
        sqlite3.connect = connect


if __name__ == "__main__":
    main()
