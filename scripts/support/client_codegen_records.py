"""Writing accounts.py, events.py and errors.py of a client's codec."""

from collections.abc import Sequence

from support.client_codegen_idl import Idl, Record, Refusal
from support.client_codegen_text import docstring, literal, prose
from support.client_codegen_types import (
    BASE_IMPORTS,
    DATACLASS,
    absolute,
    encoded_parts,
    field_lines,
    from_values,
    joined,
    layout,
)

_EVENT_TAG = (0x1D9ACB512EA545E4).to_bytes(8, "little")


def accounts_module(idl: Idl) -> str:
    """Write accounts.py."""
    lines = [
        '"""The accounts that the program keeps; each may have grown behind what is known of it."""',
        *_imports(idl),
    ]
    for record in idl.accounts:
        lines += _record_lines(record, idl, is_event=False)
    union = " | ".join(each.struct.name for each in idl.accounts)
    lines += [
        "",
        f"AnyAccount: TypeAlias = {union}",
        '"""Any account of the program."""',
        "",
        *_table("ACCOUNTS", "AnyAccount", "Class of each account by its discriminator.", idl.accounts),
        "",
        "def decode_account(data: bytes) -> AnyAccount:",
        '    """Decode the data of any account of the program; raises DecodeError."""',
        "    found = ACCOUNTS.get(data[:8])",
        "    if found is None:",
        '        raise unknown("an account", data[:8])',
        "    return found.decode(data)",
    ]
    return "\n".join(lines)


def events_module(idl: Idl) -> str:
    """Write events.py."""
    lines = [
        '"""The events that the program passes to itself as the data of an inner instruction."""',
        *_imports(idl),
        "",
        f'EVENT_TAG: bytes = bytes.fromhex("{_EVENT_TAG.hex()}")',
        '"""What the data of every event starts with, before its discriminator."""',
    ]
    for record in idl.events:
        lines += _record_lines(record, idl, is_event=True)
    union = " | ".join(each.struct.name for each in idl.events)
    lines += [
        "",
        f"Event: TypeAlias = {union}",
        '"""Any event of the program."""',
        "",
        *_table("EVENTS", "Event", "Class of each event by its discriminator.", idl.events),
        "",
        "def is_event(data: bytes) -> bool:",
        '    """Whether the data of an inner instruction is that of an event, known or not."""',
        "    return data.startswith(EVENT_TAG)",
        "",
        "def decode_event(data: bytes) -> Event:",
        '    """Decode the whole data of an inner instruction; raises DecodeError."""',
        "    if not is_event(data):",
        '        raise DecodeError(f"not an event: expected {EVENT_TAG.hex()} in front, found {data[:8].hex()}")',
        "    found = EVENTS.get(data[8:16])",
        "    if found is None:",
        '        raise unknown("an event", data[8:16])',
        "    return found.decode(data)",
    ]
    return "\n".join(lines)


def _imports(idl: Idl) -> Sequence[str]:
    return (
        "from dataclasses import dataclass",
        "from functools import partial",
        "from struct import Struct",
        "from typing import ClassVar, Self, TypeAlias",
        "from solders.pubkey import Pubkey",
        BASE_IMPORTS,
        f"from job_escrow.codec.types import {', '.join(each.name for each in idl.plain_structs)}",
    )


def _record_lines(record: Record, idl: Idl, *, is_event: bool) -> list[str]:
    struct = record.struct
    what, size = ("event", 16) if is_event else ("account", 8)
    constant = f"_{''.join('_' + c if c.isupper() else c.upper() for c in struct.name).lstrip('_')}"
    article = "an" if struct.name[0] in "AEIO" else "a"
    title = f"{article} {struct.name} {what}"
    parts = [*(["EVENT_TAG"] if is_event else []), "self.DISCRIMINATOR", *encoded_parts(struct, idl)]
    unpack = "unpack" if is_event else "unpack_front"
    total = size + sum(idl.size(each.type) for each in struct.fields)
    return [
        "",
        f"{constant} = Struct({layout(struct, idl, before=f'<{size}x')})",
        "",
        DATACLASS,
        f"class {struct.name}:",
        docstring(prose(struct.docs) or [f"The program's {what} `{struct.name}`."], depth=1),
        "",
        f'    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("{record.discriminator.hex()}")',
        f"    SIZE: ClassVar[int] = {total}",
        "",
        *field_lines(struct),
        "",
        "    @classmethod",
        "    def decode(cls, data: bytes) -> Self:",
        f'        """Decode {"exactly" if is_event else "at least"} SIZE bytes of data; raises DecodeError."""',
        f'        v = {unpack}({constant}, {"EVENT_TAG + " if is_event else ""}cls.DISCRIMINATOR, "{title}", data)',
        f"        return {from_values('cls', struct, idl, absolute)}",
        "",
        "    def encode(self) -> bytes:",
        '        """Encode it as the program would; raises EncodeError for what does not fit."""',
        f"        return {joined(parts)}",
    ]


def _table(name: str, union: str, doc: str, records: Sequence[Record]) -> Sequence[str]:
    items = ", ".join(f"{each.struct.name}.DISCRIMINATOR: {each.struct.name}" for each in records)
    return (f"{name}: dict[bytes, type[{union}]] = {{ {items}, }}", f'"""{doc}"""')


def errors_module(idl: Idl) -> str:
    """Write errors.py."""
    lines = [
        '"""The errors of the program, one class for each code."""',
        "from job_escrow.codec._base import ProgramRefusal",
    ]
    for refusal in idl.refusals:
        lines += _refusal_lines(refusal)
    items = ", ".join(f"{each.code}: {each.name}" for each in idl.refusals)
    lines += [
        "",
        f"REFUSALS: dict[int, type[ProgramRefusal]] = {{ {items}, }}",
        '"""Class of each error by its code."""',
    ]
    return "\n".join(lines)


def _refusal_lines(refusal: Refusal) -> Sequence[str]:
    return (
        "",
        f"class {refusal.name}(ProgramRefusal):",
        docstring(prose([refusal.message]), depth=1),
        "",
        f"    code = {refusal.code}",
        f"    name = {refusal.name!r}",
        f"    message = {literal(refusal.message)}",
    )
