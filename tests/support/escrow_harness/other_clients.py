"""Programs on other clients, run in environments of their own; they talk to a node and print one JSON object."""

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from support.isolated import isolated_node_modules, isolated_python, node_is_required, node_problem
from support.steps import StepFailed

from escrow_harness.patience import PATIENCE_SECONDS

_TIMEOUT_SECONDS = PATIENCE_SECONDS


def run_python(environment: str, program: Path, stage: dict[str, Any]) -> dict[str, Any]:
    """Run a program with the packages of requirements/<environment>.lock, and with none of ours."""
    try:
        python = isolated_python(environment)
    except StepFailed as failure:
        pytest.fail(str(failure))
    with TemporaryDirectory() as folder:
        return _run([python, "-I", program, _written(stage, Path(folder))])


def run_node(program: Path, stage: dict[str, Any], helpers: dict[str, str] | None = None) -> dict[str, Any]:
    """Run a program with the packages of the package-lock.json beside it, and with the helpers that it imports."""
    installed = node_packages(program.parent)
    # Node.js looks for packages from the program's folder upwards.
    with TemporaryDirectory(dir=installed) as folder:
        copy = Path(folder) / program.name
        copy.write_bytes(program.read_bytes())
        for name, source in (helpers or {}).items():
            (Path(folder) / name).write_text(source)
        return _run(["node", copy, _written(stage, Path(folder))])


def run_rendered(package: Path, idl: Path, helpers: tuple[Path, ...], stage: dict[str, Any]) -> dict[str, Any]:
    """Render a client of an IDL with a package's generate.mjs, compile it with its main.ts, strictly, and run that."""
    installed = node_packages(package)
    with TemporaryDirectory(dir=installed) as name:
        folder = Path(name)
        (folder / "package.json").write_text('{"type": "commonjs"}')
        for file in (*helpers, *(package / each for each in ("generate.mjs", "main.ts", "tsconfig.json"))):
            (folder / file.name).write_bytes(file.read_bytes())
        _tell(["node", folder / "generate.mjs", idl, folder / "client"])
        _tell([installed / "node_modules/.bin/tsc", "-p", folder])
        return _run(["node", folder / "built/main.js", _written(stage, folder)])


def as_javascript(source: Path, package: Path) -> str:
    """A TypeScript file without its types, by the compiler of a package."""
    script = (
        "const ts = require('typescript'); const source = require('fs').readFileSync(process.argv[1], 'utf8');"
        "process.stdout.write(ts.transpileModule(source,"
        " {compilerOptions: {module: 'esnext', target: 'es2022'}}).outputText)"
    )
    return _tell(["node", "-e", script, source], cwd=node_packages(package))


def node_packages(package: Path) -> Path:
    """A folder whose node_modules are those of the package-lock.json in `package`; skips where there is no Node.js."""
    problem = node_problem()
    if problem is not None and not node_is_required():
        pytest.skip(problem)
    try:
        return isolated_node_modules(package)
    except StepFailed as failure:
        pytest.fail(str(failure))


def _written(stage: dict[str, Any], folder: Path) -> Path:
    file = folder / "stage.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(stage))
    return file


def _run(command: list[str | Path]) -> dict[str, Any]:
    seen: dict[str, Any] = json.loads(_tell(command))
    return seen


def _tell(command: list[str | Path], cwd: Path | None = None) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False, cwd=cwd)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout
