"""One SQLite file with what sessions of a platform must not forget: durable when a call returns, and one process's own.

It commits through a write-ahead log with `synchronous = FULL`, so that what was committed survives a power cut, and is
locked for as long as it is open, which ends with the process, however that ends.
"""

import json
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Concatenate, Literal, ParamSpec, Self, TypeVar

from solders.pubkey import Pubkey

from job_escrow.errors import OtherStore, StoreError, StoreInUse
from job_escrow.output_files import flush_folder, output_file
from job_escrow.receipts.receipt import SessionReceipt
from job_escrow.session_context import rows, schema

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

_IDENTITY_BYTES = 32
_PRIVATE = 0o600


@dataclass(frozen=True, kw_only=True)
class StoredSession:
    """A session of a store. Amounts are credits, times unix seconds by the chain's clock.

    `used` is what its receipts cost so far, `reserved` the most that running requests can add to it, `charged` what of
    it is settled on chain, for `settled_receipts` of its `receipts`. `ended_at` is None while it is open.
    """

    credit_account: Pubkey
    session_id: int
    address: Pubkey
    status: Literal["open", "ended"]
    credits: int
    used: int
    reserved: int
    running: int
    receipts: int
    settled_receipts: int
    charged: int
    opened_at: int
    deadline: int
    ended_at: int | None


class SessionStore:
    """The store of a provider's sessions, for all accounts of one platform; open it once, and share it.

    The file is made where there is none, and readable for nobody else. With its first use it belongs to one chain,
    program and platform for good. Neither copy it while it is open, nor go on with a copy: what was settled since is
    not in it. Raises StoreInUse while another process, or this one, has it open, OtherStore for a file of something
    else or of a later release, StoreError where it cannot be read or written, and OSError.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._held: set[Pubkey] = set()
        _make(self.path)
        self._connection: sqlite3.Connection | None = _connected(self.path)
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="session-store")
        try:
            self.transact(_prepare, self.path)
            _make_private(self.path)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        self._writer.shutdown()
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def sessions(self, credit_account: Pubkey | None = None) -> list[StoredSession]:
        """The sessions of an account, or of all, that were opened through this store, the oldest first."""
        found = self.transact(rows.kept_rows, None if credit_account is None else str(credit_account))
        return [_stored(row) for row in found]

    def receipts(self, session: Pubkey) -> list[SessionReceipt]:
        """The receipts of a session by its address, in their order; of an ended one those that were charged.

        `job_escrow.receipts.verify` proves them once the session has settled them. Empty for one that is not here.
        """
        return [SessionReceipt.from_bytes(data) for data in self.transact(_receipts, str(session))]

    def receipt(self, credit_account: Pubkey, request_id: str) -> SessionReceipt | None:
        """The receipt of an account's request; None where it was not settled, or not before its session ended."""
        data = self.transact(_receipt, str(credit_account), request_id)
        return None if data is None else SessionReceipt.from_bytes(data)

    def export_receipts(self, session: Pubkey, path: Path | str) -> int:
        """Write a session's receipts, one JSON object in each line, as `job-escrow session verify` reads them.

        Gives how many. Raises OSError.
        """
        found = self.receipts(session)
        with output_file(Path(path)) as file:
            for receipt in found:
                file.write(json.dumps(receipt.to_json(), ensure_ascii=False).encode() + b"\n")
        return len(found)

    def transact(
        self,
        work: Callable[Concatenate[sqlite3.Connection, Given], Answer],
        /,
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Answer:
        """Do something in one transaction, which is durable when this returns; what `work` raises undoes it.

        For the parts of `job_escrow.session_context`. Raises StoreError.
        """
        with self._lock:
            if self._connection is None:
                raise StoreError(f"the session store {self.path} is closed: open it for as long as sessions run")
            if os.getpid() != self._pid:
                raise StoreInUse(f"{self.path} was opened before this process was forked: open it in one of them alone")
            try:
                return _committed(self._connection, work, *given, **named)
            except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
                # The code's own mistake, which no disk explains.
                raise
            except sqlite3.Error as error:
                raise StoreError(
                    f"the session store {self.path} failed ({error}): what was asked for did not happen. Look at the "
                    "disk, then go on"
                ) from error

    @property
    def writer(self) -> ThreadPoolExecutor:
        """The one thread that asynchronous programs let write."""
        return self._writer

    def bind(self, genesis: str, program_id: Pubkey, platform: Pubkey) -> None:
        """Belong to a chain, a program and a platform. Raises OtherStore where it belongs to others."""
        self.transact(_bind, self.path, genesis, str(program_id), str(platform))

    def reference_of(self, session: Pubkey) -> Pubkey:
        """What this store's opening of a session carries on chain, so that it is told from anybody else's."""
        return Pubkey(sha256(self.transact(_identity) + bytes(session)).digest())

    def hold(self, credit_account: Pubkey) -> None:
        """Take an account for one block. Raises StoreInUse where another one has it."""
        with self._lock:
            if credit_account in self._held:
                raise StoreInUse(
                    f"sessions of {credit_account} run in another block of this process: request within that one"
                )
            self._held.add(credit_account)

    def let_go(self, credit_account: Pubkey) -> None:
        """Give it back."""
        with self._lock:
            self._held.discard(credit_account)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _make(path: Path) -> None:
    """Make the file where there is none, and make sure that its name is there after a power cut."""
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder: name a file in it")
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, _PRIVATE))
        flush_folder(path.parent)


