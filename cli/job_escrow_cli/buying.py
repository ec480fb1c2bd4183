"""`job-escrow open` and `job-escrow buy`."""

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer
from job_escrow.addresses import text_of
from job_escrow.amounts import MAX_CREDITS
from job_escrow.bounds import MAX_ID, PACKS
from job_escrow.codec import AccountOpened, CreditAccount, CreditsPurchased, LimitsArgs, PackExpected
from job_escrow.flows.wallet import NO_LIMITS
from job_escrow.packs import pack_text
from job_escrow.tokens import TOKEN_ACCOUNT_SIZE

from job_escrow_cli.failures import UsageError
from job_escrow_cli.kinds import WholeOrMoney, whole_option
from job_escrow_cli.money import available
from job_escrow_cli.output import facts, show, tell
from job_escrow_cli.packs import pack_of
from job_escrow_cli.repeating import done_before, next_number
from job_escrow_cli.sending import done, rents, send
from job_escrow_cli.session import Session, opened
from job_escrow_cli.times import duration, parse_duration

if TYPE_CHECKING:
    from job_escrow.transactions import Receipt

# The first sequence number of an account follows from the second that it was opened in.
_SEQUENCE_SHIFT = 20

PerSession = Annotated[
    int,
    whole_option(
        "--per-session",
        "credits",
        most=MAX_CREDITS,
        metavar="CREDITS",
        help="Most that may be locked for one session; 0: no sessions.",
    ),
]
AllowQuoted = Annotated[
    bool,
    typer.Option(
        "--allow-quoted/--no-quoted", help="Whether the operator may lock jobs at a price that it quotes itself."
    ),
]


def open_account(
    context: typer.Context,
    buy: Annotated[
        int, whole_option("--buy", "credits", most=MAX_CREDITS, metavar="CREDITS", help="Buy credits at once.")
    ] = 0,
    pack: Annotated[
        int | None,
        whole_option("--pack", most=PACKS - 1, metavar="PACK", help="Or a pack, as job-escrow packs numbers it."),
    ] = None,
    per_job: Annotated[
        int,
        whole_option(
            "--per-job",
            "credits",
            most=MAX_CREDITS,
            metavar="CREDITS",
            help="Most that the operator may lock for one job.",
        ),
    ] = 0,
    per_session: PerSession = 0,
    per_period: Annotated[
        int,
        whole_option(
            "--per-period", "credits", most=MAX_CREDITS, metavar="CREDITS", help="Most that it may lock in one period."
        ),
    ] = 0,
    period: Annotated[str, typer.Option("--period", metavar="TIME", help="Length of a period.")] = "24h",
    allow_quoted: AllowQuoted = False,
) -> None:
    """Open the wallet's credit account, and buy credits in the same transaction.

    Without limits the operator may lock nothing, and jobs are locked with job-escrow lock.
    """
    with opened(context) as session:
        wallet = session.wallet
        limits = limits_of(per_job, per_session, per_period, period, allow_quoted=allow_quoted)
        if buy and pack is not None:
            raise UsageError("say how many credits to --buy, or which --pack")
        what = buy if pack is None else pack_of(session, pack)
        credits, bonus = (what, 0) if isinstance(what, int) else (what.credits, what.bonus_credits)
        existing = wallet.account()
        if existing is not None:
            _opened_before(session, existing, credits, bonus, limits)
            return
        session.needed = credits * session.platform.base_units_per_credit
        receipt = send(
            session,
            lambda: wallet.open(limits, buy=what),
            doing="opening the account" + (f" and buying {pack_text(credits, bonus)}" if credits else ""),
            rent=rents(session, CreditAccount.SIZE, TOKEN_ACCOUNT_SIZE),
            returns="the account is closed",
            repeat="as it is",
        )
        event = next(each for each in receipt.events if isinstance(each, AccountOpened))
        if not limits.credits_per_period:
            tell(f"to let the operator run jobs: job-escrow limits set {suggested_limits(session)}")
        done(
            session,
            receipt,
            {
                "opened": event.credit_account,
                "bought": f"{pack_text(credits, bonus)} for {session.money.worth(credits)}" if credits else None,
                "limits": limits_text(limits),
            },
            {
                "credit_account": str(event.credit_account),
                "bought": credits,
                "bonus": bonus,
                "opened_before": False,
            },
        )


