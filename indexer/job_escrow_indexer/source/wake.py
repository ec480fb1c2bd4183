"""WebSocket as an alarm clock: its messages say that there may be something new, and nothing else is believed."""

import asyncio
import json
import logging
from urllib.parse import urlsplit, urlunsplit

from job_escrow.patience import Backoff
from job_escrow.urls import shown_url
from websockets.asyncio.client import connect

from job_escrow_indexer.settings import Settings

_log = logging.getLogger(__name__)
# For a node to take leave. One that hangs takes none, and whoever stops the indexer waits for it.
_CLOSE_SECONDS = 0.5


class Alarm:
    """Goes off when the node mentions the program, and after each connection, since something may have been missed."""

    def __init__(self, url: str, program: str, *, pauses: Backoff = Settings.pauses) -> None:
        self.url = url
        self.reconnects = 0
        self._program = program
        self._pauses = pauses
        self._bell = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Wait until it goes off, or for so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._bell.wait()
        except TimeoutError:
            pass
        self._bell.clear()

    def ring(self) -> None:
        """Go off now."""
        self._bell.set()

    async def run(self) -> None:
        """Listen for ever; a connection that ends is made again."""
        failures = 0
        while True:
            try:
                async with connect(self.url, max_size=None, close_timeout=_CLOSE_SECONDS) as socket:
                    await socket.send(self._subscription())
                    failures = 0
                    async for _ in socket:
                        self.ring()
            except Exception as error:
                # Whatever a node says there, the alarm goes off again, and the database is asked for by time meanwhile.
                _log.debug("the WebSocket at %s ended: %s", shown_url(self.url), error)
            self.reconnects += 1
            failures += 1
            self.ring()
            await asyncio.sleep(self._pauses.jittered(failures))

    def _subscription(self) -> str:
        params = [{"mentions": [self._program]}, {"commitment": "confirmed"}]
        return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "logsSubscribe", "params": params})


def websocket_url(url: str) -> str:
    """Where a node's WebSocket is: on the next port where the URL names one, else at the same address."""
    parts = urlsplit(url)
    scheme = "wss" if parts.scheme == "https" else "ws"
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    place = host if parts.port is None else f"{host}:{parts.port + 1}"
    return urlunsplit((scheme, place, parts.path, parts.query, ""))
