"""The page of `job-escrow --help` as a file, for which nothing is imported; `scripts/write-cli-docs` writes it."""

import os
import sys

COLUMNS = 80
"""The width that the page is written for, which is also the widest that Typer writes."""

FILE = os.path.join(os.path.dirname(__file__), "help.txt")  # noqa: PTH118, PTH120  (pathlib takes as long as the rest)


def print_kept_help() -> bool:
    """Print the page where it fits; gives whether it did."""
    try:
        if sys.stdout.isatty() and os.get_terminal_size().columns < COLUMNS:
            return False
        with open(FILE, encoding="utf-8") as kept:  # noqa: PTH123  (as above)
            sys.stdout.write(kept.read())
    except OSError:
        return False
    return True
