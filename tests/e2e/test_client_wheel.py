"""The wheel of the API's Python client: built beside the project's, it stands alone, and its types are a caller's."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

_REPOSITORY = Path(__file__).parents[2]
_STEERING = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "MYPYPATH")
_PROGRAM = """
from job_escrow_client import AsyncClient, Client, LockRequest

def price(client: Client) -> int:
    return client.lock_job(LockRequest(customer_key="x", credits=1), idempotency_key="y").{answer}

async def wait(client: AsyncClient) -> int:
    return (await client.get_account(min_slot={slot})).credits_remaining
"""


def _run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in _STEERING}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def _done(*command: str | Path, cwd: Path) -> str:
    done = _run(*command, cwd=cwd)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _done(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=_REPOSITORY / "clients/python")
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel, found by --find-links, and what it needs in the versions of the lock."""
    folder = tmp_path_factory.mktemp("environment")
    _done(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    interpreter = folder / "venv" / "bin" / "python"
    lock = (_REPOSITORY / "requirements" / "dev.lock").read_text().splitlines()
    pinned = folder / "pinned.txt"
    pinned.write_text("\n".join(line.removesuffix("\\").strip() for line in lock if re.match(r"[a-z]", line)))
    name, version, *_ = wheel.name.split("-")
    pip = (sys.executable, "-m", "pip", "--python", interpreter, "--disable-pip-version-check", "--no-input")
    wanted = f"{name}=={version}"
    _done(*pip, "install", "-q", "--find-links", wheel.parent, "--constraint", pinned, wanted, cwd=folder)
    _done(*pip, "check", cwd=folder)
    return interpreter


def test_it_holds_its_package_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"job_escrow_client"}
    assert "job_escrow_client/py.typed" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_it_works_where_nothing_of_solana_is(python: Path, tmp_path: Path) -> None:
    program = (
        "import importlib.util as found; from job_escrow_client import *; "
        "assert not [name for name in ('solana', 'solders', 'job_escrow') if found.find_spec(name)]; "
        "Client('http://127.0.0.1:1', retries=NEVER).get_liveness()"
    )
    done = _run(python, "-c", program, cwd=tmp_path)
    assert "Unreachable: the API did not answer (ConnectError" in done.stderr
    assert "it was not carried out" in done.stderr


def test_a_callers_types_are_checked(python: Path, tmp_path: Path) -> None:
    mypy = (sys.executable, "-m", "mypy", "--strict", "--python-executable", python, "--cache-dir", tmp_path / "cache")
    (tmp_path / "right.py").write_text(_PROGRAM.format(answer="charged", slot="7"))
    (tmp_path / "wrong.py").write_text(_PROGRAM.format(answer="lock_signature", slot="'7'"))
    assert "Success" in _done(*mypy, "right.py", cwd=tmp_path)
    wrong = _run(*mypy, "wrong.py", cwd=tmp_path).stdout
    assert "Incompatible return value type" in wrong, wrong
    assert 'Argument "min_slot"' in wrong
