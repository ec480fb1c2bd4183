"""What the chain said, event by event, for tests to count by themselves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from job_escrow.codec import PROGRAM_ID, Event, decode_event, is_event
from job_escrow_indexer.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Said:
    """An event and the slot that it was in."""

    slot: int
    event: Event


def events_of(transactions: Iterable[Transaction]) -> Iterator[Said]:
    """The events of transactions that succeeded, decoded by the generated codec."""
    program = str(PROGRAM_ID)
    for transaction in transactions:
        if transaction.error is None:
            for calls in transaction.calls:
                for call in calls:
                    if call.program == program and is_event(call.data):
                        yield Said(slot=transaction.slot, event=decode_event(call.data))
