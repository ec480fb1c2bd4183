"""/v1/pay: Solana Pay links, their QR codes, and the transaction request itself. Nothing here moves money (D12)."""

from decimal import Decimal
from io import BytesIO
from typing import Annotated

import msgspec
import segno
from job_escrow.addresses import namespace_bytes, text_of
from job_escrow.amounts import MAX_CREDITS
from job_escrow.bounds import PACKS
from job_escrow.codec import PackExpected, Platform
from job_escrow.numerals import InvalidNumber, decimal
from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter
from solders.pubkey import Pubkey

from job_escrow_api.domain.chain_access import ChainAccess, CurrentPlatform
from job_escrow_api.domain.keys.terms import LABEL
from job_escrow_api.domain.patterns import ADDRESS
from job_escrow_api.domain.pay.buying import expected_pack, pack_for_sale
from job_escrow_api.domain.pay.link import Purchase, new_reference
from job_escrow_api.domain.pay.promotion import Promotion
from job_escrow_api.domain.pay.transaction import make_transaction
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.http.guard import anybody
from job_escrow_api.http.media import answering
from job_escrow_api.http.pay_icon import ICON
from job_escrow_api.http.problems import documented
from job_escrow_api.settings import ApiSettings

_QR_SCALE = 8
_MOST_DECIMALS = 18
_SVG = "image/svg+xml"
_PNG = "image/png"
_REFUSALS = (400, 404, 409, 413, 422, 429, 502, 503)

_ADDRESS = Parameter(min_length=32, max_length=44, pattern=ADDRESS)
Address = Annotated[str, _ADDRESS]
AnyAddress = Annotated[str | None, _ADDRESS]
# As in a key's terms: for another one there could be no key.
Namespace = Annotated[str, Parameter(max_length=16, pattern=LABEL)]
_CREDITS = Parameter(ge=1, le=MAX_CREDITS)
Credits = Annotated[int, _CREDITS]
AnyCredits = Annotated[int | None, _CREDITS]
Bonus = Annotated[int, Parameter(ge=0, le=MAX_CREDITS)]
Slot = Annotated[int | None, Parameter(ge=0, le=PACKS - 1)]


_NOT_HTTPS = (
    "Wallets ask https addresses only, so that nobody between them and this server can put another transaction in. "
)
_OTHER_WAYS = "Pay by the transfer request, or have the server's --public-url be https."
_NO_OTHER_WAY = "A plain transfer brings no bonus: have the server's --public-url be https."


class PaymentLink(msgspec.Struct, kw_only=True):
    """How to buy so many credits, or a pack: a link to open or scan, or a plain transfer.

    `amount` is of the mint's own unit, exact, and `text` what a wallet shows. `reference` is on the transaction, which
    it finds once it has landed.
    `transfer_request` asks no server: it pays an account that is open, which has the credits once its deposits are
    synced. Some wallets refuse a recipient that no key has: they, and exchanges, send to `deposit_address` by hand.
    No plain transfer is tracked by `reference`: `/v1/pay/payments` says `waiting` whatever was transferred, so that
    nobody should pay both ways. It buys no pack either, and becomes credits without a bonus: `transfer_request` is null
    where there are `bonus_credits`.
    `note` says why wallets refuse `solana_pay`; null: they do not.
    """

    solana_pay: str
    text: str
    transfer_request: str | None
    note: str | None
    amount: str
    currency: str | None
    credits: int
    bonus_credits: int
    pack: int | None
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
    """Who pays. What else a wallet sends is ignored: the body is Solana Pay's, and may grow."""

    account: Annotated[str, msgspec.Meta(min_length=32, max_length=44, extra_json_schema={"pattern": ADDRESS})]


class PaymentTransaction(msgspec.Struct, kw_only=True):
    """An unsigned transaction in base64, and what it does."""

    transaction: str
    message: str


@get("/link", guards=[anybody], summary="Make a Solana Pay link for a purchase", responses=documented(*_REFUSALS))
async def get_payment_link(
    settings: ApiSettings,
    current: CurrentPlatform,
    promotion: Promotion,
    wallet: Address,
    credits: AnyCredits = None,
    pack: Slot = None,
    namespace: Namespace = "",
) -> PaymentLink:
    """For the account of `wallet`, so many credits or a pack; whoever opens the link pays."""
    platform = await current.platform()
    if (credits is None) == (pack is None):
        raise Refusal(Kinds.INVALID_REQUEST, "Say how many credits to buy, or which pack, and not both.")
    what = credits or 0 if pack is None else await pack_for_sale(promotion, platform, pack)
    purchase = _purchase(platform, wallet, namespace, what, str(new_reference()))
    query = purchase.query(settings)
    recipient = str(purchase.recipient(settings))
    return PaymentLink(
        solana_pay=purchase.solana_pay(settings),
        text=purchase.says(settings),
        transfer_request=purchase.transfer_request(settings, platform.mint, f"{text_of(platform.name)} credits"),
        note=_note(settings, purchase),
        amount=purchase.amount,
        currency=settings.currency(platform).symbol,
        credits=purchase.credits,
        bonus_credits=purchase.bonus_credits,
        pack=pack,
        recipient=recipient,
        mint=str(platform.mint),
        reference=str(purchase.reference),
        deposit_address=recipient,
        qr_svg=f"{settings.public_url}/v1/pay/qr.svg?{query}",
        qr_png=f"{settings.public_url}/v1/pay/qr.png?{query}",
    )


