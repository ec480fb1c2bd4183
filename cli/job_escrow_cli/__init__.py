"""The command line: `job-escrow`."""

import sys

from job_escrow_cli.extras import missing_extra
from job_escrow_cli.streams import finish, prepare, say

__all__ = ["main"]

_FAILED, _USAGE = 1, 2


def main() -> None:
    """Run the command line."""
    lost = prepare()
    if lost is not None:
        say(f"error: {lost}")
        sys.exit(_USAGE)
    code: object = None
    try:
        _run()
    except SystemExit as ended:
        code = ended.code
    unprinted = finish()
    if unprinted:
        say(f"error: {unprinted}")
    if code or unprinted is not None:
        sys.exit(code or _FAILED)  # type: ignore[arg-type]  # (what it was given)


def _run() -> None:
    if sys.argv[1:] == ["--help"]:
        # The most used page comes from a file: making it takes longer than everything that it says.
        from job_escrow_cli.kept_help import print_kept_help

        if print_kept_help():
            return
    try:
        from job_escrow_cli.app import main
    except ModuleNotFoundError as error:
        explained = missing_extra(error)
        if explained is None:
            raise
        sys.stderr.write(f"error: {explained}\n")
        sys.exit(2)
    main()
