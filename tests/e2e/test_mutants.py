"""scripts/mutate-program: that no validation is left out, and that its reasons are about mutants that there are."""

import re
from pathlib import Path

import pytest
from support.mutants_find import Mutant, survivors, switch_all
from support.mutants_rust import closing, masked, split, without_tests
from support.places import REPOSITORY
from support.steps import StepFailed

PROGRAM = Path("programs") / "job_escrow" / "src"


@pytest.fixture(scope="module")
def mutants() -> tuple[Mutant, ...]:
    return switch_all(REPOSITORY).mutants


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Another checkout of the sources, to be changed."""
    for path in (REPOSITORY / PROGRAM).rglob("*.rs"):
        target = tmp_path / path.relative_to(REPOSITORY)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(path.read_text())
    known = tmp_path / "tests" / "program" / "mutants.toml"
    known.parent.mkdir(parents=True)
    known.write_text((REPOSITORY / "tests" / "program" / "mutants.toml").read_text())
    return tmp_path


def test_every_mutant_has_a_number_and_a_name_of_its_own(mutants: tuple[Mutant, ...]) -> None:
    assert [mutant.number for mutant in mutants] == list(range(1, len(mutants) + 1))
    assert len({mutant.name for mutant in mutants}) == len(mutants) > 300


def test_every_instruction_and_every_account_has_mutants(mutants: tuple[Mutant, ...]) -> None:
    files = {path.relative_to(REPOSITORY / PROGRAM).as_posix() for path in (REPOSITORY / PROGRAM).rglob("*.rs")}
    wanted = {file for file in files if re.match(r"(instructions|state)/(?!mod|balances|one_address)", file)}
    assert wanted - {mutant.file for mutant in mutants} == set()


def test_every_signer_is_a_mutant(mutants: tuple[Mutant, ...]) -> None:
    signers = sum(path.read_text().count(": Signer,") for path in (REPOSITORY / PROGRAM).rglob("*.rs"))
    assert sum(mutant.name.endswith(" has signed") for mutant in mutants) == signers > 20


def test_every_reason_is_about_a_mutant_that_there_is(mutants: tuple[Mutant, ...]) -> None:
    reasons = survivors(REPOSITORY)
    assert reasons.keys() - {mutant.name for mutant in mutants} == set()
    assert all(len(reason) > 20 for reason in reasons.values())


def test_the_switches_are_all_that_differs() -> None:
    """Without them, the text is that of the program: each is code that was put around what is there."""
    switched = switch_all(REPOSITORY)
    refund = "instructions/refund.rs"
    text = re.sub(r"\(crate::mutant::off\(\d+\) \|\| \((.*?)\)\)(?=, E)", r"\1", switched.files[refund])
    text = re.sub(r"if !crate::mutant::off\(\d+\) \{ (.*?;) \}", r"\1", text)
    text = re.sub(r"crate::mutant::either\(\d+, (.*?), \w+\.account\(\)\.address\(\)\)", r"\1", text)
    text = re.sub(r"crate::mutant::Signed<\d+>", "Signer", text)
    text = re.sub(r"crate::mutant::off\(\d+\) \|\| ", "", text)
    assert text == (REPOSITORY / PROGRAM / refund).read_text()


def test_a_refusal_that_no_mutant_takes_away_is_an_error(copy: Path) -> None:
    file = copy / PROGRAM / "instructions" / "refund.rs"
    file.write_text(file.read_text() + "\nfn more() -> Result<()> {\n    Err(EscrowError::OpenJobs.into())\n}\n")
    with pytest.raises(StepFailed, match=r"instructions/refund\.rs:\d+ refuses with OpenJobs, and no mutant"):
        switch_all(copy)


def test_a_mutant_by_hand_that_matches_nothing_any_more_is_an_error(copy: Path) -> None:
    file = copy / PROGRAM / "state" / "lots.rs"
    file.write_text(file.read_text().replace("now >= self.expires_at", "self.expires_at <= now"))
    with pytest.raises(StepFailed, match=r"stands 0 times in state/lots\.rs, not once"):
        switch_all(copy)


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("a && b", ["a", "b"]),
        ("f(a && b) && c == d", ["f(a && b)", "c == d"]),
        ("a || (b && c)", ["a || (b && c)"]),
        ('x != "&&" && y', ['x != "&&"', "y"]),
        ("x // && y\n && z", ["x", "z"]),
        ("byte == b'\\'' && b", ["byte == b'\\''", "b"]),
    ],
)
def test_conjunctions_are_taken_apart(source: str, parts: list[str]) -> None:
    code = masked(source)
    assert [source[start:end] for start, end in split(code, 0, len(code), "&&")] == parts


def test_brackets_and_tests() -> None:
    assert closing("f(a[1], {b})", 1) == 11
    assert "require" not in without_tests("#[cfg(test)]\nmod tests { fn f() { require!(x) } }")
    with pytest.raises(ValueError, match="no closing bracket"):
        closing("f(a", 1)
