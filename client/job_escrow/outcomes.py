"""How jobs end."""

from dataclasses import dataclass
from typing import Literal

from solders.pubkey import Pubkey
from solders.signature import Signature


@dataclass(frozen=True, kw_only=True)
class JobOutcome:
    """How a job ended, as the chain recorded it.

    `charged` and `returned` are credits: what all settlements of the job took, and what its end gave back. `amount`
    is what the operator reported last, in units of the tier or quoted credits; None where the job was refunded.
    `time` is in unix seconds.
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

    def __str__(self) -> str:
        """One sentence."""
        how = (
            "settled" if self.ended_by == "settle" else "refunded after its deadline" if self.timed_out else "refunded"
        )
        return f"job {self.job_id} was {how}: {self.charged:,} credits charged, {self.returned:,} given back"
