"""What the chain says of a session: its terms, its settlements, and the heads that commit to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

from solders.pubkey import Pubkey

from job_escrow.codec import Event, Session, SessionOpened, SessionRefunded, SessionSettled, Tier, TierTotals
from job_escrow.pricing import NO_TOTALS
from job_escrow.receipts.receipt import tiers_bytes


@dataclass(frozen=True, kw_only=True)
class SettledBatch:
    """The receipts of one settlement: those after `from_count` up to `count`. `settled` are all credits charged so far.

    `root` and `head` are None where only accounts are known, which have the last head alone.
    """

    from_count: int
    count: int
    settled: int | None = None
    root: bytes | None = None
    head: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class SessionRecord:
    """A session as the chain has it. `totals` are None where they are not known any more.

    `session_heads` is what the credit account had after the session's end; None: it is open, or no event says.
    `operator` is who opened it; None: no event says.
    """

    session: Pubkey
    tiers: tuple[Tier, ...]
    batches: tuple[SettledBatch, ...]
    count: int
    settled: int
    head: bytes
    totals: tuple[TierTotals, ...] | None = None
    session_heads: bytes | None = None
    operator: Pubkey | None = None


def first_head(session: Pubkey, tiers: Sequence[Tier]) -> bytes:
    """The head of a session without receipts."""
    return sha256(bytes(session) + tiers_bytes(tiers)).digest()


def next_head(head: bytes, root: bytes, count: int, settled: int) -> bytes:
    """The head after a settlement of new receipts: `count` and `settled` are those after it."""
    return sha256(head + root + _number(count) + _number(settled)).digest()


def next_session_heads(session_heads: bytes, session: Pubkey, head: bytes, count: int, settled: int) -> bytes:
    """What a credit account remembers of all ended sessions, after one more."""
    return sha256(session_heads + bytes(session) + head + _number(count) + _number(settled)).digest()


def record_of_events(events: Iterable[Event]) -> SessionRecord:
    """A session's record from all of its events, the oldest first; events of no session count for nothing.

    Raises ValueError where the opening is missing, or events are of several sessions.
    """
    opened: SessionOpened | None = None
    batches: list[SettledBatch] = []
    count, settled, head = 0, 0, b""
    totals: tuple[TierTotals, ...] = ()
    session_heads = None
    for event in events:
        if not isinstance(event, SessionOpened | SessionSettled | SessionRefunded):
            continue
        if isinstance(event, SessionOpened) and opened is None:
            opened, head, totals = event, event.head, (NO_TOTALS,) * len(event.tiers)
            continue
        if opened is None or isinstance(event, SessionOpened) or event.session != opened.session:
            raise ValueError("these are not the events of one session from its opening on, the oldest first")
        if isinstance(event, SessionSettled):
            totals = event.totals
            if event.count != event.from_count:
                batches.append(
                    SettledBatch(
                        from_count=event.from_count,
                        count=event.count,
                        settled=event.settled,
                        root=event.root,
                        head=event.head,
                    )
                )
        if isinstance(event, SessionRefunded) or event.is_final:
            session_heads = event.session_heads
        count, settled, head = event.count, event.settled, event.head
    if opened is None:
        raise ValueError("the session's opening is not among these events: ask for all of its history")
    return SessionRecord(
        session=opened.session,
        tiers=opened.tiers,
        batches=tuple(batches),
        count=count,
        settled=settled,
        head=head,
        totals=totals,
        session_heads=session_heads,
        operator=opened.authority,
    )


def record_of_account(address: Pubkey, account: Session, counts: Sequence[int]) -> SessionRecord:
    """An open session's record from its account, and the counts after each of its settlements, which the head proves.

    The operator says the counts. A settlement without new receipts has none. Raises ValueError where they do not rise
    to the account's own.
    """
    ends = [0, *counts]
    if ends[-1] != account.count or any(one >= other for one, other in pairwise(ends)):
        raise ValueError(f"these counts do not rise to the session's own, {account.count}")
    return SessionRecord(
        session=address,
        tiers=account.tiers,
        batches=tuple(SettledBatch(from_count=one, count=other) for one, other in pairwise(ends)),
        count=account.count,
        settled=account.settled,
        head=account.head,
        totals=account.totals,
    )


def _number(value: int) -> bytes:
    return value.to_bytes(8, "little")
