"""Numbers that make a repeated command harmless, and what was done under one before."""

from typing import TYPE_CHECKING, cast

from job_escrow.chain.driving import run
from job_escrow.codec import PROGRAM_ID, CreditsPurchased, CreditsWithdrawn, PackExpected
from job_escrow.flows.repeats import is_of, landed, numbered

from job_escrow_cli.failures import UsageError
from job_escrow_cli.output import facts, show, tell

if TYPE_CHECKING:
    from job_escrow.outcomes import JobOutcome, SessionOutcome
    from job_escrow.transactions import Receipt

    from job_escrow_cli.session import Session

DONE_BEFORE = "this was done already; nothing was sent again"


def next_number(session: "Session") -> int:
    """The sequence number that the wallet's next purchase or withdrawal carries. Raises NotFound without an account."""
    account = session.wallet.account()
    if account is None:
        session.no_account(session.signer.pubkey(), session.wallet.address)
    return account.sequence + 1


def done_before(
    session: "Session",
    number: int,
    kind: type[CreditsPurchased] | type[CreditsWithdrawn],
    credits: int | PackExpected | None,
) -> bool:
    """Whether the same thing was done under a number before; then that is printed.

    Raises UsageError where the number was used for something else, or is not the next one.
    """
    due = next_number(session)
    if number == due:
        return False
    if number > due:
        raise UsageError(f"the next sequence number is {due}, not {number}: leave --sequence away for a new purchase")
    entry = run(numbered(session.wallet.address, number, PROGRAM_ID), session.chain)
    if entry is None:
        raise UsageError(
            f"the number {number} is used up, and the node does not know by what (it keeps a shorter history): "
            "nothing was sent; ask a node with a longer history with --url"
        )
    event = cast("CreditsPurchased | CreditsWithdrawn", entry.event)
    if not isinstance(event, kind) or not is_of(event, credits):
        raise UsageError(
            f"the number {number} was used for another {_name(event)}, of {event.credits:,} credits: "
            f"{entry.signature}. Leave --sequence away"
        )
    tell(DONE_BEFORE)
    link = session.cluster.explorer(entry.signature)
    show(
        session.settings,
        {
            "credits": event.credits,
            "base_units": event.base_units,
            "sequence": number,
            "done_before": True,
            "signature": str(entry.signature),
            "explorer": link,
        },
        facts(
            {
                _name(event): f"{event.credits:,} credits, {session.money.text(event.base_units)}",
                "signature": entry.signature,
                "explorer": link,
            }
        ),
    )
    return True


def ended_before(session: "Session", outcome: "JobOutcome | SessionOutcome") -> "Receipt":
    """The receipt of what ended a job or session before, for a command that would have ended it so too; says so."""
    tell(DONE_BEFORE)
    return run(landed(outcome.signature, PROGRAM_ID), session.chain)


def _name(event: CreditsPurchased | CreditsWithdrawn) -> str:
    return "purchase" if isinstance(event, CreditsPurchased) else "withdrawal"
