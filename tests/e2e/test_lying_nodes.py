"""A node that answers with nonsense anywhere: an exception of the library's, never a panic, and money moves once."""

import json
import random
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from escrow_harness.liar import REFUSALS, Liar, lying_node, spoilt
from escrow_harness.stage import Stage, ids_from, job, opened_stage
from job_escrow import (
    ChainError,
    Escrow,
    EscrowError,
    JobEnded,
    KeeperPlan,
    LimitsArgs,
    Operator,
    Options,
    Settlement,
    SpendCap,
)
from job_escrow.chain.requests import GetAccounts, GetBlockHeight, GetProgramAccounts, Request
from job_escrow.chain.rpc import RpcChain
from job_escrow.codec import PROGRAM_ID
from solders.pubkey import Pubkey

_CREDITS = 100
_CHARGED = 7


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


@pytest.fixture(scope="module")
def liar(localnet_url: str) -> Iterator[Liar]:
    with lying_node(localnet_url) as running:
        yield running


@pytest.mark.parametrize("error", REFUSALS, ids=str)
def test_a_refusal_of_any_form_is_one(liar: Liar, error: dict[str, object], capfd: pytest.CaptureFixture[str]) -> None:
    """Many providers leave `data` out, over which solders panics, onto the standard error of the process."""
    liar.change = lambda _, __: json.dumps({"jsonrpc": "2.0", "id": 0, "error": error})
    with RpcChain(liar.url) as chain:
        requests: list[Request[Any]] = [GetBlockHeight(), GetAccounts([PROGRAM_ID]), GetProgramAccounts(PROGRAM_ID)]
        for request in requests:
            with pytest.raises(ChainError) as caught:
                chain.answer(request)
            assert str(error.get("message", "")) in str(caught.value)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("seed", range(4))
def test_nonsense_is_an_error_of_the_library_and_moves_no_money_twice(stage: Stage, liar: Liar, seed: int) -> None:
    """One answer of each command is spoilt, whichever; then the command is repeated with its number."""
    chance = random.Random(seed)
    account = stage.alice.address
    before = stage.alice.balance()
    number = stage.alice.next_sequence()
    first, second = ids_from(account, stage.operator.next_job_id(account), 2)
    options = Options(spend_cap=SpendCap(lamports=10**9, base_units=10**9))
    with Escrow.connect(liar.url, options) as escrow:
        wallet = escrow.wallet(stage.cast.alice, stage.platform)
        operator = escrow.operator(stage.cast.operator, stage.platform)
        for command in (
            partial(wallet.purchase, _CREDITS, sequence=number),
            partial(wallet.withdraw, _CREDITS, sequence=number + 1),
            partial(_run_job, operator, account, first),
            partial(_settle_many, operator, account, second),
            partial(escrow.history, account),
            wallet.balance,
            partial(escrow.anyone(stage.cast.stranger).keep_once, KeeperPlan(platform=stage.platform)),
        ):
            liar.bodies.clear()
            at = chance.randrange(14)
            liar.change = partial(_spoil_one, at, chance)
            try:
                command()
            except (EscrowError, ChainError):
                pass
            finally:
                liar.change = lambda _, body: body
            command()
    assert stage.escrow.jobs(credit_account=account) == {}
    after = stage.alice.balance()
    assert (before.available - after.available, after.locked) == (2 * _CHARGED, 0)


def _spoil_one(at: int, chance: random.Random, index: int, body: str) -> str:
    return spoilt(body, chance) if index == at else body


def _run_job(operator: Operator, account: Pubkey, job_id: int) -> None:
    with suppress(JobEnded):
        operator.settle(account, operator.begin(account, job(job_id, None, 10)).job_id, _CHARGED)


def _settle_many(operator: Operator, account: Pubkey, job_id: int) -> None:
    with suppress(JobEnded):
        operator.begin(account, job(job_id, None, 10))
    (result,) = operator.settle_many([Settlement(credit_account=account, job_id=job_id, amount=_CHARGED)])
    if result.error is not None and not isinstance(result.error, JobEnded):
        raise result.error
