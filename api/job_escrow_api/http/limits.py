"""What an operator may lock without asking, in requests and answers."""

from typing import Annotated

import msgspec
from job_escrow.bounds import MAX_CREDITS, MAX_PERIOD_SECONDS
from job_escrow.codec import Limits, LimitsArgs

Credits = Annotated[int, msgspec.Meta(ge=0, le=MAX_CREDITS)]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=MAX_PERIOD_SECONDS)]


class LimitsView(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the operator may lock without asking, in credits; the period in seconds. All zeros: nothing."""

    credits_per_job: Credits
    credits_per_session: Credits
    credits_per_period: Credits
    period_seconds: Seconds
    quoted_allowed: bool

    def args(self) -> LimitsArgs:
        """As the program takes them."""
        return LimitsArgs(**msgspec.structs.asdict(self))


def limits_view(limits: Limits | LimitsArgs) -> LimitsView:
    """Limits of an account, or of a preset."""
    return LimitsView(
        credits_per_job=limits.credits_per_job,
        credits_per_session=limits.credits_per_session,
        credits_per_period=limits.credits_per_period,
        period_seconds=limits.period_seconds,
        quoted_allowed=bool(limits.quoted_allowed),
    )
