"""What an account holds, as the API and the page's stream tell it."""

from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

import msgspec
from job_escrow.bounds import NEVER
from job_escrow_indexer.queries import Balance, Commitment, View, balances_of_wallet
from job_escrow_indexer.queries.accounts import unknown
from job_escrow_indexer.queries.burn import WINDOW_DAYS, burn_rate_of, window_of
from job_escrow_indexer.queries.lots import FreeLot, free_lots
from job_escrow_indexer.queries.usage import charged
from job_escrow_indexer.queries.usage_facts import DAY

from job_escrow_api.domain.index_reads import Index
from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.times import rfc3339

_CENT = Decimal("0.01")


class NamespaceBalance(msgspec.Struct, kw_only=True):
    """Another namespace of the same wallet."""

    namespace: str
    credit_account: str
    credits_remaining: int
    credits_locked: int


class GrantView(msgspec.Struct, kw_only=True):
    """Granted credits that expire together; `expires_at` null: never."""

    credits: int
    expires_at: int | None


class AccountView(msgspec.Struct, kw_only=True):
    """What a credit account holds.

    `credits_remaining` can be spent now: paid credits, and granted ones that have not expired, exact to the request:
    also what the server's sessions have locked and not reserved, which is free on chain once they end (DELETE
    /v1/sessions). `value` is the worth of what is not locked, in the platform's currency: of paid credits, what
    withdrawing them would pay; `usdc_value` is the same rounded down to a cent, null where the currency is not USDC.
    `promotion_value` is what the
    platform's promotion has paid of the paid credits, locked ones too: it is spent with them and never withdrawn.
    `withdrawable_value` can be paid out: paid credits, and transfers that are no credits
    yet; null until the vault was seen. `burn_rate` is credits per day over the last seven days, `days_left` how
    long the remaining ones last at it, null where nothing was used. `credits_locked` and `open_jobs` count
    sessions, too. Nothing after `as_of_slot` is in it.
    """

    wallet: str
    credits_remaining: int
    usdc_value: Decimal | None
    last_topup_at: str | None
    value: Decimal
    currency: str | None
    withdrawable_credits: int
    withdrawable_value: Decimal | None
    promotion_value: Decimal
    credits_granted: int
    grants: list[GrantView]
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


def account_view(index: Index, key: Key) -> AccountView | None:
    """The account of a key; None where it is not open, or not indexed yet."""
    try:
        with index.view() as view:
            return existing_account_view(index, view, key)
    except Refusal as refusal:
        if refusal.kind is Kinds.NOT_FOUND:
            return None
        raise


def existing_account_view(index: Index, view: View, key: Key) -> AccountView:
    """The account of a key as of a view. Raises Refusal where it was closed, NotIndexed where it never was."""
    # One question for all namespaces, the key's own among them.
    of_wallet = balances_of_wallet(view, key.wallet, key.platform)
    has = next((each for each in of_wallet if each.credit_account == key.credit_account), None)
    if has is None:
        raise unknown(view, key.credit_account)
    if not has.is_open:
        raise Refusal(Kinds.NOT_FOUND, "The account was closed: open it again by buying credits.")
    used = charged(view, "credit_account", key.credit_account, index.start_of(view, WINDOW_DAYS), view.end)
    remaining = index.remaining(view, has)
    burn = burn_rate_of(
        view, replace(has, available=remaining), used, window_of(view, key.credit_account) if used else DAY
    )
    surplus = has.withdrawable_base_units
    money = index.money(view, has.platform)
    amount = money.currency.amount
    return AccountView(
        wallet=has.wallet,
        credits_remaining=remaining,
        usdc_value=amount(has.value_base_units).quantize(_CENT, ROUND_DOWN) if money.is_usdc else None,
        last_topup_at=None if not has.last_topup_at else rfc3339(has.last_topup_at),
        value=amount(has.value_base_units),
        currency=money.currency.symbol,
        withdrawable_credits=has.paid_available,
        withdrawable_value=None if surplus is None else amount(surplus),
        promotion_value=amount(has.promotion_base_units),
        credits_granted=has.granted_available - (has.granted_expired or 0),
        grants=[_grant(each) for each in free_lots(view, has.credit_account)],
        credits_locked=has.locked,
        open_jobs=has.open_jobs or 0,
        namespace=has.namespace,
        credit_account=has.credit_account,
        platform=has.platform,
        namespaces=[_namespace(index, view, each) for each in of_wallet if each is not has and each.is_open],
        burn_rate=burn.credits_per_day,
        days_left=burn.days_left,
        as_of_slot=view.as_of_slot,
        commitment=view.commitment,
    )


def _grant(lot: FreeLot) -> GrantView:
    return GrantView(credits=lot.credits, expires_at=None if lot.expires_at >= NEVER else lot.expires_at)


def _namespace(index: Index, view: View, has: Balance) -> NamespaceBalance:
    return NamespaceBalance(
        namespace=has.namespace,
        credit_account=has.credit_account,
        credits_remaining=index.remaining(view, has),
        credits_locked=has.locked,
    )
