"""The rows of jobs that were asked for through the API: written before the chain is, so that nothing is forgotten."""

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from job_escrow.codec import Event, JobIdWindow, decode_event
from job_escrow_indexer.position import transaction_of_sql
from solders.pubkey import Pubkey

from job_escrow_api.domain.account_ids import highest_id, note_ids
from job_escrow_api.domain.asked_once import has_job, has_request
from job_escrow_api.domain.books import require_confirmed
from job_escrow_api.domain.database import ApiDatabase, insert_row
from job_escrow_api.domain.jobs.budgets import check_budgets
from job_escrow_api.domain.jobs.prices import Price
from job_escrow_api.domain.jobs.requests import JobStatus, JobView, LockRequest, PricedComponent
from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.problems import Kinds, Refusal

# The program takes ids up to 256 above the highest that landed, and half of them can be used.
MOST_AHEAD = 200
"""How far the ids of one account's jobs that are under way to the chain may be above the highest that landed."""

_components = msgspec.json.Decoder(list[PricedComponent])


@dataclass(frozen=True, kw_only=True)
class JobRow:
    """A job; `job_id` is its number within the credit account, `address` that of its account on chain.

    `last_valid_height` is the last block height at which what was sent to lock it can land.
    """

    number: int
    address: str
    job_id: int
    platform: str
    credit_account: str
    key_id: str
    operator_wallet: str
    idempotency_key: str | None
    request_sha256: bytes
    status: JobStatus
    model: str | None
    tier: int | None
    tier_name: str | None
    amount: int
    seconds: int
    max_credits: int
    job_type: str
    credits: int
    charged: int
    settled_amount: int | None
    components: str
    created_at: int
    sent_at: int | None
    last_valid_height: int | None
    deadline: int | None
    ended_at: int | None
    lock_signature: str | None
    end_signature: str | None

    @property
    def account(self) -> Pubkey:
        """The credit account."""
        return Pubkey.from_string(self.credit_account)

    @property
    def is_open(self) -> bool:
        """Whether it may hold credits."""
        return self.status in ("locking", "locked")

    def view(self) -> JobView:
        """What clients see."""
        return JobView(
            id=self.address,
            job_number=self.job_id,
            status=self.status,
            credit_account=self.credit_account,
            key_id=self.key_id,
            model=self.model,
            tier=self.tier_name,
            job_type=self.job_type,
            max_units=None if self.tier is None else self.amount,
            credits=self.credits,
            charged=self.charged,
            components=_components.decode(self.components),
            created_at=self.created_at,
            deadline=self.deadline,
            ended_at=self.ended_at,
            lock_signature=self.lock_signature,
            end_signature=self.end_signature,
        )


_COLUMNS = ", ".join(JobRow.__dataclass_fields__)

# The end is where the job's row changed last; its lock is behind that, among what the account did meanwhile.
_HAPPENED = f"""
    SELECT e.data, t.signature FROM jobs j JOIN events e ON e.position = j.position
    JOIN transactions t ON t.position = {transaction_of_sql("e.position")}
    WHERE j.credit_account = ?1 AND j.id = ?2
    UNION ALL
    SELECT * FROM (
        SELECT e.data, t.signature FROM jobs j
        JOIN events e ON e.credit_account = j.credit_account AND e.position < j.position
        JOIN transactions t ON t.position = {transaction_of_sql("e.position")}
        WHERE j.credit_account = ?1 AND j.id = ?2 AND e.name = 'JobLocked' AND e.job_id = ?2
        ORDER BY e.position DESC LIMIT 1
    )
"""


@dataclass(frozen=True, kw_only=True)
class Happened:
    """An event of a job, and the transaction that it happened in."""

    event: Event
    signature: str


class JobStore:
    """Jobs of one platform."""

    def __init__(self, database: ApiDatabase, platform: Pubkey) -> None:
        self._database = database
        self._platform = str(platform)

    def by_idempotency_key(self, operator_key: str, *idempotency_keys: str) -> JobRow | None:
        """The job that this request made before, by any of its names; one that failed where there is no other."""
        marks = ", ".join("?" for _ in idempotency_keys)
        return self._one(
            f"platform = ? AND operator_wallet = ? AND idempotency_key IN ({marks}) ORDER BY status = 'failed'",
            (self._platform, operator_key, *idempotency_keys),
        )

    def by_address(self, address: str) -> JobRow | None:
        return self._one("address = ? AND platform = ? AND status <> 'failed'", (address, self._platform))

    def open_jobs(self, *, due_by: int | None = None) -> list[JobRow]:
        """Jobs that may hold credits; with `due_by`, of those that are locked the ones with an earlier deadline."""
        condition = "status = 'locking' OR (status = 'locked' AND deadline < ?)"
        sql = f"SELECT {_COLUMNS} FROM api_jobs WHERE platform = ? AND ({condition}) ORDER BY number LIMIT 1000"
        return [JobRow(**dict(row)) for row in self._database.all(sql, (self._platform, due_by or 2**62))]

    def under_way(self, credit_account: str) -> list[JobRow]:
        """Jobs of an account of which it is not known whether they have landed."""
        sql = f"SELECT {_COLUMNS} FROM api_jobs WHERE credit_account = ? AND status = 'locking' ORDER BY number"
        return [JobRow(**dict(row)) for row in self._database.all(sql, (credit_account,))]

    def page(self, credit_account: str, before: int, limit: int) -> list[JobRow]:
        """Jobs of an account, newest first."""
        sql = f"""SELECT {_COLUMNS} FROM api_jobs WHERE credit_account = ? AND number < ? AND status <> 'failed'
                  ORDER BY number DESC LIMIT ?"""
        return [JobRow(**dict(row)) for row in self._database.all(sql, (credit_account, before, limit))]

    def happened(self, row: JobRow) -> list[Happened]:
        """The lock and the newest event of a job, as far as they are indexed, the oldest first."""
        found = self._database.all(_HAPPENED, (row.credit_account, row.job_id))
        return [Happened(event=decode_event(each["data"]), signature=each["signature"]) for each in reversed(found)]

    async def reserve(self, reservation: "Reservation") -> JobRow:
        """Store a job before it is locked, within its key's budgets. Raises Refusal."""
        number = await self._database.write(_reserve, self._platform, reservation)
        return self.existing(number)

    async def update(self, number: int, **values: object) -> JobRow:
        """Store what became of a job."""
        await self._database.write(_update, number, values)
        return self.existing(number)

    def existing(self, number: int) -> JobRow:
        """A row as it is now."""
        found = self._one("number = ?", (number,))
        assert found is not None  # noqa: S101  (rows are never deleted)
        return found

    def _one(self, condition: str, parameters: tuple[object, ...]) -> JobRow | None:
        row = self._database.one(f"SELECT {_COLUMNS} FROM api_jobs WHERE {condition}", parameters)
        return None if row is None else JobRow(**dict(row))


