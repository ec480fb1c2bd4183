"""The paths of OpenAI's API that a gateway has."""

import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4
from weakref import WeakSet

from job_escrow_client import ApiError
from litestar import Request, Response, get, post
from litestar.exceptions import InternalServerException

from job_escrow_gateway.answers import answer
from job_escrow_gateway.catalogue import Catalogue, counts_output
from job_escrow_gateway.charging import Reservation, Standing, Unreachable, Wanted
from job_escrow_gateway.completion import Completion, completion_of
from job_escrow_gateway.forms import conflict, error, refused, unavailable
from job_escrow_gateway.parameters import NotTaken
from job_escrow_gateway.repeats import Busy, Entry, OtherBody, Repeats
from job_escrow_gateway.run import Provider, Run
from job_escrow_gateway.settings import Settings

_MOST_GENERATIONS = 20
_MOST_KEY = 255
_BEARER = "bearer"


@dataclass(frozen=True, kw_only=True)
class Shop:
    """What the handlers share; `began` is when this life of the gateway did, in Unix seconds."""

    settings: Settings
    provider: Provider
    catalogue: Catalogue
    repeats: Repeats
    runs: WeakSet[Run]
    began: int

    def stop(self) -> None:
        """Take nothing new and settle all answers as they are, those included whose clients are there."""
        self.provider.charging.stop()
        for run in list(self.runs):
            run.end()


@post("/v1/chat/completions", status_code=200)
async def complete(request: Request[Any, Any, Any]) -> Response[Any]:
    shop: Shop = request.app.state.shop
    try:
        body = await request.body()
    except InternalServerException:
        # Litestar's name for a client that left, or sent chunks that are none.
        return error(400, "the body is not whole", "invalid_body")
    key = _key(request)
    if key is None:
        return _no_key()
    try:
        wanted = completion_of(body, shop.settings.default_tokens, has_upstream=bool(shop.settings.upstream))
        endpoint = await _endpoint(shop, wanted.model)
        entry = shop.repeats.begin(key, body, _idempotency_key(request), _attempt(request))
    except NotTaken as refusal:
        return error(404 if refusal.code == "model_not_found" else 400, str(refusal), refusal.code, param=refusal.param)
    except ApiError as refusal:
        return refused(refusal)
    except OtherBody:
        return error(422, "this Idempotency-Key came with another body before", "idempotency_key_reused")
    except Busy:
        message = "the same request is being answered: its answer comes to whoever asks again"
        return error(409, message, "in_progress", headers={"Retry-After": "1"})
    if entry is not None and entry.answer is not None:
        run = entry.answer
        assert isinstance(run, Run)  # noqa: S101  (there are no others)
        return await answer(request, run, {"Idempotent-Replayed": "true"})
    said: Response[Any] | None = None
    try:
        found = await _reserved(shop, key, wanted, endpoint, entry)
        if isinstance(found, Response):
            said = found
            return said
        reservation, until = found
        # Whoever cannot say so does not come back.
        seconds = 0 if entry is None else shop.settings.return_seconds
        run = Run(shop.provider, reservation, wanted, body, until=until, return_seconds=seconds)
        shop.runs.add(run)
        if entry is not None:
            entry.answer = run
        said = await answer(request, run, {})
        return said
    finally:
        if entry is not None:
            entry.is_answering = False
            # Whoever is refused for good does not ask again.
            if entry.answer is None and said is not None and not _is_passing(said.status_code or 200):
                shop.repeats.drop(entry)


@get("/v1/models")
async def list_models(request: Request[Any, Any, Any]) -> Response[Any]:
    shop: Shop = request.app.state.shop
    try:
        return Response({"object": "list", "data": await shop.catalogue.all()})
    except ApiError as refusal:
        return refused(refusal)


# Names of models may have slashes.
@get("/v1/models/{model:path}")
async def get_model(request: Request[Any, Any, Any], model: str) -> Response[Any]:
    shop: Shop = request.app.state.shop
    name = str(model).removeprefix("/")
    try:
        found = await shop.catalogue.find(name)
    except ApiError as refusal:
        return refused(refusal)
    if found is None:
        return error(404, _not_served(name), "model_not_found", param="model")
    return Response(shop.catalogue.shown(found))


async def _endpoint(shop: Shop, name: str) -> str | None:
    """The endpoint that the model's price is for. Raises NotTaken and ApiError."""
    model = await shop.catalogue.find(name)
    if model is None:
        raise NotTaken(_not_served(name), "model", "model_not_found")
    if not counts_output(model):
        raise NotTaken(
            f"the price of {name!r} is one of {model.unit} units: this gateway charges output tokens alone",
            "model",
            "unsupported_model",
        )
    return model.endpoint


async def _reserved(
    shop: Shop, key: str, wanted: Completion, endpoint: str | None, entry: Entry | None
) -> tuple[Reservation, float] | Response[Any]:
    """A reservation that nobody has begun to answer, and until when the model may speak; or a refusal."""
    charging = shop.provider.charging
    gave_back = False
    for _ in range(_MOST_GENERATIONS):
        name, was_asked = uuid4().hex, False
        if entry is not None:
            name, was_asked, entry.was_asked = entry.lock_key, entry.was_asked, True
        is_named = entry is not None and entry.is_named
        # From before it is asked for: its time runs from then on, and the answer may take long.
        until = time.monotonic() + charging.model_seconds
        try:
            found = await charging.reserve(
                Wanted(
                    customer_key=key,
                    model=wanted.model,
                    endpoint=endpoint,
                    max_units=wanted.most_units,
                    idempotency_key=name,
                    is_named=is_named,
                )
            )
        except Unreachable:
            return unavailable()
        except ApiError as refusal:
            return refused(refusal)
        if entry is None or not entry.is_named:
            return found, until
        # The client's own key also finds what became of it before: in this gateway's life, or in an earlier one.
        is_older = was_asked or (found.created_at < shop.began and not gave_back)
        if found.standing is Standing.CHARGED:
            return conflict("this request was answered and charged; its answer is not kept any more", "answer_gone")
        if found.standing is Standing.OPEN and not is_older:
            return found, until
        if found.standing is Standing.OPEN:
            # Too little of its time may be left.
            await charging.end(found, 0)
            gave_back = True
        entry.renew()
    return conflict("this request failed too often: send it with another Idempotency-Key", "failed_too_often")


def _key(request: Request[Any, Any, Any]) -> str | None:
    """The customer's API key, which follows the word bearer in any case."""
    scheme, _, key = request.headers.get("authorization", "").strip().partition(" ")
    return key.strip() or None if scheme.lower() == _BEARER else None


def _no_key() -> Response[Any]:
    message = "send your API key: Authorization: Bearer jek_…"
    return error(401, message, "missing-key", headers={"WWW-Authenticate": 'Bearer realm="job-escrow"'})


def _not_served(name: str) -> str:
    return f"the model {name!r} is not served here: GET /v1/models lists those that are"


def _idempotency_key(request: Request[Any, Any, Any]) -> str | None:
    given = request.headers.get("idempotency-key")
    if given is not None and not (1 <= len(given) <= _MOST_KEY and given.isascii() and given.isprintable()):
        raise NotTaken(f"Idempotency-Key takes 1 to {_MOST_KEY} printable characters", None, "invalid_idempotency_key")
    return given


def _attempt(request: Request[Any, Any, Any]) -> int | None:
    """How often this client has asked before, as OpenAI's packages count."""
    given = request.headers.get("x-stainless-retry-count", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 3 else None


def _is_passing(status: int) -> bool:
    """Whether OpenAI's packages ask again after such an answer."""
    return status in (408, 409, 429) or status >= 500
