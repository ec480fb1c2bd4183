"""What only the deadline permits cannot happen before it: whatever time a node says it is, the chain's own decides."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import pytest
from escrow_harness.stage import Stage, job, opened_stage
from job_escrow import ChainError, Escrow, KeeperPlan, Refused
from job_escrow.chain import Request, run
from job_escrow.chain.requests import Answer, GetUnixTime, Pause, Send, Simulate, ask
from job_escrow.codec import JobRefunded
from job_escrow.codec.errors import DeadlineNotPassed, DeadlinePassed
from job_escrow.testing.embedded import embedded_chain
from job_escrow.testing.litesvm import LiteSvmChain
from solders.clock import Clock

_AHEAD = [45, 600, 25 * 3_600]


@pytest.fixture
def stage() -> Stage:
    return opened_stage(Escrow(embedded_chain()))


@dataclass
class Hasty:
    """A node whose clock is ahead of the chain's: in what it says, and in what it simulates."""

    chain: LiteSvmChain
    ahead: int
    sends: int = 0
    right_after: int = 10**6
    """How many transactions it takes before its clock is set right."""

    def answer(self, request: Request[Answer]) -> Answer:
        if self.sends >= self.right_after:
            return self.chain.answer(request)
        if isinstance(request, GetUnixTime):
            return cast("Answer", self.chain.answer(request) + self.ahead)
        if isinstance(request, Simulate):
            with self.early():
                return cast("Answer", self.chain.answer(request))
        self.sends += isinstance(request, Send)
        return self.chain.answer(request)

    @contextmanager
    def early(self) -> Iterator[None]:
        right = self.chain.svm.get_clock()
        epoch = (right.epoch_start_timestamp, right.epoch, right.leader_schedule_epoch)
        self.chain.svm.set_clock(Clock(right.slot, *epoch, right.unix_timestamp + self.ahead))
        yield
        self.chain.svm.set_clock(right)


def hasty(stage: Stage, ahead: int, *, right_after: int = 10**6) -> Escrow:
    return Escrow(Hasty(cast("LiteSvmChain", stage.escrow.chain), ahead, right_after=right_after))


def locked(stage: Stage, *, seconds: int) -> int:
    job_id = stage.operator.next_job_id(stage.alice.address)
    stage.operator.lock(stage.alice.address, job(job_id, None, 10, seconds=seconds))
    return job_id


@pytest.mark.parametrize("ahead", _AHEAD)
def test_a_keeper_with_the_operators_key_waits_for_the_deadline(stage: Stage, ahead: int) -> None:
    """The program lets that key refund at any time, so that another one signs."""
    job_id = locked(stage, seconds=30)
    keeper = hasty(stage, ahead).anyone(stage.cast.operator)
    plan = KeeperPlan(platform=stage.platform)
    (action,) = keeper.keep_once(plan).actions
    assert isinstance(action.error, Refused)
    assert action.error.refusal is DeadlineNotPassed
    assert stage.alice.balance().locked == 10
    stage.escrow.chain.answer(Pause(30))
    assert keeper.keep_once(plan).done == 1
    outcome = stage.operator.outcome(stage.alice.address, job_id)
    assert outcome is not None
    assert (outcome.ended_by, outcome.timed_out) == ("refund", True)


def test_a_keeper_signs_with_its_own_key_where_that_is_not_the_operators(stage: Stage) -> None:
    """So that it pays for one signature."""
    for key, signatures in ((stage.cast.stranger, 1), (stage.cast.operator, 2)):
        locked(stage, seconds=1)
        locked(stage, seconds=1)
        stage.escrow.chain.answer(Pause(2))
        (signature,) = {each.signature for each in stage.escrow.anyone(key).keep_once().actions}
        assert signature is not None
        receipt = stage.escrow.receipt(signature)
        assert receipt is not None
        assert receipt.fee == 5_000 * signatures
        (authority,) = {each.authority for each in receipt.events if isinstance(each, JobRefunded)}
        assert (authority == key.pubkey()) == (signatures == 1)


@pytest.mark.parametrize("ahead", _AHEAD)
def test_who_refunds_what_timed_out_is_refused_before(stage: Stage, ahead: int) -> None:
    job_id = locked(stage, seconds=30)
    anyone = hasty(stage, ahead).anyone(stage.cast.operator)
    with pytest.raises(Refused) as refused:
        anyone.refund_timed_out(stage.alice.address, job_id)
    assert refused.value.refusal is DeadlineNotPassed
    stage.escrow.chain.answer(Pause(30))
    receipt = stage.escrow.anyone(stage.cast.operator).refund_timed_out(stage.alice.address, job_id)
    assert [event.timed_out for event in receipt.events if isinstance(event, JobRefunded)] == [1]


@pytest.mark.parametrize("ahead", [7_200, 25 * 3_600])
def test_a_session_is_settled_although_a_node_said_that_it_is_too_late(stage: Stage, ahead: int) -> None:
    terms = job(stage.operator.next_job_id(stage.alice.address), 1, 2_000)
    # The lock, and the refund that the chain does not take.
    operator = hasty(stage, ahead, right_after=2).operator(stage.cast.operator, stage.platform)
    with operator.job(stage.alice.address, terms) as running:
        running.report(2_000)
    assert running.outcome is not None
    assert (running.outcome.ended_by, running.outcome.charged) == ("settle", 8)


def test_a_session_that_no_node_settles_stays_open(stage: Stage) -> None:
    terms = job(stage.operator.next_job_id(stage.alice.address), 1, 2_000)
    operator = hasty(stage, 7_200).operator(stage.cast.operator, stage.platform)
    with (
        pytest.raises(ChainError, match="has passed, and that it has not: ask another one"),
        operator.job(stage.alice.address, terms, patience=5) as running,
    ):
        running.report(2_000)
    assert stage.alice.balance().locked == 8
    assert stage.operator.settle(stage.alice.address, terms.job_id, 2_000).events


def test_a_settlement_on_the_way_that_is_said_to_be_too_late_gives_nothing_back(stage: Stage) -> None:
    """What it raises ends the block: not a refund by the operator, who may at any time."""
    terms = job(stage.operator.next_job_id(stage.alice.address), 1, 2_000)
    operator = hasty(stage, 7_200).operator(stage.cast.operator, stage.platform)
    running = operator.job(stage.alice.address, terms)

    def run_it() -> None:
        with running:
            running.report(1_000)
            running.settle_so_far()

    with pytest.raises(Refused) as refused:
        run_it()
    assert refused.value.refusal is DeadlinePassed
    assert "could not be refunded either" in refused.value.__notes__[0]
    assert stage.alice.balance().locked == 8


def test_what_has_expired_by_the_chains_clock_is_no_balance(stage: Stage) -> None:
    """Also before somebody takes the lot away."""
    stage.operator.grant(stage.alice.address, 50, expires_at=stage.escrow.unix_time() + 30)
    stage.escrow.chain.answer(Pause(29))
    before = stage.alice.balance()
    assert (before.available, before.granted, before.surplus_base_units) == (1_050, 50, 0)
    stage.escrow.chain.answer(Pause(1))
    after = stage.alice.balance()
    assert (after.available, after.granted, after.surplus_base_units) == (1_000, 0, 0)


def test_the_chain_says_what_time_it_is(stage: Stage) -> None:
    chain = stage.escrow.chain
    assert stage.escrow.unix_time() == run(ask(GetUnixTime()), chain) == chain.answer(GetUnixTime())
