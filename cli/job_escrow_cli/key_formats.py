"""The forms in which programs keep a key of Solana: which one a file has, and the 64 bytes of those that have all.

A key is read only where it carries its own proof: 32 bytes of the secret and the 32 bytes of the address that follows
from it. 32 bytes alone may be either half, and a wrong guess would be another key, which nobody has a copy of.
"""

import codecs
import json
import re
from typing import Any

_WHOLE, _HALF = 64, 32
_BASE58 = re.compile(r"[1-9A-HJ-NP-Za-km-z]+")
_HEX = re.compile(r"(?:0x)?[0-9a-fA-F]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_WORDS = re.compile(r"[a-z]{3,8}(?:\s+[a-z]{3,8}){11,23}")
_PHRASES = (12, 15, 18, 21, 24)
# A whole key in base58 is 87 or 88 characters, an address 32 to 44.
_LEAST_BASE58, _MOST_BASE58 = 86, 90
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class NotAKeypair(ValueError):
    """The message says which form was found instead, and never what is in it."""


def keypair_bytes(content: bytes) -> bytes:
    """The 64 bytes of a keypair file. Raises NotAKeypair."""
    text = _text(content).strip()
    if not text:
        raise NotAKeypair("it is empty")
    if text[0] in '[{"':
        return _of_json(text)
    if text.startswith("-----BEGIN"):
        raise NotAKeypair("it is a PEM file, which may be another kind of key")
    if text.startswith(("age-encryption.org", "Salted__", "U2FsdGVkX1")):
        raise NotAKeypair("it is encrypted: decrypt it first")
    if _WORDS.fullmatch(text) and len(text.split()) in _PHRASES:
        raise NotAKeypair("it is a seed phrase: solana-keygen recover writes the keypair file of one")
    return _of_one_word(text)


def may_be_a_key(text: str) -> bool:
    """Whether what stands in a file name's place looks like a key itself."""
    text = text.strip()
    one_word = _BASE58.fullmatch(text) is not None and _LEAST_BASE58 <= len(text) <= _MOST_BASE58
    in_hex = _HEX.fullmatch(text) is not None and len(text.removeprefix("0x")) in (2 * _HALF, 2 * _WHOLE)
    numbers = re.fullmatch(r"\[?\s*[0-9]{1,3}(\s*,\s*[0-9]{1,3}){20,}\s*,?\s*\]?", text) is not None
    return one_word or in_hex or numbers or _WORDS.fullmatch(text) is not None


def _text(content: bytes) -> str:
    try:
        if content.startswith(_UTF16):
            return content.decode("utf-16")
        if b"\0" in content[:2] and len(content) > _WHOLE:
            return content.decode("utf-16-le" if content[1] == 0 else "utf-16-be")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if len(content) in (_HALF, _WHOLE):
        raise NotAKeypair(f"it holds {len(content)} bytes as they are, not as numbers")
    raise NotAKeypair("it is not text")


def _of_json(text: str) -> bytes:
    try:
        found: Any = json.loads(text)
    except RecursionError:
        raise NotAKeypair("it is nested too deeply") from None
    except ValueError:
        raise NotAKeypair("it is not whole: a list that is cut, or has something behind it") from None
    if isinstance(found, str):
        return _of_one_word(found.strip())
    if isinstance(found, dict):
        if any(re.search("crypt|cipher|kdf|salt", str(name), re.IGNORECASE) for name in found):
            raise NotAKeypair("it is encrypted: export the key from the wallet that wrote it")
        raise NotAKeypair("it holds names and values, of which the list of 64 numbers alone is a keypair file")
    if not isinstance(found, list) or any(type(number) is not int for number in found):
        raise NotAKeypair("what it holds is not a list of whole numbers")
    if len(found) != _WHOLE:
        raise NotAKeypair(_half() if len(found) == _HALF else f"it holds {len(found)} numbers")
    if any(not 0 <= number <= 255 for number in found):
        raise NotAKeypair("some of its numbers are no bytes, which are 0 to 255")
    return bytes(found)


def _of_one_word(text: str) -> bytes:
    """A key in base58, as wallets export it, or in hex."""
    if _HEX.fullmatch(text) and len(text.removeprefix("0x")) in (2 * _HALF, 2 * _WHOLE):
        return _whole(bytes.fromhex(text.removeprefix("0x")), "in hex")
    if _BASE58.fullmatch(text) and len(text) <= _MOST_BASE58:
        import base58

        return _whole(base58.b58decode(text), "in base58")
    if _BASE64.fullmatch(text) and len(text) in (44, 88):
        raise NotAKeypair("it looks like base64")
    if re.fullmatch(r"[0-9]{1,3}(\s*,\s*[0-9]{1,3})+\s*,?", text):
        raise NotAKeypair("its numbers have no brackets around them: [1,2,…]")
    raise NotAKeypair("what it holds is no known form of a key")


def _whole(found: bytes, how: str) -> bytes:
    if len(found) == _WHOLE:
        return found
    raise NotAKeypair(_half(how) if len(found) == _HALF else f"it holds {len(found)} bytes {how}")


def _half(how: str = "") -> str:
    return (
        f"it holds 32 bytes{how and ' '}{how}, half of a keypair: an address, or the secret without its address, which "
        "cannot be told apart"
    )
