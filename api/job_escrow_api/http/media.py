"""Answers that are no JSON, in OpenAPI."""

from dataclasses import dataclass

from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, Schema


def answering(*media_types: str) -> type[Operation]:
    """How a handler is described whose body is one of these, as text or bytes."""
    content = {each: OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING)) for each in media_types}

    @dataclass
    class Answering(Operation):
        def __post_init__(self) -> None:
            assert self.responses is not None  # noqa: S101  (Litestar makes one for each status)
            self.responses["200"].content = content  # type: ignore[union-attr]  # the answer itself, no reference

    return Answering
