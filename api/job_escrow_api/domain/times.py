"""Times as people read them."""

from datetime import UTC, datetime

_LAST_SECOND = int(datetime.max.replace(tzinfo=UTC, microsecond=0).timestamp())


def rfc3339(unix_time: int) -> str:
    """A time in UTC, to the second."""
    # A chain takes any number of seconds for a time, and calendars end.
    return datetime.fromtimestamp(min(unix_time, _LAST_SECOND), UTC).isoformat().removesuffix("+00:00") + "Z"
