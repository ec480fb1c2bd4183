"""What scripts/generate-client understands of an Anchor IDL (spec 0.1.0), and the checks that its layouts rely on."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import Any

from support.steps import StepFailed

_Json = Any

_SPEC = "0.1.0"
_EVENT_AUTHORITY_SEED = b"__event_authority"

_INTEGERS = {
    kind + str(bits): code
    for bits, codes in {8: "bB", 16: "hH", 32: "iI", 64: "qQ", 128: ("16s", "16s")}.items()
    for kind, code in zip("iu", codes, strict=True)
}
"""The `struct` code of each kind of integer; for 128 bits there is none."""


@dataclass(frozen=True)
class Scalar:
    """An integer of a kind like `u64`, a `bool`, a `pubkey`, `string` or `bytes`."""

    kind: str


@dataclass(frozen=True)
class Defined:
    """A type that has a name in the IDL."""

    name: str


@dataclass(frozen=True)
class Array:
    """A fixed number of items."""

    item: "Type"
    length: int


@dataclass(frozen=True)
class Vec:
    """Any number of items."""

    item: "Type"


@dataclass(frozen=True)
class Option:
    """A value or none."""

    item: "Type"


Type = Scalar | Defined | Array | Vec | Option


@dataclass(frozen=True)
class Field:
    """A field of a struct, or an argument of an instruction."""

    name: str
    type: Type
    docs: tuple[str, ...]

    @property
    def reserved(self) -> bool:
        """Whether it is only there to be used later."""
        return self.name.startswith("reserved")

    @property
    def python_name(self) -> str:
        """Name in Python."""
        return f"{self.name}_" if iskeyword(self.name) else self.name


@dataclass(frozen=True)
class Struct:
    """A struct type."""

    name: str
    docs: tuple[str, ...]
    fields: tuple[Field, ...]
    is_memory: bool
    """Whether its bytes are those of a repr(C) struct rather than borsh."""

    @property
    def kept(self) -> tuple[Field, ...]:
        """The fields that are not reserved."""
        return tuple(each for each in self.fields if not each.reserved)


@dataclass(frozen=True)
class Record:
    """An account or an event: a struct behind a discriminator."""

    struct: Struct
    discriminator: bytes


@dataclass(frozen=True)
class Account:
    """An account that an instruction takes."""

    name: str
    docs: tuple[str, ...]
    writable: bool
    signer: bool
    optional: bool
    address: str | None
    is_event_authority: bool
    is_program: bool

    @property
    def is_parameter(self) -> bool:
        """Whether the caller has to say which one it is."""
        return self.address is None and not self.is_event_authority and not self.is_program


@dataclass(frozen=True)
class Instruction:
    """An instruction."""

    name: str
    docs: tuple[str, ...]
    discriminator: bytes
    accounts: tuple[Account, ...]
    arguments: tuple[Field, ...]

    @property
    def function_name(self) -> str:
        """Name of the function that makes it."""
        return f"{self.name}_" if iskeyword(self.name) else self.name

    @property
    def class_name(self) -> str:
        """Name of the class of its data."""
        return "".join(part[:1].upper() + part[1:] for part in self.name.split("_")) + "Data"


@dataclass(frozen=True)
class Refusal:
    """An error of the program."""

    code: int
    name: str
    message: str


@dataclass
class Idl:
    """A program's interface."""

    address: str
    structs: dict[str, Struct]
    """Every struct type, each behind those that it is made of."""
    accounts: tuple[Record, ...]
    events: tuple[Record, ...]
    instructions: tuple[Instruction, ...]
    refusals: tuple[Refusal, ...]
    stored: set[str] = field(default_factory=set)
    """Names of the struct types that accounts and events are made of, without these themselves."""
    passed: set[str] = field(default_factory=set)
    """Names of the struct types that are passed to instructions."""

    @property
    def plain_structs(self) -> list[Struct]:
        """Every struct that is neither an account nor an event."""
        records = {each.struct.name for each in self.accounts + self.events}
        return [each for name, each in self.structs.items() if name not in records]

    def size(self, kind: Type) -> int:
        """Bytes that a value of a fixed size takes."""
        return self._extent(kind)[0]

    def values(self, kind: Type) -> int:
        """How many values `struct` makes of it, reserved ones left out."""
        match kind:
            case Defined(name):
                return sum(self.values(each.type) for each in self.structs[name].kept)
            case Array(item, length):
                return 1 if item == Scalar("u8") else length * self.values(item)
            case _:
                return 1

    def code(self, kind: Type) -> str:
        """Return the `struct` code of one value of a fixed size that is not a struct."""
        match kind:
            case Scalar("bool"):
                return "?"
            case Scalar("pubkey"):
                return "32s"
            case Scalar(name) if name in _INTEGERS:
                return _INTEGERS[name]
            case Array(Scalar("u8"), length):
                return f"{length}s"
            case Array(Scalar() as item, length) if len(self.code(item)) == 1:
                return f"{length}{self.code(item)}"
            case Array(item, length):
                return self.code(item) * length
            case _:
                raise StepFailed(f"no `struct` code for {kind}")

    def _extent(self, kind: Type) -> tuple[int, int]:
        """Size and alignment in memory; the size holds for borsh, too."""
        match kind:
            case Scalar("bool"):
                return 1, 1
            case Scalar("pubkey"):
                return 32, 1
            case Scalar(name) if name in _INTEGERS:
                size = int(name[1:]) // 8
                return size, size
            case Array(item, length):
                size, alignment = self._extent(item)
                return size * length, alignment
            case Defined(name):
                extents = [self._extent(each.type) for each in self.structs[name].fields]
                return sum(size for size, _ in extents), max((alignment for _, alignment in extents), default=1)
            case _:
                raise StepFailed(f"accounts and events have fixed sizes: {kind} has none")

    def verify_memory_layout(self, struct: Struct) -> None:
        """Raise StepFailed if a repr(C) struct, or a struct within it, has padding that its fields do not show."""
        offset = 0
        for each in struct.fields:
            size, alignment = self._extent(each.type)
            if offset % alignment:
                raise StepFailed(f"{struct.name}.{each.name} has padding in front: it is at {offset}, of {alignment}")
            offset += size
            for name in _names(each.type):
                self.verify_memory_layout(self.structs[name])
        _, alignment = self._extent(Defined(struct.name))
        if offset % alignment:
            raise StepFailed(f"{struct.name} has padding at its end: it has {offset} bytes, alignment {alignment}")
        if alignment > 8:
            raise StepFailed(f"{struct.name} is aligned to {alignment} bytes and cannot follow a discriminator of 8")


