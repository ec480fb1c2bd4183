"""/v1/web: what only the server's own page asks. A wallet signs in, and its balance comes as it changes."""

from typing import Annotated, Any

import msgspec
from job_escrow.addresses import namespace_bytes, text_of
from litestar import Request, Response, Router, delete, get, post
from litestar.response import ServerSentEvent

from job_escrow_api.domain.keys.challenge import Challenge, Challenges
from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.keys.terms import Scope
from job_escrow_api.domain.patterns import SIGNATURE, whole
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.rate_limit import network_of, pace
from job_escrow_api.domain.web.sessions import WebSession, WebSessions
from job_escrow_api.domain.web.terms import SignInTerms
from job_escrow_api.http.balance_stream import RETRY_MILLISECONDS, BalanceStream
from job_escrow_api.http.guard import Access, anybody, client_address, needs, session_of
from job_escrow_api.settings import ApiSettings


class SignedIn(SignInTerms, kw_only=True, forbid_unknown_fields=True):
    """The terms of a challenge, and its message's signature in base58."""

    nonce: Annotated[str, msgspec.Meta(min_length=64, max_length=64, pattern=whole("[0-9a-f]{64}"))]
    issued_at: Annotated[int, msgspec.Meta(ge=0, le=2**40)]
    signature: Annotated[str, msgspec.Meta(min_length=64, max_length=88, extra_json_schema={"pattern": SIGNATURE})]


class WebSessionView(msgspec.Struct, kw_only=True):
    """Who has signed in; `csrf_token` goes into a header of every request that changes something."""

    wallet: str
    namespace: str
    credit_account: str
    expires_at: int
    csrf_token: str


@post("/challenges", guards=[anybody], status_code=200)
async def create_sign_in_challenge(
    sign_ins: Challenges, request: Request[Any, Any, Any], data: SignInTerms
) -> Challenge:
    """The message that the wallet signs; nothing is kept of it."""
    _access(request).origin.require(request)
    return sign_ins.make(_checked(data))


@post("/session", guards=[anybody])
async def create_web_session(
    settings: ApiSettings, sign_ins: Challenges, web: WebSessions, request: Request[Any, Any, Any], data: SignedIn
) -> Response[WebSessionView]:
    """Sign in; the account need not be open yet."""
    access = _access(request)
    access.origin.require(request)
    pace(access.sign_in_rate, network_of(client_address(access, request)))
    terms = _checked(data)
    sign_ins.check(terms, nonce=data.nonce, issued_at=data.issued_at, signature=data.signature)
    # Only its own signature counts against a wallet.
    pace(access.sign_in_rate, terms.wallet)
    namespace = namespace_bytes(terms.namespace)
    account = settings.credit_account(terms.wallet_key(), namespace)
    token, session = await web.create(terms, namespace, account, data.nonce)
    cookie = access.origin.session_cookie(str(token), settings.web_session_seconds)
    return Response(_view(session), cookies=[cookie])


@get("/session", guards=[anybody])
async def get_web_session(web: WebSessions, request: Request[Any, Any, Any]) -> WebSessionView | None:
    """Who has signed in with this browser; null: nobody, or no longer."""
    origin = _access(request).origin
    origin.require(request)
    cookie = request.cookies.get(origin.cookie)
    session = None if cookie is None else web.verify(cookie)
    return None if session is None else _view(session)


@delete("/session", guards=[anybody], status_code=200)
async def end_web_session(web: WebSessions, request: Request[Any, Any, Any]) -> Response[None]:
    """Leave."""
    access = _access(request)
    await web.end(session_of(access, request, request.cookies.get(access.origin.cookie)))
    return Response(None, cookies=[access.origin.session_cookie("", 0)])


# Compressed, a message would wait for the next one.
@get("/balance", guards=[needs(Scope.READ)], uncompressed=True)
async def stream_balance(stream: BalanceStream, request: Request[Any, Key, Any]) -> ServerSentEvent:
    """`balance`: the account as JSON, null before it is open, whenever it has changed; `activity`: its requests have.

    `beat` says that nothing has, and `end` that the session has ended.
    """
    access = _access(request)
    network = network_of(client_address(access, request))
    stream.require_place(request.auth, network)
    cookie = request.cookies.get(access.origin.cookie, "")
    messages = stream.of(request.auth, network, lambda: access.web.verify(cookie) is not None)
    return ServerSentEvent(messages, retry_duration=RETRY_MILLISECONDS)


def _access(request: Request[Any, Any, Any]) -> Access:
    access: Access = request.app.state.access
    return access


def _checked(terms: SignInTerms) -> SignInTerms:
    try:
        return terms.checked()
    except ValueError as error:
        raise Refusal(Kinds.INVALID_REQUEST, str(error)) from error


def _view(session: WebSession) -> WebSessionView:
    return WebSessionView(
        wallet=session.wallet,
        namespace=text_of(session.namespace),
        credit_account=session.credit_account,
        expires_at=session.expires_at,
        csrf_token=session.csrf_token,
    )


web_router = Router(
    "/web",
    route_handlers=[create_sign_in_challenge, create_web_session, get_web_session, end_web_session, stream_balance],
    include_in_schema=False,
)
