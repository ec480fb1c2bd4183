"""/v1/transactions: what a wallet signs by itself to buy, withdraw or set limits, and what becomes of it.

The server makes transactions and passes signed ones on. It has no key of the wallet, so that nothing here moves money.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from typing import Annotated, Any

import msgspec
from job_escrow.amounts import MAX_CREDITS
from job_escrow.chain.requests import PACKET_LIMIT
from job_escrow.codec import PackExpected
from litestar import Request, Router, get, post
from litestar.params import Parameter
from solders.signature import Signature

from job_escrow_api.domain.chain_access import ChainAccess
from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.keys.terms import Scope
from job_escrow_api.domain.patterns import SIGNATURE, whole
from job_escrow_api.domain.pay.of_wallet import OfWallet, of_wallet
from job_escrow_api.domain.pay.signed import State, outcome, send
from job_escrow_api.domain.pay.unsigned import UnsignedTransaction
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.http.guard import guarded
from job_escrow_api.http.limits import LimitsView, limits_view
from job_escrow_api.http.problems import documented
from job_escrow_api.settings import ApiSettings

_REFUSALS = (400, 401, 403, 404, 409, 413, 422, 429, 502, 503)
_MOST_BASE64 = 4 * -(-PACKET_LIMIT // 3)
"""As many characters as a packet's bytes take."""


