"""What the documents of operations are tested with: proxies and Prometheus, Debian's own, unpacked into the cache."""

import os
import shutil
from pathlib import Path

from support.debian import unpack_packages
from support.places import CACHE

_FOLDER = CACHE / "operations"
_PROGRAMS = {
    "nginx": ("nginx", "usr/sbin/nginx"),
    "caddy": ("caddy", "usr/bin/caddy"),
    "prometheus": ("prometheus", "usr/bin/prometheus"),
    "promtool": ("prometheus", "usr/bin/promtool"),
}
"""Each with its package, and where it is there."""


def program(name: str) -> Path:
    """Where a program is: the system's own, or the one that was fetched."""
    installed = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    return Path(installed) if installed is not None else _FOLDER / _PROGRAMS[name][1]


def fetch_operations() -> None:
    """Fetch what is missing. Raises StepFailed."""
    packages = sorted({_PROGRAMS[name][0] for name in _missing()})
    if packages:
        unpack_packages(packages, _FOLDER, purpose="the tests of operations")


def operations_problem() -> str | None:
    """Return what is missing, None where nothing is."""
    missing = _missing()
    return f"{', '.join(missing)} not there: scripts/install-operations fetches them" if missing else None


def operations_are_required() -> bool:
    """Say whether a test that lacks a program fails instead of being skipped."""
    return os.environ.get("JOB_ESCROW_REQUIRE_OPERATIONS") == "1"


def _missing() -> list[str]:
    return [name for name in _PROGRAMS if not program(name).exists()]
