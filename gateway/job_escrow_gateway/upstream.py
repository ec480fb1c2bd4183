"""A server in OpenAI's form behind the gateway, such as vLLM's or llama.cpp's: asked as the client asks."""

import logging
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import msgspec

from job_escrow_gateway.completion import Completion
from job_escrow_gateway.settings import Settings
from job_escrow_gateway.source import ModelFailed, ModelRefused, Piece, Usage

_PATH = "/chat/completions"
_CONNECT_SECONDS = 10.0
_MOST_EXCERPT = 500
_CODE = re.compile(r"[a-z_-]{1,64}")
_CLIENTS_FAULT = (400, 404, 413, 415, 422)
_NO_USAGE = "the model's server does not say how many tokens it used, so that its answer has no price"

_log = logging.getLogger("gateway")


class Upstream:
    """Answers come from it as they are: its tool calls, log probabilities and choices.

    It has to say its `usage`, unless it `has_tokenizer`, which makes up for that. The first stream of each
    model is held back until its usage is there: nobody gets an answer that has no price. From then on parts go out as
    they come.
    """

    def __init__(self, settings: Settings, *, has_tokenizer: bool) -> None:
        key = settings.upstream_key
        self._http = httpx2.AsyncClient(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            # How long an answer may take, the run knows.
            timeout=httpx2.Timeout(None, connect=_CONNECT_SECONDS),
            limits=httpx2.Limits(),
        )
        self._url = settings.upstream.rstrip("/") + _PATH
        self._has_tokenizer = has_tokenizer
        self._running_usage = settings.running_usage
        self._tell_usage: set[str] = set()

    async def pieces(self, wanted: Completion) -> AsyncIterator[Piece]:
        """The upstream's answer. Raises ModelFailed and ModelRefused."""
        if not wanted.stream:
            yield await self._whole(wanted)
            return
        if self._has_tokenizer or wanted.model in self._tell_usage:
            async for piece in self._parts(wanted):
                yield piece
            return
        held = [piece async for piece in self._parts(wanted)]
        if not any(piece.usage for piece in held):
            raise self._no_usage()
        self._tell_usage.add(wanted.model)
        for piece in held:
            yield piece

    async def close(self) -> None:
        """End its connections."""
        await self._http.aclose()

    async def _whole(self, wanted: Completion) -> Piece:
        try:
            answer = await self._http.post(self._url, json=wanted.body)
        except httpx2.HTTPError as error:
            raise self._away(error) from error
        if not answer.is_success:
            raise _refused(answer)
        said = _object(answer.content)
        choices, usage = said.get("choices"), _usage(said)
        if not isinstance(choices, list) or not choices:
            raise ModelFailed("the model's server sent no answer")
        if usage is None and not self._has_tokenizer:
            raise self._no_usage()
        return Piece(choices=choices, usage=usage)

    async def _parts(self, wanted: Completion) -> AsyncIterator[Piece]:
        options = {"include_usage": True} | ({"continuous_usage_stats": True} if self._running_usage else {})
        body = wanted.body | {"stream_options": options}
        finished: set[int] = set()
        try:
            async with self._http.stream("POST", self._url, json=body) as answer:
                if not answer.is_success:
                    await answer.aread()
                    raise _refused(answer)
                async for data in _events(answer):
                    if data == "[DONE]":
                        return
                    piece = _part(_object(data.encode()))
                    finished |= {each.get("index", 0) for each in piece.choices if each.get("finish_reason")}
                    yield piece
        except httpx2.HTTPError as error:
            raise self._away(error) from error
        if len(finished) < wanted.choices:
            raise ModelFailed("the model's server broke off")

    def _away(self, error: httpx2.HTTPError) -> ModelFailed:
        _log.warning("the upstream does not answer: %r", error)
        return ModelFailed("the model's server does not answer, or broke off")

    def _no_usage(self) -> ModelFailed:
        _log.error("the upstream sends no usage: have it do so, or name a tokenizer that counts (--tokenizer)")
        return ModelFailed(_NO_USAGE, "usage_missing")


async def _events(answer: httpx2.Response) -> AsyncIterator[str]:
    """The data of server-sent events; all else in them is of no interest.

    Lines end with a line feed: other characters that end lines in Unicode may stand in an answer.
    """
    data: list[str] = []
    async for line in _lines(answer):
        if line.startswith(b"data:"):
            data.append(line[5:].removeprefix(b" ").decode("utf-8", "replace"))
        elif not line and data:
            yield "\n".join(data)
            data = []
    if data:
        yield "\n".join(data)


async def _lines(answer: httpx2.Response) -> AsyncIterator[bytes]:
    rest = b""
    async for received in answer.aiter_bytes():
        *lines, rest = (rest + received).split(b"\n")
        for line in lines:
            yield line.removesuffix(b"\r")
    if rest:
        yield rest.removesuffix(b"\r")


def _object(content: bytes) -> dict[str, Any]:
    try:
        said = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise ModelFailed("the model's server sent what is no JSON") from error
    if not isinstance(said, dict):
        raise ModelFailed("the model's server sent what is no answer")
    return said


def _part(said: dict[str, Any]) -> Piece:
    if said.get("error"):
        raise ModelFailed(f"the model failed: {_message(said['error'])}")
    choices = said.get("choices")
    found = [each for each in choices if isinstance(each, dict)] if isinstance(choices, list) else []
    return Piece(choices=found, usage=_usage(said))


def _usage(said: dict[str, Any]) -> Usage | None:
    usage = said.get("usage")
    if not isinstance(usage, dict):
        return None
    prompt, completion = usage.get("prompt_tokens"), usage.get("completion_tokens")
    # A whole number, which true is not.
    if type(completion) is not int or completion < 0:
        return None
    return Usage(prompt_tokens=prompt if type(prompt) is int else 0, completion_tokens=completion)


def _refused(answer: httpx2.Response) -> ModelRefused | ModelFailed:
    """What the client can do something about is its to know; the rest is between provider and upstream."""
    try:
        said = msgspec.json.decode(answer.content)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        said = None
    error = said.get("error", said) if isinstance(said, dict) else None
    # Its message may show a customer's prompt, or the gateway's own key.
    _log.warning("the upstream refuses with %s %s", answer.status_code, _code(error))
    if answer.status_code in _CLIENTS_FAULT:
        members = error if isinstance(error, dict) else {}
        shown = {name: members.get(name) for name in ("type", "param", "code")}
        return ModelRefused(answer.status_code, {"message": _message(error)} | shown)
    if answer.status_code == 429:
        busy = {"message": "the model is busy: try again", "param": None, "code": "model_busy"}
        return ModelRefused(429, busy, answer.headers.get("retry-after", ""))
    return ModelFailed("the model's server cannot answer now")


def _code(error: Any) -> str:
    """The error's code where it is one: a word, not a text."""
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else "(no code)"


def _message(error: Any) -> str:
    found = error.get("message") if isinstance(error, dict) else error
    return found[:_MOST_EXCERPT] if isinstance(found, str) and found else "it gives no reason"
