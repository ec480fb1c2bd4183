"""After a restore: what was sent before it, and is in no row any more, may still land.

Its request would be locked a second time if it were repeated before that. So nothing is locked until so many blocks
have passed since the restore was noticed that no blockhash of before is valid any more.
"""

import math
import sqlite3

from job_escrow.chain.requests import GetBlockHeight
from job_escrow.slots import SLOT_SECONDS

from job_escrow_api.domain.binding import BoundChain
from job_escrow_api.domain.chain_access import LANDING_BLOCKS
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.problems import Kinds, Refusal

_NOT_BEGUN = -1


class Landing:
    """The blocks after a restore in which nothing is locked: `api_books.lands_until` has the last one's height.

    It is NULL where there was no restore, and -1 from when one is noticed until the chain is asked for its height.
    """

    def __init__(self, database: ApiDatabase, chain: BoundChain) -> None:
        self._database = database
        self._chain = chain

    async def begin(self) -> None:
        """Count from now where nobody has begun to: the earlier, the sooner it is over. Raises ChainError."""
        if self._until() == _NOT_BEGUN:
            await self._count(await self._height())

    async def require_over(self) -> None:
        """Raises Refusal while something may land, with the seconds that this takes about, and ChainError."""
        until = self._until()
        if until is None:
            return
        height = await self._height()
        if until == _NOT_BEGUN:
            until = await self._count(height)
        if height <= until:
            seconds = math.ceil((until - height + 1) * SLOT_SECONDS)
            detail = (
                "The database was restored, and what was sent before may still land: nothing is locked for about "
                f"{seconds} s."
            )
            raise Refusal(Kinds.UNAVAILABLE, detail, headers={"Retry-After": str(seconds)})
        await self._database.write(_end, until)

    def _until(self) -> int | None:
        row = self._database.one("SELECT lands_until FROM api_books")
        return None if row is None else row["lands_until"]

    async def _height(self) -> int:
        height = await self._chain.answer(GetBlockHeight())
        # Of another chain's node, it says nothing.
        await self._chain.check()
        return height

    async def _count(self, height: int) -> int:
        return await self._database.write(_begin, height + LANDING_BLOCKS)


def _begin(connection: sqlite3.Connection, until: int) -> int:
    connection.execute("UPDATE api_books SET lands_until = ? WHERE lands_until = ?", (until, _NOT_BEGUN))
    return until


def _end(connection: sqlite3.Connection, until: int) -> None:
    """Unless another restore was noticed meanwhile."""
    connection.execute("UPDATE api_books SET lands_until = NULL WHERE lands_until = ?", (until,))
