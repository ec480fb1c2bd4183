"""/v1/webhooks: where an account's news go."""

import asyncio
import time
from typing import Annotated, Any
from uuid import uuid4

import msgspec
from job_escrow.amounts import MAX_CREDITS
from job_escrow.chain.requests import GetSlot
from litestar import Request, Router, delete, get, post
from litestar.params import Parameter

from job_escrow_api.domain.chain_access import ChainAccess
from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.keys.terms import Scope
from job_escrow_api.domain.patterns import DIGITS
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.rate_limit import RateLimit, pace
from job_escrow_api.domain.webhooks.messages import CHOOSABLE, Message, Type
from job_escrow_api.domain.webhooks.names import Names
from job_escrow_api.domain.webhooks.store import Delivery, Hook, HookStore, Status
from job_escrow_api.domain.webhooks.targets import Forbidden, checked_address, checked_url
from job_escrow_api.http.guard import guarded
from job_escrow_api.http.problems import documented
from job_escrow_api.settings import ApiSettings

_MOST_THRESHOLDS = 10
_PLACE_SECONDS = 10
"""For so long a request waits for lookups of the account's other names, its own included."""
_REFUSALS = (400, 401, 403, 404, 409, 413, 429)


class WebhookRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Where to send what. `thresholds` are credits for `credit.low` and `credit.recovered`, several of them."""

    url: Annotated[str, msgspec.Meta(min_length=8, max_length=2048)]
    types: Annotated[list[Type], msgspec.Meta(min_length=1, max_length=len(Type))] = msgspec.field(
        default_factory=lambda: list(CHOOSABLE)
    )
    thresholds: Annotated[
        list[Annotated[int, msgspec.Meta(ge=1, le=MAX_CREDITS)]], msgspec.Meta(max_length=_MOST_THRESHOLDS)
    ] = msgspec.field(default_factory=lambda: [100])


class WebhookView(msgspec.Struct, kw_only=True):
    """A webhook; `disabled_at`: its receiver answered 410 Gone."""

    id: str
    url: str
    types: list[Type]
    thresholds: list[int]
    created_at: int
    disabled_at: int | None


class NewWebhook(WebhookView, kw_only=True):
    """A webhook that was just made: `secret` verifies its messages (Standard Webhooks), and is shown only here."""

    secret: str


class WebhookList(msgspec.Struct, kw_only=True):
    """The account's webhooks."""

    webhooks: list[WebhookView]


class DeliveryView(msgspec.Struct, kw_only=True):
    """A message and what became of it. `next_at` is when it is sent again, null once it has ended."""

    id: str
    type: str
    status: Status
    attempts: int
    next_at: int | None
    last_status: int | None
    last_error: str | None
    created_at: int
    ended_at: int | None


class DeliveryPage(msgspec.Struct, kw_only=True):
    """Deliveries, newest first; pass `next` as `cursor` for older ones."""

    deliveries: list[DeliveryView]
    next: str | None


class Queued(msgspec.Struct, kw_only=True):
    """A message that will be sent."""

    id: str


_GUARDED: dict[str, Any] = guarded(Scope.MANAGE) | {"responses": documented(*_REFUSALS)}


@post("/", summary="Make a webhook", **_GUARDED | {"responses": documented(*_REFUSALS, 503)})
async def create_webhook(
    settings: ApiSettings,
    hooks: HookStore,
    names: Names,
    webhook_rate: RateLimit,
    chain: ChainAccess,
    request: Request[Any, Key, Any],
    data: WebhookRequest,
) -> NewWebhook:
    """Its secret is shown once."""
    key = request.auth
    private = settings.private_webhooks
    url = checked_url(data.url, private=private)
    if Type.TEST in data.types:
        raise Refusal(Kinds.INVALID_REQUEST, "types: webhook.test is sent by its button only.")
    pace(webhook_rate, key.credit_account)
    try:
        async with asyncio.timeout(_PLACE_SECONDS):
            await checked_address(url, private=private, resolver=names.of(key.credit_account))
    except TimeoutError as error:
        detail = "Too many names of this account's webhooks are being looked up."
        raise Refusal(Kinds.UNAVAILABLE, detail, headers={"Retry-After": "5"}) from error
    except Forbidden as error:
        raise Refusal(Kinds.INVALID_REQUEST, f"url: {error}") from error
    except OSError as error:
        raise Refusal(Kinds.INVALID_REQUEST, "url: the host's name could not be looked up") from error
    types = list(dict.fromkeys(data.types))
    slot = await chain.node.answer(GetSlot())
    hook = await hooks.create(key.platform, key.credit_account, url, types, data.thresholds, slot=slot)
    return NewWebhook(secret=hooks.secret_of(hook), **msgspec.structs.asdict(_view(hook)))