class PurchaseTerms(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to buy. `pack` is a slot of `/v1/packs`, null: credits alone; `limits` are those of an account to open.

    `bonus_credits` comes with `pack`: what the buyer saw on top, or less is not bought.
    """

    credits: Annotated[int, msgspec.Meta(ge=1, le=MAX_CREDITS)]
    pack: Annotated[int, msgspec.Meta(ge=0, le=255)] | None = None
    bonus_credits: Annotated[int, msgspec.Meta(ge=0, le=MAX_CREDITS)] | None = None
    limits: LimitsView | None = None

    def what(self) -> int | PackExpected:
        """So many credits, or the pack as the buyer saw it. Raises Refusal."""
        if self.pack is None and self.bonus_credits is None:
            return self.credits
        if self.pack is None or self.bonus_credits is None:
            detail = "Name a pack with its bonus_credits, as /v1/packs showed it, or neither."
            raise Refusal(Kinds.INVALID_REQUEST, detail)
        return PackExpected(index=self.pack, credits=self.credits, bonus_credits=self.bonus_credits)


class WithdrawalTerms(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How many credits to pay out, null: all that can be."""

    credits: Annotated[int, msgspec.Meta(ge=1, le=MAX_CREDITS)] | None = None


class SignedTransaction(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A transaction in base64 that the wallet has signed."""

    transaction: Annotated[str, msgspec.Meta(min_length=4, max_length=_MOST_BASE64, pattern=whole("[A-Za-z0-9+/]+=*"))]


class SentTransaction(msgspec.Struct, kw_only=True):
    """A transaction on its way."""

    signature: str


class TransactionView(msgspec.Struct, kw_only=True):
    """What became of a transaction: `slot` and `commitment` of one that landed, `detail` says why it failed."""

    signature: str
    state: State
    slot: int | None
    commitment: str | None
    detail: str | None


class WalletLimits(msgspec.Struct, kw_only=True):
    """What the operator may lock by the account's limits; null where the account is not open."""

    limits: LimitsView | None


@post(
    "/purchase",
    **guarded(Scope.MANAGE),
    status_code=200,
    repeatable=True,
    summary="Make the transaction that buys credits",
    responses=documented(*_REFUSALS),
)
async def create_purchase_transaction(
    settings: ApiSettings, chain: ChainAccess, request: Request[Any, Key, Any], data: PurchaseTerms
) -> UnsignedTransaction:
    """Opens the account where it is not open, with `limits`. The wallet pays the tokens, the fee and the rent."""
    what, limits = data.what(), None if data.limits is None else data.limits.args()
    wallet = await _wallet(settings, chain, request)
    return await wallet.purchase(what, limits)


@post(
    "/withdrawal",
    **guarded(Scope.MANAGE),
    status_code=200,
    repeatable=True,
    summary="Make the transaction that pays credits out",
    responses=documented(*_REFUSALS),
)
async def create_withdrawal_transaction(
    settings: ApiSettings, chain: ChainAccess, request: Request[Any, Key, Any], data: WithdrawalTerms
) -> UnsignedTransaction:
    """To the wallet's own associated token account, which it makes where it is missing."""
    return await (await _wallet(settings, chain, request)).withdraw(data.credits)


@post(
    "/limits",
    **guarded(Scope.MANAGE),
    status_code=200,
    repeatable=True,
    summary="Make the transaction that changes what the operator may lock",
    responses=documented(*_REFUSALS),
)
async def create_limits_transaction(
    settings: ApiSettings, chain: ChainAccess, request: Request[Any, Key, Any], data: LimitsView
) -> UnsignedTransaction:
    """Less counts from when it lands, also for jobs that are asked for at the same time."""
    return await (await _wallet(settings, chain, request)).set_limits(data.args())


@get(
    "/limits",
    **guarded(Scope.READ),
    summary="Say what the operator may lock without asking",
    responses=documented(400, 401, 403, 429, 502, 503),
)
async def get_limits(settings: ApiSettings, chain: ChainAccess, request: Request[Any, Key, Any]) -> WalletLimits:
    """The account's limits, as the chain has them now."""
    account = (await _wallet(settings, chain, request)).account
    return WalletLimits(limits=None if account is None else limits_view(account.limits))


@post(
    "/",
    **guarded(Scope.MANAGE),
    status_code=200,
    repeatable=True,
    summary="Pass a signed transaction on to the chain",
    responses=documented(400, 401, 403, 413, 422, 429, 502, 503),
)
async def send_transaction(
    settings: ApiSettings, chain: ChainAccess, request: Request[Any, Key, Any], data: SignedTransaction
) -> SentTransaction:
    """Safe to repeat until it has landed or has expired: it lands at most once."""
    try:
        raw = b64decode(data.transaction, validate=True)
    except NotBase64 as error:
        raise Refusal(Kinds.INVALID_REQUEST, "transaction: this is not base64.") from error
    signature = await send(chain.escrow, settings.program_id, request.auth.wallet_key, raw)
    return SentTransaction(signature=str(signature))


@get(
    "/{signature:str}",
    **guarded(Scope.READ),
    summary="Say what became of a transaction",
    responses=documented(400, 401, 403, 429, 502, 503),
)
async def get_transaction(
    settings: ApiSettings,
    chain: ChainAccess,
    signature: Annotated[str, Parameter(min_length=64, max_length=88, pattern=SIGNATURE)],
    last_valid_block_height: Annotated[int, Parameter(ge=0, le=2**63 - 1)],
) -> TransactionView:
    """`pending` may land yet, `landed` did what it says, `failed` did nothing, `expired` never lands."""
    try:
        key = Signature.from_string(signature)
    except ValueError as error:
        raise Refusal(Kinds.INVALID_REQUEST, "signature: this is not base58 of 64 bytes.") from error
    found = await outcome(chain.escrow, settings.program_id, key, last_valid_block_height)
    return TransactionView(
        signature=signature,
        state=found.state,
        slot=found.slot,
        commitment=found.commitment,
        detail=found.detail,
    )


async def _wallet(settings: ApiSettings, chain: ChainAccess, request: Request[Any, Key, Any]) -> OfWallet:
    return await of_wallet(settings, chain.escrow, await chain.current.platform(), request.auth)


transactions_router = Router(
    "/transactions",
    route_handlers=[
        create_purchase_transaction,
        create_withdrawal_transaction,
        create_limits_transaction,
        get_limits,
        send_transaction,
        get_transaction,
    ],
    tags=["transactions"],
)
