"""Lays two answers side by side, field by field."""

import fnmatch
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_MISSING = "<missing>"


@dataclass(frozen=True)
class Difference:
    """A field that two nodes answer differently."""

    case: str
    path: str
    ours: Any
    theirs: Any

    def __str__(self) -> str:
        return f"{self.case}: {self.path}: localnet {self.ours!r}, validator {self.theirs!r}"


@dataclass(frozen=True)
class Allowed:
    """A field that may differ, and why."""

    case: str
    """A pattern of the case's name."""
    path: str
    """A pattern of the field's path."""
    reason: str
    must_occur: bool = True
    """Whether the entry is stale where nothing differs; False: it differs in some runs only."""

    def covers(self, difference: Difference) -> bool:
        return fnmatch.fnmatchcase(difference.case, self.case) and fnmatch.fnmatchcase(difference.path, self.path)


def differences(case: str, ours: Any, theirs: Any) -> Iterator[Difference]:
    """Every field in which two answers differ."""
    left, right = dict(_fields("", ours)), dict(_fields("", theirs))
    for path in sorted(left.keys() | right.keys()):
        mine, other = left.get(path, _MISSING), right.get(path, _MISSING)
        if mine != other or type(mine) is not type(other):
            yield Difference(case, path, mine, other)


def _fields(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    match value:
        case dict():
            yield path, "{}"
            for name, content in value.items():
                yield from _fields(f"{path}.{name}", content)
        case list():
            yield path, f"list of {len(value)}"
            for place, content in enumerate(value):
                yield from _fields(f"{path}/{place}", content)
        case _:
            yield path, value


def not_allowed(found: Iterable[Difference], allowed: Iterable[Allowed]) -> list[Difference]:
    """The differences that no entry of the list covers."""
    entries = list(allowed)
    return [one for one in found if not any(entry.covers(one) for entry in entries)]
