"""`job-escrow lock`, and the options of a lock that `job-escrow job lock` has too."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer
from job_escrow.addresses import job_address
from job_escrow.bounds import MAX_CREDITS, MAX_ID, MAX_UNITS
from job_escrow.codec import Job, JobLocked
from job_escrow.codec.errors import JobIdUsed
from job_escrow.errors import Refused
from job_escrow.flows.locking import LockTerms

from job_escrow_cli.failures import UsageError
from job_escrow_cli.kinds import whole_option
from job_escrow_cli.money import available
from job_escrow_cli.output import facts, show, tell
from job_escrow_cli.repeating import DONE_BEFORE
from job_escrow_cli.sending import done, rents, send
from job_escrow_cli.session import Session, opened, parse_address
from job_escrow_cli.times import moment, parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable

    from job_escrow.codec import Platform
    from job_escrow.flows.jobs import Begun
    from job_escrow.transactions import Receipt

Tier = Annotated[str | None, typer.Option("--tier", metavar="NAME", help="The tier: its name, or its number.")]
Units = Annotated[
    int | None,
    whole_option(
        "--units", "units", least=1, most=MAX_UNITS, metavar="N", help="With --tier: most units that the job may use."
    ),
]
Credits = Annotated[
    int | None,
    whole_option(
        "--credits", "credits", least=1, most=MAX_CREDITS, metavar="N", help="Instead of a tier: the quoted price."
    ),
]
Time = Annotated[str, typer.Option("--time", metavar="TIME", help="How long the job may take, such as 90s or 10m.")]
Id = Annotated[
    int | None,
    whole_option("--id", most=MAX_ID, metavar="N", help="The job's id; the next one. Repeats the same job."),
]
MaxCredits = Annotated[
    int,
    whole_option("--max-credits", "credits", least=1, most=MAX_CREDITS, metavar="N", help="Refuse a price above this."),
]
Payee = Annotated[
    str | None, typer.Option("--payee", metavar="OWNER", help="Who earns, of the platform's payees; the treasury.")
]


def lock(
    context: typer.Context,
    tier: Tier = None,
    units: Units = None,
    credits: Credits = None,
    time: Time = "10m",
    job_id: Id = None,
    max_credits: MaxCredits = MAX_CREDITS,
    payee: Payee = None,
) -> None:
    """Lock the price of a job oneself, with the wallet's signature and without regard to its limits."""
    with opened(context) as session:
        offered = terms_of(session.platform, tier, units, credits, time, max_credits, payee)
        wallet = session.wallet
        if wallet.account() is None:
            session.no_account(session.signer.pubkey(), wallet.address)
        number = job_id if job_id is not None else wallet.next_job_id()
        terms = replace(offered, job_id=number)
        lock_once(session, lambda: wallet.lock(terms), lambda: wallet.begin(terms), number)


def terms_of(
    platform: "Platform",
    tier: str | None,
    units: int | None,
    credits: int | None,
    time: str,
    max_credits: int,
    payee: str | None,
) -> LockTerms:
    """The terms of a lock, without the job's id. Raises UsageError where the options do not go together."""
    if (credits is None) == (tier is None) or (tier is None) != (units is None):
        raise UsageError("give --tier with --units, or --credits for a quoted price")
    amount = credits if credits is not None else units
    return LockTerms(
        job_id=0,
        tier=None if tier is None else tier_index(platform, tier),
        amount=amount or 0,
        seconds=parse_duration(time),
        max_credits=max_credits,
        payee=None if payee is None else parse_address(payee, "the payee"),
    )


def tier_index(platform: "Platform", text: str) -> int:
    """The number of a tier by its name or number. Raises UsageError, naming those that there are."""
    from job_escrow.addresses import text_of

    names = [text_of(tier.name) for tier in platform.tiers]
    if text in names and text:
        return names.index(text)
    if text.isascii() and text.isdigit() and int(text) < len(names):
        return int(text)
    raise UsageError(f"there is no tier {text!r}: choose one of {', '.join(name for name in names if name)}")


def lock_once(session: Session, lock: "Callable[[], Receipt]", take_up: "Callable[[], Begun]", number: int) -> None:
    """Lock a job and print it; where the id was used up by the same lock before, print the job that is open since.

    `take_up` gives the open job of the same terms. It raises JobEnded or TermsDiffer where the id was used for what is
    over, or for something else.
    """
    try:
        receipt = send(
            session,
            lock,
            doing=f"locking job {number}",
            rent=rents(session, Job.SIZE),
            returns="the job ends",
            repeat=f"with --id {number}",
        )
    except Refused as refused:
        if refused.refusal is not JobIdUsed:
            raise
        _show_open(session, take_up())
        return
    _show_lock(session, receipt)


def _show_open(session: Session, job: "Begun") -> None:
    tell(DONE_BEFORE)
    address = job_address(job.credit_account, job.job_id).address
    show(
        session.settings,
        {
            "job_id": job.job_id,
            "job": str(address),
            "credit_account": str(job.credit_account),
            "locked": job.credits,
            "deadline": moment(job.deadline),
            "done_before": True,
        },
        facts(
            {
                "locked": f"{job.credits:,} credits",
                "job id": job.job_id,
                "deadline": moment(job.deadline),
                "job": address,
            }
        ),
    )


def _show_lock(session: Session, receipt: "Receipt") -> None:
    event = next(each for each in receipt.events if isinstance(each, JobLocked))
    left = available(event.after)
    done(
        session,
        receipt,
        {
            "locked": f"{event.credits:,} credits",
            "job id": event.id,
            "deadline": moment(event.deadline),
            "available": f"{left:,} credits",
            "job": event.job,
        },
        {
            "job_id": event.id,
            "job": str(event.job),
            "credit_account": str(event.credit_account),
            "locked": event.credits,
            "deadline": moment(event.deadline),
            "available": left,
            "done_before": False,
        },
    )
