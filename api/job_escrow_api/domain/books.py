"""Whether the database is the newest there was: a restored one has forgotten jobs, and which keys were revoked.

Three things tell. A copy that `job-escrow index backup` made says so itself. A file beside the database counts what
only the database knows. And each job carries on chain a mark of the books that it was locked by, which no others can
make: one that is not in them was locked after they were copied.
"""

import asyncio
import hashlib
import hmac
import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from job_escrow.output_files import output_file
from job_escrow_indexer.store.copies import hold
from solders.pubkey import Pubkey

from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.duties import Duty
from job_escrow_api.domain.problems import Kinds, Refusal

_MARK_BYTES = 8
_ASKED_BYTES = 16
_WHAT_TO_DO = "its operator says what was revoked since then: job-escrow keys confirm --database FILE"


@dataclass(frozen=True)
class Reference:
    """What a job's lock says on chain: the request that asked for it, and the id of the key that pays."""

    asked: str
    key_id: str


class BooksDuty(Duty):
    """No work: for health, what the operator has to do."""

    def __init__(self, database: ApiDatabase) -> None:
        super().__init__("The books")
        self._database = database

    @property
    def trouble(self) -> str | None:
        """Why keys are off and nothing is locked."""
        reason = restored(self._database.reader)
        return None if reason is None else f"{reason}: keys are off and nothing is locked until {_WHAT_TO_DO}."


class Books:
    """The API's tables as a whole."""

    def __init__(self, database: ApiDatabase) -> None:
        self._database = database
        self.duty = BooksDuty(database)
        self._noting = asyncio.Lock()
        (self._secret,) = database.reader.execute("SELECT secret FROM api_books").fetchone()

    async def begin(self) -> None:
        """The look before everything else: hold the keys of a database that is older than what stands beside it."""
        await self._database.write(_compare, self._database.path)

    async def note(self) -> None:
        """After something that only the database knows, before it is answered: count it beside the database too.

        In the database first: a process that ends between the two has not answered yet, and must not find its own
        database too old when it starts again.
        """
        async with self._noting:
            count = await self._database.write(_count, self._database.path)
            await asyncio.to_thread(_tell, self._database.path, self._secret, count)

    def require_confirmed(self) -> None:
        """Raises Refusal while the operator has not said what was revoked."""
        require_confirmed(self._database.reader)

    def asked(self, platform: str, operator: str, idempotency_key: str) -> str:
        """A request as the chain has it: nobody else can tell from it what was asked for."""
        return self._mac(f"asked {platform} {operator} {idempotency_key}")[:_ASKED_BYTES].hex()

    def reference(self, job: str, asked: str, key_id: str) -> Pubkey:
        """What the lock of a job carries on chain."""
        hidden = bytes(a ^ b for a, b in zip(bytes.fromhex(key_id), self._mac(f"key {job}"), strict=False))
        return Pubkey(self._mark(job) + bytes.fromhex(asked) + hidden)

    def reference_of_session(self, session: str) -> Pubkey:
        """What the opening of a session carries on chain: that it is of these books."""
        return Pubkey(self._mark(session) + self._mac(f"session {session}")[_MARK_BYTES:])

    def seal(self, text: str) -> bytes:
        """What nobody without these books can make of a text: 32 bytes."""
        return self._mac(f"seal {text}")

    def read(self, job: str, reference: Pubkey | None) -> Reference | None:
        """What the lock of a job carries, or the opening of a session; None where it was not these books'."""
        found = bytes(reference or Pubkey.default())
        if not hmac.compare_digest(found[:_MARK_BYTES], self._mark(job)):
            return None
        asked, hidden = found[_MARK_BYTES:-_MARK_BYTES], found[-_MARK_BYTES:]
        key_id = bytes(a ^ b for a, b in zip(hidden, self._mac(f"key {job}"), strict=False)).hex()
        return Reference(asked=asked.hex(), key_id=key_id)

    def _mark(self, job: str) -> bytes:
        return self._mac(f"mark {job}")[:_MARK_BYTES]

    def _mac(self, text: str) -> bytes:
        return hmac.digest(self._secret, text.encode(), "sha256")


