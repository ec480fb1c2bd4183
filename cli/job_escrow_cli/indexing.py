"""`job-escrow index`: runs the indexer, verifies its database, copies it while it runs, and begins it anew."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from job_escrow_indexer.settings import Limits
from job_escrow_indexer.settings import Settings as IndexerSettings

from job_escrow_cli.databases import usable
from job_escrow_cli.failures import UsageError
from job_escrow_cli.kinds import measure_option, whole_option
from job_escrow_cli.lazy_commands import Command, Group
from job_escrow_cli.options import DATABASE
from job_escrow_cli.output import facts, show, tell
from job_escrow_cli.settings import Settings, settings_of

if TYPE_CHECKING:
    from job_escrow_indexer.indexer import Indexer

Database = Annotated[Path, typer.Option("--database", metavar="FILE", help="The indexer's SQLite file.")]
OwnDatabase = Annotated[
    Path | None, typer.Option("--database", metavar="FILE", help="The indexer's SQLite file; may stand before, too.")
]

app = typer.Typer(
    help="Mirror the chain into a database: run, verify, backup, reset.",
    cls=Group,
    invoke_without_command=True,
    rich_markup_mode=None,
    add_completion=False,
)


@app.callback()
def index(
    context: typer.Context,
    database: Database = DATABASE,
    from_slot: Annotated[
        int, whole_option("--from-slot", metavar="SLOT", help="Where a new mirror begins; 0: everything.")
    ] = IndexerSettings.from_slot,
    rate: Annotated[
        float, measure_option("--rate", least="1", metavar="N", help="Requests per second to the node.")
    ] = Limits.requests_per_second,
    concurrent: Annotated[
        int, whole_option("--concurrent", least=1, metavar="N", help="Requests at once.")
    ] = Limits.concurrent,
    batch: Annotated[
        int, whole_option("--batch", least=1, metavar="N", help="Questions in one request.")
    ] = Limits.batch,
    websocket: Annotated[
        str | None, typer.Option("--ws", metavar="URL", help="The node's WebSocket, where it is not beside the node.")
    ] = None,
    reconcile_minutes: Annotated[
        float,
        measure_option("--reconcile-minutes", least="0.1", metavar="N", help="How often rows and chain are compared."),
    ] = IndexerSettings.reconcile_seconds / 60,
    metrics_port: Annotated[
        int | None,
        whole_option("--metrics-port", most=65535, metavar="PORT", help="Serve /metrics and /health there."),
    ] = None,
    metrics_host: Annotated[
        str, typer.Option("--metrics-host", metavar="HOST", help="And on this address.")
    ] = "127.0.0.1",
    log_format: Annotated[
        str | None,
        typer.Option("--log-format", metavar="FORMAT", help="console or json; json where it is no terminal."),
    ] = None,
    log_level: Annotated[
        str, typer.Option("--log-level", metavar="LEVEL", help="debug, info, warning, error.")
    ] = "info",
) -> None:
    """Follow the chain into a database until SIGTERM or Ctrl-C. A killed indexer goes on where it was."""
    if context.invoked_subcommand is not None:
        return
    import asyncio

    settings = settings_of(context)
    _set_up_logs(log_format, log_level)
    wanted = _wanted(settings, database, rate, concurrent, batch, from_slot, websocket, reconcile_minutes * 60)
    with explained(database):
        asyncio.run(_run(wanted, metrics_host, metrics_port))
    tell(f"stopped; {database} is whole, and the next run goes on from there")


async def _run(wanted: "IndexerSettings", host: str, port: int | None) -> None:
    import asyncio
    import signal
    from contextlib import ExitStack

    from job_escrow_indexer.indexer import run
    from job_escrow_indexer.monitoring.backfill import report_backfill
    from job_escrow_indexer.monitoring.endpoint import endpoint
    from job_escrow_indexer.monitoring.metrics import Watch

    stop, tasks = asyncio.Event(), []
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    with ExitStack() as stack:

        def ready(indexer: "Indexer") -> None:
            tell(f"indexing into {wanted.database}")
            tasks.append(asyncio.create_task(report_backfill(indexer)))
            if port is not None:
                try:
                    address = stack.enter_context(endpoint(Watch(indexer), host, port))
                except OSError as error:
                    raise UsageError(
                        f"port {port} of {host} cannot be listened on ({error.strerror or error}): "
                        "stop what uses it, or choose another with --metrics-port"
                    ) from error
                tell(f"metrics {address}/metrics")

        try:
            await run(wanted, stop, ready=ready)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@app.command(cls=Command)
def verify(
    context: typer.Context,
    database: OwnDatabase = None,
) -> None:
    """Compare the database with the chain, heal what differs, and say so. The indexer must not be running.

    Exit code 1 where anything was wrong; plain transfers into vaults are not.
    """
    import asyncio

    settings = settings_of(context)
    _set_up_logs(None, "warning")
    wanted = _wanted(settings, _database(context, database), 50.0, 4, 25, 0, None, 3600.0)
    with explained(wanted.database):
        report = asyncio.run(_verify(wanted))
    data = {
        "slot": report.slot,
        "accounts": report.accounts,
        "vaults": report.vaults,
        "differences": [asdict(one) for one in report.differences],
        "undecodable": report.undecodable,
        "not_compared": report.restless,
    }
    lines = facts(
        {
            "compared": f"{report.accounts:,} accounts and {report.vaults:,} vaults at slot {report.slot}",
            "wrong, healed": f"{len(report.wrong):,}",
            "transfers seen": f"{len(report.differences) - len(report.wrong):,}",
            "unreadable": f"{len(report.undecodable):,}" if report.undecodable else None,
            "not compared": f"{len(report.restless):,}, since they changed all the time" if report.restless else None,
        }
    )
    shown = [f"  {one.kind} {one.address} {one.field}: {one.stored} -> {one.on_chain}" for one in report.differences]
    show(settings, data, [*lines, *shown])
    if report.wrong or report.undecodable:
        raise typer.Exit(1)


async def _verify(wanted: "IndexerSettings"):  # type: ignore[no-untyped-def]  # noqa: ANN202
    from job_escrow_indexer.indexer import Indexer
    from job_escrow_indexer.source.rpc import Rpc
    from job_escrow_indexer.store.database import DatabaseFile

    with DatabaseFile(wanted.database) as file:
        async with Rpc(wanted.url, wanted.limits, wanted.patience) as rpc:
            return await Indexer(wanted, file, rpc).reconciler.run()


@app.command(cls=Command)
def backup(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.")],
    database: OwnDatabase = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Copy the database while the indexer runs: all of it as of one moment, or nothing.

    The key of webhooks' secrets, FILE.webhook-key beside the database, is not in it: keep that too.
    """
    from job_escrow_indexer.monitoring.backup import back_up
    from job_escrow_indexer.store.copies import webhook_key_file

    source = _database(context, database)
    with explained(source):
        size = back_up(source, target, replace=force)
    settings = settings_of(context)
    show(settings, {"backup": str(target), "bytes": size}, f"{target}: {size:,} bytes")
    if (key := webhook_key_file(source)).exists():
        tell(f"keep {key} too, apart from the copy, which cannot sign webhooks without it")


