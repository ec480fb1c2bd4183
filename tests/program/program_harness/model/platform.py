"""A platform: settings, and changes that wait for their notice period."""

from dataclasses import dataclass, field, replace
from typing import Any

from job_escrow import codec
from job_escrow.codec import (
    AnnouncementLapsed,
    NothingDue,
    NotTheAdmin,
    NotTheProposedAdmin,
    PendingChanges,
    Tier,
    TierArgs,
)
from solders.pubkey import Pubkey

from program_harness.model.refusing import require
from program_harness.parties import Platform
from program_harness.reasons import Runtime, System

NOBODY = Pubkey.default()
EMPTY_TIER = Tier(name=bytes(16), flat_credits=0, included_units=0, credits_per_1000_units=0, unit_kind=0)
TIERS = 8
GRACE = 30 * 24 * 60 * 60


def tier_of(args: TierArgs | None) -> Tier:
    """A tier as the chain holds it."""
    if args is None:
        return EMPTY_TIER
    return Tier(
        name=args.name,
        flat_credits=args.flat_credits,
        included_units=args.included_units,
        credits_per_1000_units=args.credits_per_1000_units,
        unit_kind=args.unit_kind,
    )


@dataclass
class PlatformModel:
    """One platform. `pending` holds what was announced, by the setting's name, and when it is due.

    `payees` holds who paid the rent of each registration, by the payee's owner.
    """

    party: Platform
    created: codec.Platform
    admin: Pubkey
    operator: Pubkey
    min_purchase: int
    max_job_seconds: int
    fee_bps: int
    tiers: list[Tier]
    paused: bool = False
    pending_admin: Pubkey = NOBODY
    payees: dict[Pubkey, Pubkey] = field(default_factory=dict)
    pending: dict[str, tuple[Any, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, party: Platform, created: codec.Platform) -> "PlatformModel":
        """As it was created."""
        return cls(
            party=party,
            created=created,
            admin=created.admin,
            operator=created.operator,
            min_purchase=created.min_purchase,
            max_job_seconds=created.max_job_seconds,
            fee_bps=created.fee_bps,
            tiers=list(created.tiers),
        )

    @property
    def base(self) -> int:
        """Base units of a credit."""
        return self.party.base_units_per_credit

    def is_operator(self, who: Pubkey) -> bool:
        return who == self.operator

    def require_admin(self, who: Pubkey) -> None:
        require(who == self.admin, NotTheAdmin)

    def propose_admin(self, new_admin: Pubkey, by: Pubkey) -> None:
        """Nobody takes a proposal back."""
        self.require_admin(by)
        self.pending_admin = new_admin

    def accept_admin(self, by: Pubkey) -> None:
        require(by == self.pending_admin, NotTheProposedAdmin)
        self.admin, self.pending_admin = by, NOBODY

    def register_payee(self, owner: Pubkey, by: Pubkey) -> None:
        """The admin pays the rent."""
        self.require_admin(by)
        require(owner not in self.payees, System.ACCOUNT_ALREADY_IN_USE)
        self.payees[owner] = by

    def unregister_payee(self, owner: Pubkey, by: Pubkey) -> None:
        """Jobs keep theirs."""
        require(owner in self.payees, Runtime.ACCOUNT_DATA_TOO_SMALL)
        self.require_admin(by)
        del self.payees[owner]

    def set_operator(self, operator: Pubkey, now: int) -> None:
        """None at all is at once, and so is the present one."""
        if operator in (NOBODY, self.operator):
            self.operator = operator
            self.pending.pop("operator", None)
        else:
            self._announce("operator", operator, now)

    def set_number(self, name: str, wanted: int, now: int) -> None:
        """Lower is at once."""
        if wanted <= getattr(self, name):
            setattr(self, name, wanted)
            self.pending.pop(name, None)
        else:
            self._announce(name, wanted, now)

    def set_tier(self, index: int, args: TierArgs | None, now: int) -> None:
        """Never dearer, or none at all, is at once."""
        tier, present = tier_of(args), self.tiers[index]
        same = present.name == tier.name != bytes(16) and present.unit_kind == tier.unit_kind
        cheaper = (
            tier.flat_credits <= present.flat_credits
            and tier.included_units >= present.included_units
            and tier.credits_per_1000_units <= present.credits_per_1000_units
        )
        if args is None or (same and cheaper):
            self.tiers[index] = tier
            self.pending.pop(f"tier {index}", None)
        else:
            self._announce(f"tier {index}", tier, now)

    def apply(self, now: int) -> None:
        """Apply what is due and has not lapsed."""
        over = [name for name, (_, at) in self.pending.items() if now >= at]
        require(bool(over), NothingDue)
        due = [name for name in over if now - self.pending[name][1] < GRACE]
        require(bool(due), AnnouncementLapsed)
        for name in due:
            value, _ = self.pending.pop(name)
            if name.startswith("tier "):
                self.tiers[int(name.split()[1])] = value
            else:
                setattr(self, name, value)

    def encoded(self) -> codec.Platform:
        """As the chain holds it."""

        def waiting(name: str, nothing: Any) -> Any:
            return self.pending[name][0] if name in self.pending else nothing

        def when(name: str) -> int:
            return self.pending[name][1] if name in self.pending else 0

        tiers = [f"tier {index}" for index in range(TIERS)]
        pending = PendingChanges(
            operator=waiting("operator", NOBODY),
            operator_at=when("operator"),
            treasury=NOBODY,
            treasury_at=0,
            fee_bps=waiting("fee_bps", 0),
            fee_bps_at=when("fee_bps"),
            min_purchase=waiting("min_purchase", 0),
            min_purchase_at=when("min_purchase"),
            max_job_seconds=waiting("max_job_seconds", 0),
            max_job_seconds_at=when("max_job_seconds"),
            tiers=tuple(waiting(name, EMPTY_TIER) for name in tiers),
            tiers_at=tuple(when(name) for name in tiers),
        )

        return replace(
            self.created,
            admin=self.admin,
            pending_admin=self.pending_admin,
            operator=self.operator,
            min_purchase=self.min_purchase,
            max_job_seconds=self.max_job_seconds,
            fee_bps=self.fee_bps,
            tiers=tuple(self.tiers),
            paused=int(self.paused),
            pending=pending,
        )

    def _announce(self, name: str, value: object, now: int) -> None:
        self.pending[name] = (value, now + self.created.notice_seconds)
