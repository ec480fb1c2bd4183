"""Receipts against what the chain says of their session, offline: every difference is a finding."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from solders.pubkey import Pubkey

from job_escrow.amounts import InvalidAmount
from job_escrow.receipts.finding import Finding, finding_of
from job_escrow.receipts.meter import Meter
from job_escrow.receipts.receipt import InvalidReceipt, SessionReceipt, terms_of
from job_escrow.receipts.record import SessionRecord, SettledBatch, first_head, next_head, next_session_heads
from job_escrow.receipts.signatures import ReceiptSignature, unsigned_or_others
from job_escrow.receipts.tree import leaf_of, root_of, root_of_leaves


def verify(
    receipts: Sequence[SessionReceipt],
    record: SessionRecord,
    *,
    leaves: Sequence[bytes] | None = None,
    signatures: Sequence[ReceiptSignature | None] | None = None,
    operators: Collection[Pubkey] = (),
) -> list[Finding]:
    """What is wrong with the receipts of a session; empty: they are all of them, unchanged, and add up to the charge.

    Receipts are in their order. `leaves`, the hashes of all settled receipts, tell which one of a batch was changed;
    they need not be trusted, since the chain's roots prove them.

    With `signatures`, one for each receipt or None, each must be the signature of an operator: of whoever opened the
    session, as far as `record` knows it, or of one of `operators`, which is for a platform that changed hands since.
    Raises ValueError where there are not as many signatures as receipts.
    """
    there: dict[int, SessionReceipt] = {}
    for receipt in receipts:
        there.setdefault(receipt.number, receipt)
    changed = list(_changed(there, record, leaves))
    return [
        *_record_itself(record),
        *_numbers(receipts, record.count),
        *_belonging(receipts, record),
        *changed,
        *_prices(there, record, min((each.first or 0 for each in changed), default=record.count + 1)),
        *_head_alone(there, record),
        *([] if signatures is None else unsigned_or_others(receipts, signatures, _operators(record, operators))),
    ]


def verify_ended(session_heads: bytes, records: Sequence[SessionRecord]) -> list[Finding]:
    """Whether these are all ended sessions of a credit account, in the order in which they ended, by its account alone.

    `session_heads` is the account's, which begins anew where the account was closed and opened again. It proves what a
    record says of head, count and settled; `verify` proves its receipts with the same record.
    """
    heads = bytes(len(session_heads))
    for record in records:
        heads = next_session_heads(heads, record.session, record.head, record.count, record.settled)
    if heads == session_heads:
        return []
    return [
        _history(
            "the credit account commits to other ended sessions than these, or to another order: ask for all of them"
        )
    ]


def _record_itself(record: SessionRecord) -> Iterator[Finding]:
    """Whether heads follow from each other, and settlements leave nothing out."""
    head: bytes | None = first_head(record.session, record.tiers)
    count, settled = 0, 0
    for batch in record.batches:
        if batch.from_count != count or batch.count <= count:
            yield _history(f"the settlement of receipts {batch.from_count + 1} to {batch.count} does not follow")
        if batch.settled is not None and batch.settled < settled:
            yield _history(f"the settlement up to receipt {batch.count} took credits back")
        count = batch.count
        if batch.root is None or batch.settled is None or head is None:
            head = None
            continue
        settled = batch.settled
        head = next_head(head, batch.root, count, settled)
        if batch.head is not None and batch.head != head:
            yield _history(f"the head after receipt {count} does not follow from the one before")
    if head is not None and (head != record.head or settled != record.settled):
        yield _history("the session's head or its charge is not that of these settlements and tiers")
    if count != record.count:
        yield _history(f"these settlements are of {count:,} receipts, the session is of {record.count:,}")


def _numbers(receipts: Sequence[SessionReceipt], count: int) -> Iterator[Finding]:
    there = {receipt.number for receipt in receipts}
    seen: set[int] = set()
    highest = 0
    for receipt in receipts:
        number = receipt.number
        if number in seen:
            yield finding_of("twice", number, f"receipt {number} is there twice")
        elif number > count:
            yield finding_of("unsettled", number, f"receipt {number} is beyond the {count:,} that are settled")
        elif number < highest:
            yield finding_of("out of order", number, f"receipt {number} stands behind receipt {highest}")
        seen.add(number)
        highest = max(highest, number)
    expected = 1
    for number in [*sorted(each for each in there if each <= count), count + 1]:
        if number > expected:
            which = f"receipt {expected} is" if number == expected + 1 else f"receipts {expected} to {number - 1} are"
            yield Finding(kind="missing", message=f"{which} missing", first=expected, last=number - 1)
        expected = number + 1


def _belonging(receipts: Sequence[SessionReceipt], record: SessionRecord) -> Iterator[Finding]:
    terms = terms_of(record.tiers)
    for receipt in receipts:
        if receipt.session != record.session:
            yield finding_of(
                "other session", receipt.number, f"receipt {receipt.number} is of session {receipt.session}"
            )
        if receipt.terms != terms:
            yield finding_of(
                "other terms", receipt.number, f"receipt {receipt.number} names other prices than the session's tiers"
            )


def _changed(
    there: Mapping[int, SessionReceipt], record: SessionRecord, leaves: Sequence[bytes] | None
) -> Iterator[Finding]:
    """Receipts that a settlement did not commit to, as exactly as roots and leaves tell."""
    for batch in record.batches:
        first, last = batch.from_count + 1, batch.count
        if batch.root is None or last - first >= len(there) + len(leaves or ()):
            continue
        proved = None if leaves is None else _proved(batch, batch.root, leaves)
        if proved is not None:
            for number, leaf in enumerate(proved, start=first):
                if number in there and leaf_of(there[number]) != leaf:
                    yield finding_of("changed", number, f"receipt {number} was changed since the settlement")
            continue
        found = [there[number] for number in range(first, last + 1) if number in there]
        if len(found) == last - first + 1 and root_of(found) != batch.root:
            which = f"receipt {last} was" if first == last else f"of the receipts {first} to {last} at least one was"
            yield Finding(kind="changed", message=f"{which} changed since the settlement", first=first, last=last)


def _proved(batch: SettledBatch, root: bytes, leaves: Sequence[bytes]) -> Sequence[bytes] | None:
    """A batch's leaves, where its root proves them."""
    part = leaves[batch.from_count : batch.count]
    return part if len(part) == batch.count - batch.from_count and root_of_leaves(part) == root else None


