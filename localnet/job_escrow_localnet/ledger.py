"""The ledger: blocks, transactions and accounts in SQLite; a crash at any point loses nothing confirmed.

Everything that a slot did is written in one SQLite transaction, which is on the disk (WAL, synchronous FULL)
before the slot counts as confirmed. Empty blocks wait for the next write; `reserved` says up to which slot the
chain may have gone, so that after a crash it goes on above every slot that anyone has seen.
"""

import fcntl
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from solders.account import Account
from solders.pubkey import Pubkey
from solders.signature import Signature

_VERSION = 1
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY) WITHOUT ROWID, STRICT;
CREATE TABLE blocks (
    slot INTEGER PRIMARY KEY, parent INTEGER NOT NULL, height INTEGER NOT NULL, unix_time INTEGER NOT NULL
) STRICT;
CREATE TABLE transactions (
    slot INTEGER NOT NULL, place INTEGER NOT NULL, signature BLOB NOT NULL UNIQUE, wire BLOB NOT NULL,
    error TEXT, memo TEXT, meta TEXT NOT NULL, PRIMARY KEY (slot, place)
) WITHOUT ROWID, STRICT;
CREATE TABLE mentions (
    address BLOB NOT NULL, slot INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (address, slot, place)
) WITHOUT ROWID, STRICT;
CREATE TABLE accounts (
    address BLOB PRIMARY KEY, lamports BLOB NOT NULL, owner BLOB NOT NULL, executable INTEGER NOT NULL,
    rent_epoch BLOB NOT NULL, data BLOB NOT NULL
) WITHOUT ROWID, STRICT;
"""


class LedgerError(Exception):
    """The ledger's folder cannot be used; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Block:
    """A slot that has a block."""

    slot: int
    parent: int
    """The slot of the block before."""
    height: int
    """How many blocks there are below it."""
    unix_time: int
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Record:
    """A transaction in a block."""

    slot: int
    place: int
    """Its place in the block, from 0."""
    signature: Signature
    wire: bytes
    error: str | None
    """JSON of its error; None: it succeeded."""
    memo: str | None
    meta: str
    """JSON of its `meta` as getTransaction answers it in the encoding `json`."""
    mentions: tuple[Pubkey, ...] = ()
    """All its addresses; empty where it comes from the ledger."""


