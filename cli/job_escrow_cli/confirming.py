"""`job-escrow keys confirm`: after a restore, what its operator knows and no chain: which keys were revoked since."""

import sqlite3
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from job_escrow_cli.failures import UsageError
from job_escrow_cli.indexing import explained
from job_escrow_cli.lazy_commands import Command
from job_escrow_cli.options import DATABASE, OutputFormat
from job_escrow_cli.output import Column, print_json, table, tell
from job_escrow_cli.settings import settings_of
from job_escrow_cli.times import moment

_BUSY_SECONDS = 30


def add_to(keys: typer.Typer) -> None:
    """Make it a command of the group."""
    keys.command(cls=Command)(confirm)


def confirm(
    context: typer.Context,
    revoke: Annotated[
        list[str] | None,
        typer.Option("--revoke", metavar="KEY_ID", help="A key that was revoked since the copy, or `all`. Repeatable."),
    ] = None,
    rest: Annotated[
        bool, typer.Option("--keep-the-rest", help="That was all: the other keys are on again, and jobs are locked.")
    ] = False,
    database: Annotated[
        Path, typer.Option("--database", metavar="FILE", help="The SQLite file of the server that was restored.")
    ] = DATABASE,
) -> None:
    """After a restore: list the keys that are off, revoke those that were revoked since, switch the others on.

    For the operator of a server, on the machine of its database; the server may be running.
    """
    from job_escrow_api.domain import books

    if not database.is_file():
        raise UsageError(f"there is no database {database}: name the server's with --database")
    settings = settings_of(context)
    with (
        explained(database),
        closing(sqlite3.connect(database, timeout=_BUSY_SECONDS, isolation_level=None)) as connection,
    ):
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'api_books'").fetchone():
            raise UsageError(f"{database} has no keys: it was never served by this release")
        connection.execute("BEGIN IMMEDIATE")
        reason = books.restored(connection)
        wanted = revoke or []
        if "all" in wanted:
            wanted = [each.id for each in books.held_keys(connection)]
        for key_id in wanted:
            if not books.revoke_held(connection, key_id):
                raise UsageError(f"no key {key_id} waits here: nothing was changed; job-escrow keys confirm lists them")
        left = books.held_keys(connection)
        if reason is not None and (rest or (wanted and not left)):
            books.confirm(connection, database)
        connection.execute("COMMIT")
    if settings.output is not OutputFormat.DISPLAY:
        confirmed = reason is not None and (rest or bool(wanted and not left))
        print_json(
            {"restored": reason, "confirmed": confirmed, "revoked": wanted, "keys": [asdict(each) for each in left]},
            settings.output,
        )
        return
    if reason is None:
        tell("there is nothing to confirm: the database was not restored, or its operator has confirmed it")
        return
    tell(f"{reason}.")
    for key_id in wanted:
        tell(f"key {key_id} is revoked")
    if left:
        columns = [Column("id"), Column("made"), Column("name"), Column("scopes", may_leave=True), Column("wallet")]
        rows = [(key.id, moment(key.created_at) or "", key.name, key.scopes, key.wallet) for key in left]
        table(columns, rows, color=settings.color)
    if rest or (wanted and not left):
        tell("confirmed: these keys are on again, and jobs are locked" if left else "confirmed: jobs are locked again")
    else:
        tell("these keys are off. Revoke those that were revoked since with --revoke KEY_ID; then --keep-the-rest")
