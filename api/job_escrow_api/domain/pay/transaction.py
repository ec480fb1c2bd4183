"""The transaction that a link gives: it opens the account where needed, and purchases."""

from dataclasses import dataclass

from job_escrow.codec import CreditAccount, LimitsArgs
from job_escrow.escrow import AsyncEscrow
from job_escrow.flows.wallet import NO_LIMITS
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from job_escrow_api.domain.pay.buying import purchase_step
from job_escrow_api.domain.pay.link import Purchase
from job_escrow_api.domain.pay.opening import opening
from job_escrow_api.domain.pay.unsigned import unsigned
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.settings import ApiSettings


@dataclass(frozen=True, kw_only=True)
class Made:
    """An unsigned transaction in base64, and what it does in one sentence for the wallet's owner."""

    transaction: str
    message: str


async def make_transaction(settings: ApiSettings, escrow: AsyncEscrow, purchase: Purchase, payer: Pubkey) -> Made:
    """The transaction that `payer` signs. Raises Refusal where it would fail, and ChainError.

    The wallet's own purchase carries its account's next sequence number: of two transactions that were asked for at
    the same time only one can land.
    """
    address = purchase.recipient(settings)
    account = await escrow.credit_account(address)
    limits = settings.preset.suggested_limits if settings.preset is not None else NO_LIMITS
    steps, says = _steps(settings, purchase, payer, account, limits)
    # The key that finds it is not signed for, and nothing writes to it.
    made = await unsigned(escrow, settings.program_id, steps, payer)
    return Made(transaction=made.transaction, message=says)


def _steps(
    settings: ApiSettings,
    purchase: Purchase,
    payer: Pubkey,
    account: CreditAccount | None,
    limits: LimitsArgs,
) -> tuple[list[Instruction], str]:
    address, platform = purchase.recipient(settings), purchase.platform
    steps: list[Instruction] = []
    says = purchase.says(settings)
    if account is None:
        if payer != purchase.wallet:
            raise Refusal(
                Kinds.CONFLICT, f"The account of {purchase.wallet} is not open yet: only that wallet can open it."
            )
        says += f"; opens your account, in which the operator may lock {_limit_text(limits)}"
        steps = opening(
            settings,
            wallet=payer,
            account=address,
            mint=platform.mint,
            namespace=purchase.namespace,
            limits=limits,
        )
    elif payer != purchase.wallet:
        says += f" for {purchase.wallet}"
    own = payer == purchase.wallet
    steps.append(
        purchase_step(
            settings,
            platform,
            payer=payer,
            credit_account=address,
            what=purchase.what,
            sequence=account.sequence + 1 if own and account is not None else 0,
            remaining_accounts=[AccountMeta(purchase.reference, is_signer=False, is_writable=False)],
        )
    )
    return steps, says


def _limit_text(limits: LimitsArgs) -> str:
    if not limits.credits_per_job:
        return "nothing"
    session = f", {limits.credits_per_session} a session" if limits.credits_per_session else ""
    return (
        f"at most {limits.credits_per_job} credits a job{session} and {limits.credits_per_period} "
        f"in {limits.period_seconds} seconds" + (", at quoted prices too" if limits.quoted_allowed else "")
    )
