"""Jobs as context managers: what is locked, charged and given back, however a run goes."""

from dataclasses import replace

import pytest
from escrow_harness.stage import Stage, job, register_payee, wait_until
from job_escrow import (
    InvalidAmount,
    JobEnded,
    JobSession,
    LockTerms,
    NotFound,
    NothingReported,
    Refused,
    TermsDiffer,
    job_address,
)
from job_escrow.bounds import EPOCH_SHIFT
from job_escrow.codec import errors


def session(stage: Stage, terms: LockTerms) -> JobSession:
    return stage.operator.job(stage.alice.address, terms)


def next_terms(stage: Stage, tier: int | None = 1, amount: int = 2_000, **more: int) -> LockTerms:
    return job(stage.operator.next_job_id(stage.alice.address), tier, amount, **more)


def test_locked_on_entry_settled_on_exit(stage: Stage) -> None:
    with session(stage, next_terms(stage)) as job:
        balance = stage.alice.balance()
        assert (balance.locked, balance.available) == (8, 992)
        assert (job.credits, job.max_amount, job.resumed, job.settled_before) == (8, 2_000, False, 0)
        job.report(100)
    assert job.outcome is not None
    assert (job.outcome.ended_by, job.outcome.charged, job.outcome.returned, job.outcome.amount) == (
        "settle",
        8,
        0,
        100,
    )
    assert stage.alice.balance().available == 992
    assert stage.operator.outcome(stage.alice.address, job.id) == job.outcome


def test_refunded_on_failure(stage: Stage) -> None:
    with pytest.raises(ZeroDivisionError), session(stage, next_terms(stage)) as job:
        job.report(100)
        raise ZeroDivisionError
    assert job.outcome is not None
    assert (job.outcome.ended_by, job.outcome.charged, job.outcome.returned) == ("refund", 0, 8)
    assert stage.alice.balance().available == 1_000
    assert stage.operator.outcome(stage.alice.address, job.id) == job.outcome


def test_streaming_settles_so_far(stage: Stage) -> None:
    """What was settled stays charged, also where the job fails later."""
    with pytest.raises(ZeroDivisionError), session(stage, next_terms(stage, None, 50)) as job:
        with pytest.raises(NothingReported):
            job.settle_so_far()
        for amount in (10, 20, 15):
            job.report(amount)
            assert job.settle_so_far() is not None
        assert stage.alice.balance().locked == 30
        raise ZeroDivisionError
    assert job.outcome is not None
    assert (job.outcome.charged, job.outcome.returned) == (20, 30)
    assert stage.alice.balance().available == 980


def test_no_report_is_no_charge(stage: Stage) -> None:
    with pytest.raises(NothingReported, match="refunded"), session(stage, next_terms(stage)):
        pass
    assert stage.alice.balance().available == 1_000


@pytest.mark.parametrize("amount", [-1, 2_001, 1.5, True, "8"])
def test_reports_that_cannot_be(stage: Stage, amount: int) -> None:
    with session(stage, next_terms(stage)) as job:
        job.report(7)
        with pytest.raises(InvalidAmount):
            job.report(amount)
        assert job.reported == 7


def test_ended_by_hand(stage: Stage) -> None:
    with session(stage, next_terms(stage)) as job:
        job.report(1)
        outcome = job.finish()
    assert outcome == job.outcome
    with session(stage, next_terms(stage)) as job:
        job.report(1)
        outcome = job.cancel()
    assert outcome is not None
    assert outcome.ended_by == "refund"
    assert stage.alice.balance().available == 992


def test_a_job_that_is_open_is_taken_up(stage: Stage) -> None:
    """As by a run that died between lock and settle."""
    terms = next_terms(stage, None, 50)
    stage.operator.lock(stage.alice.address, terms)
    stage.operator.settle(stage.alice.address, terms.job_id, 20, is_final=False)
    with session(stage, terms) as job:
        assert (job.resumed, job.settled_before) == (True, 20)
        assert stage.alice.balance().locked == 30
        job.report(30)
    assert job.outcome is not None
    assert job.outcome.charged == 30
    assert stage.alice.balance().available == 970


