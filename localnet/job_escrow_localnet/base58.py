"""Base58 as Bitcoin and Solana write it, for bytes of any length."""

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}


class Base58Error(ValueError):
    """A character that base58 does not have; carries it and its place, as the validator's messages name them."""

    def __init__(self, character: str, index: int) -> None:
        super().__init__(f"{character!r} at {index} is not a base58 character")
        self.character = character
        self.index = index


def encode(data: bytes) -> str:
    """The base58 text of some bytes."""
    zeros = len(data) - len(data.lstrip(b"\0"))
    number = int.from_bytes(data)
    digits = []
    while number:
        number, digit = divmod(number, 58)
        digits.append(_ALPHABET[digit])
    return "1" * zeros + "".join(reversed(digits))


def decode(text: str) -> bytes:
    """The bytes of a base58 text; Base58Error where it is none."""
    number = 0
    for index, character in enumerate(text):
        value = _VALUES.get(character)
        if value is None:
            raise Base58Error(character, index)
        number = number * 58 + value
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)
