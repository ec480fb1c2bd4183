"""What the scripts in the folder above share: only the standard library, so that they run before any set-up."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - it is the scripts' first import, whatever Python runs them
    sys.exit(
        f"error: this needs Python 3.11 or newer; {sys.executable} is {sys.version_info[0]}.{sys.version_info[1]}.\n"
        f"What to do: put a newer python3 first on the PATH, or run this with one, as in `python3.11 {sys.argv[0]}`"
    )
