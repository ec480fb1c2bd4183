"""Times and lengths of time, as people write and read them."""

from datetime import UTC, datetime

from job_escrow.numerals import InvalidNumber, whole

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
# A thousand years: a moment so far from now is still a date, which those beyond the year 9999 are not.
_MOST_SECONDS = 1_000 * 366 * 86_400
_LAST_SECOND = int(datetime.max.replace(tzinfo=UTC, microsecond=0).timestamp())
NEVER = 2**63 - 1
"""The time of what never comes."""


def moment(unix_seconds: int | None) -> str | None:
    """A time as ISO 8601 in UTC; None for none, and for what never comes."""
    if not unix_seconds or unix_seconds >= NEVER:
        return None
    # A chain takes any number of seconds for a time, and calendars end.
    return datetime.fromtimestamp(min(unix_seconds, _LAST_SECOND), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def minute(unix_seconds: int | None) -> str:
    """A time in UTC to the minute, short enough for tables in narrow terminals; nothing where there is none."""
    return (moment(unix_seconds) or "").replace("T", " ")[:16]


def duration(seconds: int) -> str:
    """A length of time in the largest units that it is whole in, such as 7d or 1h 30m."""
    parts = []
    for unit in ("d", "h", "m", "s"):
        number, seconds = divmod(seconds, _SECONDS[unit])
        if number:
            parts.append(f"{number}{unit}")
    return " ".join(parts) or "0s"


def parse_duration(text: str) -> int:
    """Seconds of a length such as 90, 90s, 15m, 24h, 7d or 2w. Raises ValueError."""
    number, unit = (text[:-1], text[-1]) if text[-1:] in tuple(_SECONDS) else (text, "s")
    try:
        return whole(number, most=_MOST_SECONDS // _SECONDS[unit]) * _SECONDS[unit]
    except InvalidNumber as error:
        raise ValueError(f"{text!r} is not a length of time: write seconds, or 15m, 24h, 7d") from error


def is_duration(text: str) -> bool:
    """Whether a text is a length of time with its unit, and no date."""
    return text[-1:] in tuple(_SECONDS) and text[:1].isdigit() and "-" not in text


def parse_moment(text: str, now: int) -> int:
    """Unix seconds of a date such as 2027-01-31, of a time in ISO 8601, or of a length of time from now.

    Raises ValueError.
    """
    if text == "never":
        return NEVER
    if is_duration(text):
        return now + parse_duration(text)
    try:
        found = datetime.fromisoformat(text)
        return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is not a time: write 2027-01-31, 2027-01-31T12:00:00Z, 30d, or never") from error
