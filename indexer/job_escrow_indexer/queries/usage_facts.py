"""What usage is added up from: parts of settlements, each with its values of all dimensions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

Period = Literal["hour", "day", "month"]

QUOTED = "quoted"
"""The tier of jobs whose price was quoted, and their component where no breakdown of it is known."""

_HOUR = 3_600
DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A part of what was charged. Amounts are credits; `granted` are those of `credits` that had been granted.

    `of` has its values of dimensions, None where it has none of one that it does not name. What receipts charge that no
    settlement has reported yet is `unsettled`, and in no other number.
    """

    at: int | None
    """Unix seconds within its period."""
    of: Mapping[str, str | None]
    jobs: int = 0
    settlements: int = 0
    requests: int = 0
    credits: int = 0
    granted: int = 0
    unsettled_requests: int = 0
    unsettled_credits: int = 0
    units: tuple[tuple[str, int], ...] = ()
    """By kind."""


def bucket_sql(column: str, period: Period | None) -> str:
    """SQL of a time within the period that a time is in. Months are added up from days: Python knows calendars."""
    seconds = _HOUR if period == "hour" else DAY
    return "NULL" if period is None else f"{column} / {seconds} * {seconds}"


def period_start(at: int | None, period: Period | None) -> int | None:
    """Unix seconds at which the period of a time began, in UTC; None without a period."""
    if at is None or period is None:
        return None
    if period == "month":
        day = datetime.fromtimestamp(at, UTC)
        return int(day.replace(day=1, hour=0, minute=0, second=0).timestamp())
    seconds = _HOUR if period == "hour" else DAY
    return at // seconds * seconds
