"""Schemas of the API's types and parameters, as msgspec checks them: bounds, patterns, and whether more is taken."""

import inspect
import re
from dataclasses import is_dataclass
from types import NoneType
from typing import Annotated, Any, get_args

import msgspec
from litestar.handlers import HTTPRouteHandler
from litestar.params import KwargDefinition
from litestar.typing import FieldDefinition

from job_escrow_api.domain.problems import Problem
from job_escrow_api.http.document.glossary import term

Schema = dict[str, Any]

_TEMPLATE = "#/components/schemas/{name}"
_BOUNDS = ("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern")
_DECIMAL = {"type": "number", "format": "decimal"}


def component_schemas(handlers: list[HTTPRouteHandler]) -> dict[str, Schema]:
    """The schema of each type that a handler takes or answers with, by name, fields described."""
    _, made = msgspec.json.schema_components([Problem, *_types(handlers)], ref_template=_TEMPLATE)
    schemas: dict[str, Schema] = {name: _plain(schema) for name, schema in sorted(made.items())}
    for name, schema in schemas.items():
        schema.pop("title", None)
        # Docstrings say None where JSON has null.
        schema["description"] = re.sub(r"\bNone\b", "null", inspect.cleandoc(schema["description"]))
        for field, one in schema.get("properties", {}).items():
            described(one, field, name)
    return schemas


def parameter_schema(field: FieldDefinition) -> Schema:
    """The schema of a parameter. One that may be null can be left out: there is no way to write null in a query."""
    kwarg = field.kwarg_definition
    bounds = {name: getattr(kwarg, name) for name in _BOUNDS} if isinstance(kwarg, KwargDefinition) else {}
    given = {name: value for name, value in bounds.items() if value is not None}
    kinds = [each for each in get_args(field.annotation) if each is not NoneType]
    kind: Any = kinds[0] if field.is_optional and len(kinds) == 1 else field.annotation
    schema: Schema = _plain(msgspec.json.schema(Annotated[kind, msgspec.Meta(**given)] if given else kind))
    if field.has_default and field.default is not None:
        schema["default"] = field.default
    return schema


def described(schema: Schema, name: str, *owners: str) -> None:
    """Add what the glossary says; beside a reference it stands too, as OpenAPI 3.1 has it."""
    text, example = term(name, *owners)
    schema["description"] = text
    if example is not None:
        schema["examples"] = [example]


def _types(handlers: list[HTTPRouteHandler]) -> list[type]:
    found: dict[type, None] = {}
    for handler in handlers:
        fields = (handler.parsed_return_field, handler.parsed_data_field)
        for kind in (field.annotation for field in fields if field is not None):
            if isinstance(kind, type) and (issubclass(kind, msgspec.Struct) or is_dataclass(kind)):
                found[kind] = None
    return list(found)


def _plain(schema: Any) -> Any:  # noqa: ANN401  (a part of it)
    """The same, with decimals as the numbers that answers have, and a type beside every enum."""
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "string" and schema.get("format") == "decimal":
        return dict(_DECIMAL)
    plain = {name: _plain(value) if name not in ("default", "enum") else value for name, value in schema.items()}
    if "enum" in plain and "type" not in plain:
        plain["type"] = "string"
    return plain
