"""Where reports are asked for: in threads, since one may read much, and an account has one of them at a time."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from job_escrow_indexer.queries import NotIndexed, View, connect, snapshot

from job_escrow_api.domain.chain_clock import ChainClock
from job_escrow_api.domain.keyed_lock import KeyedLock
from job_escrow_api.domain.places import Places
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.reports.export import begun, exported

_MOST_EXPORTS_OF_AN_ACCOUNT = 2
_MOST_EXPORTS = 32
Answer = TypeVar("Answer")


class ReportDesk:
    """Reports over the index."""

    def __init__(self, database: Path, clock: ChainClock) -> None:
        self._database = database
        self._clock = clock
        self._locks = KeyedLock()
        self._exports = Places(of_a_name=_MOST_EXPORTS_OF_AN_ACCOUNT, in_all=_MOST_EXPORTS)

    async def ask(self, whose: str, question: Callable[[View], Answer]) -> Answer:
        """What a question gives, asked of one moment of the index; one at a time for each account or platform.

        Raises Refusal.
        """
        async with self._locks.of(whose):
            with _explained():
                return await asyncio.to_thread(_ask, self._database, question, self._clock.last_known())

    async def export(self, whose: str, parts_of: Callable[[View], Iterator[bytes]]) -> AsyncGenerator[bytes, None]:
        """A file's parts, made of one moment; what is refused is refused before the first. Raises Refusal.

        `whose` is the account or platform that it counts for: each has few at a time.
        """
        parts = exported(self._database, whose, parts_of, self._exports)
        with _explained():
            return await begun(parts)


def _ask(database: Path, question: Callable[[View], Answer], now: int | None) -> Answer:
    connection = connect(database)
    try:
        with snapshot(connection, now=now) as view:
            return question(view)
    finally:
        connection.close()


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except NotIndexed as error:
        raise Refusal(Kinds.NOT_FOUND, "The index has nothing about this account yet.") from error
    except ValueError as error:
        raise Refusal(Kinds.INVALID_REQUEST, str(error)) from error
