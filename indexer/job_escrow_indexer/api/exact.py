"""Answers whose decimals are exact: a Decimal becomes a JSON number with just its digits, and never a float."""

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Response

_ENCODER = msgspec.json.Encoder(decimal_format="number")


class ExactResponse(Response[Any]):
    """A response that msgspec encodes directly where it is a struct."""

    def render(self, content: Any, media_type: str, enc_hook: Callable[[Any], Any] | None = None) -> bytes:  # noqa: ANN401
        """The body."""
        if isinstance(content, msgspec.Struct):
            return _ENCODER.encode(content)
        return super().render(content, media_type, enc_hook)  # type: ignore[arg-type]
