"""A server that ends between any two steps of a session's life: what was settled is charged once, all else never (D9).

A step is a question to the chain or a transaction of the database. What the one before it has done is done, and nobody
has heard of it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from api_harness.sessions_world import World, world_of
from job_escrow.chain import ChainError
from job_escrow.errors import EscrowError
from job_escrow_api.domain.problems import Refusal
from job_escrow_api.domain.sessions.rows import RequestRow

_MOST_TRIES = 12


class Killed(BaseException):
    """The process has ended here."""


class Killer:
    """Ends a world's server before one of its steps, once."""

    def __init__(self, world: World, at: int) -> None:
        self.steps, self.at, self.has_killed = 0, at, False
        answer, write = world.node.answer, world.database.write

        async def answer_or_die(request: Any) -> Any:
            self._step()
            return await answer(request)

        async def write_or_die(work: Any, *given: Any, **named: Any) -> Any:
            self._step()
            return await write(work, *given, **named)

        world.node.answer = answer_or_die  # type: ignore[method-assign]
        world.database.write = write_or_die  # type: ignore[method-assign]

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            self.has_killed = True
            raise Killed


async def _until_done(world: World, work: Callable[[], Awaitable[Any]]) -> Any:
    """As a client that repeats what was not answered, of a server that is started again."""
    for _ in range(_MOST_TRIES):
        try:
            return await work()
        except Killed:
            world.restart()
        except (ChainError, EscrowError):
            await world.turn()
        except Refusal as refusal:
            # Not known yet; anything else is a failure.
            if refusal.kind.value.status != 503:
                raise
            world.node.pass_time(1)
    raise AssertionError("it was never answered")


async def _life(world: World) -> list[RequestRow]:
    """Two requests that are settled, in two settlements, and one that is released."""
    one = await _until_done(world, lambda: world.admit("one", 4_000))
    await _until_done(world, lambda: world.settle(one, 501))
    await _until_done(world, world.turn)
    two = await _until_done(world, lambda: world.admit("two"))
    three = await _until_done(world, lambda: world.admit("three"))
    await _until_done(world, lambda: world.settle(two, 3))
    await _until_done(world, lambda: world.release(three))
    await _until_done(world, world.end_all)
    await _until_done(world, world.turn)
    return world.requests()


@pytest.mark.parametrize("part", range(4))
def test_killed_at_every_step(tmp_path: Path, part: int) -> None:
    async def lives() -> int:
        """How many steps a life has that nothing ends."""
        async with world_of(tmp_path / "whole", session_settle_credits=1) as world:
            killer = Killer(world, 0)
            await _life(world)
            return killer.steps

    async def life(at: int) -> None:
        async with world_of(tmp_path / str(at), session_settle_credits=1) as world:
            killer = Killer(world, at)
            rows = await _life(world)
            assert killer.has_killed
            assert [(row.status, row.charged) for row in rows] == [("settled", 18), ("settled", 18), ("released", 0)]
            sessions = world.rows()
            assert [row.status for row in sessions] == ["ended"], at
            assert (sessions[0].settled, sessions[0].settled_count) == (36, 2)
            balance = world.stage.alice.balance()
            assert (balance.available, balance.locked) == (964, 0)
            assert world.findings(sessions[0]) == world.findings_of_ended() == []

    steps = asyncio.run(lives())
    assert steps > 40
    for at in range(1 + part, steps + 1, 4):
        asyncio.run(life(at))
