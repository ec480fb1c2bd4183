"""The jobs and sessions that hold credits now."""

from dataclasses import dataclass

from job_escrow.units import unit_name

from job_escrow_indexer.queries.accounts import account
from job_escrow_indexer.queries.view import Answer, View, require_newest
from job_escrow_indexer.store.values import from_large


@dataclass(frozen=True, kw_only=True)
class OpenJob:
    """A job that has not ended. Amounts are credits: `holds` is what it can still charge or give back."""

    id: int
    address: str
    tier: str | None
    """None: its price was quoted."""
    unit_kind: str | None
    max_units: int
    credits: int
    settled: int
    holds: int
    by_operator: bool
    payee: str | None
    """None: the treasury."""
    locked_at: int
    """Unix seconds."""
    deadline: int
    """Unix seconds; from then on anybody can return what it holds."""
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class OpenJobs(Answer):
    """The open jobs of an account, the oldest first."""

    credit_account: str
    jobs: tuple[OpenJob, ...]


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """A session that has not ended. Amounts are credits: `holds` is what it can still charge or give back."""

    id: int
    address: str
    credits: int
    settled: int
    holds: int
    receipts: int
    """That are settled."""
    payee: str | None
    """None: the treasury."""
    opened_at: int
    """Unix seconds."""
    deadline: int
    """Unix seconds; from then on anybody can return what it holds."""
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class OpenSessions(Answer):
    """The open sessions of an account, the oldest first."""

    credit_account: str
    sessions: tuple[OpenSession, ...]


def open_jobs(view: View, credit_account: str) -> OpenJobs:
    """The jobs of an account that hold credits.

    Raises NotIndexed, and ValueError for a view that is not of now and confirmed: jobs are kept as they are, and their
    past is in the ledger.
    """
    _require_now(view, credit_account, "jobs")
    rows = view.rows(
        "SELECT id, address, quoted, tier, unit_kind, max_units, credits, settled, by_operator, payee, locked_at, "
        "deadline FROM jobs WHERE credit_account = ? AND ended_at IS NULL ORDER BY id",
        credit_account,
    )
    return OpenJobs(
        as_of_slot=view.as_of_slot,
        commitment=view.commitment,
        credit_account=credit_account,
        jobs=tuple(_job(row, view.now) for row in rows),
    )


def open_sessions(view: View, credit_account: str) -> OpenSessions:
    """The sessions of an account that hold credits. Raises as `open_jobs` does."""
    _require_now(view, credit_account, "sessions")
    rows = view.rows(
        "SELECT id, address, credits, settled, count, payee, opened_at, deadline FROM sessions "
        "WHERE credit_account = ? AND ended_at IS NULL ORDER BY id",
        credit_account,
    )
    return OpenSessions(
        as_of_slot=view.as_of_slot,
        commitment=view.commitment,
        credit_account=credit_account,
        sessions=tuple(
            OpenSession(
                id=from_large(number),
                address=address,
                credits=credits,
                settled=settled,
                holds=credits - settled,
                receipts=from_large(count),
                payee=payee,
                opened_at=opened_at,
                deadline=deadline,
                overdue=deadline <= view.now,
            )
            for number, address, credits, settled, count, payee, opened_at, deadline in rows
        ),
    )


def _require_now(view: View, credit_account: str, what: str) -> None:
    account(view, credit_account)
    require_newest(view, f"open {what}")


def _job(row: "tuple", now: int) -> OpenJob:  # type: ignore[type-arg]
    (job_id, address, quoted, tier, unit_kind, max_units, credits, settled, by_operator, payee, locked_at,
     deadline) = row  # fmt: skip
    return OpenJob(
        id=from_large(job_id),
        address=address,
        tier=None if quoted else tier,
        unit_kind=None if quoted else unit_name(unit_kind),
        max_units=from_large(max_units),
        credits=credits,
        settled=settled,
        holds=credits - settled,
        by_operator=bool(by_operator),
        payee=payee,
        locked_at=locked_at,
        deadline=deadline,
        overdue=deadline <= now,
    )
