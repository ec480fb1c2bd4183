"""What a preset says. Amounts are credits or base units of the mint, times are seconds; nothing is a float."""

from collections.abc import Mapping
from dataclasses import dataclass

from solders.pubkey import Pubkey

from job_escrow.bounds import TIER_NAME_BYTES
from job_escrow.codec import LimitsArgs, Pack, TierArgs
from job_escrow.currency import USUAL_DISPLAY_DECIMALS
from job_escrow.flows.admin import PlatformTerms
from job_escrow.presets.grants import GrantRule
from job_escrow.pricing import cost
from job_escrow.units import unit_number


@dataclass(frozen=True, kw_only=True)
class MintChoice:
    """A mint that the platform may be created with. Without an `address`, whoever creates it names their own mint.

    Amounts of it are shown with `display_decimals` at least, and with more where that is what they are.
    """

    symbol: str
    decimals: int
    display_decimals: int = USUAL_DISPLAY_DECIMALS
    address: Pubkey | None = None


@dataclass(frozen=True, kw_only=True)
class TierTerms:
    """A price as the preset has it. `credit_multiplier` is its rate in times of the platform's cheapest (Y2)."""

    name: str
    description: str = ""
    flat_credits: int
    included_units: int
    rate_credits: int
    rate_units: int
    unit: str
    credit_multiplier: int | None = None

    def cost(self, units: int) -> int:
        """Credits of a job of `units`. Raises InvalidAmount."""
        return cost(self, units)

    @property
    def args(self) -> TierArgs:
        """The tier as the program takes it."""
        return TierArgs(
            name=self.name.encode().ljust(TIER_NAME_BYTES, b"\0"),
            flat_credits=self.flat_credits,
            included_units=self.included_units,
            rate_credits=self.rate_credits,
            rate_units=self.rate_units,
            unit_kind=unit_number(self.unit),
        )


@dataclass(frozen=True, kw_only=True)
class Model:
    """A model that the operator serves, at an endpoint of their API where they have several, and its tier."""

    id: str
    tier: str
    endpoint: str | None = None

    def __str__(self) -> str:
        return f"{self.id} at {self.endpoint}" if self.endpoint else self.id


@dataclass(frozen=True, kw_only=True)
class PackTerms:
    """Credits sold together: `credits` are paid for, `bonus_credits` come on top."""

    name: str
    credits: int
    bonus_credits: int = 0

    @property
    def total(self) -> int:
        """Credits that the buyer has in the end."""
        return self.credits + self.bonus_credits

    @property
    def args(self) -> Pack:
        """The pack as the platform account has it."""
        return Pack(credits=self.credits, bonus_credits=self.bonus_credits)


@dataclass(frozen=True, kw_only=True)
class QuoteLine:
    """One component of a quoted price: `units` of a tier for `credits`."""

    tier: str
    unit: str
    units: int
    credits: int


@dataclass(frozen=True, kw_only=True)
class Quote:
    """The price of a job of several components, each rounded up to whole credits."""

    lines: tuple[QuoteLine, ...]

    @property
    def credits(self) -> int:
        """What the job is locked with."""
        return sum(line.credits for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A credit system.

    The first group is what the program is given: amounts are credits, times seconds, `fee_bps` basis points. The rest
    is what operators, applications and interfaces go by: `alert_thresholds` in credits, `suggested_limits` for a
    wallet that does not know its own, `addresses` of the platform where it was created, by cluster.
    """

    name: str
    base_units_per_credit: int
    min_purchase: int
    max_job_seconds: int
    notice_seconds: int
    payee_notice_seconds: int
    fee_bps: int
    tiers: tuple[TierArgs, ...]

    description: str
    tier_terms: tuple[TierTerms, ...]
    mints: tuple[MintChoice, ...]
    suggested_limits: LimitsArgs
    quoted_jobs: bool = False
    alert_thresholds: tuple[int, ...] = ()
    models: tuple[Model, ...] = ()
    packs: tuple[PackTerms, ...] = ()
    grants: tuple[GrantRule, ...] = ()
    addresses: Mapping[str, Pubkey]

    def tier(self, name: str) -> int:
        """The index of a tier, as locks take it. Raises ValueError, naming those that there are."""
        names = [tier.name for tier in self.tier_terms]
        if name not in names:
            raise ValueError(f"platform {self.name} has no tier {name!r}: choose one of {', '.join(names)}")
        return names.index(name)

    def tier_of_model(self, model: str, endpoint: str | None = None) -> int:
        """The index of the tier that a model is charged by, at an endpoint where that matters (R2).

        Raises ValueError for a model or endpoint that the preset does not name.
        """
        found = {entry.tier for entry in self.models if entry.id == model and endpoint in (None, entry.endpoint)}
        if len(found) != 1:
            known = ", ".join(
                f"{entry.id} at {entry.endpoint}" if entry.endpoint else entry.id for entry in self.models
            )
            what = "has several tiers by endpoint" if found else "is not served"
            raise ValueError(f"{model!r}{f' at {endpoint}' if endpoint else ''} {what}: choose of {known or 'none'}")
        return self.tier(found.pop())

    def quote(self, units_by_tier: Mapping[str, int]) -> Quote:
        """The price of a job that uses several resources, for a lock without a tier (A9, C2).

        Raises ValueError for an unknown tier and InvalidAmount for too many units.
        """
        lines = []
        for name, units in units_by_tier.items():
            tier = self.tier_terms[self.tier(name)]
            lines.append(QuoteLine(tier=name, unit=tier.unit, units=units, credits=tier.cost(units)))
        return Quote(lines=tuple(lines))

    def grant(self, name: str) -> GrantRule:
        """A kind of grant. Raises ValueError, naming those that there are."""
        for rule in self.grants:
            if rule.name == name:
                return rule
        names = ", ".join(rule.name for rule in self.grants) or "none"
        raise ValueError(f"platform {self.name} has no grant {name!r}: choose one of {names}")

    def base_units(self, credits: int) -> int:
        """What credits cost, in base units of the mint."""
        return credits * self.base_units_per_credit

    def platform_terms(self, *, operator: Pubkey, treasury_owner: Pubkey, mint: Pubkey | None = None) -> PlatformTerms:
        """The terms for `create_platform`. Without a `mint` it is the preset's first one.

        Raises ValueError where the preset leaves the mint to whoever creates the platform.
        """
        chosen = mint if mint is not None else self.mints[0].address
        if chosen is None:
            raise ValueError(f"preset {self.name} names no mint ({self.mints[0].symbol}): pass the address of yours")
        return PlatformTerms(
            name=self.name,
            mint=chosen,
            operator=operator,
            treasury_owner=treasury_owner,
            base_units_per_credit=self.base_units_per_credit,
            tiers=self.tiers,
            notice_seconds=self.notice_seconds,
            payee_notice_seconds=self.payee_notice_seconds,
            min_purchase=self.min_purchase,
            max_job_seconds=self.max_job_seconds,
            fee_bps=self.fee_bps,
            packs=tuple(pack.args for pack in self.packs),
        )
