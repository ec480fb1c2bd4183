"""`job-escrow limits`: what the operator may lock without asking."""

from typing import Annotated

import typer
from job_escrow.bounds import MAX_CREDITS
from job_escrow.codec import LimitsSet
from job_escrow.flows.wallet import NO_LIMITS

from job_escrow_cli.buying import AllowQuoted, PerSession, limits_of, limits_text, suggested_limits
from job_escrow_cli.failures import UsageError
from job_escrow_cli.kinds import whole_option
from job_escrow_cli.lazy_commands import Command, command_group
from job_escrow_cli.output import facts, show
from job_escrow_cli.sending import done, send
from job_escrow_cli.session import opened
from job_escrow_cli.times import duration, moment

app = command_group("Show or change what the operator may lock without asking the wallet.")


@app.command("show", cls=Command)
def show_limits(
    context: typer.Context,
    wallet: Annotated[str | None, typer.Argument(metavar="WALLET", help="Another wallet than the key's own.")] = None,
) -> None:
    """Show the limits, and what is used of them in this period."""
    with opened(context) as session:
        owner = session.owner(wallet)
        address = session.credit_account_key(owner)
        account = session.escrow.credit_account(address)
        if account is None:
            session.no_account(owner, address)
        limits = account.limits
        ends = limits.period_started_at + limits.period_seconds if limits.period_started_at else None
        show(
            session.settings,
            {
                "credit_account": str(address),
                "credits_per_job": limits.credits_per_job,
                "credits_per_session": limits.credits_per_session,
                "credits_per_period": limits.credits_per_period,
                "period_seconds": limits.period_seconds,
                "period_started_at": moment(limits.period_started_at),
                "used": limits.used,
                "quoted_allowed": limits.quoted_allowed == 1,
            },
            facts(
                {
                    "per job": f"{limits.credits_per_job:,} credits",
                    "per session": f"{limits.credits_per_session:,} credits" if limits.credits_per_session else "none",
                    "per period": f"{limits.credits_per_period:,} credits in {duration(limits.period_seconds)}",
                    "used": f"{limits.used:,} credits since {moment(limits.period_started_at) or 'the beginning'}",
                    "period ends": moment(ends),
                    "quoted jobs": "allowed" if limits.quoted_allowed else "only by the wallet",
                }
            )
            if limits.credits_per_period
            else [f"the operator may lock nothing; to allow more: job-escrow limits set {suggested_limits(session)}"],
        )


@app.command("set", cls=Command)
def set_limits(
    context: typer.Context,
    per_job: Annotated[
        int | None,
        whole_option(
            "--per-job",
            "credits",
            least=1,
            most=MAX_CREDITS,
            metavar="CREDITS",
            help="Most that may be locked for one job.",
        ),
    ] = None,
    per_session: PerSession = 0,
    per_period: Annotated[
        int | None,
        whole_option(
            "--per-period",
            "credits",
            least=1,
            most=MAX_CREDITS,
            metavar="CREDITS",
            help="Most that may be locked in one period.",
        ),
    ] = None,
    period: Annotated[str, typer.Option("--period", metavar="TIME", help="Length of a period, such as 24h.")] = "24h",
    allow_quoted: AllowQuoted = False,
    nothing: Annotated[bool, typer.Option("--nothing", help="The operator may lock nothing any more.")] = False,
) -> None:
    """Change the limits: for a job, a session, all jobs of a period, and whether at quoted prices.

    All of them are set anew. More is signed with the wallet's next sequence number, so that it never lands after less.
    """
    if nothing == (per_job is not None or per_period is not None):
        raise UsageError("give --per-job, --per-period or both, or --nothing")
    if nothing and (per_session or allow_quoted):
        raise UsageError("--nothing stands alone")
    limits = (
        NO_LIMITS
        if nothing
        else limits_of(per_job or 0, per_session, per_period or 0, period, allow_quoted=allow_quoted)
    )
    with opened(context) as session:
        wallet = session.wallet
        if wallet.account() is None:
            session.no_account(session.signer.pubkey(), wallet.address)
        receipt = send(session, lambda: wallet.set_limits(limits), doing="changing the limits", repeat="as it is")
        event = next(each for each in receipt.events if isinstance(each, LimitsSet))
        done(
            session,
            receipt,
            {"limits": limits_text(limits)},
            {
                "credit_account": str(event.credit_account),
                "credits_per_job": limits.credits_per_job,
                "credits_per_session": limits.credits_per_session,
                "credits_per_period": limits.credits_per_period,
                "period_seconds": limits.period_seconds,
                "quoted_allowed": limits.quoted_allowed,
                "sequence": event.sequence,
            },
        )
