"""A server's requests and sessions without the server, over the machine, whose time passes when a test lets it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from escrow_harness.stage import Stage, set_stage
from job_escrow import Escrow, LimitsArgs
from job_escrow.addresses import namespace_bytes
from job_escrow.codec import PROGRAM_ID, Event, Session, TierArgs
from job_escrow.escrow import AsyncEscrow
from job_escrow.receipts import Finding, SessionReceipt, record_of_events, verify, verify_ended
from job_escrow.signing import Signer
from job_escrow.testing.embedded import embedded_chain
from job_escrow.units import UNIT_KINDS
from job_escrow_api.domain.binding import BoundChain
from job_escrow_api.domain.books import Books
from job_escrow_api.domain.chain_access import ChainAccess, CurrentPlatform
from job_escrow_api.domain.chain_clock import ChainClock
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.jobs.adoption import Adoption
from job_escrow_api.domain.jobs.paces import JobPaces
from job_escrow_api.domain.jobs.quotes import Quotes
from job_escrow_api.domain.keys.store import Key, KeyStore
from job_escrow_api.domain.keys.terms import KeyTerms, Scope
from job_escrow_api.domain.parties import Parties
from job_escrow_api.domain.problems import Refusal
from job_escrow_api.domain.sessions.assembly import Sessions, sessions_of
from job_escrow_api.domain.sessions.requests import RequestTerms, UnitsUsed
from job_escrow_api.domain.sessions.rows import RequestRow, SessionRow
from job_escrow_api.settings import ApiSettings
from job_escrow_indexer.source.rpc import Rpc
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from api_harness.jobs_world import Node

LIMITS = LimitsArgs(
    credits_per_job=200, credits_per_session=400, credits_per_period=5_000, period_seconds=86_400, quoted_allowed=True
)
METERED = "metered"
"""A tier without a flat price, beside the preset's: 1 credit for 60 units, of which 10 are free."""
_NO_NODE = "http://127.0.0.1:9"


@dataclass
class World:
    """One server's sessions after the other, over one database and chain."""

    stage: Stage
    node: Node
    settings: ApiSettings
    database: ApiDatabase
    keys: KeyStore
    operator: Key
    customer: str
    clock: ChainClock
    make: Callable[[], Sessions]
    sessions: Sessions

    def restart(self) -> None:
        """As after a kill: nothing is left but the database and the chain."""
        self.sessions = self.make()

    async def new_key(self, nonce: str, **terms: Any) -> str:
        """A further key of alice's."""
        asked = KeyTerms(wallet=str(self.stage.cast.alice.pubkey()), name="k", **terms)
        token, _ = await self.keys.create(asked, bytes(16), self.stage.alice.address, nonce)
        return str(token)

    async def bob(self) -> str:
        """A key of bob's, who opens his account for it, as alice has hers."""
        bob, wallet = self.stage.bob, str(self.stage.cast.bob.pubkey())
        bob.open(LIMITS, buy=1_000)
        terms = KeyTerms(wallet=wallet, name="k")
        token, _ = await self.keys.create(terms, namespace_bytes("research"), bob.address, "bob")
        return str(token)

    async def admit(
        self, name: str, units: int = 500, *, tier: str = "pro", seconds: int = 60, key: str | None = None
    ) -> RequestRow:
        terms = RequestTerms(customer_key=key or self.customer, tier=tier, max_units=units, seconds=seconds, model="m")
        return await self.sessions.requests.admit(self.operator, name, terms)

    async def refused(self, name: str, units: int = 500, **terms: Any) -> Refusal:
        """Why a request is not admitted."""
        try:
            row = await self.admit(name, units, **terms)
        except Refusal as refusal:
            return refusal
        raise AssertionError(row)

    async def settle(self, row: RequestRow, units: int, **hashes: str) -> RequestRow:
        return await self.sessions.requests.settle(self.operator, row.id, UnitsUsed(units=units, **hashes))

    async def release(self, row: RequestRow) -> RequestRow:
        return await self.sessions.requests.release(self.operator, row.id)

    async def turn(self) -> int:
        """One turn of the keeper; gives how many sessions failed."""
        return await self.sessions.keeper.turn()

    async def end_all(self) -> None:
        """The customer ends its sessions."""
        await self.sessions.requests.end_sessions(str(self.stage.alice.address))

    async def pass_time(self, seconds: int) -> None:
        self.node.pass_time(seconds)
        await self.clock.read()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let the server work until something is so."""
        for _ in count():
            if condition():
                return
            await asyncio.sleep(0.001)

    def rows(self) -> list[SessionRow]:
        """Alice's sessions, the oldest first."""
        return self.rows_of(self.stage.alice.address)

    def rows_of_bob(self) -> list[SessionRow]:
        """Bob's sessions, the oldest first."""
        return self.rows_of(self.stage.bob.address)

    def rows_of(self, account: Pubkey) -> list[SessionRow]:
        """An account's sessions, the oldest first."""
        return self.sessions.store.sessions(str(account), 2**62, 200)[::-1]

    def requests(self) -> list[RequestRow]:
        """Alice's requests, the oldest first."""
        return self.sessions.store.page(str(self.stage.alice.address), 2**62, 1_000)[::-1]

    def on_chain(self, row: SessionRow) -> Session | None:
        return self.stage.escrow.session(row.key)

    def available(self) -> int:
        """Alice's credits that are free on chain."""
        return self.stage.alice.balance().available

    def remaining(self) -> int:
        """What she can spend: free on chain, and not reserved in sessions."""
        return self.available() + sum(row.free for row in self.rows() if row.status == "open")

    def events_of(self, address: Pubkey) -> list[Event]:
        page = self.stage.escrow.history(address, limit=1_000)
        return [each.event for each in reversed(page.entries)]

    def findings(self, row: SessionRow) -> list[Finding]:
        """What is wrong with a session's receipts that the chain has, by its events alone."""
        receipts = [
            SessionReceipt.from_bytes(each.receipt)
            for each in self.requests()
            if each.session == row.number and each.receipt is not None and each.status == "settled"
        ]
        record = record_of_events(self.events_of(row.key))
        receipts.sort(key=lambda each: each.number)
        return verify([each for each in receipts if each.number <= row.settled_count], record)

    def findings_of_ended(self) -> list[Finding]:
        """Whether the account commits to just these ended sessions, in the order in which they ended."""
        account = self.stage.alice.account()
        assert account is not None
        ended = [row for row in self.rows() if row.status == "ended"]
        places = {row.address: self._place_of_end(row) for row in ended}
        ended.sort(key=lambda row: places[row.address])
        records = [record_of_events(self.events_of(row.key)) for row in ended]
        return verify_ended(account.session_heads, records)

    def _place_of_end(self, row: SessionRow) -> int:
        page = self.stage.escrow.history(self.stage.alice.address, limit=1_000)
        return next(-at for at, each in enumerate(page.entries) if str(each.signature) == row.end_signature)


