"""How a command ends: exit codes for scripts, and one sentence for everything that goes wrong.

Nothing here is imported from the chain's side before something has gone wrong.
"""

import os
from enum import IntEnum

# Before something goes wrong: what goes wrong may be that no file can be opened any more.
from job_escrow_cli.extras import missing_extra


class ExitCode(IntEnum):
    """What a script can tell from a command's end."""

    OK = 0
    FAILED = 1
    """Nothing was done, for a reason that none of the others is."""
    USAGE = 2
    """The arguments, the configuration or a key cannot be used; nothing was asked of the chain, or nothing sent."""
    REFUSED = 3
    """The program or the chain refused: the message says why and what to do. Nothing has changed."""
    UNREACHABLE = 4
    """The node, or the account API, does not answer, or answers nonsense. Nothing was sent."""
    UNKNOWN = 5
    """Something was sent, and the chain stopped answering, or what it did could not be printed: it may have landed.

    The message says how to go on.
    """
    INTERRUPTED = 130
    """Stopped with Ctrl-C."""


class UsageError(ValueError):
    """What was asked for cannot be; the message says what to do."""


class Failed(Exception):
    """It could not be done; the message says why and what to do."""


class Unanswered(Exception):
    """A server other than a node does not answer, or not as it should; the message says what to do."""


class Declined(Exception):
    """Somebody was asked and said no."""


class Unsettled(Exception):
    """Something was sent and may have landed; the message has the command that finds out."""


def exit_code(error: Exception) -> ExitCode | None:
    """The code for what went wrong; None for what must not happen."""
    from job_escrow.errors import ChainError, EscrowError, NotFound, OutcomeUnknown, TransactionFailed

    codes: tuple[tuple[type[Exception] | tuple[type[Exception], ...], ExitCode], ...] = (
        ((OutcomeUnknown, Unsettled), ExitCode.UNKNOWN),
        (TransactionFailed, ExitCode.REFUSED),
        ((ChainError, Unanswered), ExitCode.UNREACHABLE),
        ((NotFound, EscrowError, Declined, Failed), ExitCode.FAILED),
        (ValueError, ExitCode.USAGE),
        (OSError, ExitCode.FAILED),
    )
    return next((code for kinds, code in codes if isinstance(error, kinds)), None)


def report(error: Exception) -> ExitCode:
    """Say what went wrong on standard error; gives the exit code."""
    from job_escrow.urls import without_secrets

    from job_escrow_cli.output import tell
    from job_escrow_cli.streams import cannot_print, is_output

    code = exit_code(error)
    text = str(error)
    explained = missing_extra(error) if isinstance(error, ModuleNotFoundError) else None
    if explained is not None:
        code, text = ExitCode.USAGE, explained
    elif code is None:
        if os.environ.get("JOB_ESCROW_TRACEBACK"):
            raise error
        text = (
            f"this should not happen ({type(error).__name__}: {error}): please report it, "
            "with what JOB_ESCROW_TRACEBACK=1 prints"
        )
    elif isinstance(error, UnicodeError):
        text = (
            f"something here is not text in UTF-8 ({error}): check the arguments, the environment and the files named"
        )
    elif isinstance(error, OSError) and is_output(error):
        text = f"{cannot_print(error)}. Give it another file, or make room"
    elif isinstance(error, OSError) and error.filename is not None:
        text = f"{error.filename}: {error.strerror}. Check the path, that its folder is there, and who may write it"
    tell(without_secrets(text), mark="error: ", color="red")
    return code or ExitCode.FAILED
