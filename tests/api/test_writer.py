"""The thread that writes: those who wait together share a transaction, and nothing else."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from job_escrow_api.domain.writer import Writer

Work = Callable[[sqlite3.Connection], int]


@contextmanager
def _opened(path: Path | str) -> Iterator[tuple[Writer, sqlite3.Connection, list[str]]]:
    """A writer, its connection, and the statements that it has run."""
    said: list[str] = []
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as connection:
        connection.executescript(
            """PRAGMA foreign_keys = ON;
               CREATE TABLE t (n INTEGER PRIMARY KEY) STRICT;
               CREATE TABLE later (n INTEGER REFERENCES t (n) DEFERRABLE INITIALLY DEFERRED) STRICT;
               CREATE TRIGGER ends BEFORE INSERT ON t WHEN NEW.n = 666 BEGIN SELECT RAISE(ROLLBACK, 'the end'); END;"""
        )
        connection.set_trace_callback(said.append)
        writer = Writer(connection)
        try:
            yield writer, connection, said
        finally:
            writer.close()


def _put(number: int) -> Work:
    def work(connection: sqlite3.Connection) -> int:
        connection.execute("INSERT INTO t VALUES (?)", (number,))
        return number

    return work


def _put_and_fail(number: int) -> Work:
    def work(connection: sqlite3.Connection) -> int:
        _put(number)(connection)
        raise LookupError(number)

    return work


def _refer_to_nothing(connection: sqlite3.Connection) -> int:
    return connection.execute("INSERT INTO later VALUES (?)", (-1,)).rowcount


async def _together(writer: Writer, works: list[Work]) -> list[Any]:
    """All of them wait while the first is being done."""
    begun, go_on = threading.Event(), threading.Event()

    def first(_: sqlite3.Connection) -> int:
        begun.set()
        go_on.wait()
        return 0

    waiting = [asyncio.ensure_future(writer.write(first))]
    await asyncio.to_thread(begun.wait)
    waiting += [asyncio.ensure_future(writer.write(each)) for each in works]
    await asyncio.sleep(0)
    go_on.set()
    return (await asyncio.gather(*waiting, return_exceptions=True))[1:]


def _numbers(connection: sqlite3.Connection) -> list[int]:
    return [number for (number,) in connection.execute("SELECT n FROM t ORDER BY n")]


def test_those_who_wait_share_one_transaction() -> None:
    with _opened(":memory:") as (writer, connection, said):
        found = asyncio.run(_together(writer, [_put(number) for number in range(50)]))
        assert (found, _numbers(connection)) == (list(range(50)), list(range(50)))
        assert said.count("COMMIT") == 2


@given(fails=st.lists(st.booleans(), min_size=1, max_size=12))
def test_one_that_raises_undoes_itself_alone(fails: list[bool]) -> None:
    with _opened(":memory:") as (writer, connection, _):
        works = [(_put_and_fail if each else _put)(number) for number, each in enumerate(fails)]
        found = asyncio.run(_together(writer, works))
        for number, (each, answer) in enumerate(zip(fails, found, strict=True)):
            assert isinstance(answer, LookupError) if each else answer == number
        assert _numbers(connection) == [number for number, each in enumerate(fails) if not each]


@pytest.mark.parametrize("ends", [_refer_to_nothing, _put(666)], ids=["at its commit", "by the database"])
def test_where_the_transaction_fails_all_are_told_and_nothing_is_there(ends: Work) -> None:
    with _opened(":memory:") as (writer, connection, _):
        found = asyncio.run(_together(writer, [_put(1), ends, _put(2)]))
        assert [type(each) for each in found] == [sqlite3.IntegrityError] * 3
        assert (_numbers(connection), connection.in_transaction) == ([], False)
        # The next one writes again.
        assert asyncio.run(writer.write(_put(3))) == 3


def test_nobody_is_answered_before_it_is_written(tmp_path: Path) -> None:
    async def story(writer: Writer) -> None:
        async def answered(number: int) -> None:
            await writer.write(_put(number))
            with closing(sqlite3.connect(tmp_path / "t.sqlite")) as other:
                assert number in _numbers(other)

        await asyncio.gather(*(answered(number) for number in range(100)))

    with _opened(tmp_path / "t.sqlite") as (writer, _, _):
        asyncio.run(story(writer))


def test_who_gives_up_before_its_turn_writes_nothing() -> None:
    async def story(writer: Writer) -> None:
        begun, go_on = threading.Event(), threading.Event()

        def first(_: sqlite3.Connection) -> None:
            begun.set()
            go_on.wait()

        holding = asyncio.ensure_future(writer.write(first))
        await asyncio.to_thread(begun.wait)
        given_up, kept = (asyncio.ensure_future(writer.write(_put(number))) for number in (1, 2))
        await asyncio.sleep(0)
        given_up.cancel()
        go_on.set()
        assert await kept == 2
        await holding

    with _opened(":memory:") as (writer, connection, _):
        asyncio.run(story(writer))
        assert _numbers(connection) == [2]


def test_what_waits_when_it_is_closed_is_written(tmp_path: Path) -> None:
    async def story(writer: Writer) -> None:
        waiting = [asyncio.ensure_future(writer.write(_put(number))) for number in range(20)]
        await asyncio.sleep(0)
        writer.close()
        assert await asyncio.gather(*waiting) == list(range(20))

    with _opened(tmp_path / "t.sqlite") as (writer, connection, _):
        asyncio.run(story(writer))
        assert _numbers(connection) == list(range(20))
