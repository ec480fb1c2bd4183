"""The rows of locks that the books had forgotten: made, or what stands in their place is put right.

Each function belongs inside of a transaction.
"""

import sqlite3
from dataclasses import dataclass
from enum import Enum, auto

from job_escrow.addresses import text_of
from job_escrow.codec import JobIdWindow, JobLocked, SessionOpened
from job_escrow_indexer.store.copies import hold

from job_escrow_api.domain.account_ids import note_ids
from job_escrow_api.domain.books import Books, Reference
from job_escrow_api.domain.database import insert_row
from job_escrow_api.domain.sessions.adoption import adopt_session

_UNKNOWN_NAME = "(not known since a restore)"


@dataclass(frozen=True)
class Forgotten:
    """A job or session without a row, as its lock has it; `reference` where it is of these books."""

    event: JobLocked | SessionOpened
    signature: str
    reference: Reference | None


@dataclass(frozen=True)
class Place:
    """What rows are made for: a platform and the books that lock for it."""

    platform: str
    books: Books


def adopt(
    connection: sqlite3.Connection, jobs: list[Forgotten], credit_account: str, ids: JobIdWindow | None, place: Place
) -> int:
    """Give each its row; gives how many rows this made or changed."""
    (confirmed_at,) = connection.execute("SELECT confirmed_at FROM api_books").fetchone()
    changed = 0
    for job in jobs:
        if isinstance(job.event, SessionOpened):
            changed += adopt_session(connection, job.event, place.platform, confirmed_at)
            continue
        adopted = _adopt_one(connection, job, job.event, place)
        changed += adopted is not _Adopted.KNOWN
        if adopted is _Adopted.NEW and job.reference is not None and job.event.at >= confirmed_at:
            hold(connection, f"Job {job.event.job} was locked by this server, and is not in its database")
    if ids is not None:
        note_ids(connection, credit_account, ids)
    return changed


def adopt_indexed(connection: sqlite3.Connection, jobs: list[Forgotten], looked_to: int, place: Place) -> int:
    changed = adopt(connection, jobs, "", None, place)
    connection.execute("UPDATE api_books SET looked_to = ?", (looked_to,))
    return changed


class _Adopted(Enum):
    """What became of a lock that was looked at."""

    KNOWN = auto()
    """It has its row."""
    REVIVED = auto()
    """Its row said that it had failed: nothing was restored."""
    NEW = auto()


def _adopt_one(connection: sqlite3.Connection, job: Forgotten, event: JobLocked, place: Place) -> _Adopted:
    """Give it its row."""
    account = str(event.credit_account)
    if _has_row(connection, job, event, place.books):
        return _Adopted.KNOWN
    failed = _failed_row(connection, job.reference, event, place.books)
    if failed is not None:
        values = (job.signature, failed)
        connection.execute("UPDATE api_jobs SET status = 'locking', lock_signature = ? WHERE number = ?", values)
        return _Adopted.REVIVED
    key_id = f"unknown {account}" if job.reference is None else job.reference.key_id
    found = connection.execute(
        "SELECT credit_account, project, member FROM api_keys WHERE id = ?", (key_id,)
    ).fetchone()
    if found is None:
        # It was made after the copy, or is not the API's: a key that nobody can use, so that the job has one.
        connection.execute(
            """INSERT INTO api_keys (id, secret_sha256, platform, wallet, namespace, credit_account, name, scopes,
                   project, member, nonce, created_at, revoked_at)
               SELECT ?, randomblob(32), ?, ?, zeroblob(16), ?, ?, '', '', '', 'unknown ' || ?, ?, ?""",
            (key_id, place.platform, str(event.wallet), account, _UNKNOWN_NAME, key_id, event.at, event.at),
        )
    quoted = event.quoted == 1
    insert_row(
        connection,
        "api_jobs",
        {
            "platform": place.platform,
            "credit_account": account,
            "job_id": event.id,
            "address": str(event.job),
            "key_id": key_id,
            "project": "" if found is None else found[1],
            "member": "" if found is None else found[2],
            "operator_wallet": str(event.authority),
            "idempotency_key": None if job.reference is None else asked_key(job.reference.asked),
            "request_sha256": b"",
            "status": "locking",
            "tier": None if quoted else event.tier_index,
            "tier_name": None if quoted else text_of(event.tier.name),
            "amount": event.credits if quoted else event.max_units,
            "seconds": event.deadline - event.at,
            "max_credits": event.credits,
            "job_type": "",
            "credits": event.credits,
            "charged": 0,
            "components": "[]",
            "created_at": event.at,
            "sent_at": event.at,
            "lock_signature": job.signature,
        },
    )
    return _Adopted.NEW


def _has_row(connection: sqlite3.Connection, job: Forgotten, event: JobLocked, books: Books) -> bool:
    """Whether the row that has its id is its own; that of another request, which can never land now, is given up."""
    row = connection.execute(
        """SELECT number, status = 'locking' AND lock_signature IS NULL, platform, operator_wallet, idempotency_key,
               key_id FROM api_jobs WHERE credit_account = ? AND job_id = ? AND status <> 'failed'""",
        (str(event.credit_account), event.id),
    ).fetchone()
    if row is None:
        return False
    number, is_under_way, *asked = row
    if not is_under_way or (job.reference is not None and is_asked_by(job.reference, books, *asked)):
        return True
    connection.execute("UPDATE api_jobs SET status = 'failed' WHERE number = ?", (number,))
    return False


def _failed_row(
    connection: sqlite3.Connection, reference: Reference | None, event: JobLocked, books: Books
) -> int | None:
    """The row of this very lock, which was called failed and landed; None: there is none.

    Its id alone does not tell: after a restore another request is given the id of a lock that is still on its way.
    """
    if reference is None:
        return None
    terms = (event.credits if event.quoted == 1 else event.max_units, event.deadline - event.at)
    for number, amount, seconds, *asked in connection.execute(
        """SELECT number, amount, seconds, platform, operator_wallet, idempotency_key, key_id FROM api_jobs
           WHERE credit_account = ? AND job_id = ? AND sent_at IS NOT NULL ORDER BY number DESC""",
        (str(event.credit_account), event.id),
    ).fetchall():
        if (amount, seconds) == terms and is_asked_by(reference, books, *asked):
            found: int = number
            return found
    return None


def is_asked_by(
    reference: Reference, books: Books, platform: str, operator: str, idempotency_key: str | None, key_id: str
) -> bool:
    """Whether a lock carries this request; one that failed and was made anew has no key any more to know it by."""
    if idempotency_key is None:
        return reference.key_id == key_id
    carried = asked_key(reference.asked)
    asked = asked_key(books.asked(platform, operator, idempotency_key))
    return reference.key_id == key_id and carried in (idempotency_key, asked)


def asked_key(asked: str) -> str:
    """An Idempotency-Key that is known by its mark on chain only; the space is in none that a client can send."""
    return f"{asked} on chain"
