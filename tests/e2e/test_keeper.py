"""The keeper: what is due is done, whoever does it, and whatever happens to it (D10, A7)."""

import random
from dataclasses import replace
from itertools import pairwise
from typing import Any, cast

import pytest
from escrow_harness.cutting import CuttingChain, Killed
from escrow_harness.stage import LIMITS, Stage, ids_from, job, opened_stage, wait_until
from escrow_harness.token_accounts import freeze
from job_escrow import (
    Anyone,
    ChainError,
    Escrow,
    KeeperAction,
    KeeperNews,
    KeeperPlan,
    KeeperRound,
    KeeperTrouble,
    Options,
    SpendCap,
    SpendCapReached,
)
from job_escrow.chain import Chain, Request
from job_escrow.chain.requests import Answer, GetGenesisHash, GetLatestBlockhash, GetUnixTime, Send, WrongChain
from job_escrow.testing.embedded import embedded_chain
from solders.pubkey import Pubkey

_SOON = 8


def due(stage: Stage, *, count: int = 3) -> None:
    """Jobs of alice whose deadline is over, one that is not, an expired lot, and one that lives."""
    account, chain = stage.alice.address, stage.escrow.chain
    first = stage.operator.next_job_id(account)
    for job_id in ids_from(account, first, count):
        stage.operator.lock(account, job(job_id, None, 10, seconds=_SOON))
    stage.operator.lock(account, job(stage.operator.next_job_id(account), None, 10))
    # By the time of now: on a slow node the locks may have taken all of it.
    stage.operator.grant(account, 25, expires_at=chain.answer(GetUnixTime()) + _SOON)
    stage.operator.grant(account, 50)
    wait_until(chain, chain.answer(GetUnixTime()) + _SOON)


def keeper(stage: Stage, chain: Chain | None = None, options: Options | None = None) -> Anyone:
    return Escrow(chain or stage.escrow.chain, options).anyone(stage.cast.stranger)


def in_order(stage: Stage) -> bool:
    """Whether what `due` made is done, once: nothing less and nothing more."""
    balance = stage.alice.balance()
    return (balance.available, balance.locked, balance.granted) == (1_000 - 10 + 50, 10, 50)


@pytest.fixture
def fresh() -> Stage:
    """A chain of its own, since a keeper sees all of a chain."""
    return opened_stage(Escrow(embedded_chain()))


def test_does_what_is_due(stage: Stage) -> None:
    due(stage)
    plan = KeeperPlan(platform=stage.platform)
    done = keeper(stage).keep_once(plan)
    assert (done.due, done.done, done.failed) == (4, 4, 0)
    refunds = [action for action in done.actions if action.kind == "refund"]
    assert {action.credits for action in refunds} == {10}
    (expiry,) = (action for action in done.actions if action.kind == "expire lots")
    assert (expiry.credits, expiry.job_id, expiry.credit_account) == (25, None, stage.alice.address)
    assert len({action.signature for action in done.actions}) == 1
    assert in_order(stage)
    assert keeper(stage).keep_once(plan) == KeeperRound(due=0, actions=())


def test_one_platform_or_all(fresh: Stage) -> None:
    due(fresh)
    assert keeper(fresh).keep_once(KeeperPlan(platform=Pubkey.new_unique())).due == 0
    assert keeper(fresh).keep_once().due == 4
    assert in_order(fresh)


def test_at_most_so_many_in_a_round(fresh: Stage) -> None:
    due(fresh, count=5)
    rounds: list[KeeperRound] = []

    def tell(news: KeeperNews) -> None:
        if isinstance(news, KeeperRound):
            rounds.append(news)

    keeper(fresh).keep(KeeperPlan(most=2), tell=tell, stop=lambda: len(rounds) == 4)
    # While there is more it does not wait for the next round.
    assert [(each.due, each.done) for each in rounds] == [(6, 2), (4, 2), (2, 2), (0, 0)]
    assert in_order(fresh)


def test_two_at_once_do_it_once(fresh: Stage) -> None:
    """Another keeper does everything between what this one sees and what it sends."""
    due(fresh)
    chain = fresh.escrow.chain

    class Racing:
        raced = False

        def answer(self, request: Request[Answer]) -> Answer:
            if isinstance(request, Send) and not self.raced:
                self.raced = True
                # By another key: two with one key that took the same order would send the same transaction.
                assert fresh.escrow.anyone(fresh.cast.bob).keep_once().done == 4
            return chain.answer(request)

    done = keeper(fresh, Racing()).keep_once()
    assert (done.due, done.done, done.failed) == (4, 0, 0)
    assert in_order(fresh)


def test_one_that_cannot_be_done_does_not_stop_the_others(fresh: Stage) -> None:
    """The treasury is frozen, so that nothing expires; jobs are refunded all the same."""
    due(fresh)
    treasury = fresh.escrow.platform(fresh.platform).treasury
    freeze(fresh, treasury)
    done = keeper(fresh).keep_once()
    assert (done.due, done.done, done.failed) == (4, 3, 1)
    (failed,) = (action for action in done.actions if action.error is not None)
    assert failed.kind == "expire lots"
    assert "frozen" in str(failed.error)


def test_waits_longer_and_longer_while_nobody_answers(fresh: Stage) -> None:
    due(fresh)
    chain = CuttingChain(fresh.escrow.chain, dead_from=0)
    news: list[KeeperNews] = []

    def tell(each: KeeperNews) -> None:
        news.append(each)
        if len(news) == 7:
            chain.dead_from = None

    def stop() -> bool:
        return isinstance(news[-1], KeeperRound) if news else False

    keeper(fresh, chain).keep(KeeperPlan(first_wait=1, longest_wait=16), tell=tell, stop=stop)
    troubles = [each for each in news if isinstance(each, KeeperTrouble)]
    assert [each.failures for each in troubles] == list(range(1, 8))
    for each, longest in zip(troubles, (1, 2, 4, 8, 16, 16, 16), strict=True):
        assert longest / 2 <= each.seconds <= longest
        assert isinstance(each.error, ChainError)
    assert in_order(fresh)


