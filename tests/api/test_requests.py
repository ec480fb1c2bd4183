"""Requests within sessions: reserved before they are answered, charged to the credit, told to the chain (D9, D10)."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from api_harness.sessions_world import LIMITS, METERED, World, told
from escrow_harness.patience import PATIENCE_SECONDS
from job_escrow.chain import ChainError
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.sessions.rows import RequestRow


def test_the_first_request_opens_a_session_and_the_next_ones_none(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        one = await world.admit("one")
        sent = world.stage.alice.account()
        assert sent is not None
        two = await world.admit("two", 2_001)
        assert (one.credits, two.credits) == (18, 19)
        (session,) = world.rows()
        assert (session.status, session.credits, session.reserved, session.running) == ("open", 400, 37, 2)
        assert (world.available(), world.remaining()) == (600, 963)
        settled = await world.settle(one, 1)
        assert (settled.status, settled.charged, settled.units) == ("settled", 18, 1)
        assert (await world.settle(one, 1)) == settled
        released = await world.release(two)
        assert (released.status, released.charged) == ("released", 0)
        assert await world.release(two) == released
        assert world.remaining() == 982
        assert world.stage.alice.account() == sent

    told(tmp_path, story)


def test_a_session_is_settled_for_good_and_its_receipts_prove_the_bill(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        for number, units in enumerate((1, 500, 501, 4_000)):
            await world.settle(await world.admit(f"flat {number}", 4_000), units)
        for number, units in enumerate((5, 11, 30, 61)):
            row = await world.settle(await world.admit(f"metered {number}", 100, tier=METERED), units)
            assert row.charged == (0, 1, 0, 1)[number]
        await world.end_all()
        (session,) = world.rows()
        assert (session.status, session.count, session.settled_count) == ("ended", 8, 8)
        assert session.settled == 18 * 3 + 36 + 2
        assert world.on_chain(session) is None
        assert world.available() == 1_000 - session.settled
        assert world.findings(session) == world.findings_of_ended() == []
        view = world.sessions.store.receipt(world.requests()[0])
        assert view is not None
        assert view.status == "settled"
        assert view.settlement is not None
        assert (view.settlement.from_count, view.settlement.count, view.settlement.signature) == (
            0,
            8,
            session.end_signature,
        )

    told(tmp_path, story)


def test_a_wallet_that_allows_no_sessions_is_told_of_jobs(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        world.stage.alice.set_limits(replace(LIMITS, credits_per_session=0))
        refusal = await world.refused("one")
        assert refusal.kind is Kinds.SESSIONS_NOT_ALLOWED
        assert "POST /v1/jobs" in refusal.kind.value.remedy
        assert world.rows() == []

    told(tmp_path, story)


def test_at_the_last_credit_exactly_as_many_are_admitted_as_there_are_credits_for(tmp_path: Path) -> None:
    """All at once, and the first of them opens the session."""

    async def story(world: World) -> None:
        answers = await asyncio.gather(*(world.admit(f"r{each}") for each in range(13)), return_exceptions=True)
        admitted = [each for each in answers if not isinstance(each, BaseException)]
        refused = [each for each in answers if isinstance(each, Refusal)]
        assert (len(admitted), len(refused)) == (8, 5), answers
        assert {each.kind for each in refused} == {Kinds.INSUFFICIENT_CREDITS}
        assert world.remaining() == 150 - 8 * 18
        # What is over is not lost: 6 credits are 320 units of the other tier.
        assert (await world.admit("small", 320, tier=METERED)).credits == 6
        assert (await world.refused("none", 100, tier=METERED)).members["balance"] == 0

    told(tmp_path, story, buy=150)


def test_what_is_left_over_in_several_sessions_is_not_enough_for_one_request(tmp_path: Path) -> None:
    """While requests run in them; the answer says so, and not that credits are missing."""

    async def story(world: World) -> None:
        rows = [await world.admit(f"r{each}") for each in range(6)]
        assert world.remaining() == 120 - 6 * 18 == 12
        refusal = await world.refused("more", 700, tier=METERED)
        assert refusal.kind is Kinds.CONFLICT
        assert "12 are in sessions" in refusal.detail
        for row in rows[:3]:
            await world.release(row)
        assert (await world.admit("more", 700, tier=METERED)).credits == 12

    told(tmp_path, story, buy=120, limits=replace(LIMITS, credits_per_session=60), session_credits=60)


def test_requests_that_are_rounded_together_are_reserved_together(tmp_path: Path) -> None:
    """Six requests of 10.x units each could cost a credit each by themselves, and never do."""

    async def story(world: World) -> None:
        rows = [await world.admit(f"r{each}", 20, tier=METERED) for each in range(6)]
        (session,) = world.rows()
        assert session.reserved == 2
        await world.release(rows[0])
        for row in rows[1:]:
            await world.settle(row, 20)
        (session,) = world.rows()
        assert (session.total, session.reserved) == (2, 0)

    told(tmp_path, story)


def test_a_request_is_settled_once_whatever_is_asked_at_the_same_time(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        row = await world.admit("one", 4_000)
        answers = await asyncio.gather(
            *(world.settle(row, units) for units in (600, 4_000, 600, 700)), world.release(row), return_exceptions=True
        )
        settled = [each for each in answers if not isinstance(each, BaseException)]
        assert len({(each.units, each.charged, each.receipt) for each in settled}) == 1
        assert all(each.kind is Kinds.CONFLICT for each in answers if isinstance(each, Refusal))
        (session,) = world.rows()
        assert (session.count, session.reserved, session.running, session.total) == (1, 0, 0, settled[0].charged)

    told(tmp_path, story)


def test_what_may_not_be_settled_or_released(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        row = await world.admit("one", 500)
        with pytest.raises(Refusal, match="more than the 500") as above:
            await world.settle(row, 501)
        assert above.value.kind is Kinds.UNPROCESSABLE
        await world.settle(row, 500, request_hash="ab" * 32)
        for again in (world.settle(row, 499), world.settle(row, 500), world.release(row)):
            with pytest.raises(Refusal) as refusal:
                await again
            assert refusal.value.kind is Kinds.CONFLICT
        other = await world.release(await world.admit("two"))
        with pytest.raises(Refusal, match="released") as late:
            await world.settle(other, 1)
        assert late.value.kind is Kinds.CONFLICT
        assert world.remaining() == 982

    told(tmp_path, story)


def test_a_request_whose_seconds_are_over_costs_nothing(tmp_path: Path) -> None:
    """Also where the keeper has not looked yet; another one may have its credits as soon as it has."""

    async def story(world: World) -> None:
        row = await world.admit("one", 500, seconds=30)
        await world.pass_time(30)
        with pytest.raises(Refusal, match="seconds are over") as late:
            await world.settle(row, 1)
        assert late.value.kind is Kinds.CONFLICT
        await world.turn()
        assert (world.requests()[0].status, world.remaining()) == ("released", 1_000)

    told(tmp_path, story)


def test_an_idempotency_key_is_of_one_request(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        answers = await asyncio.gather(*(world.admit("one") for _ in range(5)))
        assert len({each.id for each in answers}) == 1
        assert (await world.refused("one", 499)).kind is Kinds.UNPROCESSABLE
        settled = await world.settle(answers[0], 3)
        assert await world.admit("one") == settled
        (session,) = world.rows()
        assert (session.count, session.running) == (1, 0)

    told(tmp_path, story)


def test_a_revoked_key_and_one_of_another_scope_are_charged_nothing_new(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        row = await world.admit("one")
        blind = await world.new_key("blind", scopes=["read"])
        assert (await world.refused("two", key=blind)).kind is Kinds.CUSTOMER_KEY_REFUSED
        await world.keys.revoke(str(world.stage.alice.address), world.customer.split("_")[1])
        assert (await world.refused("three")).kind is Kinds.CUSTOMER_KEY_REFUSED
        # A repeat says what the first did, and what was admitted before is charged.
        assert await world.admit("one") == row
        assert (await world.settle(row, 1)).charged == 18

    told(tmp_path, story)


def test_a_budget_counts_what_requests_may_cost_and_then_what_they_did(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        key = await world.new_key("budget", daily_budget=40, monthly_budget=60)
        one = await world.admit("one", key=key)
        two = await world.admit("two", key=key)
        assert (await world.refused("three", key=key)).kind is Kinds.BUDGET_EXCEEDED
        await world.release(one)
        await world.settle(two, 1)
        assert (await world.admit("four", key=key)).status == "running"
        assert (await world.refused("five", key=key)).members["balance"] == 4
        # Jobs and requests are of one budget, and other keys have their own.
        assert (await world.admit("six")).status == "running"

    told(tmp_path, story)


def test_near_the_deadline_a_request_gets_a_session_that_outlasts_it(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        await world.admit("one", seconds=10)
        await world.pass_time(130)
        await world.turn()
        # 70 seconds before the deadline, of which the last 40 are for the end.
        assert (await world.admit("short", seconds=20)).session == 1
        long = await world.admit("long", seconds=60)
        assert long.session == 2
        await world.pass_time(31)
        await world.turn()
        first, second = world.rows()
        assert (first.status, second.status) == ("ended", "open")
        assert (await world.settle(long, 1)).charged == 18
        assert (await world.refused("longest", seconds=81)).kind is Kinds.REQUEST_TOO_LONG

    told(tmp_path, story, session_seconds=200, session_end_seconds=40, session_credits=60, session_idle_seconds=150)


def test_while_the_platform_is_paused_nothing_is_admitted_and_what_runs_is_settled(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        row = await world.admit("one")
        world.stage.admin.pause()
        refusal = await world.refused("two")
        assert refusal.kind is Kinds.CONFLICT
        assert "paused" in refusal.detail
        await world.settle(row, 1)
        await world.end_all()
        (session,) = world.rows()
        assert (session.status, session.settled, world.available()) == ("ended", 18, 982)
        world.stage.admin.unpause()
        assert (await world.admit("two")).session == 2

    told(tmp_path, story)


def test_what_runs_outlives_that_the_customer_ends_its_sessions(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        row = await world.admit("one")
        await world.end_all()
        (session,) = world.rows()
        assert (session.view().status, session.running) == ("ending", 1)
        assert world.on_chain(session) is not None
        await world.settle(row, 1)
        assert await world.turn() == 0
        (session,) = world.rows()
        assert (session.status, session.settled_count, world.available()) == ("ended", 1, 982)
        assert world.findings(session) == world.findings_of_ended() == []

    told(tmp_path, story)


def test_credits_of_an_idle_session_come_back_for_a_request_that_needs_them(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        await world.settle(await world.admit("one"), 1)
        assert world.available() == 40
        # 82 are left, 42 of them in the first session.
        row = await world.admit("two", 5_000)
        assert (row.credits, row.session) == (45, 2)
        assert [each.status for each in world.rows()] == ["ended", "open"]

    told(tmp_path, story, buy=100, limits=replace(LIMITS, credits_per_session=60), session_credits=60)


def test_a_session_is_settled_by_amount_and_by_time_and_ends_when_idle(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        for number in range(3):
            await world.settle(await world.admit(f"r{number}"), 1)
            await world.turn()
            assert world.rows()[0].settled_count == (0, 0, 3)[number]
        await world.settle(await world.admit("later"), 1)
        await world.pass_time(59)
        await world.turn()
        assert world.rows()[0].settled_count == 3
        await world.pass_time(1)
        await world.turn()
        assert world.rows()[0].settled_count == 4
        await world.pass_time(60)
        await world.turn()
        (session,) = world.rows()
        assert (session.status, session.settled, world.available()) == ("ended", 72, 928)
        assert world.findings(session) == world.findings_of_ended() == []

    told(tmp_path, story, session_settle_credits=50, session_settle_seconds=60, session_idle_seconds=120)


def test_the_next_session_is_opened_before_the_last_is_used_up(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        for number in range(3):
            await world.admit(f"r{number}")
            await world.turn()
        assert [row.credits for row in world.rows()] == [60, 60]
        await world.turn()
        assert len(world.rows()) == 2

    told(tmp_path, story, session_credits=60)


def test_new_prices_are_those_of_the_next_session(tmp_path: Path) -> None:
    """What was admitted costs what it was reserved at."""

    async def story(world: World) -> None:
        before = await world.admit("before")
        cheaper = replace(world.stage.terms.tiers[2], flat_credits=11)
        world.stage.admin.set_tier(2, cheaper)
        after = await world.admit("after")
        assert (after.credits, after.session) == (11, 2)
        await world.turn()
        assert [row.view().status for row in world.rows()] == ["ending", "open"]
        assert (await world.settle(before, 1)).charged == 18
        await world.turn()
        assert [row.status for row in world.rows()] == ["ended", "open"]

    told(tmp_path, story)


def test_prices_that_change_while_a_session_is_opened_open_no_second_one(tmp_path: Path) -> None:
    """The server has read the platform before; what it opens has the new prices."""

    async def story(world: World) -> None:
        assert (await world.refused("none", tier="none")).kind is Kinds.UNPROCESSABLE
        world.stage.admin.set_tier(2, replace(world.stage.terms.tiers[2], flat_credits=11))
        one, two = await world.admit("one"), await world.admit("two")
        assert [each.credits for each in (one, two)] == [11, 11]
        assert len(world.rows()) == 1

    told(tmp_path, story, platform_seconds=3_600.0)


def test_sessions_and_jobs_of_an_account_have_ids_of_their_own(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        await world.admit("one")
        (session,) = world.rows()
        account = world.stage.alice.account()
        assert account is not None
        assert account.job_ids.highest == session.session_id
        assert world.stage.operator.next_job_id(world.stage.alice.address) > session.session_id

    told(tmp_path, story)


def test_while_the_node_is_away_nothing_is_admitted_and_what_runs_is_settled(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        one, two = await world.admit("one"), await world.admit("two")

        async def away(_: object) -> None:
            raise ChainError("the node is away")

        world.node.before = away
        with pytest.raises(ChainError):
            await world.admit("three")
        assert (await world.settle(one, 1)).charged == 18
        assert (await world.release(two)).charged == 0
        with pytest.raises(ChainError):
            await world.turn()
        world.node.before = None
        await world.end_all()
        assert world.rows()[0].settled == 18

    told(tmp_path, story)


async def _held_back_while_opening(world: World) -> None:
    """An opening that was sent, is held back on its way, and that nobody awaits any more."""
    world.node.holds = True
    opening = asyncio.create_task(world.admit("one"))
    await asyncio.wait_for(world.node.sent.wait(), PATIENCE_SECONDS)
    opening.cancel()
    await asyncio.gather(opening, return_exceptions=True)
    world.node.holds = False
    world.stage.alice.set_limits(replace(LIMITS, credits_per_session=100))


def test_an_opening_that_can_land_no_more_gives_way_to_one_of_another_size(tmp_path: Path) -> None:
    """However many requests come meanwhile."""

    async def story(world: World) -> None:
        await _held_back_while_opening(world)
        (row,) = world.rows()
        while isinstance(answer := await _answer(world), Refusal):
            assert (answer.kind, answer.headers["Retry-After"]) == (Kinds.UNAVAILABLE, "1")
            assert world.sessions.store.session(row.number).last_valid_height == row.last_valid_height
            world.node.pass_time(30)
        assert answer.session != row.number
        assert [each.credits for each in world.rows()] == [100]
        assert world.sessions.store.session(row.number).status == "failed"

    told(tmp_path, story)


def test_an_opening_that_lands_late_is_used(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        await _held_back_while_opening(world)
        world.stage.alice.set_limits(LIMITS)
        world.node.deliver()
        await world.admit("two")
        assert [(each.credits, each.status) for each in world.rows()] == [(400, "open")]

    told(tmp_path, story)


async def _answer(world: World) -> Refusal | RequestRow:
    try:
        return await world.admit("two")
    except Refusal as refusal:
        return refusal
