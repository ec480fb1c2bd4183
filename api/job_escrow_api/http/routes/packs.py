"""/v1/packs: what is sold together, and what of it comes on top (Y3)."""

from decimal import Decimal
from typing import Literal

import msgspec
from job_escrow.packs import offered, pack_text
from litestar import get

from job_escrow_api.domain.chain_access import CurrentPlatform
from job_escrow_api.domain.pay.promotion import Promotion
from job_escrow_api.http.guard import anybody
from job_escrow_api.http.problems import documented
from job_escrow_api.settings import ApiSettings


class PackView(msgspec.Struct, kw_only=True):
    """A pack: `credits` are paid for with `price`, `bonus_credits` come on top.

    `pack` is the slot that a purchase names; `name` is the preset's, null where the preset has no such pack. `price` is
    in the platform's currency, `base_units` is the same in the smallest units of its mint. `affordable` is how many
    more of it the platform's promotion account can pay the bonus of, null: it has no bonus. One with 0 is refused.
    """

    object: Literal["pack"] = "pack"
    pack: int
    name: str | None
    text: str
    credits: int
    bonus_credits: int
    total: int
    price: Decimal
    currency: str | None
    base_units: int
    affordable: int | None


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
async def list_packs(settings: ApiSettings, current: CurrentPlatform, promotion: Promotion) -> PackList:
    """Packs are those of the chain at this moment; any other number of credits can be bought without one."""
    platform = await current.platform()
    currency, preset = settings.currency(platform), settings.preset
    names = {} if preset is None else {(each.credits, each.bonus_credits): each.name for each in preset.packs}
    return PackList(
        data=[
            PackView(
                pack=index,
                name=names.get((pack.credits, pack.bonus_credits)),
                text=pack_text(pack.credits, pack.bonus_credits),
                credits=pack.credits,
                bonus_credits=pack.bonus_credits,
                total=pack.credits + pack.bonus_credits,
                price=currency.amount(pack.credits * platform.base_units_per_credit),
                currency=currency.symbol,
                base_units=pack.credits * platform.base_units_per_credit,
                affordable=await promotion.affordable(platform, pack),
            )
            for index, pack in offered(platform).items()
        ]
    )
