"""The standard streams of the process, made fit for whatever they may be: closed, full, or not in UTF-8.

Only the standard library's smallest modules are imported here: it runs before everything else.
"""

import errno
import io
import os
import sys

_CLOSED = "standard output is closed: send it to a file or a pipe, or to /dev/null where nobody reads it"
_NUMBERS = (0, 1, 2)
_UNWRITTEN = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EPIPE, errno.EBADF)


def prepare() -> str | None:
    """Make the streams usable; gives a sentence where there is no standard output, since results would be lost."""
    lost = _CLOSED if _is_closed(1) else None
    # What is opened next would get the number of a closed stream, and what is printed would end in it.
    while any(_is_closed(number) for number in _NUMBERS):
        os.open(os.devnull, os.O_RDWR)
    for name, mode, number in (("stdin", "r", 0), ("stdout", "w", 1), ("stderr", "w", 2)):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(number, mode, closefd=False))  # noqa: SIM115  (a number, for ever)
        elif mode == "w" and isinstance(stream, io.TextIOWrapper):
            # What the terminal's encoding has not is shown by its number, rather than that nothing is shown.
            stream.reconfigure(errors="backslashreplace")
    return lost


def say(text: str) -> None:
    """Write a line of prose to standard error; that nobody can read it stops nothing."""
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except OSError:
        _silence(2)


def finish() -> str | None:
    """Write out what is left to print; gives a sentence where it cannot be, an empty one where nobody reads on."""
    try:
        sys.stdout.flush()
    except OSError as error:
        _silence(1)
        return "" if error.errno == errno.EPIPE else cannot_print(error)
    except ValueError:
        # It was closed by whoever ends the process.
        return None
    return None


def cannot_print(error: OSError) -> str:
    """What is said where a result cannot be printed."""
    return f"standard output cannot be written: {error.strerror}"


def is_output(error: OSError) -> bool:
    """Whether it is standard output that could not be written: whatever else is written has a name."""
    return error.filename is None and error.errno in _UNWRITTEN


def _is_closed(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return True
    return False


def _silence(number: int) -> None:
    """Send a stream that cannot be written to nowhere, so that the interpreter's end does not complain either."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)