def restored(connection: sqlite3.Connection) -> str | None:
    """Why the books may have forgotten something; None where they have not, or the operator has confirmed."""
    reason: str | None = connection.execute("SELECT restored FROM api_books").fetchone()[0]
    return reason


def require_confirmed(connection: sqlite3.Connection) -> None:
    """Raises Refusal while the books are restored and not confirmed; also inside of a transaction that writes."""
    reason = restored(connection)
    if reason is not None:
        raise Refusal(Kinds.RESTORED, f"{reason}: nothing is locked until {_WHAT_TO_DO}.")


@dataclass(frozen=True, kw_only=True)
class HeldKey:
    """A key that waits for the operator."""

    id: str
    wallet: str
    name: str
    scopes: str
    created_at: int


def held_keys(connection: sqlite3.Connection) -> list[HeldKey]:
    """The keys that wait, the oldest first."""
    sql = """SELECT id, wallet, name, scopes, created_at FROM api_keys
             WHERE held_at IS NOT NULL AND revoked_at IS NULL ORDER BY created_at, id"""
    names = ("id", "wallet", "name", "scopes", "created_at")
    return [HeldKey(**dict(zip(names, row, strict=True))) for row in connection.execute(sql)]


def revoke_held(connection: sqlite3.Connection, key_id: str) -> bool:
    """Revoke a key that waits; False where there is none of this id."""
    sql = "UPDATE api_keys SET revoked_at = unixepoch() WHERE id = ? AND held_at IS NOT NULL AND revoked_at IS NULL"
    return connection.execute(sql, (key_id,)).rowcount == 1


def confirm(connection: sqlite3.Connection, path: Path) -> None:
    """The operator has said all: what still waits is on again, and what was locked before now is no news."""
    connection.execute("UPDATE api_keys SET held_at = NULL")
    # Which of them had been left since the copy, nobody knows; a wallet signs in again.
    connection.execute("UPDATE api_web_sessions SET ended_at = unixepoch() WHERE ended_at IS NULL")
    connection.execute("UPDATE api_books SET restored = NULL, confirmed_at = unixepoch()")
    _note(connection, path)


def _compare(connection: sqlite3.Connection, path: Path) -> None:
    secret, changes = connection.execute("SELECT secret, changes FROM api_books").fetchone()
    if not changes:
        # Its first start: from now on, a file without its count is one that came from elsewhere.
        return _note(connection, path)
    beside = _read(path).get(_name(secret), -1)
    if 0 <= beside < changes:
        # It ended before it could say so.
        _tell(path, secret, changes)
    elif beside > changes:
        hold(connection, "The database is older than it was when it was served last")
    elif beside < 0:
        hold(connection, f"The database was moved here without {_witness(path).name}, which tells how new it is")
    return None


def _note(connection: sqlite3.Connection, path: Path) -> None:
    """The count goes beside the database before the transaction ends: without it, the database would count as moved."""
    (secret,) = connection.execute("SELECT secret FROM api_books").fetchone()
    _tell(path, secret, _count(connection, path))


def _count(connection: sqlite3.Connection, path: Path) -> int:
    """One change more than the database, and what stands beside it, know of."""
    secret, changes = connection.execute("SELECT secret, changes FROM api_books").fetchone()
    count: int = max(changes, _read(path).get(_name(secret), 0)) + 1
    connection.execute("UPDATE api_books SET changes = ?", (count,))
    return count


def _tell(path: Path, secret: bytes, count: int) -> None:
    _write(path, {_name(secret): count})


def _witness(path: Path) -> Path:
    real = path.resolve()
    return real.with_name(f"{real.name}.changes")


def _name(secret: bytes) -> str:
    return hashlib.sha256(b"name " + secret).hexdigest()[:16]


def _read(path: Path) -> dict[str, int]:
    try:
        found = json.loads(_witness(path).read_text())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) and all(isinstance(each, int) for each in found.values()) else {}


def _write(path: Path, said: dict[str, int]) -> None:
    with output_file(_witness(path), private=True) as file:
        file.write(json.dumps(said).encode())
