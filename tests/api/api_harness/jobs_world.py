"""A server's jobs without the server: on the machine itself, whose time stands still unless a test lets it pass."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from escrow_harness.stage import LIMITS, Stage, set_stage
from job_escrow import Escrow
from job_escrow.chain import Chain, Request
from job_escrow.chain.requests import Answer, GetGenesisHash, GetUnixTime, Pause, Send
from job_escrow.codec import PROGRAM_ID
from job_escrow.escrow import AsyncEscrow
from job_escrow.testing.embedded import embedded_chain
from job_escrow_api.domain import books
from job_escrow_api.domain.binding import BoundChain
from job_escrow_api.domain.books import Books
from job_escrow_api.domain.chain_access import LANDING_BLOCKS, ChainAccess, CurrentPlatform
from job_escrow_api.domain.chain_clock import ChainClock
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.jobs.adoption import Adoption
from job_escrow_api.domain.jobs.paces import JobPaces
from job_escrow_api.domain.jobs.quotes import Quotes
from job_escrow_api.domain.jobs.requests import LockRequest, SettleRequest
from job_escrow_api.domain.jobs.service import JobService
from job_escrow_api.domain.jobs.store import JobRow, JobStore
from job_escrow_api.domain.keys.store import Key, KeyStore
from job_escrow_api.domain.keys.terms import KeyTerms, Scope
from job_escrow_api.settings import ApiSettings
from job_escrow_indexer.source.rpc import Rpc

if TYPE_CHECKING:
    from job_escrow.testing.litesvm import LiteSvmChain
    from solders.transaction import VersionedTransaction


_NO_NODE = "http://127.0.0.1:9"
"""Where the operator's SOL is asked for, which is only looked at where it does not suffice."""


class Node:
    """An asynchronous chain over the machine, whose time stands still unless a test lets it pass."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.holds = False
        """Whether what is sent waits, as in a node's queue, instead of landing."""
        self.held: list[VersionedTransaction] = []
        self.sent = asyncio.Event()
        self.ahead = 0
        """Seconds by which it lies about the time."""
        self.before: Callable[[Request[Any]], Awaitable[None]] | None = None
        """What happens before it answers."""

    async def answer(self, request: Request[Answer]) -> Answer:
        if self.before is not None:
            await self.before(request)
        if isinstance(request, Send) and self.holds:
            self.held.append(request.transaction)
            self.sent.set()
            return cast("Answer", None)
        if isinstance(request, Pause):
            await asyncio.sleep(0)
            return cast("Answer", None)
        if isinstance(request, GetGenesisHash):
            # The machine begins without a block.
            return cast("Answer", "the machine")
        answer = self.chain.answer(request)
        return cast("Answer", answer + self.ahead) if isinstance(request, GetUnixTime) else answer  # type: ignore[operator]

    async def close(self) -> None:
        """There is no connection."""

    def pass_time(self, seconds: float) -> None:
        self.chain.answer(Pause(seconds))

    def pass_blocks(self, blocks: int) -> None:
        """Let blocks pass, and no time."""
        machine = cast("LiteSvmChain", self.chain).svm
        machine.warp_to_slot(machine.get_clock().slot + blocks)

    def deliver(self) -> None:
        """What was held back reaches a leader. Raises ChainError where it comes too late."""
        self.chain.answer(Send(self.held[-1]))


@dataclass
class World:
    """A server's jobs, without the server."""

    stage: Stage
    node: Node
    store: JobStore
    jobs: JobService
    operator: Key
    customer: str
    database: Path

    async def lock(self, *, seconds: int = 60, name: str = "job") -> JobRow:
        request = LockRequest(customer_key=self.customer, tier="pro", max_units=500, seconds=seconds)
        return await self.jobs.lock(self.operator, name, request)

    async def settle(self, row: JobRow) -> JobRow:
        return await self.jobs.settle(self.operator, row.address, SettleRequest(units=1))

    def open_jobs(self) -> int:
        account = self.stage.alice.account()
        assert account is not None
        return account.open_jobs

    def confirm(self) -> None:
        """As the operator does after a restore, when nothing of before can land any more."""
        self.node.pass_blocks(LANDING_BLOCKS + 1)
        with closing(sqlite3.connect(self.database, isolation_level=None)) as connection:
            books.confirm(connection, self.database)

    async def killed_while_sending(self, *, seconds: int = 60, name: str = "job") -> JobRow:
        """A lock that was sent, is held back on its way, and that nobody awaits any more."""
        self.node.holds = True
        self.node.sent.clear()
        locking = asyncio.create_task(self.lock(seconds=seconds, name=name))
        sent = asyncio.create_task(self.node.sent.wait())
        await asyncio.wait({locking, sent}, return_when=asyncio.FIRST_COMPLETED)
        assert not locking.done(), locking
        locking.cancel()
        await asyncio.gather(locking, return_exceptions=True)
        self.node.holds = False
        row = self.store.by_idempotency_key(self.operator.wallet, name)
        assert row is not None
        return row


@asynccontextmanager
async def world_of(folder: Path) -> AsyncIterator[World]:
    chain = embedded_chain()
    stage = set_stage(Escrow(chain))
    stage.escrow.create_platform(stage.cast.admin, stage.terms)
    stage.alice.open(LIMITS, buy=1_000)
    node = Node(chain)
    settings = ApiSettings(
        database=folder / "index.sqlite",
        rpc_url="",
        platform=stage.platform,
        public_url="https://a.example",
        operator=stage.cast.operator,
    )
    database = ApiDatabase(settings.database)

    chain_of_books = BoundChain(lambda: node, database, str(PROGRAM_ID), look_seconds=5.0)
    escrow = AsyncEscrow(chain_of_books)
    kept, rpc = Books(database), Rpc(_NO_NODE)
    try:
        keys, store = KeyStore(database, stage.platform, kept), JobStore(database, stage.platform)
        alice, operator = (str(key.pubkey()) for key in (stage.cast.alice, stage.cast.operator))
        terms = KeyTerms(wallet=alice, name="k")
        token, _ = await keys.create(terms, bytes(16), stage.alice.address, "1")
        terms = KeyTerms(wallet=operator, name="o", scopes=[Scope.OPERATOR])
        _, key = await keys.create(terms, bytes(16), stage.platform, "2")
        adoption = Adoption(settings, database, kept, escrow, chain_of_books)
        jobs = JobService(
            settings,
            keys=keys,
            store=store,
            books=kept,
            adoption=adoption,
            paces=JobPaces(settings.key_rate),
            quotes=Quotes(kept, stage.platform),
            chain=ChainAccess(
                node=chain_of_books,
                escrow=escrow,
                clock=ChainClock(escrow),
                current=CurrentPlatform(chain_of_books, escrow, stage.platform, 0.0),
                rpc=rpc,
            ),
        )
        yield World(stage, node, store, jobs, key, str(token), settings.database)
    finally:
        await rpc.close()
        database.close()


def told(folder: Path, story: Callable[[World], Awaitable[None]]) -> None:
    async def tell() -> None:
        async with world_of(folder) as world:
            await story(world)

    asyncio.run(tell())
