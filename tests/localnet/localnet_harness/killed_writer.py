"""Processes that kill themselves before the n-th statement of their ledger, for every n: what is confirmed until
then, they write down.

    python -m localnet_harness.killed_writer FOLDER COUNT
"""

import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

import job_escrow_localnet.server  # registers the methods
from job_escrow_localnet import LocalnetConfig
from job_escrow_localnet.genesis import create_node
from job_escrow_localnet.methods import registry

from localnet_harness import builders as b

assert job_escrow_localnet.server.run is not None
WALLET = b.key("written until the end").pubkey()
LAMPORTS = 1_000_000


class Killer:
    """A database connection with a last statement."""

    def __init__(self, inner: sqlite3.Connection, statements: int) -> None:
        self._inner = inner
        self._left = statements

    def _count(self) -> None:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1

    def execute(self, *arguments: Any) -> Any:
        self._count()
        return self._inner.execute(*arguments)

    def executemany(self, *arguments: Any) -> Any:
        self._count()
        return self._inner.executemany(*arguments)


def write_until_killed(folder: Path, statements: int) -> None:
    """Airdrop after airdrop, each in a slot of its own, and each noted once it is confirmed."""
    node = create_node(LocalnetConfig(ledger=folder / "ledger"))
    node.chain.ledger._db = Killer(node.chain.ledger._db, statements)  # type: ignore[assignment]
    with (folder / "confirmed").open("w") as notes:
        while True:
            signature = registry.call(node, "requestAirdrop", [str(WALLET), LAMPORTS])
            node.chain.close_slot()
            notes.write(f"{signature}\n")
            notes.flush()


def main(folder: Path, count: int) -> None:
    for statements in range(count):
        own = folder / str(statements)
        own.mkdir()
        child = os.fork()
        if child == 0:
            write_until_killed(own, statements)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), status
        assert os.WTERMSIG(status) == signal.SIGKILL, status


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
