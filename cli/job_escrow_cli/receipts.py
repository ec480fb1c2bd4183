"""`job-escrow receipt`: what a transaction did, to print or to keep."""

from typing import TYPE_CHECKING, Annotated

import typer
from job_escrow.chain.requests import GetSignatureStatus, GetTransaction
from job_escrow.codec import CreditsGranted, JobSettled
from job_escrow.errors import NotFound
from job_escrow.grant_reasons import reason_name

from job_escrow_cli.history import change, event_name, proof_text, signature_of
from job_escrow_cli.money import available, plain_dict, sol
from job_escrow_cli.options import OutputFormat
from job_escrow_cli.output import facts, print_json
from job_escrow_cli.session import Session, opened
from job_escrow_cli.times import moment

if TYPE_CHECKING:
    from job_escrow.chain.requests import ConfirmedTransaction
    from job_escrow.codec import Event

_RULE = "-" * 60


def receipt(
    context: typer.Context,
    signature: Annotated[str, typer.Argument(metavar="SIGNATURE", help="The transaction.")],
) -> None:
    """Print the receipt of a transaction: what was bought, charged or paid out, with the balances after it."""
    with opened(context) as session:
        wanted = signature_of(signature)
        landed = session.escrow.chain.answer(GetTransaction(wanted))
        if landed is None:
            _missing(session, signature)
            return
        from job_escrow.transactions import events_of

        events = events_of(landed)
        if session.settings.output is OutputFormat.DISPLAY:
            typer.echo("\n".join(_text(session, landed, events)))
        else:
            print_json(_data(session, landed, events), session.settings.output)
        if landed.error is not None:
            raise typer.Exit(1)


def _missing(session: Session, signature: str) -> None:
    status = session.escrow.chain.answer(GetSignatureStatus(signature_of(signature), history=True))
    where = f"{session.cluster} does not know {signature}"
    if status is not None:
        where = f"{session.cluster} knows {signature} but not what it did: ask a node with a longer history"
    raise NotFound(f"{where}: it never landed, or is older than the node's history; check --url")


def _text(session: Session, landed: "ConfirmedTransaction", events: "tuple[Event, ...]") -> list[str]:
    lines = [
        "RECEIPT",
        _RULE,
        *facts(
            {
                "date": moment(landed.block_time),
                "cluster": session.cluster,
                "status": "succeeded" if landed.error is None else f"FAILED: {landed.error}",
                "fee": f"{sol(landed.fee)}, paid by {landed.account_keys[0]}",
                "signature": landed.signature,
                "explorer": session.cluster.explorer(landed.signature),
            }
        ),
    ]
    for event in events:
        after = getattr(event, "after", None)
        lines += [
            _RULE,
            *facts(
                {
                    "what": event_name(event),
                    "wallet": getattr(event, "wallet", None),
                    "account": getattr(event, "credit_account", None),
                    "platform": getattr(event, "platform", None),
                    "session" if hasattr(event, "session") else "job": getattr(event, "id", None),
                    "credits": f"{change(event):+,}" if change(event) else None,
                    "charged": f"{event.charged:,} credits" if hasattr(event, "charged") else None,
                    "proof": proof_text(event) if isinstance(event, JobSettled) else None,
                    "for": reason_name(event.reason) if isinstance(event, CreditsGranted) and event.reason else None,
                    "amount": f"{event.base_units:,} base units" if hasattr(event, "base_units") else None,
                    "available after": after and f"{available(after):,} credits",
                    "locked after": after and f"{after.paid_locked + after.granted_locked:,} credits",
                }
            ),
        ]
    if not events:
        lines += [_RULE, "nothing of job_escrow happened in this transaction"]
    return [*lines, _RULE]


def _data(session: Session, landed: "ConfirmedTransaction", events: "tuple[Event, ...]") -> dict[str, object]:
    return {
        "signature": str(landed.signature),
        "cluster": session.cluster.name,
        "slot": landed.slot,
        "time": moment(landed.block_time),
        "succeeded": landed.error is None,
        "fee_lamports": landed.fee,
        "fee_payer": str(landed.account_keys[0]),
        "explorer": session.cluster.explorer(landed.signature),
        "events": [{"event": type(event).__name__, **plain_dict(event)} for event in events],
    }
