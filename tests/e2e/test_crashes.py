"""Real processes that are killed, and real connections that are cut: the local chain behind the fault proxy."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from escrow_harness.stage import Stage, ids_from, job, opened_stage, wait_until
from faults import Fault, FaultProxy, Faults, fault_proxy
from job_escrow import (
    ChainError,
    Escrow,
    EscrowError,
    JobEnded,
    JobOutcome,
    KeeperPlan,
    LockTerms,
    Operator,
    OutcomeUnknown,
    Settlement,
    job_address,
)
from solders.pubkey import Pubkey

_PROGRAM = Path(__file__).parents[1] / "support" / "escrow_harness" / "dying_run.py"
_SENDS = frozenset({"sendTransaction"})


@pytest.fixture(scope="module")
def stage(localnet_url: str) -> Iterator[Stage]:
    with Escrow.connect(localnet_url) as escrow:
        yield opened_stage(escrow)


@pytest.fixture
def proxy(localnet_url: str) -> Iterator[FaultProxy]:
    """A proxy whose faults meet what is sent; nobody subscribes to anything."""
    with fault_proxy(localnet_url, "", Faults(methods=_SENDS)) as running:
        yield running


@pytest.mark.parametrize("moment", ["locked", "settled so far", "reported"])
def test_a_run_that_is_killed_is_taken_up_again(stage: Stage, localnet_url: str, moment: str) -> None:
    """kill -9 between lock and settle; the next run charges the job once."""
    account = stage.alice.address
    before = stage.alice.balance().available
    terms = job(stage.operator.next_job_id(account), None, 50)
    command = [sys.executable, str(_PROGRAM), localnet_url, str(stage.cast.operator), str(stage.platform)]
    command += [str(account), str(terms.job_id), moment]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == moment
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert stage.escrow.job(job_address(account, terms.job_id).address) is not None

    with stage.operator.job(account, terms) as session:
        assert session.resumed
        assert session.settled_before == (0 if moment == "locked" else 10)
        session.report(20)
    assert session.outcome is not None
    assert session.outcome.charged == 20
    assert before - stage.alice.balance().available == 20


@pytest.mark.parametrize("fault", [Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.TOO_MANY_REQUESTS, Fault.TRUNCATED])
def test_every_send_meets_a_fault_once(stage: Stage, proxy: FaultProxy, fault: Fault) -> None:
    """All that moves money, with the first send of each lost: done once, without being told twice."""
    account = stage.alice.address
    before = stage.alice.balance()
    with Escrow.connect(proxy.url) as escrow:
        wallet = escrow.wallet(stage.cast.alice, stage.platform)
        operator = escrow.operator(stage.cast.operator, stage.platform)

        def one_fault() -> None:
            proxy.faults.http_next = [fault]

        one_fault()
        wallet.purchase(100)
        one_fault()
        wallet.withdraw(30)
        one_fault()
        operator.grant(account, 5)
        first, second, third, fourth = ids_from(account, operator.next_job_id(account), 4)
        for job_id in (first, second):
            one_fault()
            operator.begin(account, job(job_id, None, 40))
        one_fault()
        operator.settle(account, first, 10)
        one_fault()
        (result,) = operator.settle_many([Settlement(credit_account=account, job_id=second, amount=10)])
        assert result.charged == 10
        one_fault()
        with operator.job(account, job(third, None, 40)) as session:
            session.report(10)
            one_fault()
        late = operator.begin(account, job(fourth, None, 40, seconds=2))
        wait_until(stage.escrow.chain, late.deadline)
        one_fault()
        assert escrow.anyone(stage.cast.stranger).keep_once(KeeperPlan(platform=stage.platform)).done == 1
    after = stage.alice.balance()
    assert after.available - before.available == 100 - 30 + 5 - 30
    assert after.locked == 0
    assert proxy.faults.happened.count(fault) == 10


def test_a_node_that_is_gone_and_comes_back(stage: Stage, proxy: FaultProxy) -> None:
    """Nothing answers after the send: the outcome is unknown, and the same command says later what it was."""
    number = stage.alice.next_sequence()
    before = stage.alice.balance().available
    proxy.faults.methods = None
    with Escrow.connect(proxy.url) as escrow:
        wallet = escrow.wallet(stage.cast.alice, stage.platform)
        proxy.faults.http = {Fault.CUT_BEFORE: 1.0}
        with pytest.raises(ChainError, match="did not answer"):
            wallet.purchase(100, sequence=number)
        proxy.faults.calm()
        # The account, the blockhash, the simulation; then the send reaches the node, and nothing after it does.
        proxy.faults.http_next = [None, None, None, Fault.CUT_AFTER, *[Fault.CUT_BEFORE] * 10_000]
        with pytest.raises(OutcomeUnknown) as unknown:
            wallet.purchase(100, sequence=number)
        proxy.faults.calm()
        receipt = wallet.purchase(100, sequence=number)
    assert receipt.signature == unknown.value.signature
    assert stage.alice.balance().available - before == 100


@pytest.mark.parametrize("seed", range(3))
def test_a_bad_line(stage: Stage, localnet_url: str, seed: int) -> None:
    """Four requests in ten meet something: what is repeated until it succeeds is charged once."""
    kinds = (Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.SERVER_ERROR, Fault.SLOW)
    bad = Faults(seed=seed, http=dict.fromkeys(kinds, 0.1))
    account = stage.alice.address
    before = stage.alice.balance().available
    terms = job(stage.operator.next_job_id(account), None, 40)
    with fault_proxy(localnet_url, "", bad) as proxy, Escrow.connect(proxy.url) as escrow:
        outcome = _persist(escrow.operator(stage.cast.operator, stage.platform), account, terms)
    assert bad.happened
    assert outcome.charged == 15
    assert before - stage.alice.balance().available == 15


def _persist(operator: Operator, account: Pubkey, terms: LockTerms) -> JobOutcome:
    """Begin and settle a job, from the start whenever something fails."""
    for _ in range(50):
        try:
            operator.settle(account, operator.begin(account, terms).job_id, 15)
        except JobEnded as ended:
            return ended.outcome
        except (ChainError, EscrowError):
            continue
    pytest.fail("it never got through")
