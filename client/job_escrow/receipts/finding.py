"""What may be wrong with the receipts of a session."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

FindingKind: TypeAlias = Literal[
    "changed", "missing", "twice", "out of order", "unsettled", "other session", "other terms", "wrong price",
    "wrong total", "wrong sum", "history", "unsigned", "wrong signature", "other signer",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that is wrong with a set of receipts, from receipt `first` to receipt `last`; None: with none of them.

    changed: not what the settlement committed to. missing, twice, out of order: of the numbers. unsettled: beyond what
    was settled. other session, other terms: not of this session or its tiers. wrong price, wrong total: not by the
    program's rule. wrong sum: not what was charged. history: the chain's record contradicts itself, or these receipts.
    unsigned: without a signature. wrong signature: of other bytes or by another key than it says. other signer: by a
    key that is no operator's.
    """

    kind: FindingKind
    message: str
    first: int | None = None
    last: int | None = None

    def __str__(self) -> str:
        """One sentence."""
        return self.message


def finding_of(kind: FindingKind, number: int, message: str) -> Finding:
    """What is wrong with one receipt."""
    return Finding(kind=kind, message=message, first=number, last=number)
