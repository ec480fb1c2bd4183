"""The text of an API key, and what is stored of it.

`jek_<id>_<secret>`: the id finds the row, the secret has 256 random bits. One SHA-256 is enough for it, where a
password would need a slow hash: nobody can try 2^256 secrets, however fast each try is.
"""

import hashlib
import hmac
import re
import secrets
from typing import NamedTuple

_PREFIX = "jek"
_ID_BYTES = 8
_SECRET_BYTES = 32
_TOKEN = re.compile(r"jek_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")


class Token(NamedTuple):
    """A key in its two parts."""

    id: str
    secret: str

    def __str__(self) -> str:
        return f"{_PREFIX}_{self.id}_{self.secret}"

    def __repr__(self) -> str:
        return f"Token({self.id})"

    @property
    def sha256(self) -> bytes:
        """What is stored of the secret."""
        return hashlib.sha256(self.secret.encode()).digest()

    def matches(self, sha256: bytes) -> bool:
        """Whether the stored hash is of this secret, in constant time."""
        return hmac.compare_digest(self.sha256, sha256)


def new_token() -> Token:
    """A key that nobody has had before."""
    return Token(secrets.token_hex(_ID_BYTES), secrets.token_urlsafe(_SECRET_BYTES))


def parse_token(text: str) -> Token | None:
    """A key from its text; None where it has not the form of one."""
    found = _TOKEN.fullmatch(text)
    return Token(found[1], found[2]) if found else None