@dataclass(frozen=True, kw_only=True)
class Reservation:
    """What a job needs before it is locked. `ids` are those that the account has used on chain."""

    key: Key
    operator_wallet: str
    idempotency_key: str
    marked_key: str
    """The same as a job has it that was found again on chain."""
    request: LockRequest
    request_sha256: bytes
    price: Price
    max_credits: int
    ids: JobIdWindow
    next_id: Callable[[int], int]
    """The lowest id above another that a job of this account can have."""
    address_of: Callable[[int], str]
    """The address of a job by its id."""


def _reserve(connection: sqlite3.Connection, platform: str, wanted: Reservation) -> int:
    # Here, where no revocation comes in between: once that is answered, no job is charged to the key.
    (revoked_at,) = connection.execute("SELECT revoked_at FROM api_keys WHERE id = ?", (wanted.key.id,)).fetchone()
    if revoked_at is not None:
        raise Refusal(Kinds.CUSTOMER_KEY_REFUSED, "The customer's key was revoked.")
    require_confirmed(connection)
    if has_job(connection, platform, wanted.operator_wallet, (wanted.idempotency_key, wanted.marked_key)):
        found = "The job of this Idempotency-Key was found just now: repeat it."
        raise Refusal(Kinds.UNAVAILABLE, found, headers={"Retry-After": "1"})
    if has_request(connection, platform, wanted.operator_wallet, wanted.idempotency_key):
        raise Refusal(Kinds.UNPROCESSABLE, "This Idempotency-Key was used for a request within a session.")
    check_budgets(connection, wanted.key, wanted.price.credits, datetime.now(UTC))
    account = wanted.key.credit_account
    last = highest_id(connection, account)
    note_ids(connection, account, wanted.ids)
    job_id = wanted.next_id(max(last, wanted.ids.highest))
    if job_id - wanted.ids.highest > MOST_AHEAD:
        busy = "Too many jobs of this account are being locked at once."
        raise Refusal(Kinds.UNAVAILABLE, busy, headers={"Retry-After": "1"})
    request, price = wanted.request, wanted.price
    row = {
        "platform": platform,
        "credit_account": account,
        "job_id": job_id,
        "address": wanted.address_of(job_id),
        "key_id": wanted.key.id,
        "project": wanted.key.project,
        "member": wanted.key.member,
        "operator_wallet": wanted.operator_wallet,
        "idempotency_key": wanted.idempotency_key,
        "request_sha256": wanted.request_sha256,
        "status": "locking",
        "model": request.model,
        "tier": price.tier,
        "tier_name": price.tier_name,
        "amount": price.amount,
        "seconds": request.seconds,
        "max_credits": wanted.max_credits,
        "job_type": request.job_type,
        "credits": price.credits,
        "charged": 0,
        "components": msgspec.json.encode(price.components).decode(),
        "created_at": int(time.time()),
    }
    # What failed before for certain may be asked for again under the same key.
    connection.execute(
        """UPDATE api_jobs SET idempotency_key = NULL
           WHERE platform = ? AND operator_wallet = ? AND idempotency_key = ? AND status = 'failed'""",
        (platform, wanted.operator_wallet, wanted.idempotency_key),
    )
    try:
        return insert_row(connection, "api_jobs", row)
    except sqlite3.IntegrityError as error:
        # Whoever else writes here was first; what it wrote answers the repeat.
        raise Refusal(Kinds.UNAVAILABLE, "The same was asked for just now.", headers={"Retry-After": "1"}) from error


def _update(connection: sqlite3.Connection, number: int, values: dict[str, object]) -> None:
    assignments = ", ".join(f"{name} = ?" for name in values)
    connection.execute(f"UPDATE api_jobs SET {assignments} WHERE number = ?", [*values.values(), number])
