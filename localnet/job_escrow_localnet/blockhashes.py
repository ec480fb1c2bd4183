"""Blockhashes: one for each slot, out of the ledger's seed, and which of them are still recent."""

import bisect
import hashlib
from collections.abc import Iterable

from solders.hash import Hash

from job_escrow_localnet.ledger import Block

MAX_AGE = 150
"""Blocks for which a blockhash can be used after its own."""
_KEPT = 513
"""The newest, and the 512 before it that programs can ask for."""


class Blockhashes:
    """The hashes of the recent blocks."""

    def __init__(self, seed: bytes, blocks: Iterable[Block]) -> None:
        """`seed` makes the hashes this ledger's own; `blocks` are recent ones, the oldest first."""
        self._seed = seed
        self._heights: dict[Hash, int] = {}
        self._slots: list[int] = []
        for block in blocks:
            self.add(block)

    @property
    def genesis(self) -> Hash:
        """The hash by which this chain is told from others."""
        return Hash(hashlib.sha256(self._seed + b"genesis").digest())

    def of(self, slot: int) -> Hash:
        """The hash of a slot's block; the first one's is the genesis hash."""
        if slot == 0:
            return self.genesis
        return Hash(hashlib.sha256(self._seed + slot.to_bytes(8)).digest())

    def add(self, block: Block) -> None:
        """Count a new block's hash as recent."""
        self._heights[self.of(block.slot)] = block.height
        self._slots.append(block.slot)
        if len(self._slots) > _KEPT:
            del self._heights[self.of(self._slots.pop(0))]

    def rollback(self, slot: int) -> None:
        """Forget the blocks after a slot."""
        while self._slots and self._slots[-1] > slot:
            del self._heights[self.of(self._slots.pop())]

    def is_valid(self, blockhash: Hash, tip_height: int) -> bool:
        """Whether a transaction with this hash can be in the block above the tip."""
        height = self._heights.get(blockhash)
        return height is not None and 0 <= tip_height - height <= MAX_AGE

    def last_slots(self, limit: int) -> list[tuple[int, Hash]]:
        """The newest blocks' slots and hashes, the newest first."""
        return [(slot, self.of(slot)) for slot in reversed(self._slots[-limit:])]

    def up_to(self, slot: int, limit: int) -> list[tuple[int, Hash]]:
        """Slots and hashes of the blocks up to a slot, the newest first."""
        end = bisect.bisect_right(self._slots, slot)
        return [(one, self.of(one)) for one in reversed(self._slots[max(0, end - limit) : end])]
