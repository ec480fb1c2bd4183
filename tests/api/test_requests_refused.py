"""What a request that is refused changes, and what it does not (D9)."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from api_harness.sessions_world import LIMITS, World, told
from escrow_harness.patience import PATIENCE_SECONDS
from job_escrow.chain.requests import Send
from job_escrow.codec import Tier
from job_escrow.reserving import TierUse
from job_escrow_api.domain.problems import Kinds, Refusal


def test_a_request_that_is_too_dear_ends_no_idle_session(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        await world.settle(await world.admit("one"), 1)
        refusal = await world.refused("dear", 20_000)
        assert (refusal.kind, refusal.members["balance"]) == (Kinds.INSUFFICIENT_CREDITS, 82)
        (session,) = world.rows()
        assert (session.view().status, session.settled_count) == ("open", 0)

    told(tmp_path, story, buy=100, session_credits=60)


def test_a_key_that_expires_while_its_request_waits_for_a_session_pays_for_nothing(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        async def expires(request: Any) -> None:
            if isinstance(request, Send):
                await world.database.write(lambda connection: connection.execute("UPDATE api_keys SET expires_at = 1"))

        world.node.before = expires
        refusal = await asyncio.wait_for(world.refused("one"), PATIENCE_SECONDS)
        assert (refusal.kind, "expired" in refusal.detail) == (Kinds.CUSTOMER_KEY_REFUSED, True)
        assert world.requests() == []

    told(tmp_path, story)


def test_a_request_that_is_settled_too_late_is_released_by_that(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        row = await world.admit("one", 500, seconds=30)
        await world.pass_time(30)
        for _ in range(2):
            with pytest.raises(Refusal, match="released") as late:
                await world.settle(row, 1)
            assert late.value.kind is Kinds.CONFLICT
        assert (world.requests()[0].status, world.rows()[0].running, world.remaining()) == ("released", 0, 1_000)

    told(tmp_path, story, limits=replace(LIMITS, credits_per_session=60))


def test_units_that_the_flat_price_pays_for_take_nothing_of_the_programs_32_bits() -> None:
    price = Tier(
        name=b"flat".ljust(16, b"\0"), flat_credits=1, included_units=0, rate_credits=0, rate_units=1, unit_kind=0
    )
    use = TierUse(price=price)
    for _ in range(3):
        use = use.admit(2**31)
    assert (use.running, use.running_units, use.reserved) == (3, 0, 3)
