"""The locks in requirements/: which dependencies of pyproject.toml they were resolved from."""

import hashlib
import json
import tomllib
from pathlib import Path

from support.environment import Kind
from support.places import REPOSITORY

_PREFIX = "# Resolved from the dependencies with sha256 "


def header(kind: Kind) -> str:
    """Return the comment that a lock begins with."""
    return f"# Made by scripts/lock; do not edit.\n{_PREFIX}{declared_sha256(kind)}\n"


def interop_header(name: str) -> str:
    """Return the comment that the lock of another client's environment begins with."""
    wanted = hashlib.sha256(interop_source(name).read_bytes()).hexdigest()
    return f"# Made by scripts/lock from {interop_source(name).name}; do not edit.\n{_PREFIX}{wanted}\n"


def stale_locks() -> list[str]:
    """Return one sentence for each lock that other dependencies were resolved for. Needs no network."""
    return [
        *(
            f"{kind.lock.relative_to(REPOSITORY)} is not of the dependencies that pyproject.toml declares"
            for kind in Kind
            if not _begins_with(kind.lock, header(kind))
        ),
        *(
            f"{interop_lock(name).relative_to(REPOSITORY)} is not of what {interop_source(name).name} asks for"
            for name in INTEROP
            if not _begins_with(interop_lock(name), interop_header(name))
        ),
    ]


def declared_sha256(kind: Kind) -> str:
    """Return a hash over what pyproject.toml declares for this kind."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    declared = [
        project["project"]["requires-python"],
        project["project"]["dependencies"],
        [project["project"]["optional-dependencies"][extra] for extra in EXTRAS[kind]],
        [project["dependency-groups"][group] for group in GROUPS[kind]],
    ]
    return hashlib.sha256(json.dumps(declared).encode()).hexdigest()


GROUPS = {Kind.RUNTIME: ("build",), Kind.DEV: ("build", "dev")}
"""The dependency groups that each kind adds to the project's own dependencies."""

EXTRAS: dict[Kind, tuple[str, ...]] = {Kind.RUNTIME: (), Kind.DEV: ("parquet", "serve")}
"""The extras of the project that each kind has."""


INTEROP = ("interop-anchorpy", "interop-anchorpy3")
"""Other clients of the program, each tested in an environment of its own: they pin what the product needs newer."""


def interop_source(name: str) -> Path:
    """Return where it says which client it is."""
    return REPOSITORY / "requirements" / f"{name}.in"


def interop_lock(name: str) -> Path:
    """Return the lock of its environment."""
    return REPOSITORY / "requirements" / f"{name}.lock"


def _begins_with(path: Path, text: str) -> bool:
    return path.exists() and path.read_text().startswith(text)
