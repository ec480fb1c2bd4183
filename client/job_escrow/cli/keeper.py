"""`job-escrow keeper`: a process that puts in order what is due, for everybody."""

import signal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from job_escrow.cli.failures import Failed
from job_escrow.cli.moments import duration, parse_duration
from job_escrow.cli.options import OutputFormat
from job_escrow.cli.output import print_json, tell
from job_escrow.cli.sending import confirmed
from job_escrow.cli.session import Session, opened
from job_escrow.flows.keeping import KeeperAction, KeeperPlan, KeeperRound, KeeperTrouble

if TYPE_CHECKING:
    from job_escrow.flows.keeping import KeeperNews

_NAMES = {"refund": "refunded", "expire lots": "expired"}


def keeper(
    context: typer.Context,
    every_platform: Annotated[bool, typer.Option("--all", help="For every platform, not only the one named.")] = False,
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, and end.")] = False,
    interval: Annotated[str, typer.Option("--interval", metavar="TIME", help="Time between two looks.")] = "30s",
    most: Annotated[int, typer.Option("--most", metavar="N", min=1, help="Most actions of one look.")] = 200,
) -> None:
    """Refund jobs that timed out, and expire lots, until it is stopped.

    Anybody may run one, several may run beside each other, and each can be stopped at any time without harm. It pays
    the transactions' fees. One line for each action goes to standard output.
    """
    seconds = parse_duration(interval)
    if seconds == 0:
        raise ValueError("the interval must be at least 1 s")
    with opened(context) as session:
        plan = KeeperPlan(platform=None if every_platform else session.platform_key, interval=float(seconds), most=most)
        confirmed(session, "paying the fees of what is due")
        if once:
            _once(session, plan)
        else:
            _until_stopped(session, plan, seconds)


def _once(session: Session, plan: KeeperPlan) -> None:
    found = session.anyone.keep_once(plan)
    for action in found.actions:
        _tell(session, action)
    _tell(session, found)
    if found.failed:
        raise Failed(f"{found.failed} of {found.due} could not be done: run it again")


def _until_stopped(session: Session, plan: KeeperPlan, seconds: int) -> None:
    stopped: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda got, _: stopped.append(got))
    tell(f"looking every {duration(seconds)} at {session.cluster}; stop with Ctrl-C")
    session.anyone.keep(plan, tell=lambda news: _tell(session, news), stop=lambda: bool(stopped))
    tell("stopped")


def _tell(session: Session, news: "KeeperNews") -> None:
    if isinstance(news, KeeperTrouble):
        tell(f"{news.error}; looking again in {news.seconds:.0f} s")
    elif isinstance(news, KeeperRound):
        if news.due:
            tell(f"{news.done} of {news.due} done" + (f", {news.failed} failed" if news.failed else ""))
    elif session.settings.output is OutputFormat.DISPLAY:
        _line(news)
    else:
        print_json(_data(news), OutputFormat.JSON_COMPACT)


def _line(action: KeeperAction) -> None:
    what = f"{action.credit_account}" + (f" job {action.job_id}" if action.job_id is not None else "")
    if action.signature is not None:
        typer.echo(f"{_NAMES[action.kind]} {action.credits:,} credits of {what}: {action.signature}")
    elif action.error is not None:
        tell(f"{what}: {action.error}")


def _data(action: KeeperAction) -> dict[str, Any]:
    return {
        "kind": action.kind,
        "credit_account": str(action.credit_account),
        "job_id": action.job_id,
        "credits": action.credits,
        "signature": None if action.signature is None else str(action.signature),
        "error": None if action.error is None else str(action.error),
    }
