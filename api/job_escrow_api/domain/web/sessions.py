"""Browsers that a wallet has signed in with. The cookie's secret is stored as a hash, as that of an API key is."""

import hashlib
import hmac
import sqlite3
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from job_escrow_indexer.store.binding import bound_to
from solders.pubkey import Pubkey

from job_escrow_api.domain.books import Books
from job_escrow_api.domain.database import ApiDatabase, insert_row
from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.keys.terms import Scope
from job_escrow_api.domain.keys.token import Token, new_token, parse_token
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.web.terms import SignInTerms

_MOST_OF_A_WALLET = 50
_KEPT_SECONDS = 3_600
"""For so long one that is over is kept: a challenge that it was made of lasts less, and must not make another."""
_RIGHTS = frozenset({Scope.READ, Scope.MANAGE})
"""The wallet's own: nothing is charged by a session, and nothing moves without the wallet's signature."""


@dataclass(frozen=True, kw_only=True)
class WebSession:
    """A browser's session without its secret. Addresses are base58, times unix seconds."""

    id: str
    platform: str
    wallet: str
    namespace: bytes
    credit_account: str
    created_at: int
    expires_at: int
    csrf_token: str

    def as_key(self) -> Key:
        """What handlers are told of who asks: the wallet, without an API key."""
        return Key(
            # All of a wallet's browsers are one to what counts requests.
            id=f"web-{self.wallet}",
            platform=self.platform,
            wallet=self.wallet,
            namespace=self.namespace,
            credit_account=self.credit_account,
            name="",
            scopes=_RIGHTS,
            project="",
            member="",
            daily_budget=None,
            monthly_budget=None,
            created_at=self.created_at,
            expires_at=self.expires_at,
            revoked_at=None,
        )


class WebSessions:
    """Makes, finds and ends sessions of one platform, which last so many seconds."""

    def __init__(self, database: ApiDatabase, books: Books, platform: Pubkey, seconds: int) -> None:
        self._database = database
        self._books = books
        self._platform = str(platform)
        self._seconds = seconds

    async def create(
        self, terms: SignInTerms, namespace: bytes, credit_account: Pubkey, nonce: str
    ) -> tuple[Token, WebSession]:
        """Begin one; the nonce begins only one. Raises Refusal."""
        binding = bound_to(self._database.reader)
        if binding is None:
            detail = "The server has not heard yet from its node which chain it serves."
            raise Refusal(Kinds.UNAVAILABLE, detail, headers={"Retry-After": "5"})
        token, now = new_token(), int(time.time())
        row: dict[str, object] = {
            "id": token.id,
            "secret_sha256": token.sha256,
            "genesis_hash": binding.genesis_hash,
            "program": binding.program,
            "platform": self._platform,
            "wallet": terms.wallet,
            "namespace": namespace,
            "credit_account": str(credit_account),
            "nonce": nonce,
            "created_at": now,
            "expires_at": now + self._seconds,
        }
        await self._database.write(_insert, row, now)
        found = self.verify(str(token))
        assert found is not None  # noqa: S101  (it was committed on the line above)
        return token, found

    def verify(self, cookie: str) -> WebSession | None:
        """The session of a cookie; None where it has ended, is of another chain, or the secret is another."""
        token = parse_token(cookie)
        if token is None:
            return None
        sql = """SELECT s.* FROM api_web_sessions s JOIN binding b
                 ON b.genesis_hash = s.genesis_hash AND b.program = s.program
                 WHERE s.id = ? AND s.platform = ? AND s.ended_at IS NULL AND s.expires_at > ?"""
        row = self._database.one(sql, (token.id, self._platform, int(time.time())))
        # Compared even where there is no row, so that the time does not tell which ids exist.
        matches = token.matches(bytes(32) if row is None else row["secret_sha256"])
        if row is None or not matches:
            return None
        return WebSession(
            id=row["id"],
            platform=row["platform"],
            wallet=row["wallet"],
            namespace=row["namespace"],
            credit_account=row["credit_account"],
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            csrf_token=_csrf_token(token),
        )

    async def end(self, session: WebSession) -> None:
        """Leave; a repeat changes nothing."""
        await self._database.write(_end, session.id)
        # A copy of the database that is restored does not know it.
        await self._books.note()


def _csrf_token(token: Token) -> str:
    """Follows from the cookie's secret, which no script reads, so that it is stored nowhere."""
    return urlsafe_b64encode(hmac.digest(token.secret.encode(), b"csrf", hashlib.sha256)).decode().rstrip("=")


def _insert(connection: sqlite3.Connection, row: Mapping[str, object], now: int) -> None:
    sql = "DELETE FROM api_web_sessions WHERE expires_at < :before OR ended_at < :before"
    connection.execute(sql, {"before": now - _KEPT_SECONDS})
    try:
        insert_row(connection, "api_web_sessions", row)
    except sqlite3.IntegrityError as error:
        raise Refusal(Kinds.CONFLICT, "This challenge has signed in already: ask for a new one.") from error
    # The oldest make room: who has lost a browser can always sign in.
    connection.execute(
        """UPDATE api_web_sessions SET ended_at = ? WHERE id IN (
               SELECT id FROM api_web_sessions WHERE wallet = ? AND ended_at IS NULL AND expires_at > ?
               ORDER BY created_at DESC, rowid DESC LIMIT -1 OFFSET ?)""",
        (now, row["wallet"], now, _MOST_OF_A_WALLET),
    )


def _end(connection: sqlite3.Connection, session_id: str) -> None:
    sql = "UPDATE api_web_sessions SET ended_at = ? WHERE id = ? AND ended_at IS NULL"
    connection.execute(sql, (int(time.time()), session_id))
