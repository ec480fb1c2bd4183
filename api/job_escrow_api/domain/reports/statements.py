"""The statement of a month with what its charges were for, which this server knows beside the chain."""

from dataclasses import dataclass, fields
from inspect import cleandoc

from job_escrow_indexer.queries import DoesNotTie, OfAccount, UsageRow, View, usage
from job_escrow_indexer.queries import Statement as ChainStatement
from job_escrow_indexer.queries import statement as chain_statement

from job_escrow_api.domain.reports.labels import ServersLabels


@dataclass(frozen=True, kw_only=True)
class Statement(ChainStatement):
    """A month's statement, which ties as its base class says, and its usage by model and component."""

    usage: tuple[UsageRow, ...]
    """The rows' credits are those of `charges`."""


def statement(view: View, credit_account: str, year: int, month: int) -> Statement:
    """The statement of a month. Raises NotIndexed, ValueError for a month that has not begun, and DoesNotTie."""
    made = chain_statement(view, credit_account, year, month)
    used = usage(
        view,
        OfAccount(credit_account=credit_account),
        since=made.since,
        until=made.until,
        by=("model", "component"),
        labels=ServersLabels(),
    )
    if used.total.credits != made.charges.credits:
        raise DoesNotTie(
            f"the statement of {year}-{month:02d} does not tie: its charges are {made.charges.credits:,} credits, and "
            f"its usage {used.total.credits:,}. Run job-escrow index verify, and ask again"
        )
    # What the chain was not told yet is no part of a statement.
    rows = tuple(row for row in used.rows if row.settlements or row.credits)
    return Statement(**{one.name: getattr(made, one.name) for one in fields(ChainStatement)}, usage=rows)


# What clients are shown of it is how it ties.
Statement.__doc__ = (
    f"{cleandoc(ChainStatement.__doc__ or '')}\n\n`usage` says by model and component what the charges were for."
)