@get("/", summary="List the account's webhooks", **_GUARDED)
async def list_webhooks(hooks: HookStore, request: Request[Any, Key, Any]) -> WebhookList:
    """Without their secrets."""
    return WebhookList(webhooks=[_view(hook) for hook in hooks.of_account(request.auth.credit_account)])


@delete("/{webhook:str}", status_code=204, summary="End a webhook", **_GUARDED)
async def delete_webhook(hooks: HookStore, request: Request[Any, Key, Any], webhook: str) -> None:
    """What was not delivered yet never is."""
    await hooks.delete(hooks.existing(request.auth.credit_account, webhook))


@post("/{webhook:str}/test", status_code=202, summary="Send a test message", **_GUARDED)
async def test_webhook(
    hooks: HookStore, webhook_rate: RateLimit, request: Request[Any, Key, Any], webhook: str
) -> Queued:
    """Of type `webhook.test`."""
    hook = hooks.existing(request.auth.credit_account, webhook)
    pace(webhook_rate, hook.credit_account)
    message = Message(
        type=Type.TEST, at=int(time.time()), key=uuid4().hex, data={"credit_account": hook.credit_account}
    )
    return Queued(id=await hooks.enqueue(hook, message))


@get("/{webhook:str}/deliveries", summary="List what was sent, and what came of it", **_GUARDED)
async def list_deliveries(
    hooks: HookStore,
    request: Request[Any, Key, Any],
    webhook: str,
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Parameter(max_length=18, pattern=DIGITS)] = None,
) -> DeliveryPage:
    """Dead ones can be replayed."""
    hook = hooks.existing(request.auth.credit_account, webhook)
    found = hooks.deliveries(hook, int(cursor or 2**62), limit)
    following = str(found[-1].number) if len(found) == limit else None
    return DeliveryPage(deliveries=[_delivery(each) for each in found], next=following)


@post("/{webhook:str}/deliveries/{message:str}/replay", status_code=202, summary="Send a message again", **_GUARDED)
async def replay_delivery(
    hooks: HookStore, webhook_rate: RateLimit, request: Request[Any, Key, Any], webhook: str, message: str
) -> DeliveryView:
    """Under the same id."""
    hook = hooks.existing(request.auth.credit_account, webhook)
    pace(webhook_rate, hook.credit_account)
    return _delivery(await hooks.replay(hook, message))


def _view(hook: Hook) -> WebhookView:
    return WebhookView(
        id=hook.id,
        url=hook.url,
        types=list(hook.types),
        thresholds=list(hook.thresholds),
        created_at=hook.created_at,
        disabled_at=hook.disabled_at,
    )


def _delivery(found: Delivery) -> DeliveryView:
    return DeliveryView(
        id=found.id,
        type=found.type,
        status=found.status,
        attempts=found.attempts,
        next_at=found.next_at if found.status == "pending" else None,
        last_status=found.last_status,
        last_error=found.last_error,
        created_at=found.created_at,
        ended_at=found.ended_at,
    )


webhooks_router = Router(
    "/webhooks",
    route_handlers=[
        create_webhook,
        list_webhooks,
        delete_webhook,
        test_webhook,
        list_deliveries,
        replay_delivery,
    ],
    tags=["webhooks"],
)
