"""Bodies as their schema says, to the letter: Litestar itself would take "500" where a number is asked for."""

from typing import Any

import msgspec
from litestar import Request

from job_escrow_api.domain.problems import Kinds, Refusal


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON is decoded straight to the type that its handler takes."""

    async def json(self) -> Any:  # noqa: ANN401  (the handler's type)
        """The body. Raises Refusal, with the path of what is wrong."""
        field = self.route_handler.parsed_data_field
        try:
            return msgspec.json.decode(await self.body(), type=Any if field is None else field.annotation)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Refusal(Kinds.INVALID_REQUEST, f"The body is not what this path takes: {error}") from error
