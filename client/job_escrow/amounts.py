"""Exact amounts: credits and base units of a mint. Integers and Decimal only, never float."""

from decimal import Decimal, InvalidOperation
from typing import Self

from job_escrow.bounds import MAX_CREDITS as MAX_CREDITS
from job_escrow.numerals import decimal

USDC_DECIMALS = 6

MAX_BASE_UNITS = 2**64 - 1
"""Most base units that a token account holds."""


class InvalidAmount(ValueError):
    """An amount that is not a whole number of the right size; the message says which bounds it broke."""


class Credits(int):
    """A number of credits, 0 to 4,294,967,295. One credit of a dollar platform is $0.01.

    Raises InvalidAmount for a float, a bool, a string, a negative or a too large number.
    """

    def __new__(cls, amount: int) -> Self:
        """Check the bounds."""
        return super().__new__(cls, whole_number(amount, "credits", MAX_CREDITS))

    def __repr__(self) -> str:
        return f"Credits({int(self)})"


class Usdc(int):
    """An amount of USDC in base units of 0.000001 (micro-USDC). Prints as dollars: `str(Usdc(14_200_000)) == "14.20"`.

    Raises InvalidAmount for a float, a bool, a string, a negative number or one of more than 64 bits.
    """

    def __new__(cls, base_units: int) -> Self:
        """Check the bounds."""
        return super().__new__(cls, whole_number(base_units, "USDC base units", MAX_BASE_UNITS))

    @classmethod
    def parse(cls, dollars: str | Decimal) -> Self:
        """From a decimal number of dollars with at most six places, such as "14.20". Raises InvalidAmount."""
        return cls(base_units_of(dollars, USDC_DECIMALS, "USDC"))

    @property
    def dollars(self) -> Decimal:
        """The exact number of dollars."""
        return Decimal(int(self)).scaleb(-USDC_DECIMALS)

    def __str__(self) -> str:
        whole, fraction = divmod(int(self), 10**USDC_DECIMALS)
        cents = f"{fraction:06d}".rstrip("0").ljust(2, "0")
        return f"{whole:,}.{cents}"

    def __repr__(self) -> str:
        return f"Usdc({int(self)})"


def base_units_of(amount: str | Decimal, decimals: int, of: str) -> int:
    """Base units of a decimal number of a token, exactly: digits and a point where it is text. Raises InvalidAmount."""
    what_to_do = (
        f"{amount!r} is not an amount of {of}: write it as a string with at most {decimals} decimals, like 14.20"
    )
    # A float has been rounded already, whatever it looks like.
    if not isinstance(amount, (str, Decimal)):
        raise InvalidAmount(what_to_do)
    try:
        exact = (amount if isinstance(amount, Decimal) else decimal(amount, places=decimals)).scaleb(decimals)
        whole = int(exact)
    except (InvalidOperation, OverflowError, ValueError) as error:
        raise InvalidAmount(what_to_do) from error
    if exact != whole:
        raise InvalidAmount(what_to_do)
    return whole


def whole_number(amount: int, what: str, most: int) -> int:
    """`amount` itself, when it is an int from 0 to `most`. Raises InvalidAmount otherwise."""
    # A bool is an int in Python, and a float that looks whole has been rounded already.
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise InvalidAmount(f"{amount!r} is not a number of {what}: give an int, not {type(amount).__name__}")
    if amount < 0 or amount > most:
        raise InvalidAmount(f"{amount} {what} is out of range: give 0 to {most:,}")
    return amount
