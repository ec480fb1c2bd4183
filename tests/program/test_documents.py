"""docs/attacks.md, docs/invariants.md and SECURITY.md name tests that there are."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from program_harness.negatives import mistakes
from program_harness.stage import stage
from program_harness.valid_calls import VALID

REPOSITORY = Path(__file__).parents[2]
ATTACKS = REPOSITORY / "docs" / "attacks.md"
INVARIANTS = REPOSITORY / "docs" / "invariants.md"
SECURITY = REPOSITORY / "SECURITY.md"

_TEST = re.compile(r"`(test_\w+)`")
_FILE = re.compile(r"`(?:tests/program/)?(test_\w+\.py)`")
_CASE = re.compile(r'"([^"]+)"')
_ROW = re.compile(r"^\| (?!---)(.+) \|$", re.MULTILINE)
_WRONG_ACCOUNTS = "test_a_wrong_account_is_refused"


def rows(document: Path) -> Iterator[list[str]]:
    """Cells of each row of the document's first table, without its heading."""
    table = document.read_text().split("\n|---", 1)[1].split("\n\n", 1)[0]
    for row in _ROW.finditer(table):
        yield row[1].split(" | ")


@pytest.fixture(scope="module")
def tests() -> set[str]:
    """Names of all tests."""
    text = "\n".join(path.read_text() for path in (REPOSITORY / "tests").rglob("test_*.py"))
    return set(re.findall(r"^(?:async )?def (test_\w+)", text, re.MULTILINE))


@pytest.mark.parametrize("document", [ATTACKS, INVARIANTS, SECURITY], ids=lambda path: path.name)
def test_every_test_that_is_named_is_there(document: Path, tests: set[str]) -> None:
    named = set(_TEST.findall(document.read_text()))
    assert named - tests == set()


def test_every_file_that_is_named_is_there() -> None:
    named = set(_FILE.findall(INVARIANTS.read_text() + ATTACKS.read_text()))
    assert named
    assert named - {path.name for path in (REPOSITORY / "tests").rglob("test_*.py")} == set()


def test_every_attack_has_a_test() -> None:
    attacks = list(rows(ATTACKS))
    assert len(attacks) > 40
    assert [attack for attack, tests in attacks if not _TEST.search(tests)] == []


def test_every_row_of_the_security_model_is_measured() -> None:
    """But for whoever can replace the program, against whom nothing in it holds."""
    parties = list(rows(SECURITY))
    assert len(parties) > 10
    unmeasured = {who: tests for who, *_, tests in parties if not _TEST.search(tests)}
    assert unmeasured.keys() == {"keeper", "upgrade authority"}
    assert unmeasured["keeper"] == "as a stranger"


def test_every_case_that_is_named_is_tried() -> None:
    tried = {wrong.mistake for name in VALID for wrong in mistakes(stage(), VALID[name](stage()))}
    named = {case for _, tests in rows(ATTACKS) for case in _CASE.findall(tests)}
    assert named - tried == set()
    assert all(_WRONG_ACCOUNTS in tests for _, tests in rows(ATTACKS) if _CASE.search(tests))
