"""The root of a batch of receipts: a Merkle tree as in RFC 6962, where no leaf is doubled and no node is a leaf."""

from collections.abc import Sequence
from hashlib import sha256

from job_escrow.receipts.receipt import HASH_BYTES, SessionReceipt

NO_ROOT = bytes(HASH_BYTES)
"""The root of no receipts."""

_LEAF, _NODE = b"\x00", b"\x01"


def leaf_of(receipt: SessionReceipt) -> bytes:
    """The hash of a receipt."""
    return sha256(_LEAF + receipt.to_bytes()).digest()


def root_of(receipts: Sequence[SessionReceipt]) -> bytes:
    """What a settlement commits to its receipts by, in their order."""
    return root_of_leaves([leaf_of(receipt) for receipt in receipts])


def root_of_leaves(leaves: Sequence[bytes]) -> bytes:
    """The same of hashes of receipts."""
    if not leaves:
        return NO_ROOT
    level = list(leaves)
    # Pairs from the left; what is left over goes up as it is. That is RFC 6962's split at powers of two.
    while len(level) > 1:
        paired = [sha256(_NODE + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)]
        level = [*paired, *level[len(paired) * 2 :]]
    return level[0]
