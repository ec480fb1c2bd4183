"""/v1/pay: Solana Pay links, their QR codes, and the transaction request itself. Nothing here moves money (D12)."""

from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Annotated

import msgspec
import segno
from job_escrow.addresses import namespace_bytes, text_of
from job_escrow.amounts import MAX_CREDITS
from job_escrow.codec import Platform
from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter
from solders.pubkey import Pubkey

from job_escrow_indexer.api.keys.guard import anybody
from job_escrow_indexer.api.keys.terms import LABEL
from job_escrow_indexer.api.media import answering
from job_escrow_indexer.api.patterns import whole
from job_escrow_indexer.api.pay.icon import ICON
from job_escrow_indexer.api.pay.link import Purchase, new_reference
from job_escrow_indexer.api.pay.transaction import make_transaction
from job_escrow_indexer.api.problems import Kinds, Refusal, documented
from job_escrow_indexer.api.services import Services

_QR_SCALE = 8
_SVG = "image/svg+xml"
_PNG = "image/png"
_REFUSALS = (400, 404, 409, 413, 422, 429, 502)

Address = Annotated[str, Parameter(min_length=32, max_length=44, pattern=whole("[1-9A-HJ-NP-Za-km-z]{32,44}"))]
# As in a key's terms: for another one there could be no key.
Namespace = Annotated[str, Parameter(max_length=16, pattern=LABEL)]
Credits = Annotated[int, Parameter(ge=1, le=MAX_CREDITS)]


class PaymentLink(msgspec.Struct, kw_only=True):
    """How to buy so many credits: a link to open or scan, or an address for a plain transfer by hand.

    `amount` is in tokens of `mint`, exact. `reference` is on the transaction, which it finds once it has landed.
    Wallets refuse plain transfer requests to a program's address: `deposit_address` is for exchanges and for typing in.
    """

    solana_pay: str
    amount: str
    credits: int
    recipient: str
    mint: str
    reference: str
    deposit_address: str
    qr_svg: str
    qr_png: str


class TransactionRequest(msgspec.Struct, kw_only=True):
    """What a wallet shows before it asks for the transaction."""

    label: str
    icon: str


class PayingAccount(msgspec.Struct, kw_only=True):
    """Who pays: base58."""

    account: Annotated[str, msgspec.Meta(min_length=32, max_length=44)]


class PaymentTransaction(msgspec.Struct, kw_only=True):
    """An unsigned transaction in base64, and what it does."""

    transaction: str
    message: str


@get("/link", guards=[anybody], summary="A Solana Pay link for a purchase", responses=documented(*_REFUSALS))
async def payment_link(services: Services, wallet: Address, credits: Credits, namespace: Namespace = "") -> PaymentLink:
    """For the account of `wallet`; whoever opens the link pays."""
    settings = services.settings
    platform = await services.platform()
    purchase = _purchase(platform, wallet, namespace, credits, str(new_reference()))
    query = purchase.query(settings)
    recipient = str(purchase.recipient(settings))
    return PaymentLink(
        solana_pay=purchase.solana_pay(settings),
        amount=purchase.amount,
        credits=credits,
        recipient=recipient,
        mint=str(platform.mint),
        reference=str(purchase.reference),
        deposit_address=recipient,
        qr_svg=f"{settings.public_url}/v1/pay/qr.svg?{query}",
        qr_png=f"{settings.public_url}/v1/pay/qr.png?{query}",
    )


async def _agreed(
    services: Services,
    wallet: Address,
    credits: Credits,
    recipient: Address,
    amount: Annotated[str, Parameter(max_length=32)],
    reference: Address,
    namespace: Namespace = "",
) -> Purchase:
    """The purchase of a link whose parts agree: it shows what its transaction does, or is refused. Raises Refusal."""
    purchase = _purchase(await services.platform(), wallet, namespace, credits, reference)
    if str(purchase.recipient(services.settings)) != recipient:
        raise Refusal(Kinds.UNPROCESSABLE, "The recipient is not the credit account of this wallet and namespace.")
    try:
        agrees = Decimal(amount) == Decimal(purchase.amount)
    except InvalidOperation:
        agrees = False
    if not agrees:
        raise Refusal(
            Kinds.UNPROCESSABLE, f"{credits} credits cost {purchase.amount}, and not the amount of this link."
        )
    return purchase


