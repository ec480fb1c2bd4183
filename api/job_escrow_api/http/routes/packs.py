"""/v1/packs: what is sold together, and what of it comes on top (Y3)."""

from typing import Literal

import msgspec
from job_escrow.packs import offered
from litestar import get

from job_escrow_api.domain.chain_access import CurrentPlatform
from job_escrow_api.http.guard import anybody
from job_escrow_api.http.problems import documented
from job_escrow_api.settings import ApiSettings


class PackView(msgspec.Struct, kw_only=True):
    """A pack: `credits` are paid for with `base_units` of the platform's mint, `bonus_credits` come on top.

    `pack` is the slot that a purchase names; `name` is the preset's, null where the preset has no such pack.
    """

    object: Literal["pack"] = "pack"
    pack: int
    name: str | None
    credits: int
    bonus_credits: int
    total: int
    base_units: int


class PackList(msgspec.Struct, kw_only=True):
    """The packs."""

    object: Literal["list"] = "list"
    data: list[PackView]


@get(
    "/packs",
    guards=[anybody],
    summary="List the packs and what they cost",
    responses=documented(429, 502, 503),
    tags=["packs"],
)
async def list_packs(settings: ApiSettings, current: CurrentPlatform) -> PackList:
    """Packs are those of the chain at this moment; any other number of credits can be bought without one."""
    platform = await current.platform()
    preset = settings.preset
    names = {} if preset is None else {(each.credits, each.bonus_credits): each.name for each in preset.packs}
    return PackList(
        data=[
            PackView(
                pack=index,
                name=names.get((pack.credits, pack.bonus_credits)),
                credits=pack.credits,
                bonus_credits=pack.bonus_credits,
                total=pack.credits + pack.bonus_credits,
                base_units=pack.credits * platform.base_units_per_credit,
            )
            for index, pack in offered(platform).items()
        ]
    )
