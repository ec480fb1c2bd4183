"""The table of other clients: each version is the locked one, each test is there."""

import json
import re
from pathlib import Path

import pytest
from documents import DOCS

REPOSITORY = DOCS.parent
ROW = re.compile(r"^\| (\S+)(?: \(Python\))? \| ([\d.]+) \| .+ \| `(\S+)` \|$", re.MULTILINE)
ROWS = ROW.findall((DOCS / "clients.md").read_text())


def locked(client: str) -> set[str]:
    """The versions of a client in the locks."""
    found = set()
    for lock in REPOSITORY.glob("requirements/*.lock"):
        found |= set(re.findall(rf"^{re.escape(client)}==(\S+)", lock.read_text(), re.MULTILINE))
    for lock in REPOSITORY.glob("tests/**/package-lock.json"):
        packages = json.loads(lock.read_text())["packages"]
        found |= {packages[place]["version"] for place in (f"node_modules/{client}",) if place in packages}
    return found


def test_every_row_is_read() -> None:
    lines = [line for line in (DOCS / "clients.md").read_text().splitlines() if line.startswith("| ")]
    assert len(ROWS) == len(lines) - 1


@pytest.mark.parametrize(("client", "version", "test"), ROWS, ids=[row[0] for row in ROWS])
def test_a_row_is_true(client: str, version: str, test: str) -> None:
    assert version in locked(client)
    assert (REPOSITORY / Path(test)).is_file()
