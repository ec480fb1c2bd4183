"""Receipts of sessions: bytes are a receipt's own, and every change of a valid set is found (D9, A12)."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from escrow_harness.receipts import SESSION, TIERS, made, tier
from hypothesis import given
from hypothesis import strategies as st
from job_escrow.amounts import InvalidAmount
from job_escrow.codec import Tier, TierTotals
from job_escrow.pricing import NO_TOTALS, add_request, cost, session_cost
from job_escrow.receipts import (
    InvalidReceipt,
    Meter,
    ReceiptSignature,
    SessionReceipt,
    SessionRecord,
    SettledBatch,
    first_head,
    leaf_of,
    next_head,
    next_session_heads,
    root_of,
    root_of_leaves,
    verify,
    verify_ended,
)
from solders.keypair import Keypair
from solders.pubkey import Pubkey

OTHER = Pubkey(bytes(range(1, 33)))


def by_head_alone(record: SessionRecord) -> SessionRecord:
    """What an open session's account says."""
    return replace(
        record, batches=tuple(SettledBatch(from_count=each.from_count, count=each.count) for each in record.batches)
    )


REQUESTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3_000)), min_size=1, max_size=12)
SETS = st.tuples(REQUESTS, st.lists(st.integers(1, 12), max_size=4)).map(lambda drawn: made(*drawn))
HASH = st.binary(min_size=32, max_size=32)


# What is valid


@given(SETS)
def test_a_valid_set_has_no_findings(valid: tuple[list[SessionReceipt], SessionRecord]) -> None:
    receipts, record = valid
    assert verify(receipts, record) == []
    assert verify(receipts, record, leaves=[leaf_of(each) for each in receipts]) == []
    assert verify(receipts, by_head_alone(record)) == []


def test_a_session_without_receipts() -> None:
    head = first_head(SESSION, TIERS)
    record = SessionRecord(session=SESSION, tiers=TIERS, batches=(), count=0, settled=0, head=head)
    assert verify([], record) == []
    assert {each.kind for each in verify([], replace(record, head=bytes(32)))} == {"history"}
    receipts, _ = made([(0, 1)], [])
    assert {each.kind for each in verify(receipts, record)} == {"unsettled"}


# What is not

_FIELDS: dict[str, Callable[[SessionReceipt, Any], SessionReceipt]] = {
    "session": lambda receipt, _: replace(receipt, session=OTHER),
    "number": lambda receipt, data: replace(receipt, number=data.draw(st.integers(1, 2**64 - 1))),
    "request_id": lambda receipt, data: replace(receipt, request_id=data.draw(st.text(max_size=20))),
    "model": lambda receipt, data: replace(receipt, model=data.draw(st.text(max_size=20))),
    "terms": lambda receipt, data: replace(receipt, terms=data.draw(HASH)),
    "tier": lambda receipt, data: replace(receipt, tier=data.draw(st.integers(0, 7))),
    "units": lambda receipt, data: replace(receipt, units=data.draw(st.integers(0, 2**32 - 1))),
    "price": lambda receipt, data: replace(receipt, price=data.draw(st.integers(0, 2**32 - 1))),
    "total": lambda receipt, data: replace(receipt, total=data.draw(st.integers(0, 2**32 - 1))),
    "request_hash": lambda receipt, data: replace(receipt, request_hash=data.draw(st.none() | HASH)),
    "response_hash": lambda receipt, data: replace(receipt, response_hash=data.draw(st.none() | HASH)),
}


def test_every_field_can_be_changed() -> None:
    assert set(_FIELDS) == set(SessionReceipt.__dataclass_fields__)


