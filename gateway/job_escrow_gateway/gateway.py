"""A provider's gateway in front of models, in the form of OpenAI's API, paid for with job_escrow credits.

Each completion is one job: its price is locked before the model runs, and the output tokens that were handed to the
client are settled, however the answer ends. Where that is none, everything goes back.

    export JOB_ESCROW_API=http://127.0.0.1:8080/v1 JOB_ESCROW_OPERATOR_KEY=jek_…
    granian --interface asgi job_escrow_gateway.gateway:app

Clients send their own API key, as they would to OpenAI: `Authorization: Bearer jek_…`.
"""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4
from weakref import WeakSet

import httpx2
import msgspec
from litestar import Litestar, Request, Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.datastructures import State
from litestar.exceptions import HTTPException, InternalServerException
from litestar.response import Stream

from job_escrow_gateway.account_api import AccountApi, Ending, Job, Unreachable
from job_escrow_gateway.completion import Completion, NotTaken, completion_of
from job_escrow_gateway.forms import conflict, error_of, invalid, refused
from job_escrow_gateway.repeats import Busy, Entry, OtherBody, Repeats
from job_escrow_gateway.run import Run
from job_escrow_gateway.settings import Settings

_MOST_GENERATIONS = 20
_MOST_KEY = 255


@post("/v1/chat/completions", status_code=200)
async def complete(request: Request[Any, Any, Any]) -> Response[Any]:
    repeats: Repeats = request.app.state.repeats
    key = request.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        body = await request.body()
    except InternalServerException:
        # Litestar's name for a client that left, or sent chunks that are none.
        return invalid("the body is not whole", None, "invalid_body")
    try:
        wanted = completion_of(body, request.app.state.settings.default_tokens)
        entry = repeats.begin(key, body, _idempotency_key(request), _attempt(request))
    except NotTaken as error:
        return invalid(str(error), error.param, error.code)
    except OtherBody:
        return invalid("this Idempotency-Key came with another body before", None, "idempotency_key_reused", 422)
    except Busy:
        refusal = error_of("the same request is being answered: its answer comes to whoever asks again", "in_progress")
        return Response(refusal, status_code=409, headers={"Retry-After": "1"})
    if entry is not None and entry.answer is not None:
        run = entry.answer
        assert isinstance(run, Run)  # noqa: S101  (there are no others)
        return await _answered(request, run, {"Idempotent-Replayed": "true"})
    answer: Response[Any] | None = None
    try:
        found = await _locked(request.app.state, key, wanted, entry)
        if isinstance(found, Response):
            answer = found
            return answer
        locked, until = found
        job = msgspec.json.decode(locked.content, type=Job).id
        headers = {"X-Credits-Remaining": locked.headers.get("x-credits-remaining", ""), "X-Job": job}
        # Whoever cannot say so does not come back.
        seconds = 0 if entry is None else request.app.state.settings.return_seconds
        run = Run(request.app.state.api, job, wanted, headers, until=until, return_seconds=seconds)
        request.app.state.runs.add(run)
        if entry is not None:
            entry.answer = run
        answer = await _answered(request, run, {})
        return answer
    finally:
        if entry is not None:
            entry.is_answering = False
            # Whoever is refused for good does not ask again.
            if entry.answer is None and answer is not None and not _is_passing(answer.status_code or 200):
                repeats.drop(entry)


async def _locked(
    state: State, key: str, wanted: Completion, entry: Entry | None
) -> tuple[httpx2.Response, float] | Response[Any]:
    """The API's answer with a job that nobody has begun, and until when its model may run; or a refusal."""
    api: AccountApi = state.api
    gave_back = False
    for _ in range(_MOST_GENERATIONS):
        lock_key, was_asked = uuid4().hex, False
        if entry is not None:
            lock_key, was_asked, entry.was_asked = entry.lock_key, entry.was_asked, True
        # From before it is asked for: the job's time runs from the lock on, and its answer may take long.
        until = time.monotonic() + api.model_seconds
        try:
            locked = await api.lock(key, wanted.model, wanted.max_tokens, lock_key)
        except Unreachable:
            return Response(error_of("the credits cannot be reached: try again", "unavailable"), status_code=503)
        if locked.is_error:
            return refused(locked)
        if entry is None or not entry.is_named:
            return locked, until
        # The client's own key also finds what became of it before: in this gateway's life, or in an earlier one.
        job = msgspec.json.decode(locked.content, type=Job)
        is_older = was_asked or (job.created_at < state.began and not gave_back)
        if job.status == "settled":
            return conflict("this request was answered and charged; its answer is not kept any more", "answer_gone")
        if job.status == "locked" and not is_older:
            return locked, until
        if job.status == "locked":
            # Too little of its time may be left.
            await api.end(job.id, 0)
            gave_back = True
        entry.renew()
    return conflict("this request failed too often: send it with another Idempotency-Key", "failed_too_often")


