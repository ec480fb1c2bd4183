"""The built wheel, installed alone, runs the demo: nothing of the checkout is needed."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

_REPOSITORY = Path(__file__).parents[2]
_RUNTIME_LOCK = _REPOSITORY / "requirements" / "runtime.lock"
_STEERING = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "JOB_ESCROW_PROGRAM_DIR")


def _run(*command: str | Path, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in _STEERING}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=_REPOSITORY)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the locked dependencies and the wheel."""
    folder = tmp_path_factory.mktemp("environment")
    _run(sys.executable, "-m", "venv", folder, cwd=folder)
    python = folder / "bin" / "python"
    pip = (python, "-m", "pip", "install", "--disable-pip-version-check", "--quiet")
    _run(*pip, "--require-hashes", "-r", _RUNTIME_LOCK, cwd=folder)
    _run(*pip, "--no-deps", "--no-index", wheel, cwd=folder)
    _run(python, "-m", "pip", "check", cwd=folder)
    return folder / "bin"


def test_wheel_holds_the_packages_and_the_program(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    folders = {name.split("/")[0] for name in names}
    dist_info = {name for name in folders if name.endswith(".dist-info")}
    assert len(dist_info) == 1
    packages = ("", "_api", "_cli", "_gateway", "_indexer", "_localnet")
    assert folders - dist_info == {f"job_escrow{each}" for each in packages}
    for needed in ("program/job_escrow.so", "program/job_escrow.json", "presets/decentral.toml", "py.typed"):
        assert f"job_escrow/{needed}" in names
    # The page is served as it was built: nobody who runs a server needs Node.js.
    assert "job_escrow_api/page/index.html" in names
    assert [name for name in names if name.startswith("job_escrow_api/page/assets/page-") and name.endswith(".js")]
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_installed_alone_it_runs_the_demo(installed: Path, wheel: Path, tmp_path: Path) -> None:
    where = _run(installed / "python", "-c", "import job_escrow; print(job_escrow.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(installed.parent)
    report = json.loads(_run(installed / "job-escrow", "demo", "--output", "json-compact", cwd=tmp_path))
    assert report["conserved"] is True
    assert len(report["jobs"]) == 7
    version = _run(installed / "job-escrow", "--version", cwd=tmp_path)
    assert version.strip() == f"job-escrow {wheel.name.split('-')[1]}"
    assert list(tmp_path.iterdir()) == []
