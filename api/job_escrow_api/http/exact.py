"""Answers whose decimals are exact: a Decimal becomes a JSON number with just its digits, and never a float."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Response
from litestar.openapi.spec import OpenAPIType, Schema
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition

if TYPE_CHECKING:
    from litestar._openapi.schema_generation import SchemaCreator

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def exact_json(content: msgspec.Struct | None) -> bytes:
    """An answer's JSON, as a stream has it."""
    return _ENCODER.encode(content)


class ExactSchema(OpenAPISchemaPlugin):
    """OpenAPI's word for a Decimal of an answer: Litestar's own is a string."""

    @staticmethod
    def is_plugin_supported_type(value: Any) -> bool:  # noqa: ANN401
        """Whether this says what the type is."""
        return value is Decimal

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: "SchemaCreator") -> Schema:
        """A number."""
        return Schema(type=OpenAPIType.NUMBER)


class ExactResponse(Response[Any]):
    """A response that msgspec encodes directly where it is a struct."""

    def render(self, content: Any, media_type: str, enc_hook: Callable[[Any], Any] | None = None) -> bytes:  # noqa: ANN401
        """The body."""
        if isinstance(content, msgspec.Struct):
            return _ENCODER.encode(content)
        return super().render(content, media_type, enc_hook)  # type: ignore[arg-type]
