"""What is asked of usage: the parameters that customers and operators have in common."""

from dataclasses import dataclass
from typing import Annotated, cast, get_args

from job_escrow_indexer.queries import OfAccount, OfPlatform, OfWallet, Period, Usage, View, usage
from litestar.params import Parameter

from job_escrow_api.domain.patterns import whole
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.reports.labels import ServersLabels

GROUPS = ("key", "project", "member", "model", "job_type", "tier", "component", "namespace")
OPERATORS_GROUPS = (*GROUPS, "wallet", "credit_account", "operator")


def _pattern(groups: tuple[str, ...]) -> str:
    one = "|".join((*groups, *get_args(Period)))
    return whole(f"({one})(,({one})){{0,2}}")


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

    def ask(self, view: View, scope: OfAccount | OfWallet | OfPlatform) -> Usage:
        """The answer for a scope. Raises NotIndexed, and ValueError for more than two groups."""
        return usage(
            view,
            scope,
            since=self.since,
            until=self.until,
            period=self.period,
            by=self.by,
            where=self.where,
            labels=ServersLabels(),
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
) -> UsageQuestion:
    """The parameters of a usage report. Raises Refusal for two periods."""
    filters = {"key": key, "project": project, "member": member, "model": model, "job_type": job_type, "tier": tier}
    return _question(since, until, period, by, filters)


def provide_operators_question(
    since: Time = None,
    until: Time = None,
    period: Period | None = None,
    by: OperatorsBy = None,
    wallet: Filter = None,
    credit_account: Filter = None,
    project: Filter = None,
    model: Filter = None,
    job_type: Filter = None,
    tier: Filter = None,
) -> UsageQuestion:
    """The parameters of a platform's usage report. Raises Refusal for two periods."""
    filters = {
        "wallet": wallet,
        "credit_account": credit_account,
        "project": project,
        "model": model,
        "job_type": job_type,
        "tier": tier,
    }
    return _question(since, until, period, by, filters)


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
