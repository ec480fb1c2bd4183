"""The count beside the database tells a restored one; what a power cut leaves behind must not look like a restore."""

import asyncio
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from job_escrow_api.domain.books import Books, restored
from job_escrow_api.domain.database import ApiDatabase

_NAME = "index.sqlite"
_taking: list[tuple[Path, Path]] = []
"""The folder whose files are copied at each step, and where to."""


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    """Copy where a file is opened or renamed."""
    if _taking and event in ("open", "os.rename") and _is_in(arguments[0], _taking[0][0]):
        _take()


def _is_in(file: object, folder: Path) -> bool:
    return isinstance(file, str | os.PathLike) and os.fspath(file).startswith(str(folder))


def _take() -> None:
    if _taking:
        folder, copies = _taking.pop()
        shutil.copytree(folder, copies / str(len(list(copies.iterdir()))))
        _taking.append((folder, copies))


sys.addaudithook(_hear)


@contextmanager
def _power_cuts(folder: Path, copies: Path) -> Iterator[None]:
    """What a cut at any step of the block would leave, each in a folder of `copies`."""
    copies.mkdir()
    _taking.append((folder, copies))
    try:
        yield
    finally:
        _taking.clear()


_KEY = """
    INSERT INTO api_keys (id, secret_sha256, platform, wallet, namespace, credit_account, name, scopes, project, member,
        nonce, created_at)
    VALUES ('key', randomblob(32), '', '', zeroblob(16), '', '', '', '', '', 'nonce', 0) ON CONFLICT DO NOTHING"""
"""Without a key nothing can be forgotten."""


def _trouble(folder: Path) -> str | None:
    """Why a server that starts on a folder believes that something was forgotten."""
    with _opened(folder) as database:
        asyncio.run(database.write(_make_key))
        asyncio.run(Books(database).begin())
        return restored(database.reader)


@contextmanager
def _opened(folder: Path) -> Iterator[ApiDatabase]:
    """With a copy before each statement that is written with."""
    with closing(ApiDatabase(folder / _NAME)) as database:
        asyncio.run(database.write(lambda connection: connection.set_trace_callback(lambda _: _take())))
        yield database
        asyncio.run(database.write(lambda connection: connection.set_trace_callback(None)))


def _make_key(connection: sqlite3.Connection) -> None:
    connection.execute(_KEY)


def _note(folder: Path, times: int = 1) -> None:
    with _opened(folder) as database:

        async def work() -> None:
            await database.write(_make_key)
            books = Books(database)
            await books.begin()
            await asyncio.gather(*(books.note() for _ in range(times)))

        asyncio.run(work())


def test_a_power_cut_while_a_change_is_counted_is_no_restore(tmp_path: Path) -> None:
    folder, copies = tmp_path / "here", tmp_path / "copies"
    _note(folder)
    with _power_cuts(folder, copies):
        _note(folder, times=3)
    left = sorted(copies.iterdir())
    assert len(left) >= 9
    for copy in left:
        assert _trouble(copy) is None, copy


def test_a_power_cut_at_the_first_start_is_no_restore(tmp_path: Path) -> None:
    folder, copies = tmp_path / "here", tmp_path / "copies"
    folder.mkdir()
    with _power_cuts(folder, copies):
        assert _trouble(folder) is None
    assert len(list(copies.iterdir())) >= 3
    for copy in copies.iterdir():
        assert _trouble(copy) is None, copy


def test_a_change_that_was_answered_is_missed_in_an_older_copy(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    _note(folder)
    older = (folder / _NAME).read_bytes()
    _note(folder)
    (folder / _NAME).write_bytes(older)
    assert "older than it was" in str(_trouble(folder))


def test_what_a_cut_kept_from_being_told_is_told_at_the_next_start(tmp_path: Path) -> None:
    """The copy of before the cut is an old one from then on."""
    folder = tmp_path / "here"
    _note(folder)
    older = (folder / _NAME).read_bytes()
    witness = folder / f"{_NAME}.changes"
    told = witness.read_bytes()
    _note(folder)
    witness.write_bytes(told)
    assert _trouble(folder) is None
    (folder / _NAME).write_bytes(older)
    assert "older than it was" in str(_trouble(folder))
