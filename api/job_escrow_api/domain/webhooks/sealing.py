"""Secrets of webhooks at rest: sealed with a key in a file of its own, so that a copy of the database signs nothing.

Each is bound to its webhook's id. The database knows the key by a fingerprint; one that is missing or another's stops
webhooks and nothing else, and they go on by themselves once the right file is there.
"""

import hmac
import secrets
import sqlite3
import time
from base64 import b64decode, b64encode
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from job_escrow.output_files import output_file
from job_escrow_indexer.store.copies import webhook_key_file
from job_escrow_indexer.store.database import make_private

_KEY_BYTES = 32
_NONCE_BYTES = 12
_FORM = "sealed-1:"
_ANEW = "if it is lost, start serve once with --new-webhook-key: webhooks of before end, and customers make new ones"
_log = structlog.get_logger(__name__)


class KeyUnusable(Exception):
    """The key's file is missing, or is none or another's; the message tells the operator what to do."""


class Unreadable(Exception):
    """What is sealed was not sealed with this key for this webhook."""


class Sealer:
    """Seals secrets and opens them, with the key that belongs to a database."""

    def __init__(self, database: Path) -> None:
        self._file = webhook_key_file(database)
        self._known: tuple[bytes, ChaCha20Poly1305] | None = None

    def seal(self, connection: sqlite3.Connection, webhook_id: str, secret: str) -> str:
        """As it is stored; the first one makes the key. Belongs inside of a transaction. Raises KeyUnusable."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._key(connection, make=True).encrypt(nonce, secret.encode(), _bound_to(webhook_id))
        return _FORM + b64encode(nonce + sealed).decode()

    def open(self, connection: sqlite3.Connection, webhook_id: str, stored: str) -> str:
        """What was sealed. Raises KeyUnusable, and Unreadable where it is another's."""
        sealed = b64decode(stored.removeprefix(_FORM))
        key = self._key(connection, make=False)
        try:
            return key.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _bound_to(webhook_id)).decode()
        except InvalidTag as error:
            raise Unreadable("the webhook's secret cannot be read: end it, and make a new one") from error

    def seal_plain(self, connection: sqlite3.Connection) -> None:
        """Seal what an older release stored as it was. Belongs inside of a transaction. Raises KeyUnusable."""
        plain = connection.execute(
            "SELECT id, secret FROM api_webhooks WHERE secret <> '' AND secret NOT LIKE ?", (f"{_FORM}%",)
        ).fetchall()
        sealed = [(self.seal(connection, each, secret), each) for each, secret in plain]
        connection.executemany("UPDATE api_webhooks SET secret = ? WHERE id = ?", sealed)

    def renew(self, connection: sqlite3.Connection) -> int:
        """In place of a key that is lost, make one, and end the webhooks that nobody can sign for any more.

        Gives how many these are: none where the key is not lost. Belongs inside of a transaction.
        """
        try:
            self._key(connection, make=True)
        except KeyUnusable:
            pass
        else:
            return 0
        if self._file.exists():
            self._file.replace(self._file.with_name(f"{self._file.name}.replaced-{int(time.time())}"))
        connection.execute("DELETE FROM api_webhook_key")
        self._key(connection, make=True)
        ended = connection.execute(
            """UPDATE api_webhooks SET disabled_at = coalesce(disabled_at, unixepoch()), secret = ''
               WHERE deleted_at IS NULL AND secret LIKE ?""",
            (f"{_FORM}%",),
        ).rowcount
        connection.execute(
            """UPDATE api_deliveries SET status = 'dead', ended_at = unixepoch(), last_error = 'the secret is lost'
               WHERE status = 'pending' AND webhook_id IN (SELECT id FROM api_webhooks WHERE secret = '')"""
        )
        return ended

    def trouble(self, connection: sqlite3.Connection) -> str | None:
        """Why no message can be signed; None where the key is there, or was not needed yet."""
        if _fingerprint(connection) is None:
            return None
        try:
            self._key(connection, make=False)
        except KeyUnusable as error:
            return str(error)
        return None

    def _key(self, connection: sqlite3.Connection, *, make: bool) -> ChaCha20Poly1305:
        known = _fingerprint(connection)
        if known is not None and self._known is not None and hmac.compare_digest(known, self._known[0]):
            return self._known[1]
        key = self._read()
        if known is None and make:
            # One that is there was made before a crash, or is its operator's.
            key = key or self._make()
            known = _fingerprint_of(key)
            connection.execute("INSERT INTO api_webhook_key VALUES (1, ?)", (known,))
        if key is None:
            raise KeyUnusable(
                f"{self._file} is missing, the key of webhooks' secrets: put it back beside the database; {_ANEW}"
            )
        if known is None or not hmac.compare_digest(known, _fingerprint_of(key)):
            raise KeyUnusable(
                f"{self._file} is the key of another database: put back the one of this database; {_ANEW}"
            )
        self._known = (known, ChaCha20Poly1305(key))
        return self._known[1]

    def _read(self) -> bytes | None:
        try:
            text = self._file.read_text()
            if self._file.stat().st_mode & 0o077:
                make_private(self._file)
            key = bytes.fromhex(text)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeyUnusable(f"{self._file} cannot be read ({error.strerror}): let this user read it") from error
        except ValueError:
            key = b""
        if len(key) != _KEY_BYTES:
            raise KeyUnusable(f"{self._file} is no key of webhooks' secrets: put back the one of before; {_ANEW}")
        return key

    def _make(self) -> bytes:
        """On the disk before the transaction that first uses it."""
        key = secrets.token_bytes(_KEY_BYTES)
        with output_file(self._file, private=True) as file:
            file.write(f"{key.hex()}\n".encode())
        _log.info("the key of webhooks' secrets was made: keep a copy apart from the database's", file=str(self._file))
        return key


def _bound_to(webhook_id: str) -> bytes:
    return f"job_escrow webhook {webhook_id}".encode()


def _fingerprint(connection: sqlite3.Connection) -> bytes | None:
    found = connection.execute("SELECT fingerprint FROM api_webhook_key").fetchone()
    return None if found is None else bytes(found[0])


def _fingerprint_of(key: bytes) -> bytes:
    return hmac.digest(key, b"job_escrow webhook key", "sha256")[:16]
