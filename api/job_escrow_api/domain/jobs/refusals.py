"""The program's refusals as answers that a provider can act on."""

from job_escrow.codec import CreditAccount, Platform
from job_escrow.codec import errors as program
from job_escrow.errors import Refused

from job_escrow_api.domain.pay.link import Purchase, new_reference
from job_escrow_api.domain.problems import Kinds, Refusal, TopUp
from job_escrow_api.settings import ApiSettings

_KINDS = {
    program.AboveLimitPerJob: Kinds.LIMIT_EXCEEDED,
    program.AboveLimitPerPeriod: Kinds.LIMIT_EXCEEDED,
    program.AboveLimitPerSession: Kinds.LIMIT_EXCEEDED,
    program.SessionsNotAllowed: Kinds.SESSIONS_NOT_ALLOWED,
    program.QuotedNotAllowed: Kinds.LIMIT_EXCEEDED,
    program.Paused: Kinds.CONFLICT,
    program.AboveMaxCredits: Kinds.CONFLICT,
    program.DeadlinePassed: Kinds.CONFLICT,
    program.DeadlineNotPassed: Kinds.CONFLICT,
    program.NotTheOperator: Kinds.UNAVAILABLE,
    program.NotWalletOrOperator: Kinds.UNAVAILABLE,
}


def refusal_of(refused: Refused) -> Refusal:
    """The answer for a refusal that needs no more than its own words."""
    return Refusal(_KINDS.get(refused.refusal, Kinds.UNPROCESSABLE), str(refused))


def insufficient_credits(
    settings: ApiSettings, account: CreditAccount, platform: Platform, *, required: int, balance: int
) -> Refusal:
    """402 with the balance, what is missing, and how to add it (A8)."""
    shortfall = max(1, required - balance)
    return Refusal(
        Kinds.INSUFFICIENT_CREDITS,
        f"This needs {required} credits, the account has {balance}.",
        headers={"X-Credits-Remaining": str(balance)},
        balance=balance,
        required=required,
        shortfall=shortfall,
        top_up=top_up(settings, account, platform, shortfall),
    )


def top_up(settings: ApiSettings, account: CreditAccount, platform: Platform, credits: int) -> TopUp:
    """How this account gets at least so many credits more."""
    purchase = Purchase(
        platform=platform,
        wallet=account.wallet,
        namespace=account.namespace,
        what=max(credits, platform.min_purchase),
        reference=new_reference(),
    )
    return TopUp(
        solana_pay=purchase.solana_pay(settings),
        deposit_address=str(purchase.recipient(settings)),
        min_credits=purchase.credits,
    )
