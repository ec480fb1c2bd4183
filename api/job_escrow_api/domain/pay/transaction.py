"""The transaction that a link gives: it opens the account where needed, and purchases."""

from base64 import b64encode
from dataclasses import dataclass

from job_escrow.addresses import token_address, vault_address
from job_escrow.chain.requests import GetLatestBlockhash, Simulate
from job_escrow.codec import CreditAccount, LimitsArgs, Platform, instructions
from job_escrow.errors import failure
from job_escrow.escrow import AsyncEscrow
from job_escrow.flows.wallet import NO_LIMITS
from job_escrow.tokens import create_token_account
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.message import Message, MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import Transaction, VersionedTransaction

from job_escrow_api.domain.pay.link import Purchase
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.settings import ApiSettings


@dataclass(frozen=True, kw_only=True)
class Made:
    """An unsigned transaction in base64, and what it does in one sentence for the wallet's owner."""

    transaction: str
    message: str


async def make_transaction(
    settings: ApiSettings, escrow: AsyncEscrow, platform: Platform, purchase: Purchase, payer: Pubkey
) -> Made:
    """The transaction that `payer` signs. Raises Refusal where it would fail, and ChainError.

    The wallet's own purchase carries its account's next sequence number: of two transactions that were asked for at
    the same time only one can land.
    """
    address = purchase.recipient(settings)
    account = await escrow.credit_account(address)
    limits = settings.preset.suggested_limits if settings.preset is not None else NO_LIMITS
    steps, says = _steps(settings, platform, purchase, payer, account, limits)
    blockhash = (await escrow.chain.answer(GetLatestBlockhash())).hash
    await _try(settings, escrow, steps, payer, blockhash)
    # In the old format, which every wallet reads; the key that finds it is not signed for, and nothing writes to it.
    message = Message.new_with_blockhash(steps, payer, blockhash)
    return Made(transaction=b64encode(bytes(Transaction.new_unsigned(message))).decode(), message=says)


def _steps(
    settings: ApiSettings,
    platform: Platform,
    purchase: Purchase,
    payer: Pubkey,
    account: CreditAccount | None,
    limits: LimitsArgs,
) -> tuple[list[Instruction], str]:
    address = purchase.recipient(settings)
    vault = vault_address(address, platform.mint)
    steps: list[Instruction] = []
    says = f"{purchase.credits} credits for {purchase.amount} tokens"
    if account is None:
        if payer != purchase.wallet:
            raise Refusal(
                Kinds.CONFLICT, f"The account of {purchase.wallet} is not open yet: only that wallet can open it."
            )
        says += f"; opens your account, in which the operator may lock {_limit_text(limits)}"
        steps = [
            create_token_account(payer=payer, owner=address, mint=platform.mint),
            instructions.open(
                wallet=payer,
                payer=payer,
                platform=settings.platform,
                credit_account=address,
                vault=vault.address,
                namespace=purchase.namespace,
                limits=limits,
                vault_bump=vault.bump,
                program_id=settings.program_id,
            ),
        ]
    elif payer != purchase.wallet:
        says += f" for {purchase.wallet}"
    own = payer == purchase.wallet
    steps.append(
        instructions.purchase(
            payer=payer,
            source=token_address(payer, platform.mint),
            platform=settings.platform,
            credit_account=address,
            vault=vault.address,
            credits=purchase.credits,
            sequence=account.sequence + 1 if own and account is not None else 0,
            remaining_accounts=[AccountMeta(purchase.reference, is_signer=False, is_writable=False)],
            program_id=settings.program_id,
        )
    )
    return steps, says


async def _try(
    settings: ApiSettings, escrow: AsyncEscrow, steps: list[Instruction], payer: Pubkey, blockhash: Hash
) -> None:
    trial = MessageV0.try_compile(payer, steps, [], blockhash)
    signatures = [Signature.default()] * trial.header.num_required_signatures
    result = await escrow.chain.answer(Simulate(VersionedTransaction.populate(trial, signatures)))
    if result.error is not None:
        reason = failure(result.error, steps, settings.program_id, logs=result.logs)
        raise Refusal(Kinds.UNPROCESSABLE, str(reason))


def _limit_text(limits: LimitsArgs) -> str:
    if not limits.credits_per_job:
        return "nothing"
    session = f", {limits.credits_per_session} a session" if limits.credits_per_session else ""
    return (
        f"at most {limits.credits_per_job} credits a job{session} and {limits.credits_per_period} "
        f"in {limits.period_seconds} seconds" + (", at quoted prices too" if limits.quoted_allowed else "")
    )
