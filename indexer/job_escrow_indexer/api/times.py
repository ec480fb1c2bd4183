"""Times as people read them."""

from datetime import UTC, datetime


def rfc3339(unix_time: int) -> str:
    """A time in UTC, to the second."""
    return datetime.fromtimestamp(unix_time, UTC).isoformat().removesuffix("+00:00") + "Z"