def _note(settings: ApiSettings, purchase: Purchase) -> str | None:
    if settings.public_url.startswith("https://"):
        return None
    return _NOT_HTTPS + (_NO_OTHER_WAY if purchase.bonus_credits else _OTHER_WAYS)


async def _agreed(
    settings: ApiSettings,
    current: CurrentPlatform,
    wallet: Address,
    credits: Credits,
    recipient: Address,
    amount: Annotated[str, Parameter(max_length=32)],
    reference: Address,
    pack: Slot = None,
    bonus_credits: Bonus = 0,
    namespace: Namespace = "",
) -> Purchase:
    """The purchase of a link whose parts agree: it shows what its transaction does, or is refused. Raises Refusal."""
    platform = await current.platform()
    if pack is None and bonus_credits:
        raise Refusal(Kinds.UNPROCESSABLE, "A bonus comes with a pack: the link names none.")
    what = credits if pack is None else expected_pack(platform, pack, credits=credits, bonus=bonus_credits)
    purchase = _purchase(platform, wallet, namespace, what, reference)
    if str(purchase.recipient(settings)) != recipient:
        raise Refusal(Kinds.UNPROCESSABLE, "The recipient is not the credit account of this wallet and namespace.")
    try:
        agrees = decimal(amount, places=_MOST_DECIMALS) == Decimal(purchase.amount)
    except InvalidNumber:
        agrees = False
    if not agrees:
        raise Refusal(Kinds.UNPROCESSABLE, f"{purchase.says(settings)}: that is not the amount of this link.")
    return purchase


Agreed = NamedDependency[Purchase]
_OF_A_LINK = {"purchase": Provide(_agreed)}


@get(
    "/qr.svg",
    guards=[anybody],
    dependencies=_OF_A_LINK,
    summary="Draw a link's QR code as SVG",
    responses=documented(*_REFUSALS),
    operation_class=answering(_SVG),
)
async def get_payment_qr_svg(settings: ApiSettings, purchase: Agreed) -> Response[bytes]:
    """For a page to show."""
    return Response(_qr(settings, purchase, "svg"), media_type=_SVG)


@get(
    "/qr.png",
    guards=[anybody],
    dependencies=_OF_A_LINK,
    summary="Draw a link's QR code as PNG",
    responses=documented(*_REFUSALS),
    operation_class=answering(_PNG),
)
async def get_payment_qr_png(settings: ApiSettings, purchase: Agreed) -> Response[bytes]:
    """For a mail or a terminal."""
    return Response(_qr(settings, purchase, "png"), media_type=_PNG)


def _qr(settings: ApiSettings, purchase: Purchase, kind: str) -> bytes:
    image = BytesIO()
    segno.make(purchase.solana_pay(settings), error="m", micro=False).save(image, kind=kind, scale=_QR_SCALE)
    return image.getvalue()


@get(
    "/icon.svg",
    guards=[anybody],
    summary="Get the icon of the credits",
    responses=documented(429),
    operation_class=answering(_SVG),
)
async def get_payment_icon() -> Response[str]:
    """What wallets show beside the label."""
    return Response(ICON, media_type=_SVG)


@get(
    "/purchase",
    guards=[anybody],
    dependencies=_OF_A_LINK,
    summary="Say what the link is for (Solana Pay)",
    responses=documented(*_REFUSALS),
)
async def get_payment_request(settings: ApiSettings, current: CurrentPlatform, purchase: Agreed) -> TransactionRequest:
    """The GET of a transaction request."""
    name = text_of((await current.platform()).name)
    return TransactionRequest(label=f"{name} credits", icon=f"{settings.public_url}/v1/pay/icon.svg")


@post(
    "/purchase",
    guards=[anybody],
    dependencies=_OF_A_LINK,
    status_code=200,
    repeatable=True,
    summary="Make the transaction to sign (Solana Pay)",
    responses=documented(*_REFUSALS),
)
async def create_payment_transaction(
    settings: ApiSettings, chain: ChainAccess, data: PayingAccount, purchase: Agreed
) -> PaymentTransaction:
    """The POST of a transaction request: unsigned, so that nothing moves before the payer's wallet signs it."""
    payer = public_key("account", data.account)
    made = await make_transaction(settings, chain.escrow, purchase, payer)
    return PaymentTransaction(transaction=made.transaction, message=made.message)


def _purchase(platform: Platform, wallet: str, namespace: str, what: int | PackExpected, reference: str) -> Purchase:
    credits = what if isinstance(what, int) else what.credits
    if credits < platform.min_purchase:
        raise Refusal(Kinds.UNPROCESSABLE, f"The fewest credits of a purchase are {platform.min_purchase}.")
    try:
        padded = namespace_bytes(namespace)
    except ValueError as error:
        raise Refusal(Kinds.INVALID_REQUEST, str(error)) from error
    return Purchase(
        platform=platform,
        wallet=public_key("wallet", wallet),
        namespace=padded,
        what=what,
        reference=public_key("reference", reference),
    )


def public_key(name: str, text: str) -> Pubkey:
    """An address that was asked with. Raises Refusal."""
    try:
        return Pubkey.from_string(text)
    except ValueError as error:
        raise Refusal(Kinds.INVALID_REQUEST, f"{name}: this is not a base58 address of 32 bytes.") from error


pay_router = Router(
    "/pay",
    route_handlers=[
        get_payment_link,
        get_payment_qr_svg,
        get_payment_qr_png,
        get_payment_icon,
        get_payment_request,
        create_payment_transaction,
    ],
    tags=["pay"],
)
