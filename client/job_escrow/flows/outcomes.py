"""How a job ended: read from the events of its address, which the chain keeps after the job is gone."""

from typing import TYPE_CHECKING, Literal

from solders.pubkey import Pubkey

from job_escrow.addresses import job_address
from job_escrow.chain.requests import Flow, UnreadableTransaction
from job_escrow.codec import JobRefunded, JobSettled
from job_escrow.errors import NotFound
from job_escrow.flows.history import HistoryEntry, history
from job_escrow.outcomes import JobOutcome
from job_escrow.transactions import Receipt

if TYPE_CHECKING:
    from solders.signature import Signature

_PAGE = 25
_MOST_PAGES = 10


def outcome(credit_account: Pubkey, job_id: int, program_id: Pubkey) -> Flow[JobOutcome | None]:
    """How a job ended, from the events of its address; None where it is open, or the chain remembers no such job.

    Anybody can name the address in as many transactions as they pay for, so that the newest 250 are looked at and no
    more. Raises NotFound where the job's newest event is older, UnreadableTransaction where its end may be in what this
    release cannot read, and ChainError.
    """
    address = job_address(credit_account, job_id, program_id).address
    before = None
    unread: tuple[Signature, ...] = ()
    for _ in range(_MOST_PAGES):
        page = yield from history(address, program_id, before=before, limit=_PAGE)
        unread += page.unread
        # An id is never locked again: an end is the last that happens to a job.
        ended = _of(page.entries[0]) if page.entries else None
        if ended is not None:
            return ended
        if page.entries or page.before is None:
            if unread:
                raise UnreadableTransaction(
                    f"how job {job_id} of {credit_account} ended may be in {unread[0]}, which this release cannot "
                    "read: install a newer job-escrow"
                )
            return None
        before = page.before
    raise NotFound(
        f"the newest {_MOST_PAGES * _PAGE} transactions that name job {job_id} of {credit_account} are somebody "
        "else's, so that its own are not looked for: how it ended is in the history of its credit account (job-escrow "
        "history) and in an index (job-escrow index)"
    )


def existing_outcome(credit_account: Pubkey, job_id: int, program_id: Pubkey) -> Flow[JobOutcome]:
    """How a job ended that is not open. Raises NotFound where the chain remembers no such job, or `outcome` does."""
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


def returned(event: JobSettled | JobRefunded) -> int:
    """Credits that the end of a job gave back."""
    return event.returned.paid + sum(event.returned.lots)


def proof_of(event: JobSettled) -> bytes | None:
    """What a settlement carried; None: nothing."""
    return event.proof if any(event.proof) else None


def _of(entry: HistoryEntry) -> JobOutcome | None:
    match entry.event:
        case JobSettled() as event if event.is_final:
            return _outcome(entry, event, "settle", timed_out=False, amount=event.amount)
        case JobRefunded() as event:
            return _outcome(entry, event, "refund", timed_out=event.timed_out == 1, amount=None)
    return None


def _outcome(
    entry: HistoryEntry,
    event: JobSettled | JobRefunded,
    ended_by: Literal["settle", "refund"],
    *,
    timed_out: bool,
    amount: int | None,
) -> JobOutcome:
    return JobOutcome(
        credit_account=event.credit_account,
        job_id=event.id,
        ended_by=ended_by,
        timed_out=timed_out,
        amount=amount,
        charged=event.settled,
        returned=returned(event),
        signature=entry.signature,
        slot=entry.slot,
        time=event.at,
        proof=proof_of(event) if isinstance(event, JobSettled) else None,
    )
