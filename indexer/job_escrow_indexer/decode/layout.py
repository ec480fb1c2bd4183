"""The program's events as flat tuples: what the generated codec's classes say, without making an object of each part.

Layouts are compiled from the IDL that the client carries, so that a new field of an event needs no change here.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from struct import Struct
from typing import Any

from job_escrow.codec import EVENT_TAG
from job_escrow.program_files import idl_path

_FORMATS = {"u8": "B", "u16": "H", "u32": "I", "u64": "Q", "i64": "q", "pubkey": "32s"}


@dataclass(frozen=True, eq=False)
class Layout:
    """One event: its name, how its bytes are unpacked, and the dotted names of the values: `before.paid_locked`."""

    name: str
    struct: Struct
    fields: tuple[str, ...]
    places: dict[str, int] = field(init=False, repr=False)
    """The place of each value."""
    credit_account: int | None = field(init=False, repr=False)
    """The place of the account's address; None: the event is of no account."""
    before: slice | None = field(init=False, repr=False)
    """The four balances before the event; None: it does not say them."""
    after: slice | None = field(init=False, repr=False)
    """And after it."""
    _groups: dict[str, slice] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Number the fields once: places are asked for with every event."""
        object.__setattr__(self, "places", {field: place for place, field in enumerate(self.fields)})
        object.__setattr__(self, "credit_account", self.places.get("credit_account"))
        for when in ("before", "after"):
            said = f"{when}.paid_available" in self.places
            object.__setattr__(self, when, self.group(f"{when}.") if said else None)

    def unpack(self, data: bytes) -> tuple[Any, ...]:
        """The values of an event, tag and discriminator included in `data`. Raises struct.error on a wrong size."""
        return self.struct.unpack(data)

    def at(self, field: str) -> int:
        """The place of a value."""
        return self.places[field]

    def pick(self, *fields: str) -> "itemgetter[tuple[Any, ...]]":
        """A function that takes these values, at least two, out of the unpacked ones."""
        return itemgetter(*(self.places[field] for field in fields))

    def group(self, prefix: str) -> slice:
        """The values whose names begin with a prefix; they are neighbours."""
        found = self._groups.get(prefix)
        if found is None:
            places = [place for place, field in enumerate(self.fields) if field.startswith(prefix)]
            found = self._groups[prefix] = slice(places[0], places[-1] + 1)
        return found


@cache
def event_layouts() -> dict[bytes, Layout]:
    """The layout of each event by the 16 bytes that its data begins with."""
    idl = json.loads(idl_path().read_text())
    types = {one["name"]: one["type"]["fields"] for one in idl["types"] if one["type"]["kind"] == "struct"}
    return {EVENT_TAG + bytes(one["discriminator"]): _layout(one["name"], types) for one in idl["events"]}


def _layout(name: str, types: dict[str, Any]) -> Layout:
    formats: list[str] = []
    fields: list[str] = []

    def add(field: str, kind: Any) -> None:  # noqa: ANN401  (JSON)
        if isinstance(kind, str):
            formats.append(_FORMATS[kind])
            fields.append(field)
        elif "defined" in kind:
            for part in types[kind["defined"]["name"]]:
                add(f"{field}.{part['name']}", part["type"])
        elif kind["array"][0] == "u8":
            # Reserved bytes are padding.
            size = kind["array"][1]
            if field.rpartition(".")[2] == "reserved":
                formats.append(f"{size}x")
            else:
                formats.append(f"{size}s")
                fields.append(field)
        else:
            for index in range(kind["array"][1]):
                add(f"{field}.{index}", kind["array"][0])

    for part in types[name]:
        add(part["name"], part["type"])
    return Layout(name=name, struct=Struct("<16x" + "".join(formats)), fields=tuple(fields))