class OneOfTwo:
    """A node behind a URL that may be one of another chain, on which nothing may land."""

    def __init__(self, chain: Chain, *, elsewhere_from: type[Request[Any]]) -> None:
        """It is of another chain from the first request of this kind on that comes after `due`."""
        self.chain, self.elsewhere_from = chain, elsewhere_from
        self.due = self.elsewhere = False

    def answer(self, request: Request[Answer]) -> Answer:
        self.elsewhere = self.elsewhere or (self.due and isinstance(request, self.elsewhere_from))
        if self.elsewhere:
            assert not isinstance(request, Send), "something was sent to another chain"
            if isinstance(request, GetGenesisHash):
                return cast("Answer", "another")
            if isinstance(request, GetLatestBlockhash) and request.genesis != "another":
                raise WrongChain(f"the node is of another chain, not of {request.genesis}")
        return self.chain.answer(request)


@pytest.mark.parametrize("elsewhere_from", [GetGenesisHash, GetUnixTime, GetLatestBlockhash])
def test_does_nothing_on_another_chain(fresh: Stage, elsewhere_from: type[Request[Any]]) -> None:
    """Wherever in a round the node becomes one of another chain, with the same accounts."""
    chain = OneOfTwo(fresh.escrow.chain, elsewhere_from=elsewhere_from)
    news: list[KeeperNews] = []

    def tell(each: KeeperNews) -> None:
        news.append(each)
        if isinstance(each, KeeperTrouble):
            assert isinstance(each.error, WrongChain)
            assert not in_order(fresh)
            chain.due = chain.elsewhere = False
        elif not chain.due and not each_trouble():
            due(fresh)
            chain.due = True

    def each_trouble() -> list[KeeperTrouble]:
        return [each for each in news if isinstance(each, KeeperTrouble)]

    def stop() -> bool:
        return bool(each_trouble()) and isinstance(news[-1], KeeperRound)

    keeper(fresh, chain).keep(KeeperPlan(interval=1), tell=tell, stop=stop)
    assert len(each_trouble()) == 1
    assert in_order(fresh)


def test_stops_when_told(fresh: Stage) -> None:
    chain = fresh.escrow.chain
    before = chain.answer(GetUnixTime())
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 5

    keeper(fresh).keep(KeeperPlan(interval=1_000), stop=stop)
    # One round and a few seconds of waiting, not the whole interval.
    assert chain.answer(GetUnixTime()) - before < 10


def test_looks_again_after_the_interval(fresh: Stage) -> None:
    chain = fresh.escrow.chain
    looked: list[int] = []

    def tell(news: KeeperNews) -> None:
        if isinstance(news, KeeperRound):
            looked.append(chain.answer(GetUnixTime()))

    keeper(fresh).keep(KeeperPlan(interval=100), tell=tell, stop=lambda: len(looked) == 4)
    for one, next_one in pairwise(looked):
        assert 90 <= next_one - one <= 112


def test_a_cap_ends_it(fresh: Stage) -> None:
    due(fresh)
    with pytest.raises(SpendCapReached):
        keeper(fresh, options=Options(spend_cap=SpendCap(lamports=4_999))).keep()
    assert not in_order(fresh)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_request(after: bool) -> None:
    """And run again: everything is done, and once."""
    whole = opened_stage(Escrow(embedded_chain()))
    due(whole)
    counting = CuttingChain(whole.escrow.chain)
    keeper(whole, counting).keep_once()
    assert counting.sends
    for number in range(counting.counted):
        stage = opened_stage(Escrow(embedded_chain()))
        due(stage)
        chain = CuttingChain(stage.escrow.chain, killed_at=number, killed_after_it=after)
        with pytest.raises(Killed):
            keeper(stage, chain).keep_once()
        keeper(stage).keep_once()
        assert in_order(stage), f"killed at request {number}"


@pytest.mark.parametrize("seed", range(5))
def test_connection_that_comes_and_goes(seed: int) -> None:
    stage = opened_stage(Escrow(embedded_chain()))
    due(stage)
    chance = random.Random(seed)
    cuts = {number: chance.random() < 0.5 for number in range(400) if chance.random() < 0.3}
    chain = CuttingChain(stage.escrow.chain, cuts=cuts)
    actions: list[KeeperAction] = []

    def tell(news: KeeperNews) -> None:
        if isinstance(news, KeeperAction):
            actions.append(news)

    keeper(stage, chain).keep(KeeperPlan(first_wait=1, longest_wait=2), tell=tell, stop=lambda: in_order(stage))
    assert in_order(stage)
    # What was done without an answer to say so is not counted as done by it, but nothing is counted twice.
    assert sum(action.signature is not None for action in actions) <= 4


def test_accounts_of_other_wallets(stage: Stage) -> None:
    """Refunds and expiries of several accounts go together."""
    bob = stage.bob
    bob.open(LIMITS, buy=100)
    ids = {account: stage.operator.next_job_id(account) for account in (stage.alice.address, bob.address)}
    for account, job_id in ids.items():
        stage.operator.lock(account, job(job_id, None, 10, seconds=2))
    wait_until(stage.escrow.chain, stage.escrow.chain.answer(GetUnixTime()) + 3)
    done = keeper(stage).keep_once(replace(KeeperPlan(), platform=stage.platform))
    assert {(action.credit_account, action.job_id) for action in done.actions} == set(ids.items())
    assert (bob.balance().locked, stage.alice.balance().locked) == (0, 0)