def parse_idl(json: Mapping[str, _Json]) -> Idl:
    """Make sense of an IDL; raises StepFailed for what the generator does not support."""
    if json["metadata"]["spec"] != _SPEC:
        raise StepFailed(f"the IDL is of spec {json['metadata']['spec']}: scripts/generate-client knows {_SPEC}")
    aliases = {each["name"]: each["type"]["alias"] for each in json["types"] if each["type"]["kind"] == "type"}
    found = {each["name"]: _struct(each, aliases) for each in json["types"] if each["name"] not in aliases}
    idl = Idl(
        address=json["address"],
        structs=_in_order(found),
        accounts=tuple(_record(each, found) for each in json["accounts"]),
        events=tuple(_record(each, found) for each in json["events"]),
        instructions=tuple(_instruction(each, aliases) for each in json["instructions"]),
        refusals=tuple(Refusal(each["code"], each["name"], each["msg"]) for each in json["errors"]),
    )
    for record in idl.accounts + idl.events:
        idl.size(Defined(record.struct.name))
        if record.struct.is_memory:
            idl.verify_memory_layout(record.struct)
        idl.stored |= _reached((each.type for each in record.struct.fields), found)
    for instruction in idl.instructions:
        idl.passed |= _reached((each.type for each in instruction.arguments), found)
    return idl


