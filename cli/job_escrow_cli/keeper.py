"""`job-escrow keeper`: a process that puts in order what is due, for everybody."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from job_escrow.chain.requests import ChainError
from job_escrow.flows.keeping import KeeperAction, KeeperPlan, KeeperRound, KeeperSkipped, KeeperTrouble
from job_escrow.patience import Backoff

from job_escrow_cli.failures import Failed
from job_escrow_cli.kinds import whole_option
from job_escrow_cli.options import OutputFormat
from job_escrow_cli.output import print_json, tell
from job_escrow_cli.sending import confirmed
from job_escrow_cli.session import Session, opened
from job_escrow_cli.streams import cannot_print
from job_escrow_cli.times import duration, parse_duration

if TYPE_CHECKING:
    from job_escrow.flows.keeping import KeeperNews

_PAUSES = Backoff(first_seconds=KeeperPlan.first_wait, longest_seconds=KeeperPlan.longest_wait)
_INTERVAL = duration(int(KeeperPlan.interval))
_LONGEST_SLEEP_SECONDS = 0.2
_NAMES = {
    "refund": "refunded",
    "refund session": "refunded",
    "expire lots": "expired",
    "sweep promotion": "swept promotion of",
    "top up": "bought",
}


def keeper(
    context: typer.Context,
    every_platform: Annotated[bool, typer.Option("--all", help="For every platform, not only the one named.")] = False,
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, and end.")] = False,
    interval: Annotated[str, typer.Option("--interval", metavar="TIME", help="Time between two looks.")] = _INTERVAL,
    most: Annotated[
        int, whole_option("--most", least=1, metavar="N", help="Most actions of one look.")
    ] = KeeperPlan.most,
) -> None:
    """Refund what timed out, expire lots, sweep promotion and run top-ups that are due, until it is stopped.

    Anybody may run one, several may run beside each other, and each can be stopped at any time without harm. It pays
    the transactions' fees. One line for each action goes to standard output.
    """
    seconds = parse_duration(interval)
    if seconds == 0:
        raise ValueError("the interval must be at least 1 s")
    with opened(context) as session:
        plan = KeeperPlan(platform=None if every_platform else session.platform_key, interval=float(seconds), most=most)
        if not once and not _node_is_there(session):
            tell("stopped")
            return
        confirmed(session, "paying the fees of what is due")
        if once:
            _once(session, plan)
        else:
            _until_stopped(session, plan, seconds)


def _node_is_there(session: Session) -> bool:
    """Wait until the node says which chain it is: a keeper is not ended by one that is away. False: it was stopped."""
    failures = 0
    with _signals() as stopped:
        while not stopped:
            try:
                _ = session.cluster
            except ChainError as away:
                failures += 1
                pause = _PAUSES.seconds(failures)
                tell(f"{away}; looking again in {pause:.0f} s")
                until = time.monotonic() + pause
                while not stopped and time.monotonic() < until:
                    time.sleep(_LONGEST_SLEEP_SECONDS)
            else:
                return True
    return False


@contextmanager
def _signals() -> Iterator[list[int]]:
    """The signals to stop that came, for the length of a block."""
    stopped: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda got, _: stopped.append(got)) for number in numbers]
    try:
        yield stopped
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _once(session: Session, plan: KeeperPlan) -> None:
    found = session.anyone.keep_once(plan)
    for news in found.news:
        _tell(session, news)
    if found.trouble is not None:
        raise Failed(f"not every top-up was looked for: {found.trouble}; run it again")
    if found.failed:
        raise Failed(f"{found.failed} of {found.due} could not be done: run it again")


def _until_stopped(session: Session, plan: KeeperPlan, seconds: int) -> None:
    with _signals() as stopped:
        tell(f"looking every {duration(seconds)} at {session.cluster}; stop with Ctrl-C")
        session.anyone.keep(plan, tell=lambda news: _tell(session, news), stop=lambda: bool(stopped))
    tell("stopped")


def _tell(session: Session, news: "KeeperNews") -> None:
    try:
        _print(session, news)
    except OSError as error:
        # A full disk or a reader that left is no reason to leave things as they are.
        tell(f"{cannot_print(error)}; going on without")


def _print(session: Session, news: "KeeperNews") -> None:
    if isinstance(news, KeeperTrouble):
        tell(f"{news.error}; looking again in {news.seconds:.0f} s")
    elif isinstance(news, KeeperSkipped):
        tell(f"{news.credit_account}: its top-up rule was passed over: {news.error}")
    elif isinstance(news, KeeperRound):
        if news.due:
            tell(f"{news.done} of {news.due} done" + (f", {news.failed} failed" if news.failed else ""))
    elif session.settings.output is OutputFormat.DISPLAY:
        _line(news)
    else:
        print_json(_data(news), OutputFormat.JSON_COMPACT)


def _line(action: KeeperAction) -> None:
    what = f"{action.credit_account}"
    if action.job_id is not None:
        what += f" job {action.job_id}"
    if action.session_id is not None:
        what += f" session {action.session_id}"
    if action.signature is not None:
        typer.echo(f"{_NAMES[action.kind]} {action.credits:,} credits of {what}: {action.signature}")
    elif action.error is not None:
        tell(f"{what}: {action.error}")


def _data(action: KeeperAction) -> dict[str, Any]:
    return {
        "kind": action.kind,
        "credit_account": str(action.credit_account),
        "job_id": action.job_id,
        "session_id": action.session_id,
        "credits": action.credits,
        "signature": None if action.signature is None else str(action.signature),
        "error": None if action.error is None else str(action.error),
    }
