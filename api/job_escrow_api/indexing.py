"""The indexer in the server's process: in a thread of its own, so that reading the chain never delays an answer."""

import asyncio
import contextlib
import logging
import sqlite3
import threading
from dataclasses import replace

from job_escrow_indexer.indexer import Indexer, run
from job_escrow_indexer.settings import Settings

_log = logging.getLogger(__name__)


class IndexerThread:
    """Indexes until it is stopped. What no trying again can change, a file that is another's, is raised by `ended`."""

    def __init__(self, settings: Settings, *, pause_seconds: float) -> None:
        self._pause_seconds = pause_seconds
        # Jobs are settled whatever a node answers to the indexer.
        self._settings = replace(settings, stops_at_wrong_settings=False)
        self.running: Indexer | None = None
        """The indexer, once it has the file; other threads only look at it."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._begun = threading.Event()

    async def ended(self) -> None:
        """Run it. Raises DatabaseInUse and DatabaseTooNew: each says what to do."""
        await asyncio.to_thread(self._run)

    def stop(self) -> None:
        """Let it end cleanly."""
        self._begun.wait()
        loop, stop = self._loop, self._stop
        if loop is not None and stop is not None:
            # It may end of itself at this very moment.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(stop.set)

    def _run(self) -> None:
        async def main() -> None:
            self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
            self._begun.set()
            while not self._stop.is_set():
                try:
                    await run(self._settings, self._stop, ready=self._ready)
                except (OSError, sqlite3.Error):
                    # Such as a disk that is full: it need not be so for ever.
                    _log.exception("the indexer could not begin; trying again in %.0f s", self._pause_seconds)
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(self._pause_seconds):
                            await self._stop.wait()

        try:
            asyncio.run(main())
        finally:
            self._begun.set()
            self._loop = None

    def _ready(self, indexer: Indexer) -> None:
        self.running = indexer
