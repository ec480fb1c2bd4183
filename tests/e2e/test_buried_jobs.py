"""A job that somebody else has ended, and whose address strangers then name: nobody asks the node without end."""

from collections import Counter
from dataclasses import dataclass, field

import pytest
from escrow_harness.stage import Stage, job, opened_stage
from job_escrow import Escrow, JobEnded, NotFound, job_address
from job_escrow.chain import Chain, Request, run
from job_escrow.chain.requests import Answer, GetTransaction
from job_escrow.testing.embedded import embedded_chain
from job_escrow.transactions import execute
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer

_MOST = 250
"""Transactions of an address that the client asks for."""


@dataclass
class Counted:
    """A chain that counts what it is asked."""

    chain: Chain
    asked: Counter[type] = field(default_factory=Counter)

    def answer(self, request: Request[Answer]) -> Answer:
        self.asked[type(request)] += 1
        return self.chain.answer(request)


@pytest.fixture
def counted() -> Counted:
    return Counted(embedded_chain())


@pytest.fixture
def stage(counted: Counted) -> Stage:
    return opened_stage(Escrow(counted))


def spam(stage: Stage, address: Pubkey, times: int) -> None:
    """Name an address in as many transactions."""
    stranger = stage.cast.stranger
    for lamports in range(1, times + 1):
        step = transfer(TransferParams(from_pubkey=stranger.pubkey(), to_pubkey=stranger.pubkey(), lamports=lamports))
        named = [*step.accounts, AccountMeta(address, is_signer=False, is_writable=False)]
        run(
            execute([Instruction(step.program_id, step.data, named)], [stranger], stage.escrow.options),
            stage.escrow.chain,
        )


def test_an_end_is_found_below_what_strangers_wrote(stage: Stage, counted: Counted) -> None:
    terms = job(stage.operator.next_job_id(stage.alice.address), None, 50)
    stage.operator.lock(stage.alice.address, terms)
    stage.operator.settle(stage.alice.address, terms.job_id, 20)
    spam(stage, job_address(stage.alice.address, terms.job_id).address, 60)
    with pytest.raises(JobEnded) as ended:
        stage.operator.settle(stage.alice.address, terms.job_id, 50)
    assert (ended.value.outcome.ended_by, ended.value.outcome.charged) == ("settle", 20)


def test_an_end_that_is_buried_is_not_looked_for_without_end(stage: Stage, counted: Counted) -> None:
    terms = job(stage.operator.next_job_id(stage.alice.address), None, 50)
    stage.operator.lock(stage.alice.address, terms)
    stage.operator.refund(stage.alice.address, terms.job_id)
    spam(stage, job_address(stage.alice.address, terms.job_id).address, _MOST + 10)
    before = stage.alice.balance()
    counted.asked.clear()
    with pytest.raises(NotFound, match="job-escrow history"):
        stage.operator.settle(stage.alice.address, terms.job_id, 50)
    assert counted.asked[GetTransaction] == _MOST
    assert stage.alice.balance() == before


def test_the_newest_event_of_an_open_job_says_that_it_is_open(stage: Stage, counted: Counted) -> None:
    """However often it was settled so far."""
    terms = job(stage.operator.next_job_id(stage.alice.address), None, 50)
    stage.operator.lock(stage.alice.address, terms)
    for credits in range(1, 31):
        stage.operator.settle(stage.alice.address, terms.job_id, credits, is_final=False)
    counted.asked.clear()
    assert stage.operator.outcome(stage.alice.address, terms.job_id) is None
    assert counted.asked[GetTransaction] <= 25
