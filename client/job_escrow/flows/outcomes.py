"""How a job ended: read from the events of its address, which the chain keeps after the job is gone."""

from solders.pubkey import Pubkey

from job_escrow.addresses import job_address
from job_escrow.chain.requests import Flow
from job_escrow.codec import JobLocked, JobRefunded, JobSettled
from job_escrow.errors import NotFound
from job_escrow.flows.history import HistoryEntry, history
from job_escrow.outcomes import JobOutcome
from job_escrow.transactions import Receipt

_PAGE = 25


def outcome(credit_account: Pubkey, job_id: int, program_id: Pubkey) -> Flow[JobOutcome | None]:
    """How a job ended, from the events of its address; None where it is open, or the chain remembers no such job.

    Raises ChainError.
    """
    address = job_address(credit_account, job_id, program_id).address
    before = None
    while True:
        page = yield from history(address, program_id, before=before, limit=_PAGE)
        for entry in page.entries:
            ended = _of(entry)
            if ended is not None or isinstance(entry.event, JobLocked):
                return ended
        if page.before is None:
            return None
        before = page.before


def existing_outcome(credit_account: Pubkey, job_id: int, program_id: Pubkey) -> Flow[JobOutcome]:
    """How a job ended that is not open. Raises NotFound where the chain remembers no such job."""
    ended = yield from outcome(credit_account, job_id, program_id)
    if ended is None:
        raise NotFound(
            f"there is no open job {job_id} of {credit_account}, and the node remembers none: it was never locked, its "
            "id was used otherwise, or it is older than the node's ledger. Take the next id"
        )
    return ended


def ended_by(receipt: Receipt, credit_account: Pubkey, job_id: int) -> JobOutcome | None:
    """How a transaction of one's own ended a job; None where it did not."""
    for event in receipt.events:
        about_it = isinstance(event, JobSettled | JobRefunded) and (event.credit_account, event.id) == (
            credit_account,
            job_id,
        )
        if about_it:
            entry = HistoryEntry(event=event, signature=receipt.signature, slot=receipt.slot, time=receipt.block_time)
            ended = _of(entry)
            if ended is not None:
                return ended
    return None


def _of(entry: HistoryEntry) -> JobOutcome | None:
    match entry.event:
        case JobSettled() as event if event.is_final:
            return _settled(entry, event)
        case JobRefunded() as event:
            return _refunded(entry, event)
    return None


def _settled(entry: HistoryEntry, event: JobSettled) -> JobOutcome:
    return JobOutcome(
        credit_account=event.credit_account,
        job_id=event.id,
        ended_by="settle",
        timed_out=False,
        amount=event.amount,
        charged=event.settled,
        returned=event.returned.paid + sum(event.returned.lots),
        signature=entry.signature,
        slot=entry.slot,
        time=event.at,
    )


def _refunded(entry: HistoryEntry, event: JobRefunded) -> JobOutcome:
    return JobOutcome(
        credit_account=event.credit_account,
        job_id=event.id,
        ended_by="refund",
        timed_out=event.timed_out == 1,
        amount=None,
        charged=event.settled,
        returned=event.returned.paid + sum(event.returned.lots),
        signature=entry.signature,
        slot=entry.slot,
        time=event.at,
    )
