"""Sending a transaction for a command: what it costs is shown, mainnet is asked about, and waiting is seen."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import typer
from job_escrow.chain.requests import GetRent, GetSignatureStatus, Request, Send, Simulate
from job_escrow.errors import OutcomeUnknown

from job_escrow_cli.failures import Declined, Unsettled, UsageError
from job_escrow_cli.money import plain_dict, sol
from job_escrow_cli.output import facts, show, tell
from job_escrow_cli.streams import cannot_print

if TYPE_CHECKING:
    from job_escrow.transactions import Receipt
    from solders.message import MessageV0

    from job_escrow_cli.session import Session

_STEPS: tuple[tuple[type[Request[Any]], str], ...] = (
    (Simulate, "checking"),
    (Send, "sending"),
    (GetSignatureStatus, "waiting for the chain"),
)


class _Previewed(Exception):
    """The transaction is ready; `request` would send it."""

    def __init__(self, request: Send) -> None:
        super().__init__()
        self.request = request


def send(
    session: "Session",
    action: "Callable[[], Receipt]",
    *,
    doing: str,
    rent: int = 0,
    returns: str = "",
    repeat: str | None = None,
) -> "Receipt":
    """Do what `action` does with the chain, which is one transaction.

    `doing` says what it is, `rent` is the lamports that it locks up, `returns` when they come back. `repeat` is what
    makes the same command harmless to repeat; where there is none, the transaction is to be looked up. Raises
    Declined, Unsettled, UsageError and what the action raises.
    """
    session.rent = rent
    if rent or session.cluster.is_mainnet:
        _show_cost(session, action, doing, rent, returns)
    confirmed(session, doing)
    sent: list[str] = []

    try:
        with _progress(session, doing) as say:

            def on_send(request: Send) -> None:
                sent.append(str(request.transaction.signatures[0]))
                say(f"sent {sent[-1]}")

            session.chain.on_send = on_send
            receipt = action()
    except OutcomeUnknown as error:
        raise Unsettled(_unsettled(str(error.signature), repeat)) from error
    except KeyboardInterrupt:
        if sent:
            tell(_unsettled(sent[-1], repeat))
        raise
    return receipt


def done(session: "Session", receipt: "Receipt", summary: Mapping[str, object], data: Mapping[str, object]) -> None:
    """Print what a transaction did: for a person the summary, for a program the data and the events."""
    link = session.cluster.explorer(receipt.signature)
    try:
        show(
            session.settings,
            {
                **data,
                "signature": str(receipt.signature),
                "slot": receipt.slot,
                "fee_lamports": receipt.fee,
                "explorer": link,
                "events": [{"event": type(event).__name__, **plain_dict(event)} for event in receipt.events],
            },
            facts({**summary, "signature": receipt.signature, "explorer": link}),
        )
    except OSError as error:
        # A script that takes this for a failure would do it twice.
        raise Unsettled(
            f"{receipt.signature} landed, and {cannot_print(error)}: do not repeat the command; "
            f"what it did: job-escrow receipt {receipt.signature}"
        ) from error


def rents(session: "Session", *sizes: int) -> int:
    """Lamports that accounts of these sizes lock up, by the chain's own price."""
    return sum(session.chain.answer(GetRent(size)) for size in sizes)


def _show_cost(session: "Session", action: "Callable[[], Receipt]", doing: str, rent: int, returns: str) -> None:
    """Build and simulate the transaction without sending it, and say what it will cost."""

    def stop(request: Send) -> None:
        raise _Previewed(request)

    session.chain.on_send = stop
    try:
        with _progress(session, doing):
            action()
    except _Previewed as previewed:
        message = cast("MessageV0", previewed.request.transaction.message)
        fee = session.chain.fee(message)
        parts = [f"a fee of {sol(fee)}"] if fee is not None else []
        if rent:
            parts.insert(
                0, f"{sol(rent)} of rent, which comes back when {returns}," if returns else f"{sol(rent)} of rent"
            )
        payer = message.account_keys[0]
        tell(f"{doing} costs {' and '.join(parts)}; {payer} pays")


def confirmed(session: "Session", doing: str) -> None:
    """Ask before something is spent on mainnet. Raises Declined, and UsageError where nobody can be asked."""
    if session.settings.yes or not session.cluster.is_mainnet:
        return
    if not sys.stdin.isatty():
        raise UsageError(f"{doing} spends on mainnet, and there is nobody to ask here: add --yes")
    if not typer.confirm(f"{doing}, on mainnet?", err=True):
        raise Declined("nothing was sent")


@contextmanager
def _progress(session: "Session", doing: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal that, and with what, the command is busy; gives a function that says something beside it."""
    if not sys.stderr.isatty():
        yield lambda text: None
        return
    from rich.console import Console

    console = Console(stderr=True, no_color=not session.settings.color or None, highlight=False)
    with console.status(doing) as status:

        def on_request(request: Request[Any]) -> None:
            step = next((text for kind, text in _STEPS if isinstance(request, kind)), None)
            if step is not None:
                status.update(f"{doing}: {step}")

        session.chain.on_request = on_request
        try:
            yield lambda text: console.print(text, soft_wrap=True)
        finally:
            session.chain.on_request = lambda request: None


def _unsettled(signature: str, repeat: str | None) -> str:
    if repeat is None:
        how = f"look it up before you do it again: job-escrow receipt {signature}"
    else:
        how = f"repeat the same command {repeat}: what has happened already does not happen again"
    return f"{signature} was sent, and it is not known whether it landed; {how}"
