"""The Pythons and packages that the project is tested with: an environment of its own for each, in the user's cache."""

import hashlib
import os
import shutil
import subprocess
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

from support.environment import Kind, make_venv, pip_install
from support.locks import GROUPS
from support.places import CACHE, REPOSITORY
from support.steps import only_one, run_step

_CLASSIFIER = "Programming Language :: Python :: 3."
_NETWORK = "check the network and run the same command again"
_NEWEST_FOR_SECONDS = 7 * 24 * 60 * 60
"""For so long what was newest is taken for that."""


@dataclass(frozen=True, kw_only=True)
class Tested:
    """A Python, and which packages."""

    version: str
    newest: bool = False
    """The newest packages that pyproject.toml allows, instead of the locked ones."""

    @property
    def name(self) -> str:
        """As scripts/test-pythons is told it."""
        return f"{self.version}-{'newest' if self.newest else 'locked'}"


def supported() -> list[str]:
    """Return the versions that pyproject.toml names, the oldest first."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    named = [one.rpartition(" ")[2] for one in project["classifiers"] if one.startswith(_CLASSIFIER)]
    return sorted(named, key=lambda version: int(version.partition(".")[2]))


def matrix() -> list[Tested]:
    """Return all of it: each version with the locked packages, the oldest with the newest ones too."""
    versions = supported()
    return [Tested(version=versions[0], newest=True), *(Tested(version=version) for version in versions)]


def smoke() -> list[Tested]:
    """Return where something breaks first: the newest packages, and the newest Python."""
    everything = matrix()
    return [everything[0], everything[-1]]


def find_python(version: str) -> Path | None:
    """Return an interpreter of this version, from the PATH or from pyenv; None: there is none that runs."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    on_path = shutil.which(f"python{version}")
    places = [
        *([Path(on_path)] if on_path else []),
        *sorted(pyenv.glob(f"versions/{version}.*/bin/python"), reverse=True),
    ]
    return next((place for place in places if _version(place) == version), None)


def tested_python(tested: Tested, interpreter: Path) -> Path:
    """Return the Python of an environment with the packages and this checkout, made where it is not there yet.

    Raises StepFailed.
    """
    folder = CACHE / "pythons" / f"{tested.name}-{_digest(tested, interpreter)}"
    python, installed = folder / "bin" / "python", folder / "installed"
    with only_one(f"pythons-{tested.name}"):
        if not _is_current(tested, installed):
            make_venv(folder, interpreter)
            pip = pip_install(python)
            packages = declared() if tested.newest else ["--require-hashes", "-r", str(Kind.DEV.lock)]
            run_step(f"install packages for {tested.name}", [*pip, *packages], remedy=_NETWORK)
            project = ["--no-deps", "--no-build-isolation", "--editable", str(REPOSITORY)]
            run_step(f"install the project for {tested.name}", [*pip, *project], remedy=f"delete {folder}, try again")
            installed.touch()
    return python


def declared() -> list[str]:
    """Return what pyproject.toml asks for, with all that the tests need."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"].values()
    # Extras that name others of the project itself bring nothing that those do not; its clients are in the checkout.
    own = (f"{project['project']['name']}[", *project["tool"]["uv"]["sources"])
    return [
        *project["project"]["dependencies"],
        *sorted({one for extra in extras for one in extra if not one.startswith(own)}),
        *(one for group in GROUPS[Kind.DEV] for one in project["dependency-groups"][group]),
    ]


def _is_current(tested: Tested, installed: Path) -> bool:
    if not installed.exists():
        return False
    return not tested.newest or time.time() - installed.stat().st_mtime < _NEWEST_FOR_SECONDS


def _digest(tested: Tested, interpreter: Path) -> str:
    packages = declared() if tested.newest else [Kind.DEV.lock.read_text()]
    commands = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["scripts"]
    # It has the checkout by its path.
    made_of = [str(REPOSITORY), str(interpreter.resolve()), str(commands), *packages]
    return hashlib.sha256("\0".join(made_of).encode()).hexdigest()[:16]


def _version(python: Path) -> str | None:
    shown = subprocess.run(
        [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip() if shown.returncode == 0 else None
