"""`job-escrow job` and `job-escrow grant`: what operators do."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from job_escrow.bounds import MAX_CREDITS, MAX_ID, MAX_UNITS, PLANS
from job_escrow.chain.requests import GetUnixTime
from job_escrow.codec import PROGRAM_ID, CreditAccount, CreditsGranted, JobRefunded, JobSettled, PlanCycle
from job_escrow.errors import JobEnded, NotFound, TransactionFailed
from job_escrow.grant_reasons import REASONS, UNSPECIFIED, reason_name
from job_escrow.plans import MAX_CYCLE

from job_escrow_cli import locking
from job_escrow_cli.failures import UsageError
from job_escrow_cli.history import proof_text, show_jobs, tier_name
from job_escrow_cli.kinds import whole_argument, whole_option
from job_escrow_cli.lazy_commands import Command, command_group
from job_escrow_cli.money import plain_dict
from job_escrow_cli.output import facts, show, tell
from job_escrow_cli.repeating import DONE_BEFORE, ended_before
from job_escrow_cli.sending import done, send
from job_escrow_cli.session import Session, opened, parse_address
from job_escrow_cli.times import NEVER, moment, parse_moment

if TYPE_CHECKING:
    from job_escrow.transactions import Receipt
    from solders.pubkey import Pubkey

_Ended = TypeVar("_Ended", JobSettled, JobRefunded)

app = command_group("Lock, settle and refund jobs as the platform's operator.")

_Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The wallet, or its credit account.")]
_Id = Annotated[int, whole_argument(most=MAX_ID, metavar="JOB_ID", help="The job's id.")]


@app.command("lock", cls=Command)
def lock_job(
    context: typer.Context,
    account: _Account,
    tier: locking.Tier = None,
    units: locking.Units = None,
    credits: locking.Credits = None,
    time: locking.Time = "10m",
    job_id: locking.Id = None,
    max_credits: locking.MaxCredits = MAX_CREDITS,
    payee: locking.Payee = None,
) -> None:
    """Lock the price of a job, within the limits that the wallet has set."""
    with opened(context) as session:
        offered = locking.terms_of(session.platform, tier, units, credits, time, max_credits, payee)
        address = account_key(session, account)
        operator = session.operator
        number = job_id if job_id is not None else operator.next_job_id(address)
        terms = replace(offered, job_id=number)
        locking.lock_once(
            session, lambda: operator.lock(address, terms), lambda: operator.begin(address, terms), number
        )


@app.command("settle", cls=Command)
def settle_job(
    context: typer.Context,
    account: _Account,
    job_id: _Id,
    amount: Annotated[
        int,
        whole_argument(
            "units or credits",
            most=MAX_UNITS,
            metavar="AMOUNT",
            help="Units used so far in all; credits where it was quoted.",
        ),
    ],
    so_far: Annotated[
        bool, typer.Option("--so-far", help="The job goes on: charge, and keep the rest locked.")
    ] = False,
    proof: Annotated[
        str | None,
        typer.Option("--proof", metavar="HEX", help="32 bytes to keep with it on chain, such as a hash of the result."),
    ] = None,
) -> None:
    """Charge what a job has used, and give the rest back. The amount is the total so far, so that a repeat is free."""
    kept = None if proof is None else _proof(proof)
    with opened(context) as session:
        address = account_key(session, account)
        operator = session.operator
        before = False
        try:
            receipt = send(
                session,
                lambda: operator.settle(address, job_id, amount, is_final=not so_far, proof=kept),
                doing=f"settling job {job_id}",
                repeat="as it is",
            )
        except JobEnded as ended:
            if so_far or ended.outcome.ended_by != "settle" or ended.outcome.amount != amount:
                raise
            receipt, before = ended_before(session, ended.outcome), True
        event = _of_job(receipt, JobSettled, address, job_id)
        returned = event.returned.paid + sum(event.returned.lots)
        done(
            session,
            receipt,
            {
                "charged": f"{event.charged:,} credits",
                "in all": f"{event.settled:,} credits",
                "returned": f"{returned:,} credits" if event.is_final else "nothing: the job goes on",
                "proof": proof_text(event),
            },
            {
                "job_id": event.id,
                "charged": event.charged,
                "settled": event.settled,
                "returned": returned,
                "final": bool(event.is_final),
                "proof": proof_text(event),
                "done_before": before,
            },
        )


def _proof(text: str) -> bytes:
    if not re.fullmatch(r"(0x)?[0-9a-fA-F]{64}", text):
        raise UsageError(f"--proof {text} is not 32 bytes: give 64 hexadecimal digits, such as a sha256")
    return bytes.fromhex(text.removeprefix("0x"))


@app.command("refund", cls=Command)
def refund_job(context: typer.Context, account: _Account, job_id: _Id) -> None:
    """Give back all that a job holds: the operator at any time, anybody once its deadline has passed."""
    with opened(context) as session:
        address = account_key(session, account)
        anyone = session.anyone
        before = False
        try:
            receipt = send(
                session, lambda: anyone.refund(address, job_id), doing=f"refunding job {job_id}", repeat="as it is"
            )
        except (NotFound, TransactionFailed) as error:
            # It has ended, before this began or while it was sent, or it is refused for what it is.
            outcome = session.operator.outcome(address, job_id)
            if outcome is None and isinstance(error, NotFound):
                raise _no_job(address, job_id) from None
            if outcome is None:
                raise
            if outcome.ended_by != "refund":
                raise JobEnded(outcome) from None
            receipt, before = ended_before(session, outcome), True
        event = _of_job(receipt, JobRefunded, address, job_id)
        returned = event.returned.paid + sum(event.returned.lots)
        done(
            session,
            receipt,
            {"returned": f"{returned:,} credits", "charged before": f"{event.settled:,} credits"},
            {
                "job_id": event.id,
                "returned": returned,
                "settled": event.settled,
                "timed_out": bool(event.timed_out),
                "done_before": before,
            },
        )


@app.command("show", cls=Command)
def show_job(
    context: typer.Context,
    account: _Account,
    job_id: Annotated[
        int | None, whole_argument(most=MAX_ID, metavar="JOB_ID", help="One job; all by default.")
    ] = None,
) -> None:
    """Show an open job, or all of an account."""
    from job_escrow.addresses import job_address

    with opened(context) as session:
        address = account_key(session, account)
        if job_id is None:
            show_jobs(session, {str(key): job for key, job in session.escrow.jobs(credit_account=address).items()})
            return
        key = job_address(address, job_id).address
        job = session.escrow.job(key)
        if job is None:
            raise _no_job(address, job_id)
        show(
            session.settings,
            {"job": str(key), **plain_dict(job)},
            facts(
                {
                    "job": key,
                    "tier": tier_name(session.platform, job),
                    "locked": f"{job.credits:,} credits by the {'operator' if job.by_operator else 'wallet'}",
                    "units": f"up to {job.max_units:,}" if not job.quoted else None,
                    "settled": f"{job.settled:,} credits",
                    "held": f"{job.held.paid:,} paid, {sum(job.held.lots):,} granted",
                    "locked at": moment(job.locked_at),
                    "deadline": moment(job.deadline),
                }
            ),
        )


def grant(
    context: typer.Context,
    account: _Account,
    credits: Annotated[
        int, whole_argument("credits", least=1, most=MAX_CREDITS, metavar="CREDITS", help="How many credits.")
    ],
    expires: Annotated[
        str, typer.Option("--expires", metavar="TIME", help="When they expire: 2027-01-31, 30d, or never.")
    ] = "never",
    reason: Annotated[
        str, typer.Option("--reason", metavar="REASON", help=f"What for: {', '.join(REASONS)}.")
    ] = REASONS[UNSPECIFIED],
    grant_id: Annotated[
        int | None,
        whole_option("--id", most=MAX_ID, metavar="N", help="The grant's id; the next one. Repeats the same grant."),
    ] = None,
    plan_slot: Annotated[
        int | None,
        whole_option("--plan-slot", most=PLANS - 1, metavar="N", help="Which plan it is for, with --cycle."),
    ] = None,
    cycle: Annotated[
        int | None,
        whole_option("--cycle", most=MAX_CYCLE, metavar="N", help="The plan's cycle: each is granted once."),
    ] = None,
) -> None:
    """Give promotional credits, which the operator or granter pays for: spent first, never withdrawable."""
    if reason not in REASONS:
        raise UsageError(f"{reason!r} is not a reason for a grant: use one of {', '.join(REASONS)}")
    plan = _plan(plan_slot, cycle, grant_id)
    with opened(context) as session:
        address = account_key(session, account)
        operator = session.operator
        session.needed = credits * session.platform.base_units_per_credit
        now = session.chain.answer(GetUnixTime())
        expires_at = parse_moment(expires, now)
        if expires_at <= now:
            raise UsageError(f"{expires} has passed already: choose a later time")
        number = grant_id if grant_id is not None or plan is not None else operator.next_grant_id(address)
        # A length of time is counted from now, and the same grant expires at the same moment.
        again = [f"--id {number}"] if plan is None else []
        again += [] if expires_at == NEVER else [f"--expires {moment(expires_at)}"]
        receipt = send(
            session,
            lambda: operator.grant(address, credits, expires_at=expires_at, grant_id=number, reason=reason, plan=plan),
            doing=f"granting {credits:,} credits, for {session.money.worth(credits)}",
            repeat=f"with {' '.join(again)}" if again else "as it is",
        )
        before = not session.chain.has_sent
        if before:
            tell(DONE_BEFORE)
        event = next(each for each in receipt.events if isinstance(each, CreditsGranted))
        done(
            session,
            receipt,
            {
                "granted": f"{event.credits:,} credits for {session.money.text(event.base_units)}",
                "expires": moment(event.expires_at) or "never",
                "for": reason_name(event.reason) if event.reason != UNSPECIFIED else None,
                "plan": f"slot {plan.slot}, cycle {plan.cycle:,}" if plan is not None else None,
            },
            {
                "grant_id": number,
                "granted": event.credits,
                "base_units": event.base_units,
                "expires_at": None if event.expires_at == NEVER else moment(event.expires_at),
                "reason": reason_name(event.reason),
                "plan_slot": None if plan is None else plan.slot,
                "cycle": None if plan is None else plan.cycle,
                "done_before": before,
            },
        )


def _plan(slot: int | None, cycle: int | None, grant_id: int | None) -> PlanCycle | None:
    if (slot is None) != (cycle is None):
        raise UsageError("--plan-slot and --cycle go together: give both, or neither")
    if slot is None or cycle is None:
        return None
    if grant_id is not None:
        raise UsageError("a plan's grant has no --id of its own: its cycle is what is used up; leave --id out")
    return PlanCycle(slot=slot, cycle=cycle)


def _of_job(receipt: "Receipt", kind: type[_Ended], credit_account: "Pubkey", job_id: int) -> _Ended:
    """What happened to a job in a transaction that may have been about others too."""
    return next(
        each
        for each in receipt.events
        if isinstance(each, kind) and (each.credit_account, each.id) == (credit_account, job_id)
    )


def _no_job(credit_account: "Pubkey", job_id: int) -> NotFound:
    return NotFound(
        f"there is no open job {job_id} of {credit_account}: it has ended, or was never locked. "
        "What it did: job-escrow history"
    )


def account_key(session: Session, text: str) -> "Pubkey":
    """The credit account that is named, by its own address or its wallet's. Raises NotFound where it is not open."""
    named = parse_address(text, "the account")
    derived = session.credit_account_key(named)
    direct, by_wallet = session.chain.accounts([named, derived])
    if direct is not None and direct.owner == PROGRAM_ID and direct.data[:8] == CreditAccount.DISCRIMINATOR:
        return named
    if by_wallet is None:
        session.no_account(named, derived)
    return derived
