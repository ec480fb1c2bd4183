"""Pages of what an account's events say, the newest first."""

from job_escrow_indexer.queries.view import View

MOST_ENTRIES = 1_000
"""Of one page."""


def page_bounds(view: View, *, cursor: str | None, limit: int, since: int | None, until: int | None) -> tuple[int, int]:
    """The positions that a page is between, the first in and the second out.

    Raises ValueError for a cursor that is none, and for a limit that is not 1 to 1,000.
    """
    if not 1 <= limit <= MOST_ENTRIES:
        raise ValueError(f"{limit} is not a number of entries: ask for 1 to {MOST_ENTRIES}")
    start, end = view.between(since, until)
    return start, end if cursor is None else min(end, _from_cursor(cursor))


def _from_cursor(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 19 and int(cursor) < 1 << 63):
        raise ValueError(f"{cursor[:40]!r} is not a cursor: give the next_cursor of the page before, as it is")
    return int(cursor)
