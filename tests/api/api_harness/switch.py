"""One URL that several chains stand behind, one at a time: as where a node is restarted as another cluster."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

from escrow_harness.patience import PATIENCE_SECONDS


class Switch:
    """A relay of bytes; those who are connected are cut off when it is turned."""

    def __init__(self, target: str) -> None:
        self.url = ""
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def turn_to(self, target: str) -> None:
        """From now on every question is the other chain's."""

        async def turn() -> None:
            self._target = target
            for writer in list(self._writers):
                writer.close()

        asyncio.run_coroutine_threadsafe(turn(), self._loop).result(timeout=PATIENCE_SECONDS)

    @contextlib.contextmanager
    def running(self) -> Iterator["Switch"]:
        """Relay for the length of a block."""
        thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(timeout=PATIENCE_SECONDS)
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(timeout=PATIENCE_SECONDS)
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join(timeout=PATIENCE_SECONDS)
            self._loop.close()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _end(self) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        parts = urlsplit(self._target)
        try:
            there, back = await asyncio.open_connection(parts.hostname, parts.port)
            self._writers |= {writer, back}
            try:
                await asyncio.gather(_copy(reader, back), _copy(there, writer))
            finally:
                self._writers -= {writer, back}
                back.close()
        except (asyncio.CancelledError, OSError):
            # It ends, or one side has gone.
            pass
        finally:
            writer.close()
            self._tasks.discard(task)


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65_536):
            target.write(data)
            await target.drain()
    target.close()
