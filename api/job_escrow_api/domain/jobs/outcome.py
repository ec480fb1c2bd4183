"""What the chain says of a job: the only truth after a crash.

Anybody can name a job's address in as many transactions as they pay for. So its account is asked first, then the ids
that the credit account has used, then the index, and the node's history of the address only so far that it stays short.
"""

from collections.abc import Callable, Mapping, Sequence

from job_escrow.codec import Job, JobLocked, JobRefunded, JobSettled
from job_escrow.errors import JobEnded
from job_escrow.escrow import AsyncEscrow
from job_escrow.ids import is_used
from solders.pubkey import Pubkey

from job_escrow_api.domain.jobs.store import Happened, JobRow
from job_escrow_api.domain.problems import Kinds, Refusal

Values = Mapping[str, object]
Indexed = Callable[[JobRow], Sequence[Happened]]
"""The lock and the end of a job, as far as the index has them."""

_MOST_TRANSACTIONS = 25
"""Of an address, that a node is asked for."""
_FAILED: Values = {"status": "failed"}


async def outcome(escrow: AsyncEscrow, row: JobRow, indexed: Indexed) -> Values | None:
    """The values of the row as the chain has them; None where no lock of this id has landed.

    `status` is `failed` where the id was used by a lock that is not this one: this one can never land. Raises
    ChainError, and Refusal where nobody can say yet.
    """
    job = await escrow.job(Pubkey.from_string(row.address))
    if job is not None:
        return await _while_open(escrow, row, job, indexed) if _is_ours(job, row) else _FAILED
    account = await escrow.credit_account(row.account)
    if account is not None and not is_used(account.job_ids, row.job_id):
        return None
    events, is_all = indexed(row), False
    if not any(_is_end(each) for each in events):
        # The index follows by a moment.
        events, is_all = await _history(escrow, row)
    values = _values(events, row)
    if values.get("status") in (None, "locked") and not is_all:
        raise Refusal(Kinds.UNAVAILABLE, "What became of the job is not known yet.", headers={"Retry-After": "1"})
    return values or None


def ending(error: JobEnded) -> Values:
    """The values of a row whose job had ended, as the client found it."""
    found = error.outcome
    return {
        "status": "settled" if found.ended_by == "settle" else "refunded",
        "charged": found.charged,
        "settled_amount": found.amount,
        "ended_at": found.time,
        "end_signature": str(found.signature),
    }


async def _while_open(escrow: AsyncEscrow, row: JobRow, job: Job, indexed: Indexed) -> Values:
    values = {"status": "locked", "deadline": job.deadline, "credits": job.credits, "charged": job.settled}
    if row.lock_signature is None:
        events = indexed(row) or (await _history(escrow, row))[0]
        values |= next(({"lock_signature": each.signature} for each in events if isinstance(each.event, JobLocked)), {})
    return values


async def _history(escrow: AsyncEscrow, row: JobRow) -> tuple[list[Happened], bool]:
    """The newest events that the node has, the oldest first, and whether they are all."""
    page = await escrow.history(Pubkey.from_string(row.address), limit=_MOST_TRANSACTIONS)
    events = [Happened(event=each.event, signature=str(each.signature)) for each in reversed(page.entries)]
    # Anybody can name the job in a transaction that this release cannot read; its end may also be in one.
    return events, page.before is None and not page.unread


def _values(events: Sequence[Happened], row: JobRow) -> Values:
    """What the events make of the row; empty where its lock is not among them, and is not known otherwise."""
    values: dict[str, object] = {}
    for happened in events:
        match happened.event:
            case JobLocked() as event if not _is_ours(event, row):
                return _FAILED
            case JobLocked() as event:
                values = {"status": "locked", "deadline": event.deadline, "credits": event.credits}
                values["lock_signature"] = happened.signature
            case JobSettled() as event if _is_end(happened):
                values |= {"status": "settled", "charged": event.settled, "settled_amount": event.amount}
                values |= {"ended_at": event.at, "end_signature": happened.signature}
            case JobRefunded() as event:
                values |= {"status": "refunded", "charged": event.settled}
                values |= {"ended_at": event.at, "end_signature": happened.signature}
    # Whose lock it was is not to be told from an end alone.
    return values if "lock_signature" in values or row.status == "locked" else {}


def _is_end(happened: Happened) -> bool:
    event = happened.event
    return isinstance(event, JobRefunded) or (isinstance(event, JobSettled) and event.is_final == 1)


def _is_ours(lock: Job | JobLocked, row: JobRow) -> bool:
    priced = (
        (lock.quoted == 1 and lock.credits == row.amount)
        if row.tier is None
        else (lock.quoted == 0 and lock.tier_index == row.tier and lock.max_units == row.amount)
    )
    at = lock.at if isinstance(lock, JobLocked) else lock.locked_at
    return priced and lock.by_operator == 1 and lock.deadline - at == row.seconds
