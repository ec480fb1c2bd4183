"""Base58 of data of any length, quickly: a node sends the data of every inner instruction so, whatever one asks for.

Digits become bytes by halves, as large-number libraries do it: several times faster than one digit after the other.
"""

from itertools import repeat
from operator import add, mul

_ALPHABET = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS = bytes(_ALPHABET.index(code) if code in _ALPHABET else 255 for code in range(256))


def decode(text: str) -> bytes:
    """The bytes of a base58 text. Raises ValueError where it is none."""
    digits = text.encode("ascii", "replace").translate(_DIGITS)
    if 255 in digits:
        raise ValueError(f"not base58: {text[:60]!r}")
    significant = digits.lstrip(b"\0")
    zeros = len(digits) - len(significant)
    # Each round joins neighbours, so that numbers double in length while they halve in count.
    numbers: list[int] = list(significant)
    base = 58
    while len(numbers) > 1:
        if len(numbers) % 2:
            numbers.insert(0, 0)
        numbers = list(map(add, map(mul, numbers[::2], repeat(base)), numbers[1::2]))
        base *= base
    number = numbers[0] if numbers else 0
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)
