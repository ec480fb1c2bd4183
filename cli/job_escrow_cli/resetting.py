"""`job-escrow index reset`: the mirror is begun anew, and what no chain has stays."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from job_escrow_cli.failures import Declined, UsageError
from job_escrow_cli.output import show, warn
from job_escrow_cli.settings import Settings

if TYPE_CHECKING:
    from job_escrow_indexer.store.reset import Keep


def reset_mirror(settings: Settings, database: Path) -> None:
    """Ask, and empty the mirror. Raises Declined, UsageError, and what `reset` raises."""
    from job_escrow_indexer.store.reset import reset

    if not database.is_file():
        raise UsageError(f"there is no database {database}: name one with --database")
    _confirmed(settings, database)
    unreadable: list[int] = []
    reset(database, keep=_news(unreadable) if _is_served(database) else None)
    if unreadable and unreadable[0]:
        warn(f"{unreadable[0]} events that could not be read make no webhook message")
    text = (
        f"the mirror in {database} is empty; API keys, webhooks and jobs are as they were. "
        "job-escrow index, or serve, reads the chain anew"
    )
    show(settings, {"reset": str(database)}, text)


def _confirmed(settings: Settings, database: Path) -> None:
    if settings.yes:
        return
    question = f"forget what was read of the chain into {database}? A node must have all of it still"
    if not sys.stdin.isatty():
        raise UsageError(
            f"{question}, and there is nobody to ask here: add --yes; job-escrow index backup keeps a copy"
        )
    if not typer.confirm(question, err=True):
        raise Declined("nothing was changed")


def _is_served(database: Path) -> bool:
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'api_books'").fetchone() is not None


def _news(unreadable: list[int]) -> "Keep":
    """What the account API does first: its tables as this release has them, and messages of all that has happened."""
    import sqlite_utils
    from job_escrow_api.domain.schema import migrations
    from job_escrow_api.domain.webhooks import outbox

    def keep(connection: sqlite3.Connection) -> None:
        migrations.apply(sqlite_utils.Database(connection))
        unreadable.append(outbox.empty(connection))

    return keep
