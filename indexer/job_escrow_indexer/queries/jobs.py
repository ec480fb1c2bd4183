"""The jobs that hold credits now."""

from dataclasses import dataclass

from job_escrow_indexer.queries.accounts import account
from job_escrow_indexer.queries.view import Answer, View
from job_escrow_indexer.store.values import from_large

UNIT_KINDS = ("output_token", "request", "second", "gpu_second", "cpu_second", "gib_hour", "gib", "other")
"""What a unit is, by the number that a tier has for it."""


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


def open_jobs(view: View, credit_account: str) -> OpenJobs:
    """The jobs of an account that hold credits.

    Raises NotIndexed, and ValueError for a view that is not of now and confirmed: jobs are kept as they are, and their
    past is in the ledger.
    """
    account(view, credit_account)
    tip = view.row("SELECT tip_slot FROM progress WHERE id = 1")[0]
    if view.as_of_slot != tip:
        raise ValueError("open jobs are known as of now and confirmed; ask the ledger for those of another moment")
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


def _job(row: "tuple", now: int) -> OpenJob:  # type: ignore[type-arg]
    (job_id, address, quoted, tier, unit_kind, max_units, credits, settled, by_operator, payee, locked_at,
     deadline) = row  # fmt: skip
    return OpenJob(
        id=from_large(job_id),
        address=address,
        tier=None if quoted else tier,
        unit_kind=None if quoted else unit_kind_name(unit_kind),
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


def unit_kind_name(number: int) -> str:
    """The name of a unit kind; of one that is newer than this release, its number."""
    return UNIT_KINDS[number] if number < len(UNIT_KINDS) else f"kind_{number}"
