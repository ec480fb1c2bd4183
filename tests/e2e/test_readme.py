"""The README is short, and its commands are those that there are. `tests/docs/test_blocks.py` runs its code."""

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from job_escrow_cli.app import COMMANDS

REPOSITORY = Path(__file__).parents[2]
README = (REPOSITORY / "README.md").read_text()
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]


def test_every_command_that_it_names_is_there() -> None:
    """docs/cli.md has them all: tests/cli/test_documentation.py."""
    named = set(re.findall(r"job-escrow ([a-z-]+)", README))
    assert named
    assert named <= set(COMMANDS)


def test_it_says_at_once_what_it_is_and_stays_short() -> None:
    lines = README.splitlines()
    assert len(lines) <= 150
    assert "Nothing is deployed or audited yet" in lines[2]
    assert README.count("source .venv/bin/activate") == 1


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "programs/README.md", "SECURITY.md"])
def test_scripts_and_files_that_a_document_names_are_there(document: str) -> None:
    text = (REPOSITORY / document).read_text()
    for name in re.findall(r"`((?:scripts|docs|benchmarks|tests|client|indexer|localnet)/[A-Za-z0-9_./-]+)`", text):
        assert (REPOSITORY / name).exists(), name
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (REPOSITORY / document).parent.joinpath(target).exists(), target


_NEEDED = {*PROJECT["dependencies"], *chain.from_iterable(PROJECT["optional-dependencies"].values())}
_PACKAGES = {re.split(r"[<>=\[]", each)[0] for each in _NEEDED} - {"job-escrow"}


@pytest.mark.parametrize("name", sorted(_PACKAGES))
def test_every_package_has_a_line_that_says_what_it_does_here(name: str) -> None:
    rows = (REPOSITORY / "CONTRIBUTING.md").read_text().split("## Packages")[1].splitlines()
    named = {each.strip() for row in rows if row.startswith("|") for each in row.split("|")[1].split(",")}
    assert name in named
