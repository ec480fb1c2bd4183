"""Transactions as they come over the wire: decoding, with the size limit of a packet."""

import base64

from solders.message import Message as LegacyMessage
from solders.message import MessageV0, MessageV1, from_bytes_versioned
from solders.transaction import VersionedTransaction

from job_escrow_localnet import base58
from job_escrow_localnet.errors import InvalidParamsError

PACKET_BYTES = 1232
"""The most bytes that a transaction may have: what fits an IPv6 packet of the smallest MTU."""
_MAX_BASE58 = 1683
_MAX_BASE64 = 1644
_TRANSACTION = "solana_transaction::versioned::VersionedTransaction"
_MESSAGE = "solana_message::non_bpf_modules::versions::VersionedMessage"


def decode_transaction(text: str, encoding: str) -> tuple[bytes, VersionedTransaction]:
    """A transaction's bytes and what they say; InvalidParamsError where they are none, or too many."""
    wire = _decode(text, encoding, _TRANSACTION)
    try:
        transaction = VersionedTransaction.from_bytes(wire)
    except Exception as problem:
        raise InvalidParamsError(f"failed to deserialize {_TRANSACTION}: {_reason(problem)}") from None
    return wire, transaction


def decode_message(text: str) -> LegacyMessage | MessageV0 | MessageV1:
    """A message of base64; InvalidParamsError where it is none, or too long."""
    wire = _decode(text, "base64", _MESSAGE)
    try:
        message = from_bytes_versioned(wire)
    except Exception as problem:
        raise InvalidParamsError(f"failed to deserialize {_MESSAGE}: {_reason(problem)}") from None
    return message


def _decode(text: str, encoding: str, what: str) -> bytes:
    is_base58 = encoding == "base58"
    limit = _MAX_BASE58 if is_base58 else _MAX_BASE64
    if len(text) > limit:
        raise InvalidParamsError(
            f"{encoding} encoded {what} too large: {len(text)} bytes (max: encoded/raw {limit}/{PACKET_BYTES})"
        )
    wire = _from_base58(text) if is_base58 else _from_base64(text)
    if len(wire) > PACKET_BYTES:
        raise InvalidParamsError(f"decoded {what} too large: {len(wire)} bytes (max: {PACKET_BYTES} bytes)")
    return wire


def _from_base58(text: str) -> bytes:
    try:
        return base58.decode(text)
    except base58.Base58Error as problem:
        raise InvalidParamsError(
            f"invalid base58 encoding: InvalidCharacter {{ character: {problem.character!r}, index: {problem.index} }}"
        ) from None


_BASE64 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise InvalidParamsError(f"invalid base64 encoding: {_base64_problem(text)}") from None


def _base64_problem(text: str) -> str:
    body = text.rstrip("=")
    for index, character in enumerate(body):
        if character not in _BASE64:
            return f"InvalidByte({index}, {ord(character)})"
    return f"InvalidLength({len(body)})" if len(body) % 4 == 1 else "InvalidPadding"


def _reason(problem: Exception) -> str:
    return str(problem) or type(problem).__name__
