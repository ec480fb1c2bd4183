"""A top-up rule."""

from dataclasses import dataclass

from job_escrow import codec
from job_escrow.addresses import delegate_address, top_up_address
from job_escrow.codec import TopUpArgs
from solders.pubkey import Pubkey

from program_harness.parties import Credit


@dataclass
class RuleModel:
    """The rule of an account."""

    credit: Credit
    args: TopUpArgs
    source: Pubkey
    sequence: int
    period_started_at: int = 0
    used: int = 0
    last_slot: int = 0

    @property
    def address(self) -> Pubkey:
        return top_up_address(self.credit.address)

    def period_at(self, now: int) -> tuple[int, int]:
        """Start of the period that a top-up would count in, and the base units of it that are used."""
        over = now - self.period_started_at >= self.args.period_seconds
        return (now, 0) if over else (self.period_started_at, self.used)

    def encoded(self, **unmodelled: int) -> codec.TopUpRule:
        """As the chain holds it; `unmodelled` are bumps."""
        wallet = self.credit.wallet.pubkey()
        return codec.TopUpRule(
            version=1,
            compatible_from=1,
            pack=self.args.pack,
            credit_account=self.credit.address,
            source=self.source,
            delegate=delegate_address(self.credit.platform.address, wallet),
            rent_payer=wallet,
            threshold=self.args.threshold,
            credits=self.args.credits,
            base_units=self.args.base_units,
            bonus_credits=self.args.bonus_credits,
            base_units_per_period=self.args.base_units_per_period,
            period_seconds=self.args.period_seconds,
            expires_at=self.args.expires_at,
            sequence=self.sequence,
            period_started_at=self.period_started_at,
            used_base_units=self.used,
            last_slot=self.last_slot,
            **unmodelled,
        )
