"""Looking up the names of hosts, so that one whose servers never answer holds up nobody but itself."""

import asyncio
import ipaddress
import socket
import threading
from collections import Counter
from collections.abc import Awaitable, Callable

Resolver = Callable[[str, int], Awaitable[list[str]]]

_SECONDS = 5
_MOST_AT_ONCE = 128
# So many names of an owner may never be answered before its others wait.
_MOST_OF_AN_OWNER = 8


def _look_up(host: str, port: int) -> list[str]:
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in answers))


class Names:
    """Lookups in threads of their own, which nothing else waits for.

    The system's resolver cannot be stopped: a lookup that nobody awaits any more counts until it has ended. So whoever
    asks for the same name of the same owner meanwhile waits for that one, and a name has one thread, however often it
    is asked for.
    """

    def __init__(self, look_up: Callable[[str, int], list[str]] = _look_up) -> None:
        self._look_up = look_up
        self._running: dict[tuple[str, str, int], asyncio.Future[list[str]]] = {}
        self._of_owner: Counter[str] = Counter()
        self._waiting: set[asyncio.Future[None]] = set()

    def of(self, owner: str) -> Resolver:
        """A resolver for one owner. It waits for a place as long as that takes, and raises OSError like a lookup."""

        async def resolve(host: str, port: int) -> list[str]:
            if _is_address(host):
                return [host]
            found = await self._lookup(owner, host, port)
            try:
                async with asyncio.timeout(_SECONDS):
                    return await asyncio.shield(found)
            except TimeoutError as error:
                raise OSError(f"no answer within {_SECONDS} seconds") from error

        return resolve

    async def _lookup(self, owner: str, host: str, port: int) -> asyncio.Future[list[str]]:
        """The lookup of this name that is under way, or a new one as soon as there is a place."""
        while (found := self._running.get((owner, host, port))) is None:
            if self._of_owner[owner] < _MOST_OF_AN_OWNER and self._of_owner.total() < _MOST_AT_ONCE:
                return self._begin(owner, host, port)
            turn = asyncio.get_running_loop().create_future()
            self._waiting.add(turn)
            try:
                await turn
            finally:
                self._waiting.discard(turn)
        return found

    def _begin(self, owner: str, host: str, port: int) -> asyncio.Future[list[str]]:
        loop = asyncio.get_running_loop()
        found: asyncio.Future[list[str]] = loop.create_future()
        # Nobody may be waiting any more.
        found.add_done_callback(lambda done: done.exception())

        def end(addresses: list[str], error: Exception | None) -> None:
            del self._running[owner, host, port]
            self._of_owner[owner] -= 1
            if not self._of_owner[owner]:
                del self._of_owner[owner]
            if error is None:
                found.set_result(addresses)
            else:
                found.set_exception(error)
            for turn in self._waiting:
                if not turn.done():
                    turn.set_result(None)

        def look_up() -> None:
            addresses: list[str] = []
            failure: Exception | None = None
            try:
                addresses = self._look_up(host, port)
            except Exception as error:
                failure = error
            if not loop.is_closed():
                loop.call_soon_threadsafe(end, addresses, failure)

        self._running[owner, host, port] = found
        self._of_owner[owner] += 1
        # A daemon, so that no name keeps a server from stopping.
        threading.Thread(target=look_up, name="names", daemon=True).start()
        return found


def _is_address(host: str) -> bool:
    """Whether this is no name at all."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
