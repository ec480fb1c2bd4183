"""What fields are made of. A number's type is its unit."""

from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeAlias

from construct import (
    Bytes,
    Const,
    Construct,
    ExprAdapter,
    IfThenElse,
    Int8ul,
    Int16ul,
    Int32ul,
    Int64sl,
    Int64ul,
    Mapping,
    Padding,
    Pass,
    PrefixedArray,
    Struct,
    this,
)
from solders.pubkey import Pubkey

if TYPE_CHECKING:
    Declaration: TypeAlias = Construct[Any, Any]
else:
    Declaration = Construct
"""How bytes are read and written; `Any`, because construct tells a type checker nothing about fields."""

Credits = Int64ul
BaseUnits = Int64ul
"""Of the platform's mint; 1,000,000 are a dollar of USDC."""
Lamports = Int64ul
BasisPoints = Int64ul
"""1 is 0.01%."""
Units = Int64ul
"""Output tokens, requests, seconds, …: what the tier counts."""
Credits32 = Int32ul
Units32 = Int32ul
Seconds = Int64ul
UnixSeconds = Int64sl
"""The chain's clock."""
Count = Int64ul
Count32 = Int32ul
Id = Int64ul
Bits = Int64ul
Cycle = Int32ul
"""Of a plan: the platform's own count."""
Bump = Int8ul
Index = Int8ul
Version = Int8ul
Decimals = Int8ul
"""Decimal places of a mint's tokens."""
Reason = Int16ul
"""What a grant is for: `job_escrow.grant_reasons` has the list."""
Choice = Int8ul
"""One of the numbers that the field's description lists."""
YesNo = Int8ul
"""1 yes, 0 no."""


Address: Declaration = ExprAdapter(Bytes(32), lambda raw, _: Pubkey(raw), lambda address, _: bytes(address))
"""An account's address, as solders' Pubkey."""

Bytes32: Declaration = Bytes(32)
"""Bytes that the program carries or computes and does not read, such as a hash."""

Bool: Declaration = Mapping(Int8ul, {False: 0, True: 1})
"""A bool as an argument: one byte, and no other than 0 and 1."""


def text(size: int) -> Declaration:
    """ASCII text, padded with zeros to its size; kept as bytes, since accounts hold what they were given."""
    return Bytes(size)


def reserved(size: int) -> Declaration:
    """Zeros that a later layout may use; whatever they hold is passed over."""
    return Padding(size)


def optional(item: Declaration) -> Declaration:
    """None, or a value: a byte that says which, and the value only where there is one."""
    return ExprAdapter(
        Struct("present" / Bool, "value" / IfThenElse(this.present, item, Pass)),
        lambda read, _: read.value if read.present else None,
        lambda value, _: {"present": value is not None, "value": value},
    )


def many(item: Declaration) -> Declaration:
    """Any number of items, their count in front."""
    return PrefixedArray(Int32ul, item)


def discriminator(of: str) -> Declaration:
    """The first 8 bytes of sha256 of `account:Name`, `event:Name` or `global:instruction_name`, as Anchor has it."""
    return Const(sha256(of.encode()).digest()[:8])
