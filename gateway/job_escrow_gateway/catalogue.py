"""The models that customers can pay for: what the account API lists, with the prices of the chain."""

import asyncio
import time
from typing import Any

import msgspec
from job_escrow_client import AsyncClient, ModelList, ModelView

_OUTPUT_TOKEN = "output-token"  # noqa: S105  (a unit)
_CHATS = "chat/completions"
_FRESH_SECONDS = 60.0
_SOON_SECONDS = 2.0
"""A list that is older than this is asked for again where a model is not in it."""


class Catalogue:
    """The list as it was asked for last; who asks waits only for the first one, or for a model that is not in it."""

    def __init__(self, api: AsyncClient) -> None:
        self._api = api
        self._known: ModelList | None = None
        self._asked_at = 0.0
        self._asking: asyncio.Task[ModelList] | None = None
        self._began = int(time.time())

    async def find(self, model: str) -> ModelView | None:
        """A model by its name; None where there is none. Raises ApiError."""
        known = self._known or await self._ask()
        age = time.monotonic() - self._asked_at
        found = _named(known, model)
        if found is None and age > _SOON_SECONDS:
            return _named(await self._ask(), model)
        if age > _FRESH_SECONDS:
            self._begin()
        return found

    async def all(self) -> list[dict[str, Any]]:
        """Every model in OpenAI's form, with its price. Raises ApiError."""
        return [self.shown(each) for each in (await self._ask()).data]

    def shown(self, model: ModelView) -> dict[str, Any]:
        """A model in OpenAI's form, which has the time when it was made: that of this gateway's start."""
        shown: dict[str, Any] = msgspec.to_builtins(model)
        return {"id": model.id, "object": "model", "created": self._began} | shown

    async def _ask(self) -> ModelList:
        return await asyncio.shield(self._begin())

    def _begin(self) -> asyncio.Task[ModelList]:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._look())
            # Where nobody waits for it, the list of before is good enough.
            self._asking.add_done_callback(lambda task: task.cancelled() or task.exception())
        return self._asking

    async def _look(self) -> ModelList:
        self._known = await self._api.list_models()
        self._asked_at = time.monotonic()
        return self._known


def counts_output(model: ModelView) -> bool:
    """Whether its price is one of output tokens, which is what this gateway counts."""
    return model.unit == _OUTPUT_TOKEN


def _named(models: ModelList, name: str) -> ModelView | None:
    """A model may have several prices, by the endpoint that serves it: that of chats comes first."""
    found = [each for each in models.data if each.id == name]
    found.sort(key=lambda each: (not (each.endpoint or "").endswith(_CHATS), each.endpoint is not None))
    return found[0] if found else None
