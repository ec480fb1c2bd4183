"""Panics of solders' Rust, which Python sees as no Exception: turned into a ValueError where data comes in."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def panics_as_errors() -> Iterator[None]:
    """Raise ValueError where the block makes solders panic; `except Exception` would not catch it otherwise."""
    try:
        yield
    except BaseException as error:
        # pyo3 gives the class no place that it could be imported from.
        if type(error).__name__ != "PanicException":
            raise
        raise ValueError(f"it cannot be read: {error}") from error
