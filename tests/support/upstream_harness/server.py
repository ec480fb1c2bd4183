"""The server itself: `python server.py PORT`. GET /asked has every body that came, and how many answers are running."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server
from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State
from litestar.response import Stream

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from upstream_harness.answering import Asked, Refused, chunks, whole

_FEW = 0.002


@post("/v1/chat/completions", status_code=200)
async def complete(request: Request[Any, Any, Any]) -> Response[Any]:
    state = request.app.state
    asked = Asked(json.loads(await request.body()))
    is_first = all(each["messages"] != asked.body["messages"] for each in state.bodies)
    state.bodies.append(asked.body | {"authorization": request.headers.get("authorization")})
    try:
        asked.require(is_first=is_first)
    except Refused as refusal:
        return Response(refusal.error, status_code=refusal.status, headers=refusal.headers)
    if asked.streams:
        return Stream(_events(state, asked), media_type="text/event-stream")
    state.running += 1
    try:
        if not await _held(request, asked):
            return Response(None, status_code=499)
        if asked.breaks_after is not None:
            return Response({"error": {"message": "broke down"}}, status_code=500)
        return Response(whole(asked))
    finally:
        state.running -= 1


@get("/asked")
async def told(request: Request[Any, Any, Any]) -> dict[str, Any]:
    return {"bodies": request.app.state.bodies, "running": request.app.state.running}


async def _events(state: State, asked: Asked) -> AsyncIterator[str]:
    state.running += 1
    said = 0
    try:
        if asked.wants("hang"):
            await asyncio.Event().wait()
        for chunk in chunks(asked):
            has_words = any(each["delta"].get("content") for each in chunk["choices"])
            if has_words and asked.breaks_after == said:
                async for last in _broken(asked):
                    yield last
                return
            said += has_words
            await asyncio.sleep(_FEW * 10 if asked.wants("slow") else 0)
            yield f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"
        yield "data: [DONE]\n\n"
    finally:
        state.running -= 1


async def _broken(asked: Asked) -> AsyncIterator[str]:
    if asked.wants("stall"):
        await asyncio.Event().wait()
    if asked.wants("garbage"):
        yield "data: {this is no JSON\n\n"
    if asked.wants("fail"):
        yield 'data: {"error": {"message": "EngineDeadError", "type": "InternalServerError", "code": 500}}\n\n'
        yield "data: [DONE]\n\n"


async def _held(request: Request[Any, Any, Any], asked: Asked) -> bool:
    """An answer in one piece that hangs, stalls or is slow takes its time; False: its client has left meanwhile."""
    if not any(asked.wants(each) for each in ("hang", "stall", "slow")):
        return True
    leaving = asyncio.create_task(_left(request))
    done, _ = await asyncio.wait({leaving}, timeout=_FEW * 100 if asked.wants("slow") else None)
    leaving.cancel()
    return not done


async def _left(request: Request[Any, Any, Any]) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def main(port: int) -> None:
    app = Litestar([complete, told], state=State({"bodies": [], "running": 0}), openapi_config=None)
    server = Server(
        app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, http=HTTPModes.http1, websockets=False,
        log_enabled=False,
    )  # fmt: skip
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    await server.serve()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
