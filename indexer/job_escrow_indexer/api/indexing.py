"""The indexer in the server's process: in a thread of its own, so that reading the chain never delays an answer."""

import asyncio
import contextlib
import threading

from job_escrow_indexer.indexer import Settings, run


class IndexerThread:
    """Indexes until it is stopped; what ends it otherwise is raised where `ended` is awaited."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._begun = threading.Event()

    async def ended(self) -> None:
        """Run it. Raises what stops an indexer: each says what to do."""
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
            await run(self._settings, self._stop)

        try:
            asyncio.run(main())
        finally:
            self._begun.set()
            self._loop = None
