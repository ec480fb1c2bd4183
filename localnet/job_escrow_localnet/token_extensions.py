"""The extensions of Token-2022's accounts and mints, as `jsonParsed` shows them.

Behind the fields that SPL Token knows stands a byte for the kind of account, then each extension: its type and length,
two bytes each, and its value.
"""

import base64
import struct
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from solders.pubkey import Pubkey

from job_escrow_localnet.json_types import Json

_FIRST = 166
_KNOWN = 28
_STATES = ("uninitialized", "initialized", "frozen")
INTEREST_BEARING = 10
SCALED_AMOUNT = 25


def read_extensions(data: bytes) -> list[tuple[int, bytes]]:
    """Types and values of an account's extensions; none where one of them is unknown or cut, as a validator has it."""
    found = []
    place = _FIRST
    while place + 2 <= len(data):
        kind = int.from_bytes(data[place : place + 2], "little")
        if kind == 0:
            break
        size = int.from_bytes(data[place + 2 : place + 4], "little")
        if kind >= _KNOWN or place + 4 > len(data) or place + 4 + size > len(data):
            return []
        found.append((kind, data[place + 4 : place + 4 + size]))
        place += 4 + size
    return found


def parse_extensions(data: bytes) -> dict[str, Json]:
    """The member `extensions` of an account's or a mint's `info`; nothing where it has none."""
    found = [_parsed(kind, value) for kind, value in read_extensions(data)]
    return {"extensions": found} if found else {}


def _parsed(kind: int, value: bytes) -> dict[str, Json]:
    name, read = _EXTENSIONS[kind]
    if read is None:
        return {"extension": name}
    try:
        return {"extension": name, "state": read(value)}
    except (ValueError, IndexError, struct.error):
        return {"extension": "unparseableExtension"}


# What an extension's value is made of. A reader takes the bytes of its field alone.

_Reader = Callable[[bytes], Json]


@dataclass(frozen=True, slots=True)
class _Field:
    """So many bytes, and what they mean."""

    size: int
    read: _Reader


def _number(form: str) -> _Field:
    return _Field(struct.calcsize(form), lambda raw: struct.unpack(form, raw)[0])


def _text_of_float(raw: bytes) -> str:
    """A number as Rust writes it: as short as it can be, never with an exponent."""
    [number] = struct.unpack("<d", raw)
    plain = format(Decimal(repr(number)), "f")
    return plain.removesuffix(".0")


def _bytes_field(size: int) -> _Field:
    return _Field(size, lambda raw: base64.b64encode(raw).decode())


_KEY = _Field(32, lambda raw: str(Pubkey.from_bytes(raw)))
_OPTIONAL_KEY = _Field(32, lambda raw: str(Pubkey.from_bytes(raw)) if any(raw) else None)
_OPTIONAL_CIPHER_KEY = _Field(32, lambda raw: base64.b64encode(raw).decode() if any(raw) else None)
_CIPHER_KEY = _bytes_field(32)
_CIPHERTEXT = _bytes_field(64)
_DECRYPTABLE = _bytes_field(36)
_BOOL = _Field(1, lambda raw: raw != b"\0")
_U64, _I64, _I16, _U16 = (_number(form) for form in ("<Q", "<q", "<h", "<H"))
_FLOAT = _Field(8, _text_of_float)
_STATE = _Field(1, lambda raw: _STATES[raw[0]] if raw[0] < len(_STATES) else _STATES[0])


def _struct(**fields: _Field) -> _Field:
    """Fields one after another, without anything between or behind them."""
    size = sum(field.size for field in fields.values())

    def read(raw: bytes) -> dict[str, Json]:
        if len(raw) != size:
            raise ValueError(f"{len(raw)} bytes, not {size}")
        found = {}
        for name, field in fields.items():
            found[name], raw = field.read(raw[: field.size]), raw[field.size :]
        return found

    return _Field(size, read)


def _metadata(raw: bytes) -> dict[str, Json]:
    """Two keys, three texts, then pairs of texts with their number in front."""
    name, rest = _text(raw[64:])
    symbol, rest = _text(rest)
    uri, rest = _text(rest)
    pairs = []
    [count] = struct.unpack_from("<I", rest)
    rest = rest[4:]
    for _ in range(count):
        key, rest = _text(rest)
        value, rest = _text(rest)
        pairs.append([key, value])
    return {
        "updateAuthority": _OPTIONAL_KEY.read(raw[:32]),
        "mint": _KEY.read(raw[32:64]),
        "name": name,
        "symbol": symbol,
        "uri": uri,
        "additionalMetadata": pairs,
    }


