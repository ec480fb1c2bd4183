"""What a server is made of: made here once, and given to whoever needs it."""

import asyncio

from job_escrow.chain.requests import GetSlot
from job_escrow.chain.rpc import AsyncRpcChain
from job_escrow.escrow import AsyncEscrow
from job_escrow.transactions import Options
from job_escrow_indexer.source.rpc import Rpc

from job_escrow_api.domain.binding import BoundChain
from job_escrow_api.domain.books import Books
from job_escrow_api.domain.chain_access import ChainAccess, CurrentPlatform
from job_escrow_api.domain.chain_clock import ChainClock
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.duties import Duty
from job_escrow_api.domain.health.monitor import Monitor
from job_escrow_api.domain.index_reads import Index
from job_escrow_api.domain.jobs.adoption import Adoption
from job_escrow_api.domain.jobs.paces import JobPaces
from job_escrow_api.domain.jobs.quotes import Quotes
from job_escrow_api.domain.jobs.service import JobService
from job_escrow_api.domain.jobs.store import JobStore
from job_escrow_api.domain.keys.challenge import Challenges
from job_escrow_api.domain.keys.store import KeyStore
from job_escrow_api.domain.parties import Parties
from job_escrow_api.domain.pay.promotion import Promotion
from job_escrow_api.domain.rate_limit import Lockout, RateLimit
from job_escrow_api.domain.reports.desk import ReportDesk
from job_escrow_api.domain.sessions.assembly import sessions_of
from job_escrow_api.domain.shared import Shared
from job_escrow_api.domain.web.changes import Changes
from job_escrow_api.domain.web.sessions import WebSessions
from job_escrow_api.domain.webhooks.dispatcher import Dispatcher
from job_escrow_api.domain.webhooks.names import Names
from job_escrow_api.domain.webhooks.sender import Sender
from job_escrow_api.domain.webhooks.store import HookStore
from job_escrow_api.http.balance_stream import BalanceStream, places_of_networks, places_of_wallets
from job_escrow_api.http.guard import Access
from job_escrow_api.http.origin import Origin
from job_escrow_api.settings import ApiSettings

_SLOT_SECONDS = 1


class Services:
    """One of each, for the life of a server."""

    def __init__(self, settings: ApiSettings) -> None:
        self.settings = settings
        self.database = ApiDatabase(settings.database)
        intervals = settings.intervals
        self.chain = BoundChain(
            lambda: AsyncRpcChain(settings.rpc_url, newer_seconds=intervals.newer),
            self.database,
            str(settings.program_id),
            look_seconds=intervals.chain,
        )
        self.escrow = AsyncEscrow(self.chain, Options(program_id=settings.program_id, poll_seconds=intervals.poll))
        self.rpc = Rpc(settings.rpc_url)
        self.clock = ChainClock(self.escrow)
        self.current = CurrentPlatform(self.chain, self.escrow, settings.platform, intervals.platform)
        self.access_to_chain = ChainAccess(
            node=self.chain, escrow=self.escrow, clock=self.clock, current=self.current, rpc=self.rpc
        )
        self.monitor = Monitor(settings, self.database, self.rpc, lambda: self.duties)
        self.books = Books(self.database)
        self.keys = KeyStore(self.database, settings.platform, self.books)
        # Secrets of their own: what one has made, the other does not take.
        self.challenges, self.sign_ins = _challenges(settings), _challenges(settings)
        self.web = WebSessions(self.database, self.books, settings.platform, settings.web_session_seconds)
        self.job_store = JobStore(self.database, settings.platform)
        adoption = Adoption(settings, self.database, self.books, self.escrow, self.chain)
        paces = JobPaces(settings.key_rate)
        self.quotes = Quotes(self.books, settings.platform)
        self.jobs = JobService(
            settings,
            keys=self.keys,
            store=self.job_store,
            books=self.books,
            adoption=adoption,
            paces=paces,
            chain=self.access_to_chain,
            quotes=self.quotes,
        )
        parties = Parties(settings, self.keys, paces, self.access_to_chain)
        self.sessions = sessions_of(
            settings, self.database, self.books, adoption, parties, paces, self.access_to_chain, self.quotes
        )
        self.access = Access(
            keys=self.keys,
            key_rate=RateLimit(settings.key_rate),
            address_rate=RateLimit(settings.address_rate),
            sign_in_rate=RateLimit(settings.sign_in_rate),
            lockout=Lockout(settings.lockout_failures, settings.lockout_seconds),
            trust_proxy=settings.trust_proxy,
            page=settings.page,
            web=self.web,
            origin=Origin(settings.public_url),
        )
        self.promotion = Promotion(self.escrow, self.current, intervals.platform)
        self.webhook_rate = RateLimit(settings.webhook_rate)
        slot = Shared(lambda: self.escrow.chain.answer(GetSlot()), _SLOT_SECONDS)
        self.index = Index(
            self.database, self.clock, settings.max_wait, slot.value, settings.slots_per_second, settings.mints
        )
        self.stream = BalanceStream(
            index=self.index,
            changes=Changes(self.database),
            sessions=self.sessions.store,
            places=places_of_wallets(),
            networks=places_of_networks(),
        )
        self.desk = ReportDesk(settings.database, self.clock)
        self.hooks = HookStore(self.database)
        self.names = Names()
        self.sender = Sender(self.names, private=settings.private_webhooks)
        self.dispatcher = Dispatcher(
            self.database,
            self.hooks,
            self.sender,
            settings.program_id,
            settings.webhook_retries,
            keep_seconds=settings.delivery_days * 86_400,
        )

    @property
    def duties(self) -> tuple[Duty, ...]:
        """What goes on beside the answers."""
        return self.books.duty, self.chain.duty, self.jobs.duty, self.sessions.keeper.duty, self.dispatcher.duty

    def start(self) -> None:
        """Begin the duties."""
        self.chain.duty.start(self.chain.watch())
        self.jobs.duty.start(self.jobs.sweep())
        self.sessions.keeper.duty.start(self.sessions.keeper.keep())
        self.dispatcher.duty.start(self.dispatcher.run())

    async def close(self) -> None:
        """End the duties, and close the connections."""
        await asyncio.gather(*(duty.stop() for duty in self.duties))
        await self.sender.close()
        await self.monitor.close()
        await self.rpc.close()
        await self.escrow.close()
        self.database.close()


def _challenges(settings: ApiSettings) -> Challenges:
    return Challenges(
        domain=settings.domain,
        uri=settings.public_url,
        chain_id=settings.chain_id,
        platform=settings.platform,
        seconds=settings.challenge_seconds,
    )
