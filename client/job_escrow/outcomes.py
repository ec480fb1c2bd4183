"""How jobs and sessions end."""

from dataclasses import dataclass
from typing import Literal

from solders.pubkey import Pubkey
from solders.signature import Signature


@dataclass(frozen=True, kw_only=True)
class JobOutcome:
    """How a job ended, as the chain recorded it.

    `charged` and `returned` are credits: what all settlements of the job took, and what its end gave back. `amount`
    is what the operator reported last, in units of the tier or quoted credits; None where the job was refunded.
    `time` is in unix seconds. `proof` is what the last settlement carried, None: nothing.
    """

    credit_account: Pubkey
    job_id: int
    ended_by: Literal["settle", "refund"]
    timed_out: bool
    amount: int | None
    charged: int
    returned: int
    signature: Signature
    slot: int
    time: int
    proof: bytes | None = None

    def __str__(self) -> str:
        """One sentence."""
        how = (
            "settled" if self.ended_by == "settle" else "refunded after its deadline" if self.timed_out else "refunded"
        )
        return f"job {self.job_id} was {how}: {self.charged:,} credits charged, {self.returned:,} given back"


@dataclass(frozen=True, kw_only=True)
class SessionOutcome:
    """How a session ended, as the chain recorded it.

    `charged` and `returned` are credits: what all of its settlements took, and what its end gave back. `count` is how
    many receipts were settled, `head` commits to them. `time` is in unix seconds.
    """

    credit_account: Pubkey
    session_id: int
    ended_by: Literal["settle", "refund"]
    timed_out: bool
    count: int
    charged: int
    returned: int
    head: bytes
    signature: Signature
    slot: int
    time: int

    def __str__(self) -> str:
        """One sentence."""
        how = (
            "settled" if self.ended_by == "settle" else "refunded after its deadline" if self.timed_out else "refunded"
        )
        return (
            f"session {self.session_id} was {how}: {self.charged:,} credits charged for {self.count:,} receipts, "
            f"{self.returned:,} given back"
        )
