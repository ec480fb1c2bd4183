"""Each extra, installed alone from the wheel into an environment of its own, brings what it promises."""

import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
EXTRAS = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["optional-dependencies"]
_STEERING = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "JOB_ESCROW_PROGRAM_DIR")

# What can be imported whole; the library is always, but for what has an extra of its own.
PROMISED = {
    "": ("job_escrow",),
    "cli": ("job_escrow", "job_escrow_cli"),
    "gateway": ("job_escrow", "job_escrow_client", "job_escrow_gateway"),
    "index": ("job_escrow", "job_escrow_indexer"),
    "layouts": ("job_escrow", "job_escrow.layouts"),
    "localnet": ("job_escrow", "job_escrow_localnet"),
    "parquet": ("job_escrow", "job_escrow_indexer", "pyarrow.parquet"),
    "serve": ("job_escrow", "job_escrow_api", "job_escrow_indexer"),
    "testing": ("job_escrow", "job_escrow_localnet"),
    "all": (
        *("job_escrow", "job_escrow.layouts", "job_escrow_api", "job_escrow_cli", "job_escrow_gateway"),
        *("job_escrow_indexer", "job_escrow_localnet", "pyarrow.parquet"),
    ),
}
_IMPORT_ALL = """
import importlib, pkgutil, sys
for name in sys.argv[1:]:
    package = importlib.import_module(name)
    for each in pkgutil.walk_packages(getattr(package, "__path__", []) if "job_escrow" in name else [], name + "."):
        own = each.name.startswith("job_escrow.layouts") and "job_escrow.layouts" not in sys.argv
        if not own and not each.name.endswith("__main__"):
            importlib.import_module(each.name)
"""

# A command that the extra does not bring: which one it names.
LACKING = {
    "": (("balance", "cli"),),
    "cli": (
        ("localnet", "localnet"),
        ("index", "index"),
        ("serve --platform x", "serve"),
        ("gateway --upstream http://x", "gateway"),
    ),
    "serve": (("balance", "cli"),),
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's, beside that of the account API's client, which it needs for the gateway."""
    folder = tmp_path_factory.mktemp("wheel")
    for project in (REPOSITORY, REPOSITORY / "clients" / "python"):
        _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=project)
    (built,) = folder.glob("job_escrow-*.whl")
    return built


@pytest.mark.parametrize("extra", PROMISED)
def test_an_extra_alone_brings_what_it_promises(extra: str, wheel: Path, tmp_path: Path) -> None:
    _run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    pinned = tmp_path / "pinned.txt"
    pinned.write_text(_pinned())
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "--no-input")
    wanted = f"job-escrow[{extra}] @ {wheel.as_uri()}"
    found = ("--find-links", wheel.parent, "--constraint", pinned)
    _run(*pip, "install", "--quiet", "--no-compile", *found, wanted, cwd=tmp_path)
    _run(*pip, "check", cwd=tmp_path)
    _run(python, "-c", _IMPORT_ALL, *PROMISED[extra], cwd=tmp_path)
    for command, missing in LACKING.get(extra, ()):
        done = _begun(python.with_name("job-escrow"), *command.split(), cwd=tmp_path)
        assert done.returncode == 2, done.stderr
        assert done.stdout == ""
        assert f"error: this command needs the extra `{missing}` (" in done.stderr
        assert f"pip install 'job-escrow[{missing}]'" in done.stderr
    if "job_escrow_cli" in PROMISED[extra]:
        _run(python.with_name("job-escrow"), "demo", cwd=tmp_path)


def test_every_extra_is_tried_and_all_has_them_all() -> None:
    assert set(PROMISED) - {""} == set(EXTRAS)
    (everything,) = EXTRAS["all"]
    named = re.fullmatch(r"job-escrow\[(.*)\]", everything)
    assert named is not None
    assert set(named[1].split(",")) == set(EXTRAS) - {"all"}


@cache
def _pinned() -> str:
    """The versions of the lock, without the hashes: pip wants none or all, and the wheel is built here."""
    lines = (REPOSITORY / "requirements" / "dev.lock").read_text().splitlines()
    return "\n".join(line.removesuffix("\\").strip() for line in lines if re.match(r"[a-z]", line))


def _begun(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in _STEERING}
    environment["HOME"] = str(cwd)
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def _run(*command: str | Path, cwd: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in _STEERING}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
