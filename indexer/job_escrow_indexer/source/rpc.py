"""JSON-RPC over HTTP: batches, a rate limit, and patience with nodes that refuse, are behind, or answer nonsense."""

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx2
from aiolimiter import AsyncLimiter
from job_escrow.chain.answers import MOST_BYTES, AnswerTooLong, whole
from job_escrow.patience import (
    TOO_MANY_REQUESTS,
    TOO_MANY_REQUESTS_CODE,
    UNATTENDED,
    NotNow,
    Patience,
    retry_after_seconds,
)
from job_escrow.urls import without_secrets

from job_escrow_indexer.settings import Limits

Call = tuple[str, list[Any]]

_TIMEOUT_SECONDS = 30.0
_HTTP_SERVER_ERROR = 500

_BATCHES_REFUSED = frozenset({-32600, -32601, -32602})
_PASSING = frozenset(
    {
        -32603,  # internal error
        -32004,  # block not available yet
        -32005,  # node is behind
        -32014,  # block status not available yet
        -32016,  # the minimum context slot is not reached
        TOO_MANY_REQUESTS_CODE,
    }
)


class NodeUnavailable(Exception):
    """The node did not answer, again and again; the message says what it did instead."""


class RpcError(Exception):
    """The node refused a request, and would again."""

    def __init__(self, method: str, error: dict[str, Any]) -> None:
        super().__init__(f"{method}: {error.get('message')} ({error.get('code')})")
        self.code = error.get("code")


@dataclass
class Rpc:
    """A node's JSON-RPC. Use it as an asynchronous context."""

    url: str
    limits: Limits = field(default_factory=Limits)
    patience: Patience = UNATTENDED
    answer_bytes: int = MOST_BYTES
    errors: Counter[str] = field(default_factory=Counter)
    """What went wrong so far, by kind."""

    def __post_init__(self) -> None:
        """Prepare what requests share."""
        self._client = httpx2.AsyncClient(timeout=_TIMEOUT_SECONDS)
        self._limiter = AsyncLimiter(max(1.0, self.limits.requests_per_second), 1.0)
        self._window = asyncio.Semaphore(self.limits.concurrent)
        self._ids = itertools.count(1)
        self._batch = self.limits.batch

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def call(self, method: str, *params: Any) -> Any:  # noqa: ANN401  (JSON)
        """The result of one request. Raises RpcError or NodeUnavailable."""
        (result,) = await self.calls([(method, list(params))])
        return result

    async def calls(self, requests: Sequence[Call]) -> list[Any]:
        """The results of many requests, in their order, asked in batches side by side; raises as `call` does."""
        answers = await self.answers(requests)
        for answer in answers:
            if isinstance(answer, RpcError):
                raise answer
        return answers

    async def answers(self, requests: Sequence[Call]) -> list[Any]:
        """As `calls`, with the error in the place of a result where the node refused it. Raises NodeUnavailable."""
        size = self._batch
        parts = [requests[start : start + size] for start in range(0, len(requests), size)]
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._patiently(part)) for part in parts]
        except BaseExceptionGroup as several:
            # What went wrong first is what the caller has to know.
            raise several.exceptions[0] from None
        return [result for task in tasks for result in task.result()]

    async def _patiently(self, requests: Sequence[Call]) -> list[Any]:
        async def ask() -> list[Any]:
            async with self._window:
                try:
                    return await self._ask(requests)
                except NotNow as later:
                    self.errors[str(later).partition(":")[0]] += 1
                    raise

        try:
            return await self.patience.ask(ask)
        except NotNow as later:
            # The URL may hold a key, and this ends up in logs and on screens.
            said = without_secrets(f"{self.url} did not answer after {self.patience.attempts} attempts: {later}")
            raise NodeUnavailable(said) from later

    async def _ask(self, requests: Sequence[Call]) -> list[Any]:
        if len(requests) > self._batch:
            # The node turned out to take smaller batches, or none.
            return [result for one in requests for result in await self._ask([one])]
        for _ in requests:
            await self._limiter.acquire()
        bodies = [
            {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": params} for method, params in requests
        ]
        answer = await self._post(bodies[0] if len(bodies) == 1 else bodies)
        if isinstance(answer, dict) and len(bodies) > 1:
            error = answer.get("error")
            if not isinstance(error, dict) or error.get("code") not in list(_BATCHES_REFUSED):
                raise NotNow("error: a batch was answered by one error")
            self._batch = 1
            return await self._ask(requests)
        answers = answer if isinstance(answer, list) else [answer]
        try:
            by_id = {one["id"]: one for one in answers}
            return [_result(method, by_id[body["id"]]) for (method, _), body in zip(requests, bodies, strict=True)]
        except (KeyError, TypeError, AttributeError) as error:
            raise NotNow(f"nonsense: an answer that is not JSON-RPC ({error!r})") from error

    async def _post(self, body: Any) -> Any:  # noqa: ANN401  (JSON)
        try:
            async with self._client.stream("POST", self.url, json=body) as response:
                seconds = retry_after_seconds(response.headers.get("retry-after"))
                if response.status_code == TOO_MANY_REQUESTS:
                    raise NotNow("too many requests: 429", seconds)
                if response.status_code >= _HTTP_SERVER_ERROR:
                    raise NotNow(f"server error: {response.status_code}", seconds)
                content = await whole(response, self.answer_bytes)
        except httpx2.HTTPError as error:
            raise NotNow(f"connection: {type(error).__name__} {error}") from error
        except AnswerTooLong as error:
            raise NotNow(f"nonsense: an answer without end: {error}") from error
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            raise NotNow(f"nonsense: status {response.status_code} without JSON") from error


def _result(method: str, answer: dict[str, Any]) -> Any:  # noqa: ANN401  (JSON)
    error = answer.get("error")
    if error is None:
        return answer["result"]
    if error.get("code") in _PASSING:
        raise NotNow(f"error: {method}: {error.get('message')}")
    return RpcError(method, error)
