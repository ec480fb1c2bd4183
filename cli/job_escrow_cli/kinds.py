"""The kinds of numbers that commands take: each is read from its text by `job_escrow.numerals`, and by nothing else.

What Typer makes of an `int` by itself is not used: it takes `100.000` for a hundred, and `1e2`, and other digits.
"""

from abc import ABC, abstractmethod
from typing import Any

import typer
from job_escrow.bounds import MAX_CREDITS
from job_escrow.numerals import InvalidNumber, decimal, money, whole

_ALL = "all"
_MEASURE_PLACES = 9


class Kind(ABC):
    """What the text of an argument is turned into; raises InvalidNumber with what to type."""

    @abstractmethod
    def __call__(self, text: str) -> Any:  # noqa: ANN401  (each kind has its own)
        """The value."""

    def check(self, text: str, param: Any, ctx: Any) -> Any:  # noqa: ANN401  (as above; Typer's own)
        """The value. Raises what Typer reports as wrong usage."""
        try:
            return self(text)
        except InvalidNumber as error:
            raise typer.BadParameter(str(error), ctx=ctx, param=param) from error


class Whole(Kind):
    """A whole number from `least` to `most` of something."""

    def __init__(self, of: str = "", *, least: int = 0, most: int | None = None) -> None:
        self.of, self.least, self.most = of, least, most

    def __call__(self, text: str) -> int:
        """The number."""
        return whole(text, of=self.of, least=self.least, most=self.most)


class WholeOrAll(Whole):
    """A whole number, or the word all; as text, the number in digits alone."""

    def __call__(self, text: str) -> Any:  # noqa: ANN401  (text, which a subclass of Whole may not say)
        """The word, or the digits."""
        if text.lower() == _ALL:
            return _ALL
        try:
            return str(super().__call__(text))
        except InvalidNumber as error:
            raise InvalidNumber(f"{error}; or all") from error


class WholeOrMoney(Whole):
    """A whole number of credits, or an amount of a token by its name, such as 10.50usdc; as text, digits alone."""

    def __call__(self, text: str) -> Any:  # noqa: ANN401  (as above)
        """The digits, or the amount, a space, and the token."""
        found = money(text)
        if found is not None and found[1].isalpha() and found[1].upper().startswith("USD") and len(found[1]) > 3:
            return f"{found[0]} {found[1].upper()}"
        return str(super().__call__(text))


class Measure(Kind):
    """A number that may have decimals, of what is no money: seconds, or requests per second."""

    def __init__(self, least: str) -> None:
        self.least = float(least)

    def __call__(self, text: str) -> float:
        """The number."""
        found = float(decimal(text, places=_MEASURE_PLACES))
        if found < self.least:
            raise InvalidNumber(f"{text} is out of range: give {self.least:g} or more")
        return found


def _told(most: int | None) -> int | None:
    """A bound that help mentions: how many bits a field has tells nobody anything."""
    return most if most is not None and most < MAX_CREDITS else None


def whole_option(name: str, of: str = "", *, least: int = 0, most: int | None = None, **more: Any) -> Any:  # noqa: ANN401
    """A Typer option that takes a whole number; `more` is Typer's own."""
    return typer.Option(name, parser=Whole(of, least=least, most=most), min=least, max=_told(most), **more)


def whole_argument(of: str = "", *, least: int = 0, most: int | None = None, **more: Any) -> Any:  # noqa: ANN401
    """A Typer argument that is a whole number; `more` is Typer's own."""
    return typer.Argument(parser=Whole(of, least=least, most=most), min=least, max=_told(most), **more)


def measure_option(name: str, *, least: str, **more: Any) -> Any:  # noqa: ANN401
    """A Typer option that takes a number with decimals; `more` is Typer's own."""
    return typer.Option(name, parser=Measure(least), min=float(least), **more)
