"""The page as web/ builds it: in the wheel ready to serve, so that nobody who runs a server needs Node.js."""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from support.isolated import isolated_node_modules
from support.places import REPOSITORY
from support.steps import run_step

PAGE = REPOSITORY / "api" / "job_escrow_api" / "page"
SOURCES = REPOSITORY / "web"
_CLIENT = Path("clients", "typescript", "src")


def built_page() -> dict[str, bytes]:
    """The files of the page, by their names, built anew from the sources. Raises StepFailed."""
    # Node.js looks for packages from the sources upwards.
    with TemporaryDirectory(dir=isolated_node_modules(SOURCES)) as name:
        folder = Path(name)
        ignored = shutil.ignore_patterns("node_modules")
        shutil.copytree(SOURCES, folder / "web", ignore=ignored)
        shutil.copytree(REPOSITORY / _CLIENT, folder / _CLIENT)
        target = folder / "page"
        environment = os.environ | {"JOB_ESCROW_REPOSITORY": str(REPOSITORY)}
        binaries = folder.parent / "node_modules" / ".bin"
        fix = "correct what the log names in web/src"
        run_step("check the types of the page", [binaries / "tsc"], remedy=fix, cwd=folder / "web")
        run_step(
            "build the page",
            ["node", "build.mjs", target],
            remedy=fix,
            cwd=folder / "web",
            env=environment,
        )
        return files_of(target)


def files_of(folder: Path) -> dict[str, bytes]:
    """All files of a folder, by their names within it."""
    return {str(each.relative_to(folder)): each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file()}


def write_page(files: dict[str, bytes]) -> None:
    """Put the files into the package, and nothing else."""
    shutil.rmtree(PAGE, ignore_errors=True)
    for name, content in files.items():
        path = PAGE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
