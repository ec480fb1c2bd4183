"""What other tables of the same database say of jobs, and of the requests that sessions were charged for.

The chain has none of it: which API key asked, for which project, for which model. Who has such tables says here how to
ask them, so that they split what the chain has charged and never change its sum.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from job_escrow_indexer.queries.scopes import Part
from job_escrow_indexer.queries.usage_facts import Fact, Period
from job_escrow_indexer.queries.view import View

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, kw_only=True)
class JobLabels:
    """A table with the columns `credit_account` and `job_id`, an index on both, and at most one row for a job.

    `condition` is an SQL condition on it, `l`, that such an index may need, of the program's own and never of a user's.
    """

    table: str
    columns: Mapping[str, str]
    """The column of each label, by the dimension's name."""
    condition: str | None = None
    components: str | None = None
    """The column with what a quoted job was charged for, as JSON: a list of objects `tier`, `units` and `credits`."""

    def __post_init__(self) -> None:
        """Raises ValueError for a name that is none of a table or column."""
        for name in (self.table, *self.columns.values(), *([self.components] if self.components is not None else [])):
            if not _IDENTIFIER.fullmatch(name):
                raise ValueError(f"{name!r} is not the name of a table or column")


@dataclass(frozen=True, kw_only=True)
class SettledReceipts:
    """The receipts of a session that one settlement reported: after `from_count` up to `count`."""

    credit_account: str
    session_id: int
    from_count: int
    count: int
    granted: int
    """Credits of the settlement that had been granted: they pay for the first receipts."""


@dataclass(frozen=True, kw_only=True)
class ReceiptSums:
    """Receipts of one settlement with the same labels and the same tier, of which `tier` is the slot."""

    labels: tuple[str | None, ...]
    tier: int
    receipts: int
    credits: int
    granted: int
    units: int


@dataclass(frozen=True)
class Labels:
    """Where labels are asked for. Of requests, whoever has their receipts says more than this class, which has none."""

    jobs: JobLabels
    dimensions: frozenset[str] = field(init=False)
    """The names of the labels."""

    def __post_init__(self) -> None:
        """Labels of requests have the same names as those of jobs."""
        object.__setattr__(self, "dimensions", frozenset(self.jobs.columns))

    def settled(self, view: View, of: SettledReceipts, names: Sequence[str]) -> list[ReceiptSums]:
        """What is known of a settlement's receipts, grouped by these labels, in the order of each group's first."""
        return []

    def unsettled(
        self, view: View, part: Part, names: Sequence[str], period: Period | None, since: int | None, until: int | None
    ) -> Iterable[Fact]:
        """What receipts charge that no settlement within the view has reported, by when their requests ended."""
        return ()

    def name_of(self, view: View, dimension: str, value: str) -> str | None:
        """What people call a value of a dimension, where that is something else."""
        return None
