"""A table of a preset's TOML: gives its fields away one by one, each checked, and refuses what is left over."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, TypeVar

from solders.pubkey import Pubkey

_T = TypeVar("_T")


class InvalidPreset(ValueError):
    """A preset that cannot be used; the message names the file and the field, and says what it may be."""


class Table:
    """One table of the file: gives its fields away one by one, and in the end complains about what is left."""

    def __init__(self, source: str, path: str, raw: dict[str, Any]) -> None:
        self._source = source
        self._path = path
        self._left = dict(raw)
        self._known: list[str] = []

    def wrong(self, key: str, value: object, wanted: str) -> InvalidPreset:
        """The error for a field."""
        return InvalidPreset(f"{self._source}: {self._path}{key} is {value!r}: give {wanted}")

    def whole(self, key: str, least: int, most: int) -> int:
        """A whole number."""
        value = self._take(key)
        # A float that looks whole has been rounded already, and a bool is an int in Python.
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.wrong(key, value, f"a whole number from {least:,} to {most:,}")
        return value

    def optional_whole(self, key: str, least: int, most: int) -> int | None:
        """A whole number that may be missing."""
        return self.whole(key, least, most) if self._has(key) else None

    def wholes(self, key: str, least: int, most: int) -> tuple[int, ...]:
        """A list of whole numbers, descending; none where it is missing."""
        if not self._has(key):
            return ()
        value = self._take(key)
        if not isinstance(value, list):
            raise self.wrong(key, value, "a list of whole numbers")
        items = Table(self._source, f"{self._path}{key}", {f"[{index}]": item for index, item in enumerate(value)})
        found = tuple(items.whole(f"[{index}]", least, most) for index in range(len(value)))
        if list(found) != sorted(set(found), reverse=True):
            raise self.wrong(key, value, "each number once, the largest first")
        return found

    def boolean(self, key: str) -> bool:
        """A bool; false where it is missing."""
        if not self._has(key):
            return False
        value = self._take(key)
        if not isinstance(value, bool):
            raise self.wrong(key, value, "true or false")
        return value

    def text(self, key: str, *, default: str | None = None, most_bytes: int = 200) -> str:
        """Text that is not empty, unless a default says that it may be missing."""
        if default is not None and not self._has(key):
            return default
        value = self._take(key)
        if not isinstance(value, str) or not value.strip() or "\0" in value or len(value.encode()) > most_bytes:
            raise self.wrong(key, value, f"text of 1 to {most_bytes} bytes")
        return value

    def checked(self, key: str, check: Callable[[str], object]) -> str:
        """Text that a function accepts."""
        value = self.text(key)
        try:
            check(value)
        except ValueError as error:
            raise InvalidPreset(f"{self._source}: {self._path}{key}: {error}") from error
        return value

    def choice(self, key: str, choices: "tuple[str, ...] | list[str]") -> str:
        """One of some texts."""
        value = self._take(key)
        if value not in choices:
            raise self.wrong(key, value, f"one of {', '.join(choices)}")
        return str(value)

    def optional_address(self, key: str) -> Pubkey | None:
        """An address that may be missing."""
        if not self._has(key):
            return None
        value = self._take(key)
        try:
            return Pubkey.from_string(str(value))
        except ValueError as error:
            raise self.wrong(key, value, "an address in base58") from error

    def addresses(self, key: str) -> dict[str, Pubkey]:
        """Addresses by name; none where the table is missing."""
        if not self._has(key):
            return {}
        names = list(self._left[key]) if isinstance(self._left[key], dict) else []
        table = self.table(key)
        return {name: address for name in names if (address := table.optional_address(name))}

    def table(self, key: str) -> "Table":
        """A table within this one."""
        value = self._take(key)
        if not isinstance(value, dict):
            raise self.wrong(key, value, f"a table: [{self._path}{key}]")
        return Table(self._source, f"{self._path}{key}.", value)

    def tables(
        self, key: str, read: "Callable[[Table], _T]", *, least: int = 0, most: int | None = None
    ) -> tuple[_T, ...]:
        """An array of tables, each read to its end."""
        value = self._take(key) if least or self._has(key) else []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.wrong(key, value, f"tables: [[{key}]]")
        if len(value) < least or (most is not None and len(value) > most):
            raise InvalidPreset(
                f"{self._source}: {key} has {len(value)} entries: give {least} to {most or 'any number'}"
            )
        found = []
        for index, each in enumerate(value):
            table = Table(self._source, f"{key}[{index}].", each)
            found.append(read(table))
            table.finish()
        return tuple(found)

    def finish(self) -> None:
        """Refuse what nobody asked for: a misspelt field must not be ignored."""
        for key in self._left:
            near = get_close_matches(key, self._known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"the fields here are {', '.join(sorted(set(self._known)))}"
            raise InvalidPreset(f"{self._source}: {self._path}{key} is not a field of a preset: {hint}")

    def _has(self, key: str) -> bool:
        self._known.append(key)
        return key in self._left

    def _take(self, key: str) -> object:
        if not self._has(key):
            raise InvalidPreset(f"{self._source}: {self._path}{key} is missing: docs/presets.md says what it is")
        return self._left.pop(key)
