"""What the demo does with a preset: what is bought, and which jobs are run."""

from dataclasses import dataclass

from job_escrow.codec import LimitsArgs, PackExpected
from job_escrow.currency import Currency
from job_escrow.presets import Preset, TierTerms, local_address
from solders.pubkey import Pubkey

_BOUGHT_CREDITS = 1_000
_FUNDED_TOKENS = 25
_SOME_UNITS = 100
_PART_OF_A_LIMIT = 4
_LIMITS = LimitsArgs(
    credits_per_job=100, credits_per_session=0, credits_per_period=1_000, period_seconds=86_400, quoted_allowed=True
)


@dataclass(frozen=True)
class PlannedJob:
    """A job on a tier, by its index; `units` are used in the end, None: it does not end well."""

    tier: int
    max_units: int
    units: int | None
    label: str
    outcome: str = "settled"


# One on each tier, one long completion, one that fails and one that nobody finishes.
_USUAL = (
    PlannedJob(0, 500, 320, "Lite, 320 tokens"),
    PlannedJob(1, 500, 500, "Standard, 500 tokens"),
    PlannedJob(2, 1_000, 480, "Pro, 480 tokens"),
    PlannedJob(3, 500, 500, "Max, 500 tokens"),
    PlannedJob(3, 4_000, 2_400, "Max, 2,400 tokens"),
    PlannedJob(2, 500, None, "Pro, model fails", "failed"),
    PlannedJob(1, 500, None, "Standard, times out", "timed out"),
)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All of it. `funded` and `promotion` are base units that the wallet and the platform's promotion begin with."""

    preset: Preset
    mint: Pubkey
    currency: Currency
    buys: int | PackExpected
    limits: LimitsArgs
    jobs: tuple[PlannedJob, ...]

    @property
    def credits(self) -> int:
        """Credits that the wallet pays for."""
        return self.buys if isinstance(self.buys, int) else self.buys.credits

    @property
    def bonus_credits(self) -> int:
        """Credits that it gets on top."""
        return 0 if isinstance(self.buys, int) else self.buys.bonus_credits

    @property
    def funded(self) -> int:
        """Base units that the wallet begins with."""
        return max(_FUNDED_TOKENS * int(10**self.currency.decimals), self.preset.base_units(self.credits))

    @property
    def promotion(self) -> int:
        """Base units that pay for the bonus."""
        return self.preset.base_units(self.bonus_credits)


def plan_of(preset: Preset) -> Plan:
    """What to do with a preset."""
    mint = preset.mints[0]
    is_usual = preset.name == "decentral"
    jobs = _USUAL if is_usual else _jobs_of(preset)
    needed = sum(preset.tier_terms[job.tier].cost(job.max_units) for job in jobs)
    buys: int | PackExpected = max(_BOUGHT_CREDITS, preset.min_purchase, needed)
    if preset.packs:
        index, pack = max(enumerate(preset.packs), key=lambda each: each[1].total)
        buys = PackExpected(index=index, credits=pack.credits, bonus_credits=pack.bonus_credits)
    return Plan(
        preset=preset,
        mint=local_address(mint),
        currency=Currency(mint.symbol, mint.decimals, mint.display_decimals),
        buys=buys,
        limits=_LIMITS if is_usual else preset.suggested_limits,
        jobs=jobs,
    )


def _jobs_of(preset: Preset) -> tuple[PlannedJob, ...]:
    most = preset.suggested_limits.credits_per_job // _PART_OF_A_LIMIT
    settled = [
        PlannedJob(index, 2 * units, units, f"{tier.name}, {units:,} of {tier.unit}")
        for index, tier in enumerate(preset.tier_terms)
        for units in [_units_of(tier, most)]
    ]
    name, max_units = preset.tier_terms[0].name, settled[0].max_units
    return (
        *settled,
        PlannedJob(0, max_units, None, f"{name}, fails", "failed"),
        PlannedJob(0, max_units, None, f"{name}, times out", "timed out"),
    )


def _units_of(tier: TierTerms, most: int) -> int:
    """So many units that a job has a price, and twice as many are within `most` credits."""
    if tier.flat_credits:
        return max(1, tier.included_units)
    return tier.rate_units if tier.cost(2 * _SOME_UNITS) > most else max(tier.rate_units, _SOME_UNITS)
