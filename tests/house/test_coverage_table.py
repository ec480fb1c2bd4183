"""scripts/coverage: what it adds up, and what it measures."""

import tomllib
from pathlib import Path

from support.coverage_table import shipped_packages, table

_REPOSITORY = Path(__file__).parents[2]


def _file(lines: int, lines_run: int, branches: int, branches_run: int) -> dict[str, dict[str, int]]:
    return {
        "summary": {
            "num_statements": lines,
            "covered_lines": lines_run,
            "num_branches": branches,
            "covered_branches": branches_run,
        }
    }


def test_a_row_for_each_package_and_one_for_all() -> None:
    files = {
        "client/job_escrow/a.py": _file(1_000, 500, 10, 0),
        "client/job_escrow/chain/b.py": _file(1_000, 1_000, 0, 0),
        "api/job_escrow_api/c.py": _file(2, 1, 0, 0),
        "clients/python/job_escrow_client/d.py": _file(1, 1, 0, 0),
    }
    assert [line.split() for line in table({"files": files}).splitlines()] == [
        ["package", "lines", "branches"],
        ["job_escrow", "1,500", "of", "2,000", "75.0", "%", "0", "of", "10", "0.0", "%"],
        ["job_escrow_api", "1", "of", "2", "50.0", "%", "0", "of", "0", "-"],
        ["job_escrow_client", "1", "of", "1", "100.0", "%", "0", "of", "0", "-"],
        ["total", "1,502", "of", "2,003", "75.0", "%", "0", "of", "10", "0.0", "%"],
    ]


def test_every_package_is_measured() -> None:
    project = tomllib.loads((_REPOSITORY / "pyproject.toml").read_text())["tool"]
    shipped = [Path(folder).name for folder in shipped_packages()]
    assert sorted(project["coverage"]["run"]["source_pkgs"]) == sorted(shipped)
