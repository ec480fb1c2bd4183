"""The browser that the page is tested in: Debian's Chromium, with Node.js to drive it."""

import os
import shutil
from pathlib import Path

from support.isolated import node_problem

_NAMES = ("chromium", "chromium-browser")


def installed_browser() -> Path | None:
    """Return where Chromium is, None where it is not installed."""
    found = next((path for path in map(shutil.which, _NAMES) if path is not None), None)
    return None if found is None else Path(found)


def browser_problem() -> str | None:
    """Return what is missing for tests in a browser, None where nothing is."""
    if installed_browser() is None:
        return "Chromium is not installed: scripts/install-browser installs it"
    return node_problem()


def browser_is_required() -> bool:
    """Say whether a test that has no browser fails instead of being skipped."""
    return os.environ.get("JOB_ESCROW_REQUIRE_BROWSER") == "1"
