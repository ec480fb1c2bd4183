"""The account API, as far as a gateway needs it: every request is repeated until its outcome is known."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx2
import msgspec

from job_escrow_gateway.settings import Settings

_FIRST_WAIT = 0.2
_LONGEST_WAIT = 5.0
_LOCK_ATTEMPTS = 8
_STOP_SECONDS = 20

_log = logging.getLogger("gateway")


class Job(msgspec.Struct):
    """What the API says of a job."""

    id: str
    charged: int
    status: str = ""
    created_at: int = 0


class Unreachable(Exception):
    """Nobody knows whether the job was locked; if it was, its deadline gives everything back."""


@dataclass(frozen=True)
class Ending:
    """How a job ended: `charged` credits, or `refused` with the API's reason, so that this gateway charged nothing."""

    charged: int
    remaining: str = ""
    refused: str = ""


class AccountApi:
    """The API of one platform, asked with its operator's key."""

    def __init__(self, settings: Settings) -> None:
        headers = {"Authorization": f"Bearer {settings.operator_key}"}
        self._http = httpx2.AsyncClient(base_url=settings.api, headers=headers, timeout=60, limits=httpx2.Limits())
        self._locking: set[asyncio.Task[httpx2.Response]] = set()
        self._endings: set[asyncio.Task[Ending]] = set()
        self._is_closing = False
        self._job_seconds = settings.job_seconds
        self.model_seconds = settings.job_seconds - settings.settle_seconds

    async def lock(self, customer_key: str, model: str, max_tokens: int, idempotency_key: str) -> httpx2.Response:
        """The API's answer: a job, or why there is none. Raises Unreachable.

        The same Idempotency-Key finds the same job again, whatever became of it. It goes on although the request that
        asks for it is cancelled, or the gateway is told to stop: a job that nobody runs then is given back.
        """
        task = asyncio.create_task(self._lock(customer_key, model, max_tokens, idempotency_key))
        self._locking.add(task)
        task.add_done_callback(self._locking.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(self._give_back)
            raise

    async def _lock(self, customer_key: str, model: str, max_tokens: int, idempotency_key: str) -> httpx2.Response:
        body = {
            "customer_key": customer_key,
            "model": model,
            "max_units": max_tokens,
            "seconds": self._job_seconds,
            "job_type": "chat",
        }
        # One key for all attempts: however many arrive, one job is locked.
        attempts = self._answers("/jobs", body, {"Idempotency-Key": idempotency_key})
        for _ in range(_LOCK_ATTEMPTS):
            answer = await anext(attempts)
            if answer is None:
                continue
            if self._is_closing and not answer.is_error:
                await self.end(_job_of(answer), 0)
                break
            return answer
        raise Unreachable

    def _give_back(self, locked: asyncio.Task[httpx2.Response]) -> None:
        if not locked.cancelled() and locked.exception() is None and not locked.result().is_error:
            self.end(_job_of(locked.result()), 0)

    def end(self, job: str, tokens: int) -> asyncio.Task[Ending]:
        """Charge what was delivered, or give everything back where that is nothing.

        It goes on although the request that asks for it is cancelled, and until the outcome is known: a settlement
        whose answer was lost may have charged, so that it is repeated, and never followed by a refund.
        """
        path, body = (f"/jobs/{job}/settle", {"units": tokens}) if tokens else (f"/jobs/{job}/refund", {})
        task = asyncio.create_task(self._end(path, body), name=job)
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)
        return task

    async def models(self) -> httpx2.Response:
        """The models and their prices."""
        return await self._http.get("/models")

    async def close(self) -> None:
        """Wait a moment for what is still to be locked, which is given back, and settled."""
        self._is_closing = True
        if self._locking:
            await asyncio.wait(self._locking, timeout=_STOP_SECONDS)
        if self._endings:
            _, pending = await asyncio.wait(self._endings, timeout=_STOP_SECONDS)
            for task in pending:
                _log.error("job %s was not ended: its deadline gives everything back", task.get_name())
                task.cancel()
        await self._http.aclose()

    async def _end(self, path: str, body: dict[str, Any]) -> Ending:
        async for answer in self._answers(path, body, {}):
            if answer is None:
                continue
            if answer.is_error:
                _log.error("%s was refused: %s %s", path, answer.status_code, answer.text)
                return Ending(0, refused=answer.text)
            try:
                charged = msgspec.json.decode(answer.content, type=Job).charged
            except msgspec.DecodeError:
                _log.warning("%s: an answer that is not the API's", path)
            else:
                return Ending(charged, answer.headers.get("x-credits-remaining", ""))
        raise AssertionError("it asks for ever")

    async def _answers(
        self, path: str, body: dict[str, Any], headers: dict[str, str]
    ) -> AsyncIterator[httpx2.Response | None]:
        """Ask again and again, with pauses; None for what says nothing about the outcome."""
        wait = _FIRST_WAIT
        while True:
            pause = wait
            try:
                answer = await self._http.post(path, json=body, headers=headers)
            except httpx2.HTTPError as error:
                _log.warning("%s: %r", path, error)
                yield None
            else:
                if answer.status_code != 429 and answer.status_code < 500:
                    yield answer
                else:
                    _log.warning("%s: %s", path, answer.status_code)
                    pause = _retry_after(answer, wait)
                    yield None
            await asyncio.sleep(pause)
            wait = min(2 * wait, _LONGEST_WAIT)


def _job_of(locked: httpx2.Response) -> str:
    return msgspec.json.decode(locked.content, type=Job).id


def _retry_after(answer: httpx2.Response, otherwise: float) -> float:
    """Seconds, as the API asks for; not for longer than a job can wait."""
    given = answer.headers.get("retry-after", "")
    return min(max(float(given), _FIRST_WAIT), _LONGEST_WAIT) if given.isdigit() else otherwise