@pytest.mark.parametrize("field", _FIELDS)
@given(data=st.data())
def test_a_changed_field_is_found_and_named(field: str, data: st.DataObject) -> None:
    receipts, record = data.draw(SETS)
    place = data.draw(st.integers(0, len(receipts) - 1))
    changed = _FIELDS[field](receipts[place], data)
    leaves = [leaf_of(each) for each in receipts]
    if changed == receipts[place]:
        return
    forged = [*receipts[:place], changed, *receipts[place + 1 :]]
    assert verify(forged, record)
    assert verify(forged, by_head_alone(record))
    found = verify(forged, record, leaves=leaves)
    said = {"session": "other session", "terms": "other terms"}.get(
        field, "changed" if field != "number" else "missing"
    )
    assert said in {each.kind for each in found}
    if field != "number":
        assert [each.first for each in found if each.kind == "changed"] == [place + 1]
    else:
        assert ("missing", place + 1) in {(each.kind, each.first) for each in found}


@given(data=st.data())
def test_a_dropped_doubled_or_moved_receipt_is_found_and_named(data: st.DataObject) -> None:
    receipts, record = data.draw(SETS)
    place = data.draw(st.integers(0, len(receipts) - 1))
    dropped = verify([*receipts[:place], *receipts[place + 1 :]], record)
    assert ("missing", place + 1, place + 1) in {(each.kind, each.first, each.last) for each in dropped}
    doubled = verify([*receipts, receipts[place]], record)
    assert [(each.kind, each.first) for each in doubled] == [("twice", place + 1)]
    if place:
        moved = [*receipts[: place - 1], receipts[place], receipts[place - 1], *receipts[place + 1 :]]
        assert [(each.kind, each.first) for each in verify(moved, record)] == [("out of order", place)]


@given(data=st.data())
def test_two_receipts_that_have_changed_places_with_their_numbers_are_found(data: st.DataObject) -> None:
    receipts, record = data.draw(SETS.filter(lambda valid: len(valid[0]) > 1))
    first = data.draw(st.integers(0, len(receipts) - 2))
    swapped = list(receipts)
    swapped[first] = replace(receipts[first + 1], number=first + 1)
    swapped[first + 1] = replace(receipts[first], number=first + 2)
    assert "changed" in {each.kind for each in verify(swapped, record)}
    assert "history" in {each.kind for each in verify(swapped, by_head_alone(record))}


@given(data=st.data())
def test_a_rewritten_record_is_found(data: st.DataObject) -> None:
    receipts, record = data.draw(SETS)
    place = data.draw(st.integers(0, len(record.batches) - 1))
    batch = record.batches[place]
    settled = batch.settled
    assert settled is not None
    rewritten = data.draw(
        st.sampled_from(
            [
                replace(batch, root=bytes(32)),
                replace(batch, head=bytes(32)),
                replace(batch, settled=settled + 1),
                replace(batch, count=batch.count + 1),
                replace(batch, from_count=batch.from_count + 1),
            ]
        )
    )
    batches = (*record.batches[:place], rewritten, *record.batches[place + 1 :])
    assert verify(receipts, replace(record, batches=batches))
    one_less = replace(record, batches=record.batches[:-1])
    assert "history" in {each.kind for each in verify(receipts, one_less)}
    for other in (
        replace(record, head=bytes(32)),
        replace(record, settled=record.settled + 1),
        replace(record, session=OTHER),
        replace(record, tiers=(*TIERS[:7], TIERS[0])),
        replace(record, totals=(NO_TOTALS, *(record.totals or ())[1:]) if record.totals else None),
    ):
        assert other == record or verify(receipts, other)


def test_a_history_that_was_made_anew_does_not_fit_the_head() -> None:
    _, record = made([(0, 400), (2, 2_001), (1, 61)], [1])
    cheaper, rewritten = made([(0, 400), (2, 2_000), (1, 61)], [1])
    assert verify(cheaper, rewritten) == []
    kept = replace(rewritten, head=record.head)
    assert {each.kind for each in verify(cheaper, kept)} == {"history"}


