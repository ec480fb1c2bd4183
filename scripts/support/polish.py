"""Generated Python as the repository formats it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from support.steps import StepFailed


def polished(texts: Mapping[Path, str], repository: Path) -> dict[Path, str]:
    """Remove unused imports and format; raises StepFailed where rules of the repository stay broken."""
    ruff = _ruff()
    # Folders like the real ones: what ruff takes for a package decides how it sorts imports.
    with TemporaryDirectory() as root:
        for path, text in texts.items():
            file = Path(root, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            (file.parent.parent / "__init__.py").touch()
            file.write_text(text)
        files = [str(Path(root, path)) for path in texts]
        options = ["--no-cache", "--quiet", "--config", str(repository / "pyproject.toml"), *files]
        # Unused imports first: what is left of them mostly fits into one line each.
        _run([ruff, "check", "--fix-only", "--fixable", "F401", *options])
        _run([ruff, "check", "--fix-only", "--fixable", "I001,RUF022", *options])
        _run([ruff, "format", *options])
        # What is still needed shows in the lines as they are.
        _run([ruff, "check", "--fix-only", "--fixable", "RUF100", *options])
        _run([ruff, "check", *options])
        return {path: Path(root, path).read_text() for path in texts}


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StepFailed(f"{' '.join(command[:2])} refused generated code:\n{done.stdout}{done.stderr}")


def _ruff() -> str:
    beside = Path(sys.executable).parent / "ruff"
    found = str(beside) if os.access(beside, os.X_OK) else shutil.which("ruff")
    if found is None:
        raise StepFailed("ruff is missing.\nWhat to do: install requirements/dev.lock, or run with the venv's python")
    return found
