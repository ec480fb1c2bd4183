"""A platform: settings, and changes that wait for their notice period."""

from dataclasses import dataclass, field, replace
from typing import Any

from job_escrow import codec
from job_escrow.codec import (
    AnnouncementLapsed,
    InvalidPack,
    InvalidShare,
    NoStandbyOperator,
    NoSuchPackSlot,
    NothingDue,
    NotTheAdmin,
    NotTheProposedAdmin,
    Pack,
    PayeeNotSuspended,
    PayeeNotUsableYet,
    PayeeSuspended,
    PendingChanges,
    Tier,
    TierArgs,
)
from solders.pubkey import Pubkey

from program_harness.model.refusing import require
from program_harness.parties import Platform
from program_harness.pricing import rate
from program_harness.reasons import Runtime, System

NOBODY = Pubkey.default()
EMPTY_TIER = Tier(name=bytes(16), flat_credits=0, included_units=0, rate_credits=0, rate_units=0, unit_kind=0)
EMPTY_PACK = Pack(credits=0, bonus_credits=0)
TIERS = 8
GRACE = 30 * 24 * 60 * 60
LEAST_SHARE = 7_000
WHOLE = 10_000


def tier_of(args: TierArgs | None) -> Tier:
    """A tier as the chain holds it."""
    if args is None:
        return EMPTY_TIER
    return Tier(
        name=args.name,
        flat_credits=args.flat_credits,
        included_units=args.included_units,
        rate_credits=args.rate_credits,
        rate_units=args.rate_units,
        unit_kind=args.unit_kind,
    )


@dataclass
class PayeeModel:
    """One payee. Shares are kept with the time that they count from; the last whose time has come counts."""

    rent_payer: Pubkey
    usable_from: int
    suspended: bool = False
    shares: list[tuple[int, int]] = field(default_factory=list)

    def share_at(self, now: int) -> int:
        """0: none of its own."""
        return next((share for at, share in reversed(self.shares) if at <= now), 0)

    def announce(self, share: int, now: int, at: int) -> None:
        """What has not come yet is taken back; the present share is none to wait for."""
        self.shares = [each for each in self.shares if each[0] <= now]
        if share != self.share_at(now):
            self.shares.append((at, share))

    def require_usable(self, now: int) -> None:
        require(not self.suspended, PayeeSuspended)
        require(now >= self.usable_from, PayeeNotUsableYet)


