"""The table of scripts/coverage: lines and branches of each package, from coverage's JSON."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from support.places import REPOSITORY


@dataclass
class _Sum:
    lines: int = 0
    lines_run: int = 0
    branches: int = 0
    branches_run: int = 0

    def add(self, summary: Mapping[str, int]) -> None:
        self.lines += summary["num_statements"]
        self.lines_run += summary["covered_lines"]
        self.branches += summary["num_branches"]
        self.branches_run += summary["covered_branches"]

    def cells(self) -> tuple[str, ...]:
        pairs = ((self.lines_run, self.lines), (self.branches_run, self.branches))
        return tuple(cell for run, of in pairs for cell in (f"{run:,} of {of:,}", _share(run, of)))


def shipped_packages() -> list[str]:
    """The folders that the wheels of this repository have, from its root."""
    found = []
    for root in (REPOSITORY, REPOSITORY / "clients" / "python"):
        project = tomllib.loads((root / "pyproject.toml").read_text())["tool"]
        folders = project["hatch"]["build"]["targets"]["wheel"]["packages"]
        found += [str((root / folder).relative_to(REPOSITORY)) for folder in folders]
    return found


def table(report: Mapping[str, Any]) -> str:
    """A row for each package, by its folder's name, and one for all."""
    packages: dict[str, _Sum] = {}
    total = _Sum()
    for file, found in report["files"].items():
        # Each is a folder in one of its own: api/job_escrow_api/…, clients/python/job_escrow_client/….
        package = next(part for part in PurePath(file).parts if part.startswith("job_escrow"))
        packages.setdefault(package, _Sum()).add(found["summary"])
        total.add(found["summary"])
    rows: list[tuple[str, ...]] = [("package", "lines", "", "branches", "")]
    rows += [(name, *packages[name].cells()) for name in sorted(packages)]
    rows.append(("total", *total.cells()))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) if column == 0 else cell.rjust(width) for column, (cell, width) in enumerate(pairs))
        for pairs in (list(zip(row, widths, strict=True)) for row in rows)
    )


def _share(run: int, of: int) -> str:
    return f"{100 * run / of:.1f} %" if of else "-"
