"""The rows of API keys."""

import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from solders.pubkey import Pubkey

from job_escrow_api.domain.books import Books
from job_escrow_api.domain.database import ApiDatabase, insert_row
from job_escrow_api.domain.keys.terms import KeyTerms, Scope
from job_escrow_api.domain.keys.token import Token, new_token
from job_escrow_api.domain.problems import Kinds, Refusal

_MOST_KEYS = 200
# So that an account with so many can still be told which to revoke.
_MOST_FOR_A_WHILE = 210
_A_WHILE_SECONDS = 600
_MOST_CACHED = 4_096


@dataclass(frozen=True, kw_only=True)
class Key:
    """An API key without its secret. Addresses are base58, times unix seconds, budgets credits."""

    id: str
    platform: str
    wallet: str
    namespace: bytes
    credit_account: str
    name: str
    scopes: frozenset[Scope]
    project: str
    member: str
    daily_budget: int | None
    monthly_budget: int | None
    created_at: int
    expires_at: int | None
    revoked_at: int | None
    held_at: int | None = None
    """Off since then, until the operator of a restored server has confirmed it."""

    @property
    def wallet_key(self) -> Pubkey:
        """The wallet's public key."""
        return Pubkey.from_string(self.wallet)

    @property
    def usable(self) -> bool:
        """Whether it was neither revoked nor has expired; a held one may be on again."""
        return self.revoked_at is None and (self.expires_at is None or time.time() < self.expires_at)


class KeyStore:
    """Finds, makes and revokes keys of one platform."""

    def __init__(self, database: ApiDatabase, platform: Pubkey, books: Books | None = None) -> None:
        self._database = database
        self._books = books or Books(database)
        self._platform = str(platform)

    def verify(self, token: Token) -> Key | None:
        """The key of a token, also one that was revoked or has expired; None where the secret is another."""
        row = self._database.one("SELECT * FROM api_keys WHERE id = ? AND platform = ?", (token.id, self._platform))
        # Compared even where there is no row, so that the time does not tell which ids exist.
        matches = token.matches(bytes(32) if row is None else row["secret_sha256"])
        return _key(row) if row is not None and matches else None

    def find(self, key_id: str) -> Key | None:
        row = self._database.one("SELECT * FROM api_keys WHERE id = ? AND platform = ?", (key_id, self._platform))
        return None if row is None else _key(row)

    def page(self, credit_account: str, after: tuple[int, str], limit: int) -> list[Key]:
        """The keys of an account, oldest first: behind one, by the time when it was made and its id."""
        sql = """SELECT * FROM api_keys WHERE credit_account = ? AND (created_at, id) > (?, ?)
                 ORDER BY created_at, id LIMIT ?"""
        return [_key(row) for row in self._database.all(sql, (credit_account, *after, limit))]

    async def create(self, terms: KeyTerms, namespace: bytes, credit_account: Pubkey, nonce: str) -> tuple[Token, Key]:
        """Make a key; the nonce makes only one. Raises Refusal."""
        token = new_token()
        now = int(time.time())
        row = {
            "id": token.id,
            "secret_sha256": token.sha256,
            "platform": self._platform,
            "wallet": terms.wallet,
            "namespace": namespace,
            "credit_account": str(credit_account),
            "name": terms.name,
            "scopes": " ".join(sorted(terms.scopes)),
            "project": terms.project,
            "member": terms.member,
            "daily_budget": terms.daily_budget,
            "monthly_budget": terms.monthly_budget,
            "nonce": nonce,
            "created_at": now,
            "expires_at": None if terms.valid_seconds is None else now + terms.valid_seconds,
        }
        await self._database.write(_insert, row, now)
        found = self.find(token.id)
        assert found is not None  # noqa: S101  (it was committed on the line above)
        return token, found

    async def revoke(self, credit_account: str, key_id: str) -> Key:
        """End a key of this account for ever; a repeat changes nothing. Raises Refusal where it is not of it."""
        await self._database.write(_revoke, credit_account, key_id)
        found = self.find(key_id)
        if found is None or found.credit_account != credit_account:
            raise Refusal(Kinds.NOT_FOUND, f"This account has no key {key_id}.")
        # Of a repeat too: the server may have ended before it was noted that the key was revoked.
        await self._books.note()
        return found


def _insert(connection: sqlite3.Connection, row: Mapping[str, object], now: int) -> None:
    sql = """SELECT count(*) FROM api_keys
             WHERE credit_account = ? AND revoked_at IS NULL AND coalesce(expires_at, ?) >= ?"""
    (usable,) = connection.execute(sql, (row["credit_account"], now, now)).fetchone()
    expires_at = row["expires_at"]
    for_a_while = isinstance(expires_at, int) and expires_at <= now + _A_WHILE_SECONDS
    if usable >= (_MOST_FOR_A_WHILE if for_a_while else _MOST_KEYS):
        raise Refusal(Kinds.CONFLICT, f"This account has {usable} keys, the most that it may have: revoke some.")
    try:
        insert_row(connection, "api_keys", row)
    except sqlite3.IntegrityError as error:
        raise Refusal(Kinds.CONFLICT, "This challenge has made its key already: ask for a new one.") from error


def _revoke(connection: sqlite3.Connection, credit_account: str, key_id: str) -> bool:
    sql = "UPDATE api_keys SET revoked_at = ? WHERE id = ? AND credit_account = ? AND revoked_at IS NULL"
    return connection.execute(sql, (int(time.time()), key_id, credit_account)).rowcount == 1


# By the whole row, which is read for every request: what was revoked is another row.
@lru_cache(maxsize=_MOST_CACHED)
def _key(row: sqlite3.Row) -> Key:
    return Key(
        id=row["id"],
        platform=row["platform"],
        wallet=row["wallet"],
        namespace=row["namespace"],
        credit_account=row["credit_account"],
        name=row["name"],
        scopes=frozenset(Scope(scope) for scope in row["scopes"].split()),
        project=row["project"],
        member=row["member"],
        daily_budget=row["daily_budget"],
        monthly_budget=row["monthly_budget"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        held_at=row["held_at"],
    )
