"""What happened to an account, from the chain itself: its transactions, newest first, and their events."""

from dataclasses import dataclass

from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.signature import Signature

from job_escrow.chain.requests import ChainError, Flow, GetSignatures, GetTransaction, UnreadableTransaction, ask
from job_escrow.codec import Event
from job_escrow.errors import failure
from job_escrow.transactions import Receipt, events_of, receipt_of

DEFAULT_LIMIT = 100


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    """An event with the transaction that it happened in. `time` is the block's, in unix seconds."""

    event: Event
    signature: Signature
    slot: int
    time: int | None


@dataclass(frozen=True, kw_only=True)
class HistoryPage:
    """A part of an account's history, newest first.

    `before` continues it: pass it to get the next, older page; None where there is none. A page may be empty and yet
    have a next one, where its transactions failed or had no event of the account. `unread` are transactions that this
    release cannot read, such as those of a newer version: anybody can send one that names the account.
    """

    entries: tuple[HistoryEntry, ...]
    before: Signature | None
    unread: tuple[Signature, ...] = ()


def history(
    address: Pubkey,
    program_id: Pubkey,
    *,
    before: Signature | None = None,
    until: Signature | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Flow[HistoryPage]:
    """Events that name `address` (a credit account, job, session or platform), in at most `limit` transactions.

    Only transactions older than `before` and newer than `until`. Nodes forget: what is older than a node's ledger is
    not found there. Raises ValueError for a limit that is not 1 to 1,000, and ChainError.
    """
    if not 1 <= limit <= 1_000:
        raise ValueError(f"a page of {limit} transactions is not possible: ask for 1 to 1,000")
    found = yield from ask(GetSignatures(address, before, until, limit))
    entries: list[HistoryEntry] = []
    unread: list[Signature] = []
    for info in found:
        if info.error is not None:
            continue
        try:
            landed = yield from ask(GetTransaction(info.signature))
        except UnreadableTransaction:
            unread.append(info.signature)
            continue
        if landed is None:
            raise ChainError(f"the node knows {info.signature} but not what it did: ask one with a longer history")
        events = [event for event in events_of(landed, program_id) if names(event, address)]
        entries += [
            HistoryEntry(event=event, signature=info.signature, slot=info.slot, time=info.block_time)
            for event in reversed(events)
        ]
    before = found[-1].signature if len(found) == limit else None
    return HistoryPage(entries=tuple(entries), before=before, unread=tuple(unread))


def receipt(signature: Signature, program_id: Pubkey) -> Flow[Receipt | None]:
    """What a transaction did; None where the chain does not have it: it may still land for about a minute.

    Raises TransactionFailed where it landed and was refused, and ChainError.
    """
    landed = yield from ask(GetTransaction(signature))
    if landed is None:
        return None
    if landed.error is not None:
        keys = landed.account_keys
        ran = [
            Instruction(keys[each.program_id_index], each.data, []) for each in landed.transaction.message.instructions
        ]
        raise failure(landed.error, ran, program_id, logs=landed.logs, signature=signature)
    return receipt_of(landed, program_id)


def names(event: Event, address: Pubkey) -> bool:
    """Whether an event is about the credit account, the job, the session or the platform at an address."""
    about = (getattr(event, name, None) for name in ("credit_account", "job", "session", "platform"))
    return any(each == address for each in about)
