"""`Allow` of OPTIONS: every method of the path, where Litestar has only those of one of its handlers."""

from functools import cache

from litestar import Litestar
from litestar.datastructures import MutableScopeHeaders
from litestar.routes import HTTPRoute
from litestar.types import Message, Scope


async def allow_every_method(message: Message, scope: Scope) -> None:
    """A hook before an answer is sent."""
    if message["type"] == "http.response.start" and scope.get("method") == "OPTIONS":
        methods = _methods(scope["litestar_app"]).get(scope.get("path_template", ""))
        if methods is not None:
            MutableScopeHeaders.from_message(message)["Allow"] = methods


@cache
def _methods(app: Litestar) -> dict[str, str]:
    """The value of `Allow` by the path's template."""
    found: dict[str, set[str]] = {}
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            found.setdefault(route.path_format, set()).update(route.methods)
    return {path: ", ".join(sorted(methods)) for path, methods in found.items()}
