"""Looks at all that the server needs, and remembers it for a moment: asking often loads neither node nor disk."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import structlog
from job_escrow_indexer.source.rpc import Call, NodeUnavailable, Rpc

from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.duties import Duty
from job_escrow_api.domain.health.funds import Funds, funds_of, questions
from job_escrow_api.domain.health.parts import Part
from job_escrow_api.settings import ApiSettings

if TYPE_CHECKING:
    from job_escrow_indexer.indexer import Indexer
    from solders.pubkey import Pubkey

_CACHE_SECONDS = 2.0
_NODE_SECONDS = 3.0
_WRITE_SECONDS = 3.0
_LEAST_FREE_BYTES = 16 * 1024 * 1024

_log = structlog.get_logger(__name__)


class Monitor:
    """Readiness, part by part."""

    def __init__(
        self, settings: ApiSettings, database: ApiDatabase, rpc: Rpc, duties: Callable[[], Sequence[Duty]]
    ) -> None:
        self.indexer: Callable[[], Indexer | None] = lambda: None
        """The indexer of this process, where it has one."""
        self._settings = settings
        self._database = database
        self._rpc = rpc
        self._duties = duties
        self._found: tuple[float, list[Part]] | None = None
        self._looking: asyncio.Task[list[Part]] | None = None
        self._writing: asyncio.Task[None] | None = None

    async def parts(self) -> list[Part]:
        """All parts as they are now, or were a moment ago. One look serves all who ask."""
        if self._found is not None and time.monotonic() < self._found[0]:
            return self._found[1]
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        return await asyncio.shield(self._looking)

    async def close(self) -> None:
        """End a look that goes on, and wait for a write that does."""
        tasks = [task for task in (self._looking, self._writing) if task is not None]
        if self._looking is not None:
            self._looking.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _look(self) -> list[Part]:
        (node, slot, funds), database = await asyncio.gather(self._node(), self._write())
        parts = [*self._of_duties(), database, node, self._index(slot)]
        if self._settings.operator is not None:
            parts.append(self._operator(self._settings.operator.pubkey(), funds))
        self._found = (time.monotonic() + _CACHE_SECONDS, parts)
        return parts

    def _of_duties(self) -> list[Part]:
        return [_of_duty(duty) for duty in self._duties()]

    async def _write(self) -> Part:
        """Whether the database takes a write: a real one."""
        remedy = f"Look at the disk of {self._database.path.name} and at who else writes it; nothing is lost meanwhile."
        try:
            disk = os.statvfs(self._database.path.parent)
            free = disk.f_bavail * disk.f_frsize
            # One that waits is not joined by others.
            if self._writing is None or self._writing.done():
                self._writing = asyncio.create_task(self._database.write(_touch))
            async with asyncio.timeout(_WRITE_SECONDS):
                await asyncio.shield(self._writing)
        except TimeoutError:
            detail = f"A write takes longer than {_WRITE_SECONDS:.0f} s: somebody else holds the database."
            return Part(name="database", ok=False, detail=detail, remedy=remedy)
        except (OSError, sqlite3.Error) as error:
            _log.warning("the database cannot be written", error=str(error))
            return Part(name="database", ok=False, detail=f"It takes no write: {error}.", remedy=remedy)
        values = {"free_bytes": free}
        if free < _LEAST_FREE_BYTES:
            detail = f"The disk has {free:,} bytes left."
            return Part(name="database", ok=False, detail=detail, remedy="Make room on the disk.", values=values)
        return Part(name="database", ok=True, detail="It takes writes.", values=values)

    async def _node(self) -> tuple[Part, int | None, Funds | None]:
        """Whether the node answers, and for the chain of the database; its newest slot, and the operator's funds."""
        operator = self._settings.operator
        asked: list[Call] = [("getGenesisHash", []), ("getSlot", [{"commitment": "confirmed"}])]
        asked += [] if operator is None else questions(operator.pubkey())
        remedy = "Look at the node, or start the server with another one (--url)."
        try:
            async with asyncio.timeout(_NODE_SECONDS):
                genesis, slot, *rest = await self._rpc.answers(asked)
        except (TimeoutError, NodeUnavailable) as error:
            _log.warning("the node does not answer", error=str(error))
            part = Part(name="node", ok=False, detail="It does not answer as it should.", remedy=remedy)
            return part, None, None
        if not isinstance(genesis, str) or not isinstance(slot, int) or isinstance(slot, bool):
            return Part(name="node", ok=False, detail="It answers nonsense.", remedy=remedy), None, None
        row = self._progress()
        if row is not None and row["genesis_hash"] != genesis:
            detail = f"It is of the chain {genesis:.44}, the database of {row['genesis_hash']}."
            return Part(name="node", ok=False, detail=detail, remedy=remedy), None, None
        part = Part(name="node", ok=True, detail="It answers.", values={"slot": slot})
        return part, slot, None if operator is None else funds_of(rest)

    def _index(self, slot: int | None) -> Part:
        """How far the index is behind the chain."""
        remedy = "Wait while it reads; if it gets no nearer, look into the log of the indexer."
        indexer = self.indexer()
        trouble = None if indexer is None else indexer.degraded
        try:
            row = self._progress()
        except sqlite3.Error as error:
            return Part(name="index", ok=False, detail=f"It cannot be read: {error}.", remedy=remedy)
        if trouble is not None:
            detail = f"The indexer cannot follow the chain, and tries again: {trouble.kind}."
            return Part(name="index", ok=False, detail=detail, remedy="Look into the server's log, and at the node.")
        if row is None:
            return Part(name="index", ok=False, detail="Nothing was indexed yet.", remedy=remedy)
        values = {"slot": row["tip_slot"], "unread": row["unread"]}
        if slot is None:
            return Part(name="index", ok=True, detail="How old it is, only the node could say.", values=values)
        behind = max(0, slot - row["tip_slot"])
        values["slots_behind"] = behind
        if behind > self._settings.ready_slots:
            detail = f"It is {behind:,} slots behind the chain, more than {self._settings.ready_slots:,}."
            return Part(name="index", ok=False, detail=detail, remedy=remedy, values=values)
        detail = f"It is {behind:,} slots behind the chain."
        if row["unread"]:
            detail += f" {row['unread']:,} transactions could not be read: a newer release may."
        return Part(name="index", ok=True, detail=detail, values=values)

    def _operator(self, operator: "Pubkey", funds: Funds | None) -> Part:
        """For how many jobs the operator's SOL lasts."""
        if funds is None:
            return Part(name="operator", ok=True, detail="Its SOL is not known while the node does not say.")
        values = {"lamports": funds.lamports, "jobs": funds.jobs}
        detail = f"Its SOL pays for {funds.jobs:,} more jobs at once."
        if funds.jobs >= self._settings.ready_jobs:
            return Part(name="operator", ok=True, detail=detail, values=values)
        needed = funds.kept + self._settings.ready_jobs * funds.of_a_job - funds.lamports
        remedy = f"Send it at least {needed:,} lamports: {operator}."
        return Part(name="operator", ok=False, detail=detail, remedy=remedy, values=values)

    def _progress(self) -> sqlite3.Row | None:
        return self._database.one(
            "SELECT genesis_hash, tip_slot, (SELECT count(*) FROM unread) AS unread FROM progress"
        )


def _of_duty(duty: Duty) -> Part:
    if (trouble := duty.trouble) is not None:
        remedy = "Look into the server's log."
        return Part(name=duty.name, ok=False, detail=trouble, remedy=remedy, values=duty.values)
    return Part(name=duty.name, ok=True, detail=duty.remark, values=duty.values)


def _touch(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT OR REPLACE INTO api_health (id, at) VALUES (1, ?)", [int(time.time())])
