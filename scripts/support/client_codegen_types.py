"""Writing the dataclasses of a client's codec: fields, encoding and the two ways of decoding."""

from collections.abc import Callable, Iterator, Sequence

from support.client_codegen_idl import Array, Defined, Field, Idl, Option, Scalar, Struct, Type, Vec
from support.client_codegen_text import docstring, note, prose
from support.steps import StepFailed

_TAKEN = {"DISCRIMINATOR", "FORMAT", "NAME", "SIZE", "decode", "encode", "from_values", "read", "to_bytes"}

DATACLASS = "@dataclass(frozen=True, slots=True, kw_only=True)"


def types_module(idl: Idl) -> str:
    """Write types.py."""
    lines = [
        '"""What accounts, events and the arguments of instructions are made of."""',
        "from dataclasses import dataclass",
        "from functools import partial",
        "from typing import Any, ClassVar, Self",
        "from solders.pubkey import Pubkey",
        BASE_IMPORTS,
    ]
    for struct in idl.plain_structs:
        lines += ["", DATACLASS, f"class {struct.name}:"]
        lines += [docstring(prose(struct.docs) or [f"The program's type `{struct.name}`."], depth=1), ""]
        is_stored = struct.name in idl.stored
        if is_stored:
            lines += [f"    FORMAT: ClassVar[str] = {layout(struct, idl)}", ""]
        lines += [*field_lines(struct), ""]
        lines += [
            "    def to_bytes(self) -> bytes:",
            '        """Encode it; raises EncodeError for what does not fit."""',
        ]
        lines += [f"        return {joined(encoded_parts(struct, idl))}", ""]
        if struct.name in idl.passed or not is_stored:
            lines += ["    @classmethod", "    def read(cls, reader: Reader) -> Self:"]
            lines += ['        """Decode it as an argument; raises DecodeError."""', *read_lines(struct, idl), ""]
        if is_stored:
            lines += ["    @classmethod", "    def from_values(cls, v: tuple[Any, ...], at: int) -> Self:"]
            lines += [
                '        """Make it of what `struct` unpacked, from the value number `at` on."""',
                f"        return {from_values('cls', struct, idl, _relative)}",
            ]
    return "\n".join(lines)


BASE_IMPORTS = (
    "from job_escrow.codec._base import array, boolean, byte_array, byte_string, DecodeError, EncodeError, integer,"
    " option, pubkey, Reader, struct, text, unknown, unpack, unpack_front, vec"
)
"""Everything; ruff removes what a module does not use."""


def field_lines(struct: Struct) -> Iterator[str]:
    """Write the fields of a dataclass with their docstrings."""
    for each in struct.kept:
        if each.python_name in _TAKEN:
            raise StepFailed(f"{struct.name}.{each.name} has a name that its dataclass needs for something else")
        yield f"    {each.python_name}: {annotation(each.type)}"
        if each.docs:
            yield note(prose(each.docs), depth=1)


def annotation(kind: Type) -> str:
    """Name the Python type of a value."""
    match kind:
        case Scalar("bool"):
            return "bool"
        case Scalar("pubkey"):
            return "Pubkey"
        case Scalar("string"):
            return "str"
        case Scalar("bytes") | Array(Scalar("u8")) | Vec(Scalar("u8")):
            return "bytes"
        case Scalar():
            return "int"
        case Defined(name):
            return name
        case Array(item) | Vec(item):
            return f"tuple[{annotation(item)}, ...]"
        case Option(item):
            return f"{annotation(item)} | None"


def layout(struct: Struct, idl: Idl, *, before: str = "") -> str:
    """Write the expression for the `struct` code of a type of fixed size."""
    parts = [f'"{before}"'] if before else []
    for each in struct.fields:
        part = f'"{idl.size(each.type)}x"' if each.reserved else _layout_part(each.type, idl)
        if part.startswith('"') and parts and parts[-1].startswith('"'):
            parts[-1] = parts[-1][:-1] + part[1:]
        else:
            parts.append(part)
    return " + ".join(parts) or '""'


def _layout_part(kind: Type, idl: Idl) -> str:
    match kind:
        case Defined(name):
            return f"{name}.FORMAT"
        case Array(Defined(name), length):
            return f"{name}.FORMAT * {length}"
        case Array(Array(Defined() | Array()) as item, length):
            return f"({_layout_part(item, idl)}) * {length}"
        case _:
            return f'"{idl.code(kind)}"'


def from_values(maker: str, struct: Struct, idl: Idl, position: Callable[[int], str]) -> str:
    """Write the expression that makes an instance of unpacked values; `position` writes the number of a value."""
    parts, at = [], 0
    for each in struct.kept:
        parts.append(f"{each.python_name}={_value(each.type, idl, position, at)}")
        at += idl.values(each.type)
    return f"{maker}({', '.join(parts)})"


def absolute(number: int) -> str:
    """Position of a value where all of them are those of one instance."""
    return str(number)


def _relative(number: int) -> str:
    return f"at + {number}" if number else "at"


