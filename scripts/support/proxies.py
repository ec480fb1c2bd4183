"""The proxies that the files in deploy/ are tested with: Debian's, unpacked into the cache beside the system's own."""

import os
import shutil
from pathlib import Path

from support.debian import unpack_packages
from support.places import CACHE

_FOLDER = CACHE / "proxies"
_PACKAGES = {"nginx": "usr/sbin/nginx", "caddy": "usr/bin/caddy"}


def proxy(name: str) -> Path:
    """Where nginx or caddy is: the system's own, or the one that was fetched."""
    installed = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    return Path(installed) if installed is not None else _FOLDER / _PACKAGES[name]


def fetch_proxies() -> None:
    """Fetch what is missing. Raises StepFailed."""
    missing = [name for name in _PACKAGES if not proxy(name).exists()]
    if missing:
        unpack_packages(missing, _FOLDER, purpose="the tests of deploy/")


def proxies_problem() -> str | None:
    """Return what is missing, None where nothing is."""
    missing = [name for name in _PACKAGES if not proxy(name).exists()]
    return f"{' and '.join(missing)} not there: scripts/install-proxies fetches them" if missing else None


def proxies_are_required() -> bool:
    """Say whether a test that has no proxy fails instead of being skipped."""
    return os.environ.get("JOB_ESCROW_REQUIRE_PROXIES") == "1"
