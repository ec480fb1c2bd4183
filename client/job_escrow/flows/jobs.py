"""Jobs that survive a crash: taken up again by their id, never charged twice, and their outcome read from the chain."""

from collections.abc import Callable
from dataclasses import dataclass

from solders.pubkey import Pubkey

from job_escrow.addresses import job_address
from job_escrow.chain.requests import Answer, ChainError, Flow, GetAccounts, GetElapsed, Pause, ask
from job_escrow.codec import Job, JobLocked
from job_escrow.codec.errors import DeadlineNotPassed, DeadlinePassed, JobIdUsed
from job_escrow.errors import (
    TRANSIENT,
    JobEnded,
    NotFound,
    Refused,
    TermsDiffer,
    TransactionFailed,
)
from job_escrow.flows import anyone, locking, outcomes, read
from job_escrow.flows.locking import LockTerms
from job_escrow.flows.settling import settle
from job_escrow.flows.sides import PlatformSide
from job_escrow.ids import is_used, is_wallets, window_of
from job_escrow.outcomes import JobOutcome
from job_escrow.transactions import Receipt, unexplained

_LOCKED_BY = ("the wallet", "the operator")
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 8.0


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A job that is open and one's own. Amounts are credits, times unix seconds.

    `max_units` is 0 for a quoted job. `settled` was charged so far, by an earlier run where the job was `resumed`.
    """

    credit_account: Pubkey
    job_id: int
    credits: int
    max_units: int
    settled: int
    locked_at: int
    deadline: int
    resumed: bool


def begin(side: PlatformSide, credit_account: Pubkey, terms: LockTerms, *, patience: float = 0) -> Flow[Begun]:
    """Lock a job, or take up the one that an earlier run locked with the same id, if all its terms are these.

    Tries again for `patience` seconds while the chain does not answer. Raises JobEnded with the recorded outcome where
    it has ended already, TermsDiffer where the open job is another, NotFound where the id was used for something else,
    and what a lock raises.
    """

    def attempt() -> Flow[Begun]:
        open_job = yield from _take_up(side, credit_account, terms)
        if open_job is not None:
            return open_job
        try:
            receipt = yield from locking.lock(side, credit_account, terms)
        except Refused as refused:
            # Another run may have locked it since it was looked for.
            found = (yield from _take_up(side, credit_account, terms)) if refused.refusal is JobIdUsed else None
            if found is None:
                raise
            return found
        return _begun(receipt)

    return (yield from patiently(attempt, patience))


def _take_up(side: PlatformSide, credit_account: Pubkey, terms: LockTerms) -> Flow[Begun | None]:
    """The open job of an earlier run; None where the id is free. Raises JobEnded, TermsDiffer or NotFound."""
    address = job_address(credit_account, terms.job_id, side.program_id).address
    account_info, job_info = yield from ask(GetAccounts([credit_account, address]))
    account = read.decoded_credit_account(credit_account, account_info, side.program_id)
    if job_info is None:
        if is_used(window_of(account, terms.job_id), terms.job_id):
            raise JobEnded((yield from outcomes.existing_outcome(credit_account, terms.job_id, side.program_id)))
        return None
    job = read.decoded_job(address, job_info, side.program_id)
    # One key may be both: the id says as whom.
    by_wallet = side.key == account.wallet and is_wallets(terms.job_id)
    differences = _differences(job, terms, by_operator=not by_wallet)
    if differences:
        raise TermsDiffer(terms.job_id, differences)
    return Begun(
        credit_account=credit_account,
        job_id=job.id,
        credits=job.credits,
        max_units=job.max_units,
        settled=job.settled,
        locked_at=job.locked_at,
        deadline=job.deadline,
        resumed=True,
    )


def _begun(receipt: Receipt) -> Begun:
    event = next((each for each in receipt.events if isinstance(each, JobLocked)), None)
    if event is None:
        raise unexplained(receipt)
    return Begun(
        credit_account=event.credit_account,
        job_id=event.id,
        credits=event.credits,
        max_units=event.max_units,
        settled=0,
        locked_at=event.at,
        deadline=event.deadline,
        resumed=False,
    )


def finish(
    side: PlatformSide, credit_account: Pubkey, job_id: int, amount: int, *, patience: float
) -> Flow[JobOutcome]:
    """Settle a job finally, again and again for `patience` seconds while the chain does not answer.

    Where the deadline has passed the job is refunded, and Refused (DeadlinePassed) raised; where nodes differ about
    that it is tried again. Raises JobEnded where it had ended otherwise than by this settlement.
    """

    def attempt() -> Flow[JobOutcome]:
        try:
            receipt = yield from settle(side, credit_account, job_id, amount)
        except JobEnded as ended:
            # An earlier attempt whose answer was lost, perhaps one of an earlier run.
            if ended.outcome.ended_by == "settle" and ended.outcome.amount == amount:
                return ended.outcome
            raise
        except Refused as refused:
            if refused.refusal is DeadlinePassed:
                yield from _give_back_late(side, credit_account, job_id, patience)
            raise
        return _require(outcomes.ended_by(receipt, credit_account, job_id), receipt)

    return (yield from patiently(attempt, patience))


def _give_back_late(side: PlatformSide, credit_account: Pubkey, job_id: int, patience: float) -> Flow[None]:
    """Refund what one node said is too late to settle. Raises ChainError where the chain's clock says otherwise."""
    try:
        yield from give_back(side, credit_account, job_id, patience=patience, timed_out=True)
    except Refused as refused:
        if refused.refusal is not DeadlineNotPassed:
            raise
        raise ChainError(
            f"the node says that the deadline of job {job_id} has passed, and that it has not: ask another one"
        ) from refused


