"""The flat decoder against the layouts written by hand, and numbers and addresses as they are stored."""

from collections.abc import Callable
from typing import Any

import base58 as reference
import pytest
from construct import Container, ListContainer
from hypothesis import given
from hypothesis import strategies as st
from job_escrow.codec import ACCOUNT_NAMES, INSTRUCTIONS, DecodeError
from job_escrow.codec import EVENTS as CODEC_EVENTS
from job_escrow.layouts import EVENTS
from job_escrow_indexer import base58
from job_escrow_indexer.accounts import fold
from job_escrow_indexer.decode.columns import COLUMNS, row_of
from job_escrow_indexer.decode.instruction import known_instructions
from job_escrow_indexer.decode.layout import event_layouts
from job_escrow_indexer.store.values import address, from_address, from_large, from_text, large, text
from solders.pubkey import Pubkey
from sqlite_utils import Database

LAYOUTS = {layout.name: (prefix, layout) for prefix, layout in event_layouts().items()}
_FRONT = ("tag", "discriminator")


def _flat(parsed: object, name: str = "") -> dict[str, object]:
    """The values of a parsed structure by their dotted names, without what says nothing."""
    if isinstance(parsed, Container):
        parts = {key: each for key, each in parsed.items() if not key.startswith("_") and key != "reserved"}
        parts = {key: each for key, each in parts.items() if name or key not in _FRONT}
    elif isinstance(parsed, ListContainer):
        parts = {str(at): each for at, each in enumerate(parsed)}
    else:
        return {name: bytes(parsed) if isinstance(parsed, Pubkey) else parsed}
    return {
        key: each
        for part, value in parts.items()
        for key, each in _flat(value, f"{name}.{part}" if name else str(part)).items()
    }


@pytest.mark.parametrize("name", sorted(LAYOUTS))
@given(data=st.data())
def test_events_are_read_as_the_layouts_say(name: str, data: st.DataObject) -> None:
    prefix, layout = LAYOUTS[name]
    size = layout.struct.size - len(prefix)
    raw = prefix + data.draw(st.binary(min_size=size, max_size=size))
    assert dict(zip(layout.fields, layout.unpack(raw), strict=True)) == _flat(EVENTS[name].parse(raw))
    # Any bytes make a row.
    assert len(row_of(layout)(layout.unpack(raw))) > 0


def test_what_a_settlement_carried_is_in_its_row() -> None:
    (layout,) = [each for each in event_layouts().values() if each.name == "JobSettled"]
    for proof, stored in ((bytes(32), None), (bytes(range(32)), bytes(range(32)).hex())):
        raw = bytearray(layout.struct.size)
        raw[layout.struct.size - 8 - 32 : layout.struct.size - 8] = proof
        assert row_of(layout)(layout.unpack(bytes(raw)))[COLUMNS.index("proof")] == stored


def _said(check: Callable[[bytes], object], data: bytes) -> str | None:
    """What is wrong with the data; None: nothing."""
    try:
        check(data)
    except DecodeError as problem:
        return str(problem)
    return None


@pytest.mark.parametrize("kind", INSTRUCTIONS.values(), ids=lambda kind: kind.NAME)
@given(data=st.binary(max_size=200) | st.lists(st.sampled_from([0, 1, 1, 2, 255]), max_size=200).map(bytes))
def test_instructions_are_whole_where_the_codec_says_so(kind: type[Any], data: bytes) -> None:
    whole = kind.DISCRIMINATOR + data
    known = known_instructions()[kind.DISCRIMINATOR]
    assert known.name == kind.NAME
    assert _said(known.check, whole) == _said(kind.decode, whole)


def test_every_account_of_an_instruction_is_found_by_its_name() -> None:
    for known in known_instructions().values():
        names = ACCOUNT_NAMES[str(known.name)]
        for name, place in (("credit_account", known.credit_account), ("vault", known.vault)):
            assert place == (names.index(name) if name in names else -1)


def test_every_event_is_known_and_has_something_to_do() -> None:
    assert {kind.__name__ for kind in CODEC_EVENTS.values()} == set(LAYOUTS) == set(fold._HANDLERS)


@given(data=st.binary(max_size=700))
def test_base58_is_what_the_reference_says(data: bytes) -> None:
    assert base58.decode(reference.b58encode(data).decode()) == data


@pytest.mark.parametrize("spoilt", ["0", "O", "l", "I", "1 1", "é", "\0", " ", "_", "-", "+", "\n"])
def test_what_is_no_base58(spoilt: str) -> None:
    for spoilt_text in (f"abc{spoilt}", f"{spoilt}abc", f"a{spoilt}bc", spoilt):
        with pytest.raises(ValueError, match="not base58"):
            base58.decode(spoilt_text)


@given(numbers=st.lists(st.integers(0, 2**64 - 1) | st.sampled_from([2**63 - 1, 2**63, 2**64 - 1]), max_size=20))
def test_large_numbers_keep_their_value_and_order(numbers: list[int]) -> None:
    db = Database(memory=True)
    db.execute("CREATE TABLE numbers (number ANY) STRICT")
    db.conn.executemany("INSERT INTO numbers VALUES (?)", [(large(number),) for number in numbers])
    stored = [from_large(row["number"]) for row in db.query("SELECT number FROM numbers ORDER BY number")]
    db.conn.close()
    assert stored == sorted(numbers)


@given(raw=st.binary(min_size=16, max_size=16) | st.text(max_size=4).map(lambda t: t.encode()[:16].ljust(16, b"\0")))
def test_names_are_readable_and_exact(raw: bytes) -> None:
    assert from_text(text(raw), 16) == raw
    assert text(raw).isprintable()


@given(raw=st.binary(min_size=32, max_size=32))
def test_addresses_are_those_of_every_other_tool(raw: bytes) -> None:
    assert address(raw) == str(Pubkey(raw))
    assert from_address(address(raw)) == raw
