"""`job-escrow session`: what operators do with sessions, and what everybody may see of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from job_escrow.bounds import MAX_CREDITS, MAX_ID
from job_escrow.chain.requests import UnreadableTransaction
from job_escrow.codec import SessionOpened, SessionRefunded, SessionSettled
from job_escrow.errors import NotFound, SessionEnded, TransactionFailed

from job_escrow_cli.failures import Failed, UsageError
from job_escrow_cli.job import account_key
from job_escrow_cli.kinds import whole_argument, whole_option
from job_escrow_cli.lazy_commands import Command, command_group
from job_escrow_cli.money import count, plain_dict
from job_escrow_cli.options import DATABASE, OutputFormat
from job_escrow_cli.output import Column, facts, print_json, show, table, tell
from job_escrow_cli.receipt_files import read_receipts, read_signed_receipts
from job_escrow_cli.repeating import ended_before
from job_escrow_cli.sending import done, send
from job_escrow_cli.session import Session, opened, parse_address
from job_escrow_cli.times import minute, moment, parse_duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from job_escrow.codec import Session as SessionAccount
    from job_escrow.flows.history import HistoryEntry
    from job_escrow.receipts import Meter, SessionReceipt
    from solders.pubkey import Pubkey
    from solders.signature import Signature

app = command_group("Open, settle, refund, show and verify sessions: one lock for many requests.")

_Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The wallet, or its credit account.")]
_Id = Annotated[int, whole_argument(most=MAX_ID, metavar="SESSION_ID", help="The session's id.")]
_Receipts = Annotated[
    Path,
    typer.Argument(
        metavar="RECEIPTS",
        help="A file of the session's receipts, one JSON object in each line: a receipt, or the API's answer "
        "with it, or a line of its export as NDJSON.",
    ),
]


@app.command("list", cls=Command)
def list_sessions(
    context: typer.Context,
    account: Annotated[
        str | None, typer.Argument(metavar="[ACCOUNT]", help="A wallet, or its credit account; the whole platform's.")
    ] = None,
    indexed: Annotated[
        bool, typer.Option("--indexed", help="From the indexer's database: those of one wallet.")
    ] = False,
    database: Annotated[
        Path, typer.Option("--database", metavar="FILE", help="With --indexed: the indexer's SQLite file.")
    ] = DATABASE,
) -> None:
    """Show the open sessions: what each holds, and until when."""
    if indexed:
        from job_escrow_cli.indexed import show_sessions

        show_sessions(context, account, database)
        return
    with opened(context) as session:
        if account is None:
            found = session.escrow.sessions(platform=session.platform_key)
        else:
            found = session.escrow.sessions(credit_account=account_key(session, account))
        _show_all(session, {str(key): each for key, each in found.items()})


@app.command("show", cls=Command)
def show_session(context: typer.Context, account: _Account, session_id: _Id) -> None:
    """Show an open session."""
    with opened(context) as session:
        key, found = _open_session(session, account_key(session, account), session_id)
        show(
            session.settings,
            {"session": str(key), **plain_dict(found)},
            facts(
                {
                    "session": key,
                    "locked": f"{found.credits:,} credits",
                    "settled": f"{found.settled:,} credits for {found.count:,} receipts",
                    "held": f"{found.held.paid:,} paid, {sum(found.held.lots):,} granted",
                    "opened at": moment(found.opened_at),
                    "deadline": moment(found.deadline),
                    "head": found.head.hex(),
                }
            ),
        )


@app.command("open", cls=Command)
def open_session(
    context: typer.Context,
    account: _Account,
    credits: Annotated[
        int, whole_argument("credits", least=1, most=MAX_CREDITS, metavar="CREDITS", help="What its requests may cost.")
    ],
    time: Annotated[str, typer.Option("--time", metavar="TIME", help="How long it may last, such as 1h.")] = "1h",
    session_id: Annotated[
        int | None, whole_option("--id", most=MAX_ID, metavar="N", help="The session's id; the next one.")
    ] = None,
    payee: Annotated[
        str | None, typer.Option("--payee", metavar="ADDRESS", help="A registered payee who earns, not the treasury.")
    ] = None,
) -> None:
    """Lock credits for many requests, within the limits that the wallet has set."""
    from job_escrow.flows.sessions import SessionTerms

    with opened(context) as session:
        address = account_key(session, account)
        operator = session.operator
        number = session_id if session_id is not None else operator.next_session_id(address)
        terms = SessionTerms(
            session_id=number,
            credits=credits,
            seconds=parse_duration(time),
            payee=None if payee is None else parse_address(payee, "--payee"),
        )
        receipt = send(
            session,
            lambda: operator.open_session(address, terms),
            doing=f"locking {credits:,} credits for session {number}",
            repeat=f"with --id {number}",
        )
        event = next(each for each in receipt.events if isinstance(each, SessionOpened))
        done(
            session,
            receipt,
            {"session": event.id, "locked": f"{event.credits:,} credits", "deadline": moment(event.deadline)},
            {
                "session_id": event.id,
                "session": str(event.session),
                "credits": event.credits,
                "deadline": moment(event.deadline),
            },
        )


@app.command("settle", cls=Command)
def settle_session(
    context: typer.Context,
    account: _Account,
    session_id: _Id,
    receipts: _Receipts,
    so_far: Annotated[
        bool, typer.Option("--so-far", help="The session goes on: charge, and keep the rest locked.")
    ] = False,
) -> None:
    """Charge what a session's requests cost by their receipts, and give the rest back.

    The file has all receipts of the session; those that are settled already are left out, so that a repeat is free.
    """
    from job_escrow.flows.sessions import SessionSettlement
    from job_escrow.receipts import Meter, root_of

    found = read_receipts(receipts)
    with opened(context) as session:
        address = account_key(session, account)
        operator = session.operator
        before = False
        try:
            key, held = _open_session(session, address, session_id)
            meter = Meter.of(key, held)
            new = _checked(found, meter, held.count)
            settlement = SessionSettlement(
                from_count=held.count,
                count=meter.count,
                root=root_of(new),
                totals=meter.totals,
                is_final=not so_far,
            )
            receipt = send(
                session,
                lambda: operator.settle_session(address, session_id, settlement),
                doing=f"settling session {session_id}",
                repeat="as it is",
            )
        except (NotFound, SessionEnded):
            outcome = operator.session_outcome(address, session_id)
            if outcome is None:
                raise
            total = found[-1].total if found else 0
            if so_far or outcome.ended_by != "settle" or (outcome.count, outcome.charged) != (len(found), total):
                raise SessionEnded(outcome) from None
            receipt, before = ended_before(session, outcome), True
        event = next(each for each in receipt.events if isinstance(each, SessionSettled) and each.id == session_id)
        returned = event.returned.paid + sum(event.returned.lots)
        done(
            session,
            receipt,
            {
                "charged": f"{event.charged:,} credits",
                "in all": f"{event.settled:,} credits for {event.count:,} receipts",
                "returned": f"{returned:,} credits" if event.is_final else "nothing: the session goes on",
            },
            {
                "session_id": event.id,
                "charged": event.charged,
                "settled": event.settled,
                "receipts": event.count,
                "returned": returned,
                "final": bool(event.is_final),
                "done_before": before,
            },
        )


@app.command("refund", cls=Command)
def refund_session(context: typer.Context, account: _Account, session_id: _Id) -> None:
    """Give back all that a session holds: the operator at any time, anybody once its deadline has passed."""
    with opened(context) as session:
        address = account_key(session, account)
        before = False
        try:
            receipt = send(
                session,
                lambda: session.anyone.refund_session(address, session_id),
                doing=f"refunding session {session_id}",
                repeat="as it is",
            )
        except (NotFound, TransactionFailed) as error:
            # It has ended, before this began or while it was sent, or it is refused for what it is.
            outcome = session.operator.session_outcome(address, session_id)
            if outcome is None and isinstance(error, NotFound):
                raise _no_session(address, session_id) from None
            if outcome is None:
                raise
            if outcome.ended_by != "refund":
                raise SessionEnded(outcome) from None
            receipt, before = ended_before(session, outcome), True
        event = next(each for each in receipt.events if isinstance(each, SessionRefunded) and each.id == session_id)
        returned = event.returned.paid + sum(event.returned.lots)
        done(
            session,
            receipt,
            {"returned": f"{returned:,} credits", "charged before": f"{event.settled:,} credits"},
            {
                "session_id": event.id,
                "returned": returned,
                "settled": event.settled,
                "receipts": event.count,
                "timed_out": bool(event.timed_out),
                "done_before": before,
            },
        )


@app.command("verify", cls=Command)
def verify_session(
    context: typer.Context,
    account: _Account,
    session_id: _Id,
    receipts: _Receipts,
    signed: Annotated[bool, typer.Option("--signed", help="Each receipt must be signed.")] = False,
    signer: Annotated[
        str | None, typer.Option("--signer", metavar="ADDRESS", help="A former operator, who may have signed too.")
    ] = None,
) -> None:
    """Prove that receipts are all of a session's, unchanged, and add up to what was charged.

    It proves the bill, not that the requests happened. Signatures that are there must be of who opened the session, or
    of the platform's operator.
    """
    from job_escrow.addresses import session_address
    from job_escrow.receipts import record_of_events, verify

    lines = read_signed_receipts(receipts)
    found, signatures = [receipt for receipt, _ in lines], [signature for _, signature in lines]
    operators = set() if signer is None else {parse_address(signer, "--signer")}
    with opened(context) as session:
        key = session_address(account_key(session, account), session_id).address
        entries: list[HistoryEntry] = []
        unread: list[Signature] = []
        before = None
        while True:
            page = session.escrow.history(key, before=before)
            entries += page.entries
            unread += page.unread
            before = page.before
            if before is None:
                break
        if unread:
            raise UnreadableTransaction(
                f"a settlement of session {session_id} may be in {unread[0]}, which this release cannot read: "
                "install a newer job-escrow"
            )
        try:
            record = record_of_events(entry.event for entry in reversed(entries))
        except ValueError:
            raise NotFound(
                f"the node does not remember all of session {session_id}: ask one with a longer history with --url"
            ) from None
        if any(signatures):
            platform = next(entry.event.platform for entry in entries if isinstance(entry.event, SessionOpened))
            operators.add(session.escrow.platform(platform).operator)
        findings = [
            finding
            for finding in verify(found, record, signatures=signatures, operators=operators)
            if signed or finding.kind != "unsigned"
        ]
        show(
            session.settings,
            {
                "session": str(key),
                "receipts": record.count,
                "settled": record.settled,
                "signed": sum(each is not None for each in signatures),
                "valid": not findings,
                "findings": [
                    {"kind": each.kind, "first": each.first, "last": each.last, "message": str(each)}
                    for each in findings
                ],
            },
            [str(each) for each in findings]
            or [f"{record.count:,} receipts are valid, and add up to the {record.settled:,} credits that were charged"],
        )
        if findings:
            raise Failed(f"the receipts differ from the session in {count(len(findings), 'way')}")


def _checked(receipts: "Sequence[SessionReceipt]", meter: "Meter", settled: int) -> "list[SessionReceipt]":
    """The receipts that are not settled yet, counted and priced again. Raises UsageError where one differs."""
    new = [receipt for receipt in receipts if receipt.number > settled]
    if [receipt.number for receipt in receipts] != list(range(1, len(receipts) + 1)) or len(receipts) < settled:
        raise UsageError(f"the file does not have receipts 1 to {max(settled, len(receipts))} of the session, in order")
    for receipt in new:
        expected = meter.add(
            receipt.tier,
            receipt.units,
            request_id=receipt.request_id,
            model=receipt.model,
            request_hash=receipt.request_hash,
            response_hash=receipt.response_hash,
        )
        if receipt != expected:
            raise UsageError(
                f"receipt {receipt.number} is not one of this session by its tiers: it would cost {expected.price:,} "
                f"credits, {expected.total:,} in all"
            )
    return new


def _open_session(session: Session, address: "Pubkey", session_id: int) -> "tuple[Pubkey, SessionAccount]":
    from job_escrow.addresses import session_address

    key = session_address(address, session_id).address
    found = session.escrow.session(key)
    if found is None:
        raise _no_session(address, session_id)
    return key, found


def _no_session(address: "Pubkey", session_id: int) -> NotFound:
    return NotFound(
        f"there is no open session {session_id} of {address}: it has ended, or was never opened. "
        "What it did: job-escrow history"
    )


def _show_all(session: Session, found: "dict[str, SessionAccount]") -> None:
    if session.settings.output is not OutputFormat.DISPLAY:
        data = {"sessions": [{"session": key, **plain_dict(each)} for key, each in found.items()]}
        print_json(data, session.settings.output)
        return
    if not found:
        tell("no session is open")
        return
    table(
        [
            Column("id", right=True),
            Column("locked", right=True),
            Column("settled", right=True),
            Column("receipts", right=True),
            Column("deadline (UTC)"),
            Column("session", may_leave=True),
        ],
        [
            (
                str(each.id),
                f"{each.credits:,}",
                f"{each.settled:,}",
                f"{each.count:,}",
                minute(each.deadline),
                key,
            )
            for key, each in found.items()
        ],
        color=session.settings.color,
    )
