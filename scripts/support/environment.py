"""The virtual environment in the repository: made once, and changed only where a lock or the project has changed."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from support.places import BYTECODE, REPOSITORY
from support.steps import only_one, run_step, say

VENV = REPOSITORY / ".venv"
BIN = VENV / "bin"
_PYTHON = BIN / "python"
_STAMP = VENV / "job-escrow-environment.json"

# What a caller's shell may hold that would bring in other packages than the locked ones.
_STEERING = frozenset({"PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_REQUIREMENT"})


class Kind(StrEnum):
    """Which lock an environment is made from; each holds what those before it do."""

    RUNTIME = "runtime"
    """What the demo needs, and what installs the project."""

    SERVE = "serve"
    """That, and what the account API and the gateway need."""

    DEV = "dev"
    """That, and what the checks and tests need."""

    @property
    def lock(self) -> Path:
        """The lock with every package's version and hashes."""
        return REPOSITORY / "requirements" / f"{self.value}.lock"


def ensure_environment(wanted: Kind) -> None:
    """Make the environment at VENV hold at least what `wanted` names, and the project itself.

    Raises StepFailed where that is not possible.
    """
    if _is_current(wanted):
        return
    with only_one(f"environment-{hashlib.sha256(bytes(VENV)).hexdigest()[:12]}"):
        # Whoever held the lock may have done it. What has the larger set keeps it.
        kept = [kind for kind in _at_least(wanted) if _stamped().get("kind") == kind]
        if not _is_current(wanted):
            _install(*(kept or [wanted]))


def environment_variables(venv: Path = VENV) -> dict[str, str]:
    """Return the variables for commands of an environment, which come first on their PATH."""
    kept = {name: value for name, value in os.environ.items() if name not in _STEERING}
    return kept | {"PATH": f"{venv / 'bin'}{os.pathsep}{kept.get('PATH', os.defpath)}", "VIRTUAL_ENV": str(venv)}


def variables_for_tests(venv: Path = VENV) -> dict[str, str]:
    """Return those for checks and tests: what Python compiles is kept, also where the caller's shell forbids it.

    They are many processes, each of which would compile what it imports.
    """
    kept = environment_variables(venv)
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | {"PYTHONPYCACHEPREFIX": str(BYTECODE)}


def make_venv(folder: Path, python: str | Path = sys.executable) -> None:
    """Make an empty virtual environment, by default with the Python that runs this. Raises StepFailed."""
    run_step(
        f"make a virtual environment in {folder.name}",
        [python, "-m", "venv", "--clear", folder],
        remedy="Debian's Python comes without it: apt-get install python3-venv; "
        f"or run this with another Python of 3.11 or newer than {python}",
        env={name: value for name, value in os.environ.items() if name not in _STEERING},
    )


def pip_install(python: Path) -> list[str | Path]:
    """Return the command that installs with an interpreter's pip, without what it is to install."""
    return [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]


def _install(kind: Kind) -> None:
    say(f"setting up {VENV}: about a minute, later runs find it there")
    _STAMP.unlink(missing_ok=True)
    if not _runs(_PYTHON):
        make_venv(VENV)
    pip = pip_install(_PYTHON)
    environment = environment_variables()
    run_step(
        f"install requirements of {kind}",
        [*pip, "--require-hashes", "-r", kind.lock],
        remedy="check the network and run the same command again; where a hash is wrong, do not trust the download",
        env=environment,
    )
    run_step(
        "install the project",
        [*pip, "--no-deps", "--no-build-isolation", "--editable", REPOSITORY],
        remedy=f"delete {VENV} and run the same command again",
        env=environment,
    )
    _STAMP.write_text(json.dumps(_stamp(kind), indent=2) + "\n")


def _is_current(wanted: Kind) -> bool:
    found = _stamped()
    return os.access(_PYTHON, os.X_OK) and any(found == _stamp(kind) for kind in _at_least(wanted))


def _at_least(wanted: Kind) -> list[Kind]:
    kinds = list(Kind)
    return kinds[kinds.index(wanted) :]


def _stamped() -> Mapping[str, str]:
    try:
        found = json.loads(_STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _stamp(kind: Kind) -> dict[str, str]:
    """Return what such an environment is made from; scripts in it name their own folder, so that it cannot move."""
    project = (REPOSITORY / "pyproject.toml", REPOSITORY / "client" / "job_escrow" / "_version.py")
    return {
        "kind": kind.value,
        "folder": str(VENV),
        "lock": _sha256(kind.lock),
        "project": ", ".join(_sha256(path) for path in project),
    }


def _runs(python: Path) -> bool:
    return os.access(python, os.X_OK) and subprocess.run([python, "-c", ""], capture_output=True).returncode == 0


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
