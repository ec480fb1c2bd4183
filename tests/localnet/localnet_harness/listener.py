"""A WebSocket client that keeps every message, with nothing between the test and the wire."""

import itertools
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from localnet_harness.endpoint import until

Message = dict[str, Any]


class Listener:
    """A connection whose messages are all kept, in their order."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self.messages: list[Message] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            for message in self._socket:
                self.messages.append(json.loads(message))
        except ConnectionClosed:
            pass

    def answer(self, method: str, *params: Any) -> Message:
        """The answer to a request, its id left out."""
        identifier = next(self._ids)
        self._socket.send(json.dumps({"jsonrpc": "2.0", "id": identifier, "method": method, "params": list(params)}))
        [found] = until(
            lambda: [one for one in self.messages if one.get("id") == identifier], what=f"the answer to {method}"
        )
        return {name: value for name, value in found.items() if name != "id"}

    def subscribe(self, method: str, *params: Any) -> int:
        answer = self.answer(method, *params)
        subscription = answer["result"]
        assert isinstance(subscription, int), answer
        return subscription

    def told(self, subscription: int) -> list[Message]:
        """Notifications of a subscription so far: their method and result."""
        return [
            {"method": one["method"], "result": one["params"]["result"]}
            for one in list(self.messages)
            if "method" in one and one["params"]["subscription"] == subscription
        ]

    def wait(self, subscription: int, matches: Callable[[Message], bool] = bool, seconds: float = 300) -> Message:
        """The first notification of a subscription that matches."""
        found = until(
            lambda: [one for one in self.told(subscription) if matches(one)], seconds=seconds, what="a notification"
        )
        return found[0]

    @property
    def closed(self) -> bool:
        return not self._thread.is_alive()


@contextmanager
def listen(url: str) -> Iterator[Listener]:
    """Connect for the length of a block."""
    with connect(url, max_size=None) as socket:
        yield Listener(socket)
