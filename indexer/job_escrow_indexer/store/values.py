"""How values of the chain are written in SQLite: exact, in their order, and readable in any SQLite tool."""

from functools import lru_cache

import base58
from solders.pubkey import Pubkey

GREATEST = (1 << 63) - 1
"""The greatest number that SQLite has an integer for."""

_NOBODY = bytes(32)
_ADDRESSES = 1 << 14


def large(number: int) -> int | str:
    """A u64: an integer up to 2^63 - 1, and 20 decimal digits above it, which SQLite sorts after every integer."""
    return number if number <= GREATEST else f"{number:020d}"


def from_large(stored: int | str) -> int:
    """The u64 behind what `large` wrote."""
    return int(stored)


@lru_cache(maxsize=_ADDRESSES)
def address(raw: bytes) -> str:
    """The base58 text of an address."""
    return str(Pubkey(raw))


def address_or_none(raw: bytes) -> str | None:
    """The same; None for all zeros, which is how the chain says nobody."""
    return None if raw == _NOBODY else address(raw)


def hex_or_none(raw: bytes) -> str | None:
    """32 bytes as hexadecimal digits; None for all zeros, which is how the chain says nothing."""
    return None if raw == _NOBODY else raw.hex()


def from_address(text: str | None) -> bytes:
    """The 32 bytes behind what `address_or_none` wrote."""
    return _NOBODY if text is None else base58.b58decode(text)


@lru_cache(maxsize=4096)
def text(padded: bytes) -> str:
    """A zero-padded name as text; bytes that are none, or that begin like it, as `0x` and hexadecimal digits."""
    stripped = padded.rstrip(b"\0")
    try:
        decoded = stripped.decode()
    except UnicodeDecodeError:
        return f"0x{stripped.hex()}"
    return decoded if decoded.isprintable() and not decoded.startswith("0x") else f"0x{stripped.hex()}"


def from_text(stored: str, size: int) -> bytes:
    """The padded bytes behind what `text` wrote."""
    raw = bytes.fromhex(stored[2:]) if stored.startswith("0x") else stored.encode()
    return raw.ljust(size, b"\0")
