"""/v1/platform: which credit system this server is of, and on which chain."""

import msgspec
from job_escrow.addresses import text_of
from job_escrow_indexer.store.binding import bound_to
from litestar import get

from job_escrow_api.domain.chain_access import CurrentPlatform
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.http.guard import anybody
from job_escrow_api.http.limits import LimitsView, limits_view
from job_escrow_api.http.problems import documented
from job_escrow_api.settings import ApiSettings


class PlatformView(msgspec.Struct, kw_only=True):
    """A platform as the chain has it. `suggested_limits` are the preset's for a new wallet, null: it has none.

    `currency` is the mint's name, null where neither everybody nor the preset has one for it; amounts of it are shown
    with `display_decimals` at least, and with more where they need them.

    `genesis_hash` is null until the server's node has said which chain it is of; `alert_credits` is the balance under
    which an interface warns.
    """

    name: str
    platform: str
    program: str
    chain: str
    genesis_hash: str | None
    mint: str
    currency: str | None
    decimals: int
    display_decimals: int
    base_units_per_credit: int
    min_purchase: int
    promotion: str
    is_paused: bool
    suggested_limits: LimitsView | None
    alert_credits: int
    url: str


@get(
    "/platform",
    guards=[anybody],
    summary="Say which credit system the server is of",
    responses=documented(429, 502, 503),
    tags=["server"],
)
async def get_platform(settings: ApiSettings, current: CurrentPlatform, database: ApiDatabase) -> PlatformView:
    """What a client needs to know before it asks a wallet to sign something."""
    platform = await current.platform()
    binding, currency = bound_to(database.reader), settings.currency(platform)
    preset = settings.preset
    return PlatformView(
        name=text_of(platform.name),
        platform=str(settings.platform),
        program=str(settings.program_id),
        chain=settings.chain_id,
        genesis_hash=None if binding is None else binding.genesis_hash,
        mint=str(platform.mint),
        currency=currency.symbol,
        decimals=currency.decimals,
        display_decimals=currency.display_decimals,
        base_units_per_credit=platform.base_units_per_credit,
        min_purchase=platform.min_purchase,
        promotion=str(platform.promotion),
        is_paused=bool(platform.paused),
        suggested_limits=None if preset is None else limits_view(preset.suggested_limits),
        alert_credits=settings.alert_credits,
        url=settings.public_url,
    )