@app.command(cls=Command)
def reset(
    context: typer.Context,
    database: OwnDatabase = None,
) -> None:
    """Forget what was read of the chain, and keep API keys, webhooks and jobs. The next run reads the chain anew.

    For a mirror that is damaged, has gaps or began too late; the indexer must not be running. What nodes do not have
    any more is gone: make a copy first with `job-escrow index backup`.
    """
    from job_escrow_cli.resetting import reset_mirror

    source = _database(context, database)
    with explained(source):
        reset_mirror(settings_of(context), source)


def _database(context: typer.Context, own: Path | None) -> Path:
    """The file that was named behind the command, or before it."""
    before: Path = DATABASE if context.parent is None else context.parent.params["database"]
    return before if own is None else own


def _wanted(
    settings: Settings,
    database: Path,
    rate: float,
    concurrent: int,
    batch: int,
    from_slot: int,
    websocket: str | None,
    reconcile_seconds: float,
) -> "IndexerSettings":

    return IndexerSettings(
        url=settings.url.value,
        database=database,
        websocket=websocket,
        from_slot=from_slot,
        limits=Limits(requests_per_second=rate, concurrent=concurrent, batch=batch),
        reconcile_seconds=reconcile_seconds,
    )


def _set_up_logs(style: str | None, level: str) -> None:
    from job_escrow.urls import without_secrets
    from job_escrow_indexer.monitoring.logs import set_up_logs

    chosen = style or ("console" if sys.stderr.isatty() else "json")
    if chosen not in ("console", "json"):
        raise UsageError(f"{style!r} is not a format of logs: use console or json")
    if level not in ("debug", "info", "warning", "error"):
        raise UsageError(f"{level!r} is not a level of logs: use debug, info, warning or error")
    set_up_logs("json" if chosen == "json" else "console", level, clean=without_secrets)


@contextmanager
def explained(database: Path) -> Iterator[None]:
    """What stops the indexer, as errors that the command line knows."""
    from job_escrow.chain.requests import WrongChain
    from job_escrow.errors import ChainError, EscrowError
    from job_escrow_indexer.follow import HistoryMissing, NotBegun
    from job_escrow_indexer.source.node import NotThere
    from job_escrow_indexer.source.rpc import NodeUnavailable, RpcError
    from job_escrow_indexer.store.binding import WrongCluster
    from job_escrow_indexer.store.database import DatabaseTooNew
    from job_escrow_indexer.store.holding import DatabaseInUse
    from job_escrow_indexer.transaction import MalformedAnswer

    try:
        with usable(database):
            yield
    except (
        DatabaseInUse,
        DatabaseTooNew,
        WrongCluster,
        WrongChain,
        NotBegun,
        HistoryMissing,
    ) as stopped:
        raise EscrowError(str(stopped)) from stopped
    except NodeUnavailable as away:
        raise ChainError(f"{away}: check --url and the network") from away
    except (RpcError, NotThere, MalformedAnswer) as refused:
        raise ChainError(str(refused)) from refused