class Ledger:
    """The tables, and no rules."""

    def __init__(self, folder: Path | None) -> None:
        """Open the ledger of a folder; None: one in memory that ends with the process."""
        self._lock = None if folder is None else _FolderLock(folder)
        path = ":memory:" if folder is None else str(folder / "ledger.sqlite")
        # Autocommit: transactions begin and end where this module says so.
        self._db = sqlite3.connect(path, isolation_level=None)
        try:
            self._prepare(path)
        except BaseException:
            self.close()
            raise

    def _prepare(self, path: str) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA mmap_size = 268435456")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            self._db.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")
        elif version != _VERSION:
            raise LedgerError(
                f"{path} is a ledger of version {version}, this program writes version {_VERSION}: use another folder"
            )

    def close(self) -> None:
        """Close the file and let go of the folder."""
        self._db.close()
        if self._lock is not None:
            self._lock.release()

    # Writing

    def write(
        self,
        *,
        blocks: Iterable[Block] = (),
        records: Iterable[Record] = (),
        accounts: Iterable[tuple[Pubkey, Account | None]] = (),
        meta: dict[str, int | bytes] | None = None,
    ) -> None:
        """Write all of it or nothing, and return when it is on the disk."""
        records = list(records)
        changed = list(accounts)
        run = self._db.executemany
        self._db.execute("BEGIN IMMEDIATE")
        try:
            run(
                "INSERT INTO blocks VALUES (?, ?, ?, ?)",
                [(one.slot, one.parent, one.height, one.unix_time) for one in blocks],
            )
            run(
                "INSERT INTO transactions VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (one.slot, one.place, bytes(one.signature), one.wire, one.error, one.memo, one.meta)
                    for one in records
                ],
            )
            run(
                "INSERT INTO mentions VALUES (?, ?, ?)",
                [(bytes(key), one.slot, one.place) for one in records for key in one.mentions],
            )
            run(
                "DELETE FROM accounts WHERE address = ?", [(bytes(key),) for key, account in changed if account is None]
            )
            run(
                "INSERT OR REPLACE INTO accounts VALUES (?, ?, ?, ?, ?, ?)",
                [_account_row(key, account) for key, account in changed if account is not None],
            )
            run("INSERT OR REPLACE INTO meta VALUES (?, ?)", list((meta or {}).items()))
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def take_back(self, slot: int, accounts: Iterable[tuple[Pubkey, Account | None]]) -> None:
        """Remove every slot after this one, and set the accounts as they were then."""
        changed = list(accounts)
        self._db.execute("BEGIN IMMEDIATE")
        try:
            for table in ("blocks", "transactions", "mentions"):
                self._db.execute(f"DELETE FROM {table} WHERE slot > ?", (slot,))  # noqa: S608 (our own names)
            self._db.executemany("DELETE FROM accounts WHERE address = ?", [(bytes(key),) for key, _ in changed])
            self._db.executemany(
                "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?)",
                [_account_row(key, account) for key, account in changed if account is not None],
            )
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # Reading

    def number(self, name: str) -> int | None:
        """A number of the chain's own, by its name."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else int(row[0])

    def octets(self, name: str) -> bytes | None:
        """Bytes of the chain's own, by their name."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else bytes(row[0])

    def accounts(self) -> Iterator[tuple[Pubkey, Account]]:
        for address, lamports, owner, executable, rent_epoch, data in self._db.execute("SELECT * FROM accounts"):
            yield (
                Pubkey.from_bytes(address),
                Account(
                    int.from_bytes(lamports),
                    data,
                    Pubkey.from_bytes(owner),
                    bool(executable),
                    int.from_bytes(rent_epoch),
                ),
            )

    def last_block(self) -> Block | None:
        """The newest block."""
        row = self._db.execute("SELECT * FROM blocks ORDER BY slot DESC LIMIT 1").fetchone()
        return None if row is None else Block(*row)

    def block(self, slot: int) -> Block | None:
        row = self._db.execute("SELECT * FROM blocks WHERE slot = ?", (slot,)).fetchone()
        return None if row is None else Block(*row)

    def blocks(self, first: int, last: int, limit: int = -1) -> list[Block]:
        """The blocks from one slot to another, both included, the oldest first."""
        rows = self._db.execute(
            "SELECT * FROM blocks WHERE slot BETWEEN ? AND ? ORDER BY slot LIMIT ?", (first, last, limit)
        )
        return [Block(*row) for row in rows]

    def transaction(self, signature: Signature) -> Record | None:
        row = self._db.execute(f"{_SELECT} WHERE signature = ?", (bytes(signature),)).fetchone()
        return None if row is None else _record(row)

    def transactions(self, first: int, last: int) -> list[Record]:
        """The transactions of the blocks from one slot to another, both included, in their order."""
        rows = self._db.execute(f"{_SELECT} WHERE slot BETWEEN ? AND ? ORDER BY slot, place", (first, last))
        return [_record(row) for row in rows]

    def statuses(self, first: int) -> Iterator[tuple[int, Signature, str | None]]:
        """Slot, signature and error of every transaction from a slot on, in their order."""
        rows = self._db.execute(
            "SELECT slot, signature, error FROM transactions WHERE slot >= ? ORDER BY slot, place", (first,)
        )
        for slot, signature, error in rows:
            yield slot, Signature.from_bytes(signature), error

    def mentioning(self, address: Pubkey, before: tuple[int, int], until: tuple[int, int], limit: int) -> list[Record]:
        """Transactions with an address, the newest first, strictly between two places (slot, place in it)."""
        rows = self._db.execute(
            "SELECT t.slot, t.place, t.signature, x'', t.error, t.memo, '' FROM mentions m"
            " JOIN transactions t ON t.slot = m.slot AND t.place = m.place"
            " WHERE m.address = ? AND (m.slot, m.place) < (?, ?) AND (m.slot, m.place) > (?, ?)"
            " ORDER BY m.slot DESC, m.place DESC LIMIT ?",
            (bytes(address), *before, *until, limit),
        )
        return [_record(row) for row in rows]

    def transaction_count(self) -> int:
        """How many transactions there are."""
        return int(self._db.execute("SELECT count(*) FROM transactions").fetchone()[0])


_SELECT = "SELECT slot, place, signature, wire, error, memo, meta FROM transactions"


def _record(row: tuple[int, int, bytes, bytes, str | None, str | None, str]) -> Record:
    slot, place, signature, wire, error, memo, meta = row
    return Record(slot, place, Signature.from_bytes(signature), wire, error, memo, meta)


def _account_row(key: Pubkey, account: Account) -> tuple[bytes, bytes, bytes, bool, bytes, bytes]:
    # SQLite's integers are signed: u64 are kept as 8 bytes.
    return (
        bytes(key),
        account.lamports.to_bytes(8),
        bytes(account.owner),
        account.executable,
        account.rent_epoch.to_bytes(8),
        account.data,
    )


class _FolderLock:
    """One process at a time: the lock goes with the process, so a crash leaves nothing to clean up."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / "lock").open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise LedgerError(f"{folder} is in use by another local chain: stop it, or use another folder") from None

    def release(self) -> None:
        """Let another process have the folder."""
        self._file.close()
