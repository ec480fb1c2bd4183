"""Driving a flow to its end: each request that it yields is answered by a chain, or by this process.

`run` is for a blocking chain, `run_async` for one that is awaited.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from inspect import isawaitable, iscoroutine
from typing import Any, cast

from job_escrow.chain.requests import Answer, AsyncChain, Call, Chain, ChainError, Flow, Pause, Request, Together


def run(flow: Flow[Answer], chain: Chain) -> Answer:
    """Drive a flow to its end over a blocking chain; an error of the chain is raised inside the flow."""
    try:
        request = next(flow)
        while True:
            request = _step(flow, request, chain)
    except StopIteration as end:
        return cast("Answer", end.value)


def _step(flow: Flow[Answer], request: Request[Any], chain: Chain) -> Request[Any]:
    """Answer a flow's request; gives its next one. Raises StopIteration where the flow ends."""
    try:
        answer: Any
        match request:
            case Call():
                answer = _called(request)
            case Together():
                answer = _in_turn(request, chain)
            case _:
                answer = chain.answer(request)
    except Exception as error:
        if not isinstance(error, ChainError) and not isinstance(request, Call):
            raise
        return flow.throw(error)
    return flow.send(answer)


def _in_turn(together: Together[Answer], chain: Chain) -> list[Answer]:
    """Each flow's next request in turn; when all of them pause, they pause together."""
    waiting = deque(enumerate(together.flows))
    requests: dict[int, Request[Any]] = {}
    ended: dict[int, Answer] = {}

    def advance(index: int, step: Callable[[], Request[Any]]) -> None:
        try:
            requests[index] = step()
        except StopIteration as end:
            requests.pop(index, None)
            ended[index] = end.value

    try:
        while waiting or requests:
            while waiting and len(requests) < together.at_once:
                index, flow = waiting.popleft()
                advance(index, partial(next, flow))
            pauses = [request.seconds for request in requests.values() if isinstance(request, Pause)]
            if pauses and len(pauses) == len(requests):
                chain.answer(Pause(max(pauses)))
                for index in list(requests):
                    advance(index, partial(together.flows[index].send, None))
            for index, request in list(requests.items()):
                if not isinstance(request, Pause):
                    advance(index, partial(_step, together.flows[index], request, chain))
    finally:
        for flow in together.flows:
            flow.close()
    return [ended[index] for index in range(len(together.flows))]


async def run_async(flow: Flow[Answer], chain: AsyncChain) -> Answer:
    """Drive a flow to its end over an asynchronous chain; an error of the chain is raised inside the flow."""
    try:
        request = next(flow)
        while True:
            try:
                answer: Any
                match request:
                    case Call():
                        answer = await _awaited(request)
                    case Together():
                        answer = await _side_by_side(request, chain)
                    case _:
                        answer = await chain.answer(request)
            except Exception as error:
                if not isinstance(error, ChainError) and not isinstance(request, Call):
                    raise
                request = flow.throw(error)
            else:
                request = flow.send(answer)
    except StopIteration as end:
        return cast("Answer", end.value)


async def _side_by_side(together: Together[Answer], chain: AsyncChain) -> list[Answer]:
    window = asyncio.Semaphore(together.at_once)

    async def one(flow: Flow[Answer]) -> Answer:
        async with window:
            return await run_async(flow, chain)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(flow)) for flow in together.flows]
    except BaseExceptionGroup as several:
        # What went wrong first is what the caller has to know.
        raise several.exceptions[0] from None
    finally:
        for flow in together.flows:
            flow.close()
    return [task.result() for task in tasks]


def _called(call: Call[Answer]) -> Answer:
    result = call.function()
    if isawaitable(result):
        if iscoroutine(result):
            result.close()
        raise TypeError("this signer is asynchronous: use it with AsyncEscrow")
    return result


async def _awaited(call: Call[Answer]) -> Answer:
    result = call.function()
    return await result if isawaitable(result) else result
