"""Environments of their own, in the user's cache, for other clients of the program: made once for each lock."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from support.environment import make_venv, pip_install
from support.locks import interop_lock
from support.places import CACHE
from support.steps import StepFailed, only_one, run_step

OLDEST_NODE = 20
_NETWORK = "check the network and run the same command again"


def isolated_python(name: str) -> Path:
    """Return the interpreter of the environment that requirements/<name>.lock describes. Raises StepFailed."""
    lock = interop_lock(name)
    folder = CACHE / f"{name}-{_digest(lock)}-{sys.version_info.major}.{sys.version_info.minor}"
    python = folder / "bin" / "python"
    with only_one(name):
        if not (folder / "installed").exists():
            make_venv(folder)
            run_step(
                f"install {name}",
                [*pip_install(python), "--require-hashes", "-r", lock],
                remedy=_NETWORK,
            )
            (folder / "installed").touch()
    return python


def isolated_node_modules(package: Path) -> Path:
    """Return a folder in the cache with the node_modules of a package.json and its lock. Raises StepFailed."""
    problem = node_problem()
    if problem is not None:
        raise StepFailed(problem)
    manifests = (package / "package.json", package / "package-lock.json")
    name = f"npm-{package.name}"
    folder = CACHE / f"{name}-{_digest(*manifests)}"
    with only_one(name):
        if not (folder / "installed").exists():
            folder.mkdir(parents=True, exist_ok=True)
            for manifest in manifests:
                shutil.copy(manifest, folder)
            run_step(
                f"install the packages of {package.name}",
                # Nobody's install script is needed, so that none is run.
                ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                remedy=_NETWORK,
                cwd=folder,
            )
            (folder / "installed").touch()
    return folder


def node_problem() -> str | None:
    """Return what is missing for programs on Node.js, None where nothing is."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return f"Node.js is not installed: install version {OLDEST_NODE} or later, with npm"
    shown = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", shown)
    if found is None or int(found[1]) < OLDEST_NODE:
        return (
            f"Node.js is {shown.strip() or 'of an unknown version'}: install version {OLDEST_NODE} or later, with npm"
        )
    return None


def node_is_required() -> bool:
    """Say whether a test that cannot run its program on Node.js fails instead of being skipped."""
    return os.environ.get("JOB_ESCROW_REQUIRE_NODE") == "1"


def _digest(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
