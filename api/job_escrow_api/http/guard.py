"""Who asks: every handler is `guarded` with a scope, or by `anybody` where no key is needed.

A browser in which a wallet has signed in asks without a key: its cookie has the wallet's own rights, and whatever
changes something carries the session's CSRF token, too.

Guards are coroutines, since Litestar runs others in threads: there they would share the event loop's connection to the
database, and count requests and wrong keys beside each other.
"""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from job_escrow_api.domain.keys.store import Key, KeyStore
from job_escrow_api.domain.keys.terms import Scope
from job_escrow_api.domain.keys.token import parse_token
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.rate_limit import Lockout, RateLimit, network_of, pace
from job_escrow_api.domain.web.sessions import WebSession, WebSessions
from job_escrow_api.http.origin import CSRF_HEADER, Origin
from job_escrow_api.http.queries import check_queries

_log = structlog.get_logger(__name__)

Connection = ASGIConnection[Any, Any, Any, Any]
_SAFE = ("GET", "HEAD", "OPTIONS")
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Access:
    """What decides who may ask; in `app.state.access`, since guards are given nothing."""

    keys: KeyStore
    key_rate: RateLimit
    address_rate: RateLimit
    sign_in_rate: RateLimit
    lockout: Lockout
    trust_proxy: bool
    page: bool
    web: WebSessions
    origin: Origin


def needs(*scopes: Scope, counted: bool = True) -> Guard:
    """A guard that lets keys with one of these scopes pass, and leaves the key in `request.auth`.

    Without `counted`, what passes is for the handler to count.
    """

    async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        access: Access = connection.app.state.access
        key = authenticate(access, connection)
        connection.scope["auth"] = key
        may = not key.scopes.isdisjoint(scopes)
        if counted or not may:
            pace(access.key_rate, key.id)
        if not may:
            raise Refusal(
                Kinds.FORBIDDEN, f"This key has not the scope {' or '.join(repr(each.value) for each in scopes)}."
            )
        check_queries(connection, handler)

    return guard


def guarded(*scopes: Scope, counted: bool = True) -> dict[str, Any]:
    """What decorates a handler that keys with one of these scopes may ask: its guard, and what OpenAPI says of it."""
    return {
        "guards": [needs(*scopes, counted=counted)],
        "security": [{"key": []}],
        "scopes": [scope.value for scope in scopes],
    }


async def anybody(connection: Connection, handler: BaseRouteHandler) -> None:
    """A guard that only counts requests."""
    access: Access = connection.app.state.access
    pace(access.address_rate, network_of(client_address(access, connection)))
    check_queries(connection, handler)


def authenticate(access: Access, connection: Connection) -> Key:
    """The key that the request carries. Raises Refusal.

    A valid key passes whatever else its address brings: nobody guesses 256 bits, and behind a proxy that the server
    does not trust an address is everybody's. A lockout only says so to wrong keys, and to the log once.
    """
    address = client_address(access, connection)
    kind, _, text = connection.headers.get("authorization", "").partition(" ")
    # A server whose page is off takes no sessions of before.
    cookie = connection.cookies.get(access.origin.cookie) if access.page else None
    if cookie is not None and "authorization" not in connection.headers:
        session = session_of(access, connection, cookie)
        # Anybody makes a wallet: those of one network count together too.
        pace(access.key_rate, f"web {network_of(address)}")
        return session.as_key()
    if kind.lower() != "bearer" or not text:
        pace(access.address_rate, network_of(address))
        raise Refusal(Kinds.MISSING_KEY, "The request has no Authorization header with a key.")
    token = parse_token(text.strip())
    key = None if token is None else access.keys.verify(token)
    if key is None:
        raise _unknown(access, address)
    if not key.usable:
        pace(access.key_rate, key.id)
        raise Refusal(Kinds.INVALID_KEY, "The key was revoked or has expired.")
    if key.held_at is not None:
        raise Refusal(Kinds.KEY_HELD, "The server does not know yet whether the key was revoked since it was copied.")
    return key


def session_of(access: Access, connection: Connection, cookie: str | None) -> WebSession:
    """The session of a browser's cookie. Raises Refusal: it has ended, or the request is not from the page."""
    access.origin.require(connection)
    session = None if cookie is None else access.web.verify(cookie)
    if session is None:
        pace(access.address_rate, network_of(client_address(access, connection)))
        raise Refusal(Kinds.SIGNED_OUT, "The session has ended, or never was one.")
    token = connection.headers.get(CSRF_HEADER, "")
    if connection.scope.get("method") not in _SAFE and not hmac.compare_digest(
        token.encode(), session.csrf_token.encode()
    ):
        raise Refusal(Kinds.NOT_FROM_THE_PAGE, f"It has not the session's {CSRF_HEADER}: {access.origin.url}/")
    return session


def _unknown(access: Access, address: str) -> Refusal:
    """What a wrong key is told."""
    network = network_of(address)
    left = access.lockout.wait(network)
    if left:
        return Refusal(Kinds.LOCKED_OUT, "Too many wrong keys.", headers={"Retry-After": str(int(left) + 1)})
    access.lockout.fail(network)
    if access.lockout.wait(network):
        # Behind a proxy that is everybody, and nobody would know why.
        trusts = access.trust_proxy
        _log.warning("locked out after wrong keys", address=address, address_is_of="client" if trusts else "peer")
    return Refusal(Kinds.INVALID_KEY, "There is no such key on this platform.")


def client_address(access: Access, connection: Connection) -> str:
    """Where the request comes from."""
    if access.trust_proxy:
        # The last entry is the one that the trusted proxy wrote itself.
        # A proxy may add a line instead of an entry, so that it is the last line's.
        lines = connection.headers.getall("x-forwarded-for", [""])
        forwarded = lines[-1].rsplit(",", 1)[-1].strip()
        if forwarded:
            return forwarded
    return connection.client.host if connection.client else ""
