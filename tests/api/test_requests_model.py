"""Requests and sessions against a plain model: receipts, budgets and chain are equal after every step (D9, A12).

The model knows prices, locks and times, and nothing of tables or settlements.
"""

import asyncio
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api_harness.sessions_world import LIMITS, METERED, World, world_of
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.sessions.rows import RequestRow

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

CREDITS, SESSION, BUDGET = 300, 90, 170
SECONDS, END_SECONDS, IDLE_SECONDS = 400, 40, 130
_REFUSED = {Kinds.INSUFFICIENT_CREDITS, Kinds.LIMIT_EXCEEDED, Kinds.BUDGET_EXCEEDED, Kinds.CONFLICT}


def price_alone(tier: str, units: int) -> int:
    """What a request costs by itself: pro is 18 up to 500 tokens and 9 for 1,000 beyond, metered 1 for 60 above 10."""
    if tier == "pro":
        return 18 if units <= 500 else max(18, -(-units * 9 // 1_000))
    return -(-units // 60) if units > 10 else 0


@dataclass
class Asked:
    """A request as the model has it."""

    row: RequestRow
    tier: str
    max_units: int
    expires_at: int
    status: str = "running"
    units: int = 0


class Requests(RuleBasedStateMachine):
    """One customer with two keys, of which one has a budget; a keeper that sometimes looks, and sometimes is killed."""

    folder: Path

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        self.path = self.folder / str(len(list(self.folder.iterdir())))
        self.path.mkdir()
        self.context: AbstractAsyncContextManager[World] = world_of(
            self.path,
            buy=CREDITS,
            limits=replace(LIMITS, credits_per_session=SESSION, credits_per_period=1_000),
            session_credits=60,
            session_seconds=SECONDS,
            session_end_seconds=END_SECONDS,
            session_idle_seconds=IDLE_SECONDS,
            session_settle_credits=40,
            session_settle_seconds=100,
        )
        self.world = self.run(self.context.__aenter__())
        self.budgeted = self.run(self.world.new_key("budgeted", daily_budget=BUDGET))
        self.asked: list[Asked] = []
        self.names = 0

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def answer(self, work: Any) -> RequestRow | Refusal:
        """What the server says to a request."""
        try:
            row: RequestRow = self.run(work)
        except Refusal as refusal:
            return refusal
        return row

    @property
    def now(self) -> int:
        return int(self.run(self.world.clock.read()))

    @rule(
        tier=st.sampled_from(["pro", METERED, METERED]),
        units=st.sampled_from([1, 10, 11, 59, 60, 61, 500, 501, 3_000, 6_000]),
        seconds=st.sampled_from([5, 60, 170]),
        is_budgeted=st.booleans(),
    )
    def admit(self, tier: str, units: int, seconds: int, is_budgeted: bool) -> None:
        self.names += 1
        key = self.budgeted if is_budgeted else self.world.customer
        credits = price_alone(tier, units)
        spendable, used = self.world.remaining(), self.spent(is_budgeted)
        answer = self.answer(self.world.admit(f"r{self.names}", units, tier=tier, seconds=seconds, key=key))
        if isinstance(answer, Refusal):
            assert answer.kind in _REFUSED, answer.detail
            if answer.kind is Kinds.BUDGET_EXCEEDED:
                assert is_budgeted
                assert used + credits > BUDGET
            if answer.kind is Kinds.INSUFFICIENT_CREDITS:
                # A free request in no session needs one, of a credit at least.
                assert spendable < max(1, credits)
            return
        assert answer.credits == credits
        assert not is_budgeted or used + credits <= BUDGET
        self.asked.append(Asked(answer, tier, units, answer.expires_at))

    @rule(pick=st.integers(0, 30), part=st.sampled_from([0, 1, 50, 99, 100, 101]))
    def settle(self, pick: int, part: int) -> None:
        if not self.asked:
            return
        asked = self.asked[pick % len(self.asked)]
        units = -(-asked.max_units * part // 100)
        before = asked.status
        is_over = before == "running" and self.now >= asked.expires_at
        answer = self.answer(self.world.settle(asked.row, units))
        if isinstance(answer, Refusal):
            if is_over or before in ("released", "lapsed") or (before == "settled" and units != asked.units):
                assert answer.kind is Kinds.CONFLICT
                if is_over:
                    # What cannot be settled any more is let go with the answer.
                    asked.status = "released"
            else:
                assert units > asked.max_units
                assert answer.kind is Kinds.UNPROCESSABLE
            return
        assert answer.receipt is not None
        assert (before == "running" and not is_over and units <= asked.max_units) or (
            before == "settled" and units == asked.units
        )
        asked.status, asked.units = "settled", units

    @rule(pick=st.integers(0, 30))
    def release(self, pick: int) -> None:
        if not self.asked:
            return
        asked = self.asked[pick % len(self.asked)]
        answer = self.answer(self.world.release(asked.row))
        if isinstance(answer, Refusal):
            assert answer.kind is Kinds.CONFLICT
            assert asked.status in ("settled", "lapsed")
            return
        assert asked.status in ("running", "released")
        asked.status = "released"

    @rule()
    def turn(self) -> None:
        self.keep()

    @rule(seconds=st.sampled_from([1, 5, 30, 100]))
    def pass_time(self, seconds: int) -> None:
        self.run(self.world.pass_time(seconds))

    @rule()
    def a_long_time_without_the_keeper(self) -> None:
        """Long enough that every session's deadline passes: what the chain was not told of is lost, and said so."""
        self.run(self.world.pass_time(SECONDS + 1))
        self.keep()
        for asked in self.asked:
            row = self.world.sessions.store.existing(asked.row.number)
            if asked.status == "settled" and row.status == "lapsed":
                asked.status = "lapsed"

    @rule()
    def the_customer_ends_its_sessions(self) -> None:
        self.run(self.world.end_all())
        live = self.world.sessions.store.live(str(self.world.stage.alice.address))
        assert all(row.running and row.closing for row in live)

    @rule()
    def kill(self) -> None:
        self.world.restart()

    def keep(self) -> None:
        now = self.now
        assert self.run(self.world.turn()) == 0
        for asked in self.asked:
            if asked.status == "running" and now >= asked.expires_at:
                asked.status = "released"

    def spent(self, is_budgeted: bool) -> int:
        """What the requests of a key have cost, or may."""
        key_id = (self.budgeted if is_budgeted else self.world.customer).split("_")[1]
        return sum(
            row.credits if row.status == "running" else row.charged
            for row in self.world.requests()
            if row.key_id == key_id
        )

    @invariant()
    def requests_are_as_the_model_has_them(self) -> None:
        if not hasattr(self, "world"):
            return
        rows = {row.number: row for row in self.world.requests()}
        assert {number: row.status for number, row in rows.items()} == {
            each.row.number: each.status for each in self.asked
        }
        for each in self.asked:
            row = rows[each.row.number]
            if each.status != "settled":
                assert row.charged == 0
            elif each.tier == "pro":
                assert row.charged == price_alone("pro", each.units)

    @invariant()
    def budgets_are_what_requests_have_cost(self) -> None:
        if not hasattr(self, "world"):
            return
        for is_budgeted in (False, True):
            key_id = (self.budgeted if is_budgeted else self.world.customer).split("_")[1]
            found = self.world.database.one(
                "SELECT coalesce(sum(credits), 0) AS spent FROM api_spent WHERE key_id = ?", (key_id,)
            )
            assert found is not None
            assert found["spent"] == self.spent(is_budgeted)

    @invariant()
    def locks_cover_what_was_admitted(self) -> None:
        """And the chain has of each session what its receipts say, up to the newest settlement."""
        if not hasattr(self, "world"):
            return
        locked = 0
        for session in self.world.rows():
            mine = [each for each in self.asked if each.row.session == session.number]
            charged = sum(
                self.world.sessions.store.existing(each.row.number).charged for each in mine if each.status == "settled"
            )
            assert session.total == charged
            metered = sum(
                each.units for each in mine if each.tier == METERED and each.status == "settled" and each.units > 10
            )
            flat = sum(
                price_alone("pro", each.units) for each in mine if each.tier == "pro" and each.status == "settled"
            )
            assert charged == flat + -(-metered // 60)
            running = [each for each in mine if each.status == "running"]
            most = sum(each.max_units for each in running if each.tier == METERED and each.max_units > 10)
            dearest = sum(price_alone("pro", each.max_units) for each in running if each.tier == "pro")
            if session.status == "open":
                assert session.reserved == dearest + -(-(metered + most) // 60) - -(-metered // 60)
                assert session.running == len(running)
            on_chain = self.world.on_chain(session)
            assert (on_chain is not None) == (session.status == "open")
            if on_chain is not None:
                assert (on_chain.count, on_chain.settled) == (session.settled_count, session.settled)
                assert on_chain.settled + session.free + session.reserved <= on_chain.credits
                locked += on_chain.credits - on_chain.settled
        balance = self.world.stage.alice.balance()
        assert balance.locked == locked
        assert balance.available + locked == CREDITS - sum(row.settled for row in self.world.rows())

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self.run(self.world.pass_time(200))
            self.keep()
            self.run(self.world.end_all())
            for asked in self.asked:
                row = self.world.sessions.store.existing(asked.row.number)
                if row.status == "lapsed":
                    asked.status = "lapsed"
            self.requests_are_as_the_model_has_them()
            self.locks_cover_what_was_admitted()
            for session in self.world.rows():
                assert session.status in ("ended", "failed")
                assert self.world.findings(session) == []
            assert self.world.findings_of_ended() == []
        finally:
            self.run(self.context.__aexit__(None, None, None))
            self.runner.close()
            shutil.rmtree(self.path)


def test_requests_cost_what_the_model_says(tmp_path: Path) -> None:
    class Here(Requests):
        folder = tmp_path

    Here.__name__ = "Requests"
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=12, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
