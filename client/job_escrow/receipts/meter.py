"""Counts the requests of a session: prices each as the program will price all of them, and makes its receipt."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from solders.pubkey import Pubkey

from job_escrow.amounts import InvalidAmount, whole_number
from job_escrow.bounds import TIERS
from job_escrow.codec import Session, Tier, TierTotals
from job_escrow.pricing import NO_TOTALS, add_request
from job_escrow.receipts.receipt import SessionReceipt, terms_of


@dataclass
class Meter:
    """What a session has used so far: receipts, credits, and totals for each tier."""

    session: Pubkey
    tiers: Sequence[Tier]
    count: int = 0
    total: int = 0
    totals: list[TierTotals] = field(default_factory=lambda: [NO_TOTALS] * TIERS)
    _terms: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Hash the terms once."""
        self._terms = terms_of(self.tiers)

    @classmethod
    def of(cls, address: Pubkey, session: Session) -> Self:
        """Go on from what the chain has of a session."""
        return cls(address, session.tiers, session.count, session.settled, list(session.totals))

    def price(self, tier: int, units: int) -> int:
        """What a request would be charged now.

        Raises InvalidAmount for a tier that is not offered and too many units.
        """
        return self._with(tier, units)[1]

    def add(
        self,
        tier: int,
        units: int,
        *,
        request_id: str,
        model: str,
        request_hash: bytes | None = None,
        response_hash: bytes | None = None,
    ) -> SessionReceipt:
        """Count a request. Raises InvalidAmount as `price` does, InvalidReceipt, and counts nothing then."""
        totals, price = self._with(tier, units)
        receipt = SessionReceipt(
            session=self.session,
            number=self.count + 1,
            request_id=request_id,
            model=model,
            terms=self._terms,
            tier=tier,
            units=units,
            price=price,
            total=self.total + price,
            request_hash=request_hash,
            response_hash=response_hash,
        )
        self.count, self.total, self.totals[tier] = receipt.number, receipt.total, totals
        return receipt

    def _with(self, tier: int, units: int) -> tuple[TierTotals, int]:
        whole_number(tier, "tier", TIERS - 1)
        if not self.tiers[tier].name[0]:
            raise InvalidAmount(f"the session offers no tier {tier}: its prices are those of its opening")
        return add_request(self.tiers[tier], self.totals[tier], units)
