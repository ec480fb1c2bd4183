"""Settling many jobs: as many in a transaction as fit, and one that cannot settle does not stop the others."""

from dataclasses import replace

import pytest
from escrow_harness.stage import LIMITS, Stage, ids_from, job, wait_until
from job_escrow import InvalidAmount, JobEnded, NotFound, Refused, Settlement, job_address
from job_escrow.chain.requests import GetUnixTime
from job_escrow.codec import PROGRAM_ID, errors, event_authority
from job_escrow.tokens import USDC_MINT
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM_ID


def locked(stage: Stage, count: int, **terms: int) -> list[int]:
    """Jobs of alice, each for ten quoted credits."""
    first = stage.operator.next_job_id(stage.alice.address)
    for job_id in ids_from(stage.alice.address, first, count):
        stage.operator.lock(stage.alice.address, job(job_id, None, 10, **terms))
    return ids_from(stage.alice.address, first, count)


def settlements(stage: Stage, ids: list[int], amount: int = 7) -> list[Settlement]:
    return [Settlement(credit_account=stage.alice.address, job_id=each, amount=amount) for each in ids]


def test_many_jobs_in_few_transactions(stage: Stage) -> None:
    wanted = settlements(stage, locked(stage, 14))
    results = stage.operator.settle_many(wanted)
    assert [result.settlement for result in results] == wanted
    assert {result.charged for result in results} == {7}
    assert all(result.error is None and result.outcome is not None for result in results)
    signatures = {result.receipt.signature for result in results if result.receipt is not None}
    assert len(signatures) == 2
    assert stage.alice.balance().available == 1_000 - 14 * 7


def test_one_that_cannot_settle_does_not_stop_the_others(stage: Stage) -> None:
    ids = locked(stage, 6)
    stage.operator.settle(stage.alice.address, ids[1], 3)
    stage.operator.refund(stage.alice.address, ids[4])
    wanted = settlements(stage, [*ids, ids[-1] + 50])
    wanted[2] = replace(wanted[2], amount=11)
    wanted[3] = replace(wanted[3], is_final=False)
    good, ended, above, partly, refunded, last, never = stage.operator.settle_many(wanted)
    assert (good.charged, last.charged, partly.charged) == (7, 7, 7)
    assert good.outcome is not None
    assert partly.outcome is None
    assert isinstance(ended.error, JobEnded)
    assert ended.outcome is not None
    assert (ended.outcome.charged, ended.charged) == (3, None)
    assert isinstance(above.error, Refused)
    assert above.error.refusal is errors.AboveLock
    assert refunded.outcome is not None
    assert (refunded.outcome.ended_by, refunded.charged) == ("refund", None)
    assert isinstance(never.error, NotFound)
    balance = stage.alice.balance()
    assert (balance.available, balance.locked) == (1_000 - 3 * 7 - 3 - 10 - 3, 10 + 3)
    # Once more: what is done is done.
    again = stage.operator.settle_many(wanted)
    assert [result.charged for result in again] == [None, None, None, 0, None, None, None]
    assert stage.alice.balance() == balance


def test_a_deadline_among_them(stage: Stage) -> None:
    (late,) = locked(stage, 1, seconds=2)
    ids = [late, *locked(stage, 2)]
    chain = stage.escrow.chain
    wait_until(chain, chain.answer(GetUnixTime()) + 2)
    first, *others = stage.operator.settle_many(settlements(stage, ids))
    assert isinstance(first.error, Refused)
    assert first.error.refusal is errors.DeadlinePassed
    assert [result.charged for result in others] == [7, 7]


def test_the_same_job_twice_is_charged_once(stage: Stage) -> None:
    (one,) = locked(stage, 1)
    first, second = stage.operator.settle_many(settlements(stage, [one, one]))
    assert first.charged == 7
    assert isinstance(second.error, JobEnded)
    assert stage.alice.balance().available == 993


def test_a_stranger_settles_none(stage: Stage) -> None:
    ids = locked(stage, 3)
    results = stage.as_operator(stage.cast.stranger).settle_many(settlements(stage, ids))
    assert all(isinstance(each.error, Refused) and each.error.refusal is errors.NotTheOperator for each in results)
    assert stage.alice.balance().locked == 30


def test_without_lamports_none_is_settled(stage: Stage) -> None:
    ids = locked(stage, 3)
    results = stage.as_operator(Keypair()).settle_many(settlements(stage, ids))
    assert all("has no SOL on this cluster" in str(each.error) for each in results)


def test_amounts_are_checked_before_anything_is_sent(stage: Stage) -> None:
    ids = locked(stage, 2)
    wanted = settlements(stage, ids)
    with pytest.raises(InvalidAmount):
        stage.operator.settle_many([wanted[0], replace(wanted[1], amount=-1)])
    assert stage.alice.balance().locked == 20
    assert stage.operator.settle_many([]) == []


def test_with_a_lookup_table_more_fit_into_one(stage: Stage) -> None:
    """Jobs of many accounts: with a table of the accounts and what all name, about half as many transactions."""
    platform = stage.escrow.platform(stage.platform)
    shared = [stage.platform, platform.treasury, PROGRAM_ID, TOKEN_PROGRAM_ID, event_authority(PROGRAM_ID)]
    wanted = []
    for index in range(9):
        wallet = stage.escrow.wallet(stage.cast.alice, stage.platform, namespace=f"team {index}")
        wallet.open(LIMITS, buy=100)
        account = wallet.address
        shared += [account, wallet.side.vault]
        job_id = stage.operator.next_job_id(account)
        stage.operator.lock(account, job(job_id, None, 10))
        wanted.append(Settlement(credit_account=account, job_id=job_id, amount=1, is_final=False))
    without = stage.operator.settle_many(wanted)
    table = stage.operator.create_table(shared)
    with_table = stage.operator.settle_many(
        [replace(each, amount=2, is_final=True) for each in wanted], lookup_table=table
    )
    assert {result.charged for result in (*without, *with_table)} == {1}
    one, other = (
        len({result.receipt.signature for result in results if result.receipt is not None})
        for results in (without, with_table)
    )
    assert (one, other) == (2, 1)
    with pytest.raises(NotFound, match="no lookup table"):
        stage.operator.settle_many(wanted, lookup_table=Pubkey.new_unique())
    assert stage.escrow.job(job_address(wanted[0].credit_account, wanted[0].job_id).address) is None
    for count in (0, 257):
        with pytest.raises(ValueError, match="give 1 to 256"):
            stage.operator.create_table([USDC_MINT] * count)
