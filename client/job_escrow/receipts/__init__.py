"""Receipts of a session's requests: what each was charged, so that anybody can check the bill.

The operator makes one for each request (`Meter`), and every settlement commits to them on chain by a root. Whoever has
a session's receipts proves from its events or accounts alone, without a node, that these are all of them, in this
order, priced by the session's own terms, and that they add up to what was charged:

    record = record_of_events(each.event for each in entries)
    for finding in verify(receipts, record):
        print(finding)

It proves the bill, not that a request happened. `tests/client/receipt_vectors.json` has everything for other languages:

- A receipt is `escrow receipt 1` in ASCII, session (32 bytes), number (from 1), terms (32), tier's slot (1), units,
  price, running total, flags (1; bit 0: a request's hash follows, bit 1: a response's), these hashes (32 each), then
  request id and model, each in UTF-8 behind its length (2). Numbers have 8 bytes, all are little endian.
- `terms` is the SHA-256 of the session's eight tiers as its account has them, 384 bytes.
- A leaf is SHA-256(0x00, receipt), a node SHA-256(0x01, left, right), and the left part of so many leaves is the
  largest power of two below their number, as in RFC 6962. Nothing is doubled, so that no two batches have one root.
- head_0 = SHA-256(session, tiers); head' = SHA-256(head, root, count, settled); and an ended session is folded into the
  credit account: session_heads' = SHA-256(session_heads, session, head, count, settled).
- A signature is the operator's, ed25519, over the receipt as it is: its word until a settlement commits to the receipt.
  `verify(receipts, record, signatures=...)` checks it.
"""

from job_escrow.receipts.finding import Finding, FindingKind
from job_escrow.receipts.meter import Meter
from job_escrow.receipts.receipt import HASH_BYTES, InvalidReceipt, SessionReceipt, terms_of
from job_escrow.receipts.record import (
    SessionRecord,
    SettledBatch,
    first_head,
    next_head,
    next_session_heads,
    record_of_account,
    record_of_events,
)
from job_escrow.receipts.signatures import ReceiptSignature
from job_escrow.receipts.tree import NO_ROOT, leaf_of, root_of, root_of_leaves
from job_escrow.receipts.verifying import verify, verify_ended

__all__ = [
    "HASH_BYTES",
    "NO_ROOT",
    "Finding",
    "FindingKind",
    "InvalidReceipt",
    "Meter",
    "ReceiptSignature",
    "SessionReceipt",
    "SessionRecord",
    "SettledBatch",
    "first_head",
    "leaf_of",
    "next_head",
    "next_session_heads",
    "record_of_account",
    "record_of_events",
    "root_of",
    "root_of_leaves",
    "terms_of",
    "verify",
    "verify_ended",
]
