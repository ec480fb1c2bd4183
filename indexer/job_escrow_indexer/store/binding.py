"""Which chain a database is of: its first block and the program, for every table in the file, whoever wrote it."""

import sqlite3
from dataclasses import dataclass

from job_escrow.codec import PROGRAM_ID
from job_escrow.errors import EscrowError


class WrongCluster(EscrowError):
    """The database is of another chain than the node, or of another program; the message says what to do."""


class ClusterChanged(WrongCluster):
    """The node was of the right chain, and behind its URL is another one now: it passes when that is put right."""


@dataclass(frozen=True, kw_only=True)
class Binding:
    """What a database belongs to for ever."""

    genesis_hash: str
    program: str

    def require(self, genesis_hash: str, program: str, *, changed: bool = False) -> None:
        """Raises WrongCluster where a node and a program are others; `changed`: they were these before."""
        if program != self.program:
            raise WrongCluster(
                f"the database is of the program {self.program}, and this is for {program}: "
                "choose another database with --database"
            )
        if genesis_hash != self.genesis_hash:
            kind = ClusterChanged if changed else WrongCluster
            raise kind(
                f"the database is of the chain {self.genesis_hash}, the node of {genesis_hash}: "
                "choose another database with --database, or the node that it was made with with --url"
            )


def bound_to(connection: sqlite3.Connection) -> Binding | None:
    """What the database is bound to; None before the first node has said which chain it is."""
    found = connection.execute("SELECT genesis_hash, program FROM binding WHERE id = 1").fetchone()
    return None if found is None else Binding(genesis_hash=found[0], program=found[1])


def bind(connection: sqlite3.Connection, genesis_hash: str, program: str) -> None:
    """Bind it, once; belongs inside of a transaction. Raises WrongCluster where it is bound to something else."""
    connection.execute("INSERT OR IGNORE INTO binding VALUES (1, ?, ?)", (genesis_hash, program))
    found = bound_to(connection)
    if found is not None:
        found.require(genesis_hash, program)


def require_program(connection: sqlite3.Connection) -> Binding | None:
    """What a database that is only read is bound to. Raises WrongCluster where that is another program."""
    try:
        found = bound_to(connection)
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        # An older release made it, and no writer of this one has opened it: its own row says the same.
        found = _progress(connection)
    if found is not None:
        found.require(found.genesis_hash, str(PROGRAM_ID))
    return found


def _progress(connection: sqlite3.Connection) -> Binding | None:
    try:
        found = connection.execute("SELECT genesis_hash, program FROM progress WHERE id = 1").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        return None
    return None if found is None else Binding(genesis_hash=found[0], program=found[1])
