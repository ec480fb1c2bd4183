"""What the generated modules beside this one stand on: errors, and how single values become bytes and back.

Numbers are little-endian and checked: one that does not fit, or is a float or a bool, is refused and never rounded.
Instructions are borsh. Accounts and events have fixed sizes and no padding, where borsh gives the same bytes.
"""

from collections.abc import Callable, Sequence
from struct import Struct
from typing import Any, ClassVar, Protocol, TypeVar

from solders.pubkey import Pubkey
from solders.signature import Signature

_T = TypeVar("_T")

_INTEGERS: dict[str, tuple[int, int, int]] = {
    f"{letter}{bits}": (bits // 8, -(1 << (bits - 1)) if letter == "i" else 0, (1 << (bits - (letter == "i"))) - 1)
    for letter in "ui"
    for bits in (8, 16, 32, 64, 128)
}
"""Size, least and greatest value of each kind of integer."""


class EncodeError(ValueError):
    """A value does not fit the field it is for; the message names the field, its type and its bounds."""


class DecodeError(ValueError):
    """These bytes are not what they were read as; the message says what was expected and what was found."""


class ProgramRefusal(Exception):
    """The program refused an instruction and said why; nothing was changed."""

    code: ClassVar[int]
    """The number that the runtime reports."""

    name: ClassVar[str]
    """Name in the IDL."""

    message: ClassVar[str]
    """What is wrong and what to do about it, in one sentence."""

    def __init__(self, *, logs: Sequence[str] = (), signature: Signature | None = None) -> None:
        super().__init__()
        self.logs: tuple[str, ...] = tuple(logs)
        """The transaction's log, where the node sent it."""
        self.signature: Signature | None = signature
        """The transaction's signature, where it was sent rather than only simulated."""

    def __str__(self) -> str:
        return self.message


class Encodable(Protocol):
    """Any dataclass of the IDL."""

    def to_bytes(self) -> bytes:
        """Encode it."""
        ...


# Encoding: each function takes the name of the field, for the message, and the value, of which it believes nothing.


def integer(field: str, value: object, kind: str) -> bytes:
    """Encode an integer of `kind`, for instance `u64`."""
    size, least, greatest = _INTEGERS[kind]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= greatest:
        raise _misfit(field, value, f"{_article(kind)} {kind}, an int from {least:,} to {greatest:,}")
    return value.to_bytes(size, "little", signed=least < 0)


def boolean(field: str, value: object) -> bytes:
    """Encode a bool; 0 and 1 are not bools."""
    if not isinstance(value, bool):
        raise _misfit(field, value, "a bool")
    return b"\1" if value else b"\0"


def pubkey(field: str, value: object) -> bytes:
    """Encode an address."""
    if not isinstance(value, Pubkey):
        raise _misfit(field, value, "a Pubkey")
    return bytes(value)


def byte_array(field: str, value: object, size: int) -> bytes:
    """Encode exactly `size` bytes."""
    if not isinstance(value, bytes) or len(value) != size:
        raise _misfit(field, value, f"exactly {size} bytes")
    return value


def byte_string(field: str, value: object) -> bytes:
    """Encode any number of bytes, their count first."""
    if not isinstance(value, bytes):
        raise _misfit(field, value, "bytes")
    return integer(f"len({field})", len(value), "u32") + value


def text(field: str, value: object) -> bytes:
    """Encode text, the count of its UTF-8 bytes first."""
    if not isinstance(value, str):
        raise _misfit(field, value, "a str")
    return byte_string(field, value.encode())


def struct(field: str, value: Encodable, of: type[Encodable]) -> bytes:
    """Encode a dataclass of exactly the type `of`."""
    if type(value) is not of:
        raise _misfit(field, value, f"{_article(of.__name__)} {of.__name__}")
    return value.to_bytes()


def option(field: str, value: _T | None, item: Callable[[str, _T], bytes]) -> bytes:
    """Encode whether there is a value, and then the value."""
    return b"\0" if value is None else b"\1" + item(field, value)


def array(field: str, value: Sequence[_T], item: Callable[[str, _T], bytes], length: int) -> bytes:
    """Encode exactly `length` items."""
    if not isinstance(value, (tuple, list)) or len(value) != length:
        raise _misfit(field, value, f"a tuple of exactly {length}")
    return b"".join(item(f"{field}[{index}]", each) for index, each in enumerate(value))


def vec(field: str, value: Sequence[_T], item: Callable[[str, _T], bytes]) -> bytes:
    """Encode any number of items, their count first."""
    if not isinstance(value, (tuple, list)):
        raise _misfit(field, value, "a tuple")
    return integer(f"len({field})", len(value), "u32") + array(field, value, item, len(value))


class Reader:
    """Reads the borsh values behind `prefix` one after the other, as strictly as the program does."""

    def __init__(self, data: bytes, prefix: bytes, what: str) -> None:
        _require_prefix(data, prefix, what)
        self._data = data
        self._at = len(prefix)
        self._what = what

    def integer(self, kind: str) -> int:
        """Read an integer of `kind`, for instance `u64`."""
        size, least, _ = _INTEGERS[kind]
        return int.from_bytes(self.byte_array(size), "little", signed=least < 0)

    def boolean(self) -> bool:
        """Read one byte that is 0 or 1."""
        value = self.integer("u8")
        if value > 1:
            raise DecodeError(f"{self._what}: a bool is 0 or 1, found {value} at byte {self._at - 1}")
        return value == 1

    def pubkey(self) -> Pubkey:
        """Read an address."""
        return Pubkey(self.byte_array(32))

    def byte_array(self, size: int) -> bytes:
        """Read exactly `size` bytes."""
        start, self._at = self._at, self._at + size
        if self._at > len(self._data):
            raise DecodeError(f"{self._what}: expected at least {self._at} bytes, found {len(self._data)}")
        return self._data[start : self._at]

    def byte_string(self) -> bytes:
        """Read a count and as many bytes."""
        return self.byte_array(self.integer("u32"))

    def text(self) -> str:
        """Read a count and as many bytes of UTF-8."""
        try:
            return self.byte_string().decode()
        except UnicodeDecodeError as error:
            raise DecodeError(f"{self._what}: expected UTF-8 text, found {error.object!r}") from error

    def option(self, item: Callable[[], _T]) -> _T | None:
        """Read whether there is a value, and then the value."""
        return item() if self.boolean() else None

    def array(self, item: Callable[[], _T], length: int) -> tuple[_T, ...]:
        """Read exactly `length` items."""
        return tuple(item() for _ in range(length))

    def vec(self, item: Callable[[], _T]) -> tuple[_T, ...]:
        """Read a count and as many items."""
        return self.array(item, self.integer("u32"))


def unpack(layout: Struct, prefix: bytes, what: str, data: bytes) -> tuple[Any, ...]:
    """Take data of a fixed size that starts with `prefix` apart."""
    _require_prefix(data, prefix, what)
    if len(data) != layout.size:
        raise DecodeError(f"{what}: expected exactly {layout.size} bytes, found {len(data)}")
    return layout.unpack(data)


def unpack_front(layout: Struct, prefix: bytes, what: str, data: bytes) -> tuple[Any, ...]:
    """Take the front of data apart that starts with `prefix`, and may have grown behind what is known of it."""
    _require_prefix(data, prefix, what)
    if len(data) < layout.size:
        raise DecodeError(f"{what}: expected at least {layout.size} bytes, found {len(data)}")
    return layout.unpack_from(data)


def unknown(what: str, prefix: bytes) -> DecodeError:
    """Make the error for data that starts like nothing in the IDL."""
    return DecodeError(f"expected the discriminator of {what} of the program, found {prefix.hex() or 'nothing'}")


def _require_prefix(data: bytes, prefix: bytes, what: str) -> None:
    if not data.startswith(prefix):
        found = data[: len(prefix)].hex() or "nothing"
        raise DecodeError(f"not {what}: expected {prefix.hex()} in front, found {found}")


def _misfit(field: str, value: object, wanted: str) -> EncodeError:
    shown = repr(value)
    shown = shown if len(shown) <= 80 else f"{shown[:77]}..."
    size = f" of length {len(value)}" if isinstance(value, (bytes, str, tuple, list)) else ""
    return EncodeError(f"{field} is {wanted}: got {shown} ({type(value).__name__}{size})")


def _article(word: str) -> str:
    return "an" if word[0] in "aeioAEIO" else "a"
