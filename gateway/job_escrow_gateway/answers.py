"""Answers as clients get them: in one piece, or as server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from litestar import Request, Response
from litestar.background_tasks import BackgroundTask
from litestar.response import Stream

from job_escrow_gateway.charging import Ending
from job_escrow_gateway.forms import error, error_of, failed
from job_escrow_gateway.run import Run
from job_escrow_gateway.source import Piece

_LEFT = 499
_NOT_CHARGED = "the answer could not be charged"
_BROKEN_OFF = "the first answer to this request broke off here: what came of it was charged, and is charged once"


async def answer(request: Request[Any, Any, Any], run: Run, more: dict[str, str]) -> Response[Any]:
    """What a run says, from its beginning; a stream begins once the model has said something."""
    headers = {"X-Charge-Id": run.reservation.id} | more
    client = run.attend()
    streams = False
    try:
        if not run.wanted.stream:
            return await _whole(request, run, headers)
        if not run.delivered and not await _awaited(request, run):
            return error(_LEFT, "the client left", "client_left")
        if not run.delivered and run.failure is not None:
            return _failure(run, headers)
        if not run.delivered and run.is_ended:
            return error(503, "the gateway is being stopped: ask again", "stopping", headers=headers)
        if run.reservation.remaining is not None:
            headers["X-Credits-Remaining"] = str(run.reservation.remaining)
        streams = True
        left = BackgroundTask(run.left, client)
        return Stream(_streamed(run, client), media_type="text/event-stream", headers=headers, background=left)
    finally:
        if not streams:
            run.leave(client)


async def _awaited(request: Request[Any, Any, Any], run: Run) -> bool:
    """Whether the client is still there when the model has said something, or has failed."""
    saying, leaving = asyncio.create_task(run.ready()), asyncio.create_task(_disconnected(request))
    try:
        await asyncio.wait({saying, leaving}, return_when=asyncio.FIRST_COMPLETED)
        return saying.done()
    finally:
        for task in (saying, leaving):
            task.cancel()


async def _whole(request: Request[Any, Any, Any], run: Run, headers: dict[str, str]) -> Response[Any]:
    """An answer in one piece: the client gets, and pays for, all of it or nothing."""
    if not run.delivered and not run.is_ended:
        if not await _awaited(request, run):
            return error(_LEFT, "the client left", "client_left")
        said = await run.part()
        if said is not None:
            run.deliver(said)
            # What follows is the end.
            await run.part()
    if run.failure is not None:
        return _failure(run, headers)
    ending = await run.ended()
    if not run.delivered or (ending is not None and ending.refused):
        return error(502, f"{_NOT_CHARGED}: ask again", "not_charged", headers=headers)
    if ending is not None and ending.remaining is not None:
        headers["X-Credits-Remaining"] = str(ending.remaining)
    choices = [choice for piece in run.delivered for choice in piece.choices]
    body = _head(run, "chat.completion") | {"choices": choices, "usage": run.meter.usage.to_json()}
    return Response(body | {"credits": _credits(ending)}, headers=headers)


def _failure(run: Run, headers: dict[str, str]) -> Response[Any]:
    """The model failed before anything of its answer was handed over."""
    assert run.failure is not None  # noqa: S101  (the callers have looked)
    status, said, more = failed(run.failure)
    said["error"]["message"] += "; nothing is charged"
    return Response(said, status_code=status, headers=headers | more)


async def _streamed(run: Run, client: object) -> AsyncIterator[str]:
    """Server-sent events. What was handed over is charged, whatever ends them, and once, however often it is."""
    begun: set[int] = set()
    try:
        for known in run.delivered:
            yield _event(run, known, begun)
        while (piece := await run.part()) is not None:
            run.deliver(piece)
            yield _event(run, piece, begun)
    finally:
        # Also where the client has left.
        run.leave(client)
    ending = await run.ended()
    if run.failure is not None:
        _, said, _ = failed(run.failure)
        yield _broken(run, said, ending)
    elif not run.is_whole:
        yield _broken(run, error_of(_BROKEN_OFF, "broken_off", 502), ending)
    elif ending is not None and ending.refused:
        yield _broken(run, error_of(_NOT_CHARGED, "not_charged", 502), ending)
    else:
        for event in _endings(run, begun, ending):
            yield event
        yield "data: [DONE]\n\n"


def _endings(run: Run, begun: set[int], ending: Ending | None) -> list[str]:
    """How each choice ended; the last event has the price and what is left."""
    events = [
        _chunk(run) | {"choices": [_with_role({"index": index, "delta": {}, "finish_reason": reason}, begun)]}
        for index, reason in sorted(run.finishes.items())
    ]
    if run.wanted.include_usage:
        events.append(_chunk(run) | {"choices": [], "usage": run.meter.usage.to_json()})
    events[-1]["credits"] = _credits(ending)
    return [_data(event) for event in events]


def _broken(run: Run, said: dict[str, Any], ending: Ending | None) -> str:
    """The last event of an answer that has no end."""
    said["error"] |= {"usage": run.meter.usage.to_json(), "credits": _credits(ending)}
    return _data(said)


def _event(run: Run, piece: Piece, begun: set[int]) -> str:
    return _data(_chunk(run) | {"choices": [_with_role(each, begun) for each in piece.choices]})


def _with_role(choice: dict[str, Any], begun: set[int]) -> dict[str, Any]:
    """The first delta of each choice says who speaks."""
    index = choice.get("index", 0)
    if index in begun:
        return choice
    begun.add(index)
    return choice | {"delta": {"role": "assistant"} | (choice.get("delta") or {})}


def _chunk(run: Run) -> dict[str, Any]:
    # Where the usage is asked for, all chunks but the one that has it say null.
    usage = {"usage": None} if run.wanted.include_usage else {}
    return _head(run, "chat.completion.chunk") | usage


def _head(run: Run, kind: str) -> dict[str, Any]:
    return {"id": run.reservation.id, "object": kind, "created": run.created, "model": run.wanted.model}


def _credits(ending: Ending | None) -> dict[str, int | None]:
    """The price, and what the account has left; null while nobody knows: then it is charged later, and once."""
    if ending is None:
        return {"charged": None, "remaining": None}
    return {"charged": ending.charged, "remaining": ending.remaining}


def _data(body: dict[str, Any]) -> str:
    return f"data: {json.dumps(body)}\n\n"


async def _disconnected(request: Request[Any, Any, Any]) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
