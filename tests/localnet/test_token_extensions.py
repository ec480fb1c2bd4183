"""Token-2022's extensions as `jsonParsed` shows them, beyond those that programs on real clients make.

`test_clients.py` holds six of them to @solana/spl-token, and the conformance suite five to a validator.
"""

import base64
import struct
from typing import Any

import pytest
from job_escrow_localnet.programs import TOKEN_2022
from job_escrow_localnet.token_extensions import parse_extensions
from job_escrow_localnet.tokens import mint_amounts
from solders.account import Account
from solders.pubkey import Pubkey

_YEAR = 6 * 6 * 24 * 36_524
_KEY = Pubkey.from_bytes(bytes(range(1, 33)))
_NOBODY = bytes(32)


def _mint(*extensions: tuple[int, bytes], decimals: int = 18) -> Account:
    base = bytes(44) + bytes([decimals, 1]) + bytes(36)
    return Account(1, base.ljust(165, b"\0") + b"\x01" + b"".join(_tlv(*one) for one in extensions), TOKEN_2022)


def _tlv(kind: int, value: bytes) -> bytes:
    return kind.to_bytes(2, "little") + len(value).to_bytes(2, "little") + value


def _parsed(*extensions: tuple[int, bytes]) -> Any:
    return parse_extensions(_mint(*extensions).data)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


@pytest.mark.parametrize(
    ("kind", "value", "state"),
    [
        (8, b"\x01", {"requireIncomingTransferMemos": True}),
        (11, b"\0", {"lockCpi": False}),
        (14, bytes(_KEY) + _NOBODY, {"authority": str(_KEY), "programId": None}),
        (15, b"\x01", {"transferring": True}),
        (20, _NOBODY + bytes(_KEY), {"authority": None, "groupAddress": str(_KEY)}),
        (
            21,
            _NOBODY + bytes(_KEY) + struct.pack("<QQ", 2, 9),
            {"updateAuthority": None, "mint": str(_KEY), "size": 2, "maxSize": 9},
        ),
        (26, bytes(_KEY) + b"\x01", {"authority": str(_KEY), "paused": True}),
        (
            4,
            _NOBODY + b"\x01" + bytes(_KEY),
            {"authority": None, "autoApproveNewAccounts": True, "auditorElgamalPubkey": _text(bytes(_KEY))},
        ),
        (17, bytes(range(64)), {"withheldAmount": _text(bytes(range(64)))}),
    ],
)
def test_an_extension_is_shown(kind: int, value: bytes, state: dict[str, Any]) -> None:
    [found] = _parsed((kind, value))["extensions"]
    assert found["state"] == state


def test_numbers_are_written_without_an_exponent() -> None:
    value = bytes(_KEY) + struct.pack("<dqd", 1e-7, 5, 2.0)
    [found] = _parsed((25, value))["extensions"]
    assert (found["state"]["multiplier"], found["state"]["newMultiplier"]) == ("0.0000001", "2")


def test_one_that_is_too_short_is_named_and_the_others_are_shown() -> None:
    assert _parsed((8, b""), (9, b"")) == {
        "extensions": [{"extension": "unparseableExtension"}, {"extension": "nonTransferable"}]
    }


@pytest.mark.parametrize("tail", [_tlv(9, b"") + _tlv(999, b"new"), _tlv(9, b"") + b"\x08\0\xff\xff", b"\x08\0\x01"])
def test_none_is_shown_beside_one_that_is_unknown_or_cut(tail: bytes) -> None:
    assert parse_extensions(_mint().data + tail) == {}


@pytest.mark.parametrize("tail", [bytes(40), b"\0"])
def test_room_behind_the_last_one_is_nothing(tail: bytes) -> None:
    assert parse_extensions(_mint((9, b"")).data + tail) == {"extensions": [{"extension": "nonTransferable"}]}


def test_amounts_grow_by_interest() -> None:
    """Five percent for a year, continuously: the figures of the validator's own test."""
    amounts = mint_amounts(_mint((10, _NOBODY + struct.pack("<qhqh", 0, 500, 0, 500))), _YEAR)
    assert amounts is not None
    shown = amounts.show(10**18)
    assert shown["uiAmountString"].startswith("1.05127109637602411")
    assert shown["amount"] == str(10**18)


@pytest.mark.parametrize(
    ("kind", "value", "now"),
    [
        (10, _NOBODY + struct.pack("<qhqh", 0, 0, 0, 10_000), 1_000 * _YEAR),
        (25, _NOBODY + struct.pack("<dqd", 1.0, 0, 1e308), 0),
    ],
)
def test_what_grows_beyond_all_numbers_has_a_name(kind: int, value: bytes, now: int) -> None:
    amounts = mint_amounts(_mint((kind, value)), now)
    assert amounts is not None
    shown = amounts.show(10**18)
    assert (shown["uiAmount"], shown["uiAmountString"]) == (None, "inf")


@pytest.mark.parametrize(("now", "shown"), [(99, "2"), (100, "3")])
def test_amounts_are_scaled_from_a_time_on(now: int, shown: str) -> None:
    amounts = mint_amounts(_mint((25, _NOBODY + struct.pack("<dqd", 2.0, 100, 3.0)), decimals=6), now)
    assert amounts is not None
    assert amounts.show(1_000_000)["uiAmountString"] == shown