def _text(raw: bytes) -> tuple[str, bytes]:
    """A text with its length in front, and what comes after it."""
    [size] = struct.unpack_from("<I", raw)
    if 4 + size > len(raw):
        raise ValueError("a text is cut")
    return raw[4 : 4 + size].decode(), raw[4 + size :]


_FEE = _struct(epoch=_U64, maximumFee=_U64, transferFeeBasisPoints=_U16)
_EXTENSIONS: dict[int, tuple[str, _Reader | None]] = {
    1: (
        "transferFeeConfig",
        _struct(
            transferFeeConfigAuthority=_OPTIONAL_KEY,
            withdrawWithheldAuthority=_OPTIONAL_KEY,
            withheldAmount=_U64,
            olderTransferFee=_FEE,
            newerTransferFee=_FEE,
        ).read,
    ),
    2: ("transferFeeAmount", _struct(withheldAmount=_U64).read),
    3: ("mintCloseAuthority", _struct(closeAuthority=_OPTIONAL_KEY).read),
    4: (
        "confidentialTransferMint",
        _struct(authority=_OPTIONAL_KEY, autoApproveNewAccounts=_BOOL, auditorElgamalPubkey=_OPTIONAL_CIPHER_KEY).read,
    ),
    5: (
        "confidentialTransferAccount",
        _struct(
            approved=_BOOL,
            elgamalPubkey=_CIPHER_KEY,
            pendingBalanceLo=_CIPHERTEXT,
            pendingBalanceHi=_CIPHERTEXT,
            availableBalance=_CIPHERTEXT,
            decryptableAvailableBalance=_DECRYPTABLE,
            allowConfidentialCredits=_BOOL,
            allowNonConfidentialCredits=_BOOL,
            pendingBalanceCreditCounter=_U64,
            maximumPendingBalanceCreditCounter=_U64,
            expectedPendingBalanceCreditCounter=_U64,
            actualPendingBalanceCreditCounter=_U64,
        ).read,
    ),
    6: ("defaultAccountState", _struct(accountState=_STATE).read),
    7: ("immutableOwner", None),
    8: ("memoTransfer", _struct(requireIncomingTransferMemos=_BOOL).read),
    9: ("nonTransferable", None),
    INTEREST_BEARING: (
        "interestBearingConfig",
        _struct(
            rateAuthority=_OPTIONAL_KEY,
            initializationTimestamp=_I64,
            preUpdateAverageRate=_I16,
            lastUpdateTimestamp=_I64,
            currentRate=_I16,
        ).read,
    ),
    11: ("cpiGuard", _struct(lockCpi=_BOOL).read),
    12: ("permanentDelegate", _struct(delegate=_OPTIONAL_KEY).read),
    13: ("nonTransferableAccount", None),
    14: ("transferHook", _struct(authority=_OPTIONAL_KEY, programId=_OPTIONAL_KEY).read),
    15: ("transferHookAccount", _struct(transferring=_BOOL).read),
    16: (
        "confidentialTransferFeeConfig",
        _struct(
            authority=_OPTIONAL_KEY,
            withdrawWithheldAuthorityElgamalPubkey=_OPTIONAL_CIPHER_KEY,
            harvestToMintEnabled=_BOOL,
            withheldAmount=_CIPHERTEXT,
        ).read,
    ),
    17: ("confidentialTransferFeeAmount", _struct(withheldAmount=_CIPHERTEXT).read),
    18: ("metadataPointer", _struct(authority=_OPTIONAL_KEY, metadataAddress=_OPTIONAL_KEY).read),
    19: ("tokenMetadata", _metadata),
    20: ("groupPointer", _struct(authority=_OPTIONAL_KEY, groupAddress=_OPTIONAL_KEY).read),
    21: ("tokenGroup", _struct(updateAuthority=_OPTIONAL_KEY, mint=_KEY, size=_U64, maxSize=_U64).read),
    22: ("groupMemberPointer", _struct(authority=_OPTIONAL_KEY, memberAddress=_OPTIONAL_KEY).read),
    23: ("tokenGroupMember", _struct(mint=_KEY, group=_KEY, memberNumber=_U64).read),
    24: (
        "confidentialMintBurn",
        _struct(
            confidentialSupply=_CIPHERTEXT,
            decryptableSupply=_DECRYPTABLE,
            supplyElgamalPubkey=_CIPHER_KEY,
            pendingBurn=_CIPHERTEXT,
        ).read,
    ),
    SCALED_AMOUNT: (
        "scaledUiAmountConfig",
        _struct(
            authority=_OPTIONAL_KEY,
            multiplier=_FLOAT,
            newMultiplierEffectiveTimestamp=_I64,
            newMultiplier=_FLOAT,
        ).read,
    ),
    26: ("pausableConfig", _struct(authority=_OPTIONAL_KEY, paused=_BOOL).read),
    27: ("pausableAccount", None),
}
