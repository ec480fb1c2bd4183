"""Every connection to SQLite is closed by whoever opened it, also where opening fails half way."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_indexer.queries import connect
from job_escrow_indexer.store.database import DatabaseFile, DatabaseTooNew
from job_escrow_localnet.ledger import Ledger, LedgerError

_opened: list[sqlite3.Connection] | None = None


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event == "sqlite3.connect/handle" and _opened is not None:
        (connection,) = arguments
        assert isinstance(connection, sqlite3.Connection)
        _opened.append(connection)


sys.addaudithook(_note)


@pytest.fixture
def opened() -> Iterator[list[sqlite3.Connection]]:
    """Every connection that this process opens during the test."""
    global _opened
    _opened = []
    yield _opened
    _opened = None


def _open_file(path: Path) -> None:
    with DatabaseFile(path):
        pass


def _open_api(path: Path) -> None:
    with closing(ApiDatabase(path)):
        pass


def _open_ledger(path: Path) -> None:
    with closing(Ledger(path.parent)):
        pass


def _open_query(path: Path) -> None:
    with closing(connect(path)):
        pass


OPENERS = pytest.mark.parametrize(
    ("name", "opener"),
    [
        ("index.sqlite", _open_file),
        ("index.sqlite", _open_api),
        ("index.sqlite", _open_query),
        ("ledger.sqlite", _open_ledger),
    ],
    ids=["writer", "API", "query", "ledger"],
)


@OPENERS
def test_what_was_opened_is_closed(
    tmp_path: Path, opened: list[sqlite3.Connection], name: str, opener: Callable[[Path], None]
) -> None:
    path = tmp_path / name
    if opener is _open_query:
        _open_file(path)
    opener(path)
    _assert_closed(opened)


@OPENERS
def test_a_file_that_is_no_database_is_closed(
    tmp_path: Path, opened: list[sqlite3.Connection], name: str, opener: Callable[[Path], None]
) -> None:
    path = tmp_path / name
    path.write_bytes(b"no database" * 1_000)
    with pytest.raises(sqlite3.DatabaseError):
        opener(path)
    _assert_closed(opened)


def test_a_schema_of_a_later_release_is_closed(tmp_path: Path, opened: list[sqlite3.Connection]) -> None:
    path = tmp_path / "index.sqlite"
    with DatabaseFile(path) as file, file.db.conn as writing:
        writing.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('job_escrow_indexer', '9999 later', '')"
        )
    for _ in range(2):  # Nor does the first keep it locked.
        with pytest.raises(DatabaseTooNew):
            DatabaseFile(path)
    _assert_closed(opened)


def test_a_ledger_of_another_version_is_closed(tmp_path: Path, opened: list[sqlite3.Connection]) -> None:
    _open_ledger(tmp_path / "ledger.sqlite")
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection:
        connection.execute("PRAGMA user_version = 99")
    for _ in range(2):
        with pytest.raises(LedgerError, match="version 99"):
            Ledger(tmp_path)
    _assert_closed(opened)


def _assert_closed(opened: list[sqlite3.Connection]) -> None:
    assert opened
    for connection in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.total_changes  # noqa: B018
