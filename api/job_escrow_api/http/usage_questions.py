"""What is asked of usage: the parameters that customers and operators have in common."""

from dataclasses import dataclass
from typing import Annotated, cast, get_args

from job_escrow_indexer.queries import OfAccount, OfPlatform, OfWallet, Period, Usage, View, usage
from litestar.params import Parameter

from job_escrow_api.domain.patterns import whole
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.reports.labels import COLUMNS, ServersLabels

GROUPS = ("key", "project", "member", "model", "job_type", "tier", "component", "namespace")
OPERATORS_GROUPS = (*GROUPS, "wallet", "credit_account", "operator")


def _pattern(groups: tuple[str, ...]) -> str:
    one = "|".join((*groups, *get_args(Period)))
    return whole(f"({one})(,({one})){{0,2}}")


MOST_ROWS = 10_000
"""Of an answer in JSON, which is made at once."""
MOST_EXPORTED_ROWS = 200_000
"""Of a file: its rows are added up in memory, and written a part at a time."""

By = Annotated[str | None, Parameter(max_length=64, pattern=_pattern(GROUPS))]
OperatorsBy = Annotated[str | None, Parameter(max_length=64, pattern=_pattern(OPERATORS_GROUPS))]
Filter = Annotated[str | None, Parameter(max_length=128, pattern=whole(r"[\w .@:/+-]{0,128}"))]
Time = Annotated[int | None, Parameter(ge=0, le=2**40, description="Unix seconds")]


@dataclass(frozen=True, kw_only=True)
class UsageQuestion:
    """Rows by at most two groups and a period, of what has these labels."""

    since: int | None
    until: int | None
    period: Period | None
    by: tuple[str, ...]
    where: dict[str, str]

    @property
    def of_namespaces(self) -> bool:
        """Whether it is of all the wallet's accounts, and not of one."""
        return "namespace" in (*self.by, *self.where)

    def require_of_the_chain(self) -> None:
        """Raises Refusal for labels: a key sees those of its own namespace, and of the others what the chain says."""
        labels = [name for name in (*self.by, *self.where) if name in COLUMNS]
        if labels:
            raise Refusal(
                Kinds.INVALID_REQUEST,
                f"{labels[0]}: it is not told of all namespaces. With namespace, group and filter by "
                "tier and component alone; or ask without namespace, with a key of each.",
            )

    def ask(self, view: View, scope: OfAccount | OfWallet | OfPlatform, *, most_rows: int = MOST_ROWS) -> Usage:
        """The answer for a scope. Raises NotIndexed, and ValueError for more than two groups and for too many rows."""
        return usage(
            view,
            scope,
            since=self.since,
            until=self.until,
            period=self.period,
            by=self.by,
            where=self.where,
            labels=ServersLabels(),
            most_rows=most_rows,
        )


def provide_usage_question(
    since: Time = None,
    until: Time = None,
    period: Period | None = None,
    by: By = None,
    key: Filter = None,
    project: Filter = None,
    member: Filter = None,
    model: Filter = None,
    job_type: Filter = None,
    tier: Filter = None,
    component: Filter = None,
    namespace: Filter = None,
) -> UsageQuestion:
    """The parameters of a usage report, with a filter for each group. Raises Refusal for two periods."""
    values = (key, project, member, model, job_type, tier, component, namespace)
    return _question(since, until, period, by, dict(zip(GROUPS, values, strict=True)))


def provide_operators_question(
    since: Time = None,
    until: Time = None,
    period: Period | None = None,
    by: OperatorsBy = None,
    key: Filter = None,
    project: Filter = None,
    member: Filter = None,
    model: Filter = None,
    job_type: Filter = None,
    tier: Filter = None,
    component: Filter = None,
    namespace: Filter = None,
    wallet: Filter = None,
    credit_account: Filter = None,
    operator: Filter = None,
) -> UsageQuestion:
    """The parameters of a platform's usage report, with a filter for each group. Raises Refusal for two periods."""
    values = (key, project, member, model, job_type, tier, component, namespace, wallet, credit_account, operator)
    return _question(since, until, period, by, dict(zip(OPERATORS_GROUPS, values, strict=True)))


def _question(
    since: int | None, until: int | None, period: Period | None, by: str | None, filters: dict[str, str | None]
) -> UsageQuestion:
    names = [] if by is None else by.split(",")
    periods = {name for name in names if name in get_args(Period)} | ({period} if period else set())
    if len(periods) > 1:
        raise Refusal(Kinds.INVALID_REQUEST, f"Give one period, not {' and '.join(sorted(periods))}.")
    return UsageQuestion(
        since=since,
        until=until,
        period=cast("Period | None", next(iter(periods), None)),
        by=tuple(name for name in names if name not in get_args(Period)),
        where={name: value for name, value in filters.items() if value is not None},
    )