def _value(kind: Type, idl: Idl, position: Callable[[int], str], at: int, depth: int = 0) -> str:
    match kind:
        case Scalar("pubkey"):
            return f"Pubkey(v[{position(at)}])"
        case Scalar("u128"):
            return f'int.from_bytes(v[{position(at)}], "little")'
        case Scalar("i128"):
            return f'int.from_bytes(v[{position(at)}], "little", signed=True)'
        case Scalar() | Array(Scalar("u8")):
            return f"v[{position(at)}]"
        case Defined(name):
            return f"{name}.from_values(v, {position(at)})"
        case Array(Scalar(name), length) if name not in ("pubkey", "u128", "i128"):
            return f"v[{position(at)} : {position(at + length)}]"
        case Array(item, length):
            width, index = idl.values(item), "ijklm"[depth]

            def within(number: int) -> str:
                return f"{index} + {number}" if number else index

            start, end = position(at), position(at + length * width)
            step = f", {width}" if width > 1 else ""
            return f"tuple({_value(item, idl, within, 0, depth + 1)} for {index} in range({start}, {end}{step}))"
        case _:
            raise StepFailed(f"{kind} has no fixed size")


def joined(parts: Sequence[str]) -> str:
    """Write the expression for several pieces of bytes after another."""
    if len(parts) == 1:
        return parts[0]
    return f'b"".join(({", ".join(parts)}))' if parts else 'b""'


def encoded_parts(struct: Struct, idl: Idl, *, label: str | None = None) -> list[str]:
    """Write an expression for the bytes of each field."""
    label = struct.name if label is None else label
    return [
        f"bytes({idl.size(each.type)})"
        if each.reserved
        else _encoded(each.type, f'"{label}.{each.name}"', f"self.{each.python_name}")
        for each in struct.fields
    ]


def _encoded(kind: Type, field: str, value: str) -> str:
    name, extra = _encoder(kind)
    return f"{name}({', '.join([field, value, *(text for _, text in extra)])})"


def _item(kind: Type) -> str:
    name, extra = _encoder(kind)
    bound = ", ".join(f"{parameter}={text}" for parameter, text in extra)
    return f"partial({name}, {bound})" if extra else name


def _encoder(kind: Type) -> tuple[str, list[tuple[str, str]]]:
    """Name of the function in _base.py, and its parameters behind the field's name and value."""
    match kind:
        case Scalar("bool"):
            return "boolean", []
        case Scalar("pubkey"):
            return "pubkey", []
        case Scalar("string"):
            return "text", []
        case Scalar("bytes") | Vec(Scalar("u8")):
            return "byte_string", []
        case Scalar(name):
            return "integer", [("kind", f'"{name}"')]
        case Array(Scalar("u8"), length):
            return "byte_array", [("size", str(length))]
        case Defined(name):
            return "struct", [("of", name)]
        case Array(item, length):
            return "array", [("item", _item(item)), ("length", str(length))]
        case Vec(item):
            return "vec", [("item", _item(item))]
        case Option(item):
            return "option", [("item", _item(item))]


def read_lines(struct: Struct, idl: Idl) -> list[str]:
    """Write the statements that read an instance from `reader` and return it."""
    if len(struct.kept) == len(struct.fields):
        parts = (f"{each.python_name}={_read(each.type)}" for each in struct.fields)
        return [f"        return cls({', '.join(parts)})"]
    lines = [
        f"        reader.byte_array({idl.size(each.type)})"
        if each.reserved
        else f"        {each.python_name} = {_read(each.type)}"
        for each in struct.fields
    ]
    parts = (f"{each.python_name}={each.python_name}" for each in struct.kept)
    return [*lines, f"        return cls({', '.join(parts)})"]


def _read(kind: Type) -> str:
    match kind:
        case Scalar("bool"):
            return "reader.boolean()"
        case Scalar("pubkey"):
            return "reader.pubkey()"
        case Scalar("string"):
            return "reader.text()"
        case Scalar("bytes") | Vec(Scalar("u8")):
            return "reader.byte_string()"
        case Scalar(name):
            return f'reader.integer("{name}")'
        case Array(Scalar("u8"), length):
            return f"reader.byte_array({length})"
        case Defined(name):
            return f"{name}.read(reader)"
        case Array(item, length):
            return f"reader.array(lambda: {_read(item)}, {length})"
        case Vec(item):
            return f"reader.vec(lambda: {_read(item)})"
        case Option(item):
            return f"reader.option(lambda: {_read(item)})"


def parameter_note(field: Field, idl: Idl) -> list[str]:
    """Describe an argument in a docstring."""
    if field.docs:
        return prose(field.docs)
    if isinstance(field.type, Defined) and idl.structs[field.type.name].docs:
        return prose(idl.structs[field.type.name].docs)
    words = _words(field.type)
    return [f"{words[:1].upper()}{words[1:]}."]


def _words(kind: Type) -> str:
    match kind:
        case Scalar("bytes") | Vec(Scalar("u8")):
            return "any number of bytes"
        case Array(Scalar("u8"), length):
            return f"{length} bytes"
        case Scalar(name) | Defined(name):
            return f"{'an' if name[0] in 'aeioAEIO' else 'a'} {name}"
        case Array(item, length):
            return f"{length} times {_words(item)}"
        case Vec(item):
            return f"any number of times {_words(item)}"
        case Option(item):
            return f"{_words(item)} or None"
