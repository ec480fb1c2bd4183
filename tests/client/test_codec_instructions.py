"""Instructions: their bytes by borsh's rules, their accounts in the order of the IDL, and what is refused."""

import json
import struct
from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal
from hashlib import sha256
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from job_escrow.codec import (
    ACCOUNT_NAMES,
    INSTRUCTIONS,
    PROGRAM_ID,
    DecodeError,
    EncodeError,
    decode_instruction,
    event_authority,
    instructions,
    types,
)
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

_Json = Any
_Wrong = Any

_FLOAT: _Wrong = 1.0
_INT: _Wrong = 1

_IDL = json.loads((Path(__file__).parents[2] / "client/job_escrow/program/job_escrow.json").read_text())
_TYPES = {each["name"]: each["type"]["fields"] for each in _IDL["types"]}
_INSTRUCTIONS = {each["name"]: each for each in _IDL["instructions"]}
_NAMES = sorted(_INSTRUCTIONS)
_BITS = {f"{letter}{bits}": (letter, bits) for letter in "ui" for bits in (8, 16, 32, 64, 128)}


def _function(name: str) -> Callable[..., Instruction]:
    found: Callable[..., Instruction] = getattr(instructions, name)
    return found


def _values(kind: _Json) -> st.SearchStrategy[Any]:
    """Any value of an IDL type."""
    if isinstance(kind, str) and kind in _BITS:
        letter, bits = _BITS[kind]
        shift = 1 << (bits - 1)
        edges = (-shift, shift - 1) if letter == "i" else (0, 2 * shift - 1)
        return st.one_of(st.sampled_from(edges), st.integers(*edges))
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
        return st.lists(_values(item), min_size=length, max_size=length).map(tuple)
    name = kind["defined"]["name"]
    values = {each["name"]: _values(each["type"]) for each in _TYPES[name] if not each["name"].startswith("reserved")}
    return st.builds(getattr(types, name), **values)


