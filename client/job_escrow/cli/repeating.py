"""Numbers that make a repeated command harmless, and what was done under one before."""

from typing import TYPE_CHECKING

from job_escrow.cli.failures import UsageError
from job_escrow.cli.output import facts, show, tell
from job_escrow.codec import CreditsPurchased, CreditsWithdrawn

if TYPE_CHECKING:
    from job_escrow.cli.session import Session

_PAGE = 100
_MOST_PAGES = 20


def next_number(session: "Session") -> int:
    """The sequence number that the wallet's next purchase or withdrawal carries. Raises NotFound without an account."""
    account = session.wallet.account()
    if account is None:
        session.no_account(session.signer.pubkey(), session.wallet.address)
    return account.sequence + 1


def done_before(
    session: "Session", number: int, kind: type[CreditsPurchased] | type[CreditsWithdrawn], credits: int | None
) -> bool:
    """Whether the same thing was done under a number before; then that is printed.

    Raises UsageError where the number was used for something else, or is not the next one.
    """
    due = next_number(session)
    if number == due:
        return False
    if number > due:
        raise UsageError(f"the next sequence number is {due}, not {number}: leave --sequence away for a new purchase")
    before = None
    for _ in range(_MOST_PAGES):
        page = session.escrow.history(session.wallet.address, before=before, limit=_PAGE)
        for entry in page.entries:
            event = entry.event
            if isinstance(event, (CreditsPurchased, CreditsWithdrawn)) and event.sequence == number:
                if not isinstance(event, kind) or (credits is not None and event.credits != credits):
                    raise UsageError(
                        f"the number {number} was used for another {_name(event)}, of {event.credits:,} credits: "
                        f"{entry.signature}. Leave --sequence away"
                    )
                tell("this was done already; nothing was sent again")
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
        before = page.before
        if before is None:
            break
    raise UsageError(
        f"the number {number} is used up, and the node does not know by what (it keeps a shorter history): "
        "nothing was sent; ask a node with a longer history with --url"
    )


def _name(event: CreditsPurchased | CreditsWithdrawn) -> str:
    return "purchase" if isinstance(event, CreditsPurchased) else "withdrawal"