Agreed = NamedDependency[Purchase]
_OF_A_LINK = {"purchase": Provide(_agreed)}


@get(
    "/qr.svg",
    guards=[anybody],
    dependencies=_OF_A_LINK,
    summary="A link's QR code as SVG",
    responses=documented(*_REFUSALS),
    operation_class=answering(_SVG),
)
async def qr_svg(services: Services, purchase: Agreed) -> Response[bytes]:
    """For a page to show."""
    return Response(_qr(services, purchase, "svg"), media_type=_SVG)


@get(
    "/qr.png",
    guards=[anybody],
    dependencies=_OF_A_LINK,
    summary="A link's QR code as PNG",
    responses=documented(*_REFUSALS),
    operation_class=answering(_PNG),
)
async def qr_png(services: Services, purchase: Agreed) -> Response[bytes]:
    """For a mail or a terminal."""
    return Response(_qr(services, purchase, "png"), media_type=_PNG)


def _qr(services: Services, purchase: Purchase, kind: str) -> bytes:
    image = BytesIO()
    segno.make(purchase.solana_pay(services.settings), error="m", micro=False).save(image, kind=kind, scale=_QR_SCALE)
    return image.getvalue()


@get(
    "/icon.svg",
    guards=[anybody],
    summary="The icon of the credits",
    responses=documented(429),
    operation_class=answering(_SVG),
)
async def icon() -> Response[str]:
    """What wallets show beside the label."""
    return Response(ICON, media_type=_SVG)


@get(
    "/purchase",
    guards=[anybody],
    dependencies=_OF_A_LINK,
    summary="What the link is for (Solana Pay)",
    responses=documented(*_REFUSALS),
)
async def transaction_request(services: Services, purchase: Agreed) -> TransactionRequest:
    """The GET of a transaction request."""
    name = text_of((await services.platform()).name)
    return TransactionRequest(label=f"{name} credits", icon=f"{services.settings.public_url}/v1/pay/icon.svg")


@post(
    "/purchase",
    guards=[anybody],
    dependencies=_OF_A_LINK,
    status_code=200,
    summary="The transaction to sign (Solana Pay)",
    responses=documented(*_REFUSALS),
)
async def payment_transaction(services: Services, data: PayingAccount, purchase: Agreed) -> PaymentTransaction:
    """The POST of a transaction request: unsigned, so that nothing moves before the payer's wallet signs it."""
    payer = _key("account", data.account)
    made = await make_transaction(services.settings, services.escrow, await services.platform(), purchase, payer)
    return PaymentTransaction(transaction=made.transaction, message=made.message)


def _purchase(platform: Platform, wallet: str, namespace: str, credits: int, reference: str) -> Purchase:
    if credits < platform.min_purchase:
        raise Refusal(Kinds.UNPROCESSABLE, f"The fewest credits of a purchase are {platform.min_purchase}.")
    try:
        padded = namespace_bytes(namespace)
    except ValueError as error:
        raise Refusal(Kinds.INVALID_REQUEST, str(error)) from error
    return Purchase(
        wallet=_key("wallet", wallet),
        namespace=padded,
        credits=credits,
        base_units_per_credit=platform.base_units_per_credit,
        reference=_key("reference", reference),
    )


def _key(name: str, text: str) -> Pubkey:
    try:
        return Pubkey.from_string(text)
    except ValueError as error:
        raise Refusal(Kinds.INVALID_REQUEST, f"{name}: this is not a base58 address of 32 bytes.") from error


pay_router = Router(
    "/pay",
    route_handlers=[payment_link, qr_svg, qr_png, icon, transaction_request, payment_transaction],
    tags=["pay"],
)