def test_an_operator_that_prices_by_another_rule_is_found() -> None:
    """It commits to what it says, and the program charges what the totals cost: the receipts do not add up to it."""
    receipts, record = made([(0, 400), (2, 2_001)], [])
    dear = replace(receipts[1], price=receipts[1].price + 1, total=receipts[1].total + 1)
    forged = [receipts[0], dear]
    root = root_of(forged)
    head = next_head(first_head(SESSION, TIERS), root, 2, record.settled)
    batch = SettledBatch(from_count=0, count=2, settled=record.settled, root=root, head=head)
    found = verify(forged, replace(record, batches=(batch,), head=head))
    assert [(each.kind, each.first) for each in found] == [("wrong price", 2), ("wrong total", 2)]


def test_receipts_that_no_session_could_hold_are_findings_too() -> None:
    """Their sum has no receipt: that is told, and no error."""
    receipts, record = made([(0, 400), (2, 2_001)], [])
    huge = [replace(receipts[0], tier=2, units=2**32 - 1), *receipts[1:]]
    dear = replace(record, tiers=(*TIERS[:2], tier("max", 0, 0, (1, 1)), *TIERS[3:]))
    huge = [*huge[:1], replace(huge[1], units=2**32 - 1)]
    assert "wrong price" in {each.kind for each in verify(huge, dear)}


def test_a_root_without_its_charge_is_held_to_the_head() -> None:
    receipts, record = made([(0, 400), (2, 2_001)], [])
    forged = [replace(receipts[0], model="cheaper"), receipts[1]]
    batch = SettledBatch(from_count=0, count=2, root=root_of(forged))
    assert {each.kind for each in verify(forged, replace(record, batches=(batch,)))} == {"history"}


def test_leaves_that_are_not_the_settlements_prove_nothing() -> None:
    receipts, record = made([(0, 400), (2, 2_001), (1, 61)], [])
    forged = [receipts[0], replace(receipts[1], model="cheaper"), receipts[2]]
    (found,) = verify(forged, record, leaves=[leaf_of(each) for each in forged])
    assert (found.kind, found.first, found.last) == ("changed", 1, 3)
    assert str(found) == "of the receipts 1 to 3 at least one was changed since the settlement"


@given(st.lists(SETS, min_size=1, max_size=4), st.data())
def test_ended_sessions_are_proved_by_their_account(
    valid: list[tuple[list[SessionReceipt], SessionRecord]], data: st.DataObject
) -> None:
    records = [replace(record, session=Pubkey(bytes([at]) * 32)) for at, (_, record) in enumerate(valid)]
    heads = bytes(32)
    for record in records:
        heads = next_session_heads(heads, record.session, record.head, record.count, record.settled)
    assert verify_ended(heads, records) == []
    place = data.draw(st.integers(0, len(records) - 1))
    assert verify_ended(heads, [*records[:place], *records[place + 1 :]])
    assert verify_ended(heads, [*records, records[place]])
    cheaper = replace(records[place], settled=records[place].settled + 1)
    assert verify_ended(heads, [*records[:place], cheaper, *records[place + 1 :]])


# Trees


@given(st.lists(HASH.filter(any), min_size=1, max_size=20), st.data())
def test_no_two_batches_have_one_root(leaves: list[bytes], data: st.DataObject) -> None:
    root = root_of_leaves(leaves)
    assert root_of_leaves([*leaves, leaves[-1]]) != root
    assert root_of_leaves(leaves[:-1]) != root
    place = data.draw(st.integers(0, len(leaves) - 1))
    assert root_of_leaves([*leaves[:place], bytes(32), *leaves[place + 1 :]]) != root or leaves[place] == bytes(32)


def test_a_node_is_no_leaf() -> None:
    receipts, _ = made([(0, 1), (0, 2), (0, 3), (0, 4)], [])
    leaves = [leaf_of(each) for each in receipts]
    nodes = [root_of_leaves(leaves[:2]), root_of_leaves(leaves[2:])]
    assert root_of_leaves(nodes) == root_of_leaves(leaves)
    # A node's bytes are no receipt, so that nobody has a set whose leaves are those nodes.
    with pytest.raises(InvalidReceipt):
        SessionReceipt.from_bytes(b"".join(leaves[:2]))


