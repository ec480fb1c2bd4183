"""The message that a wallet signs to make a key or to sign in, in the format of Sign In With Solana.

The server keeps nothing between asking and answering: the nonce authenticates the terms and their time with a secret of
this process, and is used up by the key or session that it made.
"""

import hashlib
import hmac
import secrets
import time
from typing import Protocol

import msgspec
from solders.pubkey import Pubkey
from solders.signature import Signature

from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.times import rfc3339

_RANDOM_BYTES = 12
_MAC_BYTES = 20


class Challenge(msgspec.Struct, kw_only=True):
    """A message to sign, as the bytes of its UTF-8; times are unix seconds."""

    message: str
    nonce: str
    issued_at: int
    expires_at: int


class Signable(Protocol):
    """Terms that a wallet agrees to by its signature."""

    wallet: str

    def wallet_key(self) -> Pubkey:
        """The wallet that signs."""
        ...

    def sentence(self, platform: Pubkey) -> str:
        """What it agrees to, in one line; no two different terms give the same."""
        ...


class Challenges:
    """Makes and checks challenges for one platform."""

    def __init__(self, *, domain: str, uri: str, chain_id: str, platform: Pubkey, seconds: int) -> None:
        self._domain = domain
        self._uri = uri
        self._chain_id = chain_id
        self._platform = platform
        self._seconds = seconds
        self._secret = secrets.token_bytes(32)

    def make(self, terms: Signable) -> Challenge:
        issued_at = int(time.time())
        salt = secrets.token_bytes(_RANDOM_BYTES)
        nonce = (salt + self._mac(terms, issued_at, salt)).hex()
        return Challenge(
            message=self._message(terms, nonce, issued_at),
            nonce=nonce,
            issued_at=issued_at,
            expires_at=issued_at + self._seconds,
        )

    def check(self, terms: Signable, *, nonce: str, issued_at: int, signature: str) -> None:
        """Accept the signature of a challenge that this server made of these terms. Raises Refusal."""
        try:
            raw = bytes.fromhex(nonce)
            signed = Signature.from_string(signature)
        except ValueError as error:
            raise Refusal(Kinds.INVALID_REQUEST, "nonce is hexadecimal, signature is base58 of 64 bytes") from error
        expected = self._mac(terms, issued_at, raw[:_RANDOM_BYTES])
        if not hmac.compare_digest(raw[_RANDOM_BYTES:], expected):
            raise Refusal(Kinds.INVALID_SIGNATURE, "The nonce is not of these terms: ask for a new challenge.")
        if time.time() >= issued_at + self._seconds:
            raise Refusal(Kinds.INVALID_SIGNATURE, "The challenge has expired: ask for a new one.")
        if not signed.verify(terms.wallet_key(), self._message(terms, nonce, issued_at).encode()):
            raise Refusal(Kinds.INVALID_SIGNATURE, f"The signature is not that of {terms.wallet} over the message.")

    def _mac(self, terms: Signable, issued_at: int, salt: bytes) -> bytes:
        text = msgspec.json.encode([salt.hex(), issued_at, terms.wallet, terms.sentence(self._platform)])
        return hmac.new(self._secret, text, hashlib.sha256).digest()[:_MAC_BYTES]

    def _message(self, terms: Signable, nonce: str, issued_at: int) -> str:
        return "\n".join(
            [
                f"{self._domain} wants you to sign in with your Solana account:",
                terms.wallet,
                "",
                terms.sentence(self._platform),
                "",
                f"URI: {self._uri}",
                "Version: 1",
                f"Chain ID: {self._chain_id}",
                f"Nonce: {nonce}",
                f"Issued At: {rfc3339(issued_at)}",
                f"Expiration Time: {rfc3339(issued_at + self._seconds)}",
            ]
        )
