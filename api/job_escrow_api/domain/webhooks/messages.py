"""What an event of the chain means to a webhook: none, one or several messages."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from job_escrow.addresses import job_address
from job_escrow.codec import (
    CreditsGranted,
    CreditsPurchased,
    CreditsToppedUp,
    DepositsSynced,
    Event,
    JobRefunded,
    JobSettled,
)
from job_escrow.codec.types import Balances
from job_escrow_indexer.position import slot_of, transaction_of
from solders.pubkey import Pubkey

from job_escrow_api.domain.times import rfc3339


class Type(StrEnum):
    """The types of messages."""

    LOW = "credit.low"
    """What is not spent yet fell below a threshold of the webhook."""
    RECOVERED = "credit.recovered"
    """It is at or above the threshold again."""
    DEPLETED = "credit.depleted"
    """Nothing is left."""
    TOPUP = "topup.confirmed"
    """Credits were bought, deposited or granted."""
    SETTLED = "job.settled"
    """A job ended with a charge."""
    REFUNDED = "job.refunded"
    """A job ended and gave back what it still held."""
    TEST = "webhook.test"
    """Somebody pressed the button."""


CHOOSABLE = tuple(each for each in Type if each is not Type.TEST)


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message before it is signed; `key` says what it is about, so that its id is the same whenever it is made."""

    type: Type
    at: int
    key: str
    data: dict[str, Any]

    def id(self, webhook_id: str) -> str:
        return "msg_" + hashlib.sha256(f"{webhook_id} {self.type} {self.key}".encode()).hexdigest()[:32]

    def body(self) -> dict[str, Any]:
        """What is sent."""
        return {"type": self.type.value, "timestamp": rfc3339(self.at), "data": self.data}


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an event is on the chain. Its transaction's signature and `index`, the place in that, no fork changes."""

    signature: str
    index: int
    slot: int

    @classmethod
    def of(cls, signature: str, position: int) -> "Place":
        """The place behind an event's position."""
        return cls(signature=signature, index=position - transaction_of(position), slot=slot_of(position))


def messages_of(event: Event, place: Place, thresholds: list[int], program_id: Pubkey) -> Iterator[Message]:
    """The messages of an event.

    Thresholds are held against what is not spent yet, locked credits included, so that a job that only runs and gives
    everything back warns nobody.
    """
    before: Balances | None = getattr(event, "before", None)
    after: Balances | None = getattr(event, "after", None)
    account = getattr(event, "credit_account", None)
    if account is None or before is None or after is None:
        return
    at: int = event.at
    common = {
        "credit_account": str(account),
        "wallet": str(event.wallet),  # type: ignore[union-attr]  # and its wallet
        "credits_remaining": _available(after),
        "credits_locked": _total(after) - _available(after),
        # An event is told once it is confirmed; who wants to be surer asks a node for its transaction.
        "signature": place.signature,
        "slot": place.slot,
        "commitment": "confirmed",
    }

    def message(kind: Type, key: str = "", **data: object) -> Message:
        return Message(type=kind, at=at, key=f"{place.signature} {place.index} {key}", data=common | data)

    match event:
        case CreditsPurchased() | CreditsToppedUp() | DepositsSynced() | CreditsGranted():
            source = _SOURCES[type(event)]
            # What came on top of a pack is beside what was paid for.
            bonus = event.bonus_credits if isinstance(event, CreditsPurchased | CreditsToppedUp) else 0
            yield message(
                Type.TOPUP, credits=event.credits, bonus_credits=bonus, base_units=event.base_units, source=source
            )
        case JobSettled() if event.is_final:
            address = str(job_address(account, event.id, program_id).address)
            yield message(Type.SETTLED, job=address, job_number=event.id, charged=event.settled)
        case JobRefunded():
            address = str(job_address(account, event.id, program_id).address)
            timed_out = bool(event.timed_out)
            yield message(Type.REFUNDED, job=address, job_number=event.id, charged=event.settled, timed_out=timed_out)
    had, has = _total(before), _total(after)
    for threshold in thresholds:
        if had >= threshold > has:
            yield message(Type.LOW, str(threshold), threshold=threshold)
        elif had < threshold <= has:
            yield message(Type.RECOVERED, str(threshold), threshold=threshold)
    if had > 0 and has == 0:
        yield message(Type.DEPLETED)


_SOURCES: Mapping[type, str] = {
    CreditsPurchased: "purchase",
    CreditsToppedUp: "top-up",
    DepositsSynced: "deposit",
    CreditsGranted: "grant",
}


def _available(balances: Balances) -> int:
    return balances.paid_available + balances.granted_available


def _total(balances: Balances) -> int:
    return _available(balances) + balances.paid_locked + balances.granted_locked