@asynccontextmanager
async def world_of(
    folder: Path,
    *,
    buy: int = 1_000,
    limits: LimitsArgs = LIMITS,
    platform_seconds: float = 0.0,
    signer: Callable[[Keypair], Signer] = lambda key: key,
    **policy: Any,
) -> AsyncIterator[World]:
    chain = embedded_chain()
    stage = set_stage(Escrow(chain))
    metered = TierArgs(
        name=METERED.encode().ljust(16, b"\0"), flat_credits=0, included_units=10, rate_credits=1, rate_units=60,
        unit_kind=UNIT_KINDS.index("token"),
    )  # fmt: skip
    stage = replace(stage, terms=replace(stage.terms, tiers=(*stage.terms.tiers, metered)))
    stage.escrow.create_platform(stage.cast.admin, stage.terms)
    stage.alice.open(limits, buy=buy)
    node = Node(chain)
    settings = ApiSettings(
        database=folder / "index.sqlite",
        rpc_url="",
        platform=stage.platform,
        public_url="https://a.example",
        operator=signer(stage.cast.operator),
        key_rate=1_000_000,
    )
    settings = replace(settings, **policy)
    database = ApiDatabase(settings.database)
    bound = BoundChain(lambda: node, database, str(PROGRAM_ID), look_seconds=5.0)
    escrow = AsyncEscrow(bound)
    books, rpc = Books(database), Rpc(_NO_NODE)
    # The machine's time stands still, however long a test takes.
    clock = ChainClock(escrow, monotonic=lambda: 0.0)
    try:
        await books.begin()
        keys = KeyStore(database, stage.platform, books)
        alice, operator = (str(key.pubkey()) for key in (stage.cast.alice, stage.cast.operator))
        token, _ = await keys.create(KeyTerms(wallet=alice, name="k"), bytes(16), stage.alice.address, "alice")
        terms = KeyTerms(wallet=operator, name="o", scopes=[Scope.OPERATOR])
        _, key = await keys.create(terms, bytes(16), stage.platform, "operator")
        access = ChainAccess(
            node=bound,
            escrow=escrow,
            clock=clock,
            current=CurrentPlatform(bound, escrow, stage.platform, platform_seconds),
            rpc=rpc,
        )

        def make() -> Sessions:
            paces = JobPaces(settings.key_rate)
            adoption = Adoption(settings, database, books, escrow, bound)
            parties = Parties(settings, keys, paces, access)
            quotes = Quotes(books, stage.platform)
            return sessions_of(settings, database, books, adoption, parties, paces, access, quotes)

        yield World(
            stage=stage,
            node=node,
            settings=settings,
            database=database,
            keys=keys,
            operator=key,
            customer=str(token),
            clock=clock,
            make=make,
            sessions=make(),
        )
    finally:
        await rpc.close()
        database.close()


def told(folder: Path, story: Callable[[World], Awaitable[None]], **options: Any) -> None:
    """Tell a story of a world of its own."""

    async def tell() -> None:
        async with world_of(folder, **options) as world:
            await story(world)

    asyncio.run(tell())