def buy(
    context: typer.Context,
    amount: Annotated[
        str | None,
        typer.Argument(
            metavar="CREDITS",
            parser=WholeOrMoney("credits", least=1, most=MAX_CREDITS),
            help="How many credits, or for how much, such as 10.50usdc.",
        ),
    ] = None,
    pack: Annotated[
        int | None,
        whole_option("--pack", most=PACKS - 1, metavar="PACK", help="A pack instead, as job-escrow packs numbers it."),
    ] = None,
    wallet: Annotated[
        str | None, typer.Option("--for", metavar="WALLET", help="Pay for another wallet's credits.")
    ] = None,
    sequence: Annotated[
        int | None,
        whole_option(
            "--sequence", most=MAX_ID, metavar="N", help="Repeat the purchase with this number, if it is missing."
        ),
    ] = None,
) -> None:
    """Buy credits with the wallet's USDC. Every run is a new purchase, unless --sequence repeats one."""
    with opened(context) as session:
        if (amount is None) == (pack is None):
            raise UsageError("say how many credits to buy, or which --pack")
        expected = None if pack is None else pack_of(session, pack)
        credits = _credits(session, amount) if amount is not None else expected.credits if expected is not None else 0
        what: int | PackExpected = credits if expected is None else expected
        doing = _doing(session, credits, 0 if expected is None else expected.bonus_credits)
        session.needed = credits * session.platform.base_units_per_credit
        if wallet is not None:
            if sequence is not None:
                raise UsageError("only the wallet's own purchases have a sequence number: leave --sequence away")
            owner = session.owner(wallet)
            session.check_wallet(owner)
            account = session.credit_account_key(owner)
            anyone = session.anyone
            receipt = send(session, lambda: anyone.purchase_for(account, what), doing=doing)
        else:
            own = session.wallet
            number = next_number(session) if sequence is None else sequence
            if sequence is not None and done_before(session, number, CreditsPurchased, what):
                return
            receipt = send(
                session,
                lambda: (
                    own.purchase(what, sequence=number)
                    if isinstance(what, int)
                    else own.purchase_pack(what, sequence=number)
                ),
                doing=doing,
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
            "bought": f"{pack_text(event.credits, event.bonus_credits)} for {session.money.text(event.base_units)}",
            "available": f"{now:,} credits",
        },
        {
            "bought": event.credits,
            "bonus": event.bonus_credits,
            "base_units": event.base_units,
            "available": now,
            "sequence": event.sequence,
        },
    )


def limits_of(per_job: int, per_session: int, per_period: int, period: str, *, allow_quoted: bool) -> LimitsArgs:
    """The limits that the options mean; of a job's and a period's, one that is left out is as large as the other.

    Raises UsageError for what is given without any of them.
    """
    if not per_job and not per_period:
        if per_session or allow_quoted:
            raise UsageError("give --per-job or --per-period too: without them the operator may lock nothing")
        return NO_LIMITS
    return LimitsArgs(
        credits_per_job=per_job or per_period,
        credits_per_session=per_session,
        credits_per_period=per_period or per_job,
        period_seconds=parse_duration(period),
        quoted_allowed=allow_quoted,
    )


def limits_text(limits: LimitsArgs) -> str:
    """Limits in words."""
    if not limits.credits_per_period:
        return "the operator may lock nothing"
    return (
        f"the operator may lock {limits.credits_per_job:,} credits for a job, "
        + (f"{limits.credits_per_session:,} for a session, " if limits.credits_per_session else "")
        + f"{limits.credits_per_period:,} in {duration(limits.period_seconds)}"
        + (", at quoted prices too" if limits.quoted_allowed else "")
    )


def suggested_limits(session: Session) -> str:
    """The limits that the preset of the platform's name suggests, as options of `open` and `limits set`."""
    from job_escrow.presets import load_preset, preset_names

    name = text_of(session.platform.name)
    limits = load_preset(name if name in preset_names() else "decentral").suggested_limits
    per_session = f"--per-session {limits.credits_per_session} " if limits.credits_per_session else ""
    hours, seconds = divmod(limits.period_seconds, 3_600)
    period = f"{limits.period_seconds}s" if seconds else f"{hours}h"
    return f"--per-job {limits.credits_per_job} {per_session}--per-period {limits.credits_per_period} --period {period}"


def _opened_before(session: Session, account: CreditAccount, buy: int, bonus: int, limits: LimitsArgs) -> None:
    """End a command that was repeated as it should have ended the first time, and refuse any other."""
    first = (account.opened_at << _SEQUENCE_SHIFT) + 1
    bought_then = account.sequence == first and (account.purchased, account.bonus) == (buy, bonus)
    if buy and not bought_then:
        how = "with --pack" if bonus else f"{buy}"
        raise UsageError(
            f"the account {session.wallet.address} is open already, and nothing was bought: job-escrow buy {how}"
        )
    bought = f", and {pack_text(buy, bonus)} bought" if buy else ""
    tell(f"the account was open already{bought}; nothing was sent")
    now = account.limits
    present = LimitsArgs(
        credits_per_job=now.credits_per_job,
        credits_per_session=now.credits_per_session,
        credits_per_period=now.credits_per_period,
        period_seconds=now.period_seconds,
        quoted_allowed=now.quoted_allowed == 1,
    )
    if present != limits:
        tell(f"its limits are not changed by this: {limits_text(present)}; change them with: job-escrow limits set")
    show(
        session.settings,
        {"credit_account": str(session.wallet.address), "bought": buy, "bonus": bonus, "opened_before": True},
        facts({"opened before": session.wallet.address, "bought before": pack_text(buy, bonus) if buy else None}),
    )


def _credits(session: Session, amount: str) -> int:
    """The credits that an argument means. Raises UsageError for an amount of the token that buys no whole number."""
    number, _, symbol = amount.partition(" ")
    if not symbol:
        return int(number)
    money = session.money
    if symbol not in money.symbol.split():
        raise UsageError(
            f"credits of this platform are bought with {money.symbol}, not {symbol}: type how many credits"
        )
    credits, rest = divmod(Decimal(number).scaleb(money.decimals), money.base_units_per_credit)
    if rest or not 1 <= credits <= MAX_CREDITS:
        near = [each for each in (int(credits), int(credits) + 1) if 1 <= each <= MAX_CREDITS]
        hint = " or ".join(f"{each:,} for {money.worth(each)}" for each in near) or f"1 to {MAX_CREDITS:,} credits"
        raise UsageError(f"{number} {symbol} does not buy a whole number of credits: type {hint}")
    return int(credits)


def _doing(session: Session, credits: int, bonus: int) -> str:
    return f"buying {pack_text(credits, bonus)} for {session.money.worth(credits)}"