def _prices(there: Mapping[int, SessionReceipt], record: SessionRecord, changed_from: int) -> Iterator[Finding]:
    """Prices, running totals and the charge, as far as no receipt is missing.

    Behind the first wrong price among receipts that were changed nothing is known: its units may be what was changed.
    """
    meter = Meter(record.session, record.tiers)
    settled = {batch.count: batch.settled for batch in record.batches}
    for number in range(1, record.count + 1):
        receipt = there.get(number)
        if receipt is None:
            return
        try:
            expected = meter.add(receipt.tier, receipt.units, request_id=receipt.request_id, model=receipt.model)
        except (InvalidAmount, InvalidReceipt) as error:
            yield finding_of("wrong price", number, f"receipt {number} has no price: {error}")
            return
        if receipt.price != expected.price:
            yield finding_of(
                "wrong price", number, f"receipt {number} costs {expected.price:,} credits, not {receipt.price:,}"
            )
            if number >= changed_from:
                return
        if receipt.total != expected.total:
            yield finding_of(
                "wrong total", number, f"up to receipt {number} it is {expected.total:,}, not {receipt.total:,}"
            )
        if settled.get(number) not in (None, expected.total):
            yield Finding(
                kind="wrong sum",
                message=f"receipts 1 to {number} cost {expected.total:,} credits, and {settled[number]:,} were charged",
                first=1,
                last=number,
            )
    if meter.total != record.settled:
        yield Finding(
            kind="wrong sum",
            message=f"the receipts cost {meter.total:,} credits, and {record.settled:,} were charged",
        )
    if record.totals is not None and tuple(meter.totals) != tuple(record.totals):
        yield Finding(kind="wrong sum", message="the receipts do not add up to the session's totals of its tiers")


def _head_alone(there: Mapping[int, SessionReceipt], record: SessionRecord) -> Iterator[Finding]:
    """Where only the last head is known: whether these receipts, settled in these parts, make it."""
    if not any(batch.root is None or batch.settled is None for batch in record.batches):
        return
    head = first_head(record.session, record.tiers)
    for batch in record.batches:
        if batch.count - batch.from_count > len(there):
            return
        found = [there[number] for number in range(batch.from_count + 1, batch.count + 1) if number in there]
        if len(found) < batch.count - batch.from_count:
            return
        root = root_of(found) if batch.root is None else batch.root
        head = next_head(head, root, batch.count, found[-1].total if batch.settled is None else batch.settled)
    if head != record.head:
        yield _history("the session's head commits to other receipts than these, or to other settlements of them")


def _operators(record: SessionRecord, others: Collection[Pubkey]) -> set[Pubkey]:
    return {*others, *([] if record.operator is None else [record.operator])}


def _history(message: str) -> Finding:
    return Finding(kind="history", message=message)
