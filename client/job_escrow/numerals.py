"""Numbers as people type them, read in one way everywhere. What could mean two things is refused, with what to type.

Digits alone, or in groups of three: 1000, 1,000 and 1_000 are the same whole number. `1.000` is one in one country and
a thousand in the next, `1e2` comes out of a spreadsheet, and `int` of Python takes ١٢ for twelve.
"""

import re
import unicodedata
from decimal import Decimal

_GROUPED = r"[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,2}(?:_[0-9]{3})+"
_WHOLE = re.compile(rf"[0-9]+|{_GROUPED}")
_DECIMAL = re.compile(rf"(?:[0-9]+|{_GROUPED})(?:\.[0-9]+)?")
# More are no number that anything here counts, and converting them takes the longer the more there are.
_MOST_CHARACTERS = 60
_SIGN = r"(?:US)?\$|€|£"
_CURRENCY = re.compile(rf"(?P<sign>{_SIGN})\s*(?P<after>\S+)|(?P<before>[0-9.,_]+)\s*(?P<name>{_SIGN}|[A-Za-z]{{3,5}})")
_DOLLARS = frozenset({"$", "US$", "USD", "USDC", "USDT"})
_CREDITS_PER_DOLLAR = 100
_SUFFIXES = {"k": 1_000, "m": 1_000_000}


class InvalidNumber(ValueError):
    """Text that is no number of the kind that is wanted; the message says what to type."""


def whole(text: str, *, of: str = "", least: int = 0, most: int | None = None) -> int:
    """A whole number: digits, also in groups of three. `of` is what is counted. Raises InvalidNumber."""
    if len(text) > _MOST_CHARACTERS or not _WHOLE.fullmatch(text):
        raise InvalidNumber(_not_whole(text, of, least, most))
    found = int(text.replace(",", "").replace("_", ""))
    if found < least or (most is not None and found > most):
        bounds = f"{least:,} or more" if most is None else f"{least:,} to {most:,}"
        raise InvalidNumber(f"{found:,}{of and ' '}{of} is out of range: give {bounds}")
    return found


def decimal(text: str, *, places: int) -> Decimal:
    """A number with at most so many decimals: digits, and after a point more of them. Raises InvalidNumber."""
    if len(text) > _MOST_CHARACTERS or not _DECIMAL.fullmatch(text):
        raise InvalidNumber(f"{_shown(text)} is not an amount: write digits and a point, such as 25 or 25.00")
    found = Decimal(text.replace(",", "").replace("_", ""))
    if len(text.partition(".")[2].rstrip("0")) > places:
        raise InvalidNumber(f"{_shown(text)} is not an amount: it has more than {places} decimals")
    return found


def money(text: str) -> tuple[Decimal, str] | None:
    """An amount that names its currency, such as 10usdc or $10, and the name; None where it is none."""
    found = _CURRENCY.fullmatch(text) if len(text) <= _MOST_CHARACTERS else None
    if found is None:
        return None
    try:
        return decimal(found["after"] or found["before"], places=_MOST_CHARACTERS), found["sign"] or found["name"]
    except InvalidNumber:
        return None


def _not_whole(text: str, of: str, least: int, most: int | None) -> str:
    if of == "credits" and (sum_ := money(text)) and sum_[1].upper() in _DOLLARS:
        credits = sum_[0] * _CREDITS_PER_DOLLAR
        if credits == int(credits):
            each = f"{int(credits):,}"
            return f"{text} is {each} credits: type {each} (a credit is $0.01, unless its platform says otherwise)"
    likely = [each for each in _readings(text) if least <= each and (most is None or each <= most)]
    what_to_do = f"type {' or '.join(f'{each:,}' for each in likely)}" if likely else "write digits, like 500 or 1,000"
    return f"{_shown(text)} is not a whole number{of and ' of '}{of}: {what_to_do}"


def _readings(text: str) -> list[int]:
    """What somebody may have meant who typed something that is no whole number."""
    if len(text) > _MOST_CHARACTERS:
        return []
    plain = "".join(str(unicodedata.decimal(each, each)) for each in text).strip().removeprefix("+").strip()
    if found := re.fullmatch(r"([0-9]{1,15})[eE]\+?([0-9]{1,2})", plain):
        return [int(found[1]) * 10 ** int(found[2])]
    if found := re.fullmatch(r"([0-9]{1,15})\s?([kKmM])", plain):
        return [int(found[1]) * _SUFFIXES[found[2].lower()]]
    digits = re.sub(r"[,_.'\u2019\s]", "", plain)
    if not re.fullmatch(r"[0-9]+", digits):
        return []
    if found := re.fullmatch(r"([1-9][0-9]*)([.,])(0+)", plain):
        # Nothing but zeros at the end: decimals of a whole number, or a group of it.
        could_be_group = found[2] == "," or len(found[3]) == len("000")
        return [int(found[1]), int(digits)] if could_be_group else [int(found[1])]
    if plain.startswith("0"):
        return []
    if "." in plain and not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+", plain):
        return []
    return [int(digits)]


def _shown(text: str) -> str:
    return repr(text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}…")
