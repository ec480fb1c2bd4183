"""Accounts and events against a slow decoder that reads the IDL itself, one field after the other."""

import json
import struct
from dataclasses import fields, is_dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from job_escrow.codec import ACCOUNTS, EVENT_TAG, EVENTS, DecodeError, decode_account, decode_event, is_event
from job_escrow.codec.accounts import AnyAccount, CreditAccount, Job, Platform
from job_escrow.codec.events import Event
from solders.pubkey import Pubkey

_Json = Any

_IDL = json.loads((Path(__file__).parents[2] / "client/job_escrow/program/job_escrow.json").read_text())
_TYPES = {each["name"]: each["type"] for each in _IDL["types"]}
_CODES = {"u8": "B", "u16": "H", "u32": "I", "u64": "Q", "i8": "b", "i16": "h", "i32": "i", "i64": "q", "bool": "?"}

_ACCOUNTS = sorted(ACCOUNTS.values(), key=lambda each: each.__name__)
_EVENTS = sorted(EVENTS.values(), key=lambda each: each.__name__)


class _SlowDecoder:
    """Also puts the bytes together that encoding must give: the same ones, with zeros where a field is reserved."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.zeroed = b""

    def defined(self, name: str) -> dict[str, Any]:
        values = {}
        for field in _TYPES[name]["fields"]:
            start = self.at
            before = self.zeroed
            value = self.value(field["type"])
            if field["name"].startswith("reserved"):
                self.zeroed = before + bytes(self.at - start)
            else:
                values[field["name"]] = value
        return values

    def value(self, kind: _Json) -> _Json:
        if kind == "pubkey":
            return Pubkey(self.take(32))
        if isinstance(kind, str):
            return struct.unpack("<" + _CODES[kind], self.take(struct.calcsize("<" + _CODES[kind])))[0]
        if "defined" in kind:
            return self.defined(kind["defined"]["name"])
        item, length = kind["array"]
        items = tuple(self.value(item) for _ in range(length))
        return bytes(items) if item == "u8" else items

    def take(self, size: int) -> bytes:
        found = self.data[self.at : self.at + size]
        assert len(found) == size
        self.at += size
        self.zeroed += found
        return found


def _plain(value: object) -> object:
    """Dataclasses as dictionaries."""
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return tuple(_plain(each) for each in value)
    return value


def _body(record: type[AnyAccount] | type[Event], front: bytes) -> st.SearchStrategy[bytes]:
    size = record.SIZE - len(front)
    return st.one_of(st.binary(min_size=size, max_size=size), st.sampled_from([bytes(size), b"\xff" * size]))


@pytest.mark.parametrize("record", _ACCOUNTS, ids=lambda each: each.__name__)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_account_decodes_and_encodes_as_the_idl_says(record: type[AnyAccount], data: st.DataObject) -> None:
    body = data.draw(_body(record, record.DISCRIMINATOR))
    slow = _SlowDecoder(body)
    expected = slow.defined(record.__name__)
    assert slow.at == len(body)

    account = decode_account(record.DISCRIMINATOR + body)

    assert type(account) is record
    assert _plain(account) == expected
    assert account.encode() == record.DISCRIMINATOR + slow.zeroed
    assert decode_account(account.encode()) == account


@pytest.mark.parametrize("record", _EVENTS, ids=lambda each: each.__name__)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_event_decodes_and_encodes_as_the_idl_says(record: type[Event], data: st.DataObject) -> None:
    front = EVENT_TAG + record.DISCRIMINATOR
    body = data.draw(_body(record, front))
    slow = _SlowDecoder(body)
    expected = slow.defined(record.__name__)
    assert slow.at == len(body)

    event = decode_event(front + body)

    assert type(event) is record
    assert _plain(event) == expected
    assert event.encode() == front + slow.zeroed
    assert decode_event(event.encode()) == event


def test_every_record_of_the_idl_is_there_under_the_discriminator_that_anchor_derives() -> None:
    assert {each.__name__ for each in _ACCOUNTS} == {each["name"] for each in _IDL["accounts"]}
    assert {each.__name__ for each in _EVENTS} == {each["name"] for each in _IDL["events"]}
    for kind, table in (("account", ACCOUNTS), ("event", EVENTS)):
        for discriminator, record in table.items():
            assert discriminator == record.DISCRIMINATOR
            assert discriminator == sha256(f"{kind}:{record.__name__}".encode()).digest()[:8]
    assert struct.pack("<Q", 0x1D9ACB512EA545E4) == EVENT_TAG


@pytest.mark.parametrize("record", _ACCOUNTS, ids=lambda each: each.__name__)
def test_account_that_is_too_short_is_refused(record: type[AnyAccount]) -> None:
    data = record.DISCRIMINATOR + bytes(record.SIZE - 8 - 1)
    message = f"{record.__name__} account: expected at least {record.SIZE} bytes, found {record.SIZE - 1}"
    with pytest.raises(DecodeError, match=message):
        decode_account(data)
    with pytest.raises(DecodeError, match=message):
        record.decode(data)


@pytest.mark.parametrize("record", _ACCOUNTS, ids=lambda each: each.__name__)
def test_account_that_has_grown_is_read_as_far_as_it_is_known(record: type[AnyAccount]) -> None:
    """A newer program may have put fields behind those that this release knows."""
    data = record.DISCRIMINATOR + bytes(record.SIZE - 8)
    for more in (b"\1", b"\xff" * 64):
        assert record.decode(data + more) == decode_account(data + more) == record.decode(data)


@pytest.mark.parametrize("record", _EVENTS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("change", [-1, 1])
def test_event_of_another_size_is_refused(record: type[Event], change: int) -> None:
    data = EVENT_TAG + record.DISCRIMINATOR + bytes(record.SIZE - 16 + change)
    with pytest.raises(DecodeError, match=f"expected exactly {record.SIZE} bytes, found {record.SIZE + change}"):
        decode_event(data)


@pytest.mark.parametrize("data", [b"", b"\1", bytes(8), bytes(Job.SIZE)])
def test_account_with_an_unknown_discriminator_is_refused(data: bytes) -> None:
    with pytest.raises(DecodeError, match=f"found {data[:8].hex() or 'nothing'}"):
        decode_account(data)


def test_account_of_another_type_is_refused() -> None:
    data = CreditAccount.DISCRIMINATOR + bytes(Platform.SIZE - 8)
    with pytest.raises(DecodeError, match=f"not a Platform account: expected {Platform.DISCRIMINATOR.hex()} in front"):
        Platform.decode(data)


def test_what_is_no_known_event_is_refused() -> None:
    body = bytes(200)
    known = _EVENTS[0].DISCRIMINATOR
    for data in (b"", EVENT_TAG, EVENT_TAG[:7], EVENT_TAG + bytes(8) + body, known + EVENT_TAG + body, known + body):
        with pytest.raises(DecodeError):
            decode_event(data)
    assert is_event(EVENT_TAG + bytes(8))
    assert not is_event(EVENT_TAG[:7])
    assert not is_event(known + EVENT_TAG)
