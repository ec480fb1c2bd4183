"""Just enough of Rust's syntax to find the validations in a source file."""

import re
from collections.abc import Iterator
from itertools import pairwise

_PLAIN = re.compile(
    r"""
    //[^\n]*                            # a comment
    | b?"(?:[^"\\]|\\.)*"               # a string
    | b?'(?:[^'\\]|\\.[^']*)'           # a character; a lifetime has no second quote
    """,
    re.VERBOSE | re.DOTALL,
)
_OPENING, _CLOSING = "([{", ")]}"


def masked(text: str) -> str:
    """The same text, as long, with nothing in it that could be taken for code: comments are blanks, literals lines."""
    return _PLAIN.sub(lambda found: re.sub(r"[^\n]", " " if found[0].startswith("//") else "_", found[0]), text)


def without_tests(code: str) -> str:
    """The same masked text, as long, with its test modules blanked out."""
    at = code.find("#[cfg(test)]")
    while at >= 0:
        start = code.index("{", at)
        end = closing(code, start) + 1
        code = code[:at] + re.sub(r"[^\n]", " ", code[at:end]) + code[end:]
        at = code.find("#[cfg(test)]", end)
    return code


def closing(code: str, opening: int) -> int:
    """Where the bracket at `opening` is closed. Raises ValueError where it is not."""
    depth = 0
    for at in range(opening, len(code)):
        if code[at] in _OPENING:
            depth += 1
        elif code[at] in _CLOSING:
            depth -= 1
            if depth == 0:
                return at
    raise ValueError(f"no closing bracket for the one at {opening}")


def split(code: str, start: int, end: int, separator: str) -> list[tuple[int, int]]:
    """The parts of `code[start:end]` between separators that stand in no bracket, without the blanks around them."""
    cuts = [start, *(at for at in outside_brackets(code, start, end, separator)), end]
    parts = []
    for index, (one, two) in enumerate(pairwise(cuts)):
        first = one + (len(separator) if index else 0)
        inside = code[first:two]
        if inside.strip():
            parts.append((first + len(inside) - len(inside.lstrip()), first + len(inside.rstrip())))
    return parts


def outside_brackets(code: str, start: int, end: int, wanted: str) -> Iterator[int]:
    """Where `wanted` stands in `code[start:end]` outside every bracket."""
    depth = 0
    for at in range(start, end):
        if code[at] in _OPENING:
            depth += 1
        elif code[at] in _CLOSING:
            depth -= 1
        elif depth == 0 and code.startswith(wanted, at):
            yield at
