"""What an operator sees of its platform at a glance: what it owes, what it has earned, what is to come."""

from dataclasses import dataclass

from job_escrow_indexer.queries import (
    Answer,
    Earned,
    Forecast,
    Liability,
    OfPlatform,
    View,
    earnings,
    forecast,
    liability,
)
from job_escrow_indexer.queries.usage_facts import period_start

from job_escrow_api.domain.reports.labels import ServersLabels


@dataclass(frozen=True, kw_only=True)
class Summary(Answer):
    """A platform as of one moment. `earned` is what settlements of this month, in UTC, have paid out."""

    platform: str
    liability: Liability
    earned: Earned
    forecast: Forecast


def summary(view: View, platform: str) -> Summary:
    """The summary of a platform. Raises NotIndexed."""
    return Summary(
        as_of_slot=view.as_of_slot,
        commitment=view.commitment,
        platform=platform,
        liability=liability(view, platform),
        earned=earnings(view, platform, since=period_start(view.now, "month")).total,
        forecast=forecast(view, OfPlatform(platform=platform), ServersLabels()),
    )
