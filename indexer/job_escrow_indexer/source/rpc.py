"""JSON-RPC over HTTP: batches, a rate limit, and patience with nodes that refuse, are behind, or answer nonsense."""

import asyncio
import itertools
import logging
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx2
from aiolimiter import AsyncLimiter
from job_escrow.urls import without_secrets

Call = tuple[str, list[Any]]

_log = logging.getLogger(__name__)
_TIMEOUT_SECONDS = 30.0
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 30.0
# What a node may ask for; one that wants more may be wrong about it.
_LONGEST_RETRY_AFTER_SECONDS = 600.0
_ATTEMPTS = 8
_HTTP_TOO_MANY = 429
_HTTP_SERVER_ERROR = 500

_BATCHES_REFUSED = frozenset({-32600, -32601, -32602})
_PASSING = frozenset(
    {
        -32603,  # internal error
        -32004,  # block not available yet
        -32005,  # node is behind
        -32014,  # block status not available yet
        -32016,  # the minimum context slot is not reached
        -32429,  # too many requests, as some providers say it
    }
)


class NodeUnavailable(Exception):
    """The node did not answer, again and again; the message says what it did instead."""


class RpcError(Exception):
    """The node refused a request, and would again."""

    def __init__(self, method: str, error: dict[str, Any]) -> None:
        super().__init__(f"{method}: {error.get('message')} ({error.get('code')})")
        self.code = error.get("code")


class _Later(Exception):
    """Asking again may help; carries how many seconds the node wants to be left alone."""

    def __init__(self, why: str, seconds: float | None = None) -> None:
        super().__init__(why)
        self.seconds = seconds


@dataclass(kw_only=True)
class Limits:
    """How hard the node may be asked."""

    requests_per_second: float = 50.0
    """A batch counts as many as it holds, as nodes count it."""
    concurrent: int = 4
    batch: int = 25


@dataclass
class Rpc:
    """A node's JSON-RPC. Use it as an asynchronous context."""

    url: str
    limits: Limits = field(default_factory=Limits)
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
        await self._client.aclose()

    async def call(self, method: str, *params: Any) -> Any:  # noqa: ANN401  (JSON)
        """The result of one request. Raises RpcError or NodeUnavailable."""
        (result,) = await self.calls([(method, list(params))])
        return result

    async def calls(self, requests: Sequence[Call]) -> list[Any]:
        """The results of many requests, in their order, asked in batches side by side; raises as `call` does."""
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
        pause = _FIRST_PAUSE_SECONDS
        for attempt in itertools.count(1):
            try:
                async with self._window:
                    return await self._ask(requests)
            except _Later as later:
                self.errors[str(later).partition(":")[0]] += 1
                if attempt == _ATTEMPTS:
                    # The URL may hold a key, and this ends up in logs and on screens.
                    said = without_secrets(f"{self.url} did not answer after {attempt} attempts: {later}")
                    raise NodeUnavailable(said) from later
                # Full jitter: many who were refused together do not come back together.
                if later.seconds is None:
                    seconds = random.uniform(0, pause)  # noqa: S311
                else:
                    seconds = min(later.seconds, _LONGEST_RETRY_AFTER_SECONDS) + random.uniform(0, 0.1)  # noqa: S311
                _log.debug("asking again in %.2f s: %s", seconds, later)
                await asyncio.sleep(seconds)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        raise AssertionError("unreachable: the last attempt raises")

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
            if answer.get("error", {}).get("code") not in _BATCHES_REFUSED:
                raise _Later("error: a batch was answered by one error")
            self._batch = 1
            return await self._ask(requests)
        answers = answer if isinstance(answer, list) else [answer]
        try:
            by_id = {one["id"]: one for one in answers}
            return [_result(method, by_id[body["id"]]) for (method, _), body in zip(requests, bodies, strict=True)]
        except (KeyError, TypeError, AttributeError) as error:
            raise _Later(f"nonsense: an answer that is not JSON-RPC ({error!r})") from error

    async def _post(self, body: Any) -> Any:  # noqa: ANN401  (JSON)
        try:
            response = await self._client.post(self.url, json=body)
        except httpx2.HTTPError as error:
            raise _Later(f"connection: {type(error).__name__} {error}") from error
        if response.status_code == _HTTP_TOO_MANY:
            raise _Later("too many requests: 429", _seconds(response.headers.get("retry-after")))
        if response.status_code >= _HTTP_SERVER_ERROR:
            raise _Later(f"server error: {response.status_code}", _seconds(response.headers.get("retry-after")))
        try:
            return response.json()
        except ValueError as error:
            raise _Later(f"nonsense: status {response.status_code} without JSON") from error


def _result(method: str, answer: dict[str, Any]) -> Any:  # noqa: ANN401  (JSON)
    error = answer.get("error")
    if error is None:
        return answer["result"]
    if error.get("code") in _PASSING:
        raise _Later(f"error: {method}: {error.get('message')}")
    raise RpcError(method, error)


def _seconds(retry_after: str | None) -> float | None:
    """Seconds of a Retry-After header; its other form, a date, is not worth a clock that may be wrong."""
    try:
        return None if retry_after is None else max(0.0, float(retry_after))
    except ValueError:
        return None