async def _answered(request: Request[Any, Any, Any], run: Run, more: dict[str, str]) -> Response[Any]:
    headers = run.headers | more
    client = run.attend()
    if run.wanted.stream:
        left = BackgroundTask(run.left, client)
        return Stream(_streamed(run, client), media_type="text/event-stream", headers=headers, background=left)
    try:
        return await _whole(request, run, headers)
    finally:
        run.leave(client)


async def _whole(request: Request[Any, Any, Any], run: Run, headers: dict[str, str]) -> Response[Any]:
    """An answer in one piece: the client gets, and pays for, all of it or nothing."""

    async def answer() -> str:
        parts = []
        while part := await run.part():
            parts.append(part)
        return "".join(parts)

    if not run.is_ended:
        writing, leaving = asyncio.create_task(answer()), asyncio.create_task(_disconnected(request))
        try:
            await asyncio.wait({writing, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not writing.done():
                return Response(error_of("the client left", "client_left"), status_code=499)
            if run.failure:
                return Response(error_of(f"{run.failure}; nothing is charged", "model_error"), status_code=502)
            run.delivered = writing.result()
        finally:
            run.end()
            for task in (writing, leaving):
                task.cancel()
    ending = await run.ended()
    if ending is not None and ending.refused:
        return Response(error_of("the answer could not be charged: ask again", "not_charged"), status_code=502)
    if ending is not None:
        headers["X-Credits-Remaining"] = ending.remaining
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": run.delivered},
        "finish_reason": run.finish,
        "logprobs": None,
    }
    body = {"id": run.job, "object": "chat.completion", "created": run.created, "model": run.wanted.model}
    return Response(body | {"choices": [choice], "usage": _usage(run, ending)}, headers=headers)


async def _streamed(run: Run, client: object) -> AsyncIterator[str]:
    """Server-sent events. What was handed over is charged, whatever ends them, and once, however often it is."""
    try:
        if run.delivered:
            yield _event(run, {"content": run.delivered}, None)
        while part := await run.part():
            # Before it goes out: whether it arrives, nobody can tell.
            run.delivered += part
            yield _event(run, {"content": part}, None)
    finally:
        # Also where the client has left.
        run.leave(client)
    ending = await run.ended()
    usage = _usage(run, ending)
    if not run.finish:
        broken = "the first answer to this request broke off here: what came of it was charged, and is charged once"
        yield _data(error_of(run.failure or broken, "model_error" if run.failure else "broken_off") | {"usage": usage})
    elif ending is not None and ending.refused:
        yield _data(error_of("the answer could not be charged", "not_charged") | {"usage": usage})
    else:
        if run.wanted.include_usage:
            yield _event(run, {}, run.finish)
            yield _data(_chunk(run) | {"choices": [], "usage": usage})
        else:
            yield _event(run, {}, run.finish, usage=usage)
        yield "data: [DONE]\n\n"


async def _disconnected(request: Request[Any, Any, Any]) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


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


def _usage(run: Run, ending: Ending | None) -> dict[str, Any]:
    """`credits` is what the chain charged; null while nobody knows: then it is charged later, and once."""
    return {"completion_tokens": run.tokens, "credits": None if ending is None else ending.charged}


@get("/v1/models")
async def models(request: Request[Any, Any, Any]) -> Response[Any]:
    api: AccountApi = request.app.state.api
    answer = await api.models()
    return refused(answer) if answer.is_error else Response(answer.json())


def _event(run: Run, delta: dict[str, str], reason: str | None, **more: Any) -> str:
    return _data(_chunk(run) | {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}], **more})


def _chunk(run: Run) -> dict[str, Any]:
    return {"id": run.job, "object": "chat.completion.chunk", "created": run.created, "model": run.wanted.model}


def _data(body: dict[str, Any]) -> str:
    return f"data: {json.dumps(body)}\n\n"


def _http_refused(_: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What Litestar itself refuses, in OpenAI's form."""
    return invalid(error.detail, None, "invalid_request", error.status_code)


@asynccontextmanager
async def _lifespan(running: Litestar) -> AsyncIterator[None]:
    settings = Settings.from_environment(os.environ)
    api = AccountApi(settings)
    repeats = Repeats()
    runs: WeakSet[Run] = WeakSet()
    running.state.api, running.state.repeats, running.state.runs = api, repeats, runs
    running.state.began = int(time.time())
    running.state.settings = settings
    try:
        yield
    finally:
        # Also those whose clients are there, or may come back.
        for run in list(runs):
            run.end()
        await api.close()


app = Litestar(
    [complete, models],
    lifespan=[_lifespan],
    state=State(),
    openapi_config=None,
    exception_handlers={HTTPException: _http_refused},
)
