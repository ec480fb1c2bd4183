"""The parameters of a question as they are documented, where Litestar by itself would take more.

Whole numbers are digits, and not `5.0` or `1e2`; what is not asked for is left out, and not written as `null`.
"""

import re
from functools import cache
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.typing import FieldDefinition

from job_escrow_api.domain.problems import Kinds, Refusal

_DIGITS = re.compile(r"[0-9]+")


def check_queries(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Raises Refusal, naming the parameter, and what to write."""
    fields = _parameters(handler)
    for name, value in connection.query_params.multi_items():
        field = fields.get(name)
        if field is None:
            continue
        if int in (field.annotation, *(each.annotation for each in field.inner_types)) and not _DIGITS.fullmatch(value):
            raise Refusal(
                Kinds.INVALID_REQUEST, f"The parameter {name} is not a whole number: write it in digits, such as 50."
            )
        if field.is_optional and value.lower() == "null":
            raise Refusal(Kinds.INVALID_REQUEST, f"The parameter {name} is null: leave it out instead.")


@cache
def _parameters(handler: BaseRouteHandler) -> dict[str, FieldDefinition]:
    """The parameters of the handler, and of what it depends on, by their names."""
    signatures = [handler.parsed_fn_signature]
    signatures += [each.parsed_fn_signature for each in handler.resolve_dependencies().values()]
    return {name: field for signature in signatures for name, field in signature.parameters.items()}