def test_a_job_that_has_ended_reports_its_outcome(stage: Stage) -> None:
    terms = next_terms(stage)
    with session(stage, terms) as job:
        job.report(100)
    for attempt in (terms, replace(terms, amount=5)):
        with pytest.raises(JobEnded, match="8 credits charged") as ended, session(stage, attempt):
            pytest.fail("the job ran again")
        assert ended.value.outcome == job.outcome
    with pytest.raises(JobEnded) as ended:
        stage.operator.settle(stage.alice.address, terms.job_id, 2_000)
    assert ended.value.outcome == job.outcome
    assert stage.alice.balance().available == 992


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"tier": 2}, "tier 1, not 2"),
        ({"tier": None}, "tier 1, not None"),
        ({"amount": 1_999}, "amount 2000, not 1999"),
        ({"seconds": 61}, "seconds 3600, not 61"),
        ({"max_credits": 7}, "8 credits, above max_credits 7"),
    ],
)
def test_another_job_is_not_taken_for_ones_own(stage: Stage, change: dict[str, int | None], said: str) -> None:
    terms = next_terms(stage)
    stage.operator.lock(stage.alice.address, terms)
    with pytest.raises(TermsDiffer, match=said), session(stage, replace(terms, **change)):  # type: ignore[arg-type]
        pytest.fail("somebody else's job ran")
    # It is as it was.
    assert stage.alice.balance().locked == 8


def test_a_job_that_the_wallet_locked_is_not_the_operators(stage: Stage) -> None:
    terms = replace(next_terms(stage), job_id=stage.alice.next_job_id())
    stage.alice.lock(terms)
    with pytest.raises(TermsDiffer, match="locked by the wallet, not the operator"), session(stage, terms):
        pytest.fail("somebody else's job ran")
    assert stage.alice.balance().locked == 8


def test_a_payee_is_one_of_the_terms(stage: Stage) -> None:
    bob = stage.cast.bob.pubkey()
    register_payee(stage, bob)
    terms = next_terms(stage)
    stage.operator.lock(stage.alice.address, replace(terms, payee=bob))
    with pytest.raises(TermsDiffer, match=f"payee {bob}, not None"), session(stage, terms):
        pytest.fail("somebody else's job ran")


def test_an_id_that_was_never_a_job(stage: Stage) -> None:
    terms, account = next_terms(stage), stage.alice.account()
    assert account is not None
    start = account.opened_at << EPOCH_SHIFT
    with pytest.raises(NotFound, match="Take the next id"), session(stage, replace(terms, job_id=start)):
        pytest.fail("it ran")
    assert stage.operator.outcome(stage.alice.address, terms.job_id) is None


def test_after_the_deadline_everything_goes_back(stage: Stage) -> None:
    chain = stage.escrow.chain
    with pytest.raises(Refused) as refused, session(stage, next_terms(stage, seconds=2)) as job:
        job.report(100)
        wait_until(chain, job.deadline)
    assert refused.value.refusal is errors.DeadlinePassed
    outcome = stage.operator.outcome(stage.alice.address, job.id)
    assert outcome is not None
    assert (outcome.ended_by, outcome.timed_out, outcome.charged) == ("refund", True, 0)
    assert stage.alice.balance().available == 1_000


def test_refunded_by_somebody_else_meanwhile(stage: Stage) -> None:
    chain, account = stage.escrow.chain, stage.alice.address
    with pytest.raises(JobEnded) as ended, session(stage, next_terms(stage, seconds=2)) as job:
        job.report(100)
        wait_until(chain, job.deadline)
        stage.anyone.refund(account, job.id)
    assert ended.value.outcome.ended_by == "refund"
    assert stage.alice.balance().available == 1_000


def test_begin_for_jobs_that_another_process_ends(stage: Stage) -> None:
    """A job whose result comes later, by a webhook say."""
    terms = next_terms(stage)
    account = stage.alice.address
    begun = stage.operator.begin(account, terms)
    again = stage.operator.begin(account, terms)
    assert (begun.resumed, again.resumed) == (False, True)
    assert replace(again, resumed=False) == begun
    assert begun.deadline == begun.locked_at + terms.seconds
    assert stage.escrow.job(job_address(account, begun.job_id).address) is not None
    stage.operator.settle(account, begun.job_id, 10)
    with pytest.raises(JobEnded):
        stage.operator.begin(account, terms)
    own = replace(next_terms(stage), job_id=stage.alice.next_job_id())
    assert [stage.alice.begin(own).resumed, stage.alice.begin(own).resumed] == [False, True]
    with pytest.raises(TermsDiffer, match="locked by the wallet, not the operator"):
        stage.operator.begin(account, own)
