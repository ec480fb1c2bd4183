"""What the chain says of a job: the only truth after a crash."""

from collections.abc import Mapping

from job_escrow.codec import Job, JobLocked, JobRefunded, JobSettled
from job_escrow.escrow import AsyncEscrow
from solders.pubkey import Pubkey

from job_escrow_indexer.api.jobs.store import JobRow

_MOST_EVENTS = 1_000


async def outcome(escrow: AsyncEscrow, row: JobRow) -> Mapping[str, object] | None:
    """The values of the row as the chain has them; None where no lock of this id has landed. Raises ChainError.

    `status` is `failed` where the id was used by a lock that is not this one: this one can never land.
    """
    address = Pubkey.from_string(row.address)
    job = await escrow.job(address)
    page = await escrow.history(address, limit=_MOST_EVENTS)
    locked = next((each for each in page.entries if isinstance(each.event, JobLocked)), None)
    if locked is None or not isinstance(locked.event, JobLocked):
        # The account is read at once, its history may come a moment later.
        return (
            None if job is None else ({"status": "locked", "deadline": job.deadline} if _is_ours(job, row) else _FAILED)
        )
    event = locked.event
    if not _same_lock(event, row):
        return _FAILED
    values: dict[str, object] = {
        "status": "locked",
        "deadline": event.deadline,
        "credits": event.credits,
        "lock_signature": str(locked.signature),
    }
    for entry in reversed(page.entries):
        match entry.event:
            case JobSettled() as settled:
                values["charged"] = settled.settled
                values["settled_amount"] = settled.amount
                if settled.is_final:
                    values |= {"status": "settled", "ended_at": settled.at, "end_signature": str(entry.signature)}
            case JobRefunded() as refunded:
                values |= {"charged": refunded.settled, "status": "refunded"}
                values |= {"ended_at": refunded.at, "end_signature": str(entry.signature)}
    return values


_FAILED = {"status": "failed"}


def _is_ours(job: Job, row: JobRow) -> bool:
    priced = (
        (job.quoted == 1 and job.credits == row.amount)
        if row.tier is None
        else (job.quoted == 0 and job.tier_index == row.tier and job.max_units == row.amount)
    )
    return priced and job.by_operator == 1 and job.deadline - job.locked_at == row.seconds


def _same_lock(event: JobLocked, row: JobRow) -> bool:
    priced = (
        (event.quoted == 1 and event.credits == row.amount)
        if row.tier is None
        else (event.quoted == 0 and event.tier_index == row.tier and event.max_units == row.amount)
    )
    return priced and event.by_operator == 1 and event.deadline - event.at == row.seconds
