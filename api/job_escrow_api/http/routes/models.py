"""/v1/models: what the operator serves, in the form that clients of OpenAI's API know, with prices (Y2)."""

from typing import Literal

import msgspec
from job_escrow.units import unit_name
from litestar import get

from job_escrow_api.domain.chain_access import CurrentPlatform
from job_escrow_api.domain.jobs.prices import tier_index, tier_names
from job_escrow_api.http.guard import anybody
from job_escrow_api.http.problems import documented
from job_escrow_api.settings import ApiSettings


class ModelView(msgspec.Struct, kw_only=True):
    """A model and its price: `flat_credits` up to `included_units`, above that the rate for all units.

    `credit_multiplier` is the tier's rate in times of the platform's cheapest, null where the preset gives none.
    """

    id: str
    object: Literal["model"] = "model"
    owned_by: str
    endpoint: str | None
    tier: str
    unit: str
    credit_multiplier: int | None
    flat_credits: int
    included_units: int
    rate_credits: int
    rate_units: int


class ModelList(msgspec.Struct, kw_only=True):
    """The models."""

    object: Literal["list"] = "list"
    data: list[ModelView]


@get(
    "/models",
    guards=[anybody],
    summary="List the models and their prices",
    responses=documented(429, 502, 503),
    tags=["models"],
)
async def list_models(settings: ApiSettings, current: CurrentPlatform) -> ModelList:
    """Prices are those of the chain at this moment; a model whose tier the platform has not is left out."""
    preset = settings.preset
    if preset is None:
        return ModelList(data=[])
    platform = await current.platform()
    multipliers = {tier.name: tier.credit_multiplier for tier in preset.tier_terms}
    known = set(tier_names(platform.tiers))
    found = []
    for model in preset.models:
        if model.tier in known:
            tier = platform.tiers[tier_index(model.tier, platform.tiers)]
            found.append(
                ModelView(
                    id=model.id,
                    owned_by=preset.name,
                    endpoint=model.endpoint,
                    tier=model.tier,
                    unit=unit_name(tier.unit_kind),
                    credit_multiplier=multipliers[model.tier],
                    flat_credits=tier.flat_credits,
                    included_units=tier.included_units,
                    rate_credits=tier.rate_credits,
                    rate_units=tier.rate_units,
                )
            )
    return ModelList(data=found)
