"""Imports go one way between the rooms: the contracts in pyproject.toml hold, and each can be broken."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
ROOMS = ("api", "cli", "client", "clients/python", "gateway", "indexer", "localnet")

# For each contract, a file and an import that it must not have.
WRONG = {
    "rooms": ("indexer/job_escrow_indexer/position.py", "job_escrow_api.settings"),
    "gateway": ("gateway/job_escrow_gateway/model.py", "job_escrow.amounts"),
    "api_client": ("clients/python/job_escrow_client/calls.py", "job_escrow.amounts"),
    "localnet": ("localnet/job_escrow_localnet/config.py", "job_escrow.addresses"),
    "tools": ("api/job_escrow_api/domain/times.py", "job_escrow_localnet.config"),
    "domain": ("api/job_escrow_api/domain/rate_limit.py", "litestar"),
    "given": ("api/job_escrow_api/http/media.py", "job_escrow_api.services"),
    "chain": ("client/job_escrow/chain/requests.py", "job_escrow.chain.driving"),
    "library": ("client/job_escrow/chain/rpc.py", "job_escrow.escrow"),
}


def test_imports_go_one_way() -> None:
    done = lint(REPOSITORY)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in done.stdout


def test_each_wrong_import_is_seen(tmp_path: Path) -> None:
    assert set(WRONG) == {each["id"] for each in CONTRACTS}
    for room in ROOMS:
        shutil.copytree(REPOSITORY / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__", "program"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    for file, module in WRONG.values():
        with (tmp_path / file).open("a") as source:
            source.write(f"\nimport {module}\n")
    done = lint(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    said = " ".join(done.stdout.split())
    for contract in CONTRACTS:
        assert f"{contract['name']} BROKEN" in said
    for file, module in WRONG.values():
        (inside,) = (file.removeprefix(f"{room}/") for room in ROOMS if file.startswith(f"{room}/"))
        importer = inside.removesuffix(".py").replace("/", ".")
        assert f"{importer} -> {module}" in said


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(str(root / room) for room in ROOMS)
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": path, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