def _borsh(kind: _Json, value: _Json) -> bytes:
    """Encode slowly and without any check."""
    if isinstance(kind, str) and kind in _BITS:
        letter, bits = _BITS[kind]
        return int(value).to_bytes(bits // 8, "little", signed=letter == "i")
    if kind == "bool":
        return struct.pack("<?", value)
    if kind == "pubkey":
        return bytes(value)
    if "option" in kind:
        return b"\0" if value is None else b"\1" + _borsh(kind["option"], value)
    if "vec" in kind:
        return struct.pack("<I", len(value)) + b"".join(_borsh(kind["vec"], each) for each in value)
    if "array" in kind:
        item, _ = kind["array"]
        return b"".join(_borsh(item, each) for each in value)
    return b"".join(_borsh(each["type"], getattr(value, each["name"])) for each in _TYPES[kind["defined"]["name"]])


def _accounts(name: str) -> dict[str, Pubkey]:
    named = {each["name"] for each in _INSTRUCTIONS[name]["accounts"]}
    return {
        each: Pubkey(sha256(each.encode()).digest())
        for each, parameter in signature(_function(name)).parameters.items()
        if parameter.annotation in (Pubkey, Pubkey | None) and each.rstrip("_") in named
    }


def _some_arguments(name: str) -> dict[str, Any]:
    """The least arguments of an instruction that can be encoded."""
    return {each["name"]: _some(each["type"]) for each in _INSTRUCTIONS[name]["args"]}


def _some(kind: _Json) -> _Json:
    if isinstance(kind, str) and kind in _BITS:
        return 1
    if kind == "bool":
        return True
    if kind == "pubkey":
        return Pubkey.default()
    if "option" in kind:
        return _some(kind["option"])
    if "vec" in kind:
        return (_some(kind["vec"]),)
    if "array" in kind:
        item, length = kind["array"]
        return bytes(length) if item == "u8" else tuple(_some(item) for _ in range(length))
    name = kind["defined"]["name"]
    return getattr(types, name)(**_some_fields(name))


def _some_fields(name: str) -> dict[str, _Json]:
    return {each["name"]: _some(each["type"]) for each in _TYPES[name] if not each["name"].startswith("reserved")}


def _make(name: str, arguments: dict[str, _Json], **more: _Json) -> Instruction:
    """Make an instruction; an argument that is called like an account has its own name for the parameter."""
    accounts = _accounts(name)
    return _function(name)(
        **accounts, **{f"{each}_arg" if each in accounts else each: value for each, value in arguments.items()}, **more
    )


@pytest.mark.parametrize("name", _NAMES)
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_data_is_the_discriminator_and_borsh_and_decodes_to_the_arguments(name: str, data: st.DataObject) -> None:
    kinds = {each["name"]: each["type"] for each in _INSTRUCTIONS[name]["args"]}
    arguments = {each: data.draw(_values(kind), label=each) for each, kind in kinds.items()}

    made = _make(name, arguments).data

    discriminator = sha256(f"global:{name}".encode()).digest()[:8]
    assert made == discriminator + b"".join(_borsh(kind, arguments[each]) for each, kind in kinds.items())
    decoded = decode_instruction(made)
    assert decoded == INSTRUCTIONS[discriminator](**arguments)
    assert name == decoded.NAME
    assert decoded.to_bytes() == made
    # The program passes over what is behind its arguments, so these bytes do the same as those without the tail.
    assert decode_instruction(made + b"tail") == decoded
    for length in range(len(made)):
        with pytest.raises(DecodeError):
            decode_instruction(made[:length])


@pytest.mark.parametrize("name", _NAMES)
def test_accounts_are_those_of_the_idl_in_their_order(name: str) -> None:
    program_id = Pubkey.new_unique()
    extra = AccountMeta(Pubkey.new_unique(), is_signer=False, is_writable=True)

    made = _make(name, _some_arguments(name), program_id=program_id, remaining_accounts=[extra])

    known = _accounts(name) | {"program": program_id, "event_authority": event_authority(program_id)}
    expected = [
        AccountMeta(
            Pubkey.from_string(each["address"]) if "address" in each else known[each["name"]],
            is_signer=each.get("signer", False),
            is_writable=each.get("writable", False),
        )
        for each in _INSTRUCTIONS[name]["accounts"]
    ]
    assert made.program_id == program_id
    assert made.accounts == [*expected, extra]
    assert ACCOUNT_NAMES[name] == tuple(each["name"] for each in _INSTRUCTIONS[name]["accounts"])


@pytest.mark.parametrize("name", _NAMES)
def test_parameters_are_named_and_only_the_optional_ones_may_be_left_out(name: str) -> None:
    parameters = signature(_function(name)).parameters
    assert all(each.kind is Parameter.KEYWORD_ONLY for each in parameters.values())
    optional = {each["name"] for each in _INSTRUCTIONS[name]["accounts"] if each.get("optional")}
    may_be_left_out = {each for each, parameter in parameters.items() if parameter.default is not Parameter.empty}
    assert may_be_left_out == optional | {"remaining_accounts", "program_id"}
    assert _make(name, _some_arguments(name)).program_id == PROGRAM_ID


def test_event_authority_is_the_program_address_of_its_seed() -> None:
    assert event_authority(PROGRAM_ID) == Pubkey.find_program_address([b"__event_authority"], PROGRAM_ID)[0]
    assert str(PROGRAM_ID) == _IDL["address"]


def test_purchase_by_hand() -> None:
    data = instructions.PurchaseData(credits=5, sequence=2**63).to_bytes()
    assert data == sha256(b"global:purchase").digest()[:8] + b"\5" + bytes(7) + bytes(7) + b"\x80"


@pytest.mark.parametrize(("tier", "encoded"), [(None, b"\0"), (0, b"\1\0"), (255, b"\1\xff")])
def test_option_by_hand(tier: int | None, encoded: bytes) -> None:
    arguments = types.LockArgs(id=1, tier=tier, amount=2, max_credits=3, seconds=4)
    assert arguments.to_bytes() == struct.pack("<Q", 1) + encoded + struct.pack("<QQQ", 2, 3, 4)


def test_data_that_is_no_instruction_is_refused() -> None:
    with pytest.raises(DecodeError, match="found nothing"):
        decode_instruction(b"")
    with pytest.raises(DecodeError, match=f"found {bytes(8).hex()}"):
        decode_instruction(bytes(100))
    with pytest.raises(DecodeError, match="not the instruction settle"):
        instructions.SettleData.decode(instructions.CloseData().to_bytes())


def test_a_bool_or_an_option_that_is_neither_0_nor_1_is_refused() -> None:
    settle = instructions.SettleData(amount=1, is_final=True, proof=None).to_bytes()
    with pytest.raises(DecodeError, match="a bool is 0 or 1, found 2"):
        decode_instruction(settle[:-2] + b"\2\0")
    withdraw = instructions.WithdrawData(credits=None, sequence=1).to_bytes()
    with pytest.raises(DecodeError, match="found 2"):
        decode_instruction(withdraw[:8] + b"\2" + withdraw[9:])


@pytest.mark.parametrize(
    "value", [-1, 2**64, 1.0, 1.5, float("nan"), True, False, None, "1", Decimal(1), b"\1"], ids=repr
)
@pytest.mark.parametrize("field", [each.name for each in fields(types.LimitsArgs) if each.name != "quoted_allowed"])
def test_what_is_not_an_integer_of_64_bits_is_refused(field: str, value: _Wrong) -> None:
    arguments = replace(_limits(), **{field: value})
    with pytest.raises(
        EncodeError, match=rf"LimitsArgs\.{field} is a u64, an int from 0 to 18,446,744,073,709,551,615"
    ):
        arguments.to_bytes()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: instructions.PurchaseData(credits=_FLOAT, sequence=1),
            r"purchase\.credits is a u64, .*: got 1\.0 \(float",
        ),
        (lambda: instructions.PurchaseData(credits=1, sequence=True), r"purchase\.sequence is a u64, .*: got True"),
        (lambda: instructions.WithdrawData(credits=True, sequence=1), r"withdraw\.credits is a u64"),
        (
            lambda: instructions.SettleData(amount=1, is_final=_INT, proof=None),
            r"settle\.is_final is a bool: got 1 \(int",
        ),
        (
            lambda: types.LockArgs(id=1, tier=256, amount=1, max_credits=1, seconds=1),
            r"LockArgs\.tier is a u8",
        ),
        (
            lambda: types.LockArgs(id=1, tier=-1, amount=1, max_credits=1, seconds=1),
            r"LockArgs\.tier is a u8",
        ),
        (
            lambda: types.Split(lots=(0,) * 7 + (2**32,), paid=0),
            r"Split\.lots\[7\] is a u32, an int from 0 to 4,294,967,295",
        ),
        (lambda: types.Split(lots=(0,) * 7, paid=0), r"Split\.lots is a tuple of exactly 8: .*length 7"),
        (lambda: types.Lot(credits_free=0, credits_locked=0, expires_at=2**63), r"Lot\.expires_at is an i64"),
        (lambda: _tier(name=b"short"), r"TierArgs\.name is exactly 16 bytes: got b'short' \(bytes of length 5\)"),
        (lambda: _tier(name="0123456789abcdef"), r"TierArgs\.name is exactly 16 bytes"),
        (lambda: _platform(admin="x"), r"CreatePlatformArgs\.admin is a Pubkey"),
        (lambda: _platform(tiers=_tier()), r"CreatePlatformArgs\.tiers is a tuple"),
        (lambda: _platform(tiers=(_tier(), _limits())), r"CreatePlatformArgs\.tiers\[1\] is a TierArgs"),
        (
            lambda: _platform(tiers=(_tier(unit_kind=256),)),
            r"TierArgs\.unit_kind is a u8, an int from 0 to 255: got 256",
        ),
        (lambda: instructions.SetLimitsData(limits=_tier(), sequence=1), r"set_limits\.limits is a LimitsArgs"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_does_not_fit_is_refused_by_name(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(EncodeError, match=message):
        make().to_bytes()


def _tier(**changed: _Wrong) -> _Wrong:
    values: dict[str, Any] = {"name": bytes(16), "flat_credits": 1, "included_units": 1, "rate_credits": 1}
    return types.TierArgs(**(values | {"rate_units": 1, "unit_kind": 0} | changed))


def _limits() -> types.LimitsArgs:
    return types.LimitsArgs(
        credits_per_job=1, credits_per_session=0, credits_per_period=1, period_seconds=1, quoted_allowed=True
    )


def _platform(**changed: _Wrong) -> _Wrong:
    return types.CreatePlatformArgs(**_some_fields("CreatePlatformArgs") | changed)
