"""`job-escrow history` and `job-escrow jobs`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from job_escrow_cli.kinds import whole_option
from job_escrow_cli.money import available, plain_dict, signed
from job_escrow_cli.options import DATABASE, OutputFormat
from job_escrow_cli.output import Column, print_json, table, tell
from job_escrow_cli.session import Session, opened
from job_escrow_cli.times import minute, moment

if TYPE_CHECKING:
    from job_escrow.codec import Balances, Event, Job, JobSettled, Platform
    from job_escrow.flows.history import HistoryEntry
    from solders.pubkey import Pubkey
    from solders.signature import Signature

_NAMES = {
    "AccountOpened": "opened",
    "AccountClosed": "closed",
    "CreditsPurchased": "bought",
    "CreditsWithdrawn": "withdrawn",
    "CreditsGranted": "granted",
    "DepositsSynced": "deposited",
    "JobLocked": "locked",
    "JobSettled": "settled",
    "JobRefunded": "refunded",
    "SessionOpened": "session opened",
    "SessionSettled": "session settled",
    "SessionRefunded": "session refunded",
    "LimitsSet": "limits set",
    "LotsExpired": "expired",
    "PromotionSwept": "promotion swept",
    "PromotionWithdrawn": "promotion withdrawn",
    "TokensRecovered": "recovered",
    "CreditsToppedUp": "topped up",
    "TopUpSet": "top-up set",
    "TopUpRemoved": "top-up off",
}
_Wallet = Annotated[str | None, typer.Argument(metavar="WALLET", help="Another wallet than the key's own.")]


def history(
    context: typer.Context,
    wallet: _Wallet = None,
    limit: Annotated[int, whole_option("--limit", least=1, most=10_000, metavar="N", help="Most transactions.")] = 50,
    before: Annotated[
        str | None, typer.Option("--before", metavar="SIGNATURE", help="Only what is older than this transaction.")
    ] = None,
    indexed: Annotated[
        bool, typer.Option("--indexed", help="From the indexer's database: with the balance after each entry.")
    ] = False,
    database: Annotated[
        Path, typer.Option("--database", metavar="FILE", help="With --indexed: the indexer's SQLite file.")
    ] = DATABASE,
) -> None:
    """Show what happened to the credits, the newest first, from the chain itself."""
    if indexed:
        from job_escrow_cli.indexed import show_history

        show_history(context, wallet, min(limit, 1_000), before, database)
        return
    with opened(context) as session:
        address = session.credit_account_key(session.owner(wallet))
        entries, unread, older = _entries(session, address, limit, before)
        if session.settings.output is not OutputFormat.DISPLAY:
            print_json(
                {
                    "credit_account": str(address),
                    "events": [_data(session, entry) for entry in entries],
                    "unread": [str(signature) for signature in unread],
                    "before": None if older is None else str(older),
                },
                session.settings.output,
            )
            return
        for signature in unread:
            tell(f"{signature} cannot be read by this release: install a newer job-escrow to see what it did")
        if not entries:
            session.check_wallet(session.owner(wallet))
            tell(f"nothing happened to {address} that this node remembers")
            return
        table(
            [
                Column("time (UTC)"),
                Column("what"),
                Column("credits", right=True),
                Column("charged", right=True, may_leave=True),
                Column("available", right=True),
                Column("locked", right=True),
                Column("job or session", right=True, may_leave=True),
                Column("signature", may_leave=True),
            ],
            [_row(entry) for entry in entries],
            color=session.settings.color,
        )
        if older is not None:
            tell(f"there is more: add --before {older}")


def jobs(context: typer.Context, wallet: _Wallet = None) -> None:
    """Show the open jobs of a wallet: what each holds, and until when."""
    with opened(context) as session:
        owner = session.owner(wallet)
        address = session.credit_account_key(owner)
        found = session.escrow.jobs(credit_account=address)
        if not found:
            session.check_wallet(owner)
        show_jobs(session, {str(key): job for key, job in found.items()})


def show_jobs(session: Session, found: "dict[str, Job]") -> None:
    """Print open jobs."""
    if session.settings.output is not OutputFormat.DISPLAY:
        print_json({"jobs": [{"job": key, **plain_dict(job)} for key, job in found.items()]}, session.settings.output)
        return
    if not found:
        tell("no job is open")
        return
    table(
        [
            Column("id", right=True),
            Column("tier"),
            Column("locked", right=True),
            Column("deadline (UTC)"),
            Column("settled", right=True, may_leave=True),
            Column("locked by", may_leave=True),
            Column("job", may_leave=True),
        ],
        [
            (
                str(job.id),
                tier_name(session.platform, job),
                f"{job.credits:,}",
                minute(job.deadline),
                f"{job.settled:,}",
                "operator" if job.by_operator else "wallet",
                key,
            )
            for key, job in found.items()
        ],
        color=session.settings.color,
    )


def tier_name(platform: "Platform", job: "Job") -> str:
    """The name of a job's tier, as it was at the lock."""
    from job_escrow.addresses import text_of

    return "quoted" if job.quoted else text_of(job.tier.name) or str(job.tier_index)


def _entries(
    session: Session, address: "Pubkey", limit: int, before: str | None
) -> "tuple[list[HistoryEntry], list[Signature], Signature | None]":
    cursor = None if before is None else signature_of(before)
    entries: list[HistoryEntry] = []
    unread: list[Signature] = []
    left = limit
    while left:
        page = session.escrow.history(address, before=cursor, limit=min(left, 100))
        entries += page.entries
        unread += page.unread
        left -= min(left, 100)
        cursor = page.before
        if cursor is None:
            break
    return entries, unread, cursor


def signature_of(text: str) -> "Signature":
    """A signature. Raises UsageError where it is none."""
    from solders.signature import Signature

    from job_escrow_cli.failures import UsageError

    try:
        return Signature.from_string(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a signature: it is 86 to 88 letters and digits of base58") from error


def change(event: "Event") -> int:
    """Credits that became available, or ceased to be, with an event."""
    before: Balances | None = getattr(event, "before", None)
    after: Balances | None = getattr(event, "after", None)
    if before is None:
        return 0
    # Closing leaves nothing.
    return (0 if after is None else available(after)) - available(before)


def proof_text(event: "JobSettled") -> str | None:
    """What a settlement carried, as hexadecimal digits; None: nothing."""
    return event.proof.hex() if any(event.proof) else None


def event_name(event: "Event") -> str:
    """What people call an event."""
    return _NAMES.get(type(event).__name__, type(event).__name__)


def _row(entry: "HistoryEntry") -> tuple[str, ...]:
    event = entry.event
    after = getattr(event, "after", None)
    return (
        minute(getattr(event, "at", None) or entry.time),
        event_name(event),
        signed(change(event)),
        f"{event.charged:,}" if hasattr(event, "charged") else "",
        "" if after is None else f"{available(after):,}",
        "" if after is None else f"{after.paid_locked + after.granted_locked:,}",
        str(event.id) if hasattr(event, "id") else "",
        str(entry.signature),
    )


def _data(session: Session, entry: "HistoryEntry") -> dict[str, Any]:
    return {
        "event": type(entry.event).__name__,
        "time": moment(entry.time),
        "slot": entry.slot,
        "signature": str(entry.signature),
        "change": change(entry.event),
        **{name: value for name, value in plain_dict(entry.event).items() if name not in ("slot", "time")},
    }
