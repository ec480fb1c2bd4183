"""What a number was used for before: so that a command that is repeated with it gives its receipt, and does nothing."""

from collections.abc import Callable
from typing import NamedTuple

from solders.pubkey import Pubkey
from solders.signature import Signature

from job_escrow.chain.requests import ChainError, Flow, GetTransaction, ask
from job_escrow.codec import (
    AccountOpened,
    CreditsGranted,
    CreditsPurchased,
    CreditsWithdrawn,
    Event,
    LimitsSet,
    PackExpected,
    PlanCycle,
)
from job_escrow.errors import NotFound, SequenceUsed
from job_escrow.flows.history import HistoryEntry, history
from job_escrow.plans import NO_PLAN
from job_escrow.transactions import Receipt, receipt_of

_PAGE = 50


class GrantTerms(NamedTuple):
    """What makes a grant the same one."""

    grant_id: int
    credits: int
    expires_at: int
    plan: PlanCycle | None


def done_under(
    address: Pubkey,
    sequence: int,
    kind: type[CreditsPurchased] | type[CreditsWithdrawn],
    credits: int | PackExpected | None,
    program_id: Pubkey,
) -> Flow[Receipt]:
    """The receipt of the purchase or withdrawal of so many credits (None: any), or of a pack, that used a number up.

    Raises SequenceUsed where it was for something else, NotFound where the node does not remember, and ChainError.
    """
    entry = yield from numbered(address, sequence, program_id)
    if entry is None:
        raise NotFound(
            f"sequence number {sequence} is used up, and the node does not remember by what: ask one with a longer "
            "history, or read the account and take the next number"
        )
    event = entry.event
    if not isinstance(event, kind) or not is_of(event, credits):
        raise SequenceUsed(
            f"sequence number {sequence} was used for something else, in {entry.signature}: read the account and take "
            "the next number"
        )
    return (yield from landed(entry.signature, program_id))


def is_of(event: CreditsPurchased | CreditsWithdrawn, credits: int | PackExpected | None) -> bool:
    """Whether an event is of so many credits (None: any), or of a pack with no less on top than is expected."""
    bonus = event.bonus_credits if isinstance(event, CreditsPurchased) else 0
    if not isinstance(credits, PackExpected):
        return credits in (None, event.credits) and not bonus
    return event.credits == credits.credits and bonus >= credits.bonus_credits


def numbered(address: Pubkey, sequence: int, program_id: Pubkey) -> Flow[HistoryEntry | None]:
    """What used a sequence number up, a change of limits too; None where the node does not remember. ChainError."""

    def used_it(event: Event) -> bool:
        return isinstance(event, CreditsPurchased | CreditsWithdrawn | LimitsSet) and event.sequence == sequence

    return (yield from _newest(address, used_it, program_id))


def granted_under(address: Pubkey, terms: GrantTerms, program_id: Pubkey) -> Flow[Receipt | None]:
    """The receipt of the very grant that used an id or a plan's cycle up; None where that was another, or long ago."""

    def is_it(event: Event) -> bool:
        if not isinstance(event, CreditsGranted):
            return False
        plan = None if event.plan_slot == NO_PLAN else PlanCycle(slot=event.plan_slot, cycle=event.plan_cycle)
        return GrantTerms(event.id, event.credits, event.expires_at, plan) == terms

    entry = yield from _newest(address, is_it, program_id)
    return None if entry is None else (yield from landed(entry.signature, program_id))


def _newest(address: Pubkey, wanted: Callable[[Event], bool], program_id: Pubkey) -> Flow[HistoryEntry | None]:
    before = None
    while True:
        page = yield from history(address, program_id, before=before, limit=_PAGE)
        for entry in page.entries:
            if wanted(entry.event):
                return entry
            if isinstance(entry.event, AccountOpened):
                # Numbers of an account that was closed and opened again are others.
                return None
        if page.before is None:
            return None
        before = page.before


def landed(signature: Signature, program_id: Pubkey) -> Flow[Receipt]:
    """The receipt of a transaction that the node has just told of. Raises ChainError."""
    found = yield from ask(GetTransaction(signature))
    if found is None:
        raise ChainError(f"the node knew {signature} a moment ago and does not now: try again")
    return receipt_of(found, program_id)
