"""Subscriptions: what each asks for, and the notifications that the chain's events turn into."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from solders.pubkey import Pubkey
from solders.signature import Signature

from job_escrow_localnet.chain import Chain, Landed
from job_escrow_localnet.encoding import Filters, encode_account
from job_escrow_localnet.json_types import Json
from job_escrow_localnet.ledger import Block
from job_escrow_localnet.params import CONFIRMED, FINALIZED, PROCESSED

Notify = Callable[[dict[str, Json]], None]


@dataclass(frozen=True, slots=True, eq=False)
class Subscription:
    """What someone wants to be told, and how."""

    id: int
    name: str
    """Of its notifications, such as `accountNotification`."""
    notify: Notify
    commitment: str
    since: int
    """The slot that was open when it began."""
    key: Pubkey | None = None
    """The account, the program, or the address that logs mention; None: all logs."""
    signature: Signature | None = None
    encoding: str = "binary"
    data_slice: Json = None
    filters: Filters | None = None

    def send(self, result: Json) -> None:
        """Tell the subscriber."""
        self.notify({"jsonrpc": "2.0", "method": self.name, "params": {"result": result, "subscription": self.id}})


def _at(slot: int, value: Json) -> dict[str, Json]:
    """What is told, with the slot that it is true at."""
    return {"context": {"slot": slot}, "value": value}


@dataclass
class Subscriptions:
    """All subscriptions of all connections: a listener of the chain."""

    chain: Chain
    _all: dict[int, Subscription] = field(default_factory=dict)
    _ids: "itertools.count[int]" = field(default_factory=itertools.count)

    def add(self, name: str, notify: Notify, **options: Json) -> Subscription:
        """Begin a subscription."""
        subscription = Subscription(id=next(self._ids), name=name, notify=notify, since=self.chain.open.slot, **options)
        self._all[subscription.id] = subscription
        return subscription

    def remove(self, identifier: int) -> bool:
        """End a subscription; False where there is none."""
        return self._all.pop(identifier, None) is not None

    def _named(self, name: str, commitment: str | None = None) -> list[Subscription]:
        return [
            one
            for one in self._all.values()
            if one.name == name and (commitment is None or one.commitment == commitment)
        ]

    # What the chain tells

    def landed(self, landed: Landed) -> None:
        """A transaction is processed: nobody waits for the slot's end to hear of that."""
        slot = landed.record.slot
        self._tell_transaction(landed, PROCESSED)
        self._tell_accounts(set(landed.written), slot, PROCESSED)

    def opened(self, block: Block, root: int) -> None:
        """A slot began."""
        for one in self._named("slotNotification"):
            one.send({"parent": block.parent, "root": root, "slot": block.slot})
        self._tell_update("createdBank", block.slot, parent=block.parent)

    def completed(self, landed: int, failed: int, slot: int) -> None:
        """The open slot ended: so many of its transactions succeeded and failed."""
        entries = landed + failed  # each transaction is an entry of its own: no block is made of several at once
        stats = {
            "numTransactionEntries": entries,
            "numSuccessfulTransactions": landed,
            "numFailedTransactions": failed,
            "maxTransactionsPerEntry": min(entries, 1),
        }
        self._tell_update("frozen", slot, stats=stats)
        self._tell_update("completed", slot)

    def confirmed(self, slot: int) -> None:
        self._tell_update("optimisticConfirmation", slot)
        self._tell_slot(slot, CONFIRMED)
        self._tell_what_had_landed(slot)

    def rooted(self, slot: int) -> None:
        """A slot is final."""
        self._tell_update("root", slot)
        for one in self._named("rootNotification"):
            one.send(slot)
        self._tell_slot(slot, FINALIZED)

    def _tell_slot(self, slot: int, commitment: str) -> None:
        for landed in self.chain.landed_in(slot):
            self._tell_transaction(landed, commitment)
        self._tell_accounts(set(self.chain.accounts.keys_changed_in(slot)), slot, commitment)

    def _tell_update(self, kind: str, slot: int, **more: Json) -> None:
        """Tell a step in a slot's life, and its time in milliseconds since 1970."""
        for one in self._named("slotsUpdatesNotification"):
            one.send({"slot": slot, "timestamp": time.time_ns() // 1_000_000, "type": kind, **more})

    def _tell_what_had_landed(self, slot: int) -> None:
        """Tell who subscribed before this slot to a signature that was there already.

        Told at once, it would come before its subscriber listens: clients begin to when they have read the reply.
        """
        for one in self._named("signatureNotification"):
            known = None if one.signature is None else self.chain.status(one.signature)
            at = self.chain.slot_at(one.commitment)
            if known is not None and known[0] <= at and one.since < slot:
                self._signature_done(one, at, known[1])

    def _tell_transaction(self, landed: Landed, commitment: str) -> None:
        record = landed.record
        for one in self._named("logsNotification", commitment):
            if one.key is None or one.key in record.mentions:
                value = {"signature": str(record.signature), "err": landed.error, "logs": list(landed.logs)}
                one.send(_at(record.slot, value))
        for one in self._named("signatureNotification", commitment):
            if one.signature == record.signature:
                self._signature_done(one, record.slot, landed.error)

    def _signature_done(self, subscription: Subscription, slot: int, error: Json) -> None:
        subscription.send(_at(slot, {"err": error}))
        self.remove(subscription.id)

    def _tell_accounts(self, keys: set[Pubkey], slot: int, commitment: str) -> None:
        if not keys:
            return
        for one in self._named("accountNotification", commitment):
            if one.key in keys:
                one.send(_at(slot, self._account(one, one.key, slot)))
        for one in self._named("programNotification", commitment):
            for key in sorted(keys, key=bytes):
                account = self.chain.account(key, slot)
                if (
                    account is not None
                    and account.owner == one.key
                    and (one.filters is None or one.filters.allow(account))
                ):
                    value = {"pubkey": str(key), "account": self._account(one, key, slot)}
                    one.send(_at(slot, value))

    def _account(self, subscription: Subscription, key: Pubkey, slot: int) -> dict[str, Json]:
        account = self.chain.account(key, slot)
        if account is None:
            # What a cluster says of an account that was closed.
            nothing = ["", subscription.encoding] if subscription.encoding != "binary" else ""
            return {
                "data": nothing, "executable": False, "lamports": 0, "owner": "11111111111111111111111111111111",
                "rentEpoch": 0, "space": 0,
            }  # fmt: skip
        return encode_account(
            key, account, subscription.encoding, subscription.data_slice, lambda other: self.chain.account(other, slot)
        )
