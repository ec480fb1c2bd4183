"""The tokens of a text that comes in parts, counted as it comes: at its end, little is left to count."""

import re
from collections.abc import Callable
from itertools import pairwise

Count = Callable[[str], int]
"""How many tokens a text has."""

_ENOUGH = 256
"""Characters that are counted together: tokens of single parts are not those of the text."""
_LONGEST = 128
_BEFORE_SPACE = re.compile(r"\S(?=\s)")
_LONG = re.compile(rf"\S{{{_LONGEST}}}(?=\S)|\s{{{_LONGEST}}}(?=\s)")
"""Tokenizers take the square of a word's length, so that a word without an end would hold up everybody."""


class Tally:
    """One choice's tokens. Texts are cut before spaces, where tokens begin, and within words of over 128 characters."""

    def __init__(self, count: Count) -> None:
        self._count = count
        self._counted = 0
        self._rest = ""

    def add(self, part: str) -> None:
        """The text goes on."""
        text = self._rest + part
        if len(text) > _ENOUGH:
            found = list(_BEFORE_SPACE.finditer(text)) or list(_LONG.finditer(text))
            end = found[-1].end() if found else 0
            self._counted += self._tokens(text[:end])
            text = text[end:]
            # A word that goes on and on.
            while len(text) > _ENOUGH:
                self._counted += self._count(text[:_LONGEST])
                text = text[_LONGEST:]
        self._rest = text

    @property
    def tokens(self) -> int:
        """Of all that came."""
        return self._counted + self._tokens(self._rest)

    def _tokens(self, text: str) -> int:
        """Of a text, words of any length included."""
        if not text:
            return 0
        places = [0, *(found.end() for found in _LONG.finditer(text)), len(text)]
        return sum(self._count(text[start:end]) for start, end in pairwise(places))
