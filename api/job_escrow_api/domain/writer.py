"""The thread that writes: what waits for it together shares one transaction, and one wait for the disk.

Each piece of work is in a savepoint of its own, so that one that raises undoes itself alone. Nobody is answered before
all of it is on the disk. Where the transaction itself fails, as on a full disk, all who shared it are told.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

_MOST_TOGETHER = 128
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class _Work:
    run: Callable[[sqlite3.Connection], Any]
    answer: "asyncio.Future[Any]"


@dataclass(frozen=True)
class _Failed:
    """What a piece of work raised, and undid."""

    error: BaseException


class Writer:
    """Runs work in the order in which it comes. It has the connection to itself, which somebody else closes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="api-writer")
        self._waiting: deque[_Work] = deque()

    async def write(self, work: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Run it in a transaction that nobody else writes beside; it is undone where it raises."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Work(work, answer))
        self._thread.submit(self._write_what_waits)
        return await answer

    async def alone(self, work: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Run it between two transactions."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._connection)

    def close(self) -> None:
        """Finish what waits."""
        self._thread.shutdown()

    def _write_what_waits(self) -> None:
        works = [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_TOGETHER))]
        # Whoever gave up before its turn wants nothing written; others may have written what came after it.
        works = [each for each in works if not each.answer.cancelled()]
        if not works:
            return
        try:
            found = self._in_transaction([each.run for each in works])
        except BaseException as error:
            found = [_Failed(error)] * len(works)
        works[0].answer.get_loop().call_soon_threadsafe(_tell, works, found)

    def _in_transaction(self, works: list[Callable[[sqlite3.Connection], Any]]) -> list[Any]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            found = [self._run(each) for each in works]
            self._connection.execute("COMMIT")
        except BaseException:
            # Nothing, where a full disk has ended the transaction already; a commit that failed may leave it open.
            self._connection.rollback()
            raise
        return found

    def _run(self, work: Callable[[sqlite3.Connection], Any]) -> Any:  # noqa: ANN401  (each work's own)
        self._connection.execute("SAVEPOINT work")
        try:
            answer = work(self._connection)
        except BaseException as error:
            if not self._connection.in_transaction:
                # The database has ended it for everybody.
                raise
            self._connection.execute("ROLLBACK TO work")
            answer = _Failed(error)
        self._connection.execute("RELEASE work")
        return answer


def _tell(works: list[_Work], found: list[Any]) -> None:
    for work, answer in zip(works, found, strict=True):
        if work.answer.cancelled():
            continue
        if isinstance(answer, _Failed):
            work.answer.set_exception(answer.error)
        else:
            work.answer.set_result(answer)
