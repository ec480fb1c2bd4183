"""The IDL in the older format: what it says, and that nothing is written that would say something else."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from support.idl_legacy import legacy_idl
from support.steps import StepFailed

_Json = Any

_IDL = json.loads((Path(__file__).parents[2] / "client/job_escrow/program/job_escrow.json").read_text())


def test_it_has_all_that_the_format_has_a_place_for() -> None:
    older = legacy_idl(_IDL)
    assert older["metadata"]["address"] == _IDL["address"]
    assert [each["name"] for each in older["accounts"]] == [each["name"] for each in _IDL["accounts"]]
    assert [each["name"] for each in older["events"]] == [each["name"] for each in _IDL["events"]]
    assert [(each["code"], each["msg"]) for each in older["errors"]] == [
        (each["code"], each["msg"]) for each in _IDL["errors"]
    ]
    assert len(older["instructions"]) == len(_IDL["instructions"])
    lock = next(each for each in older["instructions"] if each["name"] == "lock")
    assert [each["name"] for each in lock["accounts"]][:5] == [
        "authority",
        "payer",
        "platform",
        "creditAccount",
        "payee",
    ]
    assert [(each["isMut"], each["isSigner"], each["isOptional"]) for each in lock["accounts"]][:5] == [
        (False, True, False),
        (True, True, False),
        (False, False, False),
        (True, False, False),
        (False, False, True),
    ]
    assert lock["args"] == [{"name": "args", "type": {"defined": "LockArgs"}}]
    names = [each["name"] for each in older["types"]]
    assert "LockArgs" in names
    assert "Balances" in names
    assert not {each["name"] for each in (*older["accounts"], *older["events"])} & set(names)


def _other_discriminator(idl: _Json) -> None:
    idl["instructions"][0]["discriminator"][0] ^= 1


def _type(idl: _Json, name: str) -> _Json:
    return next(each["type"] for each in idl["types"] if each["name"] == name)


def _padded(idl: _Json) -> None:
    _type(idl, "Job")["fields"].insert(0, {"name": "small", "type": "u8"})


def _padded_at_the_end(idl: _Json) -> None:
    _type(idl, "Job")["fields"].append({"name": "small", "type": "u8"})


def _no_fixed_size(idl: _Json) -> None:
    _type(idl, "Job")["fields"].append({"name": "many", "type": {"vec": "u8"}})


def _enum(idl: _Json) -> None:
    idl["types"].append({"name": "Choice", "type": {"kind": "enum", "variants": []}})


def _other_type(idl: _Json) -> None:
    _type(idl, "LockArgs")["fields"].append({"name": "odd", "type": {"generic": "T"}})


def _other_spec(idl: _Json) -> None:
    idl["metadata"]["spec"] = "0.2.0"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_other_discriminator, "is not the one that follows from its name"),
        (_padded, r"Job\.id has padding in front|Job\.\w+ has padding in front"),
        (_padded_at_the_end, "Job has padding at its end"),
        (_no_fixed_size, r"Job\.many has no fixed size"),
        (_enum, "written for structs alone, not for a enum"),
        (_other_type, "has no type 'generic'"),
        (_other_spec, "the IDL is of spec 0.2.0"),
    ],
)
def test_what_would_say_something_else_is_refused(change: Callable[[_Json], None], message: str) -> None:
    idl = deepcopy(_IDL)
    change(idl)
    with pytest.raises(StepFailed, match=message):
        legacy_idl(idl)
