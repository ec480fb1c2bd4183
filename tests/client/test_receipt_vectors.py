"""Bytes, roots, heads and prices of receipts as in the vectors that hold other languages to them (D9, A12)."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from escrow_harness.receipts import SESSION, TIERS, made
from job_escrow.receipts import (
    NO_ROOT,
    Meter,
    ReceiptSignature,
    first_head,
    leaf_of,
    next_head,
    next_session_heads,
    root_of,
    root_of_leaves,
    terms_of,
)
from solders.keypair import Keypair

_SEED = bytes(range(32, 64))
_VECTORS = Path(__file__).with_name("receipt_vectors.json")


def vectors() -> dict[str, Any]:
    """What the file holds; a root for each number of leaves, and every head."""
    receipts, record = made([(0, 400), (2, 2_001), (1, 61), (3, 9), (1, 119), (0, 1_001), (2, 1)], [2, 3])
    receipts[3] = replace(receipts[3], request_id="ä, é and 模", request_hash=None, response_hash=b"\xff" * 32)
    receipts[4] = replace(receipts[4], request_hash=None)
    key = Keypair.from_seed(_SEED)
    leaves = [leaf_of(each) for each in receipts]
    head = first_head(SESSION, TIERS)
    steps = []
    for batch in record.batches:
        root = root_of(receipts[batch.from_count : batch.count])
        settled = receipts[batch.count - 1].total
        head = next_head(head, root, batch.count, settled)
        steps.append({"from_count": batch.from_count, "count": batch.count, "settled": settled, "root": root.hex(),
                      "head": head.hex()})  # fmt: skip
    heads = next_session_heads(NO_ROOT, SESSION, head, len(receipts), receipts[-1].total)
    return {
        "session": str(SESSION),
        "tiers": [each.to_bytes().hex() for each in TIERS],
        "terms": terms_of(TIERS).hex(),
        "first_head": first_head(SESSION, TIERS).hex(),
        "operator": {"seed": _SEED.hex(), "address": str(key.pubkey())},
        "receipts": [
            {
                "json": each.to_json(),
                "bytes": each.to_bytes().hex(),
                "leaf": leaf_of(each).hex(),
                "signature": str(ReceiptSignature.of(each.to_bytes(), key).signature),
            }
            for each in receipts
        ],
        "roots_of_the_first": [root_of_leaves(leaves[:count]).hex() for count in range(len(leaves) + 1)],
        "settlements": steps,
        "session_heads": heads.hex(),
        "prices": _price_vectors(),
    }


def _price_vectors() -> list[dict[str, Any]]:
    """Prices of requests, one after the other in one session of all tiers."""
    meter = Meter(SESSION, TIERS)
    found = []
    for slot, units in ((1, 100), (1, 101), (1, 61), (1, 139), (0, 0), (0, 500), (0, 1_000), (0, 1_001), (0, 2_000),
                        (2, 500), (2, 2_000), (2, 2_001), (2, 2_050), (3, 0), (3, 2**32 - 1)):  # fmt: skip
        receipt = meter.add(slot, units, request_id="", model="")
        found.append({"tier": slot, "units": units, "price": receipt.price, "total": receipt.total})
    return found


def test_vectors_are_as_they_were() -> None:
    """Other languages are held to them: what they say may not change."""
    assert json.loads(_VECTORS.read_text()) == vectors()
