"""What the handlers share."""

import asyncio
import time

from job_escrow.codec import Platform
from job_escrow.escrow import AsyncEscrow
from job_escrow.transactions import Options

from job_escrow_indexer.api.database import ApiDatabase
from job_escrow_indexer.api.duties import Duty
from job_escrow_indexer.api.index_reads import Index
from job_escrow_indexer.api.jobs.service import JobService
from job_escrow_indexer.api.jobs.store import JobStore
from job_escrow_indexer.api.keys.challenge import Challenges
from job_escrow_indexer.api.keys.store import KeyStore
from job_escrow_indexer.api.pacing import Lockout, RateLimit
from job_escrow_indexer.api.places import Places
from job_escrow_indexer.api.settings import ApiSettings
from job_escrow_indexer.api.turns import Turns
from job_escrow_indexer.api.webhooks.dispatcher import Dispatcher
from job_escrow_indexer.api.webhooks.names import Names
from job_escrow_indexer.api.webhooks.sender import Sender
from job_escrow_indexer.api.webhooks.store import HookStore

_PLATFORM_SECONDS = 5
_MOST_EXPORTS_OF_AN_ACCOUNT = 2
_MOST_EXPORTS = 32


class Services:
    """One of each, for the life of a server."""

    def __init__(self, settings: ApiSettings) -> None:
        self.settings = settings
        self.database = ApiDatabase(settings.database)
        self.escrow = AsyncEscrow.connect(settings.rpc_url, Options(program_id=settings.program_id))
        self.keys = KeyStore(self.database, settings.platform)
        self.challenges = Challenges(
            domain=settings.domain,
            uri=settings.public_url,
            chain_id=settings.chain_id,
            platform=settings.platform,
            seconds=settings.challenge_seconds,
        )
        self.job_store = JobStore(self.database, settings.platform)
        self.jobs = JobService(settings, self.keys, self.job_store, self.escrow, self.platform)
        self.lockout = Lockout(settings.lockout_failures, settings.lockout_seconds)
        self.key_rate = RateLimit(settings.key_rate)
        self.address_rate = RateLimit(settings.address_rate)
        self.webhook_rate = RateLimit(settings.webhook_rate)
        self.index = Index(self.database, settings.max_wait)
        self.exports = Places(of_a_name=_MOST_EXPORTS_OF_AN_ACCOUNT, in_all=_MOST_EXPORTS)
        self.reports = Turns()
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
        self._platform: tuple[float, Platform] | None = None
        self._reading: asyncio.Task[Platform] | None = None

    async def platform(self) -> Platform:
        """The platform as the chain has it, read again every few seconds. Raises NotFound or ChainError.

        One look serves all who wait, also where it fails: a node that hangs is not waited for by one after the other.
        """
        if self._platform is not None and time.monotonic() < self._platform[0]:
            return self._platform[1]
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_platform())
            # Where nobody waits any more, nobody has to know how it failed.
            self._reading.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._reading)

    async def _read_platform(self) -> Platform:
        found = await self.escrow.platform(self.settings.platform)
        self._platform = (time.monotonic() + _PLATFORM_SECONDS, found)
        return found

    @property
    def duties(self) -> tuple[Duty, ...]:
        """What goes on beside the answers."""
        return self.jobs.duty, self.dispatcher.duty

    def start(self) -> None:
        """Begin the duties."""
        self.jobs.duty.start(self.jobs.sweep())
        self.dispatcher.duty.start(self.dispatcher.run())

    async def close(self) -> None:
        """End the duties, and close the connections."""
        await asyncio.gather(*(duty.stop() for duty in self.duties))
        await self.sender.close()
        await self.escrow.close()
        self.database.close()
