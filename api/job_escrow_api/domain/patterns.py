"""Patterns of texts, for the check and for OpenAPI at once."""

import re


def whole(pattern: str) -> str:
    """A pattern that the whole text has to match, in Python's and in ECMAScript's expressions alike.

    Python's `$` also matches before a newline at the end, which could end a header, a line of a log, or of a message.
    """
    return rf"^(?:{pattern})$(?!\n)"


def matches(pattern: str, text: str) -> bool:
    """Whether a text matches one of these patterns."""
    return re.search(pattern, text) is not None


ADDRESS = whole("[1-9A-HJ-NP-Za-km-z]{32,44}")
"""An address in base58; whether it is of 32 bytes shows when it is decoded."""

SIGNATURE = whole("[1-9A-HJ-NP-Za-km-z]{64,88}")
"""A signature in base58."""

DIGITS = whole("[0-9]{1,18}")
"""A cursor."""
