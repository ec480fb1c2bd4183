"""Who asks: every handler is guarded by `needs(scope)`, or by `anybody` where no key is needed.

Guards are coroutines, since Litestar runs others in threads: there they would share the event loop's connection to the
database, and count requests and wrong keys beside each other.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from job_escrow_indexer.api.keys.store import Key
from job_escrow_indexer.api.keys.terms import Scope
from job_escrow_indexer.api.keys.token import parse_token
from job_escrow_indexer.api.pacing import RateLimit
from job_escrow_indexer.api.problems import Kinds, Refusal
from job_escrow_indexer.api.services import Services

_log = structlog.get_logger(__name__)

Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]

WITH_KEY: list[dict[str, list[str]]] = [{"key": []}]
"""How a guarded handler is marked in OpenAPI."""


def needs(scope: Scope) -> Guard:
    """A guard that lets keys with this scope pass, and leaves the key in `request.auth`."""

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        services: Services = connection.app.state.services
        key = authenticate(services, connection)
        connection.scope["auth"] = key
        pace(services.key_rate, key.id)
        if scope not in key.scopes:
            raise Refusal(Kinds.FORBIDDEN, f"This key has not the scope {scope.value!r}.")

    return guard


async def anybody(connection: Connection, _: BaseRouteHandler) -> None:
    """A guard that only counts requests."""
    services: Services = connection.app.state.services
    pace(services.address_rate, client_address(services, connection))


def authenticate(services: Services, connection: Connection) -> Key:
    """The key that the request carries. Raises Refusal."""
    address = client_address(services, connection)
    left = services.lockout.wait(address)
    if left:
        raise Refusal(Kinds.LOCKED_OUT, "Too many wrong keys.", headers={"Retry-After": str(int(left) + 1)})
    kind, _, text = connection.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not text:
        pace(services.address_rate, address)
        raise Refusal(Kinds.MISSING_KEY, "The request has no Authorization header with a key.")
    token = parse_token(text.strip())
    key = None if token is None else services.keys.verify(token)
    if key is None:
        services.lockout.fail(address)
        if services.lockout.wait(address):
            # Behind a proxy that is everybody, and nobody would know why.
            trusts = services.settings.trust_proxy
            _log.warning("locked out after wrong keys", address=address, address_is_of="client" if trusts else "peer")
        raise Refusal(Kinds.INVALID_KEY, "There is no such key on this platform.")
    if not key.usable:
        raise Refusal(Kinds.INVALID_KEY, "The key was revoked or has expired.")
    return key


def client_address(services: Services, connection: Connection) -> str:
    """Where the request comes from."""
    if services.settings.trust_proxy:
        # The last entry is the one that the trusted proxy wrote itself.
        # A proxy may add a line instead of an entry, so that it is the last line's.
        lines = connection.headers.getall("x-forwarded-for", [""])
        forwarded = lines[-1].rsplit(",", 1)[-1].strip()
        if forwarded:
            return forwarded
    return connection.client.host if connection.client else ""


def pace(limit: RateLimit, name: str) -> None:
    """Count something of somebody. Raises Refusal where that is too much."""
    wait = limit.wait(name)
    if wait:
        raise Refusal(Kinds.RATE_LIMITED, "Too many requests.", headers={"Retry-After": str(int(wait) + 1)})
