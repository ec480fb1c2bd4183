"""A keeper that is told to stop ends soon, also while it waits for what never lands."""

import asyncio
from typing import cast

import pytest
from escrow_harness.stage import Stage, ids_from, job, opened_stage, wait_until
from job_escrow import Anyone, Escrow, KeeperAction, KeeperNews, KeeperPlan
from job_escrow.chain import Chain, Request
from job_escrow.chain.requests import Answer, GetElapsed, GetUnixTime, Send
from job_escrow.escrow import AsyncEscrow
from job_escrow.testing.embedded import embedded_chain

_SOON = 8


class Swallowing:
    """A chain that takes transactions and passes on only so many."""

    def __init__(self, chain: Chain, passes: int) -> None:
        self.chain, self.passes = chain, passes
        self.sends = 0
        self.asked_to_stop_at: float | None = None

    def answer(self, request: Request[Answer]) -> Answer:
        if self._swallows(request):
            # A Send has no answer.
            return cast("Answer", None)
        return self.chain.answer(request)

    def _swallows(self, request: object) -> bool:
        if not isinstance(request, Send):
            return False
        self.sends += 1
        if self.asked_to_stop_at is None:
            self.asked_to_stop_at = self.chain.answer(GetElapsed())
        return self.sends > self.passes

    def stop(self) -> bool:
        return self.asked_to_stop_at is not None

    @property
    def seconds(self) -> float:
        """Since it was asked to stop."""
        assert self.asked_to_stop_at is not None
        return self.chain.answer(GetElapsed()) - self.asked_to_stop_at


class Awaited:
    """The same, awaited."""

    def __init__(self, chain: Swallowing) -> None:
        self.chain = chain

    async def answer(self, request: Request[Answer]) -> Answer:
        return self.chain.answer(request)


@pytest.fixture
def stage() -> Stage:
    """A chain of its own with jobs whose time is over."""
    stage = opened_stage(Escrow(embedded_chain()))
    account, chain = stage.alice.address, stage.escrow.chain
    first = stage.operator.next_job_id(account)
    for job_id in ids_from(account, first, 3):
        stage.operator.lock(account, job(job_id, None, 10, seconds=_SOON))
    wait_until(chain, chain.answer(GetUnixTime()) + _SOON)
    return stage


def _keeper(stage: Stage, chain: Chain) -> Anyone:
    return Escrow(chain).anyone(stage.cast.stranger)


def test_while_nothing_lands(stage: Stage) -> None:
    chain = Swallowing(stage.escrow.chain, passes=0)
    _keeper(stage, chain).keep(KeeperPlan(), stop=chain.stop)
    assert chain.sends
    assert chain.seconds < 10
    # And nothing is lost: the next one does it.
    assert stage.escrow.anyone(stage.cast.bob).keep_once().done == 3


def test_while_nothing_lands_and_it_is_awaited(stage: Stage) -> None:
    chain = Swallowing(stage.escrow.chain, passes=0)
    keeper = AsyncEscrow(Awaited(chain)).anyone(stage.cast.stranger)
    asyncio.run(keeper.keep(KeeperPlan(), stop=chain.stop))
    assert chain.sends
    assert chain.seconds < 10


def test_what_is_under_way_comes_to_its_end(stage: Stage) -> None:
    told: list[KeeperNews] = []
    chain = Swallowing(stage.escrow.chain, passes=1)
    _keeper(stage, chain).keep(KeeperPlan(), tell=told.append, stop=chain.stop)
    actions = [each for each in told if isinstance(each, KeeperAction)]
    assert [each.credits for each in actions] == [10] * 3
