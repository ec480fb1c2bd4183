"""Commands that are repeated: after a lost answer, a dead node or a dead process nothing is charged twice.

Every request of each command is cut once, before it reaches the chain and after it; the command run again ends right.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from escrow_harness.cutting import CuttingChain, Killed
from escrow_harness.stage import Stage, ids_from, job, opened_stage
from hypothesis import given, settings
from hypothesis import strategies as st
from job_escrow import (
    ChainError,
    Escrow,
    EscrowError,
    JobEnded,
    NotFound,
    OutcomeUnknown,
    PlanCycle,
    Refused,
    SequenceUsed,
    Settlement,
    token_address,
)
from job_escrow.chain import Chain
from job_escrow.chain.requests import GetAccounts
from job_escrow.codec import errors
from job_escrow.ids import starts_at
from job_escrow.testing.embedded import embedded_chain
from job_escrow.tokens import USDC_MINT, token_amount


@dataclass(frozen=True)
class Count:
    """All that a command may change: credits of the account, and base units of who pays and who earns."""

    available: int
    locked: int
    granted: int
    alice: int
    operator: int
    treasury: int


def count(stage: Stage) -> Count:
    balance = stage.alice.balance()
    owners = (stage.cast.alice, stage.cast.operator, stage.cast.admin)
    addresses = [token_address(owner.pubkey(), USDC_MINT) for owner in owners]
    held = stage.escrow.chain.answer(GetAccounts(addresses))
    alice, operator, treasury = (token_amount(info) for info in held)
    return Count(balance.available, balance.locked, balance.granted, alice, operator, treasury)


def _purchase(stage: Stage, chain: Chain, number: int) -> object:
    return Escrow(chain).wallet(stage.cast.alice, stage.platform).purchase(100, sequence=number)


def _withdraw(stage: Stage, chain: Chain, number: int) -> object:
    return Escrow(chain).wallet(stage.cast.alice, stage.platform).withdraw(30, sequence=number)


def _withdraw_all(stage: Stage, chain: Chain, number: int) -> object:
    return Escrow(chain).wallet(stage.cast.alice, stage.platform).withdraw(sequence=number)


def _grant(stage: Stage, chain: Chain, job_id: int) -> object:
    operator = Escrow(chain).operator(stage.cast.operator, stage.platform)
    return operator.grant(stage.alice.address, 40, grant_id=job_id)


def _grant_cycle(stage: Stage, chain: Chain, cycle: int) -> object:
    operator = Escrow(chain).operator(stage.cast.operator, stage.platform)
    return operator.grant(stage.alice.address, 40, plan=PlanCycle(slot=0, cycle=cycle))


def _begin(stage: Stage, chain: Chain, job_id: int) -> object:
    operator = Escrow(chain).operator(stage.cast.operator, stage.platform)
    return operator.begin(stage.alice.address, job(job_id, None, 50))


def _settle(stage: Stage, chain: Chain, job_id: int) -> object:
    operator = Escrow(chain).operator(stage.cast.operator, stage.platform)
    try:
        return operator.settle(stage.alice.address, job_id, 20)
    except JobEnded as ended:
        return ended


def _settle_many(stage: Stage, chain: Chain, job_id: int) -> object:
    operator = Escrow(chain).operator(stage.cast.operator, stage.platform)
    account = stage.alice.address
    wanted = [Settlement(credit_account=account, job_id=each, amount=20) for each in ids_from(account, job_id, 3)]
    results = operator.settle_many(wanted)
    for result in results:
        if result.charged is None and not isinstance(result.error, JobEnded):
            assert result.error is not None
            raise result.error
    return results


def _session(stage: Stage, chain: Chain, job_id: int) -> object:
    operator = Escrow(chain).operator(stage.cast.operator, stage.platform)
    try:
        with operator.job(stage.alice.address, job(job_id, None, 50), patience=0) as session:
            session.report(10)
            session.settle_so_far()
            session.report(20)
    except JobEnded as ended:
        return ended
    return session.outcome


def _three_jobs(stage: Stage) -> int:
    """The id of the first of them."""
    first = stage.operator.next_job_id(stage.alice.address)
    for job_id in ids_from(stage.alice.address, first, 3):
        stage.operator.lock(stage.alice.address, job(job_id, None, 50))
    return first


Command = Callable[[Stage, Chain, int], object]
COMMANDS: dict[str, tuple[Command, bool]] = {
    "purchase": (_purchase, False),
    "withdraw": (_withdraw, False),
    "withdraw all": (_withdraw_all, False),
    "grant": (_grant, True),
    "grant a cycle": (_grant_cycle, True),
    "begin": (_begin, True),
    "settle": (_settle, True),
    "settle many": (_settle_many, True),
    "session": (_session, True),
}
"""By name: the command, and whether its number is an id or a cycle and not a sequence number."""


def prepared(name: str) -> tuple[Stage, int]:
    stage = opened_stage(Escrow(embedded_chain()))
    if name.startswith("settle"):
        return stage, _three_jobs(stage)
    by_id = COMMANDS[name][1]
    if name == "grant a cycle":
        return stage, 600
    if name == "grant":
        return stage, stage.operator.next_grant_id(stage.alice.address)
    return stage, stage.operator.next_job_id(stage.alice.address) if by_id else stage.alice.next_sequence()


def whole(name: str) -> tuple[Count, Count, CuttingChain]:
    """Before and after the command on a good connection, and how many requests it took."""
    stage, number = prepared(name)
    before = count(stage)
    chain = CuttingChain(stage.escrow.chain)
    COMMANDS[name][0](stage, chain, number)
    return before, count(stage), chain


@pytest.mark.parametrize("reached", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", COMMANDS)
def test_connection_cut_once_at_every_request(name: str, reached: bool) -> None:
    _, wanted, counted = whole(name)
    assert counted.sends
    for cut in range(counted.counted):
        stage, number = prepared(name)
        chain = CuttingChain(stage.escrow.chain, cuts={cut: reached})
        try:
            COMMANDS[name][0](stage, chain, number)
        except (ChainError, EscrowError):
            COMMANDS[name][0](stage, stage.escrow.chain, number)
        if name == "session" and count(stage) != wanted:
            # It failed and was refunded: what was settled so far stays charged, never more than once.
            assert count(stage).locked == 0
            assert wanted.available <= count(stage).available
            continue
        assert count(stage) == wanted, f"cut at request {cut}"


@pytest.mark.parametrize("name", COMMANDS)
def test_connection_that_stays_dead_from_every_request(name: str) -> None:
    """An outcome that is unknown is said to be, and what is done again later ends right."""
    _, wanted, counted = whole(name)
    for dead_from in range(counted.counted):
        stage, number = prepared(name)
        chain = CuttingChain(stage.escrow.chain, dead_from=dead_from)
        with pytest.raises((ChainError, OutcomeUnknown)) as dead:
            COMMANDS[name][0](stage, chain, number)
        after_a_send = any(number < dead_from for number in chain.sends)
        assert isinstance(dead.value, OutcomeUnknown) or not after_a_send or name == "session"
        if isinstance(dead.value, OutcomeUnknown) and name in ("purchase", "withdraw"):
            assert dead.value.sequence == number
            assert f"sequence={number}" in str(dead.value)
        COMMANDS[name][0](stage, stage.escrow.chain, number)
        assert count(stage) == wanted, f"dead from request {dead_from}"


@pytest.mark.parametrize("reached", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", COMMANDS)
def test_process_killed_at_every_request(name: str, reached: bool) -> None:
    _, wanted, counted = whole(name)
    for killed_at in range(counted.counted):
        stage, number = prepared(name)
        chain = CuttingChain(stage.escrow.chain, killed_at=killed_at, killed_after_it=reached)
        with pytest.raises(Killed):
            COMMANDS[name][0](stage, chain, number)
        chain.killed_at = None
        COMMANDS[name][0](stage, chain, number)
        assert count(stage) == wanted, f"killed at request {killed_at}"


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(COMMANDS)),
    cuts=st.dictionaries(st.integers(0, 25), st.booleans(), max_size=12),
    attempts=st.integers(1, 3),
)
def test_any_connection_and_any_number_of_attempts(name: str, cuts: dict[int, bool], attempts: int) -> None:
    """Between nothing and once, at every moment; and once in the end."""
    stage, number = prepared(name)
    before, wanted, _ = whole(name)
    chain = CuttingChain(stage.escrow.chain, cuts=cuts)
    for _ in range(attempts):
        try:
            COMMANDS[name][0](stage, chain, number)
        except (ChainError, EscrowError):
            if name not in ("session", "settle many"):
                assert count(stage) in (before, wanted)
    COMMANDS[name][0](stage, stage.escrow.chain, number)
    if name != "session":
        assert count(stage) == wanted
    assert count(stage).locked == wanted.locked


def test_a_repeat_gives_the_receipt_of_the_first(stage: Stage) -> None:
    alice = stage.alice
    number = alice.next_sequence()
    bought = alice.purchase(100, sequence=number)
    assert alice.purchase(100, sequence=number) == bought
    paid_out = alice.withdraw(sequence=number + 1)
    assert alice.withdraw(sequence=number + 1) == paid_out
    grant_id = stage.operator.next_grant_id(alice.address)
    granted = stage.operator.grant(alice.address, 10, grant_id=grant_id)
    assert stage.operator.grant(alice.address, 10, grant_id=grant_id) == granted
    assert stage.alice.balance().available == 10
    cycle = PlanCycle(slot=1, cycle=600)
    of_plan = stage.operator.grant(alice.address, 10, plan=cycle)
    assert stage.operator.grant(alice.address, 10, plan=cycle) == of_plan
    assert stage.alice.balance().available == 20

    with pytest.raises(SequenceUsed, match="take the next number"):
        alice.purchase(101, sequence=number)
    with pytest.raises(SequenceUsed, match="take the next number"):
        alice.withdraw(5, sequence=number)
    with pytest.raises(NotFound, match="does not remember"):
        alice.purchase(100, sequence=number - 2**20)
    with pytest.raises(Refused) as refused:
        alice.purchase(100, sequence=number + 3)
    assert refused.value.refusal is errors.WrongSequence
    with pytest.raises(Refused) as refused:
        stage.operator.grant(alice.address, 11, grant_id=grant_id)
    assert refused.value.refusal is errors.JobIdUsed
    with pytest.raises(Refused) as refused:
        stage.operator.grant(alice.address, 11, plan=cycle)
    assert refused.value.refusal is errors.PlanCycleGranted
    with pytest.raises(Refused) as refused:
        stage.operator.grant(alice.address, 10, plan=PlanCycle(slot=4, cycle=1))
    assert refused.value.refusal is errors.NoSuchPlanSlot
    account = stage.escrow.credit_account(alice.address)
    assert account is not None
    before = starts_at(account) - 2**20
    with pytest.raises(Refused) as refused:
        stage.operator.grant(alice.address, 10, grant_id=before, plan=PlanCycle(slot=1, cycle=601))
    assert refused.value.refusal is errors.OtherOpening
