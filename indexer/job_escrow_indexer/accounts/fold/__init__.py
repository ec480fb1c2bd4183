"""What events do to the rows of accounts. Every account of the program follows from its events alone.

Events of one account come in the chain's order; the caller sees to it. Where the balances that an event was preceded by
are not those of the row, something is missing: that is counted, and the event's own balances are taken.
"""

from collections.abc import Mapping

from job_escrow_indexer.accounts.fold import credits, jobs, platforms, sessions, top_ups
from job_escrow_indexer.accounts.fold.common import Handler, Rows, begins, subject
from job_escrow_indexer.decode.decoder import Happened

__all__ = ["Rows", "apply", "begins", "subject"]

_HANDLERS: Mapping[str, Handler] = {
    **platforms.HANDLERS,
    **credits.HANDLERS,
    **jobs.HANDLERS,
    **sessions.HANDLERS,
    **top_ups.HANDLERS,
}


def apply(rows: Rows, happened: Happened) -> None:
    """Do to the rows what an event says."""
    _HANDLERS[happened.layout.name](rows, happened)
