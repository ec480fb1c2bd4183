"""Patterns of texts, for the check and for OpenAPI at once."""


def whole(pattern: str) -> str:
    """A pattern that the whole text has to match, in Python's and in ECMAScript's expressions alike.

    Python's `$` also matches before a newline at the end, which could end a header, a line of a log, or of a message.
    """
    return rf"^(?:{pattern})$(?!\n)"


DIGITS = whole("[0-9]{1,18}")
"""A cursor."""