# Bytes and JSON

RECEIPTS = st.builds(
    SessionReceipt,
    session=HASH.map(Pubkey),
    number=st.integers(1, 2**64 - 1),
    request_id=st.text(max_size=40),
    model=st.text(max_size=40),
    terms=HASH,
    tier=st.integers(0, 7),
    units=st.integers(0, 2**32 - 1),
    price=st.integers(0, 2**32 - 1),
    total=st.integers(0, 2**32 - 1),
    request_hash=st.none() | HASH,
    response_hash=st.none() | HASH,
)


@given(RECEIPTS, RECEIPTS)
def test_bytes_and_json_are_a_receipts_own(receipt: SessionReceipt, other: SessionReceipt) -> None:
    assert SessionReceipt.from_bytes(receipt.to_bytes()) == receipt
    assert SessionReceipt.from_json(json.loads(json.dumps(receipt.to_json()))) == receipt
    assert (receipt.to_bytes() == other.to_bytes()) == (receipt == other)


@given(st.one_of(st.binary(max_size=300), RECEIPTS.map(lambda each: each.to_bytes()[:-1])))
def test_bytes_that_are_no_receipt_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidReceipt):
        SessionReceipt.from_bytes(data)


@given(RECEIPTS, st.data())
def test_other_bytes_are_another_receipt_or_none(receipt: SessionReceipt, data: st.DataObject) -> None:
    encoded = bytearray(receipt.to_bytes())
    encoded[data.draw(st.integers(0, len(encoded) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        decoded = SessionReceipt.from_bytes(bytes(encoded))
    except InvalidReceipt:
        return
    assert decoded != receipt
    assert decoded.to_bytes() == bytes(encoded)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("session", "nobody"), ("session", 5), ("number", 0), ("number", 1.0), ("number", True), ("number", 2**64),
        ("tier", 8), ("units", -1), ("price", "5"), ("total", 2**32), ("terms", None), ("terms", "AB" * 32),
        ("request_hash", "ab"), ("response_hash", 5), ("model", None), ("request_id", "\ud800"),
        ("model", "x" * 2**16), ("further", 1),
    ],
)  # fmt: skip
def test_json_that_is_no_receipt_is_refused(field: str, value: object) -> None:
    receipt = made([(0, 1)], [])[0][0].to_json()
    with pytest.raises(InvalidReceipt):
        SessionReceipt.from_json({**receipt, field: value})
    del receipt["total"]
    with pytest.raises(InvalidReceipt):
        SessionReceipt.from_json(receipt)


# Prices


@given(st.sampled_from(TIERS[:4]), st.lists(st.integers(0, 5_000), max_size=30))
def test_prices_of_requests_add_up_to_the_sessions(price: Tier, requests: list[int]) -> None:
    totals, charged = NO_TOTALS, 0
    for units in requests:
        totals, more = add_request(price, totals, units)
        charged += more
        if price.flat_credits:
            assert more == cost(price, units)
    assert charged == session_cost(price, totals)
    if not price.flat_credits:
        metered = sum(units for units in requests if units > price.included_units)
        # Less than one credit for the session more than exact (A12).
        assert 0 <= charged * price.rate_units - metered * price.rate_credits < price.rate_units


@pytest.mark.parametrize(
    ("slot", "totals"),
    [
        (1, (1, 0, 0, 0)), (1, (0, 1, 0, 0)), (1, (0, 0, 0, 1)), (2, (0, 0, 1, 0)), (2, (0, 0, 0, 1)),
        (3, (0, 1, 1, 8)), (2, (0, 1, 500, 41)), (2, (0, 1, 2_001, 40)), (2, (0, 1, 2_001, 42)), (2, (0, 2, 4_002, 81)),
        (2, (0, 2, 4_002, 83)), (4, (0, 0, 7, 0)),
    ],
)  # fmt: skip
def test_totals_without_a_price_are_refused(slot: int, totals: tuple[int, int, int, int]) -> None:
    flat, metered, units, credits = totals
    with pytest.raises(InvalidAmount):
        session_cost(
            TIERS[slot],
            TierTotals(flat_requests=flat, metered_requests=metered, metered_units=units, metered_credits=credits),
        )


@pytest.mark.parametrize("units", [0, 7])
def test_a_tier_that_is_not_offered_is_free_for_nobody(units: int) -> None:
    with pytest.raises(InvalidAmount, match="offers no such tier"):
        add_request(TIERS[-1], NO_TOTALS, units)


def test_a_meter_counts_nothing_that_it_refuses() -> None:
    meter = Meter(SESSION, TIERS)
    for slot, units in ((4, 1), (8, 1), (0, 2**32), (0, -1)):
        with pytest.raises(InvalidAmount):
            meter.add(slot, units, request_id="x", model="y")
    with pytest.raises(InvalidReceipt):
        meter.add(0, 1, request_id="x" * 2**16, model="y")
    assert (meter.count, meter.total, meter.totals) == (0, 0, [NO_TOTALS] * 8)
    full = Meter(SESSION, TIERS, totals=[NO_TOTALS, replace(NO_TOTALS, metered_units=2**32 - 1), *[NO_TOTALS] * 6])
    with pytest.raises(InvalidAmount, match="open another"):
        full.add(1, 101, request_id="x", model="y")
    assert meter.price(2, 2_001) == 41


def test_signatures_are_held_to_the_operators() -> None:
    operator, successor, stranger = Keypair(), Keypair(), Keypair()
    receipts, record = made([(0, 400), (2, 2_001), (1, 61)], [])
    record = replace(record, operator=operator.pubkey())
    signed = [ReceiptSignature.of(each.to_bytes(), operator) for each in receipts]

    def found(*signatures: ReceiptSignature | None, operators: tuple[Pubkey, ...] = ()) -> list[tuple[str, int | None]]:
        findings = verify(receipts, record, signatures=signatures, operators=operators)
        return [(each.kind, each.first) for each in findings]

    assert verify(receipts, record, signatures=signed) == []
    assert found(signed[0], None, signed[2]) == [("unsigned", 2)]
    assert found(signed[0], signed[2], signed[2]) == [("wrong signature", 2)]
    for key, operators, kinds in (
        (stranger, (), [("other signer", 3)]),
        (successor, (), [("other signer", 3)]),
        (successor, (successor.pubkey(),), []),
    ):
        assert found(*signed[:2], ReceiptSignature.of(receipts[2].to_bytes(), key), operators=operators) == kinds
    # Whoever names another signer than the one who signed.
    lent = replace(signed[0], signer=stranger.pubkey())
    assert found(lent, *signed[1:], operators=(stranger.pubkey(),)) == [("wrong signature", 1)]
    # A record without an opening knows no operator.
    unknown = replace(record, operator=None)
    assert len(verify(receipts, unknown, signatures=signed)) == 3
    with pytest.raises(ValueError, match="zip"):
        verify(receipts, record, signatures=signed[1:])


def test_a_signature_is_read_from_its_json_and_from_nothing_else() -> None:
    receipts, _ = made([(0, 400)], [])
    signed = ReceiptSignature.of(receipts[0].to_bytes(), Keypair())
    assert ReceiptSignature.from_json(signed.to_json()) == signed
    wrong: dict[str, Any]
    for wrong in ({}, {"signer": 1, "signature": "x"}, signed.to_json() | {"more": "x"},
                  signed.to_json() | {"signer": "x"}, signed.to_json() | {"signature": "x"}):  # fmt: skip
        with pytest.raises(InvalidReceipt):
            ReceiptSignature.from_json(wrong)
