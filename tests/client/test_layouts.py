"""The layouts written by hand against the IDL, and against the codec that is generated from it, byte for byte."""

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from construct import ConstructError, Container, ListContainer
from hypothesis import given, settings
from hypothesis import strategies as st
from job_escrow import codec
from job_escrow.codec import DecodeError, decode_account, decode_event, decode_instruction
from job_escrow.layouts import ACCOUNTS, EVENT_TAG, EVENTS, INSTRUCTIONS, PARTS
from job_escrow.layouts.instructions import ARGUMENTS
from solders.pubkey import Pubkey

_Json = Any
_Layout = Any

_IDL = json.loads((Path(__file__).parents[2] / "client/job_escrow/program/job_escrow.json").read_text())
_TYPES = {each["name"]: each["type"]["fields"] for each in _IDL["types"]}
_INSTRUCTIONS = {each["name"]: each for each in _IDL["instructions"]}
_ALL = {**PARTS, **ARGUMENTS, **ACCOUNTS, **EVENTS}
_FORMATS = {"u8": "<B", "u16": "<H", "u32": "<I", "u64": "<Q", "i64": "<q"}
_FRONT = {"tag", "discriminator"}


# The same fields in the same order


def _of(layout: _Layout) -> _Layout:
    """A layout without its names and descriptions."""
    while type(layout).__name__ == "Renamed":
        layout = layout.subcon
    return layout


def _kind(layout: _Layout) -> _Json:
    """What the IDL would call it; a struct is the list of its fields."""
    layout = _of(layout)
    match type(layout).__name__:
        case "FormatField":
            return {"B": "u8", "H": "u16", "I": "u32", "L": "u32", "Q": "u64", "q": "i64"}[layout.fmtstr[1:]]
        case "Bytes" | "Padded":
            return {"array": ["u8", layout.length]}
        case "Array":
            return {"array": [_kind(layout.subcon), layout.count]}
        case "PrefixedArray" | "FocusedSeq":
            return {"vec": _kind(layout.subcons[1].subcon.subcon)}
        case "Mapping":
            return "bool"
        case "ExprAdapter" if type(layout.subcon).__name__ == "Struct":
            return {"option": _kind(layout.subcon.subcons[1].subcon.thensubcon)}
        case "ExprAdapter":
            assert layout.sizeof() == 32
            return "pubkey"
        case "Struct":
            return _fields(layout)
    raise AssertionError(f"{layout} is of no kind that the IDL has")


def _fields(layout: _Layout) -> list[tuple[str, _Json]]:
    return [(each.name, _kind(each)) for each in _of(layout).subcons if each.name not in _FRONT]


def _expected(kind: _Json) -> _Json:
    """The type of the IDL with every struct put in."""
    if isinstance(kind, str):
        return kind
    if "defined" in kind:
        return [(each["name"], _expected(each["type"])) for each in _TYPES[kind["defined"]["name"]]]
    ((name, item),) = kind.items()
    return {name: [_expected(item[0]), item[1]] if name == "array" else _expected(item)}


@pytest.mark.parametrize("name", sorted(_TYPES))
def test_every_type_of_the_idl_has_a_layout_with_the_same_fields_in_the_same_order(name: str) -> None:
    assert name in _ALL, f"write the layout of {name}"
    assert _fields(_ALL[name]) == _expected({"defined": {"name": name}})


@pytest.mark.parametrize("name", sorted(_INSTRUCTIONS))
def test_every_instruction_of_the_idl_has_a_layout_with_the_same_arguments(name: str) -> None:
    assert name in INSTRUCTIONS, f"write the layout of {name}"
    arguments = _INSTRUCTIONS[name]["args"]
    assert _fields(INSTRUCTIONS[name]) == [(each["name"], _expected(each["type"])) for each in arguments]


def test_there_is_no_layout_of_what_is_not_in_the_idl() -> None:
    assert set(_ALL) == set(_TYPES)
    assert set(ACCOUNTS) == {each["name"] for each in _IDL["accounts"]}
    assert set(EVENTS) == {each["name"] for each in _IDL["events"]}
    assert set(INSTRUCTIONS) == set(_INSTRUCTIONS)


def test_discriminators_are_those_of_the_idl() -> None:
    for kind, layouts in (("accounts", ACCOUNTS), ("events", EVENTS), ("instructions", INSTRUCTIONS)):
        for each in _IDL[kind]:
            (front,) = (field for field in _of(layouts[each["name"]]).subcons if field.name == "discriminator")
            assert _of(front).value == bytes(each["discriminator"])


@pytest.mark.parametrize("name", sorted(_ALL | INSTRUCTIONS))
def test_every_field_is_described(name: str) -> None:
    for each in _of((_ALL | INSTRUCTIONS)[name]).subcons:
        plain = each.name in _FRONT or each.name.startswith("reserved")
        nested = type(_of(each)).__name__ == "Struct"
        assert plain or nested or each.docs, f"{name}.{each.name} needs a description"


# The same bytes


