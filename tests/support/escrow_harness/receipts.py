"""Receipts of one session whose tiers are of every kind, and the record of what settlements committed to."""

from job_escrow.codec import Tier
from job_escrow.receipts import Meter, SessionReceipt, SessionRecord, SettledBatch, first_head, next_head, root_of
from solders.pubkey import Pubkey


def tier(name: str, flat: int, included: int, rate: tuple[int, int]) -> Tier:
    credits, units = rate
    return Tier(
        name=name.encode().ljust(16, b"\0"), flat_credits=flat, included_units=included, rate_credits=credits,
        rate_units=units, unit_kind=0,
    )  # fmt: skip


_EMPTY = tier("", 0, 0, (0, 0))
TIERS = (
    tier("lite", 5, 500, (5, 1_000)),
    tier("metered", 0, 100, (1, 60)),
    tier("max", 40, 500, (20, 1_000)),
    tier("flat", 7, 0, (0, 0)),
    *[_EMPTY] * 4,
)
SESSION = Pubkey(bytes(range(32)))


def made(requests: list[tuple[int, int]], ends: list[int]) -> tuple[list[SessionReceipt], SessionRecord]:
    """Receipts of (tier, units), and the record of a session that was settled after so many of them."""
    meter = Meter(SESSION, TIERS)
    receipts: list[SessionReceipt] = []
    batches: list[SettledBatch] = []
    head = first_head(SESSION, TIERS)
    for number, (slot, units) in enumerate(requests, start=1):
        receipts.append(
            meter.add(
                slot, units, request_id=f"request {number}", model="llama", request_hash=bytes([number % 256]) * 32
            )
        )
        if number in ends or number == len(requests):
            start = batches[-1].count if batches else 0
            root = root_of(receipts[start:])
            head = next_head(head, root, number, meter.total)
            batches.append(SettledBatch(from_count=start, count=number, settled=meter.total, root=root, head=head))
    record = SessionRecord(
        session=SESSION, tiers=TIERS, batches=tuple(batches), count=len(requests), settled=meter.total, head=head,
        totals=tuple(meter.totals),
    )  # fmt: skip
    return receipts, record
