"""Looking up the names of hosts, so that one whose servers never answer holds up nobody but its owner."""

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import Awaitable, Callable

Resolver = Callable[[str, int], Awaitable[list[str]]]

_SECONDS = 5
_MOST_AT_ONCE = 128
_MOST_OF_AN_OWNER = 2


def _look_up(host: str, port: int) -> list[str]:
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in answers))


class Names:
    """Lookups in threads of their own, which nothing else waits for.

    The system's resolver cannot be stopped: a lookup that nobody awaits any more counts until it has ended.
    """

    def __init__(self, look_up: Callable[[str, int], list[str]] = _look_up) -> None:
        self._look_up = look_up
        self._running: Counter[str] = Counter()

    def of(self, owner: str) -> Resolver:
        """A resolver for one owner. It raises OSError: for no answer in time, and for too many lookups at once."""

        async def resolve(host: str, port: int) -> list[str]:
            if self._running[owner] >= _MOST_OF_AN_OWNER or self._running.total() >= _MOST_AT_ONCE:
                raise OSError("too many names are being looked up")
            return await self._resolve(owner, host, port)

        return resolve

    async def _resolve(self, owner: str, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        found: asyncio.Future[list[str]] = loop.create_future()

        def end(addresses: list[str], error: Exception | None) -> None:
            self._running[owner] -= 1
            if not self._running[owner]:
                del self._running[owner]
            if found.done():
                return
            if error is None:
                found.set_result(addresses)
            else:
                found.set_exception(error)

        def look_up() -> None:
            addresses: list[str] = []
            failure: Exception | None = None
            try:
                addresses = self._look_up(host, port)
            except Exception as error:
                failure = error
            if not loop.is_closed():
                loop.call_soon_threadsafe(end, addresses, failure)

        self._running[owner] += 1
        # A daemon, so that no name keeps a server from stopping.
        threading.Thread(target=look_up, name="names", daemon=True).start()
        try:
            async with asyncio.timeout(_SECONDS):
                return await found
        except TimeoutError as error:
            raise OSError(f"no answer within {_SECONDS} seconds") from error