@dataclass
class PlatformModel:
    """One platform. `pending` holds what was announced, by the setting's name, and when it is due.

    `payees` are by their owner.
    """

    party: Platform
    created: codec.Platform
    admin: Pubkey
    operator: Pubkey
    standby_operator: Pubkey
    granter: Pubkey
    min_purchase: int
    max_job_seconds: int
    fee_bps: int
    tiers: list[Tier]
    packs: list[Pack]
    promotion: Pubkey
    paused: bool = False
    pending_admin: Pubkey = NOBODY
    payees: dict[Pubkey, PayeeModel] = field(default_factory=dict)
    pending: dict[str, tuple[Any, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, party: Platform, created: codec.Platform) -> "PlatformModel":
        """As it was created."""
        return cls(
            party=party,
            created=created,
            admin=created.admin,
            operator=created.operator,
            standby_operator=created.standby_operator,
            granter=created.granter,
            min_purchase=created.min_purchase,
            max_job_seconds=created.max_job_seconds,
            fee_bps=created.fee_bps,
            tiers=list(created.tiers),
            packs=list(created.packs),
            promotion=created.promotion,
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

    def register_payee(self, owner: Pubkey, by: Pubkey, now: int) -> None:
        """The admin pays the rent."""
        self.require_admin(by)
        require(owner not in self.payees, System.ACCOUNT_ALREADY_IN_USE)
        self.payees[owner] = PayeeModel(rent_payer=by, usable_from=now + self.created.payee_notice_seconds)

    def update_payee(
        self, owner: Pubkey, by: Pubkey, now: int, *, suspended: bool | None, share_bps: int | None
    ) -> None:
        """A share waits, the rest is at once."""
        require(owner in self.payees, Runtime.ACCOUNT_DATA_TOO_SMALL)
        self.require_admin(by)
        valid = share_bps is None or share_bps == 0 or LEAST_SHARE <= share_bps <= WHOLE
        require(valid, InvalidShare)
        payee = self.payees[owner]
        if suspended is not None:
            payee.suspended = suspended
        if share_bps is not None:
            payee.announce(share_bps, now, now + self.created.notice_seconds)

    def unregister_payee(self, owner: Pubkey, by: Pubkey) -> None:
        """Jobs keep theirs."""
        require(owner in self.payees, Runtime.ACCOUNT_DATA_TOO_SMALL)
        self.require_admin(by)
        require(self.payees[owner].suspended, PayeeNotSuspended)
        del self.payees[owner]

    def fee_for(self, payee: PayeeModel | None, now: int) -> int:
        """What a lock writes down: the platform's fee, or what a payee's own share leaves."""
        share = 0 if payee is None else payee.share_at(now)
        return WHOLE - share if share else self.fee_bps

    def set_fee(self, wanted: int, now: int) -> None:
        """Any other waits."""
        if wanted == self.fee_bps:
            self.pending.pop("fee_bps", None)
        else:
            self._announce("fee_bps", wanted, now)

    def may_grant(self, who: Pubkey) -> bool:
        return who in (self.operator, self.granter)

    def set_key(self, name: str, wanted: Pubkey, now: int) -> None:
        """None at all is at once, and so is the present one. `name` is operator, standby_operator or granter."""
        if wanted in (NOBODY, getattr(self, name)):
            setattr(self, name, wanted)
            self.pending.pop(name, None)
        else:
            self._announce(name, wanted, now)

    def switch_operator(self, by: Pubkey) -> None:
        """The old one is dropped, with an announced successor."""
        self.require_admin(by)
        require(self.standby_operator != NOBODY, NoStandbyOperator)
        self.operator, self.standby_operator = self.standby_operator, NOBODY
        self.pending.pop("operator", None)

    def set_number(self, name: str, wanted: int, now: int) -> None:
        """Lower is at once."""
        if wanted <= getattr(self, name):
            setattr(self, name, wanted)
            self.pending.pop(name, None)
        else:
            self._announce(name, wanted, now)

    def set_pack(self, index: int, pack: Pack | None) -> None:
        """At once, either way."""
        wanted = pack or EMPTY_PACK
        fits = wanted.credits >= 1 and wanted.credits + wanted.bonus_credits < 2**32
        require(wanted == EMPTY_PACK or fits, InvalidPack)
        require(index < len(self.packs), NoSuchPackSlot)
        self.packs[index] = wanted

    def set_tier(self, index: int, args: TierArgs | None, now: int) -> None:
        """Never dearer, or none at all, is at once."""
        tier, present = tier_of(args), self.tiers[index]
        same = present.name == tier.name != bytes(16) and present.unit_kind == tier.unit_kind
        cheaper = (
            tier.flat_credits <= present.flat_credits
            and tier.included_units >= present.included_units
            and rate(tier) <= rate(present)
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
            standby_operator=waiting("standby_operator", NOBODY),
            standby_operator_at=when("standby_operator"),
            granter=waiting("granter", NOBODY),
            granter_at=when("granter"),
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
            standby_operator=self.standby_operator,
            granter=self.granter,
            min_purchase=self.min_purchase,
            max_job_seconds=self.max_job_seconds,
            fee_bps=self.fee_bps,
            tiers=tuple(self.tiers),
            packs=tuple(self.packs),
            promotion=self.promotion,
            paused=int(self.paused),
            pending=pending,
        )

    def _announce(self, name: str, value: object, now: int) -> None:
        self.pending[name] = (value, now + self.created.notice_seconds)
