"""Nonsense from a node is an error that says so, or no answer at all; transactions of any version are history."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from escrow_harness.stage import Stage, job, opened_stage
from faults.answers import METHODS, NONSENSE, Nonsense, as_version
from faults.plan import Faults
from faults.proxy import FaultProxy, fault_proxy
from job_escrow import ChainError, Escrow, KeeperPlan, LimitsArgs
from job_escrow.chain import run
from job_escrow.chain.requests import (
    GetAccounts,
    GetBlockHeight,
    GetLatestBlockhash,
    GetProgramAccounts,
    GetSignatures,
    GetSlot,
    GetTransaction,
    GetUnixTime,
    Request,
    UnreadableTransaction,
)
from job_escrow.chain.rpc import RpcChain
from job_escrow.codec import PROGRAM_ID
from job_escrow.flows.keeping import KeeperNews, KeeperRound, KeeperTrouble
from job_escrow.flows.outcomes import outcome
from job_escrow_cli.node import NodeChain


@pytest.fixture(scope="module")
def stage(localnet_url: str) -> Iterator[Stage]:
    with Escrow.connect(localnet_url) as escrow:
        stage = opened_stage(escrow)
        stage.alice.set_limits(
            LimitsArgs(
                credits_per_job=100,
                credits_per_session=0,
                credits_per_period=10_000,
                period_seconds=86_400,
                quoted_allowed=True,
            )
        )
        yield stage


@pytest.fixture
def proxy(localnet_url: str) -> Iterator[FaultProxy]:
    with fault_proxy(localnet_url, "", Faults()) as running:
        yield running


@pytest.mark.parametrize("kind", NONSENSE)
def test_every_question_survives_nonsense(stage: Stage, proxy: FaultProxy, kind: str) -> None:
    requests: list[Request[Any]] = [
        GetBlockHeight(),
        GetLatestBlockhash(),
        GetSlot(),
        GetUnixTime(),
        GetAccounts([PROGRAM_ID]),
        GetProgramAccounts(PROGRAM_ID),
        GetSignatures(stage.alice.address, None, None, 5),
    ]
    newest = stage.escrow.history(stage.alice.address).entries[0].signature
    requests.append(GetTransaction(newest))
    node = NodeChain(proxy.url, commitment="confirmed", timeout=10)
    with RpcChain(proxy.url) as chain:
        for method in METHODS:
            proxy.faults.rewrite = Nonsense(method, kind, times=10**9)
            for request in requests:
                for each in (chain, node):
                    with suppress(ChainError):
                        each.answer(request)
            with suppress(ChainError):
                node.genesis_hash()
        proxy.faults.calm()
        assert [chain.answer(request) is not None for request in requests] == [True] * len(requests)
        assert node.genesis_hash()
    node.close()


@pytest.mark.parametrize("kind", NONSENSE)
def test_a_keeper_goes_on(stage: Stage, proxy: FaultProxy, kind: str) -> None:
    news: list[KeeperNews] = []
    plan = KeeperPlan(platform=stage.platform, interval=0.05, first_wait=0.05, longest_wait=0.05)
    methods = iter(("getMultipleAccounts", "getProgramAccounts", None))
    rounds = 0

    def tell(one: KeeperNews) -> None:
        nonlocal rounds
        news.append(one)
        if isinstance(one, KeeperTrouble | KeeperRound):
            rounds += 1
            # Another method each second round; at the end all is well.
            if rounds % 2 == 0:
                method = next(methods, None)
                proxy.faults.rewrite = None if method is None else Nonsense(method, kind, times=10**9)

    with Escrow.connect(proxy.url) as escrow:
        escrow.anyone(stage.cast.stranger).keep(plan, tell=tell, stop=lambda: rounds > 2 * 3 + 2)
    assert any(isinstance(one, KeeperTrouble) for one in news) or kind in ("an empty list", "another id")
    assert isinstance(news[-1], KeeperRound)


def test_history_and_receipts_of_version_1(stage: Stage, proxy: FaultProxy) -> None:
    plain = stage.escrow.history(stage.alice.address)
    proxy.faults.rewrite = as_version(1)
    with Escrow.connect(proxy.url) as escrow:
        assert escrow.history(stage.alice.address) == plain
        for entry in plain.entries:
            assert escrow.receipt(entry.signature) == stage.escrow.receipt(entry.signature)


def test_history_goes_past_what_it_cannot_read(stage: Stage, proxy: FaultProxy) -> None:
    plain = stage.escrow.history(stage.alice.address)
    chosen = plain.entries[0].signature
    proxy.faults.rewrite = as_version(2, lambda signature: signature == str(chosen))
    with Escrow.connect(proxy.url) as escrow:
        page = escrow.history(stage.alice.address)
        assert page.unread == (chosen,)
        assert page.entries == tuple(each for each in plain.entries if each.signature != chosen)
        with pytest.raises(UnreadableTransaction, match="install a newer job-escrow"):
            escrow.receipt(chosen)


def test_how_a_job_ended_is_not_guessed(stage: Stage, proxy: FaultProxy) -> None:
    """Its end may be in what cannot be read, and somebody else's transaction beside it changes nothing."""
    account = stage.alice.address
    number = stage.operator.next_job_id(account)
    stage.operator.begin(account, job(number, None, 10))
    ended = stage.operator.settle(account, number, 5)
    program = stage.escrow.options.program_id
    with RpcChain(proxy.url) as chain:
        proxy.faults.rewrite = as_version(2, lambda signature: signature == str(ended.signature))
        with pytest.raises(UnreadableTransaction, match="may be in"):
            run(outcome(account, number, program), chain)
        proxy.faults.rewrite = as_version(2, lambda signature: signature != str(ended.signature))
        found = run(outcome(account, number, program), chain)
        assert found is not None
        assert found.charged == 5
