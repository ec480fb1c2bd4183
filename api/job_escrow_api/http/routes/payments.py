"""/v1/pay/payments: whether a Solana Pay link was paid."""

from enum import StrEnum

import msgspec
from job_escrow.chain.requests import GetSignatures
from litestar import Router, get

from job_escrow_api.domain.chain_access import ChainAccess
from job_escrow_api.domain.index_reads import Index, PurchaseWanted
from job_escrow_api.http.guard import anybody
from job_escrow_api.http.problems import documented
from job_escrow_api.http.routes.pay import Address, AnyAddress, AnyCredits, Bonus, public_key

_MOST_LOOKED_AT = 10


class PaymentState(StrEnum):
    """Where a payment is."""

    WAITING = "waiting"
    """Nobody has paid yet."""
    RECEIVED = "received"
    """The credits are in the account."""


class PaymentView(msgspec.Struct, kw_only=True):
    """A payment by the reference of its link; `signature` is that of its transaction, null while it waits.

    Plain transfers are no payments of a link: they become credits once they are synced, and are in `/v1/top-ups`.
    """

    reference: str
    state: PaymentState
    signature: str | None


@get(
    "/{reference:str}",
    guards=[anybody],
    summary="Say whether a link was paid",
    responses=documented(400, 429, 502, 503),
)
async def get_payment(
    index: Index,
    chain: ChainAccess,
    reference: Address,
    recipient: AnyAddress = None,
    credits: AnyCredits = None,
    bonus_credits: Bonus = 0,
) -> PaymentView:
    """`received` once a purchase with the link's reference is indexed: the account has its credits by then.

    A reference is public, and anybody may buy with it, for any account: name the link's `recipient`, `credits` and
    `bonus_credits`, so that only a purchase like the link's counts. Without them, any with the reference does.
    """
    key = public_key("reference", reference)
    found = await chain.node.answer(GetSignatures(key, limit=_MOST_LOOKED_AT))
    wanted = PurchaseWanted(credit_account=recipient, credits=credits, bonus_credits=bonus_credits)
    paid = next(
        (str(each.signature) for each in found if index.has_purchase(each.slot, str(each.signature), wanted)), None
    )
    state = PaymentState.WAITING if paid is None else PaymentState.RECEIVED
    return PaymentView(reference=reference, state=state, signature=paid)


payments_router = Router("/pay/payments", route_handlers=[get_payment], tags=["pay"])
