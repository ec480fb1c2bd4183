"""/v1/top-ups: what has come into an account, and the rule by which credits are bought for it by themselves (R10)."""

from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from job_escrow.bounds import ALWAYS, NEVER
from job_escrow.chain import run_async
from job_escrow.currency import Currency
from job_escrow.errors import NotFound
from job_escrow.flows.top_ups import top_up_state_of
from job_escrow.top_ups import IN_FORCE, NO_PACK, TopUpState
from job_escrow_indexer.queries import Commitment, Topup, View, topups
from litestar import Request, Router, get
from litestar.params import Parameter

from job_escrow_api.domain.chain_access import ChainAccess
from job_escrow_api.domain.index_reads import Index
from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.keys.terms import Scope
from job_escrow_api.domain.patterns import POSITION
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.reports.desk import ReportDesk
from job_escrow_api.http.guard import guarded
from job_escrow_api.http.problems import documented
from job_escrow_api.settings import ApiSettings

RuleState = Literal["in force", "ended", "expired"]


class TopUpView(msgspec.Struct, kw_only=True):
    """Credits that came in. `price` is what they are worth in the platform's currency, the bonus of a pack left out.

    `kind` is `purchase`, `top-up` (bought by the rule), `deposit` (a plain transfer) or `grant`, which alone has a
    `reason`, and an end where its credits have one.
    """

    kind: str
    at: int
    slot: int
    signature: str
    credits: int
    bonus_credits: int
    price: Decimal
    currency: str | None
    base_units: int
    paid_by: str | None
    expires_at: int | None
    reason: str | None


class TopUpPage(msgspec.Struct, kw_only=True):
    """What came in, newest first; pass `next_cursor` as `cursor` for what was before, null where there is none."""

    top_ups: list[TopUpView]
    next_cursor: str | None
    as_of_slot: int
    commitment: Commitment


class TopUpRuleView(msgspec.Struct, kw_only=True):
    """A rule that the wallet has signed: while fewer than `threshold` credits are left, anybody may buy for it.

    `threshold` null: however many are left. One top-up buys `credits`, with at least `bonus_credits` on top where it
    names a pack, for `price`; at most `cap` leaves the wallet in a period, of which `spent` has. All three are in the
    platform's currency, as is `allowance`: what the wallet's token account still lets be spent. `held_up_by` says why
    nothing is bought now, null: it is due. A rule that a withdrawal has ended buys nothing until it is set again.
    """

    state: RuleState
    threshold: int | None
    left: int
    credits: int
    bonus_credits: int
    pack: int | None
    price: Decimal
    cap: Decimal
    spent: Decimal
    allowance: Decimal
    currency: str | None
    period_seconds: int
    expires_at: int | None
    source: str
    held_up_by: str | None


class TopUpRuleAnswer(msgspec.Struct, kw_only=True):
    """The account's rule; null: it has none."""

    rule: TopUpRuleView | None


@get(
    "/",
    **guarded(Scope.READ),
    summary="List what came into the account, newest first",
    responses=documented(400, 401, 403, 404, 429),
)
async def list_top_ups(
    desk: ReportDesk,
    index: Index,
    request: Request[Any, Key, Any],
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Parameter(max_length=19, pattern=POSITION)] = None,
) -> TopUpPage:
    """Purchases, packs with their bonus, automatic top-ups, plain transfers and grants."""
    key = request.auth

    def ask(view: View) -> TopUpPage:
        page = topups(view, key.credit_account, cursor=cursor, limit=limit)
        currency = index.money(view, key.platform).currency
        return TopUpPage(
            top_ups=[_top_up(each, currency) for each in page.topups],
            next_cursor=page.next_cursor,
            as_of_slot=page.as_of_slot,
            commitment=page.commitment,
        )

    return await desk.ask(key.credit_account, ask)


@get(
    "/rule",
    **guarded(Scope.READ),
    summary="Say by which rule credits are bought by themselves",
    responses=documented(401, 403, 404, 429, 502, 503),
)
async def get_top_up_rule(
    settings: ApiSettings, chain: ChainAccess, request: Request[Any, Key, Any]
) -> TopUpRuleAnswer:
    """As the chain has it now. The wallet sets it and turns it off: `job-escrow top-up`."""
    address = settings.credit_account(request.auth.wallet_key, request.auth.namespace)
    chain.node.require()
    try:
        state = await run_async(top_up_state_of(address, settings.program_id), chain.escrow.chain)
    except NotFound as error:
        raise Refusal(Kinds.NOT_FOUND, "The account is not open: buy credits first.") from error
    return TopUpRuleAnswer(rule=None if state is None else _rule(state, settings.currency(state.platform)))


def _top_up(of: Topup, currency: Currency) -> TopUpView:
    return TopUpView(
        kind=of.kind,
        at=of.at,
        slot=of.slot,
        signature=of.signature,
        credits=of.credits,
        bonus_credits=of.bonus_credits,
        price=currency.amount(of.base_units),
        currency=currency.symbol,
        base_units=of.base_units,
        paid_by=of.paid_by,
        expires_at=None if of.expires_at is None or of.expires_at >= NEVER else of.expires_at,
        reason=of.reason,
    )


def _rule(of: TopUpState, currency: Currency) -> TopUpRuleView:
    rule = of.rule
    return TopUpRuleView(
        state="ended" if of.account.top_up != IN_FORCE else "expired" if of.now >= rule.expires_at else "in force",
        threshold=None if rule.threshold == ALWAYS else rule.threshold,
        left=of.left,
        credits=rule.credits,
        bonus_credits=rule.bonus_credits,
        pack=None if rule.pack == NO_PACK else rule.pack,
        price=currency.amount(rule.base_units),
        cap=currency.amount(rule.base_units_per_period),
        spent=currency.amount(of.period_base_units),
        allowance=currency.amount(of.allowance),
        currency=currency.symbol,
        period_seconds=rule.period_seconds,
        expires_at=None if rule.expires_at >= NEVER else rule.expires_at,
        source=str(rule.source),
        held_up_by=_held_up_by(of),
    )


def _held_up_by(of: TopUpState) -> str | None:
    if of.refusal is not None:
        return of.refusal.message
    return "The mint's issuer has frozen the vault or the promotion account." if of.is_frozen else None


top_ups_router = Router("/top-ups", route_handlers=[list_top_ups, get_top_up_rule], tags=["account"])
