"""Reads parameters as strictly as a validator does, and refuses them in the same words."""

from collections.abc import Callable, Mapping

from job_escrow_localnet.json_types import Json

Parser = Callable[[Json], Json]
Config = Mapping[str, Json]

U8_MAX = 2**8 - 1
U64_MAX = 2**64 - 1


class SerdeError(Exception):
    """A value is not of the type that a parameter has; the text is what a validator says of it."""


def describe(value: Json) -> str:
    """A JSON value as error texts name it."""
    match value:
        case None:
            return "null"
        case bool():
            return f"boolean `{str(value).lower()}`"
        case int():
            return f"integer `{value}`"
        case float():
            return f"floating point `{value}`"
        case str():
            return f'string "{value}"'
        case list():
            return "sequence"
        case _:
            return "map"


def text(value: Json) -> str:
    if not isinstance(value, str):
        raise SerdeError(f"invalid type: {describe(value)}, expected a string")
    return value


def boolean(value: Json) -> bool:
    if not isinstance(value, bool):
        raise SerdeError(f"invalid type: {describe(value)}, expected a boolean")
    return value


def integer(name: str, largest: int) -> Parser:
    """An unsigned integer of a Rust type, such as u64."""

    def parse(value: Json) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise SerdeError(f"invalid type: {describe(value)}, expected {name}")
        if not 0 <= value <= largest:
            raise SerdeError(f"invalid value: {describe(value)}, expected {name}")
        return value

    return parse


u8 = integer("u8", U8_MAX)
u64 = integer("u64", U64_MAX)
usize = integer("usize", U64_MAX)


def list_of(item: Parser) -> Parser:
    """A list of values of one type."""

    def parse(value: Json) -> list[Json]:
        if not isinstance(value, list):
            raise SerdeError(f"invalid type: {describe(value)}, expected a sequence")
        return [item(element) for element in value]

    return parse


def optional(inner: Parser) -> Parser:
    """A value that may be null."""

    def parse(value: Json) -> Json:
        return None if value is None else inner(value)

    return parse


def one_of(*variants: str) -> Parser:
    """One of some words."""

    def parse(value: Json) -> str:
        if not isinstance(value, str):
            raise SerdeError(f"invalid type: {describe(value)}, expected string or map")
        if value not in variants:
            allowed = ", ".join(f"`{variant}`" for variant in variants)
            raise SerdeError(f"unknown variant `{value}`, expected one of {allowed}")
        return value

    return parse


def lenient(inner: Parser) -> Parser:
    """A flattened option: what does not parse counts as not given."""

    def parse(value: Json) -> Json:
        try:
            return inner(value)
        except SerdeError:
            return None

    return parse


def struct(name: str, required: tuple[str, ...] = (), /, **fields: Parser) -> Parser:
    """An object with named fields: unknown ones are ignored, missing ones are None unless required."""

    def parse(value: Json) -> Config:
        if not isinstance(value, dict):
            raise SerdeError(f"invalid type: {describe(value)}, expected struct {name}")
        for field in required:
            if field not in value:
                raise SerdeError(f"missing field `{field}`")
        return {field: parser(value[field]) if field in value else None for field, parser in fields.items()}

    return parse
