"""Where reports are asked for: in threads, since one may read much, and an account has one of them at a time."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from job_escrow_indexer.queries import NotIndexed, View, connect, snapshot

from job_escrow_api.domain.chain_clock import ChainClock
from job_escrow_api.domain.index_reads import not_indexed
from job_escrow_api.domain.keyed_lock import KeyedLock
from job_escrow_api.domain.places import Places
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.reports.export import begun, exported

_MOST_EXPORTS_OF_AN_ACCOUNT = 2
_MOST_EXPORTS = 32
# Behind a question wait the account's others, and its snapshot keeps the database's log from shrinking.
_MOST_SECONDS = 60.0
_STEPS = 100_000
Answer = TypeVar("Answer")


class ReportDesk:
    """Reports over the index."""

    def __init__(self, database: Path, clock: ChainClock, most_seconds: float = _MOST_SECONDS) -> None:
        """Take the index, the chain's clock, and how many seconds a question may take."""
        self._database = database
        self._most_seconds = most_seconds
        self._clock = clock
        self._locks = KeyedLock()
        self._exports = Places(of_a_name=_MOST_EXPORTS_OF_AN_ACCOUNT, in_all=_MOST_EXPORTS)

    async def ask(self, whose: str, question: Callable[[View], Answer]) -> Answer:
        """What a question gives, asked of one moment of the index; one at a time for each account or platform.

        Raises Refusal.
        """
        async with self._locks.of(whose):
            return await asyncio.to_thread(_ask, self._database, question, self._clock.last_known(), self._most_seconds)

    async def export(self, whose: str, parts_of: Callable[[View], Iterator[bytes]]) -> AsyncGenerator[bytes, None]:
        """A file's parts, made of one moment; what is refused is refused before the first. Raises Refusal.

        `whose` is the account or platform that it counts for: each has few at a time.
        """
        parts = exported(self._database, whose, parts_of, self._exports)
        with _explained():
            return await begun(parts)


def _ask(database: Path, question: Callable[[View], Answer], now: int | None, most_seconds: float) -> Answer:
    connection = connect(database)
    end = time.monotonic() + most_seconds
    connection.set_progress_handler(lambda: time.monotonic() >= end, _STEPS)
    try:
        with _explained(), snapshot(connection, now=now) as view:
            return question(view)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        detail = f"It takes longer than {most_seconds:g} seconds: ask for a shorter time."
        raise Refusal(Kinds.INVALID_REQUEST, detail) from error
    finally:
        connection.close()


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except NotIndexed as error:
        raise not_indexed(error) from error
    except ValueError as error:
        raise Refusal(Kinds.INVALID_REQUEST, str(error)) from error
