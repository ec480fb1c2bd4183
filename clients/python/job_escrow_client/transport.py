"""The way to the server and back, blocking and async, on httpx2."""

import asyncio
import time
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

from job_escrow_client._version import __version__
from job_escrow_client.calls import Answered, Call, answer_of, retry_after
from job_escrow_client.errors import Unreachable
from job_escrow_client.retries import Retries, may_repeat_answered, may_repeat_unanswered

T = TypeVar("T")

_AGENT = f"job-escrow-client/{__version__}"
_TIMEOUT = 60.0
"""Seconds: a lock waits for the chain."""
# The request never left.
_NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class _Attempts:
    """What is decided between two attempts of a call."""

    def __init__(self, call: Call[Any], retries: Retries) -> None:
        self._call = call
        self._retries = retries
        self._began = time.monotonic()
        self._made = 0
        self._may_have_happened = False

    def after_answer(self, answer: httpx2.Response) -> float | None:
        """Seconds until the next attempt; None: this is the answer."""
        self._made += 1
        if not may_repeat_answered(self._call, answer.status_code):
            return None
        self._may_have_happened |= answer.status_code != httpx2.codes.TOO_MANY_REQUESTS
        return self._wait(retry_after(answer.headers))

    def after_failure(self, error: httpx2.RequestError) -> float:
        """Seconds until the next attempt. Raises Unreachable where there is none."""
        if isinstance(error, httpx2.UnsupportedProtocol):
            raise Unreachable(f"{error}: give the server's address with https://", may_have_happened=False) from error
        self._made += 1
        sent = not isinstance(error, _NOT_SENT)
        self._may_have_happened |= sent
        wait = self._wait(None) if may_repeat_unanswered(self._call, sent=sent) else None
        if wait is None:
            reason = f"{type(error).__name__}: {error}"
            raise Unreachable(reason, may_have_happened=self._may_have_happened) from error
        return wait

    def _wait(self, asked: int | None) -> float | None:
        return self._retries.wait(self._made, asked, time.monotonic() - self._began)


class BlockingTransport:
    """A connection to one server. `key` is an API key, `url` the server's address, with or without `/v1`.

    `http` is a client to use in place of one of its own, which is then the caller's to close.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        retries: Retries | None = None,
        timeout: float = _TIMEOUT,
        http: httpx2.Client | None = None,
    ) -> None:
        self._url, self._key, self._retries = _server(url), key, retries or Retries()
        self._http = http or httpx2.Client(timeout=timeout)
        self._owns = http is None

    def ask(self, call: Call[T]) -> Answered[T]:
        """Send a call of `job_escrow_client.operations`. Raises Refused, Unreachable, UnexpectedAnswer."""
        attempts = _Attempts(call, self._retries)
        while True:
            try:
                answer = self._http.request(call.method, self._url + call.path, **_options(call, self._key))
            except httpx2.RequestError as error:
                time.sleep(attempts.after_failure(error))
                continue
            wait = attempts.after_answer(answer)
            if wait is None:
                return answer_of(call, answer.status_code, answer.headers, answer.content)
            time.sleep(wait)

    def close(self) -> None:
        """End the connections."""
        if self._owns:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncTransport:
    """The same, with `await`."""

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        retries: Retries | None = None,
        timeout: float = _TIMEOUT,
        http: httpx2.AsyncClient | None = None,
    ) -> None:
        self._url, self._key, self._retries = _server(url), key, retries or Retries()
        self._http = http or httpx2.AsyncClient(timeout=timeout)
        self._owns = http is None

    async def ask(self, call: Call[T]) -> Answered[T]:
        """Send a call of `job_escrow_client.operations`. Raises Refused, Unreachable, UnexpectedAnswer."""
        attempts = _Attempts(call, self._retries)
        while True:
            try:
                answer = await self._http.request(call.method, self._url + call.path, **_options(call, self._key))
            except httpx2.RequestError as error:
                await asyncio.sleep(attempts.after_failure(error))
                continue
            wait = attempts.after_answer(answer)
            if wait is None:
                return answer_of(call, answer.status_code, answer.headers, answer.content)
            await asyncio.sleep(wait)

    async def close(self) -> None:
        """End the connections."""
        if self._owns:
            await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def _options(call: Call[Any], key: str | None) -> dict[str, Any]:
    return {"params": call.parameters, "headers": call.all_headers(key, _AGENT), "content": call.content}


def _server(url: str) -> str:
    """The address without the path of the API."""
    return url.rstrip("/").removesuffix("/v1")