def _make_private(path: Path) -> None:
    # By name: whoever closes a file of its own loses the locks that SQLite has on it in this process.
    for each in (path, path.with_name(f"{path.name}-wal")):
        with suppress(FileNotFoundError):
            each.chmod(_PRIVATE)


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        # From the first look on, nobody else gets in; and a log of an exclusive file is in no shared memory.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        connection.close()
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
            raise OtherStore(f"{path} is no session store: name another file") from error
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            raise StoreInUse(
                f"the session store {path} is open already, in another process or in this one: run one process for "
                "each file, or give this one a file of its own"
            ) from error
        raise StoreError(f"the session store {path} cannot be opened ({error}): look at the disk") from error
    return connection


def _committed(
    connection: sqlite3.Connection,
    work: Callable[Concatenate[sqlite3.Connection, Given], Answer],
    *given: Given.args,
    **named: Given.kwargs,
) -> Answer:
    connection.execute("BEGIN IMMEDIATE")
    try:
        answer = work(connection, *given, **named)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return answer


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != schema.APPLICATION and tables:
        raise OtherStore(f"{path} is no session store: name another file")
    if version > schema.VERSION:
        raise OtherStore(f"{path} was written by a later release of job-escrow: install that one")
    if 0 < version < schema.VERSION:
        raise OtherStore(
            f"{path} was written by an unreleased job-escrow of before: end its sessions there, then name another file"
        )
    if version == 0:
        for statement in schema.TABLES.split(";"):
            connection.execute(statement)
        connection.execute("INSERT INTO store (only, identity) VALUES (1, ?)", (secrets.token_bytes(_IDENTITY_BYTES),))
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION}")
        connection.execute(f"PRAGMA user_version = {schema.VERSION}")


def _bind(connection: sqlite3.Connection, path: Path, *belongs: str) -> None:
    found = connection.execute("SELECT genesis, program_id, platform FROM store").fetchone()
    if found == (None, None, None):
        connection.execute("UPDATE store SET genesis = ?, program_id = ?, platform = ?", belongs)
    elif found != belongs:
        names = ("chain", "program", "platform")
        differences = [
            f"{name} {there}, not {mine}"
            for name, there, mine in zip(names, found, belongs, strict=True)
            if there != mine
        ]
        raise OtherStore(f"{path} is of {'; of '.join(differences)}: give each platform a file of its own")


def _identity(connection: sqlite3.Connection) -> bytes:
    (found,) = connection.execute("SELECT identity FROM store").fetchone()
    return bytes(found)


def _receipts(connection: sqlite3.Connection, address: str) -> list[bytes]:
    sql = """SELECT r.receipt FROM requests r JOIN sessions s ON s.number = r.session
             WHERE s.address = ? AND r.status = 'settled' ORDER BY r.receipt_number"""
    return [data for (data,) in connection.execute(sql, (address,))]


def _receipt(connection: sqlite3.Connection, account: str, request_id: str) -> bytes | None:
    sql = "SELECT receipt FROM requests WHERE credit_account = ? AND id = ? AND status = 'settled'"
    found = connection.execute(sql, (account, request_id)).fetchone()
    return None if found is None else found[0]


def _stored(row: rows.SessionRow) -> StoredSession:
    return StoredSession(
        credit_account=row.account,
        session_id=row.session_id,
        address=row.key,
        status="ended" if row.status == "ended" else "open",
        credits=row.credits,
        used=row.total,
        reserved=row.reserved,
        running=row.running,
        receipts=row.count,
        settled_receipts=row.settled_count,
        charged=row.settled,
        opened_at=row.opened_at or 0,
        deadline=row.ends_at,
        ended_at=row.ended_at,
    )
