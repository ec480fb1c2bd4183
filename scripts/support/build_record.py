"""The record that stands beside the compiled program: what it was built from and with, to be compared later."""

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

from support.places import PROGRAM_DATA, REPOSITORY
from support.sbf_build import PROGRAM
from support.steps import StepFailed

PROGRAM_FILE = f"{PROGRAM}.so"
IDL_FILE = f"{PROGRAM}.json"
RECORD_FILE = "build.json"

_NO_SOURCES = frozenset({"examples", "target"})
"""Folders of the program that are not compiled into it."""

_AGAIN = "What to do: run scripts/build-program and commit what it writes"


@dataclass(frozen=True)
class BuildRecord:
    """Everything is compared for equality only; the names of `toolchain` are for people."""

    program_sha256: str
    idl_sha256: str
    sources_sha256: str
    anchor_lang: str
    toolchain: dict[str, str]

    def to_json(self) -> str:
        """Return the text of the record's file."""
        return json.dumps(asdict(self), indent=2) + "\n"


def program_data(repository: Path) -> Path:
    """Return the folder of the package data in a checkout."""
    return repository / PROGRAM_DATA.relative_to(REPOSITORY)


def new_record(repository: Path, *, program: bytes, idl: bytes, toolchain: dict[str, str]) -> BuildRecord:
    """Return the record of what was just built from a checkout."""
    lock = tomllib.loads((repository / "Cargo.lock").read_text())
    anchor = [package["version"] for package in lock["package"] if package["name"] == "anchor-lang"]
    return BuildRecord(
        program_sha256=_sha256(program),
        idl_sha256=_sha256(idl),
        sources_sha256=sources_sha256(repository),
        anchor_lang=", ".join(anchor),
        toolchain=toolchain,
    )


def read_record(folder: Path) -> BuildRecord:
    """Read the record in a folder. Raises StepFailed where there is none, or not one of this version of the script."""
    try:
        return BuildRecord(**json.loads((folder / RECORD_FILE).read_text()))
    except FileNotFoundError as error:
        raise StepFailed(f"there is no compiled program in {folder}.\n{_AGAIN}") from error
    except (ValueError, TypeError) as error:
        raise StepFailed(f"{folder / RECORD_FILE} is not a record of a build: {error}.\n{_AGAIN}") from error


def sources_sha256(repository: Path) -> str:
    """Return one hash over the names and contents of all that the program is compiled from."""
    files = [repository / "Cargo.lock", repository / "Cargo.toml"]
    for pattern in ("*.rs", "Cargo.toml"):
        files += (
            path
            for path in (repository / "programs").rglob(pattern)
            if not _NO_SOURCES.intersection(path.relative_to(repository).parts)
        )
    total = hashlib.sha256()
    for name, path in sorted((path.relative_to(repository).as_posix(), path) for path in files):
        total.update(f"{_sha256(path.read_bytes())}  {name}\n".encode())
    return total.hexdigest()


def why_not_current(repository: Path) -> str | None:
    """Say why the package data of a checkout is not that of its sources; None where it is. Needs no toolchain."""
    folder = program_data(repository)
    try:
        record = read_record(folder)
    except StepFailed as failure:
        return str(failure)
    if record.sources_sha256 != sources_sha256(repository):
        return f"the sources of the program have changed since {folder / PROGRAM_FILE} was built.\n{_AGAIN}"
    for name, expected in ((PROGRAM_FILE, record.program_sha256), (IDL_FILE, record.idl_sha256)):
        path = folder / name
        if not path.exists() or _sha256(path.read_bytes()) != expected:
            return f"{path} is not the file that {RECORD_FILE} beside it speaks of.\n{_AGAIN}"
    return None


def toolchain_differences(recorded: BuildRecord, present: BuildRecord) -> list[str]:
    """Return one line for each part of the toolchain that is not the recorded one."""
    before, now = recorded.toolchain, present.toolchain
    return [
        f"{name}: {before.get(name, 'nothing')} was recorded, {now.get(name, 'nothing')} is here"
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    ]


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
