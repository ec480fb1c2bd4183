"""The names of unit kinds are one list: program, layouts, presets and documents have no other."""

import json
import re
from pathlib import Path

import pytest
from job_escrow.layouts.parts import TIER
from job_escrow.program_files import idl_path
from job_escrow.units import UNIT_KINDS, unit_name, unit_number

_REPOSITORY = Path(__file__).parents[2]
_OTHER_SPELLINGS = re.compile(r"\b(output|gpu|cpu|gib)_(token|second|hour)s?\b")
_MADE = {"client/job_escrow/program"}


def _listed(text: str) -> tuple[str, ...]:
    """The kinds that a sentence such as `0 output token, 1 request` lists, by their numbers."""
    found = re.findall(r"(\d+) ([A-Za-z][A-Za-z -]*)", text)
    assert [int(number) for number, _ in found] == list(range(len(found)))
    return tuple(name.strip().lower().replace(" ", "-") for _, name in found)


def test_the_programs_own_list_is_this_one() -> None:
    documents = json.loads(idl_path().read_text())["types"]
    (tier,) = (each for each in documents if each["name"] == "Tier")
    (field,) = (each for each in tier["type"]["fields"] if each["name"] == "unit_kind")
    assert _listed(" ".join(field["docs"])) == UNIT_KINDS


def test_the_layouts_list_is_this_one() -> None:
    field = next(each for each in vars(TIER)["subcons"] if each.name == "unit_kind")
    assert _listed(field.docs) == UNIT_KINDS


def test_a_name_and_its_number_belong_together() -> None:
    for number, name in enumerate(UNIT_KINDS):
        assert unit_name(number) == name
        assert unit_number(name) == number
    assert unit_name(len(UNIT_KINDS)) == f"kind-{len(UNIT_KINDS)}"
    with pytest.raises(ValueError, match="'output_token' is not a unit: use output-token, request, "):
        unit_number("output_token")


@pytest.mark.parametrize("folder", ["client", "indexer", "localnet", "docs", "examples"])
def test_nobody_spells_a_unit_another_way(folder: str) -> None:
    for path in sorted((_REPOSITORY / folder).rglob("*")):
        if path.suffix in (".py", ".md", ".toml") and not any(part in path.as_posix() for part in _MADE):
            found = _OTHER_SPELLINGS.search(path.read_text())
            assert found is None, f"{path}: {found}"
