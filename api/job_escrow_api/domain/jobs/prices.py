"""What a request costs, by the platform's own tiers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from job_escrow.addresses import text_of
from job_escrow.amounts import MAX_CREDITS, InvalidAmount
from job_escrow.codec import Platform, Tier
from job_escrow.presets.preset import Preset
from job_escrow.pricing import cost

from job_escrow_api.domain.jobs.requests import Component, PricedComponent, SettleRequest
from job_escrow_api.domain.problems import Kinds, Refusal


@dataclass(frozen=True, kw_only=True)
class Price:
    """How a job is locked: by a tier's index and units, or, without a tier, by quoted credits; `credits` in all."""

    tier: int | None
    tier_name: str | None
    amount: int
    credits: int
    components: tuple[PricedComponent, ...] = ()

    @property
    def units(self) -> int | None:
        """The tier's units; None without a tier."""
        return None if self.tier is None else self.amount


@dataclass(frozen=True, kw_only=True)
class UnitPrice:
    """What units of a tier cost by themselves, in `credits`; `tier` is its index."""

    tier: int
    tier_name: str
    units: int
    credits: int


class AsksForUnits(Protocol):
    """A request that names a tier or a model."""

    @property
    def model(self) -> str | None: ...

    @property
    def endpoint(self) -> str | None: ...

    @property
    def tier(self) -> str | None: ...


class AsksForPrice(AsksForUnits, Protocol):
    """A request whose price is that of units, of components, or the one that it names."""

    @property
    def max_units(self) -> int | None: ...

    @property
    def components(self) -> list[Component] | None: ...

    @property
    def credits(self) -> int | None: ...


def lock_price(request: AsksForPrice, platform: Platform, preset: Preset | None) -> Price:
    """The price of a request. Raises Refusal where it has none, or more than one."""
    by_units = request.max_units is not None
    ways = [by_units, request.components is not None, request.credits is not None]
    if sum(ways) != 1:
        raise Refusal(Kinds.UNPROCESSABLE, "Give exactly one of max_units, components and credits.")
    if not by_units and request.tier is not None:
        raise Refusal(Kinds.UNPROCESSABLE, "A tier goes with max_units only.")
    if request.components is not None:
        lines = priced(request.components, platform.tiers)
        total = sum(line.credits for line in lines)
        if not 1 <= total <= MAX_CREDITS:
            raise Refusal(Kinds.UNPROCESSABLE, f"The components cost {total} credits: a job costs 1 to {MAX_CREDITS}.")
        return Price(tier=None, tier_name=None, amount=total, credits=total, components=tuple(lines))
    if request.credits is not None:
        return Price(tier=None, tier_name=None, amount=request.credits, credits=request.credits)
    found = price_of_units(request, request.max_units or 0, platform.tiers, preset)
    return Price(tier=found.tier, tier_name=found.tier_name, amount=found.units, credits=found.credits)


def price_of_units(request: AsksForUnits, units: int, tiers: Sequence[Tier], preset: Preset | None) -> UnitPrice:
    """The price of so many units of the request's tier, or of its model's. Raises Refusal where it has none."""
    name = request.tier or _tier_of_model(request, preset)
    index = tier_index(name, tiers)
    return UnitPrice(tier=index, tier_name=name, units=units, credits=_cost(tiers, index, units))


def settle_amount(
    request: SettleRequest, *, tiered: bool, platform: Platform
) -> tuple[int, tuple[PricedComponent, ...]]:
    """What the program is told, and its breakdown. Raises Refusal where it is not of the job's kind."""
    if sum(each is not None for each in (request.units, request.components, request.credits)) != 1:
        raise Refusal(Kinds.UNPROCESSABLE, "Give exactly one of units, components and credits.")
    if tiered:
        if request.units is None:
            raise Refusal(Kinds.UNPROCESSABLE, "The job was locked by a tier: settle its units.")
        return request.units, ()
    if request.units is not None:
        raise Refusal(Kinds.UNPROCESSABLE, "The job was locked at a quoted price: settle credits or components.")
    if request.components is not None:
        lines = priced(request.components, platform.tiers)
        return sum(line.credits for line in lines), tuple(lines)
    return request.credits or 0, ()


def priced(components: list[Component], tiers: Sequence[Tier]) -> list[PricedComponent]:
    """Each component with its price, rounded up to whole credits. Raises Refusal."""
    return [
        PricedComponent(
            tier=each.tier,
            units=each.units,
            credits=_cost(tiers, tier_index(each.tier, tiers), each.units) if each.units else 0,
        )
        for each in components
    ]


def tier_index(name: str, tiers: Sequence[Tier]) -> int:
    """The index of a tier. Raises Refusal, naming those that there are."""
    names = tier_names(tiers)
    if name not in names:
        raise Refusal(Kinds.UNPROCESSABLE, f"The platform has no tier {name!r}: choose one of {', '.join(names)}.")
    return next(index for index, tier in enumerate(tiers) if text_of(tier.name) == name)


def tier_names(tiers: Sequence[Tier]) -> list[str]:
    """The names of the tiers that are in use."""
    return [text_of(tier.name) for tier in tiers if any(tier.name)]


def _tier_of_model(request: AsksForUnits, preset: Preset | None) -> str:
    if request.model is None:
        raise Refusal(Kinds.UNPROCESSABLE, "Give a model or a tier with max_units.")
    if preset is None:
        raise Refusal(Kinds.UNPROCESSABLE, "This server knows no models (--preset): give a tier.")
    try:
        return preset.tier_terms[preset.tier_of_model(request.model, request.endpoint)].name
    except ValueError as error:
        raise Refusal(Kinds.UNPROCESSABLE, str(error)) from error


def _cost(tiers: Sequence[Tier], index: int, units: int) -> int:
    try:
        return cost(tiers[index], units)
    except InvalidAmount as error:
        raise Refusal(Kinds.UNPROCESSABLE, str(error)) from error
