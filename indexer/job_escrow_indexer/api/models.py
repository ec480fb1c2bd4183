"""/v1/models: what the operator serves, in the form that clients of OpenAI's API know, with prices (Y2)."""

from typing import Literal

import msgspec
from litestar import get

from job_escrow_indexer.api.jobs.prices import tier_index, tier_names
from job_escrow_indexer.api.keys.guard import anybody
from job_escrow_indexer.api.problems import documented
from job_escrow_indexer.api.services import Services


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
    credits_per_1000_units: int


class ModelList(msgspec.Struct, kw_only=True):
    """The models."""

    object: Literal["list"] = "list"
    data: list[ModelView]


@get(
    "/models", guards=[anybody], summary="The models and their prices", responses=documented(429, 502), tags=["models"]
)
async def models(services: Services) -> ModelList:
    """Prices are those of the chain at this moment; a model whose tier the platform has not is left out."""
    preset = services.settings.preset
    if preset is None:
        return ModelList(data=[])
    platform = await services.platform()
    terms = {tier.name: tier for tier in preset.tier_terms}
    known = set(tier_names(platform))
    found = []
    for model in preset.models:
        if model.tier in known:
            tier = platform.tiers[tier_index(model.tier, platform)]
            found.append(
                ModelView(
                    id=model.id,
                    owned_by=preset.name,
                    endpoint=model.endpoint,
                    tier=model.tier,
                    unit=terms[model.tier].unit,
                    credit_multiplier=terms[model.tier].credit_multiplier,
                    flat_credits=tier.flat_credits,
                    included_units=tier.included_units,
                    credits_per_1000_units=tier.credits_per_1000_units,
                )
            )
    return ModelList(data=found)
