"""/v1/account: what a key's account holds (D11), in all its namespaces, and how long it lasts."""

from decimal import ROUND_DOWN, Decimal
from typing import Annotated, Any

import msgspec
from job_escrow.amounts import Usdc
from litestar import Request, get
from litestar.params import Parameter

from job_escrow_indexer.api.envelope import remember_credits
from job_escrow_indexer.api.keys.guard import WITH_KEY, needs
from job_escrow_indexer.api.keys.store import Key
from job_escrow_indexer.api.keys.terms import Scope
from job_escrow_indexer.api.problems import Kinds, Refusal, documented
from job_escrow_indexer.api.services import Services
from job_escrow_indexer.api.times import rfc3339
from job_escrow_indexer.queries import Balance, Commitment, NotIndexed, View, balances_of_wallet
from job_escrow_indexer.queries.usage import charged

BURN_DAYS = 7

_DAY = 86_400
_CENT = Decimal("0.01")
_TENTH = Decimal("0.1")


class NamespaceBalance(msgspec.Struct, kw_only=True):
    """Another namespace of the same wallet (R7)."""

    namespace: str
    credit_account: str
    credits_remaining: int
    credits_locked: int


class AccountView(msgspec.Struct, kw_only=True):
    """What a credit account holds.

    `credits_remaining` can be spent now: paid credits, and granted ones that have not expired; `usdc_value` is their
    worth, rounded down to a cent. `withdrawable_usdc` can be paid out: paid credits, and transfers that are no credits
    yet, exact; null until the vault was seen. `burn_rate` is credits per day over the last seven days, `days_left` how
    long the remaining ones last at it, null where nothing was used. Nothing after `as_of_slot` is in it.
    """

    wallet: str
    credits_remaining: int
    usdc_value: Decimal
    last_topup_at: str | None
    withdrawable_credits: int
    withdrawable_usdc: Decimal | None
    credits_granted: int
    credits_locked: int
    open_jobs: int
    namespace: str
    credit_account: str
    platform: str
    namespaces: list[NamespaceBalance]
    burn_rate: Decimal
    days_left: Decimal | None
    as_of_slot: int
    commitment: Commitment


@get(
    "/account",
    guards=[needs(Scope.READ)],
    security=WITH_KEY,
    summary="What the key's account holds",
    responses=documented(400, 401, 403, 404, 429, 503),
    tags=["account"],
)
async def account(
    services: Services,
    request: Request[Any, Key, Any],
    min_slot: Annotated[int | None, Parameter(ge=0, le=2**63 - 1)] = None,
) -> AccountView:
    """Right as of `as_of_slot`. With `min_slot`, the slot of a transaction, its effect is in the answer."""
    await services.index.reach(min_slot, request.auth.id)
    with services.index.view() as view:
        found = _account(services, view, request.auth)
    remember_credits(request.scope, found.credits_remaining)
    return found


def _account(services: Services, view: View, key: Key) -> AccountView:
    # One question for all namespaces, the key's own among them.
    of_wallet = balances_of_wallet(view, key.wallet, key.platform)
    has = next((each for each in of_wallet if each.credit_account == key.credit_account), None)
    if has is None:
        raise NotIndexed(key.credit_account)
    if not has.is_open:
        raise Refusal(Kinds.NOT_FOUND, "The account was closed: open it again by buying credits.")
    used = charged(view, key.credit_account, services.index.start_of(view, BURN_DAYS), view.end)
    per_day, days_left = _burn(view, has, used) if used else (Decimal("0.00"), None)
    surplus = has.withdrawable_base_units
    return AccountView(
        wallet=has.wallet,
        credits_remaining=has.available,
        usdc_value=Usdc(has.value_base_units).dollars.quantize(_CENT, ROUND_DOWN),
        last_topup_at=None if not has.last_topup_at else rfc3339(has.last_topup_at),
        withdrawable_credits=has.paid_available,
        withdrawable_usdc=None if surplus is None else Usdc(surplus).dollars,
        credits_granted=has.granted_available - (has.granted_expired or 0),
        credits_locked=has.locked,
        open_jobs=has.open_jobs or 0,
        namespace=has.namespace,
        credit_account=has.credit_account,
        platform=has.platform,
        namespaces=[_namespace(each) for each in of_wallet if each is not has and each.is_open],
        burn_rate=per_day,
        days_left=days_left,
        as_of_slot=view.as_of_slot,
        commitment=view.commitment,
    )


def _burn(view: View, has: Balance, used: int) -> tuple[Decimal, Decimal]:
    """Credits per day, and the days that are left; over at least a day, so that a busy first hour is no habit."""
    (opened_at,) = view.row("SELECT opened_at FROM credit_accounts WHERE address = ?", has.credit_account)
    window = min(BURN_DAYS * _DAY, max(_DAY, view.now - opened_at))
    left = Decimal(has.available * window) / (used * _DAY)
    return (Decimal(used * _DAY) / window).quantize(_CENT), left.quantize(_TENTH, ROUND_DOWN)


def _namespace(has: Balance) -> NamespaceBalance:
    return NamespaceBalance(
        namespace=has.namespace,
        credit_account=has.credit_account,
        credits_remaining=has.available,
        credits_locked=has.locked,
    )
