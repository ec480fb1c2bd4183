"""/v1/quote: what a lock costs, before it is locked (C5)."""

from decimal import Decimal
from typing import Any, Literal

import msgspec
from job_escrow.units import unit_name
from litestar import Request, post

from job_escrow_api.domain.chain_access import ChainAccess
from job_escrow_api.domain.jobs.prices import lock_price, tier_index
from job_escrow_api.domain.jobs.quotes import Quotes, binds_until
from job_escrow_api.domain.jobs.requests import PricedComponent, QuoteRequest
from job_escrow_api.domain.jobs.service import JobService
from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.keys.terms import Scope
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.http.guard import guarded
from job_escrow_api.http.problems import documented
from job_escrow_api.settings import ApiSettings


class QuoteView(msgspec.Struct, kw_only=True):
    """The most that a job or request of these units costs: exactly what its lock takes.

    `price` is what `credits` cost in the platform's currency. `id` binds until `expires_at`, both null where nothing
    was to bind: it names the price in `quote` of a job or request of the same units, for the account that asked, or for
    any customer where the operator asked.
    """

    object: Literal["quote"] = "quote"
    id: str | None
    expires_at: int | None
    model: str | None
    tier: str | None
    unit: str | None
    max_units: int | None
    components: list[PricedComponent]
    credits: int
    price: Decimal
    currency: str | None
    base_units: int


@post(
    "/quote",
    **guarded(Scope.READ, Scope.OPERATOR),
    status_code=200,
    repeatable=True,
    summary="Say what a job or request costs, before it is locked",
    responses=documented(400, 401, 403, 409, 413, 422, 429, 502, 503),
    tags=["jobs"],
)
async def create_quote(
    settings: ApiSettings,
    chain: ChainAccess,
    jobs: JobService,
    quotes: Quotes,
    request: Request[Any, Key, Any],
    data: QuoteRequest,
) -> QuoteView:
    """By the chain's prices of this moment, as a lock would be. It reserves nothing."""
    if (data.max_units is None) == (data.components is None):
        raise Refusal(Kinds.UNPROCESSABLE, "Give max_units or components, and not both.")
    platform = await chain.current.platform()
    price = lock_price(data, platform, settings.preset)
    names = [price.tier_name] if price.tier_name is not None else [each.tier for each in price.components]
    tiers = [tier_index(each, platform.tiers) for each in names]
    quote, expires_at = None, None
    if data.binding_seconds is not None:
        expires_at = binds_until(platform, tiers, await chain.clock.about(), data.binding_seconds)
        account = None if await jobs.is_operator(request.auth) else request.auth.credit_account
        quote = quotes.make(price, account, expires_at)
    currency = settings.currency(platform)
    base_units = price.credits * platform.base_units_per_credit
    return QuoteView(
        id=quote,
        expires_at=expires_at,
        model=data.model,
        tier=price.tier_name,
        unit=None if price.tier is None else unit_name(platform.tiers[price.tier].unit_kind),
        max_units=price.units,
        components=list(price.components),
        credits=price.credits,
        price=currency.amount(base_units),
        currency=currency.symbol,
        base_units=base_units,
    )
