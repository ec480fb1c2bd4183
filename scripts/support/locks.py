"""The locks in requirements/: what they are resolved from, how, and whether they still fit."""

import hashlib
import json
import os
import shutil
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

from support.environment import Kind, make_venv
from support.places import CACHE, REPOSITORY
from support.steps import run_step, say

_UV_VERSION = "0.13.8"
_NETWORK = "check the network and run scripts/lock again"
_PREFIX = "# Resolved from the dependencies with sha256 "


def resolve_locks(*, upgrade: bool) -> None:
    """Write all of them; with `upgrade` from the newest versions. Needs the network."""
    uv = _ensure_uv()
    # The smallest first: what it pins, the next one takes over.
    smaller: Path | None = None
    for kind in Kind:
        _resolve_project(uv, kind, upgrade=upgrade, constraint=smaller)
        smaller = kind.lock
    for name in INTEROP:
        _resolve(uv, interop_source(name), interop_lock(name), interop_header(name), upgrade=upgrade)
    _resolve_npm()


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


GROUPS = {Kind.RUNTIME: ("build",), Kind.SERVE: ("build",), Kind.DEV: ("build", "dev")}
"""The dependency groups that each kind adds to the project's own dependencies."""

EXTRAS: dict[Kind, tuple[str, ...]] = {
    Kind.RUNTIME: ("cli", "index", "layouts", "localnet"),
    Kind.SERVE: ("cli", "gateway", "index", "layouts", "localnet", "serve"),
    Kind.DEV: ("cli", "gateway", "index", "layouts", "localnet", "parquet", "serve"),
}
"""The extras of the project that each kind has."""


INTEROP = ("interop-anchorpy", "interop-anchorpy3", "interop-data", "interop-openai")
"""Other clients, each tested in an environment of its own: they pin what the product needs newer, or bring more."""


def interop_source(name: str) -> Path:
    """Return where it says which client it is."""
    return REPOSITORY / "requirements" / f"{name}.in"


def interop_lock(name: str) -> Path:
    """Return the lock of its environment."""
    return REPOSITORY / "requirements" / f"{name}.lock"


def _begins_with(path: Path, text: str) -> bool:
    return path.exists() and path.read_text().startswith(text)


def _ensure_uv() -> Path:
    """Install the resolver into the cache, once."""
    folder = CACHE / f"uv-{_UV_VERSION}"
    uv = folder / "bin" / "uv"
    if not os.access(uv, os.X_OK):
        make_venv(folder)
        pip = folder / "bin" / "pip"
        run_step(f"install uv {_UV_VERSION}", [pip, "install", f"uv=={_UV_VERSION}"], remedy=_NETWORK)
    return uv


def _resolve_project(uv: Path, kind: Kind, *, upgrade: bool, constraint: Path | None = None) -> None:
    """Write a lock of the project itself."""
    _resolve(
        uv,
        REPOSITORY / "pyproject.toml",
        kind.lock,
        header(kind),
        *(option for extra in EXTRAS[kind] for option in ("--extra", extra)),
        *(option for group in GROUPS[kind] for option in ("--group", group)),
        *(("--constraint", str(constraint.relative_to(REPOSITORY))) if constraint is not None else ()),
        upgrade=upgrade,
    )


def _resolve(uv: Path, source: Path, lock: Path, comment: str, *options: str, upgrade: bool) -> None:
    """Write one lock, and only once it is whole."""
    with TemporaryDirectory() as folder:
        output = Path(folder) / lock.name
        if lock.exists():
            output.write_text(lock.read_text())
        run_step(
            f"resolve {lock.name}",
            [
                *(uv, "pip", "compile", source.relative_to(REPOSITORY)),
                *("--output-file", output, "--no-header", "--quiet"),
                *("--universal", "--python-version", "3.11", "--generate-hashes"),
                # Neither this machine's folders nor its package index belong into a lock.
                *("--no-emit-index-url", "--no-emit-find-links", "--no-config"),
                *("--no-emit-package", "job-escrow-client"),
                *options,
                *(("--upgrade",) if upgrade else ()),
            ],
            remedy=_NETWORK,
            env={name: value for name, value in os.environ.items() if name != "UV_FIND_LINKS"},
            cwd=REPOSITORY,
        )
        lock.parent.mkdir(exist_ok=True)
        lock.write_text(comment + output.read_text())


def _resolve_npm() -> None:
    """Write package-lock.json beside each package.json; they name exact versions, so that nothing moves by itself."""
    npm = shutil.which("npm")
    if npm is None:
        say("npm is not installed: every package-lock.json stays as it is")
        return
    for package in sorted(
        each for room in ("clients", "tests", "web") for each in (REPOSITORY / room).glob("**/package.json")
    ):
        if "node_modules" not in package.parts:
            run_step(
                f"resolve {package.parent.relative_to(REPOSITORY)}",
                [
                    *(npm, "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"),
                    # No lock names the registry of the machine that it was made on.
                    "--omit-lockfile-registry-resolved",
                ],
                remedy=_NETWORK,
                cwd=package.parent,
            )
