"""Patterns of texts, for the check and for OpenAPI at once."""


def whole(pattern: str) -> str:
    """A pattern that the whole text has to match, in Python's and in ECMAScript's expressions alike.

    Python's `$` also matches before a newline at the end, which could end a header, a line of a log, or of a message.
    """
    return rf"^(?:{pattern})$(?!\n)"


ADDRESS = whole("[1-9A-HJ-NP-Za-km-z]{32,44}")
"""An address in base58; whether it is of 32 bytes shows when it is decoded."""

SIGNATURE = whole("[1-9A-HJ-NP-Za-km-z]{64,88}")
"""A signature in base58."""

DIGITS = whole("[0-9]{1,18}")
"""A cursor."""

POSITION = whole("[0-9]{1,19}")
"""A cursor that is a place in the chain's history, which may have all of 64 bits."""

IDEMPOTENCY_KEY = whole(r"[\x21-\x7e]{1,128}")
"""A name that a client gives to what it asks for."""