def give_back(
    side: PlatformSide, credit_account: Pubkey, job_id: int, *, patience: float, timed_out: bool = False
) -> Flow[JobOutcome]:
    """Refund a job, again and again for `patience` seconds while the chain does not answer.

    `timed_out`: only once its deadline has passed. A job that has ended meanwhile, however it did, gives its outcome.
    """
    refund = anyone.refund_timed_out if timed_out else anyone.refund

    def attempt() -> Flow[JobOutcome]:
        try:
            receipt = yield from refund(side, credit_account, job_id)
        except (NotFound, TransactionFailed):
            ended = yield from outcomes.outcome(credit_account, job_id, side.program_id)
            if ended is None:
                raise
            return ended
        return _require(outcomes.ended_by(receipt, credit_account, job_id), receipt)

    return (yield from patiently(attempt, patience))


def patiently(attempt: Callable[[], Flow[Answer]], patience: float) -> Flow[Answer]:
    """Try again while the chain does not answer, ever more rarely, for about `patience` seconds."""
    started = yield from ask(GetElapsed())
    pause = _FIRST_PAUSE_SECONDS
    while True:
        try:
            return (yield from attempt())
        except TRANSIENT:
            if (yield from ask(GetElapsed())) - started + pause > patience:
                raise
        yield from ask(Pause(pause))
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def _require(ended: JobOutcome | None, receipt: Receipt) -> JobOutcome:
    if ended is None:
        raise unexplained(receipt)
    return ended


def _differences(job: Job, terms: LockTerms, *, by_operator: bool) -> list[str]:
    found: list[tuple[str, object, object]] = [
        ("locked by", _LOCKED_BY[job.by_operator], _LOCKED_BY[by_operator]),
        ("tier", None if job.quoted else job.tier_index, terms.tier),
        ("amount", job.credits if job.quoted else job.max_units, terms.amount),
        ("seconds", job.deadline - job.locked_at, terms.seconds),
        ("payee", None if job.payee == Pubkey.default() else job.payee, terms.payee),
    ]
    differences = [f"{name} {there}, not {wanted}" for name, there, wanted in found if there != wanted]
    if job.credits > terms.max_credits:
        differences.append(f"{job.credits} credits, above max_credits {terms.max_credits}")
    return differences