def _plain(value: object) -> object:
    """Both sides as dictionaries, tuples and values, without what is reserved."""
    if isinstance(value, Container):
        left = {name: each for name, each in value.items() if not name.startswith(("_", "reserved"))}
        return {name: _plain(each) for name, each in left.items() if name not in _FRONT}
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, (ListContainer, list, tuple)):
        return tuple(_plain(each) for each in value)
    return value


def _for_building(value: object) -> _Json:
    """What construct builds from: it looks for a value of every field, reserved or not."""
    if isinstance(value, dict):
        return {name: _for_building(each) for name, each in value.items()} | dict.fromkeys(
            ("tag", "discriminator", "reserved", "reserved_flags")
        )
    if isinstance(value, tuple):
        return [_for_building(each) for each in value]
    return value


def _bytes(size: int) -> st.SearchStrategy[bytes]:
    return st.one_of(st.binary(min_size=size, max_size=size), st.sampled_from([bytes(size), b"\xff" * size]))


@pytest.mark.parametrize("name", sorted(ACCOUNTS))
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_accounts_are_read_and_written_alike(name: str, data: st.DataObject) -> None:
    layout, record = ACCOUNTS[name], getattr(codec, name)
    assert layout.sizeof() == record.SIZE
    raw = record.DISCRIMINATOR + data.draw(_bytes(record.SIZE - 8))
    fast, slow = decode_account(raw), layout.parse(raw)
    assert _plain(slow) == _plain(fast)
    assert layout.build(_for_building(_plain(fast))) == fast.encode()
    assert layout.build(slow) == fast.encode()


@pytest.mark.parametrize("name", sorted(EVENTS))
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_events_are_read_and_written_alike(name: str, data: st.DataObject) -> None:
    layout, record = EVENTS[name], getattr(codec, name)
    assert layout.sizeof() == record.SIZE
    raw = EVENT_TAG + record.DISCRIMINATOR + data.draw(_bytes(record.SIZE - 16))
    fast, slow = decode_event(raw), layout.parse(raw)
    assert _plain(slow) == _plain(fast)
    assert layout.build(_for_building(_plain(fast))) == fast.encode()
    assert layout.build(slow) == fast.encode()


def _values(kind: _Json) -> st.SearchStrategy[Any]:
    """Any value of an IDL type, as the codec has it."""
    if isinstance(kind, str) and kind in _FORMATS:
        bits = int(kind[1:])
        least, greatest = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if kind[0] == "i" else (0, 2**bits - 1)
        return st.one_of(st.sampled_from((least, greatest)), st.integers(least, greatest))
    if kind == "bool":
        return st.booleans()
    if kind == "pubkey":
        return st.binary(min_size=32, max_size=32).map(Pubkey)
    if "option" in kind:
        return st.one_of(st.none(), _values(kind["option"]))
    if "vec" in kind:
        return st.lists(_values(kind["vec"]), max_size=9).map(tuple)
    if "array" in kind:
        item, length = kind["array"]
        if item == "u8":
            return st.binary(min_size=length, max_size=length)
        return st.tuples(*[_values(item)] * length)
    name = kind["defined"]["name"]
    return st.builds(getattr(codec, name), **{each["name"]: _values(each["type"]) for each in _TYPES[name]})


def _data_class(name: str) -> Any:
    return getattr(codec, "".join(part.title() for part in name.split("_")) + "Data")


@pytest.mark.parametrize("name", sorted(_INSTRUCTIONS))
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_instructions_are_written_and_read_alike(name: str, data: st.DataObject) -> None:
    layout, record = INSTRUCTIONS[name], _data_class(name)
    values = {each["name"]: _values(each["type"]) for each in _INSTRUCTIONS[name]["args"]}
    fast = data.draw(st.builds(record, **values))
    raw = fast.to_bytes()
    assert layout.build(_for_building(_plain(fast))) == raw
    assert _plain(layout.parse(raw)) == _plain(fast)


@pytest.mark.parametrize("name", sorted(_INSTRUCTIONS))
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_instructions_of_any_bytes_are_refused_by_both_or_by_neither(name: str, data: st.DataObject) -> None:
    """Bools and options that are neither 0 nor 1, counts beyond the end, arguments that are cut off."""
    layout, record = INSTRUCTIONS[name], _data_class(name)
    small = st.lists(st.sampled_from([0, 1, 2, 255]), max_size=90).map(bytes)
    raw = record.DISCRIMINATOR + data.draw(st.one_of(small, st.binary(max_size=90)))
    try:
        fast = decode_instruction(raw)
    except DecodeError:
        with pytest.raises(ConstructError):
            layout.parse(raw)
    else:
        assert _plain(layout.parse(raw)) == _plain(fast)


@pytest.mark.parametrize("name", sorted(ACCOUNTS | EVENTS | INSTRUCTIONS))
def test_bytes_of_something_else_are_refused(name: str) -> None:
    with pytest.raises(ConstructError):
        (ACCOUNTS | EVENTS | INSTRUCTIONS)[name].parse(bytes(2_000))
