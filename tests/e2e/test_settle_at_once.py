"""Transactions of one `settle_many` that are under way at the same time: the same results as one after the other."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from escrow_harness.cutting import CuttingChain, Killed
from escrow_harness.stage import LIMITS, Stage, ids_from, job, opened_stage
from hypothesis import given, settings
from hypothesis import strategies as st
from job_escrow import (
    AsyncEscrow,
    ChainError,
    Escrow,
    JobEnded,
    Options,
    Refused,
    Settlement,
    SettlementResult,
    SpendCap,
    SpendCapReached,
)
from job_escrow.chain import Chain, Request
from job_escrow.chain.driving import run, run_async
from job_escrow.chain.requests import Answer, GetSignatureStatus, Send, Together, ask
from job_escrow.codec import errors
from job_escrow.testing.embedded import embedded_chain
from solders.signature import Signature

_LOCKED = 10
_JOBS = 16


def locked_stage(count: int = _JOBS) -> tuple[Stage, list[int]]:
    """Jobs of alice, each for ten quoted credits: more than fit into one transaction."""
    stage = opened_stage(Escrow(embedded_chain()))
    stage.alice.set_limits(replace(LIMITS, credits_per_period=1_000))
    first = stage.operator.next_job_id(stage.alice.address)
    for job_id in ids_from(stage.alice.address, first, count):
        stage.operator.lock(stage.alice.address, job(job_id, None, _LOCKED))
    return stage, ids_from(stage.alice.address, first, count)


@dataclass
class Watched:
    """A chain that notes which transactions were sent and not yet seen to have landed; `most` is how many at a time."""

    chain: Chain
    under_way: set[Signature] = field(default_factory=set)
    sent: set[Signature] = field(default_factory=set)
    most: int = 0

    def answer(self, request: Request[Answer]) -> Answer:
        if isinstance(request, Send):
            self.sent.add(request.transaction.signatures[0])
            self.under_way.add(request.transaction.signatures[0])
            self.most = max(self.most, len(self.under_way))
        found = self.chain.answer(request)
        if isinstance(request, GetSignatureStatus) and found is not None:
            self.under_way.discard(request.signature)
        return found


@dataclass
class Awaited:
    """The same chain, asynchronous: after every request others have their turn."""

    chain: Chain

    async def answer(self, request: Request[Answer]) -> Answer:
        found = self.chain.answer(request)
        await asyncio.sleep(0)
        return found


def settle(
    stage: Stage, wanted: list[Settlement], at_once: int, *, awaited: bool, chain: Chain | None = None
) -> list[SettlementResult]:
    chain = chain or stage.escrow.chain
    if not awaited:
        return Escrow(chain).operator(stage.cast.operator, stage.platform).settle_many(wanted, at_once=at_once)
    operator = AsyncEscrow(Awaited(chain)).operator(stage.cast.operator, stage.platform)
    return asyncio.run(operator.settle_many(wanted, at_once=at_once))


@dataclass
class _Model:
    """A job as whoever reads the documentation expects it."""

    settled: int = 0
    ended: bool = False

    def settle(self, amount: int, *, is_final: bool) -> tuple[int | None, type | None]:
        if self.ended:
            return None, JobEnded
        if amount > _LOCKED:
            return None, errors.AboveLock
        charged = max(0, amount - self.settled)
        self.settled += charged
        self.ended = is_final
        return charged, None


@settings(max_examples=30, deadline=None)
@given(
    steps=st.lists(st.tuples(st.integers(0, _JOBS - 1), st.integers(0, 12), st.booleans()), min_size=1, max_size=60),
    at_once=st.sampled_from([1, 2, 3, 8]),
    awaited=st.booleans(),
)
def test_results_are_those_of_one_after_the_other(
    steps: list[tuple[int, int, bool]], at_once: int, awaited: bool
) -> None:
    stage, ids = locked_stage()
    account = stage.alice.address
    wanted = [
        Settlement(credit_account=account, job_id=ids[which], amount=amount, is_final=is_final)
        for which, amount, is_final in steps
    ]
    models = [_Model() for _ in ids]
    expected = [models[which].settle(amount, is_final=is_final) for which, amount, is_final in steps]
    results = settle(stage, wanted, at_once, awaited=awaited)
    assert [(result.charged, _reason(result)) for result in results] == expected
    balance = stage.alice.balance()
    locked = sum(_LOCKED - model.settled for model in models if not model.ended)
    assert balance.locked == locked
    assert balance.available == 1_000 - locked - sum(model.settled for model in models)
    # And again: nothing is charged that was not.
    again = settle(stage, wanted, at_once, awaited=awaited)
    assert sum(result.charged or 0 for result in again) == 0
    assert stage.alice.balance() == balance


def _reason(result: SettlementResult) -> type | None:
    return result.error.refusal if isinstance(result.error, Refused) else type(result.error) if result.error else None


@pytest.mark.parametrize("awaited", [False, True], ids=["blocking", "awaited"])
@pytest.mark.parametrize("at_once", [1, 2, 8])
def test_so_many_are_under_way_and_no_more(at_once: int, awaited: bool) -> None:
    stage, ids = locked_stage(30)
    watched = Watched(stage.escrow.chain)
    wanted = [Settlement(credit_account=stage.alice.address, job_id=each, amount=7) for each in ids]
    results = settle(stage, wanted, at_once, awaited=awaited, chain=watched)
    assert {result.charged for result in results} == {7}
    assert len(watched.sent) == 3
    assert watched.most == min(at_once, 3)
    assert not watched.under_way


def test_none_at_once_is_refused() -> None:
    stage, ids = locked_stage(1)
    with pytest.raises(ValueError, match="give 1 or more"):
        settle(stage, [Settlement(credit_account=stage.alice.address, job_id=ids[0], amount=7)], 0, awaited=False)


@pytest.mark.parametrize("awaited", [False, True], ids=["blocking", "awaited"])
def test_one_job_many_times_is_charged_once(awaited: bool) -> None:
    """In two transactions of the very same bytes, if they were made at the same time."""
    stage, (one,) = locked_stage(1)
    wanted = [Settlement(credit_account=stage.alice.address, job_id=one, amount=7, is_final=False)] * 40
    results = settle(stage, wanted, 8, awaited=awaited)
    assert [result.charged for result in results] == [7] + [0] * 39
    assert stage.alice.balance().available == 1_000 - _LOCKED


@pytest.mark.parametrize("how", ["killed before", "killed after", "cut before", "cut after"])
def test_whatever_request_it_ends_at_nothing_is_charged_twice(how: str) -> None:
    stage, ids = locked_stage()
    counting = CuttingChain(stage.escrow.chain)
    _settle_all(stage, ids, counting)
    assert len(counting.sends) == 2
    for number in range(counting.counted):
        stage, ids = locked_stage()
        after = how.endswith("after")
        if how.startswith("killed"):
            chain = CuttingChain(stage.escrow.chain, killed_at=number, killed_after_it=after)
            with pytest.raises(Killed):
                _settle_all(stage, ids, chain)
        else:
            try:
                _settle_all(stage, ids, CuttingChain(stage.escrow.chain, cuts={number: after}))
            except ChainError:
                assert number < 2, "only the platform and the jobs are read outside of a settlement"
        _settle_all(stage, ids, stage.escrow.chain)
        balance = stage.alice.balance()
        assert (balance.available, balance.locked) == (1_000 - 7 * len(ids), 0), f"{how}, request {number}"


def _settle_all(stage: Stage, ids: list[int], chain: Chain) -> None:
    wanted = [Settlement(credit_account=stage.alice.address, job_id=each, amount=7) for each in ids]
    settle(stage, wanted, 3, awaited=False, chain=chain)


@pytest.mark.parametrize("awaited", [False, True], ids=["blocking", "awaited"])
def test_a_cap_holds_for_all_that_are_under_way(awaited: bool) -> None:
    stage, ids = locked_stage(30)
    # Rents of jobs come back to the operator who signs: what counts is the fees of those that end none.
    wanted = [Settlement(credit_account=stage.alice.address, job_id=each, amount=7, is_final=False) for each in ids]
    cap = SpendCap(lamports=2 * 5_000)
    options = Options(spend_cap=cap)
    results: list[SettlementResult]
    if awaited:
        operator = AsyncEscrow(Awaited(stage.escrow.chain), options).operator(stage.cast.operator, stage.platform)
        results = asyncio.run(operator.settle_many(wanted))
    else:
        results = Escrow(stage.escrow.chain, options).operator(stage.cast.operator, stage.platform).settle_many(wanted)
    done = {result.receipt.signature for result in results if result.receipt is not None}
    assert len(done) == 2
    assert cap.spent_lamports == 10_000
    assert all(isinstance(result.error, SpendCapReached) for result in results if result.receipt is None)


class Broken(Exception):
    """No error of the chain: a mistake in this process."""


def _flow(number: int, fails: bool) -> Any:
    for _ in range(number):
        yield from ask(GetSignatureStatus(Signature.default()))
    if fails:
        raise Broken
    return number


@pytest.mark.parametrize("at_once", [1, 3])
@pytest.mark.parametrize("awaited", [False, True], ids=["blocking", "awaited"])
def test_flows_together_give_what_each_gives_and_raise_what_one_raises(at_once: int, awaited: bool) -> None:
    chain = embedded_chain()

    def together(fails: int | None) -> Any:
        return (yield from ask(Together([_flow(number, number == fails) for number in (4, 0, 2, 7)], at_once)))

    def driven(fails: int | None) -> Any:
        return asyncio.run(run_async(together(fails), Awaited(chain))) if awaited else run(together(fails), chain)

    assert driven(None) == [4, 0, 2, 7]
    with pytest.raises(Broken):
        driven(2)
