"""/v1/keys: make, list and revoke API keys."""

from typing import Annotated, Any

import msgspec
from job_escrow.addresses import namespace_bytes, text_of
from litestar import Request, Router, delete, get, post
from litestar.params import Parameter

from job_escrow_api.domain.chain_access import ChainAccess
from job_escrow_api.domain.keys.challenge import Challenge, Challenges
from job_escrow_api.domain.keys.store import Key, KeyStore
from job_escrow_api.domain.keys.terms import OPERATORS, KeyTerms, Scope
from job_escrow_api.domain.patterns import SIGNATURE, whole
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.http.guard import anybody, guarded
from job_escrow_api.http.problems import documented
from job_escrow_api.settings import ApiSettings

_CURSOR = whole("[0-9]{1,12}-[0-9a-f]{16}")


class SignedTerms(KeyTerms, kw_only=True, forbid_unknown_fields=True):
    """The terms of a challenge, and its message's signature in base58."""

    nonce: Annotated[str, msgspec.Meta(min_length=64, max_length=64, pattern=whole("[0-9a-f]{64}"))]
    issued_at: Annotated[int, msgspec.Meta(ge=0, le=2**40)]
    signature: Annotated[str, msgspec.Meta(min_length=64, max_length=88, extra_json_schema={"pattern": SIGNATURE})]


class KeyView(msgspec.Struct, kw_only=True):
    """An API key without its secret; times are unix seconds, budgets credits."""

    id: str
    name: str
    wallet: str
    namespace: str
    credit_account: str
    scopes: list[Scope]
    project: str
    member: str
    daily_budget: int | None
    monthly_budget: int | None
    created_at: int
    expires_at: int | None
    revoked_at: int | None


class NewKey(KeyView, kw_only=True):
    """A key that was just made: `key` is shown here and never again."""

    key: str


class KeyPage(msgspec.Struct, kw_only=True):
    """Keys of the asking key's account, oldest first; pass `next` as `cursor` for newer ones, null: there are none."""

    keys: list[KeyView]
    next: str | None


@post(
    "/challenges",
    guards=[anybody],
    status_code=200,
    repeatable=True,
    summary="Ask for the message that makes a key once the wallet has signed it",
    responses=documented(400, 413, 429),
)
async def create_key_challenge(challenges: Challenges, data: KeyTerms) -> Challenge:
    """The message names what the key may do; it is valid for five minutes."""
    return challenges.make(_checked(data))


@post("/", guards=[anybody], summary="Make a key", responses=documented(400, 401, 403, 404, 409, 413, 429, 502, 503))
async def create_key(
    settings: ApiSettings, challenges: Challenges, keys: KeyStore, chain: ChainAccess, data: SignedTerms
) -> NewKey:
    """Make the key of a signed challenge. The account must exist: buy credits first."""
    terms = _checked(data)
    challenges.check(terms, nonce=data.nonce, issued_at=data.issued_at, signature=data.signature)
    wallet = terms.wallet_key()
    namespace = namespace_bytes(terms.namespace)
    account = settings.credit_account(wallet, namespace)
    if of_operators := sorted(OPERATORS.intersection(terms.scopes)):
        if (await chain.current.platform()).operator != wallet:
            raise Refusal(
                Kinds.FORBIDDEN, f"Only the platform's operator makes keys with the scope '{of_operators[0]}'."
            )
    elif await chain.escrow.credit_account(account) is None:
        raise Refusal(Kinds.NOT_FOUND, f"The wallet has no credit account at {account}: buy credits first.")
    token, key = await keys.create(terms, namespace, account, data.nonce)
    return NewKey(key=str(token), **msgspec.structs.asdict(_view(key)))


@get(
    "/",
    **guarded(Scope.MANAGE),
    summary="List the account's keys",
    responses=documented(400, 401, 403, 429),
)
async def list_keys(
    keys: KeyStore,
    request: Request[Any, Key, Any],
    limit: Annotated[int, Parameter(ge=1, le=200)] = 200,
    cursor: Annotated[str | None, Parameter(max_length=29, pattern=_CURSOR)] = None,
) -> KeyPage:
    """The keys of the asking key's account, revoked ones included."""
    time, _, key_id = (cursor or "0-").partition("-")
    found = keys.page(request.auth.credit_account, (int(time), key_id), limit)
    following = f"{found[-1].created_at}-{found[-1].id}" if len(found) == limit else None
    return KeyPage(keys=[_view(key) for key in found], next=following)


@delete(
    "/{key_id:str}",
    **guarded(Scope.MANAGE),
    status_code=200,
    repeatable=True,
    summary="Revoke a key",
    responses=documented(400, 401, 403, 404, 429),
)
async def revoke_key(keys: KeyStore, request: Request[Any, Key, Any], key_id: str) -> KeyView:
    """It is refused from the next request on; a repeat changes nothing."""
    return _view(await keys.revoke(request.auth.credit_account, key_id))


def _checked(terms: KeyTerms) -> KeyTerms:
    try:
        return terms.checked()
    except ValueError as error:
        raise Refusal(Kinds.INVALID_REQUEST, str(error)) from error


def _view(key: Key) -> KeyView:
    return KeyView(
        id=key.id,
        name=key.name,
        wallet=key.wallet,
        namespace=text_of(key.namespace),
        credit_account=key.credit_account,
        scopes=sorted(key.scopes),
        project=key.project,
        member=key.member,
        daily_budget=key.daily_budget,
        monthly_budget=key.monthly_budget,
        created_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
    )


keys_router = Router("/keys", route_handlers=[create_key_challenge, create_key, list_keys, revoke_key], tags=["keys"])
