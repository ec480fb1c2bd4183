"""Sessions of the library against plain arithmetic: receipts, store and chain are equal after every step (D9, A12).

The model knows prices, locks and times, and nothing of tables or settlements.
"""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from escrow_harness.credit_world import LIMITS, METERED, PRO, Killed, Life, credit_world
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from job_escrow import (
    CreditRequest,
    CreditSession,
    CreditsMissing,
    InvalidAmount,
    NotAdmitted,
    PeriodUsedUp,
    PlatformPaused,
    RequestEnded,
    RequestExpired,
    TooLargeForSession,
)
from job_escrow.chain.requests import GetUnixTime
from job_escrow.receipts import verify

CREDITS, SESSION, PERIOD = 300, 90, 260
SECONDS, END_SECONDS = 400, 40


def price_alone(tier: int, units: int) -> int:
    """What a request costs by itself: pro is 18 up to 500 tokens and 9 for 1,000 beyond, metered 1 for 60 above 10."""
    if tier == PRO:
        return 18 if units <= 500 else max(18, -(-units * 9 // 1_000))
    return -(-units // 60) if units > 10 else 0


@dataclass
class Asked:
    """A request as the model has it."""

    session: CreditSession
    request: CreditRequest
    tier: int
    max_units: int
    expires_at: int
    status: str = "running"
    units: int = 0


class CreditSessions(RuleBasedStateMachine):
    """One customer of a provider whose process is sometimes killed, and whose sessions are sometimes looked after."""

    folder: Path

    @initialize()
    def begin(self) -> None:
        path = self.folder / str(len(list(self.folder.iterdir())))
        path.mkdir()
        self.world = credit_world(
            path,
            buy=CREDITS,
            limits=replace(LIMITS, credits_per_job=90, credits_per_session=SESSION, credits_per_period=PERIOD),
            credits=60,
            seconds=SECONDS,
            end_seconds=END_SECONDS,
            idle_seconds=130,
            settle_credits=40,
            settle_seconds=100,
        )
        self.asked: list[Asked] = []
        self.is_paused = False
        self.enter()

    def enter(self) -> None:
        self.life = Life()
        self.store = self.world.store(self.life)
        self.session = self.world.session(self.store, self.life)
        self.session.__enter__()

    def die(self) -> None:
        """What ran is gone with the process."""
        for asked in self.running():
            asked.status = "released"
        self.store.close()
        self.enter()

    def running(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.status == "running"]

    @property
    def now(self) -> int:
        return self.world.stage.escrow.chain.answer(GetUnixTime())

    @rule(
        tier=st.sampled_from([PRO, METERED, METERED]),
        units=st.sampled_from([1, 10, 11, 59, 60, 61, 500, 501, 3_000, 6_000, 11_000]),
        seconds=st.sampled_from([5, 60, 200]),
    )
    def admit(self, tier: int, units: int, seconds: int) -> None:
        credits = price_alone(tier, units)
        request = self.session.request(tier, units, seconds=seconds)
        try:
            request.__enter__()
        except NotAdmitted as refused:
            self._require_reason(refused, credits)
            return
        assert credits <= SESSION
        assert request.expires_at == self.now + seconds
        self.asked.append(Asked(self.session, request, tier, units, request.expires_at))

    def _require_reason(self, refused: NotAdmitted, credits: int) -> None:
        match refused:
            case TooLargeForSession():
                assert credits > SESSION
            case PlatformPaused():
                assert self.is_paused
            case CreditsMissing():
                assert refused.available < max(1, credits)
            case PeriodUsedUp():
                assert self.world.balance()[0] >= credits
            case _:
                pytest.fail(repr(refused))

    @precondition(lambda self: self.asked)
    @rule(pick=st.integers(0, 30), part=st.sampled_from([0, 1, 50, 99, 100, 101]))
    def settle(self, pick: int, part: int) -> None:
        asked = self.asked[pick % len(self.asked)]
        units = -(-asked.max_units * part // 100)
        if asked.session is not self.session:
            # Of a process before.
            return
        try:
            receipt = asked.request.settle(units)
        except InvalidAmount:
            assert units > asked.max_units
            assert asked.status == "running"
            return
        except RequestExpired:
            assert asked.status == "running"
            assert self.now >= asked.expires_at
            asked.status = "released"
            return
        except RequestEnded:
            is_over = self.now >= asked.expires_at
            assert asked.status == "released" or (asked.status == "settled" and units != asked.units) or is_over
            if asked.status == "running":
                asked.status = "released"
            return
        assert receipt.units == units
        assert receipt.price <= price_alone(asked.tier, units)
        if asked.status == "running":
            assert self.now < asked.expires_at
            asked.status, asked.units = "settled", units
        assert (asked.status, asked.units) == ("settled", units)

    @precondition(lambda self: self.running())
    @rule(pick=st.integers(0, 30))
    def fail(self, pick: int) -> None:
        running = self.running()
        asked = running[pick % len(running)]
        asked.request.__exit__(ZeroDivisionError, ZeroDivisionError(), None)
        asked.status = "released"

    @rule(seconds=st.sampled_from([1, 30, 60, 90]))
    def pass_time(self, seconds: int) -> None:
        """Never so long that nobody looks after the sessions before their deadlines."""
        self.world.pass_time(seconds)
        self.look_after()

    @rule()
    def look_after(self) -> None:
        self.session.look_after()

    @rule(at=st.integers(1, 40))
    def killed(self, at: int) -> None:
        """The process ends at a step of looking after its sessions, or after it."""
        self.life.steps, self.life.at = 0, at
        try:
            self.session.look_after(settle_all=True)
        except Killed:
            pass
        finally:
            self.life.at = 0
        self.die()

    @rule()
    def left_and_entered(self) -> None:
        self.session.__exit__(None, None, None)
        assert self.world.balance()[1] == 0
        for asked in self.running():
            asked.status = "released"
        self.store.close()
        self.enter()

    @rule()
    def pause_or_resume(self) -> None:
        if self.is_paused:
            self.world.stage.admin.unpause()
        else:
            self.world.stage.admin.pause()
        self.is_paused = not self.is_paused

    @invariant()
    def everything_adds_up(self) -> None:
        settled = [asked for asked in self.asked if asked.status == "settled"]
        receipts = [self.store.receipt(self.world.account, asked.request.id) for asked in settled]
        assert all(receipt is not None for receipt in receipts)
        assert [receipt.units for receipt in receipts if receipt] == [asked.units for asked in settled]
        sessions = self.store.sessions()
        assert sum(each.receipts for each in sessions) == len(settled)
        assert sum(receipt.price for receipt in receipts if receipt) == sum(each.used for each in sessions)
        free, locked = self.world.balance()
        assert free + locked == CREDITS - sum(each.charged for each in sessions)
        # Nothing runs that is not locked.
        for held in self.world.stage.escrow.sessions(credit_account=self.world.account).values():
            mine = [each for each in sessions if each.session_id == held.id]
            assert sum(each.used + each.reserved for each in mine) <= held.credits

    def teardown(self) -> None:
        if not hasattr(self, "session"):
            return
        self.session.__exit__(None, None, None)
        charged = sum(each.charged for each in self.store.sessions())
        assert self.world.balance() == (CREDITS - charged, 0)
        assert self.world.findings(self.store) == []
        for each in self.store.sessions():
            assert verify(self.store.receipts(each.address), self.world.record(each.address)) == []
        self.store.close()
        shutil.rmtree(self.world.path.parent)


def test_sessions_are_as_the_model_has_them(tmp_path: Path) -> None:
    CreditSessions.folder = tmp_path
    run_state_machine_as_test(
        CreditSessions,
        settings=settings(max_examples=15, stateful_step_count=25, suppress_health_check=list(HealthCheck)),
    )
