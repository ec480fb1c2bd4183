"""One Idempotency-Key is one job or one request, whatever is found out while it is looked at (D9)."""

import asyncio
from pathlib import Path

import pytest
from api_harness.reservations import reservation
from api_harness.sessions_world import World, told
from job_escrow_api.domain.jobs.adopted import asked_key
from job_escrow_api.domain.jobs.store import JobStore, Reservation
from job_escrow_api.domain.problems import Kinds, Refusal

_MARKED = asked_key("ab" * 16)


def asked(world: World, idempotency_key: str, *, marked_key: str = _MARKED) -> Reservation:
    key = world.keys.find(world.customer.split("_")[1])
    assert key is not None
    return reservation(key, idempotency_key, marked_key=marked_key, operator_wallet=world.operator.wallet)


def test_a_job_that_is_found_again_while_its_repeat_is_priced_is_locked_once(tmp_path: Path) -> None:
    """A restore forgot it, and it is adopted under the mark that the chain has of its key."""

    async def story(world: World) -> None:
        jobs = JobStore(world.database, world.stage.platform)
        adopted = await jobs.reserve(asked(world, _MARKED, marked_key="another"))
        with pytest.raises(Refusal) as refusal:
            await jobs.reserve(asked(world, "order-1"))
        assert refusal.value.kind is Kinds.UNAVAILABLE
        assert refusal.value.headers == {"Retry-After": "1"}
        # One that failed was never locked.
        await jobs.update(adopted.number, status="failed")
        assert (await jobs.reserve(asked(world, "order-1"))).idempotency_key == "order-1"

    told(tmp_path, story)


def test_what_was_locked_as_a_job_is_not_charged_as_a_request_too(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        jobs = JobStore(world.database, world.stage.platform)
        await jobs.reserve(asked(world, "order-1"))
        assert (await world.refused("order-1")).kind is Kinds.JOB_LOCKED
        assert not world.rows()

    told(tmp_path, story)


def test_what_was_admitted_as_a_request_is_not_locked_as_a_job_too(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        jobs = JobStore(world.database, world.stage.platform)
        row = await world.admit("order-1")
        for _ in range(2):
            with pytest.raises(Refusal) as refusal:
                await jobs.reserve(asked(world, "order-1"))
            assert refusal.value.kind is Kinds.UNPROCESSABLE
            await world.release(row)

    told(tmp_path, story)


def test_at_the_same_time_one_of_both_wins(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        jobs = JobStore(world.database, world.stage.platform)
        # So that there is room for the request at once.
        await world.admit("before", 1)
        became = await asyncio.gather(
            jobs.reserve(asked(world, "order-1")), world.admit("order-1", 1), return_exceptions=True
        )
        assert [isinstance(each, Refusal) for each in became].count(True) == 1, became

    told(tmp_path, story)