def _struct(json: _Json, aliases: Mapping[str, _Json]) -> Struct:
    name, body = json["name"], json["type"]
    fields = body.get("fields", [])
    if body["kind"] != "struct" or json.get("generics") or any(not isinstance(each, dict) for each in fields):
        raise StepFailed(f"{name} is not a struct with named fields: scripts/generate-client supports only those")
    representation = json.get("repr", {})
    if representation.keys() - {"kind"} or representation.get("kind", "c") != "c":
        raise StepFailed(f"{name} has the representation {representation}: scripts/generate-client supports only C")
    serialization = json.get("serialization", "borsh")
    if serialization not in ("borsh", "bytemuck"):
        raise StepFailed(f"{name} has the serialization {serialization}: scripts/generate-client knows none like that")
    parsed = tuple(_field(each, aliases) for each in fields)
    return Struct(name, _docs(json), parsed, serialization == "bytemuck")


def _field(json: _Json, aliases: Mapping[str, _Json]) -> Field:
    return Field(json["name"], _type(json["type"], aliases), _docs(json))


def _type(json: _Json, aliases: Mapping[str, _Json]) -> Type:
    match json:
        case "bool" | "pubkey" | "string" | "bytes":
            return Scalar(json)
        case str() if json in _INTEGERS:
            return Scalar(json)
        case {"defined": {"name": str() as name, "generics": [_, *_]}}:
            raise StepFailed(f"{name} is generic: scripts/generate-client does not support that")
        case {"defined": {"name": str() as name}}:
            return _type(aliases[name], aliases) if name in aliases else Defined(name)
        case {"array": [item, int() as length]}:
            return Array(_type(item, aliases), length)
        case {"vec": item}:
            return Vec(_type(item, aliases))
        case {"option": item}:
            return Option(_type(item, aliases))
        case _:
            raise StepFailed(f"scripts/generate-client does not support the type {json}")


def _record(json: _Json, structs: Mapping[str, Struct]) -> Record:
    return Record(structs[json["name"]], _discriminator(json))


def _instruction(json: _Json, aliases: Mapping[str, _Json]) -> Instruction:
    if json.get("returns"):
        raise StepFailed(
            f"the instruction {json['name']} returns a value: scripts/generate-client does not support that"
        )
    arguments = tuple(_field(each, aliases) for each in json["args"])
    accounts = tuple(_account(each) for each in json["accounts"])
    return Instruction(json["name"], _docs(json), _discriminator(json), accounts, arguments)


def _account(json: _Json) -> Account:
    name = json["name"]
    if "accounts" in json:
        raise StepFailed(f"{name} is a group of accounts: scripts/generate-client does not support that")
    seeds = [bytes(each["value"]) for each in json.get("pda", {}).get("seeds", []) if each["kind"] == "const"]
    return Account(
        name=name,
        docs=_docs(json),
        writable=json.get("writable", False),
        signer=json.get("signer", False),
        optional=json.get("optional", False),
        address=json.get("address"),
        is_event_authority=name == "event_authority" and seeds == [_EVENT_AUTHORITY_SEED],
        is_program=name == "program",
    )


def _discriminator(json: _Json) -> bytes:
    discriminator = bytes(json["discriminator"])
    if len(discriminator) != 8:
        raise StepFailed(f"the discriminator of {json['name']} has {len(discriminator)} bytes, not 8")
    return discriminator


def _docs(json: _Json) -> tuple[str, ...]:
    return tuple(json.get("docs", ()))


def _names(kind: Type) -> Iterator[str]:
    match kind:
        case Defined(name):
            yield name
        case Array(item) | Vec(item) | Option(item):
            yield from _names(item)


def _reached(kinds: Iterable[Type], structs: Mapping[str, Struct]) -> set[str]:
    names = {name for kind in kinds for name in _names(kind)}
    return names.union(*(_reached((each.type for each in structs[name].fields), structs) for name in names))


def _in_order(structs: Mapping[str, Struct]) -> dict[str, Struct]:
    """By name, but each behind those that it is made of."""
    ordered: dict[str, Struct] = {}

    def add(name: str, within: tuple[str, ...]) -> None:
        if name in within:
            raise StepFailed(f"{name} is made of itself: scripts/generate-client does not support that")
        for each in structs[name].fields:
            for part in _names(each.type):
                add(part, (*within, name))
        ordered.setdefault(name, structs[name])

    for name in sorted(structs):
        add(name, ())
    return ordered
