"""`job-escrow open` and `job-escrow buy`."""

from typing import TYPE_CHECKING, Annotated

import typer

from job_escrow.amounts import MAX_CREDITS
from job_escrow.cli.failures import UsageError
from job_escrow.cli.moments import duration, parse_duration
from job_escrow.cli.money import available
from job_escrow.cli.output import facts, show, tell
from job_escrow.cli.repeating import done_before, next_number
from job_escrow.cli.sending import done, rents, send
from job_escrow.cli.session import Session, opened
from job_escrow.codec import AccountOpened, CreditAccount, CreditsPurchased, LimitsArgs
from job_escrow.flows.wallet import NO_LIMITS
from job_escrow.tokens import TOKEN_ACCOUNT_SIZE

if TYPE_CHECKING:
    from job_escrow.transactions import Receipt

# The first sequence number of an account follows from the second that it was opened in.
_SEQUENCE_SHIFT = 20


def open_account(
    context: typer.Context,
    buy: Annotated[
        int, typer.Option("--buy", metavar="CREDITS", min=0, max=MAX_CREDITS, help="Buy credits at once.")
    ] = 0,
    per_job: Annotated[
        int, typer.Option("--per-job", metavar="CREDITS", min=0, help="Most that the operator may lock for one job.")
    ] = 0,
    per_period: Annotated[
        int, typer.Option("--per-period", metavar="CREDITS", min=0, help="Most that it may lock in one period.")
    ] = 0,
    period: Annotated[str, typer.Option("--period", metavar="TIME", help="Length of a period.")] = "24h",
) -> None:
    """Open the wallet's credit account, and buy credits in the same transaction.

    Without limits the operator may lock nothing, and jobs are locked with job-escrow lock.
    """
    with opened(context) as session:
        wallet = session.wallet
        limits = limits_of(per_job, per_period, period)
        existing = wallet.account()
        if existing is not None:
            _opened_before(session, existing, buy, limits)
            return
        session.needed = buy * session.platform.base_units_per_credit
        receipt = send(
            session,
            lambda: wallet.open(limits, buy=buy),
            doing="opening the account" + (f" and buying {buy:,} credits" if buy else ""),
            rent=rents(session, CreditAccount.SIZE, TOKEN_ACCOUNT_SIZE),
            returns="the account is closed",
            repeat="as it is",
        )
        event = next(each for each in receipt.events if isinstance(each, AccountOpened))
        done(
            session,
            receipt,
            {
                "opened": event.credit_account,
                "bought": f"{buy:,} credits for {session.money.worth(buy)}" if buy else None,
                "limits": limits_text(limits),
            },
            {"credit_account": str(event.credit_account), "bought": buy, "opened_before": False},
        )


def buy(
    context: typer.Context,
    credits: Annotated[int, typer.Argument(metavar="CREDITS", min=1, max=MAX_CREDITS, help="How many credits.")],
    wallet: Annotated[
        str | None, typer.Option("--for", metavar="WALLET", help="Pay for another wallet's credits.")
    ] = None,
    sequence: Annotated[
        int | None,
        typer.Option("--sequence", metavar="N", min=0, help="Repeat the purchase with this number, if it is missing."),
    ] = None,
) -> None:
    """Buy credits with the wallet's USDC. Every run is a new purchase, unless --sequence repeats one."""
    with opened(context) as session:
        session.needed = credits * session.platform.base_units_per_credit
        if wallet is not None:
            if sequence is not None:
                raise UsageError("only the wallet's own purchases have a sequence number: leave --sequence away")
            account = session.credit_account_key(session.owner(wallet))
            anyone = session.anyone
            receipt = send(session, lambda: anyone.purchase_for(account, credits), doing=_doing(session, credits))
        else:
            own = session.wallet
            number = next_number(session) if sequence is None else sequence
            if sequence is not None and done_before(session, number, CreditsPurchased, credits):
                return
            receipt = send(
                session,
                lambda: own.purchase(credits, sequence=number),
                doing=_doing(session, credits),
                repeat=f"with --sequence {number}",
            )
        show_purchase(session, receipt)


def show_purchase(session: Session, receipt: "Receipt") -> None:
    """Print what a purchase did."""
    event = next(each for each in receipt.events if isinstance(each, CreditsPurchased))
    now = available(event.after)
    done(
        session,
        receipt,
        {
            "bought": f"{event.credits:,} credits for {session.money.text(event.base_units)}",
            "available": f"{now:,} credits",
        },
        {"bought": event.credits, "base_units": event.base_units, "available": now, "sequence": event.sequence},
    )


def limits_of(per_job: int, per_period: int, period: str) -> LimitsArgs:
    """The limits that the options mean; one that is left out is as large as the other."""
    if not per_job and not per_period:
        return NO_LIMITS
    return LimitsArgs(
        credits_per_job=per_job or per_period,
        credits_per_period=per_period or per_job,
        period_seconds=parse_duration(period),
    )


def limits_text(limits: LimitsArgs) -> str:
    """Limits in words."""
    if not limits.credits_per_period:
        return "the operator may lock nothing"
    return (
        f"the operator may lock {limits.credits_per_job:,} credits for a job, "
        f"{limits.credits_per_period:,} in {duration(limits.period_seconds)}"
    )


def _opened_before(session: Session, account: CreditAccount, buy: int, limits: LimitsArgs) -> None:
    """End a command that was repeated as it should have ended the first time, and refuse any other."""
    first = (account.opened_at << _SEQUENCE_SHIFT) + 1
    bought_then = account.sequence == first and account.purchased == buy
    if buy and not bought_then:
        raise UsageError(
            f"the account {session.wallet.address} is open already, and nothing was bought: job-escrow buy {buy}"
        )
    tell("the account was open already" + (f", and {buy:,} credits bought" if buy else "") + "; nothing was sent")
    now = account.limits
    present = LimitsArgs(
        credits_per_job=now.credits_per_job,
        credits_per_period=now.credits_per_period,
        period_seconds=now.period_seconds,
    )
    if present != limits:
        tell(f"its limits are not changed by this: {limits_text(present)}; change them with: job-escrow limits set")
    show(
        session.settings,
        {"credit_account": str(session.wallet.address), "bought": buy, "opened_before": True},
        facts({"opened before": session.wallet.address, "bought before": f"{buy:,} credits" if buy else None}),
    )


def _doing(session: Session, credits: int) -> str:
    return f"buying {credits:,} credits for {session.money.worth(credits)}"
