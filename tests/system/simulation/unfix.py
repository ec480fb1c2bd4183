"""Taking a mend out again, inside a process of the simulation: what it then finds shows that it would find the fault.

These are changes of the running code and not patches of the sources, which every edit nearby would break: one whose
place is gone fails where it is applied.
"""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from job_escrow_api.domain import books
from job_escrow_api.domain.binding import BoundChain
from job_escrow_api.domain.books import Books
from job_escrow_api.domain.chain_clock import ChainClock
from job_escrow_api.domain.jobs.adoption import Adoption
from job_escrow_api.domain.jobs.service import JobService
from job_escrow_api.domain.jobs.store import JobRow
from job_escrow_indexer.indexer import Indexer
from job_escrow_indexer.source import node
from job_escrow_indexer.source.node import NotThere
from job_escrow_indexer.source.rpc import NodeUnavailable, RpcError
from job_escrow_indexer.transaction import UnknownTransactionVersion


@dataclass(frozen=True, kw_only=True)
class Unfix:
    """How a mend is taken out, in which kinds of trouble that matters, and what is told of it then, one or another."""

    apply: Callable[[], None]
    troubles: tuple[str, ...]
    told: tuple[str, ...]

    def is_told(self, wrongs: Iterable[str]) -> bool:
        """Whether what is wrong shows that the mend is out."""
        return any(told in wrong for wrong in wrongs for told in self.told)


def _sweep_by_the_wall_clock() -> None:
    """Jobs are refunded as the operator, once this machine's clock has passed their deadline."""

    async def read(_: ChainClock) -> int:
        return int(time.time())

    async def refund(self: JobService, row: JobRow) -> None:
        signer = self._settings.operator
        assert signer is not None
        await self._refund(self._escrow.operator(signer, self._settings.platform).refund, row)

    _replace(ChainClock, "read", read)
    _replace(JobService, "_refund_timed_out", refund)


def _believe_a_restored_database() -> None:
    """What a copy does not know has not happened."""

    async def nothing(*_: object) -> None:
        pass

    async def never(*_: object) -> bool:
        return False

    _replace(Books, "begin", nothing)
    _replace(books, "restored", lambda _: None)
    _replace(Adoption, "know_all", nothing)
    _replace(Adoption, "look_at_the_index", nothing)
    _replace(Adoption, "by_address", never)


def _serve_any_chain() -> None:
    """Whatever chain the node is of, jobs are locked there."""

    async def answer(self: BoundChain, request: Any) -> Any:
        return await self._chain.answer(request)

    async def nothing(*_: object) -> None:
        pass

    _replace(BoundChain, "answer", answer)
    _replace(BoundChain, "check", nothing)


def _end_with_the_indexer() -> None:
    """What is no passing trouble ends the indexer, and the server with it."""

    async def tried(_: Indexer, __: str, work: Callable[[], Awaitable[None]], ___: object) -> bool:
        try:
            await work()
        except (NodeUnavailable, RpcError, NotThere, sqlite3.OperationalError):
            await asyncio.sleep(0.1)
            return False
        return True

    _replace(Indexer, "_tried", tried)


def _read_no_version_1() -> None:
    """A transaction of version 1 is one of a version to come, and one that nobody passes over."""
    told = node.Node.transactions

    async def transactions(*arguments: Any) -> Any:
        found, unreadable = await told(*arguments)
        if unreadable:
            raise UnknownTransactionVersion(unreadable[0].reason)
        return found, unreadable

    _replace(node, "SUPPORTED_VERSION", 0)
    _replace(node.Node, "transactions", transactions)
    _end_with_the_indexer()


def _replace(place: object, name: str, by: object) -> None:
    assert hasattr(place, name), f"{place} has no {name} any more: this takes nothing out"
    setattr(place, name, by)


UNFIX: dict[str, Unfix] = {
    "the sweep by the wall clock": Unfix(
        apply=_sweep_by_the_wall_clock,
        troubles=("a_day_ahead_while_a_job_runs",),
        told=("before its deadline, and nobody asked for it",),
    ),
    "a restored database is believed": Unfix(
        apply=_believe_a_restored_database,
        troubles=("backup_is_restored",),
        # A job that is forgotten is locked once more, or can no longer be settled.
        told=("was locked 2 times", "though its deadline is far away"),
    ),
    "any chain is served": Unfix(
        apply=_serve_any_chain,
        troubles=("served_on_another_cluster", "node_is_of_another_cluster"),
        told=("on another cluster",),
    ),
    "a server ends with its indexer": Unfix(
        apply=_end_with_the_indexer, troubles=("node_lists_nothing", "node_talks_nonsense"), told=("ended by itself",)
    ),
    "version 1 is not read": Unfix(
        apply=_read_no_version_1, troubles=("transaction_of_version_1",), told=("ended by itself",)
    ),
}
"""By what is wrong again."""
