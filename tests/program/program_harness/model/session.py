"""An open session."""

from dataclasses import dataclass, field
from hashlib import sha256

from job_escrow import codec
from job_escrow.codec import Tier, TierTotals
from solders.pubkey import Pubkey

from program_harness.calls_of_sessions import all_totals
from program_harness.model.lots import split
from program_harness.parties import SessionRef

_TIERS = slice(8 + 400, 8 + 784)
"""Where the tiers are in the account."""


@dataclass
class SessionModel:
    """What it holds, and what it has used."""

    ref: SessionRef
    tiers: tuple[Tier, ...]
    credits: int
    held_lots: list[int]
    held_paid: int
    fee_bps: int
    opened_at: int
    deadline: int
    payee: Pubkey | None
    payee_tokens: Pubkey | None
    settled: int = 0
    payee_base_units: int = 0
    count: int = 0
    head: bytes = bytes(32)
    totals: tuple[TierTotals, ...] = field(default_factory=lambda: all_totals({}))
    by_operator: bool = True

    def __post_init__(self) -> None:
        self.head = sha256(bytes(self.ref.address) + self.encoded().encode()[_TIERS]).digest()

    def advance(self, root: bytes, count: int) -> None:
        """Commit to receipts."""
        self.count = count
        self.head = sha256(self.head + root + self._numbers()).digest()

    def folded_into(self, heads: bytes) -> bytes:
        """What the account remembers once it has ended."""
        return sha256(heads + bytes(self.ref.address) + self.head + self._numbers()).digest()

    def _numbers(self) -> bytes:
        return self.count.to_bytes(8, "little") + self.settled.to_bytes(8, "little")

    def encoded(self) -> codec.Session:
        """As the chain holds it."""
        nobody = Pubkey.default()
        return codec.Session(
            version=1,
            compatible_from=1,
            credit_account=self.ref.credit.address,
            id=self.ref.id,
            payee=self.payee or nobody,
            payee_token_account=self.payee_tokens or nobody,
            rent_payer=self.ref.rent_payer,
            credits=self.credits,
            settled=self.settled,
            held=split(self.held_lots, self.held_paid),
            payee_base_units=self.payee_base_units,
            fee_bps=self.fee_bps,
            opened_at=self.opened_at,
            deadline=self.deadline,
            count=self.count,
            head=self.head,
            totals=self.totals,
            tiers=self.tiers,
        )
