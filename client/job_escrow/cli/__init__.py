"""The command line: `job-escrow`."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] == ["--help"]:
        # The most used page comes from a file: making it takes longer than everything that it says.
        from job_escrow.cli.kept_help import print_kept_help

        if print_kept_help():
            return
    from job_escrow.cli.app import main

    main()
