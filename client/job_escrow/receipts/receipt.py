"""One receipt: its fields, its bytes, and its JSON."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from struct import Struct
from typing import Any, Self

from solders.pubkey import Pubkey

from job_escrow.amounts import InvalidAmount, whole_number
from job_escrow.bounds import MAX_CREDITS, MAX_UNITS, TIERS
from job_escrow.codec import Tier

HASH_BYTES = 32
"""Bytes of a hash, a root or a head."""

_TAG = b"escrow receipt 1"
_FIXED = Struct("<16s32sQ32sBQQQB")
_LENGTH = Struct("<H")
_TIERS = Struct("<" + Tier.FORMAT)
_HAS_REQUEST, _HAS_RESPONSE = 1, 2
_MAX_NUMBER = 2**64 - 1
_MAX_TEXT_BYTES = 2**16 - 1
_HEX = re.compile(r"[0-9a-f]{64}")


class InvalidReceipt(ValueError):
    """Bytes, JSON or fields that are no receipt; the message says why."""


@dataclass(frozen=True, kw_only=True)
class SessionReceipt:
    """What one request of a session was charged.

    `number` counts the session's receipts from 1. `tier` is the slot of the tier, `terms` commits to the prices of all
    slots, `price` and `total` (of this receipt and all before it) are credits. `request_id` and `model` are the
    operator's words; the hashes are of request and response, where the provider gives them. Raises InvalidReceipt.
    """

    session: Pubkey
    number: int
    request_id: str
    model: str
    terms: bytes
    tier: int
    units: int
    price: int
    total: int
    request_hash: bytes | None = None
    response_hash: bytes | None = None

    def __post_init__(self) -> None:
        """Check that it has bytes of its own."""
        try:
            for name, most in (("units", MAX_UNITS), ("price", MAX_CREDITS), ("total", MAX_CREDITS)):
                whole_number(getattr(self, name), name, most)
            whole_number(self.number, "number", _MAX_NUMBER)
            whole_number(self.tier, "tier", TIERS - 1)
        except InvalidAmount as error:
            raise InvalidReceipt(str(error)) from error
        if self.number == 0:
            raise InvalidReceipt("receipts are numbered from 1")
        for name in ("terms", "request_hash", "response_hash"):
            value = getattr(self, name)
            if value is not None and len(value) != HASH_BYTES:
                raise InvalidReceipt(f"{name} of {len(value)} bytes: a SHA-256 has {HASH_BYTES}")
        for name in ("request_id", "model"):
            text_bytes(name, getattr(self, name))

    def to_bytes(self) -> bytes:
        """The bytes that its leaf is the hash of."""
        flags = (self.request_hash is not None) * _HAS_REQUEST | (self.response_hash is not None) * _HAS_RESPONSE
        fixed = _FIXED.pack(
            _TAG, bytes(self.session), self.number, self.terms, self.tier, self.units, self.price, self.total, flags
        )
        texts = (text_bytes("request_id", self.request_id), text_bytes("model", self.model))
        return b"".join(
            (
                fixed,
                self.request_hash or b"",
                self.response_hash or b"",
                *(_LENGTH.pack(len(text)) + text for text in texts),
            )
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode what `to_bytes` made. Raises InvalidReceipt."""
        if len(data) < _FIXED.size:
            raise InvalidReceipt(f"{len(data)} bytes are too few for a receipt")
        tag, session, number, terms, tier, units, price, total, flags = _FIXED.unpack_from(data)
        if tag != _TAG or flags > _HAS_REQUEST | _HAS_RESPONSE:
            raise InvalidReceipt("these bytes are no receipt, or one of a later release")
        rest = memoryview(data)[_FIXED.size :]
        request_hash, rest = _taken(rest, HASH_BYTES if flags & _HAS_REQUEST else 0)
        response_hash, rest = _taken(rest, HASH_BYTES if flags & _HAS_RESPONSE else 0)
        texts = []
        for _ in range(2):
            length, rest = _taken(rest, _LENGTH.size)
            text, rest = _taken(rest, _LENGTH.unpack(length)[0])
            texts.append(text)
        if len(rest):
            raise InvalidReceipt(f"{len(rest)} bytes behind the receipt")
        try:
            request_id, model = (text.decode() for text in texts)
        except UnicodeDecodeError as error:
            raise InvalidReceipt("request id or model is not UTF-8") from error
        return cls(
            session=Pubkey(session), number=number, request_id=request_id, model=model, terms=terms, tier=tier,
            units=units, price=price, total=total, request_hash=request_hash or None,
            response_hash=response_hash or None,
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """A JSON object: numbers as they are, session in base58, hashes as hexadecimal digits or null."""
        return {
            "session": str(self.session),
            "number": self.number,
            "request_id": self.request_id,
            "model": self.model,
            "terms": self.terms.hex(),
            "tier": self.tier,
            "units": self.units,
            "price": self.price,
            "total": self.total,
            "request_hash": None if self.request_hash is None else self.request_hash.hex(),
            "response_hash": None if self.response_hash is None else self.response_hash.hex(),
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """From a JSON object with these members and no others. Raises InvalidReceipt."""
        names = cls.__dataclass_fields__
        if set(found) != set(names):
            raise InvalidReceipt(f"a receipt has exactly these members: {', '.join(names)}")
        values: dict[str, Any] = dict(found)
        for name in ("terms", "request_hash", "response_hash"):
            if values[name] is not None or name == "terms":
                values[name] = _hash(name, values[name])
        for name in ("session", "request_id", "model"):
            if not isinstance(values[name], str):
                raise InvalidReceipt(f"{name} is not text")
        try:
            values["session"] = Pubkey.from_string(values["session"])
        except ValueError as error:
            raise InvalidReceipt(f"{values['session']!r} is not the address of a session") from error
        return cls(**values)


def text_bytes(name: str, text: str) -> bytes:
    """The bytes of a receipt's `request_id` or `model`. Raises InvalidReceipt for what no receipt takes."""
    if not isinstance(text, str):
        raise InvalidReceipt(f"{name} is not text")
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise InvalidReceipt(f"{name} is not text that UTF-8 has") from error
    if len(encoded) > _MAX_TEXT_BYTES:
        raise InvalidReceipt(f"{name} of {len(encoded)} bytes: a receipt takes {_MAX_TEXT_BYTES}")
    return encoded


def terms_of(tiers: Sequence[Tier]) -> bytes:
    """What receipts say of the prices of a session: SHA-256 of its tiers."""
    return sha256(tiers_bytes(tiers)).digest()


def tiers_bytes(tiers: Sequence[Tier]) -> bytes:
    """The tiers as a session's account has them. Raises ValueError for another number of slots."""
    if len(tiers) != TIERS:
        raise ValueError(f"{len(tiers)} tiers: a session has {TIERS} slots")
    return b"".join(tier.to_bytes() for tier in tiers)


@lru_cache(maxsize=256)
def tiers_of(data: bytes) -> tuple[Tier, ...]:
    """The tiers that `tiers_bytes` made these bytes of."""
    return tuple(Tier.from_values(values, 0) for values in _TIERS.iter_unpack(data))


def _taken(data: memoryview, size: int) -> tuple[bytes, memoryview]:
    if len(data) < size:
        raise InvalidReceipt("the receipt is cut off")
    return bytes(data[:size]), data[size:]


def _hash(name: str, text: object) -> bytes:
    if not isinstance(text, str) or not _HEX.fullmatch(text):
        raise InvalidReceipt(f"{name} is not 64 lower hexadecimal digits")
    return bytes.fromhex(text)
